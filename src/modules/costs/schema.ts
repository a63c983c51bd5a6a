import { Type } from '@sinclair/typebox'
import { costComponents, rerateStatuses, type rerates, usageNames } from '../../db/schema/index.ts'
import {
  Body,
  Id,
  Money,
  Nullable,
  OneOf,
  PeriodBound,
  Ref,
  type RowFields,
  Time,
  TimeInput,
} from '../../http/wire.ts'
import { recordOf } from '../../lib/record-of.ts'
import { Unit } from '../prices/schema.ts'
import { ProvidersInput } from '../telemetry/schema.ts'

const Component = OneOf(costComponents)

const byComponent = <T extends Parameters<typeof Type.Optional>[0]>(schema: T) => ({
  stt: Type.Optional(schema),
  llm: Type.Optional(schema),
  tts: Type.Optional(schema),
  livekit: Type.Optional(schema),
  total: Type.Optional(schema),
})

export const CostAmounts = Type.Object(byComponent(Money), {
  $id: 'CostAmounts',
  description: 'USD by component and in total. An absent amount is not known, which is not the same as zero.',
})

const ViaAlias = Type.Object(
  {
    id: Nullable(
      Type.String({
        format: 'uuid',
        description: 'The alias of the company. null: a name of the built-in table.',
      }),
    ),
    provider: Type.String({ examples: ['openai'] }),
    model: Type.String({ examples: ['gpt-4o'] }),
  },
  {
    title: 'PriceNames',
    description:
      'The names under which the price was found, when they are not those that were reported. An empty model is the price of any model.',
  },
)

export const CostLine = Type.Object(
  {
    component: Component,
    provider: Nullable(Type.String({ examples: ['deepgram'] })),
    model: Type.String({ examples: ['nova-3'] }),
    unit: Unit,
    quantity: Type.String({
      description: 'Measured seconds, tokens or characters.',
      examples: ['37.42'],
    }),
    billed_quantity: Type.String({
      description: 'The quantity after minimum and increment.',
      examples: ['37.42'],
    }),
    unit_price: Nullable(Type.String({ examples: ['0.0048'] })),
    price_id: Nullable(Id),
    via_alias: Nullable(ViaAlias),
    amount: Nullable(
      Type.String({ description: 'USD, not rounded. null when there is no price.', examples: ['0.0029936'] }),
    ),
  },
  { $id: 'CostLine', description: 'A quantity that a call used, and what it cost.' },
)

const lines = Type.Array(Ref(CostLine))

export const CallCosts = Type.Object(
  {
    call_id: Id,
    counted: Ref(CostAmounts),
    reported: Ref(CostAmounts),
    lines,
    superseded: Type.Array(
      Type.Object(
        { rerate_id: Id, created_at: Time, counted: Ref(CostAmounts), lines },
        { title: 'SupersededCosts' },
      ),
    ),
  },
  {
    $id: 'CallCosts',
    description:
      'The costs of a call. `counted` are the costs that metrics use: reported amounts where there are any, else the sums of the lines. A call without usage has no lines. `superseded` are its costs before each rerate.',
  },
)

const quantity = Type.Optional(Nullable(Type.Number({ minimum: 0, maximum: 1e12, examples: [60] })))
const Usage = Type.Object(
  recordOf(usageNames, () => quantity),
  {
    additionalProperties: false,
    title: 'CallUsage',
    description:
      'The usage of one call. Cached, written, audio and image tokens are part of the input or output tokens.',
  },
)

export const EstimateInput = Body(
  {
    usage: Type.Optional(Usage),
    minutes: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 10_080,
        description: 'Length of the call that `usage` describes.',
      }),
    ),
    skillbase_id: Type.Optional(Id),
    skillbase_version: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
    providers: Type.Optional(ProvidersInput),
    is_phone: Type.Optional(
      Type.Boolean({ description: 'Whether the call uses the telephone network. Default: true.' }),
    ),
    at: Type.Optional(TimeInput),
  },
  {
    examples: [
      {
        usage: {
          stt_duration_sec: 60,
          llm_input_tokens: 12_000,
          llm_output_tokens: 900,
          tts_characters: 1_500,
          livekit_duration_sec: 60,
        },
        minutes: 1,
        providers: {
          stt: { provider: 'deepgram', model: 'nova-3' },
          llm: { provider: 'groq', model: 'openai/gpt-oss-20b' },
          tts: { provider: 'cartesia', model: 'sonic-2' },
        },
      },
    ],
  },
)

export const Estimate = Type.Object(
  {
    per_call: Ref(CostAmounts),
    per_minute: Nullable(Ref(CostAmounts)),
    lines,
    unpriced: Type.Array(Component, {
      description: 'Components that are used and have no price. There is no total then.',
    }),
    usage: Type.Record(Type.String(), Nullable(Type.Union([Type.Number(), Type.String()])), {
      examples: [{ stt_duration_sec: 60 }],
    }),
    minutes: Nullable(Type.Number({ examples: [1.5] })),
    n: Nullable(
      Type.Integer({
        description: 'Number of calls that the usage is the average of. null when usage was given.',
      }),
    ),
  },
  { $id: 'CostEstimate' },
)

export const RerateInput = Body(
  {
    start: PeriodBound,
    end: PeriodBound,
    dry_run: Type.Optional(
      Type.Boolean({
        default: true,
        description: 'Only report what would change. Costs are changed only when this is false.',
      }),
    ),
    skillbase_id: Type.Optional(Id),
    campaign_id: Type.Optional(Id),
  },
  { examples: [{ start: '2026-11-01', end: '2026-12-01', dry_run: true }] },
)

const Calls = Type.Integer({ minimum: 0, examples: [120] })

export const Rerate = Type.Object(
  {
    company_id: Id,
    id: Id,
    is_dry_run: Type.Boolean(),
    status: OneOf(rerateStatuses),
    start: Time,
    end: Time,
    skillbase_id: Nullable(Id),
    campaign_id: Nullable(Id),
    calls: Calls,
    changed_calls: Calls,
    unpriced_before: Calls,
    unpriced_after: Calls,
    before: Ref(CostAmounts),
    after: Ref(CostAmounts),
    finished_at: Nullable(Time),
    error: Nullable(
      Type.String({
        description:
          'Why the next call could not be priced. The rerate is tried again while it is `running`; when it is `failed`, correct the call or its price and start a new one.',
        examples: [
          'The call 0190a5d2-6f31-7c4e-9d0a-3b5c7e9f1a24 could not be priced. A number is out of range (22003).',
        ],
      }),
    ),
    failures: Type.Integer({ minimum: 0, description: 'Failed attempts in a row.', examples: [0] }),
    retry_at: Nullable(Time),
    created_at: Time,
  } satisfies RowFields<typeof rerates, 'last_started_at' | 'last_call_id'>,
  {
    $id: 'Rerate',
    description:
      'A rerate: the calls of a period are priced again. While it is running, the figures cover the calls priced so far.',
  },
)
