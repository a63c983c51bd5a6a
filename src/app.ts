import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { bindCursors } from './http/bound-cursors.ts'
import { CallerCache, platformCaller } from './http/callers.ts'
import { refuseMalformedRequest } from './http/client-errors.ts'
import { registerCompression } from './http/compression.ts'
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
import { registerRequestCompatibility } from './http/request-compatibility.ts'
import {
  abandonReads,
  closeConnectionsOnShutdown,
  logRequests,
  nameActivities,
  requestIdOf,
  sendRequestIdHeader,
} from './http/request-hooks.ts'
import { maxUrlLength, routedUrl } from './http/request-target.ts'
import { registerResources } from './http/resources.ts'
import { createSchemaCompilers, rejectUnknownQueryParameters } from './http/schema-compilers.ts'
import { collectAllowedMethods } from './http/unknown-routes.ts'
import { rejectNulInUrls } from './http/url-characters.ts'
import { registerWebSockets } from './http/websockets.ts'
import { findCallerByToken, findExistingTokenHashes, isCallToken } from './modules/briefs/index.ts'
import { briefRoutes } from './modules/briefs/routes.ts'
import { importRoutes } from './modules/call-lists/routes.ts'
import { uploadRoutes } from './modules/call-lists/upload-routes.ts'
import { taskRoutes } from './modules/call-tasks/routes.ts'
import { callRoutes } from './modules/calls/routes.ts'
import { campaignRoutes } from './modules/campaigns/routes.ts'
import { campaignRunRoutes } from './modules/campaigns/run-routes.ts'
import { findCallerByKeyHash, findCallerByKeyId, findExistingKeyHashes } from './modules/companies/index.ts'
import { keyRoutes } from './modules/companies/key-routes.ts'
import { companyRoutes } from './modules/companies/routes.ts'
import { costRoutes } from './modules/costs/routes.ts'
import { carrierEventRoutes } from './modules/dialing/carrier-event-routes.ts'
import { livekitRoutes } from './modules/dialing/livekit-routes.ts'
import { testCallRoutes } from './modules/dialing/test-call-routes.ts'
import { redeemTicket } from './modules/live/index.ts'
import { liveRoutes } from './modules/live/routes.ts'
import { callRowRoutes } from './modules/metrics/call-routes.ts'
import { compareRoutes } from './modules/metrics/compare-routes.ts'
import { dashboardRoutes } from './modules/metrics/dashboard-routes.ts'
import { histogramRoutes } from './modules/metrics/histogram-routes.ts'
import { analyticsRoutes } from './modules/metrics/routes.ts'
import { aliasRoutes } from './modules/prices/alias-routes.ts'
import { priceRoutes } from './modules/prices/routes.ts'
import { skillbaseRoutes } from './modules/skillbases/routes.ts'
import { suppressionRoutes } from './modules/suppressions/routes.ts'
import { telemetryRoutes } from './modules/telemetry/routes.ts'
import { deliveryRoutes } from './modules/webhooks/delivery-routes.ts'
import { webhookOperations } from './modules/webhooks/event-payloads.ts'
import { webhookRoutes } from './modules/webhooks/routes.ts'

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
  await registerProtection(app, { ...config, callers: cacheCallers(deps), allowed })
  rejectUnknownQueryParameters(app)
  registerRequestCompatibility(app)
  rejectNulInUrls(app)
  bindCursors(app)
  registerResources(app)
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

  await registerCompression(app)
  // A worker serves only health checks and metrics.
  if (deps.config.role !== 'worker') await registerModules(app, deps)
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

async function registerModules(app: FastifyInstance, deps: Deps): Promise<void> {
  await app.register(companyRoutes, { deps })
  await app.register(keyRoutes, { deps })
  await app.register(campaignRoutes, { deps })
  await app.register(campaignRunRoutes, { deps })
  await app.register(taskRoutes, { deps })
  await app.register(uploadRoutes, { deps })
  await app.register(importRoutes, { deps })
  await app.register(suppressionRoutes, { deps })
  await app.register(carrierEventRoutes, { deps })
  await app.register(testCallRoutes, { deps })
  await app.register(livekitRoutes, { deps })
  await app.register(callRoutes, { deps })
  await app.register(telemetryRoutes, { deps })
  await app.register(priceRoutes, { deps })
  await app.register(aliasRoutes, { deps })
  await app.register(costRoutes, { deps })
  await app.register(skillbaseRoutes, { deps })
  await app.register(analyticsRoutes, { deps })
  await app.register(callRowRoutes, { deps })
  await app.register(compareRoutes, { deps })
  await app.register(dashboardRoutes, { deps })
  await app.register(histogramRoutes, { deps })
  await app.register(briefRoutes, { deps })
  await app.register(liveRoutes, { deps })
  await app.register(webhookRoutes, { deps })
  await app.register(deliveryRoutes, { deps })
}
