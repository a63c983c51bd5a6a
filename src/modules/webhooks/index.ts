/** Webhooks: events sent to URLs of a company as signed requests, in order, at least once, with retries for 24 h. */
export { pruneDeliveries } from './deliveries.ts'
export { Deliverer } from './delivery/deliverer.ts'
export { fanOutStep } from './delivery/fan-out.ts'
export { BlockedDeliveryReleaser } from './delivery/release-blocked.ts'
export { createSender, type Sender } from './delivery/sender.ts'
