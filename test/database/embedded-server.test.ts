import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import postgres from 'postgres'
import tap, { type Test, test } from 'tap'
import { chooseRunAs, findBinaries, findPackagedBinaries } from '../../src/db/embedded/binaries.ts'
import { startEmbedded } from '../../src/db/embedded/embedded.ts'
import { processIdentity, waitUntil } from '../../src/db/embedded/processes.ts'
import { startServer, stopServer } from '../../src/db/embedded/server.ts'
import { freePort } from '../setup/ports.ts'
import { modulePath, nodeArgs } from '../setup/programs.ts'

const isRoot = process.geteuid?.() === 0
const fastSettings = { fsync: 'off', shared_buffers: '16MB' }

// Removed at the end of all tests: some file systems create files slowly after many deletions.
const root = mkdtempSync(join(process.env.TEST_SCRATCH ?? tmpdir(), 'nv-embedded-'))
tap.teardown(() => rmSync(root, { recursive: true, force: true }))
const scratch = () => mkdtempSync(join(root, 'x'))

/** The data directory of a stopped cluster. Shared by tests that leave it stopped and intact. */
let sharedCluster: Promise<string> | undefined
function existingCluster(): Promise<string> {
  sharedCluster ??= (async () => {
    const dataDir = scratch()
    const { stop } = await startEmbedded({ dataDir, settings: fastSettings })
    await stop()
    return dataDir
  })()
  return sharedCluster
}

async function query(url: string, statement: string): Promise<Record<string, unknown>> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return (await sql.unsafe(statement))[0] ?? {}
  } finally {
    await sql.end()
  }
}

const serverPid = (dataDir: string) => Number.parseInt(readFileSync(pidFile(dataDir), 'utf8'), 10)
const pidFile = (dataDir: string) => join(dataDir, 'postgres', 'postmaster.pid')
const isRunning = (pid: number) => processIdentity(pid) !== undefined
const leftovers = (dataDir: string) => readdirSync(dataDir).filter((name) => /init|lock|owner/.test(name))

type Started = { url: string; isAdopted: boolean; isGuest: boolean }
type Service = { process: ChildProcess; started: Promise<Started> }

/** Starts a process that starts the database, prints the result, and stops it when its standard input ends. */
function spawnDatabase(t: Test, dataDir: string): Service {
  const module = pathToFileURL(modulePath('src/db/embedded/embedded')).href
  const script = `
    process.on('SIGINT', () => {})
    const { startEmbedded } = await import(${JSON.stringify(module)})
    const { url, isAdopted, isGuest, stop } =
      await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, settings: ${JSON.stringify(fastSettings)} })
    console.log(JSON.stringify({ url, isAdopted, isGuest }))
    for await (const chunk of process.stdin);
    await stop()`
  const child = spawn(process.execPath, [...nodeArgs, '--input-type=module', '-e', script], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const started = once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line))
  return { process: child, started }
}

async function waitForExitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

test('The first start creates a UTF-8 cluster in any environment, and the second start finds its rows', async (t) => {
  // Longer than the longest allowed path of a Unix socket (107 bytes).
  const dataDir = join(scratch(), 'x'.repeat(150))
  const before = { ...process.env }
  Object.assign(process.env, {
    LC_ALL: 'ru_RU.KOI8-R',
    LANG: 'tr_TR',
    PGDATA: '/nowhere',
    PGPORT: '1',
    TZ: 'Asia/Tokyo',
  })
  const first = await startEmbedded({
    dataDir,
    settings: { ...fastSettings, max_connections: '33' },
  }).finally(() => {
    process.env = before
  })
  t.teardown(() => first.stop())
  t.match(first, {
    isAdopted: false,
    isGuest: false,
    url: /^postgres:\/\/postgres:[^@]+@127\.0\.0\.1:\d+\/new_voice$/,
  })
  const settings = await query(
    first.url,
    `select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale,
       current_setting('max_connections') as max_connections, current_setting('fsync') as fsync,
       current_setting('timezone') as timezone, current_setting('lc_messages') as lc_messages,
       current_setting('unix_socket_directories') as sockets, current_setting('listen_addresses') as addresses
     from pg_database where datname = current_database()`,
  )
  t.same(settings, {
    encoding: 'UTF8',
    provider: 'b',
    locale: 'C.UTF-8',
    max_connections: '33',
    fsync: 'off',
    timezone: 'UTC',
    lc_messages: 'C',
    sockets: '',
    addresses: '127.0.0.1',
  })
  await query(first.url, 'create table kept (v int); insert into kept values (42)')
  const pid = serverPid(dataDir)
  await Promise.all([first.stop(), first.stop()])
  t.notOk(isRunning(pid), 'the server has exited')
  t.notOk(existsSync(pidFile(dataDir)))
  t.same(leftovers(dataDir), [], 'only the cluster, its password and its log remain')
  t.equal(statSync(join(dataDir, 'postgres.password')).mode & 0o777, 0o600)
  t.equal(statSync(join(dataDir, 'postgres')).mode & 0o777, 0o700)

  const second = await startEmbedded({ dataDir, settings: { fsync: 'off' } })
  t.teardown(() => second.stop())
  t.match(second, { isAdopted: false, isGuest: false })
  t.same(await query(second.url, 'select v from kept'), { v: 42 })
})

