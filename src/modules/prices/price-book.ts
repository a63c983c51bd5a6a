import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery, type RowOf } from '../../db/query/define-query.ts'
import { textArray } from '../../db/query/parameters.ts'
import { costComponents, platformCompany, priceUnits } from '../../db/schema/index.ts'
import type { ReadTx } from '../../db/transaction.ts'
import { Nullable, OneOf } from '../../lib/schema/typebox.ts'
import { type Alias, aliasProviders, priceNames } from './provider-names.ts'

/**
 * All prices, past, current and future, of the providers: the company's own and the shared ones. Index:
 * prices_effective_from_key.
 */
const findPrices = defineCompanyQuery({
  name: 'prices.find_prices',
  params: { providers: textArray },
  row: {
    id: Type.String(),
    component: OneOf(costComponents),
    provider: Type.String(),
    model: Type.String(),
    unit: OneOf(priceUnits),
    price: Type.String(),
    minimum: Type.String(),
    increment: Type.String(),
    is_own: Type.Boolean(),
    effective_from: Type.Date(),
    effective_to: Nullable(Type.Date()),
  },
  sql: (p) => sql`
    select id, component, provider, model, unit, price, minimum, increment,
      company_id <> ${platformCompany}::uuid as is_own, effective_from, effective_to
    from prices
    where company_id in (${p.company_id}, ${platformCompany}::uuid) and provider = any(${p.providers})`,
})

/** The aliases of reported providers. Index: price_aliases_provider_key. */
const findAliases = defineCompanyQuery({
  name: 'prices.find_aliases',
  params: { providers: textArray },
  row: {
    id: Type.String(),
    provider: Type.String(),
    model: Type.String(),
    price_provider: Type.String(),
    price_model: Type.String(),
  },
  sql: (p) => sql`
    select id, provider, model, price_provider, price_model from price_aliases
    where company_id = ${p.company_id} and provider = any(${p.providers})`,
})

type DatedPrice = RowOf<typeof findPrices>

/** The prices, past, current and future, that can apply to some providers, and the company's aliases of their names. */
export interface PriceBook {
  prices: readonly DatedPrice[]
  aliases: readonly Alias[]
}

/** A provider and model as an agent reported them or a skillbase configures them. */
interface ReportedModel {
  provider: string
  model?: string
  /** The names of the skillbase, for a provider of no known shape. */
  configured?: { provider: string; model?: string }
}

/** Reads what the price book has for these providers, and for LiveKit. */
export async function readPriceBook(tx: ReadTx, served: readonly ReportedModel[]): Promise<PriceBook> {
  const reported = new Set(served.flatMap(({ provider }) => aliasProviders(provider)))
  const aliases = reported.size === 0 ? [] : await findAliases(tx, { providers: [...reported] })
  const providers = new Set(['livekit'])
  for (const model of served) {
    for (const { provider } of priceNames(model, model.configured, aliases)) providers.add(provider)
  }
  return { prices: await findPrices(tx, { providers: [...providers] }), aliases }
}

/** The prices that apply at an instant. */
export const pricesAt = ({ prices }: PriceBook, at: Date): DatedPrice[] =>
  prices.filter(
    ({ effective_from, effective_to }) =>
      effective_from <= at && (effective_to === null || at < effective_to),
  )
