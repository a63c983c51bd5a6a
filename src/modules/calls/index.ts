/** Calls: attempts to reach a contact, test calls and inbound calls, with their status, outcome and collected data. */

export {
  type CallTimes,
  estimatedMarks,
  movedInstants,
  type Progress,
  timesAfterEnd,
  timesAfterProgress,
  withExactEnd,
} from './call-times.ts'
export {
  type Call,
  createCall,
  eventSubject,
  getCall,
  lockCall,
} from './calls.ts'
export {
  type CallEnd,
  type EndWithoutConversation,
  endCall,
  endCallsWithoutConversation,
  type LateReport,
  recordLateReports,
  recordOutcome,
  storeTurnSummary,
} from './end-call.ts'
export { canTransition, isFinal } from './lifecycle.ts'
export { type CallFilter, callFilters, listCalls } from './list-calls.ts'
export { isOutcomeReported, outcomeAfter, setOutcome } from './outcome.ts'
export { findReportWarnings } from './report-warnings.ts'
