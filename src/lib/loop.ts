/** What a loop says of a step that failed: it goes on, and somebody must hear of it. */
export type LoopFault = (error: unknown) => void

export interface Loop {
  /** Ends the loop: no new step begins, and the one under way is waited for. */
  stop(): Promise<void>
}

/**
 * Runs `step` again and again with a pause between, never two at once. A step that did something
 * (returns a number above 0) is followed at once by the next.
 */
export function startLoop(step: () => Promise<number>, intervalMs: number, onFault: LoopFault): Loop {
  const ending = new AbortController()
  const done = (async () => {
    while (!ending.signal.aborted) {
      let worked = 0
      try {
        worked = await step()
      } catch (error) {
        onFault(error)
      }
      if (worked === 0) await pause(intervalMs, ending.signal)
    }
  })()
  return {
    stop: async () => {
      ending.abort()
      await done
    },
  }
}

/** Waits, or less when the signal ends it. */
const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
