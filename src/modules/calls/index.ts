/** Calls: attempts to reach a contact, test calls and inbound calls, with their status, outcome and collected data. */
export {
  type Call,
  type CallChange,
  type CallFilter,
  callFilters,
  createCall,
  eventSubject,
  getCall,
  listCalls,
  lockCall,
  updateCall,
} from './calls.ts'
export {
  type CallEnd,
  type EndWithoutConversation,
  endCall,
  endCallsWithoutConversation,
  recordOutcome,
  storeTurnSummary,
} from './end-call.ts'
export { canTransition, isFinal } from './lifecycle.ts'
