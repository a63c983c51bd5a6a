import { and, eq, exists, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { jsonb, textArray, uuid, uuidArray } from '../../db/query/parameters.ts'
import { type CostName, callMetrics, calls, costNames } from '../../db/schema/index.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { Refusal } from '../../lib/errors.ts'
import { type Usd, usdAmounts } from '../../lib/numbers/money.ts'
import type { ReportWarning } from '../../lib/report-warnings.ts'
import { followLateReports } from '../call-tasks/index.ts'
import {
  type Call,
  type CallFilter,
  callFilters,
  eventSubject,
  findReportWarnings,
  getCall,
  lockCall,
  recordOutcome,
} from '../calls/index.ts'
import { priceCalls } from '../costs/index.ts'
import { emit } from '../events/index.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { classifyOutcome } from './classify-outcome.ts'
import { deriveMetrics, interruptionRate } from './derive-metrics.ts'

export type CallMetrics = typeof callMetrics.$inferSelect

type ReportedCosts = Partial<Record<`cost_${CostName}`, Usd | null>>
type MeasuredFields = Omit<
  Partial<CallMetrics>,
  | keyof ReportedCosts
  | 'cost_lines'
  | 'cost_reported'
  | 'interruptions_per_turn'
  | 'company_id'
  | 'id'
  | 'call_id'
  | 'is_derived'
  | 'created_at'
  | 'updated_at'
>
/** Metrics that an API client sets; the costs are the amounts that its providers billed. */
export type MetricsInput = MeasuredFields & ReportedCosts

/** SQL condition: the metrics of this call. */
const isMetricsOf = (tx: ReadTx, call_id: string) =>
  and(eq(callMetrics.company_id, tx.company_id), eq(callMetrics.call_id, call_id))

/** The metrics of a call; undefined when it has none. */
export async function findMetrics(tx: ReadTx, call_id: string): Promise<CallMetrics | undefined> {
  const [metrics] = await tx.select().from(callMetrics).where(isMetricsOf(tx, call_id))
  return metrics
}

const withoutMetrics = (ended_at: Date | null) =>
  new Refusal(
    'not_found',
    'call_metrics_not_found',
    ended_at === null
      ? 'The call has no metrics yet: they are calculated when it ends.'
      : 'The call has no metrics: nothing was measured, or they were deleted.',
  )

/** @throws Refusal 'not_found' when the call does not exist or has no metrics yet */
export async function getMetrics(tx: ReadTx, call_id: string): Promise<CallMetrics> {
  const metrics = await findMetrics(tx, call_id)
  if (metrics !== undefined) return metrics
  const { ended_at } = await getCall(tx, call_id)
  throw withoutMetrics(ended_at)
}

/**
 * Sets the metrics of a call whose agent reports no turns. Fields in the input replace stored values; where turns exist,
 * values derived from them are stored instead. An outcome is set on the call too; without one, the outcome is derived from
 * how the call went, unless one was reported before.
 *
 * @returns also a warning for an outcome `callback` whose stored time cannot be used
 * @throws Refusal 'not_found'
 */
export async function putMetrics(
  tx: Tx,
  call_id: string,
  input: MetricsInput,
  now: Date,
): Promise<{ metrics: CallMetrics; warnings: ReportWarning[] }> {
  const call = await lockCall(tx, call_id)
  const { cost_stt, cost_llm, cost_tts, cost_livekit, cost_total, ...measured } = input
  const { outcome, ...values } = measured
  if (outcome) await recordOutcome(tx, call, 'correction', outcome)
  await tx
    .insert(callMetrics)
    .values({ ...values, company_id: tx.company_id, call_id, outcome: outcome ?? call.outcome })
    .onConflictDoUpdate({
      target: [callMetrics.company_id, callMetrics.call_id],
      // updated_at: without a column to set, the statement would be invalid.
      set: { ...values, updated_at: sql`now()` },
    })
  const costs = { stt: cost_stt, llm: cost_llm, tts: cost_tts, livekit: cost_livekit, total: cost_total }
  await storeReportedCosts(tx, call_id, costs)
  await deriveInterruptionRate(tx, { call_id })
  await deriveMetrics(tx, call_id)
  if (!outcome) await classifyOutcome(tx, call_id)
  await priceCalls(tx, [call_id])
  if (call.call_task_id !== null) await followLateReports(tx, [call_id], now)
  await markCallsChanged(tx, [call_id])
  emit(tx, { type: 'call.metrics', ...eventSubject(call) })
  const warnings = await findReportWarnings(
    tx,
    await getCall(tx, call_id),
    { outcome: outcome ?? undefined },
    now,
  )
  return { metrics: await getMetrics(tx, call_id), warnings }
}

/**
 * Sets the interruption rate of a call whose interruptions and turns were reported, so that it has one definition for
 * every reporter. Index: call_metrics_call_id_key.
 */
const deriveInterruptionRate = defineCompanyQuery({
  name: 'telemetry.derive_interruption_rate',
  params: { call_id: uuid },
  row: {},
  sql: (p) => sql`
    update call_metrics set interruption_rate = ${sql.raw(interruptionRate('interruption_count', 'bot_turn_count'))}
    where company_id = ${p.company_id} and call_id = ${p.call_id} and interruption_count is not null and bot_turn_count > 0`,
})

/** Derives metrics, outcome and costs of ended calls again. The caller has locked the calls. */
export async function deriveAgain(tx: Tx, call_ids: readonly string[]): Promise<void> {
  for (const id of call_ids) {
    await deriveMetrics(tx, id)
    await classifyOutcome(tx, id)
  }
  await priceCalls(tx, [...call_ids])
}

/**
 * Derives metrics, outcome and costs of ended calls again after a report, and brings their tasks up to date: see
 * `followLateReports`. A first turn shows that the contact was reached, so the task may change even if the outcome does not.
 * The caller has locked the calls.
 */
export async function rederiveMetrics(
  tx: Tx,
  endedCalls: readonly Pick<Call, 'id' | 'call_task_id'>[],
  now: Date,
): Promise<void> {
  if (endedCalls.length === 0) return
  await deriveAgain(
    tx,
    endedCalls.map(({ id }) => id),
  )
  const attempts = endedCalls.filter(({ call_task_id }) => call_task_id !== null).map(({ id }) => id)
  if (attempts.length > 0) await followLateReports(tx, attempts, now)
}

/** Stores reported costs by component. null removes the reported cost; undefined does not change it. */
async function storeReportedCosts(
  tx: Tx,
  call_id: string,
  costs: Partial<Record<CostName, Usd | null>>,
): Promise<void> {
  const changed = costNames.filter((name) => costs[name] !== undefined)
  if (changed.length > 0) await mergeReportedCosts(tx, { call_id, changed, costs: usdAmounts(costs) ?? {} })
}

/** Replaces the reported costs `changed` by `costs`. Index: call_metrics_call_id_key. */
const mergeReportedCosts = defineCompanyQuery({
  name: 'telemetry.merge_reported_costs',
  params: { call_id: uuid, changed: textArray, costs: jsonb },
  row: {},
  sql: (p) => sql`
    update call_metrics set cost_reported = coalesce(cost_reported, '{}') - ${p.changed} || ${p.costs}, updated_at = now()
    where company_id = ${p.company_id} and call_id = ${p.call_id}`,
})

/** Deletes the metrics of a call. @throws Refusal 'not_found' when the call or its metrics do not exist */
export async function deleteMetrics(tx: Tx, call_id: string): Promise<void> {
  const call = await lockCall(tx, call_id)
  const [deleted] = await tx
    .delete(callMetrics)
    .where(isMetricsOf(tx, call_id))
    .returning({ id: callMetrics.id })
  if (deleted === undefined) throw withoutMetrics(call.ended_at)
  await markCallsChanged(tx, [call_id])
  emit(tx, { type: 'call.metrics', ...eventSubject(call) })
}

/** One page of the metrics of calls, latest call first. Calls without metrics are left out. */
export async function listMetrics(
  tx: ReadTx,
  filter: CallFilter,
  query: PageQuery,
): Promise<Page<CallMetrics>> {
  const metricsOfCall = tx
    .select({ call_id: callMetrics.call_id })
    .from(callMetrics)
    .where(and(eq(callMetrics.company_id, tx.company_id), eq(callMetrics.call_id, calls.id)))
  const page = await listPage(
    tx,
    {
      from: calls,
      where: and(callFilters(tx, filter), exists(metricsOfCall)),
      key: [calls.started_at, calls.id],
    },
    query,
  )
  const ids = uuidArray.encode(page.items.map(({ id }) => id))
  const rows = await tx
    .select()
    .from(callMetrics)
    .where(and(eq(callMetrics.company_id, tx.company_id), sql`${callMetrics.call_id} = any(${ids}::uuid[])`))
  const metricsByCall = new Map(rows.map((row) => [row.call_id, row]))
  return { ...page, items: page.items.flatMap(({ id }) => metricsByCall.get(id) ?? []) }
}
