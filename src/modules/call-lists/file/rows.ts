import type { CountryCode } from 'libphonenumber-js/max'
import { Temporal } from 'temporal-polyfill'
import { resolveDialTimezone } from '../../../lib/time/dial-timezone.ts'
import { isTimeZone } from '../../../lib/time/instants.ts'
import type { ColumnMapping, ContactField } from './column-mapping.ts'
import { readPhoneCell } from './phone-cell.ts'

/** A row as it goes into the campaign, or why it does not. */
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
  code: string | null
  detail: string | null
  cells: readonly unknown[]
}

export interface RowOptions {
  country: CountryCode | undefined
  /** The zone of times that name none. */
  timezone: string
}

const longestCell = 10_000
/** Most texts have none of either, and the first is the quicker to ask. */
const surrogate = /[\ud800-\udfff]/
const loneSurrogate = /\p{Surrogate}/u
const zones = new Map<string, boolean>()

/** Whether a cell names a zone; asked of each name once. */
function isZone(name: string): boolean {
  let is = zones.get(name)
  if (is === undefined) {
    is = isTimeZone(name)
    if (zones.size < 1_000) zones.set(name, is)
  }
  return is
}

/** Reads the cells of one row. What is wrong with it is told, and harms no other. */
export function readRow(
  line: number,
  cells: readonly unknown[],
  columns: ColumnMapping,
  options: RowOptions,
): ContactRow {
  const row: ContactRow = {
    ...{
      line,
      phone_number: null,
      contact_name: null,
      contact_data: {},
      timezone: null,
      dial_timezone: null,
    },
    ...{
      timezone_source: null,
      priority: null,
      next_attempt_at: null,
      code: null,
      detail: null,
      cells,
    },
  }
  try {
    fill(row, cells, columns, options)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    row.code = error.code
    row.detail = error.message
  }
  return row
}

class Refused extends Error {
  readonly code: string
  constructor(code: string, detail: string) {
    super(detail)
    this.code = code
  }
}

function fill(
  row: ContactRow,
  cells: readonly unknown[],
  { names, targets }: ColumnMapping,
  options: RowOptions,
): void {
  if (
    cells.length > targets.length &&
    cells.slice(targets.length).some((cell) => textOf(cell).trim() !== '')
  ) {
    throw new Refused(
      'too_many_cells',
      `the row has ${cells.length} cells, and the heading ${targets.length}`,
    )
  }
  const given: Partial<Record<ContactField, string>> = {}
  for (const [i, target] of targets.entries()) {
    const cell = cells[i]
    if (target === undefined || cell === undefined || cell === null) continue
    const text = textOf(cell)
    if (text.includes('\u0000') || (surrogate.test(text) && loneSurrogate.test(text)))
      throw new Refused('bad_character', `${names[i]} holds a character that cannot be stored`)
    if (text.length > longestCell)
      throw new Refused(
        'too_long',
        `${names[i]} has more than ${longestCell.toLocaleString('en')} characters`,
      )
    if ('field' in target) given[target.field] = text.trim()
    else if (text.trim() !== '') row.contact_data[target.data] = typeof cell === 'string' ? text.trim() : cell
  }
  takePhone(row, given.phone_number ?? '', options)
  takeName(row, given.contact_name)
  takeZone(row, given.timezone)
  takePriority(row, given.priority)
  row.next_attempt_at = timeOf(given.next_attempt_at, row.timezone ?? options.timezone)
}

const textOf = (cell: unknown): string =>
  typeof cell === 'string'
    ? cell
    : cell === null || cell === undefined
      ? ''
      : typeof cell === 'object'
        ? JSON.stringify(cell)
        : String(cell)

function takePhone(row: ContactRow, text: string, { country }: RowOptions): void {
  const phone = readPhoneCell(text, country)
  if (!phone.ok) throw new Refused(phone.code, phone.detail)
  row.phone_number = phone.number
  if (phone.extension !== undefined) row.contact_data.phone_extension = phone.extension
}

function takeName(row: ContactRow, name: string | undefined): void {
  if (!name) return
  if (name.length > 200) throw new Refused('too_long', 'the name has more than 200 characters')
  row.contact_name = name
}

function takeZone(row: ContactRow, zone: string | undefined): void {
  if (zone && !isZone(zone))
    throw new Refused('unknown_timezone', 'the time zone is none of the IANA database, like Europe/Moscow')
  row.timezone = zone || null
  Object.assign(row, resolveDialTimezone(row.timezone, row.phone_number as string))
}

function takePriority(row: ContactRow, text: string | undefined): void {
  if (!text) return
  const priority = Number(text.replace(/[.,]0+$/, ''))
  if (!Number.isInteger(priority) || Math.abs(priority) > 1_000)
    throw new Refused('invalid_priority', 'the priority is no whole number from -1000 to 1000')
  row.priority = priority
}

/** An instant, or a wall-clock time in the contact's zone, else the campaign's. */
function timeOf(text: string | undefined, timezone: string): string | null {
  if (!text) return null
  const wrong = new Refused(
    'invalid_time',
    'the time is none like 2026-12-01 10:00 or 2026-12-01T10:00:00+03:00',
  )
  try {
    if (/(z|[+-]\d\d:?\d\d)$/i.test(text))
      return new Date(Temporal.Instant.from(text).epochMilliseconds).toISOString()
    const wall = Temporal.PlainDateTime.from(text.replace(/^(\d\d?)\.(\d\d?)\.(\d{4})/, reversed))
    return new Date(wall.toZonedDateTime(timezone).epochMilliseconds).toISOString()
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw wrong
    throw error
  }
}

/** 1.12.2026 as ISO writes it. */
const reversed = (_: string, day: string, month: string, year: string) =>
  `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`

const columnNames = [
  'company_id',
  'import_id',
  'line',
  'phone_number',
  'contact_name',
  'contact_data',
  'timezone',
  'dial_timezone',
  'timezone_source',
  'priority',
  'next_attempt_at',
  'code',
  'detail',
  'cells',
] as const

/** The COPY that takes what `copyLine` writes. */
export const copyStatement = `copy import_rows (${columnNames.join(', ')}) from stdin`

const special = /[\\\t\n\r]/
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const cell = (value: unknown): string => {
  if (value === null || value === undefined) return '\\N'
  const text =
    typeof value === 'string' ? value : typeof value === 'number' ? String(value) : JSON.stringify(value)
  return special.test(text) ? text.replace(/[\\\t\n\r]/g, (one) => escapes[one] as string) : text
}

/** A row as text for COPY. The cells as they came are kept of what is refused, or may be. */
export function copyLine(ids: string, row: ContactRow, keepsCells: boolean): string {
  const isGood = row.code === null
  return `${ids}\t${row.line}\t${[
    row.phone_number,
    isGood ? row.contact_name : null,
    isGood ? row.contact_data : null,
    row.timezone,
    row.dial_timezone,
    row.timezone_source,
    row.priority,
    row.next_attempt_at,
    row.code,
    row.detail,
    isGood && !keepsCells ? null : row.cells.map(storable),
  ]
    .map(cell)
    .join('\t')}\n`
}

/** What jsonb cannot hold stands as it is told of, and nothing is endless. */
const storable = (value: unknown): unknown =>
  typeof value === 'string'
    ? Buffer.from(value.slice(0, 1_000).replaceAll('\u0000', '\\0')).toString()
    : value
