// Real sessions of LiveKit Agents with scripted models, and what is reported of them.
import { type llm, type ModelUsage, voice } from '@livekit/agents'
import { collectSession, type SessionOptions } from '../../../sdk/src/agents.ts'
import type { Item, Turn } from '../../../sdk/src/index.ts'
import { MetricCollector } from '../../../sdk/src/telemetry/collector.ts'
import { type Reply, ScriptedLLM, ScriptedSTT, ScriptedTTS, withAudio } from './voice.ts'

export const usageNames = [
  'llm_input_tokens',
  'llm_cached_input_tokens',
  'llm_output_tokens',
  'tts_characters',
  'stt_duration_sec',
] as const

/** A collector whose items are stored in memory instead of sent. */
export function createCollector() {
  const items: Item[] = []
  const misuses: string[] = []
  const collector = new MetricCollector('call', {
    now: () => performance.now(),
    date: () => new Date(),
    send: (item) => void items.push(item),
    reportMisuse: (message) => void misuses.push(message),
  })
  const turns = () => items.flatMap((item) => (item.kind === 'turn' ? item.turn : []))
  const completions = () => items.flatMap((item) => (item.kind === 'completion' ? item.completion : []))
  return { items, misuses, collector, turns, completions }
}

/** The turns as a transcript shows them, by turn_index. */
export const inOrder = (turns: readonly Turn[]) => turns.toSorted((a, b) => a.turn_index - b.turn_index)

/** The total usage of turns. */
export const totalUsage = (turns: readonly Partial<Turn>[]) =>
  Object.fromEntries(
    usageNames.map((name) => [name, round(turns.reduce((sum, turn) => sum + (turn[name] ?? 0), 0))]),
  )
export const round = (value: number) => Math.round(value * 1e6) / 1e6

/** The usage that LiveKit counted, under the names of our fields. */
export function usageOfSession(usage: readonly Partial<ModelUsage>[]) {
  const total = Object.fromEntries(usageNames.map((name) => [name, 0])) as Record<
    (typeof usageNames)[number],
    number
  >
  for (const part of usage) {
    if (part.type === 'llm_usage') {
      total.llm_input_tokens += part.inputTokens ?? 0
      total.llm_cached_input_tokens += part.inputCachedTokens ?? 0
      total.llm_output_tokens += part.outputTokens ?? 0
    } else if (part.type === 'tts_usage') total.tts_characters += part.charactersCount ?? 0
    else if (part.type === 'stt_usage') total.stt_duration_sec += (part.audioDurationMs ?? 0) / 1000
  }
  total.stt_duration_sec = round(total.stt_duration_sec)
  return total
}

/** What differs from a session with one scripted model each. */
export interface SessionParts {
  options?: SessionOptions
  tools?: ConstructorParameters<typeof voice.Agent>[0]['tools']
  collector?: MetricCollector
  models?: Partial<Pick<ConstructorParameters<typeof voice.AgentSession>[0] & object, 'llm' | 'stt' | 'tts'>>
  recognizer?: ScriptedSTT
}

type Script = (chat: llm.ChatContext, tools: string[]) => Reply

/** A session with a scripted model each, which has not been started. */
export const scriptedSession = (
  script: Script,
  recognizer: ScriptedSTT,
  models: SessionParts['models'] = {},
): voice.AgentSession =>
  new voice.AgentSession({
    llm: new ScriptedLLM(script),
    stt: recognizer,
    tts: new ScriptedTTS(),
    vad: null,
    aecWarmupDuration: null,
    turnHandling: {
      turnDetection: 'stt',
      endpointing: { minDelay: 5, maxDelay: 10 },
      interruption: { minDuration: 0 },
    },
    ...models,
  })

/** Starts a session with a scripted model and silent audio, and a report of it. */
export async function startSession(
  script: Script,
  { options = {}, tools, collector, models, recognizer = new ScriptedSTT() }: SessionParts = {},
) {
  const session = scriptedSession(script, recognizer, models)
  const output = withAudio(session)
  const collected = createCollector()
  const report = collectSession(session, collector ?? collected.collector, { settleMs: 60_000, ...options })
  await session.start({ agent: new voice.Agent({ instructions: 'Be nice.', tools }), record: false })
  const waitForSpoken = (count: number, role: 'assistant' | 'user' = 'assistant') =>
    eventually(() => itemsOf(session, role).length >= count)
  /** Simulates speech of the user. Resolves when the agent has spoken `replies` replies in total. */
  const userSays = async (text: string, replies: number) => {
    // A FallbackAdapter begins to listen later than the session.
    await eventually(() => recognizer.isListening)
    recognizer.startSpeech()
    recognizer.endSpeech(text)
    await waitForSpoken(replies)
  }
  return { session, recognizer, output, report, userSays, waitForSpoken, ...collected }
}

const itemsOf = (session: voice.AgentSession, role: string) =>
  session.history.items.filter((item) => item.type === 'message' && item.role === role)

/** Resolves when the condition is true; only the timeout of the test limits the wait. */
export async function eventually(isTrue: () => unknown): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}

export const lastText = (chat: llm.ChatContext) => {
  const last = chat.items.findLast((item) => item.type === 'message')
  return last?.type === 'message' ? (last.textContent ?? '') : ''
}
