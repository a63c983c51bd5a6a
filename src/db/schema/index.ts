/** The data model: Drizzle tables are its one source; `npm run db -- generate` turns a change into SQL. */
export * from './calls.ts'
export * from './campaigns.ts'
export { maxLatencyMs, tenantRole } from './columns.ts'
export * from './companies.ts'
export * from './metrics.ts'
export * from './skillbases.ts'
export * from './states.ts'
