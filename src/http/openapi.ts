import { createHash } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { gzipSync } from 'node:zlib'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyContextConfig, FastifyInstance } from 'fastify'
import { lazy } from '../lib/lazy.ts'
import { exampleOf, type JsonSchema } from './openapi-examples.ts'
import { Problem } from './problem.ts'
import { aliasSentence } from './query-aliases.ts'

type Operation = {
  operationId?: string
  requestBody?: { content?: Record<string, MediaType> }
  responses?: Record<string, { description?: string; content?: Record<string, MediaType>; $ref?: string }>
  security?: unknown[]
}
type MediaType = { schema?: JsonSchema; example?: unknown }
type Document = {
  paths?: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, JsonSchema>; responses?: Record<string, unknown> }
}

const apiDescription = `The backend of a voice-AI calling platform: skillbases (voice bots), outbound campaigns, calls, telemetry and costs.

- **Authentication**: send \`Authorization: Bearer <key>\`. Each operation lists the scopes of which the key needs one. The platform key also needs \`X-Company-Id\` on the operations of a company.
- **Errors**: \`application/problem+json\` (RFC 9457). \`code\` is for programs, \`detail\` for people, and \`errors\` points to each invalid field.
- **Unknown fields** and query parameters are rejected with 400. Other names that are accepted are listed with each parameter.
- **Lists**: \`limit\` with \`cursor\` (the \`next_cursor\` of the previous page), or \`skip\`.
- **Retries**: send an \`Idempotency-Key\` with a POST that creates, starts or changes something, to execute it at most once in 24 hours. A repeated request gets the stored response.
- **Rate limits**: too many requests of one company get 429 with \`Retry-After\`.`

const tags = {
  companies: 'Companies (tenants) and their API keys.',
  skillbases: 'Voice bots: their config, every version of it, and the published version.',
  campaigns: 'Outbound campaigns: whom to call, with which skillbase, when, how fast and how often to retry.',
  'call tasks': 'The contacts of a campaign. Each call task is one contact to call.',
  'call lists': 'Uploaded files of contacts and the result of each row.',
  suppressions: 'Phone numbers that must not be called.',
  carrier: 'Endpoints for carriers and LiveKit to report what happens to calls.',
  live: 'Events in real time over WebSockets, and past events for clients that were disconnected.',
  webhooks: 'Events sent to your own URLs as signed HTTP requests, with retries and a delivery log.',
  calls: 'Call attempts and inbound calls: their turns, transcripts and metrics.',
  costs: 'The price book, costs of calls, estimates, and re-rating of past calls with new prices.',
  analytics: 'Metrics over many calls: totals, groups, time series and comparisons.',
  dashboard: 'Figures for the start page of a dashboard.',
  service: 'Health checks.',
}

interface OpenApiOptions {
  /** Whether the document and its page are served. */
  isPublic: boolean
  /** Where clients reach the service; undefined: the host that the document was read from. */
  publicUrl?: string | undefined
  /** The path of `publicUrl`, without a slash at its end. */
  prefix?: string
}

/**
 * Serves the OpenAPI 3.1 document, built from the validation schemas, at /openapi.json and as a page at /docs.
 */
export async function registerOpenApi(
  app: FastifyInstance,
  version: string,
  { isPublic, publicUrl = '/', prefix = '' }: OpenApiOptions,
): Promise<void> {
  app.addSchema(Problem)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'New Voice Enterprise Platform',
        version,
        description: apiDescription,
        license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
      },
      servers: [{ url: publicUrl, description: 'This service.' }],
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key of a company, the token of a call, or the platform key.',
          },
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'X-Signature',
            description: 'HMAC-SHA256 of the body with the secret that the service shares with the carrier.',
          },
          livekit: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description:
              'A JWT that the LiveKit server signs for each webhook; it contains a hash of the body.',
          },
        },
      },
    },
    transform: ({ schema, url, route }) => ({
      schema: withAliases({ security: securityOf(route), ...schema }),
      url,
    }),
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `schema${i}`) },
    transformObject: (input) =>
      completeDocument(('openapiObject' in input ? input.openapiObject : {}) as Document) as never,
  })
  if (!isPublic) return
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: prefix,
    uiConfig: { persistAuthorization: true, tryItOutEnabled: true, docExpansion: 'list', validatorUrl: null },
    staticCSP:
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'self'",
  })
  const serialized = lazy(() => {
    const text = JSON.stringify(app.swagger())
    return { text, gzip: gzipSync(text), etag: `"${createHash('sha256').update(text).digest('base64url')}"` }
  })
  app.get('/openapi.json', { schema: { hide: true } }, async (request, reply) => {
    const { text, gzip, etag } = serialized()
    reply.headers({ etag, 'cache-control': 'no-cache', vary: 'accept-encoding' })
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    reply.type('application/json; charset=utf-8')
    return acceptsGzip(request.headers['accept-encoding'])
      ? reply.header('content-encoding', 'gzip').send(gzip)
      : reply.send(text)
  })
}

