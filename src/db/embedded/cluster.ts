// Creates a PostgreSQL cluster on disk.
import { spawn } from 'node:child_process'
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Binaries, childEnv } from './binaries.ts'
import { chownIfRoot, directoryArgument, EmbeddedError, type RunAs, waitForExit } from './processes.ts'

/** A database cluster: a folder in the data directory, and how programs are run on it. */
export type Cluster = {
  dataDir: string
  /** The cluster's own folder, `<dataDir>/postgres`. */
  folder: string
  binaries: Binaries
  runAs: RunAs
  log: (line: string) => void
}

/** Prefix of the folder of a cluster that is not complete yet. */
const UNFINISHED_PREFIX = 'postgres.init-'

/**
 * Creates the cluster in a temporary folder, which is renamed when it is complete and on disk, so that an interrupted
 * initdb never leaves a broken cluster. Removes the temporary folders of interrupted runs first.
 *
 * @param sync whether to flush the cluster to disk; tests do not need it
 * @throws EmbeddedError with the output of initdb
 */
export async function initCluster(cluster: Cluster, password: string, sync: boolean): Promise<void> {
  const { dataDir, folder, binaries, runAs } = cluster
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(UNFINISHED_PREFIX))
      rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 5 })
  }
  const unfinished = mkdtempSync(join(dataDir, UNFINISHED_PREFIX))
  chownIfRoot(unfinished, runAs)
  const flags = ['--username=postgres', '--pwfile=/dev/stdin', '--auth=scram-sha-256', '--encoding=UTF8']
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  const args = [
    '-D',
    directoryArgument(unfinished, runAs),
    ...flags,
    ...locale,
    ...(sync ? [] : ['--no-sync']),
  ]
  try {
    const { code, output } = await runProgram(cluster, binaries.initdb, args, unfinished, `${password}\n`)
    if (code !== 0)
      throw new EmbeddedError(`initdb could not create a database in ${dataDir}: ${lastErrorLine(output)}`)
    renameSync(unfinished, folder)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  const directory = openSync(dataDir, 'r')
  fsyncSync(directory)
  closeSync(directory)
}

/**
 * Sets the superuser's password of a stopped cluster, after its password file was lost.
 *
 * @throws EmbeddedError with the output of PostgreSQL
 */
export async function resetPassword(cluster: Cluster, password: string): Promise<void> {
  const { folder, binaries, runAs } = cluster
  const args = ['--single', '-D', directoryArgument(folder, runAs), 'postgres']
  const { code, output } = await runProgram(
    cluster,
    binaries.postgres,
    args,
    folder,
    `ALTER ROLE postgres PASSWORD '${password}'\n`,
  )
  if (code !== 0)
    throw new EmbeddedError(
      `The password of the database in ${folder} could not be reset: ${lastErrorLine(output)}`,
    )
}

/** Runs a program in the directory with `input` as its standard input, and waits for it to exit. */
async function runProgram(cluster: Cluster, program: string, args: string[], cwd: string, input: string) {
  // A file instead of a pipe, because initdb opens /dev/stdin by name. Removed before the program starts: it may
  // hold a password.
  const path = join(cluster.dataDir, `${UNFINISHED_PREFIX}input.${process.pid}`)
  writeFileSync(path, input, { mode: 0o600 })
  chownIfRoot(path, cluster.runAs)
  const stdin = openSync(path, 'r')
  rmSync(path)
  const child = spawn(program, args, { ...cluster.runAs, cwd, env: childEnv, stdio: [stdin, 'pipe', 'pipe'] })
  closeSync(stdin)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => (output += text))
  const exitReason = await waitForExit(child, 'close')
  return { code: child.exitCode, output: output || exitReason }
}

/** The last PANIC, FATAL or error line, or else the last line, without its time stamp and process id. */
export function lastErrorLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const fatal = lines.findLast((line) => /\b(PANIC|FATAL|error):/.test(line))
  return (fatal ?? lines.at(-1) ?? 'no output').replace(/^[-\d]+ [:.\d]+ \w+ \[\d+\] /, '').trim()
}
