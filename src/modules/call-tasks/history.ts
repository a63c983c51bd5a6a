import { sql } from 'drizzle-orm'
import type { CallStatus, Outcome, TaskStatus } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { getTask } from './call-tasks.ts'

/** One thing that was done about a contact: an attempt that began, or something that was decided. */
export interface HistoryItem {
  at: Date
  kind: 'attempt' | 'decision'
  /** Of an attempt: its call's state. Of a decision: what the task became. */
  status: CallStatus | TaskStatus
  outcome: Outcome | null
  /** Of a decision: by which rule, and what it came to in words. */
  rule: string | null
  detail: string | null
  call_id: string | null
  next_attempt_at: Date | null
}

/** The most that is told; a contact has far fewer. */
const mostItems = 1_000

/** What was decided of a contact, when, and by which rule; oldest first. @throws Refusal 'not_found' */
export async function getTaskHistory(
  tx: Tx,
  id: string,
): Promise<{ call_task_id: string; items: HistoryItem[] }> {
  await getTask(tx, id)
  const rows = await tx.execute<Record<keyof HistoryItem, string | null>>(sql`
    select at, 'decision' as kind, status, outcome, rule, detail, call_id, next_attempt_at, seq
    from task_events where company_id = ${tx.company_id}::uuid and call_task_id = ${id}::uuid
    union all
    select started_at, 'attempt', status, outcome, null, ended_reason, id, null, 0
    from calls where company_id = ${tx.company_id}::uuid and call_task_id = ${id}::uuid
    order by at, kind, seq limit ${mostItems}`)
  const time = (text: string | null) => (text === null ? null : new Date(text))
  const items = rows.map(({ at, kind, status, outcome, rule, detail, call_id, next_attempt_at }) => ({
    ...{ at: time(at), kind, status, outcome, rule, detail, call_id },
    next_attempt_at: time(next_attempt_at),
  }))
  return { call_task_id: id, items: items as HistoryItem[] }
}

/** The rules that are not of an attempt: what users and campaigns do with contacts. */
export type TaskRule =
  | 'cancelled_by_user'
  | 'taken_up_by_user'
  | 'campaign_stopped'
  | 'campaign_restarted'
  | 'campaign_ended'

/**
 * Moves the tasks of a campaign that `which` selects, and writes down why. Whoever calls this holds the campaign.
 * Answers how many there were of each former state.
 */
export async function setTaskStatuses(
  tx: Tx,
  campaign_id: string,
  which: ReturnType<typeof sql>,
  change: { status: TaskStatus; outcome?: Outcome; rule: TaskRule; detail: string; now: Date },
): Promise<Map<TaskStatus, number>> {
  const { status, outcome = null, rule, detail, now } = change
  const isTakenUp = status === 'pending'
  const rows = await tx.execute<{ was: TaskStatus; n: number }>(sql`
    with chosen as materialized (
      select id, status as was from call_tasks
      where company_id = ${tx.company_id}::uuid and campaign_id = ${campaign_id}::uuid and ${which}
      order by id for update
    ),
    moved as (
      update call_tasks t set status = ${status}, outcome = coalesce(${outcome}::text, t.outcome),
        next_attempt_at = null, updated_at = now(), error_message = ${isTakenUp ? null : detail}::text,
        outcome_counts = case when ${isTakenUp} then '{}' else t.outcome_counts end
      from chosen where t.company_id = ${tx.company_id}::uuid and t.id = chosen.id
      returning t.id, t.outcome, chosen.was
    ),
    told as (
      insert into task_events (company_id, call_task_id, campaign_id, at, status, outcome, rule, detail)
      select ${tx.company_id}::uuid, id, ${campaign_id}::uuid, ${now.toISOString()}::timestamptz, ${status}, outcome,
        ${rule}, ${detail}
      from moved
    )
    select was, count(*)::int as n from moved group by was`)
  return new Map(rows.map(({ was, n }) => [was, n]))
}
