import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { type Test, test } from 'tap'
import { WebSocketServer } from 'ws'
import { inCompany } from '../src/db/transaction.ts'
import { applyCarrierEvents, Dialer, settleStep } from '../src/modules/dialing/index.ts'
import { emit, pruneEvents, sequenceEvents } from '../src/modules/events/index.ts'
import { pruneTickets } from '../src/modules/live/index.ts'
import { SocketRegistry } from '../src/modules/live/sockets/socket-registry.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import type { Rates } from '../src/telephony/simulated/call-plan.ts'
import { simulatedCarrier } from '../src/telephony/simulated/simulated-carrier.ts'
import { testDatabase } from './setup/postgres.ts'
import { modulePath, nodeArgs } from './setup/programs.ts'
import { type Headers, startTestService, type TestCompany, type TestService } from './setup/service.ts'
import { ratesOfOnly } from './setup/simulated.ts'
import { listen, type Message, TestSocket, UpgradeRefused } from './setup/sockets.ts'

let numbered = 0
const freshNumber = () => `+7999${String(5_000_000 + ++numbered)}`

/** What a test does over HTTP, as its company. @throws unless it succeeds */
const makerOf = (s: Pick<TestService, 'request'>, headers: Headers) => {
  return async (method: string, path: string, body?: unknown) => {
    const answer = await s.request(method, path, headers, body)
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
}
type Make = ReturnType<typeof makerOf>

const newCall = async (make: Make, more: object = {}): Promise<string> =>
  (await make('POST', '/api/calls', { direction: 'inbound', ...more })).id

const aTurn = (turn_index: number) => ({
  turn_index,
  role: turn_index % 2 === 0 ? 'assistant' : 'user',
  content: `turn ${turn_index}`,
  eou_latency: 300,
})

const addTurn = (make: Make, call_id: string, turn_index: number) =>
  make('POST', `/api/calls/${call_id}/turns`, { turns: [aTurn(turn_index)] })

async function newCampaign(make: Make, contacts: number): Promise<string> {
  const bot = await make('POST', '/api/skillbases', {
    ...{ name: 'Bot', slug: `bot-${randomUUID()}`, config: exampleConfig },
  })
  await make('POST', `/api/skillbases/${bot.id}/publish`, {})
  const { id } = await make('POST', '/api/campaigns', { name: 'C', skillbase_id: bot.id })
  const tasks = Array.from({ length: contacts }, () => ({ phone_number: freshNumber() }))
  if (contacts > 0) await make('POST', `/api/campaigns/${id}/tasks`, { tasks })
  return id
}

const typesOf = (events: Message[]) => events.map(({ type }) => type)

/** Every event of a company, as the API replays them. */
async function replay(make: Make, after = 0): Promise<Message[]> {
  const found: Message[] = []
  for (let position = after; ; ) {
    const page = await make('GET', `/api/events?after=${position}&limit=1000`)
    found.push(...page.items)
    position = page.next_after
    if (!page.has_more) return found
  }
}

test('events: written with their facts, and replayed in order', async (t) => {
  const s = await startTestService(t)
  const company = await s.createCompany()
  const make = makerOf(s, company.headers)

  t.test('a call tells of its start, its states, each turn, its end and its metrics', async (t) => {
    const id = await newCall(make, { status: 'ringing' })
    await make('PATCH', `/api/calls/${id}`, { status: 'active' })
    await make('POST', `/api/calls/${id}/turns`, { turns: [aTurn(0), aTurn(1)] })
    await make('POST', `/api/calls/${id}/turns`, { turns: [aTurn(1), aTurn(2)] })
    await make('POST', `/api/calls/${id}/complete`, { outcome: 'success' })
    await make('POST', `/api/calls/${id}/turns`, { turns: [aTurn(3)] })
    await make('DELETE', `/api/calls/${id}`)
    const events = await replay(make)
    t.same(typesOf(events), [
      ...['call.created', 'call.status', 'call.turns', 'call.turns', 'call.ended', 'call.metrics'],
      ...['call.turns', 'call.metrics', 'call.deleted'],
    ])
    t.same(
      events.map((event) => event.id),
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    )
    t.ok(events.every(({ call_id }) => call_id === id))
    t.match(events[1], { data: { status: 'active' } })
    t.match(events[4], { data: { call: null } }, 'a call that is gone cannot be told')
    const at = events.map((event) => Date.parse(event.at))
    t.ok(at.every((time, i) => time >= (at[i - 1] ?? 0)))
  })

  t.test('turns are told once, whole, and again only where more is known of them', async (t) => {
    const id = await newCall(make)
    const { last_id } = await make('GET', '/api/events?limit=1')
    await make('POST', `/api/calls/${id}/turns`, { turns: [aTurn(0), { turn_index: 1, role: 'user' }] })
    await make('POST', `/api/calls/${id}/turns`, { turns: [aTurn(0)] })
    await make('POST', `/api/calls/${id}/turns`, {
      turns: [aTurn(0), { turn_index: 1, role: 'user', content: 'now known' }],
    })
    const [first, second, ...more] = await replay(make, last_id)
    t.same(
      [first, second].map(({ data }) => data.turns.map((turn: Message) => turn.turn_index)),
      [[0, 1], [1]],
    )
    t.same(more, [])
    t.match(first.data.turns[0], { call_id: id, role: 'assistant', content: 'turn 0', eou_latency: 300 })
    t.match(second.data.turns[0], { content: 'now known' })
  })

  t.test('there is no event without its fact, nor a fact without its event', async (t) => {
    const before = await replay(make)
    const work = inCompany(s.db, company.id, async (tx) => {
      emit(tx, { type: 'call.created', call_id: randomUUID() })
      await tx.execute(sql`select 1`)
      throw new Error('it fails in the end')
    })
    await t.rejects(work, /in the end/)
    await t.rejects(
      inCompany(s.db, company.id, async (tx) => {
        emit(tx, { type: 'call.created', call_id: randomUUID() })
        await tx.execute(sql`select 1 / 0`)
      }),
    )
    t.equal((await replay(make)).length, before.length)
    await s.db.client.unsafe('alter table event_outbox rename to elsewhere')
    const refused = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })
    await s.db.client.unsafe('alter table elsewhere rename to event_outbox')
    t.equal(refused.status, 500)
    const { total } = await make('GET', '/api/calls')
    t.equal(typesOf(await replay(make)).filter((type) => type === 'call.created').length, total + 1)
  })

  t.test(
    'ids follow the order in which work was committed, without a gap, and nothing is passed over',
    async (t) => {
      const other = await s.createCompany()
      const first = postgres(s.url, { max: 1, onnotice: () => undefined })
      t.teardown(() => first.end())
      const item = (name: string) => `[{"type": "call.created", "call_id": "${name}"}]`
      const [early, late] = [randomUUID(), randomUUID()]
      await first.unsafe('begin')
      await first.unsafe(
        `insert into event_outbox (company_id, items) values ('${other.id}', '${item(early)}')`,
      )
      await inCompany(s.db, other.id, async (tx) => emit(tx, { type: 'call.created', call_id: late }))
      const ids = async () =>
        (await replay(makerOf(s, other.headers))).map(({ id, call_id }: Message) => [id, call_id])
      t.same(await ids(), [[1, late]], 'what is not committed is not told')
      await first.unsafe('commit')
      t.same(
        await ids(),
        [
          [1, late],
          [2, early],
        ],
        'and comes after what was told',
      )
      const writers = Array.from({ length: 40 }, async (_, i) => {
        await inCompany(s.db, other.id, async (tx) => {
          emit(tx, { type: 'call.created', call_id: randomUUID() })
          emit(tx, { type: 'call.deleted', call_id: randomUUID() })
        })
        if (i % 4 === 0) await Promise.all([s.events.step(), sequenceEvents(s.db)])
      })
      await Promise.all(writers)
      const all = await ids()
      t.same(
        all.map(([id]) => id),
        Array.from({ length: 82 }, (_, i) => i + 1),
      )
    },
  )

  t.test('only some types, page by page, never the same twice', async (t) => {
    const all = await replay(make)
    const wanted = all.filter(({ type }) => ['call.turns', 'call.ended'].includes(type))
    const found: Message[] = []
    let [position, pages] = [0, 0]
    for (let more = true; more; pages++) {
      const page = await make('GET', `/api/events?types=call.turns,call.ended&limit=2&after=${position}`)
      found.push(...page.items)
      position = page.next_after
      more = page.has_more
    }
    t.same(
      found.map(({ id }) => id),
      wanted.map(({ id }) => id),
    )
    t.ok(pages >= 3)
    const ahead = await s.request('GET', `/api/events?after=${position + 100}`, company.headers)
    t.match(ahead, { status: 409, body: { code: 'events_ahead' } })
    const odd = await s.request('GET', '/api/events?types=call.turned', company.headers)
    t.match(odd, { status: 400, body: { code: 'invalid_querystring' } })
  })

  t.test('forgotten events are a gap that is told, not passed over', async (t) => {
    const { last_id } = await make('GET', '/api/events?limit=1')
    await s.db.client.unsafe(`update events set at = at - interval '8 days' where id <= 6`)
    t.equal(await pruneEvents(s.db, new Date()), 9, 'rows of both companies')
    t.equal(await pruneEvents(s.db, new Date()), 0)
    const gone = await s.request('GET', '/api/events?after=4', company.headers)
    t.match(gone, { status: 409, body: { code: 'events_forgotten' } })
    t.match(gone.body.detail, new RegExp(`the first that is kept is 7\\b.*after ${last_id}`))
    t.match(await make('GET', '/api/events?after=6&limit=1'), { items: [{ id: 7 }], first_id: 7, last_id })
  })

  t.test("another company's events are not told, and deleting a company leaves none", async (t) => {
    const other = await s.createCompany()
    await newCall(makerOf(s, other.headers))
    t.same(typesOf(await replay(makerOf(s, other.headers))), ['call.created'])
    await newCall(makerOf(s, other.headers))
    await s.request('PATCH', `/api/companies/${other.id}`, s.platform, { is_active: false })
    await s.db.client.unsafe(`delete from calls where company_id = '${other.id}'`)
    t.equal((await s.request('DELETE', `/api/companies/${other.id}`, s.platform)).status, 204)
    await s.events.step()
    const left = await s.db.client.unsafe(
      `select 1 from events where company_id = '${other.id}' union all select 1 from event_outbox`,
    )
    t.equal(left.length, 0)
  })
})

