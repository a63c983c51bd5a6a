import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import { llm, type ModelUsage, voice } from '@livekit/agents'
import t, { test } from 'tap'
import { collectSession, endOnCrash } from '../../sdk/src/agents.ts'
import { type Completion, TelemetrySender, type Turn } from '../../sdk/src/index.ts'
import { SeededRandom } from '../../src/telephony/simulated/seeded-random.ts'
import {
  createCollector,
  eventually,
  lastText,
  round,
  startSession,
  totalUsage,
  usageNames,
  usageOfSession,
} from '../setup/agents/reported-session.ts'
import { GeneratedCall } from '../setup/agents/session-events.ts'
import { programArgs } from '../setup/programs.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)
const url = await s.app.listen({ host: '127.0.0.1', port: 0 })
const company = await s.createCompany()
const key = (await company.createKey('ingest')).authorization?.slice('Bearer '.length) ?? ''

test('A session is reported as turns in order, with latencies and usage', async (t) => {
  const { body: call } = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })
  const sender = new TelemetrySender({ url, key, flushMs: 1 })
  const lookUpTool = llm.tool({
    name: 'look_up',
    description: 'Looks up the opening hours.',
    parameters: { type: 'object', properties: {} },
    execute: async () => 'it is at nine',
  })
  const started = await startSession(
    (chat) => {
      const last = chat.items.at(-1)
      if (last?.type === 'function_call_output')
        return { text: 'At nine.', usage: { input: 130, cached: 100, output: 4 } }
      if (lastText(chat).includes('When'))
        return { calls: [{ name: 'look_up' }], usage: { input: 110, output: 9 } }
      return { text: 'A long story begins.', usage: { input: 150, output: 20 } }
    },
    {
      options: { state: () => 'hours', connectedAt: performance.now() - 5_000 },
      tools: [lookUpTool],
      collector: sender.collect(call.id),
    },
  )
  const { session, output, userSays } = started
  await session.say('Hello there.').waitForPlayout()
  await userSays('When do you open?', 2)
  output.playsUntilInterrupted = true
  started.recognizer.startSpeech()
  started.recognizer.endSpeech('Tell me more', 2.5)
  await eventually(() => session.agentState === 'speaking' && output.isBuffered)
  await userSays('Stop, please', 3)
  await started.waitForSpoken(4)
  started.report.update({ outcome: 'success', collected_data: { name: 'Anna' } })
  started.report.update({ collected_data: { day: 'Monday' } })
  await session.close()
  started.report.end()
  const stats = await sender.close()
  t.match(stats, { rejected: 0, dropped: 0, misused: 0, pending: 0 })

  const { items: turns } = (await s.request('GET', `/api/calls/${call.id}/logs`, company.headers)).body
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
    'the usage of both generations of a reply that called a function',
  )
  t.same(nine.extra_data.functions, [{ name: 'look_up', is_error: false }])
  for (const turn of [nine, story, last]) {
    t.ok(turn.latency_llm >= 0 && turn.ttfb_tts >= 0 && turn.eou_latency > 0 && turn.ttfb_stt >= 0)
    t.ok(turn.eou_latency < 1_000, 'milliseconds')
    t.ok(turn.e2e_latency >= turn.eou_latency)
    t.equal(turn.state_id, 'hours')
  }
  t.same(
    turns.map(({ was_interrupted }: Turn) => was_interrupted),
    [false, null, false, null, true, null, false],
  )
  t.ok(new Date(story.created_at) <= new Date(turns[5].created_at), 'a turn starts when its speech starts')

  const { metrics, call: ended } = await readCall(call.id)
  t.same(
    totalUsage(turns),
    usageOfSession(session.usage.modelUsage),
    'the usage of turns adds up to session.usage',
  )
  for (const name of usageNames) t.equal(metrics[name], usageOfSession(session.usage.modelUsage)[name], name)
  t.match(metrics, { interruption_count: 1, user_turn_count: 3, bot_turn_count: 4, outcome: 'success' })
  t.same(
    metrics.providers,
    {
      stt: { provider: 'Deepgram', model: 'nova-3' },
      llm: { provider: 'api.groq.com', model: 'openai/gpt-oss-20b' },
      tts: { provider: 'Cartesia', model: 'sonic-3' },
    },
    'the names that LiveKit reports',
  )
  t.match(ended, { status: 'completed', outcome: 'success', ended_reason: 'user_initiated' })
  t.same(ended.collected_data, { name: 'Anna', day: 'Monday' })
  t.ok(metrics.livekit_duration_sec >= 5, 'livekit_duration_sec starts when the agent joined the room')
})

