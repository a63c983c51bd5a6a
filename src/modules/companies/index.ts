/** Companies (tenants) and their API keys. */
export { createKey, findCallerByKeyHash, findCallerByKeyId, findUsableKeys } from './api-keys.ts'
export { getCompany } from './companies.ts'
