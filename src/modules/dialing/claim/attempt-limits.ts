import { type SQL, sql } from 'drizzle-orm'
import { textList, uncountedOutcomes } from '../../../db/schema/index.ts'

/** The outcome of the call is unknown so far, or counts as an attempt. */
const countsAsAttempt = (outcome: SQL) =>
  sql`(${outcome} is null or ${outcome} not in (${textList(uncountedOutcomes)}))`

interface NumberOfCompany {
  company_id: SQL
  phone_identity: SQL
  /** attempts_per_number_per_day and attempts_per_number_per_week of the company; null: no limit. */
  per_day: SQL
  per_week: SQL
  now: SQL
}

/**
 * The times of the attempts at a number in the last 7 days, over all campaigns, and of its test calls. Calls to an earlier
 * number of a contact do not count: that number does not exist (see next-number.ts).
 *
 * Indexes: call_tasks_phone_identity_key, then calls_call_task_idx; test_calls_phone_identity_idx, then calls_pkey. The order of
 * the test calls and of their calls keeps the planner on these indexes: see lockEndedAttempts.
 */
const recentAttempts = ({ company_id, phone_identity, now }: NumberOfCompany) => sql`
  select attempt.started_at from call_tasks t
  cross join lateral (
    select c.started_at from calls c
    where c.company_id = t.company_id and c.call_task_id = t.id and c.started_at > ${now} - interval '7 days'
      and (c.callee_number is null or split_part(c.callee_number, ';', 1) = t.phone_number)
      and ${countsAsAttempt(sql`c.outcome`)}
    offset 0) as attempt
  where t.company_id = ${company_id} and t.phone_identity = ${phone_identity}
  union all
  select test_call.placed_at from (
    select t.company_id, t.call_id, t.placed_at from test_calls t
    where t.company_id = ${company_id} and t.phone_identity >= ${phone_identity} and t.phone_identity <= ${phone_identity}
      and t.placed_at > ${now} - interval '7 days'
    order by t.phone_identity offset 0) as test_call
  cross join lateral (
    select c.outcome from calls c
    where c.company_id = test_call.company_id and c.id >= test_call.call_id and c.id <= test_call.call_id
    order by c.id limit 1) as call
  where ${countsAsAttempt(sql`call.outcome`)}`

/** SQL: when the limits of attempts per number allow the next call to the number; null: now. */
export const cappedUntil = (number: NumberOfCompany): SQL => {
  const { per_day, per_week, now } = number
  return sql`
  case when coalesce(${per_day}, ${per_week}) is not null then (
    select greatest(
      case when starts[${per_day}] > ${now} - interval '1 day' then starts[${per_day}] + interval '1 day' end,
      starts[${per_week}] + interval '7 days')
    from (
      select array_agg(started_at order by started_at desc) as starts from (${recentAttempts(number)}) as recent_attempts
    ) as attempts_by_age
  ) end`
}
