import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { WebSocketServer } from 'ws'
import { applyCarrierEvents, Dialer, settleStep } from '../../src/modules/dialing/index.ts'
import { SocketRegistry } from '../../src/modules/live/sockets/socket-registry.ts'
import { ratesOfOnly } from '../setup/simulated.ts'
import { type Message, TestSocket } from '../setup/sockets.ts'
import {
  addTurn,
  apiOf,
  createCarrier,
  exampleTurn,
  isEvent,
  listEvents,
  newCall,
  newCampaign,
  newNumber,
  startLiveService,
  typesOf,
} from './setup.ts'

test('/api/live sends a snapshot and then every event in order', async (t) => {
  const { s, company, api, open, watch } = await startLiveService(t)

  t.test('A socket of the company receives a snapshot of live calls, then every event once', async (t) => {
    const running = await newCall(api)
    const ended = await newCall(api)
    await api('POST', `/api/calls/${ended}/complete`, { outcome: 'success' })
    const { client, first } = await watch()
    t.match(first, { type: 'snapshot', ref: 'main', position: 4, data: { live_call_count: 1 } })
    t.same(
      first.data.live_calls.map((call: Message) => call.id),
      [running],
    )
    await addTurn(api, running, 0)
    await api('POST', `/api/calls/${running}/complete`, { outcome: 'fail' })
    await client.next(isEvent('call.metrics', running))
    t.same(typesOf(client.events), ['call.turns', 'call.ended', 'call.metrics'])
    t.same(
      client.events.map(({ id }) => id),
      [5, 6, 7],
    )
    t.match(client.events[1].data.call, { id: running, status: 'completed', outcome: 'fail' })
    t.same(client.events, await listEvents(api, 4), 'the same events as GET /api/events')
  })

  t.test('A socket of a campaign or a call receives its state, then only its own events', async (t) => {
    const [campaign, otherCampaign] = [await newCampaign(api, 3), await newCampaign(api, 1)]
    const call = await newCall(api, { campaign_id: campaign, direction: 'outbound' })
    await addTurn(api, call, 0)
    const { client: campaignClient, first } = await watch(`?campaign_id=${campaign.toUpperCase()}`)
    t.match(first.data, {
      campaign: { id: campaign, total_tasks: 3 },
      live_call_count: 1,
      live_calls: [{ id: call }],
    })
    const { client: callClient, first: callSnapshot } = await watch(`?call_id=${call}`)
    t.match(callSnapshot.data, { call: { id: call }, turns: [{ turn_index: 0 }], metrics: null })
    const other = await newCall(api, { campaign_id: otherCampaign, direction: 'outbound' })
    await addTurn(api, other, 0)
    await api('POST', `/api/campaigns/${otherCampaign}/start`, {})
    await addTurn(api, call, 1)
    await api('POST', `/api/campaigns/${campaign}/start`, {})
    await api('POST', `/api/calls/${call}/complete`, { outcome: 'success' })
    await campaignClient.next(isEvent('call.metrics', call))
    await callClient.next(isEvent('call.metrics', call))
    t.ok(campaignClient.events.every(({ campaign_id }) => campaign_id === campaign))
    t.ok(typesOf(campaignClient.events).includes('campaign.started'))
    t.same(typesOf(callClient.events), ['call.turns', 'call.ended', 'call.metrics'])
    t.ok(callClient.events.every(({ call_id }) => call_id === call))
  })

  t.test('One socket can hold several subscriptions, started and ended by messages', async (t) => {
    const [firstCall, secondCall] = [await newCall(api), await newCall(api)]
    const client = await open('/api/live?subscribe=false')
    client.send({ type: 'subscribe', ref: 'first', call_id: firstCall })
    client.send({ type: 'subscribe', ref: 'second', call_id: secondCall })
    for (const ref of ['first', 'second'])
      await client.next((message) => message.type === 'snapshot' && message.ref === ref)
    await addTurn(api, firstCall, 0)
    await addTurn(api, secondCall, 0)
    const eventOfSecond = await client.next((message) => message.type === 'event' && message.ref === 'second')
    t.equal(eventOfSecond.event.call_id, secondCall)
    client.send({ type: 'unsubscribe', ref: 'first' })
    await client.next(({ type }) => type === 'unsubscribed')
    await addTurn(api, firstCall, 1)
    await addTurn(api, secondCall, 1)
    await client.until(
      () => client.messages.filter(({ type, ref }) => type === 'event' && ref === 'second').length === 2,
    )
    t.equal(client.messages.filter(({ type, ref }) => type === 'event' && ref === 'first').length, 1)
  })

  t.test(
    'A client that subscribes while events are written misses none and receives none twice',
    async (t) => {
      const call = await newCall(api)
      let isOver = false
      const createdCalls: string[] = []
      const writers = [0, 1, 2, 3].map(async (writer) => {
        for (let i = 0; !isOver; i++) {
          if (writer === 0) await addTurn(api, call, i)
          else createdCalls.push(await newCall(api))
        }
      })
      const clients: { client: TestSocket; first: Message; i: number }[] = []
      while (clients.length < 40 || createdCalls.length < 100) {
        const i = clients.length
        const openedClients = [i, i + 1].map(async (i) => ({
          ...(await watch(i % 2 ? `?call_id=${call}` : '')),
          i,
        }))
        clients.push(...(await Promise.all(openedClients)))
      }
      isOver = true
      await Promise.all(writers)
      const last = await newCall(api)
      await addTurn(api, call, 100_000)
      const turns = (await api('GET', `/api/calls/${call}/logs?limit=1`)).total
      for (const { client, first, i } of clients) {
        if (i % 2) {
          await client.next(({ event }) => event?.data.turns?.[0].turn_index === 100_000)
          const receivedTurns = [...first.data.turns, ...client.events.flatMap(({ data }) => data.turns)]
          const indexes = receivedTurns.map(({ turn_index }) => turn_index)
          t.same(indexes, [...Array(turns - 1).keys(), 100_000])
        } else {
          await client.next(isEvent('call.turns', call))
          await client.next(isEvent('call.created', last))
          const created = client.events.filter(({ type }) => type === 'call.created')
          t.equal(first.data.live_call_count + created.length, await liveCount())
          t.equal(new Set(created.map(({ call_id }) => call_id)).size, created.length)
          const ids = client.events.map(({ id }) => id)
          t.same(
            ids,
            [...new Set(ids)].sort((a, b) => a - b),
          )
        }
      }
    },
  )
  const liveCount = async () => {
    const [row] = await s.db.orm.execute<{ n: number }>(
      sql`select count(*)::int as n from calls where company_id = ${company.id}::uuid and status = 'active'`,
    )
    return row?.n ?? 0
  }

  t.test(
    'A client that resumes after an event receives the missed events and then new ones, each once',
    async (t) => {
      const { client } = await watch()
      const call = await newCall(api)
      await addTurn(api, call, 0)
      const lastSeen = (await client.next(isEvent('call.turns', call))).event.id
      client.terminate()
      const missed = Array.from({ length: 450 }, (_, i) => addTurn(api, call, i + 1))
      await Promise.all(missed)
      const { client: resumed, first } = await watch(`?after=${lastSeen}`)
      t.match(first, { type: 'resumed', position: lastSeen })
      await addTurn(api, call, 451)
      await resumed.next(({ event }) => event?.data.turns?.[0].turn_index === 451)
      const turns = resumed.events.filter(({ call_id }) => call_id === call).flatMap(({ data }) => data.turns)
      t.same(
        turns.map(({ turn_index }) => turn_index).sort((a, b) => a - b),
        [...Array(452).keys()].slice(1),
      )
      t.same(
        resumed.events.map(({ id }) => id),
        (await listEvents(api, lastSeen)).map(({ id }) => id),
      )
    },
  )

  t.test('An invalid message gets an error message, and the socket stays open', async (t) => {
    const client = await open('/api/live?subscribe=false')
    const other = await s.createCompany()
    const otherApi = apiOf(s, other.headers)
    const invalid: [object | string, string][] = [
      [{ type: 'subscribe', ref: 'a', call_id: randomUUID() }, 'not_found'],
      [{ type: 'subscribe', ref: 'b', call_id: await newCall(otherApi) }, 'not_found'],
      [{ type: 'subscribe', ref: 'c', campaign_id: await newCampaign(otherApi, 1) }, 'not_found'],
      [{ type: 'subscribe', ref: 'd', campaign_id: randomUUID(), after: 1 }, 'not_found'],
      [{ type: 'subscribe', ref: 'e', after: 9_999_999 }, 'events_ahead'],
      [{ type: 'unsubscribe', ref: 'f' }, 'no_subscription'],
      ['{', 'malformed'],
      ['[]', 'malformed'],
      [{ type: 'subscribe', company_id: other.id }, 'malformed'],
      [{ type: 'subscribe', call_id: 'x' }, 'malformed'],
      [{ type: 'unknown' }, 'malformed'],
    ]
    for (const [message, code] of invalid) {
      client.messages.length = 0
      client.send(message)
      const error = await client.next(({ type }) => type === 'error')
      t.match(error.code, new RegExp(code), JSON.stringify(message))
    }
    for (const [message, ref, detail] of [
      [{ type: 'subscribe', ref: 'g', call_id: 'x' }, 'g', /\/call_id: Must be a UUID/],
      [
        { type: 'subscribe', ref: 'h', company_id: other.id },
        'h',
        /\/company_id: Unknown field\. Allowed: type, ref/,
      ],
      [{ type: 'subscribe', ref: 'i', after: -1 }, 'i', /\/after: Must be at least 0\. Received -1\./],
      [{ type: 'resubscribe', ref: 'j' }, 'j', /whose type is "subscribe", "unsubscribe" or "ping"/],
      [{ type: 'subscribe', ref: 'x'.repeat(101) }, null, /\/ref: Must have at most 100 characters/],
      [{ type: 'subscribe', ref: 5 }, null, /\/ref: Must be a string/],
      [{ type: 'unsubscribe' }, null, /\/ref: This field is required/],
      [{ type: 'constructor', ref: 'k' }, 'k', /whose type is/],
    ] as const) {
      client.messages.length = 0
      client.send(message)
      t.match(
        await client.next(({ type }) => type === 'error'),
        { ref, code: 'malformed', detail },
        JSON.stringify(message),
      )
    }
    client.send({ type: 'subscribe', ref: 'twice' })
    await client.next(({ type, ref }) => type === 'snapshot' && ref === 'twice')
    client.send({ type: 'subscribe', ref: 'twice' })
    await client.next(({ code }) => code === 'ref_taken')
    for (let i = 0; i < 105; i++) client.send({ type: 'subscribe', ref: `many ${i}`, call_id: randomUUID() })
    client.send({ type: 'ping' })
    await client.next(({ type }) => type === 'pong')
    const call = await newCall(otherApi)
    await addTurn(otherApi, call, 0)
    const ownCall = await newCall(api)
    await client.next(isEvent('call.created', ownCall))
    t.ok(
      client.events.every(({ call_id }) => call_id !== call),
      'no events of another company',
    )
  })

  t.test(
    'Progress events are merged to one per 300 ms and the last one is sent; turns are not merged',
    async (t) => {
      const id = await newCampaign(api, 0)
      const { client } = await watch(`?campaign_id=${id}`)
      const call = await newCall(api, { campaign_id: id, direction: 'outbound' })
      const startedAt = performance.now()
      for (let i = 0; i < 60; i++) {
        await api('POST', `/api/campaigns/${id}/tasks`, { tasks: [{ phone_number: newNumber() }] })
        await addTurn(api, call, i)
      }
      const seconds = (performance.now() - startedAt) / 1000
      await client.next(({ event }) => event?.type === 'campaign.progress' && event.data.total_tasks === 60)
      await client.next(({ event }) => event?.data.turns?.[0].turn_index === 59)
      const types = typesOf(client.events)
      t.equal(types.filter((type) => type === 'call.turns').length, 60)
      const progress = types.filter((type) => type === 'campaign.progress').length
      t.ok(progress <= 2 + Math.ceil(seconds / 0.3), `${progress} of 60 in ${seconds.toFixed(1)} s`)
    },
  )

  t.test('An import emits import.completed and campaign.list_imported', async (t) => {
    const id = await newCampaign(api, 0)
    const { client } = await watch(`?campaign_id=${id}`)
    const rows = Array.from({ length: 50 }, () => newNumber()).join('\r\n')
    const form = new FormData()
    form.set('file', new Blob([`phone\r\n${rows}`]), 'list.csv')
    const response = await s.app.inject({
      method: 'POST',
      url: `/api/campaigns/${id}/call-list`,
      headers: company.headers,
      payload: form,
    })
    t.equal(response.statusCode, 200)
    const { event } = await client.next(isEvent('import.completed'))
    t.match(event.data, { import_id: response.json().import_id, created: 50 })
    t.ok(typesOf(client.events).includes('campaign.list_imported'))
  })
})

