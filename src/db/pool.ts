import type { Sql } from 'postgres'
import { overloaded } from '../lib/errors.ts'

/**
 * One connection that transactions are run on: a postgres.js client that never opens a second one. The driver would
 * run what is still queued on its next connection, outside of the transaction it belonged to; so statements are
 * handed to it one at a time, and none after the connection was lost.
 */
export class Connection {
  readonly sql: Sql
  /** Whether a statement sent now goes to a live connection, not to one that is still to be opened. */
  established = false
  /** Set when the connection closed under the transaction that holds it. */
  lost: Error | undefined

  constructor(open: (onClose: () => void) => Sql) {
    this.sql = open(() => {
      this.established = false
      this.lost = new ConnectionLost()
    })
  }
}

/** The database went away in the middle; whether a COMMIT under way took effect is not known. */
export class ConnectionLost extends Error {
  readonly code = 'CONNECTION_LOST'
  constructor() {
    super('the connection to the database was lost')
  }
}

/** Connections for transactions, at most `max`; who comes later waits in line, and not for ever. */
export class Pool {
  private readonly idle: Connection[] = []
  private readonly waiting: ((connection: Connection) => void)[] = []
  private readonly all: Connection[] = []
  private readonly open: (onClose: () => void) => Sql
  private readonly max: number
  private readonly maxWaiting: number

  constructor(open: (onClose: () => void) => Sql, max: number) {
    this.open = open
    this.max = max
    this.maxWaiting = max * 100
  }

  /** @throws Refusal 'unavailable' when too many wait already */
  async acquire(): Promise<Connection> {
    const connection = this.idle.pop() ?? this.another()
    if (connection !== undefined) {
      connection.lost = undefined
      return connection
    }
    if (this.waiting.length >= this.maxWaiting) {
      throw overloaded()
    }
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  release(connection: Connection): void {
    connection.lost = undefined
    const next = this.waiting.shift()
    if (next === undefined) this.idle.push(connection)
    else next(connection)
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ sql }) => sql.end({ timeout: 5 })))
  }

  private another(): Connection | undefined {
    if (this.all.length >= this.max) return undefined
    const connection = new Connection(this.open)
    this.all.push(connection)
    return connection
  }
}
