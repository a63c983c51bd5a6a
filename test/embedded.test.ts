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
import { chooseRunAs, findBinaries, findPackagedBinaries } from '../src/db/embedded/binaries.ts'
import { startServer, stopServer } from '../src/db/embedded/cluster.ts'
import { startEmbedded } from '../src/db/embedded/embedded.ts'
import { processIdentity, waitUntil } from '../src/db/embedded/processes.ts'
import { modulePath, nodeArgs } from './setup/programs.ts'

const isRoot = process.geteuid?.() === 0
const quick = { fsync: 'off', shared_buffers: '16MB' }

// Removed at the very end: some file systems are slow to make files where many were just deleted.
const root = mkdtempSync(join(process.env.TEST_SCRATCH ?? tmpdir(), 'nv-embedded-'))
tap.teardown(() => rmSync(root, { recursive: true, force: true }))
const scratch = () => mkdtempSync(join(root, 'x'))

/** A cluster that is there and not running, for tests that leave it so. */
let made: Promise<string> | undefined
function existing(): Promise<string> {
  made ??= (async () => {
    const dataDir = scratch()
    const { stop } = await startEmbedded({ dataDir, settings: quick })
    await stop()
    return dataDir
  })()
  return made
}

async function ask(url: string, statement: string): Promise<Record<string, unknown>> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return (await sql.unsafe(statement))[0] ?? {}
  } finally {
    await sql.end()
  }
}

const serverPid = (dataDir: string) => Number.parseInt(readFileSync(pidFile(dataDir), 'utf8'), 10)
const pidFile = (dataDir: string) => join(dataDir, 'postgres', 'postmaster.pid')
const lives = (pid: number) => processIdentity(pid) !== undefined
const leftovers = (dataDir: string) => readdirSync(dataDir).filter((name) => /init|lock|owner/.test(name))

type Service = { process: ChildProcess; answer: Promise<{ url: string; adopted: boolean; guest: boolean }> }

/** A service of its own: starts the database, says what it got, and ends it at the end of its input. */
function service(t: Test, dataDir: string): Service {
  const module = pathToFileURL(modulePath('src/db/embedded')).href
  const script = `
    process.on('SIGINT', () => {})
    const { startEmbedded } = await import(${JSON.stringify(module)})
    const { url, adopted, guest, stop } =
      await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, settings: ${JSON.stringify(quick)} })
    console.log(JSON.stringify({ url, adopted, guest }))
    for await (const chunk of process.stdin);
    await stop()`
  const child = spawn(process.execPath, [...nodeArgs, '--input-type=module', '-e', script], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const answer = once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line))
  return { process: child, answer }
}

