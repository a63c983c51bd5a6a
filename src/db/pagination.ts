import { and, eq, type InferSelectModel, inArray, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { type FieldError, malformed } from '../lib/errors.ts'
import { isUuid } from '../lib/uuid.ts'
import { earliest } from './renderable-instants.ts'
import { selectRows, selectRowsFrom } from './select-rows.ts'
import type { PlatformTx, ReadTx } from './transaction.ts'

/** The page that a caller requests: `cursor` is the previous page's `next_cursor`, `skip` a number of rows. */
export interface PageQuery {
  limit?: number
  cursor?: string
  skip?: number
}

export interface Page<Row> {
  items: Row[]
  /** Exact up to 10,000. With more rows it is 10,000, and `total_is_exact` is false. */
  total: number
  total_is_exact: boolean
  next_cursor: string | null
}

/** A list of rows. An index must contain the columns of `key` in this order, after the columns that `where` filters by. */
export interface Listing<T extends PgTable> {
  from: T
  where: SQL | undefined
  /**
   * Conditions of which a row of the list meets one, and none meets two. Each has an index that contains the key after its
   * columns: the pages of all are merged, because an index is in the order of the key for one value only.
   */
  alternatives?: readonly SQL[] | undefined
  key: [PgColumn, ...PgColumn[]]
  /** Default `desc`: newest first. */
  order?: 'asc' | 'desc'
}

/** SQL condition: the column has one of the values; undefined without values. */
export const isOneOfValues = (column: PgColumn, values: readonly unknown[] | undefined): SQL | undefined =>
  values === undefined
    ? undefined
    : values.length === 1
      ? eq(column, values[0])
      : inArray(column, [...values])

/** The `alternatives` of a filter with these values; undefined without values. */
export const alternativesOf = (column: PgColumn, values: readonly unknown[] | undefined): SQL[] | undefined =>
  values?.map((value) => eq(column, value))

export const maxCounted = 10_000
export const defaultLimit = 50

/**
 * Returns one page of a listing by keyset pagination: `(key) < (cursor)` on an index, so a deep page costs as much as
 * the first. The total is counted for the first page only, from at most 10,001 index entries, and is kept in the cursor.
 *
 * @throws Refusal 'malformed' when the cursor was not created by this listing
 */
export async function listPage<T extends PgTable>(
  tx: ReadTx | PlatformTx,
  listing: Listing<T>,
  query: PageQuery,
): Promise<Page<InferSelectModel<T>>> {
  const { key, order = 'desc' } = listing
  const limit = query.limit ?? defaultLimit
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, key)
  if (cursor !== undefined && query.skip !== undefined)
    throw invalidCursor('Must not be combined with skip. Send only one of them.')
  const afterCursor =
    cursor &&
    sql`(${sql.join(key, sql`, `)}) ${sql.raw(order === 'desc' ? '<' : '>')} (${sql.join(cursor.values, sql`, `)})`
  const direction = sql.raw(order)
  const orderBy = sql.join(
    key.map((column) => sql`${column} ${direction}`),
    sql`, `,
  )
  const rows = await selectPage(tx, listing, { afterCursor, orderBy, limit, skip: query.skip ?? 0 })
  const items = rows.slice(0, limit)
  const total = cursor?.total ?? (await countRows(tx, listing, rows.length, query, limit))
  const last = items.at(-1)
  return {
    items,
    total: Math.min(total, maxCounted),
    total_is_exact: total <= maxCounted,
    next_cursor: rows.length > limit && last !== undefined ? encodeCursor(last, key, total) : null,
  }
}

interface PageWindow {
  afterCursor: SQL | undefined
  orderBy: SQL
  limit: number
  skip: number
}

