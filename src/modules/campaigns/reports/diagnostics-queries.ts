import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { perColumn } from '../../../db/query/column-list.ts'
import { defineCompanyQuery } from '../../../db/query/define-query.ts'
import { integer, timestamptz, uuid } from '../../../db/query/parameters.ts'
import {
  callbackRules,
  faultOutcomes,
  hasLimit,
  numberLimitRules,
  numberLimits,
  outcomes,
  textList,
  unreadableOptOutRule,
  waitingTaskStatusList,
} from '../../../db/schema/index.ts'
import { recordOf } from '../../../lib/record-of.ts'
import { Nullable, OneOf } from '../../../lib/schema/typebox.ts'
import { maxAnswerLength } from '../../../lib/written-boolean.ts'
import { isNumberSuppressed, isSuppressionActive } from '../../suppressions/index.ts'

/** The states of a waiting contact; the first that applies. Each is a column of the counts. */
const contactStates = [
  'zone_unknown',
  'not_due',
  'at_attempts_per_number',
  'too_soon_for_number',
  'window_closed',
  'no_window',
  'suppressed',
  'in_call',
  'dialable',
] as const
const contactCounts = recordOf(contactStates, () => Type.Integer())
const contactCountColumns = perColumn(
  contactStates,
  (state) => `coalesce(sum(n) filter (where state = '${state}'), 0)::int as ${state}`,
)
/** The zones in which the most contacts have this state. */
const mainZoneOf = (state: (typeof contactStates)[number]) =>
  sql.raw(`(array_agg(dial_timezone order by n desc, dial_timezone) filter (where state = '${state}'))[1]`)

type CountParams = Record<'company_id' | 'campaign_id' | 'now', SQL>

/**
 * The state of a waiting contact that is not due: whether a limit of the company per number has postponed it. Reads the latest
 * decision only when the company has such limits. Index: task_events_pkey.
 */
const stateWhenNotDue = sql`
        case when not ${hasLimit('company', numberLimits)} then 'not_due' else coalesce((
          select case e.rule when '${sql.raw(numberLimitRules.attempts)}' then 'at_attempts_per_number'
            when '${sql.raw(numberLimitRules.gap)}' then 'too_soon_for_number' end
          from task_events e
          where e.company_id = t.company_id and e.call_task_id = t.id and e.is_effective
          order by e.seq desc limit 1), 'not_due') end`

/** Waiting contacts with their states. Indexes: call_tasks_queue_idx, and the keys of the joined tables. */
const waitingContacts = (p: CountParams) => sql`
  select case
      when t.dial_timezone is null then 'zone_unknown'
      when t.due_at > ${p.now} then ${stateWhenNotDue}
      when w.dial_timezone is null then 'zone_unknown'
      when w.opens_at is null then 'no_window'
      when w.opens_at > ${p.now} or w.closes_at <= ${p.now} then 'window_closed'
      when s.phone_identity is not null then 'suppressed'
      when l.phone_identity is not null then 'in_call'
      else 'dialable' end as state,
    t.dial_timezone, t.due_at, w.opens_at
  from call_tasks t
  join companies company on company.id = t.company_id
  left join campaign_windows w on w.company_id = t.company_id and w.campaign_id = t.campaign_id
    and w.dial_timezone = t.dial_timezone
  left join suppressions s on s.company_id = t.company_id and s.phone_identity = t.phone_identity
    and ${isSuppressionActive(p.now)}
  left join leases l on l.company_id = t.company_id and l.phone_identity = t.phone_identity and l.is_live
  where t.company_id = ${p.company_id} and t.campaign_id = ${p.campaign_id} and t.status in (${waitingTaskStatusList})`

/**
 * Waiting contacts who asked for a callback at a time that cannot be used. Indexes: call_tasks_queue_idx, then task_events_pkey
 * for each contact who asked.
 */
const unusableCallbacks = (p: CountParams) => sql`
  select count(*)::int from call_tasks t
  cross join lateral (
    select e.rule from task_events e
    where e.company_id = t.company_id and e.call_task_id = t.id and e.call_id is not null and e.is_effective
    order by e.seq desc limit 1) as decision
  where t.company_id = ${p.company_id} and t.campaign_id = ${p.campaign_id} and t.status in (${waitingTaskStatusList})
    and t.outcome_counts ? 'callback' and decision.rule in (${textList(Object.values(callbackRules))})`

/**
 * Waiting contacts per state, and what limits the campaign and its company. Reads every waiting contact. Indexes of the leases:
 * leases_campaign_idx, leases_ended_idx.
 */
