import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import { isWithinLimit } from '../../db/json-bytes.ts'
import { defineCompanyQuery, defineQuery } from '../../db/query/define-query.ts'
import { integer, text, timestamptz, uuid } from '../../db/query/parameters.ts'
import { type DuplicateRule, waitingTaskStatusList } from '../../db/schema/index.ts'
import { maxJsonBytes } from '../../lib/schema/json-size.ts'
import { Nullable } from '../../lib/schema/typebox.ts'
import { isSuppressionActive } from '../suppressions/index.ts'
import { maxChunkRows } from './file/limits.ts'

/** Rows per transaction. */
export const chunkSize = maxChunkRows.contacts

const mergeParams = {
  import_id: uuid,
  campaign_id: uuid,
  /** The line that was merged last. */
  line: integer,
  /** The last line of the chunk. */
  last_line: integer,
  /** Beginning and end of the ids of new tasks, as `taskIdParts` returns them. */
  id_prefix: text,
  id_suffix: text,
  now: timestamptz,
}
type MergeParams = Record<keyof typeof mergeParams | 'company_id', SQL>

/** The parts of the ids of an import's new tasks that are the same for all its lines. See `mergeTasks`. */
export function taskIdParts({ id, created_at }: { id: string; created_at: Date }) {
  const createdMsHex = created_at.getTime().toString(16).padStart(12, '0')
  return { id_prefix: `${createdMsHex.slice(0, 8)}-${createdMsHex.slice(8)}-7`, id_suffix: id.slice(-13) }
}

/**
 * Until the end of the transaction, tables are joined by hash tables, and keys looked up by index. Statistics may be from when
 * the company had no rows: nested loops would then compare each row of a chunk with all rows of the company. Planning each
 * execution would not help, and would also plan the check of the foreign key for each contact.
 */
export const neverCompareAllRows = defineQuery({
  name: 'call_lists.never_compare_all_rows',
  params: {},
  row: { settings: Type.Array(Type.String()) },
  sql: () => sql`
    select array[set_config('enable_nestloop', 'off', true), set_config('enable_seqscan', 'off', true)] as settings`,
})

/** What differs between the rules for a row whose number the campaign or the chunk has already. */
interface MergeVariant {
  /** Which of several rows with the same number is used: the first in this order. */
  usedRow: SQL
  onConflict: SQL
  /** Condition of the valid rows that are deleted. */
  isDeleted: SQL
  /** Columns of `merged_tasks` for `furtherParts`. */
  returning: SQL
  /** Common table expressions before `deleted_rows`. */
  furtherParts: (p: MergeParams) => SQL
  /** Number of valid rows that were rejected because contact_data would become too large. */
  tooLarge: SQL
}

const mergedDataOf = (row: SQL) => sql`t.contact_data || ${row}.contact_data`
const mergedData = mergedDataOf(sql`excluded`)

/** SQL condition: the task, aliased "t", may be updated with the data of a row. */
export const mayMergeData = (row: SQL): SQL =>
  isWithinLimit(mergedDataOf(row), sql`t.contact_data`, maxJsonBytes.contact_data)

/**
 * Cells that are not empty overwrite the task, except for its number: the row has the same telephone. A task that has ended
 * keeps its next_attempt_at.
 */
const updateTask = sql`do update set phone_extension = coalesce(excluded.phone_extension, t.phone_extension),
          further_numbers = case when excluded.further_numbers = '[]' then t.further_numbers else excluded.further_numbers end,
          contact_name = coalesce(excluded.contact_name, t.contact_name),
          contact_data = ${mergedData},
          timezone = coalesce(excluded.timezone, t.timezone),
          dial_timezone = case when excluded.timezone is null then t.dial_timezone else excluded.dial_timezone end,
          timezone_source = case when excluded.timezone is null then t.timezone_source else excluded.timezone_source end,
          priority = case when excluded.priority <> 0 then excluded.priority else t.priority end,
          next_attempt_at = case when t.status in (${waitingTaskStatusList}) then coalesce(excluded.next_attempt_at, t.next_attempt_at)
            else t.next_attempt_at end,
          updated_at = now()
        where ${mayMergeData(sql`excluded`)}`

