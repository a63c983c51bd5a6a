import swagger from '@fastify/swagger'
import type { FastifyContextConfig, FastifyInstance } from 'fastify'
import { lazy } from '../lib/lazy.ts'
import { completeDocument } from './openapi/complete-document.ts'
import { registerDocsPage } from './openapi/docs-page.ts'
import { factsOf } from './openapi/parameters.ts'
import { sendStoredFile, storeFile } from './openapi/stored-file.ts'
import type { OpenApiDocument, RouteFacts } from './openapi/types.ts'
import { Problem } from './problem.ts'

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
  /** `webhooks` of the document: the messages that the service sends. */
  webhooks?: Readonly<Record<string, object>>
}

/**
 * Serves the OpenAPI 3.1 document, built from the validation schemas, at /openapi.json and as a page at /docs.
 */
export async function registerOpenApi(
  app: FastifyInstance,
  version: string,
  { isPublic, publicUrl = '/', prefix = '', webhooks = {} }: OpenApiOptions,
): Promise<void> {
  app.addSchema(Problem)
  const facts = new Map<string, RouteFacts>()
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
      webhooks: webhooks as never,
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
    transform: ({ schema, url, route }) => {
      facts.set(schema?.operationId ?? '', factsOf(route))
      return { schema: { security: securityOf(route), ...schema }, url }
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `schema${i}`) },
    transformObject: (input) =>
      completeDocument(
        ('openapiObject' in input ? input.openapiObject : {}) as OpenApiDocument,
        facts,
      ) as never,
  })
  if (!isPublic) return
  registerDocsPage(app, { publicUrl, prefix })
  const document = lazy(() => storeFile(Buffer.from(JSON.stringify(app.swagger()))))
  app.get('/openapi.json', { schema: { hide: true } }, async (request, reply) =>
    sendStoredFile(request, reply.type('application/json; charset=utf-8'), await document()),
  )
}

/** The security requirements of a route. Requirements are alternatives, so each accepted scope is a separate one. */
function securityOf({ config }: { config?: FastifyContextConfig }): Record<string, string[]>[] {
  const scope = config?.scope ?? 'public'
  if (scope === 'public') return []
  return (typeof scope === 'string' ? [scope] : scope).map((accepted) => ({ key: [accepted] }))
}
