import { type DuplicateRule, type EventType, imports } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { emit } from '../events/index.ts'
import { type Import, isImport } from './imports.ts'

/** Stores the progress of a merge, or its end, and emits the event. */
export async function saveMergeProgress(
  tx: Tx,
  id: string,
  isDone: boolean,
  progress: Partial<Import>,
  now: Date,
): Promise<void> {
  const [updated] = await tx
    .update(imports)
    .set({
      ...progress,
      status: isDone ? 'completed' : 'merging',
      alive_at: now,
      ...(isDone && { finished_at: now }),
    })
    .where(isImport(tx, id))
    .returning()
  if (updated !== undefined) emitImportEvent(tx, isDone ? 'import.completed' : 'import.progress', updated)
}

/** Emits the state and counts of an import. `preview` and `refusals` are left out: rows hold personal data. */
export function emitImportEvent(tx: Tx, type: `import.${string}` & EventType, current: Import): void {
  emit(tx, {
    type,
    import_id: current.id,
    campaign_id: current.campaign_id,
    status: current.status,
    file_name: current.file_name,
    is_dry_run: current.is_dry_run,
    error_code: current.error_code,
    total: current.total,
    created: current.created,
    updated: current.updated,
    skipped: current.skipped,
    suppressed: current.suppressed,
    rejected: current.rejected,
    reverted: current.reverted,
  })
}

/** The counts of an import after `count` more duplicates: valid rows whose number the campaign, or an earlier row, has. */
export function countDuplicates(current: Import, count: number): Partial<Import> {
  const { on_duplicate, refusals } = current
  const counter = duplicateCounters[on_duplicate]
  return {
    [counter]: current[counter] + count,
    ...(counter === 'rejected' &&
      count > 0 && { refusals: { ...refusals, duplicate: (refusals.duplicate ?? 0) + count } }),
  }
}

const duplicateCounters = {
  skip: 'skipped',
  update: 'updated',
  reject: 'rejected',
} as const satisfies Record<DuplicateRule, keyof Import>
