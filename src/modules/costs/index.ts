/** Costs of calls: the price book, the calculation, estimates, and rerates of past calls. */
export { priceCalls } from './price-calls.ts'
export { deleteCompanyPrices } from './prices.ts'
export { rerateStep } from './rerate.ts'