/** The rows of a page, and one more when another page follows. */
function selectPage<T extends PgTable>(
  tx: ReadTx | PlatformTx,
  { from, where, alternatives = [] }: Listing<T>,
  { afterCursor, orderBy, limit, skip }: PageWindow,
): Promise<InferSelectModel<T>[]> {
  // The limit is part of the text. For a parameter the planner would assume a tenth of the table.
  const window = sql`limit ${sql.raw(String(limit + 1))} ${skip ? sql`offset ${skip}` : undefined}`
  const tailOf = (filter: SQL | undefined, rows: SQL) =>
    sql`${filter && sql`where ${filter}`} order by ${orderBy} ${rows}`
  if (alternatives.length < 2)
    return selectRows(tx, from, tailOf(and(where, alternatives[0], afterCursor), window))
  const rowsOfEach = sql`limit ${sql.raw(String(limit + 1 + skip))}`
  const pages = alternatives.map(
    (alternative) => sql`(select * from ${from} ${tailOf(and(where, alternative, afterCursor), rowsOfEach)})`,
  )
  return selectRowsFrom(tx, from, sql`(${sql.join(pages, sql` union all `)})`, tailOf(undefined, window))
}

/** The number of rows, up to 10,001. It follows from a page that is not full; otherwise the rows are counted. */
async function countRows<T extends PgTable>(
  tx: ReadTx | PlatformTx,
  { from, where, alternatives = [] }: Listing<T>,
  rowsRead: number,
  query: PageQuery,
  limit: number,
): Promise<number> {
  const skipped = query.skip ?? 0
  if (rowsRead <= limit && (rowsRead > 0 || skipped === 0)) return skipped + rowsRead
  const filters = alternatives.length === 0 ? [where] : alternatives.map((one) => and(where, one))
  const limited = sql`limit ${maxCounted + 1}`
  const counted = filters.map(
    (filter) => sql`select 1 from ${from} ${filter && sql`where ${filter}`} ${limited}`,
  )
  const all = counted.length === 1 ? counted[0] : sql`(${sql.join(counted, sql`) union all (`)}) ${limited}`
  const [row] = await tx.execute<{ n: number }>(sql`select count(*)::int as n from (${all}) counted`)
  return row?.n ?? 0
}

/** base64url of a JSON array: the total, then the key of the last row. */
function encodeCursor(row: Record<string, unknown>, key: PgColumn[], total: number): string {
  const text = JSON.stringify([total, ...key.map(({ name }) => row[name])])
  // The stored value may be earlier, and then the row would be on the next page again.
  return Buffer.from(text.replace(`"${earliest}"`, '"-infinity"')).toString('base64url')
}

function decodeCursor(text: string, key: PgColumn[]): { total: number; values: SQL[] } {
  const [total, ...values] = parseJsonArray(text)
  const isValid =
    isIntegerBetween(total, 0, maxCounted + 1) &&
    values.length === key.length &&
    key.every((column, i) => isValueOf(column, values[i]))
  if (!isValid) throw invalidCursor('Must be the next_cursor of a page of this list.')
  return {
    total: total as number,
    values: key.map((column, i) => cursorParameter(column, values[i])),
  }
}

function cursorParameter(column: PgColumn, value: unknown): SQL {
  if (value === '-infinity') return sql`${value}::timestamptz`
  return sql`${sql.param(column.dataType === 'date' ? new Date(value as string) : value, column)}`
}

/** The format of a Date in JSON.stringify. PostgreSQL rejects some other texts that `new Date` accepts. */
const instantPattern = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

const isIntegerBetween = (value: unknown, min: number, max: number): boolean =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max

/** The largest value that an integer column can be compared with. */
const maxIntegerOf = ({ columnType }: PgColumn) =>
  /Big/.test(columnType) ? Number.MAX_SAFE_INTEGER : 2 ** 31 - 1

const isValueOf = (column: PgColumn, value: unknown): boolean =>
  column.dataType === 'number'
    ? isIntegerBetween(value, -maxIntegerOf(column), maxIntegerOf(column))
    : typeof value === 'string' &&
      (column.dataType === 'date'
        ? value === '-infinity' || (instantPattern.test(value) && !Number.isNaN(Date.parse(value)))
        : isUuid(value))

/** Decodes a JSON array from base64url text; an empty array when the text contains none. */
export function parseJsonArray(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

/** The error of a cursor that is not one of this list. */
export const invalidCursor = (detail: FieldError['detail']) =>
  malformed(
    'invalid_cursor',
    'The cursor is not valid. Send the next_cursor of the previous page unchanged, without skip.',
    [{ pointer: '/cursor', detail }],
  )
