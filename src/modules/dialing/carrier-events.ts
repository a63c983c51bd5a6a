import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import {
  type CallStatus,
  type FinalCallStatus,
  type Outcome,
  unansweredOutcomes,
} from '../../db/schema/index.ts'
import { type Tx, withQueuePlans } from '../../db/transaction.ts'
import type { CarrierEvent } from '../../telephony/carrier.ts'
import { canTransition, isFinal } from '../calls/index.ts'
import { emitEventsSql } from '../events/index.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { completeCall } from '../telemetry/index.ts'

/** How long after the last word of a live call the carrier is asked about it, ms. */
const quietMs = 45_000

/**
 * Takes in what a carrier says. Said twice, late or out of order, it comes to the same: a call goes forward only, and
 * a final state never moves. Calls that are not there are passed over. Answers how many calls there were.
 */
export async function applyCarrierEvents(
  db: Db,
  events: readonly CarrierEvent[],
  now: Date,
): Promise<number> {
  const byCompany = new Map<string, CarrierEvent[]>()
  for (const event of events) {
    const of = byCompany.get(event.company_id)
    if (of === undefined) byCompany.set(event.company_id, [event])
    else of.push(event)
  }
  let taken = 0
  for (const [company_id, of] of byCompany) {
    taken += await withQueuePlans(db, company_id, (tx) => takeOfCompany(tx, of, now))
  }
  return taken
}

interface Known extends Record<string, unknown> {
  id: string
  status: CallStatus
  started_at: string
  has_turns: boolean
}

async function takeOfCompany(tx: Tx, events: readonly CarrierEvent[], now: Date): Promise<number> {
  const ids = [...new Set(events.map(({ call_id }) => call_id))]
  const calls = await tx.execute<Known>(sql`
    select c.id, c.status, c.started_at, (
      select 1 from call_logs l where l.company_id = c.company_id and l.call_id = c.id limit 1) is not null as has_turns
    from ${named(tx, ids)} e join calls c on c.company_id = e.company_id and c.id = e.id
    order by c.id for no key update of c`)
  const moved: Moved[] = []
  const ended: Ended[] = []
  for (const call of calls) {
    const of = events.filter(({ call_id }) => call_id === call.id)
    if (isFinal(call.status)) continue
    const status = furthest(call.status, of)
    const end = of.find(({ type }) => type === 'ended')
    if (end === undefined) moved.push({ id: call.id, status })
    else if (isPlain(call, end, status)) ended.push(plainEnd(call, end, end.outcome, now))
    else await endConversation(tx, call, end, status === 'active', now)
  }
  await moveCalls(tx, moved, now)
  await endCallsWithoutConversation(tx, ended, now)
  return calls.length
}

/**
 * Calls by their ids, as rows that name their company: were it a constant, a planner who takes a table for small would
 * read all that the company has, and look there for the ids.
 */
const named = (tx: Tx, ids: readonly string[]) =>
  sql`(select ${tx.company_id}::uuid as company_id, id from unnest(${`{${ids.join(',')}}`}::uuid[]) as id offset 0)`

/** Where the call came to, by all that is said of it. */
function furthest(present: CallStatus, events: readonly CarrierEvent[]): CallStatus {
  const steps = { dialing: 'dialing', ringing: 'ringing', answered: 'active' } as const
  let status = present
  for (const { type } of events) {
    if (type !== 'ended' && canTransition(status, steps[type])) status = steps[type]
  }
  return status
}

/** Nobody talked, and how it ended is said: there is nothing to derive, and many are ended by one statement. */
const isPlain = (
  { has_turns }: Known,
  end: CarrierEvent,
  status: CallStatus,
): end is CarrierEvent & { outcome: Outcome } =>
  end.outcome !== undefined && !has_turns && (status !== 'active' || isUnanswered(end.outcome))

const isUnanswered = (outcome: Outcome) => unansweredOutcomes.includes(outcome)

const finalOf = (outcome: Outcome | undefined): FinalCallStatus => {
  if (outcome === 'cancelled') return 'cancelled'
  return outcome !== undefined && (isUnanswered(outcome) || outcome === 'agent_error')
    ? 'failed'
    : 'completed'
}