test('Slow and unresponsive clients', async (t) => {
  t.test(
    'A client that reads too slowly is closed with code 1013, and can resume without missing an event',
    async (t) => {
      const { api, watch } = await startLiveService(t)
      const call = await newCall(api)
      const { client } = await watch(`?call_id=${call}`)
      const { client: fastClient } = await watch(`?call_id=${call}`)
      client.pause()
      let sent = 0
      const content = 'x'.repeat(20_000)
      const addTurns = async () => {
        const turns = Array.from({ length: 20 }, (_, i) => ({ ...exampleTurn(sent + i), content }))
        await api('POST', `/api/calls/${call}/turns`, { turns })
        sent += 20
      }
      // Fills the socket buffers of the operating system first.
      for (let i = 0; i < 40; i++) await addTurns()
      await fastClient.until(() => fastClient.events.length === 40)
      client.resume()
      t.match(await client.closed, { code: 1013, reason: /resume after/ })
      const last = client.events.at(-1)?.id ?? 0
      t.ok(client.events.length < 40)
      const { client: resumed } = await watch(`?call_id=${call}&after=${last}`)
      await resumed.next(({ event }) => event?.data.turns?.at(-1).turn_index === sent - 1)
      const received = [...client.events, ...resumed.events]
      t.same(
        received.flatMap(({ data }) => data.turns.map((turn: Message) => turn.turn_index)),
        [...Array(sent).keys()],
      )
    },
  )

  t.test(
    'Stopping closes every socket with code 1001, and does not wait for a client that does not respond',
    async (t) => {
      const { s, open, watch } = await startLiveService(t)
      const { client } = await watch()
      const { client: unresponsive } = await watch()
      const idle = await open('/api/live?subscribe=false')
      unresponsive.pause()
      const stopped = s.app.close()
      t.match(await client.closed, { code: 1001, reason: /connect again/ })
      t.match(await idle.closed, { code: 1001 })
      await stopped
    },
  )

  t.test('A socket that does not respond to a ping is terminated, and one that does is kept', async (t) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    t.teardown(() => server.close())
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const sockets = new SocketRegistry({
      maxPerCompany: 10,
      findUsableKeys: async () => new Set(),
      onError: (error) => t.fail(String(error)),
    })
    server.on('connection', (socket) => sockets.add({ socket, company_id: 'c', key_id: 'k' }))
    const [responsive, unresponsive] = [await TestSocket.open(url), await TestSocket.open(url)]
    unresponsive.pause()
    const ponged = new Promise((resolve) => {
      for (const socket of server.clients) socket.once('pong', resolve)
    })
    sockets.sendHeartbeats()
    await ponged
    sockets.sendHeartbeats()
    t.equal(server.clients.size, 2, 'terminated, but its close event has not arrived yet')
    unresponsive.resume()
    t.equal((await unresponsive.closed).code, 1006)
    const stopped = sockets.stop()
    t.equal((await responsive.closed).code, 1001)
    await stopped
  })
})

