import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'

/** Refused rows can be fetched for so long, ms. */
const keptMs = 30 * 86_400_000
const most = 10_000

/**
 * Forgets rows of imports that ended a month ago, or went with their campaign; a bounded number at a time. Answers how
 * many.
 */
export async function pruneImportRows(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - keptMs).toISOString()
  const { count } = await db.orm.execute(sql`
    with recursive kept as (
      (select company_id, import_id from import_rows order by company_id, import_id limit 1)
      union all
      select next.company_id, next.import_id from kept cross join lateral (
        select company_id, import_id from import_rows r where (r.company_id, r.import_id) > (kept.company_id, kept.import_id)
        order by company_id, import_id limit 1) as next
    ),
    old as (
      select k.* from kept k left join imports i on i.company_id = k.company_id and i.id = k.import_id
      where i.id is null or i.finished_at < ${before}::timestamptz limit 1
    )
    delete from import_rows where (company_id, import_id, line) in (
      select r.company_id, r.import_id, r.line from old
      join import_rows r on r.company_id = old.company_id and r.import_id = old.import_id limit ${most})`)
  return count
}
