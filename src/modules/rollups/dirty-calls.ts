import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/transaction.ts'

/**
 * Records that the contributions of these calls to the rollups changed, or that the calls were deleted. Call it in the
 * transaction that changes them, so that a process that sees the change record also sees the change.
 */
export async function markCallsChanged(tx: Tx, call_ids: readonly string[]): Promise<void> {
  if (call_ids.length === 0) return
  await tx.execute(sql`
    insert into dirty_calls (company_id, call_id)
    select ${tx.company_id}::uuid, call_id from unnest(${`{${call_ids.join(',')}}`}::uuid[]) as call_id`)
}
