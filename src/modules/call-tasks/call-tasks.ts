import { and, eq, or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { containsText } from '../../db/contains-text.ts'
import { alternativesOf, isOneOfValues, listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { scanPage } from '../../db/scan-page.ts'
import {
  calls,
  callTasks,
  type Outcome,
  type SettableTaskStatus,
  type TaskStatus,
  taskEvents,
  taskStatusRules,
} from '../../db/schema/index.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { conflict, invalid, notFound } from '../../lib/errors.ts'
import { applyChangeWithinLimit, type ChangeMode } from '../../lib/merge-patch.ts'
import { phoneIdentity } from '../../lib/phone/identity.ts'
import { parsePhone, queryCountry, queryPhoneIdentity } from '../../lib/phone.ts'
import { resolveDialTimezone } from '../../lib/time/dial-timezone.ts'
import { assertTimeZone } from '../../lib/time/instants.ts'
import {
  acceptsContacts,
  addToCounters,
  cancelAttempt,
  countersOfStatus,
  getCampaign,
  lockCampaign,
} from '../campaigns/index.ts'
import { emit } from '../events/index.ts'
import { type NumberInput, parseFurtherNumbers } from './parse-numbers.ts'

export type CallTask = typeof callTasks.$inferSelect

export interface TaskChange {
  status?: SettableTaskStatus | undefined
  phone_extension?: string | null | undefined
  further_numbers?: readonly NumberInput[] | undefined
  contact_name?: string | null | undefined
  contact_data?: Record<string, unknown> | undefined
  priority?: number | undefined
  timezone?: string | null | undefined
  next_attempt_at?: Date | null | undefined
}

export interface TaskFilter {
  /** Any of these. */
  status?: readonly TaskStatus[] | undefined
  outcome?: readonly Outcome[] | undefined
  /** In any notation. */
  phone_number?: string | undefined
  /** ISO 3166 country of `phone_number` without a country code. */
  default_country?: string | undefined
  /** Text in the name, the numbers or the data, ignoring case. */
  q?: string | undefined
}

const isTask = (tx: ReadTx, id: string) => and(eq(callTasks.company_id, tx.company_id), eq(callTasks.id, id))

/** The task. @throws Refusal 'not_found' */
export async function getTask(tx: ReadTx, id: string): Promise<CallTask> {
  const [task] = await tx.select().from(callTasks).where(isTask(tx, id))
  if (task === undefined) throw notFound('call task')
  return task
}

/**
 * SQL condition: the tasks of a campaign that match every given filter.
 *
 * @throws Refusal 'invalid' when phone_number is not a phone number
 */
export const taskFilters = (tx: ReadTx, campaign_id: string, filter: TaskFilter): SQL | undefined =>
  and(
    ofCampaign(tx, campaign_id),
    isOneOfValues(callTasks.status, filter.status),
    ...conditionsOf(filter),
    filter.q === undefined ? undefined : containsInTask(filter.q, filter.default_country),
  )

const ofCampaign = (tx: ReadTx, campaign_id: string) =>
  and(eq(callTasks.company_id, tx.company_id), eq(callTasks.campaign_id, campaign_id))

/** All but status and q. */
const conditionsOf = ({ outcome, phone_number, default_country }: TaskFilter): (SQL | undefined)[] => [
  isOneOfValues(callTasks.outcome, outcome),
  phone_number === undefined
    ? undefined
    : eq(callTasks.phone_identity, queryPhoneIdentity(phone_number, default_country)),
]

/** The text is in the name, in a number or in a key or value of the data, or is a number in another notation. */
function containsInTask(q: string, default_country: string | undefined): SQL | undefined {
  const phone = parsePhone(q, queryCountry(default_country))
  return or(
    containsText(callTasks.contact_name, q),
    containsText(callTasks.phone_number, q),
    phone.ok ? eq(callTasks.phone_identity, phoneIdentity(phone.number)) : undefined,
    phone.ok ? containsText(furtherNumbersText, phone.number) : undefined,
    containsText(furtherNumbersText, q),
    // In the text of JSON, quotes and backslashes are escaped.
    containsText(sql`${callTasks.contact_data}::text`, JSON.stringify(q).slice(1, -1)),
  )
}

const furtherNumbersText = sql`${callTasks.further_numbers}::text`

/**
 * A page of the tasks of a campaign, newest first. With `q` it reads contacts for a limited time, and may have fewer items:
 * see `scanPage`.
 *
 * @throws Refusal 'not_found' when the campaign does not exist; 'invalid' when phone_number is not a phone number
 */
export async function listTasks(
  tx: ReadTx,
  campaign_id: string,
  filter: TaskFilter,
  query: PageQuery,
): Promise<Page<CallTask>> {
  await getCampaign(tx, campaign_id)
  const { status, q } = filter
  const key: [PgColumn] = [callTasks.id]
  if (q !== undefined) {
    const matches = taskFilters(tx, campaign_id, filter)
    return scanPage(tx, { from: callTasks, where: ofCampaign(tx, campaign_id), matches, key }, query)
  }
  const where = and(ofCampaign(tx, campaign_id), ...conditionsOf(filter))
  const alternatives = alternativesOf(callTasks.status, status)
  return listPage(tx, { from: callTasks, where, alternatives, key }, query)
}

/**
 * Locks the campaign of a task, then the task. All functions lock in this order, so they cannot deadlock.
 *
 * @throws Refusal 'not_found'
 */
export async function lockTask(tx: Tx, id: string) {
  const { campaign_id } = await getTask(tx, id)
  const campaign = await lockCampaign(tx, campaign_id)
  const [task] = await tx.select().from(callTasks).where(isTask(tx, id)).for('no key update')
  if (task === undefined) throw notFound('call task')
  return { campaign, task }
}

/**
 * Updates a task. With `status` a waiting task can be cancelled, and an ended one returned to the queue. A task in progress that
 * is cancelled stays in progress until its call is over, and is not tried again; the caller hangs up the call.
 *
 * @param mode whether contact_data is merged into the stored value or replaces it
 * @throws Refusal 'not_found'; 'invalid' when timezone is not an IANA zone or a further number is not a phone number;
 * 'conflict' when this change of status is not allowed, or the campaign is over
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
  if (task.status === 'in_progress' && change.status === 'cancelled') {
    await cancelInProgress(tx, task, now)
    return updateTask(tx, id, { ...change, status: undefined }, mode, now)
  }
  if (Object.values(change).every((value) => value === undefined)) return task
  const { status } = change
  if (status !== undefined && status !== task.status) {
    if (!taskStatusRules[task.status].settable.includes(status)) {
      throw conflict('invalid_transition', transitionErrorText(task.status, status))
    }
    if (status === 'pending' && !acceptsContacts(campaign, now)) {
      const detail = `The campaign is ${campaign.status}, so the contact would not be called. Restart the campaign instead, or clone it when its end_time has passed.`
      throw conflict('campaign_over', detail)
    }
    const [before, after] = [countersOfStatus(task.status), countersOfStatus(status)]
    await addToCounters(tx, campaign.id, {
      completed_tasks: after.completed_tasks - before.completed_tasks,
      failed_tasks: after.failed_tasks - before.failed_tasks,
    })
  }
  const contact_data = applyChangeWithinLimit('contact_data', task.contact_data, change.contact_data, mode)
  const zone = change.timezone === undefined ? {} : resolveDialTimezone(change.timezone, task.phone_number)
  const [updated] = await tx
    .update(callTasks)
    .set({
      ...change,
      further_numbers: furtherNumbersOf(task, change),
      ...zone,
      ...requeuedFields(task, change),
      contact_data,
    })
    .where(isTask(tx, id))
    .returning()
  if (updated === undefined) throw notFound('call task')
  if (updated.status !== task.status) await recordStatusChange(tx, updated, now)
  return updated
}

/**
 * Marks the attempt under way, so that its call is hung up and no other follows, and records that in the history of the task.
 *
 * @throws Refusal 'conflict' when the attempt has just been settled
 */
async function cancelInProgress(tx: Tx, task: CallTask, now: Date): Promise<void> {
  const { id, campaign_id, call_id } = task
  if (call_id === null || !(await cancelAttempt(tx, call_id, now)))
    throw conflict('invalid_transition', 'The call of the task has just ended. Send the request again.')
  await tx.insert(taskEvents).values({
    company_id: tx.company_id,
    call_task_id: id,
    campaign_id,
    at: now,
    status: task.status,
    outcome: task.outcome,
    rule: 'cancelled_by_user',
    detail: 'cancelled by a user; the call is hung up, and no other follows',
  })
  emit(tx, { type: 'call.updated', call_id, campaign_id })
}

/** The new further numbers; undefined: unchanged. @throws Refusal 'invalid' when one is not a phone number */
function furtherNumbersOf({ phone_number }: CallTask, { further_numbers }: TaskChange) {
  if (further_numbers === undefined) return undefined
  const numbers = parseFurtherNumbers(phone_number, further_numbers)
  if (!('pointer' in numbers)) return numbers
  const { pointer, detail } = numbers
  throw invalid('invalid_phone_number', detail, [{ pointer, detail }])
}

function transitionErrorText(from: TaskStatus, to: SettableTaskStatus): string {
  const allowed = taskStatusRules[from].settable
  const list = allowed.length === 0 ? 'none' : allowed.join(', ')
  return `The task is ${from}, so its status cannot be set to ${to}. Allowed from ${from}: ${list}.`
}

/** A task that returns to the queue gets all its retries again, and is due now unless the change sets a time. */
function requeuedFields(task: CallTask, { status, next_attempt_at }: TaskChange) {
  if (status !== 'pending' || task.status === 'pending') return {}
  return { outcome_counts: {}, error_message: null, next_attempt_at: next_attempt_at ?? null }
}

/** Adds the user's decision to the history of the task, and emits it as an event. */
async function recordStatusChange(
  tx: Tx,
  { id, campaign_id, status, outcome, next_attempt_at }: CallTask,
  now: Date,
) {
  const rule = status === 'cancelled' ? 'cancelled_by_user' : 'taken_up_by_user'
  await tx.insert(taskEvents).values({
    company_id: tx.company_id,
    call_task_id: id,
    campaign_id,
    at: now,
    status,
    outcome,
    rule,
    next_attempt_at,
    detail: status === 'cancelled' ? 'cancelled by a user' : 'returned to the queue by a user',
  })
  const type = status === 'cancelled' ? 'task.cancelled' : 'task.pending'
  emit(tx, { type, call_task_id: id, campaign_id, outcome, rule })
}

/**
 * Deletes a task whose contact was never called. A task with calls cannot be deleted, because calls are kept as history.
 *
 * @throws Refusal 'not_found'; 'conflict' when the contact was called
 */
export async function deleteTask(tx: Tx, id: string): Promise<void> {
  const { campaign, task } = await lockTask(tx, id)
  const [call] = await tx
    .select({ id: calls.id })
    .from(calls)
    .where(and(eq(calls.company_id, tx.company_id), eq(calls.call_task_id, id)))
    .limit(1)
  if (task.status === 'in_progress' || task.call_id !== null || call !== undefined) {
    throw conflict(
      'task_has_calls',
      'The contact has been called. Its calls are kept as history, so the task cannot be deleted. A task that waits for a retry can be cancelled instead.',
    )
  }
  await tx.delete(callTasks).where(isTask(tx, id))
  const { completed_tasks, failed_tasks } = countersOfStatus(task.status)
  await addToCounters(tx, campaign.id, {
    total_tasks: -1,
    completed_tasks: -completed_tasks,
    failed_tasks: -failed_tasks,
  })
}
