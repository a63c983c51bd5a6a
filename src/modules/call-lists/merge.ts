import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { imports } from '../../db/schema/index.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
import { addToCounters, isOver, lockCampaign, recordCampaignEvent } from '../campaigns/index.ts'
import { isSuppressionActive } from '../suppressions/index.ts'
import { emitImportEvent, type Import, isImport } from './imports.ts'
import { deleteStagedRows, markFailed, uploadInterrupted, uploadTimeoutMs } from './staging.ts'

/** Rows per transaction. The campaign is locked for its duration, so the dialer and the API wait. */
const chunkSize = 20_000

interface Counts extends Record<string, unknown> {
  last_line: number | null
  rows: number
  created: number
  updated: number
  suppressed: number
  rejected: number
  skipped: number
}

/**
 * Merges the next rows of an import into its campaign. Rows and progress are written in one transaction, so after a crash
 * the next process continues at the first row that is not merged. If the campaign is over, the import is set to reverting.
 * Returns whether work is left.
 */
export async function mergeChunk(tx: Tx, current: Import, now: Date): Promise<boolean> {
  const campaign = await lockCampaign(tx, current.campaign_id)
  if (isOver(campaign.status)) {
    await tx
      .update(imports)
      .set({ ...campaignOverError(campaign.status), status: 'reverting', line: 0 })
      .where(isImport(tx, current.id))
    return true
  }
  const [counts] = await tx.execute<Counts>(mergeStatement(tx, current, now))
  if (counts === undefined) throw new Error('the merge statement returned no row')
  await addToCounters(tx, current.campaign_id, { total_tasks: counts.created })
  const isDone = counts.rows < chunkSize
  const [updated] = await tx
    .update(imports)
    .set({
      status: isDone ? 'completed' : 'merging',
      line: counts.last_line ?? current.line,
      created: sql`${imports.created} + ${counts.created}::int`,
      updated: sql`${imports.updated} + ${counts.updated}::int`,
      skipped: sql`${imports.skipped} + ${counts.skipped}::int`,
      suppressed: sql`${imports.suppressed} + ${counts.suppressed}::int`,
      rejected: sql`${imports.rejected} + ${counts.rejected}::int`,
      ...(counts.rejected > 0 && {
        refusals: sql`${imports.refusals} || jsonb_build_object('duplicate',
          coalesce((${imports.refusals}->>'duplicate')::int, 0) + ${counts.rejected}::int)`,
      }),
      alive_at: now,
      ...(isDone && { finished_at: now }),
    })
    .where(isImport(tx, current.id))
    .returning()
  if (updated !== undefined) emitImportEvent(tx, isDone ? 'import.completed' : 'import.progress', updated)
  if (isDone) {
    const created = current.created + counts.created
    const detail = `${created} contact(s) were added from ${current.file_name ?? 'a list'}`
    await recordCampaignEvent(tx, current.campaign_id, 'list_imported', detail, now, {
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

/**
 * Merges up to `chunkSize` rows after the line that was merged last, and returns their counts. Of rows with the same number
 * the first is used, or with on_duplicate = update the last.
 *
 * The id of a new task is a uuid v7: the time of the import, then the line in 24 bits (12 in each of the two random parts),
 * then random bits. So pages of contacts are in the order of the file, and `rejectDuplicates` finds the lines that were used.
 *
 * Locks the tasks that it inserts or updates, in the order of their numbers so that concurrent merges cannot deadlock; the
 * caller has locked campaign and import. Indexes: import_rows_pkey, call_tasks_phone_number_key and
 * suppressions_phone_number_key.
 */
function mergeStatement(tx: Tx, { id, campaign_id, line, on_duplicate, created_at }: Import, now: Date) {
  const nowSql = sql`${now.toISOString()}::timestamptz`
  const createdMsHex = created_at.getTime().toString(16).padStart(12, '0')
  const usedRow = on_duplicate === 'update' ? sql`line desc` : sql`line`
  const onConflict = on_duplicate === 'update' ? updateTask : sql`do nothing`
  const isReject = on_duplicate === 'reject'
  return sql`
    with chunk as materialized (
      select r.*, s.phone_number is not null as is_suppressed
      from (
        select * from import_rows
        where company_id = ${tx.company_id}::uuid and import_id = ${id}::uuid and line > ${line}::int
        order by line limit ${chunkSize}
      ) as r
      left join suppressions s on s.company_id = r.company_id and s.phone_number = r.phone_number
        and ${isSuppressionActive(nowSql)}
    ),
    merged_tasks as (
      insert into call_tasks as t (company_id, id, campaign_id, phone_number, contact_name, contact_data, timezone,
        dial_timezone, timezone_source, priority, next_attempt_at, import_id, created_at)
      select company_id, (${createdMsHex.slice(0, 8)} || '-' || ${createdMsHex.slice(8)} || '-7' || left(hex, 3)
          || '-8' || right(hex, 3) || '-' || right(gen_random_uuid()::text, 12))::uuid,
        ${campaign_id}::uuid, phone_number, contact_name, coalesce(contact_data, '{}'), timezone, dial_timezone,
        timezone_source, coalesce(priority, 0), next_attempt_at, import_id, ${nowSql}
      from (
        select distinct on (phone_number) *, lpad(to_hex(line), 6, '0') as hex from chunk
        where code is null and not is_suppressed order by phone_number, ${usedRow}
      ) as used_rows
      order by phone_number
      on conflict (company_id, phone_number, campaign_id) ${onConflict}
      returning xmax = 0 as is_new, id
    ),
    counts as (
      select count(*)::int as rows, max(line) as last_line,
        (count(*) filter (where code is null and not is_suppressed))::int as valid,
        (count(*) filter (where code is null and is_suppressed))::int as suppressed,
        (select count(*)::int from merged_tasks where is_new) as created
      from chunk
    ),
    ${isReject ? rejectDuplicates : sql``}
    deleted_rows as (
      delete from import_rows
      where company_id = ${tx.company_id}::uuid and import_id = ${id}::uuid and code is null and line > ${line}::int
        and line <= (select max(line) from chunk)
        ${isReject ? sql`and line not in (select line from duplicate_rows)` : sql``}
    )
    select rows, last_line, created, suppressed,
      case when ${on_duplicate} = 'update' then valid - created else 0 end as updated,
      case when ${on_duplicate} = 'reject' then valid - created else 0 end as rejected,
      case when ${on_duplicate} = 'skip' then valid - created else 0 end as skipped
    from counts`
}

/** on_duplicate = update: cells that are not empty overwrite the task. A task that has ended keeps its next_attempt_at. */
const updateTask = sql`do update set contact_name = coalesce(excluded.contact_name, t.contact_name),
          contact_data = t.contact_data || excluded.contact_data,
          timezone = coalesce(excluded.timezone, t.timezone),
          dial_timezone = case when excluded.timezone is null then t.dial_timezone else excluded.dial_timezone end,
          timezone_source = case when excluded.timezone is null then t.timezone_source else excluded.timezone_source end,
          priority = case when excluded.priority <> 0 then excluded.priority else t.priority end,
          next_attempt_at = case when t.status in ('pending', 'retry') then coalesce(excluded.next_attempt_at, t.next_attempt_at)
            else t.next_attempt_at end,
          updated_at = now()`

/**
 * on_duplicate = reject: `duplicate_rows` are the valid rows that were not used, because the campaign already has their
 * number, or another row of the chunk with the same number was used. They stay in import_rows as rejected rows. The line of
 * a used row is read from the id of its new task.
 */
const rejectDuplicates = sql`
    duplicate_rows as materialized (
      select company_id, import_id, line from chunk
      where code is null and not is_suppressed and line not in (
        select ('x' || substr(id::text, 16, 3) || substr(id::text, 21, 3))::bit(24)::int from merged_tasks where is_new)
    ),
    rejected_rows as (
      update import_rows i set code = 'duplicate',
        detail = 'The campaign already has this phone number, or another row of the file has it.'
      from duplicate_rows d where i.company_id = d.company_id and i.import_id = d.import_id and i.line = d.line
    ),`

/**
 * Deletes up to `chunkSize` of the contacts that an import added and that were never called. Contacts that another
 * transaction has locked are skipped. Returns whether work is left.
 */
async function revertChunk(tx: Tx, current: Import, now: Date): Promise<boolean> {
  await lockCampaign(tx, current.campaign_id)
  const [result] = await tx.execute<{ deleted: number }>(sql`
    with revertible_tasks as materialized (
      select t.company_id, t.id from call_tasks t
      where t.company_id = ${tx.company_id}::uuid and t.campaign_id = ${current.campaign_id}::uuid
        and t.import_id = ${current.id}::uuid and t.status = 'pending' and t.attempt_count = 0 and t.call_id is null
        and not exists (select 1 from calls c where c.company_id = t.company_id and c.call_task_id = t.id)
      limit ${chunkSize} for update of t skip locked
    ),
    deleted_tasks as (
      delete from call_tasks t using revertible_tasks r where t.company_id = r.company_id and t.id = r.id returning 1
    )
    select count(*)::int as deleted from deleted_tasks`)
  const deleted = result?.deleted ?? 0
  await addToCounters(tx, current.campaign_id, { total_tasks: -deleted })
  const isDone = deleted < chunkSize
  const finalStatus = statusAfterRevert(current)
  const [updated] = await tx
    .update(imports)
    .set({
      reverted: sql`${imports.reverted} + ${deleted}::int`,
      alive_at: now,
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
 * One step of the import loop: continues the import that has waited longest, or fails one whose upload was interrupted.
 * Returns 1 when there was one, else 0.
 */
export async function importStep(db: Db, now: Date): Promise<number> {
  const [nextImport] = await db.orm.execute<{ company_id: string; id: string }>(sql`
    select company_id, id from imports where finished_at is null and (status <> 'receiving'
      or alive_at < ${new Date(now.getTime() - uploadTimeoutMs).toISOString()}::timestamptz)
      and (not is_dry_run or status = 'receiving')
    order by alive_at limit 1`)
  if (nextImport === undefined) return 0
  return continueImport(db, nextImport.company_id, nextImport.id, now)
}

/** Merges or reverts one chunk of an import. Returns 0 when it is finished or another process is working on it, else 1. */
export async function continueImport(db: Db, company_id: string, id: string, now: Date): Promise<number> {
  const result = await asOwner(db, company_id, async (tx) => {
    const [locked] = await tx.execute(sql`
      select id from imports where company_id = ${company_id}::uuid and id = ${id}::uuid for update skip locked`)
    if (locked === undefined) return undefined
    const [current] = await tx.select().from(imports).where(isImport(tx, id))
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
