import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { CallStatus } from '../../db/schema/index.ts'
import type { Carrier, CarrierEvent, LookupResult } from '../../telephony/carrier.ts'
import { applyCarrierEvents } from './carrier-events.ts'
import { notDialedReason } from './dial-results.ts'
import { leaseMs } from './dialer.ts'

/** Attempts that one step asks about at most. */
const batch = 50

/** Beyond ring_timeout_sec and max_call_duration_sec: then a call is hung up, and later given up for lost, ms. */
const overdueMs = 60_000
const lostMs = 600_000

interface Quiet extends Record<string, unknown> {
  company_id: string
  call_id: string
  status: CallStatus
  claimed_at: string
  longest_sec: number
}

/**
 * Asks the carrier about attempts nobody heard of for a while: their worker died, or a word was lost. What has ended is
 * ended, what was never placed goes back to the queue, what is live goes on. Nothing is dialed again on a guess.
 * Answers how many were asked about.
 */
export async function rescueStep(db: Db, carrier: Carrier, worker: string, now: Date): Promise<number> {
  const quiet = await adopt(db, worker, now)
  const found = await Promise.all(quiet.map(async (call) => ({ call, lookup: await lookUp(carrier, call) })))
  const events: CarrierEvent[] = []
  for (const { call, lookup } of found) {
    const event = verdictOn(call, lookup, now)
    if (event !== undefined) events.push(event)
    if (lookup.kind === 'live' && ageOf(call, now) > call.longest_sec * 1000 + overdueMs)
      await carrier.hangUp(call)
  }
  if (events.length > 0) await applyCarrierEvents(db, events, now)
  return quiet.length
}

/** Takes over leases that ran out: for a while nobody else asks about them. */
const adopt = (db: Db, worker: string, now: Date): Promise<Quiet[]> =>
  db.orm.execute<Quiet>(sql`
    with quiet as (
      select company_id, call_id from leases
      where is_live and lease_until <= ${now.toISOString()}::timestamptz
      order by lease_until limit ${batch} for update skip locked
    )
    update leases l set worker = ${worker}, lease_until = ${new Date(now.getTime() + leaseMs).toISOString()}::timestamptz
    from quiet q
    join calls c on c.company_id = q.company_id and c.id = q.call_id
    left join campaigns k on k.company_id = c.company_id and k.id = c.campaign_id
    left join test_calls t on t.company_id = c.company_id and t.call_id = c.id
    where l.company_id = q.company_id and l.call_id = q.call_id
    returning l.company_id, l.call_id, c.status, l.claimed_at,
      coalesce(k.ring_timeout_sec + k.max_call_duration_sec, t.ring_timeout_sec + t.max_call_duration_sec) as longest_sec`)

async function lookUp(carrier: Carrier, { company_id, call_id }: Quiet): Promise<LookupResult> {
  try {
    return await carrier.lookup({ company_id, call_id })
  } catch {
    // A carrier that throws says as little as one that cannot be reached; it is asked again.
    return { kind: 'unreachable', reason: 'the carrier failed in a way it should not' }
  }
}

const ageOf = ({ claimed_at }: Quiet, now: Date) => now.getTime() - Date.parse(claimed_at)

/** What the carrier's answer says of the call, as an event; undefined: it is asked again when its lease runs out. */
function verdictOn(call: Quiet, lookup: LookupResult, now: Date): CarrierEvent | undefined {
  const { company_id, call_id } = call
  const ended = (outcome: CarrierEvent['outcome'], ended_reason: string): CarrierEvent => ({
    ...{ company_id, call_id, type: 'ended', at: now, outcome, ended_reason },
  })
  if (lookup.kind === 'ended') return { ...lookup.event, company_id, call_id }
  if (lookup.kind === 'live') {
    const type = lookup.status === 'active' ? 'answered' : lookup.status
    return { company_id, call_id, type, at: now }
  }
  // A carrier that knew of it, and does no longer, has lost it; one that never did, never dialed.
  if (lookup.kind === 'unknown') {
    return call.status === 'dialing' || call.status === 'queued'
      ? ended('cancelled', notDialedReason)
      : ended('lost', 'the carrier lost it')
  }
  const isLost = ageOf(call, now) > call.longest_sec * 1000 + lostMs
  return isLost ? ended('lost', 'the carrier could not be asked') : undefined
}
