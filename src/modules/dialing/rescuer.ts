import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineQuery, type RowOf } from '../../db/query/define-query.ts'
import { integer, recordset, text, timestamptz, uuid } from '../../db/query/parameters.ts'
import { callStatuses, notDialedReason } from '../../db/schema/index.ts'
import { Nullable, OneOf } from '../../lib/schema/typebox.ts'
import type { Carrier, CarrierEvent, LookupResult } from '../../telephony/carrier.ts'
import { applyCarrierEvents, type FailureListeners } from './carrier-event-batches.ts'
import { hangUpAtOf, lostAfterHangUpMs, lostAfterUnreachableMs } from './claim/hang-up-times.ts'
import { leaseMs } from './dialer.ts'

/** Calls looked up per step. */
const batchSize = 50

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
    status: OneOf(callStatuses),
    /** Why the carrier failed to respond to the dial request; null when it responded. */
    dial_error: Nullable(Type.String()),
    claimed_at: Type.Date(),
    /** From this time on, the call is hung up. */
    hang_up_at: Type.Date(),
    /** When the carrier was first asked to hang up. */
    hung_up_at: Nullable(Type.Date()),
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
    where l.company_id = e.company_id and l.call_id = e.call_id
    returning l.company_id, l.call_id, c.status, l.claimed_at, l.dial_error, ${hangUpAtOf('l')} as hang_up_at, l.hung_up_at`,
})
type ExpiredCall = RowOf<typeof takeOverExpiredLeases>

/**
 * Asks the carrier about calls whose lease has expired: their worker died, an event was lost, or the call is to be hung up. Ends
 * calls that are over, returns the tasks of calls that were never placed to the queue, and lets live calls continue until they
 * have lasted too long. No contact is dialed again before the carrier has responded, or has had its time to. A call whose state
 * cannot be stored is looked up again later; the others are not delayed. Returns the number of calls looked up.
 */
export async function rescueStep(
  db: Db,
  carrier: Carrier,
  worker: string,
  now: Date,
  listeners?: FailureListeners,
): Promise<number> {
  const lease_until = new Date(now.getTime() + leaseMs)
  const expired = await takeOverExpiredLeases(db, { worker, now, lease_until, limit: batchSize })
  const found = await Promise.all(expired.map((call) => lookUpAndHangUp(carrier, call, now)))
  const events = found.flatMap(({ event }) => event ?? [])
  const { failed } = await applyCarrierEvents(db, events, now, {
    ...listeners,
    reportGraceMs: carrier.reportGraceMs,
  })
  const calls = found.flatMap((call) =>
    call.lookup_at === undefined ? [] : hungUp(call, call.lookup_at, now),
  )
  if (calls.length > 0) await recordHangUps(db, { calls })
  for (const { company_id, call_id, retry_at } of failed)
    await postponeLookup(db, { company_id, call_id, retry_at })
  return expired.length
}

interface FoundCall {
  call: ExpiredCall
  /** undefined: nothing is known about the call. */
  event: CarrierEvent | undefined
  /** The call was hung up, and is looked up again at this time; undefined: it was not. */
  lookup_at?: Date
}

/** Looks up a call. One that is to be hung up by now, and has not ended, is hung up: until it has ended, or is lost. */
async function lookUpAndHangUp(carrier: Carrier, call: ExpiredCall, now: Date): Promise<FoundCall> {
  const lookup = await lookUp(carrier, call)
  const event = eventOf(call, lookup, now)
  const hasEnded = lookup.kind === 'ended' || lookup.kind === 'unknown'
  if (hasEnded || now < call.hang_up_at) return { call, event }
  await hangUp(carrier, call)
  if (lookup.kind === 'unreachable') return { call, event }
  return { call, event, lookup_at: lostAt(call, now) }
}

/** When a call that is hung up, and still live at the carrier, ends as lost. */
const lostAt = ({ hung_up_at }: ExpiredCall, now: Date) =>
  new Date((hung_up_at ?? now).getTime() + lostAfterHangUpMs)

const hungUp = ({ call }: FoundCall, lookup_at: Date, now: Date) => {
  const { company_id, call_id, hung_up_at } = call
  return { company_id, call_id, lookup_at, hung_up_at: hung_up_at ?? now }
}

/** Index: leases_pkey. */
const recordHangUps = defineQuery({
  name: 'dialing.record_hang_ups',
  params: {
    calls: recordset('h', {
      company_id: uuid,
      call_id: uuid,
      lookup_at: timestamptz,
      hung_up_at: timestamptz,
    }),
  },
  row: {},
  sql: (p) => sql`
    update leases l set hung_up_at = h.hung_up_at, lease_until = h.lookup_at from ${p.calls}
    where l.company_id = h.company_id and l.call_id = h.call_id and l.is_live`,
})

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
    const { status, dialed_at, answered_at, is_answer_estimated } = lookup
    if (call.hung_up_at !== null && now >= lostAt(call, now))
      return ended('lost', `the carrier still reported ${status} after it was asked to hang up`)
    if (status === 'active') {
      const is_estimated = is_answer_estimated ?? answered_at === undefined
      return { company_id, call_id, type: 'answered', at: answered_at ?? now, is_estimated, dialed_at }
    }
    // The lookup is not the time of dialing; without a report of the carrier, the claim is the closest known.
    const at = status === 'dialing' ? (dialed_at ?? call.claimed_at) : now
    return { company_id, call_id, type: status, at, dialed_at }
  }
  if (lookup.kind === 'unknown') {
    // A call with an event was placed, and the carrier has lost it. A call without any event was never placed.
    if (call.status !== 'dialing' && call.status !== 'queued')
      return ended('lost', 'the carrier no longer knows the call')
    return call.dial_error === null
      ? ended('cancelled', notDialedReason)
      : ended('carrier_error', call.dial_error)
  }
  const isLost = now.getTime() >= call.hang_up_at.getTime() + lostAfterUnreachableMs
  return isLost ? ended('lost', 'the carrier could not be reached') : undefined
}
