import { parse } from 'csv-parse'
import type { CountryCode } from 'libphonenumber-js/max'
import { originalText, unescapeFormula } from '../../../lib/csv.ts'
import { detectDelimiter, readSeparatorLine } from './detect-format.ts'
import { FileError } from './file-error.ts'
import { readPhoneCell } from './phone-cell.ts'
import type { DelimiterSource, Reading, ReadOptions } from './read-options.ts'
import { type ByteSource, type FileRecord, maxRecordLength, textOf } from './records.ts'
import { codeColumn, rejectedExportDelimiter } from './rejected-export.ts'

/** Records of a CSV file. Sets `reading.delimiter` and `reading.encoding`. @throws FileError */
export async function* csvRecords(
  source: ByteSource,
  options: ReadOptions,
  reading: Reading,
  head: Uint8Array,
): AsyncGenerator<FileRecord> {
  const text = textOf(source, options, reading, head)
  const firstChunk = await text.next()
  if (firstChunk.done) return
  const separatorLine = readSeparatorLine(firstChunk.value)
  const exportDelimiter = rejectedExportDelimiter(firstChunk.value)
  const isExport = exportDelimiter !== undefined
  const [delimiter, delimiter_source] = delimiterOf(
    options.delimiter,
    separatorLine?.separator,
    exportDelimiter,
    () => detectDelimiter(firstChunk.value.slice(separatorLine?.length ?? 0)),
  )
  Object.assign(reading, { delimiter, delimiter_source })
  const parser = parse({
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // Excel writes empty rows below a list as lines of delimiters.
    skip_records_with_empty_values: true,
    info: true,
    bom: true,
    // The longest row that was accepted has the reason of its rejection in an export.
    max_record_size: maxRecordLength * (isExport ? 2 : 1),
    from_line: separatorLine === undefined ? 1 : 2,
    // One file may mix them: parts of it were written by different programs.
    record_delimiter: ['\r\n', '\n', '\r'],
  })
  const restore = isExport ? originalText : unescapeFormula
  const feeding = feed(parser, firstChunk.value, withShortLines(text, firstChunk.value, isExport))
  let lastLine = separatorLine === undefined ? 0 : 1
  // The parser counts CRLF within quotes as two lines.
  let extraLines = 0
  try {
    for await (const { record: cells, info } of parser as AsyncIterable<CsvRecord>) {
      const firstLine = lastLine + 1
      const isSpanning = info.lines - extraLines > firstLine && cells.some(isMultiLine)
      if (isSpanning) extraLines += cells.join(delimiter).split('\r\n').length - 1
      lastLine = info.lines - extraLines
      for (let i = 0; i < cells.length; i++) cells[i] = restore(cells[i] as string)
      // Quotes of an export are right, except for rows in which they were not.
      const mayBeStray = isSpanning && (!isExport || cells[codeColumn] === 'stray_quote')
      if (mayBeStray && hasSwallowedNumbers(cells, options.country)) {
        yield* brokenRecords(cells, firstLine, lastLine, delimiter)
      } else yield { line: lastLine, cells }
    }
  } catch (error) {
    throw csvError(error, lastLine)
  } finally {
    parser.destroy()
    await feeding
  }
}

/** The delimiter, and why it was chosen. */
function delimiterOf(
  requested: string | undefined,
  ofSeparatorLine: string | undefined,
  ofExport: string | undefined,
  detect: () => string,
): [string, DelimiterSource] {
  if (requested !== undefined) return [requested, 'request']
  if (ofSeparatorLine !== undefined) return [ofSeparatorLine, 'sep_line']
  return ofExport === undefined ? [detect(), 'frequency'] : [ofExport, 'rejected_export']
}

interface CsvRecord {
  record: string[]
  /** `lines` is the line on which the record ends. */
  info: { lines: number }
}

const lineEnd = /\r\n|\n|\r/
const isMultiLine = (cell: string) => cell.includes('\n') || cell.includes('\r')
const numberLike = /\+?\d[\d\s().-]{5,}\d/g
const dateLike = /^\d{1,4}[.-]\d{1,2}[.-]\d{1,4}\b/

