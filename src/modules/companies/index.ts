/** Tenants and the keys they call with. */
export { createKey, findCaller, findCallerOfKey, goodKeys } from './keys.ts'
