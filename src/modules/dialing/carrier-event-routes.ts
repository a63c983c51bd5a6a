import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Static } from '@sinclair/typebox'
import { failureReason } from '../../db/connection-errors.ts'
import type { Deps } from '../../deps.ts'
import { loggable } from '../../http/problem.ts'
import { keepBodiesAsBytes, parseSignedBody, sendUnsigned, signedBytesOf } from '../../http/signed-body.ts'
import { type ItemWarning, Ref, type RejectedItem } from '../../http/wire.ts'
import { Refusal } from '../../lib/errors.ts'
import { isObject } from '../../lib/record-of.ts'
import { invalidTimeWarning, unstorableTextWarning } from '../../lib/report-warnings.ts'
import { createItemValidator } from '../../lib/schema/item-validator.ts'
import { logSetAside } from '../../lib/set-aside.ts'
import { isStorable } from '../../lib/text.ts'
import { instantOf, parseInstant } from '../../lib/time/instants.ts'
import { type CarrierEvent, storableReason } from '../../telephony/carrier.ts'
import { hasValidSignature } from '../../telephony/signature.ts'
import { logFailures } from '../campaigns/index.ts'
import { applyCarrierEvents, throwTransientFailure } from './carrier-event-batches.ts'
import { CarrierEventInput, CarrierEvents, CarrierEventsResult, SignatureHeader } from './schema.ts'

/** A batch of 1,000 events has about 250 kB; with the longest reasons 800 kB. */
const maxBodyBytes = 1024 * 1024

/** /api/carrier/events: receives events of calls that the webhook carrier places. */
export const carrierEventRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now, config, log } = deps
  const listeners = { report: logFailures(log, loggable), onSetAside: logSetAside(log) }
  app.addSchema(CarrierEventsResult)
  keepBodiesAsBytes(app, ['application/json'])

  app.post(
    '/carrier/events',
    {
      config: { scope: 'public', isSigned: true, isRepeatable: true },
      bodyLimit: maxBodyBytes,
      schema: {
        operationId: 'reportCarrierEvents',
        summary: 'Report events of calls as a carrier (signed)',
        description:
          'Called by your dialer with CARRIER=webhook. Events may be repeated, late and in any order: a call only moves forward, and a final state does not change. Each event is stored or rejected on its own. Send a batch again until the response is 200; `rejected` then lists the events that will never be stored.',
        tags: ['carrier'],
        security: [{ signature: [] }],
        headers: SignatureHeader,
        body: CarrierEvents,
        response: { 200: Ref(CarrierEventsResult) },
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
        if (hasValidSignature(config.carrierSecret ?? '', signedBytesOf(request), signature, now()))
          return parseSignedBody(app, request)
        return sendUnsigned(
          request,
          reply,
          'X-Signature is missing, wrong or more than 5 minutes old. Sign the exact bytes of the body with CARRIER_SECRET: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">.',
        )
      },
    },
    async (request) => {
      const { items, rejected, warnings } = readEvents(request.body.events)
      const events = items.map(({ event }) => event)
      const { known_calls, failed } = await applyCarrierEvents(db, events, now(), {
        ...listeners,
        reportGraceMs: deps.carrier.reportGraceMs,
      })
      throwTransientFailure(failed)
      rejected.push(...items.flatMap((item) => rejectionOf(item, failed)))
      return { taken: known_calls, rejected, warnings }
    },
  )
}

type Rejection = Static<typeof RejectedItem>
type Warning = Static<typeof ItemWarning>
type SentEvent = Static<typeof CarrierEventInput>

/** An event, and its position in the request. */
interface IndexedEvent {
  index: number
  event: CarrierEvent
}

interface ReadEvents {
  items: IndexedEvent[]
  rejected: Rejection[]
  warnings: Warning[]
}

const errorsOfEvent = createItemValidator(CarrierEventInput)

/** Reads each event on its own. One that is not valid is rejected; a reason that cannot be stored as it is, is changed. */
function readEvents(sent: readonly unknown[]): ReadEvents {
  const result: ReadEvents = { items: [], rejected: [], warnings: [] }
  for (const [index, item] of sent.entries()) readEvent(item, index, result)
  return result
}

function readEvent(item: unknown, index: number, { items, rejected, warnings }: ReadEvents): void {
  const sent = isObject(item) ? { ...item } : item
  if (isObject(sent) && typeof sent.ended_reason === 'string') {
    const stored = storableReason(sent.ended_reason)
    if (stored !== sent.ended_reason) warnings.push(reasonWarning(index, sent.ended_reason))
    sent.ended_reason = stored
  }
  const error = errorsOfEvent(sent).find(({ pointer }) => pointer !== '/answered_at')
  if (error !== undefined) {
    rejected.push({
      index,
      pointer: `/events/${index}${error.pointer}`,
      code: 'invalid',
      detail: error.detail,
    })
    return
  }
  const { event_id: _, company_id, call_id, at, answered_at, ...fields } = sent as SentEvent
  const instant = parseAt(at, index, rejected)
  if (instant === undefined) return
  // An end is worth more than the time of its answer.
  const answer = typeof answered_at === 'string' ? instantOf(answered_at) : undefined
  if (answered_at !== undefined && answer === undefined)
    warnings.push({ index, ...invalidTimeWarning('answered_at', answered_at, 'event') })
  const ids = { company_id: company_id.toLowerCase(), call_id: call_id.toLowerCase() }
  items.push({ index, event: { ...fields, ...ids, at: instant, answered_at: answer } })
}

/** Undefined, and a rejection of the event, for an instant that does not exist or is not supported. */
function parseAt(at: string, index: number, rejected: Rejection[]): Date | undefined {
  try {
    return parseInstant(at, `/events/${index}/at`)
  } catch (error) {
    if (!(error instanceof Refusal && error.errors?.[0])) throw error
    rejected.push({ index, code: error.code, ...error.errors[0] })
    return undefined
  }
}

const reasonWarning = (index: number, sent: string): Warning => ({
  index,
  field: 'ended_reason',
  value: null,
  ...(isStorable(sent)
    ? { code: 'invalid', reason: 'Must have at most 500 characters. The rest was cut off.' }
    : unstorableTextWarning),
})

/** The rejection of an event whose call could not be stored; empty for the others. */
function rejectionOf(
  { index, event }: IndexedEvent,
  failed: Awaited<ReturnType<typeof applyCarrierEvents>>['failed'],
): Rejection[] {
  const { company_id, call_id } = event
  const failure = failed.find((call) => call.company_id === company_id && call.call_id === call_id)
  if (failure === undefined) return []
  const detail = failureReason(failure.error)
  return [{ index, pointer: `/events/${index}`, code: 'invalid_value', detail }]
}
