import type { ReadTx } from '../../../db/transaction.ts'
import { type AggregateRow, aggregateStatement, findChangedCalls } from './aggregate-queries.ts'
import { figuresFromRow, type GroupFigures } from './figures.ts'
import type { AggregateQuery, GroupKey } from './filters.ts'
import { groupingValues, groupKeysOf } from './grouping.ts'
import { sourceValues } from './sources.ts'

/**
 * Figures of the calls of a period, for each group of each grouping set that has a call, in no particular order. All
 * statements must see one snapshot (`inSnapshot`).
 */
export const aggregateCalls = async (tx: ReadTx, query: AggregateQuery): Promise<GroupFigures[]> =>
  (await aggregateRows(tx, query)).map((row) => groupOf(row, query.groupingSets))

/** The sums and histograms of these groups. Reads rollups, and calls that changed after they were folded. */
export async function aggregateRows(tx: ReadTx, query: AggregateQuery): Promise<AggregateRow[]> {
  const [changed] = await findChangedCalls(tx)
  const values = { ...sourceValues(query, changed?.call_ids ?? []), ...groupingValues(query) }
  return aggregateStatement(query.groupingSets)(tx, values)
}

/** A result row as a group. */
function groupOf(row: AggregateRow, groupingSets: GroupKey[][]): GroupFigures {
  const allKeys = groupKeysOf(groupingSets)
  const grouped = allKeys.filter((_, i) => (row.level & (1 << (allKeys.length - 1 - i))) === 0)
  const keys = groupingSets.find(
    (set) => set.length === grouped.length && set.every((key) => grouped.includes(key)),
  )
  const values: GroupFigures['values'] = {}
  for (const key of grouped) values[key] = row[`by_${key}`] ?? null
  return { ...figuresFromRow(row), keys: keys ?? [], values }
}
