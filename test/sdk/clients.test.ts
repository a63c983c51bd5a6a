import { test } from 'tap'
import WebSocket from 'ws'
import { apiClient, type Schemas } from '../../sdk/src/client.ts'
import { LiveClient, type LiveEvent, type LiveOptions, type SocketConstructor } from '../../sdk/src/live.ts'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { aroundTheClock } from '../setup/example-campaign.ts'
import { waitUntil } from '../setup/wait-until.ts'
import { company, s, service } from './setup.ts'

test('The API client sends and receives the documented types', async (t) => {
  const client = apiClient({
    url: `${service}/`,
    key: company.headers.authorization?.replace('Bearer ', '') ?? '',
  })
  const created = await client.POST('/api/calls', { body: { direction: 'inbound', language: 'ru' } })
  t.equal(created.data?.status, 'active')
  const id = created.data?.id ?? ''
  const turns = [{ turn_index: 0, role: 'user' as const, content: 'Hello', eou_latency: 310.5 }]
  await client.POST('/api/calls/{id}/turns', { params: { path: { id } }, body: { turns } })
  const { data } = await client.GET('/api/calls/{id}/logs', { params: { path: { id }, query: { limit: 5 } } })
  t.match(data?.items, turns)
  const refused = await client.GET('/api/calls/{id}', { params: { path: { id: company.id } } })
  t.match(refused, { data: undefined, error: { status: 404, code: 'not_found' } })
  // @ts-expect-error: the compiler rejects an invalid direction too
  const invalid = await client.POST('/api/calls', { body: { direction: 'sideways' } })
  t.equal(invalid.error?.code, 'invalid_body')
  const platform = apiClient({
    url: service,
    key: s.platform.authorization?.replace('Bearer ', '') ?? '',
    company_id: company.id,
  })
  t.equal((await platform.GET('/api/company')).data?.id, company.id)
})

test('A typed client creates, lists, changes and starts a campaign with the named types of the document', async (t) => {
  const client = apiClient({
    url: service,
    key: company.headers.authorization?.replace('Bearer ', '') ?? '',
  })
  const config: Schemas['SkillbaseConfig'] = exampleConfig
  const skillbase = await client.POST('/api/skillbases', {
    body: { name: 'Reception', slug: 'reception', config },
  })
  const skillbase_id = skillbase.data?.id ?? ''
  await client.POST('/api/skillbases/{id}/publish', { params: { path: { id: skillbase_id } } })
  const input: Schemas['CreateCampaign'] = { name: 'Check-ups', skillbase_id, ...aroundTheClock }
  const headers = { 'Idempotency-Key': 'check-ups' }
  const create = () => client.POST('/api/campaigns', { params: { header: headers }, body: input })
  const created = await create()
  const campaign: Schemas['CampaignWithWarnings'] | undefined = created.data
  t.equal((await create()).response.headers.get('idempotency-replayed'), 'true')
  const path = { id: campaign?.id ?? '' }
  const tasks: Schemas['CallTaskInput'][] = [{ phone_number: '+79991234567', contact_name: 'Anna' }]
  await client.POST('/api/campaigns/{id}/tasks', { params: { path }, body: { tasks } })
  const listed = await client.GET('/api/campaigns', { params: { query: { status: ['draft'] } } })
  const page: Schemas['CampaignPage'] | undefined = listed.data
  t.same(
    page?.items.map(({ id }) => id),
    [path.id],
  )
  const change: Schemas['UpdateCampaign'] = { calls_per_minute: 20 }
  const etag = created.response.headers.get('etag') ?? ''
  const changed = await client.PATCH('/api/campaigns/{id}', {
    params: { path, header: { 'if-match': etag } },
    body: change,
  })
  t.match(changed.data, { calls_per_minute: 20 })
  const started = await client.POST('/api/campaigns/{id}/start', { params: { path } })
  t.equal(started.data?.status, 'running')
  const refused = await client.POST('/api/campaigns/{id}/start', { params: { path: { id: company.id } } })
  const problem: Schemas['Problem'] | undefined = refused.error
  t.equal(problem?.code, 'campaign_not_found')
})

