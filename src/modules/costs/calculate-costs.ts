import {
  type AdditionalUsage,
  type CostAmounts,
  type CostComponent,
  type CostLine,
  costComponents,
  type PriceUnit,
  type ProviderComponent,
  turnUsageNames,
  type UsageName,
} from '../../db/schema/index.ts'
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
import { recordOf } from '../../lib/record-of.ts'
import { type ModelName, priceNames } from './provider-names.ts'

/**
 * The usage of a call: seconds, tokens and characters. null means not measured. Cached tokens are part of the input tokens.
 */
export type Usage = { [Name in UsageName]?: string | number | null | undefined }

/**
 * USD per unit. The billed quantity is at least `minimum`, and is rounded up to a multiple of `increment` (both in seconds,
 * tokens or characters).
 */
export interface UnitPrice {
  id: string
  component: CostComponent
  provider: string
  /** Empty: the price of every model of the provider that has no price of its own. */
  model: string
  unit: PriceUnit
  price: string
  minimum: string
  increment: string
  /** Whether it is the company's own price, which replaces a shared price. */
  is_own: boolean
}

export interface Costs {
  /** USD by component and in total; an amount that is not known is absent. */
  amounts: CostAmounts
  lines: CostLine[]
  /** Components that were used and have no price, so their amounts and the total are not known. */
  unpriced: CostComponent[]
}

/** Seconds, tokens, characters or calls per unit. */
const unitSize: Record<PriceUnit, Fraction> = {
  second: parseDecimal(1),
  minute: parseDecimal(60),
  million_characters: parseDecimal(1_000_000),
  million_input_tokens: parseDecimal(1_000_000),
  million_cached_input_tokens: parseDecimal(1_000_000),
  million_output_tokens: parseDecimal(1_000_000),
  call: parseDecimal(1),
}

interface Served {
  provider: string
  model?: string
  /** The names of the skillbase, for a provider of no known shape. */
  configured?: ModelName
}

/** The providers of a call, under the names that were reported. */
export type ServedProviders = Partial<Record<ProviderComponent, Served>> & {
  also?: (AdditionalUsage & Served)[]
}

/** A quantity of one component, and the units in which it may be priced: the first unit that has a price is used. */
interface UsageItem {
  component: CostComponent
  provider: string | null
  model: string
  /** The names of its price, most specific first. */
  names: readonly ModelName[]
  units: readonly [PriceUnit, ...PriceUnit[]]
  quantity: Fraction
}

const amountDecimals = 6
const lineDecimals = 12

/**
 * Calculates the costs of a call. Each line is the billed quantity times the unit price; a component is the sum of its
 * lines, rounded half up to 6 decimals; the total is the sum of the rounded components. A component that was used and has
 * no price is not free: its amount and the total are then not known.
 *
 * @param isPhone whether the call used the telephone network, which LiveKit charges for
 * @param prices the prices that apply at the start of the call
 */
export function calculateCosts(
  usage: Usage,
  providers: ServedProviders,
  isPhone: boolean,
  prices: readonly UnitPrice[],
): Costs {
  const lines = usageItems(usage, providers, isPhone).map((item) => costLine(item, prices))
  const amounts: CostAmounts = {}
  const unpriced: CostComponent[] = []
  for (const component of costComponents) {
    const componentLines = lines.filter((line) => line.component === component)
    if (componentLines.length === 0) continue
    if (componentLines.some(({ amount }) => amount === null)) unpriced.push(component)
    else amounts[component] = formatFixed(sum(componentLines.map(({ exact }) => exact)), amountDecimals)
  }
  const knownAmounts = costComponents.flatMap((component) => amounts[component] ?? [])
  if (unpriced.length === 0 && knownAmounts.length > 0) amounts.total = sumAmounts(knownAmounts)
  return { amounts, lines: lines.map(({ exact: _exact, ...line }) => line), unpriced }
}

/**
 * Replaces calculated amounts by those that the providers reported. Without a reported total, the total is the sum of the
 * components; it is not known when a component was used and has neither a reported amount nor a price.
 */
export function applyReportedCosts({ amounts, unpriced }: Costs, reported: CostAmounts): CostAmounts {
  const effective: CostAmounts = {}
  for (const component of costComponents) {
    const amount = reported[component] ?? amounts[component]
    if (amount !== undefined) effective[component] = formatFixed(parseDecimal(amount), amountDecimals)
  }
  const knownAmounts = Object.values(effective)
  const isComplete = unpriced.every((component) => effective[component] !== undefined)
  if (reported.total !== undefined) {
    effective.total = formatFixed(parseDecimal(reported.total), amountDecimals)
  } else if (knownAmounts.length > 0 && isComplete) {
    effective.total = sumAmounts(knownAmounts)
  }
  return effective
}

const sum = (parts: Fraction[]) => parts.reduce(add, zero)
const sumAmounts = (amounts: string[]) => formatFixed(sum(amounts.map(parseDecimal)), amountDecimals)

type Quantities = Record<(typeof turnUsageNames)[number], Fraction>

const quantityOf = (value: string | number | null | undefined) => (value == null ? zero : parseDecimal(value))

const quantitiesOf = (usage: Usage): Quantities => recordOf(turnUsageNames, (name) => quantityOf(usage[name]))

