import { type SQL, sql } from 'drizzle-orm'
import { waitingTaskStatusList } from '../../../db/schema/index.ts'
import { isSuppressionActive } from '../../suppressions/index.ts'
import { cappedBy } from './attempt-limits.ts'
import { type ClaimParams, spareTasks } from './capacity.ts'
import { startOf } from './shares.ts'

/** Tasks of a campaign in a time zone that wait in the queue: the condition of call_tasks_queue_idx. */
const isWaiting = sql`t.company_id = w.company_id and t.campaign_id = w.campaign_id
          and t.dial_timezone = w.dial_timezone and t.status in (${waitingTaskStatusList})`

/**
 * The time of the campaign has not ended: an equal share of `search_ms`. Its first zone is searched whatever that takes, so that
 * the campaign advances.
 */
const isInTime = ({ search_ms }: ClaimParams) => sql`w.turn = 1
          or clock_timestamp() < search.began_at + make_interval(secs => ${search_ms} / 1000 / search.campaigns)`

/**
 * `priorities`: the priorities in use, highest first, while there is time. A skip scan of call_tasks_queue_idx: one index read
 * per priority.
 */
const priorities = (p: ClaimParams) => sql`
        select case when ${isInTime(p)} then (
          select dial_priority from call_tasks t where ${isWaiting} order by dial_priority desc limit 1) end as dial_priority
        union all
        select case when ${isInTime(p)} then (
          select t.dial_priority from call_tasks t
          where ${isWaiting} and t.dial_priority < priorities.dial_priority
          order by t.dial_priority desc limit 1) end
        from priorities where priorities.dial_priority is not null`

/**
 * `w`: the zones of the campaign whose window is open, in random order: when the time ends before all zones were searched,
 * the next claims search others.
 */
const openZones = sql`
        select company_id, campaign_id, dial_timezone, row_number() over (order by random()) as turn
        from campaign_windows
        where company_id = k.company_id and campaign_id = k.campaign_id and opens_at <= clock.at and closes_at > clock.at`

const tasksToRead = sql`least(k.capacity + ${spareTasks}, k.fetch_limit)`

/**
 * Due tasks of a priority whose telephone is in no live call. Indexes: call_tasks_queue_idx; leases_phone_identity_key, the only
 * one in the order of phone_identity.
 */
const dueTasks = sql`
          select t.id, t.phone_identity, t.dial_priority, t.due_at from call_tasks t
          where ${isWaiting} and t.dial_priority = priorities.dial_priority and t.due_at <= clock.at
            and (select 1 from leases l
              where l.company_id = w.company_id and l.phone_identity >= t.phone_identity and l.phone_identity <= t.phone_identity
                and l.is_live
              order by l.phone_identity limit 1) is null
          order by t.due_at, t.id
          limit ${tasksToRead}`

/** Index: suppressions_phone_identity_key. `select 1 ... limit 1`, because `exists` may become a join with the whole table. */
const isSuppressed = sql`
          (select 1 from suppressions s
            where s.company_id = w.company_id and s.phone_identity = due_task.phone_identity
              and ${isSuppressionActive(sql`clock.at`)} limit 1) is not null`

/**
 * `candidate_tasks`: due tasks of time zones whose window is open, by priority, whose telephone is in no live call. Locks
 * nothing. Index: campaign_windows_pkey, then those of the parts.
 *
 * The tasks of a zone come in the order of their priorities, because they are read priority by priority. They are not sorted:
 * that would read all priorities, while the first ones usually have enough tasks.
 */
export const candidateTasks = (p: ClaimParams): SQL => sql`
    select k.company_id, k.campaign_id, k.capacity, k.weight, k.next_turn, k.last_claim_at, task.*,
      row_number() over (partition by k.company_id, k.campaign_id, task.is_suppressed, task.capped_until is null
        order by task.dial_priority desc, task.due_at, task.id) as position_in_campaign
    from campaigns_with_capacity k
    join company_capacity c using (company_id)
    cross join clock
    cross join lateral (
      select clock_timestamp() as began_at, k.campaign_id, (select count(*) from locked_campaigns) as campaigns offset 0
    ) as search
    cross join lateral (
      select task_of_zone.*, greatest(task_of_zone.capped_by[1], task_of_zone.capped_by[2]) as capped_until
      from (${openZones}) as w
      cross join lateral (
        with recursive priorities as (${priorities(p)})
        select due_task.id, due_task.phone_identity, due_task.dial_priority, due_task.due_at,
          ${isSuppressed} as is_suppressed,
          ${cappedBy({
            company_id: sql.raw('w.company_id'),
            phone_identity: sql.raw('due_task.phone_identity'),
            per_day: sql.raw('c.attempts_per_day'),
            per_week: sql.raw('c.attempts_per_week'),
            min_hours: sql.raw('c.min_hours_between_attempts'),
            now: sql.raw('clock.at'),
          })} as capped_by
        from priorities cross join lateral (${dueTasks}) as due_task
        where priorities.dial_priority is not null
        limit ${tasksToRead}
      ) as task_of_zone
    ) as task
    where k.capacity > 0`

/**
 * `ranked_tasks`: dialable tasks within the capacity of their campaign, ranked per company so that campaigns share by
 * weight.
 */
export const rankedTasks: SQL = sql`
    select *, row_number() over (partition by company_id
      order by ${startOf(sql`next_turn`, sql`position_in_campaign`, sql`weight`)}, last_claim_at, campaign_id) as position_in_company
    from candidate_tasks
    where not is_suppressed and capped_until is null and position_in_campaign <= capacity`

/** `selected_tasks`: tasks within the capacity of their company, up to the quota; companies share it equally. */
export const selectedTasks = ({ quota }: { quota: SQL }): SQL => sql`
    select r.* from ranked_tasks r join company_capacity c using (company_id)
    where r.position_in_company <= c.capacity
    order by c.next_turn + r.position_in_company, r.last_claim_at limit ${quota}`

/**
 * `locked_tasks`: selected tasks that are still open. Locks them, and skips those that another transaction is changing.
 * Index: call_tasks_pkey.
 */
export const lockedTasks: SQL = sql`
    select t.company_id, t.id, t.campaign_id, t.phone_number, t.phone_identity
    from call_tasks t join selected_tasks using (company_id, id)
    where t.status in (${waitingTaskStatusList})
    for update of t skip locked`
