import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { inCompany, type Tx } from '../../db/transaction.ts'
import { foldCompany } from '../rollups/index.ts'

/**
 * Runs `fn` in a read-only transaction in which all statements see one snapshot, so that the figures of a response are
 * consistent.
 *
 * Not `readCompany`: it shares a transaction among readers, and the next reader would see the old snapshot. Statements
 * are planned for their actual period and filters (no generic plan) and are not JIT-compiled: each has about a hundred
 * expressions and runs once.
 */
export async function inSnapshot<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  await foldBacklog(db, company_id)
  return inCompany(db, company_id, async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read, read only`)
    await tx.execute(sql`
      select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)`)
    return fn(tx)
  })
}

/** More change records than this are folded before reading. Otherwise each request would read all these calls. */
const maxUnfolded = 1_000
/** Limits the time that a request spends on folding. A worker folds the rest. */
const maxBatches = 10

/** Folds changed calls that have accumulated, for instance because no worker runs. */
async function foldBacklog(db: Db, company_id: string): Promise<void> {
  for (let batches = 0; batches < maxBatches; batches++) {
    const [row] = await db.orm.execute<{ n: number }>(sql`
      select count(*)::int as n from (
        select from dirty_calls where company_id = ${company_id}::uuid limit ${maxUnfolded + 1}) as change_records`)
    if ((row?.n ?? 0) <= maxUnfolded || (await foldCompany(db, company_id)) === 0) return
  }
}
