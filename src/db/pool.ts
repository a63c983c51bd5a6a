import postgres, { type PendingQuery, type Row, type Sql } from 'postgres'
import { overloaded } from '../lib/errors.ts'
import { sessionStatements } from './session-settings.ts'

/**
 * A postgres.js client that never opens a second connection. After a lost connection the driver would reconnect and run the
 * remaining statements of a transaction outside of it; and when the connection was lost while a write was buffered, the
 * driver (3.4.9) sends nothing on it ever again. Therefore nothing is sent on a client whose connection was lost, and the
 * next transaction or statement gets a new client.
 */
export class Connection {
  readonly sql: Sql
  /** Whether the server has responded, and the settings of the session are set. */
  isEstablished = false
  /** The connection is closed, or its transaction state is unknown, so it must not be used any more. */
  isLost = false
  /** The company of the shared read transaction that is open on this connection; undefined when none is open. */
  readingCompany: string | undefined
  /** Its cached plans may be used until this time, in ms of performance.now(). */
  plansValidUntil = 0
  /** The number of readers that have shared the open read transaction. */
  readerCount = 0
  private readonly expiresAt: number

  constructor(open: (onClose: () => void) => Sql, lifetimeMs: number) {
    this.sql = open(() => {
      this.isLost = true
      // Rejects statements that the driver has queued, instead of running them on its next connection.
      void this.sql.end({ timeout: 0 })
    })
    this.expiresAt = performance.now() + lifetimeMs
  }

  /** Whether the connection is too old or lost, so that it must not be used for another transaction. */
  get isExpired(): boolean {
    return this.isLost || performance.now() > this.expiresAt
  }

  /** Connects, and sets the timeouts and formats of the session. Must be called before the first statement. */
  async establish(): Promise<void> {
    try {
      await this.send(sessionStatements)
      this.isEstablished = true
    } catch (error) {
      this.isLost = true
      throw error
    }
  }

  /** Creates a statement. It is sent when the caller awaits it, which must be immediately. @throws ConnectionLostError */
  send(text: string, parameters?: never[], options?: object): PendingQuery<Row[]> {
    if (this.isLost) throw new ConnectionLostError()
    return this.sql.unsafe(text, parameters, options)
  }

  /**
   * Must be called with each error before the next statement is sent. An error that is not from the server means that
   * the connection is lost, or in an unknown state, and after a fatal error the server closes it. The driver reports the
   * close only later, and queues statements until then.
   */
  handleError(error: unknown): void {
    if (!(error instanceof postgres.PostgresError) || error.severity === 'FATAL') this.isLost = true
  }
}

/** The connection was lost during a transaction. Whether a COMMIT that was sent took effect is unknown. */
class ConnectionLostError extends Error {
  readonly code = 'CONNECTION_LOST'
  constructor(message = 'the connection to the database was lost') {
    super(message)
  }
}

/** A shared read transaction ends after this number of readers, so that others get the connection and vacuum proceeds. */
const maxReaders = 100
const defaultLifetimeMs = 15 * 60_000
/** Open transactions may take this long to end when the pool is closed. */
const closeTimeoutMs = 5_000

interface Waiting {
  /** The company of a read transaction; undefined for any other transaction. */
  readingCompany: string | undefined
  resolve: (connection: Connection) => void
  reject: (error: Error) => void
}

export interface PoolOptions {
  /** The number of connections. */
  max: number
  /** When this number of transactions or statements per connection wait, further ones are rejected. */
  maxWaitingPerConnection: number
  /** A connection is replaced after this time to twice that. */
  lifetimeMs?: number
}

/** At most `max` connections, each for one transaction or statement at a time. Others wait in order of arrival. */
export class Pool {
  private readonly all = new Set<Connection>()
  private readonly idle: Connection[] = []
  private readonly waiting: Waiting[] = []
  private readonly closing = new Set<Promise<void>>()
  private readonly open: (onClose: () => void) => Sql
  readonly max: number
  private readonly maxWaiting: number
  private readonly lifetimeMs: number
  /** Set while the pool is being closed; called when its last connection is gone. */
  private onEmpty: (() => void) | undefined

