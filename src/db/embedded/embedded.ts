// The embedded PostgreSQL: a server that the service creates, starts or takes over, and stops.
import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import postgres from 'postgres'
import { startupParameters } from '../session-settings.ts'
import { chooseRunAs, findBinaries } from './binaries.ts'
import { type Cluster, initCluster, resetPassword } from './cluster.ts'
import {
  becomeOwner,
  isOwnerRunning,
  joinAsGuest,
  own,
  readLine,
  stopAndRelease,
  writePrivate,
} from './owners.ts'
import { EmbeddedError, errorMessage, lockDataDirectory } from './processes.ts'
import { findServer, type Server, startServer, stopServer } from './server.ts'

export { EmbeddedError }

export type EmbeddedOptions = {
  /** Directory of the cluster (`postgres/`), its password and its log. Created when it is missing. */
  dataDir: string
  /** Called with each line for the operator. */
  log?: (line: string) => void
  /** Server settings that override the defaults. Ignored when the server is already running. */
  settings?: Record<string, string>
  /** Restarts the server when it ends by itself. Called with the reason when that fails; by default it is not restarted. */
  onServerLost?: (reason: string) => void
  /** How long stop() waits for a fast shutdown before an immediate one, in ms; 20,000 by default. */
  stopTimeoutMs?: number
}

export type EmbeddedPostgres = {
  /** postgres://postgres:...@127.0.0.1:PORT/new_voice */
  url: string
  /** The server was left running by a service that was killed, and has been taken over. */
  isAdopted: boolean
  /** Another running service owned the server at the start. When it ends, this one becomes the owner. */
  isGuest: boolean
  /** Stops the server, unless another service owns or uses it: the last one stops it. Can be called repeatedly. @param timeoutMs replaces stopTimeoutMs */
  stop(timeoutMs?: number): Promise<void>
}

const DATABASE = 'new_voice'
const LOCK_TIMEOUT_MS = 600_000
/** After this time without the lock, a line is logged. */
const SLOW_LOCK_MS = 3_000

/**
 * Starts the embedded PostgreSQL of a data directory, or connects to the server that is already running there. Creates
 * the cluster when there is none.
 *
 * @throws EmbeddedError
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {})
  const dataDir = resolve(options.dataDir)
  prepareDirectory(dataDir)
  let release = await lockDataDirectory(dataDir, SLOW_LOCK_MS)
  if (!release) {
    log(`another service is starting in ${dataDir}: waiting for it`)
    release = await lockDataDirectory(dataDir, LOCK_TIMEOUT_MS)
  }
  if (!release)
    throw new EmbeddedError(
      `Another service has been starting in ${dataDir} for ten minutes. Stop it, then start again.`,
    )
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

/**
 * Connects to a server whose owner is running, takes over a server without an owner, or starts one. The caller holds the
 * lock.
 */
async function joinOrStart(
  cluster: Cluster,
  { settings = {}, stopTimeoutMs = 20_000, onServerLost }: EmbeddedOptions,
): Promise<EmbeddedPostgres> {
  const { dataDir, log } = cluster
  const isComplete = checkCluster(cluster)
  const running = isComplete ? await findServer(cluster) : undefined
  const storedPassword = readLine(passwordFile(dataDir))
  if (running && isOwnerRunning(dataDir)) {
    if (!storedPassword)
      throw new EmbeddedError(
        `${passwordFile(dataDir)} is missing, and another service is using the database. Stop that service, then start again.`,
      )
    const { stop } = joinAsGuest(cluster, running, { settings, stopTimeoutMs, onServerLost })
    return { url: urlOf(running, storedPassword, DATABASE), isAdopted: false, isGuest: true, stop }
  }
  becomeOwner(dataDir)
  let server: Server | undefined
  try {
    const isAdopted = running !== undefined && storedPassword !== undefined
    // Resetting a lost password needs a stopped server.
    if (running && !isAdopted) await stopServer(running, log, stopTimeoutMs)
    const password = storedPassword ?? (await createPassword(cluster, isComplete))
    if (!isComplete) await initCluster(cluster, password, settings.fsync !== 'off')
    server = isAdopted ? running : await startServer(cluster, settings)
    await createDatabase(urlOf(server, password, 'postgres'), dataDir)
    log(
      `PostgreSQL ${isAdopted ? 'was still running and has been taken over' : 'is ready'} on port ${server.port} (${dataDir})`,
    )
    const { stop } = own(cluster, server, { settings, stopTimeoutMs, onServerLost })
    return { url: urlOf(server, password, DATABASE), isAdopted, isGuest: false, stop }
  } catch (error) {
    await stopAndRelease(cluster, server, stopTimeoutMs)
    throw error
  }
}

