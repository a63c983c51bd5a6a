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
import { isReached, type Outcome, outcomes } from '../../../db/schema/index.ts'
import { Nullable, OneOf } from '../../../lib/schema/typebox.ts'
import { setOutcome } from '../../calls/index.ts'
import { isSetAside } from '../../campaigns/index.ts'
import { emitEventsSql } from '../../events/index.ts'

/** Earlier attempts of a task by outcome. */
const OutcomeCounts = Type.Unsafe<Partial<Record<Outcome, number>>>({
  type: 'object',
  propertyNames: { enum: [...outcomes] },
  additionalProperties: { type: 'integer' },
})

/**
 * Campaigns with ended attempts to settle, and companies with ended test calls (campaign_id null). Companies take turns; within a
 * company, the campaign whose attempt has waited longest comes first. Leaves out campaigns that are set aside. Locks nothing:
 * the caller locks the campaigns that are free.
 *
 * A skip scan: one read of leases_ended_idx per campaign, so that the attempts of one campaign do not delay those of others.
 * Index of the test calls: leases_test_idx.
 */
export const findCampaignsToSettle = defineQuery({
  name: 'dialing.find_campaigns_to_settle',
  params: { now: timestamptz, limit: integer },
  row: { company_id: Type.String(), campaign_id: Nullable(Type.String()) },
  sql: (p) => {
    const first = (condition: SQL) => sql`(
      select company_id, campaign_id, settle_at from leases
      where not is_live and campaign_id is not null ${condition}
      order by company_id, campaign_id, settle_at limit 1)`
    return sql`
    with recursive ended_campaigns as (
      ${first(sql``)}
      union all
      select l.* from ended_campaigns e
      cross join lateral ${first(sql`and (company_id, campaign_id) > (e.company_id, e.campaign_id)`)} as l
    ), due_campaigns as (
      select company_id, campaign_id, settle_at from ended_campaigns e
      where settle_at <= ${p.now} and not ${isSetAside('settle', sql`e.company_id`, sql`e.campaign_id`, p.now)}
      union all
      select company_id, null, min(settle_at) from leases
      where campaign_id is null and not is_live and settle_at <= ${p.now} group by company_id
    )
    select company_id, campaign_id from due_campaigns
    order by row_number() over (partition by company_id order by settle_at), settle_at
    limit ${p.limit}`
  },
})

