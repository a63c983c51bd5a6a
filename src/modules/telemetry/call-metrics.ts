import { and, eq, exists, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { callLogs, callMetrics, calls, type Outcome } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { notFound } from '../../lib/errors.ts'
import { type Usd, usdAmountsJson } from '../../lib/numbers/money.ts'
import { type Call, type CallFilter, callFilters, getCall, lockCall, recordOutcome } from '../calls/index.ts'
import { priceCalls } from '../costs/index.ts'
import { emit } from '../events/index.ts'
import { markCallsChanged } from '../rollups/index.ts'
import { classifyOutcome, clearClassification } from './classify-outcome.ts'
import { deriveMetrics } from './derive-metrics.ts'

export type CallMetrics = typeof callMetrics.$inferSelect
export type Turn = typeof callLogs.$inferSelect

type Costs = Partial<Record<'cost_stt' | 'cost_llm' | 'cost_tts' | 'cost_livekit' | 'cost_total', Usd | null>>
type Measured = Omit<
  Partial<CallMetrics>,
  | keyof Costs
  | 'cost_lines'
  | 'cost_reported'
  | 'company_id'
  | 'id'
  | 'call_id'
  | 'is_derived'
  | 'created_at'
  | 'updated_at'
>
export type MetricsInput = Measured & Costs

export const isMetricsOf = (tx: Tx, call_id: string) =>
  and(eq(callMetrics.company_id, tx.company_id), eq(callMetrics.call_id, call_id))

export async function findMetrics(tx: Tx, call_id: string): Promise<CallMetrics | undefined> {
  const [metrics] = await tx.select().from(callMetrics).where(isMetricsOf(tx, call_id))
  return metrics
}

/** @throws Refusal 'not_found' when there is no such call, or it has no metrics yet */
export async function getMetrics(tx: Tx, call_id: string): Promise<CallMetrics> {
  const metrics = await findMetrics(tx, call_id)
  if (metrics !== undefined) return metrics
  await getCall(tx, call_id)
  throw notFound('call metrics')
}

/**
 * Takes the metrics of a call whose agent keeps no turns, as a whole: what is named replaces what was there. Where
 * turns exist, what is derived from them wins. An outcome is the call's too; null says that it is not known here.
 *
 * @throws Refusal 'not_found'
 */
export async function putMetrics(tx: Tx, call_id: string, input: MetricsInput): Promise<CallMetrics> {
  const call = await lockCall(tx, call_id)
  const { cost_stt, cost_llm, cost_tts, cost_livekit, cost_total, ...measured } = input
  const said = input.outcome ?? null
  if (said !== null) await sayOutcome(tx, call, said)
  const values = { ...measured, outcome: said ?? call.outcome }
  await tx
    .insert(callMetrics)
    .values({ ...values, company_id: tx.company_id, call_id })
    .onConflictDoUpdate({
      target: [callMetrics.company_id, callMetrics.call_id],
      set: { ...values, updated_at: sql`now()` },
    })
  const costs = { stt: cost_stt, llm: cost_llm, tts: cost_tts, livekit: cost_livekit, total: cost_total }
  await report(tx, call_id, costs)
  await deriveMetrics(tx, call_id)
  if (said === null) await classifyOutcome(tx, call_id)
  await priceCalls(tx, [call_id])
  await markCallsChanged(tx, [call_id])
  emit(tx, { type: 'call.metrics', call_id, ...(call.campaign_id && { campaign_id: call.campaign_id }) })
  return getMetrics(tx, call_id)
}

/** The call says the same outcome as its metrics. */
async function sayOutcome(tx: Tx, call: Call, outcome: Outcome): Promise<void> {
  if (call.is_outcome_classified) await clearClassification(tx, call.id)
  await recordOutcome(tx, call.id, outcome, { is_classified: false })
}

/** Costs that are named are what the provider reports from now on; null takes a report back. */
async function report(tx: Tx, call_id: string, costs: Record<string, Usd | null | undefined>): Promise<void> {
  const named = Object.keys(costs).filter((name) => costs[name] !== undefined)
  if (named.length === 0) return
  await tx.execute(sql`
    update call_metrics set cost_reported = coalesce(cost_reported, '{}') - ${`{${named.join(',')}}`}::text[]
      || coalesce(${usdAmountsJson(costs)}::text::jsonb, '{}')
    where company_id = ${tx.company_id}::uuid and call_id = ${call_id}::uuid`)
}

/** @throws Refusal 'not_found' */
export async function deleteMetrics(tx: Tx, call_id: string): Promise<void> {
  const { campaign_id } = await lockCall(tx, call_id)
  const [gone] = await tx
    .delete(callMetrics)
    .where(isMetricsOf(tx, call_id))
    .returning({ id: callMetrics.id })
  if (gone === undefined) throw notFound('call metrics')
  await markCallsChanged(tx, [call_id])
  emit(tx, { type: 'call.metrics', call_id, ...(campaign_id && { campaign_id }) })
}

/** Metrics of calls, latest call first. */
export async function listMetrics(tx: Tx, filter: CallFilter, query: PageQuery): Promise<Page<CallMetrics>> {
  const measured = tx
    .select({ one: sql`1` })
    .from(callMetrics)
    .where(and(eq(callMetrics.company_id, tx.company_id), eq(callMetrics.call_id, calls.id)))
  const page = await listPage(
    tx,
    { from: calls, where: and(callFilters(tx, filter), exists(measured)), key: [calls.started_at, calls.id] },
    query,
  )
  const ids = `{${page.items.map(({ id }) => id).join(',')}}`
  const rows = await tx
    .select()
    .from(callMetrics)
    .where(and(eq(callMetrics.company_id, tx.company_id), sql`${callMetrics.call_id} = any(${ids}::uuid[])`))
  const byCall = new Map(rows.map((row) => [row.call_id, row]))
  return { ...page, items: page.items.flatMap(({ id }) => byCall.get(id) ?? []) }
}

const turnsOf = (tx: Tx, call_id: string) =>
  and(eq(callLogs.company_id, tx.company_id), eq(callLogs.call_id, call_id))

/** A call's turns with all that was measured, in their order. @throws Refusal 'not_found' */
export async function listTurns(tx: Tx, call_id: string, query: PageQuery): Promise<Page<Turn>> {
  await getCall(tx, call_id)
  return listPage(
    tx,
    { from: callLogs, where: turnsOf(tx, call_id), key: [callLogs.turn_index], order: 'asc' },
    query,
  )
}

/** What was said in a call, from the first turn to the last. @throws Refusal 'not_found' */
export async function getTranscript(tx: Tx, call_id: string) {
  const { language } = await getCall(tx, call_id)
  const turns = await tx
    .select({
      turn_index: callLogs.turn_index,
      role: callLogs.role,
      content: callLogs.content,
      state_id: callLogs.state_id,
      was_interrupted: callLogs.was_interrupted,
      created_at: callLogs.created_at,
    })
    .from(callLogs)
    .where(turnsOf(tx, call_id))
    .orderBy(callLogs.turn_index)
  return { call_id, language, turns }
}