/**
 * Whether a complete cluster exists that this service can use. False only when the folder is missing or empty, so that
 * a folder with data is never overwritten.
 *
 * @throws EmbeddedError when the folder has another owner, another PostgreSQL version or other contents
 */
function checkCluster({ folder, binaries, runAs }: Cluster): boolean {
  if (!existsSync(folder)) return false
  const { uid } = statSync(folder)
  const expected = runAs.uid ?? process.geteuid?.()
  if (uid !== expected) {
    const owner = uid === 0 ? 'root' : `uid ${uid}`
    const hint = `Start as that user, change the owner (chown -R ${expected} ${folder}), or set DATA_DIR to another directory`
    throw new EmbeddedError(
      `The database in ${folder} belongs to ${owner}, but PostgreSQL would run as uid ${expected}. ${hint}.`,
    )
  }
  const version = readLine(join(folder, 'PG_VERSION'))
  if (version === undefined) {
    if (readdirSync(folder).length === 0) return false
    throw new EmbeddedError(
      `${folder} is not empty and is not a PostgreSQL database. Move it away, or set DATA_DIR to another directory.`,
    )
  }
  if (Number(version) === binaries.major) return true
  const hint = `Transfer its data with pg_dump of version ${version}, or set DATA_DIR to another directory`
  throw new EmbeddedError(
    `${folder} was created by PostgreSQL ${version}, but this is version ${binaries.major}. ${hint}.`,
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
      ENOTDIR: 'is a file or is inside one',
      EACCES: `is not writable by uid ${process.geteuid?.()}`,
      EPERM: `is not writable by uid ${process.geteuid?.()}`,
      EROFS: 'is on a read-only file system',
    }
    const reason = reasons[code] ?? `cannot be used (${errorMessage(error)})`
    throw new EmbeddedError(
      `The data directory ${dataDir} ${reason}. Correct that, or set DATA_DIR to another directory.`,
    )
  }
}

/** Creates a password, sets it in an existing cluster, and stores it in the password file. */
async function createPassword(cluster: Cluster, isComplete: boolean): Promise<string> {
  const password = randomBytes(24).toString('base64url')
  if (isComplete) await resetPassword(cluster, password)
  writePrivate(passwordFile(cluster.dataDir), password)
  return password
}

/** Creates the service's database unless it exists. Also verifies the password. */
async function createDatabase(url: string, dataDir: string): Promise<void> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 10,
    onnotice: () => {},
    connection: startupParameters,
  })
  try {
    const [existing] = await sql`select from pg_database where datname = ${DATABASE}`
    if (!existing) await sql.unsafe(`create database ${DATABASE}`)
  } catch (error) {
    if ((error as { code?: string }).code !== '28P01') throw error
    const file = passwordFile(dataDir)
    throw new EmbeddedError(
      `${file} does not contain the password of the database. Remove the file and start again: a new password is set.`,
    )
  } finally {
    await sql.end()
  }
}

function urlOf({ port }: Server, password: string, database: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${database}`
}

const passwordFile = (dataDir: string) => join(dataDir, 'postgres.password')
