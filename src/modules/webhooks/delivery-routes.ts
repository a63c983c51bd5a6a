import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { defineResource } from '../../http/resources.ts'
import { EmptyBody, IdParams, PageOf, Ref } from '../../http/wire.ts'
import {
  getDelivery,
  listDeliveries,
  lockDelivery,
  resendDeadDeliveries,
  resendDelivery,
  sendTestDelivery,
} from './deliveries.ts'
import { createSender } from './delivery/sender.ts'
import { Delivery, DeliveryParams, DeliveryQuery, DeliveryWithAttempts, Resent } from './schema.ts'

const tags = ['webhooks']
const resource = defineResource({
  schema: DeliveryWithAttempts,
  lock: (tx: Tx, { id, delivery_id }) => lockDelivery(tx, id, delivery_id),
})

/** Deliveries of webhooks: list them with their attempts, resend them, and send a test. */
export const deliveryRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now, config } = deps
  const sender = createSender({ allowPrivateAddresses: config.webhooksToPrivate })
  app.addHook('onClose', () => sender.close())
  for (const schema of [Delivery, DeliveryWithAttempts, Resent]) app.addSchema(schema)

  app.get(
    '/webhooks/:id/deliveries',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listDeliveries',
        summary: 'List the deliveries of a webhook, newest first. They are stored for 30 days.',
        description:
          'Filters combine with AND. `status=dead` lists what was given up after the retries of a day.',
        tags,
        params: IdParams,
        querystring: DeliveryQuery,
        response: { 200: PageOf(Ref(Delivery)) },
      },
    },
    (request) => {
      const { status, event_type, ...query } = request.query
      return readCompany(db, companyOf(request), (tx) =>
        listDeliveries(tx, request.params.id, { status, event_type }, query),
      )
    },
  )

  app.get(
    '/webhooks/:id/deliveries/:delivery_id',
    {
      config: { scope: 'read', resource },
      schema: {
        operationId: 'getDelivery',
        summary: 'Get a delivery with its attempts: time, response status, error and duration',
        description: 'With the body that is sent, and each attempt.',
        tags,
        params: DeliveryParams,
        response: { 200: Ref(DeliveryWithAttempts) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), (tx) =>
        getDelivery(tx, request.params.id, request.params.delivery_id),
      ),
  )

  app.post(
    '/webhooks/:id/deliveries/:delivery_id/resend',
    {
      config: { scope: 'write', resource },
      schema: {
        operationId: 'resendDelivery',
        summary: 'Resend a finished delivery, with the same webhook-id',
        description:
          'Starts a new series of attempts. Returns 409 `delivery_pending` while it is still being sent. The receiver recognizes a repetition by its `webhook-id`.',
        tags,
        params: DeliveryParams,
        body: EmptyBody,
        response: { 200: Ref(DeliveryWithAttempts) },
      },
    },
    (request, reply) =>
      withIdempotencyKey(deps, request, reply, async (tx) => ({
        status: 200,
        body: await resendDelivery(tx, request.params.id, request.params.delivery_id, now()),
      })),
  )

  app.post(
    '/webhooks/:id/resend',
    {
      config: { scope: 'write' },
      schema: {
        operationId: 'resendDeadDeliveries',
        summary:
          'Resend up to 1,000 dead deliveries of a webhook, the oldest first. Repeat it while has_more is true.',
        description: 'Each key keeps its order. Nothing happens when there are none.',
        tags,
        params: IdParams,
        body: EmptyBody,
        response: { 200: Ref(Resent) },
      },
    },
    (request, reply) =>
      withIdempotencyKey(deps, request, reply, async (tx) => ({
        status: 200,
        body: await resendDeadDeliveries(tx, request.params.id, now()),
      })),
  )

  app.post(
    '/webhooks/:id/test',
    {
      config: { scope: 'write', isRepeatable: true },
      schema: {
        operationId: 'testWebhook',
        summary: 'Send a test event and return the result. It is attempted once.',
        description:
          'Sends an event of type `webhook.test` at once, also to a webhook that is disabled, and waits for the result. It is not retried.',
        tags,
        params: IdParams,
        body: EmptyBody,
        response: { 200: Ref(DeliveryWithAttempts) },
      },
    },
    (request) => sendTestDelivery(db, sender, companyOf(request), request.params.id, now),
  )
}
