import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineQuery, type RowOf } from '../../db/query/define-query.ts'
import { integer, text, timestamptz } from '../../db/query/parameters.ts'
import { callStatuses, notDialedReason } from '../../db/schema/index.ts'
import { OneOf } from '../../lib/schema/typebox.ts'
import type { Carrier, CarrierEvent, LookupResult } from '../../telephony/carrier.ts'
import { applyCarrierEvents } from './carrier-events.ts'
import { leaseMs } from './dialer.ts'

/** Calls looked up per step. */
const batchSize = 50

/** A live call is hung up this long after ring_timeout_sec + max_call_duration_sec. */
const hangUpAfterMs = 60_000
/** A call whose carrier cannot be reached ends as lost this long after ring_timeout_sec + max_call_duration_sec. */
const lostAfterMs = 600_000

/**
 * Assigns expired leases to a worker and renews them, so that no other process looks up the same calls. Skips leases that
 * another transaction has locked. Index: leases_lease_until_idx.
 */
const takeOverExpiredLeases = defineQuery({
  name: 'dialing.take_over_expired_leases',
  params: { worker: text, now: timestamptz, lease_until: timestamptz, limit: integer },
  row: {
    company_id: Type.String(),
    call_id: Type.String(),
    status: OneOf(callStatuses),
    claimed_at: Type.Date(),
    /** Seconds that ringing and conversation may take together. */
    max_total_sec: Type.Integer(),
  },
  sql: (p) => sql`
    with expired_leases as (
      select company_id, call_id from leases
      where is_live and lease_until <= ${p.now}
      order by lease_until limit ${p.limit} for update skip locked
    )
    update leases l set worker = ${p.worker}, lease_until = ${p.lease_until}
    from expired_leases e
    join calls c on c.company_id = e.company_id and c.id = e.call_id
    left join campaigns k on k.company_id = c.company_id and k.id = c.campaign_id
    left join test_calls t on t.company_id = c.company_id and t.call_id = c.id
    where l.company_id = e.company_id and l.call_id = e.call_id
    returning l.company_id, l.call_id, c.status, l.claimed_at,
      coalesce(k.ring_timeout_sec + k.max_call_duration_sec, t.ring_timeout_sec + t.max_call_duration_sec) as max_total_sec`,
})
type ExpiredCall = RowOf<typeof takeOverExpiredLeases>

/**
 * Asks the carrier about calls whose lease has expired: their worker died, or an event was lost. Ends calls that are
 * over, returns the tasks of calls that were never placed to the queue, and lets live calls continue. No contact is
 * dialed again before the carrier has responded. Returns the number of calls looked up.
 */
export async function rescueStep(db: Db, carrier: Carrier, worker: string, now: Date): Promise<number> {
  const lease_until = new Date(now.getTime() + leaseMs)
  const expired = await takeOverExpiredLeases(db, { worker, now, lease_until, limit: batchSize })
  const lookups = await Promise.all(
    expired.map(async (call) => ({ call, lookup: await lookUp(carrier, call) })),
  )
  const events: CarrierEvent[] = []
  for (const { call, lookup } of lookups) {
    const event = eventOf(call, lookup, now)
    if (event !== undefined) events.push(event)
    if (lookup.kind === 'live' && ageMs(call, now) > call.max_total_sec * 1000 + hangUpAfterMs)
      await carrier.hangUp(call)
  }
  if (events.length > 0) await applyCarrierEvents(db, events, now)
  return expired.length
}

async function lookUp(carrier: Carrier, { company_id, call_id }: ExpiredCall): Promise<LookupResult> {
  try {
    return await carrier.lookup({ company_id, call_id })
  } catch {
    // Treated as a carrier that cannot be reached: the call is looked up again.
    return { kind: 'unreachable', reason: 'the carrier threw an unexpected error' }
  }
}

const ageMs = ({ claimed_at }: ExpiredCall, now: Date) => now.getTime() - claimed_at.getTime()

/**
 * The result of a lookup as an event; undefined when the carrier could not be reached: the call is looked up again when
 * its lease expires.
 */
function eventOf(call: ExpiredCall, lookup: LookupResult, now: Date): CarrierEvent | undefined {
  const { company_id, call_id } = call
  const ended = (outcome: CarrierEvent['outcome'], ended_reason: string): CarrierEvent => ({
    company_id,
    call_id,
    type: 'ended',
    at: now,
    outcome,
    ended_reason,
  })
  if (lookup.kind === 'ended') return { ...lookup.event, company_id, call_id }
  if (lookup.kind === 'live') {
    const { status, answered_at } = lookup
    if (status === 'active') return { company_id, call_id, type: 'answered', at: answered_at ?? now }
    // The lookup is not the time of dialing; the claim is the closest known.
    return { company_id, call_id, type: status, at: status === 'dialing' ? call.claimed_at : now }
  }
  if (lookup.kind === 'unknown') {
    // A call without any event was never placed. A call with an event was placed, and the carrier has lost it.
    return call.status === 'dialing' || call.status === 'queued'
      ? ended('cancelled', notDialedReason)
      : ended('lost', 'the carrier no longer knows the call')
  }
  const isLost = ageMs(call, now) > call.max_total_sec * 1000 + lostAfterMs
  return isLost ? ended('lost', 'the carrier could not be reached') : undefined
}
