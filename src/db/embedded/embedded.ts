// The PostgreSQL that the service brings along: made, started, taken over and ended with it.
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import postgres from 'postgres'
import { chooseRunAs, findBinaries } from './binaries.ts'
import {
  type Cluster,
  findServer,
  initCluster,
  resetPassword,
  type Server,
  startServer,
  stopServer,
} from './cluster.ts'
import {
  chownIfRoot,
  EmbeddedError,
  errorMessage,
  isProcessAlive,
  lockDataDirectory,
  processIdentity,
} from './processes.ts'

export { EmbeddedError }

export type EmbeddedOptions = {
  /** Directory for the cluster (`postgres/`), its password, its log. Made when it is missing. */
  dataDir: string
  /** Gets a line for an operator; by default nobody does. */
  log?: (line: string) => void
  /** Settings of the server, over our defaults. A server that already runs keeps what it has. */
  settings?: Record<string, string>
  /** How long stop() waits for an orderly end before it ends the server at once; 20,000 ms by default. */
  stopTimeoutMs?: number
}

export type EmbeddedPostgres = {
  /** postgres://postgres:...@127.0.0.1:PORT/new_voice */
  url: string
  /** A server that a killed service had left running was taken over. */
  isAdopted: boolean
  /** Another live service owns the server: stop() leaves it alone, and it ends with its owner. */
  isGuest: boolean
  /** Ends the server in good order, if it is ours. May be called again. */
  stop(): Promise<void>
}

const DATABASE = 'new_voice'
const LOCK_MS = 600_000
const PATIENCE_MS = 3_000
const STOP_LOCK_MS = 5_000

/**
 * Starts the embedded PostgreSQL of a data directory, making the cluster when there is none, or joins the
 * server that already serves it.
 * @throws EmbeddedError when it cannot, in a line that says what to do
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {})
  const dataDir = resolve(options.dataDir)
  prepareDirectory(dataDir)
  let release = await lockDataDirectory(dataDir, PATIENCE_MS)
  if (!release) {
    log(`another service is starting in ${dataDir}: waiting for it`)
    release = await lockDataDirectory(dataDir, LOCK_MS)
  }
  if (!release) throw new EmbeddedError(`Another service has been starting in ${dataDir} for ten minutes.`)
  try {
    const folder = join(dataDir, 'postgres')
    const runAs = chooseRunAs(folder)
    const binaries = findBinaries(runAs)
    return await joinOrStart({ dataDir, folder, binaries, runAs, log }, options)
  } catch (error) {
    if (error instanceof EmbeddedError) throw error
    throw new EmbeddedError(`The embedded PostgreSQL in ${dataDir} cannot start: ${errorMessage(error)}`)
  } finally {
    release()
  }
}

async function joinOrStart(
  cluster: Cluster,
  { settings = {}, stopTimeoutMs = 20_000 }: EmbeddedOptions,
): Promise<EmbeddedPostgres> {
  const { dataDir, log } = cluster
  const complete = checkCluster(cluster)
  const running = complete ? await findServer(cluster) : undefined
  const password = readLine(passwordFile(dataDir))
  if (running && ownerLives(dataDir)) {
    if (!password)
      throw new EmbeddedError(
        `${passwordFile(dataDir)} is missing: stop the other service, then start again.`,
      )
    return { url: urlOf(running, password, DATABASE), isAdopted: false, isGuest: true, stop: async () => {} }
  }
  writePrivate(ownerFile(dataDir), processIdentity(process.pid) ?? '')
  let server = running
  try {
    // A server whose password file was lost is of no use before the password is set again, which needs it ended.
    if (server && !password) await stopServer(server, log, stopTimeoutMs)
    const adopted = server !== undefined && password !== undefined
    const secret = password ?? (await newPassword(cluster, complete))
    if (!complete) await initCluster(cluster, secret, settings.fsync !== 'off')
    if (!adopted) server = undefined
    server ??= await startServer(cluster, settings)
    await createDatabase(urlOf(server, secret, 'postgres'), dataDir)
    log(
      `PostgreSQL ${adopted ? 'was still running: taken over' : 'is ready'} on port ${server.port} (${dataDir})`,
    )
    const owned = server
    let stopped: Promise<void> | undefined
    const stop = () => {
      stopped ??= stopOwned(cluster, owned, stopTimeoutMs)
      return stopped
    }
    return { url: urlOf(owned, secret, DATABASE), isAdopted: adopted, isGuest: false, stop }
  } catch (error) {
    await giveUp(cluster, server, stopTimeoutMs)
    throw error
  }
}

/** Ends our server with the lock held, so that nobody joins it on its way down. */
async function stopOwned(cluster: Cluster, server: Server, ms: number): Promise<void> {
  // Where the lock cannot be had, the server has to end all the same.
  const release = existsSync(cluster.dataDir)
    ? await lockDataDirectory(cluster.dataDir, STOP_LOCK_MS)
    : undefined
  try {
    await giveUp(cluster, server, ms)
  } finally {
    release?.()
  }
}

