import type { FastifyInstance, FastifyRequest } from 'fastify'
import { FairShares } from '../lib/fair-shares.ts'
import { rateLimitKey } from './auth.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Lets the next request of its company run. Called with the response; the handler of a WebSocket calls it when it has
     * answered the first message.
     */
    endFairShare(): void
  }
  interface FastifyContextConfig {
    /** A route that reads a large body as it arrives. Uploads have limits of their own. */
    isUpload?: boolean
  }
}

const sampleMs = 20

/**
 * Lets requests of a company wait while it makes the event loop late for others, before their bodies are read: see
 * `FairShares`. Uploads last for long, and do not count; of a WebSocket, opening it counts. Sampling starts 1.5 s after the
 * server listens, because compiling schemas at the start makes the event loop late too; an idle process is not sampled.
 */
export function registerFairRequests(app: FastifyInstance): void {
  const shares = new FairShares()
  const now = () => performance.now()
  let timer: NodeJS.Timeout | undefined
  let hasStarted = false
  const sample = () => {
    if (timer !== undefined || !hasStarted || !shares.isActive) return
    const dueAt = now() + sampleMs
    timer = setTimeout(() => {
      timer = undefined
      shares.sample(now() - dueAt, now())
      sample()
    }, sampleMs).unref()
  }
  app.addHook('onListen', async () => {
    timer = setTimeout(() => {
      timer = undefined
      hasStarted = true
      sample()
    }, 1_500).unref()
  })
  app.addHook('onClose', async () => clearTimeout(timer))

  app.decorateRequest('endFairShare', () => undefined)
  app.addHook('onRequest', async (request, reply) => {
    const { url, config } = request.routeOptions
    if (url?.startsWith('/api') !== true || config.isUpload) return
    const { admitted, end } = shares.request(rateLimitKey(request), now)
    request.endFairShare = end
    reply.raw.once('close', end)
    sample()
    await admitted
  })
  measureWork(app, (request, ms) => shares.addWork(rateLimitKey(request), ms))
  // Not when the response has been sent: an export takes as long as its reader.
  app.addHook('onSend', async (request) => request.endFairShare())
}

/**
 * Reports the time that parsing and validating the body of a request take, its handler until it first waits, and serializing
 * the response.
 */
function measureWork(app: FastifyInstance, onWork: (request: FastifyRequest, ms: number) => void): void {
  const startedAt = new WeakMap<FastifyRequest, number>()
  const start = (request: FastifyRequest) => startedAt.set(request, performance.now())
  const end = (request: FastifyRequest) => {
    const from = startedAt.get(request)
    if (from !== undefined) onWork(request, performance.now() - from)
    startedAt.delete(request)
  }
  app.addHook('preParsing', (request, _reply, payload, done) => {
    // Parsing starts when the last bytes have arrived.
    payload.once('end', () => start(request))
    done(null, payload)
  })
  app.addHook('preHandler', (request, _reply, done) => {
    end(request)
    done()
  })
  app.addHook('onRoute', (route) => {
    const { handler } = route
    route.handler = function (request, reply) {
      start(request)
      try {
        return handler.call(this, request, reply)
      } finally {
        end(request)
      }
    }
  })
  app.addHook('preSerialization', (request, _reply, payload, done) => {
    end(request) // of a body that was refused
    start(request)
    done(null, payload)
  })
  app.addHook('onSend', (request, _reply, payload, done) => {
    end(request)
    done(null, payload)
  })
}
