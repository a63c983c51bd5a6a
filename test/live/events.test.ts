import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { type Test, test } from 'tap'
import { inCompany } from '../../src/db/transaction.ts'
import { applyCarrierEvents, Dialer, settleStep } from '../../src/modules/dialing/index.ts'
import { emit, pruneEvents, sequenceEvents } from '../../src/modules/events/index.ts'
import { testDatabase } from '../setup/postgres.ts'
import { type Headers, startTestService } from '../setup/service.ts'
import { ratesOfOnly } from '../setup/simulated.ts'
import { type Message, TestSocket } from '../setup/sockets.ts'
import { platformKey, spawnService } from '../setup/spawn-service.ts'
import {
  type Api,
  addTurn,
  apiOf,
  createCarrier,
  exampleTurn,
  isEvent,
  listEvents,
  newCall,
  newCampaign,
  repeatWhileUnavailable,
  typesOf,
} from './setup.ts'

test('Events are stored with the change that they report, and listed in order', async (t) => {
  const s = await startTestService(t)
  const company = await s.createCompany()
  const api = apiOf(s, company.headers)

  t.test(
    'A call emits events for its creation, each status, its turns, its end and its metrics',
    async (t) => {
      const id = await newCall(api, { status: 'ringing' })
      await api('PATCH', `/api/calls/${id}`, { status: 'active' })
      await api('POST', `/api/calls/${id}/turns`, { turns: [exampleTurn(0), exampleTurn(1)] })
      await api('POST', `/api/calls/${id}/turns`, { turns: [exampleTurn(1), exampleTurn(2)] })
      await api('POST', `/api/calls/${id}/complete`, { outcome: 'success' })
      await api('POST', `/api/calls/${id}/turns`, { turns: [exampleTurn(3)] })
      await api('DELETE', `/api/calls/${id}`)
      const events = await listEvents(api)
      t.same(typesOf(events), [
        'call.created',
        'call.status',
        'call.turns',
        'call.turns',
        'call.ended',
        'call.metrics',
        'call.turns',
        'call.metrics',
        'call.deleted',
      ])
      t.same(
        events.map((event) => event.id),
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
      )
      t.ok(events.every(({ call_id }) => call_id === id))
      t.match(events[1], { data: { status: 'active' } })
      t.match(events[4], { data: { call: null } }, 'the call of a listed event is null after it was deleted')
      const times = events.map((event) => Date.parse(event.at))
      t.ok(times.every((time, i) => time >= (times[i - 1] ?? 0)))
    },
  )

  t.test('A stored turn emits one event, and another only when fields are added to it', async (t) => {
    const id = await newCall(api)
    const { last_id } = await api('GET', '/api/events?limit=1')
    await api('POST', `/api/calls/${id}/turns`, { turns: [exampleTurn(0), { turn_index: 1, role: 'user' }] })
    await api('POST', `/api/calls/${id}/turns`, { turns: [exampleTurn(0)] })
    await api('POST', `/api/calls/${id}/turns`, {
      turns: [exampleTurn(0), { turn_index: 1, role: 'user', content: 'added later' }],
    })
    const [firstEvent, secondEvent, ...otherEvents] = await listEvents(api, last_id)
    t.same(
      [firstEvent, secondEvent].map(({ data }) => data.turns.map((turn: Message) => turn.turn_index)),
      [[0, 1], [1]],
    )
    t.same(otherEvents, [])
    t.match(firstEvent.data.turns[0], { call_id: id, role: 'assistant', content: 'turn 0', eou_latency: 300 })
    t.match(secondEvent.data.turns[0], { content: 'added later' })
  })

  t.test('A transaction stores both its change and its event, or neither', async (t) => {
    const before = await listEvents(api)
    const work = inCompany(s.db, company.id, async (tx) => {
      emit(tx, { type: 'call.created', call_id: randomUUID() })
      await tx.execute(sql`select 1`)
      throw new Error('failed at the end')
    })
    await t.rejects(work, /at the end/)
    await t.rejects(
      inCompany(s.db, company.id, async (tx) => {
        emit(tx, { type: 'call.created', call_id: randomUUID() })
        await tx.execute(sql`select 1 / 0`)
      }),
    )
    t.equal((await listEvents(api)).length, before.length)
    await s.db.client.unsafe('alter table event_outbox rename to renamed_outbox')
    const refused = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })
    await s.db.client.unsafe('alter table renamed_outbox rename to event_outbox')
    t.equal(refused.status, 500)
    const { total } = await api('GET', '/api/calls')
    t.equal(typesOf(await listEvents(api)).filter((type) => type === 'call.created').length, total + 1)
  })

  t.test(
    'Ids have no gaps, and a transaction that commits late gets ids after those already assigned',
    async (t) => {
      const other = await s.createCompany()
      const slowWriter = postgres(s.url, { max: 1, onnotice: () => undefined })
      t.teardown(() => slowWriter.end())
      const item = (name: string) => `[{"type": "call.created", "call_id": "${name}"}]`
      const [committedLast, committedFirst] = [randomUUID(), randomUUID()]
      await slowWriter.unsafe('begin')
      await slowWriter.unsafe(
        `insert into event_outbox (company_id, items) values ('${other.id}', '${item(committedLast)}')`,
      )
      await inCompany(s.db, other.id, async (tx) =>
        emit(tx, { type: 'call.created', call_id: committedFirst }),
      )
      const idsAndCalls = async () =>
        (await listEvents(apiOf(s, other.headers))).map(({ id, call_id }: Message) => [id, call_id])
      t.same(await idsAndCalls(), [[1, committedFirst]], 'an uncommitted event is not listed')
      await slowWriter.unsafe('commit')
      t.same(
        await idsAndCalls(),
        [
          [1, committedFirst],
          [2, committedLast],
        ],
        'its event comes after those listed before',
      )
      const writers = Array.from({ length: 40 }, async (_, i) => {
        await inCompany(s.db, other.id, async (tx) => {
          emit(tx, { type: 'call.created', call_id: randomUUID() })
          emit(tx, { type: 'call.deleted', call_id: randomUUID() })
        })
        if (i % 4 === 0) await Promise.all([s.events.step(), sequenceEvents(s.db)])
      })
      await Promise.all(writers)
      const listed = await idsAndCalls()
      t.same(
        listed.map(([id]) => id),
        Array.from({ length: 82 }, (_, i) => i + 1),
      )
    },
  )

  t.test('Pages of selected types contain each event once', async (t) => {
    const allEvents = await listEvents(api)
    const expected = allEvents.filter(({ type }) => ['call.turns', 'call.ended'].includes(type))
    const found: Message[] = []
    let [position, pages] = [0, 0]
    for (let hasMore = true; hasMore; pages++) {
      const page = await api('GET', `/api/events?types=call.turns,call.ended&limit=2&after=${position}`)
      found.push(...page.items)
      position = page.next_after
      hasMore = page.has_more
    }
    t.same(
      found.map(({ id }) => id),
      expected.map(({ id }) => id),
    )
    t.ok(pages >= 3)
    const ahead = await s.request('GET', `/api/events?after=${position + 100}`, company.headers)
    t.match(ahead, { status: 409, body: { code: 'events_ahead' } })
    const unknownType = await s.request('GET', '/api/events?types=call.turned', company.headers)
    t.match(unknownType, { status: 400, body: { code: 'invalid_querystring' } })
  })

  t.test('A request for events that are no longer stored fails with events_forgotten', async (t) => {
    const { last_id } = await api('GET', '/api/events?limit=1')
    await s.db.client.unsafe(`update events set at = at - interval '8 days' where id <= 6`)
    t.equal(await pruneEvents(s.db, new Date()), 9, 'rows of both companies are deleted')
    t.equal(await pruneEvents(s.db, new Date()), 0)
    const response = await s.request('GET', '/api/events?after=4', company.headers)
    t.match(response, { status: 409, body: { code: 'events_forgotten' } })
    t.match(response.body.detail, new RegExp(`first stored event is 7\\b.*after ${last_id}`))
    t.match(await api('GET', '/api/events?after=6&limit=1'), { items: [{ id: 7 }], first_id: 7, last_id })
  })

  t.test('Events of another company are not listed, and are deleted with it', async (t) => {
    const other = await s.createCompany()
    await newCall(apiOf(s, other.headers))
    t.same(typesOf(await listEvents(apiOf(s, other.headers))), ['call.created'])
    await newCall(apiOf(s, other.headers))
    await s.request('PATCH', `/api/companies/${other.id}`, s.platform, { is_active: false })
    await s.db.client.unsafe(`delete from calls where company_id = '${other.id}'`)
    t.equal((await s.request('DELETE', `/api/companies/${other.id}`, s.platform)).status, 204)
    await s.events.step()
    const remaining = await s.db.client.unsafe(
      `select 1 from events where company_id = '${other.id}' union all select 1 from event_outbox`,
    )
    t.equal(remaining.length, 0)
  })
})

