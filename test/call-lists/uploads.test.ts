import { readdirSync, readFileSync } from 'node:fs'
import { type ClientRequest, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getPriority } from 'node:os'
import { Readable } from 'node:stream'
import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { requestDeadlines } from '../../src/db/session-settings.ts'
import { acrossCompanies } from '../../src/db/transaction.ts'
import { readInThread } from '../../src/modules/call-lists/file/reader-pool.ts'
import { startTestService } from '../setup/service.ts'
import { maxWaitMs, waitUntil } from '../setup/wait-until.ts'
import { boundary, form, freshNumber, ImportTester } from './setup.ts'

const options = {
  mapping: {},
  requiredColumns: [],
  timezone: 'UTC',
  unknown_zone: 'strictest' as const,
  now: new Date(),
  country: undefined,
  encoding: undefined,
  delimiter: undefined,
}
const file = (store: () => Promise<void>, signal = new AbortController().signal) => ({
  options,
  keepsCells: false,
  chunks: Readable.from([Buffer.from(`phone\n${freshNumber()}\n`)]),
  store,
  signal,
})
const stored = () => Promise.resolve()

test('Files of one company are read one after the other, those of others at the same time', async (t) => {
  let finishStoring: () => void = () => undefined
  let isStoring: () => void = () => undefined
  const storing = new Promise<void>((resolve) => {
    isStoring = resolve
  })
  const slowStore = () =>
    new Promise<void>((resolve) => {
      isStoring()
      finishStoring = resolve
    })
  const order: string[] = []
  const first = readInThread('a', file(slowStore)).then(() => order.push('first of a'))
  await storing
  const second = readInThread('a', file(stored)).then(() => order.push('second of a'))
  const leaving = new AbortController()
  const third = readInThread('a', file(stored, leaving.signal))
  await Promise.all(
    ['b', 'c'].map((company) => readInThread(company, file(stored)).then(() => order.push(company))),
  )
  leaving.abort(new Error('the client has left'))
  await t.rejects(third, /the client has left/, 'an upload that waits stops when its client disconnects')
  t.same([...order].sort(), ['b', 'c'])
  finishStoring()
  await Promise.all([first, second])
  t.same(order.slice(2), ['first of a', 'second of a'])
})

test('Threads that read files have a lower priority than requests', {
  skip: process.platform !== 'linux' && 'only Linux has a priority for each thread',
}, async (t) => {
  await readInThread('a', file(stored))
  const priorities = readdirSync('/proc/self/task').map((thread) => {
    const afterName = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1').split(') ').at(-1) ?? ''
    // The nice value is field 19 of proc(5), the 17th after the name.
    return { thread: Number(thread), nice: Number(afterName.split(' ')[16]) }
  })
  t.equal(priorities.find(({ thread }) => thread === process.pid)?.nice, getPriority())
  t.ok(priorities.some(({ nice }) => nice === 10))
})

test('A file gets a thread when it has arrived: slow senders hold none', async (t) => {
  // More files than threads, which never arrive as a whole.
  async function* slowChunks() {
    yield Buffer.from('phone\n')
    await new Promise<void>((resolve) => void ends.push(resolve))
    yield Buffer.from(`${freshNumber()}\n`)
  }
  const ends: (() => void)[] = []
  const slow = Array.from({ length: 10 }, (_, i) =>
    readInThread(`slow ${i}`, { ...file(stored), chunks: slowChunks() }),
  )
  t.match(await readInThread('fast', file(stored)), { total: 1 })
  await waitUntil('all senders have begun', async () => ends.length === 10)
  for (const end of ends) end()
  t.match(
    await Promise.all(slow),
    Array.from({ length: 10 }, () => ({ total: 1 })),
  )
})

test('A thread that ends fails only its own file, and is replaced', async (t) => {
  const broken = readInThread('a', { ...file(stored), options: null as never })
  const sound = readInThread('b', file(stored))
  await t.rejects(broken)
  t.match(await sound, { total: 1 })
  for (let i = 0; i < 4; i++) t.match(await readInThread('a', file(stored)), { total: 1 })
})

test('A client that disconnects stops the reading of its file', async (t) => {
  const leaving = new AbortController()
  const read = readInThread(
    'a',
    file(() => {
      leaving.abort(new Error('the client has left'))
      return Promise.resolve()
    }, leaving.signal),
  )
  await t.rejects(read, /the client has left/)
  t.match(await readInThread('a', file(stored)), { total: 1 })
})

