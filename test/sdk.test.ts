import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { pathToFileURL } from 'node:url'
import type { Static } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import t, { type Test, test } from 'tap'
import WebSocket from 'ws'
import { apiClient } from '../sdk/src/client.ts'
import {
  type Completion,
  type Environment,
  type Item,
  type SenderOptions,
  TelemetrySender,
  type Turn,
  turnFieldsFromMarks,
  turnFieldsFromMessage,
  turnFieldsFromMetrics,
} from '../sdk/src/index.ts'
import { LiveClient, type LiveEvent, type LiveOptions, type SocketConstructor } from '../sdk/src/live.ts'
import type { CompletionInput, TurnInput } from '../src/modules/telemetry/ingest/input-schema.ts'
import { projectRoot } from './setup/programs.ts'
import { startTestService, type TestCompany } from './setup/service.ts'

const s = await startTestService(t)
const service = await s.app.listen({ host: '127.0.0.1', port: 0 })
const who = await s.createCompany()
const key = await keyOf(who)

/** Checked by the compiler: what the sdk sends is what the service takes, and no field is missing on either side. */
type Same<A, B> = [A, B] extends [B, A] ? true : never
export const wireFits: [
  Turn extends Static<typeof TurnInput> ? true : never,
  Completion extends Static<typeof CompletionInput> ? true : never,
  Same<keyof Turn, keyof Static<typeof TurnInput>>,
  Same<keyof Completion, keyof Static<typeof CompletionInput>>,
  Same<Completion['outcome'], Static<typeof CompletionInput>['outcome']>,
] = [true, true, true, true, true]

/** What happens to a request: it is passed on, held, answered for the service, or cut, before or after it is passed on. */
type Fault = 'pass' | 'hold' | 'cut before' | 'cut after' | 'html' | 'not json' | number | Said
interface Said {
  status: number
  headers?: Record<string, string>
  body?: string
}
interface Sent {
  turns: (Turn & { call_id: string })[]
  completions: (Completion & { call_id: string })[]
}

/** A line to the service with the faults of the way, in their order; then it is sound. */
async function line(t: Test, faults: Fault[] = []) {
  const requests: Sent[] = []
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    requests.push(JSON.parse(body))
    const fault = faults.shift() ?? 'pass'
    const pass = () => passOn(request, body)
    if (fault === 'cut before') return void request.socket.destroy()
    if (fault === 'hold') return void server.emit('held', pass)
    if (fault === 'html') return void response.end('<h1>Welcome</h1>')
    if (fault === 'not json') return void response.end('{"turns":')
    if (typeof fault === 'number') return void response.writeHead(fault).end('{}')
    if (typeof fault === 'object') return void response.writeHead(fault.status, fault.headers).end(fault.body)
    const answer = await pass()
    if (fault === 'cut after') return void request.socket.destroy()
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.text)
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const stop = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  t.teardown(stop)
  const port = await listen(0)
  const held = async () => (await once(server, 'held'))[0] as () => ReturnType<typeof passOn>
  return { url: `http://127.0.0.1:${port}`, requests, stop, restart: () => listen(port), held }
}

async function passOn({ url, headers }: http.IncomingMessage, body: string) {
  const { authorization = '', 'content-type': type = '' } = headers
  const answer = await fetch(`${service}${url}`, {
    method: 'POST',
    headers: { authorization, 'content-type': type },
    body,
  })
  return { status: answer.status, text: await answer.text() }
}

/** Time that moves when the test says so: timers run one by one, and no request is under way unseen. */
class SteppedTime {
  now = 5_000
  /** How long each timer that ran had been set for, ms. */
  waited: number[] = []
  private readonly timers = new Map<object, { at: number; ms: number; fn: () => void }>()
  private underWay: Promise<unknown> = Promise.resolve()

  readonly world: Environment = {
    now: () => this.now,
    date: () => new Date(Date.UTC(2026, 0, 1) + this.now),
    random: () => 0.5,
    setTimeout: (fn, ms) => {
      const timer = {}
      this.timers.set(timer, { at: this.now + ms, ms, fn })
      return timer as NodeJS.Timeout
    },
    clearTimeout: (timer) => void this.timers.delete(timer),
    fetch: (...args) => {
      const whole = fetch(...args).then(
        async (answer) =>
          new Response(await answer.text(), { status: answer.status, headers: answer.headers }),
      )
      this.underWay = whole.catch(() => {})
      return whole
    },
  }

  get pending(): number {
    return this.timers.size
  }

  /** Runs the timer that is due first. */
  step(): void {
    const [first] = [...this.timers].sort(([, a], [, b]) => a.at - b.at)
    if (first === undefined) throw new Error('nothing is to come')
    const [timer, { at, ms, fn }] = first
    this.timers.delete(timer)
    this.waited.push(ms)
    this.now = Math.max(this.now, at)
    fn()
  }

  /** Until the request under way, if any, has ended and its sender has drawn its conclusions. */
  async answered(): Promise<void> {
    await this.underWay
    await new Promise((resolve) => setImmediate(resolve))
  }

  /** Runs `count` timers, and waits for the requests they make. */
  async steps(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.step()
      await this.answered()
    }
  }

  /** Until nothing is left to send. */
  async settle(sender: TelemetrySender): Promise<void> {
    await this.answered()
    for (let i = 0; sender.stats().pending > 0; i++) {
      if (i === 500) throw new Error('it does not come to its end')
      await this.steps(1)
    }
  }
}

