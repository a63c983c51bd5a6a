import net from 'node:net'
import type { Logger } from 'drizzle-orm/logger'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres, { type Sql } from 'postgres'
import { Pool } from './pool.ts'

/**
 * The database, without a tenant: for migrations, workers and ingest, which name company_id in every statement.
 * A request speaks through `inCompany` (transaction.ts) instead.
 */
export interface Db {
  /** postgres.js as Drizzle leaves it: times are strings on this client, and JSON goes in as text. */
  readonly client: Sql
  readonly orm: PostgresJsDatabase
  readonly send: Send
  /** Where transactions run; see transaction.ts. */
  readonly pool: Pool
  /** A client of one connection, which stays open: for a listener. Whoever opens it ends it. */
  openConnection(handlers: { onnotify: () => void; onclose: () => void }): Sql
  /** What is done when a transaction that tells of events is committed. */
  readonly onEventsCommitted: { run: () => void }
  close(): Promise<void>
}

/** A parameter as the driver takes it. */
export type BoundValue = string | number | boolean | null

/** Sends one statement as text; it is prepared, unless it has more than 64 parameters. */
export type Send = (text: string, parameters: BoundValue[]) => Promise<Record<string, unknown>[]>

export interface ConnectOptions {
  /** Connections of the pool; `?max=20` in the URL says the same. */
  max?: number
  applicationName?: string
  logger?: Logger
}

/**
 * Opens a pool; nothing is sent before the first query. Options of postgres.js may stand in the URL:
 * `?max=20`, `?prepare=false` (a pooler that knows no prepared statements), `?ssl=require`.
 */
export function connect(url: string, options: ConnectOptions = {}): Db {
  const { address, max } = readUrl(url)
  const total = options.max ?? max ?? 12
  const hosts = { next: 0 }
  const open = (connections: number, more: object = {}) =>
    postgres(address, {
      max: connections,
      connect_timeout: 10,
      // The driver's own grows to 20 s, and makes whoever comes wait, also when the database is back.
      backoff: () => 0.25,
      fetch_types: false,
      onnotice: () => undefined,
      socket: (to: Target) => openSocket(to, hosts.next++),
      connection: { application_name: options.applicationName ?? 'new-voice' },
      ...more,
    } as postgres.Options<Record<string, never>>)
  // The pool ends its connections, between transactions: the driver's clocks would end them inside one.
  const pool = new Pool(
    (onclose) => withDrizzleTypes(open(1, { onclose, max_lifetime: null, idle_timeout: null })),
    Math.max(1, total - 2),
  )
  const client = open(2)
  const prepared = withPreparedStatements(client)
  const orm = drizzle(prepared, { logger: options.logger ?? false })
  return {
    client,
    orm,
    send: async (text, parameters) => prepared.unsafe(text, parameters),
    pool,
    openConnection: (handlers) => open(1, { ...handlers, max_lifetime: null, idle_timeout: null }),
    onEventsCommitted: { run: () => undefined },
    close: async () => {
      await Promise.all([client.end({ timeout: 5 }), pool.close()])
    },
  }
}

/** Drizzle sets its parsers on the client it is given: times come as text, JSON goes in as text. */
function withDrizzleTypes(client: Sql): Sql {
  drizzle(client)
  return client
}

/** postgres.js takes `?max=` from the URL as text, and would open one connection for any. */
function readUrl(text: string) {
  const url = new URL(text)
  const max = Number(url.searchParams.get('max') ?? Number.NaN)
  url.searchParams.delete('max')
  return { address: url.toString(), max: Number.isInteger(max) && max > 0 ? max : undefined }
}

/**
 * Everything Drizzle builds is sent as a named prepared statement: unprepared, postgres.js asks the server to describe
 * it first, a second round trip. The texts are few: verbs build the same text each time.
 */
export function withPreparedStatements<C extends Pick<Sql, 'unsafe'>>(client: C): C {
  const unsafe: Sql['unsafe'] = (query, parameters, options) =>
    client.unsafe(query, parameters, {
      ...options,
      prepare: (parameters?.length ?? 0) <= maxPreparedParameters,
    })
  return new Proxy(client, {
    get: (target, name) => (name === 'unsafe' ? unsafe : Reflect.get(target, name)),
  })
}

/** Beyond this a statement's text depends on how many rows it carries, and would fill the server's memory. */
const maxPreparedParameters = 64

interface Target {
  host: string[]
  port: number[]
  path?: string | false
}

/**
 * postgres.js leaves Nagle's algorithm on, which stalls whatever writes twice without waiting. The socket is returned
 * before it is connected: what is written until then waits in it, and the driver's own timeout watches it.
 */
function openSocket({ host, port, path }: Target, attempt: number): net.Socket {
  if (path) return failingAtItsEnd(net.connect({ path }))
  const chosen = attempt % host.length
  const target = { host: host[chosen] ?? '127.0.0.1', port: port[chosen] ?? 5432 }
  return Object.assign(failingAtItsEnd(net.connect({ ...target, noDelay: true })), target)
}

/**
 * When a connection ends without a word, as that of a balancer without a server, the driver connects again at once and
 * for ever; an error it passes on.
 */
function failingAtItsEnd(socket: net.Socket): net.Socket {
  const closed = Object.assign(new Error('the server closed the connection'), { code: 'CONNECTION_CLOSED' })
  return socket.once('end', () => socket.destroy(closed))
}
