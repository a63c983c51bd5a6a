import { Transform, type TransformCallback } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { malformed } from '../lib/errors.ts'
import { sendProblem } from './problem.ts'

/** Decoders by the name of the encoding. */
const decoders: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
])

const acceptedEncodings = 'gzip, deflate, br'

/**
 * Decodes bodies with a Content-Encoding, and refuses with 415 those that cannot be decoded. A body is not decoded beyond the
 * limit of its route: that is the largest body also without an encoding.
 */
export function decodeBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? ''
    if (['', 'identity'].includes(encoding) || !hasBody(request)) return done(null, payload)
    const decoder = canDecode(request) ? decoders.get(encoding) : undefined
    if (decoder !== undefined) return done(null, decode(payload, decoder(), request.routeOptions.bodyLimit))
    const accepted = canDecode(request) ? acceptedEncodings : 'identity'
    reply.header('accept-encoding', accepted).header('connection', 'close')
    const detail = canDecode(request)
      ? `The body has the Content-Encoding ${JSON.stringify(encoding.slice(0, 40))}. Send it with one of ${acceptedEncodings}, or without a Content-Encoding.`
      : 'This operation does not accept bodies with a Content-Encoding. Send the body without one.'
    void sendProblem(request, reply, { status: 415, code: 'unsupported_encoding', detail })
  })
}

/** A body of GET or HEAD is not read. */
const hasBody = ({ method, headers }: FastifyRequest) =>
  !['GET', 'HEAD'].includes(method) &&
  (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0)

/** Signatures are of the bytes that were sent, and nothing is decoded for a stranger. Forms are read from the connection. */
const canDecode = ({ routeOptions, headers }: FastifyRequest) =>
  !routeOptions.config.isSigned && !/^multipart\//i.test(headers['content-type'] ?? '')

/** Limits what a decoder produces. */
class DecodedBody extends Transform {
  /** Read by Fastify, which compares it with Content-Length. */
  receivedEncodedLength = 0
  private readonly limitBytes: number
  private bytes = 0

  constructor(limitBytes: number) {
    super()
    this.limitBytes = limitBytes
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length
    if (this.bytes <= this.limitBytes) done(null, chunk)
    else done(Object.assign(new Error('the decoded body is too large'), { statusCode: 413 }))
  }
}

/** Decodes a body as it is read. After an error the rest of it is discarded, so that the client gets the response. */
function decode(payload: NodeJS.ReadableStream, decoder: Transform, limitBytes: number): DecodedBody {
  const decoded = new DecodedBody(limitBytes)
  const stop = (error?: Error) => {
    payload.unpipe(decoder)
    payload.resume()
    decoder.destroy()
    if (error !== undefined) decoded.destroy(error)
  }
  payload.on('data', (chunk: Buffer) => {
    decoded.receivedEncodedLength += chunk.length
  })
  payload.on('error', stop)
  decoder.on('error', () =>
    stop(
      malformed(
        'malformed_request',
        'The body cannot be decoded: it is incomplete, or not of the type that Content-Encoding names.',
      ),
    ),
  )
  decoded.once('close', () => stop())
  // Who reads the body gets the error; nobody may read it yet.
  decoded.on('error', () => undefined)
  payload.pipe(decoder).pipe(decoded)
  return decoded
}
