import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { uuidArray } from '../../db/query/parameters.ts'
import { dirtyCalls } from '../../db/schema/index.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'

const insertDirtyCalls = defineCompanyQuery({
  name: 'rollups.insert_dirty_calls',
  params: { call_ids: uuidArray },
  row: {},
  sql: (p) =>
    sql`insert into dirty_calls (company_id, call_id) select ${p.company_id}, unnest(${p.call_ids})`,
})

/**
 * Records that the contributions of these calls to the rollups changed, or that the calls were deleted. Call it in the
 * transaction that changes them, so that a process that sees the change record also sees the change.
 */
export async function markCallsChanged(tx: Tx, call_ids: readonly string[]): Promise<void> {
  if (call_ids.length > 0) await insertDirtyCalls(tx, { call_ids })
}

/** A call that could not be folded. `error`: as `failureReason` of db/connection-errors.ts returns it. */
export interface SetAsideCall {
  call_id: string
  failures: number
  error: string | null
  retry_at: Date | null
}

/** Up to `limit` calls of the company that are set aside, the oldest change first. Index: dirty_calls_set_aside_idx. */
export const listSetAsideCalls = (tx: ReadTx, limit: number): Promise<SetAsideCall[]> =>
  tx
    .select({
      call_id: dirtyCalls.call_id,
      failures: dirtyCalls.failures,
      error: dirtyCalls.error,
      retry_at: dirtyCalls.retry_at,
    })
    .from(dirtyCalls)
    .where(and(eq(dirtyCalls.company_id, tx.company_id), gt(dirtyCalls.failures, 0)))
    .orderBy(asc(dirtyCalls.seq))
    .limit(limit)
