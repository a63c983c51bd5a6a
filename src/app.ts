import { randomUUID } from 'node:crypto'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import underPressure from '@fastify/under-pressure'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Deps } from './deps.ts'
import { authenticate, Callers, rateLimitKey, rateLimitOf } from './http/auth.ts'
import { answerHealth, answerPrometheus } from './http/health.ts'
import { describeApi } from './http/openapi.ts'
import { answerProblems } from './http/problem.ts'
import { strictValidator } from './http/validation.ts'
import { findCaller } from './modules/companies/index.ts'
import { keyRoutes } from './modules/companies/key-routes.ts'
import { companyRoutes } from './modules/companies/routes.ts'

export interface AppOptions {
  version: string
  /** Why the service cannot answer yet; empty when it can. */
  unready: () => Promise<string[]>
}

/** A body of JSON may have this many bytes; a call list has a limit of its own. */
const bodyLimit = 4 * 1024 * 1024

/** The HTTP service: what all routes share, then each module's routes, a line each. */
export async function buildApp(deps: Deps, options: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: deps.log,
    bodyLimit,
    forceCloseConnections: 'idle',
    genReqId: (request) => acceptableId(request.headers['x-request-id']) ?? randomUUID(),
    disableRequestLogging: true,
    routerOptions: { ignoreTrailingSlash: true },
    schemaController: { compilersFactory: { buildValidator: strictValidator as never } },
  }).withTypeProvider<TypeBoxTypeProvider>()
  answerProblems(app)
  await protect(app, deps)
  answerPrometheus(app)
  await describeApi(app, options.version)
  answerHealth(app, options)

  await app.register(companyRoutes, { deps })
  await app.register(keyRoutes, { deps })
  return app
}

/** Security headers, CORS, load shedding, keys, and a rate limit a key. */
async function protect(app: FastifyInstance, { config, db, now }: Deps): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  await app.register(helmet, {
    global: true,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
  })
  await app.register(cors, {
    origin: config.corsOrigins.includes('*') ? true : [...config.corsOrigins],
    exposedHeaders: ['etag', 'x-request-id', 'retry-after', 'idempotency-replayed'],
  })
  await app.register(underPressure, {
    maxEventLoopDelay: 1_000,
    maxEventLoopUtilization: 0.98,
    retryAfter: 1,
  })
  const callers = new Callers({
    findCaller: (hash) => findCaller(db, hash, now()),
    platformKey: config.platformKey,
    now,
  })
  await app.register(rateLimit, {
    max: (request) => rateLimitOf(request, callers) ?? config.rateLimitPerMinute,
    timeWindow: 60_000,
    keyGenerator: (request) => rateLimitKey(request, callers),
  })
  authenticate(app, callers, now)
}

/** A caller's own request id, where it cannot break a log line. */
const acceptableId = (id: string | string[] | undefined): string | undefined =>
  typeof id === 'string' && /^[\w.-]{1,128}$/.test(id) ? id : undefined
