import { sql } from 'drizzle-orm'
import { uncountedOutcomes } from '../../../db/schema/index.ts'
import { emitEventsSql } from '../../events/index.ts'
import { isSuppressionActive } from '../../suppressions/index.ts'
import { defaultDialDeadlineMs, rateWindowSec, toleranceMs } from './rate-limit.ts'

export interface ClaimOptions {
  /** The name of this process in leases. */
  worker: string
  now: Date
  /** Attempts to claim at most. */
  quota: number
  /** Length of the new leases, ms. */
  leaseMs: number
  /** Time from the claim within which the carrier starts to dial, ms; 600 by default. */
  dialDeadlineMs?: number
}

export interface LockedCampaign extends Record<string, unknown> {
  company_id: string
  campaign_id: string
}

/** Tasks read per campaign beyond its capacity, because suppressions or attempt limits exclude some of them. */
const spareTasks = 5

/**
 * Number of attempts that a rate limit allows at clock.at: those whose spacing has passed, plus the next one.
 * `next_slot_at` and `per_minute` are SQL expressions; see rate-limit.ts for the formula.
 */
const slots = (next_slot_at: string, per_minute: string, windowSec: number) =>
  sql.raw(
    `floor(extract(epoch from clock.at - greatest(${next_slot_at}, clock.at)) * ${per_minute} / ${windowSec}
      + ${toleranceMs / 1000} * ${per_minute} / ${windowSec})::int + 1`,
  )

/** Outcomes that do not count towards attempts_per_number_per_day and _per_week, as an SQL list. */
const uncounted = sql.raw(uncountedOutcomes.map((outcome) => `'${outcome}'`).join(', '))

/**
 * Claims attempts of the given campaigns, whose campaign_pace rows the caller has locked. One statement, so one
 * snapshot for all limits and one round trip. Returns one row per claimed attempt, or one row of nulls when there is
 * none; each row has the number of tasks that were skipped or postponed. The caller must call `tx.notifyEvents()`.
 *
 * Order of the CTEs: capacity of companies and campaigns; candidate tasks from the queue's index, by timezone and
 * priority; fair shares between campaigns (by weight) and companies; lock the selected tasks; then write leases,
 * calls, tasks, rate limits, events and history.
 *
 * Two forms keep the planner on indexes, because statistics of queue tables are stale:
 * - `select 1 ... limit 1` instead of `exists`, which may become a join with the whole table.
 * - `l.phone_number >= t.phone_number and l.phone_number <= t.phone_number order by l.phone_number` instead of `=`.
 *   The planner estimates `leases` as empty, so all its indexes cost the same; only the order decides between them.
 */
