import { STATUS_CODES } from 'node:http'
import { errorCodes } from '../../lib/error-codes.ts'
import { fileErrorCodes } from '../../lib/list-error-codes.ts'
import { type OpenApiDocument, type Operation, operationsOf, type RouteFacts, takesIfMatch } from './types.ts'

interface SharedError {
  description: string
  exampleCode: keyof typeof errorCodes
}

/** Error responses that operations share, by status. The body of each is a Problem. */
const sharedErrors: Record<string, SharedError> = {
  400: {
    description:
      'Malformed request: a field, parameter or header is invalid. `errors` lists each with what is allowed.',
    exampleCode: 'invalid_body',
  },
  401: { description: 'The key is missing, unknown, revoked or expired.', exampleCode: 'unauthenticated' },
  403: {
    description:
      'The key lacks the required scope, its company is deactivated, or `company_id` names another company.',
    exampleCode: 'scope_missing',
  },
  404: { description: 'Not found, or owned by another company.', exampleCode: 'call_not_found' },
  408: { description: 'The request took too long to arrive.', exampleCode: 'request_timeout' },
  409: { description: 'The current state does not allow the operation.', exampleCode: 'invalid_transition' },
  412: {
    description:
      'The ETag in If-Match is out of date: the resource was changed after it was read. Or it has an ETag of If-None-Match.',
    exampleCode: 'stale_etag',
  },
  413: { description: 'The request body is too large.', exampleCode: 'body_too_large' },
  414: { description: 'The URL is too long.', exampleCode: 'uri_too_long' },
  415: {
    description: 'The operation does not accept this Content-Type.',
    exampleCode: 'unsupported_media_type',
  },
  422: {
    description: 'The request is well-formed but breaks a rule. `errors` lists the fields.',
    exampleCode: 'invalid_config',
  },
  426: {
    description: 'This is a WebSocket: the connection must be upgraded.',
    exampleCode: 'upgrade_required',
  },
  429: {
    description: 'Too many requests. Retry-After has the number of seconds to wait.',
    exampleCode: 'rate_limited',
  },
  500: {
    description: 'An unexpected error in the service. Report the `request_id` if it repeats.',
    exampleCode: 'internal_error',
  },
  503: {
    description:
      'The service is overloaded or the database cannot be reached. Retry-After has the number of seconds to wait.',
    exampleCode: 'database_unavailable',
  },
}

const errorsOfAllOperations = ['400', '401', '403', '404', '409', '414', '422', '429', '500', '503']
const errorsOfBodies = ['408', '413', '415']

/** Any status that an operation does not list, such as 431 for headers that are too large. */
const anyOtherError: SharedError = {
  description:
    'Any other error, such as 431 when the headers of the request are too large. The body is a Problem like that of all errors.',
  exampleCode: 'internal_error',
}

/** Adds to each operation the error responses that its requests can get, unless the route documents the status itself. */
export function addErrors(document: OpenApiDocument, facts: ReadonlyMap<string, RouteFacts>): void {
  for (const { method, operation } of operationsOf(document)) {
    const isOfApi = facts.get(operation.operationId ?? '')?.isOfApi === true
    for (const status of errorStatusesOf(isOfApi, method, operation)) {
      operation.responses ??= {}
      const name = status === '422' && takesFile(operation) ? fileRefusal : responseName(status)
      operation.responses[status] ??= { $ref: `#/components/responses/${name}` }
    }
  }
  const shared = { ...sharedErrors, default: anyOtherError }
  document.components = {
    ...document.components,
    responses: {
      ...Object.fromEntries(
        Object.entries(shared).map(([status, error]) => [responseName(status), errorResponse(status, error)]),
      ),
      [fileRefusal]: errorResponse(
        '422',
        {
          description: 'The file cannot be read, or the request breaks a rule.',
          exampleCode: 'no_phone_column',
        },
        [...Object.keys(fileErrorCodes), ...codesOf('422')],
      ),
    },
  }
}

const responseName = (status: string) => (status === 'default' ? 'RefusalOther' : `Refusal${status}`)

function errorStatusesOf(isOfApi: boolean, method: string, operation: Operation): string[] {
  return [
    ...(isOfApi ? errorsOfAllOperations : ['429', '500']),
    ...(isOfApi && method !== 'get' ? errorsOfBodies : []),
    ...(takesIfMatch(operation) ? ['412'] : []),
    ...(operation.responses?.['101'] === undefined ? [] : ['426']),
    'default',
  ]
}

/** The codes that responses of a status have. */
const codesOf = (status: string): string[] =>
  Object.entries(errorCodes).flatMap(([code, info]) => (String(info.status) === status ? [code] : []))

/** A file that cannot be read has codes of its own. */
const takesFile = ({ requestBody }: Operation) => requestBody?.content?.['multipart/form-data'] !== undefined
const fileRefusal = 'RefusalOfFile'

function errorResponse(
  status: string,
  { description, exampleCode }: SharedError,
  codes: readonly string[] = codesOf(status),
) {
  const exampleStatus = status === 'default' ? '500' : status
  const listed = [...new Set(codes)].map((code) => `\`${code}\``).join(', ')
  return {
    description: listed === '' ? description : `${description} Codes: ${listed}.`,
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        example: {
          type: 'about:blank',
          title: STATUS_CODES[exampleStatus] ?? 'Error',
          status: Number(exampleStatus),
          detail: description,
          code: exampleCode,
          request_id: '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
        },
      },
    },
  }
}
