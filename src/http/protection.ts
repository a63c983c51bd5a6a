import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import { refuseUnexpectedHeaders } from './client-errors.ts'
import { type RateLimits, registerRateLimits } from './rate-limits.ts'
import { type AllowedMethods, methods, registerUnknownRoutes } from './unknown-routes.ts'
import { refuseOtherUpgrades } from './websockets.ts'

interface ProtectionOptions {
  allowed: AllowedMethods
  /** Origins that browsers may read responses from; `*` allows all. */
  corsOrigins: readonly string[]
  /** Requests per minute of a company that has no limit of its own, and of an address without a key. */
  rateLimitPerMinute: number
  /** Whether the routes are listed at /docs. */
  publicDocs: boolean
}

/** How long browsers use the response to a preflight, seconds. Chrome uses it for 2 h at most. */
const preflightMaxAge = 7_200

/** Headers of responses that scripts of other origins can read. */
const exposedHeaders = [
  'accept-patch',
  'allow',
  'content-disposition',
  'etag',
  'idempotency-replayed',
  'location',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'www-authenticate',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-request-id',
]

/** Adds security headers, CORS and rate limits to every route. */
export async function registerProtection(
  app: FastifyInstance,
  options: ProtectionOptions,
): Promise<RateLimits> {
  const { allowed, corsOrigins, rateLimitPerMinute, publicDocs } = options
  await app.register(helmet, { global: true, contentSecurityPolicy: false })
  // Responses are data, so a browser that displays one must not load anything else. /docs sets its own policy.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  })
  await app.register(cors, {
    origin: corsOrigins.includes('*') ? true : [...corsOrigins],
    methods: methods.filter((method) => method !== 'OPTIONS'),
    exposedHeaders,
    maxAge: preflightMaxAge,
    strictPreflight: false,
    // The next hooks respond to OPTIONS.
    preflightContinue: true,
  })
  refuseUnexpectedHeaders(app)
  const limits = await registerRateLimits(app, rateLimitPerMinute)
  refuseOtherUpgrades(app, limits)
  registerUnknownRoutes(app, { allowed, limits, hasDocs: publicDocs })
  return limits
}
