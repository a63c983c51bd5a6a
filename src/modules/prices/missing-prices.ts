import type { PriceUnit, ProviderComponent } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { pricesAt, readPriceBook } from './price-book.ts'
import { priceNames } from './provider-names.ts'
import { rankPrices, selectPrice } from './select-price.ts'
import { type BillingBasis, billingBasisOf } from './units.ts'

/** A model that a skillbase configures for one component. */
export interface ConfiguredModel {
  component: ProviderComponent
  provider: string
  model?: string | undefined
}

/** The units that a model needs, by what its provider bills. */
const neededUnits: Record<BillingBasis, readonly PriceUnit[]> = {
  time: ['second', 'minute'],
  characters: ['million_characters'],
  tokens: ['million_input_tokens', 'million_output_tokens'],
}

/**
 * The models whose usage would be unpriced at an instant: none of their names has a price, or one per token is missing
 * either for input or for output.
 */
export async function findMissingPrices<M extends ConfiguredModel>(
  tx: ReadTx,
  models: readonly M[],
  at: Date,
): Promise<M[]> {
  const named = models.map((item) => {
    const { provider, model } = item
    return { item, names: { provider, ...(model !== undefined && { model }) } }
  })
  const book = await readPriceBook(
    tx,
    named.map(({ names }) => names),
  )
  const prices = pricesAt(book, at)
  const isPriced = ({ item, names }: (typeof named)[number]) => {
    const ranked = rankPrices(item.component, priceNames(names, undefined, book.aliases), prices)
    const [best] = ranked
    if (best === undefined) return false
    const basis = billingBasisOf(best.price.unit)
    const isFound = (unit: PriceUnit) => selectPrice({ units: [unit] }, ranked) !== undefined
    return basis === 'tokens' ? neededUnits.tokens.every(isFound) : neededUnits[basis].some(isFound)
  }
  return named.filter((model) => !isPriced(model)).map(({ item }) => item)
}
