import { type SQL, sql } from 'drizzle-orm'
import { columnList } from '../../../db/query/column-list.ts'
import {
  arrayOf,
  boolean,
  integer,
  nullable,
  text,
  timestamptz,
  uuid,
  uuidArray,
  type ValuesOf,
} from '../../../db/query/parameters.ts'
import type { Period } from '../../../lib/time/instants.ts'
import {
  aggregateColumns,
  contributionAsRollup,
  contributionColumns,
  currentContributions,
  seriesKeys,
} from '../../rollups/index.ts'
import type { AggregateQuery } from './filters.ts'
import { groupKeysOf } from './grouping.ts'
import { splitIntoRanges } from './ranges.ts'

/*
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
 * The result is therefore current even when folding is delayed. Nothing is locked: all statements of a request read one
 * snapshot.
 */

const instants = arrayOf(timestamptz)

export const sourceParams = {
  start: timestamptz,
  end: timestamptz,
  /** Parts of the period, see ranges.ts. Part i is from starts[i] to before ends[i]. */
  day_starts: instants,
  day_ends: instants,
  hour_starts: instants,
  hour_ends: instants,
  edge_starts: instants,
  edge_ends: instants,
  /** The filter; null matches all calls. */
  skillbase_id: nullable(uuid),
  skillbase_version: nullable(integer),
  campaign_id: nullable(uuid),
  campaign_ids: nullable(uuidArray),
  direction: nullable(text),
  outcome: nullable(text),
  /** Whether rollups of total series are read instead of those of detail series. */
  uses_totals: boolean,
  /** The calls that have a change record. */
  changed_call_ids: uuidArray,
}
type SourceSql = Record<keyof typeof sourceParams | 'company_id', SQL>

/** @throws Refusal as `splitIntoRanges` */
export function sourceValues(
  query: AggregateQuery,
  changed_call_ids: readonly string[],
): ValuesOf<typeof sourceParams> {
  const { period, filter } = query
  const { day, hour, edge } = splitIntoRanges(query)
  const starts = (periods: Period[]) => periods.map(({ start }) => start)
  const ends = (periods: Period[]) => periods.map(({ end }) => end)
  return {
    start: period.start,
    end: period.end,
    day_starts: starts(day),
    day_ends: ends(day),
    hour_starts: starts(hour),
    hour_ends: ends(hour),
    edge_starts: starts(edge),
    edge_ends: ends(edge),
    skillbase_id: filter.skillbase_id ?? null,
    skillbase_version: filter.skillbase_version ?? null,
    campaign_id: filter.campaign_id ?? null,
    campaign_ids: filter.campaign_ids ?? null,
    direction: filter.direction ?? null,
    outcome: filter.outcome ?? null,
    uses_totals: canUseTotals(query),
    changed_call_ids,
  }
}

/** Total series (all calls of a direction and outcome) suffice for a query without campaign, skillbase and version. */
const canUseTotals = ({ groupingSets, filter }: AggregateQuery): boolean =>
  !groupKeysOf(groupingSets).some((key) => key === 'campaign' || key === 'skillbase' || key === 'version') &&
  filter.campaign_id === undefined &&
  filter.campaign_ids === undefined &&
  filter.skillbase_id === undefined &&
  filter.skillbase_version === undefined

/**
 * Whether a row of `relation` (calls, or series of calls) matches the filter. A field that is null matches all rows, so
 * that the text is the same for all filters.
 */
function matchesFilter(p: SourceSql, relation: 'metric_series' | 'c'): SQL {
  const column = (name: string) => sql.raw(`${relation}.${name}`)
  const equals = (name: 'skillbase_id' | 'skillbase_version' | 'campaign_id' | 'direction' | 'outcome') =>
    sql`(${p[name]} is null or ${column(name)} = ${p[name]})`
  return sql`${equals('skillbase_id')} and ${equals('skillbase_version')} and ${equals('campaign_id')}
        and (${p.campaign_ids} is null or ${column('campaign_id')} = any(${p.campaign_ids}))
        and ${equals('direction')} and ${equals('outcome')}`
}

