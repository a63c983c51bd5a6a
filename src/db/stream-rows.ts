import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { CsvColumn } from '../lib/csv.ts'
import { overloaded } from '../lib/errors.ts'
import type { Db } from './client.ts'
import { earliest, latest } from './renderable-instants.ts'
import { requestDeadlines } from './session-settings.ts'
import { inCompany, type Tx } from './transaction.ts'

/** Rows per FETCH. Limits the memory of a stream; a slow reader must read this many rows within the idle timeout. */
const batchRows = 500
/** Concurrent streams of a process, never more than half of the pool: each occupies a connection until it ends. */
const maxStreams = 2
/** Vacuum cannot remove rows that were deleted after a stream's snapshot, so a stream may take at most 10 min. */
const maxDurationMs = 10 * 60_000

/** A slow reader may take 90 s for a batch. */
const streamDeadlines = { ...requestDeadlines, statementMs: 60_000, idleMs: 90_000 }

const openStreams = new WeakMap<Db, number>()

/** A row whose values are text; null where the column is null. */
export type TextRow = Record<string, string | null>

/** A query whose rows are streamed. Its columns must always be the same, and each must be text. */
interface StreamedQuery {
  /** The name of the cursor, so that statements of different queries have different texts. */
  name: string
  query: (tx: Tx) => SQL
}

/**
 * Streams a company's rows with a cursor, all from one snapshot. The next batch is fetched when `onRows` has resolved,
 * so memory does not grow with the number of rows. When `onRows` rejects, or after the last row, the transaction ends
 * and the connection is released. The transaction is read only, and row-level security applies.
 *
 * @throws Refusal 'unavailable' when too many streams are open; Error after 10 min; errors of `onRows`
 */
export async function streamRows(
  db: Db,
  company_id: string,
  { name, query }: StreamedQuery,
  onRows: (rows: TextRow[]) => Promise<void>,
): Promise<void> {
  const openCount = openStreams.get(db) ?? 0
  if (openCount >= Math.max(1, Math.min(maxStreams, Math.floor(db.pool.max / 2)))) throw overloaded()
  openStreams.set(db, openCount + 1)
  const deadline = performance.now() + maxDurationMs
  try {
    await inCompany(db, company_id, async (tx) => {
      await tx.execute(sql`set transaction read only`)
      await tx.useDeadlines(streamDeadlines)
      const cursor = sql.raw(name)
      await tx.execute(sql`declare ${cursor} no scroll cursor for ${query(tx)}`)
      for (;;) {
        const rows = (await tx.send(`fetch ${batchRows} from ${name}`, [])) as TextRow[]
        if (rows.length > 0) await onRows([...rows])
        if (rows.length < batchRows) return
        if (performance.now() > deadline) throw new Error(`the stream took longer than ${maxDurationMs} ms`)
      }
    })
  } finally {
    openStreams.set(db, (openStreams.get(db) ?? 1) - 1)
  }
}

/** A column as text: timestamps in ISO 8601 and UTC, JSON and arrays as JSON, numbers exactly as stored. */
function asText(column: PgColumn): SQL {
  if (column.columnType === 'PgTimestamp') {
    const instant = sql`case when ${column} is not null
      then least(greatest(${column}, '${sql.raw(earliest)}'), '${sql.raw(latest)}') end`
    return sql`to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  }
  if (column.columnType === 'PgArray') return sql`to_json(${column})::text`
  return sql`${column}::text`
}

/** The parts of a CSV export of these columns: the columns of its header, and the select list of its query. */
export const exportColumns = (columns: readonly PgColumn[]): { columns: CsvColumn[]; selected: SQL } => ({
  columns: columns.map((column) => ({ name: column.name, isNumber: isNumeric(column) })),
  selected: sql.join(
    columns.map((column) => sql`${asText(column)} as ${sql.raw(column.name)}`),
    sql`, `,
  ),
})

const isNumeric = (column: PgColumn): boolean =>
  column.dataType === 'number' || column.columnType === 'PgNumeric'
