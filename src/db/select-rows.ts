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
import type { PlatformTx, ReadTx } from './transaction.ts'

/** The parts of a table's SELECT that never change. */
interface PreparedSelect {
  /** The list of every column. */
  list: string
  /** `select <every column> from <table>`. */
  head: SQL
  /** The whole statement for one row, by company_id ($1) and id ($2). */
  byId: string
  /** Columns whose driver value must be converted to the type of the row. */
  converted: [string, PgColumn][]
}

const preparedSelects = new WeakMap<PgTable, PreparedSelect>()

/**
 * Selects whole rows of one table. For 25 columns Drizzle's query builder takes more time than the query; here the
 * column list is built once, and only values that need a conversion are converted, by the column's own mapping.
 * Measured by `npm run bench -- reads`.
 *
 * @param tail where, order by and limit
 */
export async function selectRows<T extends PgTable>(
  tx: ReadTx | PlatformTx,
  table: T,
  tail: SQL,
): Promise<InferSelectModel<T>[]> {
  const { head, converted } = preparedSelectOf(table)
  return convert<T>(await tx.execute<Record<string, unknown>>(sql`${head} ${tail}`), converted)
}

/** As `selectRows`, from a source that has the columns of the table: a subquery, which gets the table's name. */
export async function selectRowsFrom<T extends PgTable>(
  tx: ReadTx | PlatformTx,
  table: T,
  source: SQL,
  tail: SQL,
): Promise<InferSelectModel<T>[]> {
  const { list, converted } = preparedSelectOf(table)
  const name = sql.raw(`"${getTableName(table)}"`)
  const rows = await tx.execute<Record<string, unknown>>(
    sql`select ${sql.raw(list)} from ${source} as ${name} ${tail}`,
  )
  return convert<T>(rows, converted)
}

/** The company's row with this id, by a statement whose text is built once; undefined when it does not exist. */
export async function findRowById<T extends PgTable>(
  tx: ReadTx,
  table: T,
  id: string,
): Promise<InferSelectModel<T> | undefined> {
  const { byId, converted } = preparedSelectOf(table)
  const [row] = convert<T>(await tx.send(byId, [tx.company_id, id]), converted)
  return row
}

/** Rows of a table, or of a part of its columns, as sent by the driver: converts in place what the columns' types require. */
export const convertRows = <T extends PgTable>(
  table: T,
  rows: Record<string, unknown>[],
): InferSelectModel<T>[] => convert<T>(rows, preparedSelectOf(table).converted)

/** Converts values in place. */
function convert<T extends PgTable>(rows: Record<string, unknown>[], converted: PreparedSelect['converted']) {
  for (const row of rows) {
    for (const [name, column] of converted) {
      const value = row[name]
      if (value != null) row[name] = column.mapFromDriverValue(value)
    }
  }
  return rows as unknown as InferSelectModel<T>[]
}

function preparedSelectOf(table: PgTable): PreparedSelect {
  const cached = preparedSelects.get(table)
  if (cached !== undefined) return cached
  if (is(table, Subquery)) return selectOfSubquery(table)
  const name = getTableName(table)
  const columns = Object.entries(getTableColumns(table)) as [string, PgColumn][]
  const list = columns.map(([column]) => `"${name}"."${column}"`).join(', ')
  const head = `select ${list} from "${name}"`
  const prepared: PreparedSelect = {
    list,
    head: sql.raw(head),
    byId: `${head} where "company_id" = $1 and "id" = $2`,
    converted: columns.filter(
      ([, column]) =>
        column.mapFromDriverValue !== Column.prototype.mapFromDriverValue && !isParsedByDriver(column),
    ),
  }
  preparedSelects.set(table, prepared)
  return prepared
}

/** The select of a subquery. It is not cached, because a subquery is a new object for each request. */
function selectOfSubquery(subquery: Subquery): PreparedSelect {
  const fields = Object.entries(subquery._.selectedFields) as [string, PgColumn][]
  return {
    list: '*',
    head: sql`select * from ${subquery}`,
    byId: '',
    converted: fields.filter(([, field]) => is(field, Column) && !isParsedByDriver(field)),
  }
}

/** Whether the driver's value is the value of the row: JSON is parsed already, and numeric stays text. */
const isParsedByDriver = ({ columnType }: PgColumn) => columnType === 'PgJsonb' || columnType === 'PgNumeric'