function senderOf(time: SteppedTime, options: Partial<SenderOptions>) {
  const lost: { item: Item; reason: string }[] = []
  const errors: string[] = []
  const misuses: string[] = []
  const sender = new TelemetrySender({
    url: 'http://127.0.0.1:1',
    key,
    environment: time.world,
    onDrop: (item, reason) => void lost.push({ item, reason }),
    onError: (error) => void errors.push(error.message),
    onMisuse: (what) => void misuses.push(what),
    ...options,
  })
  return { sender, lost, errors, misuses }
}

async function keyOf(company: TestCompany): Promise<string> {
  return (await company.createKey('ingest')).authorization?.replace('Bearer ', '') ?? ''
}

async function makeCall(): Promise<string> {
  return (await s.request('POST', '/api/calls', who.headers, { direction: 'inbound' })).body.id
}

async function stored(id: string): Promise<Record<string, unknown>[]> {
  const rows = await s.db.orm.execute(
    sql`select turn_index, role, content, eou_latency, llm_input_tokens, extra_data
      from call_logs where call_id = ${id}::uuid order by turn_index`,
  )
  return rows.map((row) => ({ ...row }))
}

const contents = async (id: string) => (await stored(id)).map(({ content }) => content)
const callOf = async (id: string) => (await s.request('GET', `/api/calls/${id}`, who.headers)).body
const metricsOf = async (id: string) => (await s.request('GET', `/api/calls/${id}/metrics`, who.headers)).body
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => String(from + i))

/** Tells a call of so many turns, each of 100 tokens, and its end. */
function tell(sender: TelemetrySender, id: string, turns: number): void {
  const call = sender.collect(id)
  for (const content of numbers(0, turns))
    call.startTurn('assistant').finalize({ content, llm_input_tokens: 100 })
  call.finalizeCall({ outcome: 'success' })
}

/** That a call is in the service as `tell` told it: nothing lost, nothing doubled, and ended. */
async function isWhole(t: Test, id: string, turns: number): Promise<void> {
  t.same(await contents(id), numbers(0, turns))
  t.match(await callOf(id), { status: 'completed', outcome: 'success', turn_count: turns })
  t.match(await metricsOf(id), { llm_input_tokens: 100 * turns, bot_turn_count: turns })
}

/** That the turns of a call came in their order, and its end with or after the last of them. */
function isInOrder(t: Test, requests: Sent[], id: string, turns: number): void {
  const seen = requests.map((request) => ({
    indexes: request.turns.filter(({ call_id }) => call_id === id).map(({ turn_index }) => turn_index),
    isEnd: request.completions.some(({ call_id }) => call_id === id),
  }))
  const firsts = [...new Set(seen.flatMap(({ indexes }) => indexes))]
  t.same(
    firsts,
    [...firsts].sort((a, b) => a - b),
    'turns come in their order',
  )
  const ended = seen.findIndex(({ isEnd }) => isEnd)
  const before = new Set(seen.slice(0, ended + 1).flatMap(({ indexes }) => indexes))
  t.equal(before.size, turns, 'the end of the call comes with its last turn or after it')
  const rest = seen.slice(ended + 1).filter(({ isEnd }) => !isEnd)
  t.ok(
    rest.every(({ indexes }) => indexes.length === 0),
    'no turn comes after it, but in the same request again',
  )
}

test('marks become latencies; what was not marked, or cannot be, is not there', async (t) => {
  const all = turnFieldsFromMarks({
    user_speech_end: 1000,
    stt_first_byte: 1100,
    stt_final: 1250.5,
    llm_start: 1251,
    llm_first_token: 1500,
    llm_end: 1900,
    tts_start: 1510,
    tts_first_byte: 1650,
    audio_start: 1700,
    interrupted: 2000,
  })
  t.same(all, {
    eou_latency: 700,
    latency_stt: 250.5,
    ttfb_stt: 100,
    latency_llm: 249,
    ttfb_tts: 140,
    latency_tts: 190,
    extra_data: { llm_duration_ms: 649 },
    was_interrupted: true,
  })
  t.same(turnFieldsFromMarks({}), {})
  t.same(
    turnFieldsFromMarks({ stt_first_byte: 500, user_speech_end: 1000, stt_final: 1300 }),
    { latency_stt: 300, ttfb_stt: 300 },
    'a streaming recognizer speaks before the caller is done: its delay is that of the final transcript',
  )
  t.same(
    turnFieldsFromMarks({ llm_start: 10, llm_first_token: 5, tts_start: 0, tts_first_byte: 600_001 }),
    {},
  )
  t.same(turnFieldsFromMarks({ audio_start: 5 }), { was_interrupted: false })
})

test('where the end of the utterance is marked, that is what eou_latency is, and what the caller waits is beside it', (t) => {
  const at = {
    user_speech_end: 1_000,
    stt_final: 1_300,
    turn_end: 1_550,
    llm_start: 1_550,
    audio_start: 2_400,
  }
  t.match(turnFieldsFromMarks(at), {
    eou_latency: 550,
    extra_data: { e2e_latency_ms: 1_400 },
    latency_stt: 300,
  })
  const { turn_end: _, ...heard } = at
  t.match(
    turnFieldsFromMarks(heard),
    { eou_latency: 1_400, extra_data: undefined },
    'a recording shows no decision',
  )
  t.end()
})