test('a campaign tells of its moves, of every contact, and of its progress', async (t) => {
  const s = await startTestService(t)
  const company = await s.createCompany()
  const make = makerOf(s, company.headers)
  const id = await newCampaign(make, 2)
  await make('POST', `/api/campaigns/${id}/start`, {})
  await make('POST', `/api/campaigns/${id}/pause`, {})
  await make('POST', `/api/campaigns/${id}/resume`, {})
  let now = new Date()
  const carrier = carrierOf(s, () => now, ratesOfOnly('busy'))
  await carrier.start((events) => applyCarrierEvents(s.db, events, now)).stop()
  const dialer = new Dialer({
    ...{ db: s.db, carrier, worker: 'w', now: () => now, monotonic: () => 0 },
    onError: (error) => t.fail(String(error)),
  })
  for (let i = 0; i < 3; i++) {
    await dialer.step(now)
    await dialer.waitForDials()
    now = new Date(now.getTime() + 70_000)
    await carrier.step(now)
    await settleStep(s.db, now)
  }
  const [task] = (await make('GET', `/api/campaigns/${id}/tasks`)).items
  await make('PATCH', `/api/call-tasks/${task.id}`, { status: 'cancelled' })
  await make('POST', `/api/campaigns/${id}/stop`, {})
  const events = (await replay(make)).filter(({ campaign_id }) => campaign_id === id)
  const moves = events.filter(({ type }) => /^campaign\.(?!progress)/.test(type))
  t.same(
    moves.map(({ type, data }) => [type, data.status]),
    [
      ['campaign.created', 'draft'],
      ['campaign.tasks_added', undefined],
      ['campaign.started', 'running'],
      ['campaign.paused', 'paused'],
      ['campaign.resumed', 'running'],
      ['campaign.stopped', 'stopped'],
    ],
  )
  const ofTask = events.filter(({ type, call_task_id }) => call_task_id === task.id && /^task/.test(type))
  t.same(typesOf(ofTask), ['task.retry', 'task.cancelled'])
  t.match(ofTask[0].data, { outcome: 'busy', next_attempt_at: /^2\d{3}-.*T.*Z$/ })
  t.ok(events.filter(({ type }) => type === 'call.created').length >= 2, 'each attempt is a call')
  t.equal(
    typesOf(events).filter((type) => type === 'call.created').length,
    typesOf(events).filter((type) => type === 'call.ended').length,
  )
  const last = events.filter(({ type }) => type === 'campaign.progress').at(-1)
  const { total_tasks, completed_tasks, failed_tasks } = await make('GET', `/api/campaigns/${id}`)
  t.match(last.data, { total_tasks, completed_tasks, failed_tasks }, 'the last is how things are')
})

