import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from './problem.ts'

/**
 * Keeps bodies of these content types as text, in a plugin whose routes use `parseSignedBody`. A stranger can send to such a
 * route, so nothing is parsed before the signature is checked.
 */
export function keepBodiesAsText(app: FastifyInstance, contentTypes: string[]): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser(contentTypes, { parseAs: 'string' }, (_request, text, done) => done(null, text))
}

/** The text of the body; empty when there is none. */
export const signedTextOf = ({ body }: FastifyRequest): string => (typeof body === 'string' ? body : '')

/**
 * Replaces the text of a body, whose signature was checked, by its JSON. As Fastify's own parser, it rejects malformed JSON
 * and the keys `__proto__` and `constructor.prototype`.
 */
export async function parseSignedBody(app: FastifyInstance, request: FastifyRequest): Promise<void> {
  const text = signedTextOf(request)
  const parse = app.getDefaultJsonParser('error', 'error')
  request.body = await new Promise((resolve, reject) => {
    void parse(request, text, (error, parsed) => (error ? reject(error) : resolve(parsed)))
  })
}

/** Responds with 401 `unsigned` to a webhook whose signature is missing or wrong. */
export const sendUnsigned = (request: FastifyRequest, reply: FastifyReply, detail: string) =>
  sendProblem(request, reply, { status: 401, code: 'unsigned', detail })
