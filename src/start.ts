import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { type ApiAddress, buildCarrier } from './carriers.ts'
import type { Config } from './config.ts'
import { connect, type Db } from './db/client.ts'
import { describeConnectionError, driverErrorOf } from './db/connection-errors.ts'
import { startDatabaseClock } from './db/database-clock.ts'
import { type EmbeddedPostgres, startEmbedded } from './db/embedded/embedded.ts'
import { findMissingMigrations, pendingMigrations, upgrade } from './db/migrations/migrate.ts'
import type { Deps } from './deps.ts'
import { listenBacklog } from './http/connections.ts'
import { loggable } from './http/problem.ts'
import { watchEventLoop } from './lib/event-loop-monitor.ts'
import { EventSequencer } from './modules/events/index.ts'
import { startWorkers } from './workers.ts'

/** The service cannot start. The message is one line for the operator, with what to do. */
export class StartError extends Error {}

export interface Service {
  /** URL of the HTTP server, such as http://127.0.0.1:3000. */
  url: string
  deps: Deps
  /**
   * Accepts no new requests, finishes requests in flight and the current step of each loop, then closes the
   * database.
   */
  stop(): Promise<void>
}

/** The version in package.json. */
export const version: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version

/**
 * Starts what the configuration requests: database, migrations, workers, HTTP. After an error nothing is left running.
 *
 * @throws StartError, ConfigError, EmbeddedError or MigrationError
 */
export async function startService(config: Config, log: FastifyBaseLogger): Promise<Service> {
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const stopOne of stops.splice(0).reverse()) await stopOne()
  }
  try {
    const monitor = watchEventLoop(({ ms, activity, candidates }) =>
      log.warn(
        { ms: Math.round(ms), ...(activity === undefined ? { in_progress: candidates } : { activity }) },
        'the event loop was blocked',
      ),
    )
    stops.push(async () => monitor.stop())
    const { url: databaseUrl, close } = await openDatabase(config, log)
    stops.push(close)
    await migrate(config, databaseUrl, log)
    const db = connect(databaseUrl, { applicationName: `new-voice ${config.role}` })
    stops.push(() => db.close())
    const address: ApiAddress = { url: config.apiUrl }
    const events = new EventSequencer(db, (error) =>
      log.error({ err: loggable(error) }, 'sequencing events failed'),
    )
    events.start()
    stops.push(() => events.stop())
    const clock = await startDatabaseClock(db.send, (error) =>
      log.error({ err: loggable(error) }, 'reading the time of the database failed'),
    )
    stops.push(() => clock.stop())
    const { now } = clock
    const carrier = await buildCarrier({ config, db, log, now }, address)
    const deps: Deps = { config, db, log, now, events, carrier }
    const app = await buildApp(deps, { version, unready: () => findUnreadyReasons(db) })
    const url = await listen(app, config)
    stops.push(() => app.close())
    address.url ??= config.role === 'all' ? url : undefined
    if (config.role !== 'api') {
      const workers = await startWorkers(deps)
      stops.push(() => workers.stop())
    }
    return { url, deps, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function openDatabase(config: Config, log: FastifyBaseLogger) {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl, close: async () => undefined }
  const embedded: EmbeddedPostgres = await startEmbedded({
    dataDir: config.dataDir,
    log: (line) => log.info(line),
  })
  return { url: embedded.url, close: embedded.stop }
}

/** Applies pending migrations with AUTO_MIGRATE. Without it, throws a StartError when there are any. */
async function migrate(config: Config, url: string, log: FastifyBaseLogger): Promise<void> {
  try {
    if (config.autoMigrate) {
      await upgrade(url, 'head', { log: (line) => log.info(line) })
      return
    }
    const pending = await pendingMigrations(url)
    if (pending.length === 0) return
    throw new StartError(
      `${pending.length} migration(s) are pending: ${pending.join(', ')}. Run \`npm run db -- upgrade\`, or set AUTO_MIGRATE=true.`,
    )
  } catch (error) {
    throw toStartError(error, url)
  }
}

/** Returns a StartError for an error of the connection, and any other error unchanged. */
function toStartError(error: unknown, url: string): unknown {
  const message = describeConnectionError(driverErrorOf(error), url)
  return message === undefined ? error : new StartError(message)
}

/** Reasons for /health/ready; empty when the database responds and has every migration. */
async function findUnreadyReasons(db: Db): Promise<string[]> {
  try {
    const missing = await findMissingMigrations(db.statements)
    return missing.map((name) => `migration ${name} is pending`)
  } catch (error) {
    const { code } = driverErrorOf(error) as { code?: string }
    return [`the database does not respond${code === undefined ? '' : ` (${code})`}`]
  }
}

/** Starts the HTTP server and returns its URL. */
async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    await app.listen({ host, port, backlog: listenBacklog })
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'EADDRINUSE')
      throw new StartError(
        `Port ${port} is in use. Stop the program that uses it, or set PORT to another port.`,
      )
    if (code === 'EACCES')
      throw new StartError(`Port ${port} is not allowed for this user. Set PORT to a port above 1023.`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartError(
        `HOST (${host}) is not an address of this machine. Set it to 127.0.0.1, or to 0.0.0.0 for all addresses.`,
      )
    }
    throw error
  }
  const address = app.server.address() as AddressInfo
  const hostInUrl = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${hostInUrl}:${address.port}`
}
