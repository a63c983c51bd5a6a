import { getTableColumns, type InferSelectModel } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { convertRows } from '../../db/select-rows.ts'
import type { ReadTx } from '../../db/transaction.ts'

/** Bytes of the longest value of a row that an event contains. A longer one is null, and is listed in `truncated`. */
const maxValueBytes = 64 * 1024
/** Bytes of the rows that one read returns; at least one row. */
const maxBytes = 2 * 1024 * 1024

/** A row that an event contains. */
export interface BoundedRow<Row> {
  row: Row
  /** Bytes of its texts and JSON values. */
  size: number
  /** Names of the columns whose values are too long. */
  truncated: string[]
}

/** Rows in the order in which they were asked for. */
export interface BoundedRows<Row> {
  rows: BoundedRow<Row>[]
  /** Rows that exist, but exceed the limit of one read; without their texts and JSON values. */
  omitted: Row[]
}

/** Columns without a limit of their own. */
const isVariable = ({ columnType }: PgColumn) => /^Pg(Text|Jsonb|Array)$/.test(columnType)

/**
 * Defines a statement that selects rows of a table, whatever their sizes, in bounded memory: long values are replaced by
 * null, and rows after the first 2 MB are returned without their texts and JSON values. Its text is built once, because
 * building it takes longer than running it. Returns a function that runs it with `keys` as its parameter.
 *
 * @param source the rest of a SELECT of the table's columns and `number`, the order of the rows. `$1` is the company, `$2` keys
 * @param leftOut columns that are not read
 */
export function defineBoundedSelect<T extends PgTable>(table: T, source: string, leftOut: string[] = []) {
  const columns = Object.entries(getTableColumns(table)).filter(([name]) => !leftOut.includes(name)) as [
    string,
    PgColumn,
  ][]
  const variable = columns.flatMap(([name, column]) => (isVariable(column) ? [name] : []))
  const fixed = columns.flatMap(([name, column]) => (isVariable(column) ? [] : [name]))
  const text = boundedSelect(variable, fixed, source)
  return async (tx: ReadTx, keys: string): Promise<BoundedRows<InferSelectModel<T>>> => {
    const found = (await tx.send(text, [tx.company_id, keys])) as (Record<string, unknown> & Bounds)[]
    const result: BoundedRows<InferSelectModel<T>> = { rows: [], omitted: [] }
    for (const { total_size, truncated_columns, is_omitted, ...row } of found) {
      const [converted] = convertRows(table, [row])
      if (converted === undefined) continue
      if (is_omitted) result.omitted.push(converted)
      else result.rows.push({ row: converted, size: total_size, truncated: truncated_columns })
    }
    return result
  }
}

interface Bounds {
  total_size: number
  truncated_columns: string[]
  is_omitted: boolean
}

function boundedSelect(variable: string[], fixed: string[], source: string): string {
  const selected = [...variable, ...fixed].map((name) => `r."${name}"`).join(', ')
  const sizes = variable.map((name) => `coalesce(octet_length(r."${name}"::text), 0) as "size of ${name}"`)
  const isKept = (name: string) => `"size of ${name}" <= ${maxValueBytes}`
  const totalSize = variable.map((name) => `case when ${isKept(name)} then "size of ${name}" else 0 end`)
  const truncated = variable.map((name) => `case when not ${isKept(name)} then '${name}' end`)
  const values = variable.map(
    (name) => `case when not is_omitted and ${isKept(name)} then "${name}" end as "${name}"`,
  )
  return `
    select ${[...values, ...fixed.map((name) => `"${name}"`)].join(', ')}, total_size, is_omitted, truncated_columns
    from (
      select *, sum(total_size) over (order by number) - total_size >= ${maxBytes} as is_omitted from (
        select *, ${totalSize.join(' + ')} as total_size, to_jsonb(array_remove(array[${truncated}]::text[], null)) as truncated_columns
        from (select ${selected}, number, ${sizes.join(', ')} from ${source} offset 0) as measured
      ) as sized
    ) as bounded order by number`
}
