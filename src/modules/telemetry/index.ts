/** Telemetry of calls: the turns that agents report, and the metrics and outcome of each call. */

export { type CallMetrics, findMetrics } from './call-metrics.ts'
export { classifyOutcome } from './classify-outcome.ts'
export { completeCall, updateCallAndMetrics } from './complete-call.ts'
