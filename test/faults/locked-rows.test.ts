import { type Test, test } from 'tap'
import { requestDeadlines } from '../../src/db/session-settings.ts'
import { checkCounts, freshNumber, ImportTester } from '../call-lists/setup.ts'
import { createSkillbase } from '../setup/conversations.ts'
import { startTestService, type TestService } from '../setup/service.ts'
import { waitUntil } from '../setup/wait-until.ts'

/** Holds the locks of a statement until the returned function is called. */
async function holdLocks(t: Test, s: TestService, statement: string): Promise<() => Promise<void>> {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let transaction: Promise<unknown> = Promise.resolve()
  await new Promise<void>((locked, failed) => {
    transaction = s.db.client
      .begin(async (tx) => {
        await tx.unsafe(statement)
        locked()
        await released
      })
      .catch(failed)
  })
  const end = async () => {
    release()
    await transaction
  }
  t.teardown(end)
  return end
}

/** The number of statements of the service that wait for a lock. */
async function countLockWaits(s: TestService): Promise<number> {
  const [row] = await s.db.client`select count(*)::int as n from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`
  return row?.n
}

test('Requests for a row that a stuck transaction has locked get 503 at the deadline, and other companies are served', async (t) => {
  const s = await startTestService(t, {}, undefined, { deadlines: { ...requestDeadlines, lockMs: 1_500 } })
  const [stuck, other] = [await s.createCompany(), await s.createCompany()]
  const locked = await createSkillbase(s, stuck)
  const free = await createSkillbase(s, other)
  const rename = (company: typeof stuck, id: string) =>
    s.request('PATCH', `/api/skillbases/${id}`, company.headers, { name: 'Renamed' })
  const release = await holdLocks(t, s, `select from skillbases where id = '${locked}' for update`)
  let ended = 0
  const requests = Array.from({ length: 20 }, () => rename(stuck, locked).finally(() => ended++))
  await waitUntil('requests wait for the lock', async () => (await countLockWaits(s)) >= 2)
  for (let i = 0; i < 5; i++) t.equal((await rename(other, free)).status, 200)
  t.ok(ended < 20, 'requests for the locked row were still waiting')
  for (const { status, headers } of await Promise.all(requests))
    t.match({ status, headers }, { status: 503, headers: { 'retry-after': /\d/ } })
  const codes = new Set((await Promise.all(requests)).map(({ body }) => body.code))
  t.ok(codes.has('lock_timeout'))
  t.equal(await countLockWaits(s), 0, 'nothing waits on the server any more')
  await release()
  t.equal((await rename(stuck, locked)).status, 200, 'then the row is served again')
})

test('A short list whose campaign another transaction has locked is merged by the workers', async (t) => {
  const s = await startTestService(t)
  const tester = await ImportTester.create(s)
  const [locked, free] = [await tester.createCampaign(), await tester.createCampaign()]
  const list = (n: number) => `phone\n${Array.from({ length: n }, () => `${freshNumber()}\n`).join('')}`
  const earlier = (await tester.upload(locked, list(2))).body.import_id
  const release = await holdLocks(t, s, `select from campaigns where id = '${locked}' for no key update`)
  const { status, body } = await tester.upload(locked, list(3))
  t.match({ status, body }, { status: 202, body: { status: 'waiting', total: 3, created: 0 } })
  t.match(await tester.upload(free, list(1)), { status: 200, body: { status: 'completed' } })
  t.match(await tester.request('DELETE', `/api/imports/${earlier}`), {
    status: 200,
    body: { status: 'reverting' },
  })
  await release()
  await tester.runWorker()
  t.match((await tester.request('GET', `/api/imports/${body.import_id}`)).body, {
    status: 'completed',
    created: 3,
  })
  t.match((await tester.request('GET', `/api/imports/${earlier}`)).body, { status: 'reverted', reverted: 2 })
  await checkCounts(t, tester, locked, body.import_id)
})

test('A key whose row another transaction has locked is accepted', async (t) => {
  const s = await startTestService(t)
  const company = await s.createCompany()
  await holdLocks(t, s, `select from api_keys where company_id = '${company.id}' for update`)
  t.equal((await s.request('GET', '/api/calls', company.headers)).status, 200)
})

test('A read stops when its client disconnects, and a write does not', async (t) => {
  const slowDeadlines = { ...requestDeadlines, lockMs: 600_000, statementMs: 600_000 }
  const s = await startTestService(t, {}, undefined, { deadlines: slowDeadlines })
  const company = await s.createCompany()
  const skillbase = await createSkillbase(s, company)
  const url = await s.app.listen({ host: '127.0.0.1', port: 0 })
  const tables = await s.db.client`select tablename from pg_tables where schemaname = 'public'
    and tablename not in ('api_keys', 'companies', 'dirty_calls', 'idempotency_keys')`
  const names = tables.map(({ tablename }) => tablename).join()
  const release = await holdLocks(t, s, `lock table ${names} in access exclusive mode`)
  const clients = new AbortController()
  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${url}/api/${path}`, {
      ...init,
      headers: { ...company.headers, 'content-type': 'application/json' },
      signal: clients.signal,
    }).catch((error: Error) => error.name)
  const write = send(`skillbases/${skillbase}`, { method: 'PATCH', body: '{"name":"Kept"}' })
  await waitUntil('the write waits for the lock', async () => (await countLockWaits(s)) === 1)
  const metrics = send('analytics/metrics')
  await waitUntil('the metrics wait for the lock', async () => (await countLockWaits(s)) === 2)
  // Most of these wait for a connection.
  const reads = Array.from({ length: 10 }, () => send('skillbases'))
  clients.abort()
  t.same(new Set(await Promise.all([write, metrics, ...reads])), new Set(['AbortError']))
  await waitUntil('the metrics are cancelled', async () => (await countLockWaits(s)) === 1)
  await release()
  const nameOf = async () =>
    (await s.request('GET', `/api/skillbases/${skillbase}`, company.headers)).body.name
  await waitUntil('the write is stored', async () => (await nameOf()) === 'Kept')
  t.notMatch(s.logLines.join(''), /request failed/, 'a client that disconnects is not an error')
})
