import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { noCompany } from '../../db/schema/index.ts'
import { asOwner } from '../../db/transaction.ts'

/** What transactions wrote, taken in one step at most. */
const most = 5_000

/** Who listens for events is told on this channel that there are new ones; it says no more than that. */
export const eventChannel = 'new_voice_events'
const key = (name: string) => `hashtextextended('new voice: ${name}', 0)`
const order = sql.raw(key('the order of events'))
/** The lock that every connection which listens holds, shared: an expression of SQL. */
export const watcherLockKey = key('somebody watches')

export interface SequenceResult {
  /** Rows of the outbox that were taken. */
  taken: number
  /** Whether any process listens. */
  isWatched: boolean
}

/**
 * Gives ids to the events of committed transactions, in the order in which they wrote, and tells those who listen. One
 * process at a time, until its commit: so ids are seen in their order, and none is missing before another.
 *
 * Transactions themselves give no ids and NOTIFY nobody: that would make their commits wait for each other. See
 * docs/decisions/0011.
 */
export function sequenceEvents(db: Db): Promise<SequenceResult> {
  return asOwner(db, noCompany, async (tx) => {
    const [alone] = await tx.execute<{ is_alone: boolean }>(sql`
      select pg_advisory_xact_lock(${order}) is null as waited,
        pg_try_advisory_xact_lock(${sql.raw(watcherLockKey)}) as is_alone`)
    const isWatched = alone?.is_alone === false
    const [done] = await tx.execute<{ taken: number }>(sql`
      with taken as materialized (
        delete from event_outbox
        where n <= (select max(n) from (select n from event_outbox order by n limit ${most}) as first)
        returning company_id, n, items, created_at
      ), placed as materialized (
        select t.*, jsonb_array_length(items) as size,
          sum(jsonb_array_length(items)) over (partition by company_id order by n) as upto
        from taken t join companies c on c.id = t.company_id
      ), totals as materialized (
        select company_id, sum(size) as total from placed group by company_id
      ), heads as (
        insert into event_heads as h (company_id, last_id) select company_id, total from totals order by company_id
        on conflict (company_id) do update set last_id = h.last_id + excluded.last_id
        returning company_id, last_id
      ), kept as (
        insert into events (company_id, id, first_id, n, items, at)
        select company_id, last_id - total + upto, last_id - total + upto - size + 1, n, items, created_at
        from placed join totals using (company_id) join heads using (company_id)
        returning 1
      )
      select (select count(*)::int from taken) as taken,
        case when ${isWatched} and exists (select from kept) then pg_notify('${sql.raw(eventChannel)}', '') end`)
    return { taken: done?.taken ?? 0, isWatched }
  })
}