const leaseColumns = sql.raw(
  'company_id, call_id, call_task_id, campaign_id, phone_number, is_unreported, settle_at',
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
        order by campaign_id, settle_at limit r.share for update skip locked) as l
      union all
      select l.* from ${groups}
      cross join lateral (
        select ${leaseColumns} from leases
        where r.campaign_id is null and ${isEnded} and campaign_id is null
        order by claimed_at limit r.share for update skip locked) as l`
}

/** Longest text that is read as a time. A longer one is replaced by a value that is not a time. */
const maxTimeLength = sql.raw('200')

/**
 * Ended attempts of these campaigns, and ended test calls, with their calls and tasks. Of the data that the agent collected,
 * only the two values that settling uses are read: it may be large.
 *
 * Locks the lease and the call. Rows that another transaction has locked (an agent reports turns, a carrier event
 * arrives) are skipped; a later batch includes them. Indexes: those of the leases, then the primary keys of calls and
 * call_tasks.
 */
export const lockEndedAttempts = defineQuery({
  name: 'dialing.lock_ended_attempts',
  params: {
    now: timestamptz,
    /** `share`: the maximum number of its attempts. */
    groups: recordset('r', { company_id: uuid, campaign_id: nullable(uuid), share: integer }),
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
    outcome: Nullable(OneOf(outcomes)),
    ended_reason: Nullable(Type.String()),
    ended_at: Type.Date(),
    /** collected_data.callback_at as JSON; null when it is absent, and false when it is longer than a time. */
    callback_at: Type.Unknown(),
    /** collected_data.opt_out is true. */
    is_opt_out: Type.Boolean(),
    is_reached: Type.Boolean(),
    outcome_counts: Nullable(OutcomeCounts),
    dial_timezone: Nullable(Type.String()),
  },
  sql: (p) => sql`
    with ended_leases as materialized (${endedLeases(p.now, p.groups)})
    select l.company_id, l.call_id, l.call_task_id, l.campaign_id, l.phone_number, l.is_unreported, call.outcome,
      call.ended_reason, coalesce(call.ended_at, ${p.now}) as ended_at,
      case when length(call.collected_data->>'callback_at') > ${maxTimeLength} then 'false'
        else call.collected_data->'callback_at' end as callback_at,
      coalesce(call.collected_data->'opt_out' = 'true', false) as is_opt_out,
      ${isReached('call')} as is_reached, task.outcome_counts, task.dial_timezone
    from ended_leases l
    cross join lateral (
      select * from calls where company_id = l.company_id and id >= l.call_id and id <= l.call_id
      order by id limit 1 for no key update skip locked) as call
    left join lateral (
      select * from call_tasks where company_id = l.company_id and id >= l.call_task_id and id <= l.call_task_id
      order by id limit 1) as task on true
    order by l.settle_at`,
})

/** Index: leases_test_idx. */
export const postponeTestCalls = defineQuery({
  name: 'dialing.postpone_test_calls',
  params: { company_id: uuid, now: timestamptz, retry_at: timestamptz },
  row: {},
  sql: (p) => sql`
    update leases set settle_at = ${p.retry_at}
    where company_id = ${p.company_id} and campaign_id is null and not is_live and settle_at <= ${p.now}`,
})

/**
 * Writes settlements: deletes the leases, updates tasks and the counters of campaigns, stores outcomes that were derived
 * here, and appends events and the tasks' history. One statement, so one round trip for 500 attempts. A test call has
 * no task and no campaign.
 *
 * The caller has locked the campaigns, leases and calls. Tasks need no lock: only the settlement changes a task that
 * is in progress. All rows are found by primary key. The caller must call `tx.notifyEvents()`.
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
    }),
  },
  row: {},
  sql: (p) => sql`
    with settlements as materialized (
      select * from ${p.settlements}
    ), deleted_leases as (
      delete from leases l using settlements s where l.company_id = s.company_id and l.call_id = s.call_id
    ), updated_tasks as (
      update call_tasks t set status = s.status, outcome = case when s.keeps_outcome then t.outcome else s.outcome end,
        attempt_count = t.attempt_count + s.counted_attempts,
        outcome_counts = case when s.outcome is null then t.outcome_counts
          else t.outcome_counts || jsonb_build_object(s.outcome, coalesce((t.outcome_counts->>s.outcome)::int, 0) + 1) end,
        next_attempt_at = s.next_attempt_at, error_message = s.error_message, updated_at = now()
      from settlements s where t.company_id = s.company_id and t.id = s.call_task_id
    ), updated_campaigns as (
      update campaigns k set completed_tasks = k.completed_tasks + n.completed, failed_tasks = k.failed_tasks + n.failed
      from (
        select company_id, campaign_id, (count(*) filter (where status = 'completed'))::int as completed,
          (count(*) filter (where status = 'failed'))::int as failed
        from settlements group by company_id, campaign_id
      ) n
      where k.company_id = n.company_id and k.id = n.campaign_id and n.completed + n.failed > 0
      returning k.company_id, k.id, k.total_tasks, k.completed_tasks, k.failed_tasks
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
      select company_id, jsonb_build_object('type', 'call.updated', 'call_id', id, 'campaign_id', campaign_id)
      from updated_calls`)})
    insert into task_events (company_id, call_task_id, campaign_id, at, status, outcome, rule, detail, call_id, due_at,
      next_attempt_at)
    select company_id, call_task_id, campaign_id, ${p.now}, status, outcome, rule, detail, call_id, due_at,
      next_attempt_at
    from settlements where call_task_id is not null`,
})
