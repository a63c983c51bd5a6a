import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { Carrier, DialResult } from '../../telephony/carrier.ts'
import { type ClaimedCall, claimAttempts } from './claim/claim.ts'
import { defaultDialDeadlineMs } from './claim/rate-limit.ts'
import { type DialedCall, recordDialResults } from './dial-results.ts'
import { claimTestCalls } from './test-calls.ts'

export interface DialerOptions {
  db: Db
  carrier: Carrier
  /** Names this process, in leases. */
  worker: string
  now: () => Date
  /** A clock that nobody sets, ms: how long a claim is old by it. */
  monotonic: () => number
  /** Told of what was not expected; it is tried again by itself. */
  onError: (error: unknown) => void
}

/** Attempts one claim takes at most, and dials that wait for their answer at most. */
const batch = 250
const mostInFlight = 1_000
/** A lease is renewed while its dial waits for an answer; nobody else asks the carrier meanwhile, ms. */
export const leaseMs = 20_000
/** Claims attempts and has them dialed. Never waits for a telephone: answers are recorded as they come. */
export class Dialer {
  private readonly options: DialerOptions
  private readonly inFlight = new Map<string, ClaimedCall>()
  private readonly answers: DialedCall[] = []
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
    const { claimed, refused } = await claimAttempts(db, {
      ...{ worker, now, quota, leaseMs },
      dialDeadlineMs: this.dialsWithinMs,
    })
    for (const call of claimed) void this.dial(call, now, claimedAt)
    return claimed.length + refused
  }

  /** As `step`, of test calls, which are of no campaign. */
  async stepTestCalls(now: Date): Promise<number> {
    const { db, worker, monotonic } = this.options
    if (this.inFlight.size >= mostInFlight) return 0
    const claimedAt = monotonic()
    const claimed = await claimTestCalls(db, worker, now, leaseMs)
    for (const call of claimed) void this.dial(call, now, claimedAt)
    return claimed.length
  }

  private get dialsWithinMs(): number {
    return this.options.carrier.dialDeadlineMs ?? defaultDialDeadlineMs
  }

  /** Renews the leases of dials that still wait for their answer. Answers how many. */
  async renewLeases(now: Date): Promise<number> {
    if (this.inFlight.size === 0) return 0
    const ids = `{${[...this.inFlight.keys()].join(',')}}`
    const until = new Date(now.getTime() + leaseMs).toISOString()
    await this.options.db.orm.execute(sql`
      update leases set lease_until = greatest(lease_until, ${until}::timestamptz)
      where call_id = any(${ids}::uuid[]) and worker = ${this.options.worker} and is_live`)
    return 0
  }

  /** Waits until every dial that was begun has its answer, and every answer is recorded. */
  async waitForDials(): Promise<void> {
    while (this.inFlight.size > 0 || this.recording !== undefined) {
      await (this.recording ?? new Promise((resolve) => setImmediate(resolve)))
    }
  }

  private async dial(call: ClaimedCall, now: Date, claimedAt: number): Promise<void> {
    this.inFlight.set(call.call_id, call)
    const answer = await this.ask(call, now, claimedAt)
    this.inFlight.delete(call.call_id)
    this.answers.push({ call, result: answer })
    this.recording ??= this.record()
  }

  /** Too late, nobody is asked: a pause or the end of a window may have come since. */
  private async ask(call: ClaimedCall, now: Date, claimedAt: number): Promise<DialResult> {
    const { carrier, onError: onFault, monotonic } = this.options
    if (monotonic() - claimedAt > this.dialsWithinMs)
      return { kind: 'withheld', reason: 'claimed too long ago' }
    try {
      return await carrier.dial({ ...call, not_after: new Date(now.getTime() + this.dialsWithinMs) })
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
        await recordDialResults(this.options.db, answered, this.options.now())
      } catch (error) {
        this.options.onError(error)
      }
    }
    this.recording = undefined
  }
}
