// Makes the calls that the demo replays when it is given none: `node --import tsx src/cli/sample/generate.ts`.
// Nobody ever made them. Their latencies follow what was measured of real ones; the same seed makes the same calls.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { RecordedCall, RecordedTurn } from '../replay.ts'
import { type Dialogue, dialogues, wordLists } from './dialogues.ts'

export const sampleFile = new URL('./calls.jsonl', import.meta.url)

const seed = 20_261_123
const callCount = 42
const firstDay = Date.UTC(2026, 10, 2)

/** A repeatable source of chance (mulberry32), and what is drawn from it. */
function chanceOf(from: number) {
  let state = from >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return {
    next,
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
    /** Lognormal of a median, rounded. */
    around: (median: number, sigma: number) => Math.round(median * Math.exp(sigma * normal())),
    between: (low: number, high: number) => Math.round(low + next() * (high - low)),
    happens: (share: number) => next() < share,
  }
}

type Chance = ReturnType<typeof chanceOf>

/** End of speech to the agent's first audio: ln of it is normal, mu 7.286, sigma 0.311. */
const [ttfabMedianMs, ttfabSigma] = [Math.exp(7.286), 0.311]
const [utteranceMedianMs, utteranceSigma] = [Math.exp(7.553), 0.205]
const speechMsPerCharacter = 47
const discardShare = 0.037
const interruptedShare = 0.1

/** The calls of the sample, in the order of their start. */
export function sampleCalls(): RecordedCall[] {
  const chance = chanceOf(seed)
  const starts = Array.from({ length: callCount }, () => startIn(chance)).sort((a, b) => a - b)
  const told = conversations(chance)
  const counts = new Map<string, number>()
  return starts.map((start, i) => {
    const dialogue = told[i] as Dialogue
    const nth = counts.get(dialogue.vendor) ?? 0
    counts.set(dialogue.vendor, nth + 1)
    return callOf(dialogue, nth, start, chance)
  })
}

/** Every dialogue at least once, in any order. */
function conversations(chance: Chance): Dialogue[] {
  const more = Array.from({ length: callCount - dialogues.length }, () => chance.pick(dialogues))
  return [...dialogues, ...more]
    .map((dialogue) => ({ dialogue, rank: chance.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ dialogue }) => dialogue)
}

/** Some time in working hours of the first three weeks of November 2026. */
const startIn = (chance: Chance) =>
  firstDay + chance.between(0, 18) * 86_400_000 + chance.between(8 * 3600, 19 * 3600) * 1000

function callOf(dialogue: Dialogue, nth: number, start: number, chance: Chance): RecordedCall {
  const { vendor, language, direction, outcome } = dialogue
  const tell = teller(language, chance)
  const greeting = dialogue.greeting === null ? null : tell(dialogue.greeting)
  const answeredMs = greeting === null ? 0 : speechMs(greeting)
  const turns = turnsOf(dialogue, tell, answeredMs, chance)
  const isReached = turns.length > 0
  const lastMs = turns.reduce(
    (_, turn) => (turn.agent_start_ms ?? 0) + speechMs(turn.agent_text ?? ''),
    answeredMs,
  )
  const duration_sec = isReached ? Math.round(lastMs / 10 + 100) / 100 : chance.between(4, 30)
  // Nobody pays for a call that was not answered; of some that were, the provider has not said yet what they cost.
  const reported_cost = isReached ? costOf(turns, duration_sec) : { total: '0.000000' }
  const isPriced = !isReached || !chance.happens(0.08)
  return {
    run: `${vendor.toLowerCase().replaceAll(' ', '-')}-20261102-080000`,
    call: `call-${String(nth).padStart(3, '0')}`,
    vendor,
    greeting,
    discard_reason: null,
    duration_sec,
    cost: isPriced ? Number(reported_cost.total) : null,
    currency: isPriced ? 'USD' : null,
    turns,
    direction,
    language,
    started_at: new Date(start).toISOString(),
    status: isReached ? 'completed' : 'failed',
    outcome,
    ...(isPriced && { reported_cost }),
  }
}

const speechMs = (text: string) => text.length * speechMsPerCharacter

