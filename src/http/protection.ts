import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { type CallerCache, rateLimitKey, registerAuthentication, requestsPerMinuteOf } from './auth.ts'
import { registerFairRequests } from './fair-requests.ts'
import { RateLimitStore } from './rate-limit-store.ts'

interface ProtectionOptions {
  callers: CallerCache
  now: () => Date
  /** Origins that browsers may read responses from; `*` allows all. */
  corsOrigins: readonly string[]
  /** Requests per key and minute, unless the company has its own limit. */
  rateLimitPerMinute: number
}

/** Adds security headers, CORS, authentication, rate limits and fair shares to every route. */
export async function registerProtection(app: FastifyInstance, options: ProtectionOptions): Promise<void> {
  await app.register(helmet, { global: true, contentSecurityPolicy: false })
  // Responses are data, so a browser that displays one must not load anything else. /docs sets its own policy.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  })
  await app.register(cors, {
    origin: options.corsOrigins.includes('*') ? true : [...options.corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['etag', 'x-request-id', 'retry-after', 'idempotency-replayed'],
    strictPreflight: false,
  })
  await app.register(rateLimit, {
    max: (request) => requestsPerMinuteOf(request) ?? options.rateLimitPerMinute,
    timeWindow: 60_000,
    keyGenerator: rateLimitKey,
    store: RateLimitStore,
    // A load balancer would interpret a rate-limited health check as an outage.
    allowList: (request) => request.routeOptions.url?.startsWith('/health') === true,
  })
  registerAuthentication(app, options.callers, options.now)
  registerFairRequests(app)
}
