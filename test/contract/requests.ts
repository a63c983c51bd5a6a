import { randomUUID } from 'node:crypto'
import type { Headers, TestResponse, TestService } from '../setup/service.ts'
import type { ApiDocument, Operation, Parameter, Schema } from './document.ts'
import { alternatives } from './places.ts'
import { type Recipe, recipes, type Sample } from './recipes.ts'
import type { World } from './world.ts'

/** The recipe of an operation. @throws with what to do when there is none */
export function recipeOf({ operationId }: Pick<Operation, 'operationId'>): Recipe {
  const recipe = recipes[operationId]
  if (recipe !== undefined) return recipe
  throw new Error(
    `No recipe for ${operationId}: add how it is called to recipes in test/contract/recipes.ts.`,
  )
}

/** Whether an operation did its work: a WebSocket's is to say that it is one. */
export const isDone = (operation: Pick<Operation, 'operationId'>, status: number) =>
  recipeOf(operation).isSocket ? status === 426 : status < 300

/** The address of a call: the path with its parameters, and the query. */
export function urlOf(operation: Pick<Operation, 'path'>, { params, query }: Sample): string {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params?.[name] ?? name))
  return query === undefined ? path : `${path}?${new URLSearchParams(query)}`
}

/** Who may call an operation of the world's company: its admin, or the platform. */
export const headersFor = (w: World, operation: Operation): Headers =>
  operation.scopes.includes('platform') ? w.s.platform : w.company.headers

/** Whether the platform, too, has to name a company for it. */
export const isOfCompany = (operation: Operation): boolean =>
  operation.scopes.length > 0 &&
  !operation.scopes.includes('platform') &&
  recipeOf(operation).ofNoCompany !== true

/** The platform, acting in the world's company. */
export const platformIn = (w: World): Headers => ({ ...w.s.platform, 'x-company-id': w.company.id })

/** Calls an operation. */
export const callWith = (
  s: TestService,
  operation: Operation,
  sample: Sample,
  headers: Headers,
): Promise<TestResponse> => {
  const payload = typeof sample.body === 'string' ? sample.body : (JSON.stringify(sample.body) ?? '')
  const all = { ...headers, ...sample.headers, ...sample.sign?.(payload) }
  return s.request(operation.method, urlOf(operation, sample), all, sample.body)
}

export const parametersIn = (operation: Operation, where: Parameter['in']) =>
  operation.parameters.filter((parameter) => parameter.in === where)

export const isOfIds = (parameter: Parameter) => parameter.schema?.format === 'uuid'

/** What a property takes: one id, several, or something else. */
export function idsOf(document: ApiDocument, given: Schema): 'one' | 'many' | undefined {
  const schemas = [given, ...alternatives(given)].map((schema) => document.resolved(schema))
  if (schemas.some(({ format }) => format === 'uuid')) return 'one'
  return schemas.some(({ items }) => items?.format === 'uuid') ? 'many' : undefined
}

/** An id of the right shape that nothing has. */
export const noId = () => randomUUID()

const problem = { $ref: '#/components/schemas/Problem' }

/**
 * What no response may contain: SQL, a stack frame, or the name of an internal table. A plain "where" is ordinary English,
 * so it counts only when a comparison follows.
 */
const internals =
  /\b(select|insert into|update|delete from|values|returning) .*["$(]|\bwhere \S+ [=<>]|\bat (.* \()?(file:|node:|\/)\S*:\d+:\d+|node_modules|\bpg_\w|\b(api_keys|call_logs|idempotency_keys|skillbase_versions)\b|syntax error|relation "|postgres/i

/** What is wrong with a refusal: its status, its shape, what it tells. */
export function faultsOfProblem(
  document: ApiDocument,
  answer: TestResponse,
  statuses: readonly number[],
  operation?: Operation,
): string[] {
  const { status, body, headers } = answer
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  if (!statuses.includes(status)) return [`answered ${status} ${text.slice(0, 300)}`]
  const faults = document.faults(problem, body)
  if (!/^application\/problem\+json/.test(String(headers['content-type'])))
    faults.push(`content-type is ${headers['content-type']}`)
  if (body.status !== status) faults.push(`status says ${body.status}`)
  if (body.request_id !== headers['x-request-id']) faults.push('request_id is not x-request-id')
  if (headers['cache-control'] !== 'no-store') faults.push('may be kept by a cache')
  if (internals.test(text)) faults.push(`tells of the inside: ${text}`)
  if (operation !== undefined && operation.responses[status] === undefined)
    faults.push(`${status} is not documented`)
  return faults
}
