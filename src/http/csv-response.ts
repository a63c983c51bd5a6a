import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RowSink } from '../db/stream-rows.ts'
import { type CsvColumn, type CsvFormat, type CsvRow, csvHeader, csvRows } from '../lib/csv.ts'
import { OneOf } from '../lib/schema/typebox.ts'
import { TimeSlices } from '../lib/time-slice.ts'
import { type ReaderLimits, type RowEncoder, type SendBytes, sendRows } from './export-response.ts'

/** Query parameters that set the format of a CSV file. */
export const CsvQuery = {
  separator: Type.Optional(
    OneOf([',', ';'] as const, {
      description: 'Separator of cells; "," unless given. Excel with Russian settings expects ";".',
    }),
  ),
  decimal: Type.Optional(
    OneOf(['.', ','] as const, {
      description: 'Decimal separator of numbers; "." unless given. Excel with Russian settings expects ",".',
    }),
  ),
  bom: Type.Optional(
    Type.Boolean({
      description: 'Start the file with a byte order mark, so that Excel reads it as UTF-8.',
    }),
  ),
}

export const csvDescription =
  'A CSV file, streamed. A cell or column name that spreadsheet programs would execute as a formula starts with an apostrophe, also within a cell after a comma, semicolon, tab or line end; phone numbers and other numbers are unchanged. If the export fails midway, the connection is closed before the final chunk, so that the file is not mistaken for a complete one.'

/** The content of a text/csv response; the example shows its first lines. */
export const csvContent = (example: string) => ({
  'text/csv': { schema: Type.String({ examples: [example] }) },
})

/** The schema of a text/csv response; the example shows its first lines. */
export const CsvResponse = (example: string) => ({
  description: csvDescription,
  content: csvContent(example),
})

interface CsvFile {
  /** File name without the extension. */
  name: string
  columns: readonly CsvColumn[]
  format: CsvFormat
}

/**
 * Streams rows as a CSV file, as `sendRows` does.
 *
 * @param read reads the rows into the sink, which waits for the client to accept them
 */
export const sendCsv = (
  request: FastifyRequest,
  reply: FastifyReply,
  { name, columns, format }: CsvFile,
  read: (sink: RowSink<CsvRow>) => Promise<void>,
  limits?: ReaderLimits,
): Promise<never> =>
  sendRows(
    request,
    reply,
    {
      name: `${name}.csv`,
      contentType: csvContentType,
      encode: (send) =>
        new CsvEncoder<CsvRow>(
          send,
          () => columns,
          format,
          (row) => row,
        ),
    },
    read,
    limits,
  )

export const csvContentType = 'text/csv; charset=utf-8'

/** Cells that are written between two looks at the clock: some 2 ms. */
const cellsPerChunk = 1_000

/** Rows as CSV. The columns are read before the first row is written. */
export class CsvEncoder<Row> implements RowEncoder<Row> {
  private readonly send: SendBytes
  private readonly columns: () => readonly CsvColumn[]
  private readonly format: CsvFormat
  private readonly toCsvRow: (row: Row) => CsvRow
  private readonly slices = new TimeSlices()
  private hasHeader = false

  constructor(
    send: SendBytes,
    columns: () => readonly CsvColumn[],
    format: CsvFormat,
    toCsvRow: (row: Row) => CsvRow,
  ) {
    this.send = send
    this.columns = columns
    this.format = format
    this.toCsvRow = toCsvRow
  }

  async write(rows: readonly Row[]): Promise<void> {
    const columns = this.columns()
    const rowsPerChunk = Math.max(1, Math.floor(cellsPerChunk / Math.max(1, columns.length)))
    let text = this.header()
    for (let from = 0; from < rows.length; from += rowsPerChunk) {
      await this.slices.next()
      const chunk = rows.slice(from, from + rowsPerChunk).map(this.toCsvRow)
      text += csvRows(columns, chunk, this.format)
    }
    await this.send(text)
  }

  async end(): Promise<void> {
    const header = this.header()
    if (header !== '') await this.send(header)
  }

  abort(): void {
    // Nothing is kept of the rows.
  }

  /** The header of the file; an empty text when it is written. */
  private header(): string {
    if (this.hasHeader) return ''
    this.hasHeader = true
    return csvHeader(this.columns(), this.format)
  }
}
