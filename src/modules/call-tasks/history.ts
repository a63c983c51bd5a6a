import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery, type RowOf } from '../../db/query/define-query.ts'
import { integer, text, timestamptz, uuid } from '../../db/query/parameters.ts'
import { callStatuses, outcomes, taskStatuses, unreadableOptOutRule } from '../../db/schema/index.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { Nullable, OneOf } from '../../lib/schema/typebox.ts'
import { emit } from '../events/index.ts'
import { getTask } from './call-tasks.ts'

/** Statuses of calls and tasks; some are the same words. */
export const historyStatuses = [...new Set([...callStatuses, ...taskStatuses])]

/** Maximum number of items returned; tasks have far fewer. */
const maxItems = 1_000

/**
 * The history of a task, oldest first: attempts that started, and decisions about the task. Indexes: task_events_pkey and
 * calls_call_task_idx.
 */
const findHistory = defineCompanyQuery({
  name: 'call_tasks.find_history',
  params: { call_task_id: uuid, limit: integer },
  row: {
    at: Type.Date(),
    kind: OneOf(['attempt', 'decision']),
    /** Of an attempt: the status of its call. Of a decision: the new status of the task. */
    status: OneOf(historyStatuses),
    outcome: Nullable(OneOf(outcomes)),
    /** The rule that made the decision; null for an attempt. */
    rule: Nullable(Type.String()),
    /** Of a decision: an explanation. Of an attempt: why the call ended; null while it is live. */
    detail: Nullable(Type.String()),
    call_id: Nullable(Type.String()),
    next_attempt_at: Nullable(Type.Date()),
  },
  sql: (p) => sql`
    select at, kind, status, outcome, rule, detail, call_id, next_attempt_at from (
      select at, 'decision' as kind, status, outcome, rule, detail, call_id, next_attempt_at, seq
      from task_events where company_id = ${p.company_id} and call_task_id = ${p.call_task_id}
      union all
      select started_at, 'attempt', status, outcome, null, ended_reason, id, null, 0
      from calls where company_id = ${p.company_id} and call_task_id = ${p.call_task_id}
    ) as items
    order by at, kind, seq limit ${p.limit}`,
})

/** The attempts of a task and the decisions about it, oldest first. @throws Refusal 'not_found' */
export async function getTaskHistory(
  tx: ReadTx,
  id: string,
): Promise<{ call_task_id: string; items: RowOf<typeof findHistory>[] }> {
  await getTask(tx, id)
  return { call_task_id: id, items: await findHistory(tx, { call_task_id: id, limit: maxItems }) }
}

/**
 * Adds an entry about a call of a task to the history of the task, with its present status. It is no decision, so it is not
 * effective. Index: call_tasks_pkey.
 */
const insertNote = defineCompanyQuery({
  name: 'call_tasks.insert_note',
  params: { call_task_id: uuid, call_id: uuid, rule: text, detail: text, now: timestamptz },
  row: { campaign_id: Type.String(), outcome: Nullable(OneOf(outcomes)) },
  sql: (p) => sql`
    insert into task_events (company_id, call_task_id, campaign_id, at, status, outcome, rule, detail, call_id, is_effective)
    select company_id, id, campaign_id, ${p.now}, status, outcome, ${p.rule}, ${p.detail}, ${p.call_id}, false
    from call_tasks where company_id = ${p.company_id} and id = ${p.call_task_id}
    returning campaign_id, outcome`,
})

/**
 * Records that collected_data.opt_out of an attempt is neither yes nor no, when that is reported: in the history of its task and
 * as an event. The diagnostics of the campaign count these contacts. Nothing for a call without a task.
 */
export async function recordUnreadableOptOut(
  tx: Tx,
  { id: call_id, call_task_id }: { id: string; call_task_id: string | null },
  now: Date,
): Promise<void> {
  if (call_task_id === null) return
  const rule = unreadableOptOutRule
  const detail = 'opt_out in collected_data is neither yes nor no, so the number is not suppressed'
  for (const task of await insertNote(tx, { call_task_id, call_id, rule, detail, now }))
    emit(tx, { type: 'task.updated', call_task_id, ...task, call_id, rule, detail })
}