/** Adds their other names to the descriptions of the query parameters. */
function withAliases<T extends { querystring?: unknown }>(schema: T): T {
  const querystring = schema.querystring as JsonSchema | undefined
  const described = Object.entries(querystring?.properties ?? {}).map(([name, parameter]) => {
    const description = [parameter.description, aliasSentence(name)].filter(Boolean).join(' ')
    return [name, description === '' ? parameter : { ...parameter, description }]
  })
  return described.length === 0
    ? schema
    : { ...schema, querystring: { ...querystring, properties: Object.fromEntries(described) } }
}
/** Whether an Accept-Encoding header allows gzip: it names it, and not with the weight 0. */
const acceptsGzip = (header: string | string[] | undefined) =>
  /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(String(header ?? ''))

/** The security requirements of a route. Requirements are alternatives, so each accepted scope is a separate one. */
function securityOf({ config }: { config?: FastifyContextConfig }): Record<string, string[]>[] {
  const scope = config?.scope ?? 'public'
  if (scope === 'public') return []
  return (typeof scope === 'string' ? [scope] : scope).map((accepted) => ({ key: [accepted] }))
}

/** Error responses that operations share, by status. The body of each is a Problem. */
const sharedErrors: Record<string, string> = {
  400: 'Malformed request: a field, parameter or header is invalid. `errors` lists each with what is allowed.',
  401: 'The key is missing, unknown, revoked or expired.',
  403: 'The key lacks the required scope, its company is deactivated, or `company_id` names another company.',
  404: 'Not found, or owned by another company.',
  409: 'The current state does not allow the operation.',
  412: 'The ETag in If-Match is out of date: the resource was changed after it was read.',
  413: 'The request body is too large.',
  414: 'The URL is too long.',
  415: 'The operation does not accept this Content-Type.',
  422: 'The request is well-formed but breaks a rule. `errors` lists the fields.',
  426: 'This is a WebSocket: the connection must be upgraded.',
  429: 'Too many requests. Retry-After has the number of seconds to wait.',
  503: 'The service is overloaded or the database cannot be reached. Retry-After has the number of seconds to wait.',
}

/** The code in the example of each error response, by status. */
const exampleCodes: Record<string, string> = {
  400: 'invalid_body',
  401: 'unauthenticated',
  403: 'scope_missing',
  404: 'call_not_found',
  409: 'invalid_transition',
  412: 'stale_etag',
  413: 'body_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  422: 'invalid_config',
  426: 'upgrade_required',
  429: 'rate_limited',
  503: 'database_unavailable',
}

const errorsOfAllOperations = ['400', '401', '403', '404', '409', '414', '422', '429', '503']
const errorsOfWrites = ['412', '413', '415']

/** Adds error responses to each operation, and an example to each body. */
function completeDocument(document: Document): Document {
  const schemas = document.components?.schemas ?? {}
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods)) {
      if (path.startsWith('/api')) addSharedErrors(operation, method)
      else addError(operation, '429')
      if (operation.responses?.['101']) addError(operation, '426')
      for (const { content } of [operation.requestBody ?? {}, ...Object.values(operation.responses ?? {})]) {
        for (const media of Object.values(content ?? {})) {
          if (media.schema !== undefined && media.example === undefined)
            media.example = exampleOf(media.schema, schemas)
        }
      }
    }
  }
  document.components = {
    ...document.components,
    responses: Object.fromEntries(
      Object.entries(sharedErrors).map(([status, text]) => [`Refusal${status}`, errorResponse(status, text)]),
    ),
  }
  return document
}

function addSharedErrors(operation: Operation, method: string): void {
  const statuses = method === 'get' ? errorsOfAllOperations : [...errorsOfAllOperations, ...errorsOfWrites]
  for (const status of statuses) addError(operation, status)
}

/** Adds a shared error response, unless the route documents this status itself. */
function addError(operation: Operation, status: string): void {
  operation.responses ??= {}
  operation.responses[status] ??= { $ref: `#/components/responses/Refusal${status}` }
}

const errorResponse = (status: string, description: string) => ({
  description,
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      example: {
        type: 'about:blank',
        title: STATUS_CODES[status] ?? 'Error',
        status: Number(status),
        detail: description,
        code: exampleCodes[status] ?? 'example',
        request_id: '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
      },
    },
  },
})
