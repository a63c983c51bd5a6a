import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Deps } from '../../deps.ts'
import { sendProblem } from '../../http/problem.ts'
import { Ref } from '../../http/wire.ts'
import { conflict } from '../../lib/errors.ts'
import { parseInstant } from '../../lib/time/instants.ts'
import { hasValidSignature } from '../../telephony/signature.ts'
import { applyCarrierEvents } from './carrier-events.ts'
import { CarrierEvents, EventsTaken, SignatureHeader } from './schema.ts'

/** Raw request bodies: the signature covers the body's text, not the parsed JSON. */
const rawBodies = new WeakMap<FastifyRequest, string>()

/** /api/carrier/events: receives events of calls that the webhook carrier places. */
export const carrierEventRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now, config } = deps
  app.addSchema(EventsTaken)
  app.removeContentTypeParser('application/json')
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    rawBodies.set(request, text as string)
    parse(request, text as string, done)
  })

  app.post(
    '/api/carrier/events',
    {
      config: { scope: 'public' },
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
      // Before the body is validated, so that an unauthenticated caller learns nothing about the schema.
      preValidation: async (request, reply) => {
        if (config.carrierSecret === undefined) {
          throw conflict(
            'carrier_events_off',
            'Carrier events are not accepted, because CARRIER_SECRET is not set. Set it to the secret that your carrier signs with.',
          )
        }
        const header = request.headers['x-signature']
        if (hasValidSignature(config.carrierSecret, rawBodies.get(request) ?? '', header, now())) return
        const detail =
          'X-Signature is missing, wrong or more than 5 minutes old. Sign the exact bytes of the body with CARRIER_SECRET: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">.'
        return sendProblem(request, reply, { status: 401, code: 'unsigned', detail })
      },
    },
    async (request) => {
      const events = request.body.events.map(({ at, ...event }, i) => ({
        ...event,
        at: parseInstant(at, `/events/${i}/at`),
      }))
      return { taken: await applyCarrierEvents(db, events, now()) }
    },
  )
}
