/** What calls cost: the price book, the calculator, estimates, and history priced anew when somebody says so. */
export { priceCalls } from './price-calls.ts'
export { deleteCompanyPrices } from './prices.ts'
export { rerateStep } from './rerate.ts'
