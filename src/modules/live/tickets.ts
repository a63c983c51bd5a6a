import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { liveTickets } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'

/** A ticket is used within so long, once. */
export const ticketLifetimeMs = 30_000

const hashOf = (ticket: string) => createHash('sha256').update(ticket).digest('hex')

/** Makes a ticket that stands for a key once; `key_id` null is the platform's. Only its SHA-256 is stored. */
export async function createTicket(tx: Tx, key_id: string | null, now: Date) {
  const ticket = `nvt_${randomBytes(32).toString('base64url')}`
  const expires_at = new Date(now.getTime() + ticketLifetimeMs)
  await tx
    .insert(liveTickets)
    .values({ company_id: tx.company_id, ticket_hash: hashOf(ticket), key_id, expires_at })
  return { ticket, expires_at }
}

/** Whose ticket it is, which is used up by that; undefined when it is unknown, used, or too old. */
export async function redeemTicket(db: Db, ticket: string, now: Date) {
  const [found] = await db.orm.execute<{ company_id: string; key_id: string | null; is_good: boolean }>(sql`
    delete from live_tickets where ticket_hash = ${hashOf(ticket)}
    returning company_id, key_id, expires_at > ${now.toISOString()}::timestamptz as is_good`)
  return found?.is_good ? { company_id: found.company_id, key_id: found.key_id } : undefined
}

/** Forgets tickets that nobody used; answers how many. */
export async function pruneTickets(db: Db, now: Date): Promise<number> {
  const { count } = await db.orm.execute(sql`
    delete from live_tickets where expires_at < ${now.toISOString()}::timestamptz`)
  return count
}
