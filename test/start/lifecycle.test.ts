// The service between its start and readiness, and between SIGTERM and its end.
import { once } from 'node:events'
import postgres from 'postgres'
import { type Test, test } from 'tap'
import { freePort } from '../setup/ports.ts'
import { emptyDatabase, testDatabase } from '../setup/postgres.ts'
import { platformKey, type SpawnedService, spawnService } from '../setup/spawn-service.ts'
import { waitUntil } from '../setup/wait-until.ts'

const headers = { authorization: `Bearer ${platformKey}` }

/** The key of the lock that every migrator of a database takes; see migration-session.ts. */
const migrationLock = 7_266_001

function spawn(t: Test, env: Record<string, string>): SpawnedService {
  const service = spawnService({ env })
  t.teardown(service.kill)
  return service
}

async function get(url: string) {
  const response = await fetch(url, { headers })
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: await response.json(),
  }
}

test('While it migrates, the service answers health checks and refuses everything else', async (t) => {
  const { url: DATABASE_URL } = await emptyDatabase(t)
  const otherMigrator = postgres(DATABASE_URL, { max: 1 })
  t.teardown(() => otherMigrator.end())
  await otherMigrator`select pg_advisory_lock(${migrationLock})`
  const port = await freePort()
  const service = spawn(t, { DATABASE_URL, AUTO_MIGRATE: 'true', PORT: String(port) })
  const url = `http://127.0.0.1:${port}`
  await waitUntil('the service waits for the other migrator', () =>
    service.output().includes('another migrator is running'),
  )
  t.match(await get(`${url}/health/live`), { status: 200 })
  t.match(await get(`${url}/health/startup`), { status: 503, body: { status: 'starting' } })
  t.match(await get(`${url}/health/ready`), { status: 503, body: { reasons: ['the service is starting'] } })
  t.match(await get(`${url}/api/companies`), { status: 503, retryAfter: '2', body: { code: 'starting' } })
  t.match(await get(`${url}/nowhere`), { status: 503, body: { code: 'starting' } })

  await otherMigrator`select pg_advisory_unlock(${migrationLock})`
  t.equal(await service.url, url)
  t.match(await get(`${url}/health/startup`), { status: 200, body: { status: 'ok' } })
  t.match(await get(`${url}/health/ready`), { status: 200, body: { reasons: [] } })
  t.match(await get(`${url}/api/companies`), { status: 200 })
})

test('After SIGTERM the service is not ready, and still serves requests for SHUTDOWN_DELAY_SEC', async (t) => {
  const { url: DATABASE_URL } = await testDatabase(t)
  const service = spawn(t, { DATABASE_URL, SHUTDOWN_DELAY_SEC: '300' })
  const url = await service.url
  t.match(await get(`${url}/health/ready`), { status: 200 })
  service.child.kill('SIGTERM')
  await waitUntil('the service is not ready', async () => (await get(`${url}/health/ready`)).status === 503)
  t.match(await get(`${url}/health/ready`), {
    body: { status: 'unready', reasons: ['the service is stopping'] },
  })
  t.match(await get(`${url}/health/live`), { status: 200 })
  t.match(await get(`${url}/health/startup`), { status: 200 })
  t.match(await get(`${url}/api/companies`), { status: 200 }, 'a proxy that has not noticed yet')
  const ended = once(service.child, 'exit')
  service.child.kill('SIGTERM')
  t.same(await ended, [1, null], 'a second signal ends it at once')
})

test('After SHUTDOWN_DELAY_SEC the service closes its port and ends with code 0', async (t) => {
  const { url: DATABASE_URL } = await testDatabase(t)
  const service = spawn(t, { DATABASE_URL, SHUTDOWN_DELAY_SEC: '1.5' })
  const url = await service.url
  const signalledAt = performance.now()
  service.child.kill('SIGTERM')
  await waitUntil('connections are refused', () =>
    fetch(`${url}/health/live`).then(
      () => false,
      () => true,
    ),
  )
  t.ok(performance.now() - signalledAt >= 1_500, 'not before the delay')
  t.same(await service.ended, { code: 0, signal: null })
})

test('Ctrl-C, and SIGTERM of a worker, which receives no requests, end without the delay', async (t) => {
  const { url: DATABASE_URL } = await testDatabase(t)
  const all = spawn(t, { DATABASE_URL, SHUTDOWN_DELAY_SEC: '300' })
  const worker = spawn(t, { DATABASE_URL, SHUTDOWN_DELAY_SEC: '300', ROLE: 'worker' })
  await Promise.all([all.url, worker.url])
  all.child.kill('SIGINT')
  worker.child.kill('SIGTERM')
  t.same(await all.ended, { code: 0, signal: null })
  t.same(await worker.ended, { code: 0, signal: null })
})
