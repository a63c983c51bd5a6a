// What `npm test` runs: the tests are compiled, then one PostgreSQL for the whole run, a migrated template in it, tap
// with the arguments given, and the totals. Nothing outlives the run but what was compiled.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { startEmbedded } from '../../src/db/embedded/embedded.ts'
import { upgrade } from '../../src/db/migrations/migrate.ts'
import { compiledFolder, compileTests } from './compile.ts'
import { projectRoot } from './programs.ts'

type Totals = { passed: number; failed: number }

const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '200',
  max_wal_size: '256MB',
}

let tap: ChildProcess | undefined
let signalled: NodeJS.Signals | undefined
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // We outlive tap and its tests, to clear up after them. Asked twice, or after a while, they are not asked.
    signalTap(signalled ? 'SIGKILL' : signal)
    if (!signalled) setTimeout(() => signalTap('SIGKILL'), 5_000).unref()
    signalled ??= signal
  })
}

const scratch = mkdtempSync(join(fastDirectory(), 'nv-test-'))
let totals: Totals = { passed: 0, failed: 1 }
let code = 1
try {
  await compileTests()
  const outside = process.env.TEST_DATABASE_URL
  const report = join(scratch, 'report.tap')
  code = outside ? await onOutside(outside, report) : await onEmbedded(report)
  const counted = countTestPoints(report)
  if (counted) totals = counted
  else say('The run did not come to its end: it counts as one failure.')
} catch (error) {
  if (!signalled) say(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
if (totals.passed + totals.failed === 0) say('No test was executed.')
if (totals.failed > 0 || totals.passed === 0) code ||= 1
if (signalled) code = 128 + constants.signals[signalled]
// The reporter leaves the cursor, and an escape sequence, in the middle of a line.
say(`\n${totals.passed} passed, ${totals.failed} failed`)
process.exit(code)

/** A RAM disk where there is one with room, unless TMPDIR asks for another place: a clone is many small files. */
function fastDirectory(): string {
  const ram = '/dev/shm'
  if (process.env.TMPDIR || !existsSync(ram)) return tmpdir()
  const { bavail, bsize } = statfsSync(ram)
  return bavail * bsize > 2 * 1024 ** 3 ? ram : tmpdir()
}

/** On a throw-away server of our own, as fast as can be: nothing in it is worth a disk's time. */
async function onEmbedded(report: string): Promise<number> {
  const server = await startEmbedded({ dataDir: join(scratch, 'data'), settings })
  try {
    return await onTemplate(server.url, 'nv_template', report)
  } finally {
    await server.stop()
  }
}

/** On a server that is there, whose superuser the URL names: under names of this run, dropped at its end. */
async function onOutside(url: string, report: string): Promise<number> {
  const template = `nv_template_${randomBytes(4).toString('hex')}`
  try {
    return await onTemplate(url, template, report)
  } finally {
    await withAdmin(url, async (sql) => {
      await sql.unsafe(`update pg_database set datallowconn = true where datname = '${template}'`)
      const left = await sql`select datname from pg_database where starts_with(datname, ${template})`
      for (const { datname } of left) await sql.unsafe(`drop database if exists ${datname} with (force)`)
    })
  }
}

async function onTemplate(url: string, template: string, report: string): Promise<number> {
  await withAdmin(url, async (sql) => {
    const version = Number((await sql`show server_version_num`)[0]?.server_version_num)
    if (version < 150_000) throw new Error(`The tests need PostgreSQL 15 or newer, and this is ${version}.`)
    await sql.unsafe(`create database ${template} template template0 encoding 'UTF8'`)
    const ofTemplate = new URL(url)
    ofTemplate.pathname = `/${template}`
    await upgrade(ofTemplate.href)
    // A template can be cloned while nobody is in it.
    await sql.unsafe(`alter database ${template} allow_connections false`)
  })
  return signalled ? 1 : runTap({ TEST_PG: url, TEST_TEMPLATE: template }, report)
}

async function withAdmin(url: string, work: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await work(sql)
  } finally {
    await sql.end()
  }
}

function runTap(env: Record<string, string>, report: string): Promise<number> {
  const given = process.argv
    .slice(2)
    .map((argument) => argument.replace(/^(?:\.\/)?(test\/.+\.test)\.ts$/, `${compiledFolder}/$1.js`))
  const reporter = given.some((argument) => /^(-R|--reporter)/.test(argument)) || process.stdout.isTTY
  // Without a reporter tap prints every line twice when it also writes the file; other reporters redraw the screen.
  const args = [`--output-file=${report}`, ...(reporter ? [] : ['--reporter=min']), ...given]
  const child = spawn(process.execPath, [join(projectRoot, 'node_modules/.bin/tap'), ...args], {
    cwd: projectRoot,
    // With CI set, tap's reporter redraws nothing, and so would not show which test failed.
    env: { ...process.env, ...env, TEST_SCRATCH: scratch, CI: 'false' },
    // A process group of its own: a test process may ignore what tap hands on to it, a group is reached.
    detached: true,
    stdio: 'inherit',
  })
  tap = child
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (exitCode) => {
      signalTap('SIGKILL')
      resolve(exitCode ?? 1)
    })
  })
}

function signalTap(signal: NodeJS.Signals): void {
  try {
    if (tap?.pid) process.kill(-tap.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * Test points that were executed, as tap itself counts them at the end of its report: assertions, subtests
 * without any, and one for each file that broke. What was skipped or is to do is in neither number.
 */
function countTestPoints(report: string): Totals | undefined {
  if (!existsSync(report)) return undefined
  const last = [...readFileSync(report, 'utf8').matchAll(/^# \{ (total: .*) \}$/gm)].at(-1)?.[1]
  if (last === undefined) return undefined
  const count = (name: string) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(last)?.[1] ?? 0)
  return { passed: count('pass'), failed: count('fail') }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
