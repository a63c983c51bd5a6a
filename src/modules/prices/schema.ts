import { Type } from '@sinclair/typebox'
import { costComponents, type priceAliases, type prices, priceUnits } from '../../db/schema/index.ts'
import {
  Body,
  Id,
  Nullable,
  OneOf,
  PageQuery,
  PeriodBound,
  type RowFields,
  Time,
  TimeInput,
  VisibleText,
} from '../../http/wire.ts'

const Component = OneOf(costComponents)
export const Unit = OneOf(priceUnits, { description: 'The unit that `price` is for.' })
const Name = { maxLength: 200 }
const Provider = Type.String({
  pattern: '^[a-z0-9][a-z0-9_.-]*$',
  maxLength: 100,
  description: 'Lower-case letters, digits, "_", "." and "-", starting with a letter or a digit.',
  examples: ['deepgram'],
})
const Model = Type.String({
  ...Name,
  description: 'Empty: the price of every model of the provider that has no price of its own.',
  examples: ['nova-3'],
})
const Decimal = Type.String({
  pattern: '^\\d+(\\.\\d+)?$',
  description: 'An exact decimal.',
  examples: ['0.0048'],
})
const decimalInput = (decimals: number) =>
  Type.Union(
    [
      Type.Number({ minimum: 0, maximum: 100_000_000 }),
      Type.String({
        pattern: '^\\d{1,9}(\\.\\d{1,30})?$',
        description: 'Digits, with a point before the decimals: at most 9 before it and 30 after it.',
        examples: ['0.0048'],
      }),
    ],
    {
      description: `A number or a decimal string with at most ${decimals} decimals.`,
      examples: ['0.0048'],
    },
  )
const QuantityInput = Type.Optional(decimalInput(6))
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
      'USD per unit from effective_from until effective_to. The billed quantity is `minimum`, and then whole multiples of `increment` for the rest (both in seconds, tokens or characters). Shared prices of the platform have the nil company id.',
  },
)

export const PriceInput = Body(
  {
    component: Component,
    provider: Provider,
    model: Type.Optional(Model),
    unit: Unit,
    price: decimalInput(9),
    minimum: QuantityInput,
    increment: QuantityInput,
    effective_from: Type.Optional(TimeInput),
    effective_to: Type.Optional(Nullable(TimeInput)),
    source: Type.Optional(Source),
  },
  {
    examples: [
      {
        component: 'stt',
        provider: 'acme-speech',
        model: 'phone',
        unit: 'second',
        price: '0.0000967',
        effective_from: '2026-12-01T00:00:00Z',
        source: 'Contract of 2026-11-20',
      },
    ],
  },
)

export const PriceChange = Body(
  {
    effective_to: Type.Optional(Nullable(TimeInput)),
    source: Type.Optional(Nullable(Source)),
  },
  { examples: [{ source: 'Contract of 2026-11-20' }] },
)

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

const AliasProvider = VisibleText(255, {
  description: 'As agents report it, in any case: a name, a host or a URL.',
  examples: ['llm.acme.internal'],
})
const AliasModel = Type.String({
  maxLength: 300,
  description: 'As agents report it, in any case. Empty: every model of the provider.',
  examples: ['fast'],
})
const PriceModel = Type.String({
  ...Name,
  description: 'The model in the price book. Empty: the reported model.',
  examples: ['gpt-4o'],
})

export const PriceAlias = Type.Object(
  {
    company_id: Id,
    id: Id,
    provider: AliasProvider,
    model: AliasModel,
    price_provider: Provider,
    price_model: PriceModel,
    created_at: Time,
    updated_at: Time,
  } satisfies RowFields<typeof priceAliases>,
  {
    $id: 'PriceAlias',
    description:
      'A name under which agents report a provider or a model, and the names under which the price book has its price. Provider and model are stored in lower case.',
  },
)

export const PriceAliasInput = Body(
  {
    provider: AliasProvider,
    model: Type.Optional(AliasModel),
    price_provider: Provider,
    price_model: Type.Optional(PriceModel),
  },
  {
    examples: [
      { provider: 'llm.acme.internal', model: 'fast', price_provider: 'openai', price_model: 'gpt-4o' },
    ],
  },
)

export const PriceAliasChange = Body(
  {
    provider: Type.Optional(AliasProvider),
    model: Type.Optional(AliasModel),
    price_provider: Type.Optional(Provider),
    price_model: Type.Optional(PriceModel),
  },
  { examples: [{ price_model: 'gpt-4o-mini' }] },
)

export const PriceAliasQuery = Type.Object({ ...PageQuery, provider: Type.Optional(AliasProvider) })
