import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { changeInCompany } from '../../http/preconditions.ts'
import { defineResource } from '../../http/resources.ts'
import { IdParams, NoContent, PageOf, Ref, updateMethods } from '../../http/wire.ts'
import { parseOptionalInstant } from '../../lib/time/instants.ts'
import {
  deleteCampaign,
  getCampaign,
  listCampaigns,
  lockCampaign,
  type Campaign as Row,
} from './campaigns.ts'
import { createCampaign, updateCampaign } from './edit.ts'
import { campaignWarnings } from './hours/warnings.ts'
import { Campaign, CampaignChange, CampaignInput, CampaignQuery, CampaignWithWarnings } from './schema.ts'
import { settableFields } from './settings.ts'

const tags = ['campaigns']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }

/** If-Match compares the settings and the status: the counters of a running campaign change all the time. */
export const campaignResource = defineResource({
  schema: Campaign,
  compared: [...settableFields, 'status'],
  lock: (tx: Tx, { id }) => lockCampaign(tx, id),
})

/** Adds warnings that do not depend on the contacts of the campaign; see `campaignWarnings`. */
export const withWarnings = async (campaign: Row, now: Date) => ({
  ...campaign,
  warnings: await campaignWarnings(campaign, now),
})

/** start_time and end_time of a request body as Dates. @throws Refusal 'malformed' when one is not an instant */
const parseTimes = (body: { start_time?: string | null; end_time?: string | null }) => ({
  start_time: parseOptionalInstant(body.start_time, '/start_time'),
  end_time: parseOptionalInstant(body.end_time, '/end_time'),
})

/** /api/campaigns: create, read, update and delete campaigns. */
export const campaignRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(Campaign)
  app.addSchema(CampaignWithWarnings)

  app.get(
    '/campaigns',
    {
      config: read,
      schema: {
        operationId: 'listCampaigns',
        summary: 'List campaigns, newest first',
        description:
          'Filters combine with AND. `status` may be given several times. Each campaign has its counters of tasks.',
        tags,
        querystring: CampaignQuery,
        response: { 200: PageOf(Ref(Campaign)) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => listCampaigns(tx, request.query, request.query)),
  )

  app.post(
    '/campaigns',
    {
      config: { ...write, resource: campaignResource, location: '/campaigns/{id}' },
      schema: {
        operationId: 'createCampaign',
        summary: 'Create a campaign as a draft',
        description:
          'The campaign has no contacts and calls nobody until it is started: add contacts with POST /api/campaigns/{id}/tasks or /call-list, and start it. `warnings` lists settings that are allowed but probably a mistake, such as hours around the clock. Returns 422 `invalid_campaign` for settings that contradict each other, and `unknown_skillbase` or `unknown_version`.',
        tags,
        body: CampaignInput,
        response: { 201: Ref(CampaignWithWarnings) },
      },
    },
    (request, reply) => {
      const create = async (tx: Tx) => {
        const campaign = await createCampaign(tx, { ...request.body, ...parseTimes(request.body) }, now())
        return { status: 201, body: await withWarnings(campaign, now()) }
      }
      return withIdempotencyKey(deps, request, reply, create)
    },
  )

  app.get(
    '/campaigns/:id',
    {
      config: { ...read, resource: campaignResource },
      schema: {
        operationId: 'getCampaign',
        summary: 'Get a campaign',
        description:
          'Settings, status and counters of tasks. The ETag covers the settings, not the status and the counters.',
        tags,
        params: IdParams,
        response: { 200: Ref(Campaign) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getCampaign(tx, request.params.id)),
  )

  for (const { method, verb, how } of updateMethods) {
    app.route({
      method,
      url: '/campaigns/:id',
      config: { ...write, resource: campaignResource },
      schema: {
        operationId: `${verb}Campaign`,
        summary: `Update a campaign (${how}). Some fields cannot be changed after the start`,
        description:
          'Changes take effect at once, also for contacts that wait: with new calling hours their next attempts move. Once the campaign was started, the skillbase and some other settings are fixed (409 `frozen`). Returns 422 `invalid_campaign` for settings that contradict each other.',
        tags,
        params: IdParams,
        body: CampaignChange,
        response: { 200: Ref(CampaignWithWarnings) },
      },
      handler: async (request) => {
        const change = { ...request.body, ...parseTimes(request.body) }
        const campaign = await changeInCompany(db, request, (tx) =>
          updateCampaign(tx, request.params.id, change, now()),
        )
        return withWarnings(campaign, now())
      },
    })
  }

  app.delete(
    '/campaigns/:id',
    {
      config: { ...write, resource: campaignResource },
      schema: {
        operationId: 'deleteCampaign',
        summary: 'Delete a campaign and its tasks, if it has made no calls',
        description:
          'Deletes a campaign that was never used. Returns 409 `campaign_active` unless it is a draft or over, and `campaign_has_calls` when it has made calls, which stay for metrics and costs.',
        tags,
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await changeInCompany(db, request, (tx) => deleteCampaign(tx, request.params.id))
      return reply.code(204).send(null)
    },
  )
}
