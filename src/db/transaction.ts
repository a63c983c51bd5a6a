import { PgDialect } from 'drizzle-orm/pg-core'
import { PostgresJsDatabase, PostgresJsSession } from 'drizzle-orm/postgres-js'
import type { Sql } from 'postgres'
import { type Db, type Send, withPreparedStatements } from './client.ts'
import type { Connection, Pool } from './pool.ts'

/** A transaction that speaks for one company. Verbs take it; nobody opens one inside another. */
export type Tx = PostgresJsDatabase & {
  readonly company_id: string
  /** A prepared statement as text, for what is asked so often that building it would cost more than running it. */
  readonly send: Send
  /** The last that is done in it, when all else went well. */
  beforeCommit(last: () => PromiseLike<unknown>): void
  /** Events are written in it: when it is committed somebody will want to know. */
  notifyEvents(): void
}

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const dialect = new PgDialect()

/** A request's statement may run 15 s, and its transaction sit idle 30 s, before the server ends it. */
const limits = "set statement_timeout = '15s'; set idle_in_transaction_session_timeout = '30s'"
const asTenant = 'set local role new_voice_tenant'

/**
 * Runs `fn` in a transaction that sees and writes rows of one company only: it takes the tenant role and sets
 * `app.company_id`, both until its end, so that row-level security holds even where a statement forgets its company.
 * All that goes out in one write with fn's first statement: isolation costs no round trip of its own.
 */
export function inCompany<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(db, company_id, `begin; ${asTenant}`, fn, commit)
}

/**
 * As `inCompany`, for reading: the server refuses to write, nobody waits for the end, and readers of one company that
 * wait in line share a transaction.
 */
export function readCompany<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(db, company_id, `begin read only; ${asTenant}`, fn, endReading)
}

/**
 * As `inCompany`, without row-level security: for workers, ingest and the platform. Every statement in it names its
 * company_id.
 */
export function asOwner<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(db, company_id, 'begin', fn, commit)
}

/**
 * Keeps statements of a queue to its indexes: statistics of tables that fill and empty within seconds are never right,
 * and a plan that reads all a company has would be what everybody waits for.
 */
const byIndex = ['seqscan', 'hashjoin', 'mergejoin', 'material', 'bitmapscan']
  .map((way) => `set local enable_${way} = off`)
  .join('; ')

/** Plans for all values are made anew after so long: a table that was small then may have grown since. */
const plansLastMs = 2_000

/**
 * As `asOwner`, for the queue of attempts: planned by index, by how large tables are now. `often` is for a statement
 * that takes longer to plan than to run: its plan is kept, for 2 s at most.
 */
export function withQueuePlans<T>(
  db: Db,
  company_id: string,
  fn: (tx: Tx) => Promise<T>,
  { often: reusePlan = false } = {},
): Promise<T> {
  const opening = (connection: Connection) => {
    if (!reusePlan) return `begin; ${byIndex}; set local plan_cache_mode = force_custom_plan`
    const kept = `begin; ${byIndex}; set local plan_cache_mode = force_generic_plan`
    if (performance.now() < connection.plansValidUntil) return kept
    connection.plansValidUntil = performance.now() + plansLastMs
    return `${kept}; discard plans`
  }
  return transaction(db, company_id, opening, fn, commit)
}

type End = (pool: Pool, connection: Connection) => Promise<void>

async function transaction<T>(
  { pool, onEventsCommitted: afterEvents }: Db,
  company_id: string,
  opening: string | ((connection: Connection) => string),
  fn: (tx: Tx) => Promise<T>,
  end: End,
): Promise<T> {
  if (!uuid.test(company_id)) throw new TypeError('company_id is not a uuid')
  const reading = end === endReading ? company_id : undefined
  const connection = await pool.acquire(reading)
  const line = new Line(connection)
  try {
    if (connection.readingCompany === undefined)
      await line.open(
        `${typeof opening === 'string' ? opening : opening(connection)}; set local app.company_id = '${company_id}'`,
      )
    connection.readingCompany = reading
    const sql = withPreparedStatements(line.sql as Sql)
    const orm = new PostgresJsDatabase(dialect, new PostgresJsSession(sql, dialect, undefined, {}), undefined)
    const send: Send = async (text, parameters) => sql.unsafe(text, parameters)
    const last: (() => PromiseLike<unknown>)[] = []
    let hasEvents = false
    const beforeCommit: Tx['beforeCommit'] = (one) => void last.push(one)
    const notifyEvents = () => {
      hasEvents = true
    }
    const tx: Tx = Object.assign(orm, { company_id, send, beforeCommit, notifyEvents: notifyEvents })
    const result = await fn(tx)
    for (const one of last) await one()
    await line.close()
    if (line.failed || !pool.handOverToNextReader(connection)) await end(pool, connection)
    if (hasEvents) afterEvents.run()
    return result
  } catch (error) {
    await line.close()
    await rollback(pool, connection)
    throw line.opening ?? error
  }
}

