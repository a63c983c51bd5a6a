import type { Plan } from './call-plan.ts'
import { SeededRandom } from './seeded-random.ts'

/** What the agent of a simulated call needs to report as any agent does: over HTTP, with a key of the company. */
export interface AgentOptions {
  /** Where the API is reached; undefined: nowhere, and agents stay silent. */
  url: () => string | undefined
  keyOf: (company_id: string) => Promise<string>
  /** How many times faster than life callbacks are wanted. */
  speed?: number
}

export interface SimulatedConversation {
  company_id: string
  call_id: string
  /** What the dice of this conversation are named by. */
  name: string
  plan: Plan
}

const said = {
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

/** Reports turns and ends of simulated calls. Everything is idempotent: said again, nothing changes. */
export class SimulatedAgent {
  private readonly options: AgentOptions

  constructor(options: AgentOptions) {
    this.options = options
  }

  /** The first words. @throws when the API does not take them */
  greet(call: SimulatedConversation): Promise<void> {
    const dice = new SeededRandom(`${call.name}|greeting`)
    const content = pickOne(said.greeting, dice)
    return this.turns(call, [{ turn_index: 0, role: 'assistant', content, ...speech(content, dice) }])
  }

  /** What the callee says and the agent answers, with what was measured. @throws when the API does not take them */
  exchange(call: SimulatedConversation, index: number): Promise<void> {
    const dice = new SeededRandom(`${call.name}|${index}`)
    const [heard, content] = [pickOne(said.user, dice), pickOne(said.assistant, dice)]
    return this.turns(call, [
      {
        turn_index: 2 * index - 1,
        role: 'user',
        content: heard,
        stt_duration_sec: round(dice.logNormal(1.9, 0.2), 2),
      },
      {
        turn_index: 2 * index,
        role: 'assistant',
        content,
        ...latencies(dice),
        ...usage(index, dice),
        ...speech(content, dice),
      },
    ])
  }

  /** How it went. @throws when the API does not take it */
  async complete(call: SimulatedConversation, now: Date): Promise<void> {
    const { conversation } = call.plan
    if (conversation === null || conversation === 'silent') return
    const dice = new SeededRandom(`${call.name}|complete`)
    const { speed = 1 } = this.options
    const asked = new Date(now.getTime() + (Math.round(dice.between(5, 60)) * 60_000) / speed)
    const collected_data = {
      ...(conversation === 'callback' && { callback_at: asked.toISOString() }),
      ...(conversation === 'opt_out' && { opt_out: true }),
    }
    const outcome = conversation === 'opt_out' ? 'fail' : conversation
    await this.post(call, 'complete', { status: 'completed', outcome, collected_data })
  }

  private turns = (call: SimulatedConversation, turns: object[]) => this.post(call, 'turns', { turns })

  /** Tried three times: an API that starts anew, or is busy, is back soon. */
  private async post(call: SimulatedConversation, what: string, body: object): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.postOnce(call, what, body)
      } catch (error) {
        if (tries === 3) throw error
        await new Promise((resolve) => setTimeout(resolve, 250 * tries))
      }
    }
  }

  private async postOnce(
    { company_id, call_id }: SimulatedConversation,
    what: string,
    body: object,
  ): Promise<void> {
    const url = this.options.url()
    if (url === undefined) return
    const key = await this.options.keyOf(company_id)
    const answer = await fetch(`${url}/api/calls/${call_id}/${what}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    })
    await answer.arrayBuffer()
    // What is refused will be refused again; only what may pass is worth saying twice.
    if (answer.status >= 500 || answer.status === 429) throw new Error(`the API answered ${answer.status}`)
  }
}

const pickOne = (lines: readonly string[], dice: SeededRandom): string =>
  lines[Math.floor(dice.next() * lines.length)] ?? ''
const round = (value: number, digits: number) => Number(value.toFixed(digits))

/** ms; end of utterance is bimodal (a floor of voice detection and a ceiling), the stages log-normal. */
function latencies(dice: SeededRandom) {
  const drawn = dice.next()
  const eou =
    drawn < 0.7 ? dice.normal(582, 4) : drawn < 0.9 ? dice.logNormal(900, 0.5) : dice.normal(2_501, 3)
  const isRetried = dice.chance(0.005)
  return {
    eou_latency: round(Math.max(1, eou), 1),
    ttfb_stt: round(Math.min(eou, dice.logNormal(361, 0.6)), 1),
    latency_llm: round(dice.logNormal(220, 0.35) + (isRetried ? dice.between(2_000, 16_000) : 0), 1),
    was_interrupted: dice.chance(0.1),
  }
}

/** Tokens of an answer; the prompt grows with the conversation, and later ones find most of it cached. */
function usage(index: number, dice: SeededRandom) {
  const calls = 1 + dice.poisson(0.3)
  const input = Math.round(900 + 45 * index) * calls
  const cached = index > 3 ? Math.round(input * dice.between(0.5, 0.8)) : 0
  return {
    llm_input_tokens: input,
    llm_cached_input_tokens: cached,
    llm_output_tokens: Math.max(1, Math.round(dice.logNormal(28, 0.5))),
  }
}

const speech = (content: string, dice: SeededRandom) => ({
  ttfb_tts: round(dice.logNormal(138, 0.18), 1),
  tts_characters: content.length,
})
