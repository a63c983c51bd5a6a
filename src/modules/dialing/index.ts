/**
 * The campaign engine: dials contacts, settles their attempts, rescues lost ones, and starts and ends campaigns on
 * time. A lease holds the worker that watches a call, and when its task may be settled.
 */
export { breakerStep } from './breaker.ts'
export { applyCarrierEvents } from './carrier-event-batches.ts'
export { canStillDial } from './claim/pre-dial-check.ts'
export { Dialer } from './dialer.ts'
export { DialingNotifier, dialingChannel } from './dialing-notifier.ts'
export { msUntilClaim, msUntilSettle } from './next-due.ts'
export { rescueStep } from './rescuer.ts'
export { scheduleStep } from './scheduler.ts'
export { settleStep } from './settle/settle.ts'
export { SilentCalls } from './silent-calls.ts'