test('metrics of LiveKit: sentinels are no values, a cancelled generation is paid for, seconds become milliseconds', async (t) => {
  const llm = { type: 'llm_metrics', promptTokens: 900, promptCachedTokens: 400, completionTokens: 20 }
  const tokens = { llm_input_tokens: 900, llm_cached_input_tokens: 400, llm_output_tokens: 20 }
  t.same(turnFieldsFromMetrics({ ...llm, ttftMs: 220, cancelled: false }), { ...tokens, latency_llm: 220 })
  t.same(turnFieldsFromMetrics({ ...llm, ttftMs: 220, cancelled: true }), tokens)
  t.same(turnFieldsFromMetrics({ ...llm, ttftMs: -1 }), tokens)
  t.same(turnFieldsFromMetrics({ type: 'tts_metrics', charactersCount: 118, ttfbMs: -1 }), {
    tts_characters: 118,
  })
  t.same(turnFieldsFromMetrics({ type: 'stt_metrics', audioDurationMs: 2500 }), { stt_duration_sec: 2.5 })
  const eou = { type: 'eou_metrics', transcriptionDelayMs: 300, endOfUtteranceDelayMs: 580 }
  t.same(turnFieldsFromMetrics({ ...eou, lastSpeakingTimeMs: 0 }), {}, 'nobody was heard to stop speaking')
  t.same(turnFieldsFromMetrics({ ...eou, lastSpeakingTimeMs: 1e12 }), { ttfb_stt: 300, eou_latency: 580 })
  t.same(turnFieldsFromMetrics({ type: 'vad_metrics' }), {})
  t.same(turnFieldsFromMessage({ transcriptionDelay: 0.1 + 0.2, endOfTurnDelay: 0.58 }), {
    ttfb_stt: 300,
    eou_latency: 580,
  })
  t.same(turnFieldsFromMessage({ llmNodeTtft: 0.25, ttsNodeTtfb: 0.138, e2eLatency: 1.1 }), {
    latency_llm: 250,
    ttfb_tts: 138,
    extra_data: { e2e_latency_ms: 1100 },
  })
})

test('a call told turn by turn is in the service as it went', async (t) => {
  const id = await makeCall()
  const time = new SteppedTime()
  const { sender, misuses } = senderOf(time, { url: (await line(t)).url })
  const call = sender.collect(id)
  const user = call.startTurn('user')
  time.now += 2000
  user.mark('user_speech_end')
  const agent = call.startTurn('assistant', { state_id: 'greeting' }).mark('user_speech_end')
  time.now += 300
  user.mark('stt_final').finalize({ content: 'Hello?' })
  agent.mark('llm_start')
  agent.add(
    turnFieldsFromMetrics({ type: 'llm_metrics', promptTokens: 900, completionTokens: 20, ttftMs: 220 }),
  )
  agent.add(
    turnFieldsFromMetrics({ type: 'llm_metrics', promptTokens: 100, completionTokens: 5, ttftMs: 900 }),
  )
  time.now += 500
  agent.mark('llm_first_token').mark('audio_start').mark('audio_start', 1e9)
  agent.add({ content: 'H' })
  agent.finalize({ content: 'Hi', extra_data: { e2e_latency_ms: 801 } })
  agent.finalize({ content: 'again' })
  time.now += 10_000
  call.finalizeCall({ outcome: 'success' })
  call.finalizeCall({ outcome: 'fail' })
  await time.settle(sender)
  const turns = (await s.request('GET', `/api/calls/${id}/logs`, who.headers)).body.items
  t.match(turns, [
    { turn_index: 0, role: 'user', content: 'Hello?', latency_stt: 300, ttfb_stt: 300, eou_latency: null },
    {
      turn_index: 1,
      role: 'assistant',
      content: 'Hi',
      state_id: 'greeting',
      eou_latency: 800,
      latency_llm: 220,
      llm_input_tokens: 1000,
      llm_output_tokens: 25,
      was_interrupted: false,
      extra_data: { e2e_latency_ms: 801 },
    },
  ])
  t.equal(turns[1].latency_llm, 220, 'of two generations the first is what the caller waits for')
  t.match(await callOf(id), { outcome: 'success', duration_sec: 12.8, turn_count: 2 })
  t.same(sender.stats(), { sent: 3, duplicates: 0, rejected: 0, dropped: 0, misused: 0, left: 0 })
  t.same(misuses, [])
})

test('whatever happens on the way, nothing is lost, nothing is doubled, and the end of a call comes last', async (t) => {
  const calls = await Promise.all([1, 2, 3].map(makeCall))
  const { url, requests } = await line(t, [
    'cut before',
    'cut after',
    500,
    'html',
    'not json',
    'cut after',
    502,
    'pass',
    'cut after',
    429,
    409,
    'cut before',
    'pass',
    'cut after',
    503,
  ])
  const time = new SteppedTime()
  const { sender, errors, lost } = senderOf(time, { url, batchSize: 7 })
  for (const id of calls) tell(sender, id, 10)
  await time.settle(sender)
  for (const id of calls) {
    await isWhole(t, id, 10)
    isInOrder(t, requests, id, 10)
  }
  const { duplicates, ...rest } = sender.stats()
  t.same(rest, { sent: 33, rejected: 0, dropped: 0, misused: 0, left: 0 })
  t.ok(duplicates > 0, 'what was cut after it was stored came twice, and was known')
  t.equal(errors.length, 13, 'every failure is told')
  t.same(lost, [])
})

test('a service that answers too late is told again, and what it stores late is not doubled', async (t) => {
  const id = await makeCall()
  const { url, held, requests } = await line(t, ['hold', 'hold'])
  const time = new SteppedTime()
  const { sender, errors } = senderOf(time, { url })
  const isHeld = held()
  tell(sender, id, 5)
  time.step()
  const passLate = await isHeld
  t.match(sender.stats(), { sent: 0, left: 6 }, 'what is under way is not sent yet')
  const isHeldAgain = held()
  await time.steps(1)
  t.equal(time.waited.at(-1), 10_000, 'an answer is waited for no longer than this')
  time.step()
  const passAfterAll = await isHeldAgain
  await time.steps(1)
  t.equal((await passLate()).status, 200, 'the first arrives while the third is to come')
  await time.settle(sender)
  t.equal((await passAfterAll()).status, 200, 'the second arrives when all is over')
  await isWhole(t, id, 5)
  isInOrder(t, requests, id, 5)
  t.match(sender.stats(), { sent: 6, duplicates: 5, left: 0, dropped: 0 })
  t.match(errors, [/did not answer in 10000 ms/, /did not answer in 10000 ms/])
})

