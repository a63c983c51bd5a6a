import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { nullable, recordset, text, timestamptz, uuid } from '../../db/query/parameters.ts'
import { notDialedReason } from '../../db/schema/index.ts'
import { asOwner } from '../../db/transaction.ts'
import { type CarrierEvent, type DialResult, ringMarginMs, storableReason } from '../../telephony/carrier.ts'
import { attemptForCampaign, pauseByBreaker, type ReportFailure } from '../campaigns/index.ts'
import { applyCarrierEvents, type FailureListeners } from './carrier-event-batches.ts'
import type { ClaimedCall } from './claim/claim-query.ts'
import { hangUpAtOf } from './claim/hang-up-times.ts'

/** Time from an ambiguous result until the call is looked up at the carrier. */
const ambiguousLookupMs = 3_000

export interface DialedCall {
  call: ClaimedCall
  result: DialResult
}

/**
 * Sets when live calls are looked up at the carrier, at the time at which they are hung up at the latest, and why the carrier
 * failed to respond. Index: leases_pkey.
 */
const scheduleLookups = defineQuery({
  name: 'dialing.schedule_lookups',
  params: {
    lookups: recordset('n', {
      company_id: uuid,
      call_id: uuid,
      lookup_at: timestamptz,
      dial_error: nullable(text),
    }),
  },
  row: {},
  sql: (p) => sql`
    update leases l set lease_until = least(n.lookup_at, ${hangUpAtOf('l')}), dial_error = n.dial_error from ${p.lookups}
    where l.company_id = n.company_id and l.call_id = n.call_id and l.is_live`,
})

/**
 * Records the results of dial requests: ends calls that are over, sets when the rescuer looks up those that are open,
 * and pauses campaigns whose carrier reports a fault that affects every call. The rescuer also looks up a call whose end could
 * not be stored.
 */
export async function recordDialResults(
  db: Db,
  dialed: readonly DialedCall[],
  now: Date,
  listeners: FailureListeners = {},
): Promise<void> {
  const ended = dialed.flatMap((each) => endedEvent(each, now))
  if (ended.length > 0) await applyCarrierEvents(db, ended, now, listeners)
  const lookups = dialed.flatMap((each) => nextLookup(each, now))
  if (lookups.length > 0) await scheduleLookups(db, { lookups })
  await pauseFaultyCampaigns(db, dialed, now, listeners.report)
}

/** The end of the call as an event; empty when the call is still open. */
function endedEvent({ call, result }: DialedCall, now: Date): CarrierEvent[] {
  const { company_id, call_id } = call
  const ended = { company_id, call_id, type: 'ended' as const, at: now }
  if (result.kind === 'withheld') return [{ ...ended, outcome: 'cancelled', ended_reason: notDialedReason }]
  if (result.kind !== 'ended' && result.kind !== 'refused') return []
  const dialed_at = result.kind === 'ended' ? result.dialed_at : undefined
  return [{ ...ended, outcome: result.outcome, ended_reason: result.ended_reason, dialed_at }]
}

/** When the lease of an open call expires, so that the call is looked up; empty when the call is over. */
function nextLookup({ call, result }: DialedCall, now: Date) {
  if (result.kind !== 'accepted' && result.kind !== 'ambiguous') return []
  const { company_id, call_id, ring_timeout_sec } = call
  const ms = result.kind === 'accepted' ? ring_timeout_sec * 1000 + ringMarginMs : ambiguousLookupMs
  const dial_error = result.kind === 'ambiguous' && result.isFault ? storableReason(result.reason) : null
  return [{ company_id, call_id, lookup_at: new Date(now.getTime() + ms), dial_error }]
}

/**
 * Pauses campaigns with a fault that affects every call, such as a missing trunk, before more contacts fail.
 */
async function pauseFaultyCampaigns(
  db: Db,
  dialed: readonly DialedCall[],
  now: Date,
  report?: ReportFailure,
): Promise<void> {
  const faulty = new Map<string, { company_id: string; campaign_id: string; reason: string }>()
  for (const { call, result } of dialed) {
    const { company_id, campaign_id } = call
    if (campaign_id === null || result.kind !== 'refused' || result.pauseReason === undefined) continue
    faulty.set(campaign_id, { company_id, campaign_id, reason: storableReason(result.pauseReason) })
  }
  for (const { reason, ...key } of faulty.values()) {
    const pause = () => asOwner(db, key.company_id, (tx) => pauseByBreaker(tx, key.campaign_id, reason, now))
    await attemptForCampaign(db, key, 'pause', now, pause, report)
  }
}
