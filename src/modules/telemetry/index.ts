/** What agents report of calls, turn by turn, and the metrics each call's turns add up to. */

export { type CallMetrics, findMetrics, getMetrics } from './call-metrics.ts'
export { type Completion, completeCall, updateCallAndMetrics } from './complete-call.ts'
export { type IngestResult, ingestTurns } from './ingest/ingest-turns.ts'
