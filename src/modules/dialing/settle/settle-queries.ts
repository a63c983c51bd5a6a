import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { defineQuery } from '../../../db/query/define-query.ts'
import {
  boolean,
  integer,
  nullable,
  recordset,
  text,
  timestamptz,
  uuid,
} from '../../../db/query/parameters.ts'
import { isReached, lateReportRule, type Outcome, outcomes } from '../../../db/schema/index.ts'
import { Nullable, OneOf } from '../../../lib/schema/typebox.ts'
import { callbackAtOf, factsOf, unreachedCounts } from '../../call-tasks/index.ts'
import { setOutcome } from '../../calls/index.ts'
import { emitEventsSql } from '../../events/index.ts'
import { isNumberSuppressed } from '../../suppressions/index.ts'
import { idleRecheck } from '../claim/claim-writes.ts'

/** Earlier attempts of a task by outcome. */
const OutcomeCounts = Type.Unsafe<Partial<Record<Outcome, number>>>({
  type: 'object',
  propertyNames: { enum: [...outcomes] },
  additionalProperties: { type: 'integer' },
})

const leaseColumns = sql.raw(
  'company_id, call_id, call_task_id, campaign_id, phone_number, is_unreported, is_task_cancelled, settle_at',
)

/**
 * `ended_leases`: the leases of ended attempts of each group, up to its share; those that ended longest ago first. Locks them,
 * and skips those that another transaction has locked.
 *
 * `id >= x and id <= x order by id` means `id = x`, but only one index has that order. The planner, whose statistics of queue
 * tables are stale, then chooses no other. Indexes: leases_ended_idx; leases_test_idx for test calls.
 */
const endedLeases = (now: SQL, groups: SQL) => {
  const isEnded = sql`company_id = r.company_id and not is_live and settle_at <= ${now}`
  return sql`
      select l.* from ${groups}
      cross join lateral (
        select ${leaseColumns} from leases
        where ${isEnded} and campaign_id >= r.campaign_id and campaign_id <= r.campaign_id
          and (r.only_call is null or call_id = r.only_call)
        order by campaign_id, settle_at limit r.share for update skip locked) as l
      union all
      select l.* from ${groups}
      cross join lateral (
        select ${leaseColumns} from leases
        where r.campaign_id is null and ${isEnded} and campaign_id is null
        order by claimed_at limit r.share for update skip locked) as l`
}

/**
 * LATERAL body: the newest report of an earlier attempt of the task of lease `l` that came while this attempt was live. Indexes:
 * task_events_pkey, calls_pkey.
 */
const lateReportOfEarlier = sql`
      select c.outcome, coalesce(c.ended_at, e.at) as ended_at, ${callbackAtOf('c')} as callback_at
      from task_events e
      cross join lateral (
        select * from calls where company_id = e.company_id and id >= e.call_id and id <= e.call_id order by id limit 1) as c
      where e.company_id = l.company_id and e.call_task_id = l.call_task_id and e.rule = '${sql.raw(lateReportRule)}'
        and e.call_id <> l.call_id and e.seq > coalesce((
          select d.seq from task_events d
          where d.company_id = l.company_id and d.call_task_id = l.call_task_id and d.is_effective
          order by d.seq desc limit 1), 0)
      order by e.seq desc limit 1`

/**
 * Ended attempts of these campaigns, and ended test calls, with their calls and tasks. Of the data that the agent collected,
 * only the values that settling uses are read: it may be large.
 *
 * Locks the lease and the call. Rows that another transaction has locked (an agent reports turns, a carrier event
 * arrives) are skipped; a later batch includes them. Indexes: those of the leases, then the primary keys of calls and
 * call_tasks.
 */
