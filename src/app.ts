import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import { apiRoutes } from './api-routes.ts'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { CallerCache, platformCaller } from './http/callers.ts'
import { refuseMalformedRequest } from './http/client-errors.ts'
import { limitConnections, serverOptions } from './http/connections.ts'
import { decodeBodies } from './http/content-encoding.ts'
import {
  type HealthOptions,
  refuseWhileStarting,
  registerHealthRoutes,
  registerPrometheusMetrics,
} from './http/health-and-metrics.ts'
import { registerJsonBodies } from './http/json-body.ts'
import { registerOpenApi } from './http/openapi.ts'
import { handleError } from './http/problem.ts'
import { registerProtection } from './http/protection.ts'
import { prefixRedirects, publicPathOf, redirectRootToDocs } from './http/public-path.ts'
import {
  abandonReads,
  closeConnectionsOnShutdown,
  logRequests,
  nameActivities,
  requestIdOf,
  sendRequestIdHeader,
} from './http/request-hooks.ts'
import { maxUrlLength, routedUrl } from './http/request-target.ts'
import { createSchemaCompilers } from './http/schema-compilers.ts'
import { collectAllowedMethods } from './http/unknown-routes.ts'
import { registerWebSockets } from './http/websockets.ts'
import { findCallerByToken, findExistingTokenHashes, isCallToken } from './modules/briefs/index.ts'
import { findCallerByKeyHash, findCallerByKeyId, findExistingKeyHashes } from './modules/companies/index.ts'
import { redeemTicket } from './modules/live/index.ts'
import { webhookOperations } from './modules/webhooks/event-payloads.ts'

export interface AppOptions extends HealthOptions {
  version: string
}

/** Maximum size of a JSON body. Uploads of call lists have a separate limit. */
const bodyLimitBytes = 4 * 1024 * 1024

/** Builds the HTTP service: the plugins and hooks of all routes, then the routes of each module. */
export async function buildApp(deps: Deps, options: AppOptions): Promise<FastifyInstance> {
  const prefix = publicPathOf(deps.config.publicUrl)
  const app = Fastify({
    loggerInstance: deps.log,
    bodyLimit: bodyLimitBytes,
    trustProxy: trustedProxies(deps.config),
    rewriteUrl: ({ url = '/' }) => routedUrl(url, prefix),
    clientErrorHandler: (error, socket) => refuseMalformedRequest(deps.log, error, socket),
    forceCloseConnections: 'idle',
    ...serverOptions,
    genReqId: requestIdOf,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: handleError as never,
    // `routedUrl` limits URLs.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: maxUrlLength },
    schemaController: { compilersFactory: createSchemaCompilers() as never },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.removeContentTypeParser('text/plain')
  registerJsonBodies(app)
  decodeBodies(app)
  limitConnections(app)
  nameActivities(app)
  abandonReads(app)
  app.setErrorHandler(handleError)
  const allowed = collectAllowedMethods(app)
  sendRequestIdHeader(app)
  // Registered before the hooks that reject requests, because it also closes rejected WebSocket connections.
  await registerWebSockets(app)
  refuseWhileStarting(app, options)
  prefixRedirects(app, prefix)
  const { config } = deps
  const limits = await registerProtection(app, { ...config, allowed })
  registerPrometheusMetrics(app, config.metricsToken)
  logRequests(app)
  closeConnectionsOnShutdown(app)
  await registerOpenApi(app, options.version, {
    isPublic: config.publicDocs,
    publicUrl: config.publicUrl,
    prefix,
    webhooks: webhookOperations,
  })
  if (config.publicDocs) redirectRootToDocs(app)
  registerHealthRoutes(app, options)

  // A worker serves only health checks and metrics.
  if (config.role !== 'worker')
    await app.register(apiRoutes, { prefix: '/api', deps, callers: cacheCallers(deps), limits })
  return app
}

function cacheCallers({ config: { platformKey }, db, now }: Deps): CallerCache {
  const findCaller = (secret: string, hash: string) =>
    isCallToken(secret) ? findCallerByToken(db, hash, now()) : findCallerByKeyHash(db, hash, now())
  const findExisting = async (hashes: readonly string[]) => [
    ...(await findExistingKeyHashes(db, hashes)),
    ...(await findExistingTokenHashes(db, hashes)),
  ]
  const redeemTicketOf = async (ticket: string) => {
    const owner = await redeemTicket(db, ticket, now())
    if (owner === undefined) return undefined
    const { company_id, key_id } = owner
    return key_id === null
      ? { ...platformCaller, company_id }
      : findCallerByKeyId(db, company_id, key_id, now())
  }
  return new CallerCache({ findCaller, findExisting, redeemTicket: redeemTicketOf, platformKey, now })
}

/** The proxies of the setting as Fastify takes them; `hop` is 0 for the peer of the connection. */
const trustedProxies = ({ trustProxy }: Config) =>
  typeof trustProxy === 'number' ? (_address: string, hop: number) => hop < trustProxy : trustProxy
