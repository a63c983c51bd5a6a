import type { Db } from '../../db/client.ts'
import { failureReason, isDatabaseWideError, isTransientFailure } from '../../db/connection-errors.ts'
import { asOwner } from '../../db/transaction.ts'
import { groupBy } from '../../lib/group-by.ts'
import { mapConcurrently } from '../../lib/map-concurrently.ts'
import { countSetAside, type OnSetAside } from '../../lib/set-aside.ts'
import { type CarrierEvent, storableReason } from '../../telephony/carrier.ts'
import { attemptForCampaign, type ReportFailure } from '../campaigns/index.ts'
import { applyCompanyEvents } from './carrier-events.ts'
import { findCampaignOfCall } from './carrier-events-queries.ts'

/** Companies whose events are applied at the same time, because one of them may have to wait for a lock. */
const maxCompaniesAtOnce = 10
/** After this many calls of a company whose rows are locked, its other calls are not tried any more. */
const maxLockedCalls = 3
/** After it, the events of a call without a campaign that could not be stored are tried again. */
const retryMs = 60_000

/** A call whose events could not be stored. */
export interface FailedCall {
  company_id: string
  call_id: string
  error: unknown
  /** The call should not be tried again earlier. */
  retry_at: Date
}

export interface AppliedEvents {
  /** Number of known calls among the events. Events of unknown calls are ignored. */
  known_calls: number
  failed: FailedCall[]
}

/** Receive what could not be stored. By default it is only counted. */
export interface FailureListeners {
  report?: ReportFailure | undefined
  onSetAside?: OnSetAside | undefined
}

interface ApplyOptions extends FailureListeners {
  /** Time for the agent to report the outcome of a call that ended without one, ms. */
  reportGraceMs?: number | undefined
}

/**
 * Applies events of a carrier to their calls. Safe for events that are repeated, late or out of order: a call only
 * moves forward, and a final state does not change.
 *
 * The events of a company are applied together; when that fails, those of each call alone. A call whose events cannot be
 * stored is reported: as a failure of its campaign, which its users see, or as an item that is set aside.
 *
 * @throws what the database throws when it does not work as a whole
 */
export async function applyCarrierEvents(
  db: Db,
  events: readonly CarrierEvent[],
  now: Date,
  options: ApplyOptions = {},
): Promise<AppliedEvents> {
  const byCompany = groupBy(events.map(withStorableReason), ({ company_id }) => company_id)
  const applied = await mapConcurrently(maxCompaniesAtOnce, [...byCompany], ([company_id, companyEvents]) =>
    new CompanyBatch(db, company_id, now, options).apply(companyEvents),
  )
  return {
    known_calls: applied.reduce((sum, { known_calls }) => sum + known_calls, 0),
    failed: applied.flatMap(({ failed }) => failed),
  }
}

/** Throws the first failure that will be over soon, so that a carrier which is asked to do so sends the events again. */
export function throwTransientFailure(failed: readonly FailedCall[]): void {
  for (const { error } of failed) if (isTransientFailure(error)) throw error
}

const withStorableReason = (event: CarrierEvent): CarrierEvent =>
  event.ended_reason === undefined ? event : { ...event, ended_reason: storableReason(event.ended_reason) }

/** Events of one company. */
class CompanyBatch {
  private readonly failed: FailedCall[] = []
  private readonly db: Db
  private readonly company_id: string
  private readonly now: Date
  private readonly options: ApplyOptions

  constructor(db: Db, company_id: string, now: Date, options: ApplyOptions) {
    this.db = db
    this.company_id = company_id
    this.now = now
    this.options = options
  }

  async apply(events: readonly CarrierEvent[]): Promise<AppliedEvents> {
    try {
      return { known_calls: await this.applyTogether(events), failed: [] }
    } catch (error) {
      if (isDatabaseWideError(error)) throw error
      const byCall = groupBy(events, ({ call_id }) => call_id)
      // Of a single call, the result is known.
      return byCall.size === 1
        ? this.applyApart(byCall, () => Promise.reject(error))
        : this.applyApart(byCall)
    }
  }

  private applyTogether = (events: readonly CarrierEvent[]): Promise<number> =>
    asOwner(
      this.db,
      this.company_id,
      (tx) => applyCompanyEvents(tx, events, this.now, this.options.reportGraceMs),
      {
        plans: 'fresh',
      },
    )

  private async applyApart(
    byCall: ReadonlyMap<string, readonly CarrierEvent[]>,
    apply: (events: readonly CarrierEvent[]) => Promise<number> = this.applyTogether,
  ): Promise<AppliedEvents> {
    let known_calls = 0
    let lockedCalls = 0
    for (const [call_id, events] of byCall) {
      const isTried = lockedCalls < maxLockedCalls
      known_calls += await this.applyAlone(call_id, () =>
        isTried ? apply(events) : Promise.reject(rowsAreLocked),
      )
      if (isLocked(this.failed.at(-1), call_id)) lockedCalls++
    }
    return { known_calls, failed: this.failed }
  }

  /** Returns 1 when the call is known, otherwise 0. */
  private async applyAlone(call_id: string, apply: () => Promise<number>): Promise<number> {
    const { db, company_id, now, options } = this
    const [call] = await asOwner(db, company_id, (tx) => findCampaignOfCall(tx, { call_id }))
    if (call?.campaign_id) {
      const key = { company_id, campaign_id: call.campaign_id }
      const result = await attemptForCampaign(db, key, 'record_call', now, apply, options.report)
      if ('value' in result) return result.value
      this.failed.push({ company_id, call_id, ...result })
      return 0
    }
    try {
      return await apply()
    } catch (error) {
      if (isDatabaseWideError(error)) throw error
      const { onSetAside = countSetAside } = options
      if (!isTransientFailure(error))
        onSetAside({ kind: 'call', company_id, id: call_id, reason: failureReason(error) })
      this.failed.push({ company_id, call_id, error, retry_at: new Date(now.getTime() + retryMs) })
      return 0
    }
  }
}

/** The error of PostgreSQL for a row that another transaction keeps locked: 55P03, lock_not_available. */
const rowsAreLocked = Object.assign(new Error('other calls of the company are locked'), { code: '55P03' })

const isLocked = (failed: FailedCall | undefined, call_id: string) =>
  failed?.call_id === call_id && isTransientFailure(failed.error)