test('a service that is away, and comes back after a restart, is told everything', async (t) => {
  const [id, second] = [await makeCall(), await makeCall()]
  const way = await line(t)
  const time = new SteppedTime()
  const { sender, errors } = senderOf(time, { url: way.url })
  await way.stop()
  tell(sender, id, 3)
  await time.steps(20)
  t.match(sender.stats(), { sent: 0, left: 4 })
  t.equal(errors.length, 20)
  t.same(
    time.waited,
    [250, 125, 250, 500, 1000, 2000, 4000, 8000, ...Array.from({ length: 12 }, () => 15_000)],
    'half, by this random(), of a bound that doubles up to 30 s',
  )
  tell(sender, second, 3)
  await way.restart()
  await time.settle(sender)
  await isWhole(t, id, 3)
  await isWhole(t, second, 3)
  t.match(sender.stats(), { sent: 8, left: 0, dropped: 0 })
})

test('an agent that was restarted in the middle of a call goes on with the next index; one that does not is told', async (t) => {
  const id = await makeCall()
  const { url } = await line(t)
  const time = new SteppedTime()
  const first = senderOf(time, { url }).sender
  for (let told = 0; told < 2; told++) first.collect(id).startTurn('user').finalize({ content: 'a' })
  await time.settle(first)
  t.same(await contents(id), ['a'], 'the same turn told twice is one')
  const { sender, lost } = senderOf(time, { url })
  const { turns } = (await s.request('GET', `/api/calls/${id}/transcript`, who.headers)).body
  const call = sender.collect(id, { firstTurnIndex: turns.at(-1).turn_index + 1 })
  call.startTurn('assistant').finalize({ content: 'b' })
  call.finalizeCall()
  sender.collect(id).startTurn('assistant').finalize({ content: 'forgot the index' })
  await time.settle(sender)
  t.same(await contents(id), ['a', 'b'])
  t.match(await callOf(id), { status: 'completed', turn_count: 2 })
  t.match(sender.stats(), { sent: 2, rejected: 1, left: 0 })
  t.match(lost, [
    { reason: /^contradicts .*the first is kept/, item: { turn: { content: 'forgot the index' } } },
  ])
})

test('Retry-After is honoured, in seconds and as a date, and not beyond five minutes', async (t) => {
  const id = await makeCall()
  const time = new SteppedTime()
  const away = (value: string): Said => ({ status: 503, headers: { 'retry-after': value } })
  const date = new Date(Date.UTC(2026, 0, 1) + time.now + 60_000).toUTCString()
  const { url } = await line(t, [away('7'), away(date), away('99999999999'), away('soon')])
  const { sender } = senderOf(time, { url })
  tell(sender, id, 1)
  await time.settle(sender)
  const [, seconds, asked, most, none] = time.waited
  t.equal(
    seconds,
    7_125,
    'what is asked for, and the jitter on top of it: agents do not come back all at once',
  )
  t.ok(asked && asked > 50_000 && asked < 60_250)
  t.equal(most, 300_500)
  t.equal(none, 1_000)
  await isWhole(t, id, 1)
})

test('a key that is refused may be mended: everything waits for it, and is tried every 15 to 30 s', async (t) => {
  const id = await makeCall()
  const { url } = await line(t, [
    { status: 401, body: '{"code":"unauthorized","detail":"no"}' },
    403,
    404,
    { status: 308, headers: { location: '/api/telemetry' } },
  ])
  const time = new SteppedTime()
  const { sender, errors, lost } = senderOf(time, { url })
  tell(sender, id, 3)
  await time.settle(sender)
  t.same(time.waited, [250, 22_500, 22_500, 22_500, 22_500])
  t.same(errors, [
    'The service answered 401, unauthorized: no',
    'The service answered 403',
    'The service answered 404',
    'The service answered 308',
  ])
  t.same(lost, [])
  await isWhole(t, id, 3)
})

test('memory is bounded: the oldest turns go, each is counted and told, and calls still end', async (t) => {
  const [early, id] = [await makeCall(), await makeCall()]
  const way = await line(t)
  await way.stop()
  const time = new SteppedTime()
  const { sender, lost } = senderOf(time, { url: way.url, maxItems: 50 })
  tell(sender, early, 1)
  const call = sender.collect(id)
  for (let i = 0; i < 60; i++) call.startTurn('assistant').finalize({ content: String(i) })
  await time.steps(1)
  call.finalizeCall({ outcome: 'success' })
  t.match(sender.stats(), { left: 50, dropped: 13, misused: 0 })
  t.same(
    lost.map(({ item, reason }) => item.kind === 'turn' && `${item.turn.content} ${reason}`),
    ['0', ...numbers(0, 12)].map((content) => `${content} too many wait`),
  )
  await way.restart()
  await time.settle(sender)
  t.same(await contents(id), numbers(12, 60))
  t.match(sender.stats(), { left: 0, dropped: 13, sent: 50 })
  t.match(await callOf(id), { status: 'completed', turn_count: 48 })
  t.match(await callOf(early), { status: 'completed' }, 'it lost its turn, and not its end')

  const ends = senderOf(time, { maxItems: 2 })
  for (const call_id of ['a', 'b', 'c']) ends.sender.collect(call_id).finalizeCall()
  t.match(ends.lost, [{ item: { kind: 'completion', call_id: 'a' } }], 'of ends alone the oldest goes')
})

