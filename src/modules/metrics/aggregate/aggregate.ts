import { type SQL, sql } from 'drizzle-orm'
import { directions, outcomes } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { Figures, GroupFigures } from './figure-types.ts'
import { type AggregateRow, figuresFromRow } from './figures.ts'
import { type AggregateQuery, type GroupKey, groupColumnOf, groupColumns, groupKeysOf } from './filters.ts'
import {
  extremes,
  histograms,
  histogramsOfSamples,
  joinBucketSamples,
  sourceCtes,
  sumColumnNames,
} from './sources.ts'

/**
 * What the calls of a scope add up to, group by group, from rollups and from what is not folded yet. The groups of a
 * set come in no order. `tx` sees one moment (`analyze`).
 */
export async function aggregateCalls(tx: Tx, scope: AggregateQuery): Promise<GroupFigures<Figures>[]> {
  const [changes] = await tx.execute<{ ids: string | null }>(sql`
    select array_agg(distinct call_id)::text as ids from dirty_calls where company_id = ${tx.company_id}::uuid`)
  const cuts = groupKeysOf(scope.groupingSets)
  const rows = await tx.execute<AggregateRow>(added(tx, scope, cuts, changes?.ids ?? null))
  return rows.map((row) => cellOf(row, scope.groupingSets, cuts))
}

const each = (columns: readonly string[], write: (column: string) => string) =>
  sql.raw(columns.map((column) => `${write(column)} as ${column}`).join(',\n      '))

const perWord = (column: string, words: readonly string[]) =>
  words.map((word) => `sum(calls) filter (where ${column} = '${word}') as ${column}_${word}`)
const breakdown = sql.raw([...perWord('outcome', outcomes), ...perWord('direction', directions)].join(', '))
const breakdownColumns = [
  ...outcomes.map((word) => `outcome_${word}`),
  ...directions.map((word) => `direction_${word}`),
]
const widened = extremes.map(({ column }) => column)
const howOf = new Map(extremes.map(({ column, aggregate }) => [column, aggregate]))

/** Parts added up by the sets of cuts, then the marks of single facts likewise, then both together. */
function added(tx: Tx, scope: AggregateQuery, cuts: GroupKey[], pending: string | null): SQL {
  const { columns, clock } = groupColumns(scope)
  const names = sql.join(cuts.map(groupColumnOf), sql`, `)
  const level = cuts.length === 0 ? sql`0` : sql`grouping(${names})`
  const keys = cuts.length === 0 ? sql`level` : sql`level, ${names}`
  const selected = cuts.length === 0 ? sql`` : sql`${names}, `
  const sets = sql.join(
    scope.groupingSets.map((set) => sql`(${sql.join(set.map(groupColumnOf), sql`, `)})`),
    sql`, `,
  )
  const none = (list: readonly string[]) => sql.raw(list.map(() => 'null').join(', '))
  return sql`
    with ${sourceCtes(tx, scope, pending)}, placed as (
      select ${columns} p.* from parts p ${clock}
    ), counted as (
      select ${selected} samples.latency, samples.bucket as mark, sum(f.sign) as n
      from (select ${columns} p.* from (select *, started_at as at from facts) p ${clock}) f ${joinBucketSamples}
      group by ${selected} samples.latency, samples.bucket
    ), grouped as (
      select ${level} as level, ${selected} ${each(sumColumnNames, (c) => `sum(${c})`)},
        ${each(widened, (c) => `${howOf.get(c)}(${c})`)}, ${each(histograms, (c) => `sum(${c})`)}, ${breakdown}
      from placed group by grouping sets (${sets})
      union all
      select ${level}, ${selected} ${none(sumColumnNames)}, ${none(widened)}, ${histogramsOfSamples}, ${none(breakdownColumns)}
      from counted group by grouping sets (${sets})
    )
    select ${keys}, ${each(sumColumnNames, (c) => `sum(${c})`)}, ${each(widened, (c) => `${howOf.get(c)}(${c})`)},
      ${each(histograms, (c) => `sum(${c})::text`)}, ${each(breakdownColumns, (c) => `sum(${c})`)},
      round(sum(cost_total) / nullif(sum(cost_total_n), 0), 6)::text as cost_per_call,
      round(sum(timed_cost) * 60 / nullif(sum(timed_cost_sec), 0), 6)::text as cost_per_minute,
      (select (count(*) filter (where sign < 0))::int from facts) as reverted
    from grouped group by ${keys} having sum(calls) > 0`
}

/** `grouping()` has a bit for each cut, the first one highest, set where the row is of a set without that cut. */
function cellOf(row: AggregateRow, sets: GroupKey[][], cuts: GroupKey[]): GroupFigures<Figures> {
  const grouped = cuts.filter((_, i) => (Number(row.level) & (1 << (cuts.length - 1 - i))) === 0)
  const set = sets.find((one) => one.length === grouped.length && one.every((cut) => grouped.includes(cut)))
  const values: GroupFigures<object>['values'] = {}
  for (const cut of grouped) values[cut] = row[`by_${cut}`] as string | number | null
  return { ...figuresFromRow(row), set: set ?? [], values }
}
