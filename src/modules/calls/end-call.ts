import { Type } from '@sinclair/typebox'
import { and, ne, type SQL, sql } from 'drizzle-orm'
import { defineCompanyQuery, type RowOf } from '../../db/query/define-query.ts'
import { boolean, double, nullable, recordset, text, timestamptz, uuid } from '../../db/query/parameters.ts'
import { calls, type FinalCallStatus, isProvisional, type Outcome } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { notFound } from '../../lib/errors.ts'
import { isJsonWithin, maxJsonBytes } from '../../lib/schema/json-size.ts'
import { Nullable } from '../../lib/schema/typebox.ts'
import { emit, emitEventsSql } from '../events/index.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { type CallTimes, type EndReport, estimatedMarks, movedInstants, timesAfterEnd } from './call-times.ts'
import { type Call, eventSubject, isCall } from './calls.ts'
import { isFinal } from './lifecycle.ts'
import { suppressOnOptOut } from './opt-out.ts'
import { type OutcomeColumns, type OutcomeSource, outcomeAfter, setOutcome } from './outcome.ts'

/**
 * SQL: releases the leases of ended calls, rows `e (company_id, id)`. From then on a call uses no concurrency slot, its
 * number may be called, and its task may be settled at `settle_at`. Calls without a lease are ignored. Index: leases_pkey.
 *
 * Only this file gives calls a final status, so no call ends without releasing its lease in the same transaction. The caller must
 * call `tx.notifyDialing()`.
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
  /** Who reports the end; the agent by default. */
  source?: Extract<OutcomeSource, 'agent' | 'carrier'> | undefined
  /** The carrier noticed the end later than it was. */
  is_end_estimated?: boolean | undefined
  /** Set while a report of the agent is still expected: the attempt is settled only after this time, ms. */
  reportGraceMs?: number | undefined
}

/**
 * Ends a call and releases its lease. A call that has already ended keeps its final status, its end time and every field
 * that has a value; missing fields are filled, also those of collected_data, and an agent's end replaces an estimated one. Which outcome counts: see `outcomeAfter`. The
 * reason of a lost call is replaced. A contact who opts out is suppressed. Instants outside of the call's bounds are moved to
 * them, and kept in extra_data.
 *
 * The caller holds the lock of `lockCall`.
 */
export async function endCall(tx: Tx, call: Call, end: CallEnd, now: Date): Promise<Call> {
  const { source = 'agent', reportGraceMs } = end
  const outcomeColumns = outcomeAfter(call, source, end.outcome)
  const { outcome } = outcomeColumns
  const reasons = [call.ended_reason, end.ended_reason]
  const [first, second] = isProvisional(call.outcome) ? reasons.reverse() : reasons
  const ended_reason = first ?? second ?? null
  const current = isReplacedByAgent(call, end) ? { ...call, ended_at: null } : call
  const times = timesAfterEnd(current, { ...end, outcome, ended_reason }, now)
  const [ended] = await tx
    .update(calls)
    .set({
      status: isFinal(call.status) ? call.status : end.status,
      ...outcomeColumns,
      ended_reason,
      collected_data: withMissingFields(call.collected_data, end.collected_data),
      extra_data: extraDataAfter(call, end, current, times),
      ...times,
    })
    .where(isCall(tx, call.id))
    .returning()
  if (ended === undefined) throw notFound('call')
  // Only attempts of a campaign and test calls have a lease, and both are outbound.
  if (call.direction === 'outbound') {
    const settle_at = new Date(now.getTime() + (reportGraceMs ?? 0))
    await releaseLease(tx, { call_id: call.id, settle_at, is_unreported: reportGraceMs !== undefined })
    tx.notifyDialing()
  }
  await suppressOnOptOut(tx, ended, end.collected_data, call.collected_data, now)
  await markCallsChanged(tx, [call.id])
  const type = isFinal(call.status) ? 'call.updated' : 'call.ended'
  emit(tx, { type, ...eventSubject(call), status: ended.status })
  return ended
}

