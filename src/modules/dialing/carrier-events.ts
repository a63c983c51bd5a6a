import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import {
  type CallStatus,
  type FinalCallStatus,
  type Outcome,
  unansweredOutcomes,
} from '../../db/schema/index.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
import { truncate } from '../../lib/text.ts'
import type { CarrierEvent } from '../../telephony/carrier.ts'
import {
  canTransition,
  type EndWithoutConversation,
  endCallsWithoutConversation,
  isFinal,
} from '../calls/index.ts'
import { emitEventsSql } from '../events/index.ts'
import { completeCall } from '../telemetry/index.ts'

/** A live call without an event for this long is looked up at the carrier, ms. */
const lookupAfterMs = 45_000

/** The longest ended_reason that is stored, in characters. */
const maxReasonLength = 500

/**
 * Applies events of a carrier to their calls. Safe for events that are repeated, late or out of order: a call only
 * moves forward, and a final state does not change. Events of unknown calls are ignored. Returns the number of known
 * calls.
 */
export async function applyCarrierEvents(
  db: Db,
  events: readonly CarrierEvent[],
  now: Date,
): Promise<number> {
  const byCompany = new Map<string, CarrierEvent[]>()
  for (const event of events) {
    const companyEvents = byCompany.get(event.company_id)
    if (companyEvents === undefined) byCompany.set(event.company_id, [event])
    else companyEvents.push(event)
  }
  let knownCalls = 0
  for (const [company_id, companyEvents] of byCompany) {
    knownCalls += await asOwner(db, company_id, (tx) => applyCompanyEvents(tx, companyEvents, now), {
      plans: 'fresh',
    })
  }
  return knownCalls
}

interface KnownCall extends Record<string, unknown> {
  id: string
  status: CallStatus
  started_at: string
  has_turns: boolean
}

async function applyCompanyEvents(tx: Tx, events: readonly CarrierEvent[], now: Date): Promise<number> {
  const ids = [...new Set(events.map(({ call_id }) => call_id))]
  const calls = await tx.execute<KnownCall>(sql`
    select c.id, c.status, c.started_at, (
      select 1 from call_logs l where l.company_id = c.company_id and l.call_id = c.id limit 1) is not null as has_turns
    from ${callIdRows(tx, ids)} e join calls c on c.company_id = e.company_id and c.id = e.id
    order by c.id for no key update of c`)
  const progressed: StatusChange[] = []
  const ended: EndWithoutConversation[] = []
  for (const call of calls) {
    const callEvents = events.filter(({ call_id }) => call_id === call.id)
    if (isFinal(call.status)) continue
    const status = furthestStatus(call.status, callEvents)
    const end = callEvents.find(({ type }) => type === 'ended')
    if (end === undefined) progressed.push({ id: call.id, status })
    else if (hasNoConversation(call, end, status)) ended.push(endOf(call, end, end.outcome, now))
    else await endConversation(tx, call, end, status === 'active', now)
  }
  await updateStatuses(tx, progressed, now)
  await endCallsWithoutConversation(tx, ended, now)
  return calls.length
}

/**
 * Ids of calls as rows with their company. If the company were a constant, a planner that estimates the table as small
 * would read all calls of the company and filter them by id.
 */
const callIdRows = (tx: Tx, ids: readonly string[]) =>
  sql`(select ${tx.company_id}::uuid as company_id, id from unnest(${`{${ids.join(',')}}`}::uuid[]) as id offset 0)`

/** The furthest status that the events lead to from the current one. `ended` events are ignored here. */
function furthestStatus(current: CallStatus, events: readonly CarrierEvent[]): CallStatus {
  const statuses = { dialing: 'dialing', ringing: 'ringing', answered: 'active' } as const
  let status = current
  for (const { type } of events) {
    if (type !== 'ended' && canTransition(status, statuses[type])) status = statuses[type]
  }
  return status
}

/**
 * True when the call had no conversation and the carrier reported its outcome. Such calls have no metrics to derive, so
 * many of them are ended in one statement.
 */
const hasNoConversation = (
  { has_turns }: KnownCall,
  end: CarrierEvent,
  status: CallStatus,
): end is CarrierEvent & { outcome: Outcome } =>
  end.outcome !== undefined && !has_turns && (status !== 'active' || isUnanswered(end.outcome))

const isUnanswered = (outcome: Outcome) => unansweredOutcomes.includes(outcome)

const finalStatus = (outcome: Outcome | undefined): FinalCallStatus => {
  if (outcome === 'cancelled') return 'cancelled'
  return outcome !== undefined && (isUnanswered(outcome) || outcome === 'agent_error')
    ? 'failed'
    : 'completed'
}

interface StatusChange {
  id: string
  status: CallStatus
}

/**
 * When the call ended by the carrier's clock, but not before the call's start and not after `now`: the carrier's clock
 * may differ from this server's.
 */
const endTime = ({ started_at }: KnownCall, at: Date, now: Date) =>
  new Date(Math.max(Date.parse(started_at), Math.min(at.getTime(), now.getTime())))

const endOf = (
  call: KnownCall,
  { at, ended_reason }: CarrierEvent,
  outcome: Outcome,
  now: Date,
): EndWithoutConversation => ({
  id: call.id,
  status: finalStatus(outcome),
  outcome,
  ended_reason: ended_reason === undefined ? null : truncate(ended_reason, maxReasonLength),
  ended_at: endTime(call, at, now),
})

/**
 * Ends a call that may have had a conversation, and derives its metrics. Without an outcome from the carrier, the agent
 * has a grace period to report one. This includes a call that seems unanswered: its `answered` event
 * may be lost.
 */
async function endConversation(tx: Tx, call: KnownCall, end: CarrierEvent, isAnswered: boolean, now: Date) {
  const is_unreported = end.outcome === undefined
  const status = is_unreported && !isAnswered && !call.has_turns ? 'failed' : finalStatus(end.outcome)
  await completeCall(
    tx,
    call.id,
    {
      status,
      ended_at: endTime(call, end.at, now),
      ...(end.outcome !== undefined && { outcome: end.outcome }),
      ...(end.ended_reason && { ended_reason: truncate(end.ended_reason, maxReasonLength) }),
      is_unreported,
    },
    now,
  )
}

/** Sets the statuses of calls and extends their leases. The caller has locked the calls. */
async function updateStatuses(tx: Tx, changes: readonly StatusChange[], now: Date): Promise<void> {
  if (changes.length === 0) return
  await tx.execute(sql`
    with changes as materialized (
      select ${tx.company_id}::uuid as company_id, s.*
      from json_to_recordset(${JSON.stringify(changes)}::text::json) as s(id uuid, status text)
    ),
    extended_leases as (
      update leases l set lease_until = greatest(l.lease_until, ${new Date(now.getTime() + lookupAfterMs).toISOString()}::timestamptz)
      from changes s where l.company_id = s.company_id and l.call_id = s.id and l.is_live
    ),
    updated_calls as (
      update calls c set status = s.status, updated_at = now() from changes s
      where c.company_id = s.company_id and c.id = s.id and c.status <> s.status
      returning c.company_id, c.id, c.campaign_id, c.status
    ),
    events as (${emitEventsSql(sql`
      select company_id, jsonb_build_object('type', 'call.status', 'call_id', id, 'campaign_id', campaign_id,
        'status', status) as item from updated_calls`)})
    insert into dirty_calls (company_id, call_id) select company_id, id from updated_calls`)
  tx.notifyEvents()
}
