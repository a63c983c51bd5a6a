import { PassThrough } from 'node:stream'
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type CsvColumn, type CsvFormat, type CsvRow, csvHeader, csvRows } from '../lib/csv.ts'
import { OneOf } from '../lib/schema/typebox.ts'
import { loggable } from './problem.ts'

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

/** The schema of a text/csv response; the example shows its first lines. */
export const CsvResponse = (example: string) => ({
  description:
    'A CSV file, streamed. A cell that spreadsheet programs would execute as a formula starts with an apostrophe; phone numbers and other numbers are unchanged. If the export fails midway, the connection is closed before the final chunk, so that the file is not mistaken for a complete one.',
  content: { 'text/csv': { schema: Type.String({ examples: [example] }) } },
})

interface CsvFile {
  /** File name without the extension. */
  name: string
  columns: readonly CsvColumn[]
  format: CsvFormat
}

/** A client that accepts no data for this long is disconnected, ms. */
const drainTimeoutMs = 60_000

/**
 * Streams rows as a CSV file. An error before the first rows becomes a problem response, as on every route; a later one
 * closes the connection without the final chunk, so that a truncated file does not look complete.
 *
 * @param read reads the rows, and calls `write` with each batch; it waits for the client to accept it
 */
export async function sendCsv(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, columns, format }: CsvFile,
  read: (write: (rows: readonly CsvRow[]) => Promise<void>) => Promise<void>,
): Promise<never> {
  const out = new PassThrough()
  await new Promise<void>((resolve, reject) => {
    let header: string | undefined = csvHeader(columns, format)
    const writeText = (text: string) => {
      const hasCapacity = out.write(`${header ?? ''}${text}`)
      header = undefined
      resolve()
      return hasCapacity
    }
    const writeRows = async (rows: readonly CsvRow[]) => {
      if (out.destroyed) throw new ClientDisconnected()
      if (!writeText(csvRows(columns, rows, format))) await waitForDrain(out)
    }
    // HEAD needs only the headers, so no rows are read.
    const reading = request.method === 'HEAD' ? Promise.resolve() : read(writeRows)
    reading.then(
      () => {
        if (header !== undefined) writeText('')
        out.end()
      },
      (error: unknown) => {
        if (header !== undefined) reject(error)
        else abort(request, out, error)
      },
    )
  })
  reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}.csv"`)
  // The response schema describes the text, but the response is a stream.
  return reply.header('cache-control', 'no-store').send(out) as never
}

/** The client disconnected, or accepted no data for too long. Not an error of the service. */
class ClientDisconnected extends Error {}

/** Resolves when the stream accepts data again. @throws ClientDisconnected */
function waitForDrain(out: PassThrough): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (done: () => void) => () => {
      clearTimeout(timer)
      out.off('drain', onDrain).off('close', onClose)
      done()
    }
    const onDrain = finish(resolve)
    const onClose = finish(() => reject(new ClientDisconnected()))
    const timer = setTimeout(onClose, drainTimeoutMs)
    out.once('drain', onDrain).once('close', onClose)
  })
}

/** Closes the connection of an export that failed after its first rows. Logs errors of the service, without row data. */
function abort(request: FastifyRequest, out: PassThrough, error: unknown): void {
  if (!(error instanceof ClientDisconnected))
    request.log.error({ err: loggable(error), route: request.routeOptions.url }, 'csv export failed midway')
  // Destroying may emit an error before Fastify listens to the stream.
  out.on('error', () => undefined).destroy(new Error('the export was aborted'))
}
