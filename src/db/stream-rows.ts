import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { CsvColumn } from '../lib/csv.ts'
import { overloaded, Refusal } from '../lib/errors.ts'
import type { Db } from './client.ts'
import { earliest, latest } from './renderable-instants.ts'
import { requestDeadlines } from './session-settings.ts'
import { inCompany, type Tx } from './transaction.ts'

/** Most rows per FETCH; a slow reader must read this many rows within the idle timeout. */
const maxBatchRows = 512
/** Rows of the first FETCH. The next one has up to twice as many, and as many as fit in `batchLength` by those before. */
const firstBatchRows = 16
/** Characters per FETCH. Limits the memory of a stream. */
const batchLength = 2 ** 20
/** Concurrent streams of a process, never more than half of the pool: each occupies a connection until it ends. */
const maxStreams = 4
/** Vacuum cannot remove rows that were deleted after a stream's snapshot, so a stream may take at most 10 min. */
const maxDurationMs = 10 * 60_000

/** A slow reader may take 90 s for a batch. */
const streamDeadlines = { ...requestDeadlines, statementMs: 60_000, idleMs: 90_000 }

/** The companies with open streams of each pool, one entry a stream. */
const openStreams = new WeakMap<Db, string[]>()

/** A row whose values are text; null where the column is null. */
export type TextRow = Record<string, string | null>

/** A query whose rows are streamed. Its columns must always be the same, and each must be text. */
interface StreamedQuery {
  /** The name of the cursor, so that statements of different queries have different texts. */
  name: string
  /** Called once. What it reads before is of the same snapshot as the rows. */
  query: (tx: Tx) => SQL | Promise<SQL>
}

/** Receives the rows of a stream. */
export interface RowSink<Row> {
  /** Called with each batch; the next one is read when it resolves. */
  write: (rows: Row[]) => Promise<void>
  /** Aborted when nobody receives the rows any more. The statement that is running is then cancelled. */
  signal: AbortSignal
}

/**
 * Streams a company's rows with a cursor, all from one snapshot. The next batch is fetched when `write` has resolved,
 * so memory does not grow with the number of rows. When `write` rejects, or after the last row, the transaction ends
 * and the connection is released. The transaction is read only, and row-level security applies.
 *
 * @throws Refusal 'unavailable' when too many streams are open; Error after 10 min; errors of `write`; the reason of `signal`
 */
export async function streamRows(
  db: Db,
  company_id: string,
  { name, query }: StreamedQuery,
  { write, signal }: RowSink<TextRow>,
): Promise<void> {
  const close = openStream(db, company_id)
  const deadline = performance.now() + maxDurationMs
  try {
    await inCompany(db, company_id, async (tx) => {
      signal.throwIfAborted()
      await tx.execute(sql`set transaction isolation level repeatable read, read only`)
      await tx.useDeadlines(streamDeadlines)
      const [backend] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
      await cancelOnAbort(db, backend?.pid as number, signal, async () => {
        const rowsQuery = await query(tx)
        await tx.execute(sql`declare ${sql.raw(name)} no scroll cursor for ${rowsQuery}`)
        let batchRows = firstBatchRows
        for (;;) {
          const rows = (await tx.send(`fetch ${batchRows} from ${name}`, [])) as TextRow[]
          if (rows.length > 0) await write([...rows])
          if (rows.length < batchRows) return
          if (performance.now() > deadline) throw new Error(`the stream took longer than ${maxDurationMs} ms`)
          batchRows = nextBatchRows(rows)
        }
      })
    })
  } finally {
    close()
  }
}

/** Counts a stream until the returned function is called. @throws Refusal 'unavailable' when too many are open */
function openStream(db: Db, company_id: string): () => void {
  const open = openStreams.get(db) ?? []
  openStreams.set(db, open)
  const max = Math.max(1, Math.min(maxStreams, Math.floor(db.pool.max / 2)))
  // A company has half of them, so that another one can always export.
  const maxOfCompany = Math.max(1, Math.floor(max / 2))
  if (open.filter((owner) => owner === company_id).length >= maxOfCompany) throw tooManyExports(maxOfCompany)
  if (open.length >= max) throw overloaded()
  open.push(company_id)
  return () => void open.splice(open.indexOf(company_id), 1)
}

const tooManyExports = (max: number) =>
  new Refusal(
    'unavailable',
    'too_many_exports',
    `The company has the maximum number of exports in progress (${max}). Start this one again when one has ended.`,
  )

/** Runs `fn`, and cancels its statement in this backend when the signal is aborted. @throws the reason of the signal */
async function cancelOnAbort(
  db: Db,
  pid: number,
  signal: AbortSignal,
  fn: () => Promise<void>,
): Promise<void> {
  let cancelled: Promise<unknown> | undefined
  const onAbort = () => {
    // Without the cancellation the statement ends by its timeout.
    cancelled = db.send('select pg_cancel_backend($1::int)', [pid]).catch(() => undefined)
  }
  signal.addEventListener('abort', onAbort)
  try {
    await fn()
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    signal.removeEventListener('abort', onAbort)
    // The backend must not get the cancellation when it runs a statement of the next transaction.
    await cancelled
  }
}

/**
 * The rows of the next FETCH. The longest row counts, so that a batch is not far larger than those before. A power of two: each
 * number is another prepared statement.
 */
function nextBatchRows(rows: readonly TextRow[]): number {
  const longest = Math.max(1, ...rows.map(lengthOf))
  const fitting = Math.max(1, Math.min(maxBatchRows, rows.length * 2, batchLength / longest))
  return 2 ** Math.floor(Math.log2(fitting))
}

const lengthOf = (row: TextRow): number =>
  Object.values(row).reduce((sum, text) => sum + (text?.length ?? 0), 0)

/** An instant as text: ISO 8601 in UTC, also for an infinite one. */
export function instantAsText(instant: PgColumn | SQL): SQL {
  const renderable = sql`case when ${instant} is not null
    then least(greatest(${instant}, '${sql.raw(earliest)}'), '${sql.raw(latest)}') end`
  return sql`to_char(${renderable} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

/** A column as text: timestamps in ISO 8601 and UTC, JSON and arrays as JSON, numbers exactly as stored. */
function asText(column: PgColumn): SQL {
  if (column.columnType === 'PgTimestamp') return instantAsText(column)
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
