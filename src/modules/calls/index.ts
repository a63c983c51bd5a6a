/** Attempts to reach somebody, and inbound calls: their state and what is known of them as a whole. */
export {
  type Call,
  type CallChange,
  type CallEnd,
  type CallFilter,
  callFilters,
  createCall,
  endCall,
  getCall,
  listCalls,
  lockCall,
  recordOutcome,
  storeTurnSummary,
  updateCall,
} from './calls.ts'
export { canTransition, isFinal } from './lifecycle.ts'
