/** Being told of events by requests: signed, in order, at least once, for a day. */
export { Deliverer } from './deliverer.ts'
export { forgetDeliveries, wakeWaiting } from './deliveries.ts'
export { fanOutStep } from './fan-out.ts'
export { makeSender, type Sender } from './send.ts'
