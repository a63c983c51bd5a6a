import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { type Outcome, unusableNumberOutcomes } from '../../db/schema/index.ts'
import { type ReadTx, readCompany, type Tx } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { withIdempotencyKey } from '../../http/idempotency.ts'
import { EmptyBody, IdParams, PageOf, PageQuery, Ref } from '../../http/wire.ts'
import { SlowResults } from '../../lib/slow-results.ts'
import type { RestartSelection } from '../call-tasks/index.ts'
import type { Campaign as Row } from './campaigns.ts'
import { cloneCampaign } from './clone.ts'
import { computeSchedule, readScheduleInput } from './hours/schedule.ts'
import { campaignWarnings } from './hours/warnings.ts'
import { countMissingValues, type MissingValues } from './missing-values.ts'
import { getDiagnostics } from './reports/diagnostics.ts'
import { listCampaignEvents } from './reports/event-log.ts'
import { getCampaignStats } from './reports/stats.ts'
import { campaignResource, withWarnings } from './routes.ts'
import {
  CampaignEvent,
  CampaignStats,
  CloneInput,
  Diagnostics,
  RestartInput,
  Schedule,
  ScheduleQuery,
  StopQuery,
} from './run-schema.ts'
import { Campaign, CampaignWithWarnings } from './schema.ts'
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
const commandConfig = { ...write, resource: campaignResource }

type CommandRoute = [
  name: string,
  command: (tx: Tx, id: string, now: Date) => Promise<Row>,
  summary: string,
  description: string,
  response: typeof Campaign | typeof CampaignWithWarnings,
]

const commandRoutes: CommandRoute[] = [
  [
    'start',
    startCampaign,
    'Start a campaign, or schedule it when its start_time is in the future; resume a paused one',
    'Contacts are called within seconds, as hours and limits allow; `warnings` lists what may be a mistake. Returns 409 `no_tasks` without contacts, `not_published` for a skillbase without a published version, and `end_time_passed` or `campaign_over`.',
    CampaignWithWarnings,
  ],
  [
    'pause',
    pauseCampaign,
    'Pause a campaign: no new calls; live calls continue',
    'Waiting contacts keep their places and times. Returns 409 `invalid_transition` for a campaign that neither runs nor is scheduled, also for one that is paused already.',
    Campaign,
  ],
  [
    'resume',
    resumeCampaign,
    'Resume a paused campaign, or a completed one to which contacts were added',
    'Retries that became due in the meantime are made at once, as hours and limits allow. Returns 409 `no_tasks` for a completed campaign without waiting contacts, and `end_time_passed` or `campaign_over`.',
    CampaignWithWarnings,
  ],
]

/** Contacts whose number cannot or must not be called are left out, unless their outcome is named. */
const restartSelectionOf = ({
  statuses = ['failed'],
  outcomes,
  include = [],
}: NonNullable<Static<typeof RestartInput>>): RestartSelection => {
  const named: readonly Outcome[] = [...include, ...(outcomes ?? [])]
  const left_out_outcomes = unusableNumberOutcomes.filter((outcome) => !named.includes(outcome))
  return { statuses, outcomes, left_out_outcomes }
}

