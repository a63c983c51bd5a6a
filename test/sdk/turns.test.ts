import { test } from 'tap'
import {
  type Item,
  TelemetrySender,
  turnFieldsFromMarks,
  turnFieldsFromMessage,
  turnFieldsFromMetrics,
} from '../../sdk/src/index.ts'
import {
  company,
  createCall,
  createSender,
  key,
  ManualClock,
  readCall,
  readMetrics,
  readStoredTurns,
  s,
  startProxy,
} from './setup.ts'

test('Latencies are computed from marks; a latency that is missing or impossible is left out', async (t) => {
  const fields = turnFieldsFromMarks({
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
  t.same(fields, {
    e2e_latency: 700,
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
    'with a streaming recognizer ttfb_stt is the delay of the final transcript',
  )
  t.same(
    turnFieldsFromMarks({ llm_start: 10, llm_first_token: 5, tts_start: 0, tts_first_byte: 600_001 }),
    {},
  )
  t.same(turnFieldsFromMarks({ audio_start: 5 }), { was_interrupted: false })
})

test('eou_latency ends at turn_end, and e2e_latency at the first sound of the reply', (t) => {
  const times = {
    user_speech_end: 1_000,
    stt_final: 1_300,
    turn_end: 1_550,
    llm_start: 1_550,
    audio_start: 2_400,
  }
  t.match(turnFieldsFromMarks(times), {
    eou_latency: 550,
    e2e_latency: 1_400,
    latency_stt: 300,
  })
  const { turn_end: _, ...withoutTurnEnd } = times
  t.match(
    turnFieldsFromMarks(withoutTurnEnd),
    { eou_latency: undefined, e2e_latency: 1_400 },
    'a recording has no turn_end',
  )
  t.end()
})

test('LiveKit metrics: -1 is left out, cancelled generations count for usage only, seconds become milliseconds', async (t) => {
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
  t.same(turnFieldsFromMetrics({ ...eou, lastSpeakingTimeMs: 0 }), {}, 'no end of speech was detected')
  t.same(turnFieldsFromMetrics({ ...eou, lastSpeakingTimeMs: 1e12 }), { ttfb_stt: 300, eou_latency: 580 })
  t.same(turnFieldsFromMetrics({ type: 'vad_metrics' }), {})
  t.same(turnFieldsFromMessage({ transcriptionDelay: 0.1 + 0.2, endOfTurnDelay: 0.58 }), {
    ttfb_stt: 300,
    eou_latency: 580,
  })
  t.same(turnFieldsFromMessage({ llmNodeTtft: 0.25, ttsNodeTtfb: 0.138, e2eLatency: 1.1 }), {
    latency_llm: 250,
    ttfb_tts: 138,
    e2e_latency: 1100,
  })
})

test('Usage of several requests of a turn is summed as exact decimals', async (t) => {
  const id = await createCall()
  const clock = new ManualClock()
  const { sender } = createSender(clock, { url: (await startProxy(t)).url })
  const call = sender.collect(id)
  const turn = call.startTurn('user')
  for (const stt_duration_sec of [1.6, 2.7, 2.7]) turn.add({ stt_duration_sec })
  turn.add({ llm_input_tokens: 9, llm_cache_write_tokens: 4, llm_cache_write_1h_tokens: 4 })
  turn.finalize()
  call.finalizeCall({})
  await clock.runUntilSent(sender)
  const turns = (await s.request('GET', `/api/calls/${id}/logs`, company.headers)).body.items
  t.match(turns, [{ stt_duration_sec: 7, llm_cache_write_1h_tokens: 4 }])
})

test('A reported call is stored with its turns, latencies and duration', async (t) => {
  const id = await createCall()
  const clock = new ManualClock()
  const { sender, misuses } = createSender(clock, { url: (await startProxy(t)).url })
  const call = sender.collect(id)
  const user = call.startTurn('user')
  clock.now += 2000
  user.mark('user_speech_end')
  const agent = call.startTurn('assistant', { state_id: 'greeting' }).mark('user_speech_end')
  clock.now += 300
  user.mark('stt_final').finalize({ content: 'Hello?' })
  agent.mark('llm_start')
  agent.add(
    turnFieldsFromMetrics({ type: 'llm_metrics', promptTokens: 900, completionTokens: 20, ttftMs: 220 }),
  )
  agent.add(
    turnFieldsFromMetrics({ type: 'llm_metrics', promptTokens: 100, completionTokens: 5, ttftMs: 900 }),
  )
  clock.now += 500
  agent.mark('llm_first_token').mark('audio_start').mark('audio_start', 1e9)
  agent.add({ content: 'H' })
  agent.finalize({ content: 'Hi', extra_data: { note: 'kept' } })
  agent.finalize({ content: 'again' })
  clock.now += 10_000
  call.finalizeCall({ outcome: 'success' })
  call.finalizeCall({ outcome: 'fail' })
  await clock.runUntilSent(sender)
  const turns = (await s.request('GET', `/api/calls/${id}/logs`, company.headers)).body.items
  t.match(turns, [
    { turn_index: 0, role: 'user', content: 'Hello?', latency_stt: 300, ttfb_stt: 300, eou_latency: null },
    {
      turn_index: 1,
      role: 'assistant',
      content: 'Hi',
      state_id: 'greeting',
      eou_latency: null,
      e2e_latency: 800,
      latency_llm: 220,
      llm_input_tokens: 1000,
      llm_output_tokens: 25,
      was_interrupted: false,
      extra_data: { note: 'kept' },
    },
  ])
  t.equal(turns[1].latency_llm, 220, 'the latency of the first of two generations is kept')
  t.match(await readCall(id), { outcome: 'success', duration_sec: 12.8, turn_count: 2 })
  t.same(sender.stats(), {
    sent: 3,
    duplicates: 0,
    rejected: 0,
    dropped: 0,
    warnings: 0,
    misused: 0,
    pending: 0,
  })
  t.same(misuses, [])
})

test('The duration of a call is measured from its answer', async (t) => {
  const id = await createCall()
  const clock = new ManualClock()
  const { sender, misuses } = createSender(clock, { url: (await startProxy(t)).url })
  const call = sender.collect(id)
  clock.now += 5_000
  call.callAnswered()
  clock.now += 2_000
  call.callAnswered()
  clock.now += 58_000
  call.finalizeCall({ outcome: 'success' })
  call.callAnswered()
  await clock.runUntilSent(sender)
  t.match(await readCall(id), { duration_sec: 60 })
  t.match(misuses, [/the answer was recorded after the call was finalized/i])
})

test('Data that is larger or deeper than the service accepts is left out and reported, and the rest is stored', async (t) => {
  const id = await createCall()
  const clock = new ManualClock()
  const { sender, misuses, lost } = createSender(clock, { url: (await startProxy(t)).url })
  const call = sender.collect(id)
  const deep = Array.from({ length: 70 }).reduce<object>((inner) => ({ inner }), {})
  call.startTurn('user').finalize({ content: 'large', extra_data: { log: 'я'.repeat(33_000) } })
  call.startTurn('user').finalize({ content: 'deep', extra_data: deep as never })
  call.startTurn('user').finalize({ content: 'fits', extra_data: { log: 'я'.repeat(32_000) } })
  call.finalizeCall({ outcome: 'success', collected_data: { log: 'x'.repeat(263_000) } })
  await clock.runUntilSent(sender)
  t.match(await readStoredTurns(id), [
    { content: 'large', extra_data: null },
    { content: 'deep', extra_data: null },
    { content: 'fits', extra_data: { log: /^я+$/ } },
  ])
  t.match(await readCall(id), { status: 'completed', outcome: 'success', collected_data: null })
  t.match(misuses, [/extra_data was left out.*64 KiB/, /extra_data/, /collected_data was left out.*256 KiB/])
  t.match(sender.stats(), { sent: 4, rejected: 0, dropped: 0, pending: 0 })
  t.same(lost, [])
})

test('Invalid values are left out and reported; the rest of the turn and of the call is stored', async (t) => {
  const id = await createCall()
  const clock = new ManualClock()
  const { sender, misuses, lost } = createSender(clock, { url: (await startProxy(t)).url })
  const call = sender.collect(id)
  const circular: Record<string, unknown> = {}
  circular.self = circular
  const turn = call.startTurn('assistant')
  turn.mark('user_speech_end', Number.NaN).mark('audio_start', Number.POSITIVE_INFINITY)
  turn.add({ llm_input_tokens: Number.NaN, sentiment: 3, eou_latency: -5, latency_llm: -1, ttfb_tts: 1e9 })
  turn.add({ llm_input_tokens: 10.4, llm_cached_input_tokens: 20, tts_characters: 2 ** 40 })
  turn.add({ content: 'half of a pair: \ud83d, and \0', typo: 1 } as object)
  turn.finalize({ extra_data: circular })
  call.startTurn('user').finalize({ extra_data: { log: 'x'.repeat(1_000_000) }, content: 'large' })
  const tools: unknown[] = [1n]
  call.startTurn('user').finalize({ extra_data: { tools }, content: 'a bigint' })
  const changedLater = { steps: 1 as unknown }
  call.startTurn('user').finalize({ extra_data: changedLater, content: 'changed afterwards' })
  changedLater.steps = circular
  const fallback = {
    component: 'llm',
    provider: 'OpenAI',
    model: 'm',
    llm_input_tokens: 5,
    tts_characters: 'no',
    typo: 1,
  }
  const otherProviders = Array.from({ length: 30 }, () => ({
    component: 'tts',
    provider: 'other',
    tts_characters: 1,
  }))
  call.finalizeCall({
    outcome: 'sucess' as 'success',
    outcome_confidence: Number.NaN,
    duration_sec: -3,
    sentiment_score: -1,
    reported_cost: { total: '0.11', llm: Number.NaN },
    providers: {
      stt: { provider: 'Deepgram' },
      also: [fallback, { component: 'x' }, 'y', ...otherProviders] as never,
    },
    collected_data: circular,
  })
  await clock.runUntilSent(sender)
  t.match(await readStoredTurns(id), [
    {
      content: 'half of a pair: \ufffd, and \ufffd',
      llm_input_tokens: 10,
      eou_latency: null,
      overlap_ms: 5,
    },
    { content: 'large', extra_data: null },
    { content: 'a bigint', extra_data: null },
    { content: 'changed afterwards', extra_data: { steps: 1 } },
  ])
  t.match(await readCall(id), { status: 'completed', collected_data: null })
  t.match(await readMetrics(id), {
    cost_total: '0.110000',
    sentiment_score: -1,
    providers: { stt: { provider: 'Deepgram' } },
  })
  const { also } = (await readMetrics(id)).providers
  t.same(also[0], { component: 'llm', provider: 'OpenAI', model: 'm', llm_input_tokens: 5 })
  t.equal(also.length, 20, 'the maximum that the service accepts')
  t.match(sender.stats(), { sent: 5, rejected: 0, dropped: 0, pending: 0 })
  t.same(lost, [])
  for (const name of [
    'user_speech_end',
    'audio_start',
    'llm_input_tokens',
    'sentiment',
    'ttfb_tts',
    'tts_characters',
    'typo',
    'extra_data',
    'outcome',
    'duration_sec',
    'collected_data',
  ])
    t.ok(
      misuses.some((message) => message.startsWith(name)),
      name,
    )
  t.notOk(
    misuses.some((message) => message.startsWith('latency_llm')),
    '-1 means "not measured" and is not reported',
  )
})

test('The collector does not throw, whatever it is called with', async (t) => {
  const clock = new ManualClock()
  const { sender } = createSender(clock, {})
  const missing = null as unknown as undefined
  const throwingFields = {
    get content(): string {
      throw new Error('a getter')
    },
  }
  const call = sender.collect(missing as unknown as string, missing)
  const turn = call.startTurn(missing as unknown as 'user', missing)
  turn.mark(missing as unknown as 'llm_start', missing).mark('llm_end', 'x' as unknown as number)
  turn.add(missing as unknown as object).add(throwingFields)
  turn.finalize(missing)
  turn.mark('llm_end').add({ content: 'late' })
  sender.collect('x', { firstTurnIndex: -1 }).startTurn('user', throwingFields).finalize(throwingFields)
  call.finalizeCall(missing)
  call.startTurn('user').finalize()
  sender.send(missing as unknown as Item)
  sender.send({ kind: 'turn', call_id: 1n as unknown as string, turn: { turn_index: 0, role: 'user' } })
  t.match(sender.stats(), { pending: 4, dropped: 2 })
  t.ok(sender.stats().misused >= 9)
})

test('Listeners may throw, reject, and send items', async (t) => {
  const id = await createCall()
  const clock = new ManualClock()
  const { url } = await startProxy(t, [500, 'pass'])
  const sender: TelemetrySender = new TelemetrySender({
    url,
    key,
    maxItems: 2,
    environment: clock.environment,
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
  await clock.runUntilSent(sender)
  const { sent, dropped, pending, misused } = sender.stats()
  t.same({ sent, pending }, { sent: 2, pending: 0 })
  t.ok(dropped >= 2)
  t.equal(misused, 4 + 4 + 1, 'four misuses, and the exceptions of listeners')
})
