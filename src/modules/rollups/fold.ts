import type { Db } from '../../db/client.ts'
import type { Tx } from '../../db/transaction.ts'
import type { OnSetAside } from '../../lib/set-aside.ts'
import { queueTranscripts } from '../search/index.ts'
import { changedCalls } from './dirty-calls.ts'
import { foldContributions, upsertSeries } from './fold-queries.ts'
import { type RollupHour, repairMinMax } from './min-max-repair.ts'

/**
 * Folds one batch of changed calls of each company that has any, as `defineChangeQueue` describes. Returns the number of change
 * records consumed, or set aside.
 */
export const foldStep = (db: Db, onSetAside?: OnSetAside): Promise<number> =>
  changedCalls.step(db, foldAndQueue, onSetAside)

/**
 * Folds one batch of the company's changed calls into the rollups, in one transaction. Returns the number of change
 * records consumed; 0 when another process holds the company's lock.
 */
export const foldCompany = (db: Db, company_id: string, limit?: number): Promise<number> =>
  changedCalls.processBatch(db, company_id, foldAndQueue, limit)

/** Transcripts are queued here, where the changes of a call are batched, and not by ingest, which would wait for it. */
async function foldAndQueue(tx: Tx, call_ids: readonly string[]): Promise<void> {
  await foldCalls(tx, call_ids)
  await queueTranscripts(tx, call_ids)
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
