import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'

/** Events are kept so long: whoever was away for longer begins with a snapshot. */
export const eventRetentionDays = 7
const batch = 5_000

/** Forgets old events, some at a time, the oldest of each company first; answers how many rows went. */
export async function pruneEvents(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - eventRetentionDays * 86_400_000).toISOString()
  const [done] = await db.orm.execute<{ gone: number }>(sql`
    with gone as (
      delete from events e using (
        select company_id, id from events where at < ${before}::timestamptz order by at limit ${batch}
      ) as old
      where e.company_id = old.company_id and e.id = old.id returning e.company_id, e.id
    ), heads as (
      update event_heads h set first_id = greatest(h.first_id, g.id + 1)
      from (select company_id, max(id) as id from gone group by company_id) as g where h.company_id = g.company_id
    )
    select count(*)::int as gone from gone`)
  return done?.gone ?? 0
}
