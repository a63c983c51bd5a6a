import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import { loggable, sendProblem } from './problem.ts'

/** Largest message that a client may send, bytes. Clients send short commands; a larger one closes the socket (1009). */
const maxPayload = 16 * 1024
/**
 * Pongs that may wait to be sent. With more, `ws` disconnects the client without a close code, so this is above the number of
 * pings that `MessageLimit` allows at once. Not yet in the types of `ws`.
 */
const pongOptions = { maxPendingAutoPongs: 256 }

/**
 * Adds WebSockets to the service. An upgrade request to any other route, or one that is rejected, gets an HTTP response,
 * and its connection is closed. Sockets are closed on shutdown by the module that opened them; the plugin's
 * own preClose would wait for clients without notifying them.
 */
export async function registerWebSockets(app: FastifyInstance): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload, ...pongOptions },
    preClose: (done) => done(),
    errorHandler: (error, socket, request) => {
      request.log.info({ err: loggable(error) }, 'websocket failed')
      socket.close(1011)
    },
  })
  app.addHook('onRequest', async (request, reply) => {
    if (!request.ws || request.routeOptions.config.isSocket) return
    const detail =
      'This URL is not a WebSocket. Send a plain HTTP request. The WebSockets are listed at /docs.'
    return sendProblem(request, reply, { status: 400, code: 'no_websocket', detail })
  })
}
