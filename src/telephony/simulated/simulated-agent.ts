import type { Plan } from './call-plan.ts'
import { SeededRandom } from './seeded-random.ts'

/** How simulated agents report: over HTTP, with an API key of the company, as any agent does. */
export interface AgentOptions {
  /** The base URL of the API; agents report nothing while it is undefined. */
  url: () => string | undefined
  /** Returns an API key of the company. */
  keyOf: (company_id: string) => Promise<string>
  /** How many times faster than real time calls run, 1 by default. The time until a callback is shortened equally. */
  speed?: number
}

export interface SimulatedConversation {
  company_id: string
  call_id: string
  /** Seed of the conversation's random numbers. */
  seed: string
  plan: Plan
}

/** The text with a NUL and half of an emoji, as careless programs write them. */
export const withBadText = (text: string): string => `${text}\0 \ud83d`

const phrases = {
  greeting: [
    'Hello! This is the clinic calling about your appointment.',
    'Good day, I am calling on behalf of the service desk.',
  ],
  user: [
    'Yes, go on.',
    'What is it about?',
    'I could come on Thursday.',
    'Could you repeat that, please?',
    'That suits me.',
  ],
  assistant: [
    'We have a free place on Thursday at ten. Would that suit you?',
    'I will make a note of that. Is there anything else I can do for you?',
    'Certainly: the visit takes about half an hour and costs nothing.',
    'Thank you. I will send you a message with the details.',
  ],
}

/** Reports the turns and outcomes of simulated calls. Repeated requests are idempotent. */
export class SimulatedAgent {
  private readonly options: AgentOptions

  constructor(options: AgentOptions) {
    this.options = options
  }

  /** Reports the greeting. @throws when the API cannot be reached or returns 429 or 5xx */
  greet(call: SimulatedConversation): Promise<void> {
    const random = new SeededRandom(`${call.seed}|greeting`)
    const content = pickOne(phrases.greeting, random)
    return this.postTurns(call, [{ turn_index: 0, role: 'assistant', content, ...speech(content, random) }])
  }

  /** Reports a turn of the callee and the agent's response, with latencies and usage. @throws as `greet` */
  exchange(call: SimulatedConversation, index: number): Promise<void> {
    const random = new SeededRandom(`${call.seed}|${index}`)
    const question = pickOne(phrases.user, random)
    const content = pickOne(phrases.assistant, random)
    return this.postTurns(call, [
      {
        turn_index: 2 * index - 1,
        role: 'user',
        content: question,
        stt_duration_sec: round(random.logNormal(1.9, 0.2), 2),
      },
      {
        turn_index: 2 * index,
        role: 'assistant',
        content,
        ...latencies(random),
        ...usage(index, random),
        ...speech(content, random),
      },
    ])
  }

  /** Reports the outcome. @throws as `greet` */
  async complete(call: SimulatedConversation, now: Date): Promise<void> {
    const { conversation } = call.plan
    if (conversation === null || conversation === 'silent') return
    const random = new SeededRandom(`${call.seed}|complete`)
    const { speed = 1 } = this.options
    const callback_at = new Date(now.getTime() + (Math.round(random.between(5, 60)) * 60_000) / speed)
    const collected_data = {
      ...(conversation === 'callback' && { callback_at: callback_at.toISOString() }),
      ...(conversation === 'opt_out' && { opt_out: true }),
      ...(call.plan.has_bad_text && { note: withBadText('noted') }),
    }
    const outcome = conversation === 'opt_out' ? 'fail' : conversation
    await this.post(call, 'complete', { status: 'completed', outcome, collected_data })
  }

  private postTurns = <T extends { content: string }>(call: SimulatedConversation, turns: readonly T[]) =>
    this.post(call, 'turns', {
      turns: call.plan.has_bad_text
        ? turns.map((turn) => ({ ...turn, content: withBadText(turn.content) }))
        : turns,
    })

  /** Tries up to three times: an API that restarts or is busy responds soon. */
  private async post(call: SimulatedConversation, path: string, body: object): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.postOnce(call, path, body)
      } catch (error) {
        if (tries === 3) throw error
        await new Promise((resolve) => setTimeout(resolve, 250 * tries))
      }
    }
  }

  private async postOnce(
    { company_id, call_id }: SimulatedConversation,
    path: string,
    body: object,
  ): Promise<void> {
    const url = this.options.url()
    if (url === undefined) return
    const key = await this.options.keyOf(company_id)
    const response = await fetch(`${url}/api/calls/${call_id}/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    })
    await response.arrayBuffer()
    // Other 4xx are permanent: a repeated request would fail too.
    if (response.status >= 500 || response.status === 429)
      throw new Error(`the API responded with ${response.status}`)
  }
}

const pickOne = (lines: readonly string[], random: SeededRandom): string =>
  lines[Math.floor(random.next() * lines.length)] ?? ''
const round = (value: number, digits: number) => Number(value.toFixed(digits))

/**
 * Latencies in ms. The end-of-utterance delay is bimodal (minimum and maximum of turn detection); the others are
 * log-normal.
 */
function latencies(random: SeededRandom) {
  const modeDraw = random.next()
  const eou =
    modeDraw < 0.7
      ? random.normal(582, 4)
      : modeDraw < 0.9
        ? random.logNormal(900, 0.5)
        : random.normal(2_501, 3)
  const isRetried = random.chance(0.005)
  return {
    eou_latency: round(Math.max(1, eou), 1),
    ttfb_stt: round(Math.min(eou, random.logNormal(361, 0.6)), 1),
    latency_llm: round(random.logNormal(220, 0.35) + (isRetried ? random.between(2_000, 16_000) : 0), 1),
    was_interrupted: random.chance(0.1),
  }
}

/** Tokens of a response. The prompt grows with the conversation, and later prompts are mostly cached. */
function usage(index: number, random: SeededRandom) {
  const llmRequests = 1 + random.poisson(0.3)
  const inputTokens = Math.round(900 + 45 * index) * llmRequests
  const cachedTokens = index > 3 ? Math.round(inputTokens * random.between(0.5, 0.8)) : 0
  return {
    llm_input_tokens: inputTokens,
    llm_cached_input_tokens: cachedTokens,
    llm_output_tokens: Math.max(1, Math.round(random.logNormal(28, 0.5))),
  }
}

const speech = (content: string, random: SeededRandom) => ({
  ttfb_tts: round(random.logNormal(138, 0.18), 1),
  tts_characters: content.length,
})
