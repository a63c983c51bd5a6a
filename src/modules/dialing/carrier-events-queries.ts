import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery, type RowOf } from '../../db/query/define-query.ts'
import {
  boolean,
  double,
  nullable,
  recordset,
  text,
  timestamptz,
  uuid,
  uuidArray,
} from '../../db/query/parameters.ts'
import { type CallStatus, callStatuses, outcomes } from '../../db/schema/index.ts'
import { Nullable, OneOf } from '../../lib/schema/typebox.ts'
import { type CallTimes, estimatedMarks } from '../calls/index.ts'
import { emitEventsSql } from '../events/index.ts'
import { hangUpAtOf } from './claim/hang-up-times.ts'

/**
 * Locks calls in the order of their ids, and reads their state. Index: the primary keys of calls and call_logs.
 *
 * The ids are rows with their company. If the company were a constant, a planner that estimates the table as small would
 * read all calls of the company and filter them by id.
 */
export const lockCalls = defineCompanyQuery({
  name: 'dialing.lock_calls',
  params: { call_ids: uuidArray },
  row: {
    id: Type.String(),
    call_task_id: Nullable(Type.String()),
    campaign_id: Nullable(Type.String()),
    status: OneOf(callStatuses),
    outcome: Nullable(OneOf(outcomes)),
    is_outcome_classified: Type.Boolean(),
    is_outcome_from_carrier: Type.Boolean(),
    ended_reason: Nullable(Type.String()),
    created_at: Type.Date(),
    started_at: Type.Date(),
    dialed_at: Nullable(Type.Date()),
    answered_at: Nullable(Type.Date()),
    ended_at: Nullable(Type.Date()),
    ring_sec: Nullable(Type.Number()),
    duration_sec: Nullable(Type.Number()),
    has_turns: Type.Boolean(),
  },
  sql: (p) => sql`
    select c.id, c.call_task_id, c.campaign_id, c.status, c.outcome, c.is_outcome_classified, c.is_outcome_from_carrier, c.ended_reason, c.created_at, c.started_at, c.dialed_at, c.answered_at, c.ended_at,
      c.ring_sec, c.duration_sec, (
      select 1 from call_logs l where l.company_id = c.company_id and l.call_id = c.id limit 1) is not null as has_turns
    from (select ${p.company_id} as company_id, id from unnest(${p.call_ids}) as id offset 0) e
    join calls c on c.company_id = e.company_id and c.id = e.id
    order by c.id for no key update of c`,
})
export type KnownCall = RowOf<typeof lockCalls>

/** The campaign of a call; null for a call without one. Index: the primary key of calls. */
export const findCampaignOfCall = defineCompanyQuery({
  name: 'dialing.find_campaign_of_call',
  params: { call_id: uuid },
  row: { campaign_id: Nullable(Type.String()) },
  sql: (p) => sql`select campaign_id from calls where company_id = ${p.company_id} and id = ${p.call_id}`,
})

export interface StatusChange extends Pick<CallTimes, 'dialed_at' | 'answered_at' | 'ring_sec'> {
  id: string
  status: CallStatus
  is_status_new: boolean
  /** The answer was noticed later than it was. */
  is_answer_estimated: boolean
}

/** SQL: the extra data of a call with the mark of an answer that was noticed late. */
const withAnswerEstimated = sql.raw(
  `coalesce(c.extra_data, '{}') || '${JSON.stringify({ [estimatedMarks.answered_at]: true })}'`,
)

/** SQL: the change `s` differs from its call `c`. */
const isChanged = sql.raw(`(s.is_status_new
        or (c.dialed_at, c.answered_at) is distinct from (s.dialed_at, s.answered_at))`)

/**
 * Sets the statuses and times of calls and extends their leases, to the time at which they are hung up at most: a carrier that
 * sends events for ever keeps no call. Of a call without a lease, the time of the event is kept: it is not silent. The caller has
 * locked the calls.
 */
export const updateStatuses = defineCompanyQuery({
  name: 'dialing.update_statuses',
  params: {
    changes: recordset('s', {
      id: uuid,
      status: text,
      is_status_new: boolean,
      is_answer_estimated: boolean,
      dialed_at: nullable(timestamptz),
      answered_at: nullable(timestamptz),
      ring_sec: nullable(double),
    }),
    lease_until: timestamptz,
  },
  row: {},
  sql: (p) => sql`
    with changes as materialized (
      select ${p.company_id} as company_id, s.* from ${p.changes}
    ),
    extended_leases as (
      update leases l set lease_until = greatest(l.lease_until, least(${p.lease_until}, ${hangUpAtOf('l')}))
      from changes s where l.company_id = s.company_id and l.call_id = s.id and l.is_live
    ),
    updated_calls as (
      update calls c set status = s.status, dialed_at = s.dialed_at, answered_at = s.answered_at, ring_sec = s.ring_sec,
        extra_data = case when s.is_answer_estimated and c.answered_at is null then ${withAnswerEstimated} else c.extra_data end,
        updated_at = now()
      from changes s
      where c.company_id = s.company_id and c.id = s.id and ${isChanged}
      returning c.company_id, c.id, c.campaign_id, c.status, s.is_status_new
    ),
    touched_calls as (
      update calls c set updated_at = now() from changes s
      where c.company_id = s.company_id and c.id = s.id and not ${isChanged} and not exists (
        select from leases l where l.company_id = s.company_id and l.call_id = s.id)
    ),
    events as (${emitEventsSql(sql`
      select company_id, jsonb_build_object('type', case when is_status_new then 'call.status' else 'call.updated' end,
        'call_id', id, 'campaign_id', campaign_id, 'status', status) as item from updated_calls`)})
    insert into dirty_calls (company_id, call_id) select company_id, id from updated_calls`,
})
