import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { isDatabaseWideError } from '../../db/connection-errors.ts'
import { defineQuery, type RowOf } from '../../db/query/define-query.ts'
import { integer, text, timestamptz, uuid } from '../../db/query/parameters.ts'
import { callStatuses, notDialedReason } from '../../db/schema/index.ts'
import { Nullable, OneOf } from '../../lib/schema/typebox.ts'
import type { Carrier, CarrierEvent, LookupResult } from '../../telephony/carrier.ts'
import { attemptForCampaign, type ReportFailure } from '../campaigns/index.ts'
import { applyCarrierEvents } from './carrier-events.ts'
import { leaseMs } from './dialer.ts'

/** Calls looked up per step. */
const batchSize = 50

/** A live call is hung up this long after ring_timeout_sec + max_call_duration_sec. */
const hangUpAfterMs = 60_000
/** A call whose carrier cannot be reached ends as lost this long after ring_timeout_sec + max_call_duration_sec. */
const lostAfterMs = 600_000

/**
 * Assigns expired leases to a worker and renews them, so that no other process looks up the same calls. Companies take turns;
 * those of each that expired first come first. Skips leases that another transaction has locked. Indexes:
 * leases_lease_until_idx, then leases_pkey.
 */
const takeOverExpiredLeases = defineQuery({
  name: 'dialing.take_over_expired_leases',
  params: { worker: text, now: timestamptz, lease_until: timestamptz, limit: integer },
  row: {
    company_id: Type.String(),
    call_id: Type.String(),
    /** null for a test call. */
    campaign_id: Nullable(Type.String()),
    status: OneOf(callStatuses),
    /** Why the carrier failed to respond to the dial request; null when it responded. */
    dial_error: Nullable(Type.String()),
    claimed_at: Type.Date(),
    /** Seconds that ringing and conversation may take together. */
    max_total_sec: Type.Integer(),
  },
  sql: (p) => sql`
    with candidates as materialized (
      select company_id, call_id from leases
      where is_live and lease_until <= ${p.now}
      order by row_number() over (partition by company_id order by lease_until), lease_until limit ${p.limit}
    ), expired_leases as materialized (
      select company_id, call_id from leases join candidates using (company_id, call_id)
      where is_live and lease_until <= ${p.now} for update of leases skip locked
    )
    update leases l set worker = ${p.worker}, lease_until = ${p.lease_until}
    from expired_leases e
    join calls c on c.company_id = e.company_id and c.id = e.call_id
    left join campaigns k on k.company_id = c.company_id and k.id = c.campaign_id
    left join test_calls t on t.company_id = c.company_id and t.call_id = c.id
    where l.company_id = e.company_id and l.call_id = e.call_id
    returning l.company_id, l.call_id, l.campaign_id, c.status, l.claimed_at, l.dial_error,
      coalesce(k.ring_timeout_sec + k.max_call_duration_sec, t.ring_timeout_sec + t.max_call_duration_sec) as max_total_sec`,
})
type ExpiredCall = RowOf<typeof takeOverExpiredLeases>

/**
 * Asks the carrier about calls whose lease has expired: their worker died, or an event was lost. Ends calls that are
 * over, returns the tasks of calls that were never placed to the queue, and lets live calls continue. No contact is
 * dialed again before the carrier has responded. A call whose state cannot be stored is looked up again later; the others
 * are not delayed. Returns the number of calls looked up.
 */
export async function rescueStep(
  db: Db,
  carrier: Carrier,
  worker: string,
  now: Date,
  report?: ReportFailure,
): Promise<number> {
  const lease_until = new Date(now.getTime() + leaseMs)
  const expired = await takeOverExpiredLeases(db, { worker, now, lease_until, limit: batchSize })
  const found = await Promise.all(expired.map((call) => findEvent(carrier, call, now)))
  const byCompany = new Map<string, FoundEvent[]>()
  for (const each of found) {
    if (each === undefined) continue
    const { company_id } = each.call
    byCompany.set(company_id, [...(byCompany.get(company_id) ?? []), each])
  }
  // At the same time, because one company may have to wait for a lock.
  const applied = [...byCompany.values()].map((events) =>
    applyEvents(db, events, now, carrier.reportGraceMs, report),
  )
  for (const result of await Promise.allSettled(applied))
    if (result.status === 'rejected') throw result.reason
  return expired.length
}

interface FoundEvent {
  call: ExpiredCall
  event: CarrierEvent
}

/** Looks up a call, and hangs it up when it has lasted too long. undefined when nothing is known about it. */
async function findEvent(carrier: Carrier, call: ExpiredCall, now: Date): Promise<FoundEvent | undefined> {
  const lookup = await lookUp(carrier, call)
  if (lookup.kind === 'live' && ageMs(call, now) > call.max_total_sec * 1000 + hangUpAfterMs)
    await hangUp(carrier, call)
  const event = eventOf(call, lookup, now)
  return event === undefined ? undefined : { call, event }
}

/** Applies the events of one company; when that fails, each alone. */
async function applyEvents(
  db: Db,
  found: readonly FoundEvent[],
  now: Date,
  reportGraceMs: number | undefined,
  report?: ReportFailure,
): Promise<void> {
  try {
    await applyCarrierEvents(
      db,
      found.map(({ event }) => event),
      now,
      reportGraceMs,
    )
  } catch (error) {
    if (isDatabaseWideError(error)) throw error
    for (const each of found) await applyAlone(db, each, now, reportGraceMs, report)
  }
}

async function applyAlone(
  db: Db,
  { call, event }: FoundEvent,
  now: Date,
  reportGraceMs: number | undefined,
  report?: ReportFailure,
) {
  const { company_id, call_id, campaign_id } = call
  const apply = () => applyCarrierEvents(db, [event], now, reportGraceMs)
  if (campaign_id === null) return apply()
  const key = { company_id, campaign_id }
  const result = await attemptForCampaign(db, key, 'record_call', now, apply, report)
  if ('retry_at' in result) await postponeLookup(db, { company_id, call_id, retry_at: result.retry_at })
}

/** Index: leases_pkey. */
const postponeLookup = defineQuery({
  name: 'dialing.postpone_lookup',
  params: { company_id: uuid, call_id: uuid, retry_at: timestamptz },
  row: {},
  sql: (p) => sql`
    update leases set lease_until = greatest(lease_until, ${p.retry_at})
    where company_id = ${p.company_id} and call_id = ${p.call_id} and is_live`,
})

/** A hang-up that fails is requested again when the lease expires. */
async function hangUp(carrier: Carrier, call: ExpiredCall): Promise<void> {
  try {
    await carrier.hangUp(call)
  } catch {
    // Treated as a carrier that cannot be reached, like a lookup.
  }
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
    // A call with an event was placed, and the carrier has lost it. A call without any event was never placed.
    if (call.status !== 'dialing' && call.status !== 'queued')
      return ended('lost', 'the carrier no longer knows the call')
    return call.dial_error === null
      ? ended('cancelled', notDialedReason)
      : ended('carrier_error', call.dial_error)
  }
  const isLost = ageMs(call, now) > call.max_total_sec * 1000 + lostAfterMs
  return isLost ? ended('lost', 'the carrier could not be reached') : undefined
}
