import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { type Test, test } from 'tap'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { emptyDatabase, testDatabase } from './setup/postgres.ts'
import { projectRoot } from './setup/programs.ts'
import { platformKey, type SpawnedService, serviceCommand, spawnService } from './setup/spawn-service.ts'
import { waitUntil } from './setup/wait-until.ts'

type Process = Omit<SpawnedService, 'url'> & {
  /** Empty when it did not start. */
  url: string
}

/** Starts the service as an operator does. It is killed when the test ends. */
async function start(
  t: Test,
  env: Record<string, string>,
  command?: string[],
  cwd?: string,
): Promise<Process> {
  const service = spawnService({ env, ...(command && { command }), cwd })
  t.teardown(service.kill)
  return { ...service, url: await service.url.catch(() => '') }
}

async function scratch(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'new-voice-test-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const headers = { authorization: `Bearer ${platformKey}`, 'content-type': 'application/json' }

const createCompany = (url: string, slug: string) =>
  fetch(`${url}/api/companies`, { method: 'POST', headers, body: JSON.stringify({ name: slug, slug }) })

/** Slugs of the companies, the newest first. */
const listSlugs = async (url: string): Promise<string[]> => {
  const response = await fetch(`${url}/api/companies`, { headers })
  return ((await response.json()) as { items: { slug: string }[] }).items.map(({ slug }) => slug)
}

test('After SIGTERM and after SIGKILL, the next start finds the data of the embedded database', async (t) => {
  const DATA_DIR = await scratch(t)
  const first = await start(t, { DATA_DIR })
  t.equal((await fetch(`${first.url}/health/ready`)).status, 200)
  t.equal((await createCompany(first.url, 'before-term')).status, 201)
  first.child.kill('SIGTERM')
  t.same(await first.ended, { code: 0, signal: null })
  t.match(first.output(), /stopped/)

  const second = await start(t, { DATA_DIR })
  t.same(await listSlugs(second.url), ['before-term'])
  t.equal((await createCompany(second.url, 'before-kill')).status, 201)
  second.child.kill('SIGKILL')
  await second.ended

  const third = await start(t, { DATA_DIR })
  t.same(await listSlugs(third.url), ['before-kill', 'before-term'])
  third.child.kill('SIGINT')
  t.same(await third.ended, { code: 0, signal: null })
})

test('On SIGTERM a request in flight is completed, and new requests are rejected', async (t) => {
  const { url: DATABASE_URL } = await testDatabase(t)
  const service = await start(t, { DATABASE_URL })
  const company = (await (await createCompany(service.url, 'busy')).json()) as { id: string }
  const sql = postgres(DATABASE_URL, { max: 2 })
  t.teardown(() => sql.end())
  const locked = withResolvers()
  const release = withResolvers()
  const lockingTransaction = sql.begin(async (tx) => {
    await tx`select 1 from companies where id = ${company.id} for update`
    locked.resolve()
    await release.promise
  })
  await locked.promise
  const requestInFlight = fetch(`${service.url}/api/companies/${company.id}`, {
    method: 'PATCH',
    headers,
    body: '{"name":"late"}',
  })
  await waitUntil('the request waits for the lock', async () => {
    const [row] = await sql`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`
    return row?.n === 1
  })
  service.child.kill('SIGTERM')
  await waitUntil('new connections are refused', () => isRefused(service.url))
  release.resolve()
  await lockingTransaction
  const response = await requestInFlight
  t.equal(response.status, 200)
  t.match(await response.json(), { name: 'late' })
  t.same(await service.ended, { code: 0, signal: null })
})

test('A failed start prints one line with the cause and exits with code 1', async (t) => {
  const { url: migrated } = await testDatabase(t)
  const { url: empty } = await emptyDatabase(t)
  const portHolder = net.createServer().listen(0, '127.0.0.1')
  await once(portHolder, 'listening')
  t.teardown(() => portHolder.close())
  const port = (portHolder.address() as net.AddressInfo).port
  const wrongPassword = new URL(migrated)
  wrongPassword.password = 'a-wrong-secret'
  const missingDatabase = new URL(migrated)
  missingDatabase.pathname = '/there-is-none'
  const folder = await scratch(t)

  const cases: [string, Record<string, string>, RegExp][] = [
    [
      'a port that is in use',
      { DATABASE_URL: migrated, PORT: String(port) },
      /^Port \d+ is in use\. .*set PORT/,
    ],
    [
      'an address of another machine',
      { DATABASE_URL: migrated, HOST: '203.0.113.7' },
      /^HOST \(203\.0\.113\.7\) is not an address of this machine/,
    ],
    [
      'a database that is not running',
      { DATABASE_URL: `postgres://me:a-wrong-secret@127.0.0.1:${port - 1}/x` },
      /^The database at 127\.0\.0\.1:\d+ does not respond \(ECONNREFUSED\)/,
    ],
    ['a database that does not exist', { DATABASE_URL: missingDatabase.href }, /database there-is-none at /],
    [
      'a pending migration',
      { DATABASE_URL: empty },
      /^\d+ migration\(s\) are pending: 0000_roles.*Run `[^`]+ upgrade`/,
    ],
    ['a data directory that is a file', { DATA_DIR: join(process.cwd(), 'package.json') }, /package\.json/],
    ['an invalid variable', { PORT: 'many' }, /^PORT must be a port from 0 to 65535/],
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
    t.notMatch(output(), /a-wrong-secret/, 'without the password')
  }
  const { output, ended } = await start(t, {
    PORT: '-1',
    ROLE: 'boss',
    CORS_ORIGINS: 'nowhere',
    LOG_LEVEL: 'loud',
  })
  t.equal((await ended).code, 1)
  t.match(output(), /^PORT must be .*\nROLE must be .*\nLOG_LEVEL must be /m, 'all invalid variables')
  const api = await start(t, { ROLE: 'api' })
  t.equal((await api.ended).code, 1)
  t.match(api.output(), /^API_URL must be .*required with ROLE=api\)\.$/m, 'never from the Host header')
})

test('An empty variable in .env counts as not set, and the environment overrides .env', async (t) => {
  const { url } = await testDatabase(t)
  const folder = await scratch(t)
  const lines = ['API_URL=', 'CARRIER_SECRET=', 'CORS_ORIGINS=', `DATABASE_URL=${url}`, 'PORT=invalid']
  await writeFile(join(folder, '.env'), lines.join('\n'))
  const service = await start(t, { LOG_LEVEL: 'silent' }, serviceCommand(), folder)
  t.equal(service.output(), '')
  t.equal((await fetch(`${service.url}/health/ready`)).status, 200)
})

test('AUTO_MIGRATE upgrades an external database, and a worker serves health checks only', async (t) => {
  const { url: DATABASE_URL } = await emptyDatabase(t)
  const worker = await start(t, { DATABASE_URL, AUTO_MIGRATE: 'true', ROLE: 'worker' })
  t.equal((await fetch(`${worker.url}/health/ready`)).status, 200)
  t.equal((await fetch(`${worker.url}/api/companies`, { headers })).status, 404)
  worker.child.kill('SIGTERM')
  t.equal((await worker.ended).code, 0)
})

test('Started from its sources, as by npm start, the service imports a call list', async (t) => {
  const { url: DATABASE_URL } = await testDatabase(t)
  const sources = [process.execPath, '--import', 'tsx', join(projectRoot, 'src/main.ts')]
  const { url } = await start(t, { DATABASE_URL, LOG_LEVEL: 'silent' }, sources)
  const { id: company } = (await (await createCompany(url, 'sources')).json()) as { id: string }
  const companyHeaders = { ...headers, 'x-company-id': company }
  const create = async (path: string, body: object) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: companyHeaders,
      body: JSON.stringify(body),
    })
    return (await response.json()) as { id: string }
  }
  const skillbase = await create('/api/skillbases', { name: 'Bot', slug: 'bot', config: exampleConfig })
  const campaign = await create('/api/campaigns', { name: 'C', skillbase_id: skillbase.id })
  const form = new FormData()
  form.append('file', new Blob(['phone,name\n+79161234567,Anna\n']), 'list.csv')
  const { 'content-type': _, ...formHeaders } = companyHeaders
  const path = `${url}/api/campaigns/${campaign.id}/call-list`
  const upload = await fetch(path, { method: 'POST', headers: formHeaders, body: form })
  t.match(await upload.json(), { status: 'completed', total: 1, created: 1 })
})

test('/health/ready returns 503 while the database is unreachable', async (t) => {
  const { url } = await testDatabase(t)
  const target = new URL(url)
  const proxy = await cuttableProxy(t, Number(target.port), target.hostname)
  target.hostname = '127.0.0.1'
  target.port = String(proxy.port)
  const service = await start(t, { DATABASE_URL: target.href, LOG_LEVEL: 'silent' })
  const readyStatus = async () => (await fetch(`${service.url}/health/ready`)).status
  t.equal(await readyStatus(), 200)
  proxy.cut()
  await waitUntil('/ready returns 503', async () => (await readyStatus()) === 503)
  const response = await fetch(`${service.url}/api/companies`, { headers })
  t.equal(response.status, 503)
  t.match(await response.json(), { code: 'database_unavailable' })
  t.equal((await fetch(`${service.url}/health/live`)).status, 200)
  proxy.restore()
  await waitUntil('/ready returns 200', async () => (await readyStatus()) === 200)
  t.equal((await fetch(`${service.url}/api/companies`, { headers })).status, 200)
})

/** Whether the service rejects a new request or a new connection. */
const isRefused = (url: string) =>
  fetch(`${url}/health/live`).then(
    ({ status }) => status === 503,
    () => true,
  )

/** A TCP proxy to the database whose connections can be cut and restored. */
async function cuttableProxy(t: Test, port: number, host: string) {
  const sockets = new Set<net.Socket>()
  let isCut = false
  const server = net.createServer((client) => {
    if (isCut) return client.destroy()
    const upstream = net.connect(port, host)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    client.pipe(upstream).pipe(client)
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
  return { port: (server.address() as net.AddressInfo).port, cut, restore: () => (isCut = false) }
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers() {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((resolvePromise) => {
    resolve = resolvePromise
  })
  return { promise, resolve }
}
