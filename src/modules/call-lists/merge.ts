import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { imports } from '../../db/schema/index.ts'
import { asOwner, type Tx } from '../../db/transaction.ts'
import { addToCounters, isOver, lockCampaign, recordCampaignEvent } from '../campaigns/index.ts'
import { isSuppressionActive } from '../suppressions/index.ts'
import { emitImportEvent, type Import, isImport } from './imports.ts'
import { deleteStagedRows, markFailed, uploadInterrupted, uploadTimeoutMs } from './staging.ts'

/** Rows that one transaction takes into a campaign: others want the campaign too. */
const chunk = 20_000

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
 * Takes the next rows of an import into its campaign, in the transaction that notes how far it is: whoever dies in the
 * middle took none, and whoever goes on begins there. Answers whether rows are left.
 */
export async function mergeChunk(tx: Tx, present: Import, now: Date): Promise<boolean> {
  const campaign = await lockCampaign(tx, present.campaign_id)
  if (isOver(campaign.status)) {
    await tx
      .update(imports)
      .set({ ...overFault(campaign.status), status: 'reverting', line: 0 })
      .where(isImport(tx, present.id))
    return true
  }
  const [found] = await tx.execute<Counts>(mergeStatement(tx, present, now))
  const counts = found as Counts
  await addToCounters(tx, present.campaign_id, { total_tasks: counts.created })
  const isDone = counts.rows < chunk
  const [after] = await tx
    .update(imports)
    .set({
      status: isDone ? 'completed' : 'merging',
      line: counts.last_line ?? present.line,
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
    .where(isImport(tx, present.id))
    .returning()
  if (after !== undefined) emitImportEvent(tx, isDone ? 'import.completed' : 'import.progress', after)
  if (isDone) {
    const created = present.created + counts.created
    const told = `${created} contact(s) were added from ${present.file_name ?? 'a list'}`
    await recordCampaignEvent(tx, present.campaign_id, 'list_imported', told, now, {
      import_id: present.id,
      created,
    })
  }
  return !isDone
}

const overFault = (status: string) => ({
  error_code: 'campaign_over',
  error_message: `The campaign is ${status}: what was added is taken back.`,
})

/**
 * The rows after the last line, each number once: the first of its rows, or with `update` the last. Ids are uuid v7 of the
 * import's time with the line in them, so that pages of contacts are in the file's order.
 */
function mergeStatement(tx: Tx, { id, campaign_id, line, on_duplicate, created_at }: Import, now: Date) {
  const at = now.toISOString()
  const ms = created_at.getTime().toString(16).padStart(12, '0')
  const order = on_duplicate === 'update' ? sql`line desc` : sql`line`
  const onConflict =
    on_duplicate === 'update'
      ? sql`do update set contact_name = coalesce(excluded.contact_name, t.contact_name),
          contact_data = t.contact_data || excluded.contact_data,
          timezone = coalesce(excluded.timezone, t.timezone),
          dial_timezone = case when excluded.timezone is null then t.dial_timezone else excluded.dial_timezone end,
          timezone_source = case when excluded.timezone is null then t.timezone_source else excluded.timezone_source end,
          priority = case when excluded.priority <> 0 then excluded.priority else t.priority end,
          next_attempt_at = case when t.status in ('pending', 'retry') then coalesce(excluded.next_attempt_at, t.next_attempt_at)
            else t.next_attempt_at end,
          updated_at = now()`
      : sql`do nothing`
  const isReject = on_duplicate === 'reject'
  return sql`
    with read as materialized (
      select r.*, s.phone_number is not null as is_suppressed
      from (
        select * from import_rows
        where company_id = ${tx.company_id}::uuid and import_id = ${id}::uuid and line > ${line}::int order by line limit ${chunk}
      ) as r
      left join suppressions s on s.company_id = r.company_id and s.phone_number = r.phone_number
        and ${isSuppressionActive(sql`${at}::timestamptz`)}
    ),
    merged as (
      insert into call_tasks as t (company_id, id, campaign_id, phone_number, contact_name, contact_data, timezone,
        dial_timezone, timezone_source, priority, next_attempt_at, import_id, created_at)
      select company_id, (${ms.slice(0, 8)} || '-' || ${ms.slice(8)} || '-7' || left(hex, 3) || '-8' || right(hex, 3) || '-'
          || right(gen_random_uuid()::text, 12))::uuid,
        ${campaign_id}::uuid, phone_number, contact_name, coalesce(contact_data, '{}'), timezone, dial_timezone,
        timezone_source, coalesce(priority, 0), next_attempt_at, import_id, ${at}::timestamptz
      from (
        select distinct on (phone_number) *, lpad(to_hex(line), 6, '0') as hex from read
        where code is null and not is_suppressed order by phone_number, ${order}
      ) as good
      order by phone_number
      on conflict (company_id, phone_number, campaign_id) ${onConflict}
      returning xmax = 0 as is_new, id
    ),
    counted as (
      select count(*)::int as rows, max(line) as last_line,
        (count(*) filter (where code is null and not is_suppressed))::int as good,
        (count(*) filter (where code is null and is_suppressed))::int as suppressed,
        (select count(*)::int from merged where is_new) as created
      from read
    ),
    ${isReject ? refuseOthers : sql``}
    gone as (
      delete from import_rows
      where company_id = ${tx.company_id}::uuid and import_id = ${id}::uuid and code is null and line > ${line}::int
        and line <= (select max(line) from read) ${isReject ? sql`and line not in (select line from others)` : sql``}
    )
    select rows, last_line, created, suppressed,
      case when ${on_duplicate} = 'update' then good - created else 0 end as updated,
      case when ${on_duplicate} = 'reject' then good - created else 0 end as rejected,
      case when ${on_duplicate} = 'skip' then good - created else 0 end as skipped
    from counted`
}

/** With on_duplicate = reject: good rows whose number the campaign has already, or another row of the file. */
const refuseOthers = sql`
    others as materialized (
      select company_id, import_id, line from read
      where code is null and not is_suppressed and line not in (
        select ('x' || substr(id::text, 16, 3) || substr(id::text, 21, 3))::bit(24)::int from merged where is_new)
    ),
    refused as (
      update import_rows i set code = 'duplicate', detail = 'the campaign has this number already, or another row of the file'
      from others o where i.company_id = o.company_id and i.import_id = o.import_id and i.line = o.line
    ),`

/** Takes back the next contacts that an import added and nobody called. Answers whether some are left. */
export async function revertChunk(tx: Tx, present: Import, now: Date): Promise<boolean> {
  await lockCampaign(tx, present.campaign_id)
  const [gone] = await tx.execute<{ gone: number }>(sql`
    with mine as materialized (
      select t.company_id, t.id from call_tasks t
      where t.company_id = ${tx.company_id}::uuid and t.campaign_id = ${present.campaign_id}::uuid
        and t.import_id = ${present.id}::uuid and t.status = 'pending' and t.attempt_count = 0 and t.call_id is null
        and not exists (select 1 from calls c where c.company_id = t.company_id and c.call_task_id = t.id)
      limit ${chunk} for update of t skip locked
    ),
    gone as (
      delete from call_tasks t using mine m where t.company_id = m.company_id and t.id = m.id returning 1
    )
    select count(*)::int as gone from gone`)
  const n = gone?.gone ?? 0
  await addToCounters(tx, present.campaign_id, { total_tasks: -n })
  const isDone = n < chunk
  const ended = endedAs(present)
  const [after] = await tx
    .update(imports)
    .set({
      reverted: sql`${imports.reverted} + ${n}::int`,
      alive_at: now,
      ...(isDone && { status: ended, finished_at: now }),
    })
    .where(isImport(tx, present.id))
    .returning()
  if (after !== undefined) emitImportEvent(tx, isDone ? `import.${ended}` : 'import.progress', after)
  return !isDone
}

/** One that came to its end before was taken back; one that did not was cancelled, or its campaign ended. */
function endedAs({ error_code, created, updated, skipped, suppressed, rejected, total }: Import) {
  if (error_code !== null) return 'failed' as const
  return created + updated + skipped + suppressed + rejected === total
    ? ('reverted' as const)
    : ('cancelled' as const)
}

/**
 * Goes on with one import that waits, is being merged or taken back; answers 1 when there was one. One whose file stopped
 * coming has failed.
 */
export async function importStep(db: Db, now: Date): Promise<number> {
  const [open] = await db.orm.execute<{ company_id: string; id: string }>(sql`
    select company_id, id from imports where finished_at is null and (status <> 'receiving'
      or alive_at < ${new Date(now.getTime() - uploadTimeoutMs).toISOString()}::timestamptz)
      and (not is_dry_run or status = 'receiving')
    order by alive_at limit 1`)
  if (open === undefined) return 0
  return continueImport(db, open.company_id, open.id, now)
}

/** One step of one import; another process may be at it, and then nothing is done. */
export async function continueImport(db: Db, company_id: string, id: string, now: Date): Promise<number> {
  const done = await asOwner(db, company_id, async (tx) => {
    const [held] = await tx.execute(sql`
      select id from imports where company_id = ${company_id}::uuid and id = ${id}::uuid for update skip locked`)
    if (held === undefined) return undefined
    const [present] = await tx.select().from(imports).where(isImport(tx, id))
    if (present === undefined || present.finished_at !== null) return undefined
    if (present.status === 'receiving') {
      await markFailed(tx, id, uploadInterrupted, now)
      return { isOver: true }
    }
    if (present.status === 'reverting') return { isOver: !(await revertChunk(tx, present, now)) }
    await mergeChunk(tx, present, now)
    return { isOver: false }
  })
  if (done?.isOver) await deleteStagedRows(db, company_id, id)
  return done === undefined ? 0 : 1
}
