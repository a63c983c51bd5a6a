import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { inCompany, type Tx } from '../../db/transaction.ts'

/**
 * A transaction for figures: all its statements see one moment, so that the figures of an answer agree. Not
 * `readCompany`, which shares transactions: the next reader would be shown that moment too. Each statement is planned
 * for the period and the filters it has, and not compiled: it has a hundred expressions and runs once.
 */
export function analyze<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return inCompany(db, company_id, async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read, read only`)
    await tx.execute(sql`
      select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)`)
    return fn(tx)
  })
}
