import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Deps } from '../../deps.ts'
import { sendProblem } from '../../http/problem.ts'
import { Ref } from '../../http/wire.ts'
import { conflict } from '../../lib/errors.ts'
import { type CarrierEvent, InvalidSignature } from '../../telephony/carrier.ts'
import { applyCarrierEvents } from './carrier-events.ts'
import { EventsTaken, LivekitHeaders, LivekitWebhook } from './schema.ts'

const type = 'application/webhook+json'
/** The text of a body, beside what it says: that is what its signature is of. */
const texts = new WeakMap<FastifyRequest, string>()
/** What a webhook that is signed came to. */
const heard = new WeakMap<FastifyRequest, CarrierEvent[]>()

/** /api/livekit/webhook: what LiveKit says of rooms and who is in them. */
export const livekitRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(EventsTaken)
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser([type, 'application/json'], { parseAs: 'string' }, (request, text, done) => {
    texts.set(request, text as string)
    parse(request, text as string, done)
  })

  app.post(
    '/api/livekit/webhook',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'takeLivekitWebhook',
        summary: 'What LiveKit says of rooms, signed; doubled, late or lost ones do no harm',
        tags: ['carrier'],
        security: [{ livekit: [] }],
        consumes: [type, 'application/json'],
        headers: LivekitHeaders,
        body: LivekitWebhook,
        response: { 200: Ref(EventsTaken) },
      },
      // Before the body is looked at: who is not known learns nothing of what would be right.
      preValidation: async (request, reply) => {
        const { carrier } = deps
        if (carrier.receiveWebhook === undefined) {
          throw conflict('carrier_events_off', 'LiveKit does not call here: set CARRIER=livekit.')
        }
        try {
          heard.set(
            request,
            await carrier.receiveWebhook(texts.get(request) ?? '', request.headers.authorization),
          )
        } catch (error) {
          if (!(error instanceof InvalidSignature)) throw error
          const detail = 'Sign the body as it is sent by a token of this LiveKit project, as its server does.'
          return sendProblem(request, reply, { status: 401, code: 'unsigned', detail })
        }
        return undefined
      },
    },
    async (request) => {
      const events = heard.get(request) ?? []
      return { taken: events.length === 0 ? 0 : await applyCarrierEvents(db, events, now()) }
    },
  )
}
