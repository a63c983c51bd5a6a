import { llm, voice } from '@livekit/agents'
import { test } from 'tap'
import { collectSession } from '../../sdk/src/agents.ts'
import {
  TelemetrySender,
  type Turn,
  turnFieldsFromMarks,
  turnFieldsFromMessage,
} from '../../sdk/src/index.ts'
import {
  createCollector,
  eventually,
  inOrder,
  lastText,
  startSession,
} from '../setup/agents/reported-session.ts'
import { company, createCall, key, s, service } from './setup.ts'

const emitterOf = (session: voice.AgentSession) => (name: string, event: object) =>
  session.emit(name as never, ...([event] as never))
const speechOf = (speechHandle: voice.SpeechHandle) =>
  voice.createSpeechCreatedEvent({ userInitiated: false, source: 'generate_reply', speechHandle })

const repliesOf = (turns: readonly Turn[]) => inOrder(turns).filter(({ role }) => role === 'assistant')
const e2eOf = ({ e2e_latency }: Turn) => e2e_latency

/** A function that takes as long as the test wants. */
function slowFunction(run: (context: { ctx: voice.RunContext }) => Promise<unknown> = async () => {}) {
  return llm.tool({
    name: 'look_up',
    description: 'Looks up the opening hours.',
    parameters: { type: 'object', properties: {} },
    execute: async (_args: unknown, context: { ctx: voice.RunContext }) => {
      await run(context)
      return 'nine'
    },
  })
}

const answersAfterFunction = (words?: string) => (chat: llm.ChatContext) =>
  chat.items.at(-1)?.type === 'function_call_output'
    ? { text: 'At nine.' }
    : lastText(chat).includes('When')
      ? { calls: [{ name: 'look_up' }], ...(words !== undefined && { text: words }) }
      : { text: 'You are welcome.' }

test('say() while the model replies is filler: the answer has the latencies since the end of the speech', async (t) => {
  const tools = [slowFunction(async ({ ctx }) => ctx.session.say('One moment.').waitForPlayout())]
  const started = await startSession(answersAfterFunction(), { tools, options: { settleMs: 1 } })
  await started.userSays('When do you open?', 2)
  await started.session.close()
  const [filler, answer] = repliesOf(started.turns())
  t.match(filler, { content: 'One moment.', is_filler: true })
  t.notOk(filler?.eou_latency)
  t.notOk(filler && e2eOf(filler))
  t.equal(answer?.content, 'At nine.')
  t.ok(Number(answer?.eou_latency) > 0)
  t.ok(answer && Number(e2eOf(answer)) > 0)
})

test('Words before a function that is still running are filler; the wait for the answer includes the function', async (t) => {
  let isSpoken: () => unknown = () => false
  const tools = [slowFunction(() => eventually(() => isSpoken()))]
  const started = await startSession(answersAfterFunction('Let me look.'), { tools })
  isSpoken = () =>
    started.session.history.items.some((item) => item.type === 'message' && item.role === 'assistant')
  await started.userSays('When do you open?', 2)
  await started.session.close()
  const [filler, answer] = repliesOf(started.turns())
  t.match(filler, { content: 'Let me look.', is_filler: true })
  t.notOk(filler?.eou_latency)
  t.notOk(filler && e2eOf(filler), 'the time to these words is not the latency of the answer')
  t.equal(answer?.content, 'At nine.')
  const startedAt = started.session.history.items.findLast(
    ({ type }) => type === 'message',
  ) as llm.ChatMessage
  const user = started.session.history.items.find(
    (item) => item.type === 'message' && item.role === 'user',
  ) as llm.ChatMessage
  const wait = (startedAt.metrics?.startedSpeakingAt ?? 0) - (user.metrics?.stoppedSpeakingAt ?? 0)
  t.ok(Math.abs(Number(answer && e2eOf(answer)) - wait * 1000) < 1)
  t.ok(Number(answer?.eou_latency) > 0)
})

test('Words before a function that has returned, and say() without an answer of the model, are the answer', async (t) => {
  const { collector, turns } = createCollector()
  const session = new voice.AgentSession({ vad: null })
  const report = collectSession(session, collector, { settleMs: 60_000 })
  const emit = emitterOf(session)
  const speechHandle = voice.SpeechHandle.create()
  emit('speech_created', speechOf(speechHandle))
  const answer = llm.ChatMessage.create({
    role: 'assistant',
    content: 'Monday, then.',
    metrics: { e2eLatency: 1 },
  })
  speechHandle._itemAdded([
    llm.FunctionCall.create({ callId: 'c1', name: 'note', args: '{}' }),
    llm.FunctionCallOutput.create({ callId: 'c1', name: 'note', output: 'noted', isError: false }),
    answer,
  ])
  emit('conversation_item_added', voice.createConversationItemAddedEvent(answer))
  const question = llm.ChatMessage.create({ role: 'assistant', content: 'What time?' })
  speechHandle._itemAdded([question])
  emit('conversation_item_added', voice.createConversationItemAddedEvent(question))
  report.end()
  const [booked, next] = repliesOf(turns())
  t.match(booked, { content: 'Monday, then.', e2e_latency: 1_000, is_filler: undefined })
  t.match(next, { content: 'What time?', extra_data: undefined })

  const goodbye = slowFunction(async ({ ctx }) => {
    await ctx.session.say('Goodbye.').waitForPlayout()
    ctx.session.shutdown({ reason: 'agent_hung_up', drain: false })
  })
  const ending = await startSession(answersAfterFunction(), { tools: [goodbye] })
  ending.recognizer.startSpeech()
  ending.recognizer.endSpeech('When do you open?')
  await eventually(() => ending.completions().length > 0)
  const [last] = repliesOf(ending.turns())
  t.equal(last?.content, 'Goodbye.')
  t.notOk(last?.is_filler)
  t.ok(Number(last?.eou_latency) > 0, 'it was the reply to the user')
})