const maxContactData = maxJsonBytes.contact_data.toLocaleString('en')
const tooLargeDetail = `With the stored values of the contact, the values of the row take more than ${maxContactData} bytes as JSON, which is the maximum. Map columns that you do not need to null.`

/** Sets the reason of a valid row that on_duplicate = update rejects. */
export const rejectedAsTooLarge = sql`code = 'contact_data_too_large', detail = ${sql.raw(`'${tooLargeDetail}'`)}`

/** Sets the reason of a valid row that on_duplicate = reject rejects. */
export const rejectedAsDuplicate = sql`code = 'duplicate',
        detail = 'The campaign already has this phone number, or another row of the file has it.'`

/**
 * `duplicate_rows` are the valid rows that were not used, because the campaign already has their number, or another row of
 * the chunk with the same number was used. They stay in import_rows as rejected rows. The line of a used row is read from
 * the id of its new task.
 */
const rejectDuplicates = (p: MergeParams) => sql`
    duplicate_rows as materialized (
      select line from chunk
      where code is null and not is_suppressed and line not in (
        select ('x' || substr(id::text, 16, 3) || substr(id::text, 21, 3))::bit(24)::int from merged_tasks where is_new)
    ),
    rejected_rows as (
      update import_rows i set ${rejectedAsDuplicate}
      from duplicate_rows d
      where i.company_id = ${p.company_id} and i.import_id = ${p.import_id} and i.line > ${p.line}
        and i.line <= (select max(line) from chunk) and i.line = d.line
    ),`

/**
 * `too_large_rows` are the used rows whose task exists and was not updated: its contact_data would exceed the limit. They stay
 * in import_rows as rejected rows.
 */
const rejectTooLarge = (p: MergeParams) => sql`
    too_large_rows as materialized (
      select distinct on (phone_identity) line from chunk
      where code is null and not is_suppressed and phone_identity not in (select phone_identity from merged_tasks)
      order by phone_identity, line desc
    ),
    rejected_rows as (
      update import_rows i set ${rejectedAsTooLarge}
      from too_large_rows d
      where i.company_id = ${p.company_id} and i.import_id = ${p.import_id} and i.line > ${p.line}
        and i.line <= (select max(line) from chunk) and i.line = d.line
    ),`

const skip: MergeVariant = {
  usedRow: sql`line`,
  onConflict: sql`do nothing`,
  isDeleted: sql`true`,
  returning: sql`xmax = 0 as is_new, id`,
  furtherParts: () => sql``,
  tooLarge: sql`0`,
}
const variants: Record<DuplicateRule, MergeVariant> = {
  skip,
  update: {
    usedRow: sql`line desc`,
    onConflict: updateTask,
    isDeleted: sql`line not in (select line from too_large_rows)`,
    returning: sql`xmax = 0 as is_new, phone_identity`,
    furtherParts: rejectTooLarge,
    tooLarge: sql`(select count(*)::int from too_large_rows)`,
  },
  reject: {
    ...skip,
    isDeleted: sql`line not in (select line from duplicate_rows)`,
    furtherParts: rejectDuplicates,
  },
}

/**
 * The next rows of the import, and whether their number is suppressed. Indexes: import_rows_pkey, suppressions_phone_identity_key.
 *
 * A lateral subquery with a limit always looks up one key: a hash table of all suppressions of the company would cost more.
 */
const nextChunk = (p: MergeParams) => sql`
    chunk as materialized (
      select r.*, s.phone_identity is not null as is_suppressed
      from (
        select *, phone_identity(phone_number) as phone_identity from import_rows
        where company_id = ${p.company_id} and import_id = ${p.import_id} and line > ${p.line}
          and line <= ${p.last_line}
        order by line limit ${chunkSize}
      ) as r
      left join lateral (
        select s.phone_identity from suppressions s
        where s.company_id = r.company_id and s.phone_identity = r.phone_identity and ${isSuppressionActive(p.now)} limit 1
      ) as s on true
    )`

/**
 * Inserts or updates the tasks, in the order of their numbers so that concurrent merges cannot deadlock. Index:
 * call_tasks_phone_identity_key.
 *
 * The id of a new task is a uuid v7: the time of the import, then the line in 24 bits (12 in each of the two random parts),
 * then the random end of the import's id. So pages of contacts are in the order of the file, and `rejectDuplicates` finds the
 * lines that were used.
 */
