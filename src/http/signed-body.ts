import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parseJsonBody } from './json-body.ts'
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

/** Replaces the text of a body, whose signature was checked, by its JSON. Bodies are parsed as those of other routes. */
export async function parseSignedBody(app: FastifyInstance, request: FastifyRequest): Promise<void> {
  request.body = await parseJsonBody(app, request, signedTextOf(request))
}

/** Responds with 401 `unsigned` to a webhook whose signature is missing or wrong. */
export const sendUnsigned = (request: FastifyRequest, reply: FastifyReply, detail: string) =>
  sendProblem(request, reply, { status: 401, code: 'unsigned', detail })
