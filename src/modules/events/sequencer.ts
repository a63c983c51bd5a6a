import type { Db } from '../../db/client.ts'
import { sequenceEvents } from './sequence-events.ts'

/** Shortest time between two steps while a client watches, ms: at most 100 NOTIFY a second. */
const watchedIntervalMs = 10
/**
 * Time between two steps while no client watches, ms. The outbox is also checked at this interval for rows of processes
 * that died before they sequenced them.
 */
const unwatchedIntervalMs = 1_000

/** Sequences the events of this process soon after their commits, and outbox rows left by processes that died. */
export class EventSequencer {
  private readonly db: Db
  private readonly onError: (error: unknown) => void
  private isWatched = false
  private lastRunEndedAt = Number.NEGATIVE_INFINITY
  private dueAt = Number.POSITIVE_INFINITY
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> | undefined
  /** Set by a request during a run, because its events may be committed after that run has read the outbox. */
  private isRunRequested = false
  private isStopped = true
  /** The last step that has started, and the one that waits for it. */
  private lastStep: Promise<unknown> = Promise.resolve()
  private nextStep: Promise<unknown> | undefined

  /** `onError` is called with the error of each failed run; the sequencer continues. */
  constructor(db: Db, onError: (error: unknown) => void) {
    this.db = db
    this.onError = onError
  }

  start(): void {
    this.isStopped = false
    this.db.onEventsCommitted.run = this.wake
    this.schedule(unwatchedIntervalMs)
  }

  /** Called after a commit with events: schedules a run. */
  readonly wake = (): void => {
    const interval = this.isWatched ? watchedIntervalMs : unwatchedIntervalMs
    this.schedule(Math.max(0, this.lastRunEndedAt + interval - performance.now()))
  }

  /** Call when a client of this process starts to watch: events are then sequenced within 10 ms instead of 1 s. */
  markWatched(): void {
    this.isWatched = true
    this.schedule(0)
  }

  /**
   * Runs one step that starts after this call; callers that wait for the same start share it. Rejects with the
   * database's error.
   */
  step(): Promise<unknown> {
    this.nextStep ??= this.lastStep.then(() => {
      this.nextStep = undefined
      const step = sequenceEvents(this.db)
      this.lastStep = step.catch(() => undefined)
      return step
    })
    return this.nextStep
  }

  /** Prevents further runs, and resolves when the current ones have ended. */
  async stop(): Promise<void> {
    this.isStopped = true
    clearTimeout(this.timer)
    this.db.onEventsCommitted.run = () => undefined
    await Promise.all([this.running, this.lastStep])
  }

  /** Schedules a run in `ms`, unless one is due earlier. */
  private schedule(ms: number): void {
    const dueAt = performance.now() + ms
    if (this.isStopped || dueAt >= this.dueAt) return
    clearTimeout(this.timer)
    this.dueAt = dueAt
    this.timer = setTimeout(this.run, ms)
  }

  private readonly run = (): void => {
    this.dueAt = Number.POSITIVE_INFINITY
    if (this.running === undefined) this.running = this.sequence()
    else this.isRunRequested = true
  }

  private async sequence(): Promise<void> {
    this.isRunRequested = false
    let sequencedRows = 0
    try {
      const result = await sequenceEvents(this.db)
      this.isWatched = result.isWatched
      sequencedRows = result.sequencedRows
    } catch (error) {
      this.onError(error)
    }
    this.running = undefined
    this.lastRunEndedAt = performance.now()
    if (this.isRunRequested || sequencedRows > 0) this.wake()
    this.schedule(unwatchedIntervalMs)
  }
}
