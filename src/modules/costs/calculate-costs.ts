import type {
  AdditionalUsage,
  CostAmounts,
  CostComponent,
  CostLine,
  PriceUnit,
  ProviderComponent,
  Providers,
} from '../../db/schema/index.ts'
import { costComponents } from '../../db/schema/index.ts'
import {
  add,
  divide,
  type Fraction,
  formatFixed,
  formatShortest,
  isLessThan,
  isZero,
  multiply,
  parseDecimal,
  roundUpToStep,
  smallerOf,
  subtractDownToZero,
  zero,
} from '../../lib/numbers/decimal.ts'

/** What a call used; null where nobody measured it. */
export interface Usage {
  stt_duration_sec?: string | number | null | undefined
  llm_input_tokens?: string | number | null | undefined
  /** Part of the input tokens. */
  llm_cached_input_tokens?: string | number | null | undefined
  llm_output_tokens?: string | number | null | undefined
  tts_characters?: string | number | null | undefined
  livekit_duration_sec?: string | number | null | undefined
}

export interface UnitPrice {
  id: string
  component: CostComponent
  provider: string
  model: string
  unit: PriceUnit
  price: string
  minimum: string
  increment: string
  /** A company's own price comes before everybody's. */
  is_own: boolean
}

export interface Costs {
  /** USD by component and in total; what is not there is not known. */
  amounts: CostAmounts
  lines: CostLine[]
  /** Components that were used and have no price. */
  unpriced: CostComponent[]
}

/** How many seconds, tokens, characters or calls a unit is. */
const unitSize: Record<PriceUnit, Fraction> = {
  second: parseDecimal(1),
  minute: parseDecimal(60),
  million_characters: parseDecimal(1_000_000),
  million_input_tokens: parseDecimal(1_000_000),
  million_cached_input_tokens: parseDecimal(1_000_000),
  million_output_tokens: parseDecimal(1_000_000),
  call: parseDecimal(1),
}

/** Something that was used, and the units it may be priced in, the first that has a price. */
interface Item {
  component: CostComponent
  provider: string | null
  model: string
  units: readonly [PriceUnit, ...PriceUnit[]]
  quantity: Fraction
}

const places = 6
const linePlaces = 12

/**
 * What a call cost: quantity after minimum and increment, times unit price, a line each; a component is the sum of its
 * lines, rounded half up to the millionth; the total is the sum of the rounded components. `prices` are those in force
 * when the call began. A component that was used and has no price is not free: it, and the total, are not known.
 */
export function calculateCosts(
  usage: Usage,
  providers: Providers,
  isPhone: boolean,
  prices: readonly UnitPrice[],
): Costs {
  const lines = itemsOf(usage, providers, isPhone).flatMap((item) => linesOf(item, prices))
  const amounts: CostAmounts = {}
  const unpriced: CostComponent[] = []
  for (const component of costComponents) {
    const own = lines.filter((line) => line.component === component)
    if (own.length === 0) continue
    if (own.some(({ amount }) => amount === null)) unpriced.push(component)
    else amounts[component] = formatFixed(sum(own.map(({ exact }) => exact)), places)
  }
  const known = costComponents.flatMap((component) => amounts[component] ?? [])
  if (unpriced.length === 0 && known.length > 0)
    amounts.total = formatFixed(sum(known.map(parseDecimal)), places)
  return { amounts, lines: lines.map(({ exact: _exact, ...line }) => line), unpriced }
}

/**
 * What counts: a component as its provider reported it, else as it was computed. The total is the reported one, else
 * the sum; it is not known where a component was used and is neither reported nor priced.
 */
export function applyReportedCosts({ amounts, unpriced }: Costs, reported: CostAmounts): CostAmounts {
  const counted: CostAmounts = {}
  for (const component of costComponents) {
    const amount = reported[component] ?? amounts[component]
    if (amount !== undefined) counted[component] = formatFixed(parseDecimal(amount), places)
  }
  const known = Object.values(counted)
  const isWhole = unpriced.every((component) => counted[component] !== undefined)
  if (reported.total !== undefined) counted.total = formatFixed(parseDecimal(reported.total), places)
  else if (known.length > 0 && isWhole) counted.total = formatFixed(sum(known.map(parseDecimal)), places)
  return counted
}

const sum = (parts: Fraction[]) => parts.reduce(add, zero)

