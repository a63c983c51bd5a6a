import { randomBytes } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineBatchDelete } from '../../db/query/define-batch-delete.ts'
import { liveTickets } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { secretHash } from '../../lib/secret-hash.ts'

/** How long a ticket can be used, ms. */
const ticketLifetimeMs = 30_000

/**
 * Creates a ticket that replaces the API key when one WebSocket is opened. `key_id` is null for the platform's key.
 * Only the SHA-256 of the ticket is stored.
 */
export async function createTicket(tx: Tx, key_id: string | null, now: Date) {
  const ticket = `nvt_${randomBytes(32).toString('base64url')}`
  const expires_at = new Date(now.getTime() + ticketLifetimeMs)
  await tx
    .insert(liveTickets)
    .values({ company_id: tx.company_id, ticket_hash: secretHash(ticket), key_id, expires_at })
  return { ticket, expires_at }
}

/** Deletes the ticket and returns its company and key; undefined when it is unknown, already used, or expired. */
export async function redeemTicket(db: Db, ticket: string, now: Date) {
  const [found] = await db.orm
    .delete(liveTickets)
    .where(eq(liveTickets.ticket_hash, secretHash(ticket)))
    .returning()
  if (found === undefined || found.expires_at <= now) return undefined
  return { company_id: found.company_id, key_id: found.key_id }
}

/** Index: live_tickets_expires_at_idx. */
const deleteTickets = defineBatchDelete(liveTickets, {
  name: 'live.delete_expired_tickets',
  key: [liveTickets.company_id, liveTickets.ticket_hash],
  expired: (before) => sql`${liveTickets.expires_at} < ${before} order by ${liveTickets.expires_at}`,
  limit: 1_000,
})

/** Deletes up to 1,000 expired tickets. Returns the number deleted. */
export const pruneTickets = (db: Db, now: Date): Promise<number> => deleteTickets(db, now)
