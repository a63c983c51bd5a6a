// One PostgreSQL cluster on disk and the server that serves it.
import { spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Binaries, childEnv } from './binaries.ts'
import {
  chownIfRoot,
  directoryArgument,
  EmbeddedError,
  isPidInUse,
  isServerOfDirectory,
  processIdentity,
  type RunAs,
  waitForExit,
  waitUntil,
} from './processes.ts'

/** A cluster: its folder in the data directory, the programs for it, whom they run as. */
export type Cluster = {
  dataDir: string
  folder: string
  binaries: Binaries
  runAs: RunAs
  log: (line: string) => void
}

/** A server that runs: its process, by pid and identity, and the port it listens on at 127.0.0.1. */
export type Server = { pid: number; identity: string | undefined; port: number }

const LOG_LIMIT_BYTES = 10 * 1024 * 1024
const READY_MS = 600_000
const PATIENCE_MS = 5_000
const ORPHANS_MS = 10_000
const FORCED_STOP_MS = 15_000
const PORT_ATTEMPTS = 5
const INITDB = 'postgres.init-'

/** What a server is started with; the caller's settings win. An error of a statement stays out of the log: it may quote data. */
const defaults = {
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

/** By this machine only, and over TCP: the path of a socket must not be longer than 107 bytes. */
const reachable = { listen_addresses: '127.0.0.1', unix_socket_directories: '' }

/**
 * Makes the cluster: in a folder of its own, renamed when it is complete and on disk, so that one that was
 * interrupted is never taken for a good one. What an interrupted one left is removed.
 * @throws EmbeddedError with what initdb said
 */
export async function initCluster(cluster: Cluster, password: string, sync: boolean): Promise<void> {
  const { dataDir, folder, binaries, runAs } = cluster
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(INITDB)) rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 5 })
  }
  const making = mkdtempSync(join(dataDir, INITDB))
  chownIfRoot(making, runAs)
  const flags = ['--username=postgres', '--pwfile=/dev/stdin', '--auth=scram-sha-256', '--encoding=UTF8']
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  const args = ['-D', directoryArgument(making, runAs), ...flags, ...locale, ...(sync ? [] : ['--no-sync'])]
  try {
    const { code, said } = await run(cluster, binaries.initdb, args, making, `${password}\n`)
    if (code !== 0)
      throw new EmbeddedError(`initdb could not make a database in ${dataDir}: ${lastLine(said)}`)
    renameSync(making, folder)
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
  const directory = openSync(dataDir, 'r')
  fsyncSync(directory)
  closeSync(directory)
}

/** Gives the superuser another password, of a cluster that no server serves: for a password file that was lost. */
export async function resetPassword(cluster: Cluster, password: string): Promise<void> {
  const { folder, binaries, runAs } = cluster
  const args = ['--single', '-D', directoryArgument(folder, runAs), 'postgres']
  const { code, said } = await run(
    cluster,
    binaries.postgres,
    args,
    folder,
    `ALTER ROLE postgres PASSWORD '${password}'\n`,
  )
  if (code !== 0)
    throw new EmbeddedError(`The password of ${folder} could not be set again: ${lastLine(said)}`)
}

/**
 * The server that serves this cluster, once it is ready; undefined when there is none. One that is going down
 * is waited for. A postmaster.pid whose pid was given out to another program is removed: it would bar the start.
 */
export async function findServer({ folder, runAs, log }: Cluster): Promise<Server | undefined> {
  const found = readPidFile(folder)
  if (!found) return undefined
  if (!isServerOfDirectory(found.pid, folder, runAs)) {
    // PostgreSQL copes with the file of a process that is no more, and with no other (nor with a zombie).
    if (isPidInUse(found.pid)) {
      log(`postmaster.pid names process ${found.pid}, which is not this database: removed`)
      rmSync(join(folder, 'postmaster.pid'), { force: true })
    }
    return undefined
  }
  const settled = () => {
    const now = readPidFile(folder)
    if (processIdentity(found.pid) !== found.identity) return 'gone' as const
    return now?.pid === found.pid && now.status === 'ready' ? now : undefined
  }
  const now = await waitUntil(settled, READY_MS)
  if (now === undefined)
    throw new EmbeddedError(`The server of ${folder} (process ${found.pid}) does not become ready.`)
  return now === 'gone' ? undefined : now
}

/**
 * Starts a server on a free port of 127.0.0.1 and waits until it is ready. Tries again when another program
 * took the port in between, or when the last processes of a killed server are still going.
 * @throws EmbeddedError with the last line the server logged, when it died
 */
