import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'

export interface HealthOptions {
  /** Why the service cannot answer yet; empty when it can. */
  unready: () => Promise<string[]>
}

const Live = Type.Object({ status: Type.Literal('ok') })
const Ready = Type.Object({ status: Type.String({ examples: ['ok'] }), reasons: Type.Array(Type.String()) })

/** Whoever asks about our health is told, however many ask. */
const config = { rateLimit: false as const }

/** /health/live: the process answers. /health/ready: the database answers and has every migration. */
export function registerHealthRoutes(app: FastifyInstance, { unready }: HealthOptions): void {
  const tags = ['service']
  app.get(
    '/health/live',
    {
      config,
      schema: {
        operationId: 'getLiveness',
        summary: 'Whether the process answers',
        tags,
        security: [],
        response: { 200: Live },
      },
    },
    async () => ({ status: 'ok' as const }),
  )
  app.get(
    '/health/ready',
    {
      config,
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether the database answers and has every migration',
        tags,
        security: [],
        response: { 200: Ready, 503: Ready },
      },
    },
    async (_request, reply) => {
      const reasons = await unready()
      return reply
        .code(reasons.length === 0 ? 200 : 503)
        .send({ status: reasons.length === 0 ? 'ok' : 'unready', reasons })
    },
  )
}

/** /metrics for Prometheus: the process, and every route's requests by status with their durations. */
export function registerPrometheusMetrics(app: FastifyInstance): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
  })
  app.get('/metrics', { config, schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
}
