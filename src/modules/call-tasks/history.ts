import { sql } from 'drizzle-orm'
import type { CallStatus, Outcome, TaskStatus } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { getTask } from './call-tasks.ts'

/** An entry in the history of a task: an attempt that started, or a decision about the task. */
export interface HistoryItem {
  at: Date
  kind: 'attempt' | 'decision'
  /** Of an attempt: the status of its call. Of a decision: the new status of the task. */
  status: CallStatus | TaskStatus
  outcome: Outcome | null
  /** The rule that made the decision; null for an attempt. */
  rule: string | null
  /** Of a decision: an explanation. Of an attempt: why the call ended; null while it is live. */
  detail: string | null
  call_id: string | null
  next_attempt_at: Date | null
}

/** Maximum number of items returned; tasks have far fewer. */
const maxItems = 1_000

/** The attempts of a task and the decisions about it, oldest first. @throws Refusal 'not_found' */
export async function getTaskHistory(
  tx: ReadTx,
  id: string,
): Promise<{ call_task_id: string; items: HistoryItem[] }> {
  await getTask(tx, id)
  const rows = await tx.execute<Record<keyof HistoryItem, string | null>>(sql`
    select at, 'decision' as kind, status, outcome, rule, detail, call_id, next_attempt_at, seq
    from task_events where company_id = ${tx.company_id}::uuid and call_task_id = ${id}::uuid
    union all
    select started_at, 'attempt', status, outcome, null, ended_reason, id, null, 0
    from calls where company_id = ${tx.company_id}::uuid and call_task_id = ${id}::uuid
    order by at, kind, seq limit ${maxItems}`)
  const parseTime = (text: string | null) => (text === null ? null : new Date(text))
  const items = rows.map(({ at, kind, status, outcome, rule, detail, call_id, next_attempt_at }) => ({
    at: parseTime(at),
    kind,
    status,
    outcome,
    rule,
    detail,
    call_id,
    next_attempt_at: parseTime(next_attempt_at),
  }))
  return { call_task_id: id, items: items as HistoryItem[] }
}