/**
 * extra_data of a call after the report of its end: with instants that were stored otherwise than reported, and with the mark of
 * an end that the carrier noticed late.
 *
 * @param current the call as the report found it, without an end that it replaces
 */
function extraDataAfter(call: Call, end: CallEnd, current: Call, times: CallTimes): Call['extra_data'] {
  const moved = (end.source ?? 'agent') === 'agent' ? movedInstants(current, end, times) : {}
  const isEstimated = end.is_end_estimated === true && current.ended_at === null
  const marks = { ...moved, ...(isEstimated && { [estimatedMarks.ended_at]: true }) }
  const extra_data: Record<string, unknown> = { ...marks, ...call.extra_data }
  if (current !== call) delete extra_data[estimatedMarks.ended_at]
  return Object.keys(extra_data).length === 0 ? null : extra_data
}

/** The stored end is an estimate, and the agent reports when the call ended, or how long it lasted. */
const isReplacedByAgent = (
  { extra_data, ended_at }: Call,
  { source = 'agent', ended_at: reported, duration_sec }: CallEnd,
): boolean =>
  ended_at !== null &&
  extra_data?.[estimatedMarks.ended_at] === true &&
  source === 'agent' &&
  (reported ?? duration_sec) !== undefined

/**
 * The stored object with the fields that it lacks. They are left out when it would then be larger than collected_data may be:
 * the end of the call counts more.
 */
function withMissingFields(stored: Call['collected_data'], reported: Call['collected_data'] | undefined) {
  if (stored === null || reported === undefined || reported === null) return stored ?? reported ?? null
  const filled = { ...reported, ...stored }
  return isJsonWithin(filled, maxJsonBytes.collected_data) ? filled : stored
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
      update calls c set status = e.status, ${setOutcome('carrier', sql`e.outcome`)}, ended_reason = e.ended_reason,
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
  tx.notifyDialing()
  await markCallsChanged(
    tx,
    ended.map(({ id }) => id),
  )
  return withTurns
}

/**
 * Stores what was reported of ended calls after their end. The caller has locked them. Indexes: as `endCalls`.
 */
const storeLateReports = defineCompanyQuery({
  name: 'calls.store_late_reports',
  params: {
    changed: recordset('s', {
      id: uuid,
      outcome: nullable(text),
      is_outcome_classified: boolean,
      is_outcome_from_carrier: boolean,
      ended_reason: nullable(text),
      dialed_at: nullable(timestamptz),
      answered_at: nullable(timestamptz),
      ended_at: nullable(timestamptz),
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
      update calls c set outcome = s.outcome, is_outcome_classified = s.is_outcome_classified,
        is_outcome_from_carrier = s.is_outcome_from_carrier, ended_reason = s.ended_reason, dialed_at = s.dialed_at,
        answered_at = s.answered_at, ended_at = s.ended_at, ring_sec = s.ring_sec, duration_sec = s.duration_sec, updated_at = now()
      from changed s where c.company_id = s.company_id and c.id = s.id
      returning c.company_id, c.id, c.campaign_id
    )
    ${emitEventsSql(sql`
      select company_id, jsonb_build_object('type', 'call.updated', 'call_id', id, 'campaign_id', campaign_id) as item
      from updated_calls`)}`,
})

/** What is stored of an ended call after a late report of its carrier. */
export interface LateReport extends CallTimes, OutcomeColumns {
  id: string
  ended_reason: string | null
}

/** Stores the answers, ends, outcomes and reasons that a carrier reports of calls that have ended. The caller has locked the calls. */
export async function recordLateReports(tx: Tx, changed: readonly LateReport[]): Promise<void> {
  if (changed.length === 0) return
  await storeLateReports(tx, { changed })
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
 * `followLateReports` for an attempt of a call task.
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
