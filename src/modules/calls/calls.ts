import { and, eq, gte, lt, ne, type SQL, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { type CallStatus, calls, type Direction, type Outcome } from '../../db/schema/index.ts'
import { findRowById } from '../../db/select-rows.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict, invalid, notFound, Refusal } from '../../lib/errors.ts'
import { applyChange, type ChangeMode } from '../../lib/merge-patch.ts'
import { parsePhone } from '../../lib/phone.ts'
import { getCampaign } from '../campaigns/index.ts'
import { emit } from '../events/index.ts'
import { releaseLease } from '../leases/index.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { getSkillbase } from '../skillbases/index.ts'
import { canTransition, isFinal } from './lifecycle.ts'

export type Call = typeof calls.$inferSelect

export interface CallInput {
  direction: Direction
  skillbase_id?: string | undefined
  /** Without it that of the campaign, the published or the newest one. */
  skillbase_version?: number | undefined
  campaign_id?: string | undefined
  caller_number?: string | undefined
  callee_number?: string | undefined
  external_call_id?: string | undefined
  livekit_room_id?: string | undefined
  language?: string | undefined
  status?: 'queued' | 'dialing' | 'ringing' | 'active' | undefined
  started_at?: Date | undefined
}

export interface CallChange {
  status?: CallStatus
  outcome?: Outcome | null
  outcome_data?: Record<string, unknown> | null
  collected_data?: Record<string, unknown> | null
  ended_reason?: string | null
  language?: string | null
  livekit_room_id?: string | null
}

export interface CallFilter {
  status?: CallStatus | undefined
  outcome?: Outcome | undefined
  direction?: Direction | undefined
  campaign_id?: string | undefined
  skillbase_id?: string | undefined
  call_task_id?: string | undefined
  external_call_id?: string | undefined
  start?: Date | undefined
  end?: Date | undefined
}

export const isCall = (tx: Tx, id: string) => and(eq(calls.company_id, tx.company_id), eq(calls.id, id))

/**
 * Notes a call that has begun: an inbound one, or a test. The same external_call_id again answers the call that is
 * there, unchanged. The skillbase's version is pinned as it is now: the published one, else the newest.
 *
 * @throws Refusal 'invalid' when the skillbase or campaign is not the company's
 */
export async function createCall(
  tx: Tx,
  input: CallInput,
  now: Date,
): Promise<{ call: Call; is_new: boolean }> {
  const pinned = await pin(tx, input)
  const [call] = await tx
    .insert(calls)
    .values({
      ...input,
      ...pinned,
      company_id: tx.company_id,
      caller_number: normal(input.caller_number),
      callee_number: normal(input.callee_number),
      status: input.status ?? 'active',
      started_at: input.started_at ?? now,
    })
    .onConflictDoNothing({ target: [calls.company_id, calls.external_call_id] })
    .returning()
  if (call !== undefined) {
    await markCallsChanged(tx, [call.id])
    emit(tx, { type: 'call.created', ...of(call) })
    return { call, is_new: true }
  }
  const [present] = await tx
    .select()
    .from(calls)
    .where(and(eq(calls.company_id, tx.company_id), eq(calls.external_call_id, input.external_call_id ?? '')))
  if (present === undefined) throw new Error('a call was neither inserted nor there')
  return { call: present, is_new: false }
}

/** A number in E.164 where it is one; "anonymous" and SIP addresses stay as they came. */
function normal(number: string | undefined): string | undefined {
  if (number === undefined) return undefined
  const read = parsePhone(number)
  return read.ok ? read.number : number
}

async function pin(tx: Tx, input: CallInput) {
  if (input.skillbase_version !== undefined) return {}
  const campaign =
    input.campaign_id === undefined
      ? undefined
      : await known(getCampaign(tx, input.campaign_id), '/campaign_id', 'campaign')
  const skillbase_id = input.skillbase_id ?? campaign?.skillbase_id
  if (skillbase_id === undefined) return {}
  if (campaign?.skillbase_version && campaign.skillbase_id === skillbase_id) {
    return { skillbase_id, skillbase_version: campaign.skillbase_version }
  }
  const skillbase = await known(getSkillbase(tx, skillbase_id), '/skillbase_id', 'skillbase')
  return { skillbase_id, skillbase_version: skillbase.published_version ?? skillbase.version }
}

/** What a body refers to must be there: its absence is a fault of the body, not of the address. */
async function known<T>(looked: Promise<T>, pointer: string, what: string): Promise<T> {
  try {
    return await looked
  } catch (error) {
    if (!(error instanceof Refusal && error.kind === 'not_found')) throw error
    throw invalid(`unknown_${what}`, `There is no such ${what}.`, [{ pointer, detail: `no such ${what}` }])
  }
}

/** @throws Refusal 'not_found' */
export async function getCall(tx: Tx, id: string): Promise<Call> {
  const call = await findRowById(tx, calls, id)
  if (call === undefined) throw notFound('call')
  return call
}

/** The call, held until the transaction ends: whoever adds turns to it or ends it waits. @throws Refusal 'not_found' */
export async function lockCall(tx: Tx, id: string): Promise<Call> {
  const [call] = await tx.select().from(calls).where(isCall(tx, id)).for('no key update')
  if (call === undefined) throw notFound('call')
  return call
}

export const callFilters = (tx: Tx, filter: CallFilter): SQL | undefined =>
  and(
    eq(calls.company_id, tx.company_id),
    equals(calls.status, filter.status),
    equals(calls.outcome, filter.outcome),
    equals(calls.direction, filter.direction),
    equals(calls.campaign_id, filter.campaign_id),
    equals(calls.skillbase_id, filter.skillbase_id),
    equals(calls.call_task_id, filter.call_task_id),
    equals(calls.external_call_id, filter.external_call_id),
    filter.start === undefined ? undefined : gte(calls.started_at, filter.start),
    filter.end === undefined ? undefined : lt(calls.started_at, filter.end),
  )

const equals = (column: Parameters<typeof eq>[0], value: string | undefined) =>
  value === undefined ? undefined : eq(column, value)

/** Calls, latest first by when they started. */
export const listCalls = (tx: Tx, filter: CallFilter, query: PageQuery): Promise<Page<Call>> =>
  listPage(tx, { from: calls, where: callFilters(tx, filter), key: [calls.started_at, calls.id] }, query)

/**
 * Changes what is known of a call. Its state goes forward only, and ends by `complete`.
 *
 * @throws Refusal 'not_found', or 'conflict' for a move that is not legal
 */
export async function updateCall(tx: Tx, id: string, change: CallChange, mode: ChangeMode): Promise<Call> {
  const present = await lockCall(tx, id)
  const { status } = change
  if (status !== undefined && status !== present.status) {
    if (isFinal(status)) throw conflict('invalid_transition', 'A call ends by POST /api/calls/{id}/complete.')
    if (!canTransition(present.status, status)) {
      throw conflict('invalid_transition', `A call that is ${present.status} does not become ${status}.`)
    }
  }
  if (Object.keys(change).length === 0) return present
  const [call] = await tx
    .update(calls)
    .set({
      ...change,
      ...(change.outcome !== undefined && { is_outcome_classified: false }),
      outcome_data: applyChange(present.outcome_data, change.outcome_data, mode),
      collected_data: applyChange(present.collected_data, change.collected_data, mode),
    })
    .where(isCall(tx, id))
    .returning()
  if (call === undefined) throw notFound('call')
  await markCallsChanged(tx, [id])
  if (call.status !== present.status) emit(tx, { type: 'call.status', ...of(call), status: call.status })
  else emit(tx, { type: 'call.updated', ...of(call) })
  return call
}

/** Whose an event of a call is. */
const of = ({ id, campaign_id }: Pick<Call, 'id' | 'campaign_id'>) => ({
  call_id: id,
  ...(campaign_id !== null && { campaign_id }),
})

/** Keeps what somebody thought of the call, 1 to 5; the last rating counts. @throws Refusal 'not_found' */
export async function rateCall(tx: Tx, id: string, rating: number): Promise<Call> {
  const [call] = await tx.update(calls).set({ rating }).where(isCall(tx, id)).returning()
  if (call === undefined) throw notFound('call')
  emit(tx, { type: 'call.updated', ...of(call) })
  return call
}

/**
 * Deletes a call that has ended, with its turns and metrics. An attempt of a campaign stays: its task's history
 * counts it.
 *
 * @throws Refusal 'not_found' or 'conflict'
 */
export async function deleteCall(tx: Tx, id: string): Promise<void> {
  const call = await lockCall(tx, id)
  if (!isFinal(call.status)) throw conflict('call_live', 'The call is still going on: complete it first.')
  if (call.call_task_id !== null) {
    throw conflict('call_of_task', 'The call is an attempt of a campaign, and its history stays.')
  }
  await tx.delete(calls).where(isCall(tx, id))
  await markCallsChanged(tx, [id])
  emit(tx, { type: 'call.deleted', ...of(call) })
}

/** What the end of a call says of it. */
export interface CallEnd {
  status: 'completed' | 'failed' | 'cancelled'
  outcome?: Outcome | undefined
  ended_reason?: string | undefined
  ended_at?: Date | undefined
  duration_sec?: number | undefined
  collected_data?: Record<string, unknown> | undefined
  /** Nobody has said yet how the conversation went: an attempt's task waits a while for that word. */
  is_report_pending?: boolean | undefined
}

/**
 * Ends a call that `lockCall` holds. One that has ended already keeps its state; what was not known of it is filled,
 * and an outcome that was only classified gives way to one that is said.
 *
 * @throws Refusal 'invalid' when it would end before it started
 */
export async function endCall(tx: Tx, call: Call, end: CallEnd, now: Date): Promise<Call> {
  const ended_at = call.ended_at ?? endOf(call, end, now)
  if (ended_at < call.started_at) {
    throw invalid('ends_before_start', 'The call would end before it started.', [
      { pointer: '/ended_at', detail: 'is before started_at' },
    ])
  }
  const measured = (ended_at.getTime() - call.started_at.getTime()) / 1000
  const isSaid = call.outcome !== null && !call.is_outcome_classified
  const [ended] = await tx
    .update(calls)
    .set({
      status: isFinal(call.status) ? call.status : end.status,
      outcome: isSaid ? call.outcome : (end.outcome ?? call.outcome),
      is_outcome_classified: call.is_outcome_classified && end.outcome === undefined,
      ended_reason: call.ended_reason ?? end.ended_reason ?? null,
      collected_data: call.collected_data ?? end.collected_data ?? null,
      duration_sec: call.duration_sec ?? end.duration_sec ?? measured,
      ended_at,
    })
    .where(isCall(tx, call.id))
    .returning()
  if (ended === undefined) throw notFound('call')
  // An attempt of a campaign, or a test call.
  if (call.direction === 'outbound')
    await releaseLease(tx, call.id, now, { is_unreported: end.is_report_pending ?? false })
  await markCallsChanged(tx, [call.id])
  const type = isFinal(call.status) ? 'call.updated' : 'call.ended'
  emit(tx, { type, ...of(call), status: ended.status })
  return ended
}

const endOf = (call: Call, end: CallEnd, now: Date): Date => {
  if (end.ended_at !== undefined) return end.ended_at
  return end.duration_sec === undefined ? now : new Date(call.started_at.getTime() + end.duration_sec * 1000)
}

/** Keeps on the call what its turns say of it as a whole; nothing is written when it says so already. */
export async function storeTurnSummary(
  tx: Tx,
  id: string,
  turn_count: number,
  states_visited: string[],
): Promise<void> {
  const states = sql`${sql.param(states_visited, calls.states_visited)}`
  await tx
    .update(calls)
    .set({ turn_count, states_visited })
    .where(
      and(isCall(tx, id), sql`(${ne(calls.turn_count, turn_count)} or ${calls.states_visited} <> ${states})`),
    )
}

/** Keeps an outcome that somebody said, or one that follows from how the call went. The caller holds the call. */
export async function recordOutcome(
  tx: Tx,
  id: string,
  outcome: Outcome | null,
  { is_classified }: { is_classified: boolean },
): Promise<void> {
  const [call] = await tx
    .update(calls)
    .set({ outcome, is_outcome_classified: is_classified })
    .where(isCall(tx, id))
    .returning({ id: calls.id, campaign_id: calls.campaign_id })
  await markCallsChanged(tx, [id])
  if (call !== undefined) emit(tx, { type: 'call.updated', ...of(call) })
}
