import {
  type CostAmounts,
  type CostComponent,
  type CostLine,
  costComponents,
  type PriceUnit,
  type ViaAlias,
} from '../../db/schema/index.ts'
import {
  add,
  divide,
  type Fraction,
  formatFixed,
  formatShortest,
  isLessThan,
  multiply,
  parseDecimal,
  roundUpToStep,
  subtractDownToZero,
  zero,
} from '../../lib/numbers/decimal.ts'
import type { Alias, SelectedPrice, UnitPrice } from '../prices/index.ts'
import { type ServedProviders, type Usage, type UsageItem, usageItems } from './usage-items.ts'

export interface Costs {
  /** USD by component and in total; an amount that is not known is absent. */
  amounts: CostAmounts
  lines: CostLine[]
  /** Components that were used and have no price, so their amounts and the total are not known. */
  unpriced: CostComponent[]
}

const thousandThousand = parseDecimal(1_000_000)

/** Seconds, tokens, characters or calls per unit. */
const unitSize: Record<PriceUnit, Fraction> = {
  second: parseDecimal(1),
  minute: parseDecimal(60),
  million_characters: thousandThousand,
  million_input_tokens: thousandThousand,
  million_cached_input_tokens: thousandThousand,
  million_cache_write_tokens: thousandThousand,
  million_cache_write_1h_tokens: thousandThousand,
  million_audio_input_tokens: thousandThousand,
  million_cached_audio_input_tokens: thousandThousand,
  million_image_input_tokens: thousandThousand,
  million_cached_image_input_tokens: thousandThousand,
  million_output_tokens: thousandThousand,
  million_audio_output_tokens: thousandThousand,
  million_image_output_tokens: thousandThousand,
  call: parseDecimal(1),
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
 * @param aliases the company's aliases of the reported names
 */
export function calculateCosts(
  usage: Usage,
  providers: ServedProviders,
  isPhone: boolean,
  prices: readonly UnitPrice[],
  aliases: readonly Alias[] = [],
): Costs {
  const lines = usageItems(usage, providers, isPhone, { prices, aliases }).map(costLine)
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
 *
 * A total is never below its parts: when a reported total is less than the sum of the components, the calculated ones are
 * left out, and it is at least the sum of the reported ones.
 */
export function applyReportedCosts({ amounts, unpriced }: Costs, reported: CostAmounts): CostAmounts {
  const reportedComponents = componentsOf(reported)
  const effective = { ...componentsOf(amounts), ...reportedComponents }
  if (reported.total === undefined) {
    const knownAmounts = Object.values(effective)
    const isComplete = unpriced.every((component) => effective[component] !== undefined)
    return knownAmounts.length > 0 && isComplete
      ? { ...effective, total: sumAmounts(knownAmounts) }
      : effective
  }
  const total = roundAmount(reported.total)
  if (!isAmountLess(total, sumAmounts(Object.values(effective)))) return { ...effective, total }
  const sumOfReported = sumAmounts(Object.values(reportedComponents))
  return { ...reportedComponents, total: isAmountLess(total, sumOfReported) ? sumOfReported : total }
}

/** The amounts of the components, rounded half up to 6 decimals. */
function componentsOf(amounts: CostAmounts): CostAmounts {
  const components: CostAmounts = {}
  for (const component of costComponents) {
    const amount = amounts[component]
    if (amount !== undefined) components[component] = roundAmount(amount)
  }
  return components
}

const sum = (parts: Fraction[]) => parts.reduce(add, zero)
const sumAmounts = (amounts: string[]) => formatFixed(sum(amounts.map(parseDecimal)), amountDecimals)
const roundAmount = (amount: string) => formatFixed(parseDecimal(amount), amountDecimals)
const isAmountLess = (a: string, b: string) => isLessThan(parseDecimal(a), parseDecimal(b))

/** The cost line of an item. `exact` is its amount without rounding; without a price it is zero, and `amount` is null. */
function costLine({ price: selected, units, ...item }: UsageItem): CostLine & { exact: Fraction } {
  const { component, provider, model, quantity } = item
  const measured = formatShortest(quantity, lineDecimals)
  const used = { component, provider, model, quantity: measured }
  if (selected === undefined) {
    const unknown = { unit_price: null, price_id: null, via_alias: null, amount: null }
    return { ...used, unit: units[0], billed_quantity: measured, ...unknown, exact: zero }
  }
  const { price } = selected
  const billed = billedQuantity(quantity, price)
  const exact = multiply(divide(billed, unitSize[price.unit]), parseDecimal(price.price))
  return {
    ...used,
    unit: price.unit,
    billed_quantity: formatShortest(billed, lineDecimals),
    unit_price: formatShortest(parseDecimal(price.price), lineDecimals),
    price_id: price.id,
    via_alias: viaAlias(provider, model, selected),
    amount: formatShortest(exact, lineDecimals),
    exact,
  }
}

/** The minimum, and then whole increments of the rest, as telephony is billed: 61 s at 60/60 are 120 s, at 30/6 66 s. */
function billedQuantity(quantity: Fraction, price: Pick<UnitPrice, 'minimum' | 'increment'>): Fraction {
  const minimum = parseDecimal(price.minimum)
  return add(minimum, roundUpToStep(subtractDownToZero(quantity, minimum), parseDecimal(price.increment)))
}

/** The names of the price, unless they are those that were reported; compared without case. */
function viaAlias(provider: string | null, model: string, { price, name }: SelectedPrice): ViaAlias | null {
  const isReported = (priced: string, reported: string) =>
    priced.toLowerCase() === reported.trim().toLowerCase()
  const isModel = price.model === '' || isReported(price.model, model)
  if (isReported(price.provider, provider ?? '') && isModel && name.alias_id === undefined) return null
  return { id: name.alias_id ?? null, provider: price.provider, model: price.model }
}