const measures = [
  ...(['stt_duration_sec', 'llm_input_tokens', 'llm_cached_input_tokens'] as const),
  ...(['llm_output_tokens', 'tts_characters'] as const),
] as const
type Quantities = Record<(typeof measures)[number], Fraction>

const quantity = (value: string | number | null | undefined) => (value == null ? zero : parseDecimal(value))

const quantitiesOf = (usage: Usage): Quantities =>
  Object.fromEntries(measures.map((name) => [name, quantity(usage[name])])) as Quantities

/** What of a call costs something: only what was used at all; each part by who served it. */
function itemsOf(usage: Usage, providers: Providers, isPhone: boolean): Item[] {
  const { also = [], ...main } = providers
  const left = quantitiesOf(usage)
  const others = also.flatMap((part) => servedItems(part.component, part, takenFrom(left, part)))
  const livekit = quantity(usage.livekit_duration_sec)
  const ofLivekit = (model: string): Item => ({
    ...{ component: 'livekit', provider: 'livekit', model, units: ['second', 'minute'], quantity: livekit },
  })
  return [
    ...(['stt', 'llm', 'tts'] as const).flatMap((component) => servedItems(component, main[component], left)),
    ...others,
    ofLivekit('agent'),
    ...(isPhone ? [ofLivekit('sip')] : []),
  ].filter(({ quantity }) => !isZero(quantity))
}

/** Takes a part from what is left; no more than there is, so that nothing is paid twice. */
function takenFrom(left: Quantities, part: AdditionalUsage): Quantities {
  const taken = quantitiesOf({})
  for (const name of measures) {
    if (!name.startsWith(part.component)) continue
    taken[name] = smallerOf(left[name], quantity(part[name]))
    left[name] = subtractDownToZero(left[name], taken[name])
  }
  return taken
}

/** What one provider served of one component. */
function servedItems(
  component: ProviderComponent,
  served: { provider: string; model?: string } | undefined,
  used: Quantities,
): Item[] {
  const of = (units: Item['units'], amount: Fraction): Item => ({
    ...{ component, provider: served?.provider ?? null, model: served?.model ?? '', units, quantity: amount },
  })
  if (component === 'stt') return [of(['second', 'minute'], used.stt_duration_sec)]
  if (component === 'tts') return [of(['million_characters'], used.tts_characters)]
  const cached = smallerOf(used.llm_input_tokens, used.llm_cached_input_tokens)
  return [
    of(['million_input_tokens'], subtractDownToZero(used.llm_input_tokens, cached)),
    // Without a price of their own cached tokens cost what others do.
    of(['million_cached_input_tokens', 'million_input_tokens'], cached),
    of(['million_output_tokens'], used.llm_output_tokens),
  ]
}

function linesOf(item: Item, prices: readonly UnitPrice[]): (CostLine & { exact: Fraction })[] {
  const { component, provider, model, units, quantity } = item
  const price = priceOf(item, units, prices)
  const measured = formatShortest(quantity, linePlaces)
  if (price === undefined) {
    const unit = units[0]
    const unknown = { unit_price: null, price_id: null, amount: null }
    return [
      {
        component,
        provider,
        model,
        unit,
        quantity: measured,
        billed_quantity: measured,
        ...unknown,
        exact: zero,
      },
    ]
  }
  const minimum = parseDecimal(price.minimum)
  const billed = roundUpToStep(
    isLessThan(quantity, minimum) ? minimum : quantity,
    parseDecimal(price.increment),
  )
  const exact = multiply(divide(billed, unitSize[price.unit]), parseDecimal(price.price))
  return [
    {
      ...{ component, provider, model, unit: price.unit, quantity: measured },
      billed_quantity: formatShortest(billed, linePlaces),
      unit_price: formatShortest(parseDecimal(price.price), linePlaces),
      price_id: price.id,
      amount: formatShortest(exact, linePlaces),
      exact,
    },
  ]
}

/** The company's own for the model, its own for any model, everybody's for the model, everybody's for any. */
function priceOf(
  { component, provider, model }: Item,
  units: readonly PriceUnit[],
  prices: readonly UnitPrice[],
) {
  const fitting = prices.filter(
    (price) =>
      price.component === component &&
      price.provider === provider &&
      (price.model === model || price.model === ''),
  )
  const rank = (price: UnitPrice) => (price.is_own ? 0 : 2) + (price.model === model ? 0 : 1)
  for (const unit of units) {
    const [best] = fitting.filter((price) => price.unit === unit).sort((a, b) => rank(a) - rank(b))
    if (best !== undefined) return best
  }
  return undefined
}
