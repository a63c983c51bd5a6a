import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parseJsonBody } from './json-body.ts'
import { sendProblem } from './problem.ts'

/**
 * Keeps the bytes of bodies of these content types, in a plugin whose routes use `parseSignedBody`. A stranger can send to such a
 * route, so nothing is parsed before the signature is checked. The bytes are signed: of text that is not UTF-8, they are not
 * those of the decoded text.
 */
export function keepBodiesAsBytes(app: FastifyInstance, contentTypes: string[]): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser(contentTypes, { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes))
}

/** The bytes of the body; empty when there is none. */
export const signedBytesOf = ({ body }: FastifyRequest): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.alloc(0)

/** The text of the body, with U+FFFD in place of what is not UTF-8. */
export const signedTextOf = (request: FastifyRequest): string => signedBytesOf(request).toString('utf8')

/** Replaces the bytes of a body, whose signature was checked, by its JSON. Bodies are parsed as those of other routes. */
export async function parseSignedBody(app: FastifyInstance, request: FastifyRequest): Promise<void> {
  request.body = await parseJsonBody(app, request, signedTextOf(request))
}

/** Responds with 401 `unsigned` to a webhook whose signature is missing or wrong. */
export const sendUnsigned = (request: FastifyRequest, reply: FastifyReply, detail: string) =>
  sendProblem(request, reply, { status: 401, code: 'unsigned', detail })
