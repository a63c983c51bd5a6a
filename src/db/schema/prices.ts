import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  numeric,
  pgPolicy,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { calls } from './calls.ts'
import {
  companyPolicy,
  createdAt,
  currentCompany,
  id,
  isAmount,
  isOneOf,
  money,
  tenantRole,
  timestamptz,
  updatedAt,
} from './columns.ts'
import { companies } from './companies.ts'
import { type CostComponent, type CostName, costComponents, type TurnUsageName } from './states.ts'

/** The units in which the tokens of a language model are priced. */
export const llmTokenUnits = [
  'million_input_tokens',
  'million_cached_input_tokens',
  'million_cache_write_tokens',
  'million_cache_write_1h_tokens',
  'million_audio_input_tokens',
  'million_cached_audio_input_tokens',
  'million_image_input_tokens',
  'million_cached_image_input_tokens',
  'million_output_tokens',
  'million_audio_output_tokens',
  'million_image_output_tokens',
] as const

/** The unit of a price. Tokens and characters are priced per million. */
export const priceUnits = ['second', 'minute', 'million_characters', ...llmTokenUnits, 'call'] as const
export type PriceUnit = (typeof priceUnits)[number]

/** One line of a call's cost. Decimals are exact strings. Without a price, unit_price and amount are null. */
export interface CostLine {
  component: CostComponent
  provider: string | null
  model: string
  unit: PriceUnit
  /** As measured: seconds, tokens, characters or calls. */
  quantity: string
  /** After the price's minimum and increment. */
  billed_quantity: string
  unit_price: string | null
  price_id: string | null
  /** The names under which the price was found, when they are not those that were reported. */
  via_alias: ViaAlias | null
  amount: string | null
}

/** `id` is the alias of the company; null for a name of the built-in table. An empty model means any. */
export interface ViaAlias {
  id: string | null
  provider: string
  model: string
}

export type CostAmounts = Partial<Record<CostName, string>>

export type ProviderComponent = 'stt' | 'llm' | 'tts'

/** A part of a component's usage with another provider or model, such as a fallback. */
export interface AdditionalUsage extends Partial<Record<TurnUsageName, number>> {
  component: ProviderComponent
  provider: string
  model?: string
}

/** The provider and model of each component, when an agent reports another one than the skillbase configures. */
export type Providers = Partial<Record<ProviderComponent, { provider: string; model?: string }>> & {
  /** Usage within a component that other providers or models served. */
  also?: AdditionalUsage[]
}

