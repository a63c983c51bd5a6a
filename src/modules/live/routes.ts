import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import { readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { callerOf, companyOf, storedKeyIdOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { loggable, sendProblem } from '../../http/problem.ts'
import { EmptyBody, IdParams, Ref } from '../../http/wire.ts'
import { getCall } from '../calls/index.ts'
import { findUsableKeys } from '../companies/index.ts'
import { readEventPage } from './event-page.ts'
import { LiveHub } from './hub.ts'
import { CallSocketQuery, Event, EventPage, EventQuery, LiveQuery, Ticket } from './schema.ts'
import { serveCallSocket } from './sockets/call-socket.ts'
import type { ClientMessage } from './sockets/client-message.ts'
import { LiveSocket } from './sockets/live-socket.ts'
import { MessageLimit, perSecond } from './sockets/message-limit.ts'
import { SocketRegistry } from './sockets/socket-registry.ts'
import { createTicket } from './tickets.ts'

const tags = ['live']

/** /api/events, /api/live/tickets, and the WebSockets /api/live and /api/analytics/ws/calls/{id}. */
export const liveRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now, events, config } = deps
  const onError = (error: unknown) => deps.log.error({ err: loggable(error) }, 'live events failed')
  const messageLimit = new MessageLimit()
  const hub = new LiveHub({ db, events, onError })
  const sockets = new SocketRegistry({
    maxPerCompany: config.liveSocketsPerCompany,
    findUsableKeys: (keys) => findUsableKeys(db, keys, now()),
    onError,
  })
  const liveDeps = { db, hub, events, onError }
  for (const schema of [Event, EventPage, Ticket]) app.addSchema(schema)
  app.addHook('preClose', async () => {
    await sockets.stop()
    await hub.stop()
  })

  app.get(
    '/events',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listEvents',
        summary: 'List events after a given event, oldest first. Events are stored for 7 days.',
        description:
          'The same events as over WebSockets and webhooks, for clients that were disconnected. Continue with `after=<next_after>` while `has_more` is true. Returns 409 `events_forgotten` when the events after `after` were deleted: read the present state, and continue from `last_id`.',
        tags,
        querystring: EventQuery,
        response: { 200: Ref(EventPage) },
      },
    },
    async (request) => {
      const { after = 0, types, limit = 200 } = request.query
      await events.step()
      return readCompany(db, companyOf(request), (tx) =>
        readEventPage(tx, after, { types: types?.split(','), limit }),
      )
    },
  )

  app.post(
    '/live/tickets',
    {
      config: { scope: 'read', location: '/live' },
      schema: {
        operationId: 'createLiveTicket',
        summary: 'Create a ticket that opens one WebSocket within 30 s, for use in browsers',
        description:
          'Browsers cannot send the Authorization header with a WebSocket. Let your server request a ticket, and pass it to the browser, which connects with `?ticket=`. A ticket has the rights of the key that created it.',
        tags,
        body: EmptyBody,
        response: { 201: Ref(Ticket) },
      },
    },
    (request, reply) =>
      withIdempotencyKey(deps, request, reply, async (tx) => ({
        status: 201,
        body: await createTicket(tx, storedKeyIdOf(request), now()),
        isSecret: true,
      })),
  )

  /** Responds with 429 when the company has too many sockets or flooded several. Runs before the upgrade to a WebSocket. */
  const limitSockets = async (request: FastifyRequest, reply: FastifyReply) => {
    const retryAfter = messageLimit.waitSec(companyOf(request))
    if (retryAfter > 0) {
      const detail = `Clients of the company sent too many messages over several sockets, which were closed with 4429. Send at most ${perSecond} messages per second, and connect again after the seconds in Retry-After.`
      return sendProblem(request, reply, { status: 429, code: 'rate_limited', detail, retryAfter })
    }
    if (!sockets.isFull(companyOf(request))) return
    const detail = `The company already has ${config.liveSocketsPerCompany} open sockets, which is the limit. Close one first.`
    return sendProblem(request, reply, { status: 429, code: 'too_many_sockets', detail })
  }
  const requireUpgrade = (request: FastifyRequest, reply: FastifyReply) =>
    sendProblem(request, reply.headers({ upgrade: 'websocket', connection: 'upgrade' }), {
      status: 426,
      code: 'upgrade_required',
      detail: 'This route is a WebSocket. Connect with a WebSocket client, to a wss:// (or ws://) URL.',
    })

  /** A socket counts as a request of its company until its snapshot has been sent. */
  const open = (request: FastifyRequest, socket: WebSocket, sending: Promise<void>) => {
    socket.once('close', request.endFairShare)
    sending.catch(onError).finally(request.endFairShare)
  }

  app.route({
    method: 'GET',
    url: '/live',
    config: { scope: 'read', isSocket: true },
    schema: {
      operationId: 'watchLive',
      summary:
        'WebSocket: watch the company, a campaign or a call. Sends a snapshot, then each event in order.',
      description:
        'After the upgrade the server sends `snapshot` (or `resumed` with `after`), and then `event` messages. The client may send `subscribe`, `unsubscribe` and `ping`. Without an upgrade the response is 426.',
      tags,
      querystring: LiveQuery,
      response: { 101: { type: 'null', description: 'The WebSocket is open.' } },
    },
    preValidation: limitSockets,
    handler: requireUpgrade,
    wsHandler: (socket, request) => {
      const company_id = companyOf(request)
      messageLimit.apply(socket, company_id)
      sockets.add({ socket, company_id, key_id: callerOf(request).key_id })
      const client = new LiveSocket(liveDeps, socket, company_id)
      socket.on('message', (raw) => {
        if (socket.readyState !== socket.OPEN) return
        client.receive(String(raw)).catch(onError)
      })
      const { campaign_id, call_id, after, subscribe } = request.query
      if (subscribe === false) return request.endFairShare()
      const message = {
        type: 'subscribe',
        ref: 'main',
        campaign_id,
        call_id,
        ...(after !== undefined && { after }),
      }
      open(request, socket, client.handle(message as ClientMessage))
    },
  })

  app.route({
    method: 'GET',
    url: '/analytics/ws/calls/:id',
    config: { scope: 'read', isSocket: true },
    schema: {
      operationId: 'watchCall',
      summary:
        'WebSocket: watch one call. Sends {type, data} with type init, turn, metrics or status, and answers ping with pong.',
      description:
        'A simpler protocol for one call: `init` with the call so far, then `turn`, `metrics` and `status`. Without an upgrade the response is 426.',
      tags,
      params: IdParams,
      querystring: CallSocketQuery,
      response: { 101: { type: 'null', description: 'The WebSocket is open.' } },
    },
    preValidation: [limitSockets],
    preHandler: async (request) => {
      await readCompany(db, companyOf(request), (tx) => getCall(tx, request.params.id))
    },
    handler: requireUpgrade,
    wsHandler: (socket, request) => {
      const company_id = companyOf(request)
      messageLimit.apply(socket, company_id)
      sockets.add({ socket, company_id, key_id: callerOf(request).key_id })
      const { id } = request.params as { id: string }
      open(request, socket, serveCallSocket(liveDeps, socket, company_id, id))
    },
  })
}
