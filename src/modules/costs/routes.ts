import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { defineResource } from '../../http/resources.ts'
import { IdParams, PageOf, PageQuery, Ref } from '../../http/wire.ts'
import { parseOptionalInstant, parsePeriod } from '../../lib/time/instants.ts'
import { getCallCosts } from './call-costs.ts'
import { estimateCosts } from './estimate-costs.ts'
import { advanceRerate, getRerate, listRerates, startRerate } from './rerate.ts'
import { CallCosts, CostAmounts, CostLine, Estimate, EstimateInput, Rerate, RerateInput } from './schema.ts'

const tags = ['costs']
const read = { scope: 'read' as const }

/** /api/costs: estimates, rerates, and the costs of one call. */
export const costRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  for (const schema of [CostAmounts, CostLine, CallCosts, Estimate, Rerate]) app.addSchema(schema)

  app.post(
    '/costs/estimate',
    {
      config: { ...read, isRepeatable: true },
      schema: {
        operationId: 'estimateCosts',
        summary: "Estimate the costs of a call from its usage, or from a skillbase's past calls",
        description:
          'Prices the given usage, or the average usage of the latest calls of a skillbase, without storing anything. Components without a price are listed in `unpriced`. Returns 422 `nothing_to_estimate` without usage and skillbase, and `no_history` for a skillbase without measured calls.',
        tags,
        body: EstimateInput,
        response: { 200: Ref(Estimate) },
      },
    },
    (request) => {
      const at = parseOptionalInstant(request.body.at, '/at') ?? undefined
      return readCompany(db, companyOf(request), (tx) => estimateCosts(tx, { ...request.body, at }, now()))
    },
  )

  app.post(
    '/costs/rerate',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'rerateCosts',
        summary:
          'Price the calls of a period again, or show what would change; a long rerate continues in the background (202)',
        description:
          'With `dry_run` (the default) no cost is changed, and the result shows the sums before and after. Otherwise each call of the period is priced with the prices that applied when it started, and its former costs are kept under `superseded`. A short rerate is done in the response (200); a long one continues in the background (202), with its progress at GET /api/costs/rerates/{id}.',
        tags,
        body: RerateInput,
        response: { 200: Ref(Rerate), 202: Ref(Rerate) },
      },
    },
    async (request, reply) => {
      const { dry_run = true, start, end, ...filter } = request.body
      const period = parsePeriod({ start, end }, now())
      const started = await withIdempotencyKey(deps, request, reply, async (tx) => ({
        status: 202,
        body: await startRerate(tx, { ...period, ...filter, is_dry_run: dry_run }),
      }))
      const rerate = await advanceRerate(db, companyOf(request), started.id, now())
      return reply.code(rerate.status === 'completed' ? 200 : 202).send(rerate)
    },
  )

  app.get(
    '/costs/rerates',
    {
      config: read,
      schema: {
        operationId: 'listRerates',
        summary: 'List rerates, latest first',
        description: 'Rerates of the company, including dry runs.',
        tags,
        querystring: Type.Object(PageQuery),
        response: { 200: PageOf(Ref(Rerate)) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => listRerates(tx, request.query)),
  )

  app.get(
    '/costs/rerates/:id',
    {
      config: { ...read, resource: defineResource({ schema: Rerate }) },
      schema: {
        operationId: 'getRerate',
        summary: 'Get a rerate and its progress',
        description: 'While `status` is running, the figures cover the calls that were priced so far.',
        tags,
        params: IdParams,
        response: { 200: Ref(Rerate) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getRerate(tx, request.params.id)),
  )

  app.get(
    '/calls/:id/costs',
    {
      config: { ...read, resource: defineResource({ schema: CallCosts }) },
      schema: {
        operationId: 'getCallCosts',
        summary: 'Get the costs of a call with their lines, and its costs before each rerate',
        description:
          'Each line is a quantity that the call used, with the price that was found for it, or null where there is none. Costs are calculated when the call ends; a live call has none.',
        tags,
        params: IdParams,
        response: { 200: Ref(CallCosts) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getCallCosts(tx, request.params.id)),
  )
}
