/** Telemetry of calls: the turns that agents report, and the metrics and outcome of each call. */

export { type CallMetrics, findMetrics, getMetrics } from './call-metrics.ts'
export { type Completion, completeCall, updateCallAndMetrics } from './complete-call.ts'
