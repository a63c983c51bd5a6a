import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { inCompany, readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { IdParams, NoContent, PageOf, Ref, updateMethods } from '../../http/wire.ts'
import { parseOptionalInstant } from '../../lib/time/instants.ts'
import {
  campaignEtag,
  deleteCampaign,
  getCampaign,
  listCampaigns,
  type Campaign as Row,
} from './campaigns.ts'
import { createCampaign, updateCampaign } from './edit.ts'
import { Campaign, CampaignChange, CampaignInput, CampaignQuery, IfMatch } from './schema.ts'

const tags = ['campaigns']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }

/** Answers a campaign with its ETag. */
export function withEtag(reply: FastifyReply, campaign: Row): Row {
  reply.header('etag', campaignEtag(campaign))
  return campaign
}

/** The instants of a body, as instants. */
const times = (body: { start_time?: string | null; end_time?: string | null }) => ({
  start_time: parseOptionalInstant(body.start_time, '/start_time'),
  end_time: parseOptionalInstant(body.end_time, '/end_time'),
})

/** /api/campaigns: what to run, and whether it runs. */
export const campaignRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(Campaign)

  app.get(
    '/api/campaigns',
    {
      config: read,
      schema: {
        operationId: 'listCampaigns',
        summary: 'Campaigns, newest first',
        tags,
        querystring: CampaignQuery,
        response: { 200: PageOf(Ref(Campaign)) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => listCampaigns(tx, request.query, request.query)),
  )

  app.post(
    '/api/campaigns',
    {
      config: write,
      schema: {
        operationId: 'createCampaign',
        summary: 'Make a campaign, a draft',
        tags,
        body: CampaignInput,
        response: { 201: Ref(Campaign) },
      },
    },
    async (request, reply) => {
      const make = async (tx: Tx) => ({
        status: 201,
        body: await createCampaign(tx, { ...request.body, ...times(request.body) }, now()),
      })
      return withEtag(reply, await withIdempotencyKey(deps, request, reply, make))
    },
  )

  app.get(
    '/api/campaigns/:id',
    {
      config: read,
      schema: {
        operationId: 'getCampaign',
        summary: 'One campaign',
        tags,
        params: IdParams,
        response: { 200: Ref(Campaign) },
      },
    },
    async (request, reply) =>
      withEtag(reply, await readCompany(db, companyOf(request), (tx) => getCampaign(tx, request.params.id))),
  )

  for (const { method, verb, how } of updateMethods) {
    app.route({
      method,
      url: '/api/campaigns/:id',
      config: write,
      schema: {
        operationId: `${verb}Campaign`,
        summary: `Change a campaign (${how}); what may change depends on its state`,
        tags,
        params: IdParams,
        headers: IfMatch,
        body: CampaignChange,
        response: { 200: Ref(Campaign) },
      },
      handler: async (request, reply) => {
        const change = { ...request.body, ...times(request.body) }
        const campaign = await inCompany(db, companyOf(request), (tx) =>
          updateCampaign(tx, request.params.id, change, now(), request.headers['if-match']),
        )
        return withEtag(reply, campaign)
      },
    })
  }

  app.delete(
    '/api/campaigns/:id',
    {
      config: write,
      schema: {
        operationId: 'deleteCampaign',
        summary: 'Delete a campaign that made no calls, with its tasks',
        tags,
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await inCompany(db, companyOf(request), (tx) => deleteCampaign(tx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