function carrierOf(s: TestService, now: () => Date, rates: Rates, agent?: { url: string; key: string }) {
  return simulatedCarrier({
    ...{ db: s.db, now, seed: 'live', speed: 100, rates },
    agent: { url: () => agent?.url, keyOf: async () => agent?.key ?? '' },
    onError: (error) => {
      throw error
    },
  })
}

/** A service that listens, a company in it, and what is needed to watch. */
async function watched(t: Test, env: Record<string, string> = {}) {
  const s = await startTestService(t, env)
  const url = await listen(s)
  const company = await s.createCompany()
  const make = makerOf(s, company.headers)
  const open = async (path: string, headers: Headers = company.headers) => {
    const client = await TestSocket.open(url + path, headers)
    t.teardown(() => client.terminate())
    return client
  }
  /** With its first answer: of what was subscribed to. */
  const watch = async (query = '', headers?: Headers) => {
    const client = await open(`/api/live${query}`, headers)
    const first = await client.next(({ type }) => type !== 'event')
    return { client, first }
  }
  return { s, url, company, make, open, watch }
}

const isOf = (type: string, id?: string) => (message: Message) =>
  message.type === 'event' &&
  message.event.type === type &&
  (id === undefined || message.event.call_id === id)

test('/api/live: a snapshot, then all that happens, in order', async (t) => {
  const { s, company, make, open, watch } = await watched(t)

  t.test('the company: what is going on, then every event, each once', async (t) => {
    const running = await newCall(make)
    const ended = await newCall(make)
    await make('POST', `/api/calls/${ended}/complete`, { outcome: 'success' })
    const { client, first } = await watch()
    t.match(first, { type: 'snapshot', ref: 'main', position: 4, data: { live_call_count: 1 } })
    t.same(
      first.data.live_calls.map((call: Message) => call.id),
      [running],
    )
    await addTurn(make, running, 0)
    await make('POST', `/api/calls/${running}/complete`, { outcome: 'fail' })
    await client.next(isOf('call.metrics', running))
    t.same(typesOf(client.events), ['call.turns', 'call.ended', 'call.metrics'])
    t.same(
      client.events.map(({ id }) => id),
      [5, 6, 7],
    )
    t.match(client.events[1].data.call, { id: running, status: 'completed', outcome: 'fail' })
    t.same(client.events, await replay(make, 4), 'as the API replays them')
  })

  t.test('a campaign and a call: theirs alone, each with all of its state first', async (t) => {
    const [one, two] = [await newCampaign(make, 3), await newCampaign(make, 1)]
    const call = await newCall(make, { campaign_id: one, direction: 'outbound' })
    await addTurn(make, call, 0)
    const { client: ofCampaign, first } = await watch(`?campaign_id=${one.toUpperCase()}`)
    t.match(first.data, {
      campaign: { id: one, total_tasks: 3 },
      live_call_count: 1,
      live_calls: [{ id: call }],
    })
    const { client: ofCall, first: whole } = await watch(`?call_id=${call}`)
    t.match(whole.data, { call: { id: call }, turns: [{ turn_index: 0 }], metrics: null })
    const other = await newCall(make, { campaign_id: two, direction: 'outbound' })
    await addTurn(make, other, 0)
    await make('POST', `/api/campaigns/${two}/start`, {})
    await addTurn(make, call, 1)
    await make('POST', `/api/campaigns/${one}/start`, {})
    await make('POST', `/api/calls/${call}/complete`, { outcome: 'success' })
    await ofCampaign.next(isOf('call.metrics', call))
    await ofCall.next(isOf('call.metrics', call))
    t.ok(ofCampaign.events.every(({ campaign_id }) => campaign_id === one))
    t.ok(typesOf(ofCampaign.events).includes('campaign.started'))
    t.same(typesOf(ofCall.events), ['call.turns', 'call.ended', 'call.metrics'])
    t.ok(ofCall.events.every(({ call_id }) => call_id === call))
  })

  t.test('several subscriptions over one socket, begun and ended by messages', async (t) => {
    const [one, two] = [await newCall(make), await newCall(make)]
    const client = await open('/api/live?subscribe=false')
    client.send({ type: 'subscribe', ref: 'one', call_id: one })
    client.send({ type: 'subscribe', ref: 'two', call_id: two })
    for (const ref of ['one', 'two'])
      await client.next((said) => said.type === 'snapshot' && said.ref === ref)
    await addTurn(make, one, 0)
    await addTurn(make, two, 0)
    const ofTwo = await client.next((said) => said.type === 'event' && said.ref === 'two')
    t.equal(ofTwo.event.call_id, two)
    client.send({ type: 'unsubscribe', ref: 'one' })
    await client.next(({ type }) => type === 'unsubscribed')
    await addTurn(make, one, 1)
    await addTurn(make, two, 1)
    await client.until(
      () => client.messages.filter(({ type, ref }) => type === 'event' && ref === 'two').length === 2,
    )
    t.equal(client.messages.filter(({ type, ref }) => type === 'event' && ref === 'one').length, 1)
  })

  t.test('whoever subscribes in the middle of things has all of it, and none of it twice', async (t) => {
    const call = await newCall(make)
    let isOver = false
    const made: string[] = []
    const writers = [0, 1, 2, 3].map(async (writer) => {
      for (let i = 0; !isOver; i++) {
        if (writer === 0) await addTurn(make, call, i)
        else made.push(await newCall(make))
      }
    })
    const clients: { client: TestSocket; first: Message; i: number }[] = []
    while (clients.length < 40 || made.length < 100) {
      const i = clients.length
      const opened = [i, i + 1].map(async (i) => ({ ...(await watch(i % 2 ? `?call_id=${call}` : '')), i }))
      clients.push(...(await Promise.all(opened)))
    }
    isOver = true
    await Promise.all(writers)
    const last = await newCall(make)
    await addTurn(make, call, 100_000)
    const turns = (await make('GET', `/api/calls/${call}/logs?limit=1`)).total
    for (const { client, first, i } of clients) {
      if (i % 2) {
        await client.next(({ event }) => event?.data.turns?.[0].turn_index === 100_000)
        const known = [...first.data.turns, ...client.events.flatMap(({ data }) => data.turns)]
        const indexes = known.map(({ turn_index }) => turn_index)
        t.same(indexes, [...Array(turns - 1).keys(), 100_000])
      } else {
        await client.next(isOf('call.turns', call))
        await client.next(isOf('call.created', last))
        const created = client.events.filter(({ type }) => type === 'call.created')
        t.equal(first.data.live_call_count + created.length, 0 + (await liveCount()))
        t.equal(new Set(created.map(({ call_id }) => call_id)).size, created.length)
        const ids = client.events.map(({ id }) => id)
        t.same(
          ids,
          [...new Set(ids)].sort((a, b) => a - b),
        )
      }
    }
  })
  const liveCount = async () => {
    const [row] = await s.db.orm.execute<{ n: number }>(
      sql`select count(*)::int as n from calls where company_id = ${company.id}::uuid and status = 'active'`,
    )
    return row?.n ?? 0
  }

  t.test('after an event: what was missed, then what happens, without a gap or a double', async (t) => {
    const { client } = await watch()
    const call = await newCall(make)
    await addTurn(make, call, 0)
    const seen = (await client.next(isOf('call.turns', call))).event.id
    client.terminate()
    const missed = Array.from({ length: 450 }, (_, i) => addTurn(make, call, i + 1))
    await Promise.all(missed)
    const { client: again, first } = await watch(`?after=${seen}`)
    t.match(first, { type: 'resumed', position: seen })
    await addTurn(make, call, 451)
    await again.next(({ event }) => event?.data.turns?.[0].turn_index === 451)
    const turns = again.events.filter(({ call_id }) => call_id === call).flatMap(({ data }) => data.turns)
    t.same(
      turns.map(({ turn_index }) => turn_index).sort((a, b) => a - b),
      [...Array(452).keys()].slice(1),
    )
    t.same(
      again.events.map(({ id }) => id),
      (await replay(make, seen)).map(({ id }) => id),
    )
  })

  t.test('what cannot be subscribed to is an answer, and the socket stays', async (t) => {
    const client = await open('/api/live?subscribe=false')
    const other = await s.createCompany()
    const theirs = makerOf(s, other.headers)
    const refused: [object | string, string][] = [
      [{ type: 'subscribe', ref: 'a', call_id: randomUUID() }, 'not_found'],
      [{ type: 'subscribe', ref: 'b', call_id: await newCall(theirs) }, 'not_found'],
      [{ type: 'subscribe', ref: 'c', campaign_id: await newCampaign(theirs, 1) }, 'not_found'],
      [{ type: 'subscribe', ref: 'd', campaign_id: randomUUID(), after: 1 }, 'not_found'],
      [{ type: 'subscribe', ref: 'e', after: 9_999_999 }, 'events_ahead'],
      [{ type: 'unsubscribe', ref: 'f' }, 'no_subscription'],
      ['{', 'malformed'],
      ['[]', 'malformed'],
      [{ type: 'subscribe', company_id: other.id }, 'malformed'],
      [{ type: 'subscribe', call_id: 'x' }, 'malformed'],
      [{ type: 'tell me' }, 'malformed'],
    ]
    for (const [asked, code] of refused) {
      client.messages.length = 0
      client.send(asked)
      const answer = await client.next(({ type }) => type === 'error')
      t.match(answer.code, new RegExp(code), JSON.stringify(asked))
    }
    client.send({ type: 'subscribe', ref: 'twice' })
    await client.next(({ type, ref }) => type === 'snapshot' && ref === 'twice')
    client.send({ type: 'subscribe', ref: 'twice' })
    await client.next(({ code }) => code === 'ref_taken')
    for (let i = 0; i < 105; i++) client.send({ type: 'subscribe', ref: `many ${i}`, call_id: randomUUID() })
    client.send({ type: 'ping' })
    await client.next(({ type }) => type === 'pong')
    const call = await newCall(theirs)
    await addTurn(theirs, call, 0)
    const own = await newCall(make)
    await client.next(isOf('call.created', own))
    t.ok(
      client.events.every(({ call_id }) => call_id !== call),
      "another company's events are told to nobody else",
    )
  })

  t.test('progress is merged to a few a second, and the last is told; turns never are', async (t) => {
    const id = await newCampaign(make, 0)
    const { client } = await watch(`?campaign_id=${id}`)
    const call = await newCall(make, { campaign_id: id, direction: 'outbound' })
    const began = performance.now()
    for (let i = 0; i < 60; i++) {
      await make('POST', `/api/campaigns/${id}/tasks`, { tasks: [{ phone_number: freshNumber() }] })
      await addTurn(make, call, i)
    }
    const seconds = (performance.now() - began) / 1000
    await client.next(({ event }) => event?.type === 'campaign.progress' && event.data.total_tasks === 60)
    await client.next(({ event }) => event?.data.turns?.[0].turn_index === 59)
    const told = typesOf(client.events)
    t.equal(told.filter((type) => type === 'call.turns').length, 60)
    const progress = told.filter((type) => type === 'campaign.progress').length
    t.ok(progress <= 2 + Math.ceil(seconds / 0.3), `${progress} of 60 in ${seconds.toFixed(1)} s`)
  })

  t.test('an import tells how far it is, and how it ended', async (t) => {
    const id = await newCampaign(make, 0)
    const { client } = await watch(`?campaign_id=${id}`)
    const rows = Array.from({ length: 50 }, () => freshNumber()).join('\r\n')
    const form = new FormData()
    form.set('file', new Blob([`phone\r\n${rows}`]), 'list.csv')
    const answer = await s.app.inject({
      method: 'POST',
      url: `/api/campaigns/${id}/call-list`,
      headers: company.headers,
      payload: form,
    })
    t.equal(answer.statusCode, 200)
    const { event } = await client.next(isOf('import.completed'))
    t.match(event.data, { import_id: answer.json().import_id, created: 50 })
    t.ok(typesOf(client.events).includes('campaign.list_imported'))
  })
})

