import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { callerOf, companyOf, storedKeyIdOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { loggable, sendProblem } from '../../http/problem.ts'
import { strictValidator } from '../../http/schema-compilers.ts'
import { EmptyBody, IdParams, Ref } from '../../http/wire.ts'
import { getCall } from '../calls/index.ts'
import { findUsableKeys } from '../companies/index.ts'
import { readEventPage } from './event-page.ts'
import { LiveHub } from './hub.ts'
import { CallSocketQuery, ClientMessage, Event, EventPage, EventQuery, LiveQuery, Ticket } from './schema.ts'
import { serveCallSocket } from './sockets/call-socket.ts'
import { type ClientMessage as AskedMessage, LiveSocket } from './sockets/live-socket.ts'
import { SocketRegistry } from './sockets/socket-registry.ts'
import { createTicket } from './tickets.ts'

const tags = ['live']
const isAsked = strictValidator()({ schema: ClientMessage, httpPart: 'body' })

/** /api/events, /api/live and the socket of a call: what happens, as it happens, and what was missed. */
export const liveRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now, events, config } = deps
  const onFault = (error: unknown) => deps.log.error({ err: loggable(error) }, 'the live feed met a fault')
  const hub = new LiveHub({ db, events, onError: onFault })
  const sockets = new SocketRegistry({
    maxPerCompany: config.liveSocketsPerCompany,
    findValidKeys: (keys) => findUsableKeys(db, keys, now()),
    onError: onFault,
  })
  const live = { db, hub, events, onFault }
  for (const schema of [Event, EventPage, Ticket]) app.addSchema(schema)
  app.addHook('preClose', async () => {
    await sockets.stop()
    await hub.stop()
  })

  app.get(
    '/api/events',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listEvents',
        summary: 'What happened after an event, in order; kept for a week',
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
      ) as never
    },
  )

  app.post(
    '/api/live/tickets',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'createLiveTicket',
        summary: 'A ticket that opens one WebSocket within 30 s, for browsers',
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

  /** Before the upgrade, while an answer can still be read. */
  const refuseMany = async (request: FastifyRequest, reply: FastifyReply) => {
    if (!sockets.isFull(companyOf(request))) return
    const detail = `The company has ${config.liveSocketsPerCompany} sockets open here: close some.`
    return sendProblem(request, reply, { status: 429, code: 'too_many_sockets', detail })
  }
  const noUpgrade = (request: FastifyRequest, reply: FastifyReply) =>
    sendProblem(request, reply, {
      status: 426,
      code: 'upgrade_required',
      detail: 'This is a WebSocket: connect with wss:// (or ws://).',
    })

  app.route({
    method: 'GET',
    url: '/api/live',
    config: { scope: 'read', isSocket: true },
    schema: {
      operationId: 'watchLive',
      summary: 'WebSocket: the company, a campaign or a call, a snapshot first, then events in order',
      tags,
      querystring: LiveQuery,
      response: { 101: { type: 'null', description: 'The socket is open.' } },
    },
    preValidation: refuseMany,
    handler: noUpgrade,
    wsHandler: (socket, request) => {
      const company_id = companyOf(request)
      sockets.add({ socket, company_id, key_id: callerOf(request).key_id })
      const client = new LiveSocket(live, socket, company_id)
      socket.on('message', (raw) => {
        const asked = messageOf(String(raw))
        if (asked === undefined)
          client.sendError(null, 'malformed', 'Say {"type": "subscribe" | "unsubscribe" | "ping", ...}.')
        else client.handle(asked).catch(onFault)
      })
      const { campaign_id, call_id, after, subscribe } = request.query
      if (subscribe !== false)
        client
          .handle({
            type: 'subscribe',
            ref: 'main',
            campaign_id,
            call_id,
            ...(after !== undefined && { after }),
          } as AskedMessage)
          .catch(onFault)
    },
  })

  app.route({
    method: 'GET',
    url: '/api/analytics/ws/calls/:id',
    config: { scope: 'read', isSocket: true },
    schema: {
      operationId: 'watchCall',
      summary: 'WebSocket: one call: {type: init | turn | metrics | status, data}; ping is answered by pong',
      tags,
      params: IdParams,
      querystring: CallSocketQuery,
      response: { 101: { type: 'null', description: 'The socket is open.' } },
    },
    preValidation: [refuseMany],
    preHandler: async (request) => {
      await readCompany(db, companyOf(request), (tx) => getCall(tx, request.params.id))
    },
    handler: noUpgrade,
    wsHandler: (socket, request) => {
      const company_id = companyOf(request)
      sockets.add({ socket, company_id, key_id: callerOf(request).key_id })
      serveCallSocket(live, socket, company_id, (request.params as { id: string }).id).catch(onFault)
    },
  })
}

/** What a client said; undefined when it is nothing that can be asked. */
function messageOf(text: string): AskedMessage | undefined {
  try {
    const said: unknown = text === 'ping' ? { type: 'ping' } : JSON.parse(text)
    return isAsked(said) ? (said as AskedMessage) : undefined
  } catch {
    return undefined
  }
}
