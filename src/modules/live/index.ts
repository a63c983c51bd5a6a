/** What happens, told as it happens, in order, to whoever watches. */
export { expand, type LiveEvent } from './expand.ts'
export { forgetTickets, redeemTicket } from './tickets.ts'
