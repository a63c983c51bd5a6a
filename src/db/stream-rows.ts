import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { CsvColumn } from '../lib/csv.ts'
import { overloaded } from '../lib/errors.ts'
import type { Db } from './client.ts'
import { inCompany, type Tx } from './transaction.ts'

/** Rows fetched at a time: what a stream holds in memory, and what one who reads slowly has to take in a minute. */
const batchRows = 500
/** Streams of a process at once, and at most half of the pool: each holds a connection as long as somebody reads. */
const mostStreams = 2
/** A stream's transaction keeps old rows from being cleaned up, so it does not go on for ever: 10 min. */
const longestMs = 10 * 60_000

const streams = new WeakMap<Db, number>()

/** What a row is read as: every value is text, null where there is none. */
export type TextRow = Record<string, string | null>

/** A query whose rows are streamed. Its columns are always the same: the name tells statements of two apart. */
export interface StreamedQuery {
  name: string
  query: (tx: Tx) => SQL
}

/**
 * Reads a company's rows by a cursor, as of one moment, batch by batch: the next is fetched when `take` has resolved,
 * so memory stays flat however many there are. When `take` rejects, or the last row is taken, the transaction ends and
 * the connection is free. It reads only, and row-level security holds.
 *
 * @throws Refusal 'unavailable' when as many streams as there may be are under way; what `take` throws
 */
export async function streamRows(
  db: Db,
  company_id: string,
  { name, query }: StreamedQuery,
  take: (rows: TextRow[]) => Promise<void>,
): Promise<void> {
  const open = streams.get(db) ?? 0
  if (open >= Math.max(1, Math.min(mostStreams, Math.floor(db.pool.max / 2)))) throw overloaded()
  streams.set(db, open + 1)
  const until = performance.now() + longestMs
  try {
    await inCompany(db, company_id, async (tx) => {
      await tx.execute(sql`set transaction read only`)
      await tx.execute(sql`select set_config('statement_timeout', '60s', true),
        set_config('idle_in_transaction_session_timeout', '90s', true)`)
      const cursor = sql.raw(name)
      await tx.execute(sql`declare ${cursor} no scroll cursor for ${query(tx)}`)
      for (;;) {
        const rows = await tx.execute<TextRow>(sql`fetch ${sql.raw(String(batchRows))} from ${cursor}`)
        if (rows.length > 0) await take([...rows])
        if (rows.length < batchRows) return
        if (performance.now() > until) throw new Error('the stream took too long, and was cut off')
      }
    })
  } finally {
    streams.set(db, (streams.get(db) ?? 1) - 1)
  }
}

/** A column as text: times in ISO 8601 and UTC, JSON and arrays as JSON, numbers exactly as they are stored. */
function asText(column: PgColumn): SQL {
  if (column.columnType === 'PgTimestamp')
    return sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  if (column.columnType === 'PgArray') return sql`to_json(${column})::text`
  return sql`${column}::text`
}

/** What an export has of these columns: their names for its head, and each as text for its query. */
export const exportColumns = (columns: readonly PgColumn[]): { columns: CsvColumn[]; selected: SQL } => ({
  columns: columns.map((column) => ({ name: column.name, isNumber: isNumeric(column) })),
  selected: sql.join(
    columns.map((column) => sql`${asText(column)} as ${sql.raw(column.name)}`),
    sql`, `,
  ),
})

/** Whether a column holds numbers. */
const isNumeric = (column: PgColumn): boolean =>
  column.dataType === 'number' || column.columnType === 'PgNumeric'
