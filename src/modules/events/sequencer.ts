import type { Db } from '../../db/client.ts'
import { sequenceEvents } from './sequence-events.ts'

/** Steps follow each other after so long at least: 100 NOTIFY a second at most. */
const watchedMs = 10
/** While nobody watches, and for what a process that died has left. */
const unwatchedMs = 1_000

/** Has the events of this process sequenced soon after their commits, and those that others left behind too. */
export class EventSequencer {
  private readonly db: Db
  private readonly onError: (error: unknown) => void
  private isWatched = false
  private lastRunEndedAt = Number.NEGATIVE_INFINITY
  private dueAt = Number.POSITIVE_INFINITY
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> | undefined
  /** Somebody asked while a step was under way, which may have begun too early for it. */
  private isRunRequested = false
  private isStopped = true
  /** The step that was asked for last, and the one to come. */
  private lastStep: Promise<unknown> = Promise.resolve()
  private nextStep: Promise<unknown> | undefined

  constructor(db: Db, onFault: (error: unknown) => void) {
    this.db = db
    this.onError = onFault
  }

  start(): void {
    this.isStopped = false
    this.db.onEventsCommitted.run = this.wake
    this.schedule(unwatchedMs)
  }

  /** There may be events that wait. */
  readonly wake = (): void => {
    const after = this.isWatched ? watchedMs : unwatchedMs
    this.schedule(Math.max(0, this.lastRunEndedAt + after - performance.now()))
  }

  /** This process watches: its own events are not to wait. */
  watched(): void {
    this.isWatched = true
    this.schedule(0)
  }

  /** One step, begun after this is called, and shared by all who ask before it begins. @throws what the database says */
  step(): Promise<unknown> {
    this.nextStep ??= this.lastStep.then(() => {
      this.nextStep = undefined
      const step = sequenceEvents(this.db)
      this.lastStep = step.catch(() => undefined)
      return step
    })
    return this.nextStep
  }

  async stop(): Promise<void> {
    this.isStopped = true
    clearTimeout(this.timer)
    this.db.onEventsCommitted.run = () => undefined
    await Promise.all([this.running, this.lastStep])
  }

  private schedule(ms: number): void {
    const at = performance.now() + ms
    if (this.isStopped || at >= this.dueAt) return
    clearTimeout(this.timer)
    this.dueAt = at
    this.timer = setTimeout(this.run, ms)
  }

  private readonly run = (): void => {
    this.dueAt = Number.POSITIVE_INFINITY
    if (this.running === undefined) this.running = this.sequence()
    else this.isRunRequested = true
  }

  private async sequence(): Promise<void> {
    this.isRunRequested = false
    let taken = 0
    try {
      const done = await sequenceEvents(this.db)
      this.isWatched = done.isWatched
      taken = done.taken
    } catch (error) {
      this.onError(error)
    }
    this.running = undefined
    this.lastRunEndedAt = performance.now()
    if (this.isRunRequested || taken > 0) this.wake()
    this.schedule(unwatchedMs)
  }
}