/**
 * Whether a cell spans lines of which a later one holds a phone number: probably a quote was typed by mistake, and the cell
 * contains the rows below it. A cell with a number on every line holds several numbers.
 */
function hasSwallowedNumbers(cells: readonly string[], country: CountryCode | undefined): boolean {
  const isNumber = (text: string) => !dateLike.test(text) && readPhoneCell(text, country).ok
  const hasNumber = (line: string) => (line.match(numberLike) ?? []).some((text) => isNumber(text.trim()))
  return cells.filter(isMultiLine).some((cell) => {
    const lines = cell.split(lineEnd)
    return lines.slice(1).some(hasNumber) && !lines.every((line) => line.trim() === '' || isNumber(line))
  })
}

/** Rejected records for the lines of a broken record: one for each line if they look like rows, else one for all. */
function* brokenRecords(
  cells: string[],
  minLine: number,
  lastLine: number,
  delimiter: string,
): Generator<FileRecord> {
  const lines = cells.join(delimiter).split(lineEnd)
  const firstLine = Math.max(minLine, lastLine - lines.length + 1)
  const error = {
    code: 'stray_quote',
    detail: `A quote on line ${firstLine} makes one cell of lines ${firstLine} to ${lastLine}, which contains other phone numbers. Remove the quote, or the numbers from the cell.`,
  } as const
  const hasRows =
    firstLine + lines.length - 1 === lastLine && lines.slice(1).some((line) => line.includes(delimiter))
  if (!hasRows) yield { line: lastLine, cells, error }
  for (const [i, line] of hasRows ? lines.entries() : []) {
    if (line.trim() !== '') yield { line: firstLine + i, cells: line.split(delimiter), error }
  }
}

/** Maximum characters of a line: a record of the maximum size, with quotes and delimiters. */
const maxLineLength = 4 * maxRecordLength

/** The parts of a text. @throws FileError when a line is too long: the parser has no limit for the cells of a record */
async function* withShortLines(
  parts: AsyncIterable<string>,
  first: string,
  isExport: boolean,
): AsyncGenerator<string> {
  let length = first.length - endOfLastLine(first)
  for await (const text of parts) {
    const end = endOfLastLine(text)
    length = end > 0 ? text.length - end : length + text.length
    if (length > maxLineLength * (isExport ? 2 : 1)) {
      const detail = `A line has more than ${maxLineLength.toLocaleString('en')} characters. Check that the file is a table with line ends.`
      throw new FileError('line_too_long', detail)
    }
    yield text
  }
}

const endOfLastLine = (text: string) => Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1

/** Writes text to a parser with backpressure. An error of the text ends the parser with that error. */
async function feed(
  parser: ReturnType<typeof parse>,
  first: string,
  rest: AsyncIterable<string>,
): Promise<void> {
  const write = async (text: string) => {
    if (parser.destroyed || parser.write(text)) return
    await new Promise<void>((resolve) => {
      const onWritable = () => {
        parser.off('drain', onWritable).off('close', onWritable)
        resolve()
      }
      parser.on('drain', onWritable).on('close', onWritable)
    })
  }
  try {
    await write(first)
    for await (const text of rest) {
      if (parser.destroyed) return
      await write(text)
    }
    parser.end()
  } catch (error) {
    parser.destroy(error as Error)
  }
}

/** Replaces the messages of the CSV parser, because they contain cells of the file. Other errors are returned unchanged. */
function csvError(error: unknown, lastLine: number): unknown {
  if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))) return error
  const detail =
    error.code === 'CSV_MAX_RECORD_SIZE' || error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? `A quote on line ${lastLine + 1} or below it is never closed, or the row has more than ${maxRecordLength.toLocaleString('en')} characters. Close the quote, or shorten the row.`
      : `The file is not valid CSV below line ${lastLine}. Check that every quote is closed.`
  return new FileError('invalid_csv', detail)
}