/** The price of a provider and model in a period, for one company or for all (`platformCompany`). */
export const prices = pgTable(
  'prices',
  {
    company_id: uuid().notNull(),
    id: id(),
    component: text().$type<CostComponent>().notNull(),
    provider: text().notNull(),
    model: text().notNull().default(''),
    unit: text().$type<PriceUnit>().notNull(),
    price: numeric({ precision: 18, scale: 9 }).notNull(),
    minimum: numeric({ precision: 18, scale: 6 }).notNull().default('0'),
    increment: numeric({ precision: 18, scale: 6 }).notNull().default('0'),
    effective_from: timestamptz().notNull(),
    effective_to: timestamptz(),
    source: text(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    primaryKey({ name: 'prices_pkey', columns: [t.company_id, t.id] }),
    unique('prices_effective_from_key').on(
      t.company_id,
      t.component,
      t.provider,
      t.model,
      t.unit,
      t.effective_from,
    ),
    check('prices_component_check', isOneOf(t.component, costComponents)),
    check('prices_unit_check', isOneOf(t.unit, priceUnits)),
    check('prices_provider_check', sql`${t.provider} ~ '^[a-z0-9][a-z0-9_.-]*$'`),
    check('prices_price_check', isAmount(t.price)),
    check('prices_quantities_check', sql`${isAmount(t.minimum)} and ${isAmount(t.increment)}`),
    check('prices_effective_check', sql`${t.effective_to} > ${t.effective_from}`),
    companyPolicy(t.company_id),
    pgPolicy('of_everybody', {
      for: 'select',
      to: tenantRole,
      using: sql`${t.company_id} = '00000000-0000-0000-0000-000000000000' and ${currentCompany} is not null`,
    }),
  ],
)

/** A name under which agents report a provider or model, and the names under which the price book has its price. */
export const priceAliases = pgTable(
  'price_aliases',
  {
    company_id: uuid().notNull(),
    id: id(),
    provider: text().notNull(),
    model: text().notNull().default(''),
    price_provider: text().notNull(),
    price_model: text().notNull().default(''),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    primaryKey({ name: 'price_aliases_pkey', columns: [t.company_id, t.id] }),
    unique('price_aliases_provider_key').on(t.company_id, t.provider, t.model),
    foreignKey({
      name: 'price_aliases_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    check('price_aliases_provider_check', sql`${t.provider} <> '' and ${t.provider} = lower(${t.provider})`),
    check('price_aliases_model_check', sql`${t.model} = lower(${t.model})`),
    check('price_aliases_price_provider_check', sql`${t.price_provider} ~ '^[a-z0-9][a-z0-9_.-]*$'`),
    companyPolicy(t.company_id),
  ],
)

export const rerateStatuses = ['running', 'completed', 'failed'] as const
export type RerateStatus = (typeof rerateStatuses)[number]

/** A rerate: calculates the costs of all calls in a period again. With is_dry_run it only compares them. */
export const rerates = pgTable(
  'rerates',
  {
    company_id: uuid().notNull(),
    id: id(),
    is_dry_run: boolean().notNull(),
    status: text().$type<RerateStatus>().notNull().default('running'),
    start: timestamptz().notNull(),
    end: timestamptz().notNull(),
    skillbase_id: uuid(),
    campaign_id: uuid(),
    calls: integer().notNull().default(0),
    changed_calls: integer().notNull().default(0),
    unpriced_before: integer().notNull().default(0),
    unpriced_after: integer().notNull().default(0),
    before: jsonb().$type<CostAmounts>().notNull().default({}),
    after: jsonb().$type<CostAmounts>().notNull().default({}),
    last_started_at: timestamptz(),
    last_call_id: uuid(),
    finished_at: timestamptz(),
    /** Why the last attempt to price the next calls failed; null after a success. */
    error: text(),
    /** Failed attempts in a row; the next one is made at `retry_at`. */
    failures: integer().notNull().default(0),
    retry_at: timestamptz(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'rerates_pkey', columns: [t.company_id, t.id] }),
    foreignKey({
      name: 'rerates_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    // Workers look for running rerates of all companies.
    index('rerates_running_idx').on(t.id).where(sql`${t.status} = 'running'`),
    check('rerates_status_check', isOneOf(t.status, rerateStatuses)),
    check('rerates_period_check', sql`${t.end} > ${t.start}`),
    companyPolicy(t.company_id),
  ],
)

/** The costs of a call before a rerate. */
export const supersededCosts = pgTable(
  'superseded_costs',
  {
    company_id: uuid().notNull(),
    call_id: uuid().notNull(),
    rerate_id: uuid().notNull(),
    cost_stt: money(),
    cost_llm: money(),
    cost_tts: money(),
    cost_livekit: money(),
    cost_total: money(),
    cost_lines: jsonb().$type<CostLine[]>(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'superseded_costs_pkey', columns: [t.company_id, t.call_id, t.rerate_id] }),
    foreignKey({
      name: 'superseded_costs_call_fkey',
      columns: [t.company_id, t.call_id],
      foreignColumns: [calls.company_id, calls.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'superseded_costs_rerate_fkey',
      columns: [t.company_id, t.rerate_id],
      foreignColumns: [rerates.company_id, rerates.id],
    }).onDelete('cascade'),
    index('superseded_costs_rerate_idx').on(t.company_id, t.rerate_id),
    companyPolicy(t.company_id),
  ],
)
