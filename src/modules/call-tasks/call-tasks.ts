import { and, eq, ilike, inArray, type SQL, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/page.ts'
import { callTasks, type Outcome, type TaskStatus } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict, invalid, notFound } from '../../lib/errors.ts'
import { type ChangeMode, changed } from '../../lib/merge.ts'
import { readPhone } from '../../lib/phone.ts'
import { checkTimeZone } from '../../lib/time.ts'
import { countsOf, getCampaign, isOver, lockCampaign, moveCounters } from '../campaigns/index.ts'
import { mayMove, openStatuses, type UserStatus } from './lifecycle.ts'

export type CallTask = typeof callTasks.$inferSelect

export interface TaskChange {
  status?: UserStatus | undefined
  contact_name?: string | null | undefined
  contact_data?: Record<string, unknown> | undefined
  priority?: number | undefined
  timezone?: string | null | undefined
  next_attempt_at?: Date | null | undefined
}

export interface TaskFilter {
  status?: TaskStatus | undefined
  outcome?: Outcome | undefined
  phone_number?: string | undefined
  q?: string | undefined
}

const isTask = (tx: Tx, id: string) => and(eq(callTasks.company_id, tx.company_id), eq(callTasks.id, id))

/** @throws Refusal 'not_found' */
export async function getTask(tx: Tx, id: string): Promise<CallTask> {
  const [task] = await tx.select().from(callTasks).where(isTask(tx, id))
  if (task === undefined) throw notFound('call task')
  return task
}

/** Contacts of a campaign, newest first. @throws Refusal 'not_found' when there is no such campaign */
export async function listTasks(
  tx: Tx,
  campaign_id: string,
  filter: TaskFilter,
  query: PageQuery,
): Promise<Page<CallTask>> {
  await getCampaign(tx, campaign_id)
  const filters: (SQL | undefined)[] = [
    eq(callTasks.company_id, tx.company_id),
    eq(callTasks.campaign_id, campaign_id),
    filter.status === undefined ? undefined : eq(callTasks.status, filter.status),
    filter.outcome === undefined ? undefined : eq(callTasks.outcome, filter.outcome),
    filter.phone_number === undefined ? undefined : eq(callTasks.phone_number, numberOf(filter.phone_number)),
    filter.q === undefined
      ? undefined
      : ilike(callTasks.contact_name, `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`),
  ]
  return listPage(tx, { from: callTasks, where: and(...filters), key: [callTasks.id] }, query)
}

function numberOf(text: string): string {
  // A plus in an address means a blank: what begins with one was meant to begin with a plus.
  const read = readPhone(text.replace(/^ /, '+'))
  if (read.ok) return read.number
  throw invalid('invalid_phone_number', `phone_number ${read.reason}.`, [
    { pointer: '/phone_number', detail: read.reason },
  ])
}

/** A task with its campaign, both held; always the campaign first, so that nobody waits in a circle. */
async function lockTask(tx: Tx, id: string) {
  const { campaign_id } = await getTask(tx, id)
  const campaign = await lockCampaign(tx, campaign_id)
  const [task] = await tx.select().from(callTasks).where(isTask(tx, id)).for('no key update')
  if (task === undefined) throw notFound('call task')
  return { campaign, task }
}

/**
 * Changes a task. A task that waits can be cancelled, one that ended can be taken up again.
 *
 * @throws Refusal 'not_found', 'invalid' for an unknown zone, 'conflict' for a move that is not legal
 */
export async function updateTask(
  tx: Tx,
  id: string,
  change: TaskChange,
  mode: ChangeMode,
): Promise<CallTask> {
  if (change.timezone) checkTimeZone(change.timezone, '/timezone')
  const { campaign, task } = await lockTask(tx, id)
  if (Object.values(change).every((value) => value === undefined)) return task
  const { status } = change
  if (status !== undefined && status !== task.status) {
    if (!mayMove(task.status, status)) {
      throw conflict('illegal_move', `A task that is ${task.status} does not become ${status}.`)
    }
    if (status === 'pending' && isOver(campaign.status)) {
      throw conflict('campaign_over', `The campaign is ${campaign.status}: nobody would call.`)
    }
    const [gone, come] = [countsOf(task.status), countsOf(status)]
    await moveCounters(tx, campaign.id, {
      completed_tasks: (come.completed_tasks ?? 0) - (gone.completed_tasks ?? 0),
      failed_tasks: (come.failed_tasks ?? 0) - (gone.failed_tasks ?? 0),
    })
  }
  const contact_data = changed(task.contact_data, change.contact_data, mode)
  const [after] = await tx
    .update(callTasks)
    .set({ ...change, contact_data })
    .where(isTask(tx, id))
    .returning()
  if (after === undefined) throw notFound('call task')
  return after
}

/**
 * Takes a contact off its campaign. One that was called stays: its calls are history.
 *
 * @throws Refusal 'not_found' or 'conflict'
 */
export async function deleteTask(tx: Tx, id: string): Promise<void> {
  const { campaign, task } = await lockTask(tx, id)
  const [call] = await tx.execute(sql`
    select 1 from calls where company_id = ${tx.company_id}::uuid and call_task_id = ${id}::uuid limit 1`)
  if (task.status === 'in_progress' || task.call_id !== null || call !== undefined) {
    throw conflict(
      'task_has_calls',
      'The contact was called, and its history stays: cancel the task instead.',
    )
  }
  await tx.delete(callTasks).where(isTask(tx, id))
  const { completed_tasks = 0, failed_tasks = 0 } = countsOf(task.status)
  await moveCounters(tx, campaign.id, {
    total_tasks: -1,
    completed_tasks: -completed_tasks,
    failed_tasks: -failed_tasks,
  })
}

/** Cancels every task of a campaign that waits, in one statement. Answers how many. */
export async function cancelOpenTasks(tx: Tx, campaign_id: string): Promise<number> {
  const { count } = await tx
    .update(callTasks)
    .set({ status: 'cancelled' })
    .where(
      and(
        eq(callTasks.company_id, tx.company_id),
        eq(callTasks.campaign_id, campaign_id),
        inArray(callTasks.status, [...openStatuses]),
      ),
    )
  return count
}
