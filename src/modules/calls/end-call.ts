import { Type } from '@sinclair/typebox'
import { and, ne, type SQL, sql } from 'drizzle-orm'
import { defineCompanyQuery, type RowOf } from '../../db/query/define-query.ts'
import { boolean, double, nullable, recordset, text, timestamptz, uuid } from '../../db/query/parameters.ts'
import { calls, type FinalCallStatus, type Outcome } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { invalid, notFound } from '../../lib/errors.ts'
import { Nullable } from '../../lib/schema/typebox.ts'
import { emit, emitEventsSql } from '../events/index.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { type CallTimes, type EndReport, timesAfterEnd } from './call-times.ts'
import { type Call, eventSubject, isCall } from './calls.ts'
import { isFinal } from './lifecycle.ts'
import { type OutcomeColumns, type OutcomeSource, outcomeAfter, setOutcome } from './outcome.ts'

/** Time for the agent to report the outcome of a conversation that ended without one. Then the task is settled. */
const agentReportGraceMs = 15_000

/**
 * SQL: releases the leases of ended calls, rows `e (company_id, id)`. From then on a call uses no concurrency slot, its
 * number may be called, and its task may be settled at `settle_at`. Calls without a lease are ignored. Index: leases_pkey.
 *
 * Only this file gives calls a final status, so no call ends without releasing its lease in the same transaction.
 */
const releaseLeases = (p: Record<'ended' | 'settle_at' | 'is_unreported', SQL>) => sql`
  update leases l set is_live = false, settle_at = ${p.settle_at}, is_unreported = ${p.is_unreported}
  from ${p.ended} e where l.company_id = e.company_id and l.call_id = e.id and (l.is_live or l.settle_at > ${p.settle_at})`

const releaseLease = defineCompanyQuery({
  name: 'calls.release_lease',
  params: { call_id: uuid, settle_at: timestamptz, is_unreported: boolean },
  row: {},
  sql: (p) => releaseLeases({ ...p, ended: sql`(select ${p.company_id} as company_id, ${p.call_id} as id)` }),
})

/** The reported end of a call; `timesAfterEnd` derives the times from it. */
export interface CallEnd extends Partial<Omit<EndReport, 'outcome' | 'ended_reason'>> {
  status: FinalCallStatus
  outcome?: Outcome | undefined
  ended_reason?: string | undefined
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
  assertEndsAfterStart(call, end.ended_at)
  const outcomeColumns = outcomeAfter(call, 'report', end.outcome)
  const { outcome } = outcomeColumns
  const ended_reason = call.ended_reason ?? end.ended_reason ?? null
  const [ended] = await tx
    .update(calls)
    .set({
      status: isFinal(call.status) ? call.status : end.status,
      ...outcomeColumns,
      ended_reason,
      collected_data: call.collected_data ?? end.collected_data ?? null,
      ...timesAfterEnd(call, { ...end, outcome, ended_reason }, now),
    })
    .where(isCall(tx, call.id))
    .returning()
  if (ended === undefined) throw notFound('call')
  // Only attempts of a campaign and test calls have a lease, and both are outbound.
  if (call.direction === 'outbound') {
    const { is_unreported = false } = end
    const settle_at = new Date(now.getTime() + (is_unreported ? agentReportGraceMs : 0))
    await releaseLease(tx, { call_id: call.id, settle_at, is_unreported })
  }
  await markCallsChanged(tx, [call.id])
  const type = isFinal(call.status) ? 'call.updated' : 'call.ended'
  emit(tx, { type, ...eventSubject(call), status: ended.status })
  return ended
}

function assertEndsAfterStart({ started_at, ended_at: stored }: Call, ended_at: Date | undefined): void {
  if (stored !== null || ended_at === undefined || ended_at >= started_at) return
  const detail = `The call started at ${started_at.toISOString()}, so it cannot end at ${ended_at.toISOString()}.`
  throw invalid('ends_before_start', detail, [
    { pointer: '/ended_at', detail: `Must not be before started_at, ${started_at.toISOString()}.` },
  ])
}

/**
 * Ends calls and releases their leases. The caller has locked the calls. Returns those that have turns. Indexes: primary
 * keys. The company is a column of `ended`: were it a constant, a planner that estimates the table as small would read all
 * calls of the company.
 */
