/** Costs of calls: the calculation, estimates, and rerates of past calls. */
export { priceCalls } from './price-calls.ts'
export { rerateStep } from './rerate.ts'
