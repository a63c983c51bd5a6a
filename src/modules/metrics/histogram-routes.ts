import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { latencies } from '../../db/schema/index.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { OneOf, Ref } from '../../http/wire.ts'
import { bucketWidth, relativeError } from '../../lib/numbers/histogram.ts'
import { filters, PeriodQuery } from './query-schema.ts'
import { getLatencyHistogram, maxMergedBuckets } from './reports/latency-histogram.ts'
import { zonedPeriod } from './schema.ts'
import { inSnapshot } from './snapshot.ts'
import { Count } from './wire.ts'

const Bound = Type.Number({ minimum: 0, examples: [812.4] })

const LatencyHistogram = Type.Object(
  {
    ...zonedPeriod,
    latency: OneOf(latencies),
    n: Type.Integer({
      minimum: 0,
      description: 'Turns for which the latency was measured: the sum of the counts.',
      examples: [420],
    }),
    relative_error: Type.Number({
      description: 'The middle of an unmerged bucket differs from each of its values by at most this share.',
      examples: [relativeError],
    }),
    buckets: Type.Array(
      Type.Object({
        lower_ms: Type.Number({ ...Bound, description: 'Values are above it.' }),
        upper_ms: Type.Number({ ...Bound, description: 'Values are at most this.' }),
        count: Count,
      }),
      {
        description:
          'The buckets that have values, ascending. Values of exactly 0 have a bucket from 0 to 0.',
      },
    ),
  },
  {
    $id: 'LatencyHistogram',
    description: `How many turns had which latency. Each bucket is ${(100 * bucketWidth).toFixed(1)} % wide, unless they are merged.`,
  },
)

const HistogramQuery = Type.Object({
  ...PeriodQuery,
  ...filters,
  latency: Type.Optional(
    OneOf(latencies, { description: 'The latency whose values are counted. Default: e2e_latency.' }),
  ),
  merge: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: maxMergedBuckets,
      default: 1,
      description:
        'How many neighbouring buckets become one: 5 gives buckets that are 10 % wide, 35 buckets that double. Counts stay exact.',
      examples: [5],
    }),
  ),
})

/** /api/analytics/latency-histogram: how the values of a latency are distributed. */
export const histogramRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  app.addSchema(LatencyHistogram)

  app.get(
    '/analytics/latency-histogram',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'getLatencyHistogram',
        summary: 'How many turns had which latency',
        description:
          'Counts of turns per range of milliseconds, for a chart of the distribution. Filters are those of GET /api/analytics/metrics.',
        tags: ['analytics'],
        querystring: HistogramQuery,
        response: { 200: Ref(LatencyHistogram) },
      },
    },
    (request) => inSnapshot(db, companyOf(request), (tx) => getLatencyHistogram(tx, request.query, now())),
  )
}
