import websocket from '@fastify/websocket'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { loggable, sendProblem } from './problem.ts'
import type { RateLimits } from './rate-limits.ts'

/** Largest message that a client may send, bytes. Clients send short commands; a larger one closes the socket (1009). */
const maxPayload = 16 * 1024
/**
 * Pongs that may wait to be sent. With more, `ws` disconnects the client without a close code, so this is above the number of
 * pings that `MessageLimit` allows at once. Not yet in the types of `ws`.
 */
const pongOptions = { maxPendingAutoPongs: 256 }

/**
 * Adds WebSockets to the service. An upgrade request that is rejected gets an HTTP response, and its connection is closed.
 * Sockets are closed on shutdown by the module that opened them; the plugin's own preClose would wait for clients without
 * notifying them. No subprotocol is spoken: by default the first one that a client offers would be confirmed.
 */
export async function registerWebSockets(app: FastifyInstance): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload, handleProtocols: () => false, ...pongOptions },
    preClose: (done) => done(),
    errorHandler: (error, socket, request) => {
      request.log.info({ err: loggable(error) }, 'websocket failed')
      socket.close(1011)
    },
  })
}

/** Refuses upgrade requests to all other URLs. */
export function refuseOtherUpgrades(app: FastifyInstance, limits: Pick<RateLimits, 'count'>): void {
  const respond = async (request: FastifyRequest, reply: FastifyReply) => {
    await limits.count(request, reply)
    const detail =
      'This URL is not a WebSocket. Send a plain HTTP request. The WebSockets are listed at /docs.'
    return sendProblem(request, reply, { status: 400, code: 'no_websocket', detail })
  }
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.ws || request.routeOptions.config.isSocket) return done()
    respond(request, reply).catch(done)
  })
}