test('who may watch, and for how long', async (t) => {
  const { s, url, company, make, open, watch } = await watched(t, { LIVE_SOCKETS_PER_COMPANY: '5' })
  const statusOf = (opening: Promise<TestSocket>) =>
    opening.then(
      (client) => {
        client.terminate()
        return 101
      },
      (error) => (error instanceof UpgradeRefused ? error.status : String(error)),
    )

  t.test('only a key that may read, of the company, and by a header', async (t) => {
    const call = await newCall(make)
    const other = await s.createCompany()
    for (const path of ['/api/live', `/api/analytics/ws/calls/${call}`]) {
      const asked = (headers: Headers, query = '') => statusOf(TestSocket.open(url + path + query, headers))
      t.equal(await asked({}), 401)
      t.equal(await asked({ authorization: 'Bearer nv_00000000_x' }), 401)
      t.equal(await asked(await company.createKey('ingest')), 403)
      t.equal(await asked(await company.createKey('read')), 101)
      t.equal(await asked(s.platform), 400)
      t.equal(await asked({ ...s.platform, 'x-company-id': company.id }), 101)
      t.equal(await asked({}, '?ticket=nvt_x'), 401)
      t.equal(await asked(company.headers, '?unknown=1'), 400)
    }
    t.equal(await statusOf(TestSocket.open(`${url}/api/analytics/ws/calls/${call}`, other.headers)), 404)
    t.equal(
      await statusOf(TestSocket.open(`${url}/api/analytics/ws/calls/${randomUUID()}`, company.headers)),
      404,
    )
    t.equal(
      await statusOf(TestSocket.open(`${url}/api/company`, company.headers)),
      400,
      'no other route is a socket',
    )
  })

  t.test('a ticket opens one socket, within half a minute, as the key it was asked for with', async (t) => {
    t.teardown(() => s.setNow(undefined))
    const ticket = async (headers: Headers) => {
      const made = await s.request('POST', '/api/live/tickets', headers, {})
      t.equal(made.status, 201)
      return made.body.ticket as string
    }
    const opened = (secret: string, path = '/api/live') =>
      statusOf(TestSocket.open(`${url}${path}?ticket=${secret}`))
    for (const headers of [await company.createKey('read'), { ...s.platform, 'x-company-id': company.id }]) {
      const secret = await ticket(headers)
      const asked = await Promise.all([opened(secret), opened(secret)])
      t.same(asked.sort(), [101, 401], 'at one moment too')
      t.equal(await opened(secret), 401)
    }
    const secret = await ticket(company.headers)
    t.equal((await s.request('GET', `/api/company?ticket=${secret}`)).status, 401, 'it opens nothing else')
    s.setNow(new Date(Date.now() + 31_000))
    t.equal(await opened(secret), 401, 'too late')
    const left = await ticket(company.headers)
    s.setNow(new Date(Date.now() + 62_000))
    t.equal(await pruneTickets(s.db, s.deps.now()), 1)
    t.equal(await opened(left), 401)
    s.setNow(undefined)
    const revoked = await company.createKey('read')
    const ofRevoked = await ticket(revoked)
    await revoke(s, company, revoked)
    t.equal(await opened(ofRevoked), 401, 'a ticket of a key that is revoked')
    t.notOk(
      s.logLines.some((line) => line.includes('nvt_')),
      'and none is in a log',
    )
  })

  t.test('a key that is revoked loses its sockets within 5 s, others keep theirs', async (t) => {
    const key = await company.createKey('read')
    const call = await newCall(make)
    const { client: kept } = await watch()
    const { client } = await watch('', key)
    const ofCall = await open(`/api/analytics/ws/calls/${call}`, key)
    await revoke(s, company, key)
    const began = performance.now()
    t.match(await client.closed, { code: 4401, reason: /no longer good/ })
    t.match(await ofCall.closed, { code: 4401 })
    t.ok(performance.now() - began < 5_000)
    kept.send({ type: 'ping' })
    await kept.next(({ type }) => type === 'pong')
    kept.terminate()
  })

  t.test('a company that is switched off loses its sockets', async (t) => {
    const other = await s.createCompany()
    const { client } = await watch('', other.headers)
    await s.request('PATCH', `/api/companies/${other.id}`, s.platform, { is_active: false })
    t.match(await client.closed, { code: 4401 })
  })

  t.test('a company has so many sockets at most, and one that is closed makes room', async (t) => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => open('/api/live')))
    t.equal(await statusOf(TestSocket.open(`${url}/api/live`, company.headers)), 429)
    const other = await s.createCompany()
    t.equal(await statusOf(TestSocket.open(`${url}/api/live`, other.headers)), 101, 'another has room')
    await clients[0]?.close()
    t.equal(await statusOf(TestSocket.open(`${url}/api/live`, company.headers)), 101)
  })

  t.test('a message that is too long ends its socket', async (t) => {
    const client = await open('/api/live?subscribe=false', (await s.createCompany()).headers)
    client.send({ type: 'ping', ref: 'x'.repeat(20_000) })
    t.equal((await client.closed).code, 1009)
  })
})

