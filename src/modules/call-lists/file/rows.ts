import type { CountryCode } from 'libphonenumber-js/max'
import type { RowErrorCode } from '../../../lib/error-codes.ts'
import { isStorable, isStorableJson, truncate } from '../../../lib/text.ts'
import { resolveDialTimezone } from '../../../lib/time/dial-timezone.ts'
import { instantOf, isTimeZone, localInstantOf } from '../../../lib/time/instants.ts'
import type { ColumnMapping, ContactField } from './column-mapping.ts'
import { readPhoneCell } from './phone-cell.ts'

/** A row of a file. `code` is null for a valid row; otherwise `code` and `detail` give the reason why it is rejected. */
export interface ContactRow {
  line: number
  phone_number: string | null
  contact_name: string | null
  contact_data: Record<string, unknown>
  timezone: string | null
  dial_timezone: string | null
  timezone_source: string | null
  priority: number | null
  next_attempt_at: string | null
  code: RowErrorCode | null
  detail: string | null
  cells: readonly unknown[]
}

interface RowOptions {
  /** ISO 3166 country of phone numbers without a country code. */
  country: CountryCode | undefined
  /** Time zone of a next_attempt_at without an offset, in rows that have no time zone. */
  timezone: string
}

const maxCellLength = 10_000
const maxNameLength = 200
const maxPriority = 1_000
/** Results of isTimeZone, which is slow, by the text of the cell. */
const timeZoneCache = new Map<string, boolean>()
const maxCachedTimeZones = 1_000

function isKnownTimeZone(name: string): boolean {
  let isKnown = timeZoneCache.get(name)
  if (isKnown === undefined) {
    isKnown = isTimeZone(name)
    if (timeZoneCache.size < maxCachedTimeZones) timeZoneCache.set(name, isKnown)
  }
  return isKnown
}

/** Reads the cells of one row. Never throws for an invalid row: its code and detail are set. */
export function readRow(
  line: number,
  cells: readonly unknown[],
  columns: ColumnMapping,
  options: RowOptions,
): ContactRow {
  const row: ContactRow = {
    line,
    phone_number: null,
    contact_name: null,
    contact_data: {},
    timezone: null,
    dial_timezone: null,
    timezone_source: null,
    priority: null,
    next_attempt_at: null,
    code: null,
    detail: null,
    cells,
  }
  try {
    setFields(row, cells, columns, options)
  } catch (error) {
    if (!(error instanceof RowError)) throw error
    row.code = error.code
    row.detail = error.message
  }
  return row
}

/** The reason why a row is rejected. The detail does not repeat a cell: it could be a phone number in the wrong column. */
class RowError extends Error {
  readonly code: RowErrorCode
  constructor(code: RowErrorCode, detail: string) {
    super(detail)
    this.code = code
  }
}

function setFields(
  row: ContactRow,
  cells: readonly unknown[],
  { names, targets }: ColumnMapping,
  options: RowOptions,
): void {
  const extraCells = cells.length > targets.length ? cells.slice(targets.length) : []
  if (extraCells.some((cell) => textOf(cell).trim() !== '')) {
    throw new RowError(
      'too_many_cells',
      `The row has ${cells.length} cells, but the header has ${targets.length} columns. Put cells that contain the delimiter in quotes.`,
    )
  }
  const fields: Partial<Record<ContactField, string>> = {}
  for (const [i, target] of targets.entries()) {
    const cell = cells[i]
    if (target === undefined || cell === undefined || cell === null) continue
    const text = textOf(cell)
    assertStorable(cell, text, names[i] as string)
    if ('field' in target) fields[target.field] = text.trim()
    else if (text.trim() !== '') row.contact_data[target.data] = typeof cell === 'string' ? text.trim() : cell
  }
  setPhone(row, fields.phone_number ?? '', options)
  setName(row, fields.contact_name)
  setTimeZone(row, fields.timezone)
  setPriority(row, fields.priority)
  row.next_attempt_at = parseTime(fields.next_attempt_at, row.timezone ?? options.timezone)
}

/** @throws RowError */
function assertStorable(cell: unknown, text: string, column: string): void {
  if (!(typeof cell === 'object' ? isStorableJson(text) : isStorable(text))) {
    throw new RowError(
      'bad_character',
      `The column "${column}" contains a character that cannot be stored (NUL or half of a surrogate pair).`,
    )
  }
  if (text.length > maxCellLength) {
    throw new RowError(
      'too_long',
      `The column "${column}" has ${text.length.toLocaleString('en')} characters; at most ${maxCellLength.toLocaleString('en')} are allowed.`,
    )
  }
}

