import { type EventEmitter, once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type llm, voice } from '@livekit/agents'
import t, { type Test, test } from 'tap'
import { type Brief, fetchBrief, readJobMetadata } from '../../examples/agent/src/brief.ts'
import { Conversation } from '../../examples/agent/src/conversation.ts'
import { FlowTracker } from '../../examples/agent/src/flow.ts'
import { callTool, type HttpToolContext } from '../../examples/agent/src/http-tool.ts'
import { createModels } from '../../examples/agent/src/models.ts'
import { createDispatcher } from '../../examples/agent/src/public-addresses.ts'
import { readSettings } from '../../examples/agent/src/settings.ts'
import type { Completion } from '../../sdk/src/index.ts'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { type AgentScript, exampleAgents, type Reply } from '../setup/agents/example-agents.ts'
import { ScriptedLLM } from '../setup/agents/voice.ts'
import type { Script } from '../setup/livekit/fake-livekit.ts'
import {
  type LivekitWorld,
  runCampaign,
  startCampaign,
  startLivekitWorld,
} from '../setup/livekit/livekit-world.ts'

/** A service that HTTP tools call. It stores requests and responds as a test decides. */
async function startCrm(t: Test) {
  const response = { status: 201, text: '{"visit": 17}', isSilent: false }
  const requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = []
  const server = createServer(async (request, reply) => {
    let body = ''
    for await (const chunk of request) body += chunk
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    if (!response.isSilent) reply.writeHead(response.status).end(response.text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { requests, response, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const clinicConfig = (visitsUrl: string) => ({
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
      url: visitsUrl,
      timeout_ms: 10_000,
      headers: { authorization: { secret: 'CRM_TOKEN', prefix: 'Bearer ' } },
      parameters: { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] },
    },
    { type: 'handoff', name: 'to_a_person', destination: '+74951112233', message: 'One moment.' },
    { type: 'end_call', name: 'hang_up', message: 'Goodbye!' },
  ],
})

/** A model script that returns these replies one after the other, whatever the input is. */
function replies(...list: Reply[]): (chat: llm.ChatContext, tools: string[]) => Reply {
  let next = 0
  return () => list[next++] ?? { text: 'Well.' }
}

const visits = await startCrm(t)
const agentScript: AgentScript = {
  api: '',
  llm: replies(),
  calleeLines: [],
  answeredBy: 'person',
  secrets: {},
  hasNoPlugin: false,
  logged: [],
  livekit: () => world.livekit,
}
const world: LivekitWorld = await startLivekitWorld(t, {
  config: clinicConfig(visits.url),
  agents: () => exampleAgents(agentScript),
})
world.s.setNow(undefined)
agentScript.api = await world.s.app.listen({ host: '127.0.0.1', port: 0 })

/** Calls one contact of a new campaign with the example agent. Resolves when the call is settled. */
async function callOnce(behavior: Partial<AgentScript> = {}, script: Partial<Script> = {}) {
  Object.assign(agentScript, {
    llm: replies(),
    calleeLines: [],
    answeredBy: 'person',
    hasNoPlugin: false,
    logged: [],
    ...behavior,
  })
  const campaign = await startCampaign(world, [{ ringMs: 5, talkMs: 100_000, ...script }])
  await runCampaign(world, t, world.carrier)
  const [call] = await campaign.callsNow()
  const metrics = (await world.call('GET', `/api/calls/${call.id}/metrics`)).body
  const turns = (await world.call('GET', `/api/calls/${call.id}/logs`)).body.items
  const [task] = await campaign.tasksNow()
  return { call, metrics, turns, task, campaign }
}

test('A dialed call is stored end to end: brief, flow, tools, turns, metrics, outcome', async (t) => {
  visits.requests.length = 0
  const prompts: { tools: string[]; instructions: string }[] = []
  const script = replies(
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
  agentScript.secrets = { [world.company.id]: { CRM_TOKEN: 'hush' }, other: { CRM_TOKEN: 'not ours' } }
  const { call, metrics, turns, task } = await callOnce({
    llm: (chat, tools) => {
      const first = chat.items[0]
      prompts.push({ tools, instructions: first?.type === 'message' ? (first.textContent ?? '') : '' })
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
      // The contact has no name, so the greeting omits it.
      ['assistant', 'Hello!', 'greeting'],
      ['user', 'I need a doctor', 'greeting'],
      ['assistant', 'Gladly.', 'booking'],
      ['assistant', 'Which day suits you?', 'booking'],
      ['user', 'On Monday', 'booking'],
      ['assistant', 'You are booked for Monday.', 'booked'],
      ['user', 'Thanks, bye', 'booked'],
      ['assistant', 'Goodbye!', 'booked'],
      // The usage of the generation that hung up without speaking.
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
  t.same(metrics.providers.llm, { provider: 'api.groq.com', model: 'openai/gpt-oss-20b' })

  t.same(
    visits.requests.map(({ method, body, headers }) => [method, JSON.parse(body), headers.authorization]),
    [['POST', { day: 'Monday' }, 'Bearer hush']],
  )
  t.match(prompts[0]?.instructions, /You book visits\./)
  t.same(prompts[0]?.tools.toSorted(), ['book_visit', 'enter_stage', 'hang_up', 'note_down', 'to_a_person'])
  t.equal(world.livekit.rooms.size, 0, 'no room remains')
  t.equal(world.livekit.invites.length, 1)
  t.same(agentScript.logged, [])
})

test('When the callee hangs up, the turns until then are stored', async (t) => {
  const { call, turns } = await callOnce({
    llm: () => {
      for (const room of world.livekit.rooms.keys()) world.livekit.hangUpCallee(room)
      return { text: 'Of course.' }
    },
    calleeLines: ['No, thanks'],
  })
  t.match(call, { status: 'completed', ended_reason: /client_initiated|participant_disconnected/ })
  t.ok(turns.length >= 2)
  t.equal(world.livekit.rooms.size, 0)
})

test('A call is transferred to a person; when the transfer fails, the conversation continues', async (t) => {
  const transferred = await callOnce({
    llm: replies({ calls: [{ name: 'to_a_person' }] }),
    calleeLines: ['A person, please'],
  })
  t.match(transferred.call, { status: 'completed', outcome: 'transferred' })
  t.match(transferred.task, { status: 'completed' })
  t.match(world.livekit.transfers, [{ to: 'tel:+74951112233' }])
  t.ok(contentsOf(transferred.turns).includes('One moment.'))

  world.livekit.failRequest = (method) =>
    method === 'TransferSIPParticipant' ? { code: 'unavailable', status: 503 } : undefined
  const inputs: string[] = []
  const notTransferred = await callOnce({
    llm: recordingInputs(
      inputs,
      replies(
        { calls: [{ name: 'to_a_person' }] },
        { text: 'All colleagues are busy.' },
        { calls: [{ name: 'hang_up' }] },
      ),
    ),
    calleeLines: ['A person, please', 'Bye'],
  })
  world.livekit.failRequest = undefined
  t.match(inputs[1], /The transfer failed/)
  t.not(notTransferred.call.outcome, 'transferred')
  t.match(notTransferred.call, { status: 'completed', ended_reason: 'agent_hung_up' })
})

test('opt_out suppresses the number, callback_at schedules a retry', async (t) => {
  const noteThenHangUp = (args: object) =>
    replies({ calls: [{ name: 'note_down', args }] }, { text: 'I see.' }, { calls: [{ name: 'hang_up' }] })
  const optedOut = await callOnce({
    llm: noteThenHangUp({ opt_out: true, outcome: 'fail' }),
    calleeLines: ['Do not call me again', 'Bye'],
  })
  t.match(optedOut.call, { outcome: 'fail', collected_data: { opt_out: true } })
  const { body } = await world.call('GET', '/api/suppressions')
  t.same(
    body.items.map(({ phone_number }: { phone_number: string }) => phone_number),
    optedOut.campaign.numbers,
  )
  const callback_at = new Date(Date.now() + 30 * 86_400_000).toISOString()
  const callback = await callOnce({
    llm: noteThenHangUp({ outcome: 'callback', callback_at }),
    calleeLines: ['I have no time now', 'Bye'],
  })
  t.match(callback.call, { outcome: 'callback' })
  t.match(callback.task, { status: 'retry', next_attempt_at: callback_at })
})

test('Calls without an answer and calls answered by a machine get their outcome', async (t) => {
  const unanswered = await callOnce({}, { fate: 'no_answer' })
  t.match(unanswered.call, { status: 'failed', outcome: 'no_answer' })
  t.same(unanswered.turns, [], 'the agent reports nothing for a call that was not answered')
  t.match((await callOnce({ answeredBy: 'voicemail' })).call, {
    outcome: 'voicemail',
    ended_reason: 'machine_vm',
  })
  const unavailable = await callOnce({ answeredBy: 'unavailable' })
  t.match(unavailable.call, { outcome: 'no_answer', ended_reason: 'machine_unavailable' })
  t.equal(world.livekit.rooms.size, 0)
})

test('An agent without a plugin reports the reason, and the call is ended', async (t) => {
  const { call, task } = await callOnce({ hasNoPlugin: true }, { ringMs: 100_000 })
  t.match(call, { status: 'failed', outcome: 'agent_error' })
  t.match(call.ended_reason, /no plugin for the tts provider "yandex"|agent_left/)
  t.match(task, { status: 'retry', attempt_count: 0 })
  t.equal(world.livekit.rooms.size, 0)
})

test('The flow rejects a stage that cannot follow, and lists those that can', async (t) => {
  const inputs: string[] = []
  const { call } = await callOnce({
    llm: recordingInputs(
      inputs,
      replies(
        { calls: [{ name: 'enter_stage', args: { stage: 'booked' } }] },
        { calls: [{ name: 'enter_stage', args: { stage: 'refused' } }] },
        { text: 'As you like.' },
        { calls: [{ name: 'hang_up' }] },
      ),
    ),
    calleeLines: ['No', 'Bye'],
  })
  t.match(inputs[1], /from greeting to booked\. Allowed next stages: booking, refused\./)
  t.match(inputs[2], /Refused This is the last stage/)
  t.same(call.states_visited, ['greeting', 'refused'])
  // No outcome was reported: it is classified from the final state.
  t.match(call, { outcome: 'fail', is_outcome_classified: true })

  const flow = new FlowTracker({
    type: 'linear',
    initial: 'a',
    states: [
      { id: 'a', name: 'a', prompt: null, is_end: false, next: [{ to: 'b', condition: null }] },
      { id: 'b', name: 'b', prompt: null, is_end: true, next: [] },
    ],
  })
  t.equal(flow.isFinal, false)
  flow.enter('b')
  t.throws(() => flow.enter('a'), {
    message: 'The flow does not lead from b to a. Allowed next stages: none.',
  })
  t.equal(flow.enter('b').id, 'b', 'entering the current state is allowed')
  t.equal(flow.isFinal, true)
})

test('A silent callee is asked twice before the call ends, and the maximum duration ends it', async (t) => {
  const inputs: string[] = []
  const llm = new ScriptedLLM((chat) => {
    inputs.push(lastInput(chat))
    return { text: 'Are you there?' }
  })
  const converse = async (limits: Brief['limits']) => {
    const session = new voice.AgentSession({ llm, vad: null })
    const timers: [() => void, number][] = []
    const conversation = new Conversation({ ...(await newBrief()), limits }, session, {
      phone: { hangUp: async () => undefined, transfer: async () => undefined },
      httpTools: { dispatcher: createDispatcher(true), allowPrivateAddresses: true, secrets: {} },
      handoffTo: undefined,
      schedule: (run, ms) => {
        timers.push([run, ms])
        return () => void timers.pop()
      },
    })
    const completions: Completion[] = []
    conversation.onCompletion = (completion) => void completions.push(completion)
    await session.start({ agent: conversation.createAgent(), record: false })
    conversation.startTimeLimit()
    await conversation.greet()
    const closed = once(session as unknown as EventEmitter, 'close')
    const emitAway = () => session.emit('user_state_changed' as never, ...([awayEvent] as never))
    return { conversation, timers, completions, closed, emitAway }
  }
  const awayEvent = voice.createUserStateChangedEvent('listening', 'away')
  const silentCallee = await converse({ max_call_duration_sec: null, answer_timeout_sec: null })
  t.same(silentCallee.timers, [])
  silentCallee.emitAway()
  silentCallee.emitAway()
  t.same(silentCallee.completions, [])
  silentCallee.emitAway()
  await silentCallee.closed
  t.match(silentCallee.completions, [{ ended_reason: 'silence' }])
  t.doesNotThrow(silentCallee.emitAway, 'a state change after the end is ignored')
  t.ok(inputs.some((input) => input.includes('ask whether they are there')))

  const longCall = await converse({ max_call_duration_sec: 120, answer_timeout_sec: 60 })
  const [run, ms] = longCall.timers[0] ?? []
  t.equal(ms, 120_000, 'from the answer: LiveKit, which counts from its INVITE, would end it later')
  run?.()
  await longCall.closed
  t.match(longCall.completions, [{ outcome: 'max_duration', ended_reason: 'max_duration' }])
  t.same(longCall.timers, [], 'the timer is cancelled')

  const withOutcome = await converse({ max_call_duration_sec: 120, answer_timeout_sec: 60 })
  withOutcome.conversation.update({ outcome: 'success' })
  withOutcome.timers[0]?.[0]()
  await withOutcome.closed
  t.match(
    withOutcome.completions.at(-1),
    { outcome: undefined, ended_reason: 'max_duration' },
    'a recorded outcome is kept',
  )
})

test('HTTP tools send secrets only in their request, and describe failures to the model', async (t) => {
  const http = {
    url: `${visits.url}/visits?of=clinic`,
    method: 'POST' as const,
    timeout_ms: 10_000,
    headers: [{ name: 'x-key', secret: 'CRM_TOKEN', prefix: '' }],
  }
  const context = {
    dispatcher: createDispatcher(true),
    allowPrivateAddresses: true,
    secrets: { CRM_TOKEN: 'hush' },
  }
  const lastRequest = () => visits.requests.at(-1)
  const assertFails = async (
    message: RegExp,
    ...[call, changes]: [Partial<typeof http>, Partial<HttpToolContext>]
  ) => {
    const error = await callTool({ ...http, ...call }, { day: 'Monday' }, { ...context, ...changes }).catch(
      (e: Error) => e,
    )
    t.match(error, { message })
    t.notMatch(String(error), /hush|127\.0\.0\.1/)
  }
  t.equal(await callTool(http, { day: 'Monday', n: 2 }, context), '{"visit": 17}')
  t.match(lastRequest(), {
    method: 'POST',
    url: '/visits?of=clinic',
    body: '{"day":"Monday","n":2}',
    headers: { 'x-key': 'hush' },
  })
  await callTool({ ...http, method: 'GET' as never }, { day: 'Monday', n: 2, tags: ['a'] }, context)
  t.match(lastRequest(), {
    method: 'GET',
    url: '/visits?of=clinic&day=Monday&n=2&tags=%5B%22a%22%5D',
    body: '',
  })
  const count = visits.requests.length
  await assertFails(/The secret CRM_TOKEN is not configured/, {}, { secrets: {} })
  await assertFails(
    /The secret constructor is not configured/,
    { headers: [{ name: 'x', secret: 'constructor', prefix: '' }] },
    {},
  )
  await assertFails(
    /has a private address/,
    {},
    { allowPrivateAddresses: false, dispatcher: createDispatcher(false) },
  )
  await assertFails(
    /could not be reached/,
    { url: 'http://localhost:1/' },
    { allowPrivateAddresses: false, dispatcher: createDispatcher(false) },
  )
  t.equal(visits.requests.length, count, 'none of these requests was sent')
  Object.assign(visits.response, { status: 409, text: 'taken' })
  await assertFails(/The service returned status 409: taken/, {}, {})
  Object.assign(visits.response, { status: 200, text: 'x'.repeat(5_000) })
  t.equal((await callTool(http, {}, context)).length, 4_000, 'a long response is cut')
  Object.assign(visits.response, { status: 204, text: '' })
  t.equal(await callTool(http, {}, context), 'Done.')
  visits.response.isSilent = true
  await assertFails(/did not respond in time/, { timeout_ms: 100 }, {})
  Object.assign(visits.response, { status: 201, text: '{}', isSilent: false })
})

test('A brief is mapped to plugins; a missing plugin or key is named', async (t) => {
  const brief = await newBrief()
  const env = {
    DEEPGRAM_API_KEY: 'd',
    GROQ_API_KEY: 'g',
    OPENAI_API_KEY: 'o',
    CARTESIA_API_KEY: 'c',
    ELEVEN_API_KEY: 'e',
  }
  const namesOf = ({ stt, llm, tts }: ReturnType<typeof createModels>) => [
    stt.provider,
    llm.provider,
    llm.model,
    tts.provider,
  ]
  t.same(namesOf(createModels(brief, env)), ['Deepgram', 'api.groq.com', 'openai/gpt-oss-20b', 'Cartesia'])
  const modelsOf = (provider: string, model: string | null = null): Pick<Brief, 'stt' | 'llm' | 'tts'> => ({
    stt: { ...brief.stt, provider, model },
    llm: { ...brief.llm, provider: provider === 'openai' ? 'openai' : 'mistral', model: 'm' },
    tts: { ...brief.tts, provider, model },
  })
  t.same(namesOf(createModels(modelsOf('openai'), env)), [
    'api.openai.com',
    'api.openai.com',
    'm',
    'api.openai.com',
  ])
  t.same(namesOf(createModels(modelsOf('elevenlabs'), { ...env, MISTRAL_API_KEY: 'm' })).at(-1), 'ElevenLabs')
  t.throws(() => createModels(brief, { ...env, GROQ_API_KEY: '' }), {
    message: 'Set the environment variable GROQ_API_KEY: a skillbase uses this provider.',
  })
  const unknown = { ...brief, tts: { ...brief.tts, provider: 'yandex' } }
  t.throws(() => createModels(unknown, env), {
    message: /no plugin for the tts provider "yandex".*src\/models\.ts/,
  })
})

test('Invalid settings are listed without their values', async (t) => {
  const valid = {
    NEW_VOICE_URL: 'http://x/',
    LIVEKIT_URL: 'wss://x',
    LIVEKIT_API_KEY: 'k',
    LIVEKIT_API_SECRET: 's',
  }
  t.match(readSettings(valid), {
    apiUrl: 'http://x',
    agentName: 'new-voice',
    secrets: {},
    allowPrivateAddresses: false,
  })
  t.match(readSettings({ ...valid, AGENT_LOAD_THRESHOLD: '0.9', AGENT_IDLE_PROCESSES: '8' }), {
    loadThreshold: 0.9,
    idleProcesses: 8,
  })
  for (const [name, wrong] of [
    ['AGENT_LOAD_THRESHOLD', '2'],
    ['AGENT_LOAD_THRESHOLD', 'x'],
    ['AGENT_IDLE_PROCESSES', '0'],
    ['AGENT_IDLE_PROCESSES', '1.5'],
  ] as const)
    t.throws(() => readSettings({ ...valid, [name]: wrong }), { message: new RegExp(name) })
  t.throws(() => readSettings({}), {
    message: /NEW_VOICE_URL: .*\n.*LIVEKIT_URL.*\n.*LIVEKIT_API_KEY.*\n.*LIVEKIT_API_SECRET/,
  })
  const file = `${t.testdir()}/secrets.json`
  const readWithSecrets = (text: string) => {
    writeFileSync(file, text)
    return () => readSettings({ ...valid, TOOL_SECRETS_FILE: file })
  }
  t.match(readWithSecrets('{"c": {"A": "b"}}')(), { secrets: { c: { A: 'b' } } })
  for (const wrong of ['{"c": "hush"}', '["hush"]', '{"c": {"A": 1, "B": "hush"}}', 'hush']) {
    t.throws(readWithSecrets(wrong), { message: /TOOL_SECRETS_FILE: / })
    t.notMatch(
      String(
        await Promise.resolve()
          .then(readWithSecrets(wrong))
          .catch((e) => e),
      ),
      /hush/,
    )
  }
  const wrong = ['', '{}', 'null', '{"company_id": "x", "call_id": "y"}']
  for (const metadata of wrong)
    t.throws(() => readJobMetadata(metadata), { message: /its metadata names no call/ })
})

test('Fetching a brief is retried after server errors, and not after a 404', async (t) => {
  let failures = 2
  const server = createServer((request, response) => {
    if (failures-- > 0) return void request.socket.destroy()
    const status = request.headers.authorization === 'Bearer mine' ? 200 : 404
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end('{"call_id": "c", "detail": "There is no such call."}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const fetchWith = (token: string) => fetchBrief(url, { company_id: 'x', call_id: 'c', token })
  t.match(await fetchWith('mine'), { call_id: 'c' })
  await t.rejects(fetchWith('hush'), {
    message: 'The brief could not be fetched (404): There is no such call.',
  })
  failures = 99
  await t.rejects(fetchWith('mine'), { message: /^The brief could not be fetched \(503\)/ })
  t.equal(failures, 95)
})

/** The brief of a new inbound call. */
async function newBrief(): Promise<Brief> {
  const { body } = await world.call('POST', '/api/calls', {
    direction: 'inbound',
    skillbase_id: world.bot.id,
  })
  return (await world.call('GET', `/api/calls/${body.id}/brief`)).body
}

const contentsOf = (turns: { content: string | null }[]) => turns.map(({ content }) => content)

/** The last input of a model: the result of a function, or else all messages. */
function lastInput(chat: llm.ChatContext): string {
  const last = chat.items.at(-1)
  if (last?.type === 'function_call_output') return last.output
  return chat.items.flatMap((item) => (item.type === 'message' ? [item.textContent ?? ''] : [])).join('\n')
}

const recordingInputs =
  (inputs: string[], script: AgentScript['llm']): AgentScript['llm'] =>
  (chat, tools) => {
    inputs.push(lastInput(chat))
    return script(chat, tools)
  }
