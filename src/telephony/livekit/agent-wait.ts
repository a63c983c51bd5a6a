import { setTimeout as sleep } from 'node:timers/promises'

/** How the wait for an agent ended: it is ready, this process stops, or none was ready in time, for the reason. */
export type AgentWaitResult =
  | { kind: 'ready' }
  | { kind: 'stopping' }
  | { kind: 'not_ready'; ended_reason: string }

const pollMs = 100

export interface AgentWaitOptions {
  /** Whether an agent has fetched the brief. */
  isReady: () => Promise<boolean>
  /** Dispatches an agent again unless a worker has accepted the job. Returns true when one has. */
  dispatchAgain: () => Promise<boolean>
  /** Aborted when this process is to stop. */
  stopping: AbortSignal
  onError: (error: unknown) => void
  waitMs: number
  /** Time from one dispatch to the next, ms. */
  dispatchAgainMs: number
}

/** Waits until the agent of a call is ready, and dispatches again while no worker accepts the job. */
export async function waitForAgent(options: AgentWaitOptions): Promise<AgentWaitResult> {
  const { isReady, dispatchAgain, stopping, onError, waitMs, dispatchAgainMs } = options
  const startedAt = performance.now()
  let offers = 1
  let isAccepted = false
  let nextOfferMs = dispatchAgainMs
  while (!stopping.aborted) {
    if (await isReady()) return { kind: 'ready' }
    const waitedMs = performance.now() - startedAt
    if (waitedMs >= waitMs) return { kind: 'not_ready', ended_reason: reasonOf(isAccepted, offers, waitMs) }
    if (waitedMs >= nextOfferMs) {
      nextOfferMs = waitedMs + dispatchAgainMs
      try {
        isAccepted = await dispatchAgain()
        if (!isAccepted) offers++
      } catch (error) {
        // The agent may still come.
        onError(error)
      }
    }
    await sleep(pollMs, undefined, { signal: stopping }).catch(() => undefined)
  }
  return { kind: 'stopping' }
}

const reasonOf = (isAccepted: boolean, offers: number, waitMs: number): string =>
  isAccepted
    ? `a worker took the call, but its agent fetched no brief in ${waitMs / 1000} s`
    : `no agent took the call in ${waitMs / 1000} s: it was offered ${offers} time(s), and every worker was busy or none is registered`
