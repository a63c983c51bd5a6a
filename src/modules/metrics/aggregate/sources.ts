import { type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../../../db/transaction.ts'
import type { Period } from '../../../lib/time/instants.ts'
import {
  bucketSamples,
  contributionColumns,
  currentContributions,
  minMaxColumns as extremes,
  histogramSum,
  histogramColumns as histograms,
  seriesKeys as labels,
  columnList as list,
  sumColumns,
} from '../../rollups/index.ts'
import { type AggregateQuery, arrayLiteral, groupKeysOf, matchesFilter } from './filters.ts'
import { type Ranges, splitIntoRanges } from './ranges.ts'

/** The columns of a part that are added up, widened, and drawn. */
export const sumColumnNames = Object.keys(sumColumns)
export { extremes, histograms }

/** A company's total series tell what no campaign, skillbase or version is asked about. */
const isOfTotals = ({ groupingSets: sets, filter: choice }: AggregateQuery) =>
  !groupKeysOf(sets).some((cut) => cut === 'campaign' || cut === 'skillbase' || cut === 'version') &&
  choice.campaign_id === undefined &&
  choice.campaign_ids === undefined &&
  choice.skillbase_id === undefined &&
  choice.skillbase_version === undefined

/**
 * What the figures of a scope are added up from, as common table expressions: `parts` has labels, the instant `at`, and
 * the columns of metric_rollups; `facts` single calls, with a `sign`, whose marks are drawn apart. Parts are
 *
 * 1. rollups of the days and hours that lie in the span as a whole,
 * 2. facts of the calls at its edges,
 * 3. facts of calls that changed since they were folded (`pending`), taken back, and
 * 4. what those contribute now, read from their rows.
 *
 * So the figures are those of the moment, however far behind the folding is.
 */
export function sourceCtes(tx: Tx, scope: AggregateQuery, pending: string | null): SQL {
  const { period: span, filter: choice } = scope
  const ranges = splitIntoRanges(scope)
  const company = sql`${tx.company_id}::uuid`
  return sql`
    series as materialized (
      select id, is_total, ${list(labels)} from metric_series
      where company_id = ${company} and first_bucket < ${span.end.toISOString()}::timestamptz
        and last_bucket > ${span.start.toISOString()}::timestamptz - interval '1 hour' and ${matchesFilter(choice, 'metric_series')}
    ), whole as materialized (
      select 'hour' as grain, ${periods(ranges.hour)} union all select 'day', ${periods(ranges.day)}
    ), pending as materialized (
      select unnest(${pending ?? '{}'}::uuid[]) as call_id
    ), facts as materialized (
      ${factsOf(tx, scope, ranges)}
    ), parts as (
      select ${list(labels, 's.')}, r.bucket as at, ${list([...sumColumnNames, ...extremes.map(({ column }) => column), ...histograms], 'r.')}
      from whole cross join series s join metric_rollups r on r.company_id = ${company} and r.grain = whole.grain
        and r.series_id = s.id and r.bucket >= whole.since and r.bucket < whole.until
      where s.is_total = ${isOfTotals(scope)}
      union all
      select ${list(labels)}, started_at, ${sql.raw(ofFact)} from facts
    )`
}

const periods = (list: Period[]) => sql`
  unnest(${arrayLiteral(list.map(({ start }) => start))}::timestamptz[]) as since,
  unnest(${arrayLiteral(list.map(({ end }) => end))}::timestamptz[]) as until`

function factsOf(tx: Tx, { period: span, filter: choice }: AggregateQuery, ranges: Ranges): SQL {
  const company = sql`${tx.company_id}::uuid`
  return sql`
      select 1 as sign, ${list(labels, 's.')}, ${list(contributionColumns, 'f.')}
      from (select ${periods(ranges.edge)}) edge cross join series s
      join call_contributions f on f.company_id = ${company} and f.series_id = s.id
        and f.started_at >= edge.since and f.started_at < edge.until
      where not s.is_total and not exists (select from pending where pending.call_id = f.call_id)
      union all
      select -1, ${list(labels, 's.')}, ${list(contributionColumns, 'f.')}
      from pending join call_contributions f on f.company_id = ${company} and f.call_id = pending.call_id
      join series s on s.id = f.series_id
      where exists (select from whole where f.started_at >= whole.since and f.started_at < whole.until)
      union all
      select 1, ${list(labels, 'c.')}, ${list(contributionColumns, 'c.')}
      from (${currentContributions(company, sql`pending`)}) c
      where c.started_at >= ${span.start.toISOString()}::timestamptz
        and c.started_at < ${span.end.toISOString()}::timestamptz and ${matchesFilter(choice, 'c')}`
}

/** A fact as a part; its histograms are drawn from all facts of a group at once. */
const ofFact = [
  ...Object.values(sumColumns).map((addend) => `sign * (${addend})`),
  ...extremes.map(({ source }) => `case when sign > 0 then ${source} end`),
  ...histograms.map(() => '0'),
].join(', ')

/** The marks of facts, beside the relation `f` they are of. */
export const joinBucketSamples = sql.raw(bucketSamples)

/** The histograms of counted marks, a column each. */
export const histogramsOfSamples = sql.raw(
  histograms
    .map(
      (column, i) => `coalesce(${histogramSum('mark', 'n')} filter (where latency = ${i}), 0) as ${column}`,
    )
    .join(', '),
)
