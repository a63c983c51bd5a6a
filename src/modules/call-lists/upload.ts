import type { Db } from '../../db/client.ts'
import { databaseFaultOf, isLockConflict } from '../../db/connection-errors.ts'
import { inCompany, type ReadTx, readCompany, type Tx } from '../../db/transaction.ts'
import { truncate } from '../../lib/text.ts'
import { dryRunImport } from './dry-run.ts'
import { countUpload } from './file/reader-pool.ts'
import { limitLockWait } from './import-turns.ts'
import {
  createImport,
  enqueueImport,
  getFileRequirements,
  getImport,
  type Import,
  leaveToWorkers,
  listEarlierColumns,
  lockImport,
} from './imports.ts'
import { continueImport, mergeChunk } from './merge.ts'
import { deleteValidRows, stageFile } from './staging.ts'
import type { UploadFields } from './upload-fields.ts'

/** Lists of up to this many rows and chunks are merged before the response. Workers merge longer ones. */
const maxInRequest = {
  contacts: { rows: 10_000, chunks: 1 },
  suppressions: { rows: 50_000, chunks: 10 },
}
/** How long a request waits for an import to be reverted. Workers continue after that. */
const maxDrainMs = 2_000
const maxFileNameLength = 255

interface Upload {
  /** Null: the file is a suppression list. */
  campaign_id: string | null
  file_name: string | undefined
  /** The API key of the request; null: the platform. */
  key_id: string | null
  fields: UploadFields
  source: AsyncIterable<Uint8Array>
  /** Aborted when the client disconnects. */
  signal: AbortSignal
}

/** What determines how suppression lists are read. They have no time zone: `suppressions.timezone` is that of their times. */
const suppressionListRequirements = async (tx: ReadTx) => ({
  timezone: 'UTC',
  unknown_zone: 'strictest' as const,
  requiredColumns: [],
  earlier: await listEarlierColumns(tx, null),
})

/**
 * Creates an import and stages its file. The campaign is changed by `finishUpload` only, because parts of the form that
 * follow the file may still be invalid.
 *
 * @throws Refusal 'not_found'; 'conflict' when the campaign is over; 'unavailable' when too many files are being uploaded;
 * 'malformed' when the client disconnects. FileError when the file cannot be read
 */
export const stageUpload = (db: Db, company_id: string, upload: Upload, now: () => Date): Promise<Import> =>
  countUpload(company_id, () => createAndStage(db, company_id, upload, now))

async function createAndStage(
  db: Db,
  company_id: string,
  { campaign_id, file_name, key_id, fields, source, signal }: Upload,
  now: () => Date,
): Promise<Import> {
  const requirements = await readCompany(db, company_id, (tx) =>
    campaign_id === null ? suppressionListRequirements(tx) : getFileRequirements(tx, campaign_id, now()),
  )
  const { on_duplicate, is_dry_run, allow_missing_columns, ...readOptions } = fields
  const input = { file_name: baseName(file_name), key_id, on_duplicate, is_dry_run }
  const created = await inCompany(db, company_id, (tx) => createImport(tx, campaign_id, input, now()))
  const options = {
    ...readOptions,
    ...requirements,
    now: now(),
    requiredColumns: allow_missing_columns ? [] : requirements.requiredColumns,
  }
  return stageFile(db, created, { source, options, signal }, now)
}

/** The file name without directories, which some clients send, and without control characters; null when none is left. */
function baseName(path = ''): string | null {
  const name = path.split(/[\\/]/).at(-1) ?? ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this expression removes control characters.
  return truncate(name.replace(/[\u0000-\u001f]/g, ''), maxFileNameLength) || null
}

/** Completes a staged import in this request if it is a dry run or short. Workers complete a longer one. */
export async function finishUpload(db: Db, staged: Import, now: () => Date): Promise<Import> {
  const { company_id, id } = staged
  if (staged.is_dry_run) {
    const completed = await inCompany(db, company_id, (tx) => dryRunImport(tx, staged, now()))
    await deleteValidRows(db, company_id, id)
    return completed
  }
  const { rows, chunks } = maxInRequest[staged.campaign_id === null ? 'suppressions' : 'contacts']
  if (staged.total > rows || staged.chunk_ends.length > chunks)
    return inCompany(db, company_id, (tx) => enqueueImport(tx, staged))
  return mergeInRequest(db, staged, now)
}

/**
 * Merges the rows of a short list: contacts in one transaction, suppressions in chunks that a worker can continue. Workers
 * complete a list whose campaign, contacts or suppressions another transaction has locked for a second.
 */
async function mergeInRequest(db: Db, { company_id, id }: Import, now: () => Date): Promise<Import> {
  const mergeNextChunk = async (tx: Tx) => {
    await limitLockWait(tx)
    const current = await lockImport(tx, id)
    // A worker may have continued it.
    const isDone = current.finished_at !== null || !(await mergeChunk(tx, current, now()))
    return isDone ? getImport(tx, id) : undefined
  }
  for (;;) {
    const result = await ifNotLocked(inCompany(db, company_id, mergeNextChunk))
    if (result === 'locked') return inCompany(db, company_id, (tx) => leaveToWorkers(tx, id))
    if (result !== undefined) return result
  }
}

/** 'locked' when another transaction does not release a row, or the statement takes too long for a request. */
async function ifNotLocked<T>(work: Promise<T>): Promise<T | 'locked'> {
  try {
    return await work
  } catch (error) {
    if (isLockConflict(error) || databaseFaultOf(error) === 'too_slow') return 'locked'
    throw error
  }
}

/**
 * Merges or reverts an import in this request for up to 2 s, so that a short one is finished before the response. Workers
 * continue one that another transaction has locked.
 */
export async function drainImport(
  db: Db,
  { company_id, id }: Pick<Import, 'company_id' | 'id'>,
  now: () => Date,
): Promise<Import> {
  const deadline = performance.now() + maxDrainMs
  let result: number | 'locked' = 1
  while (performance.now() < deadline && result === 1)
    result = await ifNotLocked(continueImport(db, company_id, id, now()))
  return readCompany(db, company_id, (tx) => getImport(tx, id))
}
