import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { overloaded } from '../lib/errors.ts'
import { type CallerCache, rateLimitKey, registerAuthentication, requestsPerMinuteOf } from './auth.ts'

interface ProtectionOptions {
  callers: CallerCache
  now: () => Date
  /** Origins that browsers may read responses from; `*` allows all. */
  corsOrigins: readonly string[]
  /** Requests per key and minute, unless the company has its own limit. */
  rateLimitPerMinute: number
}

/** Adds security headers, CORS, authentication, rate limits and load shedding to every route. */
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
    // A load balancer would interpret a rate-limited health check as an outage.
    allowList: (request) => request.routeOptions.url?.startsWith('/health') === true,
  })
  registerAuthentication(app, options.callers, options.now)
  registerLoadShedding(app)
}

const lagSampleMs = 500
const maxLagMs = 1_000

/**
 * While a timer fires more than a second late, a company has at most one request to /api in progress, and further ones get
 * 503: so a company that sends one request after the other is served, whatever others do. Starts 1.5 s after the server
 * listens, because compiling schemas at the start causes lag too. One timer of 500 ms: a histogram of the event loop's delay
 * (as in @fastify/under-pressure) wakes an idle process 100 times a second, which costs 0.4 % of a core.
 */
function registerLoadShedding(app: FastifyInstance): void {
  let isLate = false
  let timer: NodeJS.Timeout | undefined
  const sampleAfter = (ms: number) => {
    const dueAt = performance.now() + ms
    timer = setTimeout(() => {
      isLate = performance.now() - dueAt > maxLagMs
      sampleAfter(lagSampleMs)
    }, ms).unref()
  }
  app.addHook('onListen', async () => sampleAfter(3 * lagSampleMs))
  app.addHook('onClose', async () => clearTimeout(timer))
  /** Requests without a response yet, by `rateLimitKey`. */
  const inProgress = new Map<string, Set<FastifyRequest>>()
  const end = (request: FastifyRequest) => {
    const key = rateLimitKey(request)
    const requests = inProgress.get(key)
    requests?.delete(request)
    if (requests?.size === 0) inProgress.delete(key)
  }
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url?.startsWith('/api') !== true) return done()
    const key = rateLimitKey(request)
    const others = inProgress.get(key) ?? new Set()
    if (isLate && others.size > 0) return done(overloaded())
    inProgress.set(key, others.add(request))
    reply.raw.once('close', () => end(request))
    done()
  })
  // Not when the response has been sent: an export takes as long as its reader.
  app.addHook('onSend', (request, _reply, payload, done) => {
    end(request)
    done(null, payload)
  })
}
