import type { FastifyInstance } from 'fastify'

/** Types of JSON beside application/json, such as application/merge-patch+json. */
export const otherJsonTypes = /^application\/[^;\s]+\+json(;|$)/

/**
 * Parses bodies of all JSON types. An empty body is no body: HTTP clients send `Content-Type: application/json` with it. A
 * route that needs a body rejects it in its validation.
 */
export function registerJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  for (const type of ['application/json', otherJsonTypes]) {
    app.addContentTypeParser(type, { parseAs: 'string' }, (request, text, done) =>
      text === '' ? done(null, undefined) : parse(request, text as string, done),
    )
  }
}
