import { sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { double, integer, jsonb, nullable, text, uuid } from '../../db/query/parameters.ts'
import type { CostName, Providers } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { type Usd, usdAmounts } from '../../lib/numbers/money.ts'
import type { ReportWarning } from '../../lib/report-warnings.ts'
import { followLateReports } from '../call-tasks/index.ts'
import {
  type Call,
  type CallEnd,
  endCall,
  eventSubject,
  findReportWarnings,
  getCall,
  isFinal,
  isOutcomeReported,
  lockCall,
  movedInstants,
} from '../calls/index.ts'
import { priceCalls } from '../costs/index.ts'
import { emit } from '../events/index.ts'
import { type CallMetrics, getMetrics } from './call-metrics.ts'
import { classifyOutcome } from './classify-outcome.ts'
import { deriveMetrics, interruptionRate } from './derive-metrics.ts'

/** The report of an agent or a carrier at the end of a call. */
export interface Completion extends Partial<CallEnd> {
  outcome_confidence?: number | undefined
  outcome_reason?: string | undefined
  livekit_duration_sec?: number | undefined
  interruption_count?: number | undefined
  sentiment_score?: number | undefined
  reported_cost?: Partial<Record<CostName, Usd>> | undefined
  providers?: Providers | undefined
}

/**
 * Ends a call, derives its metrics from its turns and calculates its costs. When no outcome was reported, one is derived
 * from how the call went. Completing a call again only fills missing values: a final status, an outcome of the agent and a
 * reported cost never change. The task of an attempt that has been settled is decided again: see `followLateReports`.
 *
 * @returns also a warning for each field that could not be used as it was sent
 * @throws Refusal 'not_found'
 */
export async function completeCall(
  tx: Tx,
  call_id: string,
  completion: Completion,
  now: Date,
): Promise<{ call: Call; metrics: CallMetrics; warnings: ReportWarning[] }> {
  const current = await lockCall(tx, call_id)
  const ended = await endCall(tx, current, { ...completion, status: completion.status ?? 'completed' }, now)
  await deriveMetrics(tx, call_id)
  await upsertReportedMetrics(tx, {
    call_id,
    outcome: ended.outcome,
    ...(isOfOutcome(completion, ended) ? detailsOfOutcome(completion) : detailsOfOutcome({})),
    livekit_duration_sec: completion.livekit_duration_sec ?? null,
    interruption_count: completion.interruption_count ?? null,
    sentiment_score: completion.sentiment_score ?? null,
    cost_reported: usdAmounts(completion.reported_cost),
    providers: completion.providers ?? null,
  })
  if (!isOutcomeReported(ended)) await classifyOutcome(tx, call_id)
  await priceCalls(tx, [call_id])
  if (isFinal(current.status) && current.call_task_id !== null) await followLateReports(tx, [call_id], now)
  emit(tx, { type: 'call.metrics', ...eventSubject(current) })
  const warnings = await findWarnings(tx, current, completion, ended, now)
  return { call: await getCall(tx, call_id), metrics: await getMetrics(tx, call_id), warnings }
}

/** Nobody reads the warnings for a carrier. */
async function findWarnings(
  tx: Tx,
  before: Call,
  completion: Completion,
  ended: Call,
  now: Date,
): Promise<ReportWarning[]> {
  if (completion.source === 'carrier') return []
  const moved = movedInstants(before, completion, ended)
  const clamped = (['answered_at', 'ended_at'] as const).flatMap((field): ReportWarning[] => {
    const value = moved[`reported_${field}`]
    if (value === undefined) return []
    const reason = `It is outside of the call, which started at ${ended.started_at.toISOString()}, or in the future. The nearest instant within the call is stored: ${ended[field]?.toISOString()}.`
    return [{ field, value, code: 'clamped_time', reason }]
  })
  return [...clamped, ...(await findReportWarnings(tx, ended, completion, now))]
}

/** A report that comes too late describes another outcome than that of the call. */
const isOfOutcome = (completion: Completion, { outcome }: Call): boolean =>
  completion.outcome === undefined || completion.outcome === outcome

const detailsOfOutcome = ({ outcome_confidence = undefined, outcome_reason = undefined }: Completion) => ({
  outcome_confidence: outcome_confidence ?? null,
  outcome_reason: outcome_reason ?? null,
})

/**
 * Stores the reported values of metrics that neither the turns nor an earlier report have set. The outcome is that of the
 * call. Index: call_metrics_call_id_key.
 */
const upsertReportedMetrics = defineCompanyQuery({
  name: 'telemetry.upsert_reported_metrics',
  params: {
    call_id: uuid,
    outcome: nullable(text),
    outcome_confidence: nullable(double),
    outcome_reason: nullable(text),
    livekit_duration_sec: nullable(double),
    interruption_count: nullable(integer),
    sentiment_score: nullable(double),
    cost_reported: nullable(jsonb),
    providers: nullable(jsonb),
  },
  row: {},
  sql: (p) => sql`
    insert into call_metrics as m (company_id, call_id, outcome, outcome_confidence, outcome_reason,
      livekit_duration_sec, interruption_count, sentiment_score, cost_reported, providers)
    values (${p.company_id}, ${p.call_id}, ${p.outcome}, ${p.outcome_confidence}, ${p.outcome_reason},
      ${p.livekit_duration_sec}, ${p.interruption_count}, ${p.sentiment_score}, ${p.cost_reported}, ${p.providers})
    on conflict (company_id, call_id) do update set
      outcome_confidence = coalesce(m.outcome_confidence, excluded.outcome_confidence),
      outcome_reason = coalesce(m.outcome_reason, excluded.outcome_reason),
      livekit_duration_sec = coalesce(m.livekit_duration_sec, excluded.livekit_duration_sec),
      interruption_count = coalesce(m.interruption_count, excluded.interruption_count),
      interruption_rate = coalesce(m.interruption_rate, case when excluded.interruption_count is not null
        then ${sql.raw(interruptionRate('excluded.interruption_count', 'm.bot_turn_count'))} end),
      sentiment_score = coalesce(m.sentiment_score, excluded.sentiment_score),
      cost_reported = case when excluded.cost_reported is null then m.cost_reported
        else excluded.cost_reported || coalesce(m.cost_reported, '{}') end,
      providers = case when excluded.providers is null then m.providers
        else excluded.providers || coalesce(m.providers, '{}') end,
      updated_at = now()`,
})
