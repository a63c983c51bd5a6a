import { and, eq, ilike, type SQL, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { callTasks, type Outcome, type TaskStatus, taskEvents } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict, notFound } from '../../lib/errors.ts'
import { applyChange, type ChangeMode } from '../../lib/merge-patch.ts'
import { parseQueryPhoneOrThrow } from '../../lib/phone.ts'
import { resolveDialTimezone } from '../../lib/time/dial-timezone.ts'
import { assertTimeZone } from '../../lib/time/instants.ts'
import { addToCounters, countersOfStatus, getCampaign, isOver, lockCampaign } from '../campaigns/index.ts'
import { emit } from '../events/index.ts'
import { isTransitionAllowed, type UserSettableStatus } from './lifecycle.ts'

export type CallTask = typeof callTasks.$inferSelect

export interface TaskChange {
  status?: UserSettableStatus | undefined
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
    filter.phone_number === undefined
      ? undefined
      : eq(callTasks.phone_number, parseQueryPhoneOrThrow(filter.phone_number)),
    filter.q === undefined
      ? undefined
      : ilike(callTasks.contact_name, `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`),
  ]
  return listPage(tx, { from: callTasks, where: and(...filters), key: [callTasks.id] }, query)
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
  now: Date,
): Promise<CallTask> {
  if (change.timezone) assertTimeZone(change.timezone, '/timezone')
  const { campaign, task } = await lockTask(tx, id)
  if (Object.values(change).every((value) => value === undefined)) return task
  const { status } = change
  if (status !== undefined && status !== task.status) {
    if (!isTransitionAllowed(task.status, status)) {
      throw conflict('invalid_transition', `A task that is ${task.status} does not become ${status}.`)
    }
    if (status === 'pending' && isOver(campaign.status)) {
      throw conflict('campaign_over', `The campaign is ${campaign.status}: nobody would call.`)
    }
    const [gone, come] = [countersOfStatus(task.status), countersOfStatus(status)]
    await addToCounters(tx, campaign.id, {
      completed_tasks: (come.completed_tasks ?? 0) - (gone.completed_tasks ?? 0),
      failed_tasks: (come.failed_tasks ?? 0) - (gone.failed_tasks ?? 0),
    })
  }
  const contact_data = applyChange(task.contact_data, change.contact_data, mode)
  const zone = change.timezone === undefined ? {} : resolveDialTimezone(change.timezone, task.phone_number)
  const [after] = await tx
    .update(callTasks)
    .set({ ...change, ...zone, ...takenUp(task, change), contact_data })
    .where(isTask(tx, id))
    .returning()
  if (after === undefined) throw notFound('call task')
  if (after.status !== task.status) await tellMove(tx, after, now)
  return after
}

/** A task that is taken up again has its attempts before it; when it is due is for the caller to say, else it is now. */
function takenUp(task: CallTask, { status, next_attempt_at }: TaskChange) {
  if (status !== 'pending' || task.status === 'pending') return {}
  return { outcome_counts: {}, error_message: null, next_attempt_at: next_attempt_at ?? null }
}

async function tellMove(tx: Tx, { id, campaign_id, status, outcome, next_attempt_at }: CallTask, now: Date) {
  const rule = status === 'cancelled' ? 'cancelled_by_user' : 'taken_up_by_user'
  await tx.insert(taskEvents).values({
    ...{
      company_id: tx.company_id,
      call_task_id: id,
      campaign_id,
      at: now,
      status,
      outcome,
      rule,
      next_attempt_at,
    },
    detail: status === 'cancelled' ? 'cancelled by a user' : 'taken up again by a user',
  })
  const type = status === 'cancelled' ? 'task.cancelled' : 'task.pending'
  emit(tx, { type, call_task_id: id, campaign_id, outcome, rule })
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
  const { completed_tasks = 0, failed_tasks = 0 } = countersOfStatus(task.status)
  await addToCounters(tx, campaign.id, {
    total_tasks: -1,
    completed_tasks: -completed_tasks,
    failed_tasks: -failed_tasks,
  })
}
