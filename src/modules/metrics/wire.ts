import { type TSchema, Type } from '@sinclair/typebox'
import { costComponents, outcomes } from '../../db/schema/index.ts'
import { Money, Nullable, OneOf } from '../../lib/typebox.ts'

/** The wire shapes that figures are made of. */

export const Count = Type.Integer({ minimum: 0, examples: [120] })
export const Amount = Type.Number({ minimum: 0, examples: [812.5] })
export const Share = Type.Number({ minimum: 0, maximum: 1, examples: [0.64] })
export const Outcome = OneOf(outcomes, { description: 'How it ended.' })
export const Name = Type.String({ examples: ['May reminders'] })
export const Timezone = Type.String({
  minLength: 1,
  maxLength: 64,
  default: 'UTC',
  description: 'IANA time zone: dates, days and hours are of it.',
  examples: ['Europe/Moscow'],
})

/** An object with one property for each word. */
export const propertyForEach = <const W extends readonly string[], S extends TSchema>(words: W, schema: S) =>
  Object.fromEntries(words.map((word) => [word, schema])) as { [K in W[number]]: S }

export const LatencyFigures = Type.Object(
  {
    n: Type.Integer({ minimum: 0, description: 'Turns that were measured.', examples: [420] }),
    ...propertyForEach(['avg', 'min', 'max', 'p50', 'p90', 'p95', 'p99'] as const, Nullable(Amount)),
    few_samples: Type.Boolean({ description: 'Fewer than 10: percentiles say little.' }),
  },
  { $id: 'LatencyFigures', description: 'Milliseconds, over turns. null: never measured.' },
)

export const CostFigures = Type.Object(
  {
    total: Nullable(Money),
    ...propertyForEach(costComponents, Nullable(Money)),
    per_call: Nullable(Money),
    per_minute: Nullable(Money),
    priced_calls: Type.Integer({ minimum: 0, description: 'Calls whose total is known.', examples: [118] }),
    unmeasured_calls: Type.Integer({
      minimum: 0,
      description: 'Calls that ended, and of which nobody told what they used.',
      examples: [0],
    }),
    unpriced_calls: Type.Integer({
      minimum: 0,
      description: 'Ended, and what they cost is not known.',
      examples: [2],
    }),
  },
  {
    $id: 'CostFigures',
    description: 'USD, exact. null: nothing was priced. Averages are over priced calls.',
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
  { $id: 'UsageFigures', description: 'Of calls whose metrics are derived: of those that ended.' },
)

export const CallCounts = Type.Object(
  propertyForEach(
    ['total', 'completed', 'failed', 'cancelled', 'live', 'inbound', 'outbound'] as const,
    Count,
  ),
  { $id: 'CallCounts' },
)

export const OutcomeCounts = Type.Partial(Type.Object(propertyForEach(outcomes, Count)), {
  $id: 'OutcomeCounts',
  description: 'Calls by outcome; an outcome that none had is not there.',
  examples: [{ success: 3, no_answer: 1 }],
})

export const SuccessRate = Nullable(
  Type.Number({
    minimum: 0,
    maximum: 1,
    description: 'Successes among calls with an outcome.',
    examples: [0.64],
  }),
)