async function readCall(id: string) {
  const { body: metrics } = await s.request('GET', `/api/calls/${id}/metrics`, company.headers)
  const { body: call } = await s.request('GET', `/api/calls/${id}`, company.headers)
  return { metrics, call }
}

test('A reply is reported after settleMs, without waiting for the user', async (t) => {
  const started = await startSession(() => ({ text: 'Yes.' }), { options: { settleMs: 1 } })
  await started.session.say('Hello.').waitForPlayout()
  await eventually(() => started.turns().length > 0)
  t.match(started.turns(), [{ role: 'assistant', content: 'Hello.' }])
  t.equal(started.completions().length, 0)
  await started.session.close()
})

test('A discarded preemptive generation counts as usage and not as an interruption', async (t) => {
  let release = () => undefined as unknown
  const released = new Promise<void>((resolve) => {
    release = resolve as () => unknown
  })
  let generations = 0
  const started = await startSession(() =>
    generations++ === 0 ? { text: 'Too soon.', after: released } : { text: 'Now.' },
  )
  const { recognizer, session } = started
  recognizer.startSpeech()
  recognizer.preflight('I would like')
  await eventually(() => generations > 0)
  recognizer.endSpeech('I would like a visit')
  await started.waitForSpoken(1)
  const collected = once(session as never, 'metrics_collected')
  release()
  await collected
  await session.close()
  t.ok(generations >= 2)
  t.same(
    started.turns().filter(({ was_interrupted }) => was_interrupted),
    [],
  )
  t.same(totalUsage(started.turns()), usageOfSession(session.usage.modelUsage))
  t.equal(
    generationsWithoutUsage(started.turns()),
    1,
    'one generation was cancelled before it reported usage',
  )
})

test('In every order of events each turn has its own latencies, and all usage is counted once', async (t) => {
  const seeds = process.env.SESSION_SEEDS?.split(',') ?? Array.from({ length: 300 }, (_, i) => String(i))
  for (const seed of seeds) {
    const call = new GeneratedCall(new SeededRandom(`session ${seed}`))
    const { collector, turns, completions, misuses } = createCollector()
    collectSession(call.session, collector, { settleMs: 60_000 })
    call.run('participant_disconnected')

    const spokenTurns = turns().filter(({ role }) => role !== 'system')
    const reported = spokenTurns.map((turn) => {
      const { role, content, was_interrupted, latency_llm, ttfb_tts, eou_latency } = turn
      return { role, content, was_interrupted, latency_llm, ttfb_tts, eou_latency }
    })
    const usage = call.usage.flatten()
    const mismatches = [
      isDeepStrictEqual(reported, call.expected) || 'turns',
      isDeepStrictEqual(totalUsage(turns()), usageOfSession(usage)) || 'usage',
      spokenTurns.filter(({ was_interrupted }) => was_interrupted).length === call.interruptions ||
        'interruptions',
      generationsWithoutUsage(turns()) === call.generationsWithoutUsage || 'generations without usage',
      completions().length === 1 || 'completions',
      isDeepStrictEqual(reportedUsageByModel(completions()[0], turns()), sessionUsageByModel(usage)) ||
        'usage by model',
      misuses.length === 0 || misuses.join(),
    ].filter((found) => found !== true)
    if (mismatches.length > 0) t.same(reported, call.expected, `seed ${seed}: ${mismatches.join(', ')}`)
    if (mismatches.length > 0) t.fail(`seed ${seed}: ${mismatches.join(', ')}`)
  }
  t.pass(`${seeds.length} calls`)
})