const endCalls = defineCompanyQuery({
  name: 'calls.end_calls',
  params: {
    now: timestamptz,
    ended: recordset('e', {
      id: uuid,
      status: text,
      outcome: text,
      ended_reason: nullable(text),
      dialed_at: nullable(timestamptz),
      answered_at: nullable(timestamptz),
      ended_at: nullable(timestamptz),
      ring_sec: nullable(double),
      duration_sec: nullable(double),
    }),
  },
  row: { id: Type.String(), call_task_id: Nullable(Type.String()), campaign_id: Nullable(Type.String()) },
  sql: (p) => sql`
    with ended as materialized (
      select ${p.company_id} as company_id, e.* from ${p.ended}
    ),
    released_leases as (${releaseLeases({ ended: sql`ended`, settle_at: p.now, is_unreported: sql`false` })}),
    updated_calls as (
      update calls c set status = e.status, ${setOutcome('report', sql`e.outcome`)}, ended_reason = e.ended_reason,
        dialed_at = e.dialed_at, answered_at = e.answered_at, ended_at = e.ended_at, ring_sec = e.ring_sec,
        duration_sec = e.duration_sec, updated_at = now()
      from ended e where c.company_id = e.company_id and c.id = e.id
      returning c.company_id, c.id, c.campaign_id, c.call_task_id, c.status
    ),
    events as (${emitEventsSql(sql`
      select company_id, jsonb_build_object('type', 'call.ended', 'call_id', id, 'campaign_id', campaign_id,
        'status', status) as item from updated_calls`)})
    select id, call_task_id, campaign_id from updated_calls u
    where (select 1 from call_logs l where l.company_id = u.company_id and l.call_id = u.id limit 1) is not null`,
})

/** The end of a call that had no conversation, so that it has no metrics to derive. */
export interface EndWithoutConversation extends CallTimes {
  id: string
  status: FinalCallStatus
  outcome: Outcome
  ended_reason: string | null
}

/**
 * Ends live calls that had no conversation. The caller has locked them. Returns calls that have turns after all: these were
 * committed while the caller waited for the lock, so it must derive their metrics.
 */
export async function endCallsWithoutConversation(
  tx: Tx,
  ended: readonly EndWithoutConversation[],
  now: Date,
): Promise<RowOf<typeof endCalls>[]> {
  if (ended.length === 0) return []
  const withTurns = await endCalls(tx, { now, ended })
  tx.notifyEvents()
  await markCallsChanged(
    tx,
    ended.map(({ id }) => id),
  )
  return withTurns
}

/**
 * Stores the times of ended calls whose answer was reported after their end. The caller has locked them. Indexes: as
 * `endCalls`.
 */
const storeTimes = defineCompanyQuery({
  name: 'calls.store_times',
  params: {
    changed: recordset('s', {
      id: uuid,
      dialed_at: nullable(timestamptz),
      answered_at: nullable(timestamptz),
      ring_sec: nullable(double),
      duration_sec: nullable(double),
    }),
  },
  row: {},
  sql: (p) => sql`
    with changed as materialized (
      select ${p.company_id} as company_id, s.* from ${p.changed}
    ),
    updated_calls as (
      update calls c set dialed_at = s.dialed_at, answered_at = s.answered_at, ring_sec = s.ring_sec,
        duration_sec = s.duration_sec, updated_at = now()
      from changed s where c.company_id = s.company_id and c.id = s.id
      returning c.company_id, c.id, c.campaign_id
    )
    ${emitEventsSql(sql`
      select company_id, jsonb_build_object('type', 'call.updated', 'call_id', id, 'campaign_id', campaign_id) as item
      from updated_calls`)}`,
})

/** Fills in the answers of calls that have ended, and their durations. The caller has locked the calls. */
export async function recordLateAnswers(
  tx: Tx,
  changed: readonly (CallTimes & { id: string })[],
): Promise<void> {
  if (changed.length === 0) return
  await storeTimes(tx, { changed })
  tx.notifyEvents()
  await markCallsChanged(
    tx,
    changed.map(({ id }) => id),
  )
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
 * Sets the outcome of a call by the rule of `outcomeAfter`. The caller holds the lock of `lockCall`, and calls
 * `followCorrectedCalls` for an attempt of a call task.
 */
export async function recordOutcome(
  tx: Tx,
  call: Pick<Call, 'id' | 'campaign_id'> & OutcomeColumns,
  source: OutcomeSource,
  outcome: Outcome | null,
): Promise<void> {
  await tx
    .update(calls)
    .set(outcomeAfter(call, source, outcome))
    .where(isCall(tx, call.id))
  await markCallsChanged(tx, [call.id])
  emit(tx, { type: 'call.updated', ...eventSubject(call) })
}
