import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/transaction.ts'

/** Time for the agent to report the outcome of a conversation that ended without one. Then the task is settled. */
const agentReportGraceMs = 15_000

/**
 * Releases the lease of a call that has ended, in the transaction that ends it. From then on the call uses no
 * concurrency slot, its number may be called, and its task may be settled: immediately, or with `is_unreported` (the
 * outcome is unknown) after the grace period of the agent. Does nothing for a call without a lease.
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