const generationsWithoutUsage = (turns: Turn[]) =>
  turns.reduce((sum, { extra_data }) => sum + Number(extra_data?.generations_without_usage ?? 0), 0)

/** Usage per model, from a completion and its turns: the main models have the usage that `also` does not list. */
function reportedUsageByModel(completion: Completion | undefined, turns: Turn[]) {
  const { also = [], ...main } = completion?.providers ?? {}
  const usageByModel: Record<string, Record<string, number>> = {}
  for (const [kind, { model = '' }] of Object.entries(main)) {
    const others = totalUsage(also.filter(({ component }) => component === kind) as Partial<Turn>[])
    const usageOfTurns = totalUsage(turns)
    usageByModel[model] = Object.fromEntries(
      usageNames
        .filter((name) => name.startsWith(kind))
        .map((name) => [name, round((usageOfTurns[name] ?? 0) - (others[name] ?? 0))]),
    )
  }
  for (const { component, model = '', ...part } of also) {
    usageByModel[model] = Object.fromEntries(
      usageNames.filter((name) => name.startsWith(component)).map((name) => [name, part[name] ?? 0]),
    )
  }
  return usageByModel
}

const sessionUsageByModel = (usage: readonly ModelUsage[]) =>
  Object.fromEntries(
    usage.map((part) => {
      const kind = part.type.slice(0, 3)
      const usageOfModel = usageOfSession([part])
      return [
        part.model,
        Object.fromEntries(
          usageNames.filter((name) => name.startsWith(kind)).map((name) => [name, usageOfModel[name]]),
        ),
      ]
    }),
  )

/** A session without models, whose events a test emits. */
function scriptSession() {
  const session = new voice.AgentSession({ vad: null })
  const { collector, turns } = createCollector()
  const report = collectSession(session, collector, { settleMs: 60_000 })
  const emitEvent = (name: string, event: object) => session.emit(name as never, ...([event] as never))
  /** @param createdAt ms since 1970 */
  const createMessage = (
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
    return {
      item,
      emit: () => emitEvent('conversation_item_added', voice.createConversationItemAddedEvent(item)),
    }
  }
  const createSpeech = () => {
    const speechHandle = voice.SpeechHandle.create()
    emitEvent(
      'speech_created',
      voice.createSpeechCreatedEvent({ userInitiated: true, source: 'generate_reply', speechHandle }),
    )
    speechHandle._markScheduled()
    return speechHandle
  }
  /** Ends the call, and returns its turns as a transcript shows them. */
  const transcript = () => {
    report.end()
    return turns()
      .toSorted((a, b) => a.turn_index - b.turn_index)
      .map(({ content, was_interrupted, eou_latency }) => [content, was_interrupted, eou_latency])
  }
  return { emitEvent, createMessage, createSpeech, transcript }
}

test('An interrupted reply precedes the message that interrupted it, even if its event arrives later', async (t) => {
  const { createMessage, createSpeech, transcript } = scriptSession()
  const story = createSpeech()
  story._cancel()
  createMessage('user', 'Stop', 2_000, { endOfTurnDelay: 0.5, stoppedSpeakingAt: 1 }).emit()
  const storyMessage = createMessage('assistant', 'A long story', 1_000)
  story._itemAdded([storyMessage.item])
  storyMessage.emit()
  story._markDone()
  const answer = createMessage('assistant', 'Yes?', 3_000)
  createSpeech()._itemAdded([answer.item])
  answer.emit()
  t.same(transcript(), [
    ['A long story', true, undefined],
    ['Stop', undefined, undefined],
    ['Yes?', false, 500],
  ])
})

