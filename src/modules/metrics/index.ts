/** What many calls add up to: figures by period, group and bucket, costs, and the first screen. */
export type { Figures } from './figures.ts'
export { getMetrics, type Metrics, type MetricsQuery } from './metrics.ts'
export { analyze } from './reading.ts'
