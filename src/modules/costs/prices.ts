import { and, eq, gt, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { type CostComponent, type PriceUnit, prices, sharedPricesCompany } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict, invalid, notFound } from '../../lib/errors.ts'
import { type Usd, usdText } from '../../lib/numbers/money.ts'

export type Price = typeof prices.$inferSelect

export interface PriceInput {
  component: CostComponent
  provider: string
  model?: string | undefined
  unit: PriceUnit
  price: Usd
  minimum?: Usd | undefined
  increment?: Usd | undefined
  effective_from?: Date | undefined
  effective_to?: Date | null | undefined
  source?: string | undefined
}

export interface PriceFilter {
  component?: CostComponent | undefined
  provider?: string | undefined
  model?: string | undefined
  scope?: 'own' | 'everybody' | undefined
  at?: Date | undefined
}

const unitsOf: Record<CostComponent, readonly PriceUnit[]> = {
  stt: ['second', 'minute'],
  llm: ['million_input_tokens', 'million_cached_input_tokens', 'million_output_tokens'],
  tts: ['million_characters'],
  livekit: ['second', 'minute'],
}

/**
 * Adds a price. The one that is in force for the same thing ends where this begins; what was computed before stays as it
 * is, until it is rerated.
 *
 * @throws Refusal 'conflict' when it overlaps one that is not open, 'invalid' for a unit the component is not measured in
 */
