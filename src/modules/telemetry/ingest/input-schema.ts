import { Type } from '@sinclair/typebox'
import { maxLatencyMs, outcomes, turnRoles } from '../../../db/schema/index.ts'
import { Body, JsonObject, Money, Nullable, OneOf, TimeInput } from '../../../lib/typebox.ts'

/** What agents send, item by item. The verbs check each by itself; the routes document them. */

export const Latency = Type.Number({
  minimum: 0,
  maximum: maxLatencyMs,
  description: 'Milliseconds.',
  examples: [420],
})
export const LatencyInput = Type.Number({
  description: 'Milliseconds, up to 10 minutes. -1 means not measured, like null.',
  examples: [420],
})
export const Seconds = Type.Number({
  minimum: 0,
  maximum: 604_800,
  description: 'Seconds.',
  examples: [12.5],
})
export const Count = Type.Integer({ minimum: 0, maximum: 2_147_483_647, examples: [150] })
export const LargeCount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [1500] })
export const Score = Type.Number({ minimum: -1, maximum: 1, examples: [0.4] })
export const Ratio = Type.Number({ minimum: 0, maximum: 1, examples: [0.9] })
export const Outcome = OneOf(outcomes, { description: 'How it ended.' })
export const TurnIndex = Type.Integer({ minimum: 0, maximum: 1_000_000, examples: [0] })
export const OptionalNullable = <T extends Parameters<typeof Nullable>[0]>(schema: T) =>
  Type.Optional(Nullable(schema))

export const textFields = {
  role: OneOf(turnRoles),
  content: OptionalNullable(Type.String({ maxLength: 100_000, examples: ['How can I help you?'] })),
  state_id: OptionalNullable(Type.String({ minLength: 1, maxLength: 100, examples: ['greeting'] })),
}

export const usageFields = {
  stt_duration_sec: OptionalNullable(Seconds),
  llm_input_tokens: OptionalNullable(Count),
  llm_cached_input_tokens: OptionalNullable(Count),
  llm_output_tokens: OptionalNullable(Count),
  tts_characters: OptionalNullable(Count),
  was_interrupted: OptionalNullable(Type.Boolean()),
  sentiment: OptionalNullable(Score),
  extra_data: OptionalNullable(JsonObject),
  created_at: Type.Optional(TimeInput),
}

/** A turn as an agent sends it. Each is checked by itself, so one bad turn harms no other. */
export const TurnInput = Type.Object(
  {
    turn_index: TurnIndex,
    ...textFields,
    ttfb_stt: OptionalNullable(LatencyInput),
    latency_stt: OptionalNullable(LatencyInput),
    latency_llm: OptionalNullable(LatencyInput),
    ttfb_tts: OptionalNullable(LatencyInput),
    latency_tts: OptionalNullable(LatencyInput),
    eou_latency: OptionalNullable(LatencyInput),
    ...usageFields,
  },
  { additionalProperties: false, title: 'Turn' },
)

export const Usd = Type.Union([Type.Number({ minimum: 0, maximum: 999_999 }), Money], {
  description: 'USD: a number, or an exact decimal as text.',
  examples: ['0.0350'],
})

const Served = Type.Object(
  {
    provider: Type.String({ pattern: '^[a-z0-9][a-z0-9_.-]*$', maxLength: 100, examples: ['deepgram'] }),
    model: Type.Optional(Type.String({ maxLength: 200, examples: ['nova-3'] })),
  },
  { additionalProperties: false },
)

const ServedToo = Type.Object(
  {
    component: OneOf(['stt', 'llm', 'tts'] as const),
    ...Served.properties,
    stt_duration_sec: Type.Optional(Seconds),
    llm_input_tokens: Type.Optional(Count),
    llm_cached_input_tokens: Type.Optional(Count),
    llm_output_tokens: Type.Optional(Count),
    tts_characters: Type.Optional(Count),
  },
  { additionalProperties: false },
)

/** Who served the call, where it was not whom its skillbase names: prices are theirs. */
export const ProvidersInput = Type.Object(
  {
    stt: Type.Optional(Served),
    llm: Type.Optional(Served),
    tts: Type.Optional(Served),
    also: Type.Optional(
      Type.Array(ServedToo, {
        maxItems: 20,
        description:
          'Who else served, and how much of the usage of the turns: that much is priced as theirs.',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Who served the call, where it was not whom its skillbase names.',
  },
)

export const CompletionInput = Body({
  status: Type.Optional(OneOf(['completed', 'failed', 'cancelled'] as const)),
  outcome: Type.Optional(Outcome),
  outcome_confidence: Type.Optional(Ratio),
  outcome_reason: Type.Optional(Type.String({ maxLength: 2_000, examples: ['Booked for Monday.'] })),
  ended_reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500, examples: ['hang_up'] })),
  ended_at: Type.Optional(TimeInput),
  duration_sec: Type.Optional(Seconds),
  livekit_duration_sec: Type.Optional(Seconds),
  interruption_count: Type.Optional(Count),
  sentiment_score: Type.Optional(Score),
  collected_data: Type.Optional(JsonObject),
  reported_cost: Type.Optional(
    Type.Object(
      {
        stt: Type.Optional(Usd),
        llm: Type.Optional(Usd),
        tts: Type.Optional(Usd),
        livekit: Type.Optional(Usd),
        total: Type.Optional(Usd),
      },
      {
        additionalProperties: false,
        description: 'What the provider says it cost: it wins over what is computed.',
      },
    ),
  ),
  providers: Type.Optional(ProvidersInput),
})
