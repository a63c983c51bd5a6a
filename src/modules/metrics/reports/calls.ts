import { and, eq, getTableColumns, gte, lte, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../../db/pagination.ts'
import { isAnyOf } from '../../../db/query/parameters.ts'
import {
  type CallStatus,
  callLogs,
  callMetrics,
  calls,
  campaigns,
  skillbases,
} from '../../../db/schema/index.ts'
import type { ReadTx } from '../../../db/transaction.ts'
import { type Call, type CallFilter, callFilters, getCall } from '../../calls/index.ts'
import { type CallMetrics, findMetrics } from '../../telemetry/index.ts'
import { type MetricsFilter, type PeriodQuery, resolvePeriod } from '../aggregate/filters.ts'

export interface CallRowQuery extends PeriodQuery, MetricsFilter {
  status?: CallStatus | undefined
  /** False: only calls that ended without having been dialed. Default: without them, as the figures are. */
  is_dialed?: boolean | undefined
  min_duration_sec?: number | undefined
  max_duration_sec?: number | undefined
}

/** The metrics of a row, without the columns that the call itself has. */
const {
  company_id: _company,
  id: _id,
  call_id: _call,
  outcome: _outcome,
  turn_count: _turns,
  created_at: _created,
  updated_at: _updated,
  ...metricColumns
} = getTableColumns(callMetrics)

/** A call with its metrics. Metrics are null while the call has not ended, and when they were not measured. */
const callRowColumns = {
  call_id: calls.id,
  external_call_id: calls.external_call_id,
  skillbase_id: calls.skillbase_id,
  skillbase_name: skillbases.name,
  skillbase_version: calls.skillbase_version,
  campaign_id: calls.campaign_id,
  campaign_name: campaigns.name,
  direction: calls.direction,
  caller_number: calls.caller_number,
  callee_number: calls.callee_number,
  status: calls.status,
  outcome: calls.outcome,
  is_outcome_classified: calls.is_outcome_classified,
  ended_reason: calls.ended_reason,
  language: calls.language,
  rating: calls.rating,
  is_dialed: calls.is_dialed,
  is_answered: calls.is_answered,
  started_at: calls.started_at,
  dialed_at: calls.dialed_at,
  answered_at: calls.answered_at,
  ended_at: calls.ended_at,
  ring_sec: calls.ring_sec,
  duration_sec: calls.duration_sec,
  turn_count: sql<number>`coalesce(${callMetrics.turn_count}, ${calls.turn_count})`,
  ...metricColumns,
}

export type CallRow = Awaited<ReturnType<typeof selectCallRows>>[number]

/** Calls of a period with their metrics, latest first. @throws Refusal as `resolvePeriod` */
export function listCallRows(
  tx: ReadTx,
  query: CallRowQuery,
  page: PageQuery,
  now: Date,
): Promise<Page<CallRow>> {
  const { start, end } = resolvePeriod(query, now)
  return findCallRows(tx, { is_dialed: true, ...query, start, end }, query, page)
}

/** The latest dialed calls, of any age. */
export const listRecentCallRows = async (tx: ReadTx, limit: number): Promise<CallRow[]> =>
  (await findCallRows(tx, { is_dialed: true }, {}, { limit })).items

async function findCallRows(
  tx: ReadTx,
  filter: CallFilter,
  query: CallRowQuery,
  page: PageQuery,
): Promise<Page<CallRow>> {
  const { skillbase_version, min_duration_sec, max_duration_sec } = query
  const where = and(
    callFilters(tx, filter),
    skillbase_version === undefined ? undefined : eq(calls.skillbase_version, skillbase_version),
    min_duration_sec === undefined ? undefined : gte(calls.duration_sec, min_duration_sec),
    max_duration_sec === undefined ? undefined : lte(calls.duration_sec, max_duration_sec),
  )
  const callPage = await listPage(tx, { from: calls, where, key: [calls.started_at, calls.id] }, page)
  const ids = callPage.items.map(({ id }) => id)
  const rows = new Map((await selectCallRows(tx, ids)).map((row) => [row.call_id, row]))
  return { ...callPage, items: ids.flatMap((id) => rows.get(id) ?? []) }
}

const selectCallRows = (tx: ReadTx, ids: string[]) =>
  tx
    .select(callRowColumns)
    .from(calls)
    .leftJoin(callMetrics, and(eq(callMetrics.company_id, tx.company_id), eq(callMetrics.call_id, calls.id)))
    .leftJoin(
      skillbases,
      and(eq(skillbases.company_id, tx.company_id), eq(skillbases.id, calls.skillbase_id)),
    )
    .leftJoin(campaigns, and(eq(campaigns.company_id, tx.company_id), eq(campaigns.id, calls.campaign_id)))
    .where(and(eq(calls.company_id, tx.company_id), isAnyOf(calls.id, ids)))

const turnColumns = {
  turn_index: callLogs.turn_index,
  role: callLogs.role,
  state_id: callLogs.state_id,
  ttfb_stt: callLogs.ttfb_stt,
  latency_stt: callLogs.latency_stt,
  latency_llm: callLogs.latency_llm,
  ttfb_tts: callLogs.ttfb_tts,
  latency_tts: callLogs.latency_tts,
  eou_latency: callLogs.eou_latency,
  e2e_latency: callLogs.e2e_latency,
  is_e2e_computed: callLogs.is_e2e_computed,
  overlap_ms: callLogs.overlap_ms,
  was_interrupted: callLogs.was_interrupted,
  is_filler: callLogs.is_filler,
  created_at: callLogs.created_at,
}

export interface CallDetail {
  call: Call
  /** null before the first metrics are stored. */
  metrics: CallMetrics | null
  turns: Awaited<ReturnType<typeof selectTurns>>
}

/** A call with its metrics and the latencies of each turn, by turn_index. @throws Refusal 'not_found' */
export async function getCallDetail(tx: ReadTx, call_id: string): Promise<CallDetail> {
  const call = await getCall(tx, call_id)
  return { call, metrics: (await findMetrics(tx, call_id)) ?? null, turns: await selectTurns(tx, call_id) }
}

const selectTurns = (tx: ReadTx, call_id: string) =>
  tx
    .select(turnColumns)
    .from(callLogs)
    .where(and(eq(callLogs.company_id, tx.company_id), eq(callLogs.call_id, call_id)))
    .orderBy(callLogs.turn_index)
