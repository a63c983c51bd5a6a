import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { Nullable, Ref } from '../../http/wire.ts'
import { LimitQuery, ZoneQuery } from './query-schema.ts'
import { listActiveCampaigns } from './reports/campaigns.ts'
import { getStats } from './reports/dashboard.ts'
import { campaignProgress, namedSchemas, zonedPeriod } from './schema.ts'
import { inSnapshot } from './snapshot.ts'
import {
  Amount,
  AnswerRate,
  CallCounts,
  CostFigures,
  Count,
  LatencyFigures,
  OutcomeCounts,
  propertyForEach,
  SuccessRate,
} from './wire.ts'

const tags = ['dashboard']
const config = { scope: 'read' as const }

const ActiveCampaign = Type.Object(
  { ...campaignProgress, max_concurrent_calls: Type.Integer(), live_calls: Count },
  { $id: 'ActiveCampaign' },
)

const Stats = Type.Object(
  {
    ...zonedPeriod,
    calls: Ref(CallCounts),
    live_calls: Count,
    running_campaigns: Count,
    answer_rate: AnswerRate,
    success_rate: SuccessRate,
    duration_avg_sec: Nullable(
      Type.Number({
        ...Amount,
        description: 'Seconds from the answer to the end, over the answered calls whose duration is known.',
      }),
    ),
    ...propertyForEach(
      ['e2e_latency', 'eou_latency'] as const,
      Type.Pick(LatencyFigures, ['n', 'p50', 'p95', 'few_samples'], { title: 'LatencyOfDay' }),
    ),
    cost: Ref(CostFigures),
    outcomes: Ref(OutcomeCounts),
  },
  {
    $id: 'Stats',
    description:
      'Figures of the current calendar day. `live_calls` and `running_campaigns` are current counts, whenever they started.',
  },
)

/** /api/dashboard: figures of today, and active campaigns. */
export const dashboardRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  for (const schema of [...namedSchemas, Stats, ActiveCampaign]) app.addSchema(schema)

  app.get(
    '/dashboard/stats',
    {
      config,
      schema: {
        operationId: 'getDashboardStats',
        summary: 'Figures of today in a time zone, live calls and running campaigns',
        description:
          'Counts, rates, latencies and costs of the current calendar day in `timezone`. Calls are counted within seconds after they change.',
        tags,
        querystring: Type.Object(ZoneQuery),
        response: { 200: Ref(Stats) },
      },
    },
    (request) => inSnapshot(db, companyOf(request), (tx) => getStats(tx, request.query, now())),
  )

  app.get(
    '/dashboard/active-campaigns',
    {
      config,
      schema: {
        operationId: 'listActiveCampaigns',
        summary: 'Campaigns that are scheduled, running or paused, newest first',
        description:
          'With their progress and the number of live calls. Not paged: a company has few of them.',
        tags,
        querystring: LimitQuery,
        response: { 200: Type.Object({ items: Type.Array(Ref(ActiveCampaign)) }) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), async (tx) => ({
        items: await listActiveCampaigns(tx, request.query.limit ?? 10),
      })),
  )
}
