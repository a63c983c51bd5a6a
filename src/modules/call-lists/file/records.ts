import { parse } from 'csv-parse'
import { streamXlsxRows } from 'hucre/xlsx'
import type { RowErrorCode } from '../../../lib/error-codes.ts'
import { truncate } from '../../../lib/text.ts'
import { FileError } from './column-mapping.ts'
import { detectDelimiter, readSeparatorLine } from './detect-format.ts'
import { detectByteOrderMark, detectUtf16, StreamDecoder } from './encoding.ts'
import { headerSearchRows, maxRows, type Reading, type ReadOptions } from './read-options.ts'
import { guardWorkbook } from './zip-guard.ts'

/** Maximum characters of a record. It also limits how much is read after a quote that is never closed. */
const maxRecordLength = 65_536
/** A workbook is read into memory as a whole. */
const maxWorkbookBytes = 40 * 2 ** 20

/** Bytes that arrive in chunks. `head` inspects the first of them without consuming them. */
export class ByteSource {
  private readonly iterator: AsyncIterator<Uint8Array>
  private buffered: Uint8Array[] = []

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.iterator = chunks[Symbol.asyncIterator]()
  }

  /** The first chunks, until there are at least `minBytes` or the source ends. `bytes` yields them again. */
  async head(minBytes: number): Promise<Uint8Array> {
    let length = 0
    while (length < minBytes) {
      const next = await this.iterator.next()
      if (next.done) break
      this.buffered.push(next.value)
      length += next.value.length
    }
    const head = Buffer.concat(this.buffered)
    this.buffered = [head]
    return head
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    yield* this.buffered.filter(({ length }) => length > 0)
    this.buffered = []
    for (;;) {
      const next = await this.iterator.next()
      if (next.done) return
      yield next.value
    }
  }
}

/** The reason why a record could not be parsed. */
export interface RecordError {
  code: RowErrorCode
  detail: string
}

/** A row of the file before its columns are known. */
interface FileRecord {
  /** Starts at 1. For CSV the line on which the record ends. */
  line: number
  cells: unknown[]
  error?: RecordError
}

/** Decodes a file chunk by chunk. @throws FileError when bytes are not valid in its encoding */
async function* textOf(source: ByteSource, options: ReadOptions, reading: Reading, head: Uint8Array) {
  const mark = detectByteOrderMark(head)
  const decoder = new StreamDecoder(options.encoding ?? mark?.encoding ?? detectUtf16(head))
  // The byte order mark is skipped, unless the request names another encoding.
  let bytesToSkip = mark !== undefined && mark.encoding === decoder.encoding ? mark.length : 0
  try {
    for await (const chunk of source.bytes()) {
      const text = decoder.write(bytesToSkip > 0 ? chunk.subarray(bytesToSkip) : chunk)
      bytesToSkip = 0
      reading.encoding = decoder.encoding ?? 'utf-8'
      if (text !== '') yield text
    }
    const rest = decoder.end()
    if (rest !== '') yield rest
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new FileError(
      'invalid_encoding',
      `The file contains bytes that are not valid ${decoder.encoding}. Set the field encoding to the encoding of the file.`,
    )
  }
}

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
  const delimiter =
    options.delimiter ??
    separatorLine?.separator ??
    detectDelimiter(firstChunk.value.slice(separatorLine?.length ?? 0))
  reading.delimiter = delimiter
  const parser = parse({
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    info: true,
    bom: true,
    max_record_size: maxRecordLength,
    from_line: separatorLine === undefined ? 1 : 2,
  })
  const feeding = feed(parser, firstChunk.value, text)
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      yield { line: info.lines, cells: record }
    }
  } catch (error) {
    throw csvError(error)
  } finally {
    parser.destroy()
    await feeding
  }
}

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
function csvError(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))) return error
  const nearLine = 'lines' in error ? ` near line ${String(error.lines)}` : ''
  const detail =
    error.code === 'CSV_MAX_RECORD_SIZE' || error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? `A quote${nearLine} is never closed, or a row is longer than ${maxRecordLength.toLocaleString('en')} characters.`
      : `The file is not valid CSV${nearLine}. Check that every quote is closed.`
  return new FileError('invalid_csv', detail)
}

