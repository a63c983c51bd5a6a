import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { Carrier, CarrierEvent, DialAnswer } from '../../telephony/carrier.ts'
import { type Claimed, claimAttempts } from './claim.ts'
import { takeCarrierEvents } from './events.ts'
import { dialWithinMs } from './pace.ts'

export interface DialerOptions {
  db: Db
  carrier: Carrier
  /** Names this process, in leases. */
  worker: string
  now: () => Date
  /** A clock that nobody sets, ms: how long a claim is old by it. */
  monotonic: () => number
  /** Told of what was not expected; it is tried again by itself. */
  onFault: (error: unknown) => void
}

/** Attempts one claim takes at most, and dials that wait for their answer at most. */
const batch = 250
const mostInFlight = 1_000
/** A lease is renewed while its dial waits for an answer; nobody else asks the carrier meanwhile, ms. */
export const leaseMs = 20_000
/** After an ambiguous answer the carrier is asked soon what became of it, ms. */
const askSoonMs = 3_000
/** Beyond ring_timeout_sec, how long a carrier may take to say that it rang out, ms. */
const ringMarginMs = 15_000

interface Answered {
  call: Claimed
  answer: DialAnswer
}

/** Claims attempts and has them dialed. Never waits for a telephone: answers are recorded as they come. */
export class Dialer {
  private readonly options: DialerOptions
  private readonly inFlight = new Map<string, Claimed>()
  private readonly answers: Answered[] = []
  private recording: Promise<void> | undefined

  constructor(options: DialerOptions) {
    this.options = options
  }

  /** One claim; its attempts are dialed at once. Answers how many were claimed or refused. */
  async step(now: Date): Promise<number> {
    const { db, worker } = this.options
    const quota = Math.min(batch, mostInFlight - this.inFlight.size - this.answers.length)
    if (quota <= 0) {
      await this.recording
      return 0
    }
    // The claim's time passes while the database works, whatever wall clocks do.
    const claimedAt = this.options.monotonic()
    const { claimed, refused } = await claimAttempts(db, { worker, now, quota, leaseMs })
    for (const call of claimed) void this.dial(call, now, claimedAt)
    return claimed.length + refused
  }

  /** Renews the leases of dials that still wait for their answer. Answers how many. */
  async renew(now: Date): Promise<number> {
    if (this.inFlight.size === 0) return 0
    const ids = `{${[...this.inFlight.keys()].join(',')}}`
    const until = new Date(now.getTime() + leaseMs).toISOString()
    await this.options.db.orm.execute(sql`
      update leases set lease_until = greatest(lease_until, ${until}::timestamptz)
      where call_id = any(${ids}::uuid[]) and worker = ${this.options.worker} and is_live`)
    return 0
  }

  /** Waits until every dial that was begun has its answer, and every answer is recorded. */
  async settled(): Promise<void> {
    while (this.inFlight.size > 0 || this.recording !== undefined) {
      await (this.recording ?? new Promise((resolve) => setImmediate(resolve)))
    }
  }

  private async dial(call: Claimed, now: Date, claimedAt: number): Promise<void> {
    this.inFlight.set(call.call_id, call)
    const answer = await this.ask(call, now, claimedAt)
    this.inFlight.delete(call.call_id)
    this.answers.push({ call, answer })
    this.recording ??= this.record()
  }

  /** Too late, nobody is asked: a pause or the end of a window may have come since. */
  private async ask(call: Claimed, now: Date, claimedAt: number): Promise<DialAnswer> {
    const { carrier, onFault, monotonic } = this.options
    if (monotonic() - claimedAt > dialWithinMs) {
      return { kind: 'ended', outcome: 'cancelled', ended_reason: notDialed }
    }
    try {
      return await carrier.dial({ ...call, not_after: new Date(now.getTime() + dialWithinMs) })
    } catch (error) {
      onFault(error)
      return { kind: 'ambiguous', reason: 'the carrier failed in a way it should not' }
    }
  }

  /** Records answers, all that have come by then at a time. What cannot be recorded, the rescuer finds out. */
  private async record(): Promise<void> {
    while (this.answers.length > 0) {
      const answered = this.answers.splice(0)
      try {
        await recordAnswers(this.options.db, answered, this.options.now())
      } catch (error) {
        this.options.onFault(error)
      }
    }
    this.recording = undefined
  }
}

/** ended_reason of an attempt that the carrier was never asked for, or is sure not to have placed. */
export const notDialed = 'not_dialed'

async function recordAnswers(db: Db, answered: readonly Answered[], now: Date): Promise<void> {
  const over = answered.flatMap(({ call, answer }): CarrierEvent[] =>
    answer.kind === 'ended' || answer.kind === 'refused'
      ? [
          {
            company_id: call.company_id,
            call_id: call.call_id,
            type: 'ended',
            at: now,
            outcome: answer.outcome,
            ended_reason: answer.ended_reason,
          },
        ]
      : [],
  )
  const watched = answered.flatMap(({ call, answer }) => {
    const ms = answer.kind === 'accepted' ? call.ring_timeout_sec * 1000 + ringMarginMs : askSoonMs
    return answer.kind === 'accepted' || answer.kind === 'ambiguous'
      ? [
          {
            company_id: call.company_id,
            call_id: call.call_id,
            until: new Date(now.getTime() + ms).toISOString(),
          },
        ]
      : []
  })
  if (over.length > 0) await takeCarrierEvents(db, over, now)
  if (watched.length > 0) {
    await db.orm.execute(sql`
      update leases l set lease_until = w.until
      from json_to_recordset(${JSON.stringify(watched)}::text::json) as w(company_id uuid, call_id uuid, until timestamptz)
      where l.company_id = w.company_id and l.call_id = w.call_id and l.is_live`)
  }
}
