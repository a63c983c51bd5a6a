import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { callerOf } from '../../http/auth.ts'
import { withIdempotencyKeyFor } from '../../http/idempotency.ts'
import { changeInCompany } from '../../http/preconditions.ts'
import { defineResource } from '../../http/resources.ts'
import { Id, IdParams, NoContent, PageOf, PageQuery, Ref } from '../../http/wire.ts'
import { notFound } from '../../lib/errors.ts'
import { parseOptionalInstant } from '../../lib/time/instants.ts'
import { createKey, getKey, listKeys, lockKey, renameKey, revokeKey } from './api-keys.ts'
import { getCompany } from './companies.ts'
import { ApiKey, ApiKeyWithSecret, KeyChange, KeyInput } from './schema.ts'

const tags = ['companies']
const config = { scope: 'admin' as const }
const resource = defineResource({
  schema: ApiKey,
  // Not last_used_at, which changes every minute while the key is used.
  compared: Object.keys(ApiKey.properties).filter((name) => name !== 'last_used_at'),
  lock: (tx: Tx, { key_id }) => lockKey(tx, key_id),
})
const KeyParams = Type.Object({ id: Id, key_id: Id })

/**
 * The company in the URL. The platform may name any company, a key only its own.
 *
 * @throws Refusal 'not_found' for another company
 */
function companyInPath(request: FastifyRequest<{ Params: { id: string } }>): string {
  const { company_id } = callerOf(request)
  const { id } = request.params
  if (company_id === undefined || company_id === id.toLowerCase()) return id
  throw notFound('company')
}

/** Routes of API keys, under /api/companies/{id}/keys: for the platform and for admin keys of the company. */
export const keyRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(ApiKey)
  app.addSchema(ApiKeyWithSecret)

  app.get(
    '/companies/:id/keys',
    {
      config,
      schema: {
        operationId: 'listApiKeys',
        summary: 'List API keys of a company, newest first',
        description:
          'Keys themselves are not stored, so only their first characters are shown. Revoked and expired keys are included.',
        tags,
        params: IdParams,
        querystring: Type.Object(PageQuery),
        response: { 200: PageOf(Ref(ApiKey)) },
      },
    },
    (request) =>
      readCompany(db, companyInPath(request), async (tx) => {
        await getCompany(tx, tx.company_id)
        return listKeys(tx, request.query)
      }),
  )

  app.post(
    '/companies/:id/keys',
    {
      config: { ...config, resource, location: '/companies/:id/keys/{id}' },
      schema: {
        operationId: 'createApiKey',
        summary: 'Create an API key; the key is shown only in this response',
        description:
          'Store the key at once: only a hash of it is kept. Scopes cannot be changed later. Returns 422 `already_expired` when `expires_at` is in the past.',
        tags,
        params: IdParams,
        body: KeyInput,
        response: { 201: Ref(ApiKeyWithSecret) },
      },
    },
    (request, reply) =>
      withIdempotencyKeyFor(deps, companyInPath(request), request, reply, async (tx) => {
        await getCompany(tx, tx.company_id)
        const expires_at = parseOptionalInstant(request.body.expires_at, '/expires_at')
        const body = await createKey(tx, { ...request.body, expires_at }, now())
        return { status: 201, body, isSecret: true }
      }),
  )

  app.get(
    '/companies/:id/keys/:key_id',
    {
      config: { ...config, resource },
      schema: {
        operationId: 'getApiKey',
        summary: 'Get an API key',
        description: 'Name, scopes and times of a key, without the key itself.',
        tags,
        params: KeyParams,
        response: { 200: Ref(ApiKey) },
      },
    },
    (request) => readCompany(db, companyInPath(request), (tx) => getKey(tx, request.params.key_id)),
  )

  app.patch(
    '/companies/:id/keys/:key_id',
    {
      config: { ...config, resource },
      schema: {
        operationId: 'updateApiKey',
        summary: 'Rename an API key',
        description:
          'Only the name can be changed. To change scopes, create another key and revoke this one.',
        tags,
        params: KeyParams,
        body: KeyChange,
        response: { 200: Ref(ApiKey) },
      },
    },
    (request) =>
      changeInCompany(
        db,
        request,
        (tx) => renameKey(tx, request.params.key_id, request.body.name),
        companyInPath(request),
      ),
  )

  app.delete(
    '/companies/:id/keys/:key_id',
    {
      config: { ...config, resource },
      schema: {
        operationId: 'revokeApiKey',
        summary: 'Revoke an API key; it stops working within 5 s',
        description:
          'Cannot be undone. Open WebSockets of the key are closed. A key that is revoked already gets 204 too.',
        tags,
        params: KeyParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await changeInCompany(
        db,
        request,
        (tx) => revokeKey(tx, request.params.key_id, now()),
        companyInPath(request),
      )
      return reply.code(204).send(null)
    },
  )
}