test('/api/analytics/ws/calls/{id} sends init, then turn, metrics and status', async (t) => {
  const { s, url, company, api, open, watch } = await startLiveService(t)
  const agentHeaders = await company.createKey('ingest')

  t.test('A call placed by the simulated carrier sends every turn and status', async (t) => {
    const id = await newCampaign(api, 1)
    await api('POST', `/api/campaigns/${id}/start`, {})
    const startedAt = Date.now()
    let elapsedMs = 0
    const now = () => new Date(startedAt + elapsedMs)
    const key = agentHeaders.authorization?.replace('Bearer ', '') ?? ''
    const carrier = createCarrier(s, now, ratesOfOnly('human'), { url, key })
    await carrier.start((events) => applyCarrierEvents(s.db, events, now())).stop()
    const dialer = new Dialer({
      db: s.db,
      carrier,
      worker: 'w',
      now,
      monotonic: () => 0,
      onError: (error) => t.fail(String(error)),
    })
    const { client: campaignClient } = await watch(`?campaign_id=${id}`)
    await dialer.step(now())
    await dialer.waitForDials()
    const { event } = await campaignClient.next(isEvent('call.created'))
    const client = await open(`/api/analytics/ws/calls/${event.call_id}`)
    const init = await client.next(({ type }) => type === 'init')
    t.match(init.data, { call: { id: event.call_id, status: 'dialing' }, turns: [], metrics: null })
    // Small steps of the clock: in one large step the call would end before a status could be observed.
    for (; elapsedMs < 10_000 && !client.messages.some(({ data }) => data?.outcome); elapsedMs += 20)
      await carrier.step(now())
    await settleStep(s.db, now())
    await client.next(({ type }) => type === 'metrics')
    const kinds = client.messages.map(({ type }) => type)
    t.same([...new Set(kinds)].sort(), ['init', 'metrics', 'status', 'turn'])
    const statuses = client.messages.filter(({ type }) => type === 'status').map(({ data }) => data)
    t.same([...new Set(statuses.map(({ status }) => status))], ['ringing', 'active', 'completed'])
    t.match(statuses.at(-1), { outcome: 'success', ended_at: /^20/ })
    const turns = client.messages.filter(({ type }) => type === 'turn').map(({ data }) => data)
    const stored = (await api('GET', `/api/calls/${event.call_id}/logs`)).items
    t.same(turns, stored, 'every turn is complete, sent once and in order')
    // The report of the carrier follows that of the agent, and derives the same metrics again.
    const { updated_at: _, ...metrics } = client.messages.find(({ type }) => type === 'metrics').data
    t.match(await api('GET', `/api/calls/${event.call_id}/metrics`), metrics)
    t.ok(Number(metrics.cost_total) > 0)
    const ids = client.messages.map(({ id }) => id)
    t.same(
      ids,
      [...ids].sort((a, b) => a - b),
    )
  })

  t.test(
    'init contains earlier turns, ping is answered, and deleting the call closes the socket',
    async (t) => {
      const call = await newCall(api)
      await addTurn(api, call, 0)
      const client = await open(`/api/analytics/ws/calls/${call}`)
      const { data } = await client.next(({ type }) => type === 'init')
      t.match(data, { call: { id: call }, turns: [{ turn_index: 0, content: 'turn 0' }], metrics: null })
      client.send('ping')
      await client.next((message) => message === 'pong')
      client.send({ type: 'ping' })
      await client.next(({ type }) => type === 'pong')
      client.send('any other text is ignored')
      await api('POST', `/api/calls/${call}/rate`, { rating: 5 })
      await api('POST', `/api/calls/${call}/complete`, { outcome: 'fail' })
      await client.next(({ type }) => type === 'metrics')
      const reopened = await open(`/api/analytics/ws/calls/${call}`)
      const init = await reopened.next(({ type }) => type === 'init')
      t.match(init.data, { call: { status: 'completed', outcome: 'fail' }, metrics: { call_id: call } })
      await api('DELETE', `/api/calls/${call}`)
      t.match(await client.closed, { code: 4404, reason: /deleted/ })
      t.match(await reopened.closed, { code: 4404 })
    },
  )
})