/** Records of a JSON Lines file. The keys of the first object are the columns. @throws FileError */
export async function* jsonRecords(
  source: ByteSource,
  options: ReadOptions,
  reading: Reading,
  head: Uint8Array,
): AsyncGenerator<FileRecord> {
  let columns: string[] | undefined
  for await (const { line, text } of linesOf(textOf(source, options, reading, head))) {
    const object = parseObject(text)
    if (object === undefined) {
      const detail = 'The line is not a JSON object. Write one object per line.'
      yield { line, cells: [text], error: { code: 'invalid_json', detail } }
      continue
    }
    if (columns === undefined) {
      columns = Object.keys(object)
      yield { line: 0, cells: columns }
    }
    const knownKeys = columns
    const unknownKey = Object.keys(object).find((key) => !knownKeys.includes(key))
    if (unknownKey !== undefined) {
      const detail = `The key "${truncate(unknownKey, 50)}" is not in the first line, whose keys are the columns. Add it there, or remove it.`
      yield { line, cells: [text], error: { code: 'unknown_key', detail } }
      continue
    }
    yield { line, cells: columns.map((name) => object[name] ?? '') }
  }
}

/** The JSON object of a line; undefined when the line is anything else. */
function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The lines that are not blank, with their numbers. @throws FileError when a line is too long */
async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<{ line: number; text: string }> {
  let incompleteLine = ''
  let line = 0
  for await (const text of texts) {
    const lines = (incompleteLine + text).split(/\r?\n/)
    incompleteLine = lines.pop() ?? ''
    if (incompleteLine.length > maxRecordLength) {
      const detail = `Line ${line + lines.length + 1} has more than ${maxRecordLength.toLocaleString('en')} characters.`
      throw new FileError('line_too_long', detail)
    }
    for (const lineText of lines) {
      line++
      if (lineText.trim() !== '') yield { line, text: lineText }
    }
  }
  if (incompleteLine.trim() !== '') yield { line: line + 1, text: incompleteLine }
}

/** Records of the first sheet of a workbook. The archive is checked before it is unpacked. @throws FileError */
export async function* workbookRecords(source: ByteSource): AsyncGenerator<FileRecord> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of source.bytes()) {
    length += chunk.length
    if (length > maxWorkbookBytes) {
      throw new FileError('too_large', 'The workbook is larger than 40 MB. Save it as CSV.')
    }
    chunks.push(chunk)
  }
  const file = Buffer.concat(chunks)
  guardWorkbook(file)
  const rows = streamXlsxRows(file, { sheet: 0, maxRows: maxRows + headerSearchRows })
  for (;;) {
    const next = await rows.next().catch(() => {
      const detail = 'The workbook cannot be read. Open it and save it again, or save it as CSV.'
      throw new FileError('broken_workbook', detail)
    })
    if (next.done) return
    const cells = next.value.values.map(cellText)
    if (cells.length > 0 && cells.some((cell) => cell !== '')) yield { line: next.value.index + 1, cells }
  }
}

/** The text of a cell: an integer with all its digits, a time as YYYY-MM-DD HH:MM:SS, a formula as its result. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return timeText(value)
  if (typeof value === 'object')
    return 'result' in value ? cellText((value as { result: unknown }).result) : JSON.stringify(value)
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e15
    ? value.toFixed(0)
    : String(value)
}

/** YYYY-MM-DD HH:MM:SS; only the date when the time is midnight; milliseconds only when they are not 0; '' when invalid. */
const timeText = (value: Date): string =>
  Number.isNaN(value.getTime())
    ? ''
    : value
        .toISOString()
        .replace(/\.000Z$/, '')
        .replace(/T00:00:00$/, '')
        .replace('T', ' ')
