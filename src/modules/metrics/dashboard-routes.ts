import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { readCompany } from '../../db/transaction.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { Named, Nullable } from '../../http/wire.ts'
import { listActiveCampaigns } from './campaigns.ts'
import { getStats } from './dashboard.ts'
import { analyze } from './reading.ts'
import { LimitQuery, named, progress, span, ZoneQuery } from './schema.ts'
import {
  Amount,
  CallCounts,
  CostFigures,
  Count,
  LatencyFigures,
  OutcomeCounts,
  SuccessRate,
} from './shape.ts'

const tags = ['dashboard']
const config = { scope: 'read' as const }

const ActiveCampaign = Type.Object(
  { ...progress, max_concurrent_calls: Type.Integer(), live_calls: Count },
  { $id: 'ActiveCampaign' },
)

const Stats = Type.Object(
  {
    ...span,
    calls: Named(CallCounts),
    live_calls: Count,
    running_campaigns: Count,
    success_rate: SuccessRate,
    duration_avg_sec: Nullable(Amount),
    eou_latency: Type.Pick(LatencyFigures, ['n', 'p50', 'p95', 'few_samples']),
    cost: Named(CostFigures),
    outcomes: Named(OutcomeCounts),
  },
  { $id: 'Stats', description: 'Today. `live_calls` and `running_campaigns` are of this moment.' },
)

/** /api/dashboard: the first screen. */
export const dashboardRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  for (const schema of [...named, Stats, ActiveCampaign]) app.addSchema(schema)

  app.get(
    '/api/dashboard/stats',
    {
      config,
      schema: {
        operationId: 'getStats',
        summary: 'Today in a time zone, and what goes on now',
        tags,
        querystring: Type.Object(ZoneQuery),
        response: { 200: Named(Stats) },
      },
    },
    (request) => analyze(db, companyOf(request), (tx) => getStats(tx, request.query, now())),
  )

  app.get(
    '/api/dashboard/active-campaigns',
    {
      config,
      schema: {
        operationId: 'listActiveCampaigns',
        summary: 'Campaigns that were started and are not over, newest first',
        tags,
        querystring: LimitQuery,
        response: { 200: Type.Object({ items: Type.Array(Named(ActiveCampaign)) }) },
      },
    },
    (request) =>
      readCompany(db, companyOf(request), async (tx) => ({
        items: await listActiveCampaigns(tx, request.query.limit ?? 10),
      })),
  )
}
