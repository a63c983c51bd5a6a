import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { isUuid } from '../lib/uuid.ts'
import { whenAbandoned } from './abandoned-reads.ts'
import type { Db } from './client.ts'
import type { Connection } from './connection.ts'
import { AbandonedError, type Pool } from './pool.ts'
import { type Deadlines, maxSilenceMs, setLocalDeadlines } from './session-settings.ts'
import { drizzleOn, lazyStatements, type Send, type Statement, type Statements } from './statements.ts'

/**
 * A transaction. Functions receive it as their first argument and never open a nested one. Its type states which rows it may
 * use: `TenantTx` and `OwnerTx` those of one company, `PlatformTx` those of all companies.
 */
export interface Transaction extends PostgresJsDatabase {
  /** Sends a prepared statement as text, for statements so frequent that building them would cost more than running them. */
  readonly send: Send
  /** Replaces the deadlines of this transaction, such as those of a request by longer ones for an export. */
  useDeadlines(deadlines: Deadlines): Promise<unknown>
  /** Registers a callback that runs when `fn` has resolved, before COMMIT. */
  beforeCommit(callback: () => PromiseLike<unknown>): void
  /** Must be called when the transaction writes events. Its commit then wakes the event sequencer. */
  notifyEvents(): void
  /**
   * Must be called when the transaction ends calls, or makes contacts due at once. Its commit then wakes the settler and the
   * dialer.
   */
  notifyDialing(): void
}

/** A transaction of one company with the tenant role: row-level security hides all other companies. */
export interface TenantTx extends Transaction {
  readonly role: 'tenant'
  readonly company_id: string
}

/** A transaction of one company without row-level security: every statement must name its company_id. */
export interface OwnerTx extends Transaction {
  readonly role: 'owner'
  readonly company_id: string
}

/** A transaction across companies, without row-level security: every statement must name the company_id of its rows. */
export interface PlatformTx extends Transaction {
  readonly role: 'platform'
}

/** A transaction of one company. */
export type Tx = TenantTx | OwnerTx

/** A transaction of one company in which nothing is written. A `Tx` may be used as one. */
export type ReadTx = Pick<
  PostgresJsDatabase,
  'select' | 'selectDistinct' | 'selectDistinctOn' | '$with' | 'execute'
> &
  Pick<Tx, 'company_id' | 'send'>

const setTenantRole = 'set local role new_voice_tenant'

/**
 * Runs `fn` in a transaction that reads and writes rows of one company only. It has the tenant role and
 * `app.company_id`, both until its end, so row-level security applies even to a statement without a company filter.
 * BEGIN and both settings are sent together with fn's first statement, so isolation costs no extra round trip.
 */
export function inCompany<T>(db: Db, company_id: string, fn: (tx: TenantTx) => Promise<T>): Promise<T> {
  return runTransaction(db, `begin; ${setTenantRole}`, { role: 'tenant', company_id }, fn)
}

/**
 * Like `inCompany`, read only. The end of the transaction is not awaited, and waiting readers of the same company share
 * one transaction.
 */
export function readCompany<T>(db: Db, company_id: string, fn: (tx: ReadTx) => Promise<T>): Promise<T> {
  const scope = { role: 'tenant', company_id } as const
  return runTransaction<TenantTx, T>(db, `begin read only; ${setTenantRole}`, scope, fn, {
    readingCompany: company_id,
  })
}

/** Like `readCompany`, in a transaction that is not shared: all of its statements see the snapshot of the first one. */
export function readSnapshot<T>(db: Db, company_id: string, fn: (tx: ReadTx) => Promise<T>): Promise<T> {
  const opening = `begin isolation level repeatable read, read only; ${setTenantRole}`
  return runTransaction<TenantTx, T>(db, opening, { role: 'tenant', company_id }, fn, {
    readingCompany: undefined,
  })
}

/** Settings of a transaction that reads or writes the queue of attempts; see `queuePlans`. */
interface OwnerOptions {
  plans?: QueuePlans
}

/** Like `inCompany`, without row-level security, for workers and ingest. Every statement must name its company_id. */
export function asOwner<T>(
  db: Db,
  company_id: string,
  fn: (tx: OwnerTx) => Promise<T>,
  { plans }: OwnerOptions = {},
): Promise<T> {
  const opening = (connection: Connection) => `begin${queuePlans(connection, plans)}`
  return runTransaction(db, opening, { role: 'owner', company_id }, fn)
}

/** Runs `fn` in a transaction across companies, for workers and the platform. */
export function acrossCompanies<T>(
  db: Db,
  fn: (tx: PlatformTx) => Promise<T>,
  { plans }: OwnerOptions = {},
): Promise<T> {
  const opening = (connection: Connection) => `begin${queuePlans(connection, plans)}`
  return runTransaction(db, opening, { role: 'platform' }, fn)
}

/**
 * How statements on the queue of attempts are planned, always with index scans. `fresh`: each execution is planned with the
 * current sizes of the tables. `cached`: for a statement that takes longer to plan than to run; its generic plan is reused,
 * for 2 s at most.
 */
export type QueuePlans = 'fresh' | 'cached'

/**
 * Forces index scans. Queue tables fill and empty within seconds, so their statistics are stale, and the planner would
 * otherwise choose sequential scans.
 */
const indexScansOnly = ['seqscan', 'hashjoin', 'mergejoin', 'material', 'bitmapscan']
  .map((method) => `set local enable_${method} = off`)
  .join('; ')

