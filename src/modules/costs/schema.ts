import { Type } from '@sinclair/typebox'
import { costComponents, priceUnits, rerateStatuses } from '../../db/schema/index.ts'
import {
  Body,
  Id,
  Money,
  Nullable,
  OneOf,
  PageQuery,
  PeriodBound,
  Ref,
  Time,
  TimeInput,
} from '../../http/wire.ts'
import { ProvidersInput } from '../telemetry/schema.ts'

const Component = OneOf(costComponents)
const Unit = OneOf(priceUnits, { description: 'What the price is per.' })
const Name = { maxLength: 200 }
const Provider = Type.String({ pattern: '^[a-z0-9][a-z0-9_.-]*$', maxLength: 100, examples: ['deepgram'] })
const Model = Type.String({
  ...Name,
  description: "Empty: what the provider's models without a price of their own cost.",
  examples: ['nova-3'],
})
const Decimal = Type.String({ pattern: '^\\d+(\\.\\d+)?$', examples: ['0.0048'] })
const DecimalInput = Type.Union(
  [Type.Number({ minimum: 0, maximum: 100_000_000 }), Type.String({ pattern: '^\\d{1,9}(\\.\\d{1,9})?$' })],
  { description: 'A number, or an exact decimal as text.', examples: ['0.0048'] },
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
  },
  {
    $id: 'Price',
    description:
      'USD a unit, from an instant to an instant. Billed is at least the minimum, and whole increments (in seconds, tokens, characters). The nil company is everybody.',
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
    OneOf(['own', 'everybody'] as const, { description: 'Whose; both where it is not named.' }),
  ),
  at: Type.Optional(PeriodBound),
})

const each = <T extends Parameters<typeof Type.Optional>[0]>(schema: T) => ({
  stt: Type.Optional(schema),
  llm: Type.Optional(schema),
  tts: Type.Optional(schema),
  livekit: Type.Optional(schema),
  total: Type.Optional(schema),
})

export const CostAmounts = Type.Object(each(Money), {
  $id: 'CostAmounts',
  description: 'USD by component and in total. What is not there is not known; it is not zero.',
})

export const CostLine = Type.Object(
  {
    component: Component,
    provider: Nullable(Type.String({ examples: ['deepgram'] })),
    model: Type.String({ examples: ['nova-3'] }),
    unit: Unit,
    quantity: Type.String({
      description: 'Seconds, tokens or characters, as measured.',
      examples: ['37.42'],
    }),
    billed_quantity: Type.String({ description: 'After minimum and increment.', examples: ['37.42'] }),
    unit_price: Nullable(Type.String({ examples: ['0.0048'] })),
    price_id: Nullable(Id),
    amount: Nullable(
      Type.String({ description: 'USD, not rounded. null: there is no price.', examples: ['0.0029936'] }),
    ),
  },
  { $id: 'CostLine', description: 'One thing that a call used, and what it cost.' },
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
      'What a call cost: `counted` is what the provider reported, else what the lines add up to; `superseded` what it was before a rerate.',
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
  { additionalProperties: false, description: 'What one call uses. Cached tokens are part of input tokens.' },
)

export const EstimateInput = Body({
  usage: Type.Optional(Usage),
  minutes: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 10_080, description: 'How long that call is.' }),
  ),
  skillbase_id: Type.Optional(Id),
  skillbase_version: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
  providers: Type.Optional(ProvidersInput),
  is_phone: Type.Optional(
    Type.Boolean({ description: 'Over the telephone network, as where it is not named.' }),
  ),
  at: Type.Optional(TimeInput),
})

export const Estimate = Type.Object(
  {
    per_call: Ref(CostAmounts),
    per_minute: Nullable(Ref(CostAmounts)),
    lines,
    unpriced: Type.Array(Component, { description: 'Used, and without a price: no total then.' }),
    usage: Type.Record(Type.String(), Nullable(Type.Union([Type.Number(), Type.String()])), {
      examples: [{ stt_duration_sec: 60 }],
    }),
    minutes: Nullable(Type.Number({ examples: [1.5] })),
    n: Nullable(Type.Integer({ description: 'Calls the usage is the average of. null: it was given.' })),
  },
  { $id: 'CostEstimate' },
)

export const RerateInput = Body({
  start: PeriodBound,
  end: PeriodBound,
  dry_run: Type.Optional(
    Type.Boolean({
      default: true,
      description: 'Only say what would change. Nothing changes unless it is false.',
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
  },
  {
    $id: 'Rerate',
    description:
      'The calls of a period priced anew. While it is running the figures are of the calls so far.',
  },
)
