import { and, eq, ilike, or, type SQL } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { type CompanyLimits, companies } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict, notFound } from '../../lib/errors.ts'
import { applyChange, type ChangeMode } from '../../lib/merge-patch.ts'
import { deleteCompanyPrices } from '../costs/index.ts'

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
export async function createCompany(tx: Tx, input: CompanyInput): Promise<Company> {
  const [company] = await tx
    .insert(companies)
    .values(input)
    .onConflictDoNothing({ target: companies.slug })
    .returning()
  if (company === undefined) throw slugTaken()
  return company
}

/** @throws Refusal 'not_found' */
export async function getCompany(tx: Tx, id: string): Promise<Company> {
  const [company] = await tx.select().from(companies).where(eq(companies.id, id))
  if (company === undefined) throw notFound('company')
  return company
}

/** Companies, newest first; `q` finds in name and slug. */
export function listCompanies(
  tx: Tx,
  query: PageQuery & { q?: string; is_active?: boolean },
): Promise<Page<Company>> {
  const filters: (SQL | undefined)[] = [
    query.is_active === undefined ? undefined : eq(companies.is_active, query.is_active),
    query.q === undefined ? undefined : or(contains(query.q, 'name'), contains(query.q, 'slug')),
  ]
  return listPage(tx, { from: companies, where: and(...filters), key: [companies.id] }, query)
}

const contains = (text: string, column: 'name' | 'slug') =>
  ilike(companies[column], `%${text.replace(/[\\%_]/g, '\\$&')}%`)

/** @throws Refusal 'not_found', or 'conflict' when the slug is taken */
export async function updateCompany(
  tx: Tx,
  id: string,
  change: CompanyChange,
  mode: ChangeMode,
): Promise<Company> {
  const present = await lockCompany(tx, id)
  if (change.slug !== undefined && change.slug !== present.slug) await refuseTakenSlug(tx, change.slug)
  if (Object.keys(change).length === 0) return present
  const [company] = await tx
    .update(companies)
    .set({
      ...change,
      settings: applyChange(present.settings, change.settings, mode),
      limits: applyChange(present.limits, change.limits, mode),
    })
    .where(eq(companies.id, id))
    .returning()
  if (company === undefined) throw notFound('company')
  return company
}

/**
 * Deletes a company with all it has. It must be switched off first, so that one wrong id does not end a customer.
 *
 * @throws Refusal 'not_found', or 'conflict' while it is active
 */
export async function deleteCompany(tx: Tx, id: string): Promise<void> {
  const { is_active } = await lockCompany(tx, id)
  if (is_active) {
    throw conflict(
      'company_active',
      'All its data goes with it: switch it off first (PATCH {"is_active": false}).',
    )
  }
  await deleteCompanyPrices(tx, id)
  await tx.delete(companies).where(eq(companies.id, id))
}

async function lockCompany(tx: Tx, id: string): Promise<Company> {
  const [company] = await tx.select().from(companies).where(eq(companies.id, id)).for('update')
  if (company === undefined) throw notFound('company')
  return company
}

async function refuseTakenSlug(tx: Tx, slug: string): Promise<void> {
  const [other] = await tx.select({ id: companies.id }).from(companies).where(eq(companies.slug, slug))
  if (other !== undefined) throw slugTaken()
}

const slugTaken = () => conflict('slug_taken', 'Another company has this slug: choose another.')
