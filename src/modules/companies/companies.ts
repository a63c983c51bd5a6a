import { and, eq, or, type SQL } from 'drizzle-orm'
import { containsText } from '../../db/contains-text.ts'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { type CompanyLimits, companies } from '../../db/schema/index.ts'
import type { PlatformTx, ReadTx } from '../../db/transaction.ts'
import { conflict, notFound } from '../../lib/errors.ts'
import { applyChange, applyChangeWithinLimit, type ChangeMode } from '../../lib/merge-patch.ts'
import { isUuid } from '../../lib/uuid.ts'
import { deleteCompanyPrices } from '../prices/index.ts'

export type Company = typeof companies.$inferSelect

export interface CompanyInput {
  name: string
  slug: string
  email?: string | null
  phone?: string | null
  settings?: Record<string, unknown>
  limits?: CompanyLimits
}

export type CompanyChange = Partial<CompanyInput> & { is_active?: boolean }

/** @throws Refusal 'conflict' when the slug is taken */
export async function createCompany(tx: PlatformTx, input: CompanyInput): Promise<Company> {
  const [company] = await tx
    .insert(companies)
    .values(input)
    .onConflictDoNothing({ target: companies.slug })
    .returning()
  if (company === undefined) throw slugTaken(input.slug)
  return company
}

/** @throws Refusal 'not_found' */
export async function getCompany(tx: ReadTx | PlatformTx, id: string): Promise<Company> {
  const [company] = await tx.select().from(companies).where(eq(companies.id, id))
  if (company === undefined) throw notFound('company')
  return company
}

/** Companies with this id, slug or name, oldest first. */
export function findCompaniesNamed(tx: PlatformTx, text: string): Promise<Company[]> {
  const matches = [eq(companies.slug, text), eq(companies.name, text)]
  if (isUuid(text)) matches.push(eq(companies.id, text))
  return tx
    .select()
    .from(companies)
    .where(or(...matches))
    .orderBy(companies.id)
}

/** Companies, newest first. `q` is searched in names and slugs, ignoring case. */
export function listCompanies(
  tx: PlatformTx,
  query: PageQuery & { q?: string; is_active?: boolean },
): Promise<Page<Company>> {
  const filters: (SQL | undefined)[] = [
    query.is_active === undefined ? undefined : eq(companies.is_active, query.is_active),
    query.q === undefined
      ? undefined
      : or(containsText(companies.name, query.q), containsText(companies.slug, query.q)),
  ]
  return listPage(tx, { from: companies, where: and(...filters), key: [companies.id] }, query)
}

/**
 * Changes the given fields.
 *
 * @param mode how given `settings` and `limits` are applied: merged into the current ones, or replacing them
 * @throws Refusal 'not_found'; 'conflict' when the slug is taken
 */
export async function updateCompany(
  tx: PlatformTx,
  id: string,
  change: CompanyChange,
  mode: ChangeMode,
): Promise<Company> {
  const current = await lockCompany(tx, id)
  if (change.slug !== undefined && change.slug !== current.slug) await assertSlugFree(tx, change.slug)
  if (Object.keys(change).length === 0) return current
  const [company] = await tx
    .update(companies)
    .set({
      ...change,
      settings: applyChangeWithinLimit('settings', current.settings, change.settings, mode),
      limits: applyChange(current.limits, change.limits, mode),
    })
    .where(eq(companies.id, id))
    .returning()
  if (company === undefined) throw notFound('company')
  return company
}

/**
 * Deletes a company with all its data. It must be deactivated first, so that a mistyped id does not delete a customer.
 *
 * @throws Refusal 'not_found'; 'conflict' while the company is active
 */
export async function deleteCompany(tx: PlatformTx, id: string): Promise<void> {
  const { is_active } = await lockCompany(tx, id)
  if (is_active) {
    throw conflict(
      'company_active',
      'The company is active, and deleting it deletes all its data. Deactivate it first: PATCH {"is_active": false}.',
    )
  }
  await deleteCompanyPrices(tx, id)
  await tx.delete(companies).where(eq(companies.id, id))
}

/** Locks a company until the transaction ends. @throws Refusal 'not_found' */
export async function lockCompany(tx: PlatformTx, id: string): Promise<Company> {
  const [company] = await tx.select().from(companies).where(eq(companies.id, id)).for('update')
  if (company === undefined) throw notFound('company')
  return company
}

async function assertSlugFree(tx: PlatformTx, slug: string): Promise<void> {
  const [other] = await tx.select({ id: companies.id }).from(companies).where(eq(companies.slug, slug))
  if (other !== undefined) throw slugTaken(slug)
}

function slugTaken(slug: string) {
  const detail = `Another company has the slug "${slug}". Choose a different slug.`
  return conflict('slug_taken', detail, [{ pointer: '/slug', detail }])
}
