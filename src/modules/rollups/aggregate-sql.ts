import { type SQL, sql } from 'drizzle-orm'
import { bucketSamples } from './contributions.ts'
import {
  histogramList,
  histogramsOfRollups,
  histogramsOfSamples,
  minMaxOfContributions,
  minMaxOfRollups,
  nullHistograms,
  nullMinMax,
  nullSums,
  sumsOfContributions,
  sumsOfRollups,
} from './rollup-columns.ts'

export const hourOf = (timestamp: string): SQL => sql.raw(`date_trunc('hour', ${timestamp}, 'UTC')`)
const dayOf = (timestamp: string): SQL => sql.raw(`date_trunc('day', ${timestamp}, 'UTC')`)

/** Sums of the deltas, and min and max of the contributions that are added. */
const hourlySums = sql`
    hourly_sums as (
      select series_id, total_series_id, ${hourOf('started_at')} as bucket,
        ${sumsOfContributions}, ${minMaxOfContributions}
      from deltas group by 1, 2, 3
    )`

/** Histograms need two steps: the count of each bucket, then one number per latency. */
const hourlyHistograms = sql`
    bucket_counts as (
      select contribution.series_id, contribution.total_series_id, ${hourOf('contribution.started_at')} as bucket,
        samples.latency, samples.bucket as sample_bucket, sum(contribution.sign) as n
      from deltas contribution ${bucketSamples} group by 1, 2, 3, 4, 5 having sum(contribution.sign) <> 0
    ), hourly_histograms as (
      select series_id, total_series_id, bucket, ${histogramsOfSamples} from bucket_counts group by 1, 2, 3
    )`

/** UNION ALL instead of a join of sums and histograms: the planner cannot estimate how many rows they have. */
const hourlyParts = sql`
    hourly_parts as (
      select *, ${nullHistograms} from hourly_sums
      union all
      select series_id, total_series_id, bucket, ${nullSums}, ${nullMinMax}, ${histogramList} from hourly_histograms
    )`

/** Each hour is added to four rollups: hour and day, of its own series and of the total series. */
const aggregates = sql`
    aggregates as materialized (
      select target.grain, target.series_id, target.bucket, ${sumsOfRollups}, ${minMaxOfRollups}, ${histogramsOfRollups}
      from hourly_parts
      cross join lateral (values
        ('hour', hourly_parts.series_id, bucket), ('day', hourly_parts.series_id, ${dayOf('bucket')}),
        ('hour', total_series_id, bucket), ('day', total_series_id, ${dayOf('bucket')})
      ) as target(grain, series_id, bucket)
      group by 1, 2, 3
    )`

/**
 * Aggregates the relation `deltas` (columns of call_contributions, and `sign`: 1 added, -1 removed) into rows of
 * metric_rollups. Common table expressions; the last is `aggregates(grain, series_id, bucket, <aggregateColumns>)`.
 */
export const aggregateSql = sql`${hourlySums},${hourlyHistograms},${hourlyParts},${aggregates}`
