/** Commands that change many tasks of a campaign with one statement. */
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import type { Outcome, TaskStatus } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { resolveDialTimezone } from '../../lib/time/dial-timezone.ts'

/** Rules in the history of a task for decisions of users and campaigns. Attempts have other rules. */
export type TaskRule =
  | 'cancelled_by_user'
  | 'taken_up_by_user'
  | 'campaign_stopped'
  | 'campaign_restarted'
  | 'campaign_ended'

interface StatusChange {
  status: TaskStatus
  /** Undefined: the outcome of the latest attempt stays. */
  outcome?: Outcome
  rule: TaskRule
  detail: string
  now: Date
}

const isWaiting = sql`status in ('pending', 'retry')`

/**
 * Sets the status of the tasks of a campaign that meet the condition, and adds an entry to the history of each. The
 * caller has locked the campaign, and updates its counters. Returns the number of tasks per former status.
 */
async function setTaskStatuses(
  tx: Tx,
  campaign_id: string,
  condition: ReturnType<typeof sql>,
  { status, outcome, rule, detail, now }: StatusChange,
): Promise<Map<TaskStatus, number>> {
  const isRequeued = status === 'pending'
  const rows = await tx.execute<{ former_status: TaskStatus; count: number }>(sql`
    with selected_tasks as materialized (
      select id, status as former_status from call_tasks
      where company_id = ${tx.company_id}::uuid and campaign_id = ${campaign_id}::uuid and ${condition}
      order by id for update
    ),
    updated_tasks as (
      update call_tasks t set status = ${status}, outcome = coalesce(${outcome ?? null}::text, t.outcome),
        next_attempt_at = null, updated_at = now(), error_message = ${isRequeued ? null : detail}::text,
        outcome_counts = case when ${isRequeued} then '{}' else t.outcome_counts end
      from selected_tasks s where t.company_id = ${tx.company_id}::uuid and t.id = s.id
      returning t.id, t.outcome, s.former_status
    ),
    history_entries as (
      insert into task_events (company_id, call_task_id, campaign_id, at, status, outcome, rule, detail)
      select ${tx.company_id}::uuid, id, ${campaign_id}::uuid, ${now.toISOString()}::timestamptz, ${status}, outcome,
        ${rule}, ${detail}
      from updated_tasks
    )
    select former_status, count(*)::int as count from updated_tasks group by former_status`)
  return new Map(rows.map(({ former_status, count }) => [former_status, count]))
}

const sum = (counts: Map<TaskStatus, number>) =>
  [...counts.values()].reduce((total, count) => total + count, 0)

/** Cancels every waiting task of a campaign. Returns their number. */
export async function cancelWaitingTasks(tx: Tx, campaign_id: string, now: Date): Promise<number> {
  const detail = 'the campaign was stopped'
  const change: StatusChange = { status: 'cancelled', rule: 'campaign_stopped', detail, now }
  return sum(await setTaskStatuses(tx, campaign_id, isWaiting, change))
}

/** Skips every waiting task of a campaign whose end_time has passed. Returns their number. */
export async function skipWaitingTasks(tx: Tx, campaign_id: string, now: Date): Promise<number> {
  const detail = 'the campaign ended before the contact was called'
  const outcome = 'outside_window'
  const change: StatusChange = { status: 'skipped', outcome, rule: 'campaign_ended', detail, now }
  return sum(await setTaskStatuses(tx, campaign_id, isWaiting, change))
}

/** Statuses from which a restart can return tasks to the queue. */
export const restartableStatuses = ['failed', 'cancelled', 'skipped'] as const satisfies TaskStatus[]

/** Selects the tasks of a restart. */
export interface RestartFilter {
  statuses: readonly (typeof restartableStatuses)[number][]
  /** Only tasks whose latest outcome is one of these; undefined: any outcome. */
  outcomes?: readonly Outcome[] | undefined
}

/**
 * Sets ended tasks of a campaign to pending, and their retry counts to 0. Returns the number of tasks per former status.
 */
export function restartTasks(
  tx: Tx,
  campaign_id: string,
  { statuses, outcomes }: RestartFilter,
  now: Date,
): Promise<Map<TaskStatus, number>> {
  const hasOutcome =
    outcomes === undefined ? sql`` : sql`and outcome = any(${`{${outcomes.join(',')}}`}::text[])`
  const condition = sql`status = any(${`{${statuses.join(',')}}`}::text[]) ${hasOutcome}`
  const detail = 'returned to the queue when the campaign was restarted'
  return setTaskStatuses(tx, campaign_id, condition, {
    status: 'pending',
    rule: 'campaign_restarted',
    detail,
    now,
  })
}

/**
 * Copies the contacts of a campaign into another as new tasks: all of them, or with `unreached` those whose task is not
 * completed and not in progress. The caller updates the counters. Returns the number of tasks created.
 */
export async function copyTasks(
  tx: Tx,
  sourceCampaignId: string,
  targetCampaignId: string,
  contacts: 'none' | 'all' | 'unreached',
  now: Date,
): Promise<number> {
  if (contacts === 'none') return 0
  const { count } = await tx.execute(sql`
    insert into call_tasks (company_id, id, campaign_id, phone_number, contact_name, contact_data, timezone, dial_timezone,
      timezone_source, priority, created_at)
    select company_id, gen_random_uuid(), ${targetCampaignId}::uuid, phone_number, contact_name, contact_data, timezone, dial_timezone,
      timezone_source, priority, ${now.toISOString()}::timestamptz
    from call_tasks
    where company_id = ${tx.company_id}::uuid and campaign_id = ${sourceCampaignId}::uuid
      and (${contacts === 'all'} or status not in ('completed', 'in_progress'))
    order by id`)
  return count
}

/** The columns of a task from which its dial_timezone is determined. */
export interface TaskWithoutZone {
  company_id: string
  id: string
  timezone: string | null
  phone_number: string
}

/**
 * Determines dial_timezone for tasks that have none, because hand-written SQL inserted them or changed their timezone. A
 * task that was changed in the meantime is skipped. Returns the number of tasks updated.
 */
export async function assignDialTimezones(db: Db, tasks: readonly TaskWithoutZone[]): Promise<number> {
  const rows = tasks.map(({ company_id, id, timezone, phone_number }) => ({
    company_id,
    id,
    timezone,
    ...resolveDialTimezone(timezone, phone_number),
  }))
  const { count } = await db.orm.execute(sql`
    update call_tasks t set dial_timezone = r.dial_timezone, timezone_source = r.timezone_source
    from json_to_recordset(${JSON.stringify(rows)}::text::json)
      as r(company_id uuid, id uuid, timezone text, dial_timezone text, timezone_source text)
    where t.company_id = r.company_id and t.id = r.id and t.dial_timezone is null
      and t.timezone is not distinct from r.timezone`)
  return count
}
