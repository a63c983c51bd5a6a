import type { RowErrorCode } from '../../../lib/list-error-codes.ts'
import { type FurtherNumber, furtherNumbersOf } from '../../../lib/phone/contact-numbers.ts'
import type { PhoneNumber } from '../../../lib/phone.ts'
import { isStorable, isStorableJson, isVisible } from '../../../lib/text.ts'
import { localZonesOf, resolveDialTimezone, type ZoneSettings } from '../../../lib/time/dial-timezone.ts'
import { isTimeZone } from '../../../lib/time/instants.ts'
import type { RowField } from '../columns/column-names.ts'
import { cellText } from './cell-text.ts'
import type { ColumnMapping } from './column-mapping.ts'
import { parsePriority, parseTime, RowError } from './field-values.ts'
import { phoneTextsOf, type RowReadOptions, readPhonesOfRow } from './phone-cell.ts'
import type { PhoneNote } from './read-options.ts'
import type { RecordError } from './records.ts'
import { isReasonColumn } from './rejected-export.ts'

/** A row of a file. `code` is null for a valid row; otherwise `code` and `detail` give the reason why it is rejected. */
export interface ContactRow {
  line: number
  phone_number: string | null
  phone_extension: string | null
  /** The contact's other numbers, in the order of the columns. Their cells also are in contact_data under their column names. */
  further_numbers: FurtherNumber[]
  contact_name: string | null
  contact_data: Record<string, unknown>
  timezone: string | null
  dial_timezone: string | null
  timezone_source: string | null
  priority: number | null
  next_attempt_at: string | null
  /** How the number was read. */
  phone_notes: PhoneNote[]
  code: RowErrorCode | null
  detail: string | null
  cells: readonly unknown[]
}

interface RowOptions extends ZoneSettings, RowReadOptions {
  /** To which times such as `tomorrow 10:00` refer. */
  now: Date
  /** Time zone of times without an offset, in rows without a zone. Undefined: the zone of the contact. */
  timesTimezone?: string | undefined
}

const maxCellLength = 10_000
const maxNameLength = 200

/** Reads the cells of one row of a call list. */
export const readRow = (
  line: number,
  cells: readonly unknown[],
  columns: ColumnMapping,
  options: RowOptions,
): ContactRow => rowOf(line, cells, (row) => setFields(row, cells, columns, options))

/**
 * A row whose fields `set` fills in. Never throws for an invalid row: its code and detail are set.
 *
 * @param set throws RowError for an invalid row
 */
export function rowOf(line: number, cells: readonly unknown[], set: (row: ContactRow) => void): ContactRow {
  const row = emptyRow(line, cells)
  try {
    set(row)
  } catch (error) {
    if (!(error instanceof RowError)) throw error
    row.code = error.code
    row.detail = error.message
  }
  return row
}

/** The rejected row of a record that could not be parsed. */
export const rejectedRow = (
  line: number,
  cells: readonly unknown[],
  { code, detail }: RecordError,
): ContactRow => ({ ...emptyRow(line, cells), code, detail })

const emptyRow = (line: number, cells: readonly unknown[]): ContactRow => ({
  line,
  phone_number: null,
  phone_extension: null,
  further_numbers: [],
  contact_name: null,
  contact_data: {},
  timezone: null,
  dial_timezone: null,
  timezone_source: null,
  priority: null,
  next_attempt_at: null,
  phone_notes: [],
  code: null,
  detail: null,
  cells,
})

function setFields(
  row: ContactRow,
  cells: readonly unknown[],
  columns: ColumnMapping,
  options: RowOptions,
): void {
  const fields = readFields(row, cells, columns)
  setPhones(row, cells, columns, options)
  setName(row, fields.contact_name)
  setTimeZone(row, fields.timezone)
  row.priority = parsePriority(fields.priority)
  if (fields.next_attempt_at !== undefined) {
    const timezones =
      options.timesTimezone !== undefined && row.timezone === null
        ? [options.timesTimezone]
        : localZonesOf(options, row.dial_timezone ?? '')
    row.next_attempt_at = parseTime(fields.next_attempt_at, { timezones, now: options.now })
  }
}

