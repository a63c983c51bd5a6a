import http from 'node:http'
import { sql } from 'drizzle-orm'
import t, { type Test, test } from 'tap'
import {
  fieldsOfMarks,
  fieldsOfMessage,
  fieldsOfMetrics,
  type Item,
  TelemetrySender,
  type World,
} from '../sdk/src/index.ts'
import { startService, type TestCompany } from './setup/service.ts'

const s = await startService(t)
const service = await s.app.listen({ host: '127.0.0.1', port: 0 })

/** What happens to a request: it is passed on, answered falsely, or its connection is cut, before or after. */
type Fault = 'pass' | 'cut before' | 'cut after' | 'html' | 'not json' | number

/** A line to the service with the faults of the way, in their order; then it is sound. */
async function line(t: Test, faults: Fault[]) {
  const seen: { path: string; body: string; headers: http.IncomingHttpHeaders }[] = []
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', async () => {
      const body = Buffer.concat(chunks).toString()
      seen.push({ path: request.url ?? '', body, headers: request.headers })
      const fault = faults.shift() ?? 'pass'
      if (fault === 'cut before') return request.socket.destroy()
      if (typeof fault === 'number') {
        response.writeHead(fault, fault === 503 ? { 'retry-after': '7' } : {})
        return response.end('{}')
      }
      if (fault === 'html') return response.end('<h1>Welcome to nginx</h1>')
      if (fault === 'not json') return response.end('{"turns":')
      const { authorization = '', 'content-type': type = '' } = request.headers
      const answer = await fetch(`${service}${request.url}`, {
        method: 'POST',
        headers: { authorization, 'content-type': type },
        body,
      })
      const text = await answer.text()
      if (fault === 'cut after') return request.socket.destroy()
      response.writeHead(answer.status, { 'content-type': 'application/json' })
      response.end(text)
    })
  })
  const url = await new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}`),
    )
  })
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  t.teardown(close)
  return { url, seen, close }
}

/** A clock that the test moves: timers run when it says so, and tell how long they would have waited. */
function steppedWorld() {
  const timers = new Map<object, { fn: () => void; ms: number }>()
  const pauses: number[] = []
  let now = 0
  const world: Partial<World> = {
    now: () => now,
    date: () => new Date(Date.UTC(2026, 0, 1) + now),
    random: () => 0.5,
    setTimeout: (fn, ms) => {
      const timer = {}
      timers.set(timer, { fn, ms })
      return timer as NodeJS.Timeout
    },
    clearTimeout: (timer) => void timers.delete(timer),
  }
  /** Runs what waits, and lets its requests come to their end, until nothing is left to do. */
  const settle = async (sender: TelemetrySender) => {
    for (let i = 0; i < 200; i++) {
      for (const [timer, { fn, ms }] of [...timers]) {
        timers.delete(timer)
        pauses.push(ms)
        now += ms
        fn()
      }
      if (sender.stats().left === 0 && timers.size === 0) return
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    throw new Error('it does not come to its end')
  }
  const move = (ms: number) => {
    now += ms
  }
  return { world, pauses, settle, move }
}

async function makeCall(who: TestCompany): Promise<string> {
  return (await s.call('POST', '/api/calls', who.headers, { direction: 'inbound' })).body.id
}

const keyOf = async (who: TestCompany) =>
  (await who.key('ingest')).authorization?.replace('Bearer ', '') ?? ''
const stored = async (id: string) =>
  (
    await s.db.orm.execute<{ turn_index: number; content: string | null; eou_latency: number | null }>(
      sql`select turn_index, content, eou_latency from call_logs where call_id = ${id}::uuid order by turn_index`,
    )
  ).map((row) => ({ ...row }))
const statusOf = async (id: string) =>
  (
    await s.db.orm.execute<{ status: string; turn_count: number }>(
      sql`select status, turn_count from calls where id = ${id}::uuid`,
    )
  )[0]

test('marks become latencies; what was not marked, or cannot be, is not there', async (t) => {
  const all = fieldsOfMarks({
    ...{
      user_speech_end: 1000,
      stt_first_byte: 1100,
      stt_final: 1250.5,
      llm_start: 1251,
      llm_first_token: 1500,
    },
    ...{ llm_end: 1900, tts_start: 1510, tts_first_byte: 1650, audio_start: 1700, interrupted: 2000 },
  })
  t.same(all, {
    ...{
      eou_latency: 700,
      latency_stt: 250.5,
      ttfb_stt: 100,
      latency_llm: 249,
      ttfb_tts: 140,
      latency_tts: 190,
    },
    ...{ extra_data: { llm_duration_ms: 649 }, was_interrupted: true },
  })
  t.same(fieldsOfMarks({}), {})
  t.same(fieldsOfMarks({ stt_first_byte: 500, user_speech_end: 1000, stt_final: 1300 }), {
    latency_stt: 300,
    ttfb_stt: 300,
  })
  t.same(fieldsOfMarks({ llm_start: 10, llm_first_token: 5, tts_start: 0, tts_first_byte: 600_001 }), {})
  t.same(fieldsOfMarks({ audio_start: 5 }), { was_interrupted: false })
})

test('metrics of LiveKit: sentinels are no values, a cancelled generation is paid for, seconds become milliseconds', async (t) => {
  const llm = { type: 'llm_metrics', promptTokens: 900, promptCachedTokens: 400, completionTokens: 20 }
  t.same(fieldsOfMetrics({ ...llm, ttftMs: 220, cancelled: false }), {
    ...{ llm_input_tokens: 900, llm_cached_input_tokens: 400, llm_output_tokens: 20, latency_llm: 220 },
  })
  t.equal(fieldsOfMetrics({ ...llm, ttftMs: 220, cancelled: true }).latency_llm, undefined)
  t.equal(fieldsOfMetrics({ ...llm, ttftMs: -1 }).latency_llm, undefined)
  t.same(fieldsOfMetrics({ type: 'tts_metrics', charactersCount: 118, ttfbMs: -1 }), { tts_characters: 118 })
  t.same(fieldsOfMetrics({ type: 'stt_metrics', audioDurationMs: 2500 }), { stt_duration_sec: 2.5 })
  t.same(fieldsOfMetrics({ type: 'eou_metrics', transcriptionDelayMs: 300, lastSpeakingTimeMs: 0 }), {})
  t.same(fieldsOfMetrics({ type: 'eou_metrics', transcriptionDelayMs: 300, lastSpeakingTimeMs: 1e12 }), {
    ttfb_stt: 300,
  })
  t.same(fieldsOfMetrics({ type: 'vad_metrics' }), {})
  t.same(fieldsOfMessage({ e2eLatency: 1.5, llmNodeTtft: 0.25 }), { latency_llm: 250, eou_latency: 1500 })
})

test('a call told turn by turn is in the service as it went', async (t) => {
  const who = await s.company()
  const id = await makeCall(who)
  const { url } = await line(t, [])
  const { world, settle, move } = steppedWorld()
  const sender = new TelemetrySender({ url, key: await keyOf(who), world })
  const call = sender.collect(id)
  const user = call.startTurn('user')
  move(2000)
  user
    .mark('user_speech_end')
    .mark('stt_final', world.now?.() ?? 0)
    .finalize({ content: 'Hello?' })
  const agent = call.startTurn('assistant', { state_id: 'greeting' })
  agent.mark('user_speech_end')
  move(800)
  agent.mark('audio_start').mark('audio_start', 1e9)
  agent.add({ llm_input_tokens: 900, content: 'Hi' }).add({ llm_input_tokens: 100, llm_output_tokens: 20 })
  agent.finalize()
  agent.finalize({ content: 'again' })
  call.finalizeCall({ outcome: 'success', duration_sec: 12.5 })
  await settle(sender)
  t.same(await stored(id), [
    { turn_index: 0, content: 'Hello?', eou_latency: null },
    { turn_index: 1, content: 'Hi', eou_latency: 800 },
  ])
  const metrics = await s.call('GET', `/api/calls/${id}/metrics`, who.headers)
  t.match(metrics.body, { llm_input_tokens: 1000, llm_output_tokens: 20, outcome: 'success', turn_count: 2 })
  t.same(sender.stats(), { sent: 3, duplicates: 0, rejected: 0, dropped: 0, misused: 0, left: 0 })
})

test('whatever happens on the way, nothing is lost, nothing is doubled, and the end of a call comes last', async (t) => {
  const who = await s.company()
  const calls = await Promise.all([1, 2, 3].map(() => makeCall(who)))
  const faults: Fault[] = [
    'cut before',
    'cut after',
    500,
    'html',
    503,
    'not json',
    'cut after',
    401,
    502,
    'pass',
    'cut after',
    429,
  ]
  const { url, seen } = await line(t, faults)
  const { world, settle, pauses } = steppedWorld()
  const errors: number[] = []
  const onError = (_error: unknown, attempt: number) => {
    errors.push(attempt)
    throw new Error('a listener that fails')
  }
  const sender = new TelemetrySender({ url, key: await keyOf(who), batchSize: 7, world, onError })
  for (const id of calls) {
    const call = sender.collect(id)
    for (let i = 0; i < 10; i++) call.startTurn('assistant').finalize({ content: String(i) })
    call.finalizeCall({ outcome: 'success' })
  }
  await settle(sender)
  for (const id of calls) {
    t.same(
      (await stored(id)).map(({ content }) => content),
      Array.from({ length: 10 }, (_, i) => String(i)),
    )
    t.match(await statusOf(id), { status: 'completed', turn_count: 10 })
  }
  const { sent, dropped, rejected, left, duplicates } = sender.stats()
  t.same({ sent, dropped, rejected, left }, { sent: 33, dropped: 0, rejected: 0, left: 0 })
  t.ok(duplicates > 0, 'what was cut after it was stored came twice, and was known')
  t.same(errors.slice(0, 3), [1, 2, 3])
  t.ok(pauses.includes(7000), 'what the service asks for is waited')
  t.same(
    pauses.filter((ms) => ms > 0).slice(0, 4),
    [125, 250, 500, 1000],
    'half of a bound that doubles, by this random()',
  )
  t.ok(seen.every(({ headers }) => headers.authorization?.startsWith('Bearer ')))
})

test('a service that is away, and comes back after a restart, is told everything', async (t) => {
  const who = await s.company()
  const id = await makeCall(who)
  const first = await line(t, [])
  const { world, settle } = steppedWorld()
  let away = true
  const passed: World['fetch'] = (input, init) =>
    away
      ? Promise.reject(new TypeError('fetch failed'))
      : fetch(String(input).replace('http://away', first.url), init)
  const sender = new TelemetrySender({
    url: 'http://away',
    key: await keyOf(who),
    world: { ...world, fetch: passed },
  })
  const call = sender.collect(id)
  call.startTurn('assistant').finalize()
  await t.rejects(settle(sender), 'it goes on trying')
  t.equal(sender.stats().left, 1)
  call.startTurn('assistant').finalize()
  call.finalizeCall()
  away = false
  await settle(sender)
  t.equal((await stored(id)).length, 2)
  t.match(await statusOf(id), { status: 'completed' })

  const again = new TelemetrySender({ url: first.url, key: await keyOf(who), world })
  again.collect(id, { firstTurnIndex: 2 }).startTurn('assistant').finalize({ content: 'after a restart' })
  await settle(again)
  t.same((await stored(id)).at(-1), { turn_index: 2, content: 'after a restart', eou_latency: null })
})

test('memory is bounded: the oldest turns go, they are counted and told, and calls still end', async (t) => {
  const who = await s.company()
  const id = await makeCall(who)
  const dropped: Item[] = []
  const { url } = await line(t, [])
  const { world, settle } = steppedWorld()
  let away = true
  const passed: World['fetch'] = (...args) => (away ? Promise.reject(new Error('away')) : fetch(...args))
  const sender = new TelemetrySender({
    ...{ url, key: await keyOf(who), maxItems: 50, world: { ...world, fetch: passed } },
    onDrop: (item) => void dropped.push(item),
  })
  const call = sender.collect(id)
  for (let i = 0; i < 60; i++) call.startTurn('assistant').finalize({ content: 'x'.repeat(1000) })
  call.finalizeCall({ outcome: 'success' })
  for (let i = 0; i < 20; i++)
    sender.send({ kind: 'turn', call_id: id, turn: { turn_index: 100 + i, role: 'user' } })
  t.match(sender.stats(), { left: 50, dropped: 31 })
  t.same(
    dropped.slice(0, 3).map((item) => item.kind === 'turn' && item.turn.turn_index),
    [0, 1, 2],
  )
  away = false
  await settle(sender)
  t.match(sender.stats(), { left: 0, dropped: 31, sent: 50 })
  t.match(await statusOf(id), { status: 'completed' })
  const small = new TelemetrySender({
    url,
    key: 'k',
    maxBytes: 3000,
    world: { ...world, fetch: () => Promise.reject(new Error()) },
  })
  for (let i = 0; i < 20; i++)
    small
      .collect(id)
      .startTurn('user')
      .finalize({ content: 'x'.repeat(1000) })
  t.ok(small.stats().left < 4 && small.stats().dropped >= 16, 'bytes are bounded too')
})

test('what the service refuses is told with its reason, and holds up nothing behind it', async (t) => {
  const who = await s.company()
  const id = await makeCall(who)
  const { url } = await line(t, [])
  const { world, settle } = steppedWorld()
  const reasons: string[] = []
  const sender = new TelemetrySender({
    url,
    key: await keyOf(who),
    world,
    onDrop: (_, reason) => void reasons.push(reason),
  })
  sender.collect('00000000-0000-4000-8000-00000000dead').startTurn('user').finalize()
  sender.send({ kind: 'turn', call_id: id, turn: { turn_index: 0, role: 'user', eou_latency: -7 } })
  sender.collect(id, { firstTurnIndex: 1 }).startTurn('user').finalize()
  await settle(sender)
  t.match(sender.stats(), { sent: 1, rejected: 2, left: 0 })
  t.match(reasons.sort(), [/call_not_found/, /negative_latency/])

  const tooLarge = new TelemetrySender({
    url: (await line(t, [413, 413, 413])).url,
    key: await keyOf(who),
    world,
  })
  const call = tooLarge.collect(id, { firstTurnIndex: 10 })
  for (let i = 0; i < 4; i++) call.startTurn('user').finalize()
  await settle(tooLarge)
  t.match(tooLarge.stats(), { sent: 3, dropped: 1, left: 0 }, 'halved until what is too large is alone')
})

test('nothing an agent does throws into its call', async (t) => {
  const { world } = steppedWorld()
  const sender = new TelemetrySender({
    url: 'http://nowhere',
    key: 'k',
    world: { ...world, fetch: () => Promise.reject(new Error()) },
  })
  const call = sender.collect('not even an id')
  const turn = call.startTurn('user')
  const circle: Record<string, unknown> = {}
  circle.self = circle
  turn.mark('llm_start', Number.NaN).mark('audio_start', Number.POSITIVE_INFINITY)
  turn.add({ llm_input_tokens: Number.NaN, sentiment: Number.POSITIVE_INFINITY })
  turn.finalize({ extra_data: circle })
  turn.mark('llm_end').add({ content: 'late' })
  call.finalizeCall()
  call.finalizeCall()
  call.startTurn('user').finalize()
  t.match(sender.stats(), { dropped: 1, misused: 5, left: 2 })
})

test('close sends what waits, and gives up when it is told to', async (t) => {
  const who = await s.company()
  const id = await makeCall(who)
  const { url } = await line(t, [])
  const sender = new TelemetrySender({ url, key: await keyOf(who), flushMs: 60_000 })
  const call = sender.collect(id)
  for (let i = 0; i < 250; i++) call.startTurn('user').finalize()
  call.finalizeCall()
  t.match(await sender.close(), { sent: 251, left: 0 })
  t.match(await statusOf(id), { status: 'completed', turn_count: 250 })
  sender.send({ kind: 'completion', call_id: id, completion: {} })
  t.match(sender.stats(), { dropped: 1 })

  const never = new TelemetrySender({ url: 'http://127.0.0.1:1', key: 'k' })
  never.collect(id).startTurn('user').finalize()
  t.match(await never.close(50), { sent: 0, left: 1 })
  t.match(
    await new TelemetrySender({ url, key: 'k' }).close(50),
    { left: 0 },
    'with nothing to do it is done',
  )
})
