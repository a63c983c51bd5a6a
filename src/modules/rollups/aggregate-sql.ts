import { bucketSamples, histogramColumns, histogramSum, minMaxColumns, sumColumns } from './contributions.ts'

const sumNames = Object.keys(sumColumns)

/** The columns of metric_rollups besides its key. */
export const aggregateColumns: readonly string[] = [
  ...sumNames,
  ...minMaxColumns.map(({ column }) => column),
  ...histogramColumns,
]

export const hourOf = (timestamp: string) => `date_trunc('hour', ${timestamp}, 'UTC')`
const dayOf = (timestamp: string) => `date_trunc('day', ${timestamp}, 'UTC')`

const lines = (expressions: readonly string[]) => expressions.join(',\n        ')
const nulls = (columns: readonly unknown[]) => columns.map(() => 'null').join(', ')

/** Sums of the deltas, and min and max of the contributions that are added. */
const hourlySums = `
    hourly_sums as (
      select series_id, total_series_id, ${hourOf('started_at')} as bucket,
        ${lines(Object.entries(sumColumns).map(([column, added]) => `sum(sign * (${added})) as ${column}`))},
        ${lines(minMaxColumns.map(({ column, aggregate, source }) => `${aggregate}(${source}) filter (where sign > 0) as ${column}`))}
      from deltas group by 1, 2, 3
    )`

/** Histograms need two steps: the count of each bucket, then one number per latency. */
const hourlyHistograms = `
    bucket_counts as (
      select contribution.series_id, contribution.total_series_id, ${hourOf('contribution.started_at')} as bucket,
        samples.latency, samples.bucket as sample_bucket, sum(contribution.sign) as n
      from deltas contribution ${bucketSamples} group by 1, 2, 3, 4, 5 having sum(contribution.sign) <> 0
    ), hourly_histograms as (
      select series_id, total_series_id, bucket,
        ${lines(histogramColumns.map((column, i) => `${histogramSum('sample_bucket', 'n')} filter (where latency = ${i}) as ${column}`))}
      from bucket_counts group by 1, 2, 3
    )`

/** UNION ALL instead of a join of sums and histograms: the planner cannot estimate how many rows they have. */
const hourlyParts = `
    hourly_parts as (
      select *, ${lines(histogramColumns.map((column) => `null::numeric as ${column}`))} from hourly_sums
      union all
      select series_id, total_series_id, bucket, ${nulls(sumNames)}, ${nulls(minMaxColumns)}, ${histogramColumns.join(', ')}
      from hourly_histograms
    )`

/** Each hour is added to four rollups: hour and day, of its own series and of the total series. */
const aggregates = `
    aggregates as materialized (
      select target.grain, target.series_id, target.bucket,
        ${lines(sumNames.map((column) => `coalesce(sum(${column}), 0) as ${column}`))},
        ${lines(minMaxColumns.map(({ column, aggregate }) => `${aggregate}(${column}) as ${column}`))},
        ${lines(histogramColumns.map((column) => `coalesce(sum(${column}), 0) as ${column}`))}
      from hourly_parts
      cross join lateral (values
        ('hour', hourly_parts.series_id, bucket), ('day', hourly_parts.series_id, ${dayOf('bucket')}),
        ('hour', total_series_id, bucket), ('day', total_series_id, ${dayOf('bucket')})
      ) as target(grain, series_id, bucket)
      group by 1, 2, 3
    )`

/**
 * Aggregates the relation `deltas` (columns of call_contributions, and `sign`: 1 added, -1 removed) into rows of
 * metric_rollups. Common table expressions; the last is `aggregates(grain, series_id, bucket, ...aggregateColumns)`.
 */
export const aggregateSql = [hourlySums, hourlyHistograms, hourlyParts, aggregates].join(',')
