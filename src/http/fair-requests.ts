import type { FastifyInstance, FastifyRequest, preHandlerHookHandler } from 'fastify'
import { FairShares } from '../lib/fair-shares.ts'
import { rateLimitKey } from './rate-limits.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Lets the next request of its company run. Called with the response; the handler of a WebSocket calls it when it has
     * answered the first message.
     */
    endFairShare(): void
    /** When the measured work of the request began, by `performance.now()`; 0: none is being measured. */
    workStartedAt: number
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
  const utilization = measureUtilization()
  const sample = () => {
    if (timer !== undefined || !hasStarted || !shares.isActive) return
    const dueAt = now() + sampleMs
    timer = setTimeout(() => {
      timer = undefined
      shares.sample(now() - dueAt, utilization(), now())
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
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.isUpload) return done()
    const { admitted, end } = shares.request(rateLimitKey(request), now)
    request.endFairShare = end
    reply.raw.once('close', end)
    sample()
    if (admitted === undefined) done()
    else admitted.then(() => done(), done)
  })
  measureWork(app, (request, ms) => shares.addWork(rateLimitKey(request), ms))
  // Not when the response has been sent: an export takes as long as its reader.
  app.addHook('onSend', async (request) => request.endFairShare())
}

/**
 * Returns a function that returns the share of the time since its last call in which the event loop was busy, 0 to 1. By Node's
 * measure it is busy also while other processes of the machine have the CPU, so it is at most the CPU time of this process.
 */
function measureUtilization(): () => number {
  let last = { at: performance.now(), loop: performance.eventLoopUtilization(), cpu: process.cpuUsage() }
  return () => {
    const current = {
      at: performance.now(),
      loop: performance.eventLoopUtilization(),
      cpu: process.cpuUsage(),
    }
    const { utilization } = performance.eventLoopUtilization(current.loop, last.loop)
    const cpuMs = (current.cpu.user + current.cpu.system - last.cpu.user - last.cpu.system) / 1_000
    const share = Math.min(utilization, cpuMs / (current.at - last.at))
    last = current
    return share
  }
}

/**
 * Reports the time that parsing and validating the body of a request take, its handler until it first waits, and serializing
 * the response.
 */
function measureWork(app: FastifyInstance, onWork: (request: FastifyRequest, ms: number) => void): void {
  app.decorateRequest('workStartedAt', 0)
  const start = (request: FastifyRequest) => {
    request.workStartedAt = performance.now()
  }
  const end = (request: FastifyRequest) => {
    if (request.workStartedAt > 0) onWork(request, performance.now() - request.workStartedAt)
    request.workStartedAt = 0
  }
  app.addHook('preParsing', (request, _reply, payload, done) => {
    // Parsing starts when the last bytes have arrived.
    payload.once('end', () => start(request))
    done(null, payload)
  })
  const endHook: preHandlerHookHandler = (request, _reply, done) => {
    end(request)
    done()
  }
  // Hooks of a route may wait before its body is validated.
  const startHook: preHandlerHookHandler = (request, _reply, done) => {
    start(request)
    done()
  }
  app.addHook('preValidation', endHook)
  app.addHook('preHandler', endHook)
  app.addHook('onRoute', (route) => {
    const { handler, preValidation = [] } = route
    route.preValidation = [...(Array.isArray(preValidation) ? preValidation : [preValidation]), startHook]
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