async function revoke(s: TestService, company: TestCompany, headers: Headers): Promise<void> {
  const prefix = headers.authorization?.split('_')[1]
  const { body } = await s.request('GET', `/api/companies/${company.id}/keys?limit=200`, s.platform)
  const { id } = body.items.find((key: Message) => key.prefix.includes(prefix))
  await s.request('DELETE', `/api/companies/${company.id}/keys/${id}`, s.platform)
}

test('a reader that is slow, gone, or in the way of a stop', async (t) => {
  t.test(
    'who leaves too much unread is let go with a word, and resumes without a gap or a double',
    async (t) => {
      const { make, watch } = await watched(t)
      const call = await newCall(make)
      const { client } = await watch(`?call_id=${call}`)
      const { client: quick } = await watch(`?call_id=${call}`)
      client.pause()
      let sent = 0
      const content = 'x'.repeat(20_000)
      const more = async () => {
        const turns = Array.from({ length: 20 }, (_, i) => ({ ...aTurn(sent + i), content }))
        await make('POST', `/api/calls/${call}/turns`, { turns })
        sent += 20
      }
      // What the two systems keep between them is filled first.
      for (let i = 0; i < 40; i++) await more()
      await quick.until(() => quick.events.length === 40)
      client.resume()
      t.match(await client.closed, { code: 1013, reason: /resume after/ })
      const last = client.events.at(-1)?.id ?? 0
      t.ok(client.events.length < 40)
      const { client: again } = await watch(`?call_id=${call}&after=${last}`)
      await again.next(({ event }) => event?.data.turns?.at(-1).turn_index === sent - 1)
      const told = [...client.events, ...again.events]
      t.same(
        told.flatMap(({ data }) => data.turns.map((turn: Message) => turn.turn_index)),
        [...Array(sent).keys()],
      )
    },
  )

  t.test(
    'a stop closes every socket with a word, and is not held up by one that does not answer',
    async (t) => {
      const { s, open, watch } = await watched(t)
      const { client } = await watch()
      const { client: deaf } = await watch()
      const idle = await open('/api/live?subscribe=false')
      deaf.pause()
      const began = performance.now()
      const stopped = s.app.close()
      t.match(await client.closed, { code: 1001, reason: /connect again/ })
      t.match(await idle.closed, { code: 1001 })
      await stopped
      t.ok(performance.now() - began < 5_000)
    },
  )

  t.test('a socket that does not answer a ping is cut off, one that does is kept', async (t) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    t.teardown(() => server.close())
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const sockets = new SocketRegistry({
      maxPerCompany: 10,
      findValidKeys: async () => new Set(),
      onError: (error) => t.fail(String(error)),
    })
    server.on('connection', (socket) => sockets.add({ socket, company_id: 'c', key_id: 'k' }))
    const [alive, gone] = [await TestSocket.open(url), await TestSocket.open(url)]
    gone.pause()
    const answered = new Promise((resolve) => {
      for (const one of server.clients) one.once('pong', resolve)
    })
    sockets.sendHeartbeats()
    await answered
    sockets.sendHeartbeats()
    t.equal(server.clients.size, 2, 'cut off, though it does not know yet')
    gone.resume()
    t.equal((await gone.closed).code, 1006)
    const stopped = sockets.stop()
    t.equal((await alive.closed).code, 1001)
    await stopped
  })
})

