import { and, count, desc, eq, isNotNull, isNull, ne, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import { type DuplicateRule, type ImportStatus, importRows, imports } from '../../db/schema/index.ts'
import { findRowById } from '../../db/select-rows.ts'
import type { ReadTx, Tx } from '../../db/transaction.ts'
import { conflict, invalid, notFound } from '../../lib/errors.ts'
import type { FileErrorCode } from '../../lib/list-error-codes.ts'
import { lookupNames } from '../../lib/template.ts'
import type { ZoneSettings } from '../../lib/time/dial-timezone.ts'
import { assertAcceptsContacts, getCampaign, recordCampaignEvent } from '../campaigns/index.ts'
import { findBuiltIn, getConfigToRun, templateVariables } from '../skillbases/index.ts'
import type { EarlierColumns } from './file/column-mapping.ts'

export type Import = typeof imports.$inferSelect

interface ImportInput {
  file_name: string | null
  is_dry_run: boolean
  on_duplicate: DuplicateRule
  /** The API key of the upload; null: the platform. */
  key_id: string | null
}

/** SQL condition: the row of this import, within the company of the transaction. */
export const isImport = (tx: Tx, id: string) => and(eq(imports.company_id, tx.company_id), eq(imports.id, id))

/** What determines how the call lists of a campaign are read. */
interface FileRequirements extends ZoneSettings {
  /** Variables that the skillbase uses without a default, each of which needs a column. */
  requiredColumns: string[]
  /** How the latest files of the campaign were read. */
  earlier: EarlierColumns[]
}

/** @throws Refusal 'not_found'; 'conflict' as `assertAcceptsContacts` */
export async function getFileRequirements(
  tx: ReadTx,
  campaign_id: string,
  now: Date,
): Promise<FileRequirements> {
  const campaign = await getCampaign(tx, campaign_id)
  assertAcceptsContacts(campaign, now)
  const config = await getConfigToRun(tx, campaign.skillbase_id, campaign.skillbase_version)
  const requiredColumns = templateVariables(config)
    .filter(({ name, needsValue }) => needsValue && lookupNames(name).every((key) => !findBuiltIn(key)))
    .map(({ name }) => name)
  const { timezone, unknown_zone } = campaign
  return { timezone, unknown_zone, requiredColumns, earlier: await listEarlierColumns(tx, campaign_id) }
}

/** The number of earlier files of which an export of rejected rows is recognised. */
const maxEarlierFiles = 50

/** SQL condition: imports of the same campaign, or of suppression lists for null. Index: imports_campaign_idx. */
const isOfCampaign = (campaign_id: string | null) =>
  campaign_id === null ? isNull(imports.campaign_id) : eq(imports.campaign_id, campaign_id)

/** How the latest files of a campaign, or the latest suppression lists, were read. */
export async function listEarlierColumns(tx: ReadTx, campaign_id: string | null): Promise<EarlierColumns[]> {
  const rows = await tx
    .select({ reading: imports.reading })
    .from(imports)
    .where(
      and(
        eq(imports.company_id, tx.company_id),
        isOfCampaign(campaign_id),
        sql`${imports.reading} ? 'columns'`,
      ),
    )
    .orderBy(desc(imports.id))
    .limit(maxEarlierFiles)
  return rows.map(({ reading }) => reading as unknown as EarlierColumns)
}

/**
 * Creates an import in status receiving, before its file is read.
 *
 * @param campaign_id null: the file is a suppression list
 * @throws Refusal as `getFileRequirements`; 'conflict' when the company has too many imports in progress
 */
export async function createImport(
  tx: Tx,
  campaign_id: string | null,
  input: ImportInput,
  now: Date,
): Promise<Import> {
  if (campaign_id !== null) assertAcceptsContacts(await getCampaign(tx, campaign_id), now)
  await assertMayImport(tx)
  const [created] = await tx
    .insert(imports)
    .values({ ...input, company_id: tx.company_id, campaign_id, alive_at: now, created_at: now })
    .returning()
  if (created === undefined) throw new Error('the import was not inserted')
  return created
}

/** They bound what the staged rows of a company take in the database. */
const maxOpenImports = 20

/** @throws Refusal 'conflict' */
async function assertMayImport(tx: Tx): Promise<void> {
  // Uploads at the same moment are counted one after the other.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('imports of ' || ${tx.company_id}, 0))`)
  const [open] = await tx
    .select({ count: count() })
    .from(imports)
    .where(and(eq(imports.company_id, tx.company_id), isNull(imports.finished_at)))
  if ((open?.count ?? 0) < maxOpenImports) return
  throw conflict(
    'too_many_imports',
    `The company has ${maxOpenImports} imports in progress. Upload the file when one of them has ended, or cancel one with POST /api/imports/{id}/cancel.`,
  )
}

/** The import. @throws Refusal 'not_found' */
export async function getImport(tx: ReadTx, id: string): Promise<Import> {
  const current = await findRowById(tx, imports, id)
  if (current === undefined) throw notFound('import')
  return current
}

/** What was uploaded. */
export const importKinds = ['call_list', 'suppression_list'] as const

interface ImportFilter {
  campaign_id?: string | undefined
  kind?: (typeof importKinds)[number] | undefined
  status?: ImportStatus | undefined
}

/** A page of imports, newest first. */
export const listImports = (tx: ReadTx, filter: ImportFilter, query: PageQuery): Promise<Page<Import>> =>
  listPage(
    tx,
    {
      from: imports,
      where: and(
        eq(imports.company_id, tx.company_id),
        filter.campaign_id === undefined ? undefined : eq(imports.campaign_id, filter.campaign_id),
        filter.kind === undefined
          ? undefined
          : filter.kind === 'call_list'
            ? isNotNull(imports.campaign_id)
            : isNull(imports.campaign_id),
        filter.status === undefined ? undefined : eq(imports.status, filter.status),
      ),
      key: [imports.id],
    },
    query,
  )

/** A page of the rejected rows of an import, in the order of the file. @throws Refusal 'not_found' */
export async function listRejectedRows(tx: ReadTx, id: string, query: PageQuery) {
  await getImport(tx, id)
  return listPage(
    tx,
    {
      from: importRows,
      where: and(
        eq(importRows.company_id, tx.company_id),
        eq(importRows.import_id, id),
        sql`${importRows.code} is not null`,
      ),
      key: [importRows.line],
      order: 'asc',
    },
    query,
  )
}

/** Locks an import until the transaction ends. @throws Refusal 'not_found' */
export async function lockImport(tx: Tx, id: string): Promise<Import> {
  const [current] = await tx.select().from(imports).where(isImport(tx, id)).for('update')
  if (current === undefined) throw notFound('import')
  return current
}

/**
 * Cancels an import that is waiting or merging. The workers then delete the contacts that it has added; numbers that it has
 * suppressed stay suppressed.
 *
 * @throws Refusal 'not_found'; 'conflict' in any other status
 */
export async function cancelImport(tx: Tx, id: string): Promise<Import> {
  const { status } = await lockImport(tx, id)
  if (status !== 'waiting' && status !== 'merging') {
    throw conflict(
      'invalid_transition',
      `The import is ${status}, so it cannot be cancelled; only a waiting or merging import can. Use DELETE /api/imports/{id} to revert a completed import.`,
    )
  }
  return setStatus(tx, id, 'reverting')
}

/**
 * Reverts a completed import: the contacts that it added and that were never called are deleted. Does nothing for an import
 * that failed, was cancelled or is reverted already.
 *
 * @throws Refusal 'not_found'; 'conflict' while the import is in progress
 */
export async function revertImport(tx: Tx, id: string, now: Date): Promise<Import> {
  const current = await lockImport(tx, id)
  const { status, file_name, campaign_id } = current
  if (status === 'receiving' || status === 'merging' || status === 'waiting') {
    throw conflict(
      'import_under_way',
      `The import is ${status}. Cancel it with POST /api/imports/{id}/cancel, or wait until it is completed.`,
    )
  }
  if (status !== 'completed') return current
  if (campaign_id === null) {
    throw conflict(
      'invalid_transition',
      'The import of a suppression list cannot be reverted, because other sources may have suppressed the same numbers. Delete suppressions with DELETE /api/suppressions/{id}.',
    )
  }
  const detail = `the import of ${file_name ?? 'a list'} is being reverted`
  await recordCampaignEvent(tx, campaign_id, 'import_reverted', detail, now, { import_id: id })
  return setStatus(tx, id, 'reverting')
}

/** `line` is where the workers continue; a new status starts at the first line. */
async function setStatus(tx: Tx, id: string, status: ImportStatus): Promise<Import> {
  const [updated] = await tx
    .update(imports)
    .set({ status, finished_at: null, line: 0 })
    .where(isImport(tx, id))
    .returning()
  if (updated === undefined) throw notFound('import')
  return updated
}

/** Sets an import whose file was received to waiting, so that the workers merge it. */
export const enqueueImport = (tx: Tx, { id }: Import): Promise<Import> => setStatus(tx, id, 'waiting')

/**
 * Leaves an import that its request could not merge to the workers, which continue behind the last line that was merged. One
 * that a worker has finished meanwhile stays as it is. @throws Refusal 'not_found'
 */
export async function leaveToWorkers(tx: Tx, id: string): Promise<Import> {
  const current = await lockImport(tx, id)
  if (current.status !== 'receiving') return current
  return enqueueImport(tx, current)
}

/** The error response (422) for a file that cannot be read. */
export const invalidFile = (code: FileErrorCode, detail: string) =>
  invalid(code, detail, [{ pointer: '/file', detail }])

/** The latest completed import of the same file into the same campaign, or of the same suppression list; undefined: none. */
export async function findImportOfSameFile(
  tx: ReadTx,
  { campaign_id, file_sha256, id }: Import,
): Promise<Import | undefined> {
  if (file_sha256 === null) return undefined
  const [latest] = await tx
    .select()
    .from(imports)
    .where(
      and(
        eq(imports.company_id, tx.company_id),
        isOfCampaign(campaign_id),
        eq(imports.file_sha256, file_sha256),
        eq(imports.status, 'completed'),
        eq(imports.is_dry_run, false),
        ne(imports.id, id),
      ),
    )
    .orderBy(desc(imports.id))
    .limit(1)
  return latest
}
