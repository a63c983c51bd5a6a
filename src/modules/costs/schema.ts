import { Type } from '@sinclair/typebox'
import {
  costComponents,
  type prices,
  priceUnits,
  rerateStatuses,
  type rerates,
} from '../../db/schema/index.ts'
import {
  Body,
  Id,
  Money,
  Nullable,
  OneOf,
  PageQuery,
  PeriodBound,
  Ref,
  type RowFields,
  Time,
  TimeInput,
} from '../../http/wire.ts'
import { ProvidersInput } from '../telemetry/schema.ts'

const Component = OneOf(costComponents)
const Unit = OneOf(priceUnits, { description: 'The unit that `price` is for.' })
const Name = { maxLength: 200 }
const Provider = Type.String({ pattern: '^[a-z0-9][a-z0-9_.-]*$', maxLength: 100, examples: ['deepgram'] })
const Model = Type.String({
  ...Name,
  description: 'Empty: the price of every model of the provider that has no price of its own.',
  examples: ['nova-3'],
})
const Decimal = Type.String({ pattern: '^\\d+(\\.\\d+)?$', examples: ['0.0048'] })
const DecimalInput = Type.Union(
  [Type.Number({ minimum: 0, maximum: 100_000_000 }), Type.String({ pattern: '^\\d{1,9}(\\.\\d{1,9})?$' })],
  { description: 'A number, or a decimal string with at most 9 decimals.', examples: ['0.0048'] },
)
const Source = Type.String({ maxLength: 500, examples: ['Price list of 2026-09-21'] })

export const Price = Type.Object(
  {
    company_id: Id,
    id: Id,
    component: Component,
    provider: Provider,
    model: Model,
    unit: Unit,
    price: Decimal,
    minimum: Decimal,
    increment: Decimal,
    effective_from: Time,
    effective_to: Nullable(Time),
    source: Nullable(Source),
    created_at: Time,
    updated_at: Time,
  } satisfies RowFields<typeof prices>,
  {
    $id: 'Price',
    description:
      'USD per unit from effective_from until effective_to. The billed quantity is at least `minimum`, and is rounded up to whole multiples of `increment` (both in seconds, tokens or characters). Shared prices of the platform have the nil company id.',
  },
)

export const PriceInput = Body({
  component: Component,
  provider: Provider,
  model: Type.Optional(Model),
  unit: Unit,
  price: DecimalInput,
  minimum: Type.Optional(DecimalInput),
  increment: Type.Optional(DecimalInput),
  effective_from: Type.Optional(TimeInput),
  effective_to: Type.Optional(Nullable(TimeInput)),
  source: Type.Optional(Source),
})

export const PriceChange = Body({
  effective_to: Type.Optional(Nullable(TimeInput)),
  source: Type.Optional(Nullable(Source)),
})

export const PriceQuery = Type.Object({
  ...PageQuery,
  component: Type.Optional(Component),
  provider: Type.Optional(Provider),
  model: Type.Optional(Model),
  scope: Type.Optional(
    OneOf(['own', 'everybody'] as const, {
      description: 'own: prices of the company. everybody: shared prices of the platform. Default: both.',
    }),
  ),
  at: Type.Optional(PeriodBound),
})

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
    lines: Nullable(lines),
    superseded: Type.Array(
      Type.Object({ rerate_id: Id, created_at: Time, counted: Ref(CostAmounts), lines: Nullable(lines) }),
    ),
  },
  {
    $id: 'CallCosts',
    description:
      'The costs of a call. `counted` are the costs that metrics use: reported amounts where there are any, else the sums of the lines. `superseded` are its costs before each rerate.',
  },
)

const quantity = Type.Optional(Nullable(Type.Number({ minimum: 0, maximum: 1e12, examples: [60] })))
const Usage = Type.Object(
  {
    stt_duration_sec: quantity,
    llm_input_tokens: quantity,
    llm_cached_input_tokens: quantity,
    llm_output_tokens: quantity,
    tts_characters: quantity,
    livekit_duration_sec: quantity,
  },
  {
    additionalProperties: false,
    description: 'The usage of one call. Cached tokens are part of the input tokens.',
  },
)

export const EstimateInput = Body({
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
})

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

export const RerateInput = Body({
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
})

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
    created_at: Time,
  } satisfies RowFields<typeof rerates, 'last_started_at' | 'last_call_id'>,
  {
    $id: 'Rerate',
    description:
      'A rerate: the calls of a period are priced again. While it is running, the figures cover the calls priced so far.',
  },
)
