import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { text, timestamptz, uuidArray } from '../../db/query/parameters.ts'
import type { OnSetAside } from '../../lib/set-aside.ts'
import type { Carrier, DialResult } from '../../telephony/carrier.ts'
import type { ReportFailure } from '../campaigns/index.ts'
import { claimAttempts } from './claim/claim.ts'
import type { ClaimedCall } from './claim/claim-query.ts'
import { hangUpAtOf } from './claim/hang-up-times.ts'
import { defaultDialDeadlineMs } from './claim/rate-limit.ts'
import { CompanyTurns } from './claim/shares.ts'
import { type DialedCall, recordDialResults } from './dial-results.ts'

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
  /** Receives the failures of single campaigns. */
  report?: ReportFailure | undefined
  /** Receives calls without a campaign whose end could not be stored. */
  onSetAside?: OnSetAside | undefined
}

/** Attempts per claim. */
const batchSize = 250
/** Maximum number of dial requests without a recorded result. Beyond it, nothing is claimed. */
const maxInFlight = 1_000
/** The same for one company, so that one whose results cannot be recorded does not stop the others. */
const maxInFlightOfCompany = 500
/** Length of a lease, renewed while the dial request is in flight. The rescuer looks up calls whose lease expired. */
export const leaseMs = 20_000

/** Extends leases that this worker still holds, to the time at which their calls are hung up at most. Index: leases_pkey. */
const renewLeases = defineQuery({
  name: 'dialing.renew_leases',
  params: { company_ids: uuidArray, call_ids: uuidArray, worker: text, lease_until: timestamptz },
  row: {},
  sql: (p) => sql`
    update leases l set lease_until = greatest(l.lease_until, least(${p.lease_until}, ${hangUpAtOf('l')}))
    where company_id = any(${p.company_ids}) and call_id = any(${p.call_ids}) and worker = ${p.worker} and is_live`,
})

/**
 * Claims attempts and asks the carrier to dial them. Does not wait for dial requests: their results are recorded
 * later.
 */
export class Dialer {
  private readonly options: DialerOptions
  private readonly turns = new CompanyTurns()
  private readonly inFlight = new Map<string, ClaimedCall>()
  /** Results to record, by company. */
  private readonly unrecorded = new Map<string, DialedCall[]>()
  /** For each company with results to record: resolves when they are recorded. */
  private readonly recording = new Map<string, Promise<void>>()

  constructor(options: DialerOptions) {
    this.options = options
  }

  /** Claims once and starts to dial what was claimed. Returns the number of calls claimed, and tasks skipped or postponed. */
  async step(now: Date): Promise<number> {
    const { db, worker } = this.options
    const openRequests = this.countOpenRequests()
    const total = [...openRequests.values()].reduce((sum, n) => sum + n, 0)
    const quota = Math.min(batchSize, maxInFlight - total)
    if (quota <= 0) {
      await Promise.race(this.recording.values())
      return 0
    }
    const excluded_companies = [...openRequests]
      .filter(([, n]) => n >= maxInFlightOfCompany)
      .map(([company_id]) => company_id)
    // Read before the claim, whose statements may wait for locks. Monotonic, because a wall clock may be adjusted.
    const claimedAt = this.options.monotonic()
    const { claimed, skippedOrPostponed } = await claimAttempts(db, {
      worker,
      now,
      quota,
      leaseMs,
      dialDeadlineMs: this.dialDeadlineMs,
      turns: this.turns,
      excluded_companies,
      report: this.options.report,
    })
    for (const call of claimed) void this.dial(call, now, claimedAt)
    return claimed.length + skippedOrPostponed
  }

  /** Number of dial requests without a recorded result, by company. */
  private countOpenRequests(): Map<string, number> {
    const counts = new Map([...this.unrecorded].map(([company_id, dialed]) => [company_id, dialed.length]))
    for (const { company_id } of this.inFlight.values())
      counts.set(company_id, (counts.get(company_id) ?? 0) + 1)
    return counts
  }

  private get dialDeadlineMs(): number {
    return this.options.carrier.dialDeadlineMs ?? defaultDialDeadlineMs
  }

  /** Extends the leases of dial requests in flight. Returns 0, so that its loop waits an interval each time. */
  async renewLeases(now: Date): Promise<number> {
    if (this.inFlight.size === 0) return 0
    const { db, worker } = this.options
    const company_ids = [...new Set([...this.inFlight.values()].map(({ company_id }) => company_id))]
    const call_ids = [...this.inFlight.keys()]
    const lease_until = new Date(now.getTime() + leaseMs)
    await renewLeases(db, { company_ids, call_ids, worker, lease_until })
    return 0
  }

  /** Resolves when no dial request is in flight and all results are recorded. */
  async waitForDials(): Promise<void> {
    while (this.inFlight.size > 0 || this.recording.size > 0) {
      await (this.recording.values().next().value ?? new Promise((resolve) => setImmediate(resolve)))
    }
  }

  private async dial(call: ClaimedCall, now: Date, claimedAt: number): Promise<void> {
    this.inFlight.set(call.call_id, call)
    const result = await this.requestDial(call, now, claimedAt)
    this.inFlight.delete(call.call_id)
    const { company_id } = call
    const waiting = this.unrecorded.get(company_id)
    if (waiting !== undefined) waiting.push({ call, result })
    else {
      this.unrecorded.set(company_id, [{ call, result }])
      this.recording.set(company_id, this.recordResults(company_id))
    }
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
   * Records the results of a company in batches until none is left. Those of other companies do not wait for its locks. The
   * rescuer looks up the calls of a batch that could not be recorded.
   */
  private async recordResults(company_id: string): Promise<void> {
    const { db, now, onError, report, onSetAside } = this.options
    const dialed = this.unrecorded.get(company_id) ?? []
    while (dialed.length > 0) {
      const batch = dialed.slice()
      try {
        await recordDialResults(db, batch, now(), { report, onSetAside })
      } catch (error) {
        onError(error)
      }
      dialed.splice(0, batch.length)
    }
    this.unrecorded.delete(company_id)
    this.recording.delete(company_id)
  }
}