/** `matching_series`: the series that match the filter and have calls in the period. Index: metric_series_pkey. */
const matchingSeries = (p: SourceSql) => sql`
    matching_series as materialized (
      select id, is_total, ${columnList(seriesKeys)} from metric_series
      where company_id = ${p.company_id} and first_bucket < ${p.end} and last_bucket > ${p.start} - interval '1 hour'
        and ${matchesFilter(p, 'metric_series')}
    )`

const unnestRanges = (starts: SQL, ends: SQL) => sql`unnest(${starts}) as since, unnest(${ends}) as until`

/** `whole_ranges`: the parts of the period that have rollups, with their grain. */
const wholeRanges = (p: SourceSql) => sql`
    whole_ranges as materialized (
      select 'hour' as grain, ${unnestRanges(p.hour_starts, p.hour_ends)}
      union all
      select 'day', ${unnestRanges(p.day_starts, p.day_ends)}
    ), changed_calls as materialized (
      select unnest(${p.changed_call_ids}) as call_id
    )`

const storedContribution = sql`${columnList(seriesKeys, 's.')}, ${columnList(contributionColumns, 'contribution.')}`

/** Source rows 2, of calls that have not changed since. Index: call_contributions_series_idx. */
const contributionsAtEdges = (p: SourceSql) => sql`
      select 1 as sign, ${storedContribution}
      from (select ${unnestRanges(p.edge_starts, p.edge_ends)}) edge cross join matching_series s
      join call_contributions contribution on contribution.company_id = ${p.company_id} and contribution.series_id = s.id
        and contribution.started_at >= edge.since and contribution.started_at < edge.until
      where not s.is_total and not exists (select from changed_calls where changed_calls.call_id = contribution.call_id)`

/** Source rows 3. Index: call_contributions_pkey. */
const outdatedContributions = (p: SourceSql) => sql`
      select -1, ${storedContribution}
      from changed_calls
      join call_contributions contribution on contribution.company_id = ${p.company_id} and contribution.call_id = changed_calls.call_id
      join matching_series s on s.id = contribution.series_id
      where exists (
        select from whole_ranges where contribution.started_at >= whole_ranges.since and contribution.started_at < whole_ranges.until)`

/** Source rows 4. Reads calls, call_metrics and call_logs by primary key. */
const contributionsOfChangedCalls = (p: SourceSql) => sql`
      select 1, ${columnList(seriesKeys, 'c.')}, ${columnList(contributionColumns, 'c.')}
      from (${currentContributions(p.company_id, sql`changed_calls`)}) c
      where c.started_at >= ${p.start} and c.started_at < ${p.end} and ${matchesFilter(p, 'c')}`

/** `source_rows`: rollups (source rows 1) and contributions. Index: metric_rollups_pkey. */
const sourceRows = (p: SourceSql) => sql`
    source_rows as (
      select ${columnList(seriesKeys, 's.')}, r.bucket as at, ${aggregateColumns('r.')}
      from whole_ranges cross join matching_series s
      join metric_rollups r on r.company_id = ${p.company_id} and r.grain = whole_ranges.grain
        and r.series_id = s.id and r.bucket >= whole_ranges.since and r.bucket < whole_ranges.until
      where s.is_total = ${p.uses_totals}
      union all
      select ${columnList(seriesKeys)}, started_at, ${contributionAsRollup} from contributions
    )`

/** Common table expressions; see the top of this file. The last two are `contributions` and `source_rows`. */
export const sourceCtes = (p: SourceSql): SQL => sql`${matchingSeries(p)},
    ${wholeRanges(p)}, contributions as materialized (
      ${contributionsAtEdges(p)}
      union all
      ${outdatedContributions(p)}
      union all
      ${contributionsOfChangedCalls(p)}
    ), ${sourceRows(p)}`
