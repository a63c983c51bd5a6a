/** Tenants and the keys they call with. */

export { createKey, findCallerByKeyHash, findCallerByKeyId, findUsableKeys } from './api-keys.ts'
export { getCompany } from './companies.ts'
