import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { copyIn } from '../../db/copy.ts'
import { importRows, imports } from '../../db/schema/index.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
import { Refusal } from '../../lib/errors.ts'
import { FileError } from './file/column-mapping.ts'
import type { ReadOptions } from './file/read-options.ts'
import { readInThread } from './file/reader-pool.ts'
import type { ReadSummary } from './file/reader-thread.ts'
import { copyStatement } from './file/rows.ts'
import { emitImportEvent, type Import, isImport } from './imports.ts'

/** Maximum size of an uploaded file: 100 MB. */
export const maxFileBytes = 100 * 2 ** 20
/** Interval at which an import sets alive_at while its file is received. */
const heartbeatIntervalMs = 5_000
/** An import in status receiving that has not set alive_at for this long was interrupted. */
export const uploadTimeoutMs = 60_000
/** Timeout of the COPY of one batch. A COPY lasts milliseconds unless the database is unavailable. */
const copyTimeoutMs = 60_000
/** Number of lines that one DELETE covers. */
const deleteBatchLines = 50_000

/**
 * Reads the file of an import as it arrives, and stores its rows in import_rows. The campaign is not changed. When the file
 * cannot be read, or the upload is interrupted, the import is set to failed with the reason.
 *
 * @throws FileError when the file cannot be read; any error of `source`
 */
export async function stageFile(
  db: Db,
  { company_id, id, on_duplicate }: Import,
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  now: () => Date,
): Promise<Import> {
  const hash = createHash('sha256')
  let bytes = 0
  async function* hashedChunks() {
    for await (const chunk of source) {
      hash.update(chunk)
      bytes += chunk.length
      if (bytes > maxFileBytes) {
        throw new FileError('too_large', 'The file is larger than 100 MB. Split it into several files.')
      }
      yield chunk
    }
  }
  let lastHeartbeat = Date.now()
  const store = async (copy: string) => {
    await copyIn(db, copyStatement, copy, copyTimeoutMs)
    if (Date.now() - lastHeartbeat < heartbeatIntervalMs) return
    lastHeartbeat = Date.now()
    await asOwner(db, company_id, (tx) => tx.update(imports).set({ alive_at: now() }).where(isImport(tx, id)))
  }
  try {
    const summary = await readInThread({
      options,
      ids: `${company_id}\t${id}`,
      keepsCells: on_duplicate === 'reject',
      chunks: hashedChunks(),
      store,
    })
    const file = { file_bytes: bytes, file_sha256: hash.digest('hex') }
    return await saveSummary(db, company_id, id, summary, file, now())
  } catch (error) {
    await failImport(db, company_id, id, error, now())
    throw error
  }
}

function saveSummary(
  db: Db,
  company_id: string,
  id: string,
  { reading, preview, refusals, total, rejected }: ReadSummary,
  file: { file_bytes: number; file_sha256: string },
  now: Date,
): Promise<Import> {
  return asOwner(db, company_id, async (tx) => {
    const [updated] = await tx
      .update(imports)
      .set({ ...file, preview, refusals, total, rejected, reading: { ...reading }, alive_at: now })
      .where(isImport(tx, id))
      .returning()
    if (updated === undefined) throw new Error('the import was deleted while its file was read')
    emitImportEvent(tx, 'import.progress', updated)
    return updated
  })
}

/** The error of an import whose upload was interrupted, or whose process ended. */
export const uploadInterrupted = {
  error_code: 'interrupted',
  error_message: 'The upload ended before the whole file was received. Upload the file again.',
}

/** Sets an import to failed and deletes its staged rows. Errors other than a FileError or Refusal count as interrupted. */
export async function failImport(
  db: Db,
  company_id: string,
  id: string,
  error: unknown,
  now: Date,
): Promise<void> {
  const isExpected = error instanceof FileError || error instanceof Refusal
  const reason = isExpected ? { error_code: error.code, error_message: error.message } : uploadInterrupted
  await asOwner(db, company_id, (tx) => markFailed(tx, id, reason, now))
  await deleteStagedRows(db, company_id, id)
}

/** Sets an import to failed and emits import.failed. Does nothing when the import was deleted. */
export async function markFailed(
  tx: Tx,
  id: string,
  reason: typeof uploadInterrupted,
  now: Date,
): Promise<void> {
  const [updated] = await tx
    .update(imports)
    .set({ ...reason, status: 'failed', finished_at: now })
    .where(isImport(tx, id))
    .returning()
  if (updated !== undefined) emitImportEvent(tx, 'import.failed', updated)
}

/** Deletes all rows of an import, in one transaction per 50,000 lines. */
export async function deleteStagedRows(db: Db, company_id: string, id: string): Promise<void> {
  for (let line = deleteBatchLines; ; line += deleteBatchLines) {
    const [remaining] = await db.orm.execute(sql`
      with deleted as (
        delete from ${importRows}
        where company_id = ${company_id}::uuid and import_id = ${id}::uuid and line < ${line}::int
      )
      select exists (
        select 1 from ${importRows}
        where company_id = ${company_id}::uuid and import_id = ${id}::uuid and line >= ${line}::int) as has_rows`)
    if (remaining?.has_rows !== true) return
  }
}
