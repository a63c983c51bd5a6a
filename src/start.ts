import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { type ApiAddress, buildCarrier } from './carriers.ts'
import type { Config } from './config.ts'
import { connect, type Db } from './db/client.ts'
import { describeConnectionError } from './db/connection-errors.ts'
import { databaseClock } from './db/database-clock.ts'
import { DatabaseProbe } from './db/database-probe.ts'
import { type EmbeddedPostgres, startEmbedded } from './db/embedded/embedded.ts'
import { findMissingMigrations, pendingMigrations, upgrade } from './db/migrations/migrate.ts'
import type { Deps } from './deps.ts'
import { listenBacklog } from './http/connections.ts'
import type { Phase } from './http/health-and-metrics.ts'
import { loggable } from './http/problem.ts'
import { commandLine } from './lib/command-line.ts'
import { watchEventLoop } from './lib/event-loop-monitor.ts'
import { logSetAside } from './lib/set-aside.ts'
import { zoneDataRelease, zoneDataWarning } from './lib/time/zone-data.ts'
import { hasUsableKey } from './modules/companies/index.ts'
import { DialingNotifier } from './modules/dialing/index.ts'
import { EventSequencer } from './modules/events/index.ts'
import { startWorkers } from './workers.ts'

/** The service cannot start. The message is one line for the operator, with what to do. */
export class StartError extends Error {}

export interface Service {
  /** URL of the HTTP server, such as http://127.0.0.1:3000. */
  url: string
  deps: Deps
  /** Resolves with the reason when the service cannot continue: the embedded database cannot be kept running. */
  failed: Promise<string>
  /**
   * Is not ready from now on, and serves requests for `delayMs` (0 by default). Then it accepts no new ones, finishes
   * requests in flight and the current step of each loop, and closes the database. What waits for a database that does
   * not respond is given up in time to stop within `stopTimeoutMs` after the delay.
   */
  stop(delayMs?: number): Promise<void>
}

/** Stops one part, at the latest at this time, in ms of performance.now(). */
type Stop = (stopBy: number) => unknown

/** How long stop() takes at most. Process managers kill a service that takes longer, most of them after 30 s. */
const stopTimeoutMs = 24_000
/** After this time stop() disconnects requests and loop steps from the database. Statements of requests end before. */
const finishTimeoutMs = 16_000
/** What ending a database that does not respond takes at most, and what it gets for ending regularly at least. */
const forcedStopMs = 5_000
const minDatabaseStopMs = 1_000

/** The version in package.json. */
export const version: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version

/**
 * Starts what the configuration requests: database, HTTP, migrations, workers. HTTP comes before the migrations, which may
 * take long, so that health checks get a response; other requests are refused until the start is complete. After an
 * error nothing is left running.
 *
 * @throws StartError, ConfigError, EmbeddedError or MigrationError
 */