test('memory is bounded in bytes too, and what is under way counts', async (t) => {
  const { url, held } = await line(t, ['hold'])
  const time = new SteppedTime()
  const { sender, lost } = senderOf(time, { url, maxBytes: 2 ** 20 })
  const id = await makeCall()
  const call = sender.collect(id)
  // Two bytes each as UTF-8.
  const speak = () => call.startTurn('assistant').finalize({ content: 'ы'.repeat(50_000) })
  const isHeld = held()
  for (let i = 0; i < 8; i++) speak()
  time.step()
  await isHeld
  for (let i = 0; i < 10; i++) speak()
  t.match(sender.stats(), { left: 10, dropped: 8 })
  t.same(
    lost.map(({ item }) => item.kind === 'turn' && item.turn.turn_index),
    [8, 9, 10, 11, 12, 13, 14, 15],
    'of those that wait: what is under way stays',
  )
  time.step()
  await time.answered()
  await time.steps(1)
  t.match(sender.stats(), { left: 2, sent: 8 })

  const way = await line(t, ['hold'])
  const later = new SteppedTime()
  const few = senderOf(later, { url: way.url, maxItems: 3 })
  const isHeldAgain = way.held()
  const other = few.sender.collect(id, { firstTurnIndex: 100 })
  for (let i = 0; i < 2; i++) other.startTurn('user').finalize()
  later.step()
  await isHeldAgain
  for (let i = 0; i < 2; i++) other.startTurn('user').finalize()
  t.match(few.sender.stats(), { left: 3, dropped: 1 })
})

test('what the service refuses is told with its reason, and holds up nothing behind it', async (t) => {
  const id = await makeCall()
  const time = new SteppedTime()
  const { sender, lost } = senderOf(time, { url: (await line(t)).url })
  sender.collect('00000000-0000-4000-8000-00000000dead').startTurn('user').finalize()
  sender.collect('no id').finalizeCall()
  sender.send({ kind: 'turn', call_id: id, turn: { turn_index: 0, role: 'user', eou_latency: -7 } })
  sender.collect(id, { firstTurnIndex: 1 }).startTurn('user').finalize({ content: 'sound' })
  await time.settle(sender)
  t.match(sender.stats(), { sent: 1, rejected: 3, dropped: 0, left: 0 })
  t.match(lost.map(({ reason }) => reason).sort(), [
    /^call_not_found/,
    /^invalid .*must be the id of a call/,
    /^negative_latency .*eou_latency/,
  ])
  t.same(await contents(id), ['sound'])
})

test('a request that is too large goes in halves, until what is too large is alone; then they grow again', async (t) => {
  const id = await makeCall()
  const time = new SteppedTime()
  const { url, requests } = await line(t, [413, 413, 413])
  const { sender, lost } = senderOf(time, { url, batchSize: 8 })
  const call = sender.collect(id)
  for (let i = 0; i < 6; i++) call.startTurn('user').finalize({ content: String(i) })
  await time.settle(sender)
  t.same(
    requests.map(({ turns }) => turns.length),
    [6, 3, 1, 1, 2, 2],
  )
  t.match(lost, [{ reason: 'The service answered 413', item: { turn: { content: '0' } } }])
  t.match(sender.stats(), { sent: 5, rejected: 1, left: 0 })
  t.same(await contents(id), numbers(1, 6))

  const other = await makeCall()
  const wide = senderOf(time, { url }).sender
  const large = wide.collect(other)
  for (let i = 0; i < 12; i++) large.startTurn('user').finalize({ content: 'x'.repeat(100_000) })
  await time.settle(wide)
  t.same(
    requests.slice(6).map(({ turns }) => turns.length),
    [8, 4],
    'a request is smaller than servers let through',
  )
  t.equal((await stored(other)).length, 12)
})

test('a 400 that is not of the service loses nothing', async (t) => {
  const id = await makeCall()
  const time = new SteppedTime()
  const { sender, lost } = senderOf(time, { url: (await line(t, [400, 422])).url })
  tell(sender, id, 2)
  await time.settle(sender)
  t.same(lost, [])
  await isWhole(t, id, 2)
})

