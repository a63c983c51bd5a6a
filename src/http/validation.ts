import { Ajv, type AnySchemaObject, type Options } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'

interface RoutePart {
  schema: AnySchemaObject
  httpPart?: string
}

/**
 * Fastify's own validator coerces bodies, drops unknown fields, and in a union drops known ones. Ours refuses: a body
 * is taken as it is; only what comes as text in an address (query, path, headers) is coerced.
 *
 * @param named the schemas that others refer to by $id
 */
export function strictValidator(named: Record<string, unknown> = {}) {
  const options: Options = {
    allErrors: true,
    discriminator: true,
    strict: false,
    removeAdditional: false,
    useDefaults: true,
    // Each plugin has validators of its own: against JSON Schema itself the lint of the document checks what they are made of,
    // and to polish their code takes longer than it ever saves.
    ...{ validateSchema: false, meta: false, code: { optimize: false } },
    schemas: Object.values(named) as AnySchemaObject[],
  }
  const body = new Ajv({ ...options, coerceTypes: false })
  const address = new Ajv({ ...options, coerceTypes: 'array' })
  addFormats.default(body)
  addFormats.default(address)
  return ({ schema, httpPart }: RoutePart) => {
    if (httpPart === 'body') return body.compile(schema)
    return address.compile(httpPart === 'querystring' ? { additionalProperties: false, ...schema } : schema)
  }
}

/** A route of the API that tells of no query takes none: what it would pass over is refused. */
export function refuseUnknownQueries(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/api')) return
    route.schema = { querystring: { type: 'object', properties: {} }, ...route.schema }
  })
}
