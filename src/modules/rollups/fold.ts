import type { Db } from '../../db/client.ts'
import { failureReason, isTransientFailure } from '../../db/connection-errors.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
import { mapConcurrently } from '../../lib/map-concurrently.ts'
import { countSetAside, firstBackoffMs, maxBackoffMs, type OnSetAside } from '../../lib/set-aside.ts'
import { indexTranscripts } from '../search/index.ts'
import {
  consumeChangedCalls,
  findCompaniesToFold,
  foldContributions,
  setAsideFirstCall,
  tryLockRollups,
  upsertSeries,
} from './fold-queries.ts'
import { type RollupHour, repairMinMax } from './min-max-repair.ts'

/** Change records per transaction: about a second of work. After a failure fewer are tried, down to the one that fails. */
const batchSizes = [2_000, 200, 20, 1] as const

/**
 * Folds one batch of changed calls of each company that has any. Safe in any number of processes: one process
 * at a time folds a company. Returns the number of change records consumed, or set aside.
 *
 * A call that cannot be folded is set aside: the others are folded without it, and it is tried again with a growing delay.
 *
 * @throws the first error that no call has caused, after all companies were tried
 */
export async function foldStep(db: Db, onSetAside: OnSetAside = countSetAside): Promise<number> {
  const companies = await findCompaniesToFold(db)
  const consumed = await mapConcurrently(1, companies, ({ company_id }) =>
    foldOrSetAside(db, company_id, onSetAside),
  )
  return consumed.reduce((sum, n) => sum + n, 0)
}

async function foldOrSetAside(db: Db, company_id: string, onSetAside: OnSetAside): Promise<number> {
  let failure: unknown
  for (const limit of batchSizes) {
    try {
      return await foldCompany(db, company_id, limit)
    } catch (error) {
      if (isTransientFailure(error)) throw error
      failure = error
    }
  }
  return asOwner(db, company_id, async (tx) => {
    const [lock] = await tryLockRollups(tx)
    if (lock?.locked !== true) return 0
    const reason = failureReason(failure)
    const [call] = await setAsideFirstCall(tx, {
      error: reason,
      first_delay_ms: firstBackoffMs,
      max_delay_ms: maxBackoffMs,
    })
    if (call === undefined) return 0
    if (call.failures === 1) onSetAside({ kind: 'dirty_call', company_id, id: call.call_id, reason })
    return 1
  })
}

/**
 * Folds one batch of the company's changed calls into the rollups and indexes their transcripts, in one transaction. Returns the number of change
 * records consumed; 0 when another process holds the company's lock.
 */
export function foldCompany(db: Db, company_id: string, limit: number = batchSizes[0]): Promise<number> {
  return asOwner(db, company_id, async (tx) => {
    const [lock] = await tryLockRollups(tx)
    if (lock?.locked !== true) return 0
    const [batch] = await consumeChangedCalls(tx, { limit })
    if (batch?.call_ids) {
      await foldCalls(tx, batch.call_ids)
      await indexTranscripts(tx, batch.call_ids)
    }
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
