import { randomUUID } from 'node:crypto'
import type { Headers, TestResponse, TestService } from '../setup/service.ts'
import { alternatives } from './body-objects.ts'
import type { ApiDocument, Operation, Parameter, Schema } from './document.ts'
import { type Recipe, recipes, type Sample } from './recipes.ts'
import type { World } from './world.ts'

/** The recipe of an operation. @throws with instructions when there is none */
export function recipeOf({ operationId }: Pick<Operation, 'operationId'>): Recipe {
  const recipe = recipes[operationId]
  if (recipe !== undefined) return recipe
  throw new Error(`The operation ${operationId} has no recipe. Add one to test/contract/recipes.ts.`)
}

/** Whether a request succeeded. For a WebSocket without an upgrade, success is 426. */
export const isSuccess = (operation: Pick<Operation, 'operationId'>, status: number) =>
  recipeOf(operation).isSocket ? status === 426 : status < 300

/** The URL of a request: the path with its parameters, and the query. */
export function urlOf(operation: Pick<Operation, 'path'>, { params, query }: Sample): string {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params?.[name] ?? name))
  return query === undefined ? path : `${path}?${new URLSearchParams(query)}`
}

/** Headers with a sufficient key for an operation: the company's admin key, or the platform key. */
export const headersFor = (w: World, operation: Operation): Headers =>
  operation.scopes.includes('platform') ? w.s.platform : w.company.headers

/** Whether the platform has to name a company for the operation. */
export const needsCompany = (operation: Operation): boolean =>
  operation.scopes.length > 0 &&
  !operation.scopes.includes('platform') &&
  recipeOf(operation).needsNoCompany !== true

/** Headers of the platform, acting for the company. */
export const platformHeadersFor = (w: World): Headers => ({ ...w.s.platform, 'x-company-id': w.company.id })

/** Sends the sample request of an operation. */
export const callWith = (
  s: TestService,
  operation: Operation,
  sample: Sample,
  headers: Headers,
): Promise<TestResponse> => {
  const payload = typeof sample.body === 'string' ? sample.body : (JSON.stringify(sample.body) ?? '')
  const allHeaders = { ...headers, ...sample.headers, ...sample.sign?.(payload) }
  return s.request(operation.method, urlOf(operation, sample), allHeaders, sample.body)
}

export const parametersIn = (operation: Operation, where: Parameter['in']) =>
  operation.parameters.filter((parameter) => parameter.in === where)

export const isIdParameter = (parameter: Parameter) => parameter.schema?.format === 'uuid'

/** Whether a property is an id, an array of ids, or something else. */
export function idKindOf(document: ApiDocument, given: Schema): 'one' | 'many' | undefined {
  const schemas = [given, ...alternatives(given)].map((schema) => document.resolved(schema))
  if (schemas.some(({ format }) => format === 'uuid')) return 'one'
  return schemas.some(({ items }) => items?.format === 'uuid') ? 'many' : undefined
}

/** A UUID that no row has. */
export const unusedId = () => randomUUID()

const problem = { $ref: '#/components/schemas/Problem' }

/** Texts that no response may contain: SQL, bound parameters, stack frames, internal table names, errors of PostgreSQL. */
const internals =
  /\b(select .* from|insert into|update \S+ set|delete from|values \(|returning [\\"]|where \S+ [=<>])|\$\d|\bat (.* \()?(file:|node:|\/)\S*:\d+:\d+|node_modules|\bpg_\w|\b(api_keys|call_logs|idempotency_keys|skillbase_versions)\b|syntax error|relation "|postgres/i

/** Messages of Ajv: "must NOT have additional properties", "must match pattern ...". */
const validatorTexts = /\bmust (NOT|match|be equal to|be (object|array|string|integer|boolean)\b)/

/** The reasons why a response is not a valid problem with one of the statuses; empty when it is. */
export function problemErrors(
  document: ApiDocument,
  response: TestResponse,
  statuses: readonly number[],
  operation?: Operation,
): string[] {
  const { status, body, headers } = response
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  if (!statuses.includes(status)) return [`the status is ${status}: ${text.slice(0, 300)}`]
  const errors = document.schemaErrors(problem, body)
  if (!/^application\/problem\+json/.test(String(headers['content-type'])))
    errors.push(`the content-type is ${headers['content-type']}`)
  if (body.status !== status) errors.push(`the body has the status ${body.status}`)
  if (body.request_id !== headers['x-request-id']) errors.push('request_id differs from x-request-id')
  if (headers['cache-control'] !== 'no-store') errors.push('the response may be cached')
  if (internals.test(text)) errors.push(`the response contains internals: ${text}`)
  if (validatorTexts.test(text)) errors.push(`the response quotes the validator: ${text}`)
  if (operation !== undefined && operation.responses[status] === undefined)
    errors.push(`the status ${status} is not documented`)
  const documented = operation?.responses[status]?.description ?? ''
  if (documented.includes('Codes:') && !documented.includes(`\`${body.code}\``))
    errors.push(`the code ${body.code} is not documented for the status ${status}`)
  return errors
}

/** Returns the log lines that contain names, numbers or keys of the tests, SQL, bound parameters, or URLs with a query. */
export const sensitiveLines = (lines: string[]) =>
  lines.filter((line) =>
    /zebulon|79993\d{6}|nv_[0-9a-f]{8}_|a-platform-key|bearer|\b(select|insert|update) .*"|\$1|\?\w+=/i.test(
      line,
    ),
  )
