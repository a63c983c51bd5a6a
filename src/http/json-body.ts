import type { FastifyInstance, FastifyRequest } from 'fastify'
import { assertJsonWithinLimits } from '../lib/json-limits.ts'

/** Types of JSON beside application/json, such as application/merge-patch+json. */
export const otherJsonTypes = /^application\/[^;\s]+\+json(;|$)/

/**
 * Parses bodies of all JSON types. An empty body is no body: HTTP clients send `Content-Type: application/json` with it. A
 * route that needs a body rejects it in its validation.
 */
export function registerJsonBodies(app: FastifyInstance): void {
  for (const type of ['application/json', otherJsonTypes]) {
    app.addContentTypeParser(type, { parseAs: 'string' }, async (request: FastifyRequest, text: string) =>
      text === '' ? undefined : parseJsonBody(app, request, text),
    )
  }
}

/**
 * Parses a body. It is not parsed when it is nested too deeply or has too many values. As Fastify's own parser, rejects the
 * keys `__proto__` and `constructor.prototype`.
 */
export async function parseJsonBody(
  app: FastifyInstance,
  request: FastifyRequest,
  text: string,
): Promise<unknown> {
  assertJsonWithinLimits(text)
  const parse = app.getDefaultJsonParser('error', 'error')
  return new Promise((resolve, reject) => {
    void parse(request, text, (error, parsed) => (error ? reject(error) : resolve(parsed)))
  })
}
