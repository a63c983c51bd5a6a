import { type SQL, sql } from 'drizzle-orm'
import { columnList, perColumn } from '../../db/query/column-list.ts'
import {
  histogramColumns,
  histogramSum,
  type MinMaxColumn,
  minMaxColumns,
  type SumColumn,
  storedColumns,
  sumColumns,
} from './contributions.ts'

/** Lists of columns of metric_rollups and call_contributions as SQL, each for one purpose. */

export const sumNames = Object.keys(sumColumns) as SumColumn[]
export const minMaxNames = minMaxColumns.map(({ column }) => column)
const aggregateNames = [...sumNames, ...minMaxNames, ...histogramColumns]

const perMinMax = (piece: (column: MinMaxColumn) => string, separator = ', '): SQL =>
  sql.raw(minMaxColumns.map(piece).join(separator))

/** SQL: the rollup, a row of metric_rollups with this alias, contains no call. Calls never dialed are counted apart. */
export const isEmpty = (rollup: string): SQL => sql.raw(`(${rollup}.calls = 0 and ${rollup}.not_dialed = 0)`)

/** All columns of metric_rollups besides its key. */
export const aggregateColumns = (prefix = ''): SQL => columnList(aggregateNames, prefix)
export const histogramList = columnList(histogramColumns)

// Aggregates of contributions with a `sign`: 1 is added, -1 subtracted.
export const sumsOfContributions = perColumn(
  sumNames,
  (column) => `sum(sign * (${sumColumns[column]})) as ${column}`,
)
/** A subtracted min or max has no effect, because the contribution does not contain the value that replaces it. */
export const minMaxOfContributions = perMinMax(
  ({ column, aggregate, source }) => `${aggregate}(${source}) filter (where sign > 0) as ${column}`,
)
/** From rows (latency, sample_bucket, n). */
export const histogramsOfSamples = perColumn(
  histogramColumns,
  (column) =>
    `coalesce(${histogramSum('sample_bucket', 'n')} filter (where latency = ${histogramColumns.indexOf(column)}), 0) as ${column}`,
)

// Aggregates of rows that have the columns of metric_rollups, or null in them.
export const sumsOfRollups = perColumn(sumNames, (column) => `coalesce(sum(${column}), 0) as ${column}`)
export const minMaxOfRollups = perMinMax(({ column, aggregate }) => `${aggregate}(${column}) as ${column}`)
export const histogramsOfRollups = perColumn(
  histogramColumns,
  (column) => `coalesce(sum(${column}), 0) as ${column}`,
)

/** A contribution with a sign as a row of metric_rollups. Its histograms are 0: they are built from many samples. */
export const contributionAsRollup = sql`${perColumn(sumNames, (column) => `sign * (${sumColumns[column]})`)},
        ${perMinMax(({ source }) => `case when sign > 0 then ${source} end`)}, ${perColumn(histogramColumns, () => '0')}`

// Stand for columns that rows of another part of a UNION have.
const nulls = (columns: readonly string[]) => perColumn(columns, (column) => `null as ${column}`)
export const nullSums = nulls(sumNames)
export const nullMinMax = nulls(minMaxNames)
export const nullHistograms = perColumn(histogramColumns, (column) => `null::numeric as ${column}`)

// Assignments of an upsert into metric_rollups, which has the alias `r`.
export const addExcluded = perColumn(
  [...sumNames, ...histogramColumns],
  (column) => `${column} = r.${column} + excluded.${column}`,
)
export const extendByExcluded = perMinMax(
  ({ column, aggregate }) =>
    `${column} = ${aggregate === 'min' ? 'least' : 'greatest'}(r.${column}, excluded.${column})`,
)
/** Assignments of an upsert into call_contributions. */
export const replaceByExcluded = perColumn(storedColumns, (column) => `${column} = excluded.${column}`)

// Conditions on the contribution that was folded last (`folded`), the current one (`latest`), and the rollup (`r`).
/** A measure is no longer as low, or as high, as it was. */
export const isLessExtreme = perMinMax(({ aggregate, source }) => {
  const comparison = aggregate === 'min' ? '>' : '<'
  return `(latest.${source} ${comparison} folded.${source} or folded.${source} is not null and latest.${source} is null)`
}, ' or ')
/** A measure was the min or max of its rollup. */
export const wasExtreme = perMinMax(
  ({ column, aggregate, source }) => `folded.${source} ${aggregate === 'min' ? '<=' : '>='} r.${column}`,
  ' or ',
)

// Recomputing min and max, from `x`: contributions, or rollups of a smaller grain or of detail series.
export const recomputedFromContributions = perMinMax(
  ({ column, aggregate, source }) => `${aggregate}(x.${source}) as ${column}`,
)
export const recomputedFromRollups = perMinMax(
  ({ column, aggregate }) => `${aggregate}(x.${column}) as ${column}`,
)
export const setRecomputed = perMinMax(({ column }) => `${column} = recomputed.${column}`)
