/** Tenants and the keys they call with. */
export { findCaller } from './keys.ts'