export async function startService(config: Config, log: FastifyBaseLogger): Promise<Service> {
  const stops: Stop[] = []
  let phase: Phase = 'starting'
  const stop = async (delayMs = 0) => {
    phase = 'stopping'
    await sleep(delayMs)
    const stopBy = performance.now() + stopTimeoutMs
    for (const stopOne of stops.splice(0).reverse()) await stopOne(stopBy)
  }
  let fail: (reason: string) => void = () => undefined
  const failed = new Promise<string>((resolve) => {
    fail = resolve
  })
  try {
    stops.push(reportBlockedEventLoop(log))
    const { url: databaseUrl, close } = await openDatabase(config, log, fail)
    stops.push(close)
    const db = connect(databaseUrl, { applicationName: `new-voice ${config.role}` })
    stops.push(() => db.close())
    const { deps, address, start } = await buildDeps(config, db, log, stops)
    const probe = new DatabaseProbe(db, {
      findMissingMigrations,
      dataDir: config.databaseUrl === undefined ? config.dataDir : undefined,
    })
    stops.push(() => probe.close())
    const app = await buildApp(deps, { version, unready: () => probe.findReasons(), phase: () => phase })
    stops.push(() => app.close())
    const url = await listen(app, config)
    await migrate(config, databaseUrl, log)
    await start()
    warnOfOldZoneData(log, deps.now())
    await warnOfMissingKeys(deps)
    address.url ??= config.role === 'all' ? url : undefined
    // Before the workers, whose simulated agents send requests to this process.
    phase = 'running'
    if (config.role !== 'api') {
      const workers = await startWorkers({ ...deps, db: db.background })
      stops.push(() => workers.stop())
    }
    stops.push(() => void setTimeout(() => db.disconnect(), finishTimeoutMs).unref())
    return { url, deps, failed, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Returns a function that ends it. */
function reportBlockedEventLoop(log: FastifyBaseLogger): () => void {
  const monitor = watchEventLoop(({ ms, activity, candidates }) =>
    log.warn(
      { ms: Math.round(ms), ...(activity === undefined ? { in_progress: candidates } : { activity }) },
      'the event loop was blocked',
    ),
  )
  return () => monitor.stop()
}

/**
 * Builds what routes and workers use. `start` must be called when the database has every migration, and before anything is
 * served.
 */
async function buildDeps(config: Config, db: Db, log: FastifyBaseLogger, stops: Stop[]) {
  const events = new EventSequencer(
    db.background,
    (error) => log.error({ err: loggable(error) }, 'sequencing events failed'),
    logSetAside(log),
  )
  stops.push(() => events.stop())
  const clock = databaseClock(db.background.send, (error) =>
    log.error({ err: loggable(error) }, 'reading the time of the database failed'),
  )
  stops.push(() => clock.stop())
  const notifier = new DialingNotifier(db.background, (error) =>
    log.warn({ err: loggable(error) }, 'NOTIFY failed; workers see free slots up to 0.1 s later'),
  )
  stops.push(() => notifier.stop())
  const { now } = clock
  const address: ApiAddress = { url: config.apiUrl }
  const carrier = await buildCarrier({ config, db: db.background, log, now }, address)
  const deps: Deps = { config, db, log, now, events, carrier }
  const start = async () => {
    events.start()
    await clock.start()
    if (config.role === 'api') notifier.start()
  }
  return { deps, address, start }
}

/** Logs a warning when the time zone data are older than half a year. */
export function warnOfOldZoneData(log: Pick<FastifyBaseLogger, 'warn'>, now: Date): void {
  const release = zoneDataRelease()
  const warning = zoneDataWarning(release, now)
  if (warning !== undefined) log.warn({ timezone_data: release }, warning)
}

/** Logs how to create the first key when no request could be authenticated. */
async function warnOfMissingKeys({ config, db, log, now }: Deps): Promise<void> {
  if (config.role === 'worker' || config.platformKey !== undefined || (await hasUsableKey(db, now()))) return
  const command = `${commandLine('keys')} create --company NAME --scopes admin`
  log.warn(
    `There is no API key, and PLATFORM_KEY is not set: every request is refused. Create a company and its first key with \`${command}\`, or set PLATFORM_KEY.`,
  )
}

async function openDatabase(config: Config, log: FastifyBaseLogger, onLost: (reason: string) => void) {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl, close: async () => undefined }
  const embedded: EmbeddedPostgres = await startEmbedded({
    dataDir: config.dataDir,
    log: (line) => log.info(line),
    onServerLost: onLost,
  })
  const close = (stopBy: number) =>
    embedded.stop(Math.max(minDatabaseStopMs, stopBy - performance.now() - forcedStopMs))
  return { url: embedded.url, close }
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
      `${pending.length} migration(s) are pending: ${pending.join(', ')}. Run \`${commandLine('db')} upgrade\`, or set AUTO_MIGRATE=true.`,
    )
  } catch (error) {
    throw toStartError(error, url)
  }
}

/** Returns a StartError for an error of the connection, and any other error unchanged. */
function toStartError(error: unknown, url: string): unknown {
  const message = describeConnectionError(error, url)
  return message === undefined ? error : new StartError(message)
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
