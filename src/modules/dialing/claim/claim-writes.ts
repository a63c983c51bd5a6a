import { type SQL, sql } from 'drizzle-orm'
import { newIdAt } from '../../../db/query/new-id.ts'
import {
  numberLimitRules,
  textList,
  unplacedOutcomes,
  waitingTaskStatusList,
} from '../../../db/schema/index.ts'
import { emitEventsSql } from '../../events/index.ts'
import { skippedTaskColumns } from '../../suppressions/index.ts'
import type { ClaimParams } from './capacity.ts'
import { hangUpAt } from './hang-up-times.ts'
import { slotAfter } from './rate-limit.ts'

/**
 * `new_leases`: one lease per attempt. A telephone that another campaign has just claimed receives none
 * (leases_phone_identity_key): its task stays in the queue.
 */
export const newLeases = ({ worker, lease_sec }: ClaimParams): SQL => sql`
    insert into leases (company_id, call_id, call_task_id, campaign_id, phone_number, worker, claimed_at, lease_until,
      hang_up_at)
    select company_id, ${newIdAt(sql`clock.at`)}, id, campaign_id, phone_number, ${worker}, clock.at,
      clock.at + make_interval(secs => ${lease_sec}), ${hangUpAt(sql.raw('clock.at'), 'k')}
    from locked_tasks join campaigns_with_capacity k using (company_id, campaign_id) cross join clock
    order by company_id, phone_identity
    on conflict (company_id, phone_identity) where is_live do nothing
    returning company_id, call_id, call_task_id, campaign_id`

/**
 * `new_calls`: the call of each attempt, written before the carrier is asked to dial. Its number has the extension that is
 * dialed, as in RFC 3966: +74951234567;ext=102.
 */
export const newCalls: SQL = sql`
    insert into calls (company_id, id, skillbase_id, skillbase_version, campaign_id, call_task_id, direction,
      caller_number, callee_number, status, started_at)
    select company_id, call_id, k.skillbase_id, k.skillbase_version, campaign_id, call_task_id, 'outbound',
      k.caller_number, phone_number || coalesce(';ext=' || phone_extension, ''), 'dialing', clock.at
    from claimed_tasks join campaigns_with_capacity k using (company_id, campaign_id) cross join clock`

/**
 * `claimed_tasks`: tasks that are now in progress, with the number of the attempt (1 for the first). Attempts that were never placed
 * are not counted. Index: call_tasks_pkey.
 */
export const claimedTasks: SQL = sql`
    update call_tasks t set status = 'in_progress', call_id = l.call_id, last_attempt_at = clock.at, updated_at = now()
    from new_leases l cross join clock where t.company_id = l.company_id and t.id = l.call_task_id
    returning t.company_id, t.id as call_task_id, t.campaign_id, t.call_id, t.phone_number, t.phone_extension,
      1 + (select coalesce(sum(n::int), 0)::int from jsonb_each_text(t.outcome_counts) as o(outcome, n)
        where outcome not in (${textList(unplacedOutcomes)})) as attempt`

const nextSlotAt = (calls_per_minute: string, window_sec: SQL) =>
  slotAfter(sql.raw('n.claimed'), {
    next_slot_at: sql.raw('p.next_slot_at'),
    calls_per_minute: sql.raw(calls_per_minute),
    window_sec,
    now: sql.raw('clock.at'),
  })

/** A campaign in which nothing is due is read again after this time, or as soon as a contact becomes due by a settlement. */
export const idleRecheck = sql.raw("interval '1 s'")

/**
 * Moves each campaign's next slot by one spacing per attempt. The campaign is rechecked immediately after a claim, in
 * 100 ms when it has candidates or no capacity, and in 1 s when nothing is due.
 */
export const updatedCampaignPace = ({ rate_window_sec }: ClaimParams): SQL => sql`
    update campaign_pace p set
      next_slot_at = ${nextSlotAt('n.calls_per_minute', rate_window_sec)},
      last_claim_at = case when n.claimed > 0 then clock.at else p.last_claim_at end,
      next_turn = case when n.claimed > 0 then n.next_turn + n.claimed::float8 / n.weight else p.next_turn end,
      recheck_at = case when n.claimed > 0 then clock.at when n.candidates > 0 or n.capacity <= 0
        then clock.at + interval '100 ms' else clock.at + ${idleRecheck} end
    from (
      select company_id, campaign_id, calls_per_minute, capacity, next_turn, weight,
        (select count(*) from new_leases l where l.company_id = k.company_id and l.campaign_id = k.campaign_id) as claimed,
        (select count(*) from candidate_tasks c where c.company_id = k.company_id and c.campaign_id = k.campaign_id) as candidates
      from campaigns_with_capacity k
    ) as n cross join clock
    where p.company_id = n.company_id and p.campaign_id = n.campaign_id`

/** The same for companies with a limit of calls per minute. */
export const updatedCompanyPace = ({ rate_window_sec }: ClaimParams): SQL => sql`
    update company_pace p set next_slot_at = ${nextSlotAt('c.calls_per_minute', rate_window_sec)}
    from company_capacity c join (select company_id, count(*) as claimed from new_leases group by company_id) n using (company_id)
      cross join clock
    where p.company_id = c.company_id and c.calls_per_minute is not null`

/** `skipped_tasks`: candidates whose number is suppressed. Index: call_tasks_pkey. */
export const skippedTasks: SQL = sql`
    update call_tasks t set ${skippedTaskColumns}
    from candidate_tasks c
    where c.is_suppressed and t.company_id = c.company_id and t.id = c.id and t.status in (${waitingTaskStatusList})
    returning t.company_id, t.id, t.campaign_id, t.status, t.outcome, null::timestamptz as next_attempt_at,
      'suppressed' as rule, 'the number is suppressed' as detail`

/**
 * `postponed_tasks`: candidates whose number has reached an attempt limit of the company, due when the limits allow it
 * again, with the limit that ends last. Index: call_tasks_pkey.
 */
export const postponedTasks: SQL = sql`
    update call_tasks t set next_attempt_at = c.capped_until, updated_at = now()
    from candidate_tasks c
    where not c.is_suppressed and c.capped_until is not null
      and t.company_id = c.company_id and t.id = c.id and t.status in (${waitingTaskStatusList})
    returning t.company_id, t.id, t.campaign_id, t.status, t.outcome, t.next_attempt_at,
      case when c.capped_until = c.capped_by[2] then '${sql.raw(numberLimitRules.gap)}' else '${sql.raw(numberLimitRules.attempts)}' end as rule,
      case when c.capped_until = c.capped_by[2] then 'the number was called less than min_hours_between_attempts of the company ago'
        else 'the number was called as often as the company allows' end as detail`

/** Events for webhooks and the live feed. */
export const claimEvents: SQL = emitEventsSql(sql`
    select company_id, jsonb_build_object('type', 'call.created', 'call_id', call_id, 'campaign_id', campaign_id,
      'call_task_id', call_task_id) as item from new_leases
    union all
    select company_id, jsonb_build_object('type', 'task.skipped', 'call_task_id', id, 'campaign_id', campaign_id,
      'outcome', outcome, 'rule', rule) from skipped_tasks`)

/** The history of skipped and postponed tasks. Claimed attempts need no row: the history shows their calls. */
export const taskHistory: SQL = sql`
    insert into task_events (company_id, call_task_id, campaign_id, at, status, outcome, rule, detail, next_attempt_at)
    select company_id, id, campaign_id, clock.at, status, outcome, rule, detail, next_attempt_at
    from skipped_or_postponed cross join clock`
