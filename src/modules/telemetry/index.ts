/** Telemetry of calls: the turns that agents report, and the metrics and outcome of each call. */

export { type CallMetrics, findMetrics, rederiveMetrics } from './call-metrics.ts'
export { classifySilence } from './classification-rules.ts'
export { completeCall } from './complete-call.ts'
export { correctMetrics, findMetricDifferences } from './metric-differences.ts'