interface Moved {
  id: string
  status: CallStatus
}

interface Ended {
  id: string
  status: FinalCallStatus
  outcome: Outcome
  ended_reason: string | null
  ended_at: string
}

/** A carrier's clock need not agree with ours: nothing ends before it began, or after now. */
const endOf = ({ started_at }: Known, at: Date, now: Date) =>
  new Date(Math.max(Date.parse(started_at), Math.min(at.getTime(), now.getTime())))

const plainEnd = (call: Known, { at, ended_reason }: CarrierEvent, outcome: Outcome, now: Date): Ended => ({
  id: call.id,
  status: finalOf(outcome),
  outcome,
  ended_reason: ended_reason?.slice(0, 500) ?? null,
  ended_at: endOf(call, at, now).toISOString(),
})

/**
 * How it ended is the agent's to say, who has a while for it: also where nobody is known to have answered, because the
 * carrier's word of that may be the one that was lost. What was said is derived.
 */
async function endConversation(tx: Tx, call: Known, end: CarrierEvent, isAnswered: boolean, now: Date) {
  const waits = end.outcome === undefined
  const status = waits && !isAnswered && !call.has_turns ? 'failed' : finalOf(end.outcome)
  await completeCall(
    tx,
    call.id,
    {
      status,
      ended_at: endOf(call, end.at, now),
      ...(end.outcome !== undefined && { outcome: end.outcome }),
      ...(end.ended_reason && { ended_reason: end.ended_reason.slice(0, 500) }),
      is_unreported: waits,
    },
    now,
  )
}

async function moveCalls(tx: Tx, moved: readonly Moved[], now: Date): Promise<void> {
  if (moved.length === 0) return
  await tx.execute(sql`
    with moved as materialized (
      select ${tx.company_id}::uuid as company_id, m.*
      from json_to_recordset(${JSON.stringify(moved)}::text::json) as m(id uuid, status text)
    ),
    leased as (
      update leases l set lease_until = greatest(l.lease_until, ${new Date(now.getTime() + quietMs).toISOString()}::timestamptz)
      from moved m where l.company_id = m.company_id and l.call_id = m.id and l.is_live
    ),
    called as (
      update calls c set status = m.status, updated_at = now() from moved m
      where c.company_id = m.company_id and c.id = m.id and c.status <> m.status
      returning c.company_id, c.id, c.campaign_id, c.status
    ),
    happened as (${emitEventsSql(sql`
      select company_id, jsonb_build_object('type', 'call.status', 'call_id', id, 'campaign_id', campaign_id,
        'status', status) as item from called`)})
    insert into dirty_calls (company_id, call_id) select company_id, id from called`)
  tx.notifyEvents()
}

/** Ends calls nobody talked in, and lets go of their leases: whoever calls this holds the calls. */
export async function endCallsWithoutConversation(tx: Tx, ended: readonly Ended[], now: Date): Promise<void> {
  if (ended.length === 0) return
  await tx.execute(sql`
    with ended as materialized (
      select ${tx.company_id}::uuid as company_id, e.* from json_to_recordset(${JSON.stringify(ended)}::text::json)
        as e(id uuid, status text, outcome text, ended_reason text, ended_at timestamptz)
    ),
    leased as (
      update leases l set is_live = false, settle_at = ${now.toISOString()}::timestamptz
      from ended e where l.company_id = e.company_id and l.call_id = e.id and l.is_live
    ),
    called as (
      update calls c set status = e.status, outcome = e.outcome, ended_reason = e.ended_reason, ended_at = e.ended_at,
        duration_sec = extract(epoch from e.ended_at - c.started_at)::float8, updated_at = now()
      from ended e where c.company_id = e.company_id and c.id = e.id
      returning c.company_id, c.id, c.campaign_id, c.status
    )
    ${emitEventsSql(sql`
      select company_id, jsonb_build_object('type', 'call.ended', 'call_id', id, 'campaign_id', campaign_id,
        'status', status) as item from called`)}`)
  tx.notifyEvents()
  await markCallsChanged(
    tx,
    ended.map(({ id }) => id),
  )
}
