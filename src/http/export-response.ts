import { PassThrough } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RowSink } from '../db/stream-rows.ts'
import { ClientDisconnected, disconnectSignal } from './disconnect.ts'
import { loggable } from './problem.ts'

/** Writes the rows of an export as the bytes of a file. */
export interface RowEncoder<Row> {
  /** Resolves when the client has accepted enough for more rows. */
  write(rows: readonly Row[]): Promise<void>
  /** Writes the rest of the file; all of it when there were no rows. */
  end(): Promise<void>
  /** Called instead of `end` when the rows cannot be read to their end. */
  abort(error: unknown): void
}

/** Sends bytes to the client. Resolves when it can accept more. @throws ClientDisconnected */
export type SendBytes = (bytes: string | Uint8Array) => Promise<void>

/** A file that is sent as an attachment. */
interface ExportedFile<Row> {
  /** With its extension. */
  name: string
  contentType: string
  encode: (send: SendBytes) => RowEncoder<Row>
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
 * Streams rows as a file. An error before the first rows becomes a problem response, as on every route; a later one closes
 * the connection without the final chunk, so that a truncated file does not look complete.
 *
 * @param read reads the rows into the sink, which waits for the client to accept them
 */
export async function sendRows<Row>(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, contentType, encode }: ExportedFile<Row>,
  read: (sink: RowSink<Row>) => Promise<void>,
  limits: ReaderLimits = defaultLimits,
): Promise<never> {
  const out = new PassThrough()
  const signal = disconnectSignal(reply)
  await new Promise<void>((resolve, reject) => {
    const reader = new ClientReader(out, limits)
    let hasStarted = false
    const encoder = encode((bytes) => {
      hasStarted = true
      const drained = reader.write(bytes)
      resolve()
      return drained
    })
    // HEAD needs only the headers, so no rows are read.
    const sink = { write: (rows: Row[]) => encoder.write(rows), signal }
    const reading = request.method === 'HEAD' ? Promise.resolve() : read(sink)
    reading
      .then(() => encoder.end())
      .then(
        () => out.end(),
        (error: unknown) => {
          encoder.abort(error)
          if (hasStarted) abort(request, out, error)
          else reject(error)
        },
      )
  })
  reply.type(contentType).header('content-disposition', `attachment; filename="${name}"`)
  // The response schema describes the content, but the response is a stream.
  return reply.header('cache-control', 'no-store').send(out) as never
}

/** Writes to a client as fast as it reads. */
class ClientReader {
  private readonly out: PassThrough
  private readonly limits: ReaderLimits
  private bytes = 0
  private waitedMs = 0

  constructor(out: PassThrough, limits: ReaderLimits) {
    this.out = out
    this.limits = limits
  }

  /** Resolves when the client can accept more. @throws ClientDisconnected when it has disconnected, or is too slow */
  async write(bytes: string | Uint8Array): Promise<void> {
    if (this.out.destroyed) throw new ClientDisconnected()
    this.bytes += Buffer.byteLength(bytes)
    if (this.out.write(bytes)) return
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
    request.log.error({ err: loggable(error), route: request.routeOptions.url }, 'export failed midway')
  // Destroying may emit an error before Fastify listens to the stream. With another code the compression would log it again.
  const aborted = Object.assign(new Error('the export was aborted'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  out.on('error', () => undefined).destroy(aborted)
}
