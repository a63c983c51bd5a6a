import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { perColumn } from '../../../db/query/column-list.ts'
import { defineCompanyQuery, type RowOf } from '../../../db/query/define-query.ts'
import { directions, outcomes } from '../../../db/schema/index.ts'
import { recordOf } from '../../../lib/record-of.ts'
import { Nullable } from '../../../lib/schema/typebox.ts'
import {
  bucketSamples,
  costColumns,
  histogramColumns,
  histogramsOfRollups,
  histogramsOfSamples,
  minMaxNames,
  minMaxOfRollups,
  nullMinMax,
  nullSums,
  sumNames,
  sumsOfRollups,
} from '../../rollups/index.ts'
import type { GroupKey } from './filters.ts'
import {
  type GroupingSql,
  groupColumns,
  groupingParams,
  groupKeysOf,
  groupName,
  groupRow,
  joinClock,
} from './grouping.ts'
import { sourceCtes, sourceParams } from './sources.ts'

/** The calls that have a change record, so that their rollups are not current. Index: dirty_calls_pkey. */
export const findChangedCalls = defineCompanyQuery({
  name: 'metrics.find_changed_calls',
  params: {},
  row: { call_ids: Nullable(Type.Array(Type.String())) },
  sql: (p) => sql`
    select array_agg(distinct call_id) as call_ids from dirty_calls where company_id = ${p.company_id}`,
})

const outcomeColumns = outcomes.map((outcome) => `outcome_${outcome}` as const)
const directionColumns = directions.map((direction) => `direction_${direction}` as const)
/** Successes are counted among the answered calls, which are the base of their rate. */
const successes = 'answered_successes'
const breakdownColumns = [...outcomeColumns, ...directionColumns, successes] as const

const callsOf = <V extends string>(column: string, values: readonly V[]) =>
  perColumn(values, (value) => `sum(calls) filter (where ${column} = '${value}') as ${column}_${value}`)
const breakdown = sql`${callsOf('outcome', outcomes)}, ${callsOf('direction', directions)},
        sum(answered) filter (where outcome = 'success') as ${sql.raw(successes)}`
const nullBreakdown = perColumn(breakdownColumns, (column) => `null as ${column}`)
const sumsOfBreakdown = perColumn(breakdownColumns, (column) => `coalesce(sum(${column}), 0) as ${column}`)

/** Histograms are digits (lib/numbers/histogram.ts), amounts of money exact decimals. */
const figureRow = {
  /** GROUPING() of all keys: a bit per key, the first key highest; 1 when the row's grouping set does not contain it. */
  level: Type.Integer(),
  ...recordOf(sumNames, () => Type.Number()),
  ...recordOf(costColumns, () => Type.String()),
  ...recordOf(minMaxNames, () => Nullable(Type.Number())),
  ...recordOf(histogramColumns, () => Type.String()),
  ...recordOf(breakdownColumns, () => Type.Number()),
  /** The total of the priced calls and the known components of the unpriced ones. */
  cost_known: Type.String(),
  cost_per_call: Nullable(Type.String()),
  cost_per_minute: Nullable(Type.String()),
  /** The number of stored contributions that were subtracted. */
  removed_contributions: Type.Integer(),
}

/** `keyed_rows`: source rows with their group keys. */
const keyedRows = (keys: GroupKey[], p: GroupingSql) => sql`
    keyed_rows as (
      select ${groupColumns(keys, p)} source.* from source_rows source ${joinClock(keys, p)}
    )`

/** `sample_counts`: latency samples of single contributions, counted per group and histogram bucket. */
const sampleCounts = (keys: GroupKey[], names: SQL, p: GroupingSql) => sql`
    sample_counts as (
      select ${names} samples.latency, samples.bucket as sample_bucket, sum(contribution.sign) as n
      from (
        select ${groupColumns(keys, p)} source.* from (select *, started_at as at from contributions) source
        ${joinClock(keys, p)}
      ) contribution ${bucketSamples}
      group by ${names} samples.latency, samples.bucket
    )`

/** `grouped`: for each group, a row of sums and, if contributions were read, a row of their histograms. */
const grouped = (level: SQL, names: SQL, sets: SQL) => sql`
    grouped as (
      select ${level} as level, ${names} ${sumsOfRollups}, ${minMaxOfRollups}, ${histogramsOfRollups}, ${breakdown}
      from keyed_rows group by grouping sets (${sets})
      union all
      select ${level}, ${names} ${nullSums}, ${nullMinMax}, ${histogramsOfSamples}, ${nullBreakdown}
      from sample_counts group by grouping sets (${sets})
    )`

const defineAggregateQuery = (name: string, groupingSets: GroupKey[][]) => {
  const keys = groupKeysOf(groupingSets)
  const keyNames = keys.map(groupName)
  const sets = groupingSets.map((set) => sql`(${sql.join(set.map(groupName), sql`, `)})`)
  // Each name ends with a comma, so that other columns can follow.
  const names = sql.join(keyNames.map((key) => sql`${key}, `))
  const level = keys.length === 0 ? sql`0` : sql`grouping(${sql.join(keyNames, sql`, `)})`
  return defineCompanyQuery({
    name: `metrics.aggregate_${name}`,
    params: { ...sourceParams, ...groupingParams },
    row: { ...figureRow, ...(groupRow(keys) as Record<never, never>) },
    sql: (p) => sql`
    with ${sourceCtes(p)},
    ${keyedRows(keys, p)},
    ${sampleCounts(keys, names, p)},
    ${grouped(level, names, sql.join(sets, sql`, `))}
    select level, ${names} ${sumsOfRollups}, ${minMaxOfRollups}, ${histogramsOfRollups}, ${sumsOfBreakdown},
      sum(cost_total) + sum(unpriced_cost) as cost_known,
      round(sum(cost_total) / nullif(sum(cost_total_n), 0), 6) as cost_per_call,
      round(sum(timed_cost) * 60 / nullif(sum(timed_cost_sec), 0), 6) as cost_per_minute,
      (select (count(*) filter (where sign < 0))::int from contributions) as removed_contributions
    from grouped group by ${names} level having sum(calls + not_dialed) > 0`,
  })
}

type AggregateStatement = ReturnType<typeof defineAggregateQuery>

/** A row of an aggregate, with a column `by_<key>` for each key of its grouping sets. */
export type AggregateRow = RowOf<AggregateStatement> & {
  [K in GroupKey as `by_${K}`]?: string | number | null
}

const statements = new Map<string, AggregateStatement>()

/**
 * The statement that aggregates by these grouping sets. Its text depends on nothing else. It is defined when it is first
 * used, because there are about 35: one for each pair of dimensions, and those of the reports.
 */
export function aggregateStatement(groupingSets: GroupKey[][]): AggregateStatement {
  const ordered = groupingSets.map((set) => groupKeysOf([set]))
  const name = ordered.map((set) => (set.length === 0 ? 'all' : set.join('_'))).join('_and_')
  const statement = statements.get(name) ?? defineAggregateQuery(name, ordered)
  statements.set(name, statement)
  return statement
}