test('A campaign emits events for its status changes, its tasks and its progress', async (t) => {
  const s = await startTestService(t)
  const company = await s.createCompany()
  const api = apiOf(s, company.headers)
  const id = await newCampaign(api, 2)
  await api('POST', `/api/campaigns/${id}/start`, {})
  await api('POST', `/api/campaigns/${id}/pause`, {})
  await api('POST', `/api/campaigns/${id}/resume`, {})
  let now = new Date()
  const carrier = createCarrier(s, () => now, ratesOfOnly('busy'))
  await carrier.start((events) => applyCarrierEvents(s.db, events, now)).stop()
  const dialer = new Dialer({
    db: s.db,
    carrier,
    worker: 'w',
    now: () => now,
    monotonic: () => 0,
    onError: (error) => t.fail(String(error)),
  })
  for (let i = 0; i < 3; i++) {
    await dialer.step(now)
    await dialer.waitForDials()
    now = new Date(now.getTime() + 70_000)
    await carrier.step(now)
    await settleStep(s.db, now)
  }
  const [task] = (await api('GET', `/api/campaigns/${id}/tasks`)).items
  await api('PATCH', `/api/call-tasks/${task.id}`, { status: 'cancelled' })
  await api('POST', `/api/campaigns/${id}/stop`, {})
  const events = (await listEvents(api)).filter(({ campaign_id }) => campaign_id === id)
  const statusChanges = events.filter(({ type }) => /^campaign\.(?!progress)/.test(type))
  t.same(
    statusChanges.map(({ type, data }) => [type, data.status]),
    [
      ['campaign.created', 'draft'],
      ['campaign.tasks_added', undefined],
      ['campaign.started', 'running'],
      ['campaign.paused', 'paused'],
      ['campaign.resumed', 'running'],
      ['campaign.stopped', 'stopped'],
    ],
  )
  const taskEvents = events.filter(({ type, call_task_id }) => call_task_id === task.id && /^task/.test(type))
  t.same(typesOf(taskEvents), ['task.retry', 'task.cancelled'])
  t.match(taskEvents[0].data, { outcome: 'busy', next_attempt_at: /^2\d{3}-.*T.*Z$/ })
  t.ok(events.filter(({ type }) => type === 'call.created').length >= 2, 'each attempt is a call')
  t.equal(
    typesOf(events).filter((type) => type === 'call.created').length,
    typesOf(events).filter((type) => type === 'call.ended').length,
  )
  const last = events.filter(({ type }) => type === 'campaign.progress').at(-1)
  const { total_tasks, completed_tasks, failed_tasks } = await api('GET', `/api/campaigns/${id}`)
  t.match(
    last.data,
    { total_tasks, completed_tasks, failed_tasks },
    'the last progress event has the current counters',
  )
})

