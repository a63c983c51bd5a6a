import { and, type InferSelectModel, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { type FieldError, malformed } from '../lib/errors.ts'
import { selectRows } from './select-rows.ts'
import type { Tx } from './transaction.ts'

/** What a caller says of the page it wants: `cursor` of the page before, or how many rows to `skip`. */
export interface PageQuery {
  limit?: number
  cursor?: string
  skip?: number
}

export interface Page<Row> {
  items: Row[]
  /** Exact up to 10,000; beyond that 10,000, and `total_is_exact` is false. */
  total: number
  total_is_exact: boolean
  next_cursor: string | null
}

/** A listing: by `key`, whose columns an index holds in this order behind its filters; newest first unless it says `asc`. */
export interface Listing<T extends PgTable> {
  from: T
  where: SQL | undefined
  key: [PgColumn, ...PgColumn[]]
  order?: 'asc' | 'desc'
}

const mostCounted = 10_000
const defaultLimit = 50

/**
 * One page of a listing by keyset: its cost does not grow with how deep it is. The total is counted for the first
 * page only (at most 10,001 index entries are looked at) and travels in the cursor.
 *
 * @throws Refusal when the cursor is none of ours
 */
export async function listPage<T extends PgTable>(
  tx: Tx,
  { from, where, key, order = 'desc' }: Listing<T>,
  query: PageQuery,
): Promise<Page<InferSelectModel<T>>> {
  const limit = query.limit ?? defaultLimit
  const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor, key)
  if (cursor !== undefined && query.skip !== undefined)
    throw badCursor('comes with skip: name one of the two')
  const after =
    cursor &&
    sql`(${sql.join(key, sql`, `)}) ${sql.raw(order === 'desc' ? '<' : '>')} (${sql.join(cursor.values, sql`, `)})`
  const direction = sql.raw(order)
  const ordered = sql.join(
    key.map((column) => sql`${column} ${direction}`),
    sql`, `,
  )
  const filter = and(where, after)
  // The limit is part of the text: a plan for an unknown limit would be one for a tenth of the table.
  const window = sql`limit ${sql.raw(String(limit + 1))} ${query.skip ? sql`offset ${query.skip}` : undefined}`
  const tail = sql`${filter && sql`where ${filter}`} order by ${ordered} ${window}`
  const rows = await selectRows(tx, from, tail)
  const items = rows.slice(0, limit)
  const total = cursor?.total ?? (await countUpTo(tx, from, where, rows.length, query, limit))
  const last = items.at(-1)
  return {
    items,
    total: Math.min(total, mostCounted),
    total_is_exact: total <= mostCounted,
    next_cursor: rows.length > limit && last !== undefined ? writeCursor(last, key, total) : null,
  }
}

/** A first page that is not full has been counted by reading it. */
async function countUpTo(
  tx: Tx,
  from: PgTable,
  where: SQL | undefined,
  read: number,
  query: PageQuery,
  limit: number,
): Promise<number> {
  const skipped = query.skip ?? 0
  if (read <= limit && (read > 0 || skipped === 0)) return skipped + read
  const [row] = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n
    from (select 1 from ${from} ${where && sql`where ${where}`} limit ${mostCounted + 1}) counted`)
  return row?.n ?? 0
}

function writeCursor(row: Record<string, unknown>, key: PgColumn[], total: number): string {
  return Buffer.from(JSON.stringify([total, ...key.map(({ name }) => row[name])])).toString('base64url')
}

function readCursor(text: string, key: PgColumn[]): { total: number; values: SQL[] } {
  const [total, ...values] = parsed(text)
  const isOurs =
    isWithin(total, 0, mostCounted + 1) &&
    values.length === key.length &&
    key.every((column, i) => fits(column, values[i]))
  if (!isOurs) throw badCursor('is not a cursor of this list')
  return {
    total: total as number,
    values: key.map(
      (column, i) =>
        sql`${sql.param(column.dataType === 'date' ? new Date(values[i] as string) : values[i], column)}`,
    ),
  }
}

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** As `writeCursor` writes a time: what else JavaScript takes for one, the database may not. */
const instant = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

const isWithin = (value: unknown, least: number, most: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most

/** What an integer column may be compared with. */
const mostOf = ({ columnType }: PgColumn) => (/Big/.test(columnType) ? Number.MAX_SAFE_INTEGER : 2 ** 31 - 1)

const fits = (column: PgColumn, value: unknown): boolean =>
  column.dataType === 'number'
    ? isWithin(value, -mostOf(column), mostOf(column))
    : typeof value === 'string' &&
      (column.dataType === 'date'
        ? instant.test(value) && !Number.isNaN(Date.parse(value))
        : uuid.test(value))

function parsed(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

const badCursor = (detail: FieldError['detail']) =>
  malformed('invalid_cursor', 'The cursor does not fit: take next_cursor of the page before as it is.', [
    { pointer: '/cursor', detail },
  ])