export const lockEndedAttempts = defineQuery({
  name: 'dialing.lock_ended_attempts',
  params: {
    now: timestamptz,
    /** `share`: the maximum number of its attempts. `only_call`: the only one; null: any. */
    groups: recordset('r', {
      company_id: uuid,
      campaign_id: nullable(uuid),
      share: integer,
      only_call: nullable(uuid),
    }),
  },
  row: {
    company_id: Type.String(),
    call_id: Type.String(),
    /** null for a test call, like campaign_id, outcome_counts and dial_timezone. */
    call_task_id: Nullable(Type.String()),
    campaign_id: Nullable(Type.String()),
    phone_number: Type.String(),
    /** The agent had not reported an outcome when the call ended. */
    is_unreported: Type.Boolean(),
    /** A user cancelled the task during the call. */
    is_task_cancelled: Type.Boolean(),
    outcome: Nullable(OneOf(outcomes)),
    is_outcome_classified: Type.Boolean(),
    is_outcome_from_carrier: Type.Boolean(),
    ended_reason: Nullable(Type.String()),
    ended_at: Type.Date(),
    /** See `callbackAtOf`. */
    callback_at: Type.Unknown(),
    is_reached: Type.Boolean(),
    /** What the decision depends on: see `factsOf`. */
    facts: Type.String(),
    outcome_counts: Nullable(OutcomeCounts),
    /** See `unreachedCounts`. */
    unreached_counts: OutcomeCounts,
    dial_timezone: Nullable(Type.String()),
    /** The number of the task is suppressed now. */
    is_suppressed: Type.Boolean(),
    /** The contact goes on with another number since the attempt. */
    is_number_replaced: Type.Boolean(),
    /** Of an earlier attempt, reported while this one was live; null: nothing was. */
    late_outcome: Nullable(OneOf(outcomes)),
    late_ended_at: Nullable(Type.Date()),
    late_callback_at: Type.Unknown(),
  },
  sql: (p) => sql`
    with ended_leases as materialized (${endedLeases(p.now, p.groups)})
    select l.company_id, l.call_id, l.call_task_id, l.campaign_id, l.phone_number, l.is_unreported, l.is_task_cancelled,
      call.outcome, call.is_outcome_classified, call.is_outcome_from_carrier, call.ended_reason,
      coalesce(call.ended_at, ${p.now}) as ended_at, ${callbackAtOf('call')} as callback_at,
      ${isReached('call')} as is_reached, ${factsOf('call')}::text as facts, task.outcome_counts,
      ${unreachedCounts('task')} as unreached_counts, task.dial_timezone,
      ${isNumberSuppressed('task', p.now)} as is_suppressed,
      coalesce(task.phone_number <> l.phone_number, false) as is_number_replaced,
      late.outcome as late_outcome, late.ended_at as late_ended_at, late.callback_at as late_callback_at
    from ended_leases l
    cross join lateral (
      select * from calls where company_id = l.company_id and id >= l.call_id and id <= l.call_id
      order by id limit 1 for no key update skip locked) as call
    left join lateral (
      select * from call_tasks where company_id = l.company_id and id >= l.call_task_id and id <= l.call_task_id
      order by id limit 1) as task on true
    left join lateral (${lateReportOfEarlier}) as late on true
    order by l.settle_at`,
})

const resumedDetail = sql.raw("'a report came late, and a contact is to be called again'")

/**
 * `updated_campaigns`: adds to the counters. A completed campaign with a contact to be called again runs again: all its contacts
 * were done only as far as was known. Its pace and its windows still exist.
 */
const updatedCampaigns = sql`
      update campaigns k set completed_tasks = k.completed_tasks + n.completed, failed_tasks = k.failed_tasks + n.failed,
        status = case when n.is_resumed then 'running' else k.status end,
        status_reason = case when not n.is_resumed then k.status_reason end,
        ended_at = case when not n.is_resumed then k.ended_at end
      from (
        select s.company_id, s.campaign_id, (count(*) filter (where s.status = 'completed'))::int as completed,
          (count(*) filter (where s.status = 'failed'))::int as failed,
          bool_or(s.status = 'retry' and former.status = 'completed') as is_resumed
        from settlements s join campaigns former on former.company_id = s.company_id and former.id = s.campaign_id
        group by s.company_id, s.campaign_id
      ) n
      where k.company_id = n.company_id and k.id = n.campaign_id and (n.completed + n.failed > 0 or n.is_resumed)
      returning k.company_id, k.id, k.total_tasks, k.completed_tasks, k.failed_tasks, n.is_resumed`

/**
 * `rechecked_campaigns`: lets the next claim read campaigns with a contact that is due again at once. A campaign whose claims
 * fail keeps its later time. Waits for a claim that has locked the row: it may not have seen the contact. No claim waits for a
 * settlement. Index: campaign_pace_pkey.
 */
const recheckedCampaigns = (now: SQL) => sql`
      update campaign_pace p set recheck_at = ${now}
      from (select distinct company_id, campaign_id from settlements where status = 'retry' and next_attempt_at <= ${now}) due
      where p.company_id = due.company_id and p.campaign_id = due.campaign_id
        and p.recheck_at > ${now} and p.recheck_at <= ${now} + 2 * ${idleRecheck}`