/**
 * The texts of the columns that fill a field. Sets contact_data to the cells of the columns that are stored there.
 *
 * @throws RowError when there are more cells than columns, or a cell cannot be stored
 */
export function readFields(
  row: ContactRow,
  cells: readonly unknown[],
  { names, targets }: ColumnMapping,
): Partial<Record<RowField, string>> {
  if (
    cells.length > targets.length &&
    cells.findLastIndex((cell) => cellText(cell) !== '') >= targets.length
  ) {
    const reasons = names.filter(isReasonColumn).length
    throw new RowError(
      'too_many_cells',
      `The row has ${cells.length - reasons} cells, but the header has ${names.length - reasons} columns. Put cells that contain the delimiter in quotes.`,
    )
  }
  const fields: Partial<Record<RowField, string>> = {}
  for (const [i, target] of targets.entries()) {
    const cell = cells[i]
    if (target === undefined || cell === undefined || cell === null) continue
    const text = cellText(cell)
    assertStorable(cell, typeof cell === 'string' ? cell : text, names[i] as string)
    if (text === '') continue
    if ('field' in target) fields[target.field] = text
    else row.contact_data[target.data] = typeof cell === 'string' ? text : cell
  }
  return fields
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

/**
 * The first valid number of the phone columns is the contact's. Cells with anything else are kept in contact_data.
 *
 * @throws RowError when no column has a valid number
 */
function setPhones(
  row: ContactRow,
  cells: readonly unknown[],
  columns: ColumnMapping,
  options: RowOptions,
): void {
  const { names, phones } = columns
  const numbers: PhoneNumber[] = []
  let failure: RowError | undefined
  let unused: Record<string, string> | undefined
  for (const column of phones) {
    const cell = cells[column]
    const text = cellText(cell)
    let isUsed = false
    for (const part of numbersOf(cell, text)) {
      const phone = readPhonesOfRow(part, cells, columns, options)
      if (!phone.ok) {
        if (failure === undefined || failure.code === 'no_phone_number')
          failure = new RowError(phone.code, phone.detail)
        continue
      }
      if (numbers.length === 0) isUsed = phone.numbers.length === 1 && part === text
      numbers.push(...phone.numbers)
    }
    if (text !== '' && !isUsed) {
      unused ??= {}
      unused[names[column] as string] = text
    }
  }
  const first = numbers[0]
  if (first === undefined) throw failure as RowError
  row.phone_number = first.number
  row.phone_extension = first.extension ?? null
  if (numbers.length > 1) row.further_numbers = furtherNumbersOf(first, numbers.slice(1))
  row.phone_notes.push(...notesOf(first))
  if (row.further_numbers.length > 0) row.phone_notes.push('further_number')
  if (unused !== undefined) Object.assign(row.contact_data, unused)
}

/** How a number was read. */
export const notesOf = ({ inferred, extension }: PhoneNumber): PhoneNote[] =>
  extension === undefined ? inferred : [...inferred, 'extension']

const numbersOf = (cell: unknown, text: string): string[] =>
  Array.isArray(cell) ? cell.map(cellText) : phoneTextsOf(text)

function setName(row: ContactRow, name: string | undefined): void {
  if (!name || !isVisible(name)) return
  if (name.length > maxNameLength) {
    throw new RowError(
      'too_long',
      `The name has ${name.length} characters; at most ${maxNameLength} are allowed.`,
    )
  }
  row.contact_name = name
}

function setTimeZone(row: ContactRow, timezone: string | undefined): void {
  if (timezone && !isTimeZone(timezone)) {
    throw new RowError('unknown_timezone', 'The time zone is not an IANA time zone, like Europe/Moscow.')
  }
  row.timezone = timezone || null
  Object.assign(row, resolveDialTimezone(row.timezone, row.phone_number as string))
}
