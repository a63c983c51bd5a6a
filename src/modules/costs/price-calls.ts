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

/** A call with all that its costs are computed from, and what they are now. */
export interface BillableCall extends Record<string, unknown> {
  call_id: string
  started_at: string
  is_phone: boolean
  usage: Usage
  present: CostAmounts
  cost_lines: CostLine[] | null
  reported: CostAmounts
  providers: Providers | null
  config: { voice?: Record<string, unknown>; llm?: Record<string, unknown> } | null
}

/**
 * Prices calls anew by what call_metrics says they used, at the prices in force when each began, and keeps every line.
 * A reported cost wins, and both are kept. Costs that hand-made SQL wrote count as reported. However many calls, it is
 * three statements. Whoever calls this holds the calls.
 */
export async function priceCalls(tx: Tx, call_ids: readonly string[]): Promise<void> {
  if (call_ids.length === 0) return
  const calls = await readBillableCalls(tx, call_ids)
  const prices = await readPricesFor(tx, calls)
  const priced = calls.map((call) => ({ call, costs: calculateCallCosts(call, prices) }))
  await writeCosts(tx, priced)
}

/** What a call costs by these prices. */
export const calculateCallCosts = (call: BillableCall, prices: readonly DatedPrice[]): Costs => {
  const at = new Date(call.started_at).getTime()
  const inForce = prices.filter(({ from, to }) => from <= at && (to === null || at < to))
  return calculateCosts(call.usage, resolveProviders(call), call.is_phone, inForce)
}

/** Who served the call: as its agent said, else as its version of the skillbase has it. */
export function resolveProviders({
  providers,
  config,
}: Pick<BillableCall, 'providers' | 'config'>): Providers {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  const of = (provider: unknown, model: unknown) => {
    const name = text(provider)
    return name === undefined ? undefined : { provider: name, model: text(model) ?? '' }
  }
  const [voice, llm] = [config?.voice ?? {}, config?.llm ?? {}]
  const found: Providers = {}
  const stt = providers?.stt ?? of(voice.stt_provider, voice.stt_model)
  const tts = providers?.tts ?? of(voice.tts_provider, voice.tts_model)
  const served = providers?.llm ?? of(llm.provider, llm.model)
  if (stt) found.stt = stt
  if (served) found.llm = served
  if (tts) found.tts = tts
  if (providers?.also) found.also = providers.also
  return found
}

const amounts = sql.raw(
  [...costComponents, 'total'].map((name) => `'${name}', m.cost_${name}::text`).join(', '),
)

export async function readBillableCalls(tx: Tx, call_ids: readonly string[]): Promise<BillableCall[]> {
  return tx.execute<BillableCall>(sql`
    select m.call_id, c.started_at::text as started_at,
      (c.caller_number is not null or c.callee_number is not null) as is_phone,
      json_build_object('stt_duration_sec', m.stt_duration_sec::text, 'llm_input_tokens', m.llm_input_tokens::text,
        'llm_cached_input_tokens', m.llm_cached_input_tokens::text, 'llm_output_tokens', m.llm_output_tokens::text,
        'tts_characters', m.tts_characters::text, 'livekit_duration_sec', m.livekit_duration_sec::text) as usage,
      json_strip_nulls(json_build_object(${amounts})) as present, m.cost_lines,
      coalesce(m.cost_reported, case when m.cost_lines is null
        then json_strip_nulls(json_build_object(${amounts}))::jsonb end, '{}') as reported,
      m.providers, json_build_object('voice', v.config->'voice', 'llm', v.config->'llm') as config
    from call_metrics m
    join calls c on c.company_id = ${tx.company_id}::uuid and c.id = m.call_id
    left join skillbase_versions v on v.company_id = ${tx.company_id}::uuid and v.skillbase_id = c.skillbase_id
      and v.version = c.skillbase_version
    where m.company_id = ${tx.company_id}::uuid and m.call_id = any(${`{${call_ids.join(',')}}`}::uuid[])`)
}

export interface DatedPrice extends UnitPrice {
  from: number
  to: number | null
}

/** The prices of the providers of these calls, of all times; a company's own and everybody's. */
export async function readPricesFor(
  tx: Tx,
  calls: readonly Pick<BillableCall, 'providers' | 'config'>[],
): Promise<DatedPrice[]> {
  const names = new Set(['livekit'])
  for (const call of calls) {
    const { also = [], ...main } = resolveProviders(call)
    for (const { provider } of [...Object.values(main), ...also]) names.add(provider)
  }
  const rows = await tx.execute<Record<string, unknown>>(sql`
    select id, component, provider, model, unit, price, minimum, increment, company_id <> ${sharedPricesCompany}::uuid as is_own,
      extract(epoch from effective_from)::float8 * 1000 as from, extract(epoch from effective_to)::float8 * 1000 as to
    from prices
    where company_id = any(${`{${tx.company_id},${sharedPricesCompany}}`}::uuid[])
      and provider = any(array(select json_array_elements_text(${JSON.stringify([...names])}::text::json)))`)
  return rows as unknown as DatedPrice[]
}

/** Keeps what calls cost, line by line. */
export async function writeCosts(tx: Tx, priced: { call: BillableCall; costs: Costs }[]): Promise<void> {
  const rows = priced.map(({ call, costs }) => {
    const counted = applyReportedCosts(costs, call.reported)
    return {
      call_id: call.call_id,
      ...Object.fromEntries(
        [...costComponents, 'total' as const].map((name) => [name, counted[name] ?? null]),
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
