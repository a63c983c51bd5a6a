import { randomBytes } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { and, eq, getTableColumns, gt, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { isWriteFault } from '../../db/connection-errors.ts'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { defineExistingTexts } from '../../db/query/define-existing-texts.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { recordset, text, timestamptz, uuid } from '../../db/query/parameters.ts'
import { apiKeys, companies, type KeyScope } from '../../db/schema/index.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { invalid, notFound } from '../../lib/errors.ts'
import { secretHash } from '../../lib/secret-hash.ts'

type Row = typeof apiKeys.$inferSelect

/** A key without its hash. */
export type ApiKey = Omit<Row, 'key_hash'>

export interface KeyInput {
  name: string
  scopes: KeyScope[]
  expires_at?: Date | null
}

const { key_hash: _, ...publicColumns } = getTableColumns(apiKeys)

/**
 * Creates a key of 256 random bits. Only its SHA-256 is stored, so the returned `key` cannot be read again.
 *
 * @throws Refusal 'invalid' when expires_at is not in the future
 */
export async function createKey(tx: Tx, input: KeyInput, now: Date): Promise<ApiKey & { key: string }> {
  if (input.expires_at && input.expires_at <= now) {
    const detail = `expires_at must be in the future. Received ${input.expires_at.toISOString()}.`
    throw invalid('already_expired', detail, [{ pointer: '/expires_at', detail }])
  }
  const prefix = `nv_${randomBytes(4).toString('hex')}`
  const key = `${prefix}_${randomBytes(32).toString('base64url')}`
  const key_hash = secretHash(key)
  const [row] = await tx
    .insert(apiKeys)
    .values({ ...input, scopes: [...new Set(input.scopes)], company_id: tx.company_id, prefix, key_hash })
    .returning(publicColumns)
  if (row === undefined) throw new Error('the key was not inserted')
  return { ...row, key }
}

/** Keys of the company, newest first, including revoked ones. */
export async function listKeys(tx: ReadTx, query: PageQuery): Promise<Page<ApiKey>> {
  const page = await listPage(
    tx,
    { from: apiKeys, where: eq(apiKeys.company_id, tx.company_id), key: [apiKeys.id] },
    query,
  )
  return { ...page, items: page.items.map(({ key_hash, ...key }) => key) }
}

const isKey = (tx: ReadTx, id: string) => and(eq(apiKeys.company_id, tx.company_id), eq(apiKeys.id, id))

/** @throws Refusal 'not_found' */
export async function getKey(tx: ReadTx, id: string): Promise<ApiKey> {
  const [key] = await tx.select(publicColumns).from(apiKeys).where(isKey(tx, id))
  if (key === undefined) throw notFound('key')
  return key
}

/** Locks a key until the transaction ends. @throws Refusal 'not_found' */
export async function lockKey(tx: Tx, id: string): Promise<ApiKey> {
  const [key] = await tx.select(publicColumns).from(apiKeys).where(isKey(tx, id)).for('no key update')
  if (key === undefined) throw notFound('key')
  return key
}

/** @throws Refusal 'not_found' */
export async function renameKey(tx: Tx, id: string, name: string): Promise<ApiKey> {
  const [key] = await tx.update(apiKeys).set({ name }).where(isKey(tx, id)).returning(publicColumns)
  if (key === undefined) throw notFound('key')
  return key
}

/**
 * Revokes a key. Every process rejects it within 5 s. Revoking it again does not change revoked_at.
 *
 * @throws Refusal 'not_found'
 */
export async function revokeKey(tx: Tx, id: string, now: Date): Promise<void> {
  const [key] = await tx
    .update(apiKeys)
    .set({ revoked_at: sql`coalesce(${apiKeys.revoked_at}, ${sql.param(now, apiKeys.revoked_at)})` })
    .where(isKey(tx, id))
    .returning({ id: apiKeys.id })
  if (key === undefined) throw notFound('key')
}

/** last_used_at is updated once a minute, so that not every request writes. */
const lastUsedPrecisionMs = 60_000

/** Whether any company has a key that is neither revoked nor expired. */
export async function hasUsableKey(db: Db, now: Date): Promise<boolean> {
  const isUsable = and(
    isNull(apiKeys.revoked_at),
    or(isNull(apiKeys.expires_at), gt(apiKeys.expires_at, now)),
  )
  const rows = await db.orm.select({ id: apiKeys.id }).from(apiKeys).where(isUsable).limit(1)
  return rows.length > 0
}

/** The caller with the key of this SHA-256 (hex); undefined when it is unknown or revoked. Updates last_used_at. */
export const findCallerByKeyHash = (db: Db, keyHash: string, now: Date) =>
  findCallerWhere(db, eq(apiKeys.key_hash, keyHash), now)

/** Those of these SHA-256 (hex) that are of a key, also of one that was revoked. Index: api_keys_key_hash_idx. */
export const findExistingKeyHashes = defineExistingTexts(
  'companies.find_existing_key_hashes',
  apiKeys.key_hash,
)

/** Like `findCallerByKeyHash`, by the id of the key. */
export const findCallerByKeyId = (db: Db, company_id: string, id: string, now: Date) =>
  findCallerWhere(db, and(eq(apiKeys.company_id, company_id), eq(apiKeys.id, id)), now)

async function findCallerWhere(db: Db, condition: SQL | undefined, now: Date) {
  const [row] = await db.orm
    .select({
      company_id: apiKeys.company_id,
      key_id: apiKeys.id,
      scopes: apiKeys.scopes,
      expires_at: apiKeys.expires_at,
      last_used_at: apiKeys.last_used_at,
      is_company_active: companies.is_active,
      limits: companies.limits,
    })
    .from(apiKeys)
    .innerJoin(companies, eq(companies.id, apiKeys.company_id))
    .where(and(condition, isNull(apiKeys.revoked_at)))
  if (row === undefined) return undefined
  const { limits, last_used_at, ...caller } = row
  if (last_used_at === null || now.getTime() - last_used_at.getTime() > lastUsedPrecisionMs)
    await recordUse(db, row, now)
  return { ...caller, requests_per_minute: limits.requests_per_minute }
}

/**
 * Sets last_used_at. Authentication does not depend on it: a row that another transaction has locked is skipped, and so is
 * the update while the database does not accept writes. The next request tries again.
 */
async function recordUse(db: Db, { company_id, key_id }: { company_id: string; key_id: string }, now: Date) {
  const isThisKey = and(eq(apiKeys.company_id, company_id), eq(apiKeys.id, key_id))
  const unlocked = db.orm
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(isThisKey)
    .for('no key update', { skipLocked: true })
  try {
    await db.orm
      .update(apiKeys)
      .set({ last_used_at: now })
      .where(and(isThisKey, inArray(apiKeys.id, unlocked)))
  } catch (error) {
    if (!isWriteFault(error)) throw error
  }
}

const selectUsableKeys = defineQuery({
  name: 'companies.select_usable_keys',
  params: { keys: recordset('given', { company_id: uuid, key_id: text }), now: timestamptz },
  row: { company_id: Type.String(), key_id: Type.String() },
  sql: (p) => sql`
    select given.company_id, given.key_id
    from ${p.keys}
    join companies company on company.id = given.company_id and company.is_active
    left join api_keys key on key.company_id = given.company_id and key.id::text = given.key_id
    where given.key_id = 'platform'
      or key.revoked_at is null and key.id is not null and (key.expires_at is null or key.expires_at > ${p.now})`,
})

/**
 * Returns the usable ones of the given keys: neither revoked nor expired, and of an active company. Each is returned as
 * "company_id key_id". The platform's key has the id "platform".
 */
export async function findUsableKeys(
  db: Db,
  keys: readonly { company_id: string; key_id: string }[],
  now: Date,
): Promise<Set<string>> {
  const rows = await selectUsableKeys(db, { keys, now })
  return new Set(rows.map(({ company_id, key_id }) => `${company_id} ${key_id}`))
}
