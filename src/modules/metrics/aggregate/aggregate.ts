import { type SQL, sql } from 'drizzle-orm'
import { directions, outcomes } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { histogramColumns, minMaxColumns } from '../../rollups/index.ts'
import { type AggregateRow, figuresFromRow, type GroupFigures } from './figures.ts'
import { type AggregateQuery, type GroupKey, groupColumnOf, groupColumns, groupKeysOf } from './filters.ts'
import { histogramsOfSamples, joinBucketSamples, minMaxNames, sourceCtes, sumNames } from './sources.ts'

/**
 * Figures of the calls of a period, for each group of each grouping set that has a call, in no particular order. Reads
 * rollups, and calls that changed after they were folded. All statements must see one snapshot (`inSnapshot`).
 */
export async function aggregateCalls(tx: Tx, query: AggregateQuery): Promise<GroupFigures[]> {
  const [changes] = await tx.execute<{ ids: string | null }>(sql`
    select array_agg(distinct call_id)::text as ids from dirty_calls where company_id = ${tx.company_id}::uuid`)
  const keys = groupKeysOf(query.groupingSets)
  const rows = await tx.execute<AggregateRow>(aggregateStatement(tx, query, keys, changes?.ids ?? null))
  return rows.map((row) => groupOf(row, query.groupingSets, keys))
}

/** A select list: `expression(column) as column` for each column. */
const selectEach = (columns: readonly string[], expression: (column: string) => string) =>
  sql.raw(columns.map((column) => `${expression(column)} as ${column}`).join(',\n      '))

const aggregateOf = new Map(minMaxColumns.map(({ column, aggregate }) => [column, aggregate]))
const sumOf = (column: string) => `sum(${column})`
const minOrMaxOf = (column: string) => `${aggregateOf.get(column)}(${column})`

/** Calls by outcome and by direction, one column per value. */
const callsByValue = (column: string, values: readonly string[]) =>
  values.map((value) => `sum(calls) filter (where ${column} = '${value}') as ${column}_${value}`)
const breakdown = sql.raw(
  [...callsByValue('outcome', outcomes), ...callsByValue('direction', directions)].join(', '),
)
const breakdownNames = [
  ...outcomes.map((outcome) => `outcome_${outcome}`),
  ...directions.map((direction) => `direction_${direction}`),
]

/**
 * Groups the source rows, and the latency samples of single contributions, by the grouping sets, then adds both.
 * `level` is GROUPING() of all keys, so that rows of different sets are not merged. `removed_contributions` is the number
 * of stored contributions that were subtracted.
 */
function aggregateStatement(
  tx: Tx,
  query: AggregateQuery,
  keys: GroupKey[],
  changedCallIds: string | null,
): SQL {
  const { columns, clock } = groupColumns(query)
  const names = sql.join(keys.map(groupColumnOf), sql`, `)
  const level = keys.length === 0 ? sql`0` : sql`grouping(${names})`
  const levelAndNames = keys.length === 0 ? sql`level` : sql`level, ${names}`
  const selectedNames = keys.length === 0 ? sql`` : sql`${names}, `
  const sets = sql.join(
    query.groupingSets.map((set) => sql`(${sql.join(set.map(groupColumnOf), sql`, `)})`),
    sql`, `,
  )
  const nulls = (list: readonly string[]) => sql.raw(list.map(() => 'null').join(', '))
  return sql`
    with ${sourceCtes(tx, query, changedCallIds)}, keyed_rows as (
      select ${columns} p.* from source_rows p ${clock}
    ), sample_counts as (
      select ${selectedNames} samples.latency, samples.bucket as sample_bucket, sum(contribution.sign) as n
      from (select ${columns} p.* from (select *, started_at as at from contributions) p ${clock}) contribution
      ${joinBucketSamples}
      group by ${selectedNames} samples.latency, samples.bucket
    ), grouped as (
      select ${level} as level, ${selectedNames} ${selectEach(sumNames, sumOf)},
        ${selectEach(minMaxNames, minOrMaxOf)}, ${selectEach(histogramColumns, sumOf)}, ${breakdown}
      from keyed_rows group by grouping sets (${sets})
      union all
      select ${level}, ${selectedNames} ${nulls(sumNames)}, ${nulls(minMaxNames)}, ${histogramsOfSamples},
        ${nulls(breakdownNames)}
      from sample_counts group by grouping sets (${sets})
    )
    select ${levelAndNames}, ${selectEach(sumNames, sumOf)}, ${selectEach(minMaxNames, minOrMaxOf)},
      ${selectEach(histogramColumns, (column) => `sum(${column})::text`)}, ${selectEach(breakdownNames, sumOf)},
      round(sum(cost_total) / nullif(sum(cost_total_n), 0), 6)::text as cost_per_call,
      round(sum(timed_cost) * 60 / nullif(sum(timed_cost_sec), 0), 6)::text as cost_per_minute,
      (select (count(*) filter (where sign < 0))::int from contributions) as removed_contributions
    from grouped group by ${levelAndNames} having sum(calls) > 0`
}

/**
 * A result row as a group. `level` has one bit per key, the first key highest; the bit is 1 when the row's grouping set
 * does not contain the key.
 */
function groupOf(row: AggregateRow, groupingSets: GroupKey[][], allKeys: GroupKey[]): GroupFigures {
  const grouped = allKeys.filter((_, i) => (Number(row.level) & (1 << (allKeys.length - 1 - i))) === 0)
  const keys = groupingSets.find(
    (set) => set.length === grouped.length && set.every((key) => grouped.includes(key)),
  )
  const values: GroupFigures['values'] = {}
  for (const key of grouped) values[key] = row[`by_${key}`] as string | number | null
  return { ...figuresFromRow(row), keys: keys ?? [], values }
}
