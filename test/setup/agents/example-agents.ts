// Runs the jobs of the example agent with the fake LiveKit, without audio.
import type { voice } from '@livekit/agents'
import { type AnsweredBy, type CallDeps, type Job, runCall } from '../../../examples/agent/src/call.ts'
import { livekitPhone } from '../../../examples/agent/src/phone.ts'
import { createDispatcher } from '../../../examples/agent/src/public-addresses.ts'
import type { Secrets } from '../../../examples/agent/src/settings.ts'
import type { Agents, Job as Dispatched, FakeLivekit } from '../livekit/fake-livekit.ts'
import { type Reply, ScriptedLLM } from './voice.ts'

type Script = ConstructorParameters<typeof ScriptedLLM>[0]

/** The behavior of the agents and of the callee. */
export interface AgentScript {
  api: string
  livekit: () => FakeLivekit
  /** The replies of the model. */
  llm: Script
  /** Lines that the callee speaks, each after the agent has replied to the one before. */
  calleeLines: string[]
  answeredBy: AnsweredBy
  secrets: Secrets
  /** The agent has no plugin for a provider of the brief. */
  hasNoPlugin: boolean
  logged: string[]
}

interface RunningJob {
  session: voice.AgentSession | undefined
  answer: () => void
  rejectAnswer: () => void
  onCalleeLeft: () => void
  shutdownCallbacks: (() => Promise<void>)[]
  /** Resolves when the job has ended. */
  done: Promise<void>
}

/** Agents that run the example agent; each job is one call. */
export function exampleAgents(script: AgentScript): Agents {
  const jobs = new Map<string, RunningJob>()
  return {
    join: async (dispatched) => {
      const { runningJob, ready } = startJob(dispatched, script)
      jobs.set(dispatched.room, runningJob)
      return ready
    },
    calleeAnswered: async ({ room }) => {
      const runningJob = jobs.get(room)
      runningJob?.answer()
      if (runningJob?.session) await converse(runningJob.session, script)
    },
    callEnded: async ({ room }) => {
      const runningJob = jobs.get(room)
      runningJob?.rejectAnswer()
      runningJob?.onCalleeLeft()
      await runningJob?.done
    },
  }
}

/** Runs a job as LiveKit does: its entry function, and then its shutdown callbacks. */
function startJob(
  { room, metadata }: Dispatched,
  script: AgentScript,
): { runningJob: RunningJob; ready: Promise<boolean> } {
  const { url, apiKey, apiSecret } = script.livekit()
  let [answer, rejectAnswer, isReady] = [
    () => undefined as unknown,
    () => undefined as unknown,
    (_: boolean) => undefined as unknown,
  ]
  const answered = new Promise<void>((resolve, reject) => {
    answer = resolve as () => unknown
    rejectAnswer = () => reject(new Error('the call was not answered'))
  })
  answered.catch(() => undefined)
  const ready = new Promise<boolean>((resolve) => {
    isReady = resolve
  })
  const runningJob: RunningJob = {
    session: undefined,
    answer: () => void answer(),
    rejectAnswer: () => void rejectAnswer(),
    onCalleeLeft: () => undefined,
    shutdownCallbacks: [],
    done: Promise.resolve(),
  }
  const job: Job = {
    metadata: JSON.stringify(metadata),
    connect: async () => undefined,
    startOptions: () => ({ record: false }),
    waitForAnswer: (_, signal) => {
      isReady(true)
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      })
      return Promise.race([answered, aborted])
    },
    detectAnsweredBy: async (session) => {
      runningJob.session = session
      return script.answeredBy
    },
    phone: (callee) => livekitPhone({ url, apiKey, apiSecret }, room, callee),
    onLeft: (_, listener) => {
      runningJob.onCalleeLeft = listener
    },
    onShutdown: (work) => void runningJob.shutdownCallbacks.push(work),
    leave: () => script.livekit().disconnectAgent(room),
  }
  const runJob = async () => {
    try {
      await runCall(job, depsOf(script))
    } finally {
      isReady(true)
      for (const callback of runningJob.shutdownCallbacks) await callback()
      script.livekit().disconnectAgent(room)
    }
  }
  runningJob.done = runJob()
  runningJob.done.catch((error) => {
    script.logged.push(String(error))
    isReady(false)
  })
  return { runningJob, ready }
}

const depsOf = (script: AgentScript): CallDeps => ({
  settings: {
    apiUrl: script.api,
    agentName: 'new-voice',
    allowPrivateAddresses: true,
    handoffTo: '+74950000000',
    loadThreshold: undefined,
    idleProcesses: undefined,
    secrets: script.secrets,
  },
  models: () => {
    if (script.hasNoPlugin) throw new Error('This agent has no plugin for the tts provider "yandex".')
    return { llm: new ScriptedLLM(script.llm), vad: null } as never
  },
  dispatcher: createDispatcher(true),
  log: {
    info: (fields, message) => void script.logged.push(`${message} ${JSON.stringify(fields)}`),
    warn: (fields, message) => void script.logged.push(`${message} ${JSON.stringify(fields)}`),
  },
})

/** Speaks the lines of the callee, each one after the agent has replied. */
async function converse(session: voice.AgentSession, { calleeLines }: AgentScript): Promise<void> {
  let isOver = false
  session.on(
    'close' as never,
    (() => {
      isOver = true
    }) as never,
  )
  const replyCount = () =>
    session.history.items.filter((item) => item.type === 'message' && item.role === 'assistant').length
  const until = async (isTrue: () => boolean) => {
    while (!isOver && !isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => replyCount() > 0)
  for (const line of calleeLines) {
    if (isOver) return
    const handle = session.generateReply({ userInput: line })
    await until(() => handle.done())
  }
}

export type { Reply }
