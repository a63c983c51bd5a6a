import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { callTokens } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'

/** An agent's last words may come after its call has ended: its token is good for so much longer, ms. */
export const tokenGraceMs = 3_600_000
/** No call lasts longer: what is older is forgotten, ms. */
const keptMs = 3 * 86_400_000
/** Tokens forgotten in one step at most. */
const batch = 10_000

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')

/** Makes a token that stands for one call, until an hour after its end. Only its SHA-256 is stored. */
export async function createCallToken(tx: Tx, call_id: string): Promise<string> {
  const token = `nvc_${randomBytes(32).toString('base64url')}`
  await tx.insert(callTokens).values({ company_id: tx.company_id, token_hash: hashOf(token), call_id })
  return token
}

/** Who calls with the token of this hash: the agent of one call. undefined: it is unknown, or its call is over. */
export async function findCallerByToken(db: Db, hash: string, now: Date) {
  const [found] = await db.orm.execute<{
    company_id: string
    call_id: string
    is_active: boolean
    limits: { requests_per_minute?: number }
  }>(sql`
    select t.company_id, t.call_id, k.is_active, k.limits
    from call_tokens t
    join calls c on c.company_id = t.company_id and c.id = t.call_id
    join companies k on k.id = t.company_id
    where t.token_hash = ${hash}
      and (c.ended_at is null or c.ended_at > ${new Date(now.getTime() - tokenGraceMs).toISOString()}::timestamptz)`)
  if (found === undefined) return undefined
  const { company_id, call_id, is_active, limits } = found
  return {
    ...{ company_id, call_id, key_id: call_id, scopes: ['call' as const], expires_at: null },
    ...{ is_company_active: is_active, requests_per_minute: limits.requests_per_minute },
  }
}

/** Forgets tokens of calls that are long over; answers how many. */
export async function pruneCallTokens(db: Db, now: Date): Promise<number> {
  const { count } = await db.orm.execute(sql`
    delete from call_tokens where (company_id, token_hash) in (
      select company_id, token_hash from call_tokens
      where created_at < ${new Date(now.getTime() - keptMs).toISOString()}::timestamptz
      order by created_at limit ${batch})`)
  return count
}
