import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { inCompany, type Tx } from '../../db/transaction.ts'
import { foldCompany } from '../rollups/index.ts'

/**
 * A transaction for figures: all its statements see one moment, so that the figures of an answer agree. Not
 * `readCompany`, which shares transactions: the next reader would be shown that moment too. Each statement is planned
 * for the period and the filters it has, and not compiled: it has a hundred expressions and runs once.
 */
export async function readSnapshot<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  await catchUp(db, company_id)
  return inCompany(db, company_id, async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read, read only`)
    await tx.execute(sql`
      select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)`)
    return fn(tx)
  })
}

/** More calls than this that are not folded are folded first: read from their rows, each answer would do it again. */
const mostPending = 1_000

/** Folds what has piled up, as where no worker runs, a few batches at most. */
async function catchUp(db: Db, company_id: string): Promise<void> {
  for (let batches = 0; batches < 10; batches++) {
    const [row] = await db.orm.execute<{ n: number }>(sql`
      select count(*)::int as n from (
        select from dirty_calls where company_id = ${company_id}::uuid limit ${mostPending + 1}) as noted`)
    if ((row?.n ?? 0) <= mostPending || (await foldCompany(db, company_id)) === 0) return
  }
}
