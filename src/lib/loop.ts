import { beginActivity, runActivity } from './event-loop-monitor.ts'
import { loopDuration, loopItems, loopRuns, runningLoops } from './loop-metrics.ts'

/** Called with the error of each failed step; the loop continues. */
export type OnStepError = (error: unknown) => void

export interface LoopOptions {
  /** The label `loop` of its metrics. */
  name: string
  /** Returns the number of items processed. */
  step: () => Promise<number>
  /** Pause after a step that processed nothing, ms. A function is called before each pause. */
  intervalMs: number | (() => number)
  /** Shortest pause before a step that `wakeSoon` asks for, ms. The interval by default. */
  minPauseMs?: number | undefined
  onError: OnStepError
  /** The pause doubles while steps process nothing, up to this, ms. The interval by default: it does not grow. */
  maxPauseMs?: number
  /**
   * Milliseconds until there is work by the passing of time, such as a retry; Infinity for none. Called after a step
   * that processed nothing. The pause ends then, if not earlier.
   */
  msUntilDue?: () => Promise<number>
  /** Pause also after a step that processed items; by default the next step follows immediately. */
  pausesAfterItems?: boolean
  /** Longest pause after failures, ms; a minute by default. */
  maxBackoffMs?: number
  /** 0 to 1; Math.random unless a test needs a fixed value. */
  random?: () => number
}

export interface Loop {
  /**
   * There may be work: the next step follows as soon as intervalMs have passed since the last one, and pauses are short
   * again. After a failure it has no effect until a step succeeds.
   */
  wake(): void
  /**
   * Like wake(), for work that should not wait for the interval: the next step follows as soon as minPauseMs have passed since
   * the last one, also when it is called during a step. Any number of calls cause one step.
   */
  wakeSoon(): void
  /** Starts no further step, and resolves when the current one has ended. */
  stop(): Promise<void>
}

/** A step that keeps failing is tried at least once a minute. */
const defaultMaxBackoffMs = 60_000

/**
 * Calls step() repeatedly, one call at a time, and counts its runs in the metrics. Pauses between calls, or not at all
 * when the last call returned more than 0. After consecutive failures it pauses longer, up to a minute, until the next
 * success.
 */
export const startLoop = (options: LoopOptions): Loop => new RunningLoop(options)

/**
 * Milliseconds until the next step: the interval doubled per consecutive failure, up to `maxMs`. `jitter` (0 to 1)
 * shortens it by up to half, so that processes that failed together do not retry together. Never less than the interval.
 */
export function delayAfter(
  failures: number,
  intervalMs: number,
  jitter: number,
  maxMs = defaultMaxBackoffMs,
): number {
  if (failures === 0) return intervalMs
  return Math.max(intervalMs, Math.min(maxMs, intervalMs * 2 ** failures) * (1 - jitter / 2))
}

class RunningLoop implements Loop {
  private readonly options: LoopOptions
  private failures = 0
  /** Pauses in a row after steps that processed nothing; 0 after a wake-up. */
  private idlePauses = 0
  /** `wakeSoon` was called after the last step had started. */
  private isWokenSoon = false
  private msUntilDue = Number.POSITIVE_INFINITY
  private lastSuccessAt = performance.now()
  private pausedAt = 0
  private resumesAt = Number.POSITIVE_INFINITY
  private timer: NodeJS.Timeout | undefined
  /** Set during a pause. */
  private endPause: (() => void) | undefined
  private isStopped = false
  private readonly stopped: Promise<void>

  constructor(options: LoopOptions) {
    this.options = options
    runningLoops.add(this)
    // A failure is visible as 0 before the first one, so that its increase can be alerted on.
    loopRuns.inc({ loop: this.name, result: 'failure' }, 0)
    this.stopped = this.run().finally(() => runningLoops.delete(this))
  }

  get name(): string {
    return this.options.name
  }

  /** Time since the last success, beyond the longest pause of a loop that does not fail. */
  get lagMs(): number {
    const longestPauseMs = Math.max(this.intervalMs, this.options.maxPauseMs ?? 0)
    return Math.max(0, performance.now() - this.lastSuccessAt - longestPauseMs)
  }

  wake(): void {
    this.idlePauses = 0
    if (this.failures === 0) this.resumeBy(this.pausedAt + this.intervalMs)
  }

  wakeSoon(): void {
    this.isWokenSoon = true
    this.idlePauses = 0
    if (this.failures === 0) this.resumeBy(this.pausedAt + this.minPauseMs)
  }

  async stop(): Promise<void> {
    this.isStopped = true
    this.endPause?.()
    await this.stopped
  }

  private get intervalMs(): number {
    const { intervalMs } = this.options
    return typeof intervalMs === 'number' ? intervalMs : intervalMs()
  }

  private get minPauseMs(): number {
    return this.options.minPauseMs ?? this.intervalMs
  }

  private async run(): Promise<void> {
    const { step, msUntilDue, onError, pausesAfterItems } = this.options
    while (!this.isStopped) {
      const startedAt = performance.now()
      this.isWokenSoon = false
      const endActivity = beginActivity(this.name)
      let items = 0
      try {
        // Awaited here and not in another function: the next step then starts before the work that this one has left to
        // promises, such as the results of dial requests. It costs the dialer a fifth of its throughput otherwise.
        items = await runActivity(this.name, step)
        if (items > 0) this.idlePauses = 0
        this.msUntilDue = (items === 0 ? await msUntilDue?.() : undefined) ?? Number.POSITIVE_INFINITY
        this.failures = 0
        this.lastSuccessAt = performance.now()
      } catch (error) {
        this.failures++
        onError(error)
      }
      endActivity()
      this.count(items, performance.now() - startedAt)
      if (items === 0 || pausesAfterItems) await this.pause()
    }
  }

  private count(items: number, durationMs: number): void {
    const loop = this.name
    loopRuns.inc({ loop, result: this.failures === 0 ? 'success' : 'failure' })
    loopItems.inc({ loop }, items)
    loopDuration.observe({ loop }, durationMs / 1000)
  }

  private async pause(): Promise<void> {
    if (this.isStopped) return
    const ended = new Promise<void>((resolve) => {
      this.endPause = resolve
    })
    this.pausedAt = performance.now()
    this.resumeBy(this.pausedAt + this.nextPauseMs())
    await ended
    clearTimeout(this.timer)
    this.endPause = undefined
    this.resumesAt = Number.POSITIVE_INFINITY
  }

  private nextPauseMs(): number {
    const { intervalMs, options } = this
    const { maxPauseMs = intervalMs, maxBackoffMs, random = Math.random } = options
    if (this.failures > 0) return delayAfter(this.failures, intervalMs, random(), maxBackoffMs)
    if (this.isWokenSoon) return this.minPauseMs
    const idleMs = Math.min(maxPauseMs, intervalMs * 2 ** this.idlePauses++)
    return Math.max(intervalMs, Math.min(idleMs, this.msUntilDue))
  }

  /** Ends the current pause at this time of performance.now(), unless it ends earlier. */
  private resumeBy(time: number): void {
    if (this.endPause === undefined || time >= this.resumesAt) return
    clearTimeout(this.timer)
    this.resumesAt = time
    this.timer = setTimeout(this.endPause, Math.max(0, time - performance.now()))
  }
}
