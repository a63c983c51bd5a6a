import { STATUS_CODES } from 'node:http'
import { type Static, Type } from '@sinclair/typebox'
import { DrizzleQueryError } from 'drizzle-orm/errors'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ConnectionLostError } from '../db/pool.ts'
import { type FieldError, Refusal, type RefusalKind } from '../lib/errors.ts'

/** RFC 9457, with a `code` a program can tell apart and the faults of an input by JSON pointer. */
export const Problem = Type.Object(
  {
    type: Type.String({
      description: 'A URI that names the kind of problem; `about:blank` where the status says it.',
    }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What is wrong and what to do, for a person.' }),
    code: Type.String({ description: 'What is wrong, for a program.' }),
    errors: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() }))),
    request_id: Type.String(),
  },
  { $id: 'Problem', description: 'An error (RFC 9457).' },
)

/** A problem before it is known which request it answers. */
interface Answer {
  status: number
  code: string
  detail: string
  errors?: FieldError[] | undefined
  retryAfter?: number
}

const statusOf: Record<RefusalKind, number> = {
  malformed: 400,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  invalid: 422,
  unavailable: 503,
}

/** How many faults of one request are told. */
const mostFaults = 100

/** Sends an answer as application/problem+json. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
  const problem: Static<typeof Problem> = {
    type: 'about:blank',
    title: STATUS_CODES[answer.status] ?? 'Error',
    status: answer.status,
    detail: answer.detail,
    code: answer.code,
    ...(answer.errors && { errors: answer.errors.slice(0, mostFaults) }),
    request_id: request.id,
  }
  if (answer.retryAfter !== undefined) reply.header('retry-after', answer.retryAfter)
  if (answer.status === 401) reply.header('www-authenticate', 'Bearer')
  return reply
    .code(answer.status)
    .header('cache-control', 'no-store')
    .header('x-request-id', request.id)
    .type('application/problem+json')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(problem)
}

/** The problem an error is, sent. Errors that are ours are logged, without what a caller sent. */
export function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = answerTo(error)
  if (answer.status >= 500)
    request.log.error({ err: loggable(error), route: request.routeOptions.url }, 'request failed')
  return sendProblem(request, reply, answer)
}

/** Every error of every route, and every unknown route, becomes a problem here. */
export function registerErrorHandlers(app: FastifyInstance): void {
  app.setErrorHandler(handleError)
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, {
      status: 404,
      code: 'route_not_found',
      detail: 'There is no such route: /openapi.json lists what there is.',
    }),
  )
}

function answerTo(error: FastifyError): Answer {
  if (error instanceof Refusal) {
    const status = statusOf[error.kind]
    const answer: Answer = { status, code: error.code, detail: error.message, errors: error.errors }
    return status === 503 ? { ...answer, retryAfter: 1 } : answer
  }
  if (error.validation) return answerToValidation(error)
  if (isTooDeep(error)) return tooDeep
  return answerToFramework(error) ?? answerToDatabase(driverErrorOf(error)) ?? unknown
}

const unknown: Answer = {
  status: 500,
  code: 'internal_error',
  detail: 'Something went wrong on our side. Tell us the request_id if it goes on.',
}

/** JSON nested so deep that walking it exceeds the stack: what recurses into a body throws this. */
const isTooDeep = (error: unknown) => error instanceof RangeError && error.message.includes('call stack')

const tooDeep: Answer = {
  status: 400,
  code: 'too_deep',
  detail: 'The body is nested too deep: send it flatter.',
}

