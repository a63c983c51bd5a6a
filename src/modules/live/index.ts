/** Live events: WebSockets that send a snapshot and then each event in order, and a list of the events of 7 days. */
export { eventText, expandEvents, type LiveEvent } from './expand-events.ts'
export { pruneTickets, redeemTicket } from './tickets.ts'
