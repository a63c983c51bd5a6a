import type { Db } from '../../db/client.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
import {
  consumeChangedCalls,
  findCompaniesToFold,
  foldContributions,
  tryLockRollups,
  upsertSeries,
} from './fold-queries.ts'
import { type RollupHour, repairMinMax } from './min-max-repair.ts'

/** Change records per transaction: about a second of work. */
const batchSize = 2_000

/**
 * Folds one batch of changed calls of each company that has any. Safe in any number of processes: one process
 * at a time folds a company. Returns the number of change records consumed.
 *
 * @throws the first error, after all companies were tried, so that one company's error does not delay the others
 */
export async function foldStep(db: Db): Promise<number> {
  let consumed = 0
  const errors: unknown[] = []
  for (const { company_id } of await findCompaniesToFold(db)) {
    try {
      consumed += await foldCompany(db, company_id)
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
  return consumed
}

/**
 * Folds one batch of the company's changed calls into the rollups, in one transaction. Returns the number of change
 * records consumed; 0 when another process holds the company's lock.
 */
export function foldCompany(db: Db, company_id: string): Promise<number> {
  return asOwner(db, company_id, async (tx) => {
    const [lock] = await tryLockRollups(tx)
    if (lock?.locked !== true) return 0
    const [batch] = await consumeChangedCalls(tx, { limit: batchSize })
    if (batch?.call_ids) await foldCalls(tx, batch.call_ids)
    return batch?.n ?? 0
  })
}

/**
 * Replaces the stored contributions of these calls to the rollups by their current ones; a deleted call contributes
 * nothing. The caller holds the company's lock. Returns the number of calls that had changed without a change record.
 */
export async function foldCalls(tx: Tx, call_ids: readonly string[]): Promise<number> {
  await upsertSeries(tx, { call_ids })
  const rows = await foldContributions(tx, { call_ids })
  const repairs = rows.filter(({ is_extreme }) => is_extreme) as RollupHour[]
  await repairMinMax(tx, repairs)
  return rows.reduce((sum, { unrecorded_changes }) => sum + unrecorded_changes, 0)
}
