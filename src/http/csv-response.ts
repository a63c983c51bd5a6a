import { PassThrough } from 'node:stream'
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TextRow } from '../db/stream-rows.ts'
import { type CsvColumn, type CsvFormat, csvHeader, csvRows } from '../lib/csv.ts'
import { OneOf } from '../lib/typebox.ts'
import { loggable } from './problem.ts'

/** How the file is to be written. */
export const CsvQuery = {
  separator: Type.Optional(
    OneOf([',', ';'] as const, {
      description: 'Between cells. ";" is what Excel of a Russian locale expects.',
    }),
  ),
  decimal: Type.Optional(
    OneOf(['.', ','] as const, { description: 'In numbers. "," is what Excel of a Russian locale expects.' }),
  ),
  bom: Type.Optional(Type.Boolean({ description: 'Begin with a byte order mark: Excel then reads UTF-8.' })),
}

/** An answer of text/csv, with an example of its first lines. */
export const CsvResponse = (example: string) => ({
  description:
    'A file, streamed. A cell that a sheet program would take for a formula begins with an apostrophe; phone numbers and numbers stay as they are. What goes wrong on the way ends the connection before the file is whole.',
  content: { 'text/csv': { schema: Type.String({ examples: [example] }) } },
})

export interface CsvFile {
  /** The file's name, without its extension. */
  name: string
  columns: readonly CsvColumn[]
  format: CsvFormat
}

/** Who reads has this long to take a batch, ms. */
const patienceMs = 60_000

/**
 * Answers rows as a CSV file while they are read. What fails before the first rows is a problem as on every route;
 * what fails later ends the connection without the last chunk, so that a truncated file does not look whole.
 */
export async function sendCsv(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, columns, format }: CsvFile,
  read: (take: (rows: TextRow[]) => Promise<void>) => Promise<void>,
): Promise<never> {
  const out = new PassThrough()
  await new Promise<void>((begin, refuse) => {
    let head: string | undefined = csvHeader(columns, format)
    const write = (text: string) => {
      const isRoom = out.write(`${head ?? ''}${text}`)
      head = undefined
      begin()
      return isRoom
    }
    const take = async (rows: TextRow[]) => {
      if (out.destroyed) throw new ReaderGone()
      if (!write(csvRows(columns, rows, format))) await drained(out)
    }
    // A HEAD is told what a GET would be, and nothing is read for it.
    const reading = request.method === 'HEAD' ? Promise.resolve() : read(take)
    reading.then(
      () => {
        if (head !== undefined) write('')
        out.end()
      },
      (error: unknown) => {
        if (head !== undefined) refuse(error)
        else cutOff(request, out, error)
      },
    )
  })
  reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}.csv"`)
  // The schema of the answer is of its text; what is sent is a stream.
  return reply.header('cache-control', 'no-store').send(out) as never
}

/** The reader hung up, or takes nothing any more: nobody's fault here. */
class ReaderGone extends Error {}

/** Resolves when there is room again. @throws ReaderGone */
function drained(out: PassThrough): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => () => {
      clearTimeout(timer)
      out.off('drain', onDrain).off('close', onClose)
      done()
    }
    const onDrain = settle(resolve)
    const onClose = settle(() => reject(new ReaderGone()))
    const timer = setTimeout(onClose, patienceMs)
    out.once('drain', onDrain).once('close', onClose)
  })
}

/** What failed on our side is logged here, without what the rows held; Fastify logs that the answer was cut off. */
function cutOff(request: FastifyRequest, out: PassThrough, error: unknown): void {
  if (!(error instanceof ReaderGone))
    request.log.error({ err: loggable(error), route: request.routeOptions.url }, 'an export was cut off')
  // It may fail in the moment before Fastify listens to it.
  out.on('error', () => undefined).destroy(new Error('the export was cut off'))
}
