import { stringify } from 'csv-stringify/sync'
import type { TableColumn, TableRow } from './table.ts'

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
 * A separator of cells or rows within a text, and what follows it up to the next one, if that starts like a formula. A program
 * that opens the file with another separator, such as Excel with Russian settings, splits the text there: it takes no notice of
 * quotes that are not at the start of one of its cells.
 */
const innerFormula = /([,;\t\r\n])(["']*[=+\-@\uff1d\uff0b\uff0d\uff20][^,;\t\r\n]*)/g

/** As `innerFormula`, escaped. */
const escapedInnerFormula = /([,;\t\r\n])'(["']*[=+\-@\uff1d\uff0b\uff0d\uff20])/g

/**
 * Prevents CSV injection: text that a spreadsheet program would run as a formula gets an apostrophe in front. So does text
 * that has one already, so that `unescapeFormula` restores both. Within a text the same applies after each separator.
 */
function escapeFormula(text: string): string {
  const inner = text.replace(innerFormula, (part, separator: string, formula: string) =>
    phoneOrNumber.test(formula) ? part : `${separator}'${formula}`,
  )
  return formulaStart.test(inner) && !phoneOrNumber.test(inner) ? `'${inner}` : inner
}

/** A text without the apostrophe that spreadsheet programs put in front of a formula to show it as text. */
export const unescapeFormula = (cell: string): string =>
  cell.startsWith("'") && formulaStart.test(cell.slice(1)) ? cell.slice(1) : cell

/** The original text of a cell of an export: as `unescapeFormula`, also after separators within the text. */
export const originalText = (cell: string): string =>
  unescapeFormula(cell).replace(escapedInnerFormula, '$1$2')

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

/** The cells of a row of a table as CSV texts. Phone numbers and other texts of digits are unchanged. */
export const csvTexts = (columns: readonly TableColumn[], row: TableRow, { decimal }: CsvFormat): string[] =>
  row.map((cell, i) => {
    if (cell === null) return ''
    const isNumber = typeof cell === 'number' || columns[i]?.type === 'number'
    return isNumber && decimal === ',' ? String(cell).replace('.', ',') : String(cell)
  })

const isTexts = (row: CsvRow): row is readonly string[] => Array.isArray(row)

const toLines = (cells: string[][], { separator = ',' }: CsvFormat) =>
  // quote_record_delimiter also quotes cells with a single line feed or carriage return. Cells with the separator of another
  // program are quoted too.
  stringify(cells, {
    delimiter: separator,
    record_delimiter: '\r\n',
    quote_record_delimiter: true,
    quoted_match: /[,;\t]/,
  })
