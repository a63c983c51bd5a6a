// The command `npm test`: compiles the tests, starts one PostgreSQL with a migrated template database, runs tap
// with the given arguments, and prints the totals. Afterwards only the compiled files are left.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
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
let receivedSignal: NodeJS.Signals | undefined
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // This process outlives tap, to clean up. A second signal, or 5 s without an exit, kills tap.
    signalTap(receivedSignal ? 'SIGKILL' : signal)
    if (!receivedSignal) setTimeout(() => signalTap('SIGKILL'), 5_000).unref()
    receivedSignal ??= signal
  })
}

const scratchFolder = mkdtempSync(join(fastDirectory(), 'nv-test-'))
let totals: Totals = { passed: 0, failed: 1 }
let code = 1
try {
  await compileTests()
  const externalUrl = process.env.TEST_DATABASE_URL
  const report = join(scratchFolder, 'report.tap')
  code = externalUrl ? await runOnExternalServer(externalUrl, report) : await runOnEmbeddedServer(report)
  const counts = readTotals(report)
  if (counts) totals = counts
  else print('The run was interrupted. It counts as one failure.')
} catch (error) {
  if (!receivedSignal) print(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
} finally {
  rmSync(scratchFolder, { recursive: true, force: true })
}
if (totals.passed + totals.failed === 0) print('No test was run.')
if (totals.failed > 0 || totals.passed === 0) code ||= 1
if (receivedSignal) code = 128 + constants.signals[receivedSignal]
// The line break ends the reporter's last line, which may be incomplete.
print(`\n${totals.passed} passed, ${totals.failed} failed`)
process.exit(code)

/**
 * Returns the RAM disk if it has 2 GiB free and TMPDIR is not set, else the temporary directory. Each test database is a
 * copy of many small files, which is faster on a RAM disk.
 */
function fastDirectory(): string {
  const ram = '/dev/shm'
  if (process.env.TMPDIR || !existsSync(ram)) return tmpdir()
  const { bavail, bsize } = statfsSync(ram)
  return bavail * bsize > 2 * 1024 ** 3 ? ram : tmpdir()
}

/** Runs the tests on a temporary server without durability, which makes it faster. */
async function runOnEmbeddedServer(report: string): Promise<number> {
  const server = await startEmbedded({ dataDir: join(scratchFolder, 'data'), settings })
  try {
    return await runOnTemplate(server.url, 'nv_template', report)
  } finally {
    await server.stop()
  }
}

/** Runs the tests on an existing server, with a superuser's URL. Drops all databases of this run at the end. */
async function runOnExternalServer(url: string, report: string): Promise<number> {
  const template = `nv_template_${randomBytes(4).toString('hex')}`
  try {
    return await runOnTemplate(url, template, report)
  } finally {
    await withAdmin(url, async (sql) => {
      await sql.unsafe(`update pg_database set datallowconn = true where datname = '${template}'`)
      const remaining = await sql`select datname from pg_database where starts_with(datname, ${template})`
      for (const { datname } of remaining) await sql.unsafe(`drop database if exists ${datname} with (force)`)
    })
  }
}

async function runOnTemplate(url: string, template: string, report: string): Promise<number> {
  await withAdmin(url, async (sql) => {
    const version = Number((await sql`show server_version_num`)[0]?.server_version_num)
    if (version < 150_000)
      throw new Error(`The tests need PostgreSQL 15 or newer. This server has version ${version}.`)
    await sql.unsafe(`create database ${template} template template0 encoding 'UTF8'`)
    const templateUrl = new URL(url)
    templateUrl.pathname = `/${template}`
    await upgrade(templateUrl.href)
    // A database can be used as a template only while it has no connections.
    await sql.unsafe(`alter database ${template} allow_connections false`)
  })
  return receivedSignal ? 1 : runTap({ TEST_PG: url, TEST_TEMPLATE: template }, report)
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
  const userArgs = process.argv
    .slice(2)
    .map((argument) => argument.replace(/^(?:\.\/)?(test\/.+\.test)\.ts$/, `${compiledFolder}/$1.js`))
  const hasReporter = userArgs.some((argument) => /^(-R|--reporter)/.test(argument)) || process.stdout.isTTY
  // Without a reporter, tap prints every line twice when it also writes a file. Reporters other than min redraw the
  // screen.
  const args = [`--output-file=${report}`, ...(hasReporter ? [] : ['--reporter=min']), ...userArgs]
  const preload = pathToFileURL(join(projectRoot, 'test/setup/without-coverage.mjs'))
  const child = spawn(process.execPath, [join(projectRoot, 'node_modules/.bin/tap'), ...args], {
    cwd: projectRoot,
    env: {
      ...process.env,
      ...env,
      TEST_SCRATCH: scratchFolder,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${preload}`,
      // With CI set, tap's reporter does not show which test failed.
      CI: 'false',
    },
    // A separate process group, so that signals reach test processes that ignore what tap forwards.
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
 * Reads the totals at the end of tap's report: assertions, subtests without assertions, and one failure per file that
 * crashed. Skipped tests count in neither number. Undefined when the report is incomplete.
 */
function readTotals(report: string): Totals | undefined {
  if (!existsSync(report)) return undefined
  const totalsLine = [...readFileSync(report, 'utf8').matchAll(/^# \{ (total: .*) \}$/gm)].at(-1)?.[1]
  if (totalsLine === undefined) return undefined
  const count = (name: string) => Number(new RegExp(`\\b${name}: (\\d+)`).exec(totalsLine)?.[1] ?? 0)
  return { passed: count('pass'), failed: count('fail') }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
