import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { AnySchemaObject, ErrorObject, Options } from 'ajv'
import type { FastifyInstance } from 'fastify'
import { ajvWithFormats } from '../lib/ajv.ts'
import { lazy } from '../lib/lazy.ts'

type Named = Record<string, unknown>

interface RoutePart {
  schema: AnySchemaObject
  httpPart?: string
}

/** Answers whether a value fits; what is wrong with it stands in `errors` then. */
interface Validate {
  (value: unknown): boolean
  errors?: ErrorObject[] | null | undefined
}

type Write = (value: unknown) => string

/**
 * Checkers of what routes take, and writers of what they answer, each made by the first request that needs it: a process
 * that makes those of every route before it is ready is ready later.
 */
export const createSchemaCompilers = () => ({
  buildValidator: keptFor(strictValidator),
  buildSerializer: keptFor((named: Named, options: object) => {
    const compiler = SerializerSelector()(named, options)
    return (part: Parameters<typeof compiler>[0]): Write => {
      const write = lazy(() => compiler(part) as Write)
      return (value) => write()(value)
    }
  }),
})

/** Fastify asks anew at each route of a plugin that has named schemas, with the same ones. */
function keptFor<O, C>(build: (named: Named, options: O) => C): (named: Named, options: O) => C {
  let kept: { by: unknown[]; compiler: C } | undefined
  return (named, options) => {
    const by = Object.values(named)
    if (kept === undefined || kept.by.length !== by.length || by.some((one, i) => one !== kept?.by[i])) {
      kept = { by, compiler: build(named, options) }
    }
    return kept.compiler
  }
}

/**
 * Fastify's own validator coerces bodies, drops unknown fields, and in a union drops known ones. Ours refuses: a body
 * is taken as it is; only what comes as text in an address (query, path, headers) is coerced.
 *
 * @param named the schemas that others refer to by $id
 */
export function strictValidator(named: Named = {}) {
  const options: Options = {
    allErrors: true,
    discriminator: true,
    removeAdditional: false,
    useDefaults: true,
    // Each plugin has validators of its own: against JSON Schema itself the lint of the document checks what they are made of,
    // and to polish their code takes longer than it ever saves.
    ...{ validateSchema: false, meta: false, code: { optimize: false } },
    schemas: Object.values(named) as AnySchemaObject[],
  }
  const body = lazy(() => ajvWithFormats({ ...options, coerceTypes: false }))
  const address = lazy(() => ajvWithFormats({ ...options, coerceTypes: 'array' }))
  return ({ schema, httpPart }: RoutePart): Validate => {
    const compiled = lazy(() => {
      if (httpPart === 'body') return body().compile(schema)
      return address().compile(
        httpPart === 'querystring' ? { additionalProperties: false, ...schema } : schema,
      )
    })
    const validate: Validate = (value) => {
      const fits = compiled()
      // No schema of ours is asynchronous.
      const isFit = fits(value) as boolean
      validate.errors = fits.errors
      return isFit
    }
    return validate
  }
}

/** A route of the API that tells of no query takes none: what it would pass over is refused. */
export function rejectUnknownQueryParameters(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/api')) return
    route.schema = { querystring: { type: 'object', properties: {} }, ...route.schema }
  })
}