test('A latency since an end of speech that precedes its start is not reported', async (t) => {
  // The instants and delays of livekit/agents#6093, relative to each other.
  const userMetrics = {
    startedSpeakingAt: 1_204,
    stoppedSpeakingAt: 1_001,
    transcriptionDelay: 203,
    endOfTurnDelay: 203.5,
  }
  t.same(turnFieldsFromMessage(userMetrics), {
    extra_data: { contradicted_ttfb_stt: 203_000, contradicted_eou_latency: 203_500 },
  })
  const session = new voice.AgentSession({ vad: null })
  const { collector, turns } = createCollector()
  const report = collectSession(session, collector, { settleMs: 60_000 })
  const emit = emitterOf(session)
  const speechHandle = voice.SpeechHandle.create()
  emit('speech_created', speechOf(speechHandle))
  const metrics = {
    type: 'eou_metrics' as const,
    timestamp: 0,
    endOfUtteranceDelayMs: 203_500,
    transcriptionDelayMs: 203_000,
    onUserTurnCompletedDelayMs: 0,
    lastSpeakingTimeMs: 1_001_000,
    speechId: speechHandle.id,
  }
  emit('metrics_collected', voice.createMetricsCollectedEvent({ metrics }))
  const messages = [
    llm.ChatMessage.create({ role: 'user', content: 'Yes', createdAt: 1_205_000, metrics: userMetrics }),
    llm.ChatMessage.create({
      role: 'assistant',
      content: 'Good.',
      createdAt: 1_206_000,
      metrics: { llmNodeTtft: 0.3, e2eLatency: 205, startedSpeakingAt: 1_206, stoppedSpeakingAt: 1_208 },
    }),
  ]
  for (const message of messages) {
    speechHandle._itemAdded([message])
    emit('conversation_item_added', voice.createConversationItemAddedEvent(message))
  }
  report.end()
  const [reply] = repliesOf(turns())
  t.match(reply, { content: 'Good.', latency_llm: 300 })
  t.notOk(reply?.eou_latency)
  t.notOk(reply?.ttfb_stt)
  t.notOk(reply && e2eOf(reply))
  t.same(
    reply?.extra_data,
    {
      contradicted_ttfb_stt: 203_000,
      contradicted_eou_latency: 203_500,
      contradicted_e2e_latency: 205_000,
    },
    'the values are kept',
  )
})

test('A reply that begins before the user has finished is reported as an overlap, with its words and usage', async (t) => {
  t.same(turnFieldsFromMarks({ user_speech_end: 1_000, audio_start: 574 }), {
    e2e_latency: -426,
    was_interrupted: false,
  })
  t.match(turnFieldsFromMessage({ e2eLatency: -0.426 }), { e2e_latency: -426 })
  const id = await createCall()
  const warnings: unknown[] = []
  const onWarning = (item: { kind: string }, warning: object) =>
    void warnings.push({ ...warning, kind: item.kind })
  const sender = new TelemetrySender({ url: service, key, flushMs: 1, onWarning })
  const call = sender.collect(id)
  call.startTurn('assistant').mark('user_speech_end', 1_000).mark('audio_start', 574).finalize({
    content: 'Yes.',
    llm_output_tokens: 9,
    tts_characters: 4,
  })
  call.startTurn('assistant').finalize({ eou_latency: -30, extra_data: { note: 'kept' } })
  call.finalizeCall()
  t.match(await sender.close(), { sent: 3, rejected: 0, warnings: 2, misused: 0 })
  t.match(warnings, [
    { kind: 'turn', index: 0, field: 'e2e_latency', value: -426, code: 'negative_latency' },
    { kind: 'turn', index: 1, field: 'eou_latency', value: -30, code: 'negative_latency' },
  ])
  const { items } = (await s.request('GET', `/api/calls/${id}/logs`, company.headers)).body
  t.match(items, [
    {
      content: 'Yes.',
      e2e_latency: null,
      llm_output_tokens: 9,
      tts_characters: 4,
      overlap_ms: 426,
    },
    { eou_latency: null, overlap_ms: 30, extra_data: { note: 'kept' } },
  ])
})
