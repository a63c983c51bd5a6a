/** The price book: prices of companies and of the platform, aliases of provider and model names, and the choice of a price. */
export { findMissingPrices } from './missing-prices.ts'
export { type PriceBook, pricesAt, readPriceBook } from './price-book.ts'
export { deleteCompanyPrices } from './prices.ts'
export { type Alias, type ModelName, type PriceName, priceNames } from './provider-names.ts'
export {
  type QuantityUnits,
  type RankedPrice,
  rankPrices,
  type SelectedPrice,
  selectPrice,
  type UnitPrice,
} from './select-price.ts'
export { type BillingBasis, billingBasisOf } from './units.ts'
