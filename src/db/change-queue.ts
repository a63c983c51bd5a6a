import { Type } from '@sinclair/typebox'
import { and, asc, eq, gt, isNotNull, type SQL, sql } from 'drizzle-orm'
import { mapConcurrently } from '../lib/map-concurrently.ts'
import { Nullable } from '../lib/schema/typebox.ts'
import {
  countSetAside,
  firstBackoffMs,
  maxBackoffMs,
  type OnSetAside,
  type SetAsideKind,
} from '../lib/set-aside.ts'
import type { Db } from './client.ts'
import { failureReason, isTransientFailure } from './connection-errors.ts'
import { defineCompanyQuery, defineQuery } from './query/define-query.ts'
import { integer, text, uuidArray } from './query/parameters.ts'
import type { changedTranscripts, dirtyCalls } from './schema/index.ts'
import { asOwner, type OwnerTx, type ReadTx, type Tx } from './transaction.ts'

type ChangeTable = typeof dirtyCalls | typeof changedTranscripts

interface ChangeQueueOptions {
  /** The module of the table, for the names of its statements. */
  module: string
  /** What a loop makes of the changes, for the lock of a company. Processes of two versions must use the same. */
  makes: string
  /** What a call that fails is counted as. */
  kind: SetAsideKind
  /** Change records per transaction. After a failure fewer are tried, down to the one that fails. */
  batchSizes: readonly [number, ...number[]]
  /** SQL: the size of the work of a call. A batch ends with the record that reaches `max`. */
  work?: { sizeOf: (company_id: SQL, call_id: SQL) => SQL; max: number }
}

/** A call that could not be processed. `error`: as `failureReason` of db/connection-errors.ts returns it. */
export interface SetAsideCall {
  call_id: string
  failures: number
  error: string | null
  retry_at: Date | null
}

/** Processes calls in the transaction that has consumed their change records. */
type ProcessCalls = (tx: OwnerTx, call_ids: readonly string[]) => Promise<unknown>

/**
 * Returns the functions of a queue of changed calls. A change appends a record in its own transaction, so that a process that
 * sees the record also sees the change. One process at a time consumes the records of a company, the oldest first. Each step gives
 * every company one batch.
 *
 * A call that cannot be processed is set aside: the others are processed without it, and it is tried again with a growing
 * delay.
 */
export function defineChangeQueue(table: ChangeTable, options: ChangeQueueOptions) {
  const queries = defineQueries(table, options)
  return {
    ...processing(queries, options),

    /** Appends a record for each of these calls. */
    add: async (tx: Tx, call_ids: readonly string[]): Promise<void> => {
      if (call_ids.length > 0) await queries.insert(tx, { call_ids })
    },

    /** Waits for the lock of the company and holds it until the transaction ends: no other process consumes its records. */
    lock: (tx: Tx) => queries.lock(tx),

    /** Up to `limit` calls of the company that are set aside, the oldest change first. */
    listSetAside: (tx: ReadTx, limit: number): Promise<SetAsideCall[]> =>
      tx
        .select({
          call_id: table.call_id,
          failures: table.failures,
          error: table.error,
          retry_at: table.retry_at,
        })
        .from(table)
        .where(and(eq(table.company_id, tx.company_id), gt(table.failures, 0)))
        .orderBy(asc(table.seq))
        .limit(limit),

    /** Tries the calls of the company that are set aside again now. */
    retrySetAside: async (db: Db, company_id: string): Promise<void> => {
      await db.orm
        .update(table)
        .set({ retry_at: null })
        .where(and(eq(table.company_id, company_id), isNotNull(table.retry_at)))
    },
  }
}

/** The functions that consume the records of a queue. */
function processing(queries: ReturnType<typeof defineQueries>, { batchSizes, kind }: ChangeQueueOptions) {
  const tryLock = async (tx: Tx) => (await queries.tryLock(tx))[0]?.locked === true

  /**
   * Processes one batch of a company in one transaction. Returns the number of records consumed; 0 when another process holds its
   * lock.
   */
  const processBatch = (
    db: Db,
    company_id: string,
    process: ProcessCalls,
    limit: number = batchSizes[0],
  ): Promise<number> =>
    asOwner(db, company_id, async (tx) => {
      if (!(await tryLock(tx))) return 0
      const [batch] = await queries.consume(tx, { limit })
      if (batch?.call_ids) await process(tx, batch.call_ids)
      return batch?.n ?? 0
    })

  async function processOrSetAside(
    db: Db,
    company_id: string,
    process: ProcessCalls,
    onSetAside: OnSetAside,
  ): Promise<number> {
    let failure: unknown
    for (const limit of batchSizes) {
      try {
        return await processBatch(db, company_id, process, limit)
      } catch (error) {
        if (isTransientFailure(error)) throw error
        failure = error
      }
    }
    return asOwner(db, company_id, async (tx) => {
      if (!(await tryLock(tx))) return 0
      const reason = failureReason(failure)
      const delays = { first_delay_ms: firstBackoffMs, max_delay_ms: maxBackoffMs }
      const [call] = await queries.setAsideFirst(tx, { error: reason, ...delays })
      if (call === undefined) return 0
      if (call.failures === 1) onSetAside({ kind, company_id, id: call.call_id, reason })
      return 1
    })
  }

  /**
   * Processes one batch of each company with changed calls. Safe in any number of processes. Returns the number of records
   * consumed, or set aside.
   *
   * @throws the first error that no call has caused, after all companies were tried
   */
  const step = async (db: Db, process: ProcessCalls, onSetAside: OnSetAside = countSetAside) => {
    const companies = await queries.findCompanies(db)
    const consumed = await mapConcurrently(1, companies, ({ company_id }) =>
      processOrSetAside(db, company_id, process, onSetAside),
    )
    return consumed.reduce((sum, n) => sum + n, 0)
  }

  return { processBatch, step }
}

