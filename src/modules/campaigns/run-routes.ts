import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { EmptyBody, IdParams, PageOf, PageQuery, Ref } from '../../http/wire.ts'
import type { Campaign as Row } from './campaigns.ts'
import { cloneCampaign } from './clone.ts'
import { getSchedule } from './hours/schedule.ts'
import { getDiagnostics } from './reports/diagnostics.ts'
import { listCampaignEvents } from './reports/event-log.ts'
import { getCampaignStats } from './reports/stats.ts'
import { withEtag } from './routes.ts'
import {
  Campaign,
  CampaignEvent,
  CampaignStats,
  CloneInput,
  Diagnostics,
  RestartInput,
  Schedule,
  ScheduleQuery,
  StopQuery,
} from './schema.ts'
import {
  pauseCampaign,
  restartCampaign,
  resumeCampaign,
  startCampaign,
  stopCampaign,
} from './transitions/commands.ts'
import { hangUpCalls } from './transitions/hang-up.ts'

const tags = ['campaigns']
const read = { scope: 'read' as const }
const write = { scope: 'write' as const }

type Move = [name: string, verb: (tx: Tx, id: string, now: Date) => Promise<Row>, summary: string]

const moves: Move[] = [
  ['start', startCampaign, 'Start it, or schedule it when its start_time lies ahead'],
  ['pause', pauseCampaign, 'Begin no other call; those that live end by themselves'],
  ['resume', resumeCampaign, 'Go on where it was paused'],
]

/** What a campaign is made to do, and how it goes. */
export const campaignRunRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(Campaign)
  app.addSchema(CampaignStats)
  app.addSchema(CampaignEvent)
  app.addSchema(Schedule)
  app.addSchema(Diagnostics)

  for (const [name, verb, summary] of moves) {
    app.post(
      `/api/campaigns/:id/${name}`,
      {
        config: write,
        schema: {
          operationId: `${name}Campaign`,
          summary,
          tags,
          params: IdParams,
          body: EmptyBody,
          response: { 200: Ref(Campaign) },
        },
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const move = async (tx: Tx) => ({ status: 200, body: await verb(tx, id, now()) })
        return withEtag(reply, await withIdempotencyKey(deps, request, reply, move))
      },
    )
  }

  app.post(
    '/api/campaigns/:id/stop',
    {
      config: write,
      schema: {
        operationId: 'stopCampaign',
        summary: 'End it: open tasks are cancelled; with hang_up live calls end too',
        tags,
        params: IdParams,
        querystring: StopQuery,
        body: EmptyBody,
        response: { 200: Ref(Campaign) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const stop = async (tx: Tx) => ({ status: 200, body: await stopCampaign(tx, id, now()) })
      const campaign = await withIdempotencyKey(deps, request, reply, stop)
      if (request.query.hang_up) await hangUpCalls(db, deps.carrier, companyOf(request), id)
      return withEtag(reply, campaign)
    },
  )

  app.post(
    '/api/campaigns/:id/restart',
    {
      config: write,
      schema: {
        operationId: 'restartCampaign',
        summary: 'Take up again the contacts that failed, or others that ended; what is over runs again',
        tags,
        params: IdParams,
        body: RestartInput,
        response: { 200: Ref(Campaign) },
      },
    },
    async (request, reply) => {
      const { statuses = ['failed'], outcomes } = request.body ?? {}
      const restart = async (tx: Tx) => ({
        status: 200,
        body: await restartCampaign(tx, request.params.id, { statuses, outcomes }, now()),
      })
      return withEtag(reply, await withIdempotencyKey(deps, request, reply, restart))
    },
  )

  app.post(
    '/api/campaigns/:id/clone',
    {
      config: write,
      schema: {
        operationId: 'cloneCampaign',
        summary: 'Make a draft with the same settings, and the same contacts if asked',
        tags,
        params: IdParams,
        body: CloneInput,
        response: { 201: Ref(Campaign) },
      },
    },
    async (request, reply) => {
      const clone = async (tx: Tx) => ({
        status: 201,
        body: await cloneCampaign(tx, request.params.id, request.body ?? {}, now()),
      })
      return withEtag(reply, await withIdempotencyKey(deps, request, reply, clone))
    },
  )

  app.get(
    '/api/campaigns/:id/stats',
    {
      config: read,
      schema: {
        operationId: 'getCampaignStats',
        summary: 'How far it is, counted from its rows',
        tags,
        params: IdParams,
        response: { 200: Ref(CampaignStats) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getCampaignStats(tx, request.params.id, now())),
  )

  app.get(
    '/api/campaigns/:id/schedule',
    {
      config: read,
      schema: {
        operationId: 'getSchedule',
        summary: 'When it may dial in the days to come, and its contacts in each zone',
        tags,
        params: IdParams,
        querystring: ScheduleQuery,
        response: { 200: Ref(Schedule) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), (tx) =>
        getSchedule(tx, request.params.id, request.query.days ?? 14, now()),
      ),
  )

  app.get(
    '/api/campaigns/:id/diagnostics',
    {
      config: read,
      schema: {
        operationId: 'getDiagnostics',
        summary: 'Why it is not dialing right now, with counts for each reason',
        tags,
        params: IdParams,
        response: { 200: Ref(Diagnostics) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getDiagnostics(tx, request.params.id, now())),
  )

  app.get(
    '/api/campaigns/:id/log',
    {
      config: read,
      schema: {
        operationId: 'getCampaignLog',
        summary: 'What happened to it, latest first',
        tags,
        params: IdParams,
        querystring: Type.Object(PageQuery),
        response: { 200: PageOf(Ref(CampaignEvent)) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), (tx) => listCampaignEvents(tx, request.params.id, request.query)),
  )
}
