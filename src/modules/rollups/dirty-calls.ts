import { sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../db/query/define-query.ts'
import { uuidArray } from '../../db/query/parameters.ts'
import type { Tx } from '../../db/transaction.ts'

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