async function ends(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

test('a fresh start makes a UTF-8 cluster whatever the environment, and the second start finds its rows', async (t) => {
  // Longer than the path of a Unix socket may be.
  const dataDir = join(scratch(), 'x'.repeat(150))
  const before = { ...process.env }
  Object.assign(process.env, {
    LC_ALL: 'ru_RU.KOI8-R',
    LANG: 'tr_TR',
    PGDATA: '/nowhere',
    PGPORT: '1',
    TZ: 'Asia/Tokyo',
  })
  const first = await startEmbedded({ dataDir, settings: { ...quick, max_connections: '33' } }).finally(
    () => {
      process.env = before
    },
  )
  t.teardown(() => first.stop())
  t.match(first, {
    adopted: false,
    guest: false,
    url: /^postgres:\/\/postgres:[^@]+@127\.0\.0\.1:\d+\/new_voice$/,
  })
  const found = await ask(
    first.url,
    `select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale,
       current_setting('max_connections') as max_connections, current_setting('fsync') as fsync,
       current_setting('timezone') as timezone, current_setting('lc_messages') as lc_messages,
       current_setting('unix_socket_directories') as sockets, current_setting('listen_addresses') as addresses
     from pg_database where datname = current_database()`,
  )
  t.same(found, {
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
  await ask(first.url, 'create table kept (v int); insert into kept values (42)')
  const pid = serverPid(dataDir)
  await Promise.all([first.stop(), first.stop()])
  t.notOk(lives(pid), 'the server has gone')
  t.notOk(existsSync(pidFile(dataDir)))
  t.same(leftovers(dataDir), [], 'nothing but the cluster, its password and its log is left')
  t.equal(statSync(join(dataDir, 'postgres.password')).mode & 0o777, 0o600)
  t.equal(statSync(join(dataDir, 'postgres')).mode & 0o777, 0o700)

  const second = await startEmbedded({ dataDir, settings: { fsync: 'off' } })
  t.teardown(() => second.stop())
  t.match(second, { adopted: false, guest: false })
  t.same(await ask(second.url, 'select v from kept'), { v: 42 })
})

test('nobody gets in without the password, and a lost password file is replaced', async (t) => {
  const dataDir = await existing()
  const first = await startEmbedded({ dataDir, settings: quick })
  t.teardown(() => first.stop())
  await t.rejects(ask(first.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1'), { code: '28P01' })
  await t.rejects(ask(first.url.replace(/postgres:[^@]+@/, 'postgres@'), 'select 1'), 'nor with none')
  await first.stop()

  writeFileSync(join(dataDir, 'postgres.password'), 'another')
  await t.rejects(startEmbedded({ dataDir, settings: quick }), {
    name: 'EmbeddedError',
    message: /postgres\.password does not hold the password of the database/,
  })
  t.notOk(existsSync(pidFile(dataDir)), 'a start that failed leaves no server')
  rmSync(join(dataDir, 'postgres.password'))
  const second = await startEmbedded({ dataDir, settings: quick })
  t.teardown(() => second.stop())
  t.same(await ask(second.url, 'select 1 as one'), { one: 1 })
  t.not(second.url.split('@')[0], first.url.split('@')[0])
})

test('a server whose service was killed is taken over, and a killed server is started again', async (t) => {
  const dataDir = await existing()
  const killed = service(t, dataDir)
  const { url } = await killed.answer
  await ask(url, 'create table outlived (v int); insert into outlived values (1)')
  const pid = serverPid(dataDir)
  process.kill(-(killed.process.pid ?? 0), 'SIGKILL')
  await ends(killed.process)

  const heir = await startEmbedded({ dataDir, settings: quick })
  t.teardown(() => heir.stop())
  t.match(heir, { adopted: true, guest: false, url })
  t.equal(serverPid(dataDir), pid, 'it is the same server')
  t.same(await ask(heir.url, 'select v from outlived'), { v: 1 })

  const guest = await startEmbedded({ dataDir })
  t.match(guest, { adopted: false, guest: true, url }, 'who took over is the owner')
  process.kill(pid, 'SIGKILL')
  await waitUntil(() => !lives(pid), 5_000)
  t.ok(existsSync(pidFile(dataDir)), 'a killed server leaves its pid file')
  const restarted = await startEmbedded({ dataDir, settings: quick })
  t.teardown(() => restarted.stop())
  t.match(restarted, { adopted: false, guest: false })
  t.not(serverPid(dataDir), pid)
  t.same(await ask(restarted.url, 'select v from outlived'), { v: 1 })
  await heir.stop()
  t.same(
    await ask(restarted.url, 'select v from outlived'),
    { v: 1 },
    'the owner of the dead one ends nothing',
  )
  await restarted.stop()
  t.notOk(existsSync(pidFile(dataDir)))
})

test('a pid file that names another program, or came with a copied directory, does not mislead', async (t) => {
  const dataDir = await existing()
  const first = await startEmbedded({ dataDir, settings: quick })
  t.teardown(() => first.stop())
  await ask(first.url, 'create table copied as select 1 as v')
  await ask(first.url, 'checkpoint')
  const copy = join(scratch(), 'copy')
  cpSync(dataDir, copy, { recursive: true, preserveTimestamps: true })
  const { uid, gid } = chooseRunAs(join(dataDir, 'postgres'))
  if (uid !== undefined) await ends(spawn('chown', ['-R', `${uid}:${gid}`, join(copy, 'postgres')]))
  chmodSync(join(copy, 'postgres'), 0o755)
  const twin = await startEmbedded({ dataDir: copy, settings: quick })
  t.teardown(() => twin.stop())
  t.match(twin, { adopted: false, guest: false }, 'a copy of a directory in use gets a server of its own')
  t.not(serverPid(copy), serverPid(dataDir))
  await twin.stop()
  const text = readFileSync(pidFile(dataDir), 'utf8')
  t.same(await ask(first.url, 'select v from copied'), { v: 1 }, 'and the original goes on')
  await first.stop()

  const stranger = spawn('sleep', ['60'], { uid, gid, cwd: '/' })
  t.teardown(() => stranger.kill('SIGKILL'))
  await once(stranger, 'spawn')
  writeFileSync(pidFile(dataDir), text.replace(/^\d+/, String(stranger.pid)))
  const again = await startEmbedded({ dataDir, settings: quick })
  t.teardown(() => again.stop())
  t.match(again, { adopted: false, guest: false })
  t.ok(lives(stranger.pid ?? 0), 'the stranger is left alone')
  t.same(await ask(again.url, 'select v from copied'), { v: 1 })
})

test('a cluster whose making was interrupted is made again', async (t) => {
  const dataDir = scratch()
  const killed = service(t, dataDir)
  killed.answer.catch(() => {})
  const halfDone = () => readdirSync(dataDir).find((name) => existsSync(join(dataDir, name, 'PG_VERSION')))
  t.match(await waitUntil(halfDone, 10_000, 2), /^postgres\.init-/, 'it is made under another name')
  process.kill(-(killed.process.pid ?? 0), 'SIGKILL')
  await ends(killed.process)
  t.notOk(existsSync(join(dataDir, 'postgres')), 'what is half done is not the cluster')

  const next = await startEmbedded({ dataDir, settings: quick })
  t.teardown(() => next.stop())
  t.match(next, { adopted: false, guest: false })
  t.same(await ask(next.url, 'select 1 as one'), { one: 1 })
  t.same(leftovers(dataDir), ['postgres.owner'], 'and the half is cleared away')
})

test('of services that start at one moment one owns the server, and the others leave it alone', async (t) => {
  const dataDir = scratch()
  const services = [service(t, dataDir), service(t, dataDir), service(t, dataDir)]
  const answers = await Promise.all(services.map(({ answer }) => answer))
  const owner = services[answers.findIndex(({ guest }) => !guest)]
  const guests = services.filter((one) => one !== owner)
  t.equal(guests.length, 2)
  t.equal(new Set(answers.map(({ url }) => url)).size, 1, 'all use one server')
  const starts = readFileSync(join(dataDir, 'postgres.log'), 'utf8').match(/starting PostgreSQL/g)
  t.equal(starts?.length, 1, 'which was started once')
  const url = answers[0]?.url ?? ''
  const pid = serverPid(dataDir)

  for (const one of guests) one.process.stdin?.end()
  for (const one of guests) t.equal(await ends(one.process), 0)
  t.same(await ask(url, 'select 1 as one'), { one: 1 }, 'guests that stop leave the server alone')
  process.kill(-(owner?.process.pid ?? 0), 'SIGINT')
  t.same(await ask(url, 'select 1 as one'), { one: 1 }, 'Ctrl-C reaches the service only')
  owner?.process.stdin?.end()
  t.equal(owner && (await ends(owner.process)), 0)
  t.notOk(lives(pid), 'the owner ends it')
})

test('starts at one moment in one process share one server', async (t) => {
  const dataDir = await existing()
  const all = await Promise.all([1, 2, 3, 4].map(() => startEmbedded({ dataDir, settings: quick })))
  t.teardown(() => Promise.all(all.map((one) => one.stop())))
  t.equal(all.filter(({ isGuest: guest }) => !guest).length, 1)
  t.equal(new Set(all.map(({ url }) => url)).size, 1)
})

test('a port that another program took in between does not keep the server from starting', async (t) => {
  const dataDir = await existing()
  const squatter = createServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  t.teardown(() => squatter.close())
  const busy = (squatter.address() as { port: number }).port
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const port = (free.address() as { port: number }).port
  await new Promise((resolve) => free.close(resolve))

  const folder = join(dataDir, 'postgres')
  const runAs = chooseRunAs(folder)
  const cluster = { dataDir, folder, binaries: findBinaries(runAs), runAs, log: () => {} }
  const ports = [busy, busy, port]
  const server = await startServer(cluster, quick, async () => ports.shift() ?? 0)
  t.equal(server.port, port)
  await stopServer(server, () => {}, 10_000)
})

test('a data directory that cannot be used is named in one line', async (t) => {
  const parent = scratch()
  const dataDir = join(parent, 'data')
  chmodSync(parent, 0o555)
  // Root may write anywhere: it has to be somebody else for the moment.
  if (isRoot) process.seteuid?.(65534)
  await t
    .rejects(startEmbedded({ dataDir }), {
      name: 'EmbeddedError',
      message: `The data directory ${dataDir} cannot be written to by uid ${process.geteuid?.()}: mend that, or set DATA_DIR to another directory.`,
    })
    .finally(() => isRoot && process.seteuid?.(0))
  chmodSync(parent, 0o700)

  writeFileSync(dataDir, '')
  await t.rejects(startEmbedded({ dataDir }), {
    name: 'EmbeddedError',
    message: /data is a file, not a directory/,
  })
  await t.rejects(startEmbedded({ dataDir: join(dataDir, 'below') }), {
    message: /is a file, or lies below one/,
  })

  mkdirSync(join(parent, 'other', 'postgres'), { recursive: true })
  writeFileSync(join(parent, 'other', 'postgres', 'letters.txt'), 'dear')
  const { uid } = chooseRunAs(join(parent, 'nothing'))
  if (uid !== undefined) await ends(spawn('chown', [String(uid), join(parent, 'other', 'postgres')]))
  await t.rejects(startEmbedded({ dataDir: join(parent, 'other') }), {
    message: /is not empty and not a PostgreSQL/,
  })
  t.equal(readFileSync(join(parent, 'other', 'postgres', 'letters.txt'), 'utf8'), 'dear')
})

test('a cluster of another major version, and settings that the server refuses, are told in one line', async (t) => {
  const dataDir = await existing()
  await t.rejects(startEmbedded({ dataDir, settings: { shared_buffers: 'plenty' } }), {
    name: 'EmbeddedError',
    message:
      /^PostgreSQL ended with code 1: FATAL: {2}invalid value for parameter "shared_buffers": "plenty" \(more in .*postgres\.log\)$/,
  })
  const version = join(dataDir, 'postgres', 'PG_VERSION')
  writeFileSync(version, '15\n')
  await t.rejects(startEmbedded({ dataDir }), {
    name: 'EmbeddedError',
    message: /was made by PostgreSQL 15, and this is 18\. Move its data/,
  })
  writeFileSync(version, '18\n')
  writeFileSync(join(dataDir, 'postgres.log'), Buffer.alloc(11 * 1024 * 1024, 'x'))
  const again = await startEmbedded({ dataDir, settings: quick })
  t.teardown(() => again.stop())
  t.same(await ask(again.url, 'select 1 as one'), { one: 1 }, 'none of it harmed the cluster')
  t.ok(statSync(join(dataDir, 'postgres.log')).size < 10_000, 'a long log is put aside at the start')
})

test('a server that does not end in time is ended all the same', async (t) => {
  const dataDir = await existing()
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  const stuck = await startEmbedded({ dataDir, settings: quick, stopTimeoutMs: 100, log })
  const pid = serverPid(dataDir)
  const sql = postgres(stuck.url, { max: 1, onclose: () => {} })
  t.teardown(() => sql.end({ timeout: 0 }))
  const [backend] = await sql`select pg_backend_pid() as pid`
  process.kill(backend?.pid, 'SIGSTOP')
  await stuck.stop()
  t.match(lines.join('\n'), /did not end within 100 ms: ended at once/)
  t.notOk(lives(pid))
  t.notOk(lives(backend?.pid))
})

test('programs without their library links, or where the server may not go, run all the same', async (t) => {
  const { native, name } = findPackagedBinaries()
  // Not on the RAM disk of a test run, which may forbid to execute.
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
    for (const place of [hidden, caches]) rmSync(place, { recursive: true, force: true })
    if (before === undefined) delete process.env.XDG_CACHE_HOME
    else process.env.XDG_CACHE_HOME = before
  })
  const own = findBinaries({}, { native: join(hidden, 'native'), name })
  t.equal(own.postgres, join(hidden, 'native', 'bin', 'postgres'), 'the links are made again in place')
  t.equal(own.major, 18)

  const skip = !isRoot && 'only root runs it as another user'
  await t.test('as another user from a copy, which is made once', { skip }, async (t) => {
    const runAs = chooseRunAs(join(hidden, 'nothing'))
    const copied = findBinaries(runAs, { native: join(hidden, 'native'), name })
    t.equal(copied.postgres, join(caches, name, 'native', 'bin', 'postgres'))
    t.same(findBinaries(runAs, { native: join(hidden, 'native'), name }), copied)
    t.same(readdirSync(caches), [name])
  })
})

test('a platform without programs is told to bring a server', async (t) => {
  const { arch } = process
  t.teardown(() => Object.defineProperty(process, 'arch', { value: arch }))
  Object.defineProperty(process, 'arch', { value: 'riscv64' })
  await t.rejects(startEmbedded({ dataDir: scratch() }), {
    name: 'EmbeddedError',
    message: /^There is no embedded PostgreSQL for \w+-riscv64 .*Set DATABASE_URL to a PostgreSQL server/,
  })
})