function answerToValidation(error: FastifyError): Answer {
  const where = error.validationContext ?? 'body'
  const errors = (error.validation ?? [])
    .filter(({ keyword }) => keyword !== 'if')
    .map(({ instancePath, params, message }) => {
      const named = (params.missingProperty ?? params.additionalProperty) as string | undefined
      const pointer = named === undefined ? instancePath : `${instancePath}/${escapePointer(named)}`
      return {
        pointer,
        detail: params.additionalProperty === undefined ? (message ?? 'is wrong') : 'is not a known field',
      }
    })
  return {
    status: 400,
    code: `invalid_${where}`,
    detail: `The ${where === 'querystring' ? 'query' : where} does not fit: see errors.`,
    errors: errors.filter(
      (fault, i) => errors.findIndex((f) => f.pointer === fault.pointer && f.detail === fault.detail) === i,
    ),
  }
}

/** RFC 6901. */
const escapePointer = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** What Fastify and its plugins refuse by themselves; their messages name no inside. */
function answerToFramework(error: FastifyError): Answer | undefined {
  const status = error.statusCode
  if (status === undefined || status < 400 || status > 599) return undefined
  const known: Record<number, [string, string]> = {
    400: ['malformed_request', 'The request is not well-formed: is the body valid JSON?'],
    408: ['request_timeout', 'The request took too long to arrive: send it again.'],
    413: ['body_too_large', 'The body is too large: send it in parts.'],
    414: ['uri_too_long', 'The address is too long.'],
    415: ['unsupported_media_type', 'Send the body as application/json.'],
    429: ['rate_limited', 'Too many requests with this key: wait as Retry-After says.'],
    503: ['overloaded', 'The service is busy: try again in a moment.'],
  }
  const [code, detail] = known[status] ?? []
  if (code === undefined || detail === undefined) return undefined
  return { status, code, detail, ...(status === 503 && { retryAfter: 1 }) }
}

/** Drizzle wraps what the driver threw in an error whose message holds the SQL and its parameters. */
export const driverErrorOf = (error: unknown): unknown =>
  error instanceof DrizzleQueryError ? error.cause : error

/** What of a database's error may be told: its code and the constraint, never the row. */
function answerToDatabase(error: unknown): Answer | undefined {
  if (error instanceof ConnectionLostError) return unreachable
  const { code, constraint_name: constraint } = error as { code?: string; constraint_name?: string }
  if (code === undefined) return undefined
  if (code === '23505') {
    return { status: 409, code: 'already_exists', detail: `Another one has the same value (${constraint}).` }
  }
  if (code === '23503') {
    return {
      status: 409,
      code: 'reference',
      detail: `It refers to what does not exist, or is still referred to (${constraint}).`,
    }
  }
  if (code === '23514')
    return { status: 422, code: 'rule', detail: `It is against a rule of the data (${constraint}).` }
  if (code.startsWith('22'))
    return {
      status: 422,
      code: 'invalid_value',
      detail: 'A value cannot be stored: is it out of range, or does it hold a NUL character?',
    }
  if (code === '40001' || code === '40P01' || code === '55P03') {
    return {
      status: 409,
      code: 'concurrent_change',
      detail: 'Something else changed it at the same moment: try again.',
    }
  }
  if (code === '57014')
    return { status: 503, code: 'too_slow', detail: 'It took too long: ask for less.', retryAfter: 5 }
  return unreachableCodes.test(code) ? unreachable : undefined
}

const unreachableCodes = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|CONNECT|08|53|57P)/
const unreachable: Answer = {
  status: 503,
  code: 'database_unavailable',
  detail: 'The database does not answer: try again in a moment.',
  retryAfter: 2,
}

/** An error as it may stand in a log: a database error's message and detail quote values, so only its names go. */
export function loggable(error: unknown): Record<string, unknown> {
  const cause = driverErrorOf(error) as Record<string, unknown> & Error
  const isOfDatabase = 'severity' in cause || 'query' in cause
  return {
    name: cause.name,
    ...(cause.code !== undefined && { code: cause.code }),
    ...(cause.constraint_name !== undefined && {
      constraint: cause.constraint_name,
      table: cause.table_name,
    }),
    ...(isOfDatabase ? { routine: cause.routine } : { message: cause.message, stack: cause.stack }),
  }
}
