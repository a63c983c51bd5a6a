/** Companies (tenants) and their API keys. */
export {
  createKey,
  findCallerByKeyHash,
  findCallerByKeyId,
  findExistingKeyHashes,
  findUsableKeys,
  hasUsableKey,
} from './api-keys.ts'
export { createCompany, findCompaniesNamed, getCompany } from './companies.ts'
