import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { changeInCompany } from '../../http/preconditions.ts'
import { defineResource } from '../../http/resources.ts'
import { IdParams, NoContent, PageOf, Ref } from '../../http/wire.ts'
import { parseBounds, parseOptionalInstant } from '../../lib/time/instants.ts'
import { createPrice, deletePrice, getPrice, listPrices, lockOwnPrice, updatePrice } from './prices.ts'
import { Price, PriceChange, PriceInput, PriceQuery } from './schema.ts'

const tags = ['costs']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }
const resource = defineResource({ schema: Price, lock: (tx: Tx, { id }) => lockOwnPrice(tx, id) })

/** /api/prices: the price book. The platform maintains the shared prices, whose company_id is the nil uuid. */
export const priceRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(Price)

  app.get(
    '/prices',
    {
      config: read,
      schema: {
        operationId: 'listPrices',
        summary: 'List the prices of the company and the shared prices, latest first',
        description: 'Filters combine with AND. `at` finds the prices that apply at that time.',
        tags,
        querystring: PriceQuery,
        response: { 200: PageOf(Ref(Price)) },
      },
    },
    (request) => {
      const at = parseBounds({ start: request.query.at }).start
      return readCompany(db, companyOf(request), (tx) =>
        listPrices(tx, { ...request.query, at }, request.query),
      )
    },
  )

  app.post(
    '/prices',
    {
      config: { ...write, resource, location: '/prices/{id}' },
      schema: {
        operationId: 'createPrice',
        summary:
          'Add a price; the open-ended price for the same component, provider, model and unit ends when it starts',
        description:
          'Applies to calls that start from `effective_from` on (default: now). A price of the company takes precedence over the shared one. Returns 409 `price_overlaps` or `price_unit_conflict` when another price of the company covers a part of the period, and 422 `unit_mismatch` for a unit that the component is not priced in.',
        tags,
        body: PriceInput,
        response: { 201: Ref(Price) },
      },
    },
    (request, reply) => {
      const { effective_from, effective_to, ...price } = request.body
      const startTime = parseOptionalInstant(effective_from, '/effective_from') ?? undefined
      const endTime = parseOptionalInstant(effective_to, '/effective_to')
      return withIdempotencyKey(deps, request, reply, async (tx) => ({
        status: 201,
        body: await createPrice(tx, { ...price, effective_from: startTime, effective_to: endTime }, now()),
      }))
    },
  )

  app.get(
    '/prices/:id',
    {
      config: { ...read, resource },
      schema: {
        operationId: 'getPrice',
        summary: 'Get a price',
        description: 'A price of the company, or a shared one of the platform.',
        tags,
        params: IdParams,
        response: { 200: Ref(Price) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getPrice(tx, request.params.id)),
  )

  app.patch(
    '/prices/:id',
    {
      config: { ...write, resource },
      schema: {
        operationId: 'updatePrice',
        summary: 'Change when a price ends, or its source',
        description:
          'Amounts never change once a price has applied: end it and create another. Returns 409 `price_of_everybody` for a shared price, and 422 `empty_period` for an end before the start.',
        tags,
        params: IdParams,
        body: PriceChange,
        response: { 200: Ref(Price) },
      },
    },
    (request) => {
      const { effective_to, ...change } = request.body
      const endTime = parseOptionalInstant(effective_to, '/effective_to')
      return changeInCompany(db, request, (tx) =>
        updatePrice(tx, request.params.id, {
          ...change,
          ...(endTime !== undefined && { effective_to: endTime }),
        }),
      )
    },
  )

  app.delete(
    '/prices/:id',
    {
      config: { ...write, resource },
      schema: {
        operationId: 'deletePrice',
        summary: 'Delete a price that does not apply yet',
        description:
          'Returns 409 `price_in_force` for a price that applies or applied: set its `effective_to` instead. Shared prices get 409 `price_of_everybody`.',
        tags,
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await changeInCompany(db, request, (tx) => deletePrice(tx, request.params.id, now()))
      return reply.code(204).send(null)
    },
  )
}
