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

/** A file's bytes at most. */
export const maxFileBytes = 100 * 2 ** 20
/** While a file comes, its import says so this often; one that has not said so for long was left. */
const aliveEveryMs = 5_000
export const uploadTimeoutMs = 60_000
/** A batch of rows is stored in moments, or the database is away, ms. */
const storeWithinMs = 60_000

/**
 * Takes in the file of an import, as it comes, into import_rows. Nothing of it is in the campaign yet. When it cannot be
 * read, or its sender goes away, the import has failed, and says why.
 *
 * @throws FileFault; what `source` throws
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
  async function* counted() {
    for await (const chunk of source) {
      hash.update(chunk)
      bytes += chunk.length
      if (bytes > maxFileBytes) throw new FileError('too_large', 'A list has at most 100 MB.')
      yield chunk
    }
  }
  let said = Date.now()
  const store = async (copy: string) => {
    await copyIn(db, copyStatement, copy, storeWithinMs)
    if (Date.now() - said < aliveEveryMs) return
    said = Date.now()
    await asOwner(db, company_id, (tx) => tx.update(imports).set({ alive_at: now() }).where(isImport(tx, id)))
  }
  try {
    const list = {
      options,
      ids: `${company_id}\t${id}`,
      keepsCells: on_duplicate === 'reject',
      chunks: counted(),
      store,
    }
    const read = await readInThread(list)
    return await received(
      db,
      company_id,
      id,
      read,
      { file_bytes: bytes, file_sha256: hash.digest('hex') },
      now(),
    )
  } catch (error) {
    await failImport(db, company_id, id, error, now())
    throw error
  }
}

function received(
  db: Db,
  company_id: string,
  id: string,
  { reading, preview, refusals, total, rejected }: ReadSummary,
  file: { file_bytes: number; file_sha256: string },
  now: Date,
): Promise<Import> {
  return asOwner(db, company_id, async (tx) => {
    const [after] = await tx
      .update(imports)
      .set({
        ...file,
        ...{ preview, refusals, total, rejected, alive_at: now },
        reading: { ...reading },
      })
      .where(isImport(tx, id))
      .returning()
    if (after === undefined) throw new Error('the import is gone')
    emitImportEvent(tx, 'import.progress', after)
    return after
  })
}

export const uploadInterrupted = {
  error_code: 'interrupted',
  error_message: 'The file did not come to its end: upload it again.',
}

/** The import has failed, and leaves nothing but what it says. */
export async function failImport(
  db: Db,
  company_id: string,
  id: string,
  error: unknown,
  now: Date,
): Promise<void> {
  const isTold = error instanceof FileError || error instanceof Refusal
  const why = isTold ? { error_code: error.code, error_message: error.message } : uploadInterrupted
  await asOwner(db, company_id, (tx) => markFailed(tx, id, why, now))
  await deleteStagedRows(db, company_id, id)
}

export async function markFailed(
  tx: Tx,
  id: string,
  why: typeof uploadInterrupted,
  now: Date,
): Promise<void> {
  const [after] = await tx
    .update(imports)
    .set({ ...why, status: 'failed', finished_at: now })
    .where(isImport(tx, id))
    .returning()
  if (after !== undefined) emitImportEvent(tx, 'import.failed', after)
}

/** Deletes the rows of an import, some at a time. */
export async function deleteStagedRows(db: Db, company_id: string, id: string): Promise<void> {
  for (let line = 0; ; line += 50_000) {
    const [left] = await db.orm.execute(sql`
      with gone as (
        delete from ${importRows} where company_id = ${company_id}::uuid and import_id = ${id}::uuid and line < ${line + 50_000}::int
      )
      select exists (
        select 1 from ${importRows} where company_id = ${company_id}::uuid and import_id = ${id}::uuid and line >= ${line + 50_000}::int) as is_left`)
    if (left?.is_left !== true) return
  }
}
