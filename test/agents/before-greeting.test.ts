// The example agent between its job and its greeting: late jobs, calls that nobody answers, and a callee who speaks first.
import type { llm } from '@livekit/agents'
import t, { test } from 'tap'
import type { Brief } from '../../examples/agent/src/brief.ts'
import { type Job, runCall } from '../../examples/agent/src/call.ts'
import { Conversation } from '../../examples/agent/src/conversation.ts'
import { createDispatcher } from '../../examples/agent/src/public-addresses.ts'
import { readSettings } from '../../examples/agent/src/settings.ts'
import { collectSession } from '../../sdk/src/agents.ts'
import { createCollector, eventually, scriptedSession } from '../setup/agents/reported-session.ts'
import { ScriptedLLM, ScriptedSTT, withAudio } from '../setup/agents/voice.ts'
import { startLivekitWorld } from '../setup/livekit/livekit-world.ts'

const world = await startLivekitWorld(t)
world.s.setNow(undefined)
const settings = readSettings({
  NEW_VOICE_URL: await world.s.app.listen({ host: '127.0.0.1', port: 0 }),
  LIVEKIT_URL: 'wss://x',
  LIVEKIT_API_KEY: 'k',
  LIVEKIT_API_SECRET: 's',
})

/** The text of all messages that a model gets. */
const textOf = (chat: llm.ChatContext): string =>
  chat.items.flatMap((item) => (item.type === 'message' ? [item.textContent ?? ''] : [])).join('\n')

/** The brief of a new inbound call. */
async function newBrief(): Promise<Brief> {
  const { body } = await world.call('POST', '/api/calls', {
    direction: 'inbound',
    skillbase_id: world.bot.id,
  })
  return (await world.call('GET', `/api/calls/${body.id}/brief`)).body
}

test('An agent leaves when its call is over before it comes, and when nobody answers in time', async (t) => {
  const logged: string[] = []
  const left: string[] = []
  let isAborted = false
  const runJob = async (metadata: object, waitForAnswer: Job['waitForAnswer']) => {
    await runCall(
      {
        metadata: JSON.stringify(metadata),
        connect: async () => undefined,
        startOptions: () => ({ record: false }),
        waitForAnswer,
        detectAnsweredBy: async () => 'person',
        phone: () => ({ hangUp: async () => undefined, transfer: async () => undefined }),
        onLeft: () => undefined,
        onShutdown: () => undefined,
        leave: (reason) => void left.push(reason),
      },
      {
        settings,
        models: () => ({ llm: new ScriptedLLM(() => ({ text: 'Hello' })), vad: null }) as never,
        dispatcher: createDispatcher(true),
        log: { info: () => undefined, warn: (fields) => void logged.push(JSON.stringify(fields)) },
        answerTimeoutMs: 10,
      },
    )
  }
  const newJob = async () => {
    const { body } = await world.call('POST', '/api/calls', {
      direction: 'outbound',
      status: 'dialing',
      skillbase_id: world.bot.id,
    })
    const token = (await world.call('GET', `/api/calls/${body.id}/brief`)).body.report.token as string
    return { company_id: world.company.id, call_id: body.id as string, token }
  }
  const unanswered = await newJob()
  await runJob(
    unanswered,
    (_, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          isAborted = true
          reject(new Error('aborted'))
        })
      }),
  )
  t.same([isAborted, left], [true, ['the call was not answered']])

  const over = await newJob()
  await world.call('POST', `/api/calls/${over.call_id}/complete`, { outcome: 'fail' })
  await runJob(over, async () => void t.fail('the agent waits for the answer'))
  t.same(left.at(-1), 'there is no brief')
  t.match(logged.join(), /The brief could not be fetched \(409\): The call is `completed`/)
})

test('The callee is heard before the greeting: the words are kept, and no reply is generated for them', async (t) => {
  const inputs: string[] = []
  const recognizer = new ScriptedSTT()
  const session = scriptedSession((chat) => {
    inputs.push(textOf(chat))
    return { text: 'Gladly.' }
  }, recognizer)
  withAudio(session)
  const { collector, turns } = createCollector()
  const report = collectSession(session, collector)
  const brief = { ...(await newBrief()), greeting: 'This is the clinic.' }
  const conversation = new Conversation(brief, session, {
    phone: { hangUp: async () => undefined, transfer: async () => undefined },
    httpTools: { dispatcher: createDispatcher(true), allowPrivateAddresses: true, secrets: {} },
    handoffTo: undefined,
  })
  await session.start({ agent: conversation.createAgent(), record: false })
  await eventually(() => recognizer.isListening)
  const userSays = async (text: string) => {
    recognizer.startSpeech()
    recognizer.preflight(text)
    recognizer.endSpeech(text)
  }
  const spoken = () =>
    session.history.items.flatMap((item) => (item.type === 'message' ? [item.textContent] : []))
  await userSays('Hello? Who is this?')
  await eventually(() => spoken().includes('Hello? Who is this?'))
  t.same(inputs, [], 'the model was not asked')
  await conversation.greet()
  await userSays('I need a doctor')
  await eventually(() => spoken().includes('Gladly.'))
  t.match(
    inputs.at(-1),
    /Hello\? Who is this\?[\s\S]*This is the clinic\.[\s\S]*I need a doctor/,
    'the model gets all words',
  )
  await session.close()
  report.end()
  t.same(
    turns().map(({ role, content }) => [role, content]),
    [
      ['user', 'Hello? Who is this?'],
      ['assistant', 'This is the clinic.'],
      ['user', 'I need a doctor'],
      ['assistant', 'Gladly.'],
    ],
  )
})
