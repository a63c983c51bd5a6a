import { sql } from 'drizzle-orm'
import type { Tx } from '../../db/transaction.ts'

/**
 * Notes that what these calls contribute to the rollups has changed, or is gone. Called in the transaction that
 * changes them: whoever sees the note sees the change.
 */
export async function markCallsChanged(tx: Tx, call_ids: readonly string[]): Promise<void> {
  if (call_ids.length === 0) return
  await tx.execute(sql`
    insert into dirty_calls (company_id, call_id)
    select ${tx.company_id}::uuid, call_id from unnest(${`{${call_ids.join(',')}}`}::uuid[]) as call_id`)
}
