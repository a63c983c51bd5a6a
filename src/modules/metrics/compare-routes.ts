import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type TSchema, Type } from '@sinclair/typebox'
import { directions } from '../../db/schema/index.ts'
import type { Deps } from '../../deps.ts'
import { companyOf } from '../../http/auth.ts'
import { Id, Money, Nullable, OneOf, Ref } from '../../http/wire.ts'
import { fewSamplesBelow } from './aggregate/figures.ts'
import { PeriodQuery } from './query-schema.ts'
import { compareVersions } from './reports/compare.ts'
import { figures, namedSchemas, zonedPeriod } from './schema.ts'
import { inSnapshot } from './snapshot.ts'
import { Amount, Count, propertyForEach, Share } from './wire.ts'

const Version = Type.Integer({ minimum: 1, maximum: 2_147_483_647, examples: [2] })
const Difference = Type.Number({ description: 'b - a.', examples: [-120.5] })
const Change = Type.Number({
  description: 'The difference as a share of a: 0.25 is a quarter more.',
  examples: [0.25],
})
const SignedMoney = Type.String({
  pattern: '^-?\\d+(\\.\\d+)?$',
  description: 'b - a in USD, an exact decimal.',
  examples: ['-0.000120'],
})

const comparedOf = <S extends TSchema, D extends TSchema>(sampled: S, difference: D) => ({
  a: sampled,
  b: sampled,
  difference: Nullable(difference),
  change: Nullable(Change),
  few_samples: Type.Boolean({ description: `One side has fewer than ${fewSamplesBelow} measurements.` }),
})

const sampled = <S extends TSchema>(value: S) => ({ value: Nullable(value), n: Count })

const ComparedNumber = Type.Object(
  comparedOf(Type.Object(sampled(Amount), { title: 'SampledNumber' }), Difference),
  {
    $id: 'ComparedNumber',
  },
)
const ComparedMoney = Type.Object(
  comparedOf(Type.Object(sampled(Money), { title: 'SampledMoney' }), SignedMoney),
  {
    $id: 'ComparedMoney',
    description: '`n` is the number of priced calls.',
  },
)
const Interval = Type.Object(
  { low: Share, high: Share },
  { title: 'ShareInterval', description: '95 % confidence interval of the share (Wilson score interval).' },
)
const ComparedRate = Type.Object(
  {
    ...comparedOf(
      Type.Object({ ...sampled(Share), interval: Nullable(Interval) }, { title: 'SampledShare' }),
      Difference,
    ),
    p_value: Nullable(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description:
          'Probability of a difference at least this large by chance alone (two-proportion z test). null: too few calls for the test.',
        examples: [0.03],
      }),
    ),
    is_beyond_chance: Nullable(Type.Boolean({ description: '`p_value` is below 0.05.' })),
  },
  { $id: 'ComparedRate' },
)

const VersionFigures = Type.Object(
  { version: Version, ...figures },
  { $id: 'VersionFigures', description: 'Metrics of the calls of one version.' },
)

const Comparison = Type.Object(
  {
    ...zonedPeriod,
    skillbase_id: Id,
    a: Ref(VersionFigures),
    b: Ref(VersionFigures),
    compared: Type.Object({
      success_rate: Ref(ComparedRate),
      answer_rate: Ref(ComparedRate),
      ...propertyForEach(
        [
          'interruption_rate',
          'interruptions_per_turn',
          'overlap_rate',
          'e2e_latency_p50',
          'e2e_latency_p95',
          'eou_latency_p50',
          'eou_latency_p95',
          'ring_avg_sec',
          'duration_avg_sec',
        ] as const,
        Ref(ComparedNumber),
      ),
      ...propertyForEach(['cost_per_call', 'cost_per_minute'] as const, Ref(ComparedMoney)),
    }),
  },
  {
    $id: 'Comparison',
    description:
      'Two versions of a skillbase compared. `n` is what a figure is over: answered calls for the success rate and the duration, dialed calls for the answer rate and ringing, turns of the agent for the interruption rate, all turns for interruptions per turn.',
  },
)

const CompareQuery = Type.Object({
  ...PeriodQuery,
  skillbase_id: Id,
  version_a: Type.Integer({ ...Version, examples: [1] }),
  version_b: Version,
  campaign_id: Type.Optional(Id),
  direction: Type.Optional(OneOf(directions)),
})

/** /api/analytics/compare: two versions of a skillbase, and whether their success rates differ by more than chance. */
export const compareRoutes: FastifyPluginAsyncTypebox<{ deps: Deps }> = async (app, { deps }) => {
  const { db, now } = deps
  for (const schema of [ComparedNumber, ComparedMoney, ComparedRate, VersionFigures, Comparison])
    app.addSchema(schema)
  for (const schema of namedSchemas) app.addSchema(schema)

  app.get(
    '/analytics/compare',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'compareVersions',
        summary: 'Compare two versions of a skillbase',
        description:
          'Success and answer rates with confidence intervals, latencies, interruptions and costs of the calls of both versions, and whether the rates differ by more than chance. Returns 422 `same_version`, or `unknown_version`.',
        tags: ['analytics'],
        querystring: CompareQuery,
        response: { 200: Ref(Comparison) },
      },
    },
    (request) => inSnapshot(db, companyOf(request), (tx) => compareVersions(tx, request.query, now())),
  )
}
