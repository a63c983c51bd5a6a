import { createHash } from 'node:crypto'
import type { Db } from '../../db/client.ts'
import { imports } from '../../db/schema/index.ts'
import { inCompany, type Tx } from '../../db/transaction.ts'
import { Refusal } from '../../lib/errors.ts'
import { FileError } from './file/file-error.ts'
import type { ReadOptions } from './file/read-options.ts'
import { readInThread } from './file/reader-pool.ts'
import type { ReadSummary } from './file/reader-thread.ts'
import { emitImportEvent } from './import-progress.ts'
import { type Import, isImport } from './imports.ts'
import { deleteRowsBefore, storeRows } from './staging-queries.ts'

/** Maximum size of a file: 100 MB. */
const maxFileBytes = 100 * 2 ** 20
/** Interval at which an import sets alive_at while its file is received, waits for a thread or is read. */
const heartbeatIntervalMs = 10_000
/** Number of lines that one DELETE covers. */
const deleteBatchLines = 50_000

interface FileToStage {
  source: AsyncIterable<Uint8Array>
  options: ReadOptions
  /** Stops reading: the client has disconnected. */
  signal: AbortSignal
}

/**
 * Reads the file of an import as it arrives, and stores its rows in import_rows. The campaign is not changed. When the file
 * cannot be read, or the upload is interrupted, the import is set to failed with the reason.
 *
 * @throws FileError when the file cannot be read; the reason of `signal`; any error of `source`
 */
export async function stageFile(
  db: Db,
  { company_id, id, on_duplicate }: Import,
  { source, options, signal }: FileToStage,
  now: () => Date,
): Promise<Import> {
  const hash = createHash('sha256')
  let bytes = 0
  async function* hashedChunks() {
    for await (const chunk of source) {
      if (heartbeat.failure !== undefined) throw heartbeat.failure.cause
      hash.update(chunk)
      bytes += chunk.length
      if (bytes > maxFileBytes) {
        throw new FileError('too_large', 'The file is larger than 100 MB. Split it into several files.')
      }
      yield chunk
    }
  }
  const heartbeat = startHeartbeat(db, company_id, id, now)
  const store = (rows: string) =>
    inCompany(db, company_id, async (tx) => void (await storeRows(tx, { import_id: id, rows })))
  try {
    const summary = await readInThread(company_id, {
      options,
      keepsCells: on_duplicate !== 'skip',
      chunks: hashedChunks(),
      store,
      signal,
    })
    const file = { file_bytes: bytes, file_sha256: hash.digest('hex') }
    return await saveSummary(db, company_id, id, summary, file, now())
  } catch (error) {
    await failImport(db, company_id, id, error, now())
    throw error
  } finally {
    clearInterval(heartbeat.timer)
  }
}

/** Sets alive_at until the timer is cleared, so that workers do not take the upload for an interrupted one. */
function startHeartbeat(db: Db, company_id: string, id: string, now: () => Date) {
  const beat = () =>
    inCompany(db, company_id, async (tx) => {
      await tx.update(imports).set({ alive_at: now() }).where(isImport(tx, id))
    })
  const heartbeat: { timer: NodeJS.Timeout; failure: { cause: unknown } | undefined } = {
    timer: setInterval(() => {
      beat().then(
        () => {
          heartbeat.failure = undefined
        },
        (cause: unknown) => {
          heartbeat.failure = { cause }
        },
      )
    }, heartbeatIntervalMs),
    failure: undefined,
  }
  return heartbeat
}

function saveSummary(
  db: Db,
  company_id: string,
  id: string,
  { reading, ...summary }: ReadSummary,
  file: { file_bytes: number; file_sha256: string },
  now: Date,
): Promise<Import> {
  return inCompany(db, company_id, async (tx) => {
    const [updated] = await tx
      .update(imports)
      .set({ ...file, ...summary, reading: { ...reading }, alive_at: now })
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
  await inCompany(db, company_id, (tx) => markFailed(tx, id, reason, now))
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
export const deleteStagedRows = (db: Db, company_id: string, import_id: string): Promise<void> =>
  deleteRows(db, company_id, { import_id, with_rejected: true })

/** Deletes the valid rows of an import, and keeps the rejected ones. */
export const deleteValidRows = (db: Db, company_id: string, import_id: string): Promise<void> =>
  deleteRows(db, company_id, { import_id, with_rejected: false })

async function deleteRows(
  db: Db,
  company_id: string,
  rows: { import_id: string; with_rejected: boolean },
): Promise<void> {
  for (let line = deleteBatchLines; ; line += deleteBatchLines) {
    const [result] = await inCompany(db, company_id, (tx) => deleteRowsBefore(tx, { ...rows, line }))
    if (result?.has_more !== true) return
  }
}
