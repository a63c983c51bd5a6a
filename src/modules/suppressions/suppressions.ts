import { and, eq, not, type SQL, sql } from 'drizzle-orm'
import type { CountryCode } from 'libphonenumber-js/max'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { type SuppressionReason, type SuppressionSource, suppressions } from '../../db/schema/index.ts'
import { findRowById } from '../../db/select-rows.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { invalid, notFound } from '../../lib/errors.ts'
import { phoneIdentity } from '../../lib/phone/identity.ts'
import { parsePhoneOrThrow, parseQueryPhoneOrThrow } from '../../lib/phone.ts'
import { isSuppressionActive } from './is-suppressed.ts'
import { skipSuppressedTasks } from './skip-tasks.ts'
import { suppress } from './suppress.ts'

export type Suppression = typeof suppressions.$inferSelect

export interface SuppressionInput {
  phone_number: string
  reason?: SuppressionReason | undefined
  note?: string | null | undefined
  expires_at?: Date | null | undefined
}

export type SuppressionChange = Partial<Pick<Suppression, 'reason' | 'note' | 'expires_at'>>

export interface SuppressionFilter {
  phone_number?: string | undefined
  reason?: SuppressionReason | undefined
  source?: SuppressionSource | undefined
  is_active?: boolean | undefined
}

const isSuppression = (tx: Tx, id: string) =>
  and(eq(suppressions.company_id, tx.company_id), eq(suppressions.id, id))

/** @throws Refusal 'invalid' when expires_at is in the past */
function assertNotExpired(expires_at: Date | null | undefined, now: Date): void {
  if (!expires_at || expires_at > now) return
  const detail = `expires_at is ${expires_at.toISOString()}, which is in the past. Set a later time, or null for no expiry.`
  throw invalid('already_expired', detail, [{ pointer: '/expires_at', detail }])
}

/**
 * Suppresses a number. If it is suppressed already, returns that suppression, and extends it when the new one expires later.
 * Only `updateSuppression` can shorten a suppression.
 *
 * @param country ISO 3166 country of a number without a country code
 * @throws Refusal 'invalid' when phone_number is not a phone number, or expires_at is in the past
 */
export async function createSuppression(
  tx: Tx,
  input: SuppressionInput,
  country: CountryCode | undefined,
  now: Date,
): Promise<{ suppression: Suppression; is_new: boolean }> {
  const phone_number = parsePhoneOrThrow(input.phone_number, country)
  assertNotExpired(input.expires_at, now)
  const { reason = 'other' } = input
  const { created } = await suppress(
    tx,
    [{ ...input, company_id: tx.company_id, phone_number, reason, source: 'api' }],
    now,
  )
  const [suppression] = await tx
    .select()
    .from(suppressions)
    .where(
      and(
        eq(suppressions.company_id, tx.company_id),
        eq(suppressions.phone_identity, phoneIdentity(phone_number)),
      ),
    )
  if (suppression === undefined) throw new Error('the suppression was neither inserted nor found')
  return { suppression, is_new: created === 1 }
}

/** The suppression. @throws Refusal 'not_found' */
export async function getSuppression(tx: ReadTx, id: string): Promise<Suppression> {
  const suppression = await findRowById(tx, suppressions, id)
  if (suppression === undefined) throw notFound('suppression')
  return suppression
}

/** Locks a suppression until the transaction ends. @throws Refusal 'not_found' */
export async function lockSuppression(tx: Tx, id: string): Promise<Suppression> {
  const [suppression] = await tx.select().from(suppressions).where(isSuppression(tx, id)).for('update')
  if (suppression === undefined) throw notFound('suppression')
  return suppression
}

/** SQL condition of a list or an export. @throws Refusal 'invalid' when phone_number is not a phone number */
export function suppressionFilters(tx: ReadTx, filter: SuppressionFilter, now: Date): SQL | undefined {
  const { phone_number, reason, source, is_active } = filter
  const { expires_at } = suppressions
  const isActive = isSuppressionActive(sql`${sql.param(now, expires_at)}`, expires_at)
  return and(
    eq(suppressions.company_id, tx.company_id),
    phone_number === undefined
      ? undefined
      : eq(suppressions.phone_identity, phoneIdentity(parseQueryPhoneOrThrow(phone_number))),
    reason === undefined ? undefined : eq(suppressions.reason, reason),
    source === undefined ? undefined : eq(suppressions.source, source),
    is_active === undefined ? undefined : is_active ? isActive : not(isActive),
  )
}

/** A page of suppressions, newest first. */
export const listSuppressions = (
  tx: ReadTx,
  filter: SuppressionFilter,
  query: PageQuery,
  now: Date,
): Promise<Page<Suppression>> =>
  listPage(
    tx,
    { from: suppressions, where: suppressionFilters(tx, filter, now), key: [suppressions.id] },
    query,
  )

/**
 * Updates a suppression. To end it now, delete it. One that had expired may be active again: contacts that wait for a call to its
 * number end, as in `suppress`.
 *
 * @throws Refusal 'not_found'; 'invalid' when expires_at is in the past
 */
export async function updateSuppression(
  tx: Tx,
  id: string,
  change: SuppressionChange,
  now: Date,
): Promise<Suppression> {
  assertNotExpired(change.expires_at, now)
  if (Object.values(change).every((value) => value === undefined)) return getSuppression(tx, id)
  const [suppression] = await tx.update(suppressions).set(change).where(isSuppression(tx, id)).returning()
  if (suppression === undefined) throw notFound('suppression')
  await skipSuppressedTasks(tx, [suppression], now)
  return suppression
}

/** Deletes a suppression, so the number may be called. Contacts already skipped stay skipped. @throws Refusal 'not_found' */
export async function deleteSuppression(tx: Tx, id: string): Promise<void> {
  const { count } = await tx.delete(suppressions).where(isSuppression(tx, id))
  if (count === 0) throw notFound('suppression')
}
