import { sql } from 'drizzle-orm'
import type { CostAmounts, CostLine, Providers } from '../../db/schema/index.ts'
import { costComponents, sharedPricesCompany } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import {
  applyReportedCosts,
  type Costs,
  calculateCosts,
  type UnitPrice,
  type Usage,
} from './calculate-costs.ts'

/** The row of a call from which its costs are calculated. Decimals are texts, so that no digit is lost. */
export interface BillableCall extends Record<string, unknown> {
  call_id: string
  started_at: string
  is_phone: boolean
  usage: Usage
  /** The stored costs: reported amounts where there are any, else calculated ones. */
  current: CostAmounts
  cost_lines: CostLine[] | null
  reported: CostAmounts
  providers: Providers | null
  /** The voice and llm settings of the call's skillbase version. */
  config: { voice?: Record<string, unknown>; llm?: Record<string, unknown> } | null
}

/** A price with the period in which it applies, in ms since 1970. effective_to_ms is null when it has no end. */
export interface DatedPrice extends UnitPrice {
  effective_from_ms: number
  effective_to_ms: number | null
}

/**
 * Calculates the costs of calls from the usage in call_metrics and the prices at the start of each call, and stores them
 * with their lines. A reported cost replaces the calculated one. Costs that hand-written SQL has stored without lines
 * count as reported. Runs three statements for any number of calls.
 *
 * The caller holds the locks of the calls.
 */
export async function priceCalls(tx: Tx, call_ids: readonly string[]): Promise<void> {
  if (call_ids.length === 0) return
  const calls = await readBillableCalls(tx, call_ids)
  const prices = await readPricesFor(tx, calls)
  const priced = calls.map((call) => ({ call, costs: calculateCallCosts(call, prices) }))
  await writeCosts(tx, priced)
}

/** Calculates the costs of a call. Of `prices`, only those that apply at the start of the call are used. */
export const calculateCallCosts = (call: BillableCall, prices: readonly DatedPrice[]): Costs => {
  const startedAtMs = new Date(call.started_at).getTime()
  const applicable = prices.filter(
    ({ effective_from_ms, effective_to_ms }) =>
      effective_from_ms <= startedAtMs && (effective_to_ms === null || startedAtMs < effective_to_ms),
  )
  return calculateCosts(call.usage, resolveProviders(call), call.is_phone, applicable)
}

/** The providers of a call by component: those that its agent reported, else those of its skillbase version. */
function resolveProviders({ providers, config }: Pick<BillableCall, 'providers' | 'config'>): Providers {
  const voice = config?.voice ?? {}
  const stt = providers?.stt ?? configuredProvider(voice.stt_provider, voice.stt_model)
  const llm = providers?.llm ?? configuredProvider(config?.llm?.provider, config?.llm?.model)
  const tts = providers?.tts ?? configuredProvider(voice.tts_provider, voice.tts_model)
  const resolved: Providers = {}
  if (stt) resolved.stt = stt
  if (llm) resolved.llm = llm
  if (tts) resolved.tts = tts
  if (providers?.also) resolved.also = providers.also
  return resolved
}

function configuredProvider(provider: unknown, model: unknown) {
  const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  const name = textOf(provider)
  return name === undefined ? undefined : { provider: name, model: textOf(model) ?? '' }
}

const currentAmounts = sql.raw(
  [...costComponents, 'total'].map((name) => `'${name}', m.cost_${name}::text`).join(', '),
)

/** Calls that have metrics, in any order. Rows are found by the primary keys of the three tables. */
export async function readBillableCalls(tx: Tx, call_ids: readonly string[]): Promise<BillableCall[]> {
  return tx.execute<BillableCall>(sql`
    select m.call_id, c.started_at::text as started_at,
      (c.caller_number is not null or c.callee_number is not null) as is_phone,
      json_build_object('stt_duration_sec', m.stt_duration_sec::text, 'llm_input_tokens', m.llm_input_tokens::text,
        'llm_cached_input_tokens', m.llm_cached_input_tokens::text, 'llm_output_tokens', m.llm_output_tokens::text,
        'tts_characters', m.tts_characters::text, 'livekit_duration_sec', m.livekit_duration_sec::text) as usage,
      json_strip_nulls(json_build_object(${currentAmounts})) as current, m.cost_lines,
      coalesce(m.cost_reported, case when m.cost_lines is null
        then json_strip_nulls(json_build_object(${currentAmounts}))::jsonb end, '{}') as reported,
      m.providers, json_build_object('voice', v.config->'voice', 'llm', v.config->'llm') as config
    from call_metrics m
    join calls c on c.company_id = ${tx.company_id}::uuid and c.id = m.call_id
    left join skillbase_versions v on v.company_id = ${tx.company_id}::uuid and v.skillbase_id = c.skillbase_id
      and v.version = c.skillbase_version
    where m.company_id = ${tx.company_id}::uuid and m.call_id = any(${`{${call_ids.join(',')}}`}::uuid[])`)
}

/** All prices, past, current and future, of the providers of these calls: the company's own and the shared ones. */
export async function readPricesFor(
  tx: Tx,
  calls: readonly Pick<BillableCall, 'providers' | 'config'>[],
): Promise<DatedPrice[]> {
  const providerNames = new Set(['livekit'])
  for (const call of calls) {
    const { also = [], ...mainProviders } = resolveProviders(call)
    for (const { provider } of [...Object.values(mainProviders), ...also]) providerNames.add(provider)
  }
  const rows = await tx.execute<Record<string, unknown>>(sql`
    select id, component, provider, model, unit, price, minimum, increment,
      company_id <> ${sharedPricesCompany}::uuid as is_own,
      extract(epoch from effective_from)::float8 * 1000 as effective_from_ms,
      extract(epoch from effective_to)::float8 * 1000 as effective_to_ms
    from prices
    where company_id = any(${`{${tx.company_id},${sharedPricesCompany}}`}::uuid[])
      and provider = any(array(select json_array_elements_text(${JSON.stringify([...providerNames])}::text::json)))`)
  return rows as unknown as DatedPrice[]
}

/** Stores the costs of calls and their lines. A reported cost takes precedence over the calculated one. */
export async function writeCosts(tx: Tx, priced: { call: BillableCall; costs: Costs }[]): Promise<void> {
  const rows = priced.map(({ call, costs }) => {
    const effective = applyReportedCosts(costs, call.reported)
    return {
      call_id: call.call_id,
      ...Object.fromEntries(
        [...costComponents, 'total' as const].map((name) => [name, effective[name] ?? null]),
      ),
      lines: costs.lines,
      reported: Object.keys(call.reported).length === 0 ? null : call.reported,
    }
  })
  await tx.execute(sql`
    update call_metrics m set cost_stt = stt, cost_llm = llm, cost_tts = tts, cost_livekit = livekit, cost_total = total,
      cost_lines = lines, cost_reported = reported
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as priced(call_id uuid, stt numeric, llm numeric,
      tts numeric, livekit numeric, total numeric, lines jsonb, reported jsonb)
    where m.company_id = ${tx.company_id}::uuid and m.call_id = priced.call_id`)
}
