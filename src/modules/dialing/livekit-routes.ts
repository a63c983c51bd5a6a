import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Deps } from '../../deps.ts'
import { sendProblem } from '../../http/problem.ts'
import { Ref } from '../../http/wire.ts'
import { conflict } from '../../lib/errors.ts'
import { type CarrierEvent, InvalidSignature } from '../../telephony/carrier.ts'
import { applyCarrierEvents } from './carrier-events.ts'
import { EventsTaken, LivekitHeaders, LivekitWebhook } from './schema.ts'

const contentType = 'application/webhook+json'
/** Raw request bodies: the signature covers the body's text, not the parsed JSON. */
const rawBodies = new WeakMap<FastifyRequest, string>()
/** Events of webhooks with a valid signature, from preValidation to the handler. */
const eventsByRequest = new WeakMap<FastifyRequest, CarrierEvent[]>()

/** /api/livekit/webhook: receives LiveKit's webhooks about rooms and participants. */
export const livekitRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(EventsTaken)
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser(
    [contentType, 'application/json'],
    { parseAs: 'string' },
    (request, text, done) => {
      rawBodies.set(request, text as string)
      parse(request, text as string, done)
    },
  )

  app.post(
    '/api/livekit/webhook',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'takeLivekitWebhook',
        summary: 'Receive a webhook from LiveKit (signed)',
        description:
          'Set this URL as a webhook of your LiveKit project. Webhooks may be repeated, late or lost: calls are also looked up in LiveKit.',
        tags: ['carrier'],
        security: [{ livekit: [] }],
        consumes: [contentType, 'application/json'],
        headers: LivekitHeaders,
        body: LivekitWebhook,
        response: { 200: Ref(EventsTaken) },
      },
      // Before the body is validated, so that an unauthenticated caller learns nothing about the schema.
      preValidation: async (request, reply) => {
        const { carrier } = deps
        if (carrier.receiveWebhook === undefined) {
          throw conflict(
            'carrier_events_off',
            'LiveKit webhooks are not accepted, because another carrier is configured. Set CARRIER=livekit.',
          )
        }
        try {
          eventsByRequest.set(
            request,
            await carrier.receiveWebhook(rawBodies.get(request) ?? '', request.headers.authorization),
          )
        } catch (error) {
          if (!(error instanceof InvalidSignature)) throw error
          const detail =
            'The Authorization token is missing, expired, not of this LiveKit project, or not for this body. LiveKit signs webhooks with the API key chosen in its settings: choose LIVEKIT_API_KEY there.'
          return sendProblem(request, reply, { status: 401, code: 'unsigned', detail })
        }
        return undefined
      },
    },
    async (request) => {
      const events = eventsByRequest.get(request) ?? []
      return { taken: events.length === 0 ? 0 : await applyCarrierEvents(db, events, now()) }
    },
  )
}
