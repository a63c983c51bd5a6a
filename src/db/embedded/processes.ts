// Identifies processes, finds the server of a directory, and locks a data directory for one service at a time.
import { type ChildProcess, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** The embedded PostgreSQL cannot be used. The message is one line for the operator, with what to do. */
export class EmbeddedError extends Error {
  override name = 'EmbeddedError'
}

/** The user that runs a child process; empty for the user of this process. */
export type RunAs = { uid?: number; gid?: number }

/** The message of any thrown value. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/**
 * Returns `<pid>.<start time>`, which differs when the pid is reused by another process. Undefined when no process has
 * the pid, or when it is a zombie.
 */
export function processIdentity(pid: number): string | undefined {
  const start = process.platform === 'linux' ? startTicks(pid) : startTimeByPs(pid)
  return start === undefined ? undefined : `${pid}.${start}`
}

/** Whether the process with this identity (see processIdentity) is still running. */
export function isProcessAlive(identity: string): boolean {
  const pid = Number.parseInt(identity, 10)
  return pid > 0 && processIdentity(pid) === identity
}

/** Whether any process has the pid: also a zombie, and a process of another user. */
export function isPidInUse(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/**
 * Whether the process is a PostgreSQL whose working directory is the directory, which holds for a postmaster as long as
 * it runs. False for the pid in a copied or outdated postmaster.pid.
 */
export function isServerOfDirectory(pid: number, directory: string, runAs: RunAs): boolean {
  if (processIdentity(pid) === undefined) return false
  const cwd = process.platform === 'linux' ? workingDirectoryOnLinux(pid, runAs) : workingDirectoryByLsof(pid)
  return cwd === deviceAndInode(directory)
}

/** The processes of PostgreSQL whose working directory is the directory: a server and its children. */
export function findServerProcesses(directory: string, runAs: RunAs): number[] {
  const pids =
    process.platform === 'linux'
      ? readdirSync('/proc').filter((name) => /^\d+$/.test(name))
      : output('pgrep', ['-x', 'postgres']).split('\n')
  return pids.map(Number).filter((pid) => pid > 0 && isServerOfDirectory(pid, directory, runAs))
}

/** The processes that the process has started, and that are still running. */
export function findChildProcesses(pid: number): number[] {
  const children =
    process.platform === 'linux'
      ? (readProc(`/proc/${pid}/task/${pid}/children`) ?? '')
      : output('pgrep', ['-P', String(pid)])
  return children
    .split(/\s+/)
    .map(Number)
    .filter((child) => child > 0)
}

/** Sends a signal to a process, unless it has exited. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * Waits for a child process to exit. Returns how it ended, as the end of a sentence that begins with its name:
 * `exited with code 1`.
 */
export function waitForExit(child: ChildProcess, event: 'exit' | 'close' = 'exit'): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started (${error.message})`))
    child.once(event, (code, signal) =>
      resolve(signal ? `was ended by ${signal}` : `exited with code ${code}`),
    )
  })
}

/**
 * Returns the path to pass to a program whose working directory is that directory. When root runs the program as another
 * user, that user may have no access to the directory's path (a clone under /root), but always to /proc/self/cwd.
 */
export function directoryArgument(directory: string, { uid }: RunAs): string {
  return uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : directory
}

/** Changes the owner of a file when this process runs as root. Other users cannot change owners, and do not need to. */
export function chownIfRoot(path: string, { uid, gid }: RunAs): void {
  if (process.geteuid?.() === 0 && uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
}

/** Calls check() every `intervalMs` until it returns a truthy value, and returns that; undefined after `timeoutMs`. */
export async function waitUntil<T>(
  check: () => T | undefined | false,
  timeoutMs: number,
  intervalMs = 10,
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const value = check()
    if (value !== undefined && value !== false) return value
    if (performance.now() >= deadline) return undefined
    await delay(intervalMs)
  }
}

const LOCK_PREFIX = 'postgres.lock.'

/**
 * Locks a data directory. Returns a function that releases the lock; undefined when others had it for `timeoutMs`.
 *
 * Each process writes its own file and has the lock when no other file belongs to a running process. When two write at
 * the same time, at least one of them sees the other's file and retries. Files of dead processes are ignored and removed.
 */
export async function lockDataDirectory(
  dataDir: string,
  timeoutMs: number,
): Promise<(() => void) | undefined> {
  const name = `${LOCK_PREFIX}${processIdentity(process.pid)}.${randomBytes(6).toString('hex')}`
  const path = join(dataDir, name)
  const release = () => rmSync(path, { force: true })
  const deadline = performance.now() + timeoutMs
  for (;;) {
    if (!hasOtherHolder(dataDir, name)) {
      writeFileSync(path, '', { flag: 'wx', mode: 0o600 })
      if (!hasOtherHolder(dataDir, name)) return release
      release()
    }
    if (performance.now() >= deadline) return undefined
    await delay(5 + Math.random() * 40)
  }
}

/** Whether a running process has a lock file other than `own`. Removes the files of dead processes. */
function hasOtherHolder(dataDir: string, own: string): boolean {
  let isLocked = false
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(LOCK_PREFIX) || name === own) continue
    const [pid, start] = name.slice(LOCK_PREFIX.length).split('.')
    if (isProcessAlive(`${pid}.${start}`)) isLocked = true
    else rmSync(join(dataDir, name), { force: true })
  }
  return isLocked
}

/** Start time of a process on Linux, in clock ticks since boot. */
function startTicks(pid: number): string | undefined {
  // The command name in parentheses may contain spaces, so fields are counted from the last parenthesis (proc(5)).
  const stat = readProc(`/proc/${pid}/stat`)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

/** Start time of a process on other systems, in ms since 1970. */
function startTimeByPs(pid: number): string | undefined {
  const [state, ...start] = output('ps', ['-o', 'stat=,lstart=', '-p', String(pid)])
    .trim()
    .split(/\s+/)
  const startedAtMs = Date.parse(start.join(' '))
  return !state || state.startsWith('Z') || Number.isNaN(startedAtMs) ? undefined : String(startedAtMs)
}

function workingDirectoryOnLinux(pid: number, runAs: RunAs): string | undefined {
  if (readProc(`/proc/${pid}/comm`)?.trim() !== 'postgres') return undefined
  const link = `/proc/${pid}/cwd`
  try {
    return deviceAndInode(link)
  } catch {
    // Root without CAP_SYS_PTRACE (as in a Docker container) cannot read this link of another user's process, but that
    // user can.
    return output('stat', ['-L', '-c', '%d %i', link], runAs).trim()
  }
}

function workingDirectoryByLsof(pid: number): string | undefined {
  if (!output('ps', ['-o', 'comm=', '-p', String(pid)]).includes('postgres')) return undefined
  const path = /^n(.*)$/m.exec(output('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn']))?.[1]
  return path === undefined ? undefined : deviceAndInode(path)
}

/** Identifies a directory, whatever path leads to it. */
function deviceAndInode(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true })
  return `${dev} ${ino}`
}

/** The output of a program; empty when it fails, which ps, lsof and stat do when the process has exited. */
function output(program: string, args: string[], runAs: RunAs = {}): string {
  const { error, status, stdout } = spawnSync(program, args, { ...runAs, encoding: 'utf8' })
  if (error)
    throw new EmbeddedError(
      `Cannot run "${program}" to examine a process: ${error.message}. Install it, or set DATABASE_URL to a PostgreSQL server.`,
    )
  return status === 0 ? stdout : ''
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
