import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyContextConfig, FastifyInstance } from 'fastify'
import { exampleOf, type JsonSchema } from './openapi-examples.ts'
import { Problem } from './problem.ts'

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

const tags = {
  companies: 'Tenants and their keys.',
  skillbases: 'Voice bots: a config, every version of it, and which one is published.',
  campaigns: 'Whom to call, with which skillbase, when, how fast, how often again.',
  'call tasks': 'The contacts of a campaign.',
  'call lists': 'Files of contacts, and what became of their rows.',
  suppressions: 'Numbers that are not called.',
  carrier: 'What happens to calls, as a carrier says it.',
  live: 'What happens, as it happens: over WebSockets, and what was missed.',
  webhooks: 'Being told of what happens by requests.',
  calls: 'Attempts to reach somebody, their turns and their metrics.',
  costs: 'The price book, what calls cost, what they will, and history priced anew.',
  analytics: 'What many calls add up to.',
  dashboard: 'The first screen.',
  service: 'Health and this document.',
}

/** OpenAPI 3.1 at /openapi.json, readable at /docs, made from the schemas that validate. */
export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  app.addSchema(Problem)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'New Voice Enterprise Platform',
        version,
        description:
          'The backend of a voice-AI calling platform: skillbases, campaigns, calls, telemetry, costs.',
        license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
      },
      servers: [{ url: '/', description: 'This service.' }],
      tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'A key of a company, or the platform key.' },
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'X-Signature',
            description: 'HMAC-SHA256 of the body, by a secret that a carrier shares.',
          },
          livekit: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'A token that a LiveKit server signs over the body it sends.',
          },
        },
      },
    },
    transform: ({ schema, url, route }) => ({ schema: { security: securityOf(route), ...schema }, url }),
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `schema${i}`) },
    transformObject: (input) =>
      complete(('openapiObject' in input ? input.openapiObject : {}) as Document) as never,
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { persistAuthorization: true, tryItOutEnabled: true, docExpansion: 'list', validatorUrl: null },
    staticCSP:
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'self'",
  })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

/** The scopes of which any one is enough, each as a requirement of its own: requirements are alternatives. */
function securityOf({ config }: { config?: FastifyContextConfig }): Record<string, string[]>[] {
  const scope = config?.scope ?? 'public'
  if (scope === 'public') return []
  return (typeof scope === 'string' ? [scope] : scope).map((one) => ({ key: [one] }))
}

/** The refusals that any route may answer; each is a Problem. */
const refusals: Record<string, string> = {
  400: 'Malformed: the request does not fit its schema.',
  401: 'No key, or one that is not known.',
  403: 'The key lacks the scope.',
  404: 'Not there, or not yours.',
  409: 'The state of things does not allow it.',
  412: 'If-Match is stale.',
  413: 'The body is too large.',
  414: 'The address is too long.',
  415: 'The body is of a type that is not taken here.',
  422: 'Well-formed, and against a rule.',
  426: 'A WebSocket: the connection has to be upgraded.',
  429: 'Too many requests.',
  503: 'Busy, or the database does not answer.',
}

const ofEvery = ['400', '401', '403', '404', '414', '422', '429', '503']
const ofWriting = ['409', '412', '413', '415']

/** Adds to every operation what all have in common: refusals, security and an example of each body. */
function complete(document: Document): Document {
  const schemas = document.components?.schemas ?? {}
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods)) {
      if (path.startsWith('/api')) addRefusals(operation, method)
      else refuse(operation, '429')
      if (operation.responses?.['101']) refuse(operation, '426')
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
      Object.entries(refusals).map(([status, text]) => [`Refusal${status}`, refusal(status, text)]),
    ),
  }
  return document
}

function addRefusals(operation: Operation, method: string): void {
  for (const status of method === 'get' ? ofEvery : [...ofEvery, ...ofWriting]) refuse(operation, status)
}

/** Adds the refusal, unless the route tells of it itself. */
function refuse(operation: Operation, status: string): void {
  operation.responses ??= {}
  operation.responses[status] ??= { $ref: `#/components/responses/Refusal${status}` }
}

const refusal = (status: string, description: string) => ({
  description,
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      example: {
        type: 'about:blank',
        title: 'Error',
        status: Number(status),
        detail: description,
        code: 'example',
        request_id: '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
      },
    },
  },
})
