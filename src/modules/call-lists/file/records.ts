import { parse } from 'csv-parse'
import { streamXlsxRows } from 'hucre/xlsx'
import { FileError } from './column-mapping.ts'
import { detectDelimiter, readSeparatorLine } from './detect-format.ts'
import { detectByteOrderMark, detectUtf16, StreamDecoder } from './encoding.ts'
import { headerSearchRows, maxRows, type Reading, type ReadOptions } from './read-options.ts'
import { guardWorkbook } from './zip-guard.ts'

/** One record, characters: a quote that is never closed ends here. */
const mostRecord = 65_536
const mostWorkbook = 40 * 2 ** 20

/** Bytes that come in pieces, of which the first are looked at before they are read. */
export class ByteSource {
  private readonly iterator: AsyncIterator<Uint8Array>
  private held: Uint8Array[] = []

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.iterator = chunks[Symbol.asyncIterator]()
  }

  async head(bytes: number): Promise<Uint8Array> {
    let length = 0
    while (length < bytes) {
      const next = await this.iterator.next()
      if (next.done) break
      this.held.push(next.value)
      length += next.value.length
    }
    const all = Buffer.concat(this.held)
    this.held = [all]
    return all
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    yield* this.held.filter(({ length }) => length > 0)
    this.held = []
    for (;;) {
      const next = await this.iterator.next()
      if (next.done) return
      yield next.value
    }
  }
}

export interface RecordError {
  code: string
  detail: string
}

export interface FileRecord {
  line: number
  cells: unknown[]
  error?: RecordError
}

/** The text of a file, piece by piece. @throws FileFault when bytes are none of its encoding */
async function* textOf(source: ByteSource, options: ReadOptions, reading: Reading, head: Uint8Array) {
  const mark = detectByteOrderMark(head)
  const decoder = new StreamDecoder(options.encoding ?? mark?.encoding ?? detectUtf16(head))
  // A mark is no text, unless it is said to be of another encoding.
  let toSkip = mark !== undefined && mark.encoding === decoder.encoding ? mark.length : 0
  try {
    for await (const chunk of source.bytes()) {
      const text = decoder.write(toSkip > 0 ? chunk.subarray(toSkip) : chunk)
      toSkip = 0
      reading.encoding = decoder.encoding ?? 'utf-8'
      if (text !== '') yield text
    }
    const rest = decoder.end()
    if (rest !== '') yield rest
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new FileError('invalid_encoding', `The file is not all ${decoder.encoding}: name its encoding.`)
  }
}

export async function* csvRecords(
  source: ByteSource,
  options: ReadOptions,
  reading: Reading,
  head: Uint8Array,
): AsyncGenerator<FileRecord> {
  const text = textOf(source, options, reading, head)
  const first = await text.next()
  if (first.done) return
  const separator = readSeparatorLine(first.value)
  const delimiter =
    options.delimiter ?? separator?.separator ?? detectDelimiter(first.value.slice(separator?.length ?? 0))
  reading.delimiter = delimiter
  const parser = parse({
    ...{ delimiter, relax_column_count: true, skip_empty_lines: true, info: true, bom: true },
    ...{ max_record_size: mostRecord, relax_quotes: true, from_line: separator === undefined ? 1 : 2 },
  })
  const fed = feed(parser, first.value, text)
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      yield { line: info.lines, cells: record }
    }
  } catch (error) {
    throw csvFault(error)
  } finally {
    parser.destroy()
    await fed
  }
}

/** Gives text to a parser as fast as it takes it; what goes wrong with the text is the parser's end. */
async function feed(
  parser: ReturnType<typeof parse>,
  first: string,
  rest: AsyncIterable<string>,
): Promise<void> {
  const write = async (text: string) => {
    if (parser.destroyed || parser.write(text)) return
    await new Promise<void>((resolve) => {
      const go = () => {
        parser.off('drain', go).off('close', go)
        resolve()
      }
      parser.on('drain', go).on('close', go)
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

function csvFault(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))) return error
  const lines = 'lines' in error ? ` near line ${String(error.lines)}` : ''
  const detail =
    error.code === 'CSV_MAX_RECORD_SIZE' || error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? `A quote${lines} is never closed, or a row is longer than ${mostRecord.toLocaleString('en')} characters.`
      : `The file is no CSV${lines}: see to its quotes.`
  return new FileError('invalid_csv', detail)
}

export async function* jsonRecords(
  source: ByteSource,
  options: ReadOptions,
  reading: Reading,
  head: Uint8Array,
): AsyncGenerator<FileRecord> {
  let columns: string[] | undefined
  for await (const { line, text } of linesOf(textOf(source, options, reading, head))) {
    const value = parsedObject(text)
    if (value === undefined) {
      yield { line, cells: [text], error: { code: 'invalid_json', detail: 'is no JSON object' } }
      continue
    }
    if (columns === undefined) {
      columns = Object.keys(value)
      yield { line: 0, cells: columns }
    }
    const known = columns
    const extra = Object.keys(value).filter((name) => !known.includes(name))
    if (extra.length > 0) {
      yield {
        line,
        cells: [text],
        error: {
          code: 'unknown_key',
          detail: `has the key "${extra[0]?.slice(0, 50)}", and the first line has not`,
        },
      }
      continue
    }
    yield { line, cells: columns.map((name) => value[name] ?? '') }
  }
}

function parsedObject(text: string): Record<string, unknown> | undefined {
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

async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<{ line: number; text: string }> {
  let [rest, line] = ['', 0]
  for await (const text of texts) {
    const lines = (rest + text).split(/\r?\n/)
    rest = lines.pop() ?? ''
    if (rest.length > mostRecord)
      throw new FileError('line_too_long', `Line ${line + lines.length + 1} is too long.`)
    for (const one of lines) {
      line++
      if (one.trim() !== '') yield { line, text: one }
    }
  }
  if (rest.trim() !== '') yield { line: line + 1, text: rest }
}

/** The first sheet of a workbook. It is read as a whole, and looked at before anything is unpacked. */
export async function* workbookRecords(source: ByteSource): AsyncGenerator<FileRecord> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of source.bytes()) {
    length += chunk.length
    if (length > mostWorkbook)
      throw new FileError('too_large', 'A workbook has at most 40 MB: save it as CSV.')
    chunks.push(chunk)
  }
  const file = Buffer.concat(chunks)
  guardWorkbook(file)
  const rows = streamXlsxRows(file, { sheet: 0, maxRows: maxRows + headerSearchRows })
  for (;;) {
    const next = await rows.next().catch(() => {
      throw new FileError('broken_workbook', 'The workbook cannot be read: save it again, or as CSV.')
    })
    if (next.done) return
    const cells = next.value.values.map(cellText)
    if (cells.length > 0 && cells.some((cell) => cell !== '')) yield { line: next.value.index + 1, cells }
  }
}

/** A cell of a sheet as people see it: whole numbers with all their digits, times as ISO. */
function cellText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date)
    return Number.isNaN(value.getTime())
      ? ''
      : value
          .toISOString()
          .replace(/\.000Z$/, '')
          .replace(/T00:00:00$/, '')
          .replace('T', ' ')
  if (typeof value === 'object')
    return 'result' in value ? cellText((value as { result: unknown }).result) : JSON.stringify(value)
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e15
    ? value.toFixed(0)
    : String(value)
}
