import { and, eq } from 'drizzle-orm'
import {
  type CallStatus,
  calls,
  type Direction,
  type LiveCallStatus,
  liveCallStatuses,
} from '../../db/schema/index.ts'
import { findRowById } from '../../db/select-rows.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { conflict, invalidIfNotFound, notFound } from '../../lib/errors.ts'
import { applyChangeWithinLimit, type ChangeMode } from '../../lib/merge-patch.ts'
import { parsePhone } from '../../lib/phone.ts'
import type { ReportWarning } from '../../lib/report-warnings.ts'
import { followLateReports } from '../call-tasks/index.ts'
import { getCampaign } from '../campaigns/index.ts'
import { emit } from '../events/index.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { getSkillbase } from '../skillbases/index.ts'
import { timesAfterProgress, timesOfNewCall } from './call-times.ts'
import { canTransition, isFinal } from './lifecycle.ts'
import { suppressOnOptOut } from './opt-out.ts'
import { outcomeAfter } from './outcome.ts'
import { findReportWarnings } from './report-warnings.ts'

export type Call = typeof calls.$inferSelect

export interface CallInput {
  direction: Direction
  skillbase_id?: string | undefined
  /** When absent: the campaign's version, else the skillbase's published version, else its newest. */
  skillbase_version?: number | undefined
  campaign_id?: string | undefined
  caller_number?: string | undefined
  callee_number?: string | undefined
  external_call_id?: string | undefined
  livekit_room_id?: string | undefined
  language?: string | undefined
  status?: LiveCallStatus | undefined
  started_at?: Date | undefined
}

/** The fields of a call that can be changed; those that are absent stay as they are. */
export type CallChange = Partial<
  Pick<
    Call,
    'status' | 'outcome' | 'outcome_data' | 'collected_data' | 'ended_reason' | 'language' | 'livekit_room_id'
  >
>

/** SQL condition: the row of this call. */
export const isCall = (tx: Tx, id: string) => and(eq(calls.company_id, tx.company_id), eq(calls.id, id))

/**
 * Stores a call that has started: an inbound call or a test call. When the company already has a call with this
 * external_call_id, returns that call unchanged, with is_new false. The version of the skillbase is fixed now and does
 * not change when the skillbase is published again.
 *
 * @throws Refusal 'invalid' when the skillbase or the campaign does not exist in the company
 */
export async function createCall(
  tx: Tx,
  input: CallInput,
  now: Date,
): Promise<{ call: Call; is_new: boolean }> {
  const skillbaseVersion = await resolveSkillbaseVersion(tx, input)
  const { status = 'active', started_at: reported = now } = input
  // No call starts in the future: the clock of the agent is ahead.
  const started_at = reported > now ? now : reported
  const [call] = await tx
    .insert(calls)
    .values({
      ...input,
      ...skillbaseVersion,
      company_id: tx.company_id,
      caller_number: normalizeNumber(input.caller_number),
      callee_number: normalizeNumber(input.callee_number),
      status,
      started_at,
      ...(reported > now && { extra_data: { reported_started_at: reported.toISOString() } }),
      created_at: now,
      ...timesOfNewCall(status, started_at),
    })
    .onConflictDoNothing({ target: [calls.company_id, calls.external_call_id] })
    .returning()
  if (call !== undefined) {
    await markCallsChanged(tx, [call.id])
    emit(tx, { type: 'call.created', ...eventSubject(call) })
    return { call, is_new: true }
  }
  const [existing] = await tx
    .select()
    .from(calls)
    .where(and(eq(calls.company_id, tx.company_id), eq(calls.external_call_id, input.external_call_id ?? '')))
  if (existing === undefined) throw new Error('the call was neither inserted nor found')
  return { call: existing, is_new: false }
}

/** A phone number in E.164. Other values, such as "anonymous" or a SIP address, are returned unchanged. */
function normalizeNumber(number: string | undefined): string | undefined {
  if (number === undefined) return undefined
  const parsed = parsePhone(number)
  return parsed.ok ? parsed.number : number
}

/** The skillbase and its version for a new call; an empty object when the input names neither a skillbase nor a campaign. */
async function resolveSkillbaseVersion(tx: Tx, input: CallInput) {
  if (input.skillbase_version !== undefined) return {}
  const campaign =
    input.campaign_id === undefined
      ? undefined
      : await invalidIfNotFound(getCampaign(tx, input.campaign_id), 'campaign', input.campaign_id)
  const skillbase_id = input.skillbase_id ?? campaign?.skillbase_id
  if (skillbase_id === undefined) return {}
  if (campaign?.skillbase_version && campaign.skillbase_id === skillbase_id) {
    return { skillbase_id, skillbase_version: campaign.skillbase_version }
  }
  const skillbase = await invalidIfNotFound(getSkillbase(tx, skillbase_id), 'skillbase', skillbase_id)
  return { skillbase_id, skillbase_version: skillbase.published_version ?? skillbase.version }
}

/** @throws Refusal 'not_found' */
export async function getCall(tx: ReadTx, id: string): Promise<Call> {
  const call = await findRowById(tx, calls, id)
  if (call === undefined) throw notFound('call')
  return call
}