export const countContacts = defineCompanyQuery({
  name: 'campaigns.count_contacts',
  params: { campaign_id: uuid, now: timestamptz },
  row: {
    waiting: Type.Integer(),
    ...contactCounts,
    /** Waiting contacts who asked for a callback at a time that cannot be read, or is out of range. */
    unusable_callbacks: Type.Integer(),
    /** The earliest time at which a contact that is not due becomes due; by the reason for which it is not. */
    due_at: Nullable(Type.Date()),
    attempts_allowed_at: Nullable(Type.Date()),
    gap_ends_at: Nullable(Type.Date()),
    /** The earliest time at which a closed window opens. */
    opens_at: Nullable(Type.Date()),
    /** The zones, joined by commas, in which most of the contacts are whose window is closed; and for whom none will open. */
    closed_zone: Nullable(Type.String()),
    never_open_zone: Nullable(Type.String()),
    in_progress: Type.Integer(),
    live: Type.Integer(),
    /** Attempts that have ended and are not settled. */
    ended: Type.Integer(),
    /** When the first of them may be settled; null when that is now, or without any. */
    settle_at: Nullable(Type.Date()),
    company_live: Type.Integer(),
    company_is_active: Type.Boolean(),
    /** null: the company has no limit of live calls. */
    company_max: Nullable(Type.Integer()),
    /** null: the company has no such limit. */
    min_hours_between_attempts: Nullable(Type.Integer()),
    attempts_per_day: Nullable(Type.Integer()),
    attempts_per_week: Nullable(Type.Integer()),
    /** null: the campaign was never started. */
    next_slot_at: Nullable(Type.Date()),
    /** null: the company has no limit of calls per minute. */
    company_next_slot_at: Nullable(Type.Date()),
    /** When a claim will check the campaign next; null: it was never started. */
    checked_at: Nullable(Type.Date()),
  },
  sql: (p) => sql`
    with waiting as (${waitingContacts(p)}),
    by_zone as (
      select state, dial_timezone, count(*) as n, min(due_at) as due_at, min(opens_at) as opens_at
      from waiting group by state, dial_timezone
    ),
    counts as (
      select coalesce(sum(n), 0)::int as waiting, ${contactCountColumns},
        ${mainZoneOf('window_closed')} as closed_zone, ${mainZoneOf('no_window')} as never_open_zone,
        min(due_at) filter (where state = 'not_due') as due_at,
        min(due_at) filter (where state = 'at_attempts_per_number') as attempts_allowed_at,
        min(due_at) filter (where state = 'too_soon_for_number') as gap_ends_at,
        min(opens_at) filter (where state = 'window_closed' and opens_at > ${p.now}) as opens_at
      from by_zone
    )
    select counts.*, (${unusableCallbacks(p)}) as unusable_callbacks,
      (select count(*)::int from call_tasks
        where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} and status = 'in_progress') as in_progress,
      (select count(*)::int from leases
        where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} and is_live) as live,
      unsettled.*,
      (select count(*)::int from leases where company_id = ${p.company_id} and is_live) as company_live,
      c.is_active as company_is_active, (c.limits->>'max_concurrent_calls')::int as company_max,
      (c.limits->>'min_hours_between_attempts')::int as min_hours_between_attempts,
      (c.limits->>'attempts_per_number_per_day')::int as attempts_per_day,
      (c.limits->>'attempts_per_number_per_week')::int as attempts_per_week, p.next_slot_at,
      case when c.limits ? 'calls_per_minute' then cp.next_slot_at end as company_next_slot_at,
      p.recheck_at as checked_at
    from counts
    cross join (
      select count(*)::int as ended, case when min(settle_at) > ${p.now} then min(settle_at) end as settle_at from leases
      where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} and not is_live) as unsettled
    join companies c on c.id = ${p.company_id}
    left join campaign_pace p on p.company_id = c.id and p.campaign_id = ${p.campaign_id}
    left join company_pace cp on cp.company_id = c.id`,
})

/** A longer text is no yes or no, also when it is cut to this length. */
const maxOptOutLength = sql.raw(String(maxAnswerLength + 1))

/**
 * Contacts of whom an opt-out was reported that could not be read, and whose number is not suppressed, with the opt-outs of
 * these calls now. Indexes: task_events_opt_out_idx, then the keys of the joined tables.
 */
export const findUnclearOptOuts = defineCompanyQuery({
  name: 'campaigns.find_unclear_opt_outs',
  params: { campaign_id: uuid, now: timestamptz, limit: integer },
  row: {
    call_task_id: Type.String(),
    /** collected_data.opt_out as JSON; a longer text than a yes or no is shortened. */
    opt_out: Type.Unknown(),
  },
  sql: (p) => sql`
    select distinct e.call_task_id, case when length(c.collected_data->>'opt_out') > ${maxOptOutLength}
      then to_jsonb(left(c.collected_data->>'opt_out', ${maxOptOutLength})) else c.collected_data->'opt_out' end as opt_out
    from task_events e
    join call_tasks t on t.company_id = e.company_id and t.id = e.call_task_id
    join calls c on c.company_id = e.company_id and c.id = e.call_id
    where e.company_id = ${p.company_id} and e.campaign_id = ${p.campaign_id} and e.rule = '${sql.raw(unreadableOptOutRule)}'
      and not ${isNumberSuppressed('t', p.now)}
    limit ${p.limit}`,
})

/**
 * Attempts that failed by fault of the carrier, the agent or the platform after `since`, and the latest of them. Indexes:
 * task_events_campaign_idx, then the primary key of calls.
 */
export const findRecentFaults = defineCompanyQuery({
  name: 'campaigns.find_recent_faults',
  params: { campaign_id: uuid, since: timestamptz },
  row: {
    faults: Type.Integer(),
    outcome: OneOf(outcomes),
    ended_reason: Nullable(Type.String()),
  },
  sql: (p) => sql`
    select (count(*) over ())::int as faults, e.outcome, c.ended_reason
    from task_events e join calls c on c.company_id = e.company_id and c.id = e.call_id
    where e.company_id = ${p.company_id} and e.campaign_id = ${p.campaign_id} and e.at > ${p.since} and e.is_effective
      and e.outcome in (${textList(faultOutcomes)})
    order by e.at desc, e.seq desc limit 1`,
})
