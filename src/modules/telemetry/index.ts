/** What agents report of calls, turn by turn, and the metrics each call's turns add up to. */
export { type Completion, completeCall, correctCall } from './complete.ts'
export { ingestTurns, type Taken } from './ingest.ts'
export { type CallMetrics, findMetrics, getMetrics } from './metrics.ts'
