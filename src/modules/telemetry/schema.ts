import { type TInteger, Type } from '@sinclair/typebox'
import {
  type callLogs,
  type callMetrics,
  isInSeconds,
  latencies,
  turnRoles,
  usageDetailNames,
} from '../../db/schema/index.ts'
import { CsvQuery } from '../../http/csv-response.ts'
import {
  Id,
  ItemWarning,
  JsonObject,
  Money,
  Nullable,
  OneOf,
  PageQuery,
  Ref,
  RejectedItem,
  ReportWarnings,
  type RowFields,
  Time,
} from '../../http/wire.ts'
import { recordOf } from '../../lib/record-of.ts'
import { Call, callFilterFields } from '../calls/schema.ts'
import {
  Count,
  LargeCount,
  Latency,
  Outcome,
  OutcomeReason,
  ProvidersInput,
  Ratio,
  Score,
  Seconds,
  TurnIndex,
  Usd,
} from './ingest/input-schema.ts'

export { ProvidersInput }

export const IngestResult = Type.Object(
  {
    accepted: Type.Integer({ description: 'Items that were stored, or that filled missing values.' }),
    duplicates: Type.Integer({ description: 'Items that were already stored and added nothing.' }),
    rejected: Type.Array(RejectedItem),
    warnings: Type.Array(ItemWarning, {
      description:
        'Fields of stored items that could not be used as they are: each is stored as null, or changed as its `code` states, and the rest is kept.',
    }),
  },
  { $id: 'IngestResult', description: 'How many items were stored, and which were rejected and why.' },
)

export const TelemetryResult = Type.Object(
  { turns: Ref(IngestResult), completions: Ref(IngestResult) },
  { $id: 'TelemetryResult' },
)

const latencyColumns = recordOf(
  latencies.flatMap((name) => [`${name}_avg`, `${name}_min`, `${name}_max`] as const),
  () => Nullable(Latency),
)

/** The schema of each usage detail; `count` is that of tokens. */
const usageDetailColumns = (count: TInteger) =>
  recordOf(usageDetailNames, (name) => Nullable(isInSeconds(name) ? Seconds : count))

const measuredColumns = {
  ...latencyColumns,
  stt_duration_sec: Nullable(Seconds),
  llm_input_tokens: Nullable(LargeCount),
  llm_cached_input_tokens: Nullable(LargeCount),
  llm_output_tokens: Nullable(LargeCount),
  tts_characters: Nullable(LargeCount),
  livekit_duration_sec: Nullable(Seconds),
  ...usageDetailColumns(LargeCount),
  interruption_count: Nullable(Count),
  interruption_rate: Nullable(
    Type.Number({
      ...Ratio,
      description:
        'Interrupted turns of the agent / turns of the agent. Computed where both are known, otherwise as reported.',
    }),
  ),
  overlap_count: Nullable(
    Type.Integer({
      minimum: 0,
      maximum: 2_147_483_647,
      description:
        'Replies that began before the caller had finished; null when no wait for a reply was measured.',
      examples: [0],
    }),
  ),
  sentiment_score: Nullable(Score),
  outcome: Nullable(Outcome),
  outcome_confidence: Nullable(Ratio),
  outcome_reason: Nullable(Type.String({ examples: ['Booked for Monday.'] })),
}

const costColumns = {
  cost_stt: Nullable(Money),
  cost_llm: Nullable(Money),
  cost_tts: Nullable(Money),
  cost_livekit: Nullable(Money),
  cost_total: Nullable(Money),
}

export const CallMetrics = Type.Object(
  {
    company_id: Id,
    id: Id,
    call_id: Id,
    ...measuredColumns,
    interruptions_per_turn: Nullable(
      Type.Number({
        minimum: 0,
        description: 'interruption_count / turn_count: interruptions per turn of either side.',
        examples: [0.1],
      }),
    ),
    ...costColumns,
    cost_reported: Nullable(
      Type.Record(Type.String(), Money, {
        description: 'USD by component and in total, as reported by the providers.',
      }),
    ),
    providers: Nullable(ProvidersInput),
    turn_count: Count,
    user_turn_count: Count,
    bot_turn_count: Count,
    is_derived: Type.Boolean({
      description: 'True when latencies and turn counts were derived from the turns of the call.',
    }),
    created_at: Time,
    updated_at: Time,
  } satisfies RowFields<typeof callMetrics, 'cost_lines'>,
  {
    $id: 'CallMetrics',
    description: 'Metrics of one call. null means not measured, which is not the same as zero.',
  },
)

