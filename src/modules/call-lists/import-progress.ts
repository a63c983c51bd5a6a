import { type DuplicateRule, type EventType, imports } from '../../db/schema/index.ts'
import type { Tx } from '../../db/transaction.ts'
import { emit } from '../events/index.ts'
import { type Import, isImport } from './imports.ts'

/** What is set when a chunk was merged or reverted. */
export const servedAt = (now: Date) =>
  ({
    alive_at: now,
    served_at: now,
    failed_attempts: 0,
    last_error: null,
    next_attempt_at: null,
  }) satisfies Partial<Import>

/** The last line of the next chunk; undefined when its number of rows decides, as in an import of an earlier version. */
export const nextChunkEnd = ({ chunk_ends, line }: Import): number | undefined =>
  chunk_ends.find((end) => end > line)

/** Whether no rows follow the chunk that was merged. */
export const isLastChunk = (current: Import, rows: number, maxRows: number): boolean =>
  current.chunk_ends.length > 0 ? nextChunkEnd(current) === current.chunk_ends.at(-1) : rows < maxRows

/** A line behind those of all rows. */
export const endOfLines = 2_147_483_647

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
      ...servedAt(now),
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

/** The counts of an import after `count` more rows that on_duplicate = update rejects, because of the size of contact_data. */
export const countTooLarge = ({ rejected, refusals }: Import, count: number): Partial<Import> => ({
  rejected: rejected + count,
  refusals: { ...refusals, contact_data_too_large: (refusals.contact_data_too_large ?? 0) + count },
})

const duplicateCounters = {
  skip: 'skipped',
  update: 'updated',
  reject: 'rejected',
} as const satisfies Record<DuplicateRule, keyof Import>
