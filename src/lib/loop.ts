/** Called with the error of each failed step; the loop continues. */
export type OnStepError = (error: unknown) => void

/** One call of step(), for metrics. */
export interface LoopRun {
  /** The number that step() returned; 0 when it failed. */
  items: number
  durationMs: number
  isFailure: boolean
}

export interface LoopOptions {
  /** Called after each run, before the pause. It must not throw. */
  onRun?: (run: LoopRun) => void
  /** 0 to 1; Math.random unless a test needs a fixed value. */
  random?: () => number
}

export interface Loop {
  /** Starts no further step, and resolves when the current one has ended. */
  stop(): Promise<void>
}

/** A step that keeps failing is tried at least once a minute. */
const maxBackoffMs = 60_000

/**
 * Calls step() repeatedly, one call at a time. Waits intervalMs between calls, or not at all when the last call returned
 * more than 0. After consecutive failures it waits longer, up to a minute, until the next success.
 */
export function startLoop(
  step: () => Promise<number>,
  intervalMs: number,
  onError: OnStepError,
  { onRun, random = Math.random }: LoopOptions = {},
): Loop {
  const stopping = new AbortController()
  const run = async () => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      const startedAt = performance.now()
      let items = 0
      let isFailure = false
      try {
        items = await step()
      } catch (error) {
        isFailure = true
        onError(error)
      }
      failures = isFailure ? failures + 1 : 0
      onRun?.({ items, durationMs: performance.now() - startedAt, isFailure })
      if (items === 0) await pause(delayAfter(failures, intervalMs, random()), stopping.signal)
    }
  }
  const stopped = run()
  return {
    stop: async () => {
      stopping.abort()
      await stopped
    },
  }
}

/**
 * Milliseconds until the next step: the interval doubled per consecutive failure, up to a minute. `jitter` (0 to 1)
 * shortens it by up to half, so that processes that failed together do not retry together. Never less than the interval.
 */
export function delayAfter(failures: number, intervalMs: number, jitter: number): number {
  if (failures === 0) return intervalMs
  return Math.max(intervalMs, Math.min(maxBackoffMs, intervalMs * 2 ** failures) * (1 - jitter / 2))
}

/** Resolves after `ms`, or as soon as the signal aborts. */
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
