import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { changeInCompany } from '../../http/preconditions.ts'
import { defineResource } from '../../http/resources.ts'
import { IdParams, NoContent, PageOf, Ref } from '../../http/wire.ts'
import { createAlias, deleteAlias, getAlias, listAliases, lockAlias, updateAlias } from './aliases.ts'
import { PriceAlias, PriceAliasChange, PriceAliasInput, PriceAliasQuery } from './schema.ts'

const tags = ['costs']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }
const resource = defineResource({ schema: PriceAlias, lock: (tx: Tx, { id }) => lockAlias(tx, id) })

/** /api/price-aliases: names under which the company's agents report providers and models. */
export const aliasRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db } = deps
  app.addSchema(PriceAlias)

  app.get(
    '/price-aliases',
    {
      config: read,
      schema: {
        operationId: 'listPriceAliases',
        summary: 'List the aliases of provider and model names, latest first',
        description: 'Aliases of the company. Built-in names of common providers are not listed.',
        tags,
        querystring: PriceAliasQuery,
        response: { 200: PageOf(Ref(PriceAlias)) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => listAliases(tx, request.query, request.query)),
  )

  app.post(
    '/price-aliases',
    {
      config: { ...write, resource, location: '/price-aliases/{id}' },
      schema: {
        operationId: 'createPriceAlias',
        summary: 'Add an alias: usage reported under one name is priced under another',
        description:
          'Applies to calls that are priced from now on; earlier ones are priced again with POST /api/costs/rerate. Returns 409 `price_alias_exists` when the company has an alias for the same provider and model.',
        tags,
        body: PriceAliasInput,
        response: { 201: Ref(PriceAlias) },
      },
    },
    (request, reply) =>
      withIdempotencyKey(deps, request, reply, async (tx) => ({
        status: 201,
        body: await createAlias(tx, request.body),
      })),
  )

  app.get(
    '/price-aliases/:id',
    {
      config: { ...read, resource },
      schema: {
        operationId: 'getPriceAlias',
        summary: 'Get an alias',
        description: 'The reported names and the names in the price book.',
        tags,
        params: IdParams,
        response: { 200: Ref(PriceAlias) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getAlias(tx, request.params.id)),
  )

  app.patch(
    '/price-aliases/:id',
    {
      config: { ...write, resource },
      schema: {
        operationId: 'updatePriceAlias',
        summary: 'Change an alias',
        description:
          'Applies to calls that are priced from now on. Returns 409 `price_alias_exists` when another alias has the same names.',
        tags,
        params: IdParams,
        body: PriceAliasChange,
        response: { 200: Ref(PriceAlias) },
      },
    },
    (request) => changeInCompany(db, request, (tx) => updateAlias(tx, request.params.id, request.body)),
  )

  app.delete(
    '/price-aliases/:id',
    {
      config: { ...write, resource },
      schema: {
        operationId: 'deletePriceAlias',
        summary: 'Delete an alias',
        description: 'Calls that were priced keep their costs.',
        tags,
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await changeInCompany(db, request, (tx) => deleteAlias(tx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
