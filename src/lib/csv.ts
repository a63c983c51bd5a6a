import { stringify } from 'csv-stringify/sync'

export interface CsvColumn {
  name: string
  isNumber: boolean
}

/** The CSV format that a spreadsheet program expects. A Russian Excel needs ";", a decimal comma and a byte order mark. */
export interface CsvFormat {
  separator?: ',' | ';' | undefined
  decimal?: '.' | ',' | undefined
  /** Starts the file with a byte order mark, by which Excel recognises UTF-8. */
  bom?: boolean | undefined
}

/**
 * A row: its values by column name, or its texts from left to right. A row of texts may have more or fewer cells than there
 * are columns.
 */
export type CsvRow = Readonly<Record<string, string | null>> | readonly string[]

/**
 * Texts that a spreadsheet program reads as a formula, including the full-width forms of their first character, and texts
 * with apostrophes before one.
 */
const formulaStart = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
/** E.164 phone numbers, also with an extension (RFC 3966), and signed numbers: they start like a formula and are safe. */
const phoneOrNumber = /^(\+\d{7,15}(;ext=\d+)?|[+-]?\d+([.,]\d+)?)$/

/**
 * Prevents CSV injection: text that a spreadsheet program would run as a formula gets an apostrophe in front. So does text
 * that has one already, so that `unescapeFormula` restores both.
 */
const escapeFormula = (text: string): string =>
  formulaStart.test(text) && !phoneOrNumber.test(text) ? `'${text}` : text

/** The original text of a cell that `escapeFormula` returned. */
export const unescapeFormula = (cell: string): string =>
  cell.startsWith("'") && formulaStart.test(cell.slice(1)) ? cell.slice(1) : cell

/** The first line of a CSV file: the column names. */
export const csvHeader = (columns: readonly CsvColumn[], format: CsvFormat): string =>
  (format.bom ? '\ufeff' : '') + toLines([columns.map(({ name }) => escapeFormula(name))], format)

/** Rows as lines of CSV (RFC 4180). null becomes an empty cell. */
export function csvRows(columns: readonly CsvColumn[], rows: readonly CsvRow[], format: CsvFormat): string {
  const toCell = ({ name, isNumber }: CsvColumn, row: Readonly<Record<string, string | null>>) => {
    const text = row[name] ?? ''
    if (!isNumber) return escapeFormula(text)
    return format.decimal === ',' ? text.replace('.', ',') : text
  }
  const cells = rows.map((row) =>
    isTexts(row) ? row.map(escapeFormula) : columns.map((column) => toCell(column, row)),
  )
  return toLines(cells, format)
}

const isTexts = (row: CsvRow): row is readonly string[] => Array.isArray(row)

const toLines = (cells: string[][], { separator = ',' }: CsvFormat) =>
  // quote_record_delimiter also quotes cells with a single line feed or carriage return.
  stringify(cells, { delimiter: separator, record_delimiter: '\r\n', quote_record_delimiter: true })
