// Runs the example agent in a LiveKit that is a stand-in: its jobs, without audio.
import type { voice } from '@livekit/agents'
import { type AnsweredBy, type CallDeps, type Job, runCall } from '../../examples/agent/src/call.ts'
import { livekitPhone } from '../../examples/agent/src/phone.ts'
import { createDispatcher } from '../../examples/agent/src/public-addresses.ts'
import type { Secrets } from '../../examples/agent/src/settings.ts'
import type { Agents, Job as Dispatched, FakeLivekit } from './fake-livekit.ts'
import { type Reply, ScriptedLLM } from './voice.ts'

type Script = ConstructorParameters<typeof ScriptedLLM>[0]

/** What a test says of the agents, and of who is called. */
export interface AgentScript {
  api: string
  livekit: () => FakeLivekit
  /** What the model answers. */
  llm: Script
  /** What the callee says, one after the other, each after the agent has spoken. */
  calleeLines: string[]
  answeredBy: AnsweredBy
  secrets: Secrets
  /** The agent has no plugin for what the brief asks for. */
  hasNoPlugin: boolean
  logged: string[]
}

interface Stage {
  session: voice.AgentSession | undefined
  answer: () => void
  giveUp: () => void
  left: () => void
  ends: (() => Promise<void>)[]
  running: Promise<void>
}

/** Agents that are the example's, of which each job is one call. */
export function exampleAgents(cast: AgentScript): Agents {
  const stages = new Map<string, Stage>()
  return {
    join: async (dispatched) => {
      const { stage, ready } = begin(dispatched, cast)
      stages.set(dispatched.room, stage)
      return ready
    },
    calleeAnswered: async ({ room }) => {
      const stage = stages.get(room)
      stage?.answer()
      if (stage?.session) await converse(stage.session, cast)
    },
    callEnded: async ({ room }) => {
      const stage = stages.get(room)
      stage?.giveUp()
      stage?.left()
      await stage?.running
    },
  }
}

/** As LiveKit runs a job: its entry, and at its end what was to be done then. */
function begin({ room, metadata }: Dispatched, cast: AgentScript): { stage: Stage; ready: Promise<boolean> } {
  const { url, apiKey, apiSecret } = cast.livekit()
  let [answer, giveUp, isReady] = [
    () => undefined as unknown,
    () => undefined as unknown,
    (_: boolean) => undefined as unknown,
  ]
  const answered = new Promise<void>((resolve, reject) => {
    answer = resolve as () => unknown
    giveUp = () => reject(new Error('nobody answered'))
  })
  answered.catch(() => undefined)
  const ready = new Promise<boolean>((resolve) => {
    isReady = (is) => resolve(is)
  })
  const stage: Stage = {
    session: undefined,
    answer: () => void answer(),
    giveUp: () => void giveUp(),
    left: () => undefined,
    ends: [],
    running: Promise.resolve(),
  }
  const job: Job = {
    metadata: JSON.stringify(metadata),
    connect: async () => undefined,
    startOptions: () => ({ record: false }),
    waitForAnswer: () => {
      isReady(true)
      return answered
    },
    detectAnsweredBy: async (session) => {
      stage.session = session
      return cast.answeredBy
    },
    phone: (callee) => livekitPhone({ url, apiKey, apiSecret }, room, callee),
    onLeft: (_, left) => {
      stage.left = left
    },
    onShutdown: (work) => void stage.ends.push(work),
    leave: () => cast.livekit().disconnectAgent(room),
  }
  const call = async () => {
    try {
      await runCall(job, aroundOf(cast))
    } finally {
      isReady(true)
      for (const end of stage.ends) await end()
      cast.livekit().disconnectAgent(room)
    }
  }
  stage.running = call()
  stage.running.catch((error) => {
    cast.logged.push(String(error))
    isReady(false)
  })
  return { stage, ready }
}

const aroundOf = (cast: AgentScript): CallDeps => ({
  settings: {
    apiUrl: cast.api,
    agentName: 'new-voice',
    allowPrivateAddresses: true,
    handoffTo: '+74950000000',
    secrets: cast.secrets,
  },
  models: () => {
    if (cast.hasNoPlugin) throw new Error('This agent has no plugin for the tts provider "yandex".')
    return { llm: new ScriptedLLM(cast.llm), vad: null } as never
  },
  dispatcher: createDispatcher(true),
  log: {
    info: (what, message) => void cast.logged.push(`${message} ${JSON.stringify(what)}`),
    warn: (what, message) => void cast.logged.push(`${message} ${JSON.stringify(what)}`),
  },
})

/** Says the lines of the callee, each when the agent has had its say. */
async function converse(session: voice.AgentSession, { calleeLines: says }: AgentScript): Promise<void> {
  let isOver = false
  session.on(
    'close' as never,
    (() => {
      isOver = true
    }) as never,
  )
  const spoken = () =>
    session.history.items.filter((item) => item.type === 'message' && item.role === 'assistant').length
  const until = async (isTrue: () => boolean) => {
    while (!isOver && !isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => spoken() > 0)
  for (const line of says) {
    if (isOver) return
    const handle = session.generateReply({ userInput: line })
    await until(() => handle.done())
  }
}

export type { Reply }