const textOf = (cell: unknown): string =>
  typeof cell === 'string'
    ? cell
    : cell === null || cell === undefined
      ? ''
      : typeof cell === 'object'
        ? JSON.stringify(cell)
        : String(cell)

function setPhone(row: ContactRow, text: string, { country }: RowOptions): void {
  const phone = readPhoneCell(text, country)
  if (!phone.ok) throw new RowError(phone.code, phone.detail)
  row.phone_number = phone.number
  if (phone.extension !== undefined) row.contact_data.phone_extension = phone.extension
}

function setName(row: ContactRow, name: string | undefined): void {
  if (!name) return
  if (name.length > maxNameLength) {
    throw new RowError(
      'too_long',
      `The name has ${name.length} characters; at most ${maxNameLength} are allowed.`,
    )
  }
  row.contact_name = name
}

function setTimeZone(row: ContactRow, timezone: string | undefined): void {
  if (timezone && !isKnownTimeZone(timezone)) {
    throw new RowError('unknown_timezone', 'The time zone is not an IANA time zone, like Europe/Moscow.')
  }
  row.timezone = timezone || null
  Object.assign(row, resolveDialTimezone(row.timezone, row.phone_number as string))
}

function setPriority(row: ContactRow, text: string | undefined): void {
  if (!text) return
  const priority = Number(text.replace(/[.,]0+$/, ''))
  if (!Number.isInteger(priority) || Math.abs(priority) > maxPriority) {
    throw new RowError('invalid_priority', 'The priority must be an integer from -1000 to 1000.')
  }
  row.priority = priority
}

/**
 * Parses a time with an offset, or a local time in `timezone`, and returns it as ISO 8601 in UTC. Dates may be written
 * YYYY-MM-DD or DD.MM.YYYY. Returns null for an empty cell.
 *
 * @throws RowError
 */
function parseTime(text: string | undefined, timezone: string): string | null {
  if (!text) return null
  const hasOffset = /(z|[+-]\d\d:?\d\d)$/i.test(text)
  const instant = hasOffset
    ? instantOf(text)
    : localInstantOf(text.replace(/^(\d\d?)\.(\d\d?)\.(\d{4})/, isoDate), timezone)
  if (instant !== undefined) return instant.toISOString()
  throw new RowError(
    'invalid_time',
    'The time must have a form like 2026-12-01 10:00, 01.12.2026 10:00 or 2026-12-01T10:00:00+03:00.',
  )
}

/** Converts 1.12.2026 to 2026-12-01. */
const isoDate = (_: string, day: string, month: string, year: string) =>
  `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`

const maxStoredCellLength = 1_000

/**
 * A row as JSON, for `storeRows`. Cells are kept with rejected rows, so that they can be exported; a long cell is cut.
 *
 * @param keepsCells keep the cells of valid rows too, because the merge may reject them
 */
export function stagedRowJson(row: ContactRow, keepsCells: boolean): string {
  const isValid = row.code === null
  // Not built with spreads, which would take four times as long.
  const staged = {
    line: row.line,
    phone_number: row.phone_number,
    contact_name: isValid ? row.contact_name : null,
    contact_data: isValid ? row.contact_data : null,
    timezone: row.timezone,
    dial_timezone: row.dial_timezone,
    timezone_source: row.timezone_source,
    priority: row.priority,
    next_attempt_at: row.next_attempt_at,
    code: row.code,
    detail: row.detail,
    cells: isValid && !keepsCells ? null : row.cells.map(shortenCell),
  } satisfies Record<keyof ContactRow, unknown>
  return storableJson(JSON.stringify(staged))
}

const shortenCell = (cell: unknown): unknown =>
  typeof cell === 'string' ? truncate(cell, maxStoredCellLength) : cell

/** Escapes in JSON. Of the characters that PostgreSQL cannot store, JSON.stringify escapes each, and no other surrogates. */
const jsonEscapes = /\\(?:u0000|ud[89a-f][\da-f]{2}|.)/g

/** JSON text that PostgreSQL can store: NUL is replaced by the two characters \0, half of a surrogate pair by U+FFFD. */
const storableJson = (json: string): string =>
  isStorableJson(json) ? json : json.replace(jsonEscapes, storableEscape)

const storableEscape = (text: string): string =>
  text === '\\u0000' ? '\\\\0' : text.startsWith('\\ud') ? '\ufffd' : text
