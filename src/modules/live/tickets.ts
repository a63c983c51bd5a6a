import { createHash, randomBytes } from 'node:crypto'
import { eq, lt } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { liveTickets } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'

/** How long a ticket can be used, ms. */
const ticketLifetimeMs = 30_000

const hashOf = (ticket: string) => createHash('sha256').update(ticket).digest('hex')

/**
 * Creates a ticket that replaces the API key when one WebSocket is opened. `key_id` is null for the platform's key.
 * Only the SHA-256 of the ticket is stored.
 */
export async function createTicket(tx: Tx, key_id: string | null, now: Date) {
  const ticket = `nvt_${randomBytes(32).toString('base64url')}`
  const expires_at = new Date(now.getTime() + ticketLifetimeMs)
  await tx
    .insert(liveTickets)
    .values({ company_id: tx.company_id, ticket_hash: hashOf(ticket), key_id, expires_at })
  return { ticket, expires_at }
}

/** Deletes the ticket and returns its company and key; undefined when it is unknown, already used, or expired. */
export async function redeemTicket(db: Db, ticket: string, now: Date) {
  const [found] = await db.orm
    .delete(liveTickets)
    .where(eq(liveTickets.ticket_hash, hashOf(ticket)))
    .returning()
  if (found === undefined || found.expires_at <= now) return undefined
  return { company_id: found.company_id, key_id: found.key_id }
}

/** Deletes expired tickets. Returns the number deleted. */
export async function pruneTickets(db: Db, now: Date): Promise<number> {
  const { count } = await db.orm.delete(liveTickets).where(lt(liveTickets.expires_at, now))
  return count
}
