import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { integer, timestamptz } from '../../db/query/parameters.ts'

/** How long events are stored, days. A client that was disconnected for longer starts again with a snapshot. */
const eventRetentionDays = 7
/** Maximum number of rows that one call deletes. */
const batchSize = 5_000

/** Deletes up to 5,000 rows of events older than 7 days, the oldest first. Returns the number of rows deleted. */
export async function pruneEvents(db: Db, now: Date): Promise<number> {
  const expires_before = new Date(now.getTime() - eventRetentionDays * 86_400_000)
  const [result] = await deleteExpiredEvents(db, { expires_before, limit: batchSize })
  return result?.deleted ?? 0
}

/**
 * Deletes the oldest events and moves `first_id` of their companies behind them, but not behind `last_id`, which hand-written
 * SQL can have lowered. Leaves rows that others have locked for later. Index: events_at_idx.
 */
const deleteExpiredEvents = defineQuery({
  name: 'events.delete_expired_events',
  params: { expires_before: timestamptz, limit: integer },
  row: { deleted: Type.Integer() },
  sql: (p) => sql`
    with deleted_events as (
      delete from events e using (
        select company_id, id from events where at < ${p.expires_before} order by at limit ${p.limit}
        for update skip locked
      ) as expired
      where e.company_id = expired.company_id and e.id = expired.id returning e.company_id, e.id
    ), updated_heads as (
      update event_heads h set first_id = least(greatest(h.first_id, d.last_deleted_id + 1), h.last_id + 1)
      from (select company_id, max(id) as last_deleted_id from deleted_events group by company_id) as d
      where h.company_id = d.company_id
    )
    select count(*)::int as deleted from deleted_events`,
})
