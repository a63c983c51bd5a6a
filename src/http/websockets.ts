import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import { loggable, sendProblem } from './problem.ts'

/** What a client says over a socket is a few words; more ends it (1009). */
const maxPayload = 16 * 1024

/**
 * WebSockets of the whole service. Asked for where there is none, or refused before it is open, is answered as any
 * request, and its connection is closed. Who opens sockets closes them: the plugin would say nothing, and wait.
 */
export async function registerWebSockets(app: FastifyInstance): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload },
    preClose: (done) => done(),
    errorHandler: (error, socket, request) => {
      request.log.info({ err: loggable(error) }, 'a socket failed')
      socket.close(1011)
    },
  })
  app.addHook('onRequest', async (request, reply) => {
    if (!request.ws || request.routeOptions.config.isSocket) return
    const detail = 'There is no WebSocket at this address.'
    return sendProblem(request, reply, { status: 400, code: 'no_websocket', detail })
  })
}
