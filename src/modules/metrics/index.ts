/** Metrics of many calls: by period, group and time bucket, with costs, and the dashboard. */
export type { Figures } from './aggregate/figures.ts'
export { getMetrics, type Metrics, type MetricsQuery } from './reports/metrics.ts'
export { inSnapshot } from './snapshot.ts'