async function giveUp({ dataDir, log }: Cluster, server: Server | undefined, ms: number): Promise<void> {
  if (server) await stopServer(server, log, ms)
  const ours = readLine(ownerFile(dataDir)) === processIdentity(process.pid)
  if (ours) rmSync(ownerFile(dataDir), { force: true })
}

/** Whether a complete cluster of ours is there. Nothing that somebody might want back is taken for "not there". */
function checkCluster({ folder, binaries, runAs }: Cluster): boolean {
  if (!existsSync(folder)) return false
  const { uid } = statSync(folder)
  const expected = runAs.uid ?? process.geteuid?.()
  if (uid !== expected) {
    const who = uid === 0 ? 'root' : `uid ${uid}`
    const hint = `start as that user, give it away (chown -R ${expected} ${folder}), or set DATA_DIR to another directory`
    throw new EmbeddedError(
      `The database in ${folder} belongs to ${who}, and PostgreSQL would run as uid ${expected}: ${hint}.`,
    )
  }
  const version = readLine(join(folder, 'PG_VERSION'))
  if (version === undefined) {
    if (readdirSync(folder).length === 0) return false
    throw new EmbeddedError(
      `${folder} is not empty and not a PostgreSQL database: move it away, or set DATA_DIR.`,
    )
  }
  if (Number(version) === binaries.major) return true
  const hint = 'Move its data with pg_dump of that version, or set DATA_DIR to another directory'
  throw new EmbeddedError(
    `${folder} was made by PostgreSQL ${version}, and this is ${binaries.major}. ${hint}.`,
  )
}

function prepareDirectory(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    const reasons: Record<string, string> = {
      EEXIST: 'is a file, not a directory',
      ENOTDIR: 'is a file, or lies below one',
      EACCES: `cannot be written to by uid ${process.geteuid?.()}`,
      EPERM: `cannot be written to by uid ${process.geteuid?.()}`,
      EROFS: 'is on a read-only file system',
    }
    const reason = reasons[code] ?? `cannot be used (${errorMessage(error)})`
    throw new EmbeddedError(
      `The data directory ${dataDir} ${reason}: mend that, or set DATA_DIR to another directory.`,
    )
  }
}

/** A new password, in its file. One that a complete cluster needs is set there first. */
async function newPassword(cluster: Cluster, complete: boolean): Promise<string> {
  const password = randomBytes(24).toString('base64url')
  if (complete) await resetPassword(cluster, password)
  writePrivate(passwordFile(cluster.dataDir), password)
  return password
}

/** Makes the service's database unless it is there, which also shows that the server lets us in. */
async function createDatabase(url: string, dataDir: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} })
  try {
    const [there] = await sql`select from pg_database where datname = ${DATABASE}`
    if (!there) await sql.unsafe(`create database ${DATABASE}`)
  } catch (error) {
    if ((error as { code?: string }).code !== '28P01') throw error
    const file = passwordFile(dataDir)
    throw new EmbeddedError(
      `${file} does not hold the password of the database: remove it to have a new one set.`,
    )
  } finally {
    await sql.end()
  }
}

function ownerLives(dataDir: string): boolean {
  const owner = readLine(ownerFile(dataDir))
  return owner !== undefined && isProcessAlive(owner)
}

function readLine(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() || undefined : undefined
}

/** For the directory's owner only, who is not always the one that writes: root may start a user's database. */
function writePrivate(path: string, line: string): void {
  writeFileSync(path, `${line}\n`, { mode: 0o600, flush: true })
  chownIfRoot(path, statSync(dirname(path)))
}

function urlOf({ port }: Server, password: string, database: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${database}`
}

const ownerFile = (dataDir: string) => join(dataDir, 'postgres.owner')
const passwordFile = (dataDir: string) => join(dataDir, 'postgres.password')
