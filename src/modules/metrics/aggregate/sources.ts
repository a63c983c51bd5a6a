import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../../db/transaction.ts'
import type { Period } from '../../../lib/time/instants.ts'
import {
  bucketSamples,
  columnList,
  contributionColumns,
  currentContributions,
  histogramColumns,
  histogramSum,
  minMaxColumns,
  seriesKeys,
  sumColumns,
} from '../../rollups/index.ts'
import { type AggregateQuery, arrayLiteral, groupKeysOf, matchesFilter } from './filters.ts'
import { type Ranges, splitIntoRanges } from './ranges.ts'

export const sumNames = Object.keys(sumColumns)
export const minMaxNames = minMaxColumns.map(({ column }) => column)

/** Total series (all calls of a direction and outcome) suffice for a query without campaign, skillbase and version. */
const canUseTotals = ({ groupingSets, filter }: AggregateQuery) =>
  !groupKeysOf(groupingSets).some((key) => key === 'campaign' || key === 'skillbase' || key === 'version') &&
  filter.campaign_id === undefined &&
  filter.campaign_ids === undefined &&
  filter.skillbase_id === undefined &&
  filter.skillbase_version === undefined

/**
 * The rows that an aggregate is computed from, as common table expressions:
 *
 * - `source_rows`: series keys, the instant `at`, and the columns of metric_rollups;
 * - `contributions`: contributions of single calls with a `sign`, 1 to add and -1 to subtract. They are in `source_rows`
 *   too, but without histograms, which the caller builds from their samples.
 *
 * Source rows are
 *
 * 1. rollups of the days and hours that lie wholly in the period,
 * 2. stored contributions (call_contributions) of calls in the partial hours at the period's edges,
 * 3. stored contributions of calls that changed after they were folded, subtracted from the rollups, and
 * 4. current contributions of these changed calls, read from calls, call_metrics and call_logs.
 *
 * The result is therefore current even when folding is delayed. `changedCallIds` is an array literal of the calls with a
 * change record; null when there are none.
 */
export function sourceCtes(tx: Tx, query: AggregateQuery, changedCallIds: string | null): SQL {
  const { period, filter } = query
  const ranges = splitIntoRanges(query)
  const company = sql`${tx.company_id}::uuid`
  return sql`
    matching_series as materialized (
      select id, is_total, ${columnList(seriesKeys)} from metric_series
      where company_id = ${company} and first_bucket < ${period.end.toISOString()}::timestamptz
        and last_bucket > ${period.start.toISOString()}::timestamptz - interval '1 hour'
        and ${matchesFilter(filter, 'metric_series')}
    ), whole_ranges as materialized (
      select 'hour' as grain, ${unnestPeriods(ranges.hour)} union all select 'day', ${unnestPeriods(ranges.day)}
    ), changed_calls as materialized (
      select unnest(${changedCallIds ?? '{}'}::uuid[]) as call_id
    ), contributions as materialized (
      ${contributionsOf(tx, query, ranges)}
    ), source_rows as (
      select ${columnList(seriesKeys, 's.')}, r.bucket as at,
        ${columnList([...sumNames, ...minMaxNames, ...histogramColumns], 'r.')}
      from whole_ranges cross join matching_series s
      join metric_rollups r on r.company_id = ${company} and r.grain = whole_ranges.grain
        and r.series_id = s.id and r.bucket >= whole_ranges.since and r.bucket < whole_ranges.until
      where s.is_total = ${canUseTotals(query)}
      union all
      select ${columnList(seriesKeys)}, started_at, ${sql.raw(contributionAsSourceRow)} from contributions
    )`
}

const unnestPeriods = (periods: Period[]) => sql`
  unnest(${arrayLiteral(periods.map(({ start }) => start))}::timestamptz[]) as since,
  unnest(${arrayLiteral(periods.map(({ end }) => end))}::timestamptz[]) as until`

/** Source rows 2, 3 and 4 of `sourceCtes`, in this order. */
function contributionsOf(tx: Tx, { period, filter }: AggregateQuery, ranges: Ranges): SQL {
  const company = sql`${tx.company_id}::uuid`
  return sql`
      select 1 as sign, ${columnList(seriesKeys, 's.')}, ${columnList(contributionColumns, 'contribution.')}
      from (select ${unnestPeriods(ranges.edge)}) edge cross join matching_series s
      join call_contributions contribution on contribution.company_id = ${company} and contribution.series_id = s.id
        and contribution.started_at >= edge.since and contribution.started_at < edge.until
      where not s.is_total and not exists (select from changed_calls where changed_calls.call_id = contribution.call_id)
      union all
      select -1, ${columnList(seriesKeys, 's.')}, ${columnList(contributionColumns, 'contribution.')}
      from changed_calls join call_contributions contribution on contribution.company_id = ${company} and contribution.call_id = changed_calls.call_id
      join matching_series s on s.id = contribution.series_id
      where exists (
        select from whole_ranges where contribution.started_at >= whole_ranges.since and contribution.started_at < whole_ranges.until)
      union all
      select 1, ${columnList(seriesKeys, 'c.')}, ${columnList(contributionColumns, 'c.')}
      from (${currentContributions(company, sql`changed_calls`)}) c
      where c.started_at >= ${period.start.toISOString()}::timestamptz
        and c.started_at < ${period.end.toISOString()}::timestamptz and ${matchesFilter(filter, 'c')}`
}

/**
 * The select list that turns a contribution into a source row. A subtracted min or max has no effect, because the
 * contribution does not contain the value that replaces it. Histograms are 0 here, see `sourceCtes`.
 */
const contributionAsSourceRow = [
  ...Object.values(sumColumns).map((added) => `sign * (${added})`),
  ...minMaxColumns.map(({ source }) => `case when sign > 0 then ${source} end`),
  ...histogramColumns.map(() => '0'),
].join(', ')

/** Joins the latency samples of each row of `contribution` as `samples(latency, bucket)`. */
export const joinBucketSamples = sql.raw(bucketSamples)

/** A select list with one histogram per latency, from rows (latency, sample_bucket, n). */
export const histogramsOfSamples = sql.raw(
  histogramColumns
    .map(
      (column, i) =>
        `coalesce(${histogramSum('sample_bucket', 'n')} filter (where latency = ${i}), 0) as ${column}`,
    )
    .join(', '),
)
