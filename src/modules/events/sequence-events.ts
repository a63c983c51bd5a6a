import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../db/client.ts'
import { failureReason, isLockTimeout, isTransientFailure } from '../../db/connection-errors.ts'
import { defineQuery } from '../../db/query/define-query.ts'
import { integer, nullable, uuid, uuidArray } from '../../db/query/parameters.ts'
import { acrossCompanies } from '../../db/transaction.ts'
import { backoffMs, countSetAside, type OnSetAside } from '../../lib/set-aside.ts'

/** Maximum number of outbox rows per step, and of their bytes as stored. */
const maxRows = 5_000
const maxBytes = 64 * 1024 * 1024

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

/** Companies whose events could not be sequenced, and when they are tried again. */
export class FailingCompanies {
  private readonly failing = new Map<string, { failures: number; retryAt: number }>()

  /** The companies to leave out at this time of performance.now(). */
  at(now: number): string[] {
    return [...this.failing].flatMap(([company_id, { retryAt }]) => (retryAt > now ? [company_id] : []))
  }

  /** Returns the number of failures in a row. */
  fail(company_id: string, now: number): number {
    const failures = (this.failing.get(company_id)?.failures ?? 0) + 1
    this.failing.set(company_id, { failures, retryAt: now + backoffMs(failures) })
    return failures
  }

  succeed(company_id: string): void {
    this.failing.delete(company_id)
  }
}

/**
 * Assigns ids to the events of committed transactions, in the order of their outbox rows, and notifies listeners. An
 * advisory lock lets one process at a time do this until its commit. Ids therefore become visible in order: a reader
 * that sees an id has already been able to see all smaller ones.
 *
 * When the rows of some company fail, each company is sequenced on its own, and those that fail are left out with a growing
 * delay, so that they do not stop the events of the others.
 *
 * The transactions that emit events neither assign ids nor call NOTIFY: both would make their commits wait for each
 * other. See docs/decisions/0011.
 */
export async function sequenceEvents(
  db: Db,
  failing: FailingCompanies = new FailingCompanies(),
  onSetAside: OnSetAside = countSetAside,
): Promise<SequenceResult> {
  const excluded = failing.at(performance.now())
  try {
    return await sequence(db, { company_id: null, excluded })
  } catch (error) {
    if (isTransientFailure(error) && !isLockTimeout(error)) throw error
  }
  const result = { sequencedRows: 0, isWatched: true }
  for (const { company_id } of await findUnsequencedCompanies(db, { excluded, limit: maxRows })) {
    try {
      result.sequencedRows += (await sequence(db, { company_id, excluded: [] })).sequencedRows
      failing.succeed(company_id)
    } catch (error) {
      if (isTransientFailure(error) && !isLockTimeout(error)) throw error
      const failures = failing.fail(company_id, performance.now())
      const reason = failureReason(error)
      if (failures === 1) onSetAside({ kind: 'events_of_company', company_id, id: company_id, reason })
    }
  }
  return result
}

/** @param scope the company; null for all except those that are excluded */
function sequence(
  db: Db,
  scope: { company_id: string | null; excluded: readonly string[] },
): Promise<SequenceResult> {
  return acrossCompanies(db, async (tx) => {
    const [lock] = await lockOrder(tx)
    if (scope.company_id !== null) await correctHead(tx, { company_id: scope.company_id })
    const [result] = await assignIds(tx, { ...scope, limit: maxRows })
    return { sequencedRows: result?.sequenced_rows ?? 0, isWatched: lock?.is_unwatched === false }
  })
}

/**
 * Waits for the lock of the order of events. `is_unwatched`: no connection holds the watcher lock. From then on the transaction
 * waits at most 2 s for a row that somebody else has locked.
 */
const lockOrder = defineQuery({
  name: 'events.lock_order',
  params: {},
  row: { is_unwatched: Type.Boolean(), lock_timeout: Type.String() },
  sql: () => sql`
    select pg_try_advisory_xact_lock(${sql.raw(watcherLockKey)}) as is_unwatched,
      set_config('lock_timeout', '2s', true) as lock_timeout
    from pg_advisory_xact_lock(${sql.raw(orderLockKey)})`,
})

const findUnsequencedCompanies = defineQuery({
  name: 'events.find_unsequenced_companies',
  params: { excluded: uuidArray, limit: integer },
  row: { company_id: Type.String() },
  sql: (p) => sql`
    select company_id from (
      select company_id, n from event_outbox where company_id <> all(${p.excluded}) order by n limit ${p.limit}
    ) as oldest group by company_id order by min(n)`,
})

/** Moves `last_id` of a company to its last stored event: hand-written SQL can have lowered it. Indexes: both primary keys. */
const correctHead = defineQuery({
  name: 'events.correct_head',
  params: { company_id: uuid },
  row: {},
  sql: (p) => sql`
    update event_heads h set last_id = stored.last_id
    from (select max(id) as last_id from events where company_id = ${p.company_id}) as stored
    where h.company_id = ${p.company_id} and h.last_id < stored.last_id`,
})

const isInScope = ({ company_id, excluded }: { company_id: SQL; excluded: SQL }) =>
  sql`(${company_id} is null or company_id = ${company_id}) and company_id <> all(${excluded})`

/**
 * Moves the oldest outbox rows, about 64 MB, to `events`, in the order of n. Each company's events get the ids that follow its
 * last one. Rows of deleted companies are dropped. Notifies listeners when an event was stored.
 *
 * The caller holds the lock of the order. Locks the outbox rows and the event_heads of their companies, by company_id.
 * Indexes: event_outbox_n_idx, event_heads_pkey.
 */
const assignIds = defineQuery({
  name: 'events.assign_ids',
  params: { company_id: nullable(uuid), excluded: uuidArray, limit: integer },
  row: { sequenced_rows: Type.Integer(), is_notified: Type.Boolean() },
  sql: (p) => sql`
    with outbox_rows as materialized (
      delete from event_outbox
      where n <= (
        select max(n) from (
          select n, sum(pg_column_size(items)) over (order by n) - pg_column_size(items) as preceding_size from (
            select n, items from event_outbox where ${isInScope(p)} order by n limit ${p.limit}) as oldest
        ) as sized where preceding_size < ${sql.raw(String(maxBytes))})
        and ${isInScope(p)}
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