/** The billable quantities of a call, each with the provider that served it. Zero quantities are left out. */
function usageItems(usage: Usage, providers: ServedProviders, isPhone: boolean): UsageItem[] {
  const { also = [], ...mainProviders } = providers
  const remaining = quantitiesOf(usage)
  const additionalItems = also.flatMap((part) =>
    componentItems(part.component, part, subtractPart(remaining, part)),
  )
  const livekitSec = quantityOf(usage.livekit_duration_sec)
  const livekitItem = (model: string): UsageItem => ({
    component: 'livekit',
    provider: 'livekit',
    model,
    names: [{ provider: 'livekit', model }],
    units: ['second', 'minute'],
    quantity: livekitSec,
  })
  return [
    ...(['stt', 'llm', 'tts'] as const).flatMap((component) =>
      componentItems(component, mainProviders[component], remaining),
    ),
    ...additionalItems,
    livekitItem('agent'),
    ...(isPhone ? [livekitItem('sip')] : []),
  ].filter(({ quantity }) => !isZero(quantity))
}

/**
 * Subtracts a part that another provider served from `remaining`, which is changed. Returns the quantities subtracted: at
 * most those that remained, so that no usage is billed twice.
 */
function subtractPart(remaining: Quantities, part: AdditionalUsage): Quantities {
  const subtracted = quantitiesOf({})
  for (const name of turnUsageNames) {
    if (!name.startsWith(part.component)) continue
    subtracted[name] = smallerOf(remaining[name], quantityOf(part[name]))
    remaining[name] = subtractDownToZero(remaining[name], subtracted[name])
  }
  return subtracted
}

/** The usage items of one component that were served by one provider. */
function componentItems(
  component: ProviderComponent,
  served: Served | undefined,
  used: Quantities,
): UsageItem[] {
  const provider = served?.provider ?? null
  const model = served?.model ?? ''
  const names = served === undefined ? [] : priceNames(served, served.configured)
  const item = (units: UsageItem['units'], quantity: Fraction): UsageItem => ({
    component,
    provider,
    model,
    names,
    units,
    quantity,
  })
  if (component === 'stt') return [item(['second', 'minute'], used.stt_duration_sec)]
  if (component === 'tts') return [item(['million_characters'], used.tts_characters)]
  const cached = smallerOf(used.llm_input_tokens, used.llm_cached_input_tokens)
  return [
    item(['million_input_tokens'], subtractDownToZero(used.llm_input_tokens, cached)),
    // Cached tokens without a separate price cost as much as other input tokens.
    item(['million_cached_input_tokens', 'million_input_tokens'], cached),
    item(['million_output_tokens'], used.llm_output_tokens),
  ]
}

/** The cost line of an item. `exact` is its amount without rounding; without a price it is zero, and `amount` is null. */
function costLine(item: UsageItem, prices: readonly UnitPrice[]): CostLine & { exact: Fraction } {
  const { component, provider, model, units, quantity } = item
  const price = selectPrice(item, units, prices)
  const measured = formatShortest(quantity, lineDecimals)
  if (price === undefined) {
    return {
      component,
      provider,
      model,
      unit: units[0],
      quantity: measured,
      billed_quantity: measured,
      unit_price: null,
      price_id: null,
      amount: null,
      exact: zero,
    }
  }
  const minimum = parseDecimal(price.minimum)
  const atLeastMinimum = isLessThan(quantity, minimum) ? minimum : quantity
  const billed = roundUpToStep(atLeastMinimum, parseDecimal(price.increment))
  const exact = multiply(divide(billed, unitSize[price.unit]), parseDecimal(price.price))
  return {
    component,
    provider,
    model,
    unit: price.unit,
    quantity: measured,
    billed_quantity: formatShortest(billed, lineDecimals),
    unit_price: formatShortest(parseDecimal(price.price), lineDecimals),
    price_id: price.id,
    amount: formatShortest(exact, lineDecimals),
    exact,
  }
}

/**
 * Selects the price of an item, for the first unit that has one. Order of precedence: the company's price for the model, the
 * company's price for any model, the shared price for the model, the shared price for any model; within each the order of
 * the item's names. Models are compared without case.
 */
function selectPrice(
  { component, names }: UsageItem,
  units: readonly PriceUnit[],
  prices: readonly UnitPrice[],
): UnitPrice | undefined {
  const rank = (price: UnitPrice) => {
    const ofProvider = names.filter(({ provider }) => provider === price.provider)
    const exact = ofProvider.find(({ model }) => model === price.model.toLowerCase())
    const name = exact ?? (price.model === '' ? ofProvider[0] : undefined)
    if (name === undefined) return undefined
    const isModelPrice = price.model !== ''
    return ((price.is_own ? 0 : 2) + (isModelPrice ? 0 : 1)) * names.length + names.indexOf(name)
  }
  const candidates = prices.flatMap((price) => {
    const order = price.component === component ? rank(price) : undefined
    return order === undefined ? [] : { price, order }
  })
  for (const unit of units) {
    const ofUnit = candidates.filter(({ price }) => price.unit === unit)
    const [best] = ofUnit.sort((a, b) => a.order - b.order)
    if (best !== undefined) return best.price
  }
  return undefined
}
