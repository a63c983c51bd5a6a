import { and, desc, eq, ne, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../db/pagination.ts'
import {
  type DuplicateRule,
  type EventType,
  type ImportStatus,
  importRows,
  imports,
} from '../../db/schema/index.ts'
import { findRowById } from '../../db/select-rows.ts'
import type { Tx } from '../../db/transaction.ts'
import { conflict, invalid, notFound } from '../../lib/errors.ts'
import { assertNotOver, getCampaign, lockCampaign, recordCampaignEvent } from '../campaigns/index.ts'
import { emit } from '../events/index.ts'
import { getSkillbase, getVersion, templateVariables } from '../skillbases/index.ts'

export type Import = typeof imports.$inferSelect

export interface ImportInput {
  file_name: string | null
  is_dry_run: boolean
  on_duplicate: DuplicateRule
  key_id: string | null
}

export const isImport = (tx: Tx, id: string) => and(eq(imports.company_id, tx.company_id), eq(imports.id, id))

/** What the file of a campaign is read by: the zone of times that name none, and the columns its bot speaks of. */
export interface FileRequirements {
  timezone: string
  requiredColumns: string[]
}

/** Fields that every contact has: a bot may speak of them, whatever the file's columns are. */
const ofEveryContact = ['phone_number', 'contact_name', 'name']

/** @throws Refusal 'not_found', or 'conflict' when the campaign is over */
export async function getFileRequirements(tx: Tx, campaign_id: string): Promise<FileRequirements> {
  const campaign = await getCampaign(tx, campaign_id)
  assertNotOver(campaign)
  const skillbase = await getSkillbase(tx, campaign.skillbase_id)
  const version = campaign.skillbase_version ?? skillbase.published_version
  const config = version === null ? skillbase.config : (await getVersion(tx, skillbase.id, version)).config
  const wanted = templateVariables(config).filter((name) => !ofEveryContact.includes(name))
  return { timezone: campaign.timezone, requiredColumns: wanted }
}

/** Notes an import whose file is coming. @throws Refusal as `expectList` */
export async function createImport(
  tx: Tx,
  campaign_id: string,
  input: ImportInput,
  now: Date,
): Promise<Import> {
  assertNotOver(await lockCampaign(tx, campaign_id))
  const [made] = await tx
    .insert(imports)
    .values({ ...input, company_id: tx.company_id, campaign_id, alive_at: now, created_at: now })
    .returning()
  if (made === undefined) throw new Error('the import was not inserted')
  return made
}

/** @throws Refusal 'not_found' */
export async function getImport(tx: Tx, id: string): Promise<Import> {
  const found = await findRowById(tx, imports, id)
  if (found === undefined) throw notFound('import')
  return found
}

export interface ImportFilter {
  campaign_id?: string | undefined
  status?: ImportStatus | undefined
}

/** Imports, newest first. */
export const listImports = (tx: Tx, filter: ImportFilter, query: PageQuery): Promise<Page<Import>> =>
  listPage(
    tx,
    {
      from: imports,
      where: and(
        eq(imports.company_id, tx.company_id),
        filter.campaign_id === undefined ? undefined : eq(imports.campaign_id, filter.campaign_id),
        filter.status === undefined ? undefined : eq(imports.status, filter.status),
      ),
      key: [imports.id],
    },
    query,
  )

/** Rows that were refused, by their line. @throws Refusal 'not_found' */
export async function listRejectedRows(tx: Tx, id: string, query: PageQuery) {
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

/** Tells how far an import is: without its rows, which hold what contacts are called by. */
export function emitImportEvent(tx: Tx, type: `import.${string}` & EventType, present: Import): void {
  const { id, campaign_id, status, file_name, is_dry_run, error_code } = present
  const { total, created, updated, skipped, suppressed, rejected, reverted } = present
  emit(tx, {
    ...{ type, import_id: id, campaign_id, status, file_name, is_dry_run, error_code },
    ...{ total, created, updated, skipped, suppressed, rejected, reverted },
  })
}

/** Locks an import until the transaction ends. @throws Refusal 'not_found' */
export async function lockImport(tx: Tx, id: string): Promise<Import> {
  const [found] = await tx.select().from(imports).where(isImport(tx, id)).for('update')
  if (found === undefined) throw notFound('import')
  return found
}

/** Stops an import that is not done: what it has added is taken back. @throws Refusal 'not_found' or 'conflict' */
export async function cancelImport(tx: Tx, id: string): Promise<Import> {
  const { status } = await lockImport(tx, id)
  if (status !== 'waiting' && status !== 'merging') {
    throw conflict(
      'invalid_transition',
      `An import that is ${status} cannot be cancelled: DELETE takes back what it added.`,
    )
  }
  return becomes(tx, id, 'reverting')
}

/** Takes back what an import added and nobody called yet. @throws Refusal 'not_found' or 'conflict' */
export async function revertImport(tx: Tx, id: string, now: Date): Promise<Import> {
  const present = await lockImport(tx, id)
  if (present.status === 'receiving' || present.status === 'merging' || present.status === 'waiting') {
    throw conflict('import_under_way', 'The import is still going on: cancel it first.')
  }
  if (present.status !== 'completed') return present
  const { file_name, campaign_id } = present
  await recordCampaignEvent(
    tx,
    campaign_id,
    'import_reverted',
    `${file_name ?? 'A list'} is being taken back`,
    now,
    {
      import_id: id,
    },
  )
  return becomes(tx, id, 'reverting')
}

async function becomes(tx: Tx, id: string, status: ImportStatus): Promise<Import> {
  const [after] = await tx
    .update(imports)
    .set({ status, finished_at: null, line: 0 })
    .where(isImport(tx, id))
    .returning()
  if (after === undefined) throw notFound('import')
  return after
}

/** The workers may go on with it: its file is whole. */
export const enqueueImport = (tx: Tx, { id }: Import): Promise<Import> => becomes(tx, id, 'waiting')

/** Said in an answer as a fault of the file. */
export const invalidFile = (code: string, detail: string) =>
  invalid(code, detail, [{ pointer: '/file', detail }])

/** The last import of its campaign with the same file. */
export async function findImportOfSameFile(
  tx: Tx,
  { campaign_id, file_sha256, id }: Import,
): Promise<Import | undefined> {
  if (file_sha256 === null) return undefined
  const [found] = await tx
    .select()
    .from(imports)
    .where(
      and(
        eq(imports.company_id, tx.company_id),
        eq(imports.campaign_id, campaign_id),
        eq(imports.file_sha256, file_sha256),
        eq(imports.status, 'completed'),
        eq(imports.is_dry_run, false),
        ne(imports.id, id),
      ),
    )
    .orderBy(desc(imports.id))
    .limit(1)
  return found
}
