import { sql } from 'drizzle-orm'
import { check, index, numeric, pgPolicy, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at, createdAt, id, isOneOf, ofCompany, tenantRole, updatedAt } from './columns.ts'
import { type CostComponent, costComponents } from './states.ts'

/** What a price is per. A quantity of seconds is priced by the minute or the second, of tokens by the million. */
export const priceUnits = [
  'second',
  'minute',
  'million_characters',
  'million_input_tokens',
  'million_cached_input_tokens',
  'million_output_tokens',
  'call',
] as const
export type PriceUnit = (typeof priceUnits)[number]

/** Everybody's prices have this company: the platform keeps them. */
export const everybody = '00000000-0000-0000-0000-000000000000'

/** What a provider asks, from a day to a day, of one company or of everybody. */
export const prices = pgTable(
  'prices',
  {
    company_id: uuid().notNull(),
    id: id(),
    component: text().$type<CostComponent>().notNull(),
    provider: text().notNull(),
    /** '' is what the provider's models without a price of their own cost. */
    model: text().notNull().default(''),
    unit: text().$type<PriceUnit>().notNull(),
    price: numeric({ precision: 18, scale: 9 }).notNull(),
    minimum: numeric({ precision: 18, scale: 6 }).notNull().default('0'),
    increment: numeric({ precision: 18, scale: 6 }).notNull().default('0'),
    effective_from: at().notNull(),
    effective_to: at(),
    source: text(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    primaryKey({ name: 'prices_pkey', columns: [t.company_id, t.id] }),
    index('prices_lookup_idx').on(t.company_id, t.component, t.provider, t.model, t.unit, t.effective_from),
    check('prices_component_check', isOneOf(t.component, costComponents)),
    check('prices_unit_check', isOneOf(t.unit, priceUnits)),
    check('prices_price_check', sql`${t.price} >= 0 and ${t.price} < 'Infinity'`),
    check('prices_effective_check', sql`${t.effective_to} > ${t.effective_from}`),
    ofCompany(t.company_id),
    pgPolicy('of_everybody', {
      for: 'select',
      to: tenantRole,
      using: sql`${t.company_id} = '00000000-0000-0000-0000-000000000000'`,
    }),
  ],
)