const mergeTasks = (p: MergeParams, { usedRow, onConflict, returning }: MergeVariant) => sql`
    merged_tasks as (
      insert into call_tasks as t (company_id, id, campaign_id, phone_number, phone_extension, further_numbers, contact_name,
        contact_data, timezone, dial_timezone, timezone_source, priority, next_attempt_at, import_id, created_at)
      select company_id, (${p.id_prefix} || left(hex, 3) || '-8' || right(hex, 3) || ${p.id_suffix})::uuid,
        ${p.campaign_id}, phone_number, phone_extension, coalesce(further_numbers, '[]'), contact_name,
        coalesce(contact_data, '{}'), timezone, dial_timezone, timezone_source, coalesce(priority, 0), next_attempt_at, import_id, ${p.now}
      from (
        select distinct on (phone_identity) *, lpad(to_hex(line), 6, '0') as hex from chunk
        where code is null and not is_suppressed order by phone_identity, ${usedRow}
      ) as used_rows
      order by phone_identity
      on conflict (company_id, phone_identity, campaign_id) ${onConflict}
      returning ${returning}
    )`

/**
 * Merges up to `chunkSize` rows after the line that was merged last, up to `last_line`, and returns their counts. Of rows with the same number
 * the first is used, or with on_duplicate = update the last. `duplicates` are valid rows that created no task.
 * `too_large` are those that were rejected, because contact_data would exceed its limit with the stored values.
 *
 * Locks the tasks that it inserts or updates; the caller has locked campaign and import.
 */
const defineMerge = (rule: DuplicateRule) =>
  defineCompanyQuery({
    name: `call_lists.merge_rows_${rule}`,
    params: mergeParams,
    row: {
      rows: Type.Integer(),
      last_line: Nullable(Type.Integer()),
      created: Type.Integer(),
      duplicates: Type.Integer(),
      too_large: Type.Integer(),
      suppressed: Type.Integer(),
    },
    sql: (p) => sql`
    with ${nextChunk(p)},
    ${mergeTasks(p, variants[rule])},
    ${variants[rule].furtherParts(p)}
    deleted_rows as (
      delete from import_rows
      where company_id = ${p.company_id} and import_id = ${p.import_id} and code is null and line > ${p.line}
        and line <= (select max(line) from chunk) and ${variants[rule].isDeleted}
    ),
    counts as (
      select count(*)::int as rows, max(line) as last_line,
        (count(*) filter (where code is null and not is_suppressed))::int as valid,
        (count(*) filter (where code is null and is_suppressed))::int as suppressed,
        (select count(*)::int from merged_tasks where is_new) as created, ${variants[rule].tooLarge} as too_large
      from chunk
    )
    select rows, last_line, created, valid - created - too_large as duplicates, too_large, suppressed from counts`,
  })

export const mergeRows: Record<DuplicateRule, ReturnType<typeof defineMerge>> = {
  skip: defineMerge('skip'),
  update: defineMerge('update'),
  reject: defineMerge('reject'),
}

/**
 * Deletes up to `chunkSize` tasks that an import added and that were never called. Skips tasks that another transaction has
 * locked. The caller has locked campaign and import, and called `neverCompareAllRows`. Index: call_tasks_status_idx.
 */
export const deleteUncalledTasks = defineCompanyQuery({
  name: 'call_lists.delete_uncalled_tasks',
  params: { campaign_id: uuid, import_id: uuid },
  row: { deleted: Type.Integer() },
  sql: (p) => sql`
    with revertible_tasks as materialized (
      select t.company_id, t.id from call_tasks t
      where t.company_id = ${p.company_id} and t.campaign_id = ${p.campaign_id}
        and t.import_id = ${p.import_id} and t.status = 'pending' and t.attempt_count = 0 and t.call_id is null
        and not exists (select 1 from calls c where c.company_id = t.company_id and c.call_task_id = t.id)
      limit ${chunkSize} for update of t skip locked
    ),
    deleted_tasks as (
      delete from call_tasks t using revertible_tasks r where t.company_id = r.company_id and t.id = r.id returning 1
    )
    select count(*)::int as deleted from deleted_tasks`,
})
