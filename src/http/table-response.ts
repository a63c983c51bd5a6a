import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RowSink } from '../db/stream-rows.ts'
import { type CsvFormat, csvTexts } from '../lib/csv.ts'
import type { TableColumn, TableRow } from '../lib/table.ts'
import { assertTimeZone } from '../lib/time/instants.ts'
import { zoneOffsets } from '../lib/time/zone-offsets.ts'
import { CsvEncoder, csvContent, csvContentType, csvDescription } from './csv-response.ts'
import { type RowEncoder, type SendBytes, sendRows } from './export-response.ts'
import { XlsxEncoder, xlsxContentType } from './xlsx-encoder.ts'

/** The schema of a response that is a CSV file or a workbook; the example shows the first lines of the CSV file. */
export const TableResponse = (example: string) => ({
  description: `${csvDescription} A workbook has the same columns: texts and phone numbers as texts, times as dates of the \`timezone\`. After 1,048,576 rows another sheet follows, and a text of more than 32,767 characters is cut, with a note.`,
  content: {
    ...csvContent(example),
    [xlsxContentType]: { schema: Type.String({ format: 'binary' }) },
  },
})

interface TableFile {
  /** File name without the extension. */
  name: string
  /** Read before the first row is written. */
  columns: () => readonly TableColumn[]
  options: CsvFormat & { format?: 'csv' | 'xlsx'; timezone?: string }
}

/**
 * Streams a table as a CSV file or a workbook, as `sendRows` does.
 *
 * @param read reads the rows into the sink, which waits for the client to accept them
 * @throws Refusal 'invalid' when the time zone is unknown
 */
export async function sendTable(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, columns, options }: TableFile,
  read: (sink: RowSink<TableRow>) => Promise<void>,
): Promise<never> {
  const { format = 'csv', timezone = 'UTC' } = options
  assertTimeZone(timezone, '/timezone')
  if (format === 'xlsx') {
    const zone = zoneOffsets(timezone)
    const encode = (send: SendBytes): RowEncoder<TableRow> =>
      new XlsxEncoder(send, { sheetName: 'Results', columns, clockAt: (instant) => zone.clockAt(instant) })
    return sendRows(request, reply, { name: `${name}.xlsx`, contentType: xlsxContentType, encode }, read)
  }
  const csvColumns = () => columns().map((column) => ({ name: column.name, isNumber: false }))
  const encode = (send: SendBytes): RowEncoder<TableRow> =>
    new CsvEncoder<TableRow>(send, csvColumns, options, (row) => csvTexts(columns(), row, options))
  return sendRows(request, reply, { name: `${name}.csv`, contentType: csvContentType, encode }, read)
}
