/** Leases of attempts in progress: which worker looks after a call, and when its task may be settled. */
export { agentReportGraceMs, releaseLease } from './leases.ts'
