import type { ReadTx, Tx } from '../../db/transaction.ts'
import { type PriceBook, pricesAt, readPriceBook } from '../prices/index.ts'
import { applyReportedCosts, type Costs, calculateCosts } from './calculate-costs.ts'
import { type BillableCall, perCostColumn, readBillableCalls, updateCosts } from './price-calls-queries.ts'
import type { ServedProviders, Usage } from './usage-items.ts'

/** What the costs of a call are calculated from. */
export type CallUsage = Pick<BillableCall, 'started_at' | 'is_phone' | 'providers'> & {
  usage: Usage
  config: BillableCall['config'] | null
}

/**
 * Calculates the costs of calls from the usage in call_metrics and the prices at the start of each call, and stores them
 * with their lines. A reported cost replaces the calculated one. Costs that hand-written SQL has stored without lines
 * count as reported. Runs four statements for any number of calls.
 *
 * The caller holds the locks of the calls.
 */
export async function priceCalls(tx: Tx, call_ids: readonly string[]): Promise<void> {
  if (call_ids.length === 0) return
  const calls = await readBillableCalls(tx, { call_ids })
  const prices = await readPricesFor(tx, calls)
  const priced = calls.map((call) => ({ call, costs: calculateCallCosts(call, prices) }))
  await writeCosts(tx, priced)
}

/** Calculates the costs of a call at the prices that apply at its start. */
export const calculateCallCosts = (call: CallUsage, book: PriceBook): Costs =>
  calculateCosts(
    call.usage,
    resolveProviders(call),
    call.is_phone,
    pricesAt(book, call.started_at),
    book.aliases,
  )

/**
 * The providers of a call by component: those that its agent reported, else those of its skillbase version, which also name
 * a provider of no known shape.
 */
function resolveProviders({ providers, config }: Pick<CallUsage, 'providers' | 'config'>): ServedProviders {
  const voice = config?.voice ?? {}
  const configured = {
    stt: configuredProvider(voice.stt_provider, voice.stt_model),
    llm: configuredProvider(config?.llm?.provider, config?.llm?.model),
    tts: configuredProvider(voice.tts_provider, voice.tts_model),
  }
  const resolved: ServedProviders = {}
  for (const component of ['stt', 'llm', 'tts'] as const) {
    const names = configured[component]
    const served = providers?.[component] ?? names
    if (served) resolved[component] = { ...served, ...(names && { configured: names }) }
  }
  if (providers?.also) {
    resolved.also = providers.also.map((part) => {
      const names = configured[part.component]
      return { ...part, ...(names && { configured: { ...names, model: '' } }) }
    })
  }
  return resolved
}

function configuredProvider(provider: unknown, model: unknown) {
  const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  const name = textOf(provider)
  return name === undefined ? undefined : { provider: name, model: textOf(model) ?? '' }
}

/** What the price book has for the providers of these calls. */
export const readPricesFor = (
  tx: ReadTx,
  calls: readonly Pick<CallUsage, 'providers' | 'config'>[],
): Promise<PriceBook> =>
  readPriceBook(
    tx,
    calls.flatMap((call) => {
      const { also = [], ...main } = resolveProviders(call)
      return [...Object.values(main), ...also]
    }),
  )

/** Stores the costs of calls and their lines. A reported cost takes precedence over the calculated one. */
export async function writeCosts(tx: Tx, priced: { call: BillableCall; costs: Costs }[]): Promise<void> {
  const rows = priced.map(({ call, costs }) => {
    const effective = applyReportedCosts(costs, call.reported)
    return {
      call_id: call.call_id,
      ...perCostColumn((name) => effective[name] ?? null),
      cost_lines: costs.lines,
      cost_reported: Object.keys(call.reported).length === 0 ? null : call.reported,
    }
  })
  await updateCosts(tx, { costs: rows })
}
