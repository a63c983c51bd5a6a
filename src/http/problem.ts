import { STATUS_CODES } from 'node:http'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type DatabaseFault, databaseFaultOf, driverErrorOf } from '../db/connection-errors.ts'
import { AbandonedError } from '../db/pool.ts'
import type { ErrorCode } from '../lib/error-codes.ts'
import { type FieldError, Refusal, type RefusalKind } from '../lib/errors.ts'
import { tooDeep } from '../lib/json-limits.ts'
import { fieldErrors } from '../lib/schema/schema-errors.ts'
import { describeUnsupportedType } from './accepted-types.ts'
import { constraintRefusal } from './constraint-refusals.ts'
import { errorAsGiven } from './normalize-query.ts'

/** An error response: RFC 9457, plus a stable `code` and a list of invalid fields. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Always `about:blank`: the status and `code` identify the error.' }),
    title: Type.String({ description: 'The text of the HTTP status.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    detail: Type.String({ description: 'What is wrong and what to do, for people.' }),
    code: Type.String({ description: 'What is wrong, for programs. Codes are stable; texts may change.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            pointer: Type.String({ description: 'JSON pointer (RFC 6901) to the invalid field.' }),
            detail: Type.String({ description: 'What is wrong with the field and what is allowed.' }),
          },
          { title: 'FieldError' },
        ),
        { description: 'Each invalid field, at most 100.' },
      ),
    ),
    request_id: Type.String({ description: 'Identifies the request in the logs of the service.' }),
  },
  { $id: 'Problem', description: 'An error (RFC 9457).' },
)

/** The parts of a problem that do not depend on the request. */
export interface ProblemInput {
  status: number
  code: ErrorCode
  detail: string
  errors?: FieldError[] | undefined
  /** Seconds, for the Retry-After header. */
  retryAfter?: number
}

const statusByKind: Record<RefusalKind, number> = {
  malformed: 400,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  stale: 412,
  invalid: 422,
  unavailable: 503,
}

const maxFieldErrors = 100

/** The body of a problem. */
export const problemBody = (input: ProblemInput, request_id: string): Static<typeof Problem> => ({
  type: 'about:blank',
  title: STATUS_CODES[input.status] ?? 'Error',
  status: input.status,
  detail: input.detail,
  code: input.code,
  ...(input.errors && { errors: input.errors.slice(0, maxFieldErrors) }),
  request_id,
})

/** Sends a response of type application/problem+json. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, input: ProblemInput): FastifyReply {
  if (input.retryAfter !== undefined) reply.header('retry-after', input.retryAfter)
  if (input.status === 401 && !reply.hasHeader('www-authenticate')) reply.header('www-authenticate', 'Bearer')
  return reply
    .code(input.status)
    .header('cache-control', 'no-store')
    .header('x-request-id', request.id)
    .type('application/problem+json')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(problemBody(input, request.id))
}

/**
 * Sends the problem for an error. Server errors (5xx) are logged, without anything that the caller sent. A request that is
 * refused because of load has only its line with status 503.
 */
export function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const found = problemOf((constraintRefusal(error, request) ?? error) as FastifyError)
  const problem = found.status === 415 ? { ...found, detail: describeUnsupportedType(request, reply) } : found
  if (problem.status >= 500 && !(error instanceof Refusal))
    request.log.error({ err: loggable(error), route: request.routeOptions.url }, 'request failed')
  // Of an export that failed before its first bytes.
  for (const name of ['content-encoding', 'content-disposition']) reply.removeHeader(name)
  const errors = problem.errors?.map((fieldError) => errorAsGiven(request, fieldError))
  return sendProblem(request, reply, { ...problem, errors })
}

function problemOf(error: FastifyError): ProblemInput {
  if (error instanceof Refusal) {
    const status = statusByKind[error.kind]
    const problem: ProblemInput = { status, code: error.code, detail: error.message, errors: error.errors }
    return status === 503 ? { ...problem, retryAfter: 1 } : problem
  }
  if (error.validation) return validationProblem(error)
  if (error instanceof AbandonedError) return clientDisconnected
  if (isStackOverflow(error)) return problemOf(tooDeep())
  return frameworkProblem(error) ?? databaseProblem(driverErrorOf(error)) ?? internalError
}

const internalError: ProblemInput = {
  status: 500,
  code: 'internal_error',
  detail:
    'An unexpected error occurred in the service. Retry the request. If it fails again, report this request_id.',
}

/** Not received by anybody, and not logged as an error. The status is the one of nginx. */
const clientDisconnected: ProblemInput = {
  status: 499,
  code: 'client_disconnected',
  detail: 'The client closed the connection before the response.',
}

/** Thrown by code that recurses into a body whose JSON is nested too deeply. */
const isStackOverflow = (error: unknown) =>
  error instanceof RangeError && error.message.includes('call stack')

/** The name of each part of a request in messages, and the noun for its members. */
const requestParts: Record<string, { name: string; noun: string }> = {
  body: { name: 'request body', noun: 'field' },
  querystring: { name: 'query string', noun: 'query parameter' },
  params: { name: 'path', noun: 'path parameter' },
  headers: { name: 'request', noun: 'header' },
}