test('A connection needs the password, and a lost password file is replaced', async (t) => {
  const dataDir = await existingCluster()
  const first = await startEmbedded({ dataDir, settings: fastSettings })
  t.teardown(() => first.stop())
  await t.rejects(query(first.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1'), { code: '28P01' })
  await t.rejects(
    query(first.url.replace(/postgres:[^@]+@/, 'postgres@'), 'select 1'),
    'a connection without a password',
  )
  await first.stop()

  writeFileSync(join(dataDir, 'postgres.password'), 'another')
  await t.rejects(startEmbedded({ dataDir, settings: fastSettings }), {
    name: 'EmbeddedError',
    message: /postgres\.password does not contain the password of the database/,
  })
  t.notOk(existsSync(pidFile(dataDir)), 'a failed start leaves no server running')
  rmSync(join(dataDir, 'postgres.password'))
  const second = await startEmbedded({ dataDir, settings: fastSettings })
  t.teardown(() => second.stop())
  t.same(await query(second.url, 'select 1 as one'), { one: 1 })
  t.not(second.url.split('@')[0], first.url.split('@')[0])
})

test('A server with a second service keeps running when the first ends, and the last service stops it', async (t) => {
  for (const signal of [undefined, 'SIGKILL'] as const) {
    const dataDir = await existingCluster()
    const first = spawnDatabase(t, dataDir)
    const { url } = await first.started
    const pid = serverPid(dataDir)
    const lines: string[] = []
    const second = await startEmbedded({ dataDir, settings: fastSettings, log: (line) => lines.push(line) })
    t.match(second, { isGuest: true, url })
    t.match(lines, [/the PostgreSQL of another service is used/])
    if (signal === undefined) first.process.stdin?.end()
    else process.kill(-(first.process.pid ?? 0), signal)
    await waitForExitCode(first.process)
    await waitUntil(() => lines.length === 2, 60_000)
    t.match(lines[1], /this one has taken it over/)
    t.same(await query(url, 'select 1 as v'), { v: 1 }, 'on the same port')
    t.equal(serverPid(dataDir), pid, 'the same server')

    const third = await startEmbedded({ dataDir, settings: fastSettings })
    t.match(third, { isGuest: true, url })
    await third.stop()
    t.ok(isRunning(pid), 'a guest that ends changes nothing')
    await second.stop()
    t.notOk(isRunning(pid))
    t.same(leftovers(dataDir), [])
  }
})

test('A server whose service was killed is taken over, and a killed server is started again', async (t) => {
  const dataDir = await existingCluster()
  const killed = spawnDatabase(t, dataDir)
  const { url } = await killed.started
  await query(url, 'create table outlived (v int); insert into outlived values (1)')
  const pid = serverPid(dataDir)
  process.kill(-(killed.process.pid ?? 0), 'SIGKILL')
  await waitForExitCode(killed.process)

  const successor = await startEmbedded({ dataDir, settings: fastSettings })
  t.teardown(() => successor.stop())
  t.match(successor, { isAdopted: true, isGuest: false, url })
  t.equal(serverPid(dataDir), pid, 'the same server')
  t.same(await query(successor.url, 'select v from outlived'), { v: 1 })

  const guest = await startEmbedded({ dataDir })
  t.match(guest, { isAdopted: false, isGuest: true, url }, 'the service that took over is the owner')
  process.kill(pid, 'SIGKILL')
  await waitUntil(() => !isRunning(pid), 60_000)
  t.ok(existsSync(pidFile(dataDir)), 'a killed server leaves its pid file')
  const restarted = await startEmbedded({ dataDir, settings: fastSettings })
  t.teardown(() => restarted.stop())
  t.match(restarted, { isAdopted: false, isGuest: false })
  t.not(serverPid(dataDir), pid)
  t.same(await query(restarted.url, 'select v from outlived'), { v: 1 })
  await successor.stop()
  t.same(
    await query(restarted.url, 'select v from outlived'),
    { v: 1 },
    'stop() of the previous owner does not stop the new server',
  )
  await restarted.stop()
  t.notOk(existsSync(pidFile(dataDir)))
})

test('A pid file of another program or of a copied directory is ignored', async (t) => {
  const dataDir = await existingCluster()
  // An autovacuum worker creates and renames files, which may vanish while the directory is copied.
  const first = await startEmbedded({ dataDir, settings: { ...fastSettings, autovacuum: 'off' } })
  t.teardown(() => first.stop())
  await query(first.url, 'create table copied as select 1 as v')
  await query(first.url, 'checkpoint')
  const copy = join(scratch(), 'copy')
  cpSync(dataDir, copy, { recursive: true, preserveTimestamps: true })
  const { uid, gid } = chooseRunAs(join(dataDir, 'postgres'))
  if (uid !== undefined)
    await waitForExitCode(spawn('chown', ['-R', `${uid}:${gid}`, join(copy, 'postgres')]))
  chmodSync(join(copy, 'postgres'), 0o755)
  const twin = await startEmbedded({ dataDir: copy, settings: fastSettings })
  t.teardown(() => twin.stop())
  t.match(twin, { isAdopted: false, isGuest: false }, 'a copy of a directory in use gets its own server')
  t.not(serverPid(copy), serverPid(dataDir))
  await twin.stop()
  const text = readFileSync(pidFile(dataDir), 'utf8')
  t.same(await query(first.url, 'select v from copied'), { v: 1 }, 'the original server keeps running')
  await first.stop()

  const otherProgram = spawn('sleep', ['60'], { uid, gid, cwd: '/' })
  t.teardown(() => otherProgram.kill('SIGKILL'))
  await once(otherProgram, 'spawn')
  writeFileSync(pidFile(dataDir), text.replace(/^\d+/, String(otherProgram.pid)))
  const restarted = await startEmbedded({ dataDir, settings: fastSettings })
  t.teardown(() => restarted.stop())
  t.match(restarted, { isAdopted: false, isGuest: false })
  t.ok(isRunning(otherProgram.pid ?? 0), 'the other program keeps running')
  t.same(await query(restarted.url, 'select v from copied'), { v: 1 })
})

test('A cluster whose creation was interrupted is created again', async (t) => {
  const dataDir = scratch()
  const killed = spawnDatabase(t, dataDir)
  killed.started.catch(() => {})
  const unfinished = () => readdirSync(dataDir).find((name) => existsSync(join(dataDir, name, 'PG_VERSION')))
  t.match(
    await waitUntil(unfinished, 60_000, 2),
    /^postgres\.init-/,
    'an incomplete cluster has a temporary name',
  )
  process.kill(-(killed.process.pid ?? 0), 'SIGKILL')
  await waitForExitCode(killed.process)
  t.notOk(existsSync(join(dataDir, 'postgres')), 'an unfinished cluster is not used')

  const successor = await startEmbedded({ dataDir, settings: fastSettings })
  t.teardown(() => successor.stop())
  t.match(successor, { isAdopted: false, isGuest: false })
  t.same(await query(successor.url, 'select 1 as one'), { one: 1 })
  t.same(leftovers(dataDir), ['postgres.owner'], 'the unfinished cluster is removed')
})

test('Of services that start at the same time one owns the server, and the others do not stop it', async (t) => {
  const dataDir = scratch()
  const services = [spawnDatabase(t, dataDir), spawnDatabase(t, dataDir), spawnDatabase(t, dataDir)]
  const results = await Promise.all(services.map(({ started }) => started))
  const owner = services[results.findIndex(({ isGuest }) => !isGuest)]
  const guests = services.filter((service) => service !== owner)
  t.equal(guests.length, 2)
  t.equal(new Set(results.map(({ url }) => url)).size, 1, 'all use the same server')
  const starts = readFileSync(join(dataDir, 'postgres.log'), 'utf8').match(/starting PostgreSQL/g)
  t.equal(starts?.length, 1, 'the server was started once')
  const url = results[0]?.url ?? ''
  const pid = serverPid(dataDir)

  for (const guest of guests) guest.process.stdin?.end()
  for (const guest of guests) t.equal(await waitForExitCode(guest.process), 0)
  t.same(await query(url, 'select 1 as one'), { one: 1 }, 'a guest does not stop the server')
  process.kill(-(owner?.process.pid ?? 0), 'SIGINT')
  t.same(await query(url, 'select 1 as one'), { one: 1 }, 'Ctrl-C does not reach the server')
  owner?.process.stdin?.end()
  t.equal(owner && (await waitForExitCode(owner.process)), 0)
  t.notOk(isRunning(pid), 'the owner stops it')
})

test('Concurrent starts in one process share one server', async (t) => {
  const dataDir = await existingCluster()
  const databases = await Promise.all(
    [1, 2, 3, 4].map(() => startEmbedded({ dataDir, settings: fastSettings })),
  )
  t.teardown(() => Promise.all(databases.map(({ stop }) => stop())))
  t.equal(databases.filter(({ isGuest }) => !isGuest).length, 1)
  t.equal(new Set(databases.map(({ url }) => url)).size, 1)
})

test('The server starts on another port when a program has taken the chosen one', async (t) => {
  const dataDir = await existingCluster()
  const otherServer = createServer().listen(0, '127.0.0.1')
  await once(otherServer, 'listening')
  t.teardown(() => otherServer.close())
  const usedPort = (otherServer.address() as { port: number }).port

  const folder = join(dataDir, 'postgres')
  const runAs = chooseRunAs(folder)
  const cluster = { dataDir, folder, binaries: findBinaries(runAs), runAs, log: () => {} }
  const ports = [usedPort, usedPort]
  const server = await startServer(cluster, fastSettings, async () => ports.shift() ?? freePort())
  t.same(ports, [], 'both attempts on the taken port failed')
  t.not(server.port, usedPort)
  await stopServer(server, () => {}, 10_000)
})

test('An unusable data directory is reported in one line', async (t) => {
  const parent = scratch()
  const dataDir = join(parent, 'data')
  chmodSync(parent, 0o555)
  // Root can write anywhere, so the test switches to another user.
  if (isRoot) process.seteuid?.(65534)
  await t
    .rejects(startEmbedded({ dataDir }), {
      name: 'EmbeddedError',
      message: `The data directory ${dataDir} is not writable by uid ${process.geteuid?.()}. Correct that, or set DATA_DIR to another directory.`,
    })
    .finally(() => isRoot && process.seteuid?.(0))
  chmodSync(parent, 0o700)

  writeFileSync(dataDir, '')
  await t.rejects(startEmbedded({ dataDir }), {
    name: 'EmbeddedError',
    message: /data is a file, not a directory/,
  })
  await t.rejects(startEmbedded({ dataDir: join(dataDir, 'below') }), {
    message: /is a file or is inside one/,
  })

  mkdirSync(join(parent, 'other', 'postgres'), { recursive: true })
  writeFileSync(join(parent, 'other', 'postgres', 'letters.txt'), 'dear')
  const { uid } = chooseRunAs(join(parent, 'nothing'))
  if (uid !== undefined)
    await waitForExitCode(spawn('chown', [String(uid), join(parent, 'other', 'postgres')]))
  await t.rejects(startEmbedded({ dataDir: join(parent, 'other') }), {
    message: /is not empty and is not a PostgreSQL database/,
  })
  t.equal(readFileSync(join(parent, 'other', 'postgres', 'letters.txt'), 'utf8'), 'dear')
})

test('A cluster of another major version and invalid server settings are reported in one line', async (t) => {
  const dataDir = await existingCluster()
  await t.rejects(startEmbedded({ dataDir, settings: { shared_buffers: 'plenty' } }), {
    name: 'EmbeddedError',
    message:
      /^PostgreSQL exited with code 1: FATAL: {2}invalid value for parameter "shared_buffers": "plenty" \(more in .*postgres\.log\)$/,
  })
  const version = join(dataDir, 'postgres', 'PG_VERSION')
  writeFileSync(version, '15\n')
  await t.rejects(startEmbedded({ dataDir }), {
    name: 'EmbeddedError',
    message: /was created by PostgreSQL 15, but this is version 18\. Transfer its data/,
  })
  writeFileSync(version, '18\n')
  writeFileSync(join(dataDir, 'postgres.log'), Buffer.alloc(11 * 1024 * 1024, 'x'))
  const restarted = await startEmbedded({ dataDir, settings: fastSettings })
  t.teardown(() => restarted.stop())
  t.same(await query(restarted.url, 'select 1 as one'), { one: 1 }, 'the cluster is intact')
  t.ok(statSync(join(dataDir, 'postgres.log')).size < 10_000, 'a long log is rotated at the start')
})

test('A server that does not stop in time is stopped immediately', async (t) => {
  const dataDir = await existingCluster()
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const stuck = await startEmbedded({ dataDir, settings: fastSettings, stopTimeoutMs: 100, log })
  const pid = serverPid(dataDir)
  const sql = postgres(stuck.url, { max: 12, onclose: () => {} })
  t.teardown(() => sql.end({ timeout: 0 }))
  // Several, because each killed process exits at its own time.
  const connections = await Promise.all(Array.from({ length: 12 }, () => sql.reserve()))
  const backends = await Promise.all(
    connections.map(async (connection) => Number((await connection`select pg_backend_pid() as pid`)[0]?.pid)),
  )
  for (const backend of backends) process.kill(backend, 'SIGSTOP')
  await stuck.stop()
  t.match(lines.join('\n'), /did not stop within 100 ms: stopping it immediately/)
  t.notOk(isRunning(pid))
  t.same(backends.filter(isRunning), [], 'no process of the server is left')
})

test('Missing library links are created, and programs that the server user cannot read are copied', async (t) => {
  const { native, name } = findPackagedBinaries()
  // Not on the RAM disk of the test run, which may be mounted noexec.
  const hidden = mkdtempSync(join(tmpdir(), 'nv-embedded-'))
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[]
  cpSync(native, join(hidden, 'native'), {
    recursive: true,
    filter: (path) => !links.some(({ target }) => path.endsWith(target)),
  })
  const caches = mkdtempSync(join(tmpdir(), 'nv-embedded-'))
  chmodSync(caches, 0o755)
  const before = process.env.XDG_CACHE_HOME
  process.env.XDG_CACHE_HOME = caches
  t.teardown(() => {
    for (const folder of [hidden, caches]) rmSync(folder, { recursive: true, force: true })
    if (before === undefined) delete process.env.XDG_CACHE_HOME
    else process.env.XDG_CACHE_HOME = before
  })
  const repaired = findBinaries({}, { native: join(hidden, 'native'), name })
  t.equal(repaired.postgres, join(hidden, 'native', 'bin', 'postgres'), 'the links are created in place')
  t.equal(repaired.major, 18)

  const skip = !isRoot && 'only root can run it as another user'
  await t.test('Another user runs a copy, which is created once', { skip }, async (t) => {
    const runAs = chooseRunAs(join(hidden, 'nothing'))
    const copied = findBinaries(runAs, { native: join(hidden, 'native'), name })
    t.equal(copied.postgres, join(caches, name, 'native', 'bin', 'postgres'))
    t.same(findBinaries(runAs, { native: join(hidden, 'native'), name }), copied)
    t.same(readdirSync(caches), [name])
  })
})

test('On a platform without PostgreSQL programs the error asks for DATABASE_URL', async (t) => {
  const { arch } = process
  t.teardown(() => Object.defineProperty(process, 'arch', { value: arch }))
  Object.defineProperty(process, 'arch', { value: 'riscv64' })
  await t.rejects(startEmbedded({ dataDir: scratch() }), {
    name: 'EmbeddedError',
    message:
      /^There is no embedded PostgreSQL for \w+-riscv64, or npm .*Set DATABASE_URL to a PostgreSQL server/,
  })
})
