import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/transaction.ts'

/** How long a task waits for the agent's word on a conversation that ended without one, ms. */
export const agentReportGraceMs = 15_000

/**
 * Lets go of an attempt whose call has ended, in the transaction that ends it: from now on it holds no slot and no
 * number, and its task is settled: at once, or (`is_unreported`: nobody said how a conversation went) after a while in
 * which its agent may say it. A call that is no attempt has no lease, and nothing happens.
 */
export async function releaseLease(
  tx: Tx,
  call_id: string,
  now: Date,
  { is_unreported }: { is_unreported: boolean },
): Promise<void> {
  const settleAt = new Date(now.getTime() + (is_unreported ? agentReportGraceMs : 0)).toISOString()
  await tx.execute(sql`
    update leases set is_live = false, settle_at = ${settleAt}::timestamptz, is_unreported = ${is_unreported}
    where company_id = ${tx.company_id}::uuid and call_id = ${call_id}::uuid
      and (is_live or settle_at > ${settleAt}::timestamptz)`)
}
