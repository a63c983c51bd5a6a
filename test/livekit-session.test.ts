import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import { llm, type ModelUsage, voice } from '@livekit/agents'
import t, { test } from 'tap'
import { collectSession, endOnCrash, type SessionOptions } from '../sdk/src/agents.ts'
import { type Completion, type Item, TelemetrySender, type Turn } from '../sdk/src/index.ts'
import { MetricCollector } from '../sdk/src/telemetry/collector.ts'
import { SeededRandom } from '../src/telephony/simulated/seeded-random.ts'
import { programArgs } from './setup/programs.ts'
import { startTestService } from './setup/service.ts'
import { GeneratedCall } from './setup/session-events.ts'
import { type Reply, ScriptedLLM, ScriptedSTT, ScriptedTTS, withAudio } from './setup/voice.ts'

const s = await startTestService(t)
const url = await s.app.listen({ host: '127.0.0.1', port: 0 })
const who = await s.createCompany()
const key = (await who.createKey('ingest')).authorization?.slice('Bearer '.length) ?? ''
const usages = [
  'llm_input_tokens',
  'llm_cached_input_tokens',
  'llm_output_tokens',
  'tts_characters',
  'stt_duration_sec',
] as const

/** A collector whose items are kept instead of sent. */
function kept() {
  const items: Item[] = []
  const misuses: string[] = []
  const collector = new MetricCollector('call', {
    now: () => performance.now(),
    date: () => new Date(),
    send: (item) => void items.push(item),
    reportMisuse: (what) => void misuses.push(what),
  })
  const turns = () => items.flatMap((item) => (item.kind === 'turn' ? item.turn : []))
  const completions = () => items.flatMap((item) => (item.kind === 'completion' ? item.completion : []))
  return { items, misuses, collector, turns, completions }
}

/** What turns add up to. */
const sums = (turns: readonly Partial<Turn>[]) =>
  Object.fromEntries(
    usages.map((name) => [name, round(turns.reduce((sum, turn) => sum + (turn[name] ?? 0), 0))]),
  )
const round = (value: number) => Math.round(value * 1e6) / 1e6

/** What a session says it used, in our words; of one provider and model, or of all. */
function counted(usage: readonly Partial<ModelUsage>[]) {
  const found = Object.fromEntries(usages.map((name) => [name, 0])) as Record<(typeof usages)[number], number>
  for (const part of usage) {
    if (part.type === 'llm_usage') {
      found.llm_input_tokens += part.inputTokens ?? 0
      found.llm_cached_input_tokens += part.inputCachedTokens ?? 0
      found.llm_output_tokens += part.outputTokens ?? 0
    } else if (part.type === 'tts_usage') found.tts_characters += part.charactersCount ?? 0
    else if (part.type === 'stt_usage') found.stt_duration_sec += (part.audioDurationMs ?? 0) / 1000
  }
  found.stt_duration_sec = round(found.stt_duration_sec)
  return found
}

const lastText = (chat: llm.ChatContext) => {
  const last = chat.items.findLast((item) => item.type === 'message')
  return last?.type === 'message' ? (last.textContent ?? '') : ''
}

/** A session that runs, with ears and a mouth, and a report of it. */
async function talk(
  script: (chat: llm.ChatContext, tools: string[]) => Reply,
  options: SessionOptions = {},
  tools: ConstructorParameters<typeof voice.Agent>[0]['tools'] = undefined,
  collector?: MetricCollector,
) {
  const ears = new ScriptedSTT()
  const session = new voice.AgentSession({
    llm: new ScriptedLLM(script),
    stt: ears,
    tts: new ScriptedTTS(),
    vad: null,
    aecWarmupDuration: null,
    turnHandling: {
      turnDetection: 'stt',
      endpointing: { minDelay: 5, maxDelay: 10 },
      interruption: { minDuration: 0 },
    },
  })
  const mouth = withAudio(session)
  const items = kept()
  const report = collectSession(session, collector ?? items.collector, { settleMs: 60_000, ...options })
  await session.start({ agent: new voice.Agent({ instructions: 'Be nice.', tools }), record: false })
  const said = (count: number, role: 'assistant' | 'user' = 'assistant') =>
    eventually(() => itemsOf(session, role).length >= count)
  /** Somebody says something; resolves when so many replies were spoken. */
  const hear = async (text: string, replies: number) => {
    ears.startSpeech()
    ears.endSpeech(text)
    await said(replies)
  }
  return { session, ears, mouth, report, hear, said, ...items }
}

