/** Leases of attempts in progress: which worker is responsible for a call, and when its task may be settled. */
export { releaseLease } from './leases.ts'
