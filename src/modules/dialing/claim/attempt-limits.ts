import { type SQL, sql } from 'drizzle-orm'
import { countsAsAttempt } from '../../../db/schema/index.ts'

interface NumberOfCompany {
  company_id: SQL
  phone_identity: SQL
  /** attempts_per_number_per_day and attempts_per_number_per_week of the company; null: no limit. */
  per_day: SQL
  per_week: SQL
  /** min_hours_between_attempts of the company, at most 168; null or 0: no limit. */
  min_hours: SQL
  now: SQL
}

/**
 * The times of the attempts at a telephone in the last 7 days, over all campaigns, and of its test calls. Live calls count. Calls to
 * an earlier number of a contact do not: that number does not exist (see next-number.ts).
 *
 * Indexes: call_tasks_phone_identity_key, then calls_call_task_idx; test_calls_phone_identity_idx, then calls_pkey. The order of
 * the test calls and of their calls keeps the planner on these indexes: see lockEndedAttempts.
 */
const recentAttempts = ({ company_id, phone_identity, now }: NumberOfCompany) => sql`
  select attempt.started_at from call_tasks t
  cross join lateral (
    select c.started_at from calls c
    where c.company_id = t.company_id and c.call_task_id = t.id and c.started_at > ${now} - interval '7 days'
      and (c.callee_number is null or phone_identity(split_part(c.callee_number, ';', 1)) = t.phone_identity)
      and ${countsAsAttempt('c')}
    offset 0) as attempt
  where t.company_id = ${company_id} and t.phone_identity = ${phone_identity}
  union all
  select test_call.placed_at from (
    select t.company_id, t.call_id, t.placed_at from test_calls t
    where t.company_id = ${company_id} and t.phone_identity >= ${phone_identity} and t.phone_identity <= ${phone_identity}
      and t.placed_at > ${now} - interval '7 days'
    order by t.phone_identity offset 0) as test_call
  cross join lateral (
    select * from calls c
    where c.company_id = test_call.company_id and c.id >= test_call.call_id and c.id <= test_call.call_id
    order by c.id limit 1) as call
  where ${countsAsAttempt('call')}`

/**
 * SQL: when the limits of attempts per number allow the next call to the number, as an array: by the numbers of attempts per day
 * and week, and by the hours between two of them, from start to start. An element is null when that limit allows a call now; the
 * array is null for a company without these limits.
 */
export const cappedBy = (number: NumberOfCompany): SQL => {
  const { per_day, per_week, min_hours, now } = number
  const gap = sql`make_interval(secs => ${min_hours} * 3600)`
  return sql`
  case when coalesce(${per_day}, ${per_week}, nullif(${min_hours}, 0)) is not null then (
    select array[
      greatest(
        case when starts[${per_day}] > ${now} - interval '1 day' then starts[${per_day}] + interval '1 day' end,
        starts[${per_week}] + interval '7 days'),
      case when starts[1] + ${gap} > ${now} then starts[1] + ${gap} end]
    from (
      select array_agg(started_at order by started_at desc) as starts from (${recentAttempts(number)}) as recent_attempts
    ) as attempts_by_age
  ) end`
}

/** SQL: when all limits of attempts per number allow the next call to the number; null: now. */
export const cappedUntil = (number: NumberOfCompany): SQL =>
  sql`(select greatest(limits.capped_by[1], limits.capped_by[2]) from (select ${cappedBy(number)} as capped_by) as limits)`
