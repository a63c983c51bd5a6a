// Finds, starts and stops the server of a PostgreSQL cluster.
import { spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { childEnv } from './binaries.ts'
import { type Cluster, lastErrorLine } from './cluster.ts'
import {
  chownIfRoot,
  directoryArgument,
  EmbeddedError,
  findChildProcesses,
  findServerProcesses,
  isPidInUse,
  isProcessAlive,
  isServerOfDirectory,
  processIdentity,
  type RunAs,
  sendSignal,
  waitForExit,
  waitUntil,
} from './processes.ts'

/** A running server: pid and identity of its process (see processIdentity), and its port on 127.0.0.1. */
export type Server = { pid: number; identity: string | undefined; port: number }

const LOG_LIMIT_BYTES = 10 * 1024 * 1024
const READY_TIMEOUT_MS = 600_000
/** After this time without being ready, a line is logged: recovery after a crash may take minutes. */
const SLOW_START_MS = 5_000
/** How long the child processes of a killed server may keep its shared memory in use. */
const ORPHANS_TIMEOUT_MS = 10_000
/** How long an immediate shutdown, and the end of killed processes, may take. */
const FORCED_STOP_TIMEOUT_MS = 2_000
const KILL_TIMEOUT_MS = 2_000
/** A server that is starting creates its postmaster.pid empty, and writes it at once. */
const PID_FILE_TIMEOUT_MS = 1_000
const PORT_ATTEMPTS = 5

/**
 * Server settings, which the caller's settings override. Failing statements are not logged, because they may quote
 * data.
 */
const defaultSettings = {
  shared_buffers: '128MB',
  max_connections: '100',
  wal_compression: 'pglz',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_error_verbosity: 'terse',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
}

/** Connections from this machine only, over TCP: the path of a Unix socket is limited to 107 bytes. */
const connectionSettings = { listen_addresses: '127.0.0.1', unix_socket_directories: '' }

/**
 * Returns the running server of this cluster, once it is ready; undefined when there is none. Waits for a server
 * that is shutting down. Removes a postmaster.pid whose pid now belongs to another program, or that names no process because
 * it was not completely written when the power failed: PostgreSQL would not start. The caller holds the lock of the data
 * directory.
 *
 * @throws EmbeddedError when the server is not ready after ten minutes, or a running one has no valid postmaster.pid
 */
export async function findServer({ folder, runAs, log }: Cluster): Promise<Server | undefined> {
  const recorded = await waitUntil(
    () => readPidFile(folder) ?? !existsSync(pidFile(folder)),
    PID_FILE_TIMEOUT_MS,
  )
  if (recorded === true) return undefined
  if (recorded === undefined) {
    await removeDamagedPidFile(folder, runAs, log)
    return undefined
  }
  if (!isServerOfDirectory(recorded.pid, folder, runAs)) {
    // PostgreSQL ignores the file only when no process has the pid; a zombie counts as a process.
    if (isPidInUse(recorded.pid)) {
      log(`removed postmaster.pid: its process ${recorded.pid} is not the server of this database`)
      rmSync(pidFile(folder), { force: true })
    }
    return undefined
  }
  const readyOrExited = () => {
    const server = readPidFile(folder)
    if (processIdentity(recorded.pid) !== recorded.identity) return 'exited' as const
    return server?.pid === recorded.pid && server.status === 'ready' ? server : undefined
  }
  const result = await waitUntil(readyOrExited, READY_TIMEOUT_MS)
  if (result === undefined)
    throw new EmbeddedError(
      `The PostgreSQL server of ${folder} (process ${recorded.pid}) did not become ready within ten minutes. Check postgres.log, or end the process.`,
    )
  return result === 'exited' ? undefined : result
}

/** @throws EmbeddedError when processes of a server are still running on the folder */
async function removeDamagedPidFile(
  folder: string,
  runAs: RunAs,
  log: (line: string) => void,
): Promise<void> {
  const isUnused = () => findServerProcesses(folder, runAs).length === 0
  if (!(await waitUntil(isUnused, ORPHANS_TIMEOUT_MS, 200)))
    throw new EmbeddedError(
      `${pidFile(folder)} is damaged, and PostgreSQL is running on ${folder} (process ${findServerProcesses(folder, runAs)[0]}). End the process, then start again.`,
    )
  log(
    'removed postmaster.pid: it names no process, for example because the power failed while it was written',
  )
  rmSync(pidFile(folder), { force: true })
}

const pidFile = (folder: string): string => join(folder, 'postmaster.pid')

/**
 * Starts a server on a free port of 127.0.0.1 and waits until it is ready. Retries when another program has taken the
 * port in the meantime, or while child processes of a killed server are still running.
 *
 * @throws EmbeddedError with the last line of the server's log when it exits
 */
export async function startServer(
  cluster: Cluster,
  settings: Record<string, string>,
  choosePort: () => Promise<number> = freePort,
): Promise<Server> {
  const logPath = join(cluster.dataDir, 'postgres.log')
  // A copied directory may have other permissions; PostgreSQL does not start when others can read its files.
  if (statSync(cluster.folder).mode & 0o027) chmodSync(cluster.folder, 0o700)
  if (existsSync(logPath) && statSync(logPath).size > LOG_LIMIT_BYTES) renameSync(logPath, `${logPath}.1`)
  const orphansDeadline = performance.now() + ORPHANS_TIMEOUT_MS
  for (let attempt = 1; ; ) {
    const logStart = existsSync(logPath) ? statSync(logPath).size : 0
    const forcedSettings = { ...connectionSettings, port: String(await choosePort()) }
    const started = await launch(cluster, logPath, { ...defaultSettings, ...settings, ...forcedSettings })
    if (typeof started !== 'string') return started
    const output = readFileSync(logPath).subarray(logStart).toString()
    if (output.includes('Address already in use') && attempt < PORT_ATTEMPTS) attempt += 1
    else if (output.includes('is still in use') && performance.now() < orphansDeadline) await delay(200)
    else throw new EmbeddedError(`PostgreSQL ${started}: ${lastErrorLine(output)} (more in ${logPath})`)
  }
}

/**
 * Stops the server with a fast shutdown (SIGINT: disconnects clients, writes everything to disk), and with an immediate
 * shutdown (SIGQUIT) when it is still running after `timeoutMs`. A server that does not respond to signals, because it is
 * stopped by SIGSTOP, is killed with its child processes. After both, the next start recovers from the log. Resolves when
 * the process and its child processes have exited.
 *
 * @throws EmbeddedError when one of them survives that
 */
export async function stopServer(
  { pid, identity }: Server,
  log: (line: string) => void,
  timeoutMs: number,
): Promise<void> {
  const hasExited = () => identity === undefined || processIdentity(pid) !== identity
  const send = (signal: NodeJS.Signals) => {
    if (!hasExited()) sendSignal(pid, signal)
  }
  send('SIGINT')
  if (await waitUntil(hasExited, timeoutMs)) return
  log(`PostgreSQL did not stop within ${timeoutMs} ms: stopping it immediately`)
  send('SIGQUIT')
  if (await waitUntil(hasExited, FORCED_STOP_TIMEOUT_MS)) return
  log('PostgreSQL does not respond to signals: killing its processes')
  // A child process that is stopped does not notice that the server has ended, and each process exits at its own time.
  const processes = hasExited() ? [] : [pid, ...findChildProcesses(pid)]
  const remaining = processes.flatMap((each) => processIdentity(each) ?? [])
  for (const each of processes) sendSignal(each, 'SIGKILL')
  if (await waitUntil(() => !remaining.some(isProcessAlive), KILL_TIMEOUT_MS)) return
  throw new EmbeddedError(`The PostgreSQL server (process ${pid}) does not stop. End the process by hand.`)
}

/** Starts the server once. Returns how the process ended, as the end of a sentence, when it did not become ready. */
async function launch(
  cluster: Cluster,
  logPath: string,
  settings: Record<string, string>,
): Promise<Server | string> {
  const { folder, binaries, runAs } = cluster
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const logFile = openSync(logPath, 'a', 0o600)
  chownIfRoot(logPath, statSync(cluster.dataDir))
  // `detached`: Ctrl-C in a terminal reaches only this process, which stops the server after everything else.
  const child = spawn(binaries.postgres, ['-D', directoryArgument(folder, runAs), ...flags], {
    ...runAs,
    cwd: folder,
    env: childEnv,
    detached: true,
    stdio: ['ignore', logFile, logFile],
  })
  child.unref()
  closeSync(logFile)
  let exit: string | undefined
  let isReady = false
  void waitForExit(child).then((exitReason) => {
    exit = exitReason
    if (isReady) cluster.log(`PostgreSQL ${exitReason}`)
  })
  const readyOrExited = () => {
    if (exit) return exit
    const server = readPidFile(folder)
    return server?.pid === child.pid && server?.status === 'ready' ? server : undefined
  }
  let result = await waitUntil(readyOrExited, SLOW_START_MS)
  if (result === undefined) {
    cluster.log('PostgreSQL is not ready yet, for example because it recovers from a crash: waiting')
    result = await waitUntil(readyOrExited, READY_TIMEOUT_MS)
  }
  isReady = typeof result === 'object'
  if (result !== undefined) return result
  child.kill('SIGQUIT')
  return `was not ready after ${READY_TIMEOUT_MS / 1000} s`
}

/** Reads postmaster.pid; undefined when it does not exist or contains no pid. */
function readPidFile(folder: string): (Server & { status: string }) | undefined {
  let lines: string[]
  try {
    // Lines: pid, directory, start time, port, socket directory, address, shared memory, status.
    lines = readFileSync(pidFile(folder), 'utf8').split('\n')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const pid = Number(lines[0])
  const port = Number(lines[3])
  return pid > 0 ? { pid, identity: processIdentity(pid), port, status: lines[7]?.trim() ?? '' } : undefined
}

/** Returns a free port of 127.0.0.1. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
