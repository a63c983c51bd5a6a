import { sql } from 'drizzle-orm'
import { uncountedOutcomes } from '../../../db/schema/index.ts'
import { emitEventsSql } from '../../events/index.ts'
import { isSuppressionActive } from '../../suppressions/index.ts'
import { defaultDialDeadlineMs, rateWindowSec, toleranceMs } from './rate-limit.ts'

export interface ClaimOptions {
  worker: string
  now: Date
  /** Attempts at most. */
  quota: number
  /** How long nobody else asks the carrier about them, ms. */
  leaseMs: number
  /** How long after the claim an attempt may begin to be dialed, ms (600). */
  dialDeadlineMs?: number
}

export interface LockedCampaign extends Record<string, unknown> {
  company_id: string
  campaign_id: string
}

/** Contacts looked at beyond those that may be claimed: some will be refused by a rule. */
const spare = 5

/** How many attempts a pace allows now: those due by its spacing, the next one included. */
const slots = (next_slot_at: string, per_minute: string, minuteSec: number) =>
  sql.raw(
    `floor(extract(epoch from clock.at - greatest(${next_slot_at}, clock.at)) * ${per_minute} / ${minuteSec}
      + ${toleranceMs / 1000} * ${per_minute} / ${minuteSec})::int + 1`,
  )

/**
 * The claim. A `select 1 ... limit 1` is asked row by row, by an index: an `exists` may become a join of all there is.
 * Of leases a range of one value is asked, in order: `leases` is empty whenever it is counted, and to a planner who
 * believes that, all indexes are alike but for their order.
 *
 * `waiting` finds contacts by the queue's index, zone by zone and priority by priority, of each campaign twice its fair
 * share; `fit` shares between campaigns by weight, `chosen` between companies; from there on every step writes.
 */
