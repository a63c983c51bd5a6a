import postgres, { type PendingQuery, type Row, type Sql } from 'postgres'
import { overloaded } from '../lib/errors.ts'

/**
 * One connection that transactions are run on: a postgres.js client that never opens a second one. Left alone, the
 * driver would reconnect and run there, outside of any transaction, whatever came next; so nothing is handed to it
 * once the connection was lost, and the next transaction gets a new client.
 */
export class Connection {
  readonly sql: Sql
  /** Whether the server has answered: before that, what is sent may wait for a connection that never comes. */
  isEstablished = false
  isLost = false
  /** The company that the read transaction open on it speaks for, while one is handed from reader to reader. */
  readingCompany: string | undefined
  /** Until when plans that are kept on it may be used (performance.now). */
  plansValidUntil = 0
  /** How many readers have shared that transaction. */
  readerCount = 0
  private readonly until: number

  constructor(open: (onClose: () => void) => Sql, lifetimeMs: number) {
    this.sql = open(() => {
      this.isLost = true
      // Should the driver hold a statement still, it rejects it instead of running it on its next connection.
      void this.sql.end({ timeout: 0 })
    })
    this.until = performance.now() + lifetimeMs
  }

  /** Whether the next transaction needs another one. */
  get isExpired(): boolean {
    return this.isLost || performance.now() > this.until
  }

  /** A statement, which the driver sends when it is awaited: at once. @throws ConnectionLost */
  send(text: string, parameters?: never[], options?: object): PendingQuery<Row[]> {
    if (this.isLost) throw new ConnectionLostError()
    return this.sql.unsafe(text, parameters, options)
  }

  /**
   * To be told of each error before anything else is sent. What is not the server's own word means that the connection
   * is lost, or in a state unknown; the driver says that it closed only later, and holds what comes in between.
   */
  handleError(error: unknown): void {
    if (!(error instanceof postgres.PostgresError)) this.isLost = true
  }
}

/** The database went away in the middle; whether a COMMIT under way took effect is not known. */
export class ConnectionLostError extends Error {
  readonly code = 'CONNECTION_LOST'
  constructor(message = 'the connection to the database was lost') {
    super(message)
  }
}

/** After so many readers a shared transaction ends: others wait too, and the server cleans up behind it. */
const mostShared = 100

interface Waiting {
  /** The company it wants to read for, and nothing else; undefined for any other transaction. */
  reading: string | undefined
  resolve: (connection: Connection) => void
  reject: (error: Error) => void
}

/** Connections for transactions, at most `max`; who comes later waits in line, and not for ever. */
export class Pool {
  private readonly all = new Set<Connection>()
  private readonly idle: Connection[] = []
  private readonly waiting: Waiting[] = []
  private readonly leaving = new Set<Promise<void>>()
  private readonly open: (onClose: () => void) => Sql
  /** Connections at most. */
  readonly max: number
  private readonly lifetimeMs: number
  private whenEmpty: (() => void) | undefined

  /** A connection is used for `lifetimeMs` to twice that: the server's side of it grows with what it was asked. */
  constructor(open: (onClose: () => void) => Sql, max: number, lifetimeMs = 15 * 60_000) {
    this.open = open
    this.max = max
    this.lifetimeMs = lifetimeMs
  }

  /**
   * A connection; for a reader it may come with a read transaction of its company open on it (`reading`).
   *
   * @throws Refusal 'unavailable' when too many wait already; ConnectionLost when the pool is closed
   */
  async acquire(reading?: string): Promise<Connection> {
    if (this.whenEmpty !== undefined) throw closed()
    const connection = this.spare()
    if (connection !== undefined) return connection
    if (this.waiting.length >= this.max * 100) throw overloaded()
    return new Promise((resolve, reject) => this.waiting.push({ reading, resolve, reject }))
  }

  /**
   * Gives a read transaction, as it stands, to who waits first in line, when that is a reader of the same company:
   * under load BEGIN and COMMIT are shared by many. Each statement has its own snapshot, so nobody reads the past.
   */
  handOverToNextReader(connection: Connection): boolean {
    const [next] = this.waiting
    const fits =
      next !== undefined && next.reading !== undefined && next.reading === connection.readingCompany
    if (!fits || connection.isExpired || connection.readerCount >= mostShared || this.whenEmpty !== undefined)
      return false
    connection.readerCount++
    this.waiting.shift()
    next.resolve(connection)
    return true
  }

  /** Takes back what `acquire` gave: with no transaction open on it, or lost. */
  release(connection: Connection): void {
    connection.readingCompany = undefined
    connection.readerCount = 0
    if (connection.isExpired || this.whenEmpty !== undefined) this.discard(connection)
    else this.idle.push(connection)
    const [next] = this.waiting
    const connectionForNext = next && this.spare()
    if (connectionForNext === undefined) return
    this.waiting.shift()
    next?.resolve(connectionForNext)
  }

  /** Lets transactions end, for 5 s; refuses those that wait and those to come. */
  async close(): Promise<void> {
    const empty = new Promise<void>((resolve) => {
      this.whenEmpty = resolve
    })
    for (const { reject } of this.waiting.splice(0)) reject(closed())
    for (const connection of this.idle.splice(0)) this.discard(connection)
    const impatience = setTimeout(() => {
      for (const connection of this.all) this.discard(connection)
    }, 5_000)
    if (this.all.size > 0) await empty
    clearTimeout(impatience)
    await Promise.all(this.leaving)
  }

  private spare(): Connection | undefined {
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
    const left = connection.sql.end({ timeout: 0 }).finally(() => this.leaving.delete(left))
    this.leaving.add(left)
    if (this.all.size === 0) this.whenEmpty?.()
  }
}

const closed = () => new ConnectionLostError('the pool of connections is closed')
