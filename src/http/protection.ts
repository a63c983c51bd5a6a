import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { overloaded } from '../lib/errors.ts'
import { type CallerCache, rateLimitKey, registerAuthentication, requestsPerMinuteOf } from './auth.ts'

export interface ProtectionOptions {
  callers: CallerCache
  now: () => Date
  corsOrigins: readonly string[]
  /** Requests a key may make in a minute, where its company has no limit of its own. */
  rateLimitPerMinute: number
}

/** Security headers, CORS, load shedding, keys, and a rate limit a key. */
export async function registerProtection(app: FastifyInstance, options: ProtectionOptions): Promise<void> {
  await app.register(helmet, { global: true, contentSecurityPolicy: false })
  // Answers are data: a browser that shows one shall load nothing for it. /docs brings a policy of its own.
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  })
  await app.register(cors, {
    origin: options.corsOrigins.includes('*') ? true : [...options.corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['etag', 'x-request-id', 'retry-after', 'idempotency-replayed'],
    strictPreflight: false,
  })
  await shedLoad(app)
  await app.register(rateLimit, {
    max: (request) => requestsPerMinuteOf(request) ?? options.rateLimitPerMinute,
    timeWindow: 60_000,
    keyGenerator: rateLimitKey,
    // A balancer that asks often how we are shall not be told that we are down.
    allowList: (request) => request.routeOptions.url?.startsWith('/health') === true,
  })
  registerAuthentication(app, options.callers, options.now)
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
