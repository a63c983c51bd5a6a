/** Being told of events by requests: signed, in order, at least once, for a day. */

export { pruneDeliveries, releaseBlockedDeliveries } from './deliveries.ts'
export { Deliverer } from './delivery/deliverer.ts'
export { fanOutStep } from './delivery/fan-out.ts'
export { createSender, type Sender } from './delivery/sender.ts'
