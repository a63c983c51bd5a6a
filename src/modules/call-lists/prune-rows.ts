import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { timestamptz } from '../../db/query/parameters.ts'

/** Rejected rows can be fetched for 30 days after the end of their import. */
const retentionMs = 30 * 86_400_000
const batchSize = 10_000

/**
 * Deletes rows of one import that ended before `expired_before`, or whose campaign was deleted.
 *
 * `imports_with_rows` jumps from one import to the next in the primary key of import_rows (a loose index scan), so the cost
 * does not depend on the number of rows.
 */
const deleteExpiredRows = defineQuery({
  name: 'call_lists.delete_expired_rows',
  params: { expired_before: timestamptz },
  row: { deleted: Type.Integer() },
  sql: (p) => sql`
    with recursive imports_with_rows as (
      (select company_id, import_id from import_rows order by company_id, import_id limit 1)
      union all
      select next.company_id, next.import_id from imports_with_rows previous cross join lateral (
        select company_id, import_id from import_rows r
        where (r.company_id, r.import_id) > (previous.company_id, previous.import_id)
        order by company_id, import_id limit 1) as next
    ),
    expired_import as (
      select w.* from imports_with_rows w left join imports i on i.company_id = w.company_id and i.id = w.import_id
      where i.id is null or i.finished_at < ${p.expired_before} limit 1
    ),
    deleted_rows as (
      delete from import_rows where (company_id, import_id, line) in (
        select r.company_id, r.import_id, r.line from expired_import e
        join import_rows r on r.company_id = e.company_id and r.import_id = e.import_id limit ${batchSize})
      returning 1
    )
    select count(*)::int as deleted from deleted_rows`,
})

/**
 * Deletes up to 10,000 rows of an import that ended more than 30 days ago, or whose campaign was deleted. Returns the number
 * of deleted rows; a worker loop calls it again while it is not 0.
 */
export async function pruneImportRows(db: Db, now: Date): Promise<number> {
  const [result] = await deleteExpiredRows(db, { expired_before: new Date(now.getTime() - retentionMs) })
  return result?.deleted ?? 0
}
