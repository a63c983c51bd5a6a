import { randomUUID } from 'node:crypto'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import underPressure from '@fastify/under-pressure'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import type { Deps } from './deps.ts'
import { authenticate, Callers, rateLimitKey, rateLimitOf } from './http/auth.ts'
import { answerHealth, answerPrometheus } from './http/health.ts'
import { describeApi } from './http/openapi.ts'
import { answerError, answerProblems } from './http/problem.ts'
import { strictValidator } from './http/validation.ts'
import { overloaded } from './lib/errors.ts'
import { callRoutes } from './modules/calls/routes.ts'
import { findCaller } from './modules/companies/index.ts'
import { keyRoutes } from './modules/companies/key-routes.ts'
import { companyRoutes } from './modules/companies/routes.ts'
import { skillbaseRoutes } from './modules/skillbases/routes.ts'
import { telemetryRoutes } from './modules/telemetry/routes.ts'

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
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: answerError as never,
    routerOptions: { ignoreTrailingSlash: true },
    schemaController: { compilersFactory: { buildValidator: strictValidator as never } },
  }).withTypeProvider<TypeBoxTypeProvider>()
  answerProblems(app)
  await protect(app, deps)
  answerPrometheus(app)
  logRequests(app)
  letGoWhenClosing(app)
  await describeApi(app, options.version)
  answerHealth(app, options)

  // A worker answers health checks, and nothing else is asked of it.
  if (deps.config.role !== 'worker') await registerModules(app, deps)
  return app
}

/** The routes of every module, a line each. */
async function registerModules(app: FastifyInstance, deps: Deps): Promise<void> {
  await app.register(companyRoutes, { deps })
  await app.register(keyRoutes, { deps })
  await app.register(callRoutes, { deps })
  await app.register(telemetryRoutes, { deps })
  await app.register(skillbaseRoutes, { deps })
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
  await shedLoad(app)
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

/**
 * Refuses requests (503) while the event loop lags by a second. Whoever asks about our health is told all the same,
 * and the lag of the start itself, when schemas are compiled, does not count.
 */
async function shedLoad(app: FastifyInstance): Promise<void> {
  const sampleInterval = 500
  let isWatching = false
  app.addHook('onListen', async () => {
    setTimeout(() => {
      isWatching = true
    }, 3 * sampleInterval).unref()
  })
  await app.register(underPressure, {
    maxEventLoopDelay: 1_000,
    sampleInterval,
    pressureHandler: (request) => {
      if (isWatching && request.routeOptions.url?.startsWith('/api')) throw overloaded()
    },
  })
}

/** Answers given while the service stops end their connection: kept alive, it would hold the stop up. */
function letGoWhenClosing(app: FastifyInstance): void {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
}

/** One line a request, by its route: an address may hold a phone number. */
function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        company_id: request.caller?.company_id,
      },
      'request',
    )
  })
}

/** A caller's own request id, where it cannot break a log line. */
const acceptableId = (id: string | string[] | undefined): string | undefined =>
  typeof id === 'string' && /^[\w.-]{1,128}$/.test(id) ? id : undefined
