import { randomBytes } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineBatchDelete } from '../../db/query/define-batch-delete.ts'
import { defineExistingTexts } from '../../db/query/define-existing-texts.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { text, timestamptz } from '../../db/query/parameters.ts'
import { callTokens, type companies, provisionalOutcomes, textList } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { secretHash } from '../../lib/secret-hash.ts'

/** How long a token stays valid after its call has ended, ms (1 h): agents report their last turns late. */
const tokenGraceMs = 3_600_000
/** Age at which tokens are deleted, ms (3 days). No call lasts that long. */
const retentionMs = 3 * 86_400_000

/** How a token of a call begins; API keys begin otherwise. */
const tokenPrefix = 'nvc_'

export const isCallToken = (secret: string): boolean => secret.startsWith(tokenPrefix)

/** Creates a token for one call, valid until an hour after the call has ended. Only its SHA-256 is stored. */
export async function createCallToken(tx: Tx, call_id: string): Promise<string> {
  const token = `${tokenPrefix}${randomBytes(32).toString('base64url')}`
  await tx.insert(callTokens).values({ company_id: tx.company_id, token_hash: secretHash(token), call_id })
  return token
}

/**
 * The call and the company of a token, unless the call ended at `ended_until` or before. A lost call ended when it was given up: its
 * agent may still report what happened. Index: call_tokens_token_hash_idx.
 */
const findTokenOwner = defineQuery({
  name: 'briefs.find_token_owner',
  params: { token_hash: text, ended_until: timestamptz },
  row: {
    company_id: Type.String(),
    call_id: Type.String(),
    is_active: Type.Boolean(),
    limits: Type.Unsafe<(typeof companies.$inferSelect)['limits']>({ type: 'object' }),
  },
  sql: (p) => sql`
    select token.company_id, token.call_id, company.is_active, company.limits
    from call_tokens token
    join calls call on call.company_id = token.company_id and call.id = token.call_id
    join companies company on company.id = token.company_id
    where token.token_hash = ${p.token_hash} and (call.ended_at is null or call.ended_at > ${p.ended_until}
      or call.outcome in (${textList(provisionalOutcomes)}) and call.updated_at > ${p.ended_until})`,
})

/** The caller with the token of this SHA-256 (hex): the agent of one call. Undefined when it is unknown or expired. */
export async function findCallerByToken(db: Db, hash: string, now: Date) {
  const ended_until = new Date(now.getTime() - tokenGraceMs)
  const [owner] = await findTokenOwner(db, { token_hash: hash, ended_until })
  if (owner === undefined) return undefined
  const { company_id, call_id, is_active, limits } = owner
  return {
    company_id,
    call_id,
    key_id: call_id,
    scopes: ['call' as const],
    expires_at: null,
    is_company_active: is_active,
    requests_per_minute: limits.requests_per_minute,
  }
}

/** Those of these SHA-256 (hex) that are of a token, also of one that has expired. Index: call_tokens_token_hash_idx. */
export const findExistingTokenHashes = defineExistingTexts(
  'briefs.find_existing_token_hashes',
  callTokens.token_hash,
)

/** Index: call_tokens_created_at_idx, then the primary key. */
const deleteTokens = defineBatchDelete(callTokens, {
  name: 'briefs.delete_expired_tokens',
  key: [callTokens.company_id, callTokens.token_hash],
  expired: (before) => sql`${callTokens.created_at} < ${before} order by ${callTokens.created_at}`,
  limit: 10_000,
})

/** Deletes up to 10,000 tokens older than 3 days. Returns the number deleted. */
export const pruneCallTokens = (db: Db, now: Date): Promise<number> =>
  deleteTokens(db, new Date(now.getTime() - retentionMs))
