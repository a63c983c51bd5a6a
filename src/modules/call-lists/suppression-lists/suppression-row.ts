import type { SuppressionReason } from '../../../db/schema/index.ts'
import { cellText } from '../file/cell-text.ts'
import type { ColumnMapping } from '../file/column-mapping.ts'
import { RowError } from '../file/field-values.ts'
import { phoneTextsOf, readPhonesOfRow } from '../file/phone-cell.ts'
import type { ReadOptions, SuppressionOptions } from '../file/read-options.ts'
import { type ContactRow, notesOf, readFields, rowOf } from '../file/rows.ts'
import { parseExpiry, parseNote, parseReason } from './suppression-values.ts'

/** What contact_data holds for a row of a suppression list. */
export interface SuppressionData {
  reason: SuppressionReason
  note: string | null
  /** ISO 8601 in UTC; null: never. */
  expires_at: string | null
}

/**
 * Reads the cells of one row of a suppression list. contact_data holds a `SuppressionData`; further_numbers are suppressed
 * too.
 *
 * Every number of the row is suppressed. When one of them cannot be read, the row is rejected so that it is reported, and its
 * other numbers are in the row nevertheless: the list asks for each of them not to be called.
 */
export const readSuppressionRow = (
  line: number,
  cells: readonly unknown[],
  columns: ColumnMapping,
  options: ReadOptions & { suppressions: SuppressionOptions },
): ContactRow =>
  rowOf(line, cells, (row) => {
    const fields = readFields(row, cells, columns)
    const data: SuppressionData = {
      reason: parseReason(fields.reason) ?? options.suppressions.reason,
      note: parseNote(fields.note),
      expires_at: parseExpiry(fields.expires_at, options.now, options.suppressions.timezone),
    }
    row.contact_data = { ...data }
    setNumbers(row, cells, columns, options)
  })

/** @throws RowError when a cell of the phone columns cannot be read, or all are empty */
function setNumbers(
  row: ContactRow,
  cells: readonly unknown[],
  columns: ColumnMapping,
  options: ReadOptions & { suppressions: SuppressionOptions },
): void {
  const numbers = new Set<string>()
  let failure: RowError | undefined
  for (const text of textsToRead(columns.phones.flatMap((column) => textsOf(cells[column])))) {
    const phone = readPhonesOfRow(text, cells, columns, options)
    if (phone.ok) {
      for (const each of phone.numbers) {
        numbers.add(each.number)
        row.phone_notes.push(...notesOf(each))
      }
    } else if (
      phone.code === 'ambiguous_phone_number' &&
      options.suppressions.ambiguousNumbers === 'suppress_all_readings'
    ) {
      for (const number of phone.candidates) numbers.add(number)
      row.phone_notes.push('all_readings')
    } else failure ??= new RowError(phone.code, phone.detail)
  }
  const [first, ...others] = numbers
  row.phone_number = first ?? null
  row.further_numbers = others.map((number) => ({ phone_number: number, phone_extension: null }))
  if (others.length > 0) row.phone_notes.push('further_number')
  if (failure === undefined && first !== undefined) return
  if (failure === undefined) throw new RowError('no_phone_number', 'The row has no phone number.')
  throw first === undefined
    ? failure
    : new RowError(failure.code, `${failure.message} The other numbers of the row are suppressed.`)
}

/** The texts of a cell that are read one by one. */
const textsOf = (cell: unknown): string[] =>
  (Array.isArray(cell) ? cell.map(cellText) : phoneTextsOf(cellText(cell))).filter((text) => text !== '')

/** Beside a number, a text without digits such as "none" stands for no further number. */
function textsToRead(texts: readonly string[]): readonly string[] {
  const withDigits = texts.filter((text) => /\p{Nd}/u.test(text))
  return withDigits.length > 0 ? withDigits : texts
}
