import type { FastifyPluginAsync } from 'fastify'
import type { Deps } from './deps.ts'
import { registerAuthentication } from './http/auth.ts'
import { bindCursors } from './http/bound-cursors.ts'
import type { CallerCache } from './http/callers.ts'
import { registerCompression } from './http/compression.ts'
import { registerFairRequests } from './http/fair-requests.ts'
import type { RateLimits } from './http/rate-limits.ts'
import { registerRequestCompatibility } from './http/request-compatibility.ts'
import { registerResources } from './http/resources.ts'
import { rejectUnknownQueryParameters } from './http/schema-compilers.ts'
import { rejectNulInUrls } from './http/url-characters.ts'
import { briefRoutes } from './modules/briefs/routes.ts'
import { importRoutes } from './modules/call-lists/routes.ts'
import { uploadRoutes } from './modules/call-lists/upload-routes.ts'
import { taskRoutes } from './modules/call-tasks/routes.ts'
import { callRoutes } from './modules/calls/routes.ts'
import { campaignRoutes } from './modules/campaigns/routes.ts'
import { campaignRunRoutes } from './modules/campaigns/run-routes.ts'
import { keyRoutes } from './modules/companies/key-routes.ts'
import { companyRoutes } from './modules/companies/routes.ts'
import { costRoutes } from './modules/costs/routes.ts'
import { carrierEventRoutes } from './modules/dialing/carrier-event-routes.ts'
import { livekitRoutes } from './modules/dialing/livekit-routes.ts'
import { testCallRoutes } from './modules/dialing/test-call-routes.ts'
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
import { webhookRoutes } from './modules/webhooks/routes.ts'

interface ApiOptions {
  deps: Deps
  callers: CallerCache
  limits: RateLimits
}

/**
 * The routes of all modules, registered with the prefix /api, and the hooks that apply to them only: authentication, fair shares,
 * checks of URLs and cursors, other names of fields and parameters, ETags and compression.
 */
export const apiRoutes: FastifyPluginAsync<ApiOptions> = async (app, { deps, callers, limits }) => {
  registerAuthentication(app, { callers, limits })
  registerFairRequests(app)
  rejectUnknownQueryParameters(app)
  registerRequestCompatibility(app)
  rejectNulInUrls(app)
  bindCursors(app)
  registerResources(app)
  await registerCompression(app)
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
