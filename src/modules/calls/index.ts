/** Calls: attempts to reach a contact, test calls and inbound calls, with their status, outcome and collected data. */

export { type CallTimes, type Progress, timesAfterEnd, timesAfterProgress } from './call-times.ts'
export {
  type Call,
  type CallFilter,
  callFilters,
  createCall,
  eventSubject,
  getCall,
  listCalls,
  lockCall,
} from './calls.ts'
export {
  type CallEnd,
  type EndWithoutConversation,
  endCall,
  endCallsWithoutConversation,
  recordLateAnswers,
  recordOutcome,
  storeTurnSummary,
} from './end-call.ts'
export { canTransition, isFinal } from './lifecycle.ts'
export { isOutcomeReported, setOutcome } from './outcome.ts'
