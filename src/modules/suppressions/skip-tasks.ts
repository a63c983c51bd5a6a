import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { defineQuery } from '../../db/query/define-query.ts'
import { integer, recordset, text, timestamptz, uuid, uuidArray } from '../../db/query/parameters.ts'
import {
  campaignStatuses,
  campaignStatusRules,
  textList,
  waitingTaskStatusList,
} from '../../db/schema/index.ts'
import type { PlatformTx, Tx } from '../../db/transaction.ts'
import { emitEventsSql } from '../events/index.ts'
import { isSuppressionActive } from './is-suppressed.ts'

/** Tasks per statement, which bounds its memory: a company may have a number in each of its campaigns. */
const batchSize = 5_000

/** SQL: what a task becomes whose number is suppressed: the columns that `update call_tasks` sets. */
export const skippedTaskColumns: SQL = sql`status = 'skipped', outcome = 'suppressed', next_attempt_at = null, updated_at = now(),
      error_message = 'the number is suppressed'`

/** In a draft, nobody waits yet: its contacts are checked when they are due. */
const startedStatuses = campaignStatuses.filter((status) => campaignStatusRules[status].phase !== 'draft')

/**
 * Waiting tasks of started campaigns that are due before the suppression of their number expires. Locks them, and skips those
 * that another transaction has locked: they are claimed or changed at this moment, and checked again when that attempt is
 * settled, or before they are dialed. So nothing waits here for a lock, in whatever order numbers are suppressed.
 *
 * Each lookup names an order that only its index has, as in lockEndedAttempts: a list may be merged with settings, or with a plan,
 * by which the planner would read all tasks of the company. Indexes: suppressions_phone_identity_key,
 * call_tasks_phone_identity_key, campaigns_pkey.
 */
const lockSuppressedTasks = defineQuery({
  name: 'suppressions.lock_suppressed_tasks',
  params: {
    numbers: recordset('n', { company_id: uuid, phone_number: text }),
    now: timestamptz,
    limit: integer,
  },
  row: { company_id: Type.String(), id: Type.String() },
  sql: (p) => sql`
    select task.company_id, task.id
    from (select distinct company_id, phone_identity(phone_number) as phone_identity from ${p.numbers}) as telephone
    cross join lateral (
      select s.company_id, s.phone_identity, s.expires_at from suppressions s
      where s.company_id = telephone.company_id and s.phone_identity >= telephone.phone_identity
        and s.phone_identity <= telephone.phone_identity and ${isSuppressionActive(p.now)}
      order by s.phone_identity limit 1) as suppression
    cross join lateral (
      select t.company_id, t.id from call_tasks t
      where t.company_id = suppression.company_id and t.phone_identity >= suppression.phone_identity
        and t.phone_identity <= suppression.phone_identity and t.status in (${waitingTaskStatusList})
        and (suppression.expires_at is null or t.due_at < suppression.expires_at)
        and (select k.status from campaigns k where k.company_id = t.company_id and k.id = t.campaign_id limit 1)
          in (${textList(startedStatuses)})
      order by t.phone_identity for update skip locked) as task
    limit ${p.limit}`,
})

/** Ends tasks that the caller has locked, with their history and events. Index: call_tasks_pkey. */
const skipTasks = defineQuery({
  name: 'suppressions.skip_tasks',
  params: { company_ids: uuidArray, ids: uuidArray, now: timestamptz },
  row: {},
  sql: (p) => sql`
    with skipped_tasks as (
      update call_tasks t set ${skippedTaskColumns}
      where t.company_id = any(${p.company_ids}) and t.id = any(${p.ids}) and t.status in (${waitingTaskStatusList})
      returning t.company_id, t.id, t.campaign_id, t.status, t.outcome
    ), events as (${emitEventsSql(sql`
      select company_id, jsonb_build_object('type', 'task.skipped', 'call_task_id', id, 'campaign_id', campaign_id,
        'outcome', outcome, 'rule', 'suppressed') as item from skipped_tasks`)})
    insert into task_events (company_id, call_task_id, campaign_id, at, status, outcome, rule, detail)
    select company_id, id, campaign_id, ${p.now}, status, outcome, 'suppressed', 'the number was suppressed' from skipped_tasks`,
})

/**
 * Ends the contacts that wait for a call to one of these numbers, in all started campaigns, where the number is suppressed:
 * they become `skipped` now, rather than when they are due. A contact that is due after the suppression expires stays.
 */
export async function skipSuppressedTasks(
  tx: Tx | PlatformTx,
  numbers: readonly { company_id: string; phone_number: string }[],
  now: Date,
): Promise<void> {
  if (numbers.length === 0) return
  const rows = numbers.map(({ company_id, phone_number }) => ({ company_id, phone_number }))
  for (;;) {
    const tasks = await lockSuppressedTasks(tx, { numbers: rows, now, limit: batchSize })
    if (tasks.length === 0) return
    tx.notifyEvents()
    const company_ids = [...new Set(tasks.map(({ company_id }) => company_id))]
    await skipTasks(tx, { company_ids, ids: tasks.map(({ id }) => id), now })
    if (tasks.length < batchSize) return
  }
}
