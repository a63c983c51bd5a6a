/** Live events: WebSockets that send a snapshot and then each event in order, and the events of the last week over HTTP. */
export { expandEvents, type LiveEvent } from './expand-events.ts'
export { pruneTickets, redeemTicket } from './tickets.ts'
