import { type TSchema, Type } from '@sinclair/typebox'
import {
  callStatusSynonyms,
  finalCallStatuses,
  type IncludedUsageName,
  maxLatencyMs,
  outcomeDescriptions,
  turnRoles,
  type UsageDetailName,
  usageDetailNames,
  usageIncludedIn,
} from '../../../db/schema/index.ts'
import { recordOf } from '../../../lib/record-of.ts'
import { maxJsonBytes } from '../../../lib/schema/json-size.ts'
import {
  Body,
  BoundedJsonObject,
  MoneyInput,
  Nullable,
  OneOf,
  OneOfDescribed,
  TimeInput,
  WithSynonyms,
} from '../../../lib/schema/typebox.ts'

/**
 * The reports of agents: turns and completions. `ingest-turns.ts` and `ingest-telemetry.ts` validate each item on its own
 * against these schemas; the routes only publish them in OpenAPI.
 */

export const Latency = Type.Number({
  minimum: 0,
  maximum: maxLatencyMs,
  description: 'Milliseconds.',
  examples: [420],
})
const overlapMeaning =
  ' A reply that began before the caller had finished has a negative one: it is an overlap.'
const latencyInput = (meaning = '') =>
  Type.Number({
    description: `Milliseconds, at most 600,000 (10 minutes). -1 means not measured, as null does.${meaning}`,
    examples: [420],
  })
const LatencyInput = latencyInput()
const secondsOf = (description: string) =>
  Type.Number({ minimum: 0, maximum: 604_800, description, examples: [12.5] })
export const Seconds = secondsOf('Seconds.')
const maxCount = 2_147_483_647
export const Count = Type.Integer({ minimum: 0, maximum: maxCount, examples: [150] })
export const LargeCount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [1500] })
export const Score = Type.Number({
  minimum: -1,
  maximum: 1,
  description: 'From -1 (negative) to 1 (positive).',
  examples: [0.4],
})
export const Ratio = Type.Number({ minimum: 0, maximum: 1, description: 'From 0 to 1.', examples: [0.9] })
export const Outcome = OneOfDescribed(outcomeDescriptions, 'How the call ended.')
export const OutcomeReason = Type.String({ maxLength: 2_000, examples: ['Booked for Monday.'] })
export const TurnIndex = Type.Integer({
  minimum: 0,
  maximum: 1_000_000,
  description:
    'Position of the turn in the call. It identifies the turn: a turn that is sent again is not stored twice.',
  examples: [0],
})
const OptionalNullable = <T extends Parameters<typeof Nullable>[0]>(schema: T) =>
  Type.Optional(Nullable(schema))

export const maxContentLength = 100_000

const textFields = {
  role: OneOf(turnRoles),
  content: OptionalNullable(Type.String({ maxLength: maxContentLength, examples: ['How can I help you?'] })),
  state_id: OptionalNullable(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'The state of the conversation flow in which the turn was spoken.',
      examples: ['greeting'],
    }),
  ),
}

const usageFields = {
  stt_duration_sec: OptionalNullable(Seconds),
  llm_input_tokens: OptionalNullable(Count),
  llm_cached_input_tokens: OptionalNullable(Count),
  llm_output_tokens: OptionalNullable(Count),
  tts_characters: OptionalNullable(Count),
  was_interrupted: OptionalNullable(Type.Boolean()),
  is_filler: OptionalNullable(
    Type.Boolean({
      description:
        'The words only bridge the wait for the answer ("One moment, please"). Latencies of filler are stored and not aggregated.',
    }),
  ),
  sentiment: OptionalNullable(Score),
  extra_data: OptionalNullable(BoundedJsonObject(maxJsonBytes.extra_data)),
  created_at: Type.Optional(TimeInput),
  started_speaking_at: OptionalNullable(TimeInput),
  stopped_speaking_at: OptionalNullable(TimeInput),
}

const tokensOf = (name: IncludedUsageName) =>
  Type.Integer({ minimum: 0, maximum: maxCount, description: `Part of \`${usageIncludedIn[name]}\`.` })

/** Usage that some providers bill separately. */
const usageDetailFields = {
  llm_cache_write_tokens: tokensOf('llm_cache_write_tokens'),
  llm_cache_write_1h_tokens: tokensOf('llm_cache_write_1h_tokens'),
  llm_audio_input_tokens: tokensOf('llm_audio_input_tokens'),
  llm_cached_audio_input_tokens: tokensOf('llm_cached_audio_input_tokens'),
  llm_image_input_tokens: tokensOf('llm_image_input_tokens'),
  llm_cached_image_input_tokens: tokensOf('llm_cached_image_input_tokens'),
  llm_audio_output_tokens: tokensOf('llm_audio_output_tokens'),
  llm_image_output_tokens: tokensOf('llm_image_output_tokens'),
  llm_session_sec: secondsOf('Seconds of the connection to a realtime model.'),
  stt_input_tokens: Count,
  stt_output_tokens: Count,
  tts_input_tokens: Count,
  tts_output_tokens: Count,
  tts_duration_sec: secondsOf('Seconds of generated speech.'),
} satisfies Record<UsageDetailName, TSchema>

