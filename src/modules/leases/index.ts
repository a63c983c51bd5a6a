/** Attempts that are under way: who heard of them last, and when their tasks may be settled. */
export { agentReportGraceMs, releaseLease } from './leases.ts'
