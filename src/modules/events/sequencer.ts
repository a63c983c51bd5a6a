import type { Db } from '../../db/client.ts'
import { sequenceEvents } from './sequence.ts'

/** Steps follow each other after so long at least: 100 NOTIFY a second at most. */
const watchedMs = 10
/** While nobody watches, and for what a process that died has left. */
const unwatchedMs = 1_000

/** Has the events of this process sequenced soon after their commits, and those that others left behind too. */
export class EventSequencer {
  private readonly db: Db
  private readonly onFault: (error: unknown) => void
  private isWatched = false
  private lastEnd = Number.NEGATIVE_INFINITY
  private dueAt = Number.POSITIVE_INFINITY
  private timer: NodeJS.Timeout | undefined
  private running: Promise<void> | undefined
  /** Somebody asked while a step was under way, which may have begun too early for it. */
  private isAgain = false
  private isStopped = true
  /** The step that was asked for last, and the one to come. */
  private before: Promise<unknown> = Promise.resolve()
  private asked: Promise<unknown> | undefined

  constructor(db: Db, onFault: (error: unknown) => void) {
    this.db = db
    this.onFault = onFault
  }

  start(): void {
    this.isStopped = false
    this.db.afterEvents.run = this.poke
    this.arm(unwatchedMs)
  }

  /** There may be events that wait. */
  readonly poke = (): void => {
    const after = this.isWatched ? watchedMs : unwatchedMs
    this.arm(Math.max(0, this.lastEnd + after - performance.now()))
  }

  /** This process watches: its own events are not to wait. */
  watched(): void {
    this.isWatched = true
    this.arm(0)
  }

  /** One step, begun after this is called, and shared by all who ask before it begins. @throws what the database says */
  step(): Promise<unknown> {
    this.asked ??= this.before.then(() => {
      this.asked = undefined
      const step = sequenceEvents(this.db)
      this.before = step.catch(() => undefined)
      return step
    })
    return this.asked
  }

  async stop(): Promise<void> {
    this.isStopped = true
    clearTimeout(this.timer)
    this.db.afterEvents.run = () => undefined
    await Promise.all([this.running, this.before])
  }

  private arm(ms: number): void {
    const at = performance.now() + ms
    if (this.isStopped || at >= this.dueAt) return
    clearTimeout(this.timer)
    this.dueAt = at
    this.timer = setTimeout(this.run, ms)
  }

  private readonly run = (): void => {
    this.dueAt = Number.POSITIVE_INFINITY
    if (this.running === undefined) this.running = this.work()
    else this.isAgain = true
  }

  private async work(): Promise<void> {
    this.isAgain = false
    let taken = 0
    try {
      const done = await sequenceEvents(this.db)
      this.isWatched = done.isWatched
      taken = done.taken
    } catch (error) {
      this.onFault(error)
    }
    this.running = undefined
    this.lastEnd = performance.now()
    if (this.isAgain || taken > 0) this.poke()
    this.arm(unwatchedMs)
  }
}