export const CallMetricsWithWarnings = Type.Object(
  { ...CallMetrics.properties, warnings: ReportWarnings },
  {
    $id: 'CallMetricsWithWarnings',
    description: 'The metrics of a call after they were set, and warnings about what was set.',
  },
)

const UsdInput = Nullable(Usd)

/** Metrics of a call whose agent reports no turns. Values derived from turns replace these. */
export const CallMetricsInput = Type.Partial(
  Type.Object({
    ...measuredColumns,
    cost_stt: UsdInput,
    cost_llm: UsdInput,
    cost_tts: UsdInput,
    cost_livekit: UsdInput,
    cost_total: UsdInput,
    turn_count: Count,
    user_turn_count: Count,
    bot_turn_count: Count,
    providers: ProvidersInput,
    outcome_reason: Nullable(OutcomeReason),
  }),
  {
    additionalProperties: false,
    examples: [
      {
        eou_latency_avg: 410,
        eou_latency_min: 280,
        eou_latency_max: 690,
        llm_input_tokens: 8500,
        llm_output_tokens: 240,
        tts_characters: 1500,
        interruption_count: 1,
        turn_count: 12,
        user_turn_count: 6,
        bot_turn_count: 6,
        outcome: 'success',
        cost_total: '0.0350',
      },
    ],
  },
)

export const CompletedCall = Type.Object(
  {
    call: Ref(Call),
    metrics: Nullable(Ref(CallMetrics)),
    warnings: ReportWarnings,
  },
  { $id: 'CompletedCall' },
)

export const Turn = Type.Object(
  {
    company_id: Id,
    call_id: Id,
    turn_index: TurnIndex,
    role: OneOf(turnRoles),
    content: Nullable(Type.String({ examples: ['How can I help you?'] })),
    state_id: Nullable(Type.String({ examples: ['greeting'] })),
    ttfb_stt: Nullable(Latency),
    latency_stt: Nullable(Latency),
    latency_llm: Nullable(Latency),
    ttfb_tts: Nullable(Latency),
    latency_tts: Nullable(Latency),
    eou_latency: Nullable(Latency),
    e2e_latency: Nullable(Latency),
    is_e2e_computed: Type.Boolean({
      description:
        '`e2e_latency` was not reported: it is eou_latency + latency_llm + ttfb_tts. A generation that starts before the utterance has ended makes this sum too long.',
    }),
    overlap_ms: Nullable(
      Type.Number({
        minimum: 0,
        description: 'For how long both spoke, ms, when the reply began before the caller had finished.',
        examples: [426],
      }),
    ),
    stt_duration_sec: Nullable(Seconds),
    llm_input_tokens: Nullable(Count),
    llm_cached_input_tokens: Nullable(Count),
    llm_output_tokens: Nullable(Count),
    tts_characters: Nullable(Count),
    ...usageDetailColumns(Count),
    was_interrupted: Nullable(Type.Boolean()),
    is_filler: Nullable(
      Type.Boolean({
        description: 'The words only bridged the wait for the answer: no latency is aggregated.',
      }),
    ),
    sentiment: Nullable(Score),
    extra_data: Nullable(JsonObject),
    created_at: Time,
  } satisfies RowFields<typeof callLogs>,
  { $id: 'Turn', description: 'One utterance of one side, with what was measured.' },
)

export const Transcript = Type.Object(
  {
    call_id: Id,
    language: Nullable(Type.String({ examples: ['ru'] })),
    turns: Type.Array(
      Type.Pick(Turn, ['turn_index', 'role', 'content', 'state_id', 'was_interrupted', 'created_at']),
    ),
  },
  { $id: 'Transcript' },
)

const filters = Type.Pick(Type.Object(callFilterFields), [
  'outcome',
  'direction',
  'campaign_id',
  'skillbase_id',
  'start',
  'end',
  'timezone',
]).properties

export const MetricsQuery = Type.Object({ ...PageQuery, ...filters })

/** The filters of the list, and the format of the CSV file. */
export const MetricsExportQuery = Type.Object({ ...filters, ...CsvQuery })