  /**
   * Connections are replaced, because the memory of their server processes grows. Their lifetime is random so that not all
   * of them are replaced together.
   */
  constructor(
    open: (onClose: () => void) => Sql,
    { max, maxWaitingPerConnection, lifetimeMs = defaultLifetimeMs }: PoolOptions,
  ) {
    this.open = open
    this.max = max
    this.maxWaiting = max * maxWaitingPerConnection
    this.lifetimeMs = lifetimeMs
  }

  /**
   * Returns a connection, which the caller must release. For a reader, a read transaction of its company may be open on
   * it already (`readingCompany` is set).
   *
   * @param readingCompany the company of a read transaction; undefined for any other transaction
   * @throws Refusal 'unavailable' when too many transactions wait; ConnectionLostError when the pool is closed
   */
  async acquire(readingCompany?: string): Promise<Connection> {
    if (this.onEmpty !== undefined) throw poolClosed()
    const connection = this.findFree()
    if (connection !== undefined) return connection
    if (this.waiting.length >= this.maxWaiting) throw overloaded()
    return new Promise((resolve, reject) => this.waiting.push({ readingCompany, resolve, reject }))
  }

  /**
   * Passes an open read transaction to the first waiting transaction, if that is a read transaction of the same company.
   * Under load many readers then share one BEGIN and COMMIT. Each statement has its own snapshot (read committed), so no
   * reader sees old data. Returns whether it was passed on.
   */
  handOverToNextReader(connection: Connection): boolean {
    const [next] = this.waiting
    const isSameCompany =
      next !== undefined &&
      next.readingCompany !== undefined &&
      next.readingCompany === connection.readingCompany
    if (
      !isSameCompany ||
      connection.isExpired ||
      connection.readerCount >= maxReaders ||
      this.onEmpty !== undefined
    )
      return false
    connection.readerCount++
    this.waiting.shift()
    next.resolve(connection)
    return true
  }

  /** Returns a connection to the pool. No transaction may be open on it, unless it is lost. */
  release(connection: Connection): void {
    connection.readingCompany = undefined
    connection.readerCount = 0
    if (connection.isExpired || this.onEmpty !== undefined) this.discard(connection)
    else this.idle.push(connection)
    const [next] = this.waiting
    const connectionForNext = next && this.findFree()
    if (connectionForNext === undefined) return
    this.waiting.shift()
    next?.resolve(connectionForNext)
  }

  /** Rejects waiting and later transactions, waits up to 5 s for open ones, and closes all connections. */
  async close(): Promise<void> {
    const empty = new Promise<void>((resolve) => {
      this.onEmpty = resolve
    })
    for (const { reject } of this.waiting.splice(0)) reject(poolClosed())
    for (const connection of this.idle.splice(0)) this.discard(connection)
    const timeout = setTimeout(() => {
      for (const connection of this.all) this.discard(connection)
    }, closeTimeoutMs)
    if (this.all.size > 0) await empty
    clearTimeout(timeout)
    await Promise.all(this.closing)
  }

  /** An idle connection, or a new one while there are fewer than `max`. */
  private findFree(): Connection | undefined {
    for (let connection = this.idle.pop(); connection !== undefined; connection = this.idle.pop()) {
      if (!connection.isExpired) return connection
      this.discard(connection)
    }
    if (this.all.size >= this.max) return undefined
    const connection = new Connection(this.open, this.lifetimeMs * (1 + Math.random()))
    this.all.add(connection)
    return connection
  }

  private discard(connection: Connection): void {
    this.all.delete(connection)
    const closed = connection.sql.end({ timeout: 0 }).finally(() => this.closing.delete(closed))
    this.closing.add(closed)
    if (this.all.size === 0) this.onEmpty?.()
  }
}

const poolClosed = () => new ConnectionLostError('the connection pool is closed')