/**
 * Writes settlements: deletes the leases, updates tasks and the counters of campaigns, stores outcomes that were derived
 * here, and appends events and the tasks' history. One statement, so one round trip for 500 attempts. A test call has
 * no task and no campaign.
 *
 * The caller has locked the campaigns, leases and calls. Tasks need no lock: only the settlement changes a task that
 * is in progress. All rows are found by primary key. The caller must call `tx.notifyEvents()`, and `tx.notifyDialing()` when a
 * contact is due at once.
 */
export const writeSettlements = defineQuery({
  name: 'dialing.write_settlements',
  params: {
    now: timestamptz,
    settlements: recordset('s', {
      company_id: uuid,
      call_id: uuid,
      call_task_id: nullable(uuid),
      campaign_id: nullable(uuid),
      outcome: nullable(text),
      /** The call has no outcome yet and gets this one. */
      is_outcome_derived: boolean,
      /** The task keeps the outcome that it has. */
      keeps_outcome: boolean,
      status: text,
      /** 1 or 0. */
      counted_attempts: integer,
      due_at: nullable(timestamptz),
      next_attempt_at: nullable(timestamptz),
      rule: text,
      detail: text,
      error_message: nullable(text),
      facts: text,
    }),
  },
  row: {},
  sql: (p) => sql`
    with settlements as materialized (
      select * from ${p.settlements}
    ), rechecked_campaigns as (${recheckedCampaigns(p.now)}
    ), deleted_leases as (
      delete from leases l using settlements s where l.company_id = s.company_id and l.call_id = s.call_id
    ), updated_tasks as (
      update call_tasks t set status = s.status, outcome = case when s.keeps_outcome then t.outcome else s.outcome end,
        attempt_count = t.attempt_count + s.counted_attempts,
        outcome_counts = case when s.outcome is null then t.outcome_counts
          else t.outcome_counts || jsonb_build_object(s.outcome, coalesce((t.outcome_counts->>s.outcome)::int, 0) + 1) end,
        next_attempt_at = s.next_attempt_at, error_message = s.error_message, updated_at = now()
      from settlements s where t.company_id = s.company_id and t.id = s.call_task_id
    ), updated_campaigns as (${updatedCampaigns}
    ), log_entries as (
      insert into campaign_events (company_id, campaign_id, at, event, detail)
      select company_id, id, ${p.now}, 'resumed', ${resumedDetail} from updated_campaigns where is_resumed
    ), updated_calls as (
      update calls c set ${setOutcome('classification', sql`s.outcome`)} from settlements s
      where s.is_outcome_derived and c.company_id = s.company_id and c.id = s.call_id
      returning c.company_id, c.id, c.campaign_id
    ), recorded_changes as (
      -- Marks the calls as changed, for the rollups.
      insert into dirty_calls (company_id, call_id) select company_id, id from updated_calls
    ), events as (${emitEventsSql(sql`
      select company_id, jsonb_build_object('type', 'task.' || status, 'call_task_id', call_task_id,
        'campaign_id', campaign_id, 'call_id', call_id, 'outcome', case when not keeps_outcome then outcome end, 'rule', rule, 'detail', detail,
        'next_attempt_at', next_attempt_at) as item from settlements where call_task_id is not null
      union all
      select company_id, jsonb_build_object('type', 'campaign.progress', 'campaign_id', id, 'total_tasks', total_tasks,
        'completed_tasks', completed_tasks, 'failed_tasks', failed_tasks) from updated_campaigns
      union all
      select company_id, jsonb_build_object('type', 'campaign.resumed', 'campaign_id', id, 'status', 'running',
        'detail', ${resumedDetail}) from updated_campaigns where is_resumed
      union all
      select company_id, jsonb_build_object('type', 'call.updated', 'call_id', id, 'campaign_id', campaign_id)
      from updated_calls`)})
    insert into task_events (company_id, call_task_id, campaign_id, at, status, outcome, rule, detail, call_id, due_at,
      next_attempt_at, facts)
    select company_id, call_task_id, campaign_id, ${p.now}, status, outcome, rule, detail, call_id, due_at,
      next_attempt_at, jsonb_set(facts::jsonb, '{0}', coalesce(to_jsonb(outcome), 'null'))
    from settlements where call_task_id is not null`,
})