test('The answer to an interruption follows it, even if it is scheduled while the agent still speaks', async (t) => {
  const { emitEvent, createMessage, createSpeech, transcript } = scriptSession()
  const story = createSpeech()
  emitEvent('agent_state_changed', voice.createAgentStateChangedEvent('thinking', 'speaking', 1_000))
  story._cancel()
  const answer = createSpeech()
  createMessage('user', 'Stop', 2_000, { startedSpeakingAt: 1.5, stoppedSpeakingAt: 1.9 }).emit()
  const storyMessage = createMessage('assistant', 'A long story', 1_000)
  story._itemAdded([storyMessage.item])
  storyMessage.emit()
  story._markDone()
  emitEvent('agent_state_changed', voice.createAgentStateChangedEvent('speaking', 'listening', 2_100))
  const answerMessage = createMessage('assistant', 'Yes?', 3_000)
  answer._itemAdded([answerMessage.item])
  answerMessage.emit()
  t.same(
    transcript().map(([content, was_interrupted]) => [content, was_interrupted]),
    [
      ['A long story', true],
      ['Stop', undefined],
      ['Yes?', false],
    ],
  )
})

test('A call ends once, with the reason of its session: error, hang-up or shutdown of the job', async (t) => {
  const endOf = async (end: (started: Awaited<ReturnType<typeof startSession>>) => unknown) => {
    const started = await startSession(() => ({ text: 'Yes.' }))
    await started.session.say('Hello.').waitForPlayout()
    await end(started)
    await started.session.close()
    started.report.end('too late')
    t.equal(started.completions().length, 1)
    t.equal(started.items.at(-1)?.kind, 'completion', 'the completion is the last item')
    t.same(started.misuses, [])
    return started.completions()[0] as Completion
  }
  t.match(await endOf(() => undefined), {
    status: 'completed',
    ended_reason: 'user_initiated',
    outcome: undefined,
  })
  t.match(await endOf(({ report }) => report.end()), { status: 'completed', ended_reason: 'job_shutdown' })
  t.match(
    await endOf(async ({ session }) => {
      const closed = once(session as never, 'close')
      session.shutdown({ reason: 'participant_disconnected', drain: false })
      await closed
    }),
    { status: 'completed', ended_reason: 'participant_disconnected' },
  )

  const failing = await startSession(() => ({ error: new Error('no model') }))
  for (let i = 0; i < 10 && failing.completions().length === 0; i++) {
    failing.session.generateReply({ userInput: 'Hello?' })
    await eventually(() => failing.session.agentState === 'listening' || failing.completions().length > 0)
  }
  await eventually(() => failing.completions().length > 0)
  t.match(failing.completions(), [{ status: 'failed', outcome: 'agent_error', ended_reason: 'error' }])
})

test('A process that ends with an uncaught exception reports its call as failed', async (t) => {
  const { body: call } = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })
  const child = spawn(
    process.execPath,
    [...programArgs('test/setup/agents/crashing-agent'), url, key, call.id],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  const errors: string[] = []
  child.stderr.on('data', (data) => errors.push(String(data)))
  const [code] = await once(child, 'close')
  t.equal(code, 1)
  t.match(errors.join(''), /Error: the agent has a bug/)
  const ended = await readCall(call.id)
  t.match(ended.call, { status: 'failed', outcome: 'agent_error', turn_count: 1 })
})

test('The function returned by endOnCrash removes its handler', async (t) => {
  const { collector } = createCollector()
  const countBefore = process.listenerCount('uncaughtException')
  const report = collectSession(new voice.AgentSession({ vad: null }), collector)
  const removeHandler = endOnCrash(report, { close: async () => undefined })
  t.equal(process.listenerCount('uncaughtException'), countBefore + 1)
  removeHandler()
  t.equal(process.listenerCount('uncaughtException'), countBefore)
})