/** @throws when the transaction had failed, though `fn` swallowed the error: COMMIT then answers ROLLBACK */
const commit: End = async (pool, connection) => {
  const { command } = await say(connection, 'commit')
  if (command !== 'COMMIT') throw new Error('the transaction failed, and its failure was not passed on')
  pool.release(connection)
}

/** Nothing was written: there is nothing to lose by an end that fails. */
const endReading: End = async (pool, connection) => {
  say(connection, 'commit')
    .catch(() => abandon(connection))
    .finally(() => pool.release(connection))
}

const rollback: End = async (pool, connection) => {
  // The server rolls back what has lost its connection.
  await say(connection, 'rollback').catch(() => abandon(connection))
  pool.release(connection)
}

async function say(connection: Connection, text: string) {
  try {
    return await connection.send(text)
  } catch (error) {
    connection.handleError(error)
    throw error
  }
}

/** What state it is in is not known: nobody shall use it again. */
function abandon(connection: Connection): void {
  connection.isLost = true
}

/** The statements of one transaction, handed to the driver one after the other. */
class Line {
  readonly sql: Pick<Sql, 'unsafe'>
  /** Why the opening failed: it went out unwaited, so the statement after it fails too, and says less. */
  opening: unknown
  /** Whether a statement failed: the transaction is of no more use, whatever `fn` made of it. */
  failed = false
  private readonly connection: Connection
  private last: Promise<unknown> = Promise.resolve()
  private over = false

  constructor(connection: Connection) {
    this.connection = connection
    this.sql = { unsafe: this.unsafe as Sql['unsafe'] }
  }

  /** On a live connection the opening is not waited for: the first statement leaves in the same write. */
  async open(text: string): Promise<void> {
    const { connection } = this
    if (!connection.isEstablished) await this.limit()
    const opened = connection.send(text).then(
      () => {
        connection.isEstablished = true
      },
      (error: unknown) => {
        connection.handleError(error)
        this.opening = error
      },
    )
    if (connection.isEstablished) return
    await opened
    if (connection.isEstablished) return
    abandon(connection)
    throw this.opening
  }

  /** A new connection is told its limits, once. */
  private async limit(): Promise<void> {
    try {
      await this.connection.send(limits)
    } catch (error) {
      abandon(this.connection)
      throw error
    }
  }

  /** Takes no more statements; resolves when every one that was begun has ended, well or not. */
  async close(): Promise<void> {
    this.over = true
    await this.last
  }

  private readonly unsafe = (text: string, parameters?: never[], options?: object) => {
    const run = async (ask: (query: ReturnType<Sql['unsafe']>) => PromiseLike<unknown>) => {
      // Somebody else's transaction is on the connection by now, or none.
      if (this.over) throw new Error('the transaction is over: this statement of it came too late')
      const turn = this.last.then(() => ask(this.connection.send(text, parameters, options)))
      this.last = turn.catch((error: unknown) => {
        this.failed = true
        this.connection.handleError(error)
      })
      return turn
    }
    const whenAsked = <T>(ask: (query: ReturnType<Sql['unsafe']>) => PromiseLike<T>) => ({
      // biome-ignore lint/suspicious/noThenProperty: Drizzle awaits the query, or its values(), as it would the driver's.
      then: (resolve: (value: unknown) => unknown, reject: (error: unknown) => unknown) =>
        run(ask).then(resolve, reject),
    })
    return { ...whenAsked((query) => query), values: () => whenAsked((query) => query.values()) }
  }
}
