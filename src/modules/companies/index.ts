/** Tenants and the keys they call with. */
export { getCompany } from './companies.ts'
export { createKey, findCaller, findCallerOfKey, goodKeys } from './keys.ts'
