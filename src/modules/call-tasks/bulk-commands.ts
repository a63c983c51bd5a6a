/** Commands that change many tasks of a campaign with one statement. */
import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineCompanyQuery, defineQuery } from '../../db/query/define-query.ts'
import {
  boolean,
  integer,
  nullable,
  recordset,
  text,
  textArray,
  timestamptz,
  uuid,
} from '../../db/query/parameters.ts'
import { type Outcome, type TaskStatus, taskStatuses, waitingTaskStatuses } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { OneOf } from '../../lib/schema/typebox.ts'
import { resolveDialTimezone } from '../../lib/time/dial-timezone.ts'
import { mayBeCalledAgain } from '../suppressions/index.ts'

/** Rules in the history of a task for decisions of users and campaigns. Attempts have other rules. */
export type TaskRule =
  | 'cancelled_by_user'
  | 'taken_up_by_user'
  | 'campaign_stopped'
  | 'campaign_restarted'
  | 'campaign_ended'

/** Rules by which a user has decided about a contact. A late report of an earlier attempt does not change that decision. */
export const userRules: readonly TaskRule[] = [
  'cancelled_by_user',
  'taken_up_by_user',
  'campaign_stopped',
  'campaign_restarted',
]

/** Selects tasks of a campaign. */
interface TaskSelection {
  statuses: readonly TaskStatus[]
  /** Only tasks whose latest outcome is one of these; undefined: any outcome. */
  outcomes?: readonly Outcome[] | undefined
}

/** Selects tasks that a restart returns to the queue. Those whose number is suppressed are left out, too. */
export interface RestartSelection extends TaskSelection {
  /** Tasks whose latest outcome is one of these are left out. */
  left_out_outcomes: readonly Outcome[]
}

interface StatusChange {
  status: TaskStatus
  /** Undefined: the outcome of the latest attempt stays. */
  outcome?: Outcome
  rule: TaskRule
  detail: string
  now: Date
}

/**
 * Sets the status of tasks of a campaign, and adds an entry to the history of each. Locks the tasks in the order of their
 * ids. Index: call_tasks_status_idx.
 */
const updateStatuses = defineCompanyQuery({
  name: 'call_tasks.update_statuses',
  params: {
    campaign_id: uuid,
    former_statuses: textArray,
    former_outcomes: nullable(textArray),
    /** Only tasks that a restart may return to the queue: see `mayBeCalledAgain`. */
    is_restart: boolean,
    left_out_outcomes: textArray,
    status: text,
    outcome: nullable(text),
    rule: text,
    detail: text,
    now: timestamptz,
    /** null: no limit. */
    limit: nullable(integer),
  },
  row: { former_status: OneOf(taskStatuses), count: Type.Integer() },
  sql: (p) => sql`
    with selected_tasks as materialized (
      select id, status as former_status from call_tasks t
      where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} and status = any(${p.former_statuses})
        and (${p.former_outcomes} is null or outcome = any(${p.former_outcomes}))
        and (not ${p.is_restart} or ${mayBeCalledAgain('t', p.left_out_outcomes, p.now)})
      order by id limit ${p.limit} for update
    ),
    updated_tasks as (
      update call_tasks t set status = ${p.status}, outcome = coalesce(${p.outcome}, t.outcome),
        next_attempt_at = null, updated_at = now(),
        error_message = case when ${p.status} <> 'pending' then ${p.detail} end,
        outcome_counts = case when ${p.status} = 'pending' then '{}' else t.outcome_counts end
      from selected_tasks s where t.company_id = ${p.company_id} and t.id = s.id
      returning t.id, t.outcome, s.former_status
    ),
    history_entries as (
      insert into task_events (company_id, call_task_id, campaign_id, at, status, outcome, rule, detail)
      select ${p.company_id}, id, ${p.campaign_id}, ${p.now}, ${p.status}, outcome, ${p.rule}, ${p.detail}
      from updated_tasks
    )
    select former_status, count(*)::int as count from updated_tasks group by former_status`,
})

/**
 * Changes the tasks of a campaign that the filter selects. The caller has locked the campaign, and updates its counters.
 * Returns the number of tasks per former status.
 */