test('A snapshot is bounded in bytes and rows, and names what it leaves out', async (t) => {
  const { s, company, api, watch } = await startLiveService(t)
  const size = (data: unknown) => JSON.stringify(data).length
  const live = await newCall(api)

  t.test('Of long transcripts the newest turns are sent, and of calls what is not too long', async (t) => {
    await s.db.client.unsafe(`
      insert into call_logs (company_id, call_id, turn_index, role, content)
      select '${company.id}', '${live}', i, 'user', repeat('x', case when i = 2999 then 70000 else 100 end)
      from generate_series(0, 2999) i`)
    await s.db.client.unsafe(
      `update calls set collected_data = jsonb_build_object('note', repeat('x', 200000)) where id = '${live}'`,
    )
    const { data } = (await watch(`?call_id=${live}`)).first
    t.equal(data.turns.length, 2_000)
    t.same([data.turns[0].turn_index, data.turns.at(-1).turn_index], [1_000, 2_999])
    t.equal(data.turns.at(-1).content, null)
    t.match(data.call, { id: live, collected_data: null })
    t.same(data.truncated.sort(), ['call.collected_data', 'turns', 'turns.content'])
    await s.db.client.unsafe(
      `update call_logs set content = repeat('x', 60000) where call_id = '${live}' and turn_index >= 2900`,
    )
    const { data: large } = (await watch(`?call_id=${live}`)).first
    t.ok(size(large) < 2_500_000, `${size(large)} bytes`)
    t.equal(large.turns.at(-1).turn_index, 2_999)
    t.same(
      large.turns.map(({ turn_index }: Message) => turn_index),
      large.turns.map((_: Message, i: number) => 3_000 - large.turns.length + i),
      'without a gap',
    )
  })

  t.test('Of many large live calls the newest are sent, and all are counted', async (t) => {
    await s.db.client.unsafe(`
      insert into calls (company_id, direction, status, started_at, collected_data)
      select '${company.id}', 'inbound', 'active', now() + make_interval(secs => i),
        jsonb_build_object('note', repeat('x', 60000)) from generate_series(1, 100) i`)
    const { data } = (await watch()).first
    t.ok(size(data) < 2_500_000, `${size(data)} bytes`)
    t.equal(data.live_call_count, 101)
    t.ok(data.live_calls.length > 20 && data.live_calls.length < 100, `${data.live_calls.length} calls`)
    const times = data.live_calls.map(({ started_at }: Message) => started_at)
    t.same(times, [...times].sort().reverse(), 'the newest first')
    t.same(data.truncated, ['live_calls'])
  })

  t.test('A snapshot of rows that fit names nothing', async (t) => {
    const call = await newCall(api)
    await addTurn(api, call, 0)
    t.notOk('truncated' in (await watch(`?call_id=${call}`)).first.data)
  })
})
