// Which services use the cluster of a data directory: one owns the server, and others are its guests.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Cluster } from './cluster.ts'
import { chownIfRoot, isProcessAlive, lockDataDirectory, processIdentity } from './processes.ts'
import { type Server, stopServer } from './server.ts'
import { Supervisor } from './supervisor.ts'

const STOP_LOCK_TIMEOUT_MS = 5_000
/** How often a guest looks whether the owner has ended. */
const OWNER_CHECK_MS = 1_000

const ownerFile = (dataDir: string) => join(dataDir, 'postgres.owner')
/** A folder with a file for each guest, named by its pid. */
const guestFolder = (dataDir: string) => join(dataDir, 'postgres.guests')
const guestFile = (dataDir: string, pid: number) => join(guestFolder(dataDir), String(pid))

export function isOwnerRunning(dataDir: string): boolean {
  const owner = readLine(ownerFile(dataDir))
  return owner !== undefined && isProcessAlive(owner)
}

const isOwnedByThisProcess = (dataDir: string): boolean =>
  readLine(ownerFile(dataDir)) === processIdentity(process.pid)

export const becomeOwner = (dataDir: string): void =>
  writePrivate(ownerFile(dataDir), processIdentity(process.pid) ?? '')

/** Does nothing when another process is the owner. */
function resignAsOwner(dataDir: string): void {
  if (isOwnedByThisProcess(dataDir)) rmSync(ownerFile(dataDir), { force: true })
}

function registerGuest(dataDir: string): void {
  mkdirSync(guestFolder(dataDir), { recursive: true, mode: 0o700 })
  chownIfRoot(guestFolder(dataDir), statSync(dataDir))
  writePrivate(guestFile(dataDir, process.pid), processIdentity(process.pid) ?? '')
}

const removeGuest = (dataDir: string): void => rmSync(guestFile(dataDir, process.pid), { force: true })

/** The pid of a guest that runs; undefined: there is none. This process is not a guest of itself. */
function findGuest(dataDir: string): number | undefined {
  if (!existsSync(guestFolder(dataDir))) return undefined
  return readdirSync(guestFolder(dataDir))
    .map(Number)
    .find((pid) => {
      const identity = readLine(guestFile(dataDir, pid))
      return pid !== process.pid && identity !== undefined && isProcessAlive(identity)
    })
}

/** The first line of a small file; undefined when it is missing or empty. */
export function readLine(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() || undefined : undefined
}

/** Writes a file that only the owner of the directory can read; root may start the database of another user. */
export function writePrivate(path: string, line: string): void {
  writeFileSync(path, `${line}\n`, { mode: 0o600, flush: true })
  chownIfRoot(path, statSync(dirname(path)))
}

interface OwnOptions {
  settings: Record<string, string>
  /** As `EmbeddedOptions` has them. */
  stopTimeoutMs: number
  onServerLost: ((reason: string) => void) | undefined
}

/** See `EmbeddedPostgres`. */
interface Stoppable {
  stop(timeoutMs?: number): Promise<void>
}

/** Restarts the server, of which this process is the owner, until `stop` is called. */
export function own(
  cluster: Cluster,
  server: Server,
  { settings, stopTimeoutMs, onServerLost }: OwnOptions,
): Stoppable {
  const isOwner = () => isOwnedByThisProcess(cluster.dataDir)
  const supervisor =
    onServerLost && new Supervisor(cluster, server, { settings, isOwner, onGivenUp: onServerLost })
  const stopAll = async (timeoutMs: number) => {
    await supervisor?.stop()
    await stopOwned(cluster, supervisor?.server ?? server, timeoutMs)
  }
  let stopped: Promise<void> | undefined
  const stop = (timeoutMs = stopTimeoutMs) => {
    stopped ??= stopAll(timeoutMs)
    return stopped
  }
  return { stop }
}

/** Uses the server of another service, and becomes its owner when that service has ended. */
export function joinAsGuest(cluster: Cluster, server: Server, options: OwnOptions): Stoppable {
  const { dataDir, log } = cluster
  registerGuest(dataDir)
  log(
    `the PostgreSQL of another service is used, on port ${server.port} (${dataDir}); it keeps running when that service stops`,
  )
  let owned: Stoppable | undefined
  let takingOver: Promise<void> | undefined
  const takeOver = async () => {
    const release = await lockDataDirectory(dataDir, STOP_LOCK_TIMEOUT_MS)
    try {
      if (release === undefined || isOwnerRunning(dataDir)) return
      becomeOwner(dataDir)
      removeGuest(dataDir)
      owned = own(cluster, server, options)
      clearInterval(timer)
      log('the service that started PostgreSQL has ended: this one has taken it over')
    } finally {
      release?.()
    }
  }
  const timer = setInterval(() => {
    if (takingOver !== undefined || isOwnerRunning(dataDir)) return
    takingOver = takeOver().finally(() => {
      takingOver = undefined
    })
  }, OWNER_CHECK_MS).unref()
  return {
    stop: async (timeoutMs) => {
      clearInterval(timer)
      await takingOver
      removeGuest(dataDir)
      await owned?.stop(timeoutMs)
    },
  }
}

/**
 * Stops the server while holding the lock, so that no other service connects to it during the shutdown. A server with guests is
 * left to them.
 */
async function stopOwned(cluster: Cluster, server: Server, timeoutMs: number): Promise<void> {
  // If the lock is not available in time, the server is stopped without it.
  const release = existsSync(cluster.dataDir)
    ? await lockDataDirectory(cluster.dataDir, STOP_LOCK_TIMEOUT_MS)
    : undefined
  try {
    const guest = findGuest(cluster.dataDir)
    if (guest === undefined) return await stopAndRelease(cluster, server, timeoutMs)
    cluster.log(`PostgreSQL keeps running for the service with pid ${guest}`)
    resignAsOwner(cluster.dataDir)
  } finally {
    release?.()
  }
}

/** Stops the server and removes the owner file if it names this process. */
export async function stopAndRelease(
  { dataDir, log }: Cluster,
  server: Server | undefined,
  timeoutMs: number,
): Promise<void> {
  if (server) await stopServer(server, log, timeoutMs)
  resignAsOwner(dataDir)
}