const itemsOf = (session: voice.AgentSession, role: string) =>
  session.history.items.filter((item) => item.type === 'message' && item.role === role)

/** Resolves when it is true, however long that takes: the test's own limit is the limit. */
async function eventually(isTrue: () => unknown): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}

test('a session reports itself: each word once, in order, with what it took and what it used', async (t) => {
  const { body: call } = await s.request('POST', '/api/calls', who.headers, { direction: 'inbound' })
  const sender = new TelemetrySender({ url, key, flushMs: 1 })
  const look = llm.tool({
    name: 'look_up',
    description: 'Looks it up.',
    parameters: { type: 'object', properties: {} },
    execute: async () => 'it is at nine',
  })
  const said = await talk(
    (chat) => {
      const last = chat.items.at(-1)
      if (last?.type === 'function_call_output')
        return { text: 'At nine.', usage: { input: 130, cached: 100, output: 4 } }
      if (lastText(chat).includes('When'))
        return { calls: [{ name: 'look_up' }], usage: { input: 110, output: 9 } }
      return { text: 'A long story begins.', usage: { input: 150, output: 20 } }
    },
    { state: () => 'hours', connectedAt: performance.now() - 5_000 },
    [look],
    sender.collect(call.id),
  )
  const { session, mouth, hear } = said
  await session.say('Hello there.').waitForPlayout()
  await hear('When do you open?', 2)
  mouth.isHeld = true
  said.ears.startSpeech()
  said.ears.endSpeech('Tell me more', 2.5)
  await eventually(() => session.agentState === 'speaking')
  await hear('Stop, please', 3)
  await said.said(4)
  said.report.update({ outcome: 'success', collected_data: { name: 'Anna' } })
  said.report.update({ collected_data: { day: 'Monday' } })
  await session.close()
  said.report.end()
  const stats = await sender.close()
  t.match(stats, { rejected: 0, dropped: 0, misused: 0, left: 0 })

  const { items: turns } = (await s.request('GET', `/api/calls/${call.id}/logs`, who.headers)).body
  t.same(
    turns.map(({ role, content }: Turn) => [role, content]),
    [
      ['assistant', 'Hello there.'],
      ['user', 'When do you open?'],
      ['assistant', 'At nine.'],
      ['user', 'Tell me more'],
      ['assistant', 'A long story begins.'],
      ['user', 'Stop, please'],
      ['assistant', 'A long story begins.'],
    ],
  )
  const [greeting, , nine, , story, , last] = turns
  t.same([greeting.llm_input_tokens, greeting.latency_llm, greeting.tts_characters], [null, null, 12])
  t.same(
    [nine.llm_input_tokens, nine.llm_cached_input_tokens, nine.llm_output_tokens],
    [240, 100, 13],
    'both steps of a reply that called a function are paid for',
  )
  t.same(nine.extra_data.functions, [{ name: 'look_up', is_error: false }])
  for (const turn of [nine, story, last]) {
    t.ok(turn.latency_llm >= 0 && turn.ttfb_tts >= 0 && turn.eou_latency > 0 && turn.ttfb_stt >= 0)
    t.ok(turn.eou_latency < 1_000, 'milliseconds')
    t.ok(turn.extra_data.e2e_latency_ms >= turn.eou_latency)
    t.equal(turn.state_id, 'hours')
  }
  t.same(
    turns.map(({ was_interrupted }: Turn) => was_interrupted),
    [false, null, false, null, true, null, false],
  )
  t.ok(new Date(story.created_at) <= new Date(turns[5].created_at), 'turns began when their words did')

  const { metrics, call: ended } = await readCall(call.id)
  t.same(sums(turns), counted(session.usage.modelUsage), 'turns add up to what the session counted')
  for (const name of usages) t.equal(metrics[name], counted(session.usage.modelUsage)[name], name)
  t.match(metrics, { interruption_count: 1, user_turn_count: 3, bot_turn_count: 4, outcome: 'success' })
  t.same(metrics.providers, {
    stt: { provider: 'deepgram', model: 'nova-3' },
    llm: { provider: 'groq', model: 'openai/gpt-oss-20b' },
    tts: { provider: 'cartesia', model: 'sonic-3' },
  })
  t.match(ended, { status: 'completed', outcome: 'success', ended_reason: 'user_initiated' })
  t.same(ended.collected_data, { name: 'Anna', day: 'Monday' })
  t.ok(metrics.livekit_duration_sec >= 5, 'LiveKit is paid from when the agent entered the room')
})

