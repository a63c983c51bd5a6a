import { PgDialect } from 'drizzle-orm/pg-core'
import { PostgresJsDatabase, PostgresJsSession } from 'drizzle-orm/postgres-js'
import type { Sql } from 'postgres'
import { type Db, preparing } from './client.ts'
import type { Connection } from './pool.ts'

/** A transaction that speaks for one company. Verbs take it; nobody opens one inside another. */
export type Tx = PostgresJsDatabase & { readonly company_id: string }

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i
const dialect = new PgDialect()

/** A request's statement may run 15 s, and its transaction sit idle 30 s, before the server ends it. */
const limits = "set local statement_timeout = '15s'; set local idle_in_transaction_session_timeout = '30s'"
const asTenant = 'set local role new_voice_tenant'

/**
 * Runs `fn` in a transaction that sees and writes rows of one company only: it takes the tenant role and sets
 * `app.company_id`, both until its end, so that row-level security holds even where a statement forgets its company.
 * All that goes out in one write with fn's first statement: isolation costs no round trip of its own.
 */
export function inCompany<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(db, company_id, `begin; ${limits}; ${asTenant}`, fn, commit)
}

/** As `inCompany`, for reading: the server refuses to write, and nobody waits for the end. */
export function readCompany<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(db, company_id, `begin read only; ${limits}; ${asTenant}`, fn, commitUnwaited)
}

/**
 * As `inCompany`, without row-level security: for workers, ingest and the platform. Every statement in it names its
 * company_id.
 */
export function asOwner<T>(db: Db, company_id: string, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(db, company_id, `begin; ${limits}`, fn, commit)
}

type End = (db: Db, connection: Connection) => Promise<void>

async function transaction<T>(
  db: Db,
  company_id: string,
  opening: string,
  fn: (tx: Tx) => Promise<T>,
  end: End,
): Promise<T> {
  if (!uuid.test(company_id)) throw new TypeError('company_id is not a uuid')
  const connection = await db.pool.acquire()
  const line = new Line(connection)
  try {
    await line.open(`${opening}; set local app.company_id = '${company_id}'`)
    const session = new PostgresJsSession(preparing(line.sql as Sql), dialect, undefined, {})
    const orm = new PostgresJsDatabase(dialect, session, undefined)
    const result = await fn(Object.assign(orm, { company_id }))
    await line.drained()
    await end(db, connection)
    return result
  } catch (error) {
    await rollback(db, connection, line)
    throw line.opening ?? error
  }
}

/** @throws when the transaction had failed, though `fn` swallowed the error: COMMIT then answers ROLLBACK */
const commit: End = async (db, connection) => {
  const { command } = await connection.sql.unsafe('commit')
  if (command !== 'COMMIT') throw new Error('the transaction failed, and its failure was not passed on')
  db.pool.release(connection)
}

const commitUnwaited: End = async (db, connection) => {
  connection.sql
    .unsafe('commit')
    .catch(() => undefined) // nothing was written: there is nothing to lose
    .finally(() => db.pool.release(connection))
}

async function rollback(db: Db, connection: Connection, line: Line): Promise<void> {
  await line.drained()
  // A rollback that fails has lost its connection, and with it the transaction.
  if (connection.lost === undefined) await connection.sql.unsafe('rollback').catch(() => undefined)
  db.pool.release(connection)
}

/** The statements of one transaction, handed to the driver one after the other. */
class Line {
  readonly sql: Pick<Sql, 'unsafe'>
  /** Why the opening failed: it went out unwaited, so the statement after it fails too, and says less. */
  opening: unknown
  private readonly connection: Connection
  private last: Promise<unknown> = Promise.resolve()

  constructor(connection: Connection) {
    this.connection = connection
    this.sql = { unsafe: this.unsafe as Sql['unsafe'] }
  }

  /** On a live connection the opening is not waited for: the first statement leaves in the same write. */
  async open(text: string): Promise<void> {
    // A connection that is new, or was lost, may hold what its last holder left.
    const fresh = this.connection.established ? text : `rollback; ${text}`
    const opened = this.connection.sql.unsafe(fresh).then(
      () => {
        this.connection.established = this.connection.lost === undefined
      },
      (error: unknown) => {
        this.opening = error
      },
    )
    if (this.connection.established) return
    await opened
    if (this.opening !== undefined) throw this.opening
  }

  /** Resolves when every statement that was begun has ended, well or not. */
  drained(): Promise<unknown> {
    return this.last
  }

  private readonly unsafe = (text: string, parameters?: never[], options?: object) => {
    const run = (ask: (query: ReturnType<Sql['unsafe']>) => PromiseLike<unknown>) => {
      const turn = this.last.then(() => {
        if (this.connection.lost !== undefined) throw this.connection.lost
        return ask(this.connection.sql.unsafe(text, parameters, options))
      })
      this.last = turn.catch(() => undefined)
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
