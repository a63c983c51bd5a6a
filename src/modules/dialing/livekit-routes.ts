import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Deps } from '../../deps.ts'
import { loggable } from '../../http/problem.ts'
import { keepBodiesAsBytes, parseSignedBody, sendUnsigned, signedTextOf } from '../../http/signed-body.ts'
import { Ref } from '../../http/wire.ts'
import { Refusal } from '../../lib/errors.ts'
import { logSetAside } from '../../lib/set-aside.ts'
import { type CarrierEvent, InvalidSignature } from '../../telephony/carrier.ts'
import { logFailures } from '../campaigns/index.ts'
import { applyCarrierEvents, throwTransientFailure } from './carrier-event-batches.ts'
import { EventsTaken, LivekitHeaders, LivekitWebhook } from './schema.ts'

const contentType = 'application/webhook+json'
/** A webhook describes one room and one participant: a few kB, more with much metadata. */
const maxBodyBytes = 256 * 1024
/** Events of webhooks with a valid signature, from preValidation to the handler. */
const eventsByRequest = new WeakMap<FastifyRequest, CarrierEvent[]>()

/** /api/livekit/webhook: receives LiveKit's webhooks about rooms and participants. */
export const livekitRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now, log } = deps
  const listeners = { report: logFailures(log, loggable), onSetAside: logSetAside(log) }
  app.addSchema(EventsTaken)
  keepBodiesAsBytes(app, [contentType, 'application/json'])

  app.post(
    '/livekit/webhook',
    {
      config: { scope: 'public', isSigned: true, isRepeatable: true },
      bodyLimit: maxBodyBytes,
      schema: {
        operationId: 'receiveLivekitWebhook',
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
      // Before the body is read.
      onRequest: async () => {
        if (deps.carrier.receiveWebhook !== undefined) return
        throw new Refusal(
          'not_found',
          'carrier_events_off',
          'LiveKit webhooks are not accepted, because another carrier is configured. Set CARRIER=livekit.',
        )
      },
      // Before the body is parsed and validated: a stranger's body costs only its hash.
      preValidation: async (request, reply) => {
        try {
          const { authorization } = request.headers
          const events = await deps.carrier.receiveWebhook?.(signedTextOf(request), authorization)
          eventsByRequest.set(request, events ?? [])
        } catch (error) {
          if (!(error instanceof InvalidSignature)) throw error
          return sendUnsigned(
            request,
            reply,
            'The Authorization token is missing, expired, not of this LiveKit project, or not for this body. LiveKit signs webhooks with the API key chosen in its settings: choose LIVEKIT_API_KEY there.',
          )
        }
        return parseSignedBody(app, request)
      },
    },
    async (request) => {
      const events = eventsByRequest.get(request) ?? []
      const { known_calls, failed } = await applyCarrierEvents(db, events, now(), {
        ...listeners,
        reportGraceMs: deps.carrier.reportGraceMs,
      })
      throwTransientFailure(failed)
      return { taken: known_calls }
    },
  )
}