/** /api/campaigns/{id}/…: commands, reports and cloning. */
export const campaignRunRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  const schemas = [Campaign, CampaignWithWarnings, CampaignStats, CampaignEvent, Schedule, Diagnostics]
  for (const schema of schemas) app.addSchema(schema)

  const slowCounts = new SlowResults<MissingValues>()
  /** Counting in a large campaign takes a second. A schedule is read often, but a command counts anew. */
  const countForSchedule = (tx: ReadTx, campaign: Row) => {
    const { id, skillbase_id, skillbase_version } = campaign
    const key = [tx.company_id, id, skillbase_id, skillbase_version].join(' ')
    return slowCounts.get(key, () => countMissingValues(tx, campaign, now()))
  }

  /**
   * Warnings about the calling hours and the data of the contacts that wait, and of those that a restart selects. Read before the
   * transaction of the command, because counting many contacts takes seconds, in which it would lock the campaign.
   */
  const contactWarnings = async (request: FastifyRequest, id: string, restarted?: RestartSelection) => {
    const input = await readCompany(db, companyOf(request), (tx) =>
      readScheduleInput(tx, id, now(), { restarted }),
    )
    return campaignWarnings(input.campaign, now(), input.waitingZones, input.missingValues)
  }

  for (const [name, command, summary, description, response] of commandRoutes) {
    app.post(
      `/campaigns/:id/${name}`,
      {
        config: commandConfig,
        schema: {
          operationId: `${name}Campaign`,
          summary,
          description,
          tags,
          params: IdParams,
          body: EmptyBody,
          response: { 200: Ref(response) },
        },
      },
      async (request, reply) => {
        const { id } = request.params as { id: string }
        const hasWarnings = response === CampaignWithWarnings
        const warnings = hasWarnings ? { warnings: await contactWarnings(request, id) } : {}
        const run = async (tx: Tx) => {
          const campaign = await command(tx, id, now())
          return { status: 200, body: { ...campaign, ...warnings } }
        }
        return withIdempotencyKey(deps, request, reply, run)
      },
    )
  }

  app.post(
    '/campaigns/:id/stop',
    {
      config: commandConfig,
      schema: {
        operationId: 'stopCampaign',
        summary:
          'Stop a campaign and cancel its waiting tasks; with hang_up, also end live calls. May be repeated',
        description:
          'Final: a stopped campaign is not started again, but its contacts can be restarted or cloned. Waiting contacts are cancelled. Live calls go on unless `hang_up` is true.',
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
      if (request.query.hang_up) await hangUpCalls(db, deps.carrier, companyOf(request), id, now())
      return campaign
    },
  )

  app.post(
    '/campaigns/:id/restart',
    {
      config: commandConfig,
      schema: {
        operationId: 'restartCampaign',
        summary: 'Restart a campaign: return failed contacts, or others that ended, to the queue',
        description:
          'Contacts whose latest outcome is `invalid_number`, `blocked` or `suppressed` are left out unless `include` or `outcomes` names it. Contacts whose number is suppressed now are always left out: delete the suppression first.',
        tags,
        params: IdParams,
        body: RestartInput,
        response: { 200: Ref(CampaignWithWarnings) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const selection = restartSelectionOf(request.body ?? {})
      const warnings = await contactWarnings(request, id, selection)
      const restart = async (tx: Tx) => {
        const campaign = await restartCampaign(tx, id, selection, now())
        return { status: 200, body: { ...campaign, warnings } }
      }
      return withIdempotencyKey(deps, request, reply, restart)
    },
  )

  app.post(
    '/campaigns/:id/clone',
    {
      config: { ...commandConfig, location: '/campaigns/{id}' },
      schema: {
        operationId: 'cloneCampaign',
        summary: 'Create a draft with the same settings, and with the same contacts if asked',
        description: 'The copy is a draft of its own: statuses, attempts and results are not copied.',
        tags,
        params: IdParams,
        body: CloneInput,
        response: { 201: Ref(CampaignWithWarnings) },
      },
    },
    (request, reply) => {
      const clone = async (tx: Tx) => {
        const campaign = await cloneCampaign(tx, request.params.id, request.body ?? {}, now())
        return { status: 201, body: await withWarnings(campaign, now()) }
      }
      return withIdempotencyKey(deps, request, reply, clone)
    },
  )

  app.get(
    '/campaigns/:id/stats',
    {
      config: read,
      schema: {
        operationId: 'getCampaignStats',
        summary: 'Get the progress of a campaign, counted from its rows',
        description:
          'Exact counts of tasks and calls by status and outcome, rates, and when the campaign is expected to end. Counting a campaign with a million contacts takes about a second.',
        tags,
        params: IdParams,
        response: { 200: Ref(CampaignStats) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getCampaignStats(tx, request.params.id, now())),
  )

  app.get(
    '/campaigns/:id/schedule',
    {
      config: read,
      schema: {
        operationId: 'getCampaignSchedule',
        summary: 'Get the periods in which a campaign may dial, and its waiting contacts per time zone',
        description:
          "The calling windows of the next days on the campaign's own clock, and for each time zone of the waiting contacts whether it is open and when it opens. Use it to see why a campaign pauses at night.",
        tags,
        params: IdParams,
        querystring: ScheduleQuery,
        response: { 200: Ref(Schedule) },
      },
    },
    async (request) => {
      const input = await readCompany(db, companyOf(request), (tx) =>
        readScheduleInput(tx, request.params.id, now(), { count: countForSchedule }),
      )
      return computeSchedule(input, request.query.days ?? 14, now())
    },
  )

  app.get(
    '/campaigns/:id/diagnostics',
    {
      config: read,
      schema: {
        operationId: 'getCampaignDiagnostics',
        summary: 'Get the reasons why a campaign cannot dial now, with the contacts per reason',
        description:
          'Answers why nobody is called at this moment: status, hours, limits of the campaign and the company, retries that are not due. Each reason has the number of contacts it applies to and, where it is known, until when.',
        tags,
        params: IdParams,
        response: { 200: Ref(Diagnostics) },
      },
    },
    (request) => readCompany(db, companyOf(request), (tx) => getDiagnostics(tx, request.params.id, now())),
  )

  app.get(
    '/campaigns/:id/log',
    {
      config: read,
      schema: {
        operationId: 'getCampaignLog',
        summary: 'List the events of a campaign, latest first',
        description:
          'Who or what changed the campaign: commands, automatic transitions, the circuit breaker, imports and steps that failed.',
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
