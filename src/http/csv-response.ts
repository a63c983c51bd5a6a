import { PassThrough } from 'node:stream'
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RowSink } from '../db/stream-rows.ts'
import { type CsvColumn, type CsvFormat, type CsvRow, csvHeader, csvRows } from '../lib/csv.ts'
import { OneOf } from '../lib/schema/typebox.ts'
import { ClientDisconnected, disconnectSignal } from './disconnect.ts'
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
    'A CSV file, streamed. A cell or column name that spreadsheet programs would execute as a formula starts with an apostrophe, also within a cell after a comma, semicolon, tab or line end; phone numbers and other numbers are unchanged. If the export fails midway, the connection is closed before the final chunk, so that the file is not mistaken for a complete one.',
  content: { 'text/csv': { schema: Type.String({ examples: [example] }) } },
})

interface CsvFile {
  /** File name without the extension. */
  name: string
  columns: readonly CsvColumn[]
  format: CsvFormat
}

/** What a client may take: a client that accepts no data for a minute, or is too slow, is disconnected. */
export interface ReaderLimits {
  /** How long one batch of rows may take, ms. */
  drainTimeoutMs: number
  /** How long a client may keep this service waiting in total, ms, and the bytes for each further millisecond. */
  graceMs: number
  minBytesPerMs: number
}

/** 30 s, and a second more for each 16 kB, as for uploads. */
const defaultLimits: ReaderLimits = { drainTimeoutMs: 60_000, graceMs: 30_000, minBytesPerMs: 16 }

/**
 * Streams rows as a CSV file. An error before the first rows becomes a problem response, as on every route; a later one
 * closes the connection without the final chunk, so that a truncated file does not look complete.
 *
 * @param read reads the rows into the sink, which waits for the client to accept them
 */
export async function sendCsv(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, columns, format }: CsvFile,
  read: (sink: RowSink<CsvRow>) => Promise<void>,
  limits: ReaderLimits = defaultLimits,
): Promise<never> {
  const out = new PassThrough()
  const signal = disconnectSignal(reply)
  await new Promise<void>((resolve, reject) => {
    let header: string | undefined = csvHeader(columns, format)
    const reader = new CsvReader(out, limits)
    const writeText = async (text: string) => {
      const drained = reader.write(`${header ?? ''}${text}`)
      header = undefined
      resolve()
      await drained
    }
    const write = (rows: readonly CsvRow[]) => writeText(csvRows(columns, rows, format))
    // HEAD needs only the headers, so no rows are read.
    const reading = request.method === 'HEAD' ? Promise.resolve() : read({ write, signal })
    reading
      .then(() => (header === undefined ? undefined : writeText('')))
      .then(
        () => out.end(),
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

/** Writes to a client as fast as it reads. */
class CsvReader {
  private readonly out: PassThrough
  private readonly limits: ReaderLimits
  private bytes = 0
  private waitedMs = 0

  constructor(out: PassThrough, limits: ReaderLimits) {
    this.out = out
    this.limits = limits
  }

  /** Resolves when the client can accept more. @throws ClientDisconnected when it has disconnected, or is too slow */
  async write(text: string): Promise<void> {
    if (this.out.destroyed) throw new ClientDisconnected()
    this.bytes += Buffer.byteLength(text)
    if (this.out.write(text)) return
    const allowedMs = this.limits.graceMs + this.bytes / this.limits.minBytesPerMs - this.waitedMs
    const start = performance.now()
    await waitForDrain(this.out, Math.min(allowedMs, this.limits.drainTimeoutMs))
    this.waitedMs += performance.now() - start
  }
}

/** Resolves when the stream accepts data again. @throws ClientDisconnected */
function waitForDrain(out: PassThrough, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (done: () => void) => () => {
      clearTimeout(timer)
      out.off('drain', onDrain).off('close', onClose)
      done()
    }
    const onDrain = finish(resolve)
    const onClose = finish(() => reject(new ClientDisconnected()))
    const timer = setTimeout(onClose, timeoutMs)
    out.once('drain', onDrain).once('close', onClose)
  })
}

/** Closes the connection of an export that failed after its first rows. Logs errors of the service, without row data. */
function abort(request: FastifyRequest, out: PassThrough, error: unknown): void {
  if (!(error instanceof ClientDisconnected))
    request.log.error({ err: loggable(error), route: request.routeOptions.url }, 'csv export failed midway')
  // Destroying may emit an error before Fastify listens to the stream. With another code the compression would log it again.
  const aborted = Object.assign(new Error('the export was aborted'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  out.on('error', () => undefined).destroy(aborted)
}
