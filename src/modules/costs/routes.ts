import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { IdParams, PageOf, PageQuery, Ref } from '../../http/wire.ts'
import { parseOptionalInstant, parsePeriod } from '../../lib/time/instants.ts'
import { getCallCosts } from './call-costs.ts'
import { estimateCosts } from './estimate-costs.ts'
import { advanceRerate, getRerate, listRerates, startRerate } from './rerate.ts'
import { CallCosts, CostAmounts, CostLine, Estimate, EstimateInput, Rerate, RerateInput } from './schema.ts'

const tags = ['costs']
const read = { scope: 'read' as const }

/** /api/costs: what calls will cost, what they did, and history priced anew. */
export const costRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  for (const schema of [CostAmounts, CostLine, CallCosts, Estimate, Rerate]) app.addSchema(schema)

  app.post(
    '/api/costs/estimate',
    {
      config: read,
      schema: {
        operationId: 'estimateCosts',
        summary: "What a call will cost, by its usage or by a skillbase's own history",
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
    '/api/costs/rerate',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'rerateCosts',
        summary:
          'Price the calls of a period anew, or say what that would change; a long one goes on by itself (202)',
        tags,
        body: RerateInput,
        response: { 200: Ref(Rerate), 202: Ref(Rerate) },
      },
    },
    async (request, reply) => {
      const { dry_run = true, start, end, ...choice } = request.body
      const period = parsePeriod({ start, end }, now())
      const started = await withIdempotencyKey(deps, request, reply, async (tx) => ({
        status: 202,
        body: await startRerate(tx, { ...period, ...choice, is_dry_run: dry_run }),
      }))
      const rerate = await advanceRerate(db, companyOf(request), started.id, now())
      return reply.code(rerate.status === 'completed' ? 200 : 202).send(rerate)
    },
  )

  app.get(
    '/api/costs/rerates',
    {
      config: read,
      schema: {
        operationId: 'listRerates',
        summary: 'When history was priced anew, latest first',
        tags,
        querystring: Type.Object(PageQuery),
        response: { 200: PageOf(Ref(Rerate)) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => listRerates(tx, request.query)),
  )

  app.get(
    '/api/costs/rerates/:id',
    {
      config: read,
      schema: {
        operationId: 'getRerate',
        summary: 'How far a rerate has come',
        tags,
        params: IdParams,
        response: { 200: Ref(Rerate) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getRerate(tx, request.params.id)),
  )

  app.get(
    '/api/calls/:id/costs',
    {
      config: read,
      schema: {
        operationId: 'getCallCosts',
        summary: 'What a call cost, line by line, and what it was said to cost before',
        tags,
        params: IdParams,
        response: { 200: Ref(CallCosts) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getCallCosts(tx, request.params.id)),
  )
}
