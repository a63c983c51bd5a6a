import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { type Test, test } from 'tap'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { emptyDatabase, testDatabase } from './setup/postgres.ts'
import { programArgs, projectRoot } from './setup/programs.ts'

const platformKey = 'a-platform-key-for-tests-only'

interface Process {
  child: ChildProcess
  /** Everything it wrote. */
  output: () => string
  url: string
  ended: Promise<{ code: number | null; signal: string | null }>
}

/** The service as an operator runs it, without npm between us and its signals. */
async function start(
  t: Test,
  env: Record<string, string>,
  args: readonly string[] = programArgs('src/main'),
): Promise<Process> {
  const { DATABASE_URL: _url, ...rest } = process.env
  const child = spawn(process.execPath, args, {
    env: { ...rest, PORT: '0', PLATFORM_KEY: platformKey, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const ready = once(child, 'message').then(([message]) => (message as { url: string }).url)
  const url = await Promise.race([ready, ended.then(() => '')])
  return { child, output: () => output, url, ended }
}

async function scratch(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'new-voice-test-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const headers = { authorization: `Bearer ${platformKey}`, 'content-type': 'application/json' }

const makeCompany = (url: string, slug: string) =>
  fetch(`${url}/api/companies`, { method: 'POST', headers, body: JSON.stringify({ name: slug, slug }) })

const slugs = async (url: string): Promise<string[]> => {
  const answer = await fetch(`${url}/api/companies`, { headers })
  return ((await answer.json()) as { items: { slug: string }[] }).items.map(({ slug }) => slug)
}

test('the embedded database is found again: after SIGTERM, and after a kill', async (t) => {
  const DATA_DIR = await scratch(t)
  const first = await start(t, { DATA_DIR })
  t.equal((await fetch(`${first.url}/health/ready`)).status, 200)
  t.equal((await makeCompany(first.url, 'before-term')).status, 201)
  first.child.kill('SIGTERM')
  t.same(await first.ended, { code: 0, signal: null })
  t.match(first.output(), /stopped/)

  const second = await start(t, { DATA_DIR })
  t.same(await slugs(second.url), ['before-term'])
  t.equal((await makeCompany(second.url, 'before-kill')).status, 201)
  second.child.kill('SIGKILL')
  await second.ended

  const third = await start(t, { DATA_DIR })
  t.same(await slugs(third.url), ['before-kill', 'before-term'])
  third.child.kill('SIGINT')
  t.same(await third.ended, { code: 0, signal: null })
})

test('a request in flight is answered before the service stops, and no new one is taken', async (t) => {
  const { url: DATABASE_URL } = await testDatabase(t)
  const service = await start(t, { DATABASE_URL })
  const made = (await (await makeCompany(service.url, 'busy')).json()) as { id: string }
  const sql = postgres(DATABASE_URL, { max: 2 })
  t.teardown(() => sql.end())
  const holding = withResolvers()
  const release = withResolvers()
  const holder = sql.begin(async (tx) => {
    await tx`select 1 from companies where id = ${made.id} for update`
    holding.resolve()
    await release.promise
  })
  await holding.promise
  const slow = fetch(`${service.url}/api/companies/${made.id}`, {
    method: 'PATCH',
    headers,
    body: '{"name":"late"}',
  })
  await until(async () => {
    const [row] = await sql`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`
    return row?.n === 1
  })
  service.child.kill('SIGTERM')
  await until(() => refused(service.url))
  release.resolve()
  await holder
  const answer = await slow
  t.equal(answer.status, 200)
  t.match(await answer.json(), { name: 'late' })
  t.same(await service.ended, { code: 0, signal: null })
})

test('what keeps the service from starting is one clear line, and the exit code says so', async (t) => {
  const { url: migrated } = await testDatabase(t)
  const { url: empty } = await emptyDatabase(t)
  const taken = net.createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const port = (taken.address() as net.AddressInfo).port
  const wrongPassword = new URL(migrated)
  wrongPassword.password = 'a-wrong-secret'
  const absent = new URL(migrated)
  absent.pathname = '/there-is-none'
  const folder = await scratch(t)

  const cases: [string, Record<string, string>, RegExp][] = [
    [
      'a port that is taken',
      { DATABASE_URL: migrated, PORT: String(port) },
      /^Port \d+ is taken: .*set PORT/,
    ],
    [
      'an address of another machine',
      { DATABASE_URL: migrated, HOST: '203.0.113.7' },
      /^HOST is no address of this machine/,
    ],
    [
      'a database that does not answer',
      { DATABASE_URL: `postgres://me:a-wrong-secret@127.0.0.1:${port - 1}/x` },
      /^The database at 127\.0\.0\.1:\d+ does not answer/,
    ],
    [
      'a database that is not there',
      { DATABASE_URL: absent.href },
      /^There is no database there-is-none at /,
    ],
    [
      'a migration that is pending',
      { DATABASE_URL: empty },
      /^The database lacks \d+ migration\(s\), 0000_roles.*npm run db -- upgrade/,
    ],
    ['a data directory that is a file', { DATA_DIR: join(process.cwd(), 'package.json') }, /package\.json/],
    ['a bad variable', { PORT: 'many' }, /^PORT must be a port, 0 to 65535/],
    [
      'a short platform key',
      { PLATFORM_KEY: 'short', DATA_DIR: folder },
      /^PLATFORM_KEY must be a secret of at least 24 characters/,
    ],
  ]
  for (const [name, env, line] of cases) {
    const { ended, output } = await start(t, { LOG_LEVEL: 'silent', ...env })
    t.equal((await ended).code, 1, name)
    t.match(output(), line)
    t.equal(output().trim().split('\n').length, 1, 'one line')
    t.notMatch(output(), /a-wrong-secret/, 'and no secret')
  }
  const { output, ended } = await start(t, {
    PORT: '-1',
    ROLE: 'boss',
    CORS_ORIGINS: 'nowhere',
    LOG_LEVEL: 'loud',
  })
  t.equal((await ended).code, 1)
  t.match(output(), /^PORT must be .*\nROLE must be .*\nLOG_LEVEL must be /m, 'every fault at once')
})

test('AUTO_MIGRATE brings an outside database up to date, and a worker answers health checks alone', async (t) => {
  const { url: DATABASE_URL } = await emptyDatabase(t)
  const worker = await start(t, { DATABASE_URL, AUTO_MIGRATE: 'true', ROLE: 'worker' })
  t.equal((await fetch(`${worker.url}/health/ready`)).status, 200)
  t.equal((await fetch(`${worker.url}/api/companies`, { headers })).status, 404)
  worker.child.kill('SIGTERM')
  t.equal((await worker.ended).code, 0)
})

test('from its sources, as npm start has it, it serves, and reads a call list in a thread', async (t) => {
  const { url: DATABASE_URL } = await testDatabase(t)
  const sources = ['--import', 'tsx', join(projectRoot, 'src/main.ts')]
  const { url } = await start(t, { DATABASE_URL, LOG_LEVEL: 'silent' }, sources)
  const { id: company } = (await (await makeCompany(url, 'sources')).json()) as { id: string }
  const mine = { ...headers, 'x-company-id': company }
  const make = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: mine,
      body: JSON.stringify(body),
    })
    return (await answer.json()) as { id: string }
  }
  const bot = await make('/api/skillbases', { name: 'Bot', slug: 'bot', config: exampleConfig })
  const campaign = await make('/api/campaigns', { name: 'C', skillbase_id: bot.id })
  const form = new FormData()
  form.append('file', new Blob(['phone,name\n+79161234567,Anna\n']), 'list.csv')
  const { 'content-type': _, ...asForm } = mine
  const path = `${url}/api/campaigns/${campaign.id}/call-list`
  const taken = await fetch(path, { method: 'POST', headers: asForm, body: form })
  t.match(await taken.json(), { status: 'completed', total: 1, created: 1 })
})

test('/health/ready tells when the database is gone, and when it is back', async (t) => {
  const { url } = await testDatabase(t)
  const target = new URL(url)
  const proxy = await cuttableProxy(t, Number(target.port), target.hostname)
  target.hostname = '127.0.0.1'
  target.port = String(proxy.port)
  const service = await start(t, { DATABASE_URL: target.href, LOG_LEVEL: 'silent' })
  const ready = async () => (await fetch(`${service.url}/health/ready`)).status
  t.equal(await ready(), 200)
  proxy.cut()
  await until(async () => (await ready()) === 503)
  const answer = await fetch(`${service.url}/api/companies`, { headers })
  t.equal(answer.status, 503)
  t.match(await answer.json(), { code: 'database_unavailable' })
  t.equal((await fetch(`${service.url}/health/live`)).status, 200)
  proxy.mend()
  await until(async () => (await ready()) === 200)
  t.equal((await fetch(`${service.url}/api/companies`, { headers })).status, 200)
})

/** Asks until it is so, for 20 s at most. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('it did not come to be')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const refused = (url: string) =>
  fetch(`${url}/health/live`).then(
    ({ status }) => status === 503,
    () => true,
  )

/** A way to the database that can be cut and mended. */
async function cuttableProxy(t: Test, port: number, host: string) {
  const sockets = new Set<net.Socket>()
  let isCut = false
  const server = net.createServer((near) => {
    if (isCut) return near.destroy()
    const far = net.connect(port, host)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  t.teardown(() => {
    cut()
    server.close()
  })
  return { port: (server.address() as net.AddressInfo).port, cut, mend: () => (isCut = false) }
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers() {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((yes) => {
    resolve = yes
  })
  return { promise, resolve }
}
