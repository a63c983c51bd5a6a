import { PgDialect } from 'drizzle-orm/pg-core'
import { PostgresJsDatabase, PostgresJsSession } from 'drizzle-orm/postgres-js'
import type { Sql } from 'postgres'
import { type Db, type Send, withPreparedStatements } from './client.ts'
import type { Connection, Pool } from './pool.ts'

/** A transaction scoped to one company. Functions receive it as their first argument and never open a nested one. */
export type Tx = PostgresJsDatabase & {
  readonly company_id: string
  /** Sends a prepared statement as text, for statements so frequent that building them would cost more than running them. */
  readonly send: Send
  /** Registers a callback that runs when `fn` has resolved, before COMMIT. */
  beforeCommit(callback: () => PromiseLike<unknown>): void
  /** Must be called when the transaction writes events. Its commit then wakes the event sequencer. */
  notifyEvents(): void
}

const uuidPattern = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const dialect = new PgDialect()

/** The server cancels a statement after 15 s, and ends a transaction that is idle for 30 s. Sent once per connection. */
const sessionTimeouts = "set statement_timeout = '15s'; set idle_in_transaction_session_timeout = '30s'"
const setTenantRole = 'set local role new_voice_tenant'

/**
 * Runs `fn` in a transaction that reads and writes rows of one company only. It has the tenant role and
 * `app.company_id`, both until its end, so row-level security applies even to a statement without a company filter.
 * BEGIN and both settings are sent together with fn's first statement, so isolation costs no extra round trip.
 */
export function inCompany<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return runTransaction(db, company_id, `begin; ${setTenantRole}`, fn, commit)
}

/**
 * Like `inCompany`, read only. The end of the transaction is not awaited, and waiting readers of the same company share
 * one transaction.
 */
export function readCompany<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return runTransaction(db, company_id, `begin read only; ${setTenantRole}`, fn, endRead)
}

/**
 * Like `inCompany`, without row-level security, for workers, ingest and the platform. Every statement must name its
 * company_id.
 */
export function asOwner<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return runTransaction(db, company_id, 'begin', fn, commit)
}

/**
 * Forces index scans. Queue tables fill and empty within seconds, so their statistics are stale, and the planner would
 * otherwise choose sequential scans.
 */
const indexScansOnly = ['seqscan', 'hashjoin', 'mergejoin', 'material', 'bitmapscan']
  .map((method) => `set local enable_${method} = off`)
  .join('; ')

/** Cached generic plans are discarded after this time: a table that was small when they were made may have grown. */
const maxPlanAgeMs = 2_000

/**
 * Like `asOwner`, with planner settings for the queue of attempts: index scans only.
 *
 * @param options.reusePlan for a statement that takes longer to plan than to run: its generic plan is cached, for 2 s at
 * most. Otherwise each execution is planned with the current sizes of the tables.
 */
export function withQueuePlans<T>(
  db: Db,
  company_id: string,
  fn: (tx: Tx) => Promise<T>,
  { reusePlan = false } = {},
): Promise<T> {
  const opening = (connection: Connection) => {
    if (!reusePlan) return `begin; ${indexScansOnly}; set local plan_cache_mode = force_custom_plan`
    const begin = `begin; ${indexScansOnly}; set local plan_cache_mode = force_generic_plan`
    if (performance.now() < connection.plansValidUntil) return begin
    connection.plansValidUntil = performance.now() + maxPlanAgeMs
    return `${begin}; discard plans`
  }
  return runTransaction(db, company_id, opening, fn, commit)
}

type EndTransaction = (pool: Pool, connection: Connection) => Promise<void>

async function runTransaction<T>(
  { pool, onEventsCommitted }: Db,
  company_id: string,
  opening: string | ((connection: Connection) => string),
  fn: (tx: Tx) => Promise<T>,
  end: EndTransaction,
): Promise<T> {
  // The id becomes part of a SET statement, which cannot have parameters.
  if (!uuidPattern.test(company_id))
    throw new TypeError(`company_id must be a uuid. Received "${company_id}".`)
  const readingCompany = end === endRead ? company_id : undefined
  const connection = await pool.acquire(readingCompany)
  const queue = new StatementQueue(connection)
  try {
    if (connection.readingCompany === undefined)
      await queue.open(
        `${typeof opening === 'string' ? opening : opening(connection)}; set local app.company_id = '${company_id}'`,
      )
    connection.readingCompany = readingCompany
    const sql = withPreparedStatements(queue.sql as Sql)
    const orm = new PostgresJsDatabase(dialect, new PostgresJsSession(sql, dialect, undefined, {}), undefined)
    const send: Send = async (text, parameters) => sql.unsafe(text, parameters)
    const callbacks: (() => PromiseLike<unknown>)[] = []
    let hasEvents = false
    const beforeCommit: Tx['beforeCommit'] = (callback) => void callbacks.push(callback)
    const notifyEvents = () => {
      hasEvents = true
    }
    const tx: Tx = Object.assign(orm, { company_id, send, beforeCommit, notifyEvents })
    const result = await fn(tx)
    for (const callback of callbacks) await callback()
    await queue.close()
    if (queue.hasFailed || !pool.handOverToNextReader(connection)) await end(pool, connection)
    if (hasEvents) onEventsCommitted.run()
    return result
  } catch (error) {
    await queue.close()
    await rollback(pool, connection)
    throw queue.openingError ?? error
  }
}