function validationProblem(error: FastifyError): ProblemInput {
  const part = error.validationContext ?? 'body'
  const { name, noun } = requestParts[part] ?? { name: part, noun: 'field' }
  const errors = fieldErrors((error.validation ?? []) as Parameters<typeof fieldErrors>[0], { noun })
  const count = errors.length === 1 ? `an invalid ${noun}` : `${errors.length} invalid ${noun}s`
  return {
    status: 400,
    code: `invalid_${part}`,
    detail: `The ${name} has ${count}. See errors for what is allowed.`,
    errors,
  }
}

/** Errors of Fastify and its plugins. Their own messages are not sent: some contain internals. */
function frameworkProblem(error: FastifyError): ProblemInput | undefined {
  const status = error.statusCode
  if (status === undefined || status < 400 || status > 599) return undefined
  const problemByStatus: Record<number, [code: ErrorCode, detail: string]> = {
    400: [
      'malformed_request',
      'The request is malformed. Check that the body is valid JSON, is not empty and has the right Content-Length.',
    ],
    408: ['request_timeout', 'The request took too long to arrive. Send it again.'],
    413: ['body_too_large', 'The request body is too large. Send it in several requests.'],
    414: ['uri_too_long', 'The URL is too long. Shorten the path or the query string.'],
    415: ['unsupported_media_type', 'This operation does not accept the Content-Type of the body.'],
    429: ['rate_limited', 'Too many requests. Wait for the number of seconds in the Retry-After header.'],
    503: [
      'overloaded',
      'The service is overloaded. Retry after the number of seconds in the Retry-After header.',
    ],
  }
  const [code, detail] = problemByStatus[status] ?? []
  if (code === undefined || detail === undefined) return undefined
  return { status, code, detail, ...(status === 503 && { retryAfter: 1 }) }
}

/** The problem for an error of the database. It may name the constraint, but not the row, which contains caller data. */
function databaseProblem(error: unknown): ProblemInput | undefined {
  const { code, constraint_name: constraint } = error as { code?: string; constraint_name?: string }
  if (code === undefined) return undefined
  if (code === '23505') {
    const detail = `Another record already has this value, which must be unique (constraint ${constraint}).`
    return { status: 409, code: 'already_exists', detail }
  }
  if (code === '23503') {
    const detail = `The request refers to a record that does not exist, or removes one that others refer to (constraint ${constraint}).`
    return { status: 409, code: 'reference', detail }
  }
  if (code === '23514') {
    const detail = `The combination of fields is not allowed (constraint ${constraint}). Check the limits of these fields at /docs.`
    return { status: 422, code: 'rule', detail }
  }
  if (code.startsWith('22')) {
    const detail =
      'A value cannot be stored: it is out of range, or it contains a NUL character or an unpaired surrogate.'
    return { status: 422, code: 'invalid_value', detail }
  }
  if (code === '40001' || code === '40P01') {
    const detail = 'Another request changed the same data at the same time. Retry the request.'
    return { status: 409, code: 'concurrent_change', detail }
  }
  const fault = databaseFaultOf(error)
  return fault && faultProblems[fault]
}

const unavailable = (detail: string): ProblemInput => ({
  status: 503,
  code: 'database_unavailable',
  detail: `${detail} Retry after the number of seconds in the Retry-After header.`,
  retryAfter: 2,
})

const faultProblems: Record<DatabaseFault, ProblemInput> = {
  unreachable: unavailable('The database cannot be reached.'),
  no_free_connection: unavailable('The database has no free connection.'),
  out_of_memory: unavailable('The database has too little memory.'),
  disk_full: {
    status: 503,
    code: 'disk_full',
    detail:
      'The disk of the database is full, so nothing can be stored; reading works. Retry when the operator has freed space.',
    retryAfter: 30,
  },
  read_only: {
    status: 503,
    code: 'database_read_only',
    detail:
      'The database accepts no changes at the moment; reading works. Retry after the number of seconds in the Retry-After header.',
    retryAfter: 10,
  },
  locked: {
    status: 503,
    code: 'lock_timeout',
    detail:
      'Another transaction holds a lock on data that this request needs. Nothing was changed. Retry after the number of seconds in the Retry-After header.',
    retryAfter: 2,
  },
  too_slow: {
    status: 503,
    code: 'too_slow',
    detail: 'The query took too long and was cancelled. Request less, for example a shorter period.',
    retryAfter: 5,
  },
}

/**
 * The fields of an error that may be logged. The message and detail of a database error quote stored data, so only its
 * code, constraint, table and routine are logged.
 */
export function loggable(error: unknown): Record<string, unknown> {
  const cause = driverErrorOf(error) as Record<string, unknown> & Error
  const isDatabaseError = 'severity' in cause || 'query' in cause
  return {
    name: cause.name,
    ...(cause.code !== undefined && { code: cause.code }),
    ...(cause.constraint_name !== undefined && {
      constraint: cause.constraint_name,
      table: cause.table_name,
    }),
    ...(isDatabaseError ? { routine: cause.routine } : { message: cause.message, stack: cause.stack }),
  }
}