test("the dashboard's socket of a call: init, then turn, metrics and status", async (t) => {
  const { s, url, company, make, open, watch } = await watched(t)
  const keyed = await company.createKey('ingest')

  t.test('of a call that a simulated carrier places, answers and ends', async (t) => {
    const id = await newCampaign(make, 1)
    await make('POST', `/api/campaigns/${id}/start`, {})
    const began = Date.now()
    let late = 0
    const now = () => new Date(began + late)
    const key = keyed.authorization?.replace('Bearer ', '') ?? ''
    const carrier = carrierOf(s, now, ratesOfOnly('human'), { url, key })
    await carrier.start((events) => applyCarrierEvents(s.db, events, now())).stop()
    const dialer = new Dialer({
      ...{ db: s.db, carrier, worker: 'w', now, monotonic: () => 0 },
      onError: (error) => t.fail(String(error)),
    })
    const { client: ofCampaign } = await watch(`?campaign_id=${id}`)
    await dialer.step(now())
    await dialer.waitForDials()
    const { event } = await ofCampaign.next(isOf('call.created'))
    const client = await open(`/api/analytics/ws/calls/${event.call_id}`)
    const init = await client.next(({ type }) => type === 'init')
    t.match(init.data, { call: { id: event.call_id, status: 'dialing' }, turns: [], metrics: null })
    // Bit by bit, as it happens: what comes all at once has only its end to tell.
    for (; late < 10_000 && !client.messages.some(({ data }) => data?.outcome); late += 20)
      await carrier.step(now())
    await settleStep(s.db, now())
    await client.next(({ type }) => type === 'metrics')
    const kinds = client.messages.map(({ type }) => type)
    t.same([...new Set(kinds)].sort(), ['init', 'metrics', 'status', 'turn'])
    const statuses = client.messages.filter(({ type }) => type === 'status').map(({ data }) => data)
    t.same([...new Set(statuses.map(({ status }) => status))], ['ringing', 'active', 'completed'])
    t.match(statuses.at(-1), { outcome: 'success', ended_at: /^20/ })
    const turns = client.messages.filter(({ type }) => type === 'turn').map(({ data }) => data)
    const stored = (await make('GET', `/api/calls/${event.call_id}/logs`)).items
    t.same(turns, stored, 'every turn, whole, once and in order')
    const metrics = client.messages.find(({ type }) => type === 'metrics').data
    t.match(await make('GET', `/api/calls/${event.call_id}/metrics`), metrics)
    t.ok(Number(metrics.cost_total) > 0)
    const ids = client.messages.map((said) => said.id)
    t.same(
      ids,
      [...ids].sort((a, b) => a - b),
    )
  })

  t.test('what was there before is in init, a ping is answered, and a call that goes ends it', async (t) => {
    const call = await newCall(make)
    await addTurn(make, call, 0)
    const client = await open(`/api/analytics/ws/calls/${call}`)
    const { data } = await client.next(({ type }) => type === 'init')
    t.match(data, { call: { id: call }, turns: [{ turn_index: 0, content: 'turn 0' }], metrics: null })
    client.send('ping')
    await client.next((said) => said === 'pong')
    client.send({ type: 'ping' })
    await client.next(({ type }) => type === 'pong')
    client.send('anything else is not heard')
    await make('POST', `/api/calls/${call}/rate`, { rating: 5 })
    await make('POST', `/api/calls/${call}/complete`, { outcome: 'fail' })
    await client.next(({ type }) => type === 'metrics')
    const again = await open(`/api/analytics/ws/calls/${call}`)
    const whole = await again.next(({ type }) => type === 'init')
    t.match(whole.data, { call: { status: 'completed', outcome: 'fail' }, metrics: { call_id: call } })
    await make('DELETE', `/api/calls/${call}`)
    t.match(await client.closed, { code: 4404, reason: /deleted/ })
    t.match(await again.closed, { code: 4404 })
  })
})