/** @throws Error when a statement failed and `fn` swallowed its error: the server then responds to COMMIT with ROLLBACK */
const commit: EndTransaction = async (pool, connection) => {
  const { command } = await sendControl(connection, 'commit')
  if (command !== 'COMMIT')
    throw new Error(
      'A statement of this transaction failed and the error was swallowed, so COMMIT rolled back.',
    )
  pool.release(connection)
}

/** Not awaited: a read transaction has written nothing, so a failing COMMIT loses nothing. */
const endRead: EndTransaction = async (pool, connection) => {
  sendControl(connection, 'commit')
    .catch(() => markLost(connection))
    .finally(() => pool.release(connection))
}

const rollback: EndTransaction = async (pool, connection) => {
  // When the connection is lost, the server rolls back.
  await sendControl(connection, 'rollback').catch(() => markLost(connection))
  pool.release(connection)
}

async function sendControl(connection: Connection, text: string) {
  try {
    return await connection.send(text)
  } catch (error) {
    connection.handleError(error)
    throw error
  }
}

/** The connection's transaction state is unknown, so it must not be reused. */
function markLost(connection: Connection): void {
  connection.isLost = true
}

/** Sends the statements of one transaction to the driver, each after the previous one has ended. */
class StatementQueue {
  readonly sql: Pick<Sql, 'unsafe'>
  /**
   * The error of the opening, if it failed. The opening is not awaited, so the statement after it fails too, with a less
   * useful error.
   */
  openingError: unknown
  /** Whether a statement failed. The transaction can then only be rolled back, even if `fn` handled the error. */
  hasFailed = false
  private readonly connection: Connection
  private lastStatement: Promise<unknown> = Promise.resolve()
  private isClosed = false

  constructor(connection: Connection) {
    this.connection = connection
    this.sql = { unsafe: this.unsafe as Sql['unsafe'] }
  }

  /** Opens the transaction. On an established connection it does not wait: the first statement is sent in the same write. */
  async open(text: string): Promise<void> {
    const { connection } = this
    if (!connection.isEstablished) await this.setTimeouts()
    const opened = connection.send(text).then(
      () => {
        connection.isEstablished = true
      },
      (error: unknown) => {
        connection.handleError(error)
        this.openingError = error
      },
    )
    if (connection.isEstablished) return
    await opened
    if (connection.isEstablished) return
    markLost(connection)
    throw this.openingError
  }

  /** Sets the timeouts of the session, once per connection. */
  private async setTimeouts(): Promise<void> {
    try {
      await this.connection.send(sessionTimeouts)
    } catch (error) {
      markLost(this.connection)
      throw error
    }
  }

  /** Accepts no more statements. Resolves when all statements that were sent have ended, also those that failed. */
  async close(): Promise<void> {
    this.isClosed = true
    await this.lastStatement
  }

  private readonly unsafe = (text: string, parameters?: never[], options?: object) => {
    type Query = ReturnType<Sql['unsafe']>
    const run = async (execute: (query: Query) => PromiseLike<unknown>) => {
      // The connection may be in use by another transaction already.
      if (this.isClosed)
        throw new Error('The transaction is over: a statement was sent after its function had returned.')
      const result = this.lastStatement.then(() => execute(this.connection.send(text, parameters, options)))
      this.lastStatement = result.catch((error: unknown) => {
        this.hasFailed = true
        this.connection.handleError(error)
      })
      return result
    }
    const lazily = <T>(execute: (query: Query) => PromiseLike<T>) => ({
      // biome-ignore lint/suspicious/noThenProperty: Drizzle awaits the query, or its values(), as it does with the driver.
      then: (resolve: (value: unknown) => unknown, reject: (error: unknown) => unknown) =>
        run(execute).then(resolve, reject),
    })
    return { ...lazily((query) => query), values: () => lazily((query) => query.values()) }
  }
}
