import { and, type InferSelectModel, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { isUuid } from '../lib/uuid.ts'
import {
  defaultLimit,
  invalidCursor,
  maxCounted,
  type Page,
  type PageQuery,
  parseJsonArray,
} from './pagination.ts'
import { selectRows } from './select-rows.ts'
import type { ReadTx } from './transaction.ts'

/** A list whose order has an index, but whose filter has none. */
export interface Scan<T extends PgTable> {
  from: T & { id: PgColumn; company_id: PgColumn }
  /** Conditions that the index of the key finds rows by. */
  where: SQL | undefined
  /** The condition of the search: evaluated for each row in the order of the list. */
  matches: SQL | undefined
  /** The columns that order the list; the last one is the id. */
  key: [PgColumn, ...PgColumn[]]
  /** Default `desc`. */
  order?: 'asc' | 'desc' | undefined
  /**
   * The source of the candidates in place of the table: rows with `key_0` and so on of type text and `is_match`, in the order
   * of the list, after a position.
   */
  candidates?: ((after: SQL[] | undefined, count: number) => SQL) | undefined
}

/** Rows per statement: first few, for a page that is full soon, then many, for a search that finds nothing. */
const firstCount = 500
const maxCount = 5_000
/** How long a request reads candidates, ms: in 2 s some 500,000 names. It bounds the cost of a page in a table of any size. */
const maxScanMs = 2_000

type Candidate = Record<string, unknown> & { is_match: boolean }

/**
 * Returns a page of the rows that match a condition without an index: the rows are read in the order of the list until the
 * page is full or 2 s have passed. The page then has fewer items than `limit`, or none, and `next_cursor` is where the next
 * request goes on: only a page without `next_cursor` is the last one. `total` counts the items up to this page, and is exact on
 * the last one.
 *
 * @throws Refusal 'malformed' when the cursor was not created by this list, or with `skip`
 */
export async function scanPage<T extends PgTable>(
  tx: ReadTx,
  scan: Scan<T>,
  query: PageQuery,
  maxMs: number = maxScanMs,
): Promise<Page<InferSelectModel<T>>> {
  const { key } = scan
  const limit = query.limit ?? defaultLimit
  if (query.skip) throw invalidCursor('A search has no skip. Use cursor for later pages.')
  const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor, key)
  const deadline = performance.now() + maxMs
  const found: unknown[][] = []
  let after: unknown[] | undefined = cursor?.position
  let isEnd = false
  for (let count = firstCount; ; count = Math.min(maxCount, count * 2)) {
    const candidates = await readCandidates(tx, scan, after, count)
    for (const candidate of candidates) {
      const position = key.map((_, i) => candidate[`key_${i}`])
      after = position
      if (candidate.is_match) found.push(position)
      if (found.length === limit) break
    }
    const isPartRead = after !== undefined && found.length === limit
    isEnd = !isPartRead && candidates.length < count
    if (isPartRead || isEnd || performance.now() >= deadline) break
  }
  const total = Math.min(maxCounted, (cursor?.total ?? 0) + found.length)
  return {
    items: await selectFound(tx, scan, found),
    total,
    total_is_exact: isEnd && total < maxCounted,
    next_cursor: isEnd || after === undefined ? null : encodeCursor(after, total),
  }
}

async function readCandidates<T extends PgTable>(
  tx: ReadTx,
  { from, where, matches, key, order = 'desc', candidates }: Scan<T>,
  after: unknown[] | undefined,
  count: number,
): Promise<Candidate[]> {
  const values = after && key.map((column, i) => keyValue(column, after[i]))
  if (candidates !== undefined) return tx.execute<Candidate>(candidates(values, count))
  const isNext =
    values &&
    sql`(${sql.join(key, sql`, `)}) ${sql.raw(order === 'desc' ? '<' : '>')} (${sql.join(values, sql`, `)})`
  const keys = key.map((column, i) => sql`${keyText(column)} as ${sql.raw(`key_${i}`)}`)
  const orderBy = key.map((column) => sql`${column} ${sql.raw(order)}`)
  // The condition is an output column: as a part of WHERE the rows that do not match would not count.
  return tx.execute<Candidate>(sql`
    select ${sql.join(keys, sql`, `)}, coalesce((${matches ?? sql`true`}), false) as is_match
    from ${from} where ${and(where, isNext) ?? sql`true`}
    order by ${sql.join(orderBy, sql`, `)} limit ${sql.raw(String(count))}`)
}

/** The rows of the found keys, in their order. */
async function selectFound<T extends PgTable>(
  tx: ReadTx,
  { from }: Scan<T>,
  found: readonly unknown[][],
): Promise<InferSelectModel<T>[]> {
  if (found.length === 0) return []
  const ids = found.map((key) => key.at(-1) as string)
  const isFound = sql`${from.company_id} = ${tx.company_id}::uuid and ${from.id} = any(${`{${ids.join(',')}}`}::uuid[])`
  const rows = (await selectRows(tx, from, sql`where ${isFound}`)) as unknown as { id: string }[]
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? []) as unknown as InferSelectModel<T>[]
}

/** base64url of a JSON array: the items so far, then the texts of the key of the last candidate. */
const encodeCursor = (position: readonly unknown[], total: number): string =>
  Buffer.from(JSON.stringify([total, ...position])).toString('base64url')

/** How a value of the key is written in a cursor. Instants are seconds since 1970, which have no other formats. */
const keyText = (column: PgColumn): SQL =>
  column.dataType === 'date' ? sql`extract(epoch from ${column})::text` : sql`${column}::text`

const keyValue = (column: PgColumn, text: unknown): SQL =>
  column.dataType === 'date'
    ? sql`to_timestamp(${text}::double precision)`
    : sql`${text}::${sql.raw(column.getSQLType())}`

/** The instants of PostgreSQL: 4714 BC to 294276, and infinity. */
const epochRange = [-210_866_803_200, 9_224_318_016_000] as const
const epochPattern = /^(?:-?Infinity|-?\d{1,13}(?:\.\d{1,6})?)$/
/** Of amounts and durations, which are not negative. */
const amountPattern = /^\d{1,20}(?:\.\d{1,20})?(?:e[+-]\d{2})?$/
const moneyPattern = /^\d{1,6}(?:\.\d{1,6})?$/

function decodeCursor(text: string, key: readonly PgColumn[]): { total: number; position: string[] } {
  const [total, ...position] = parseJsonArray(text)
  const isTotal = Number.isInteger(total) && (total as number) >= 0 && (total as number) <= maxCounted
  const isValid =
    isTotal &&
    position.length === key.length &&
    key.every((column, i) => typeof position[i] === 'string' && isValueOf(column, position[i]))
  if (!isValid) throw invalidCursor('Must be the next_cursor of a page of this list.')
  return { total: total as number, position: position as string[] }
}

function isValueOf(column: PgColumn, text: string): boolean {
  if (column.columnType === 'PgUUID') return isUuid(text)
  if (column.dataType !== 'date')
    return (column.columnType === 'PgNumeric' ? moneyPattern : amountPattern).test(text)
  const isInRange = Number(text) >= epochRange[0] && Number(text) <= epochRange[1]
  return epochPattern.test(text) && (isInRange || text.endsWith('Infinity'))
}
