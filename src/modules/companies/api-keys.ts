import { createHash, randomBytes } from 'node:crypto'
import { and, eq, getTableColumns, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { apiKeys, companies, type KeyScope } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { invalid, notFound } from '../../lib/errors.ts'

type Row = typeof apiKeys.$inferSelect

/** A key as it may be shown: without its hash. */
export type ApiKey = Omit<Row, 'key_hash'>

export interface KeyInput {
  name: string
  scopes: KeyScope[]
  expires_at?: Date | null
}

const { key_hash: _, ...shown } = getTableColumns(apiKeys)

/**
 * Makes a key of 256 random bits. Only its SHA-256 is stored: what is answered here cannot be had again.
 *
 * @throws Refusal 'invalid' when it would have expired already
 */
export async function createKey(tx: Tx, input: KeyInput, now: Date): Promise<ApiKey & { key: string }> {
  if (input.expires_at && input.expires_at <= now) {
    throw invalid('already_expired', 'The key would have expired already.', [
      { pointer: '/expires_at', detail: 'is in the past' },
    ])
  }
  const prefix = `nv_${randomBytes(4).toString('hex')}`
  const key = `${prefix}_${randomBytes(32).toString('base64url')}`
  const key_hash = createHash('sha256').update(key).digest('hex')
  const [row] = await tx
    .insert(apiKeys)
    .values({ ...input, scopes: [...new Set(input.scopes)], company_id: tx.company_id, prefix, key_hash })
    .returning(shown)
  if (row === undefined) throw new Error('the key was not inserted')
  return { ...row, key }
}

/** Keys of the company, newest first, revoked ones too. */
export async function listKeys(tx: Tx, query: PageQuery): Promise<Page<ApiKey>> {
  const page = await listPage(
    tx,
    { from: apiKeys, where: eq(apiKeys.company_id, tx.company_id), key: [apiKeys.id] },
    query,
  )
  return { ...page, items: page.items.map(({ key_hash, ...key }) => key) }
}

const isKey = (tx: Tx, id: string) => and(eq(apiKeys.company_id, tx.company_id), eq(apiKeys.id, id))

/** @throws Refusal 'not_found' */
export async function getKey(tx: Tx, id: string): Promise<ApiKey> {
  const [key] = await tx.select(shown).from(apiKeys).where(isKey(tx, id))
  if (key === undefined) throw notFound('key')
  return key
}

/** @throws Refusal 'not_found' */
export async function renameKey(tx: Tx, id: string, name: string): Promise<ApiKey> {
  const [key] = await tx.update(apiKeys).set({ name }).where(isKey(tx, id)).returning(shown)
  if (key === undefined) throw notFound('key')
  return key
}

/** Ends a key; within 5 s no process takes it any more. Revoked again, it keeps its first time. */
export async function revokeKey(tx: Tx, id: string, now: Date): Promise<void> {
  const [key] = await tx
    .update(apiKeys)
    .set({ revoked_at: sql`coalesce(${apiKeys.revoked_at}, ${sql.param(now, apiKeys.revoked_at)})` })
    .where(isKey(tx, id))
    .returning({ id: apiKeys.id })
  if (key === undefined) throw notFound('key')
}

/** Who calls with the key of this hash; undefined when it is unknown or revoked. Notes the use, once a minute. */
export const findCallerByKeyHash = (db: Db, keyHash: string, now: Date) =>
  callerWhere(db, eq(apiKeys.key_hash, keyHash), now)

/** As `findCaller`, of a key that is known by its id. */
export const findCallerByKeyId = (db: Db, company_id: string, id: string, now: Date) =>
  callerWhere(db, and(eq(apiKeys.company_id, company_id), eq(apiKeys.id, id)), now)

async function callerWhere(db: Db, isKey: SQL | undefined, now: Date) {
  const [row] = await db.orm
    .select({
      company_id: apiKeys.company_id,
      key_id: apiKeys.id,
      scopes: apiKeys.scopes,
      expires_at: apiKeys.expires_at,
      is_company_active: companies.is_active,
      limits: companies.limits,
    })
    .from(apiKeys)
    .innerJoin(companies, eq(companies.id, apiKeys.company_id))
    .where(and(isKey, isNull(apiKeys.revoked_at)))
  if (row === undefined) return undefined
  await noteUse(db, row.company_id, row.key_id, now)
  const { limits, ...caller } = row
  return { ...caller, requests_per_minute: limits.requests_per_minute }
}

/** Those of these keys that may still be used, as "company_id key_id"; the platform's may, while its company is active. */
export async function findUsableKeys(
  db: Db,
  keys: readonly { company_id: string; key_id: string }[],
  now: Date,
): Promise<Set<string>> {
  const rows = await db.orm.execute<{ company_id: string; key_id: string }>(sql`
    select given.company_id, given.key_id
    from json_to_recordset(${JSON.stringify(keys)}::text::json) as given(company_id uuid, key_id text)
    join companies c on c.id = given.company_id and c.is_active
    left join api_keys k on k.company_id = given.company_id and k.id::text = given.key_id
    where given.key_id = 'platform'
      or k.revoked_at is null and k.id is not null
        and (k.expires_at is null or k.expires_at > ${now.toISOString()}::timestamptz)`)
  return new Set(rows.map(({ company_id, key_id }) => `${company_id} ${key_id}`))
}

async function noteUse(db: Db, company_id: string, id: string, now: Date): Promise<void> {
  const aMinuteAgo = new Date(now.getTime() - 60_000)
  await db.orm
    .update(apiKeys)
    .set({ last_used_at: now })
    .where(
      and(
        eq(apiKeys.company_id, company_id),
        eq(apiKeys.id, id),
        or(isNull(apiKeys.last_used_at), lt(apiKeys.last_used_at, aMinuteAgo)),
      ),
    )
}