export function claimStatement(campaigns: readonly LockedCampaign[], options: ClaimOptions) {
  const { worker, now, quota, leaseMs } = options
  const windowSec = rateWindowSec(options.dialDeadlineMs ?? defaultDialDeadlineMs)
  return sql`
  with
  -- The time of the claim, as a row to join.
  clock as materialized (select ${now.toISOString()}::timestamptz as at),
  -- Campaigns whose campaign_pace rows this transaction has locked.
  locked_campaigns as materialized (
    select * from json_to_recordset(${JSON.stringify(campaigns)}::text::json) as locked(company_id uuid, campaign_id uuid)
  ),
  -- Attempts that the limits of each company allow now; null limits allow the whole quota.
  company_capacity as materialized (
    select c.id as company_id,
      least(${quota}::int,
        (c.limits->>'max_concurrent_calls')::int
          - (select count(*) from leases l where l.company_id = c.id and l.is_live),
        ${slots('p.next_slot_at', "(c.limits->>'calls_per_minute')::float8", windowSec)})::int as capacity,
      (c.limits->>'calls_per_minute')::float8 as calls_per_minute,
      (c.limits->>'attempts_per_number_per_day')::int as attempts_per_day,
      (c.limits->>'attempts_per_number_per_week')::int as attempts_per_week
    from (select distinct company_id from locked_campaigns) locked
    join companies c on c.id = locked.company_id
    left join company_pace p on p.company_id = c.id
    cross join clock
  ),
  -- Attempts that the limits of each running campaign allow now, and how many tasks to read: twice its fair share.
  campaigns_with_capacity as materialized (
    select p.company_id, p.campaign_id, p.last_claim_at, k.weight, k.calls_per_minute, k.skillbase_id,
      k.skillbase_version, k.caller_number, k.ring_timeout_sec, k.max_call_duration_sec,
      ceil(${quota}::float8 * 2 / (select count(*) from company_capacity) * k.weight / sum(k.weight) over (partition by p.company_id))::int + ${spareTasks}
        as fetch_limit,
      least(${quota}::int,
        c.capacity,
        k.max_concurrent_calls - (
          select count(*) from (
            select 1 from leases l
            where l.company_id = p.company_id and l.campaign_id >= p.campaign_id and l.campaign_id <= p.campaign_id
              and l.is_live
            order by l.campaign_id offset 0) as live),
        ${slots('p.next_slot_at', 'k.calls_per_minute', windowSec)})::int as capacity
    from locked_campaigns
    join campaign_pace p using (company_id, campaign_id)
    join company_capacity c using (company_id)
    join campaigns k on k.company_id = p.company_id and k.id = p.campaign_id and k.status = 'running'
    cross join clock
    where (k.start_time is null or k.start_time <= clock.at) and (k.end_time is null or k.end_time > clock.at)
  ),
  -- Due tasks of timezones whose window is open, by priority, whose number is in no live call.
  candidate_tasks as materialized (
    select k.company_id, k.campaign_id, k.capacity, k.weight, k.last_claim_at, task.*,
      row_number() over (partition by k.company_id, k.campaign_id, task.is_suppressed, task.capped_until is null
        order by task.dial_priority desc, task.due_at, task.id) as position_in_campaign
    from campaigns_with_capacity k
    join company_capacity c using (company_id)
    cross join clock
    cross join lateral (
      select task_of_zone.* from campaign_windows w
      cross join lateral (
        -- A skip scan: one index read per priority in use.
        with recursive priorities as (
          (select dial_priority from call_tasks t
            where t.company_id = w.company_id and t.campaign_id = w.campaign_id
              and t.dial_timezone = w.dial_timezone and t.status in ('pending', 'retry')
            order by dial_priority desc limit 1)
          union all
          select (select t.dial_priority from call_tasks t
            where t.company_id = w.company_id and t.campaign_id = w.campaign_id
              and t.dial_timezone = w.dial_timezone and t.status in ('pending', 'retry')
              and t.dial_priority < priorities.dial_priority
            order by t.dial_priority desc limit 1)
          from priorities where priorities.dial_priority is not null
        )
        select due_task.id, due_task.phone_number, due_task.dial_priority, due_task.due_at,
          (select 1 from suppressions s
            where s.company_id = w.company_id and s.phone_number = due_task.phone_number
              and ${isSuppressionActive(sql`clock.at`)} limit 1) is not null as is_suppressed,
          -- When the number may be called again under the attempt limits of the company; null: now.
          case when coalesce(c.attempts_per_day, c.attempts_per_week) is not null then (
            select greatest(
              case when starts[c.attempts_per_day] > clock.at - interval '1 day'
                then starts[c.attempts_per_day] + interval '1 day' end,
              starts[c.attempts_per_week] + interval '7 days')
            from (
              select array_agg(a.started_at order by a.started_at desc) as starts
              from call_tasks same_number cross join lateral (
                select a.started_at from calls a
                where a.company_id = same_number.company_id and a.call_task_id = same_number.id
                  and a.started_at > clock.at - interval '7 days'
                  and (a.outcome is null or a.outcome not in (${uncounted}))
                offset 0
              ) as a
              where same_number.company_id = w.company_id and same_number.phone_number = due_task.phone_number
            ) as recent_attempts
          ) end as capped_until
        from priorities cross join lateral (
          select t.id, t.phone_number, t.dial_priority, t.due_at from call_tasks t
          where t.company_id = w.company_id and t.campaign_id = w.campaign_id
            and t.dial_timezone = w.dial_timezone and t.status in ('pending', 'retry')
            and t.dial_priority = priorities.dial_priority and t.due_at <= clock.at
            and (select 1 from leases l
              where l.company_id = w.company_id and l.phone_number >= t.phone_number and l.phone_number <= t.phone_number
                and l.is_live
              order by l.phone_number limit 1) is null
          order by t.due_at, t.id
          limit least(k.capacity + ${spareTasks}, k.fetch_limit)
        ) as due_task
        where priorities.dial_priority is not null
        order by due_task.dial_priority desc, due_task.due_at, due_task.id
        limit least(k.capacity + ${spareTasks}, k.fetch_limit)
      ) as task_of_zone
      where w.company_id = k.company_id and w.campaign_id = k.campaign_id
        and w.opens_at <= clock.at and w.closes_at > clock.at
    ) as task
    where k.capacity > 0
  ),
  -- Dialable tasks within the capacity of their campaign, ranked per company so that campaigns share by weight.
  ranked_tasks as (
    select *, row_number() over (partition by company_id
      order by position_in_campaign::float8 / weight, last_claim_at, campaign_id) as position_in_company
    from candidate_tasks
    where not is_suppressed and capped_until is null and position_in_campaign <= capacity
  ),
  -- Tasks within the capacity of their company, up to the quota; companies take turns.
  selected_tasks as materialized (
    select r.* from ranked_tasks r join company_capacity c using (company_id)
    where r.position_in_company <= c.capacity order by r.position_in_company, r.last_claim_at limit ${quota}::int
  ),
  -- Selected tasks that are still open. Skips those that another transaction is changing.
  locked_tasks as materialized (
    select t.company_id, t.id, t.campaign_id, t.phone_number
    from call_tasks t join selected_tasks using (company_id, id)
    where t.status in ('pending', 'retry')
    for update of t skip locked
  ),
  -- One lease per attempt. A number that another campaign has just claimed receives none: its task stays in
  -- the queue.
  new_leases as (
    insert into leases (company_id, call_id, call_task_id, campaign_id, phone_number, worker, claimed_at, lease_until)
    select company_id, ${newId}, id, campaign_id, phone_number, ${worker}, clock.at,
      clock.at + make_interval(secs => ${leaseMs / 1000}::float8)
    from locked_tasks cross join clock order by company_id, phone_number
    on conflict (company_id, phone_number) where is_live do nothing
    returning company_id, call_id, call_task_id, campaign_id, phone_number
  ),
  -- The call of each attempt, written before the carrier is asked to dial.
  new_calls as (
    insert into calls (company_id, id, skillbase_id, skillbase_version, campaign_id, call_task_id, direction,
      caller_number, callee_number, status, started_at)
    select company_id, call_id, k.skillbase_id, k.skillbase_version, campaign_id, call_task_id, 'outbound',
      k.caller_number, phone_number, 'dialing', clock.at
    from new_leases join campaigns_with_capacity k using (company_id, campaign_id) cross join clock
  ),
  -- Marks the new calls as changed, for the rollups.
  recorded_changes as (insert into dirty_calls (company_id, call_id) select company_id, call_id from new_leases),
  -- Tasks that are now in progress, with the number of the attempt (1 for the first).
  claimed_tasks as (
    update call_tasks t set status = 'in_progress', call_id = l.call_id, last_attempt_at = clock.at, updated_at = now()
    from new_leases l cross join clock where t.company_id = l.company_id and t.id = l.call_task_id
    returning t.company_id, t.id as call_task_id, t.campaign_id, t.call_id, t.phone_number,
      1 + (select coalesce(sum(n::int), 0)::int from jsonb_each_text(t.outcome_counts) as o(outcome, n)) as attempt
  ),
  -- Moves each campaign's next slot by one spacing per attempt. The campaign is rechecked immediately after a claim, in
  -- 100 ms when it has candidates or no capacity, and in 1 s when nothing is due.
  updated_campaign_pace as (
    update campaign_pace p set
      next_slot_at = greatest(p.next_slot_at, clock.at) + n.claimed * make_interval(secs => ${windowSec}::float8 / n.calls_per_minute),
      last_claim_at = case when n.claimed > 0 then clock.at else p.last_claim_at end,
      recheck_at = case when n.claimed > 0 then clock.at when n.candidates > 0 or n.capacity <= 0
        then clock.at + interval '100 ms' else clock.at + interval '1 s' end
    from (
      select company_id, campaign_id, calls_per_minute, capacity,
        (select count(*) from new_leases l where l.company_id = k.company_id and l.campaign_id = k.campaign_id) as claimed,
        (select count(*) from candidate_tasks c where c.company_id = k.company_id and c.campaign_id = k.campaign_id) as candidates
      from campaigns_with_capacity k
    ) as n cross join clock
    where p.company_id = n.company_id and p.campaign_id = n.campaign_id
  ),
  -- The same for companies with a limit of calls per minute.
  updated_company_pace as (
    update company_pace p set next_slot_at = greatest(p.next_slot_at, clock.at)
      + n.claimed * make_interval(secs => ${windowSec}::float8 / c.calls_per_minute)
    from company_capacity c join (select company_id, count(*) as claimed from new_leases group by company_id) n using (company_id)
      cross join clock
    where p.company_id = c.company_id and c.calls_per_minute is not null
  ),
  -- Candidates whose number is suppressed: their tasks end as skipped.
  skipped_tasks as (
    update call_tasks t set status = 'skipped', outcome = 'suppressed', updated_at = now(),
      error_message = 'the number is suppressed'
    from candidate_tasks c
    where c.is_suppressed and t.company_id = c.company_id and t.id = c.id and t.status in ('pending', 'retry')
    returning t.company_id, t.id, t.campaign_id, t.status, t.outcome, null::timestamptz as next_attempt_at,
      'suppressed' as rule, 'the number is suppressed' as detail
  ),
  -- Candidates whose number has reached an attempt limit of the company: due when the limit allows it again.
  postponed_tasks as (
    update call_tasks t set next_attempt_at = c.capped_until, updated_at = now()
    from candidate_tasks c
    where not c.is_suppressed and c.capped_until is not null
      and t.company_id = c.company_id and t.id = c.id and t.status in ('pending', 'retry')
    returning t.company_id, t.id, t.campaign_id, t.status, t.outcome, t.next_attempt_at,
      'attempts_per_number' as rule, 'the number was called as often as the company allows' as detail
  ),
  -- Both kinds of tasks that are not dialed, in the columns of task_events.
  skipped_or_postponed as (select * from skipped_tasks union all select * from postponed_tasks),
  -- Events for webhooks and the live feed.
  events as (${emitEventsSql(sql`
    select company_id, jsonb_build_object('type', 'call.created', 'call_id', call_id, 'campaign_id', campaign_id,
      'call_task_id', call_task_id) as item from new_leases
    union all
    select company_id, jsonb_build_object('type', 'task.skipped', 'call_task_id', id, 'campaign_id', campaign_id,
      'outcome', outcome, 'rule', rule) from skipped_tasks`)}),
  -- The history of skipped and postponed tasks. Claimed attempts need no row: the history shows their calls.
  task_history as (
    insert into task_events (company_id, call_task_id, campaign_id, at, status, outcome, rule, detail, next_attempt_at)
    select company_id, id, campaign_id, clock.at, status, outcome, rule, detail, next_attempt_at
    from skipped_or_postponed cross join clock
  )
  select (select count(*)::int from skipped_or_postponed) as skipped_or_postponed, t.*, k.caller_number,
    k.skillbase_id, k.skillbase_version, k.ring_timeout_sec, k.max_call_duration_sec
  -- One row even when nothing was claimed, for the number of skipped and postponed tasks.
  from (select 1) as one_row
  left join claimed_tasks t on true
  left join campaigns_with_capacity k on k.company_id = t.company_id and k.campaign_id = t.campaign_id`
}

/**
 * A uuid v7 with the time of the claim, so that index order is time order. The reference to locked_tasks.id makes the
 * subquery correlated, so that PostgreSQL evaluates it for each row instead of once.
 */
const newId = sql.raw(`(
  select left(ms, 8) || '-' || right(ms, 4) || '-7' || substr(random, 16)
  from (select lpad(to_hex((extract(epoch from clock.at) * 1000)::bigint), 12, '0') as ms,
    gen_random_uuid()::text as random where locked_tasks.id is not null) as parts)::uuid`)
