import { Type } from '@sinclair/typebox'
import { and, eq, gt, inArray, isNull, lt, lte, ne, or, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { text } from '../../db/query/parameters.ts'
import { type CostComponent, type PriceUnit, platformCompany, prices } from '../../db/schema/index.ts'
import type { PlatformTx, ReadTx, Tx } from '../../db/transaction.ts'
import { conflict, invalid, notFound, type Refusal } from '../../lib/errors.ts'
import { hasAtMostDecimals, parseDecimal } from '../../lib/numbers/decimal.ts'
import { type Usd, usdText } from '../../lib/numbers/money.ts'
import { conflictingUnits, unitsOf } from './units.ts'

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
  /** The company's own prices, or the shared prices of the platform; both when absent. */
  scope?: 'own' | 'everybody' | undefined
  /** Only prices that apply at this instant. */
  at?: Date | undefined
}

/** The usage that a price applies to. At any instant, a company has at most one price for the same subject. */
type PriceSubject = Pick<Price, 'component' | 'provider' | 'model' | 'unit'>

/** Prices of the company for the same model, in any unit. Models are compared without case, as when a call is priced. */
const hasModel = (tx: Tx, { component, provider, model }: Omit<PriceSubject, 'unit'>) =>
  and(
    eq(prices.company_id, tx.company_id),
    eq(prices.component, component),
    eq(prices.provider, provider),
    eq(sql`lower(${prices.model})`, model.toLowerCase()),
  )

const hasSubject = (tx: Tx, subject: PriceSubject) =>
  and(hasModel(tx, subject), eq(prices.unit, subject.unit))

/** Waits for the advisory lock of the prices of a model, and holds it until the transaction ends. */
const lockPriceSubject = defineQuery({
  name: 'prices.lock_price_subject',
  params: { key: text },
  row: { locked: Type.Boolean() },
  sql: (p) => sql`select true as locked from pg_advisory_xact_lock(hashtextextended(${p.key}, 0))`,
})

/**
 * Adds a price. The open-ended price for the same subject ends when the new one starts. Costs that were calculated before
 * do not change until they are rerated.
 *
 * @throws Refusal 'conflict' when it overlaps another price, or one whose unit prices the same usage; 'invalid' when the
 *   component cannot be priced in this unit, or an amount has more decimals than are stored
 */
export async function createPrice(tx: Tx, input: PriceInput, now: Date): Promise<Price> {
  const { component, unit, provider, model = '', source } = input
  assertUnit(component, unit)
  assertDecimals(input)
  const effectiveFrom = input.effective_from ?? now
  const effectiveTo = input.effective_to ?? null
  assertEndsAfterStart(effectiveFrom, effectiveTo)
  const period = { from: effectiveFrom, to: effectiveTo }
  const subject = { component, provider, model, unit }
  await lockModel(tx, subject)
  await tx
    .update(prices)
    .set({ effective_to: effectiveFrom })
    .where(
      and(hasSubject(tx, subject), isNull(prices.effective_to), lt(prices.effective_from, effectiveFrom)),
    )
  await assertFree(tx, subject, period)
  const [price] = await tx
    .insert(prices)
    .values({
      company_id: tx.company_id,
      component,
      provider,
      model,
      unit,
      source,
      price: usdText(input.price),
      minimum: usdText(input.minimum ?? 0),
      increment: usdText(input.increment ?? 0),
      effective_from: effectiveFrom,
      effective_to: effectiveTo,
    })
    .returning()
  return price as Price
}

/** Two requests for one model run one after the other, so that the second one sees the price of the first. */
function lockModel(tx: Tx, { component, provider, model }: Omit<PriceSubject, 'unit'>) {
  const key = ['price', tx.company_id, component, provider, model.toLowerCase()].join(' ')
  return lockPriceSubject(tx, { key })
}

/** From `from` until before `to`; without an end when null. */
interface PricePeriod {
  from: Date
  to: Date | null
}

/**
 * Asserts that no other price for the subject, and none in a unit that prices the same usage, is in force in the period.
 *
 * @param exceptId the price itself, when it is changed
 * @throws Refusal 'conflict'
 */
async function assertFree(
  tx: Tx,
  subject: PriceSubject,
  { from, to }: PricePeriod,
  exceptId?: string,
): Promise<void> {
  const units = [subject.unit, ...conflictingUnits(subject.component, subject.unit)]
  const [other] = await tx
    .select({ unit: prices.unit, effective_from: prices.effective_from, effective_to: prices.effective_to })
    .from(prices)
    .where(
      and(
        hasModel(tx, subject),
        inArray(prices.unit, units),
        or(isNull(prices.effective_to), gt(prices.effective_to, from)),
        to === null ? undefined : lt(prices.effective_from, to),
        exceptId === undefined ? undefined : ne(prices.id, exceptId),
      ),
    )
    .orderBy(prices.effective_from)
    .limit(1)
  if (other === undefined) return
  throw other.unit === subject.unit ? overlaps(other) : unitConflict(subject, other)
}

/** @throws Refusal 'invalid' */
function assertUnit(component: CostComponent, unit: PriceUnit): void {
  const allowed = unitsOf(component)
  if (allowed.includes(unit)) return
  const list = allowed.join(', ')
  throw invalid('unit_mismatch', `\`${component}\` cannot be priced per ${unit}. Allowed units: ${list}.`, [
    { pointer: '/unit', detail: `Must be one of: ${list}.` },
  ])
}

/** The decimals that the columns store. */
const storedDecimals = { price: 9, minimum: 6, increment: 6 } as const