type UsageDetailFields = typeof usageDetailFields
const optionalNullableDetails = recordOf(usageDetailNames, (name) =>
  OptionalNullable(usageDetailFields[name]),
) as {
  [Name in UsageDetailName]: ReturnType<typeof OptionalNullable<UsageDetailFields[Name]>>
}

/** One utterance of one side, with its measurements. */
export const TurnInput = Type.Object(
  {
    turn_index: TurnIndex,
    ...textFields,
    ttfb_stt: OptionalNullable(LatencyInput),
    latency_stt: OptionalNullable(LatencyInput),
    latency_llm: OptionalNullable(LatencyInput),
    ttfb_tts: OptionalNullable(LatencyInput),
    latency_tts: OptionalNullable(LatencyInput),
    eou_latency: OptionalNullable(latencyInput(overlapMeaning)),
    e2e_latency: OptionalNullable(
      latencyInput(
        ` From the end of the user's speech to the first sound of the reply. Without it, eou_latency + latency_llm + ttfb_tts.${overlapMeaning}`,
      ),
    ),
    ...usageFields,
    ...optionalNullableDetails,
  },
  {
    additionalProperties: false,
    title: 'TurnInput',
    description: 'One utterance of one side, as the agent reports it.',
  },
)

export const Usd = Type.Union([Type.Number({ minimum: 0, maximum: 999_999 }), MoneyInput], {
  description: 'USD, as a number or as a decimal string.',
  examples: ['0.0350'],
})

const ProviderModel = Type.Object(
  {
    provider: Type.String({
      pattern: '\\S',
      maxLength: 255,
      description:
        'As the agent names it: a name (`Deepgram`), a host (`eu.api.openai.com`) or a gateway (`livekit`).',
      examples: ['deepgram'],
    }),
    model: Type.Optional(Type.String({ maxLength: 300, examples: ['nova-3', 'openai/gpt-4o'] })),
  },
  { additionalProperties: false, title: 'ProviderModel' },
)

const AdditionalUsage = Type.Object(
  {
    component: OneOf(['stt', 'llm', 'tts'] as const),
    ...ProviderModel.properties,
    stt_duration_sec: Type.Optional(Seconds),
    llm_input_tokens: Type.Optional(Count),
    llm_cached_input_tokens: Type.Optional(Count),
    llm_output_tokens: Type.Optional(Count),
    tts_characters: Type.Optional(Count),
    ...Type.Partial(Type.Object(usageDetailFields)).properties,
  },
  { additionalProperties: false, title: 'AdditionalUsage' },
)

/** The providers and models that a call used. They select the prices. */
export const ProvidersInput = Type.Object(
  {
    stt: Type.Optional(ProviderModel),
    llm: Type.Optional(ProviderModel),
    tts: Type.Optional(ProviderModel),
    also: Type.Optional(
      Type.Array(AdditionalUsage, {
        maxItems: 20,
        description:
          'Usage that another provider or model served, for example after a fallback. It is part of the usage of the turns and is priced separately.',
      }),
    ),
  },
  {
    additionalProperties: false,
    title: 'Providers',
    examples: [
      {
        stt: { provider: 'deepgram', model: 'nova-3' },
        llm: { provider: 'groq', model: 'openai/gpt-oss-20b' },
        tts: { provider: 'cartesia', model: 'sonic-2' },
      },
    ],
    description:
      'Providers and models that served the call. Needed only where they differ from those of the skillbase.',
  },
)

export const CompletionInput = Body(
  {
    status: Type.Optional(WithSynonyms(OneOf(finalCallStatuses), callStatusSynonyms)),
    outcome: Type.Optional(Outcome),
    outcome_confidence: Type.Optional(Ratio),
    outcome_reason: Type.Optional(OutcomeReason),
    ended_reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500, examples: ['hang_up'] })),
    answered_at: Type.Optional(TimeInput),
    ended_at: Type.Optional(TimeInput),
    duration_sec: Type.Optional(
      Type.Number({
        ...Seconds,
        description:
          'Seconds from the answer to the end. It sets the end of a call whose answer is known, otherwise the answer. Not used when both are known. A longer time than since the answer is shortened to it.',
      }),
    ),
    livekit_duration_sec: Type.Optional(Seconds),
    interruption_count: Type.Optional(Count),
    sentiment_score: Type.Optional(Score),
    collected_data: Type.Optional(
      BoundedJsonObject(maxJsonBytes.collected_data, 'What the conversation found out.'),
    ),
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
          title: 'ReportedCost',
          description: 'USD as billed by the providers. A reported amount replaces the calculated one.',
        },
      ),
    ),
    providers: Type.Optional(ProvidersInput),
  },
  {
    title: 'CompleteCall',
    examples: [
      {
        outcome: 'success',
        outcome_confidence: 0.9,
        outcome_reason: 'Booked for Monday.',
        ended_reason: 'hang_up',
        duration_sec: 74.5,
        interruption_count: 1,
        sentiment_score: 0.4,
        collected_data: { day: 'Monday' },
      },
    ],
  },
)