test('a value that cannot be is left out and told; the rest of its turn, and of its call, arrives', async (t) => {
  const id = await makeCall()
  const time = new SteppedTime()
  const { sender, misuses, lost } = senderOf(time, { url: (await line(t)).url })
  const call = sender.collect(id)
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const turn = call.startTurn('assistant')
  turn.mark('user_speech_end', Number.NaN).mark('audio_start', Number.POSITIVE_INFINITY)
  turn.add({ llm_input_tokens: Number.NaN, sentiment: 3, eou_latency: -5, latency_llm: -1, ttfb_tts: 1e9 })
  turn.add({ llm_input_tokens: 10.4, llm_cached_input_tokens: 20, tts_characters: 2 ** 40 })
  turn.add({ content: 'half of a pair: \ud83d, and \0', typo: 1 } as object)
  turn.finalize({ extra_data: circle })
  call.startTurn('user').finalize({ extra_data: { log: 'x'.repeat(1_000_000) }, content: 'large' })
  const tools: unknown[] = [1n]
  call.startTurn('user').finalize({ extra_data: { tools }, content: 'a bigint' })
  const changed = { steps: 1 as unknown }
  call.startTurn('user').finalize({ extra_data: changed, content: 'changed afterwards' })
  changed.steps = circle
  const fallback = {
    component: 'llm',
    provider: 'OpenAI',
    model: 'm',
    llm_input_tokens: 5,
    tts_characters: 'no',
    typo: 1,
  }
  const many = Array.from({ length: 30 }, () => ({ component: 'tts', provider: 'other', tts_characters: 1 }))
  call.finalizeCall({
    outcome: 'sucess' as 'success',
    outcome_confidence: Number.NaN,
    duration_sec: -3,
    sentiment_score: -1,
    reported_cost: { total: '0.11', llm: Number.NaN },
    providers: { stt: { provider: 'Deepgram' }, also: [fallback, { component: 'x' }, 'y', ...many] as never },
    collected_data: circle,
  })
  await time.settle(sender)
  t.match(await stored(id), [
    {
      content: 'half of a pair: \ufffd, and \ufffd',
      llm_input_tokens: 10,
      eou_latency: null,
      extra_data: null,
    },
    { content: 'large', extra_data: null },
    { content: 'a bigint', extra_data: null },
    { content: 'changed afterwards', extra_data: { steps: 1 } },
  ])
  t.match(await callOf(id), { status: 'completed', collected_data: null })
  t.match(await metricsOf(id), {
    cost_total: '0.110000',
    sentiment_score: -1,
    providers: { stt: { provider: 'deepgram' } },
  })
  const { also } = (await metricsOf(id)).providers
  t.same(also[0], { component: 'llm', provider: 'openai', model: 'm', llm_input_tokens: 5 })
  t.equal(also.length, 20, 'as many as the service takes')
  t.match(sender.stats(), { sent: 5, rejected: 0, dropped: 0, left: 0 })
  t.same(lost, [])
  for (const name of [
    'user_speech_end',
    'audio_start',
    'llm_input_tokens',
    'sentiment',
    'eou_latency',
    'ttfb_tts',
    'tts_characters',
    'typo',
    'llm_cached_input_tokens',
    'extra_data',
    'outcome',
    'duration_sec',
    'collected_data',
  ])
    t.ok(
      misuses.some((what) => what.startsWith(name)),
      name,
    )
  t.notOk(
    misuses.some((what) => what.startsWith('latency_llm')),
    '-1 says "not measured", and is no fault',
  )
})

test('nothing an agent does throws into its call', async (t) => {
  const time = new SteppedTime()
  const { sender } = senderOf(time, {})
  const nothing = null as unknown as undefined
  const trap = {
    get content(): string {
      throw new Error('a getter')
    },
  }
  const call = sender.collect(nothing as unknown as string, nothing)
  const turn = call.startTurn(nothing as unknown as 'user', nothing)
  turn.mark(nothing as unknown as 'llm_start', nothing).mark('llm_end', 'x' as unknown as number)
  turn.add(nothing as unknown as object).add(trap)
  turn.finalize(nothing)
  turn.mark('llm_end').add({ content: 'late' })
  sender.collect('x', { firstTurnIndex: -1 }).startTurn('user', trap).finalize(trap)
  call.finalizeCall(nothing)
  call.startTurn('user').finalize()
  sender.send(nothing as unknown as Item)
  sender.send({ kind: 'turn', call_id: 1n as unknown as string, turn: { turn_index: 0, role: 'user' } })
  t.match(sender.stats(), { left: 4, dropped: 2 })
  t.ok(sender.stats().misused >= 9)
})

test('a listener may throw, reject, and call back: nothing comes of it', async (t) => {
  const id = await makeCall()
  const time = new SteppedTime()
  const { url } = await line(t, [500, 'pass'])
  const sender: TelemetrySender = new TelemetrySender({
    url,
    key,
    maxItems: 2,
    environment: time.world,
    onError: () => {
      throw new Error('a listener that throws')
    },
    onMisuse: () => Promise.reject(new Error('a listener that rejects')),
    onDrop: (item) => sender.send(item),
  })
  const call = sender.collect(id)
  for (let i = 0; i < 4; i++)
    call
      .startTurn('user')
      .add({ sentiment: 7 })
      .finalize({ content: String(i) })
  await time.settle(sender)
  const { sent, dropped, pending: left, misused } = sender.stats()
  t.same({ sent, left }, { sent: 2, left: 0 })
  t.ok(dropped >= 2)
  t.equal(misused, 4 + 4 + 1, 'four misuses, and what listeners threw')
})

test('close sends what waits, at once and for no longer than it is told, and then drops the rest', async (t) => {
  const id = await makeCall()
  const { url } = await line(t)
  const sender = new TelemetrySender({ url, key, flushMs: 60_000 })
  tell(sender, id, 250)
  t.same(await sender.close(), { sent: 251, duplicates: 0, rejected: 0, dropped: 0, misused: 0, left: 0 })
  await isWhole(t, id, 250)
  sender.collect(id).finalizeCall()
  t.match(sender.stats(), { dropped: 1, left: 0 }, 'what comes afterwards is counted')
  t.match(await sender.close(), { sent: 251, dropped: 1 }, 'closing twice is no fault')

  const time = new SteppedTime()
  const paused = senderOf(time, { url: (await line(t, [401])).url })
  const other = await makeCall()
  tell(paused.sender, other, 1)
  await time.steps(1)
  const closing = paused.sender.close(10_000)
  await time.steps(1)
  t.match(await closing, { sent: 2, left: 0 }, 'the pause after a failure ends, for one try more')

  const { sender: never, lost } = senderOf(time, {})
  tell(never, id, 1)
  const given = never.close(5_000)
  while (lost.length === 0) await time.steps(1)
  t.match(await given, { sent: 0, dropped: 2, left: 0 })
  t.match(lost, [{ reason: /closed before it was taken/ }, { item: { kind: 'completion' } }])
  t.match(await senderOf(time, {}).sender.close(), { left: 0 }, 'with nothing to do it is done')

  const way = await line(t, ['hold'])
  const held = way.held()
  const { sender: cut, errors } = senderOf(time, { url: way.url })
  tell(cut, id, 1)
  time.step()
  await held
  const closed = cut.close(0)
  time.step()
  t.match(await closed, { sent: 0, dropped: 2 }, 'a request under way is cut')
  t.same(errors, [], 'which is no failure of the service')
  t.equal(time.pending, 0, 'and nothing is to come')
})

