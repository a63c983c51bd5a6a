import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { PageOf, Ref } from '../../http/wire.ts'
import { listCampaignRows } from './reports/campaigns.ts'
import { getCosts } from './reports/costs.ts'
import { getMetrics, getTimeseries, queryMetrics } from './reports/metrics.ts'
import { getOverview } from './reports/overview.ts'
import {
  CampaignRow,
  CampaignRowQuery,
  CostReport,
  Metrics,
  MetricsQuery,
  namedSchemas,
  Overview,
  QueriesInput,
  QueryResults,
  ReportQuery,
  Timeseries,
  TimeseriesQuery,
} from './schema.ts'
import { inSnapshot } from './snapshot.ts'

const tags = ['analytics']
const config = { scope: 'read' as const }

/** /api/analytics: metrics, time series, costs and comparisons of many calls. */
export const analyticsRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  for (const schema of namedSchemas) app.addSchema(schema)

  app.get(
    '/api/analytics/metrics',
    {
      config,
      schema: {
        operationId: 'getMetrics',
        summary: 'Metrics of the calls in a period, in total and per group',
        tags,
        querystring: MetricsQuery,
        response: { 200: Ref(Metrics) },
      },
    },
    (request) => inSnapshot(db, companyOf(request), (tx) => getMetrics(tx, request.query, now())),
  )

  app.get(
    '/api/analytics/timeseries',
    {
      config,
      schema: {
        operationId: 'getTimeseries',
        summary: 'Metrics per hour, day, week or month, including empty buckets',
        tags,
        querystring: TimeseriesQuery,
        response: { 200: Ref(Timeseries) },
      },
    },
    (request) => inSnapshot(db, companyOf(request), (tx) => getTimeseries(tx, request.query, now())),
  )

  app.get(
    '/api/analytics/overview',
    {
      config,
      schema: {
        operationId: 'getOverview',
        summary: 'Key figures of a period compared with the period before it',
        tags,
        querystring: ReportQuery,
        response: { 200: Ref(Overview) },
      },
    },
    (request) => inSnapshot(db, companyOf(request), (tx) => getOverview(tx, request.query, now())),
  )

  app.get(
    '/api/analytics/campaigns',
    {
      config,
      schema: {
        operationId: 'listCampaignRows',
        summary: 'Campaigns, newest first, with the metrics of their calls in a period',
        tags,
        querystring: CampaignRowQuery,
        response: { 200: PageOf(Ref(CampaignRow)) },
      },
    },
    (request) =>
      inSnapshot(db, companyOf(request), (tx) => listCampaignRows(tx, request.query, request.query, now())),
  )

  app.get(
    '/api/analytics/costs',
    {
      config,
      schema: {
        operationId: 'getCosts',
        summary: 'Cost and usage of calls by day, skillbase and campaign',
        tags,
        querystring: ReportQuery,
        response: { 200: Ref(CostReport) },
      },
    },
    (request) => inSnapshot(db, companyOf(request), (tx) => getCosts(tx, request.query, now())),
  )

  app.post(
    '/api/analytics/query',
    {
      config,
      schema: {
        operationId: 'queryMetrics',
        summary: 'Run up to ten named queries on one snapshot of the data',
        tags,
        body: QueriesInput,
        response: { 200: Ref(QueryResults) },
      },
    },
    (request) =>
      inSnapshot(db, companyOf(request), async (tx) => ({
        results: await queryMetrics(tx, request.body.queries, now()),
      })),
  )
}
