import type { FastifyInstance, FastifyRequest } from 'fastify'
import { nameCompany } from './auth.ts'
import { compileSynonyms, type ReplaceSynonyms } from './body-synonyms.ts'
import {
  normalizeQuery,
  planQuery,
  type QueryPlan,
  type RawQuery,
  rememberGivenNames,
} from './normalize-query.ts'

type Properties = { properties?: Record<string, object> }

/** By the schema of the query or the body; compiled by the first request of the route. */
const plans = new WeakMap<object, QueryPlan>()
const replacers = new WeakMap<object, { replace: ReplaceSynonyms | undefined }>()

/**
 * Accepts the requests of programs that were written for another API, on every route of an app: see `normalize-query.ts`
 * and `body-synonyms.ts`. A query or a body may also name the caller's company in `company_id`. Runs before the validation.
 */
export function registerRequestCompatibility(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const { schema } = request.routeOptions
    normalizeQueryOf(request, (schema?.querystring ?? {}) as Properties)
    normalizeBodyOf(request, (schema?.body ?? {}) as Properties)
  })
}

function normalizeQueryOf(request: FastifyRequest, schema: Properties): void {
  const sent = request.query as RawQuery
  if (Object.keys(sent).length === 0) return
  const raw = withoutCompany(request, sent, schema)
  let plan = plans.get(schema)
  if (plan === undefined) {
    plan = planQuery(schema)
    plans.set(schema, plan)
  }
  const { query, givenNames } = normalizeQuery(raw, plan)
  request.query = query
  rememberGivenNames(request, givenNames)
}

function normalizeBodyOf(request: FastifyRequest, schema: Properties): void {
  const { body } = request
  if (typeof body !== 'object' || body === null) return
  if (Object.hasOwn(body, 'company_id')) request.body = withoutCompany(request, body as RawQuery, schema)
  let compiled = replacers.get(schema)
  if (compiled === undefined) {
    compiled = { replace: compileSynonyms(schema) }
    replacers.set(schema, compiled)
  }
  compiled.replace?.(request.body)
}

/** Checks and removes `company_id`, unless the route itself has such a field or needs no company. */
function withoutCompany(
  request: FastifyRequest,
  fields: RawQuery,
  { properties = {} }: Properties,
): RawQuery {
  if (!Object.hasOwn(fields, 'company_id') || Object.hasOwn(properties, 'company_id')) return fields
  const { company_id, ...others } = fields
  return typeof company_id === 'string' && nameCompany(request, company_id) ? others : fields
}
