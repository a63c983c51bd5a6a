import { Type } from '@sinclair/typebox'
import { eq, sql } from 'drizzle-orm'
import { keepRequest } from '../../db/abandoned-reads.ts'
import type { Db } from '../../db/client.ts'
import { isWriteFault } from '../../db/connection-errors.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { dirtyCalls } from '../../db/schema/index.ts'
import { type ReadTx, readSnapshot } from '../../db/transaction.ts'
import { foldCompany } from '../rollups/index.ts'

/**
 * Statements are planned for their actual period and filters (no generic plan) and are not JIT-compiled: each has about a
 * hundred expressions and runs once.
 */
const setPlannerOptions = defineQuery({
  name: 'metrics.set_planner_options',
  params: {},
  row: { plan_cache_mode: Type.String(), jit: Type.String() },
  sql: () => sql`
    select set_config('plan_cache_mode', 'force_custom_plan', true) as plan_cache_mode, set_config('jit', 'off', true) as jit`,
})

/**
 * Runs `fn` in a read-only transaction in which all statements see one snapshot, so that the figures of a response are
 * consistent.
 */
export async function inSnapshot<T>(db: Db, company_id: string, fn: (tx: ReadTx) => Promise<T>): Promise<T> {
  const inRequest = keepRequest()
  await foldBacklog(db, company_id)
  return inRequest(() =>
    readSnapshot(db, company_id, async (tx) => {
      await setPlannerOptions(tx)
      return fn(tx)
    }),
  )
}

/** More change records than this are folded before reading. Otherwise each request would read all these calls. */
const maxUnfolded = 1_000
/** Limits the time that a request spends on folding. A worker folds the rest. */
const maxBatches = 10

/** Folds changed calls that have accumulated, for instance because no worker runs. */
async function foldBacklog(db: Db, company_id: string): Promise<void> {
  for (let batches = 0; batches < maxBatches; batches++) {
    const excess = await db.orm
      .select({ call_id: dirtyCalls.call_id })
      .from(dirtyCalls)
      .where(eq(dirtyCalls.company_id, company_id))
      .offset(maxUnfolded)
      .limit(1)
    if (excess.length === 0 || (await tryToFold(db, company_id)) === 0) return
  }
}

/** While the database does not accept writes, the request reads the calls that are not folded. */
async function tryToFold(db: Db, company_id: string): Promise<number> {
  try {
    return await foldCompany(db, company_id)
  } catch (error) {
    if (!isWriteFault(error)) throw error
    return 0
  }
}
