import { and, ne, sql } from 'drizzle-orm'
import { calls, type Outcome } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { invalid, notFound } from '../../lib/errors.ts'
import { emit } from '../events/index.ts'
import { releaseLease } from '../leases/index.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { type Call, eventSubject, isCall } from './calls.ts'
import { isFinal } from './lifecycle.ts'

/** The reported end of a call. */
export interface CallEnd {
  status: 'completed' | 'failed' | 'cancelled'
  outcome?: Outcome | undefined
  ended_reason?: string | undefined
  /** When absent: started_at plus duration_sec, else now. */
  ended_at?: Date | undefined
  /** When absent: ended_at minus started_at. */
  duration_sec?: number | undefined
  collected_data?: Record<string, unknown> | undefined
  /** True while a report of the agent is still expected: the attempt is settled only after a grace period. */
  is_unreported?: boolean | undefined
}

/**
 * Ends a call and releases its lease. A call that has already ended keeps its final status, its end time and every field
 * that has a value; missing fields are filled. A reported outcome replaces one that was only classified.
 *
 * The caller holds the lock of `lockCall`.
 *
 * @throws Refusal 'invalid' when ended_at would be before started_at
 */
export async function endCall(tx: Tx, call: Call, end: CallEnd, now: Date): Promise<Call> {
  const ended_at = call.ended_at ?? endTimeOf(call, end, now)
  assertEndsAfterStart(call, ended_at)
  const elapsedSec = (ended_at.getTime() - call.started_at.getTime()) / 1000
  const isOutcomeReported = call.outcome !== null && !call.is_outcome_classified
  const [ended] = await tx
    .update(calls)
    .set({
      status: isFinal(call.status) ? call.status : end.status,
      outcome: isOutcomeReported ? call.outcome : (end.outcome ?? call.outcome),
      is_outcome_classified: call.is_outcome_classified && end.outcome === undefined,
      ended_reason: call.ended_reason ?? end.ended_reason ?? null,
      collected_data: call.collected_data ?? end.collected_data ?? null,
      duration_sec: call.duration_sec ?? end.duration_sec ?? elapsedSec,
      ended_at,
    })
    .where(isCall(tx, call.id))
    .returning()
  if (ended === undefined) throw notFound('call')
  // Only attempts of a campaign and test calls have a lease, and both are outbound.
  if (call.direction === 'outbound') {
    await releaseLease(tx, call.id, now, { is_unreported: end.is_unreported ?? false })
  }
  await markCallsChanged(tx, [call.id])
  const type = isFinal(call.status) ? 'call.updated' : 'call.ended'
  emit(tx, { type, ...eventSubject(call), status: ended.status })
  return ended
}

function endTimeOf(call: Call, end: CallEnd, now: Date): Date {
  if (end.ended_at !== undefined) return end.ended_at
  return end.duration_sec === undefined ? now : new Date(call.started_at.getTime() + end.duration_sec * 1000)
}

function assertEndsAfterStart({ started_at }: Call, ended_at: Date): void {
  if (ended_at >= started_at) return
  const detail = `The call started at ${started_at.toISOString()}, so it cannot end at ${ended_at.toISOString()}.`
  throw invalid('ends_before_start', detail, [
    { pointer: '/ended_at', detail: `Must not be before started_at, ${started_at.toISOString()}.` },
  ])
}

/**
 * Stores the number of turns of a call, and the flow states that they visited, on the call itself. Writes nothing when
 * both are unchanged.
 */
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

/**
 * Sets the outcome of a call; null: not known. With `is_classified` the outcome was derived from how the call went,
 * otherwise it was reported. The caller holds the lock of `lockCall`.
 */
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
  if (call !== undefined) emit(tx, { type: 'call.updated', ...eventSubject(call) })
}
