import { type EventEmitter, once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type llm, voice } from '@livekit/agents'
import t, { type Test, test } from 'tap'
import { type Brief, fetchBrief, readJobMetadata } from '../examples/agent/src/brief.ts'
import { Conversation } from '../examples/agent/src/conversation.ts'
import { FlowTracker } from '../examples/agent/src/flow.ts'
import { callTool, type HttpToolContext } from '../examples/agent/src/http-tool.ts'
import { createModels } from '../examples/agent/src/models.ts'
import { createDispatcher } from '../examples/agent/src/public-addresses.ts'
import { readSettings } from '../examples/agent/src/settings.ts'
import type { Completion } from '../sdk/src/index.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { type AgentScript, exampleAgents, type Reply } from './setup/example-agents.ts'
import type { Script } from './setup/fake-livekit.ts'
import { type LivekitWorld, runCampaign, startCampaign, startLivekitWorld } from './setup/livekit-world.ts'
import { ScriptedLLM } from './setup/voice.ts'

/** A service that tools call: it keeps what it was asked, and answers what a test says. */
async function crm(t: Test) {
  const told = { status: 201, text: '{"visit": 17}', isSilent: false }
  const asked: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    if (!told.isSilent) response.writeHead(told.status).end(told.text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, told, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const clinic = (visits: string) => ({
  ...exampleConfig,
  context: {
    ...exampleConfig.context,
    language: 'en',
    greeting: 'Hello, {{name}}!',
    role: 'You book visits.',
  },
  flow: {
    type: 'graph',
    states: [
      { id: 'greeting', name: 'Greeting', prompt: 'Ask what they need.' },
      { id: 'booking', name: 'Booking', prompt: 'Agree on a day.' },
      { id: 'booked', name: 'Booked' },
      { id: 'refused', name: 'Refused' },
    ],
    transitions: [
      { from: 'greeting', to: 'booking', condition: 'wants a visit' },
      { from: 'greeting', to: 'refused', condition: 'wants none' },
      { from: 'booking', to: 'booked' },
    ],
  },
  agent: { handoff_criteria: {}, crm_field_mapping: { name: 'client', day: 'visit_day' } },
  tools: [
    {
      type: 'http',
      name: 'book_visit',
      description: 'Books a visit.',
      url: visits,
      timeout_ms: 10_000,
      headers: { authorization: { secret: 'CRM_TOKEN', prefix: 'Bearer ' } },
      parameters: { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] },
    },
    { type: 'handoff', name: 'to_a_person', destination: '+74951112233', message: 'One moment.' },
    { type: 'end_call', name: 'hang_up', message: 'Goodbye!' },
  ],
})

/** A model that does one step after the other, whatever it hears: each reply is the next. */
function steps(...replies: Reply[]): (chat: llm.ChatContext, tools: string[]) => Reply {
  let nth = 0
  return () => replies[nth++] ?? { text: 'Well.' }
}

/** What tools call; tests say what it answers. */
const visits = await crm(t)
const cast: AgentScript = {
  api: '',
  llm: steps(),
  calleeLines: [],
  answeredBy: 'person',
  secrets: {},
  hasNoPlugin: false,
  logged: [],
  livekit: () => w.livekit,
}
const w: LivekitWorld = await startLivekitWorld(t, {
  config: clinic(visits.url),
  agents: () => exampleAgents(cast),
})
w.s.setNow(undefined)
cast.api = await w.s.app.listen({ host: '127.0.0.1', port: 0 })

/** One contact of a campaign, called once by the example agent; resolves when nothing goes on any more. */
async function one(plays: Partial<AgentScript> = {}, script: Partial<Script> = {}) {
  Object.assign(cast, {
    llm: steps(),
    calleeLines: [],
    answeredBy: 'person',
    hasNoPlugin: false,
    logged: [],
    ...plays,
  })
  const c = await startCampaign(w, [{ ringMs: 5, talkMs: 100_000, ...script }])
  await runCampaign(w, t, w.carrier)
  const [call] = await c.callsNow()
  const metrics = (await w.call('GET', `/api/calls/${call.id}/metrics`)).body
  const turns = (await w.call('GET', `/api/calls/${call.id}/logs`)).body.items
  const [task] = await c.tasksNow()
  return { call, metrics, turns, task, c }
}

test('a campaign, a carrier, a brief, an agent, its turns and its figures: one call from end to end', async (t) => {
  visits.asked.length = 0
  const seen: { tools: string[]; instructions: string }[] = []
  const script = steps(
    {
      text: 'Gladly.',
      calls: [{ name: 'enter_stage', args: { stage: 'booking' } }],
      usage: { input: 900, cached: 400, output: 30 },
    },
    { text: 'Which day suits you?', usage: { input: 950, output: 12 } },
    { calls: [{ name: 'book_visit', args: { day: 'Monday' } }], usage: { input: 1_000, output: 20 } },
    {
      calls: [
        { name: 'enter_stage', args: { stage: 'booked' } },
        { name: 'note_down', args: { day: 'Monday', outcome: 'success', reason: 'Booked.' } },
      ],
    },
    { text: 'You are booked for Monday.' },
    { calls: [{ name: 'hang_up' }] },
  )
  cast.secrets = { [w.company.id]: { CRM_TOKEN: 'hush' }, other: { CRM_TOKEN: 'not ours' } }
  const { call, metrics, turns, task } = await one({
    llm: (chat, tools) => {
      const first = chat.items[0]
      seen.push({ tools, instructions: first?.type === 'message' ? (first.textContent ?? '') : '' })
      return script(chat, tools)
    },
    calleeLines: ['I need a doctor', 'On Monday', 'Thanks, bye'],
  })

  t.match(call, {
    status: 'completed',
    outcome: 'success',
    ended_reason: 'agent_hung_up',
    collected_data: { day: 'Monday' },
  })
  t.match(task, { status: 'completed', attempt_count: 1 })
  t.same(
    turns.map(({ role, content, state_id }: Record<string, unknown>) => [role, content, state_id]),
    [
      // The name is not known: it is left out of what is spoken.
      ['assistant', 'Hello!', 'greeting'],
      ['user', 'I need a doctor', 'greeting'],
      ['assistant', 'Gladly.', 'booking'],
      ['assistant', 'Which day suits you?', 'booking'],
      ['user', 'On Monday', 'booking'],
      ['assistant', 'You are booked for Monday.', 'booked'],
      ['user', 'Thanks, bye', 'booked'],
      ['assistant', 'Goodbye!', 'booked'],
      // What the step that hung up used: nobody spoke in it.
      ['system', null, 'booked'],
    ],
  )
  t.same(call.states_visited, ['greeting', 'booking', 'booked'])
  t.match(metrics, {
    user_turn_count: 3,
    bot_turn_count: 5,
    interruption_count: 0,
    llm_cached_input_tokens: 400,
  })
  t.equal(metrics.llm_input_tokens, 900 + 950 + 1_000 + 3 * 100)
  t.ok(metrics.latency_llm_avg >= 0 && Number(metrics.cost_llm) > 0)
  t.same(metrics.providers.llm, { provider: 'groq', model: 'openai/gpt-oss-20b' })

  t.same(
    visits.asked.map(({ method, body, headers }) => [method, JSON.parse(body), headers.authorization]),
    [['POST', { day: 'Monday' }, 'Bearer hush']],
  )
  t.match(seen[0]?.instructions, /You book visits\./)
  t.same(seen[0]?.tools.toSorted(), ['book_visit', 'enter_stage', 'hang_up', 'note_down', 'to_a_person'])
  t.equal(w.livekit.rooms.size, 0, 'no room is left')
  t.equal(w.livekit.invites.length, 1)
  t.same(cast.logged, [])
})

test('the callee hangs up, and what was said until then is there', async (t) => {
  const { call, turns } = await one({
    llm: () => {
      for (const room of w.livekit.rooms.keys()) w.livekit.hangUpCallee(room)
      return { text: 'Of course.' }
    },
    calleeLines: ['No, thanks'],
  })
  t.match(call, { status: 'completed', ended_reason: /client_initiated|participant_disconnected/ })
  t.ok(turns.length >= 2)
  t.equal(w.livekit.rooms.size, 0)
})

test('a call is handed over to a person; where nobody is to be had, it goes on', async (t) => {
  const handed = await one({
    llm: steps({ calls: [{ name: 'to_a_person' }] }),
    calleeLines: ['A person, please'],
  })
  t.match(handed.call, { status: 'completed', outcome: 'transferred' })
  t.match(handed.task, { status: 'completed' })
  t.match(w.livekit.transfers, [{ to: 'tel:+74951112233' }])
  t.ok(contentsOf(handed.turns).includes('One moment.'))

  w.livekit.failRequest = (method) =>
    method === 'TransferSIPParticipant' ? { code: 'unavailable', status: 503 } : undefined
  const heard: string[] = []
  const busy = await one({
    llm: spying(
      heard,
      steps(
        { calls: [{ name: 'to_a_person' }] },
        { text: 'Nobody is free.' },
        { calls: [{ name: 'hang_up' }] },
      ),
    ),
    calleeLines: ['A person, please', 'Bye'],
  })
  w.livekit.failRequest = undefined
  t.match(heard[1], /Nobody could be reached there/)
  t.not(busy.call.outcome, 'transferred')
  t.match(busy.call, { status: 'completed', ended_reason: 'agent_hung_up' })
})

test('who says no is not called again; who wants to be called later is', async (t) => {
  const note = (args: object) =>
    steps({ calls: [{ name: 'note_down', args }] }, { text: 'I see.' }, { calls: [{ name: 'hang_up' }] })
  const no = await one({
    llm: note({ opt_out: true, outcome: 'fail' }),
    calleeLines: ['Do not call me again', 'Bye'],
  })
  t.match(no.call, { outcome: 'fail', collected_data: { opt_out: true } })
  const { body } = await w.call('GET', '/api/suppressions')
  t.same(
    body.items.map(({ phone_number }: { phone_number: string }) => phone_number),
    no.c.numbers,
  )
  const later = await one({
    llm: note({ outcome: 'callback', callback_at: '2099-01-01T10:00:00+03:00' }),
    calleeLines: ['I have no time now', 'Bye'],
  })
  t.match(later.call, { outcome: 'callback' })
  t.match(later.task, { status: 'retry', next_attempt_at: '2099-01-01T07:00:00.000Z' })
})

test('nobody answers, or a machine does', async (t) => {
  const silent = await one({}, { fate: 'no_answer' })
  t.match(silent.call, { status: 'failed', outcome: 'no_answer' })
  t.same(silent.turns, [], 'the agent tells nothing of a call in which nobody spoke')
  t.match((await one({ answeredBy: 'voicemail' })).call, { outcome: 'voicemail', ended_reason: 'machine_vm' })
  const full = await one({ answeredBy: 'unavailable' })
  t.match(full.call, { outcome: 'no_answer', ended_reason: 'machine_unavailable' })
  t.equal(w.livekit.rooms.size, 0)
})

test('an agent that cannot speak says why, and nobody’s telephone goes on ringing', async (t) => {
  const { call, task } = await one({ hasNoPlugin: true }, { ringMs: 100_000 })
  t.match(call, { status: 'failed', outcome: 'agent_error' })
  t.match(call.ended_reason, /no plugin for the tts provider "yandex"|agent_left/)
  t.match(task, { status: 'retry', attempt_count: 0 })
  t.equal(w.livekit.rooms.size, 0)
})

test('the flow is the flow’s: where it does not lead, the model is told so', async (t) => {
  const heard: string[] = []
  const { call } = await one({
    llm: spying(
      heard,
      steps(
        { calls: [{ name: 'enter_stage', args: { stage: 'booked' } }] },
        { calls: [{ name: 'enter_stage', args: { stage: 'refused' } }] },
        { text: 'As you like.' },
        { calls: [{ name: 'hang_up' }] },
      ),
    ),
    calleeLines: ['No', 'Bye'],
  })
  t.match(heard[1], /From greeting one goes to: booking, refused\./)
  t.match(heard[2], /Refused This is the last stage/)
  t.same(call.states_visited, ['greeting', 'refused'])
  // An end of the flow that says what it is: the outcome nobody said.
  t.match(call, { outcome: 'fail', is_outcome_classified: true })

  const walk = new FlowTracker({
    type: 'linear',
    initial: 'a',
    states: [
      { id: 'a', name: 'a', prompt: null, is_end: false, next: [{ to: 'b', condition: null }] },
      { id: 'b', name: 'b', prompt: null, is_end: true, next: [] },
    ],
  })
  t.equal(walk.isFinal, false)
  walk.enter('b')
  t.throws(() => walk.enter('a'), { message: 'From b nothing leads on.' })
  t.equal(walk.enter('b').id, 'b', 'being there already is no fault')
  t.equal(walk.isFinal, true)
})

test('a conversation has an end: silence is asked about twice, and time is up when it is', async (t) => {
  const asked: string[] = []
  const mind = new ScriptedLLM((chat) => {
    asked.push(toldTo(chat))
    return { text: 'Are you there?' }
  })
  const hold = async (limits: Brief['limits']) => {
    const session = new voice.AgentSession({ llm: mind, vad: null })
    const timers: [() => void, number][] = []
    const conversation = new Conversation({ ...(await aBrief()), limits }, session, {
      phone: { hangUp: async () => undefined, transfer: async () => undefined },
      reach: { dispatcher: createDispatcher(true), toPrivate: true, secrets: {} },
      handoffTo: undefined,
      schedule: (run, ms) => {
        timers.push([run, ms])
        return () => void timers.pop()
      },
    })
    const said: Completion[] = []
    conversation.onCompletion = (completion) => void said.push(completion)
    await session.start({ agent: conversation.agent(), record: false })
    await conversation.greet()
    const closed = once(session as unknown as EventEmitter, 'close')
    const away = () => session.emit('user_state_changed' as never, ...([awayEvent] as never))
    return { conversation, timers, said, closed, away }
  }
  const awayEvent = voice.createUserStateChangedEvent('listening', 'away')
  const quiet = await hold({ max_call_duration_sec: null })
  t.same(quiet.timers, [])
  quiet.away()
  quiet.away()
  t.same(quiet.said, [])
  quiet.away()
  await quiet.closed
  t.match(quiet.said, [{ ended_reason: 'silence' }])
  t.doesNotThrow(quiet.away, 'what comes too late is no fault')
  t.ok(asked.some((told) => told.includes('ask whether they are there')))

  const long = await hold({ max_call_duration_sec: 120 })
  const [run, ms] = long.timers[0] ?? []
  t.equal(ms, 117_000, 'before LiveKit ends it')
  run?.()
  await long.closed
  t.match(long.said, [{ outcome: 'max_duration', ended_reason: 'max_duration' }])
  t.same(long.timers, [], 'and nothing of it is left')

  const reached = await hold({ max_call_duration_sec: 120 })
  reached.conversation.update({ outcome: 'success' })
  reached.timers[0]?.[0]()
  await reached.closed
  t.match(
    reached.said.at(-1),
    { outcome: undefined, ended_reason: 'max_duration' },
    'a goal that was reached stays so',
  )
})

test('tools: secrets go out with the request and nowhere else; what fails is told in words for the model', async (t) => {
  const http = {
    url: `${visits.url}/visits?of=clinic`,
    method: 'POST' as const,
    timeout_ms: 10_000,
    headers: [{ name: 'x-key', secret: 'CRM_TOKEN', prefix: '' }],
  }
  const reach = { dispatcher: createDispatcher(true), toPrivate: true, secrets: { CRM_TOKEN: 'hush' } }
  const last = () => visits.asked.at(-1)
  const tells = async (
    message: RegExp,
    ...[call, more]: [Partial<typeof http>, Partial<HttpToolContext>]
  ) => {
    const error = await callTool({ ...http, ...call }, { day: 'Monday' }, { ...reach, ...more }).catch(
      (e: Error) => e,
    )
    t.match(error, { message })
    t.notMatch(String(error), /hush|127\.0\.0\.1/)
  }
  t.equal(await callTool(http, { day: 'Monday', n: 2 }, reach), '{"visit": 17}')
  t.match(last(), {
    method: 'POST',
    url: '/visits?of=clinic',
    body: '{"day":"Monday","n":2}',
    headers: { 'x-key': 'hush' },
  })
  await callTool({ ...http, method: 'GET' as never }, { day: 'Monday', n: 2, tags: ['a'] }, reach)
  t.match(last(), { method: 'GET', url: '/visits?of=clinic&day=Monday&n=2&tags=%5B%22a%22%5D', body: '' })
  const count = visits.asked.length
  await tells(/The secret CRM_TOKEN is not set up/, {}, { secrets: {} })
  await tells(
    /The secret constructor is not set up/,
    { headers: [{ name: 'x', secret: 'constructor', prefix: '' }] },
    {},
  )
  await tells(/not to be reached/, {}, { toPrivate: false, dispatcher: createDispatcher(false) })
  await tells(
    /could not be reached/,
    { url: 'http://localhost:1/' },
    { toPrivate: false, dispatcher: createDispatcher(false) },
  )
  t.equal(visits.asked.length, count, 'none of these was sent')
  Object.assign(visits.told, { status: 409, text: 'taken' })
  await tells(/The service answered 409: taken/, {}, {})
  Object.assign(visits.told, { status: 200, text: 'x'.repeat(5_000) })
  t.equal((await callTool(http, {}, reach)).length, 4_000, 'a model reads no book')
  Object.assign(visits.told, { status: 204, text: '' })
  t.equal(await callTool(http, {}, reach), 'Done.')
  visits.told.isSilent = true
  await tells(/did not answer in time/, { timeout_ms: 100 }, {})
  Object.assign(visits.told, { status: 201, text: '{}', isSilent: false })
})

test('a brief becomes plugins; what is missing is named', async (t) => {
  const brief = await aBrief()
  const env = {
    DEEPGRAM_API_KEY: 'd',
    GROQ_API_KEY: 'g',
    OPENAI_API_KEY: 'o',
    CARTESIA_API_KEY: 'c',
    ELEVEN_API_KEY: 'e',
  }
  const shown = ({ stt, llm, tts }: ReturnType<typeof createModels>) => [
    stt.provider,
    llm.provider,
    llm.model,
    tts.provider,
  ]
  t.same(shown(createModels(brief, env)), ['Deepgram', 'api.groq.com', 'openai/gpt-oss-20b', 'Cartesia'])
  const other = (provider: string, model: string | null = null): Pick<Brief, 'stt' | 'llm' | 'tts'> => ({
    stt: { ...brief.stt, provider, model },
    llm: { ...brief.llm, provider: provider === 'openai' ? 'openai' : 'mistral', model: 'm' },
    tts: { ...brief.tts, provider, model },
  })
  t.same(shown(createModels(other('openai'), env)), [
    'api.openai.com',
    'api.openai.com',
    'm',
    'api.openai.com',
  ])
  t.same(shown(createModels(other('elevenlabs'), { ...env, MISTRAL_API_KEY: 'm' })).at(-1), 'ElevenLabs')
  t.throws(() => createModels(brief, { ...env, GROQ_API_KEY: '' }), {
    message: 'Set GROQ_API_KEY: a skillbase uses this provider.',
  })
  const strange = { ...brief, tts: { ...brief.tts, provider: 'yandex' } }
  t.throws(() => createModels(strange, env), {
    message: /no plugin for the tts provider "yandex".*src\/models\.ts/,
  })
})

test('an agent that is set up wrongly says what to set, and shows no secret', async (t) => {
  const sound = {
    NEW_VOICE_URL: 'http://x/',
    LIVEKIT_URL: 'wss://x',
    LIVEKIT_API_KEY: 'k',
    LIVEKIT_API_SECRET: 's',
  }
  t.match(readSettings(sound), { apiUrl: 'http://x', agentName: 'new-voice', secrets: {}, toPrivate: false })
  t.throws(() => readSettings({}), {
    message: /NEW_VOICE_URL: .*\n.*LIVEKIT_URL.*\n.*LIVEKIT_API_KEY.*\n.*LIVEKIT_API_SECRET/,
  })
  const file = `${t.testdir()}/secrets.json`
  const read = (text: string) => {
    writeFileSync(file, text)
    return () => readSettings({ ...sound, TOOL_SECRETS_FILE: file })
  }
  t.match(read('{"c": {"A": "b"}}')(), { secrets: { c: { A: 'b' } } })
  for (const wrong of ['{"c": "hush"}', '["hush"]', '{"c": {"A": 1, "B": "hush"}}', 'hush']) {
    t.throws(read(wrong), { message: /TOOL_SECRETS_FILE: / })
    t.notMatch(
      String(
        await Promise.resolve()
          .then(read(wrong))
          .catch((e) => e),
      ),
      /hush/,
    )
  }
  const wrong = ['', '{}', 'null', '{"company_id": "x", "call_id": "y"}']
  for (const metadata of wrong)
    t.throws(() => readJobMetadata(metadata), { message: /its metadata names no call/ })
})

test('a brief is asked for again where the service is in trouble, and not where it says no', async (t) => {
  let failures = 2
  const answers = createServer((request, response) => {
    if (failures-- > 0) return void request.socket.destroy()
    const status = request.headers.authorization === 'Bearer mine' ? 200 : 404
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end('{"call_id": "c", "detail": "There is no such call."}')
  }).listen(0, '127.0.0.1')
  await once(answers, 'listening')
  t.teardown(() => answers.close())
  const url = `http://127.0.0.1:${(answers.address() as AddressInfo).port}`
  const ask = (token: string) => fetchBrief(url, { company_id: 'x', call_id: 'c', token })
  t.match(await ask('mine'), { call_id: 'c' })
  await t.rejects(ask('hush'), { message: 'No brief (404): There is no such call.' })
  failures = 99
  await t.rejects(ask('mine'), { message: /^No brief \(503\)/ })
  t.equal(failures, 95)
})

/** A brief of the service, of a call of its own. */
async function aBrief(): Promise<Brief> {
  const { body } = await w.call('POST', '/api/calls', { direction: 'inbound', skillbase_id: w.bot.id })
  return (await w.call('GET', `/api/calls/${body.id}/brief`)).body
}

const contentsOf = (turns: { content: string | null }[]) => turns.map(({ content }) => content)

/** What a model is told last: what somebody said, or what a function answered. */
function toldTo(chat: llm.ChatContext): string {
  const last = chat.items.at(-1)
  if (last?.type === 'function_call_output') return last.output
  return chat.items.flatMap((item) => (item.type === 'message' ? [item.textContent ?? ''] : [])).join('\n')
}

const spying =
  (heard: string[], script: AgentScript['llm']): AgentScript['llm'] =>
  (chat, tools) => {
    heard.push(toldTo(chat))
    return script(chat, tools)
  }