test('Uploads of a company', async (t) => {
  const s = await startTestService(t)
  const [greedy, other] = [await ImportTester.create(s), await ImportTester.create(s)]
  const id = await greedy.createCampaign()
  await s.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = s.app.server.address() as AddressInfo
  const slowUpload = (): ClientRequest => {
    const body = form(`phone\n${Array.from({ length: 50_000 }, freshNumber).join('\n')}\n`)
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: `/api/campaigns/${id}/call-list`,
      headers: {
        ...greedy.company.headers,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': body.length,
      },
    })
    request.on('error', () => undefined)
    request.write(body.subarray(0, body.length / 2))
    return request
  }
  const listed = async (status: string) =>
    (await greedy.request('GET', `/api/imports?campaign_id=${id}&status=${status}`)).body.total
  const uploads = Array.from({ length: 4 }, slowUpload)
  await waitUntil('all uploads are received', async () => (await listed('receiving')) === 4)

  await t.test('The fifth upload of a company gets 503, and other companies are served', async (t) => {
    const headers = { ...greedy.company.headers, 'content-type': `multipart/form-data; boundary=${boundary}` }
    const refused = await s.request(
      'POST',
      `/api/campaigns/${id}/call-list`,
      headers,
      form(`phone\n${freshNumber()}\n`),
    )
    t.match(refused, {
      status: 503,
      headers: { 'retry-after': /^\d+$/ },
      body: { code: 'too_many_uploads', detail: /has 4 uploads in progress\. Send this file again when one/ },
    })
    t.equal(await listed('receiving'), 4, 'nothing was stored for it')
    t.match(await other.upload(await other.createCampaign(), `phone\n${freshNumber()}\n`), {
      status: 200,
      body: { created: 1 },
    })
    const list = await s.request(
      'POST',
      '/api/suppressions/import',
      { ...greedy.company.headers, 'content-type': 'text/csv' },
      `phone\n${freshNumber()}\n`,
    )
    t.match(list, { status: 503, body: { code: 'too_many_uploads' } }, 'suppression lists count too')
  })

  await t.test(
    'When its clients disconnect, their uploads fail and leave no rows, and the next is accepted',
    async (t) => {
      for (const upload of uploads) void upload.destroy()
      await waitUntil('all uploads have failed', async () => (await listed('failed')) === 4)
      const { items } = (await greedy.request('GET', `/api/imports?campaign_id=${id}`)).body
      t.ok(items.every(({ error_code }: { error_code: string }) => error_code === 'interrupted'))
      await waitUntil('no row is left', async () => {
        const [left] = await s.db.orm.execute(sql`select count(*)::int as rows from import_rows`)
        return left?.rows === 0
      })
      t.match(await greedy.upload(id, `phone\n${freshNumber()}\n`), { status: 200, body: { created: 1 } })
    },
  )
})

test('A company has at most 20 imports in progress, also when uploads arrive at the same moment', async (t) => {
  // The uploads wait for each other, each with a connection.
  const deadlines = { ...requestDeadlines, lockMs: maxWaitMs, statementMs: maxWaitMs }
  const s = await startTestService(t, {}, undefined, { max: 12, deadlines })
  const tester = await ImportTester.create(s)
  const id = await tester.createCampaign()
  await s.db.orm.execute(sql`
    insert into imports (company_id, campaign_id, status) select ${tester.company.id}::uuid, ${id}::uuid, 'waiting' from generate_series(1, 19)`)
  const campaigns = await Promise.all([1, 2, 3].map(() => tester.createCampaign()))
  // No import can be inserted, so all uploads have counted the open ones before the first is inserted.
  const uploads = await acrossCompanies(s.db, async (tx) => {
    await tx.execute(sql`lock table imports in share mode`)
    const sent = campaigns.map((campaign) => tester.upload(campaign, `phone\n${freshNumber()}\n`))
    await waitUntil('the uploads wait', async () => {
      const waiting = await tx.execute(sql`
        select 1 from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`)
      return waiting.length >= 3
    })
    return sent
  })
  const responses = await Promise.all(uploads)
  t.same(responses.map(({ status }) => status).sort(), [200, 409, 409])
  t.match(responses.find(({ status }) => status === 409)?.body, {
    code: 'too_many_imports',
    detail: /has 20 imports in progress\. Upload the file when one/,
  })
  t.match(
    await tester.upload(id, `phone\n${freshNumber()}\n`),
    { status: 200 },
    'an import that has ended does not count',
  )
})
