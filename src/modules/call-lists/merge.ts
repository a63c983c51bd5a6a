import type { Db } from '../../db/client.ts'
import { imports } from '../../db/schema/index.ts'
import { inCompany, type Tx } from '../../db/transaction.ts'
import { acceptsContacts, addToCounters, lockCampaign, recordCampaignEvent } from '../campaigns/index.ts'
import {
  countDuplicates,
  countTooLarge,
  emitImportEvent,
  endOfLines,
  isLastChunk,
  nextChunkEnd,
  saveMergeProgress,
  servedAt,
} from './import-progress.ts'
import { type ImportFailure, limitLockWait, nextImports, recordFailure } from './import-turns.ts'
import { type Import, isImport } from './imports.ts'
import {
  chunkSize,
  deleteUncalledTasks,
  mergeRows,
  neverCompareAllRows,
  taskIdParts,
} from './merge-queries.ts'
import { deleteStagedRows, markFailed, uploadInterrupted } from './staging.ts'
import { mergeSuppressions } from './suppression-lists/merge-suppressions.ts'

/**
 * Merges the next rows of an import into its campaign, or into the suppressions. Rows and progress are written in one transaction, so after a crash
 * the next process continues at the first row that is not merged. If the campaign does not accept contacts any more, the import is set to reverting.
 * Returns whether work is left.
 */
export async function mergeChunk(tx: Tx, current: Import, now: Date): Promise<boolean> {
  const { campaign_id } = current
  if (campaign_id === null) return mergeSuppressions(tx, current, now)
  const campaign = await lockCampaign(tx, campaign_id)
  if (!acceptsContacts(campaign, now)) {
    await tx
      .update(imports)
      .set({ ...campaignOverError(campaign.status), status: 'reverting', line: 0 })
      .where(isImport(tx, current.id))
    return true
  }
  await neverCompareAllRows(tx)
  const chunkEnd = nextChunkEnd(current)
  const [counts] = await mergeRows[current.on_duplicate](tx, {
    import_id: current.id,
    campaign_id,
    line: current.line,
    last_line: chunkEnd ?? endOfLines,
    ...taskIdParts(current),
    now,
  })
  if (counts === undefined) throw new Error('the merge statement returned no row')
  await addToCounters(tx, campaign_id, { total_tasks: counts.created })
  const isDone = isLastChunk(current, counts.rows, chunkSize)
  const created = current.created + counts.created
  const progress = {
    line: chunkEnd ?? counts.last_line ?? current.line,
    ...countDuplicates(current, counts.duplicates),
    ...(counts.too_large > 0 && countTooLarge(current, counts.too_large)),
    created,
    suppressed: current.suppressed + counts.suppressed,
  }
  await saveMergeProgress(tx, current.id, isDone, progress, now)
  if (isDone) {
    const detail = `${created} contact(s) were added from ${current.file_name ?? 'a list'}`
    await recordCampaignEvent(tx, campaign_id, 'list_imported', detail, now, {
      import_id: current.id,
      created,
    })
  }
  return !isDone
}

const campaignOverError = (status: string) => ({
  error_code: 'campaign_over',
  error_message: `The campaign is ${status}. The contacts that the import had added are deleted again.`,
})

/** Deletes up to `chunkSize` contacts that an import added and that were never called. Returns how many. */
async function deleteContacts(tx: Tx, { campaign_id, id: import_id }: Import): Promise<number> {
  // Numbers that a suppression list has suppressed stay suppressed.
  if (campaign_id === null) return 0
  await lockCampaign(tx, campaign_id)
  await neverCompareAllRows(tx)
  const [result] = await deleteUncalledTasks(tx, { campaign_id, import_id })
  const deleted = result?.deleted ?? 0
  await addToCounters(tx, campaign_id, { total_tasks: -deleted })
  return deleted
}

/**
 * Deletes up to `chunkSize` of the contacts that an import added and that were never called. Contacts that another
 * transaction has locked are skipped. Returns whether work is left.
 */
async function revertChunk(tx: Tx, current: Import, now: Date): Promise<boolean> {
  const deleted = await deleteContacts(tx, current)
  const isDone = deleted < chunkSize
  const finalStatus = statusAfterRevert(current)
  const [updated] = await tx
    .update(imports)
    .set({
      reverted: current.reverted + deleted,
      ...servedAt(now),
      ...(isDone && { status: finalStatus, finished_at: now }),
    })
    .where(isImport(tx, current.id))
    .returning()
  if (updated !== undefined) {
    emitImportEvent(tx, isDone ? `import.${finalStatus}` : 'import.progress', updated)
  }
  return !isDone
}

/** failed if the campaign is over; reverted if the import had been completed (its counts add up to total); or cancelled. */
function statusAfterRevert(current: Import) {
  const { error_code, created, updated, skipped, suppressed, rejected, total } = current
  if (error_code !== null) return 'failed' as const
  return created + updated + skipped + suppressed + rejected === total
    ? ('reverted' as const)
    : ('cancelled' as const)
}

/**
 * One step of the import loop: continues the import whose turn it is, or fails one whose upload was interrupted. Imports that
 * another process works on are skipped. An import that fails is attempted again later, after the others.
 *
 * @param onFailure called when the import could not be continued
 * @returns 1 when there was one, else 0
 */
export async function importStep(
  db: Db,
  now: Date,
  onFailure: (failure: ImportFailure) => void = () => undefined,
): Promise<number> {
  for (const { company_id, id } of await nextImports(db, now)) {
    try {
      if ((await continueImport(db, company_id, id, now)) > 0) return 1
    } catch (error) {
      onFailure(await recordFailure(db, { company_id, id }, error, now))
      return 1
    }
  }
  return 0
}

/** Merges or reverts one chunk of an import. Returns 0 when it is finished or another process is working on it, else 1. */
export async function continueImport(db: Db, company_id: string, id: string, now: Date): Promise<number> {
  const result = await inCompany(db, company_id, async (tx) => {
    await limitLockWait(tx)
    const [current] = await tx
      .select()
      .from(imports)
      .where(isImport(tx, id))
      .for('update', { skipLocked: true })
    if (current === undefined || current.finished_at !== null) return undefined
    if (current.status === 'receiving') {
      await markFailed(tx, id, uploadInterrupted, now)
      return { canDeleteRows: true }
    }
    if (current.status === 'reverting') return { canDeleteRows: !(await revertChunk(tx, current, now)) }
    await mergeChunk(tx, current, now)
    return { canDeleteRows: false }
  })
  if (result?.canDeleteRows) await deleteStagedRows(db, company_id, id)
  return result === undefined ? 0 : 1
}