export async function createPrice(tx: Tx, input: PriceInput, now: Date): Promise<Price> {
  const { component, unit, provider, model = '' } = input
  if (!unitsOf[component].includes(unit)) {
    throw invalid('unit_mismatch', `${component} is priced by ${unitsOf[component].join(', ')}.`, [
      { pointer: '/unit', detail: `does not measure ${component}` },
    ])
  }
  const from = input.effective_from ?? now
  const to = input.effective_to ?? null
  if (to !== null && to <= from) {
    throw invalid('empty_period', 'A price ends after it begins.', [
      { pointer: '/effective_to', detail: 'is not after effective_from' },
    ])
  }
  const key = [tx.company_id, component, provider, model, unit].join(' ')
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`price ${key}`}, 0))`)
  const same = and(
    eq(prices.company_id, tx.company_id),
    eq(prices.component, component),
    eq(prices.provider, provider),
    eq(prices.model, model),
    eq(prices.unit, unit),
  )
  await tx
    .update(prices)
    .set({ effective_to: from })
    .where(
      and(
        same,
        isNull(prices.effective_to),
        sql`${prices.effective_from} < ${from.toISOString()}::timestamptz`,
      ),
    )
  const begins = to === null ? undefined : sql`${prices.effective_from} < ${to.toISOString()}::timestamptz`
  const [overlapping] = await tx
    .select({ id: prices.id })
    .from(prices)
    .where(and(same, or(isNull(prices.effective_to), gt(prices.effective_to, from)), begins))
    .limit(1)
  if (overlapping !== undefined) {
    const detail =
      'There is a price for this in that time: end it first (PATCH effective_to), or choose another time.'
    throw conflict('price_overlaps', detail)
  }
  const [price] = await tx
    .insert(prices)
    .values({
      ...{ company_id: tx.company_id, component, provider, model, unit, source: input.source },
      ...{
        price: usdText(input.price),
        minimum: usdText(input.minimum ?? 0),
        increment: usdText(input.increment ?? 0),
      },
      ...{ effective_from: from, effective_to: to },
    })
    .returning()
  return price as Price
}

/** Prices, the latest made first: a company's own, and everybody's. */
export function listPrices(tx: Tx, filter: PriceFilter, query: PageQuery): Promise<Page<Price>> {
  const { component, provider, model, scope, at } = filter
  const ids =
    scope === 'own'
      ? [tx.company_id]
      : scope === 'everybody'
        ? [sharedPricesCompany]
        : [tx.company_id, sharedPricesCompany]
  const is = (column: SQL | typeof prices.provider, value: string | undefined) =>
    value === undefined ? undefined : sql`${column} = ${value}`
  const where = and(
    sql`${prices.company_id} = any(${`{${ids.join(',')}}`}::uuid[])`,
    is(sql`${prices.component}`, component),
    is(prices.provider, provider),
    is(sql`${prices.model}`, model),
    at && lte(prices.effective_from, at),
    at && or(isNull(prices.effective_to), gt(prices.effective_to, at)),
  )
  return listPage(tx, { from: prices, where, key: [prices.id] }, query)
}

/** A price of the company's own, or everybody's. @throws Refusal 'not_found' */
export async function getPrice(tx: Tx, id: string): Promise<Price> {
  const [price] = await tx
    .select()
    .from(prices)
    .where(
      and(
        sql`${prices.company_id} = any(${`{${tx.company_id},${sharedPricesCompany}}`}::uuid[])`,
        eq(prices.id, id),
      ),
    )
  if (price === undefined) throw notFound('price')
  return price
}

/** A price that may be changed: the company's own. @throws Refusal 'not_found', or 'conflict' for everybody's */
async function lockOwn(tx: Tx, id: string): Promise<Price> {
  const price = await getPrice(tx, id)
  if (price.company_id !== tx.company_id) {
    throw conflict(
      'price_of_everybody',
      "This price is everybody's: make one of your own, which comes before it.",
    )
  }
  const [own] = await tx.select().from(prices).where(isPrice(tx, id)).for('update')
  if (own === undefined) throw notFound('price')
  return own
}

const isPrice = (tx: Tx, id: string) => and(eq(prices.company_id, tx.company_id), eq(prices.id, id))

/**
 * Says when a price ends, or where it is from. What it asks does not change: another price does that.
 *
 * @throws Refusal 'not_found', 'conflict' or 'invalid'
 */
export async function updatePrice(
  tx: Tx,
  id: string,
  change: { effective_to?: Date | null | undefined; source?: string | null | undefined },
): Promise<Price> {
  const present = await lockOwn(tx, id)
  const { effective_to: to } = change
  if (to && to <= present.effective_from) {
    throw invalid('empty_period', 'A price ends after it begins.', [
      { pointer: '/effective_to', detail: 'is not after effective_from' },
    ])
  }
  if (to !== undefined) await checkFree(tx, present, to)
  if (Object.keys(change).length === 0) return present
  const [price] = await tx.update(prices).set(change).where(isPrice(tx, id)).returning()
  return price as Price
}

/** A price that lasts longer must not run into the next one. */
async function checkFree(
  tx: Tx,
  { id, component, provider, model, unit, effective_from }: Price,
  to: Date | null,
) {
  const [next] = await tx
    .select({ id: prices.id })
    .from(prices)
    .where(
      and(
        eq(prices.company_id, tx.company_id),
        eq(prices.component, component),
        eq(prices.provider, provider),
        eq(prices.model, model),
        eq(prices.unit, unit),
        gt(prices.effective_from, effective_from),
        sql`${prices.id} <> ${id}::uuid`,
        to === null ? undefined : sql`${prices.effective_from} < ${to.toISOString()}::timestamptz`,
      ),
    )
    .limit(1)
  if (next !== undefined) throw conflict('price_overlaps', 'The next price for this begins before that.')
}

/**
 * Takes back a price that has not begun. One that was in force is what costs were computed with.
 *
 * @throws Refusal 'not_found' or 'conflict'
 */
export async function deletePrice(tx: Tx, id: string, now: Date): Promise<void> {
  const { effective_from } = await lockOwn(tx, id)
  if (effective_from <= now) {
    throw conflict('price_in_force', 'The price has begun: end it (PATCH effective_to) instead.')
  }
  await tx.delete(prices).where(isPrice(tx, id))
}

/** A company that goes takes its prices along: no foreign key does, for everybody has no row in companies. */
export async function deleteCompanyPrices(tx: Tx, company_id: string): Promise<void> {
  if (company_id !== sharedPricesCompany) await tx.delete(prices).where(eq(prices.company_id, company_id))
}