export function claimStatement(held: readonly LockedCampaign[], options: ClaimOptions) {
  const { worker, now, quota, leaseMs } = options
  const minuteSec = rateWindowSec(options.dialDeadlineMs ?? defaultDialDeadlineMs)
  return sql`
  with clock as materialized (select ${now.toISOString()}::timestamptz as at),
  held as materialized (
    select * from json_to_recordset(${JSON.stringify(held)}::text::json) as h(company_id uuid, campaign_id uuid)
  ),
  company as materialized (
    select c.id as company_id,
      least(${quota}::int,
        (c.limits->>'max_concurrent_calls')::int
          - (select count(*) from leases l where l.company_id = c.id and l.is_live),
        ${slots('p.next_slot_at', "(c.limits->>'calls_per_minute')::float8", minuteSec)})::int as may,
      (c.limits->>'calls_per_minute')::float8 as per_minute,
      (c.limits->>'attempts_per_number_per_day')::int as per_day,
      (c.limits->>'attempts_per_number_per_week')::int as per_week
    from (select distinct company_id from held) h
    join companies c on c.id = h.company_id
    left join company_pace p on p.company_id = c.id
    cross join clock
  ),
  campaign as materialized (
    select p.company_id, p.campaign_id, p.last_claim_at, k.weight, k.calls_per_minute, k.skillbase_id,
      k.skillbase_version, k.caller_number, k.ring_timeout_sec, k.max_call_duration_sec,
      ceil(${quota}::float8 * 2 / (select count(*) from company) * k.weight / sum(k.weight) over (partition by p.company_id))::int + ${spare}
        as share,
      least(${quota}::int,
        c.may,
        k.max_concurrent_calls - (
          select count(*) from (
            select 1 from leases l
            where l.company_id = p.company_id and l.campaign_id >= p.campaign_id and l.campaign_id <= p.campaign_id
              and l.is_live
            order by l.campaign_id offset 0) as live),
        ${slots('p.next_slot_at', 'k.calls_per_minute', minuteSec)})::int as may
    from held
    join campaign_pace p using (company_id, campaign_id)
    join company c using (company_id)
    join campaigns k on k.company_id = p.company_id and k.id = p.campaign_id and k.status = 'running'
    cross join clock
    where (k.start_time is null or k.start_time <= clock.at) and (k.end_time is null or k.end_time > clock.at)
  ),
  waiting as materialized (
    select k.company_id, k.campaign_id, k.may, k.weight, k.last_claim_at, next.*,
      row_number() over (partition by k.company_id, k.campaign_id, next.is_suppressed, next.capped_until is null
        order by next.dial_priority desc, next.due_at, next.id) as nth
    from campaign k
    join company c using (company_id)
    cross join clock
    cross join lateral (
      select task.* from campaign_windows w
      cross join lateral (
        with recursive level as (
          (select dial_priority from call_tasks t
            where t.company_id = w.company_id and t.campaign_id = w.campaign_id
              and t.dial_timezone = w.dial_timezone and t.status in ('pending', 'retry')
            order by dial_priority desc limit 1)
          union all
          select (select t.dial_priority from call_tasks t
            where t.company_id = w.company_id and t.campaign_id = w.campaign_id
              and t.dial_timezone = w.dial_timezone and t.status in ('pending', 'retry')
              and t.dial_priority < level.dial_priority
            order by t.dial_priority desc limit 1)
          from level where level.dial_priority is not null
        )
        select due.id, due.phone_number, due.dial_priority, due.due_at,
          (select 1 from suppressions s
            where s.company_id = w.company_id and s.phone_number = due.phone_number
              and ${isSuppressionActive(sql`clock.at`)} limit 1) is not null as is_suppressed,
          case when coalesce(c.per_day, c.per_week) is not null then (
            select greatest(
              case when starts[c.per_day] > clock.at - interval '1 day' then starts[c.per_day] + interval '1 day' end,
              starts[c.per_week] + interval '7 days')
            from (
              select array_agg(a.started_at order by a.started_at desc) as starts
              from call_tasks n cross join lateral (
                select a.started_at from calls a
                where a.company_id = n.company_id and a.call_task_id = n.id
                  and a.started_at > clock.at - interval '7 days'
                  and (a.outcome is null or a.outcome not in (${sql.raw(uncountedOutcomes.map((word) => `'${word}'`).join(', '))}))
                offset 0
              ) as a
              where n.company_id = w.company_id and n.phone_number = due.phone_number
            ) as past
          ) end as capped_until
        from level cross join lateral (
          select t.id, t.phone_number, t.dial_priority, t.due_at from call_tasks t
          where t.company_id = w.company_id and t.campaign_id = w.campaign_id
            and t.dial_timezone = w.dial_timezone and t.status in ('pending', 'retry')
            and t.dial_priority = level.dial_priority and t.due_at <= clock.at
            and (select 1 from leases l
              where l.company_id = w.company_id and l.phone_number >= t.phone_number and l.phone_number <= t.phone_number
                and l.is_live
              order by l.phone_number limit 1) is null
          order by t.due_at, t.id
          limit least(k.may + ${spare}, k.share)
        ) as due
        where level.dial_priority is not null
        order by due.dial_priority desc, due.due_at, due.id
        limit least(k.may + ${spare}, k.share)
      ) as task
      where w.company_id = k.company_id and w.campaign_id = k.campaign_id
        and w.opens_at <= clock.at and w.closes_at > clock.at
    ) as next
    where k.may > 0
  ),
  fit as (
    select *, row_number() over (partition by company_id
      order by nth::float8 / weight, last_claim_at, campaign_id) as turn
    from waiting where not is_suppressed and capped_until is null and nth <= may
  ),
  chosen as materialized (
    select f.* from fit f join company c using (company_id)
    where f.turn <= c.may order by f.turn, f.last_claim_at limit ${quota}::int
  ),
  taken as materialized (
    select t.company_id, t.id, t.campaign_id, t.phone_number
    from call_tasks t join chosen using (company_id, id)
    where t.status in ('pending', 'retry')
    for update of t skip locked
  ),
  leased as (
    insert into leases (company_id, call_id, call_task_id, campaign_id, phone_number, worker, claimed_at, lease_until)
    select company_id, ${newId}, id, campaign_id, phone_number, ${worker}, clock.at,
      clock.at + make_interval(secs => ${leaseMs / 1000}::float8)
    from taken cross join clock order by company_id, phone_number
    on conflict (company_id, phone_number) where is_live do nothing
    returning company_id, call_id, call_task_id, campaign_id, phone_number
  ),
  called as (
    insert into calls (company_id, id, skillbase_id, skillbase_version, campaign_id, call_task_id, direction,
      caller_number, callee_number, status, started_at)
    select company_id, call_id, k.skillbase_id, k.skillbase_version, campaign_id, call_task_id, 'outbound',
      k.caller_number, phone_number, 'dialing', clock.at
    from leased join campaign k using (company_id, campaign_id) cross join clock
  ),
  noted as (insert into dirty_calls (company_id, call_id) select company_id, call_id from leased),
  marked as (
    update call_tasks t set status = 'in_progress', call_id = l.call_id, last_attempt_at = clock.at, updated_at = now()
    from leased l cross join clock where t.company_id = l.company_id and t.id = l.call_task_id
    returning t.company_id, t.id as call_task_id, t.campaign_id, t.call_id, t.phone_number,
      1 + (select coalesce(sum(n::int), 0)::int from jsonb_each_text(t.outcome_counts) as o(word, n)) as attempt
  ),
  paced as (
    update campaign_pace p set
      next_slot_at = greatest(p.next_slot_at, clock.at) + n.claimed * make_interval(secs => ${minuteSec}::float8 / n.calls_per_minute),
      last_claim_at = case when n.claimed > 0 then clock.at else p.last_claim_at end,
      recheck_at = case when n.claimed > 0 then clock.at when n.waiting > 0 or n.may <= 0
        then clock.at + interval '100 ms' else clock.at + interval '1 s' end
    from (
      select company_id, campaign_id, calls_per_minute, may,
        (select count(*) from leased l where l.company_id = k.company_id and l.campaign_id = k.campaign_id) as claimed,
        (select count(*) from waiting w where w.company_id = k.company_id and w.campaign_id = k.campaign_id) as waiting
      from campaign k
    ) as n cross join clock
    where p.company_id = n.company_id and p.campaign_id = n.campaign_id
  ),
  company_paced as (
    update company_pace p set next_slot_at = greatest(p.next_slot_at, clock.at)
      + n.claimed * make_interval(secs => ${minuteSec}::float8 / c.per_minute)
    from company c join (select company_id, count(*) as claimed from leased group by company_id) n using (company_id)
      cross join clock
    where p.company_id = c.company_id and c.per_minute is not null
  ),
  skipped as (
    update call_tasks t set status = 'skipped', outcome = 'suppressed', updated_at = now(),
      error_message = 'the number is suppressed'
    from waiting w
    where w.is_suppressed and t.company_id = w.company_id and t.id = w.id and t.status in ('pending', 'retry')
    returning t.company_id, t.id, t.campaign_id, t.status, t.outcome, null::timestamptz as next_attempt_at,
      'suppressed' as rule, 'the number is suppressed' as detail
  ),
  put_off as (
    update call_tasks t set next_attempt_at = w.capped_until, updated_at = now()
    from waiting w
    where not w.is_suppressed and w.capped_until is not null
      and t.company_id = w.company_id and t.id = w.id and t.status in ('pending', 'retry')
    returning t.company_id, t.id, t.campaign_id, t.status, t.outcome, t.next_attempt_at,
      'attempts_per_number' as rule, 'the number was called as often as the company allows' as detail
  ),
  refused as (select * from skipped union all select * from put_off),
  happened as (${emitEventsSql(sql`
    select company_id, jsonb_build_object('type', 'call.created', 'call_id', call_id, 'campaign_id', campaign_id,
      'call_task_id', call_task_id) as item from leased
    union all
    select company_id, jsonb_build_object('type', 'task.skipped', 'call_task_id', id, 'campaign_id', campaign_id,
      'outcome', outcome, 'rule', rule) from skipped`)}),
  told as (
    insert into task_events (company_id, call_task_id, campaign_id, at, status, outcome, rule, detail, next_attempt_at)
    select company_id, id, campaign_id, clock.at, status, outcome, rule, detail, next_attempt_at
    from refused cross join clock
  )
  select (select count(*)::int from refused) as refused, m.*, k.caller_number, k.skillbase_id, k.skillbase_version,
    k.ring_timeout_sec, k.max_call_duration_sec
  from (select 1) as always
  left join marked m on true
  left join campaign k on k.company_id = m.company_id and k.campaign_id = m.campaign_id`
}

/** A uuid v7 of the claim's time: index order is time order. */
const newId = sql.raw(`(
  select left(ms, 8) || '-' || right(ms, 4) || '-7' || substr(random, 16)
  from (select lpad(to_hex((extract(epoch from clock.at) * 1000)::bigint), 12, '0') as ms,
    gen_random_uuid()::text as random where taken.id is not null) as parts)::uuid`)
