/** What many calls add up to: figures by period, group and bucket, costs, and the first screen. */
export type { Figures } from './aggregate/figure-types.ts'
export { getMetrics, type Metrics, type MetricsQuery } from './reports/metrics.ts'
export { readSnapshot } from './snapshot.ts'
