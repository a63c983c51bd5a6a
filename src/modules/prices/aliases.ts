import { and, eq } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { priceAliases } from '../../db/schema/index.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { conflict, notFound } from '../../lib/errors.ts'

export type PriceAlias = typeof priceAliases.$inferSelect

export interface PriceAliasInput {
  provider: string
  model?: string | undefined
  price_provider: string
  price_model?: string | undefined
}

const isAlias = (tx: ReadTx, id: string) =>
  and(eq(priceAliases.company_id, tx.company_id), eq(priceAliases.id, id))

const stored = (name: string) => name.trim().toLowerCase()

/**
 * Adds an alias of a reported provider or model. It applies to calls that are priced from now on; a rerate applies it to
 * past calls.
 *
 * @throws Refusal 'conflict' when the company has an alias of the same provider and model
 */
export async function createAlias(tx: Tx, input: PriceAliasInput): Promise<PriceAlias> {
  const { provider, model = '', price_provider, price_model = '' } = input
  const [alias] = await tx
    .insert(priceAliases)
    .values({
      company_id: tx.company_id,
      provider: stored(provider),
      model: stored(model),
      price_provider,
      price_model,
    })
    .onConflictDoNothing({ target: [priceAliases.company_id, priceAliases.provider, priceAliases.model] })
    .returning()
  if (alias === undefined) throw aliasExists('/provider', provider, model)
  return alias
}

/** One page of aliases, the latest created first. `provider` is compared without case. */
export function listAliases(
  tx: ReadTx,
  { provider }: { provider?: string | undefined },
  query: PageQuery,
): Promise<Page<PriceAlias>> {
  const where = and(
    eq(priceAliases.company_id, tx.company_id),
    provider === undefined ? undefined : eq(priceAliases.provider, stored(provider)),
  )
  return listPage(tx, { from: priceAliases, where, key: [priceAliases.id] }, query)
}

/** @throws Refusal 'not_found' */
export async function getAlias(tx: ReadTx, id: string): Promise<PriceAlias> {
  const [alias] = await tx.select().from(priceAliases).where(isAlias(tx, id))
  if (alias === undefined) throw notFound('price alias')
  return alias
}

/** Locks an alias until the transaction ends. @throws Refusal 'not_found' */
export async function lockAlias(tx: Tx, id: string): Promise<PriceAlias> {
  const [alias] = await tx.select().from(priceAliases).where(isAlias(tx, id)).for('update')
  if (alias === undefined) throw notFound('price alias')
  return alias
}

/** Changes the given fields. @throws Refusal 'not_found', or 'conflict' as `createAlias` */
export async function updateAlias(tx: Tx, id: string, change: Partial<PriceAliasInput>): Promise<PriceAlias> {
  const current = await lockAlias(tx, id)
  if (Object.keys(change).length === 0) return current
  const provider = stored(change.provider ?? current.provider)
  const model = stored(change.model ?? current.model)
  const [other] = await tx
    .select({ id: priceAliases.id })
    .from(priceAliases)
    .where(
      and(
        eq(priceAliases.company_id, tx.company_id),
        eq(priceAliases.provider, provider),
        eq(priceAliases.model, model),
      ),
    )
  if (other !== undefined && other.id !== id) {
    throw aliasExists(change.provider === undefined ? '/model' : '/provider', provider, model)
  }
  const { price_provider = current.price_provider, price_model = current.price_model } = change
  const [updated] = await tx
    .update(priceAliases)
    .set({ provider, model, price_provider, price_model })
    .where(isAlias(tx, id))
    .returning()
  return updated as PriceAlias
}

/** Deletes an alias. Costs that were calculated with it do not change. @throws Refusal 'not_found' */
export async function deleteAlias(tx: Tx, id: string): Promise<void> {
  const [deleted] = await tx.delete(priceAliases).where(isAlias(tx, id)).returning({ id: priceAliases.id })
  if (deleted === undefined) throw notFound('price alias')
}

function aliasExists(pointer: string, provider: string, model: string) {
  const detail = `There is already an alias for provider "${provider}" and ${model === '' ? 'any model' : `model "${model}"`}. Change it with PATCH /api/price-aliases/{id}.`
  return conflict('price_alias_exists', detail, [{ pointer, detail }])
}
