/** What happens, told as it happens, in order, to whoever watches. */
export { expandEvents, type LiveEvent } from './expand-events.ts'
export { pruneTickets, redeemTicket } from './tickets.ts'