/** Cached generic plans are discarded after this time: a table that was small when they were made may have grown. */
const maxPlanAgeMs = 2_000

/** The statements that follow `begin`; an empty text without `plans`. */
function queuePlans(connection: Connection, plans: QueuePlans | undefined): string {
  if (plans === undefined) return ''
  if (plans === 'fresh') return `; ${indexScansOnly}; set local plan_cache_mode = force_custom_plan`
  const settings = `; ${indexScansOnly}; set local plan_cache_mode = force_generic_plan`
  if (performance.now() < connection.plansValidUntil) return settings
  connection.plansValidUntil = performance.now() + maxPlanAgeMs
  return `${settings}; discard plans`
}

/** @param read only for a transaction that writes nothing; with the company whose other readers may share it */
async function runTransaction<X extends TenantTx | OwnerTx | PlatformTx, T>(
  { pool, deadlines, onEventsCommitted, onDialingCommitted }: Db,
  opening: string | ((connection: Connection) => string),
  scope: { role: X['role']; company_id?: string },
  fn: (tx: X) => Promise<T>,
  read?: { readingCompany: string | undefined },
): Promise<T> {
  const { company_id } = scope
  // The id becomes part of a SET statement, which cannot have parameters.
  if (company_id !== undefined && !isUuid(company_id))
    throw new TypeError(`company_id must be a uuid. Received "${company_id}".`)
  const setCompany = company_id === undefined ? '' : `; set local app.company_id = '${company_id}'`
  const setTimeouts = deadlines === undefined ? '' : `; ${setLocalDeadlines(deadlines)}`
  const lane = `${deadlines === undefined ? '' : 'background '}${company_id ?? 'all companies'}`
  const readingCompany = read?.readingCompany
  const onAbandoned = read && whenAbandoned()
  const connection = await pool.acquire({ lane, readingCompany, deadlines, onAbandoned })
  const queue = new StatementQueue(connection)
  const stopWatching = onAbandoned?.(() => queue.abandon())
  try {
    if (connection.readingCompany === undefined)
      await queue.open(
        (typeof opening === 'string' ? opening : opening(connection)) + setTimeouts + setCompany,
      )
    connection.readingCompany = readingCompany
    const { orm, send } = drizzleOn(queue.sql)
    const callbacks: (() => PromiseLike<unknown>)[] = []
    const toWake = new Set<Set<() => void>>()
    const transaction: Omit<Transaction, keyof PostgresJsDatabase> = {
      send,
      useDeadlines: (replacement) => {
        connection.maxSilenceMs = maxSilenceMs(replacement)
        return send(setLocalDeadlines(replacement), [])
      },
      beforeCommit: (callback) => void callbacks.push(callback),
      notifyEvents: () => void toWake.add(onEventsCommitted),
      notifyDialing: () => void toWake.add(onDialingCommitted),
    }
    const result = await fn(Object.assign(orm, transaction, scope) as unknown as X)
    for (const callback of callbacks) await callback()
    await queue.close()
    stopWatching?.()
    if (queue.hasFailed || !pool.handOverToNextReader(connection))
      await (readingCompany === undefined ? commit(pool, connection) : endRead(pool, connection))
    for (const woken of toWake) for (const callback of woken) callback()
    return result
  } catch (error) {
    stopWatching?.()
    await queue.close()
    await rollback(pool, connection)
    throw queue.isAbandoned ? new AbandonedError() : (queue.openingError ?? error)
  }
}

type EndTransaction = (pool: Pool, connection: Connection) => Promise<void>

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
  readonly sql: Statements
  /**
   * The error of the opening, if it failed. The opening is not awaited, so the statement after it fails too, with a less
   * useful error.
   */
  openingError: unknown
  /** Whether a statement failed. The transaction can then only be rolled back, even if `fn` handled the error. */
  hasFailed = false
  /** Nobody waits for the result of the transaction any more. */
  isAbandoned = false
  private readonly connection: Connection
  private lastStatement: Promise<unknown> = Promise.resolve()
  private isClosed = false

  constructor(connection: Connection) {
    this.connection = connection
    this.sql = lazyStatements((statement) => this.run(statement))
  }

  /** Opens the transaction. On an established connection it does not wait: the first statement is sent in the same write. */
  async open(text: string): Promise<void> {
    const { connection } = this
    if (!connection.isEstablished) await connection.establish()
    connection.send(text).catch((error: unknown) => {
      connection.handleError(error)
      this.openingError = error
    })
  }

  /** Accepts no more statements, and lets the pool cancel the one that is running, if it takes long. */
  abandon(): void {
    this.isAbandoned = true
    this.connection.isAbandoned = true
  }

  /** Accepts no more statements. Resolves when all statements that were sent have ended, also those that failed. */
  async close(): Promise<void> {
    this.isClosed = true
    await this.lastStatement
  }

  private readonly run = async (statement: Statement) => {
    if (this.isAbandoned) throw new AbandonedError()
    // The connection may be in use by another transaction already.
    if (this.isClosed)
      throw new Error('The transaction is over: a statement was sent after its function had returned.')
    const result = this.lastStatement.then(() => statement(this.connection))
    this.lastStatement = result.catch((error: unknown) => {
      this.hasFailed = true
      this.connection.handleError(error)
    })
    return result
  }
}