/** A process of the service on a database that is there; answers when it listens. */
async function processOn(t: Test, database: string): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(modulePath('src/main'), [], {
    execArgv: nodeArgs,
    env: {
      ...process.env,
      ...{ DATABASE_URL: database, ROLE: 'api', PORT: '0', PLATFORM_KEY: platformKey, LOG_LEVEL: 'fatal' },
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  return { child, url }
}
const platformKey = 'a-platform-key-for-tests-only'

const makerAt = (url: string, headers: Headers): Make =>
  makerOf(
    {
      request: async (method, path, given, body) => {
        const answer = await fetch(url + path, {
          method,
          headers: { ...given, 'content-type': 'application/json' },
          body: JSON.stringify(body) ?? null,
        })
        return { status: answer.status, body: await answer.json(), headers: {} }
      },
    },
    headers,
  )

/** A client that connects again, anywhere, and goes on after the last event it had. */
class Follower {
  readonly events: Message[] = []
  client: TestSocket | undefined
  private readonly headers: Headers
  private last = 0

  constructor(headers: Headers) {
    this.headers = headers
  }

  async connect(url: string): Promise<void> {
    this.keep()
    const client = await TestSocket.open(`${url}/api/live?after=${this.last}`, this.headers)
    this.client = client
    await client.next(({ type }) => type === 'resumed')
  }

  /** Takes over what its socket was told. */
  keep(): void {
    this.events.push(...(this.client?.events ?? []))
    this.client?.terminate()
    this.client = undefined
    this.last = this.events.at(-1)?.id ?? 0
  }
}

test('two processes on one database', async (t) => {
  const { url: database } = await testDatabase(t)
  const [one, two] = await Promise.all([processOn(t, database), processOn(t, database)])
  const platform = { authorization: `Bearer ${platformKey}` }
  const ofPlatform = makerAt(two.url, platform)
  const { id: company_id } = await ofPlatform('POST', '/api/companies', { name: 'C', slug: 'two' })
  const { key } = await ofPlatform('POST', `/api/companies/${company_id}/keys`, {
    name: 'k',
    scopes: ['admin'],
  })
  const headers = { authorization: `Bearer ${key}` }
  const [atOne, atTwo] = [makerAt(one.url, headers), makerAt(two.url, headers)]
  const follower = async (url: string) => {
    const made = new Follower(headers)
    t.teardown(() => made.client?.terminate())
    await made.connect(url)
    return made
  }
  /** Every follower had every event, each once, in order. */
  const checkAll = async (t: Test, followers: Follower[]) => {
    const last = await newCall(atTwo)
    for (const one of followers) {
      await one.client?.next(isOf('call.created', last))
      one.keep()
    }
    const all = (await replay(atTwo)).map(({ id, type, call_id }) => `${id} ${type} ${call_id}`)
    for (const { events } of followers)
      t.same(
        events.map(({ id, type, call_id }) => `${id} ${type} ${call_id}`),
        all,
      )
    return all.length
  }

  t.test('what one of them makes happen is told by both, in one order', async (t) => {
    const followers = await Promise.all([one, two, one, two].map(({ url }) => follower(url)))
    await Promise.all(
      [atOne, atTwo].map(async (make) => {
        const call = await newCall(make)
        for (let i = 0; i < 30; i++) await addTurn(make, call, i)
      }),
    )
    t.equal(await checkAll(t, followers), 63)
  })

  t.test(
    'a database that goes away and comes back loses nothing: sockets stay, and are told all',
    async (t) => {
      const followers = await Promise.all([one, two].map(({ url }) => follower(url)))
      const name = new URL(database).pathname.slice(1)
      const owner = postgres(database, { max: 1, onnotice: () => undefined })
      t.teardown(() => owner.end())
      let written = 0
      for (let round = 0; round < 4; round++) {
        const writers = [atOne, atTwo].map(async (make) => {
          for (let i = 0; i < 15; i++) {
            // What was cut off in the middle may have been done, or not: both are told rightly.
            await newCall(make).then(
              () => written++,
              () => undefined,
            )
          }
        })
        await owner`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`
        await Promise.all(writers)
      }
      t.ok(written > 40, `${written} were written`)
      const told = await checkAll(t, followers)
      const [{ n } = { n: 0 }] = await owner`select count(*)::int as n from calls`
      const created = followers[0]?.events.filter(({ type }) => type === 'call.created').length
      t.equal(created, n, `${told} events`)
    },
  )

  t.test(
    'killed in the middle of its work, a process leaves no gap: its readers go on at another',
    async (t) => {
      const followers = await Promise.all([one, one, two, two].map(({ url }) => follower(url)))
      let isKilled = false
      const writers = Array.from({ length: 6 }, async () => {
        for (let i = 0; i < 200 && !isKilled; i++) await newCall(atOne).catch(() => undefined)
      })
      await followers[0]?.client?.until(() => (followers[0]?.client?.events.length ?? 0) > 150)
      one.child.kill('SIGKILL')
      isKilled = true
      await Promise.all([followers[0]?.client?.closed, followers[1]?.client?.closed, ...writers])
      await Promise.all(followers.slice(0, 2).map((lost) => lost.connect(two.url)))
      await checkAll(t, followers)
      const owner = postgres(database, { max: 1, onnotice: () => undefined })
      t.teardown(() => owner.end())
      const [{ n } = { n: 0 }] = await owner`select count(*)::int as n from calls`
      const created = followers[0]?.events.filter(({ type }) => type === 'call.created') ?? []
      t.equal(created.length, n, 'every call that was committed is told')
    },
  )
})
