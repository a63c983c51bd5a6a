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

/** The text of a body, beside what it says: that is what a signature is of. */
const texts = new WeakMap<FastifyRequest, string>()

/** /api/carrier/events: what happens to calls that the webhook carrier places. */
export const carrierEventRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now, config } = deps
  app.addSchema(EventsTaken)
  app.removeContentTypeParser('application/json')
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    texts.set(request, text as string)
    parse(request, text as string, done)
  })

  app.post(
    '/api/carrier/events',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'takeCarrierEvents',
        summary: 'What happened to calls, as a carrier says it, signed; twice, late or in any order',
        tags: ['carrier'],
        security: [{ signature: [] }],
        headers: SignatureHeader,
        body: CarrierEvents,
        response: { 200: Ref(EventsTaken) },
      },
      // Before the body is looked at: who is not known learns nothing of what would be right.
      preValidation: async (request, reply) => {
        if (config.carrierSecret === undefined) {
          throw conflict('carrier_events_off', 'No carrier reports here: set CARRIER_SECRET.')
        }
        const header = request.headers['x-signature']
        if (hasValidSignature(config.carrierSecret, texts.get(request) ?? '', header, now())) return
        const detail =
          'Sign the body as it is sent: X-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">.'
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