export async function startServer(
  cluster: Cluster,
  settings: Record<string, string>,
  choosePort: () => Promise<number> = freePort,
): Promise<Server> {
  const logPath = join(cluster.dataDir, 'postgres.log')
  // A copy may have come with the mode of its new home; PostgreSQL serves nothing that others can read.
  if (statSync(cluster.folder).mode & 0o027) chmodSync(cluster.folder, 0o700)
  if (existsSync(logPath) && statSync(logPath).size > LOG_LIMIT_BYTES) renameSync(logPath, `${logPath}.1`)
  const orphansEnd = Date.now() + ORPHANS_MS
  for (let attempt = 1; ; ) {
    const from = existsSync(logPath) ? statSync(logPath).size : 0
    const forced = { ...reachable, port: String(await choosePort()) }
    const started = await launch(cluster, logPath, { ...defaults, ...settings, ...forced })
    if (typeof started !== 'string') return started
    const said = tail(logPath, from)
    if (said.includes('Address already in use') && attempt < PORT_ATTEMPTS) attempt += 1
    else if (said.includes('is still in use') && Date.now() < orphansEnd) await delay(200)
    else throw new EmbeddedError(`PostgreSQL ${started}: ${lastLine(said)} (more in ${logPath})`)
  }
}

/**
 * Asks the server to end: its clients are cut off, everything is written (SIGINT); past `ms` at once (SIGQUIT),
 * which costs the next start a recovery. Answers when the process has gone.
 * @throws EmbeddedError when the process still lives after both
 */
export async function stopServer(
  { pid, identity }: Server,
  log: (line: string) => void,
  ms: number,
): Promise<void> {
  const gone = () => identity === undefined || processIdentity(pid) !== identity
  const send = (signal: NodeJS.Signals) => {
    try {
      if (!gone()) process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  send('SIGINT')
  if (await waitUntil(gone, ms)) return
  log(`PostgreSQL did not end within ${ms} ms: ended at once`)
  send('SIGQUIT')
  if (await waitUntil(gone, FORCED_STOP_MS)) return
  throw new EmbeddedError(`The PostgreSQL server (process ${pid}) does not end: kill it by hand.`)
}

/** Starts one server; the answer says how it ended when it did not become ready. */
async function launch(
  cluster: Cluster,
  logPath: string,
  settings: Record<string, string>,
): Promise<Server | string> {
  const { folder, binaries, runAs } = cluster
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const logFile = openSync(logPath, 'a', 0o600)
  chownIfRoot(logPath, statSync(cluster.dataDir))
  // A process group of its own: Ctrl-C in a terminal reaches us only, and we end the server in our order.
  const child = spawn(binaries.postgres, ['-D', directoryArgument(folder, runAs), ...flags], {
    ...runAs,
    cwd: folder,
    env: childEnv,
    detached: true,
    stdio: ['ignore', logFile, logFile],
  })
  child.unref()
  closeSync(logFile)
  let ended: string | undefined
  let ready = false
  void waitForExit(child).then((how) => {
    ended = how
    if (ready) cluster.log(`PostgreSQL ${how}`)
  })
  const settled = () => {
    if (ended) return ended
    const now = readPidFile(folder)
    return now?.pid === child.pid && now?.status === 'ready' ? now : undefined
  }
  let now = await waitUntil(settled, PATIENCE_MS)
  if (now === undefined) {
    cluster.log('PostgreSQL takes its time, as it does after a crash: waiting until it is ready')
    now = await waitUntil(settled, READY_MS)
  }
  ready = typeof now === 'object'
  if (now !== undefined) return now
  child.kill('SIGQUIT')
  return `was not ready after ${READY_MS / 1000} s`
}

function readPidFile(folder: string): (Server & { status: string }) | undefined {
  let lines: string[]
  try {
    // Lines: pid, directory, start time, port, socket directory, address, shared memory, status.
    lines = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  return pid > 0 ? { pid, identity: processIdentity(pid), port, status: lines[7]?.trim() ?? '' } : undefined
}

/** Runs a program in the directory, with the text as its standard input, to its end. */
async function run(cluster: Cluster, program: string, args: string[], cwd: string, input: string) {
  // A file, not a pipe: initdb opens /dev/stdin by name. It has no name left when the program starts.
  const path = join(cluster.dataDir, `${INITDB}input.${process.pid}`)
  writeFileSync(path, input, { mode: 0o600 })
  chownIfRoot(path, cluster.runAs)
  const stdin = openSync(path, 'r')
  rmSync(path)
  const child = spawn(program, args, { ...cluster.runAs, cwd, env: childEnv, stdio: [stdin, 'pipe', 'pipe'] })
  closeSync(stdin)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => (said += text))
  const how = await waitForExit(child, 'close')
  return { code: child.exitCode, said: said || how }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** What a log holds from this place on; its end, when that is much. */
function tail(path: string, from: number): string {
  const size = statSync(path).size
  const start = Math.max(from, size - 65_536)
  const buffer = Buffer.alloc(Math.max(0, size - start))
  const file = openSync(path, 'r')
  readSync(file, buffer, 0, buffer.length, start)
  closeSync(file)
  return buffer.toString('utf8')
}

/** The line that says why: the last fatal one, or the last; without its time and process. */
function lastLine(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  const fatal = lines.findLast((line) => /\b(PANIC|FATAL|error):/.test(line))
  return (fatal ?? lines.at(-1) ?? 'it said nothing').replace(/^[-\d]+ [:.\d]+ \w+ \[\d+\] /, '').trim()
}