/** Starts a service process on an existing database; resolves when it listens. */
async function startProcess(t: Test, database: string) {
  const env = { DATABASE_URL: database, ROLE: 'api', API_URL: 'http://127.0.0.1', LOG_LEVEL: 'fatal' }
  const service = spawnService({ env })
  t.teardown(service.kill)
  return { child: service.child, url: await service.url }
}

const apiAt = (url: string, headers: Headers): Api =>
  apiOf(
    {
      request: async (method, path, requestHeaders, body) => {
        const response = await fetch(url + path, {
          method,
          headers: { ...requestHeaders, 'content-type': 'application/json' },
          body: JSON.stringify(body) ?? null,
        })
        return { status: response.status, body: await response.json(), headers: {} }
      },
    },
    headers,
  )

/** A client that can connect to any process and resumes after the last event it received. */
class ResumingClient {
  readonly events: Message[] = []
  socket: TestSocket | undefined
  private readonly headers: Headers
  private lastEventId = 0

  constructor(headers: Headers) {
    this.headers = headers
  }

  async connect(url: string): Promise<void> {
    this.disconnect()
    const socket = await TestSocket.open(`${url}/api/live?after=${this.lastEventId}`, this.headers)
    this.socket = socket
    await socket.next(({ type }) => type === 'resumed')
  }

  /** Keeps the events of the current socket and terminates it. */
  disconnect(): void {
    this.events.push(...(this.socket?.events ?? []))
    this.socket?.terminate()
    this.socket = undefined
    this.lastEventId = this.events.at(-1)?.id ?? 0
  }
}

