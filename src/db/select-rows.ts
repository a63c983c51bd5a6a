import {
  Column,
  getTableColumns,
  getTableName,
  type InferSelectModel,
  is,
  type SQL,
  Subquery,
  sql,
} from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Tx } from './transaction.ts'

interface Reading {
  /** `select` of every column, with `from`. */
  head: SQL
  /** The same for the row of a company that has an id. */
  byId: string
  /** The columns whose value from the driver is not yet what the row type says. */
  converted: [string, PgColumn][]
}

const readings = new WeakMap<PgTable, Reading>()

/**
 * Whole rows of one table: `select` every column, followed by `tail` (where, order, limit). What Drizzle's builder does
 * for a select of 25 columns costs more than the query; here the list of columns is made once, and only values that need
 * it are converted, by the columns' own mapping. Measured by `npm run bench -- reads`.
 */
export async function selectRows<T extends PgTable>(
  tx: Tx,
  table: T,
  tail: SQL,
): Promise<InferSelectModel<T>[]> {
  const { head, converted } = readingOf(table)
  return typed<T>(await tx.execute<Record<string, unknown>>(sql`${head} ${tail}`), converted)
}

/** The company's row of this id, by a statement whose text is made once; undefined when there is none. */
export async function findRowById<T extends PgTable>(
  tx: Tx,
  table: T,
  id: string,
): Promise<InferSelectModel<T> | undefined> {
  const { byId, converted } = readingOf(table)
  const [row] = typed<T>(await tx.send(byId, [tx.company_id, id]), converted)
  return row
}

function typed<T extends PgTable>(rows: Record<string, unknown>[], converted: Reading['converted']) {
  for (const row of rows) {
    for (const [name, column] of converted) {
      const value = row[name]
      if (value !== null) row[name] = column.mapFromDriverValue(value)
    }
  }
  return rows as unknown as InferSelectModel<T>[]
}

function readingOf(table: PgTable): Reading {
  const known = readings.get(table)
  if (known !== undefined) return known
  if (is(table, Subquery)) return readingOfSubquery(table)
  const name = getTableName(table)
  const columns = Object.entries(getTableColumns(table)) as [string, PgColumn][]
  const list = columns.map(([column]) => `"${name}"."${column}"`).join(', ')
  const head = `select ${list} from "${name}"`
  const reading: Reading = {
    head: sql.raw(head),
    byId: `${head} where "company_id" = $1 and "id" = $2`,
    converted: columns.filter(
      ([, column]) => column.mapFromDriverValue !== Column.prototype.mapFromDriverValue && !isParsed(column),
    ),
  }
  readings.set(table, reading)
  return reading
}

/** A listing may be of a subquery, which is made anew each time. */
function readingOfSubquery(subquery: Subquery): Reading {
  const fields = Object.entries(subquery._.selectedFields) as [string, PgColumn][]
  return {
    head: sql`select * from ${subquery}`,
    byId: '',
    converted: fields.filter(([, field]) => is(field, Column) && !isParsed(field)),
  }
}

/** The driver has parsed JSON, and numeric stays text. */
const isParsed = ({ columnType }: PgColumn) => columnType === 'PgJsonb' || columnType === 'PgNumeric'