/** A record that is not set aside, or is to be tried again. */
const isDue = sql.raw('(retry_at is null or retry_at <= now())')

const defineQueries = (table: ChangeTable, { module, makes, work }: ChangeQueueOptions) => ({
  ...defineLocks(module, makes),

  insert: defineCompanyQuery({
    name: `${module}.insert_changed_calls`,
    params: { call_ids: uuidArray },
    row: {},
    sql: (p) => sql`insert into ${table} (company_id, call_id) select ${p.company_id}, unnest(${p.call_ids})`,
  }),

  /**
   * Companies with records: a skip scan of the primary key, one index read per company however many records. Also a company with
   * only set aside calls, which are few, until they are due.
   */
  findCompanies: defineQuery({
    name: `${module}.find_changed_companies`,
    params: {},
    row: { company_id: Type.String() },
    sql: () => sql`
    with recursive companies_found as (
      (select company_id from ${table} order by company_id limit 1)
      union all
      select (select c.company_id from ${table} c where c.company_id > companies_found.company_id
        order by company_id limit 1)
      from companies_found where companies_found.company_id is not null
    ) select company_id from companies_found where company_id is not null and exists (
      select from ${table} c where c.company_id = companies_found.company_id and ${isDue})`,
  }),

  /** Deletes the oldest records and returns their calls, each once. Index: the primary key (company_id, seq). */
  consume: defineCompanyQuery({
    name: `${module}.consume_changed_calls`,
    params: { limit: integer },
    row: { n: Type.Integer(), call_ids: Nullable(Type.Array(Type.String())) },
    sql: (p) => {
      const due = sql`
        select seq, call_id from ${table} where company_id = ${p.company_id} and ${isDue} order by seq limit ${p.limit}`
      return sql`
    with consumed as (
      delete from ${table} where company_id = ${p.company_id} and seq = any(array(
        select seq from (${work === undefined ? due : withinWork(due, p.company_id, work)}) as batch))
      returning call_id
    ) select count(*)::int as n, array_agg(distinct call_id) as call_ids from consumed`
    },
  }),

  /**
   * Sets the first due record aside, with the other records of its call, and returns the call. The delay until the next
   * attempt doubles with each failure, from `first_delay_ms` to `max_delay_ms`. One record of the call remains.
   */
  setAsideFirst: defineCompanyQuery({
    name: `${module}.set_aside_first_call`,
    params: { error: text, first_delay_ms: integer, max_delay_ms: integer },
    row: { call_id: Type.String(), failures: Type.Integer() },
    sql: (p) => sql`
    with first_record as materialized (
      select seq, call_id from ${table} where company_id = ${p.company_id} and ${isDue} order by seq limit 1
    ), records as materialized (
      select max(c.failures) + 1 as failures from ${table} c join first_record f using (call_id)
      where c.company_id = ${p.company_id}
    ), removed as (
      delete from ${table} c using first_record f
      where c.company_id = ${p.company_id} and c.call_id = f.call_id and c.seq <> f.seq
    )
    update ${table} c set failures = records.failures, error = ${p.error},
      retry_at = now() + least(${p.first_delay_ms} * 2 ^ least(records.failures, 30), ${p.max_delay_ms}) * interval '1 ms'
    from first_record f, records
    where c.company_id = ${p.company_id} and c.seq = f.seq
    returning c.call_id, c.failures`,
  }),
})

function defineLocks(module: string, makes: string) {
  // The text is hashed. Do not change it: processes of two versions would not exclude each other.
  const key = (company_id: SQL) =>
    sql`hashtextextended(${sql.raw(`'${makes} of '`)} || ${company_id}::text, 0)`
  return {
    /** Tries to acquire the company's advisory lock until the transaction ends; false when another process holds it. */
    tryLock: defineCompanyQuery({
      name: `${module}.try_lock_${makes}`,
      params: {},
      row: { locked: Type.Boolean() },
      sql: (p) => sql`select pg_try_advisory_xact_lock(${key(p.company_id)}) as locked`,
    }),

    lock: defineCompanyQuery({
      name: `${module}.lock_${makes}`,
      params: {},
      row: { locked: Type.Boolean() },
      sql: (p) => sql`select true as locked from pg_advisory_xact_lock(${key(p.company_id)})`,
    }),
  }
}

/** The first of the due records, up to the one with which their work reaches its maximum: at least one. */
const withinWork = (
  due: SQL,
  company_id: SQL,
  { sizeOf, max }: NonNullable<ChangeQueueOptions['work']>,
): SQL => sql`
  select seq from (
    select seq, sum(size) over (order by seq) - size as size_before
    from (select seq, ${sizeOf(company_id, sql.raw('due.call_id'))} as size from (${due}) as due) as sized
  ) as summed where size_before < ${sql.raw(String(max))}`
