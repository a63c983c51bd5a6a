import { Ajv, type AnySchema, type Options } from 'ajv'
import addFormats from 'ajv-formats'

interface RoutePart {
  schema: unknown
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
    schemas: Object.values(named) as AnySchema[],
  }
  const body = new Ajv({ ...options, coerceTypes: false })
  const address = new Ajv({ ...options, coerceTypes: 'array' })
  addFormats.default(body)
  addFormats.default(address)
  return ({ schema, httpPart }: RoutePart) =>
    (httpPart === 'body' ? body : address).compile(schema as AnySchema)
}