test('flush sends what waits at once, and waits for it no longer than it is told', async (t) => {
  const id = await makeCall()
  const { url } = await line(t)
  const sender = new TelemetrySender({ url, key, flushMs: 60_000 })
  tell(sender, id, 3)
  await sender.flush()
  t.match(sender.stats(), { sent: 4, left: 0 })
  await sender.flush()
  await isWhole(t, id, 3)
  await sender.close()
  await sender.flush()

  const time = new SteppedTime()
  const { sender: late } = senderOf(time, { url: (await line(t, [503])).url })
  const other = await makeCall()
  tell(late, other, 1)
  const flushed = late.flush(50)
  await time.steps(1)
  await time.steps(1)
  await flushed
  t.match(late.stats(), { sent: 0, left: 2 }, 'it is on its way still, after its pause')
  await time.steps(1)
  t.match(late.stats(), { sent: 2, left: 0 })
})

test('a wrong option is refused when the process starts, and the key is in no message', async (t) => {
  const make = (options: object) => () => new TelemetrySender({ url: 'http://a', key, ...options })
  for (const url of [undefined, 'voice.example.com', 'ftp://a', 'http://user:secret@a'])
    t.throws(make({ url }), { name: 'TypeError', message: /^Set url to/ })
  for (const wrong of [undefined, '', 'nv_secret\n', 'nv secret'])
    t.throws(make({ key: wrong }), { message: /^Set key to a key of the company with the scope ingest\.$/ })
  t.throws(make({ batchSize: 201 }), { message: 'Set batchSize to a whole number from 1 to 200.' })
  t.throws(make({ flushMs: Number.NaN }), { message: /flushMs/ })
  t.doesNotThrow(make({ batchSize: undefined }))
})

test('the package as it is built has no dependency, and lets a process end that has nothing else to do', async (t) => {
  const dist = t.testdir()
  // Not in this process: a service whose event loop stands still refuses requests.
  const compiler = [
    `${projectRoot}/node_modules/typescript/bin/tsc`,
    '-p',
    `${projectRoot}/sdk/tsconfig.json`,
  ]
  const [built] = await once(spawn(process.execPath, [...compiler, '--outDir', dist]), 'close')
  t.equal(built, 0)
  const { url } = await line(t)
  const key = await keyOf(who)
  writeFileSync(
    `${dist}/agent.mjs`,
    `import { TelemetrySender } from ${JSON.stringify(pathToFileURL(`${dist}/index.js`).href)}
    const [url, key, call_id] = process.argv.slice(2)
    const sender = new TelemetrySender({ url, key, flushMs: 60_000 })
    const call = sender.collect(call_id)
    call.startTurn('user').finalize({ content: 'from a process of its own' })
    call.finalizeCall()
    if (url !== 'http://127.0.0.1:1') process.stdout.write(JSON.stringify(await sender.close()))`,
  )
  const run = async (url: string, id: string) => {
    const child = spawn(process.execPath, [`${dist}/agent.mjs`, url, key, id], { timeout: 30_000 })
    const said: string[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(String(data)))
    const [code] = await once(child, 'close')
    return { code, said: said.join('') }
  }
  t.same(await run('http://127.0.0.1:1', 'x'), { code: 0, said: '' }, 'items wait, and the process ends')
  const id = await makeCall()
  const closed = await run(url, id)
  t.same(closed, {
    code: 0,
    said: '{"sent":2,"duplicates":0,"rejected":0,"dropped":0,"misused":0,"left":0}',
  })
  t.same(await contents(id), ['from a process of its own'])
  t.match(await callOf(id), { status: 'completed' })
})

test('the client of the API takes and answers what the document says', async (t) => {
  const client = apiClient({
    url: `${service}/`,
    key: who.headers.authorization?.replace('Bearer ', '') ?? '',
  })
  const made = await client.POST('/api/calls', { body: { direction: 'inbound', language: 'ru' } })
  t.equal(made.data?.status, 'active')
  const id = made.data?.id ?? ''
  const turns = [{ turn_index: 0, role: 'user' as const, content: 'Hello', eou_latency: 310.5 }]
  await client.POST('/api/calls/{id}/turns', { params: { path: { id } }, body: { turns } })
  const { data } = await client.GET('/api/calls/{id}/logs', { params: { path: { id }, query: { limit: 5 } } })
  t.match(data?.items, turns)
  const refused = await client.GET('/api/calls/{id}', { params: { path: { id: who.id } } })
  t.match(refused, { data: undefined, error: { status: 404, code: 'not_found' } })
  // @ts-expect-error: a direction that is none is refused by the compiler too
  const wrong = await client.POST('/api/calls', { body: { direction: 'sideways' } })
  t.equal(wrong.error?.code, 'invalid_body')
  const platform = apiClient({
    url: service,
    key: s.platform.authorization?.replace('Bearer ', '') ?? '',
    company_id: who.id,
  })
  t.equal((await platform.GET('/api/company')).data?.id, who.id)
})

