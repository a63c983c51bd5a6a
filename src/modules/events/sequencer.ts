import type { Db } from '../../db/client.ts'
import { type Loop, type OnStepError, startLoop } from '../../lib/loop.ts'
import { countSetAside, type OnSetAside } from '../../lib/set-aside.ts'
import { FailingCompanies, sequenceEvents } from './sequence-events.ts'

/** Shortest time between two steps while a client watches, ms: at most 100 NOTIFY a second. */
const watchedIntervalMs = 10
/** Shortest time between two steps while no client watches, ms. */
const unwatchedIntervalMs = 1_000
/** The outbox is checked at least this often, ms, for rows of processes that died before they sequenced them. */
const maxPauseMs = 5_000

/** Sequences the events of this process soon after their commits, and outbox rows left by processes that died. */
export class EventSequencer {
  private readonly db: Db
  private readonly onError: OnStepError
  private readonly onSetAside: OnSetAside
  private readonly failing = new FailingCompanies()
  private isWatched = false
  private loop: Loop | undefined
  /** The last step that has started, and the one that waits for it. */
  private lastStep: Promise<unknown> = Promise.resolve()
  private nextStep: Promise<unknown> | undefined

  /** `onError` is called with the error of each failed run, `onSetAside` with a company that fails; others continue. */
  constructor(db: Db, onError: OnStepError, onSetAside: OnSetAside = countSetAside) {
    this.db = db
    this.onError = onError
    this.onSetAside = onSetAside
  }

  start(): void {
    this.loop = startLoop({
      name: 'sequence-events',
      step: () => this.sequence(),
      intervalMs: () => (this.isWatched ? watchedIntervalMs : unwatchedIntervalMs),
      maxPauseMs,
      maxBackoffMs: maxPauseMs,
      pausesAfterItems: true,
      onError: this.onError,
    })
    this.db.onEventsCommitted.add(this.wake)
  }

  /** Called after a commit with events: schedules a run. */
  readonly wake = (): void => this.loop?.wake()

  /** Call when a client of this process starts to watch: events are then sequenced within 10 ms instead of 1 s. */
  markWatched(): void {
    this.isWatched = true
    this.wake()
  }

  /**
   * Runs one step that starts after this call; callers that wait for the same start share it. Rejects with the
   * database's error.
   */
  step(): Promise<unknown> {
    this.nextStep ??= this.lastStep.then(() => {
      this.nextStep = undefined
      const step = sequenceEvents(this.db, this.failing, this.onSetAside)
      this.lastStep = step.catch(() => undefined)
      return step
    })
    return this.nextStep
  }

  /** Prevents further runs, and resolves when the current ones have ended. */
  async stop(): Promise<void> {
    this.db.onEventsCommitted.delete(this.wake)
    await Promise.all([this.loop?.stop(), this.lastStep])
  }

  private async sequence(): Promise<number> {
    const { isWatched, sequencedRows } = await sequenceEvents(this.db, this.failing, this.onSetAside)
    this.isWatched = isWatched
    return sequencedRows
  }
}
