import net from 'node:net'
import type { Logger } from 'drizzle-orm/logger'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres, { type Sql } from 'postgres'
import { Connection, type OpenClient } from './connection.ts'
import { databaseFaultOf } from './connection-errors.ts'
import { Pool } from './pool.ts'
import { renderableParsers } from './renderable-instants.ts'
import {
  backgroundDeadlines,
  type Deadlines,
  requestDeadlines,
  startupParameters,
} from './session-settings.ts'
import { drizzleOn, type Send, type Statements, statementsOn } from './statements.ts'

/**
 * The database without row-level security, for migrations, workers and ingest: every statement must name company_id.
 * A request uses `inCompany` or `readCompany` (transaction.ts) instead.
 */
export interface Db {
  /** For statements outside of transactions, like `orm` and `send`. */
  readonly statements: Statements
  readonly orm: Omit<PostgresJsDatabase, 'transaction'>
  readonly send: Send
  /** Connections for transactions; see transaction.ts. */
  readonly pool: Pool
  /** Of its transactions; undefined: those of the sessions, which are for requests. */
  readonly deadlines: Deadlines | undefined
  /** The same database for loops: with longer deadlines, and their own share of the connections. */
  readonly background: Db
  /** A connection that belongs to no pool, for health checks. The caller must end it. */
  openProbe(): Connection
  /** Set when a write finds the disk full, and reset when the probe can write again. */
  readonly disk: { isFull: boolean }
  /** A client with one connection that stays open, for LISTEN. The caller must end it. */
  openConnection(handlers: { onnotify: (channel: string) => void; onclose: () => void }): Sql
  /** Called after each commit of a transaction that called `notifyEvents`. */
  readonly onEventsCommitted: Set<() => void>
  /** Called after each commit of a transaction that called `notifyDialing`. */
  readonly onDialingCommitted: Set<() => void>
  /** Ends all transactions and statements, also later ones: they reject, whether or not the server responds. */
  disconnect(): void
  close(): Promise<void>
}

export interface ConnectOptions {
  /** The maximum number of connections; `?max=20` in the URL does the same. Default 16. */
  max?: number
  applicationName?: string
  logger?: Logger
  /** Of everything that a client waits for; tests shorten them. */
  deadlines?: Deadlines
}

/** 13 for transactions, of which one company alone gets 10, and 3 for statements. */
const defaultMaxConnections = 16
/**
 * Connections for statements outside of transactions, most of which find the owner of a key: loops cannot take all of them,
 * and requests that wait for a transaction do not delay them. The rest are for transactions.
 */
const statementConnectionsOf = (total: number): number => (total < 8 ? 2 : 3)
const maxWaitingTransactions = 100
/** They are short: most of them find the owner of a key. */
const maxWaitingStatements = 1_000
const connectTimeoutSec = 10
/**
 * TCP checks a silent connection after this time, and Node's ten probes of a second end it when the other side is gone. It
 * also keeps the connection in the tables of firewalls, which remove silent ones after some minutes.
 */
const keepAliveSec = 15
/** The driver's own backoff grows to 20 s, so requests would wait long after the database is back. */
const reconnectDelaySec = 0.25

/**
 * Creates a pool. Connections are opened on first use. Options of postgres.js are accepted in the URL: `?max=20`,
 * `?prepare=false` (for a pooler without prepared statements), `?ssl=require`.
 */
