import { createHash, timingSafeEqual } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { instantMetrics } from '../db/renderable-instants.ts'
import { eventLoopMetrics } from '../lib/event-loop-monitor.ts'
import { loopMetrics } from '../lib/loop-metrics.ts'
import { setAsideMetrics } from '../lib/set-aside.ts'
import { zoneDataRelease } from '../lib/time/zone-data.ts'
import { bearerTokenOf, sendUnauthenticated } from './auth.ts'
import { sendProblem } from './problem.ts'
import { TimezoneData } from './wire.ts'

/** `starting`: until the database has every migration. `stopping`: from the signal to stop on. */
export type Phase = 'starting' | 'running' | 'stopping'

export interface HealthOptions {
  /** Reasons why the service is not ready while it is running; empty when it is. */
  unready: () => Promise<string[]>
  /** `running` by default. */
  phase?: () => Phase
}

/** Why requests should not be sent to a service that starts or stops. The database is not asked then. */
const reasonOfPhase: Readonly<Record<Phase, string | undefined>> = {
  starting: 'the service is starting',
  running: undefined,
  stopping: 'the service is stopping',
}

const Live = Type.Object({ status: Type.Literal('ok') })
const Started = Type.Object({
  status: Type.String({ description: '`ok` or `starting`.', examples: ['ok'] }),
})
const Ready = Type.Object({
  status: Type.String({ description: '`ok` or `unready`.', examples: ['ok'] }),
  reasons: Type.Array(Type.String(), { description: 'Why the service is not ready; empty when it is.' }),
  timezone_data: TimezoneData,
})

/** Probes are not rate-limited: a limited probe would look like an outage. */
const config = { rateLimit: false as const }

/** Whether it is the route of a probe. Orchestrators call these every few seconds. */
export const isProbe = (route: string | undefined): boolean => route?.startsWith('/health/') === true

/** Refuses every request but probes and metrics until the service has started. */
export function refuseWhileStarting(app: FastifyInstance, { phase }: Pick<HealthOptions, 'phase'>): void {
  app.addHook('onRequest', async (request, reply) => {
    const { url } = request.routeOptions
    if (phase?.() !== 'starting' || isProbe(url) || url === '/metrics') return
    const detail =
      'The service is starting, and may be migrating its database. Retry after the number of seconds in the Retry-After header.'
    return sendProblem(request, reply, { status: 503, code: 'starting', detail, retryAfter: 2 })
  })
}

/** Adds GET /health/live, GET /health/startup and GET /health/ready. */
export function registerHealthRoutes(app: FastifyInstance, options: HealthOptions): void {
  const { unready, phase = () => 'running' } = options
  const tags = ['service']
  app.get(
    '/health/live',
    {
      config,
      schema: {
        operationId: 'getLiveness',
        summary: 'Check that the process responds',
        description:
          'Returns 200 as long as the process can answer, also while the database is unreachable. It needs no key, is not rate-limited, and suits a liveness probe: a failure means that the process should be restarted.',
        tags,
        security: [],
        response: { 200: Live },
      },
    },
    async () => ({ status: 'ok' as const }),
  )
  app.get(
    '/health/startup',
    {
      config,
      schema: {
        operationId: 'getStartup',
        summary: 'Check that the process has started: 503 while it starts or migrates its database',
        description:
          'Returns 503 while the process starts its database or migrates it, and 200 from then on. It needs no key and is not rate-limited.',
        tags,
        security: [],
        response: { 200: Started, 503: Started },
      },
    },
    async (_request, reply) =>
      phase() === 'starting' ? reply.code(503).send({ status: 'starting' }) : { status: 'ok' },
  )
  app.get(
    '/health/ready',
    {
      config,
      schema: {
        operationId: 'getReadiness',
        summary:
          'Check that the process neither starts nor stops, and its database responds and has every migration',
        description:
          'Returns 503 with the reasons while the process should get no requests: it starts or stops, the database does not respond, or a migration is missing. It needs no key and is not rate-limited.',
        tags,
        security: [],
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const reason = reasonOfPhase[phase()]
      const reasons = reason === undefined ? await unready() : [reason]
      const status = reasons.length === 0 ? 'ok' : 'unready'
      return reply
        .code(status === 'ok' ? 200 : 503)
        .send({ status, reasons, timezone_data: zoneDataRelease() })
    },
  )
}

/**
 * Interval at which the event loop's delay is sampled, ms, for nodejs_eventloop_lag_*. The default of 10 wakes an idle
 * process 100 times a second, which costs 0.4 % of a core.
 */
const eventLoopMonitoringPrecision = 100

/** Text of the metrics is made at most once in this time, because /metrics has no rate limit. */
const metricsCacheMs = 1_000

/**
 * Adds GET /metrics for Prometheus: metrics of the process, of its loops, and of requests by method, route and status.
 *
 * @param token required as bearer token; undefined: none
 */
export function registerPrometheusMetrics(app: FastifyInstance, token: string | undefined): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision })
  for (const metric of [...loopMetrics, ...eventLoopMetrics, ...instantMetrics, ...setAsideMetrics])
    registry.registerMetric(metric)
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests in seconds, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
  })
  let cached = { text: Promise.resolve(''), until: 0 }
  app.get('/metrics', { config, schema: { hide: true } }, async (request, reply) => {
    if (token !== undefined && !isSameSecret(bearerTokenOf(request), token)) {
      const detail = '/metrics needs the header Authorization: Bearer <METRICS_TOKEN of the service>.'
      return sendUnauthenticated(request, reply, detail)
    }
    const now = performance.now()
    if (cached.until <= now) cached = { text: registry.metrics(), until: now + metricsCacheMs }
    return reply.type(registry.contentType).send(await cached.text)
  })
}

/** Compares secrets in a time that does not depend on where they differ. */
function isSameSecret(received: string | undefined, expected: string): boolean {
  const digest = (secret: string) => createHash('sha256').update(secret).digest()
  return received !== undefined && timingSafeEqual(digest(received), digest(expected))
}
