import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { PageOf, Ref } from '../../http/wire.ts'
import { CampaignRowQuery, MetricsQuery, QueriesInput, ReportQuery, TimeseriesQuery } from './query-schema.ts'
import { listCampaignRows } from './reports/campaigns.ts'
import { getCosts } from './reports/costs.ts'
import { getMetrics, getTimeseries, queryMetrics } from './reports/metrics.ts'
import { getOverview } from './reports/overview.ts'
import {
  CampaignRow,
  CostReport,
  Metrics,
  namedSchemas,
  Overview,
  QueryResults,
  Timeseries,
} from './schema.ts'
import { inSnapshot } from './snapshot.ts'

const tags = ['analytics']
const config = { scope: 'read' as const }

/** /api/analytics: metrics, time series, costs and comparisons of many calls. */
export const analyticsRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  for (const schema of namedSchemas) app.addSchema(schema)

  app.get(
    '/analytics/metrics',
    {
      config,
      schema: {
        operationId: 'getMetrics',
        summary: 'Metrics of the calls in a period, in total and per group',
        description:
          'Counts, rates, durations, latencies with percentiles, usage and costs. The period is about `started_at`; without `start` and `end` it is the last 30 days. With `group_by` the same figures are returned for each value, or each pair of values, of the dimensions. Returns 422 `empty_period` or `period_too_long`.',
        tags,
        querystring: MetricsQuery,
        response: { 200: Ref(Metrics) },
      },
    },
    (request) => inSnapshot(db, companyOf(request), (tx) => getMetrics(tx, request.query, now())),
  )

  app.get(
    '/analytics/timeseries',
    {
      config,
      schema: {
        operationId: 'getTimeseries',
        summary: 'Metrics per hour, day, week or month, including empty buckets',
        description:
          'The figures of GET /api/analytics/metrics for each bucket, by the calendar of `timezone`. Returns 422 `too_many_buckets` when the period has too many buckets of this size.',
        tags,
        querystring: TimeseriesQuery,
        response: { 200: Ref(Timeseries) },
      },
    },
    (request) => inSnapshot(db, companyOf(request), (tx) => getTimeseries(tx, request.query, now())),
  )

  app.get(
    '/analytics/overview',
    {
      config,
      schema: {
        operationId: 'getMetricsOverview',
        summary: 'Key figures of a period compared with the period before it',
        description:
          'For the head of a dashboard: each figure of the period, of the equally long period before, and the change.',
        tags,
        querystring: ReportQuery,
        response: { 200: Ref(Overview) },
      },
    },
    (request) => inSnapshot(db, companyOf(request), (tx) => getOverview(tx, request.query, now())),
  )

  app.get(
    '/analytics/campaigns',
    {
      config,
      schema: {
        operationId: 'listCampaignsWithMetrics',
        summary: 'Campaigns, newest first, with the metrics of their calls in a period',
        description:
          'Campaigns whose calls match the filters, each with the figures of GET /api/analytics/metrics. The period is about the calls, not about the campaigns.',
        tags,
        querystring: CampaignRowQuery,
        response: { 200: PageOf(Ref(CampaignRow)) },
      },
    },
    (request) =>
      inSnapshot(db, companyOf(request), (tx) => listCampaignRows(tx, request.query, request.query, now())),
  )

  app.get(
    '/analytics/costs',
    {
      config,
      schema: {
        operationId: 'getCostReport',
        summary: 'Cost and usage of calls by day, skillbase and campaign',
        description:
          'Sums of the priced calls. Calls without a known total are counted as `unpriced_calls`, not as zero.',
        tags,
        querystring: ReportQuery,
        response: { 200: Ref(CostReport) },
      },
    },
    (request) => inSnapshot(db, companyOf(request), (tx) => getCosts(tx, request.query, now())),
  )

  app.post(
    '/analytics/query',
    {
      config: { ...config, isRepeatable: true },
      schema: {
        operationId: 'queryMetrics',
        summary: 'Run up to ten named queries on one snapshot of the data',
        description:
          'All queries read the same state of the data, so that their figures agree. One invalid query rejects the request; its pointer names the query. Changes nothing, so the scope `read` is sufficient.',
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