/**
 * Locks the call's row until the transaction ends. Every write of the call, its turns or its metrics takes this lock
 * first, so they run one after another.
 *
 * @throws Refusal 'not_found'
 */
export async function lockCall(tx: Tx, id: string): Promise<Call> {
  const [call] = await tx.select().from(calls).where(isCall(tx, id)).for('no key update')
  if (call === undefined) throw notFound('call')
  return call
}

/**
 * Changes fields of a call. The status can only move forward, and not to a final status: `endCall` does that. With mode
 * 'merge', objects are merged as JSON merge patch; with 'replace' they are replaced. A changed outcome counts as reported. A
 * status that shows that the call was dialed or answered sets `dialed_at` or `answered_at` to now, unless they are known. A
 * contact who opts out is suppressed, and the task of an attempt follows the change: see `followLateReports`.
 *
 * @returns also a warning for each field that could not be used as it was sent
 * @throws Refusal 'not_found'; 'conflict' for a transition that is not allowed; 'invalid' when merged data would be too large
 */
export async function updateCall(
  tx: Tx,
  id: string,
  change: CallChange,
  mode: ChangeMode,
  now: Date,
): Promise<{ call: Call; warnings: ReportWarning[] }> {
  const current = await lockCall(tx, id)
  if (change.status !== undefined) assertTransition(current.status, change.status)
  if (Object.keys(change).length === 0) return { call: current, warnings: [] }
  const [call] = await tx
    .update(calls)
    .set({
      ...change,
      ...(change.status !== undefined && timesAfterProgress(current, progressOf(change.status, now), now)),
      ...outcomeAfter(current, 'correction', change.outcome),
      outcome_data: applyChangeWithinLimit('outcome_data', current.outcome_data, change.outcome_data, mode),
      collected_data: applyChangeWithinLimit(
        'collected_data',
        current.collected_data,
        change.collected_data,
        mode,
      ),
    })
    .where(isCall(tx, id))
    .returning()
  if (call === undefined) throw notFound('call')
  await markCallsChanged(tx, [id])
  await suppressOnOptOut(tx, call, change.collected_data, current.collected_data, now)
  if (isFinal(call.status) && call.call_task_id !== null) await followLateReports(tx, [id], now)
  if (call.status !== current.status)
    emit(tx, { type: 'call.status', ...eventSubject(call), status: call.status })
  else emit(tx, { type: 'call.updated', ...eventSubject(call) })
  return { call, warnings: await findReportWarnings(tx, call, change, now) }
}

/** The instants that a new status reports. */
const progressOf = (status: CallStatus, now: Date) => ({
  ...(status !== 'queued' && { dialed_at: now }),
  ...(status === 'active' && { answered_at: now }),
})

/** @throws Refusal 'conflict' */
function assertTransition(from: CallStatus, to: CallStatus): void {
  if (from === to) return
  if (isFinal(to)) {
    const detail = `A call cannot be set to \`${to}\` with PATCH or PUT. Use POST /api/calls/{id}/complete.`
    throw conflict('invalid_transition', detail)
  }
  if (canTransition(from, to)) return
  const allowed = liveCallStatuses.filter((status) => canTransition(from, status))
  const state = isFinal(from) ? `\`${from}\`, which is final` : `\`${from}\` and cannot become \`${to}\``
  const detail = `The call is ${state}. Allowed transitions with PATCH or PUT: ${allowed.join(', ') || 'none'}.`
  throw conflict('invalid_transition', detail)
}

/** The fields that identify the call and the campaign of an event. */
export const eventSubject = ({ id, campaign_id }: Pick<Call, 'id' | 'campaign_id'>) => ({
  call_id: id,
  ...(campaign_id !== null && { campaign_id }),
})

/** Sets the rating of a call, 1 to 5, and overwrites an earlier one. @throws Refusal 'not_found' */
export async function rateCall(tx: Tx, id: string, rating: number): Promise<Call> {
  const [call] = await tx.update(calls).set({ rating }).where(isCall(tx, id)).returning()
  if (call === undefined) throw notFound('call')
  emit(tx, { type: 'call.updated', ...eventSubject(call) })
  return call
}

/**
 * Deletes a call that has ended, with its turns and metrics. An attempt of a call task cannot be deleted, because the
 * task's history counts it.
 *
 * @throws Refusal 'not_found', or 'conflict' when the call is live or an attempt of a call task
 */
export async function deleteCall(tx: Tx, id: string): Promise<void> {
  const call = await lockCall(tx, id)
  if (!isFinal(call.status)) {
    const detail = `The call is \`${call.status}\`. End it with POST /api/calls/{id}/complete before you delete it.`
    throw conflict('call_live', detail)
  }
  if (call.call_task_id !== null) {
    const detail = `The call is an attempt of call task ${call.call_task_id}, whose history counts it. It cannot be deleted.`
    throw conflict('call_of_task', detail)
  }
  await tx.delete(calls).where(isCall(tx, id))
  await markCallsChanged(tx, [id])
  emit(tx, { type: 'call.deleted', ...eventSubject(call) })
}
