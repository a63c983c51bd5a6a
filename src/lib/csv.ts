import { stringify } from 'csv-stringify/sync'

export interface CsvColumn {
  name: string
  isNumber: boolean
}

/** How a sheet program of some country reads a file: a Russian Excel wants ";", a decimal comma, and the mark. */
export interface CsvFormat {
  separator?: ',' | ';' | undefined
  decimal?: '.' | ',' | undefined
  /** The byte order mark, by which Excel knows UTF-8. */
  bom?: boolean | undefined
}

/** What a sheet program takes for the beginning of a formula, full-width forms too. */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
/** What begins like one and is a phone number (E.164), or a number. */
const harmless = /^(\+\d{7,15}|[+-]?\d+([.,]\d+)?)$/

/** Text that no sheet program runs: what begins like a formula is marked as text by an apostrophe. */
export const escapeFormula = (text: string): string =>
  formula.test(text) && !harmless.test(text) ? `'${text}` : text

/** The text of a cell that `safeCell` has marked. */
export const unescapeFormula = (cell: string): string =>
  cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell

/** The first line: the columns' names. */
export const csvHeader = (columns: readonly CsvColumn[], format: CsvFormat): string =>
  (format.bom ? '\ufeff' : '') + lines([columns.map(({ name }) => name)], format)

/** Rows as lines of CSV (RFC 4180); null is an empty cell. */
export function csvRows(
  columns: readonly CsvColumn[],
  rows: readonly Record<string, string | null>[],
  format: CsvFormat,
): string {
  const cell = ({ name, isNumber: is_number }: CsvColumn, row: Record<string, string | null>) => {
    const text = row[name] ?? ''
    if (!is_number) return escapeFormula(text)
    return format.decimal === ',' ? text.replace('.', ',') : text
  }
  const cells = rows.map((row) => columns.map((column) => cell(column, row)))
  return lines(cells, format)
}

const lines = (cells: string[][], { separator = ',' }: CsvFormat) =>
  // A lone line feed or carriage return within a cell is quoted too.
  stringify(cells, { delimiter: separator, record_delimiter: '\r\n', quote_record_delimiter: true })
