/** Metrics of many calls: by period, group and time bucket, with costs, and the dashboard. */
export { getMetrics, type Metrics } from './reports/metrics.ts'
export { inSnapshot } from './snapshot.ts'
