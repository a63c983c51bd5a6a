import type { Latency } from '../../../db/schema/index.ts'
import type { ReadTx } from '../../../db/transaction.ts'
import { histogramBuckets, relativeError } from '../../../lib/numbers/histogram.ts'
import { aggregateRows } from '../aggregate/aggregate.ts'
import { histogramOf } from '../aggregate/figures.ts'
import {
  type MetricsFilter,
  type PeriodQuery,
  resolvePeriod,
  type ZonedPeriod,
} from '../aggregate/filters.ts'

export interface HistogramQuery extends PeriodQuery, MetricsFilter {
  /** Default: e2e_latency. */
  latency?: Latency | undefined
  /** How many neighbouring buckets become one. Default: 1. */
  merge?: number | undefined
}

/** Turns by latency. Only buckets that have values are listed. */
export interface LatencyHistogram extends ZonedPeriod {
  latency: Latency
  /** The sum of the counts. */
  n: number
  relative_error: number
  /** The number of turns with a latency in (lower_ms, upper_ms], ascending. */
  buckets: { lower_ms: number; upper_ms: number; count: number }[]
}

/** The most buckets that can be merged into one: from its lower to its upper bound a latency grows 55-fold. */
export const maxMergedBuckets = 200

/** The histogram of a latency over the turns of the calls in a period. @throws Refusal as `resolvePeriod` */
export async function getLatencyHistogram(
  tx: ReadTx,
  query: HistogramQuery,
  now: Date,
): Promise<LatencyHistogram> {
  const { latency = 'e2e_latency', merge = 1 } = query
  const period = resolvePeriod(query, now)
  const [row] = await aggregateRows(tx, { period, filter: query, groupingSets: [[]] })
  const histogram = row === undefined ? { digits: '0', n: 0 } : histogramOf(row, latency)
  const buckets = histogramBuckets(histogram, merge).map(({ lower, upper, count }) => ({
    lower_ms: shortened(lower),
    upper_ms: shortened(upper),
    count,
  }))
  return { ...period, latency, n: histogram.n, relative_error: relativeError, buckets }
}

/** A bound without the digits that floating-point arithmetic adds. */
const shortened = (bound: number) => Number(bound.toPrecision(9))
