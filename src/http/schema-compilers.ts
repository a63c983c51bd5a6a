import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { AnySchemaObject, ErrorObject, Options } from 'ajv'
import type { FastifyInstance } from 'fastify'
import { lazy } from '../lib/lazy.ts'
import { ajvWithFormats, fastCompilation } from '../lib/schema/ajv.ts'

/** Schemas by their $id, to which others refer. */
type NamedSchemas = Record<string, unknown>

interface RoutePart {
  schema: AnySchemaObject
  httpPart?: string
}

/** Returns whether the value is valid; if not, `errors` has the reasons. */
interface Validate {
  (value: unknown): boolean
  errors?: ErrorObject[] | null | undefined
}

type Serialize = (value: unknown) => string

/**
 * Compilers of validators and serializers for Fastify. Each schema is compiled by the first request that needs it,
 * because compiling the schemas of all routes would delay the start of the process.
 */
export const createSchemaCompilers = () => ({
  buildValidator: reuseForSameSchemas(strictValidator),
  buildSerializer: reuseForSameSchemas((schemas: NamedSchemas, options: object) => {
    const compile = SerializerSelector()(schemas, { ...options, ajv: fastCompilation })
    return (part: Parameters<typeof compile>[0]): Serialize => {
      const serialize = lazy(() => compile(part) as Serialize)
      return (value) => serialize()(value)
    }
  }),
})

/** Reuses the last compiler for equal schemas: Fastify builds one per route, although all routes of a plugin share them. */
function reuseForSameSchemas<O, C>(
  build: (schemas: NamedSchemas, options: O) => C,
): (schemas: NamedSchemas, options: O) => C {
  let last: { schemas: unknown[]; compiler: C } | undefined
  return (named, options) => {
    const schemas = Object.values(named)
    const isSame =
      last !== undefined &&
      last.schemas.length === schemas.length &&
      schemas.every((schema, i) => schema === last?.schemas[i])
    if (last === undefined || !isSame) last = { schemas, compiler: build(named, options) }
    return last.compiler
  }
}

/**
 * A validator compiler that rejects invalid values instead of changing them. Fastify's own compiler coerces bodies, drops
 * unknown fields, and drops known fields of a union. Here a body is validated as it was sent; only query, path and
 * headers, which arrive as text, are coerced.
 *
 * @param schemas the schemas that others refer to by $id
 */
export function strictValidator(schemas: NamedSchemas = {}) {
  const options: Options = {
    allErrors: true,
    // Error messages need the received value and the schema; see lib/schema/schema-errors.ts.
    verbose: true,
    discriminator: true,
    removeAdditional: false,
    useDefaults: true,
    meta: false,
    schemas: Object.values(schemas) as AnySchemaObject[],
  }
  const bodies = lazy(() => ajvWithFormats({ ...options, coerceTypes: false }))
  const textParts = lazy(() => ajvWithFormats({ ...options, coerceTypes: 'array' }))
  return ({ schema, httpPart }: RoutePart): Validate => {
    const compiled = lazy(() => {
      if (httpPart === 'body') return bodies().compile(schema)
      return textParts().compile(
        httpPart === 'querystring' ? { additionalProperties: false, ...schema } : schema,
      )
    })
    const validate: Validate = (value) => {
      const check = compiled()
      // A boolean, not a promise: no schema is asynchronous.
      const isValid = check(value) as boolean
      validate.errors = check.errors
      return isValid
    }
    return validate
  }
}

/** Makes the routes of an app without a query schema reject every query parameter, instead of ignoring it. */
export function rejectUnknownQueryParameters(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    route.schema = { querystring: { type: 'object', properties: {} }, ...route.schema }
  })
}