async function setTaskStatuses(
  tx: Tx,
  campaign_id: string,
  { statuses, outcomes, left_out_outcomes }: TaskSelection & Partial<RestartSelection>,
  { outcome, ...change }: StatusChange,
  limit: number | null = null,
): Promise<Map<TaskStatus, number>> {
  const rows = await updateStatuses(tx, {
    campaign_id,
    former_statuses: statuses,
    former_outcomes: outcomes ?? null,
    is_restart: left_out_outcomes !== undefined,
    left_out_outcomes: left_out_outcomes ?? [],
    outcome: outcome ?? null,
    limit,
    ...change,
  })
  return new Map(rows.map(({ former_status, count }) => [former_status, count]))
}

const waiting: TaskSelection = { statuses: waitingTaskStatuses }

const sum = (counts: Map<TaskStatus, number>) =>
  [...counts.values()].reduce((total, count) => total + count, 0)

/** Cancels every waiting task of a campaign. Returns their number. */
export async function cancelWaitingTasks(tx: Tx, campaign_id: string, now: Date): Promise<number> {
  const detail = 'the campaign was stopped'
  const change: StatusChange = { status: 'cancelled', rule: 'campaign_stopped', detail, now }
  return sum(await setTaskStatuses(tx, campaign_id, waiting, change))
}

const endRule: TaskRule = 'campaign_ended'

/** Skips waiting tasks of a campaign whose end_time has passed, at most `limit`. Returns their number. */
export async function skipWaitingTasks(
  tx: Tx,
  campaign_id: string,
  limit: number,
  now: Date,
): Promise<number> {
  const detail = 'the campaign ended before the contact was called'
  const change: StatusChange = { status: 'skipped', outcome: 'outside_window', rule: endRule, detail, now }
  return sum(await setTaskStatuses(tx, campaign_id, waiting, change, limit))
}

/** Indexes: task_events_campaign_idx, call_tasks_queue_idx. */
const readSkipProgress = defineCompanyQuery({
  name: 'call_tasks.read_skip_progress',
  params: { campaign_id: uuid, since: timestamptz, rule: text, waiting_statuses: textArray },
  row: { skipped: Type.Integer(), is_done: Type.Boolean() },
  sql: (p) => sql`
    select is_done, case when is_done then (
        select count(*)::int from task_events
        where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} and at >= ${p.since} and rule = ${p.rule})
      else 0 end as skipped
    from (
      select (select 1 from call_tasks
        where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} and status = any(${p.waiting_statuses})
        limit 1) is null as is_done) as waiting`,
})

/** Whether no task waits any more, and then how many `skipWaitingTasks` has skipped since the campaign's end_time. */
export async function getSkipProgress(
  tx: Tx,
  campaign_id: string,
  end_time: Date,
): Promise<{ skipped: number; is_done: boolean }> {
  const since = { since: end_time, rule: endRule, waiting_statuses: waiting.statuses }
  const [progress] = await readSkipProgress(tx, { campaign_id, ...since })
  if (progress === undefined) throw new Error('the statement of counts returned no row')
  return progress
}

/**
 * Sets ended tasks of a campaign to pending, and their retry counts to 0, except those whose number is suppressed. Returns the
 * number of tasks per former status.
 */
export function restartTasks(
  tx: Tx,
  campaign_id: string,
  selection: RestartSelection,
  now: Date,
): Promise<Map<TaskStatus, number>> {
  const detail = 'returned to the queue when the campaign was restarted'
  const change: StatusChange = { status: 'pending', rule: 'campaign_restarted', detail, now }
  return setTaskStatuses(tx, campaign_id, selection, change)
}

/** The columns of a task from which its dial_timezone is determined. */
export interface TaskWithoutZone {
  company_id: string
  id: string
  timezone: string | null
  phone_number: string
}

const updateDialTimezones = defineQuery({
  name: 'call_tasks.update_dial_timezones',
  params: {
    tasks: recordset('r', {
      company_id: uuid,
      id: uuid,
      timezone: nullable(text),
      dial_timezone: text,
      timezone_source: text,
    }),
  },
  row: { updated: Type.Integer() },
  sql: (p) => sql`
    with updated as (
      update call_tasks t set dial_timezone = r.dial_timezone, timezone_source = r.timezone_source
      from ${p.tasks}
      where t.company_id = r.company_id and t.id = r.id and t.dial_timezone is null
        and t.timezone is not distinct from r.timezone
      returning 1
    )
    select count(*)::int as updated from updated`,
})

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
  const [result] = await updateDialTimezones(db, { tasks: rows })
  return result?.updated ?? 0
}
