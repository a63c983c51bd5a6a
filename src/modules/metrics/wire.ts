import { type TSchema, Type } from '@sinclair/typebox'
import { costComponents, outcomes } from '../../db/schema/index.ts'
import { relativeError } from '../../lib/numbers/histogram.ts'
import { recordOf } from '../../lib/record-of.ts'
import { Money, Nullable, OneOf } from '../../lib/schema/typebox.ts'
import { callCountNames, fewSamplesBelow } from './aggregate/figures.ts'

/** Schemas of the parts that figures consist of. */

export const Count = Type.Integer({ minimum: 0, examples: [120] })
export const Amount = Type.Number({ minimum: 0, examples: [812.5] })
export const Share = Type.Number({ minimum: 0, maximum: 1, examples: [0.64] })
export const Outcome = OneOf(outcomes, { description: 'How the call ended.' })
export const Name = Type.String({ examples: ['May reminders'] })

/** Properties of an object: the same schema for each name. */
export const propertyForEach = <const Names extends readonly string[], S extends TSchema>(
  names: Names,
  schema: S,
) => recordOf<Names[number], S>(names, () => schema)

export const LatencyFigures = Type.Object(
  {
    n: Type.Integer({
      minimum: 0,
      description: 'Turns for which this latency was measured.',
      examples: [420],
    }),
    ...propertyForEach(['avg', 'min', 'max', 'p50', 'p90', 'p95', 'p99'] as const, Nullable(Amount)),
    few_samples: Type.Boolean({
      description: `\`n\` is below ${fewSamplesBelow}, so percentiles depend on single values.`,
    }),
  },
  {
    $id: 'LatencyFigures',
    description: `Milliseconds, over turns. Values are null when the latency was never measured. A percentile is the value at rank p (n - 1) of the ascending values, counted from 0, with linear interpolation between the two closest ranks; it is within ${Math.ceil(100 * relativeError)} % of the exact value.`,
  },
)

export const CostFigures = Type.Object(
  {
    total: Nullable(Money),
    ...propertyForEach(costComponents, Nullable(Money)),
    known: Nullable(
      Type.String({
        ...Money,
        description:
          'The least that was spent: `total`, and the components that are known of the unpriced calls.',
      }),
    ),
    per_call: Nullable(Money),
    per_minute: Nullable(Money),
    priced_calls: Type.Integer({ minimum: 0, description: 'Calls whose total is known.', examples: [118] }),
    unmeasured_calls: Type.Integer({
      minimum: 0,
      description: 'Calls that ended and for which no usage was reported.',
      examples: [0],
    }),
    unpriced_calls: Type.Integer({
      minimum: 0,
      description:
        'Calls that ended with reported usage, but whose total is not known because a price is missing.',
      examples: [2],
    }),
  },
  {
    $id: 'CostFigures',
    description:
      'USD, exact decimals. The total, the components and the averages are all of the priced calls, so that the components never add up to more than the total. null: no priced call has this amount.',
  },
)

export const UsageFigures = Type.Object(
  {
    stt_duration_sec: Nullable(Amount),
    ...propertyForEach(
      ['llm_input_tokens', 'llm_cached_input_tokens', 'llm_output_tokens', 'tts_characters'] as const,
      Nullable(Count),
    ),
    livekit_duration_sec: Nullable(Amount),
  },
  {
    $id: 'UsageFigures',
    description: 'Sums over the calls that have metrics. null: no call reports this quantity.',
  },
)

export const CallCounts = Type.Object(propertyForEach(callCountNames, Count), {
  $id: 'CallCounts',
  description:
    '`total` is `dialed` + `live`, and `inbound` + `outbound`. `dialed`: calls that were dialed, by the platform or by a caller, and have ended. `answered`: those of them that a person or a machine answered. `not_dialed`: calls that ended without having been dialed; no other count and no rate includes them.',
})

export const OutcomeCounts = Type.Partial(Type.Object(propertyForEach(outcomes, Count)), {
  $id: 'OutcomeCounts',
  description: 'Number of calls by outcome. Outcomes without a call are absent.',
  examples: [{ success: 3, no_answer: 1 }],
})

/** What a rate is a share of: one text for each place that returns it. */
const rateDescriptions = {
  answer_rate: 'Answered calls / dialed calls. null: no call was dialed.',
  success_rate: 'Answered calls with the outcome `success` / answered calls. null: no call was answered.',
  interruption_rate:
    'Interrupted turns of the agent / turns of the agent, over calls that report interruptions.',
  interruptions_per_turn: 'Interruptions / turns of both sides, over calls that report interruptions.',
} as const

export const AnswerRate = Nullable(Type.Number({ ...Share, description: rateDescriptions.answer_rate }))
export const SuccessRate = Nullable(Type.Number({ ...Share, description: rateDescriptions.success_rate }))

export const RingFigures = Type.Object(
  { n: Count, avg: Nullable(Amount) },
  {
    title: 'RingFigures',
    description:
      'Seconds from dialing to the answer, or to the end of a call that nobody answered, over the `n` calls for which it is known.',
  },
)

export const DurationFigures = Type.Object(
  { n: Count, ...propertyForEach(['avg', 'min', 'max', 'sum'] as const, Nullable(Amount)) },
  {
    title: 'DurationFigures',
    description: 'Seconds from the answer to the end, over the `n` answered calls whose duration is known.',
  },
)

export const OverlapFigures = Type.Object(
  { n: Count, count: Nullable(Count), rate: Nullable(Share) },
  {
    title: 'OverlapFigures',
    description:
      "`n` is the number of replies whose beginning relative to the end of the caller's speech is known: bot turns with an `e2e_latency` or `eou_latency`, and overlaps. `count` of them began before the caller had finished; `rate` is their share. null: not measured.",
  },
)

export const InterruptionFigures = Type.Object(
  {
    n: Count,
    count: Nullable(Count),
    rate: Nullable(Type.Number({ ...Share, description: rateDescriptions.interruption_rate })),
    turns: Count,
    per_turn: Nullable(Type.Number({ ...Amount, description: rateDescriptions.interruptions_per_turn })),
  },
  {
    title: 'InterruptionFigures',
    description:
      'Of the calls that report interruptions: `n` is the number of their bot turns, `turns` that of all their turns. null: not measured.',
  },
)