/** @throws Refusal 'invalid' for an amount that would be rounded when it is stored */
function assertDecimals(input: Pick<PriceInput, keyof typeof storedDecimals>): void {
  for (const [field, max] of Object.entries(storedDecimals) as [keyof typeof storedDecimals, number][]) {
    const amount = input[field]
    if (amount === undefined || hasAtMostDecimals(parseDecimal(amount), max)) continue
    const detail = `\`${field}\` has more than ${max} decimals: ${amount}. Round it to ${max} decimals or fewer.`
    throw invalid('too_many_decimals', detail, [{ pointer: `/${field}`, detail }])
  }
}

/** @throws Refusal 'invalid' */
function assertEndsAfterStart(from: Date, to: Date | null | undefined): void {
  if (to == null || to > from) return
  const start = from.toISOString()
  throw invalid('empty_period', `The price starts at ${start}, so it cannot end at ${to.toISOString()}.`, [
    { pointer: '/effective_to', detail: `Must be after effective_from, ${start}.` },
  ])
}

type StoredPeriod = Pick<Price, 'effective_from' | 'effective_to'>

const periodText = ({ effective_from, effective_to }: StoredPeriod) =>
  `from ${effective_from.toISOString()} ${effective_to === null ? 'without an end' : `to ${effective_to.toISOString()}`}`

const overlaps = (other: StoredPeriod): Refusal =>
  conflict(
    'price_overlaps',
    `Another price for the same component, provider, model and unit applies ${periodText(other)}. Change its end with PATCH /api/prices/{id}, or choose a period that does not overlap it.`,
  )

function unitConflict({ component, unit }: PriceSubject, other: StoredPeriod & Pick<Price, 'unit'>): Refusal {
  const detail = `\`${component}\` cannot be priced per ${unit} while a price per ${other.unit} for the same provider and model applies, ${periodText(other)}: both price the same usage. End the other price with PATCH /api/prices/{id} (effective_to) first.`
  return conflict('price_unit_conflict', detail)
}

/** One page of prices, the latest created first. */
export function listPrices(tx: ReadTx, filter: PriceFilter, query: PageQuery): Promise<Page<Price>> {
  const { component, provider, model, scope, at } = filter
  const companyIds =
    scope === 'own'
      ? [tx.company_id]
      : scope === 'everybody'
        ? [platformCompany]
        : [tx.company_id, platformCompany]
  const where = and(
    inArray(prices.company_id, companyIds),
    component && eq(prices.component, component),
    provider === undefined ? undefined : eq(prices.provider, provider),
    model === undefined ? undefined : eq(prices.model, model),
    at && lte(prices.effective_from, at),
    at && or(isNull(prices.effective_to), gt(prices.effective_to, at)),
  )
  return listPage(tx, { from: prices, where, key: [prices.id] }, query)
}

/** A price of the company or a shared price. @throws Refusal 'not_found' */
export async function getPrice(tx: ReadTx, id: string): Promise<Price> {
  const [price] = await tx
    .select()
    .from(prices)
    .where(and(inArray(prices.company_id, [tx.company_id, platformCompany]), eq(prices.id, id)))
  if (price === undefined) throw notFound('price')
  return price
}

/** Locks a price of the company itself. @throws Refusal 'not_found', or 'conflict' for a shared price */
export async function lockOwnPrice(tx: Tx, id: string): Promise<Price> {
  const price = await getPrice(tx, id)
  if (price.company_id !== tx.company_id) {
    const detail =
      'This is a shared price of the platform, which a company cannot change. Create your own price with POST /api/prices: it replaces the shared one.'
    throw conflict('price_of_everybody', detail)
  }
  const [locked] = await tx.select().from(prices).where(isPrice(tx, id)).for('update')
  if (locked === undefined) throw notFound('price')
  return locked
}

/** SQL condition: this price of the company itself. */
const isPrice = (tx: Tx, id: string) => and(eq(prices.company_id, tx.company_id), eq(prices.id, id))

/**
 * Changes when a price ends, or the note on its source. The amount cannot be changed: create a new price instead.
 *
 * @throws Refusal 'not_found', 'conflict' or 'invalid'
 */
export async function updatePrice(
  tx: Tx,
  id: string,
  change: { effective_to?: Date | null | undefined; source?: string | null | undefined },
): Promise<Price> {
  const current = await lockOwnPrice(tx, id)
  assertEndsAfterStart(current.effective_from, change.effective_to)
  if (change.effective_to !== undefined) {
    await lockModel(tx, current)
    await assertFree(tx, current, { from: current.effective_from, to: change.effective_to }, id)
  }
  if (Object.keys(change).length === 0) return current
  const [price] = await tx.update(prices).set(change).where(isPrice(tx, id)).returning()
  return price as Price
}

/**
 * Deletes a price that does not apply yet. A price that has applied is kept, because costs were calculated with it.
 *
 * @throws Refusal 'not_found' or 'conflict'
 */
export async function deletePrice(tx: Tx, id: string, now: Date): Promise<void> {
  const { effective_from } = await lockOwnPrice(tx, id)
  if (effective_from <= now) {
    const detail = `The price has applied since ${effective_from.toISOString()}, so it cannot be deleted. Set its end with PATCH /api/prices/{id} (effective_to) instead.`
    throw conflict('price_in_force', detail)
  }
  await tx.delete(prices).where(isPrice(tx, id))
}

/** Deletes the prices of a company that is deleted. No foreign key can do this: shared prices have no row in companies. */
export async function deleteCompanyPrices(tx: PlatformTx, company_id: string): Promise<void> {
  if (company_id !== platformCompany) await tx.delete(prices).where(eq(prices.company_id, company_id))
}