test('the live client comes back by itself, and goes on where it was', async (t) => {
  s.events.start()
  const company = await s.createCompany()
  const token = async (scope: 'read' | 'ingest') =>
    (await company.createKey(scope)).authorization?.replace('Bearer ', '') ?? ''
  const newCall = async () =>
    (await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })).body.id
  const addTurn = (id: string, turn_index: number) =>
    s.request('POST', `/api/calls/${id}/turns`, company.headers, { turns: [{ turn_index, role: 'user' }] })
  const cut = () => {
    for (const client of s.app.websocketServer.clients) client.terminate()
  }
  /** A client, what it was told, and a way to wait for that. */
  const following = (options: Partial<LiveOptions> = {}) => {
    const told: {
      events: LiveEvent[]
      snapshots: unknown[]
      resumed: unknown[]
      refused: string[]
      states: string[]
    } = { events: [], snapshots: [], resumed: [], refused: [], states: [] }
    let wake = () => {}
    const note =
      <T>(list: T[]) =>
      (one: T) => {
        list.push(one)
        wake()
      }
    const live = new LiveClient({
      url: service,
      WebSocket: WebSocket as unknown as SocketConstructor,
      onState: (state, why) => note(told.states)(`${state} ${why}`.trim()),
      ...options,
    })
    t.teardown(() => live.close())
    const watcher = {
      onEvent: note(told.events),
      onSnapshot: note(told.snapshots),
      onResume: note(told.resumed),
      onRefused: note(told.refused),
    }
    const until = async (isEnough: () => boolean) => {
      const limit = Date.now() + 20_000
      while (!isEnough()) {
        if (Date.now() > limit) throw new Error(`in vain: ${JSON.stringify(told).slice(0, 2000)}`)
        await new Promise<void>((resolve) => {
          wake = resolve
          setTimeout(resolve, 500).unref()
        })
      }
    }
    return { live, told, watcher, until }
  }

  t.test('however often the line is cut, each event is told once and in order', async (t) => {
    const { live, told, watcher, until } = following({ key: await token('read') })
    live.watch({}, watcher)
    await until(() => told.snapshots.length === 1)
    const call = await newCall()
    const ofCall = following({ key: await token('read') })
    ofCall.live.watch({ call_id: call }, ofCall.watcher)
    await ofCall.until(() => ofCall.told.snapshots.length === 1)
    for (let i = 0; i < 60; i++) {
      await addTurn(call, i)
      if (i % 20 === 10) cut()
      if (i % 20 === 15) await until(() => told.resumed.length > i / 20 - 1)
    }
    await until(() => told.events.length >= 61)
    await ofCall.until(() => ofCall.told.events.length >= 60)
    t.same(
      told.events.map(({ id }) => id),
      Array.from({ length: 61 }, (_, i) => i + 1),
    )
    const turns = ofCall.told.events.flatMap(({ data }) => data.turns as { turn_index: number }[])
    t.same(
      turns.map(({ turn_index }) => turn_index),
      [...Array(60).keys()],
    )
    t.equal(told.snapshots.length, 1, 'and what was known stayed')
    t.ok(told.states.some((state) => state.startsWith('waiting closed: 1006')))
    live.close()
    await addTurn(call, 60)
    t.equal(told.events.length, 61)
    t.equal(told.states.at(-1), 'closed as asked')
  })

  t.test('where what was missed is forgotten, it begins with a snapshot again', async (t) => {
    const { live, told, watcher, until } = following({ key: await token('read') })
    live.watch({}, watcher)
    await until(() => told.snapshots.length === 1)
    await s.db.client.unsafe(`update event_heads set last_id = last_id + 50, first_id = last_id + 40`)
    cut()
    await until(() => told.snapshots.length === 2)
    t.same([told.resumed.length, told.refused.length], [0, 0])
    const before = told.events.length
    const call = await newCall()
    await until(() => told.events.some(({ call_id }) => call_id === call))
    t.ok(told.events.length > before)
  })

  t.test('several topics over one line, ended one by one; what is not there is told', async (t) => {
    const { live, told, watcher, until } = following({ key: await token('read') })
    const [one, two] = [await newCall(), await newCall()]
    const stop = live.watch({ call_id: one }, watcher)
    const other: LiveEvent[] = []
    live.watch({ call_id: two }, { onEvent: (event) => other.push(event), onSnapshot: watcher.onSnapshot })
    live.watch({ call_id: company.id }, watcher)
    await until(() => told.snapshots.length === 2 && told.refused.length === 1)
    t.same(told.refused, ['call_not_found'])
    await addTurn(one, 0)
    await until(() => told.events.length === 1)
    stop()
    await addTurn(one, 1)
    await addTurn(two, 0)
    await until(() => other.length === 1)
    t.equal(told.events.length, 1)
    t.equal(told.states.filter((state) => state === 'connecting').length, 1)
  })

  t.test(
    'a page gets its tickets from a server of its own; a key that may not read says so and goes on trying',
    async (t) => {
      let asked = 0
      const page = following({
        ticket: async () => {
          asked++
          if (asked === 1) throw new Error('the page is offline')
          return (await s.request('POST', '/api/live/tickets', company.headers, {})).body.ticket
        },
      })
      page.live.watch({}, page.watcher)
      await page.until(() => page.told.snapshots.length === 1)
      t.equal(asked, 2)
      t.same(page.told.states, ['connecting', 'waiting the page is offline', 'connecting', 'open'])
      const wrong = following({ key: await token('ingest') })
      wrong.live.watch({}, wrong.watcher)
      await wrong.until(() => wrong.told.states.filter((state) => state.includes('answered 403')).length >= 2)
    },
  )

  t.test('without a key, or a WebSocket to use, it says what is missing', async (t) => {
    t.throws(() => new LiveClient({ url: service }), /give a key/)
    const has = 'WebSocket' in globalThis
    if (!has) t.throws(() => new LiveClient({ url: service, key: 'x' }), /package ws/)
  })
})
