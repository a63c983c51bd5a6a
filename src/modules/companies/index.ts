/** Tenants and the keys they call with. */
export { createKey, findCaller } from './keys.ts'
