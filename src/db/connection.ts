import type { Socket } from 'node:net'
import postgres, { type PendingQuery, type Row, type Sql } from 'postgres'
import { type Deadlines, sessionStatements } from './session-settings.ts'

/** What postgres.js cancels a query with, on a connection of its own; null when the query has ended. */
interface Cancellable {
  canceller: ((query: Cancellable) => Promise<void>) | null
}

/** Opens a client with one connection. */
export type OpenClient = (handlers: { onclose: () => void; onsocket: (socket: Socket) => void }) => Sql

export interface ConnectionOptions {
  /** After this time it is expired. */
  lifetimeMs: number
  /** Of the session; a transaction may set its own. */
  deadlines: Deadlines
  /** Called with each error of a statement. */
  onError?: ((error: unknown) => void) | undefined
}

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
  /** The lane (see lanes.ts) of the transaction that has this connection. */
  lane = ''
  /** The company of the shared read transaction that is open on this connection; undefined when none is open. */
  readingCompany: string | undefined
  /** Its cached plans may be used until this time, in ms of performance.now(). */
  plansValidUntil = 0
  /** The number of readers that have shared the open read transaction. */
  readerCount = 0
  /** When the transaction got this connection, in ms of performance.now(). */
  acquiredAt = 0
  /** When the last statement was sent, in ms of performance.now(). */
  lastSentAt = 0
  /** Nothing sent for this time means that the server does not respond, ms; see `disconnectIfSilent`. */
  maxSilenceMs = Number.POSITIVE_INFINITY
  /** Nobody waits for the result of the read transaction any more. */
  isAbandoned = false
  private readonly expiresAt: number
  private readonly options: ConnectionOptions
  private lastQuery: PendingQuery<Row[]> | undefined
  private socket: Socket | undefined
  /** A statement was cancelled, and the cancellation may arrive late: it must not hit another transaction. */
  private isCancelled = false

  constructor(open: OpenClient, options: ConnectionOptions) {
    this.options = options
    this.sql = open({
      onclose: () => {
        this.isLost = true
        // Rejects statements that the driver has queued, instead of running them on its next connection.
        void this.sql.end({ timeout: 0 })
      },
      // The driver opens another socket to cancel a statement.
      onsocket: (socket) => {
        this.socket ??= socket
      },
    })
    this.expiresAt = performance.now() + options.lifetimeMs
  }

  /** Whether the connection is too old or lost, so that it must not be used for another transaction. */
  get isExpired(): boolean {
    return this.isLost || this.isCancelled || performance.now() > this.expiresAt
  }

  /** Connects, and sets the timeouts and formats of the session. Must be called before the first statement. */
  async establish(): Promise<void> {
    try {
      await this.send(sessionStatements(this.options.deadlines))
      this.isEstablished = true
    } catch (error) {
      this.isLost = true
      throw error
    }
  }

  /** Creates a statement. It is sent when the caller awaits it, which must be immediately. @throws ConnectionLostError */
  send(text: string, parameters?: never[], options?: object): PendingQuery<Row[]> {
    if (this.isLost) throw new ConnectionLostError()
    this.lastSentAt = performance.now()
    this.lastQuery = this.sql.unsafe(text, parameters, options)
    return this.lastQuery
  }

  /**
   * Must be called with each error before the next statement is sent. An error that is not from the server means that
   * the connection is lost, or in an unknown state, and after a fatal error the server closes it. The driver reports the
   * close only later, and queues statements until then.
   */
  handleError(error: unknown): void {
    if (!(error instanceof postgres.PostgresError) || error.severity === 'FATAL') this.isLost = true
    this.options.onError?.(error)
  }

  /** Cancels the running statement on the server. The connection is not used for another transaction. */
  cancelStatement(): void {
    if (this.isCancelled || this.isLost) return
    this.isCancelled = true
    // Not by cancel(), which drops the promise: an error, such as a refused connection, would end the process.
    const query = this.lastQuery as unknown as Cancellable | undefined
    // Without the cancellation, the server ends the statement at its deadline.
    query?.canceller?.(query).catch(() => undefined)
  }

  /**
   * Disconnects when nothing was sent for `maxSilenceMs`. The server ends statements and idle transactions earlier, so it
   * is frozen, or the network has dropped the connection without a word: TCP reports that after a quarter of an hour.
   */
  disconnectIfSilent(now: number): void {
    if (now - this.lastSentAt > this.maxSilenceMs)
      this.disconnect(new ConnectionLostError(`the database did not respond for ${this.maxSilenceMs} ms`))
  }

  /** Closes the socket without waiting for the server. Running statements reject with the error. */
  disconnect(error: ConnectionLostError): void {
    this.isLost = true
    this.socket?.destroy(error)
  }
}

/** The connection was lost during a transaction. Whether a COMMIT that was sent took effect is unknown. */
export class ConnectionLostError extends Error {
  readonly code = 'CONNECTION_LOST'
  constructor(message = 'the connection to the database was lost') {
    super(message)
  }
}
