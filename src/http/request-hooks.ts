import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { abandonReadsOnClose } from '../db/abandoned-reads.ts'
import { beginActivity, runActivity } from '../lib/event-loop-monitor.ts'
import { isProbe } from './health-and-metrics.ts'

/** The request's id for responses and logs: the caller's X-Request-Id when it is safe in a log line, else a new UUID. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const id = headers['x-request-id']
  return typeof id === 'string' && /^[\w.-]{1,128}$/.test(id) ? id : randomUUID()
}

/** Adds X-Request-Id to every response. */
export function sendRequestIdHeader(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
}

/** Closes each connection after its response while the server shuts down. A kept-alive connection would delay the shutdown. */
export function closeConnectionsOnShutdown(app: FastifyInstance): void {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
}

/**
 * Logs one line per request, of probes at level debug. Logs the route pattern, not the URL: a URL may contain a phone number.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { url } = request.routeOptions
    request.log[isProbe(url) ? 'debug' : 'info'](
      {
        method: request.method,
        route: url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        company_id: request.caller?.company_id,
      },
      'request',
    )
  })
}

/**
 * Names the route of each request in reports of a blocked event loop. The name is set again before the body is validated,
 * because the body's callbacks belong to its connection.
 */
export function nameActivities(app: FastifyInstance): void {
  const nameOf = ({ method, routeOptions }: FastifyRequest) => `${method} ${routeOptions.url ?? 'unknown'}`
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', beginActivity(nameOf(request)))
    runActivity(nameOf(request), done)
  })
  app.addHook('preValidation', (request, _reply, done) => runActivity(nameOf(request), done))
}

/** Stops what a GET reads when its client disconnects. */
export function abandonReads(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (![route.method].flat().includes('GET')) return
    const { handler } = route
    route.handler = function (request, reply) {
      return abandonReadsOnClose(reply.raw, () => handler.call(this, request, reply))
    }
  })
}