export function connect(url: string, options: ConnectOptions = {}): Db {
  const { address, max } = parseUrl(url)
  const total = options.max ?? max ?? defaultMaxConnections
  const hosts = { next: 0 }
  const open = (connections: number, more: object = {}) =>
    postgres(address, {
      max: connections,
      connect_timeout: connectTimeoutSec,
      backoff: () => reconnectDelaySec,
      fetch_types: false,
      keep_alive: keepAliveSec,
      onnotice: () => undefined,
      socket: (target: Target) => openSocket(target, hosts.next++),
      connection: { ...startupParameters, application_name: options.applicationName ?? 'new-voice' },
      ...more,
    } as postgres.Options<Record<string, never>>)
  // A pool replaces its connections between transactions. The driver's own timers would end them inside one.
  const openOne: OpenClient = ({ onclose, onsocket }) =>
    withDrizzleTypes(
      open(1, {
        onclose,
        max_lifetime: null,
        idle_timeout: null,
        socket: (target: Target) => {
          const socket = openSocket(target, hosts.next++)
          onsocket(socket)
          return socket
        },
      }),
    )
  const { deadlines = requestDeadlines } = options
  const disk = { isFull: false }
  const onError = noteFullDisk(disk)
  const statementConnections = statementConnectionsOf(total)
  const pool = new Pool(openOne, {
    max: Math.max(1, total - statementConnections),
    maxWaitingPerConnection: maxWaitingTransactions,
    deadlines,
    onError,
  })
  const statementPool = new Pool(openOne, {
    max: statementConnections,
    maxWaitingPerConnection: maxWaitingStatements,
    deadlines,
    onError,
  })
  const onEventsCommitted = new Set<() => void>()
  const onDialingCommitted = new Set<() => void>()
  const dbOf = (lane: string, deadlinesOfTransactions: Deadlines | undefined, background?: Db): Db => {
    const statements = statementsOn(statementPool, lane)
    const db: Omit<Db, 'background'> = {
      statements,
      ...drizzleOn(statements, options.logger),
      pool,
      deadlines: deadlinesOfTransactions,
      openConnection: (handlers) => open(1, { ...handlers, max_lifetime: null, idle_timeout: null }),
      openProbe: () => new Connection(openOne, { lifetimeMs: Number.POSITIVE_INFINITY, deadlines }),
      disk,
      onEventsCommitted,
      onDialingCommitted,
      disconnect: () => {
        for (const one of [pool, statementPool]) one.disconnect()
      },
      close: async () => {
        await Promise.all([statementPool.close(), pool.close()])
      },
    }
    return Object.assign(db, { background: background ?? (db as Db) })
  }
  return dbOf('requests', undefined, dbOf('background', backgroundDeadlines))
}

/** Returns a handler of errors that records a full disk. */
const noteFullDisk = (disk: Db['disk']) => (error: unknown) => {
  if (databaseFaultOf(error) === 'disk_full') disk.isFull = true
}

/** `drizzle()` changes the parsers and serializers of the client that it is given. */
function withDrizzleTypes(client: Sql): Sql {
  drizzle(client)
  Object.assign(client.options.parsers, renderableParsers)
  return client
}

/** Removes `max` from the URL: postgres.js would read it as text and open a single connection, whatever its value. */
function parseUrl(text: string) {
  const url = new URL(text)
  const max = Number(url.searchParams.get('max') ?? Number.NaN)
  url.searchParams.delete('max')
  return { address: url.toString(), max: Number.isInteger(max) && max > 0 ? max : undefined }
}

interface Target {
  host: string[]
  port: number[]
  path?: string | false
}

/**
 * Opens a socket with Nagle's algorithm off. postgres.js leaves it on, which delays a second write until the first is
 * acknowledged. With several hosts in the URL, each attempt uses the next host. The socket is returned before it is
 * connected: writes are buffered until then, and the driver's own timeout applies.
 */
function openSocket({ host, port, path }: Target, attempt: number): net.Socket {
  if (path) return withErrorOnEnd(net.connect({ path }))
  const i = attempt % host.length
  const target = { host: host[i] ?? '127.0.0.1', port: port[i] ?? 5432 }
  return Object.assign(withErrorOnEnd(net.connect({ ...target, noDelay: true })), target)
}

/**
 * Destroys the socket with an error when the server closes it. A load balancer without a live server closes each new
 * connection: without an error the driver would reconnect immediately and without limit.
 */
function withErrorOnEnd(socket: net.Socket): net.Socket {
  const closed = Object.assign(new Error('the server closed the connection'), { code: 'CONNECTION_CLOSED' })
  return socket.once('end', () => socket.destroy(closed))
}
