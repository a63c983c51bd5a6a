import { type CostComponent, type PriceUnit, priceUnits } from '../../db/schema/index.ts'
import type { PriceName } from './provider-names.ts'

/**
 * USD per unit. The billed quantity is the minimum and then whole increments of the rest (both in seconds, tokens or
 * characters).
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
  /** Whether it is the company's own price, which takes precedence over shared prices. */
  is_own: boolean
}

/** A price that applies to a model, and the name under which it was found. */
export interface SelectedPrice {
  price: UnitPrice
  name: PriceName
}

/** `rank` is lower the more specific the price is. */
export type RankedPrice = SelectedPrice & { rank: number }

/**
 * The prices of a component that apply to a model with these names, most specific first: the company's price for the model,
 * the company's price for any model, the shared price for the model, the shared price for any model; within each the order
 * of the names, then of `priceUnits`. Models are compared without case.
 */
export function rankPrices(
  component: CostComponent,
  names: readonly PriceName[],
  prices: readonly UnitPrice[],
): RankedPrice[] {
  const ranked = prices.flatMap((price) => {
    const ofProvider = names.filter(({ provider }) => provider === price.provider)
    const exact = ofProvider.find(({ model }) => model === price.model.toLowerCase())
    const name = exact ?? (price.model === '' ? ofProvider[0] : undefined)
    if (price.component !== component || name === undefined) return []
    const specificity = (price.is_own ? 0 : 2) + (price.model === '' ? 1 : 0)
    return { price, name, rank: specificity * names.length + names.indexOf(name) }
  })
  return ranked.sort((a, b) => a.rank - b.rank || unitOrder(a.price) - unitOrder(b.price))
}

const unitOrder = ({ unit }: UnitPrice) => priceUnits.indexOf(unit)

/** The units in which a quantity can be priced. */
export interface QuantityUnits {
  /** The unit of its own price first, then those of prices that apply when it has none. */
  units: readonly [PriceUnit, ...PriceUnit[]]
  /** Units of which only a price of the company itself applies, after `units`. */
  ownUnits?: readonly PriceUnit[]
}

/**
 * Selects the price of a quantity: the most specific one, whatever its unit; of equally specific ones the first in the order
 * of the quantity's units. Undefined when there is none.
 */
export function selectPrice(
  { units, ownUnits = [] }: QuantityUnits,
  ranked: readonly RankedPrice[],
): SelectedPrice | undefined {
  const order = [...units, ...ownUnits]
  const applicable = ranked.filter(
    ({ price }) => units.includes(price.unit) || (price.is_own && ownUnits.includes(price.unit)),
  )
  const [selected] = applicable.sort(
    (a, b) => a.rank - b.rank || order.indexOf(a.price.unit) - order.indexOf(b.price.unit),
  )
  return selected
}
