// Which processes live, which serve a directory, and the lock that lets one service at a time start a server.
import { type ChildProcess, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** What went wrong with the embedded PostgreSQL, in one line that tells an operator what to do. */
export class EmbeddedError extends Error {
  override name = 'EmbeddedError'
}

/** Whom a child process runs as; empty for the user we are. */
export type RunAs = { uid?: number; gid?: number }

/** The message of anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/**
 * Names one life of one process, as `<pid>.<start>`: a pid that was given out again has another start.
 * Undefined when no such process lives (a zombie does not live).
 */
export function processIdentity(pid: number): string | undefined {
  const start = process.platform === 'linux' ? startTicks(pid) : startSeconds(pid)
  return start === undefined ? undefined : `${pid}.${start}`
}

/** Whether the process that processIdentity once named is the one that lives now. */
export function isProcessAlive(identity: string): boolean {
  const pid = Number.parseInt(identity, 10)
  return pid > 0 && processIdentity(pid) === identity
}

/** Whether the pid is in use at all, be it by a zombie or by somebody else's process. */
export function isPidInUse(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/**
 * Whether this live process is a PostgreSQL that has the directory as its working directory, which a
 * postmaster has from its start to its end. A copied or outdated postmaster.pid does not pass.
 */
export function isServerOfDirectory(pid: number, directory: string, runAs: RunAs): boolean {
  if (processIdentity(pid) === undefined) return false
  const cwd = process.platform === 'linux' ? linuxDirectory(pid, runAs) : openDirectory(pid)
  return cwd === deviceAndInode(directory)
}

/** Waits for a child to end and says how, as the rest of a sentence that begins with its name. */
export function waitForExit(child: ChildProcess, event: 'exit' | 'close' = 'exit'): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started (${error.message})`))
    child.once(event, (code, signal) =>
      resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`),
    )
  })
}

/**
 * How the directory is named to a program that starts in it. Run by root as another user it may not have the
 * right to walk there (a clone under /root): the link to its own working directory needs none.
 */
export function directoryArgument(directory: string, { uid }: RunAs): string {
  return uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : directory
}

/** Gives a file that root made to whom it is for. Nothing for another user, whose files are their own. */
export function chownIfRoot(path: string, { uid, gid }: RunAs): void {
  if (process.geteuid?.() === 0 && uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
}

/** Waits until check answers something defined and true; undefined when it did not within the milliseconds given. */
export async function waitUntil<T>(
  check: () => T | undefined | false,
  ms: number,
  every = 10,
): Promise<T | undefined> {
  const end = Date.now() + ms
  for (;;) {
    const value = check()
    if (value !== undefined && value !== false) return value
    if (Date.now() >= end) return undefined
    await delay(every)
  }
}

const LOCK = 'postgres.lock.'

/**
 * Takes the lock of a data directory; the answer releases it. Undefined when others held it for all of `ms`.
 * Each contender writes a file of its own and holds the lock when no other file has a live writer: of two that
 * come at once at least one sees the other, and a dead one's file bars nobody and needs no stealing.
 */
export async function lockDataDirectory(dataDir: string, ms: number): Promise<(() => void) | undefined> {
  const name = `${LOCK}${processIdentity(process.pid)}.${randomBytes(6).toString('hex')}`
  const path = join(dataDir, name)
  const release = () => rmSync(path, { force: true })
  const end = Date.now() + ms
  for (;;) {
    if (!othersLive(dataDir, name)) {
      writeFileSync(path, '', { flag: 'wx', mode: 0o600 })
      if (!othersLive(dataDir, name)) return release
      release()
    }
    if (Date.now() >= end) return undefined
    await delay(5 + Math.random() * 40)
  }
}

function othersLive(dataDir: string, own: string): boolean {
  let live = false
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(LOCK) || name === own) continue
    const [pid, start] = name.slice(LOCK.length).split('.')
    if (isProcessAlive(`${pid}.${start}`)) live = true
    else rmSync(join(dataDir, name), { force: true })
  }
  return live
}

function startTicks(pid: number): string | undefined {
  // The command name in parentheses may hold spaces: fields are counted from the last parenthesis (proc(5)).
  const stat = readProc(`/proc/${pid}/stat`)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

function startSeconds(pid: number): string | undefined {
  const [state, ...start] = output('ps', ['-o', 'stat=,lstart=', '-p', String(pid)])
    .trim()
    .split(/\s+/)
  const at = Date.parse(start.join(' '))
  return !state || state.startsWith('Z') || Number.isNaN(at) ? undefined : String(at)
}

function linuxDirectory(pid: number, runAs: RunAs): string | undefined {
  if (readProc(`/proc/${pid}/comm`)?.trim() !== 'postgres') return undefined
  const link = `/proc/${pid}/cwd`
  try {
    return deviceAndInode(link)
  } catch {
    // A root without CAP_SYS_PTRACE (any Docker container's) may not look into another user's process;
    // that user may, so it is asked to.
    return output('stat', ['-L', '-c', '%d %i', link], runAs).trim()
  }
}

function openDirectory(pid: number): string | undefined {
  if (!output('ps', ['-o', 'comm=', '-p', String(pid)]).includes('postgres')) return undefined
  const path = /^n(.*)$/m.exec(output('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn']))?.[1]
  return path === undefined ? undefined : deviceAndInode(path)
}

function deviceAndInode(path: string): string {
  const { dev, ino } = statSync(path, { bigint: true })
  return `${dev} ${ino}`
}

/** What a program printed; nothing when it failed, which is how these say that the process has just gone. */
function output(program: string, args: string[], runAs: RunAs = {}): string {
  const { error, status, stdout } = spawnSync(program, args, { ...runAs, encoding: 'utf8' })
  if (error) throw new EmbeddedError(`Cannot run "${program}" to examine a process: ${error.message}.`)
  return status === 0 ? stdout : ''
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
