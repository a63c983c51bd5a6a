import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/transaction.ts'

/**
 * Locks the campaign's row in campaign_pace until the transaction ends, and creates it if needed. Claims in progress
 * have locked this row, so this waits for them, and no other claim starts before the commit. Every command and edit locks
 * the row. It also sets recheck_at to now, so the next claim reads the campaign without waiting for its usual interval.
 */
export async function lockCampaignPace(tx: Tx, id: string, now: Date): Promise<void> {
  const nowSql = sql`${now.toISOString()}::timestamptz`
  await tx.execute(sql`
    insert into campaign_pace as p (company_id, campaign_id, next_slot_at, recheck_at, last_claim_at, breaker_since)
    values (${tx.company_id}::uuid, ${id}::uuid, ${nowSql}, ${nowSql}, ${nowSql}, ${nowSql})
    on conflict (company_id, campaign_id) do update set recheck_at = least(p.recheck_at, excluded.recheck_at)`)
}
