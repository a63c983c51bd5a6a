/** The campaign engine: who is dialed now, what becomes of each attempt, and what a campaign needs meanwhile. */
export { breakerStep } from './breaker.ts'
export { claimAttempts } from './claim.ts'
export { Dialer, type DialerOptions } from './dialer.ts'
export { takeCarrierEvents } from './events.ts'
export { rescueStep } from './rescuer.ts'
export { scheduleStep } from './scheduler.ts'
export { settleStep } from './settle.ts'
export { settleTestsStep } from './settle-tests.ts'
