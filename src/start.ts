import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { buildApp } from './app.ts'
import { type ApiAddress, buildCarrier } from './carriers.ts'
import type { Config } from './config.ts'
import { connect, type Db } from './db/client.ts'
import { describeConnectionError } from './db/connection-errors.ts'
import { type EmbeddedPostgres, startEmbedded } from './db/embedded/embedded.ts'
import { findMissingMigrations, findPendingMigrations, upgrade } from './db/migrations/migrate.ts'
import type { Deps } from './deps.ts'
import { driverErrorOf, loggable } from './http/problem.ts'
import type { Loop } from './lib/loop.ts'
import { EventSequencer } from './modules/events/index.ts'
import { startWorkers } from './workers.ts'

/** Why the service did not start: a line for an operator that says what to do. */
export class StartError extends Error {}

export interface Service {
  /** Where it listens. */
  url: string
  deps: Deps
  /** Takes no new request, finishes those in flight and the step of each loop, then closes the database. */
  stop(): Promise<void>
}

/** The version of package.json, which lies beside src and dist alike. */
export const version: string = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
).version

/**
 * Starts what the configuration asks for: database, migrations, workers, HTTP.
 *
 * @throws StartError, ConfigError or EmbeddedError: one clear line, nothing left running
 */
export async function startService(config: Config, log: FastifyBaseLogger): Promise<Service> {
  const started: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end()
  }
  try {
    const { url, close } = await openDatabase(config, log)
    started.push(close)
    await migrate(config, url, log)
    const db = connect(url, { applicationName: `new-voice ${config.role}` })
    started.push(() => db.close())
    const at: ApiAddress = { url: config.apiUrl }
    const onFault = (error: unknown) => log.error({ err: loggable(error) }, 'events were not sequenced')
    const events = new EventSequencer(db, onFault)
    events.start()
    started.push(() => events.stop())
    const carrier = await buildCarrier(config, db, log, at)
    const deps: Deps = { config, db, log, now: () => new Date(), events, carrier }
    const app = await buildApp(deps, { version, unready: () => unready(db) })
    const address = await listen(app, config)
    started.push(() => app.close())
    at.url ??= config.role === 'all' ? address : undefined
    const workers: Loop | undefined = config.role === 'api' ? undefined : await startWorkers(deps)
    if (workers) started.push(() => workers.stop())
    return { url: address, deps, stop }
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

async function migrate(config: Config, url: string, log: FastifyBaseLogger): Promise<void> {
  try {
    if (config.autoMigrate) {
      await upgrade(url, 'head', { log: (line) => log.info(line) })
      return
    }
    const missing = await withClient(url, (db) => findPendingMigrations(db.client))
    if (missing.length === 0) return
    throw new StartError(
      `The database lacks ${missing.length} migration(s), ${missing.join(', ')}: run \`npm run db -- upgrade\`, or set AUTO_MIGRATE=true.`,
    )
  } catch (error) {
    throw clear(error, url)
  }
}

async function withClient<T>(url: string, fn: (db: Db) => Promise<T>): Promise<T> {
  const db = connect(url, { max: 1 })
  try {
    return await fn(db)
  } finally {
    await db.close()
  }
}

/** What the database says at the start, in words. */
function clear(error: unknown, url: string): unknown {
  const fault = describeConnectionError(driverErrorOf(error), url)
  return fault === undefined ? error : new StartError(fault)
}

async function unready(db: Db): Promise<string[]> {
  try {
    const missing = await findMissingMigrations(db.client)
    return missing.map((name) => `migration ${name} is pending`)
  } catch (error) {
    const { code } = driverErrorOf(error) as { code?: string }
    return [`the database does not answer${code === undefined ? '' : ` (${code})`}`]
  }
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'EADDRINUSE')
      throw new StartError(`Port ${port} is taken: stop what uses it, or set PORT to another.`)
    if (code === 'EACCES')
      throw new StartError(`Port ${port} is not allowed to this user: set PORT to one above 1023.`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartError(`HOST is no address of this machine: 127.0.0.1, or 0.0.0.0 for all of them.`)
    }
    throw error
  }
  const address = app.server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return `http://${name}:${address.port}`
}