async function readCall(id: string) {
  const { body: metrics } = await s.request('GET', `/api/calls/${id}/metrics`, who.headers)
  const { body: call } = await s.request('GET', `/api/calls/${id}`, who.headers)
  return { metrics, call }
}

test('a reply is told a moment after it is spoken, also when nobody answers', async (t) => {
  const said = await talk(() => ({ text: 'Yes.' }), { settleMs: 1 })
  await said.session.say('Hello.').waitForPlayout()
  await eventually(() => said.turns().length > 0)
  t.match(said.turns(), [{ role: 'assistant', content: 'Hello.' }])
  t.equal(said.completions().length, 0)
  await said.session.close()
})

test('a generation that is thrown away before the user is done is paid for, and interrupts nothing', async (t) => {
  let release = () => undefined as unknown
  const never = new Promise<void>((resolve) => {
    release = resolve as () => unknown
  })
  let asked = 0
  const said = await talk(() => (asked++ === 0 ? { text: 'Too soon.', after: never } : { text: 'Now.' }))
  const { ears, session } = said
  ears.startSpeech()
  ears.preflight('I would like')
  await eventually(() => asked > 0)
  ears.endSpeech('I would like a visit')
  await said.said(1)
  const told = once(session as never, 'metrics_collected')
  release()
  await told
  await session.close()
  t.ok(asked >= 2)
  t.same(
    said.turns().filter(({ was_interrupted }) => was_interrupted),
    [],
  )
  t.same(sums(said.turns()), counted(session.usage.modelUsage))
  t.equal(uncountedIn(said.turns()), 1, 'one was cut off before it said what it used: that is told')
})

test('in whatever order it is told, each turn has its own figures, and all is paid for once', async (t) => {
  const seeds = process.env.SESSION_SEEDS?.split(',') ?? Array.from({ length: 300 }, (_, i) => String(i))
  for (const seed of seeds) {
    const call = new GeneratedCall(new SeededRandom(`session ${seed}`))
    const { collector, turns, completions, misuses } = kept()
    collectSession(call.session, collector, { settleMs: 60_000 })
    call.run('participant_disconnected')

    const spoken = turns().filter(({ role }) => role !== 'system')
    const shown = spoken.map((turn) => {
      const { role, content, was_interrupted, latency_llm, ttfb_tts, eou_latency } = turn
      return { role, content, was_interrupted, latency_llm, ttfb_tts, eou_latency }
    })
    const usage = call.usage.flatten()
    const wrong = [
      isDeepStrictEqual(shown, call.expected) || 'turns',
      isDeepStrictEqual(sums(turns()), counted(usage)) || 'usage',
      spoken.filter(({ was_interrupted }) => was_interrupted).length === call.interruptions ||
        'interruptions',
      uncountedIn(turns()) === call.generationsWithoutUsage || 'generations without usage',
      completions().length === 1 || 'completions',
      isDeepStrictEqual(byModel(completions()[0], turns()), countedByModel(usage)) || 'usage by model',
      misuses.length === 0 || misuses.join(),
    ].filter((found) => found !== true)
    if (wrong.length > 0) t.same(shown, call.expected, `seed ${seed}: ${wrong.join(', ')}`)
    if (wrong.length > 0) t.fail(`seed ${seed}: ${wrong.join(', ')}`)
  }
  t.pass(`${seeds.length} calls`)
})

const uncountedIn = (turns: Turn[]) =>
  turns.reduce((sum, { extra_data }) => sum + Number(extra_data?.generations_without_usage ?? 0), 0)

/** Usage of models, as a completion and its turns say it: the main ones have what the others have not. */
function byModel(completion: Completion | undefined, turns: Turn[]) {
  const { also = [], ...main } = completion?.providers ?? {}
  const found: Record<string, Record<string, number>> = {}
  for (const [kind, { model = '' }] of Object.entries(main)) {
    const others = sums(also.filter(({ component }) => component === kind) as Partial<Turn>[])
    const all = sums(turns)
    found[model] = Object.fromEntries(
      usages
        .filter((name) => name.startsWith(kind))
        .map((name) => [name, round((all[name] ?? 0) - (others[name] ?? 0))]),
    )
  }
  for (const { component, model = '', ...part } of also) {
    found[model] = Object.fromEntries(
      usages.filter((name) => name.startsWith(component)).map((name) => [name, part[name] ?? 0]),
    )
  }
  return found
}

const countedByModel = (usage: readonly ModelUsage[]) =>
  Object.fromEntries(
    usage.map((part) => {
      const kind = part.type.slice(0, 3)
      const all = counted([part])
      return [
        part.model,
        Object.fromEntries(usages.filter((name) => name.startsWith(kind)).map((name) => [name, all[name]])),
      ]
    }),
  )

