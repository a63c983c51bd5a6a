import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { changeInCompany } from '../../http/preconditions.ts'
import { defineResource } from '../../http/resources.ts'
import { EmptyBody, IdParams, NoContent, PageOf, PageQuery, Ref } from '../../http/wire.ts'
import { Webhook, WebhookChange, WebhookInput, WebhookWithSecret } from './schema.ts'
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  lockWebhook,
  rotateSecret,
  updateWebhook,
} from './webhooks.ts'

const tags = ['webhooks']
const resource = defineResource({
  schema: Webhook,
  // Not failing_since, which deliveries set.
  compared: Object.keys(Webhook.properties).filter((name) => name !== 'failing_since'),
  lock: (tx: Tx, { id }) => lockWebhook(tx, id),
})

/** /api/webhooks: the URLs to which a company's events are sent. */
export const webhookRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now, config } = deps
  const urlRules = { allowPrivateAddresses: config.webhooksToPrivate }
  for (const schema of [Webhook, WebhookWithSecret]) app.addSchema(schema)

  app.get(
    '/webhooks',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listWebhooks',
        summary: 'List webhooks, newest first',
        description:
          'Secrets are not shown. `failing_since` and `disabled_reason` show which webhooks need attention.',
        tags,
        querystring: Type.Object(PageQuery),
        response: { 200: PageOf(Ref(Webhook)) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => listWebhooks(tx, request.query)),
  )

  app.post(
    '/webhooks',
    {
      config: { scope: 'admin', resource, location: '/webhooks/{id}' },
      schema: {
        operationId: 'createWebhook',
        summary:
          'Create a webhook. It receives events from now on; the secret is returned only in this response.',
        description:
          'Requests are signed as Standard Webhooks describes. A company has up to 20 webhooks (409 `too_many_webhooks`). Returns 422 `invalid_url` unless the URL is https and its host has a public address.',
        tags,
        body: WebhookInput,
        response: { 201: Ref(WebhookWithSecret) },
      },
    },
    async (request, reply) => {
      // Events that are committed already get ids before the webhook's start position is read, so they are not sent.
      await deps.events.step()
      return withIdempotencyKey(deps, request, reply, async (tx) => ({
        status: 201,
        body: await createWebhook(tx, request.body, urlRules),
        isSecret: true,
      }))
    },
  )

  app.get(
    '/webhooks/:id',
    {
      config: { scope: 'read', resource },
      schema: {
        operationId: 'getWebhook',
        summary: 'Get a webhook',
        description: 'Where events are sent, which ones, and whether it works. The secret is not shown.',
        tags,
        params: IdParams,
        response: { 200: Ref(Webhook) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getWebhook(tx, request.params.id)),
  )

  app.patch(
    '/webhooks/:id',
    {
      config: { scope: 'admin', resource },
      schema: {
        operationId: 'updateWebhook',
        summary:
          'Update a webhook. When it is enabled again, it continues with the event after the last one it processed.',
        description:
          'Events between the disabling and the enabling are delivered, except those that were deleted after 7 days. Returns 422 `invalid_url` as creating does.',
        tags,
        params: IdParams,
        body: WebhookChange,
        response: { 200: Ref(Webhook) },
      },
    },
    (request) =>
      changeInCompany(db, request, (tx) => updateWebhook(tx, request.params.id, request.body, urlRules)),
  )

  app.delete(
    '/webhooks/:id',
    {
      config: { scope: 'admin', resource },
      schema: {
        operationId: 'deleteWebhook',
        summary: 'Delete a webhook and its deliveries, including pending ones',
        description: 'Nothing more is sent to its URL, and its log of deliveries is gone.',
        tags,
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await changeInCompany(db, request, (tx) => deleteWebhook(tx, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/webhooks/:id/rotate-secret',
    {
      config: { scope: 'admin', resource },
      schema: {
        operationId: 'rotateWebhookSecret',
        summary: 'Replace the secret. Requests are also signed with the old secret for 24 h.',
        description:
          'The new secret is returned only in this response. Receivers have 24 hours to take it over.',
        tags,
        params: IdParams,
        body: EmptyBody,
        response: { 200: Ref(WebhookWithSecret) },
      },
    },
    (request, reply) =>
      withIdempotencyKey(deps, request, reply, async (tx) => ({
        status: 200,
        body: await rotateSecret(tx, request.params.id, now()),
        isSecret: true,
      })),
  )
}