test('Two processes on one database', async (t) => {
  const { url: database } = await testDatabase(t)
  const [firstProcess, secondProcess] = await Promise.all([
    startProcess(t, database),
    startProcess(t, database),
  ])
  const platform = { authorization: `Bearer ${platformKey}` }
  const platformApi = apiAt(secondProcess.url, platform)
  const { id: company_id } = await platformApi('POST', '/api/companies', { name: 'C', slug: 'two' })
  const { key } = await platformApi('POST', `/api/companies/${company_id}/keys`, {
    name: 'k',
    scopes: ['admin'],
  })
  const headers = { authorization: `Bearer ${key}` }
  const [firstApi, secondApi] = [apiAt(firstProcess.url, headers), apiAt(secondProcess.url, headers)]
  const openClient = async (url: string) => {
    const client = new ResumingClient(headers)
    t.teardown(() => client.socket?.terminate())
    await client.connect(url)
    return client
  }
  /** Checks that every client received every event once and in order. Returns the number of events. */
  const checkClients = async (t: Test, clients: ResumingClient[]) => {
    const last = await repeatWhileUnavailable(() => newCall(secondApi))
    for (const client of clients) {
      await client.socket?.next(isEvent('call.created', last))
      client.disconnect()
    }
    const storedEvents = (await repeatWhileUnavailable(() => listEvents(secondApi))).map(
      ({ id, type, call_id }) => `${id} ${type} ${call_id}`,
    )
    for (const { events } of clients)
      t.same(
        events.map(({ id, type, call_id }) => `${id} ${type} ${call_id}`),
        storedEvents,
      )
    return storedEvents.length
  }

  t.test('Both processes deliver the events of both, in the same order', async (t) => {
    const clients = await Promise.all(
      [firstProcess, secondProcess, firstProcess, secondProcess].map(({ url }) => openClient(url)),
    )
    await Promise.all(
      [firstApi, secondApi].map(async (api) => {
        const call = await newCall(api)
        for (let i = 0; i < 30; i++) await addTurn(api, call, i)
      }),
    )
    t.equal(await checkClients(t, clients), 63)
  })

  t.test('After lost database connections the sockets stay open and receive every event', async (t) => {
    const clients = await Promise.all([firstProcess, secondProcess].map(({ url }) => openClient(url)))
    const name = new URL(database).pathname.slice(1)
    const owner = postgres(database, { max: 1, onnotice: () => undefined })
    t.teardown(() => owner.end())
    let written = 0
    for (let round = 0; round < 4; round++) {
      const writers = [firstApi, secondApi].map(async (api) => {
        for (let i = 0; i < 15; i++) {
          // A request whose connection was terminated may or may not have committed.
          await newCall(api).then(
            () => written++,
            () => undefined,
          )
        }
      })
      await owner`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`
      await Promise.all(writers)
    }
    t.ok(written > 40, `${written} were written`)
    const checked = await checkClients(t, clients)
    const [{ n } = { n: 0 }] = await owner`select count(*)::int as n from calls`
    const created = clients[0]?.events.filter(({ type }) => type === 'call.created').length
    t.equal(created, n, `${checked} events`)
  })

  t.test('After a process is killed, its clients resume at another process without a gap', async (t) => {
    const clients = await Promise.all(
      [firstProcess, firstProcess, secondProcess, secondProcess].map(({ url }) => openClient(url)),
    )
    let isKilled = false
    const writers = Array.from({ length: 6 }, async () => {
      for (let i = 0; i < 200 && !isKilled; i++) await newCall(firstApi).catch(() => undefined)
    })
    await clients[0]?.socket?.until(() => (clients[0]?.socket?.events.length ?? 0) > 150)
    firstProcess.child.kill('SIGKILL')
    isKilled = true
    await Promise.all([clients[0]?.socket?.closed, clients[1]?.socket?.closed, ...writers])
    await Promise.all(clients.slice(0, 2).map((client) => client.connect(secondProcess.url)))
    await checkClients(t, clients)
    const owner = postgres(database, { max: 1, onnotice: () => undefined })
    t.teardown(() => owner.end())
    const [{ n } = { n: 0 }] = await owner`select count(*)::int as n from calls`
    const created = clients[0]?.events.filter(({ type }) => type === 'call.created') ?? []
    t.equal(created.length, n, 'every committed call has its event')
  })
})
