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
  /** The name of this process in leases. */
  worker: string
  now: () => Date
  /** A monotonic clock, ms. Measures the age of a claim. */
  monotonic: () => number
  /** Called with unexpected errors; the dialer continues. */
  onError: (error: unknown) => void
}

/** Attempts per claim. */
const batchSize = 250
/** Maximum number of dial requests without a recorded result. Beyond it, nothing is claimed. */
const maxInFlight = 1_000
/** Length of a lease, renewed while the dial request is in flight. The rescuer looks up calls whose lease expired. */
export const leaseMs = 20_000

/**
 * Claims attempts and asks the carrier to dial them. Does not wait for dial requests: their results are recorded
 * later.
 */
export class Dialer {
  private readonly options: DialerOptions
  private readonly inFlight = new Map<string, ClaimedCall>()
  private readonly unrecorded: DialedCall[] = []
  private recording: Promise<void> | undefined

  constructor(options: DialerOptions) {
    this.options = options
  }

  /** Claims once and starts to dial what was claimed. Returns the number of tasks claimed, skipped or postponed. */
  async step(now: Date): Promise<number> {
    const { db, worker } = this.options
    const quota = Math.min(batchSize, maxInFlight - this.inFlight.size - this.unrecorded.length)
    if (quota <= 0) {
      await this.recording
      return 0
    }
    // Read before the claim, whose statements may wait for locks. Monotonic, because a wall clock may be adjusted.
    const claimedAt = this.options.monotonic()
    const { claimed, skippedOrPostponed } = await claimAttempts(db, {
      worker,
      now,
      quota,
      leaseMs,
      dialDeadlineMs: this.dialDeadlineMs,
    })
    for (const call of claimed) void this.dial(call, now, claimedAt)
    return claimed.length + skippedOrPostponed
  }

  /** Like `step`, for test calls. Returns the number of test calls claimed. */
  async stepTestCalls(now: Date): Promise<number> {
    const { db, worker, monotonic } = this.options
    if (this.inFlight.size >= maxInFlight) return 0
    const claimedAt = monotonic()
    const claimed = await claimTestCalls(db, worker, now, leaseMs)
    for (const call of claimed) void this.dial(call, now, claimedAt)
    return claimed.length
  }

  private get dialDeadlineMs(): number {
    return this.options.carrier.dialDeadlineMs ?? defaultDialDeadlineMs
  }

  /** Extends the leases of dial requests in flight. Returns 0, so that its loop waits an interval each time. */
  async renewLeases(now: Date): Promise<number> {
    if (this.inFlight.size === 0) return 0
    const ids = `{${[...this.inFlight.keys()].join(',')}}`
    const leaseUntil = new Date(now.getTime() + leaseMs).toISOString()
    await this.options.db.orm.execute(sql`
      update leases set lease_until = greatest(lease_until, ${leaseUntil}::timestamptz)
      where call_id = any(${ids}::uuid[]) and worker = ${this.options.worker} and is_live`)
    return 0
  }

  /** Resolves when no dial request is in flight and all results are recorded. */
  async waitForDials(): Promise<void> {
    while (this.inFlight.size > 0 || this.recording !== undefined) {
      await (this.recording ?? new Promise((resolve) => setImmediate(resolve)))
    }
  }

  private async dial(call: ClaimedCall, now: Date, claimedAt: number): Promise<void> {
    this.inFlight.set(call.call_id, call)
    const result = await this.requestDial(call, now, claimedAt)
    this.inFlight.delete(call.call_id)
    this.unrecorded.push({ call, result })
    this.recording ??= this.recordResults()
  }

  /** Asks the carrier to dial, unless the claim is too old: its campaign may have been paused since. */
  private async requestDial(call: ClaimedCall, now: Date, claimedAt: number): Promise<DialResult> {
    const { carrier, onError, monotonic } = this.options
    if (monotonic() - claimedAt > this.dialDeadlineMs)
      return { kind: 'withheld', reason: 'the claim is too old' }
    try {
      return await carrier.dial({ ...call, not_after: new Date(now.getTime() + this.dialDeadlineMs) })
    } catch (error) {
      onError(error)
      return { kind: 'ambiguous', reason: 'the carrier threw an unexpected error' }
    }
  }

  /**
   * Records results in batches until none is left. The rescuer looks up the calls of a batch that could not be
   * recorded.
   */
  private async recordResults(): Promise<void> {
    while (this.unrecorded.length > 0) {
      const batch = this.unrecorded.splice(0)
      try {
        await recordDialResults(this.options.db, batch, this.options.now())
      } catch (error) {
        this.options.onError(error)
      }
    }
    this.recording = undefined
  }
}
