import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { integer } from '../../db/query/parameters.ts'
import { acrossCompanies } from '../../db/transaction.ts'

/** Maximum number of outbox rows per step. */
const maxRows = 5_000

/** NOTIFY on this channel, without a payload, means: new events are stored. */
export const eventChannel = 'new_voice_events'
// The names are hashed into lock keys. Do not change them: processes of two versions would not exclude each other.
const lockKey = (name: string) => `hashtextextended('new voice: ${name}', 0)`
const orderLockKey = lockKey('the order of events')
/** SQL expression of the advisory lock that every process with watching clients holds in shared mode. */
export const watcherLockKey = lockKey('somebody watches')

export interface SequenceResult {
  /** Outbox rows whose events received ids. */
  sequencedRows: number
  /** Whether any process has clients that watch: it holds the watcher lock. */
  isWatched: boolean
}

/**
 * Assigns ids to the events of committed transactions, in the order of their outbox rows, and notifies listeners. An
 * advisory lock lets one process at a time do this until its commit. Ids therefore become visible in order: a reader
 * that sees an id has already been able to see all smaller ones.
 *
 * The transactions that emit events neither assign ids nor call NOTIFY: both would make their commits wait for each
 * other. See docs/decisions/0011.
 */
export function sequenceEvents(db: Db): Promise<SequenceResult> {
  return acrossCompanies(db, async (tx) => {
    const [lock] = await lockOrder(tx)
    const isWatched = lock?.is_unwatched === false
    const [result] = await assignIds(tx, { limit: maxRows })
    return { sequencedRows: result?.sequenced_rows ?? 0, isWatched }
  })
}

/** Waits for the lock of the order of events. `is_unwatched`: no connection holds the watcher lock. */
const lockOrder = defineQuery({
  name: 'events.lock_order',
  params: {},
  row: { is_unwatched: Type.Boolean() },
  sql: () => sql`
    select pg_try_advisory_xact_lock(${sql.raw(watcherLockKey)}) as is_unwatched
    from pg_advisory_xact_lock(${sql.raw(orderLockKey)})`,
})

/**
 * Moves the oldest outbox rows to `events`, in the order of n. Each company's events get the ids that follow its last one.
 * Rows of deleted companies are dropped. Notifies listeners when an event was stored.
 *
 * The caller holds the lock of the order. Locks the outbox rows and the event_heads of their companies, by company_id.
 * Indexes: event_outbox_n_idx, event_heads_pkey.
 */
const assignIds = defineQuery({
  name: 'events.assign_ids',
  params: { limit: integer },
  row: { sequenced_rows: Type.Integer(), is_notified: Type.Boolean() },
  sql: (p) => sql`
    with outbox_rows as materialized (
      delete from event_outbox
      where n <= (select max(n) from (select n from event_outbox order by n limit ${p.limit}) as oldest)
      returning company_id, n, items, created_at
    ), numbered_rows as materialized (
      select o.*, jsonb_array_length(items) as size,
        sum(jsonb_array_length(items)) over (partition by company_id order by n) as running_total
      from outbox_rows o join companies c on c.id = o.company_id
    ), company_totals as materialized (
      select company_id, sum(size) as total from numbered_rows group by company_id
    ), updated_heads as (
      insert into event_heads as h (company_id, last_id)
      select company_id, total from company_totals order by company_id
      on conflict (company_id) do update set last_id = h.last_id + excluded.last_id
      returning company_id, last_id
    ), stored_events as (
      insert into events (company_id, id, first_id, n, items, at)
      select company_id, last_id - total + running_total, last_id - total + running_total - size + 1, n, items,
        created_at
      from numbered_rows join company_totals using (company_id) join updated_heads using (company_id)
      returning 1
    )
    select (select count(*)::int from outbox_rows) as sequenced_rows,
      case when exists (select from stored_events)
        then pg_notify('${sql.raw(eventChannel)}', '') is not null else false end as is_notified`,
})
