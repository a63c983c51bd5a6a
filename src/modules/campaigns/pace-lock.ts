import { sql } from 'drizzle-orm'
import { campaignPace } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { clearFailures } from './failures.ts'

/**
 * Locks the campaign's row in campaign_pace until the transaction ends, and creates it if needed. Claims in progress
 * have locked this row, so this waits for them, and no other claim starts before the commit. Every command and edit locks
 * the row. It also sets recheck_at to now, so the next claim reads the campaign without waiting for its usual interval, and
 * deletes the campaign's failures, so that what failed is tried at once.
 */
export async function lockCampaignPace(tx: Tx, id: string, now: Date): Promise<void> {
  await tx
    .insert(campaignPace)
    .values({
      company_id: tx.company_id,
      campaign_id: id,
      next_slot_at: now,
      recheck_at: now,
      last_claim_at: now,
      breaker_since: now,
    })
    .onConflictDoUpdate({
      target: [campaignPace.company_id, campaignPace.campaign_id],
      set: { recheck_at: sql`least(${campaignPace.recheck_at}, excluded.recheck_at)` },
    })
  await clearFailures(tx, id)
}