test('The live client reconnects and continues after its last event', async (t) => {
  s.events.start()
  const company = await s.createCompany()
  const createKey = async (scope: 'read' | 'ingest') =>
    (await company.createKey(scope)).authorization?.replace('Bearer ', '') ?? ''
  const newCall = async () =>
    (await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })).body.id
  const addTurn = (id: string, turn_index: number) =>
    s.request('POST', `/api/calls/${id}/turns`, company.headers, { turns: [{ turn_index, role: 'user' }] })
  const cutConnections = () => {
    for (const client of s.app.websocketServer.clients) client.terminate()
  }
  /** A live client, the values that its watcher received, and a function that waits for them. */
  const startClient = (options: Partial<LiveOptions> = {}) => {
    const received: {
      events: LiveEvent[]
      snapshots: unknown[]
      resumed: unknown[]
      refused: string[]
      states: string[]
    } = { events: [], snapshots: [], resumed: [], refused: [], states: [] }
    const record =
      <T>(list: T[]) =>
      (value: T) =>
        void list.push(value)
    const live = new LiveClient({
      url: service,
      WebSocket: WebSocket as unknown as SocketConstructor,
      onState: (state, reason) => record(received.states)(`${state} ${reason}`.trim()),
      ...options,
    })
    t.teardown(() => live.close())
    const watcher = {
      onEvent: record(received.events),
      onSnapshot: record(received.snapshots),
      onResume: record(received.resumed),
      onRefused: record(received.refused),
    }
    const until = (isEnough: () => boolean) =>
      waitUntil('the client received what the test expects', isEnough)
    return { live, received, watcher, until }
  }

  t.test('After lost connections each event is delivered once and in order', async (t) => {
    const { live, received, watcher, until } = startClient({ key: await createKey('read') })
    live.watch({}, watcher)
    await until(() => received.snapshots.length === 1)
    const call = await newCall()
    const callClient = startClient({ key: await createKey('read') })
    callClient.live.watch({ call_id: call }, callClient.watcher)
    await callClient.until(() => callClient.received.snapshots.length === 1)
    for (let i = 0; i < 60; i++) {
      await addTurn(call, i)
      if (i % 20 === 10) cutConnections()
      if (i % 20 === 15) await until(() => received.resumed.length > i / 20 - 1)
    }
    await until(() => received.events.length >= 61)
    await callClient.until(() => callClient.received.events.length >= 60)
    t.same(
      received.events.map(({ id }) => id),
      Array.from({ length: 61 }, (_, i) => i + 1),
    )
    const turns = callClient.received.events.flatMap(({ data }) => data.turns as { turn_index: number }[])
    t.same(
      turns.map(({ turn_index }) => turn_index),
      [...Array(60).keys()],
    )
    t.equal(received.snapshots.length, 1, 'no second snapshot')
    t.ok(received.states.some((state) => state.startsWith('waiting closed: 1006')))
    live.close()
    await addTurn(call, 60)
    t.equal(received.events.length, 61)
    t.equal(received.states.at(-1), 'closed close() was called')
  })

  t.test('When missed events are no longer stored, it starts with a snapshot again', async (t) => {
    const { live, received, watcher, until } = startClient({ key: await createKey('read') })
    live.watch({}, watcher)
    await until(() => received.snapshots.length === 1)
    await s.db.client.unsafe(`update event_heads set last_id = last_id + 50, first_id = last_id + 40`)
    cutConnections()
    await until(() => received.snapshots.length === 2)
    t.same([received.resumed.length, received.refused.length], [0, 0])
    const countBefore = received.events.length
    const call = await newCall()
    await until(() => received.events.some(({ call_id }) => call_id === call))
    t.ok(received.events.length > countBefore)
  })

  t.test('Several topics share one connection; a missing one is reported to onRefused', async (t) => {
    const { live, received, watcher, until } = startClient({ key: await createKey('read') })
    const [firstCall, secondCall] = [await newCall(), await newCall()]
    const stop = live.watch({ call_id: firstCall }, watcher)
    const eventsOfSecond: LiveEvent[] = []
    live.watch(
      { call_id: secondCall },
      { onEvent: (event) => eventsOfSecond.push(event), onSnapshot: watcher.onSnapshot },
    )
    live.watch({ call_id: company.id }, watcher)
    await until(() => received.snapshots.length === 2 && received.refused.length === 1)
    t.same(received.refused, ['call_not_found'])
    await addTurn(firstCall, 0)
    await until(() => received.events.length === 1)
    stop()
    await addTurn(firstCall, 1)
    await addTurn(secondCall, 0)
    await until(() => eventsOfSecond.length === 1)
    t.equal(received.events.length, 1)
    t.equal(received.states.filter((state) => state === 'connecting').length, 1)
  })

  t.test('Tickets can come from a server of the page; a key without the scope read is retried', async (t) => {
    let ticketRequests = 0
    const page = startClient({
      ticket: async () => {
        ticketRequests++
        if (ticketRequests === 1) throw new Error('the page is offline')
        return (await s.request('POST', '/api/live/tickets', company.headers, {})).body.ticket
      },
    })
    page.live.watch({}, page.watcher)
    await page.until(() => page.received.snapshots.length === 1)
    t.equal(ticketRequests, 2)
    t.same(page.received.states, ['connecting', 'waiting the page is offline', 'connecting', 'open'])
    const withoutScope = startClient({ key: await createKey('ingest') })
    withoutScope.live.watch({}, withoutScope.watcher)
    await withoutScope.until(
      () => withoutScope.received.states.filter((state) => state.includes('status 403')).length >= 2,
    )
  })

  t.test(
    'Watching, closing and watching again while a ticket is requested opens one connection',
    async (t) => {
      const pending: (() => void)[] = []
      const client = startClient({
        ticket: async () => {
          await new Promise<void>((resolve) => pending.push(resolve))
          return (await s.request('POST', '/api/live/tickets', company.headers, {})).body.ticket
        },
      })
      const before = s.app.websocketServer.clients.size
      client.live.watch({}, client.watcher)
      client.live.close()
      client.live.watch({}, client.watcher)
      t.equal(pending.length, 2)
      for (const resolve of pending) resolve()
      await client.until(() => client.received.snapshots.length === 1)
      // A second connection would be opened before the response to this message.
      const stop = client.live.watch({}, client.watcher)
      await client.until(() => client.received.snapshots.length === 2)
      stop()
      t.equal(s.app.websocketServer.clients.size, before + 1)
      t.same(client.received.states, ['connecting', 'closed close() was called', 'connecting', 'open'])
    },
  )

  t.test('The constructor throws without a key or ticket, or without a WebSocket', async (t) => {
    t.throws(() => new LiveClient({ url: service }), /Give the option key/)
    const hasWebSocket = 'WebSocket' in globalThis
    if (!hasWebSocket) t.throws(() => new LiveClient({ url: service, key: 'x' }), /package ws/)
  })
})
