import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isNotModified } from '../../lib/etag.ts'

/** A file that is sent often, in memory with and without compression. */
export interface StoredFile {
  content: Buffer
  compressed: Buffer
  etag: string
}

export async function storeFile(content: Buffer): Promise<StoredFile> {
  const etag = `"${createHash('sha256').update(content).digest('base64url')}"`
  return { content, compressed: await promisify(gzip)(content), etag }
}

/** Sends a file, or 304 when the client has it. The type must be set before. */
export function sendStoredFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { content, compressed, etag }: StoredFile,
): FastifyReply {
  reply.headers({ etag, 'cache-control': 'no-cache', vary: 'accept-encoding' })
  if (isNotModified(request.headers['if-none-match'], etag)) return reply.code(304).send()
  return acceptsGzip(request.headers['accept-encoding'])
    ? reply.header('content-encoding', 'gzip').send(compressed)
    : reply.send(content)
}

/** Whether an Accept-Encoding header allows gzip: it names it, and not with the weight 0. */
const acceptsGzip = (header: string | string[] | undefined) =>
  /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(String(header ?? ''))