/** Puts words in the place of braces: the same one each time, all through a call. */
function teller(language: Dialogue['language'], chance: Chance): (text: string) => string {
  const lists: Record<string, readonly string[]> = wordLists[language]
  const chosen = new Map<string, string>()
  return (text) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const list = lists[name]
      if (list === undefined) throw new Error(`there are no words for {${name}} in ${language}`)
      const word = chosen.get(name) ?? chance.pick(list)
      chosen.set(name, word)
      return word
    })
}

function turnsOf(
  dialogue: Dialogue,
  tell: (text: string) => string,
  answeredMs: number,
  chance: Chance,
): RecordedTurn[] {
  const charactersPerToken = dialogue.language === 'en' ? 4.2 : 2.2
  const turns: RecordedTurn[] = []
  let at = answeredMs
  for (const [i, [said, answer]] of dialogue.exchanges.entries()) {
    const [caller_text, agent_text] = [tell(said), tell(answer)]
    const caller_start_ms = at + chance.between(300, 1_200)
    const utteranceMs = chance.around(utteranceMedianMs, utteranceSigma)
    const e2e_latency_ms = chance.around(ttfabMedianMs, ttfabSigma)
    const agent_start_ms = caller_start_ms + utteranceMs + e2e_latency_ms
    const input = 900 + 45 * i + Math.round(caller_text.length / charactersPerToken)
    turns.push({
      index: i + 1,
      caller_text,
      agent_text,
      caller_start_ms,
      agent_start_ms,
      e2e_latency_ms,
      discard_reason: chance.happens(discardShare) ? 'vad_disagree' : null,
      ...stagesOf(e2e_latency_ms, chance),
      stt_duration_sec: utteranceMs / 1000,
      llm_input_tokens: input,
      llm_cached_input_tokens: i < 3 ? 0 : Math.round((input * chance.between(50, 80)) / 100),
      llm_output_tokens: Math.ceil(agent_text.length / charactersPerToken),
      tts_characters: agent_text.length,
      was_interrupted: chance.happens(interruptedShare),
    })
    at = agent_start_ms + speechMs(agent_text)
  }
  return turns
}

/** What the stages took of it, ms: they follow one another and leave something for the line. */
function stagesOf(totalMs: number, chance: Chance) {
  const latency_llm = chance.happens(0.005) ? chance.between(2_000, 16_000) : chance.around(220, 0.35)
  const ttfb_tts = chance.around(138, 0.18)
  const left = Math.max(20, totalMs - latency_llm - ttfb_tts - 150)
  return { ttfb_stt: Math.min(left, chance.around(361, 0.6)), latency_llm, ttfb_tts }
}

/** USD to the millionth, in whole millionths: stt and livekit by the minute, tokens and characters by the million. */
function costOf(turns: RecordedTurn[], duration_sec: number) {
  const sum = (
    name:
      | 'stt_duration_sec'
      | 'llm_input_tokens'
      | 'llm_cached_input_tokens'
      | 'llm_output_tokens'
      | 'tts_characters',
  ) => turns.reduce((total, turn) => total + (turn[name] ?? 0), 0)
  const cached = sum('llm_cached_input_tokens')
  const millionths = {
    stt: Math.round((sum('stt_duration_sec') * 4_800) / 60),
    llm: Math.round(
      (sum('llm_input_tokens') - cached) * 0.075 + cached * 0.0375 + sum('llm_output_tokens') * 0.3,
    ),
    tts: sum('tts_characters') * 50,
    livekit: Math.round((duration_sec * 10_000) / 60) + Math.ceil(duration_sec / 60) * 4_000,
  }
  const usd = (amount: number) => (amount / 1e6).toFixed(6)
  const total = Object.values(millionths).reduce((a, b) => a + b, 0)
  return {
    stt: usd(millionths.stt),
    llm: usd(millionths.llm),
    tts: usd(millionths.tts),
    livekit: usd(millionths.livekit),
    total: usd(total),
  }
}

/** The file's text. */
export const sampleText = (): string =>
  `${sampleCalls()
    .map((call) => JSON.stringify(call))
    .join('\n')}\n`

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(sampleFile, sampleText())
