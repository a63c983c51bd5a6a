import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { type Loop, type OnStepError, startLoop } from '../../lib/loop.ts'

/** NOTIFY on this channel, without a payload, means: calls have ended, or contacts are due. */
export const dialingChannel = 'new_voice_dialing'

/** Shortest time between two notifications of a process, ms, however many calls end. */
const minPauseMs = 50
/** Pause after a failure, ms; it doubles up to the longest pause. */
const intervalMs = 1_000
const maxPauseMs = 5_000

const notifyWorkers = defineQuery({
  name: 'dialing.notify_workers',
  params: {},
  row: { is_notified: Type.Boolean() },
  sql: () => sql`select pg_notify('${sql.raw(dialingChannel)}', '') is not null as is_notified`,
})

/**
 * Wakes the workers of other processes when a commit of this one, which dials nothing itself, has ended calls. Sends NOTIFY
 * after these commits and not in them, because commits with NOTIFY wait for each other (docs/decisions/0011). Without it,
 * workers see a free slot when they poll.
 */
export class DialingNotifier {
  private readonly db: Db
  private readonly onError: OnStepError
  private loop: Loop | undefined
  private isPending = false

  /** `onError` is called with the error of each notification that could not be sent; it is not sent again. */
  constructor(db: Db, onError: OnStepError) {
    this.db = db
    this.onError = onError
  }

  start(): void {
    this.loop = startLoop({
      name: 'notify-dialing',
      step: () => this.step(),
      intervalMs,
      minPauseMs,
      maxPauseMs,
      maxBackoffMs: maxPauseMs,
      pausesAfterItems: true,
      onError: this.onError,
    })
    this.db.onDialingCommitted.add(this.wake)
  }

  /** Called after a commit that ended calls. */
  readonly wake = (): void => {
    this.isPending = true
    this.loop?.wakeSoon()
  }

  /** Sends one notification for all commits since the last one. Returns 0 when there were none. */
  async step(): Promise<number> {
    if (!this.isPending) return 0
    this.isPending = false
    await notifyWorkers(this.db)
    return 1
  }

  /** Sends nothing more, and resolves when the current notification has been sent. */
  async stop(): Promise<void> {
    this.db.onDialingCommitted.delete(this.wake)
    await this.loop?.stop()
  }
}
