import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '../../deps.ts'
import { keepBodiesAsText, parseSignedBody, sendUnsigned, signedTextOf } from '../../http/signed-body.ts'
import { Ref } from '../../http/wire.ts'
import { Refusal } from '../../lib/errors.ts'
import { parseInstant, parseOptionalInstant } from '../../lib/time/instants.ts'
import { hasValidSignature } from '../../telephony/signature.ts'
import { applyCarrierEvents } from './carrier-events.ts'
import { CarrierEvents, EventsTaken, SignatureHeader } from './schema.ts'

/** A batch of 1,000 events has about 250 kB; with the longest reasons 800 kB. */
const maxBodyBytes = 1024 * 1024

/** /api/carrier/events: receives events of calls that the webhook carrier places. */
export const carrierEventRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now, config } = deps
  app.addSchema(EventsTaken)
  keepBodiesAsText(app, ['application/json'])

  app.post(
    '/api/carrier/events',
    {
      config: { scope: 'public', isSigned: true },
      bodyLimit: maxBodyBytes,
      schema: {
        operationId: 'takeCarrierEvents',
        summary: 'Report events of calls as a carrier (signed)',
        description:
          'Called by your dialer with CARRIER=webhook. Events may be repeated, late and in any order: a call only moves forward, and a final state does not change. Send a batch again until the response is 200.',
        tags: ['carrier'],
        security: [{ signature: [] }],
        headers: SignatureHeader,
        body: CarrierEvents,
        response: { 200: Ref(EventsTaken) },
      },
      // Before the body is read.
      onRequest: async () => {
        if (config.carrierSecret !== undefined) return
        throw new Refusal(
          'not_found',
          'carrier_events_off',
          'Carrier events are not accepted, because CARRIER_SECRET is not set. Set it to the secret that your carrier signs with.',
        )
      },
      // Before the body is parsed and validated: a stranger's body costs only its hash.
      preValidation: async (request, reply) => {
        const signature = request.headers['x-signature']
        if (hasValidSignature(config.carrierSecret ?? '', signedTextOf(request), signature, now()))
          return parseSignedBody(app, request)
        return sendUnsigned(
          request,
          reply,
          'X-Signature is missing, wrong or more than 5 minutes old. Sign the exact bytes of the body with CARRIER_SECRET: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">.',
        )
      },
    },
    async (request) => {
      const events = request.body.events.map(({ at, answered_at, ...event }, i) => ({
        ...event,
        at: parseInstant(at, `/events/${i}/at`),
        answered_at: parseOptionalInstant(answered_at, `/events/${i}/answered_at`) ?? undefined,
      }))
      return { taken: await applyCarrierEvents(db, events, now(), deps.carrier.reportGraceMs) }
    },
  )
}