test('a reply that was cut off stands before the words that cut it off, also when it is told after them', async (t) => {
  const session = new voice.AgentSession({ vad: null })
  const { collector, turns } = kept()
  const report = collectSession(session, collector, { settleMs: 60_000 })
  const emit = (name: string, event: object) => session.emit(name as never, ...([event] as never))
  const says = (
    role: 'user' | 'assistant',
    content: string,
    createdAt: number,
    metrics: llm.MetricsReport = {},
  ) => {
    const item = llm.ChatMessage.create({
      role,
      content,
      createdAt,
      metrics,
      interrupted: content === 'A long story',
    })
    return { item, tell: () => emit('conversation_item_added', voice.createConversationItemAddedEvent(item)) }
  }
  const speech = () => {
    const speechHandle = voice.SpeechHandle.create()
    emit(
      'speech_created',
      voice.createSpeechCreatedEvent({ userInitiated: true, source: 'generate_reply', speechHandle }),
    )
    speechHandle._markScheduled()
    return speechHandle
  }
  const story = speech()
  story._cancel()
  says('user', 'Stop', 2_000, { endOfTurnDelay: 0.5, stoppedSpeakingAt: 1 }).tell()
  const late = says('assistant', 'A long story', 1_000)
  story._itemAdded([late.item])
  late.tell()
  story._markDone()
  const answer = says('assistant', 'Yes?', 3_000)
  speech()._itemAdded([answer.item])
  answer.tell()
  report.end()
  t.same(
    turns()
      .toSorted((a, b) => a.turn_index - b.turn_index)
      .map(({ content, was_interrupted, eou_latency }) => [content, was_interrupted, eou_latency]),
    [
      ['A long story', true, undefined],
      ['Stop', undefined, undefined],
      ['Yes?', false, 500],
    ],
  )
})

test('a call ends once, as its session did: with a fault, a hang-up, or a job that is shut down', async (t) => {
  const ends = async (end: (said: Awaited<ReturnType<typeof talk>>) => unknown) => {
    const said = await talk(() => ({ text: 'Yes.' }))
    await said.session.say('Hello.').waitForPlayout()
    await end(said)
    await said.session.close()
    said.report.end('too late')
    t.equal(said.completions().length, 1)
    t.equal(said.items.at(-1)?.kind, 'completion', 'and last')
    t.same(said.misuses, [])
    return said.completions()[0] as Completion
  }
  t.match(await ends(() => undefined), {
    status: 'completed',
    ended_reason: 'user_initiated',
    outcome: undefined,
  })
  t.match(await ends(({ report }) => report.end()), { status: 'completed', ended_reason: 'job_shutdown' })
  t.match(
    await ends(async ({ session }) => {
      const closed = once(session as never, 'close')
      session.shutdown({ reason: 'participant_disconnected', drain: false })
      await closed
    }),
    { status: 'completed', ended_reason: 'participant_disconnected' },
  )

  const faulty = await talk(() => ({ error: new Error('no model') }))
  for (let i = 0; i < 10 && faulty.completions().length === 0; i++) {
    faulty.session.generateReply({ userInput: 'Hello?' })
    await eventually(() => faulty.session.agentState === 'listening' || faulty.completions().length > 0)
  }
  await eventually(() => faulty.completions().length > 0)
  t.match(faulty.completions(), [{ status: 'failed', outcome: 'agent_error', ended_reason: 'error' }])
})

test('a process that dies of an exception has told how far its call came', async (t) => {
  const { body: call } = await s.request('POST', '/api/calls', who.headers, { direction: 'inbound' })
  const child = spawn(process.execPath, [...programArgs('test/setup/crashing-agent'), url, key, call.id], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const errors: string[] = []
  child.stderr.on('data', (data) => errors.push(String(data)))
  const [code] = await once(child, 'close')
  t.equal(code, 1)
  t.match(errors.join(''), /Error: the agent has a bug/)
  const ended = await readCall(call.id)
  t.match(ended.call, { status: 'failed', outcome: 'agent_error', turn_count: 1 })
})

test('a report that is over leaves the process to others', async (t) => {
  const { collector } = kept()
  const before = process.listenerCount('uncaughtException')
  const report = collectSession(new voice.AgentSession({ vad: null }), collector)
  const over = endOnCrash(report, { close: async () => undefined })
  t.equal(process.listenerCount('uncaughtException'), before + 1)
  over()
  t.equal(process.listenerCount('uncaughtException'), before)
})
