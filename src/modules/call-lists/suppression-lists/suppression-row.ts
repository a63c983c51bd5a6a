import type { SuppressionReason } from '../../../db/schema/index.ts'
import { cellText } from '../file/cell-text.ts'
import type { ColumnMapping } from '../file/column-mapping.ts'
import { RowError } from '../file/field-values.ts'
import { phoneTextsOf, readPhoneCellNumbers } from '../file/phone-cell.ts'
import type { ReadOptions, SuppressionOptions } from '../file/read-options.ts'
import { type ContactRow, emptyRow, readFields } from '../file/rows.ts'
import { parseExpiry, parseNote, parseReason } from './suppression-values.ts'

/** What contact_data holds for a row of a suppression list. */
export interface SuppressionData {
  reason: SuppressionReason
  note: string | null
  /** ISO 8601 in UTC; null: never. */
  expires_at: string | null
}

/**
 * Reads the cells of one row of a suppression list. contact_data holds a `SuppressionData`; further_numbers are suppressed too. Never throws for an invalid row: its code and detail are set.
 *
 * Every number of the row is suppressed. When one of them cannot be read, the row is rejected so that it is reported, and its
 * other numbers are in the row nevertheless: the list asks for each of them not to be called.
 */
export function readSuppressionRow(
  line: number,
  cells: readonly unknown[],
  columns: ColumnMapping,
  options: ReadOptions & { suppressions: SuppressionOptions },
): ContactRow {
  const row = emptyRow(line, cells)
  try {
    const fields = readFields(row, cells, columns)
    const data: SuppressionData = {
      reason: parseReason(fields.reason) ?? options.suppressions.reason,
      note: parseNote(fields.note),
      expires_at: parseExpiry(fields.expires_at, options.now, options.suppressions.timezone),
    }
    row.contact_data = { ...data }
    setNumbers(row, cells, columns, options)
  } catch (error) {
    if (!(error instanceof RowError)) throw error
    row.code = error.code
    row.detail = error.message
  }
  return row
}

/** @throws RowError when a cell of the phone columns cannot be read, or all are empty */
function setNumbers(
  row: ContactRow,
  cells: readonly unknown[],
  { phones }: ColumnMapping,
  options: ReadOptions & { suppressions: SuppressionOptions },
): void {
  const numbers = new Set<string>()
  let failure: RowError | undefined
  for (const text of textsToRead(phones.flatMap((column) => textsOf(cells[column])))) {
    const phone = readPhoneCellNumbers(text, options.country, { withoutPlus: options.withoutPlus })
    if (phone.ok) {
      for (const { number, extension, inferred } of phone.numbers) {
        numbers.add(number)
        row.phone_notes.push(...inferred, ...(extension === undefined ? [] : (['extension'] as const)))
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
