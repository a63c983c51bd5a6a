// Generates calls.jsonl, the calls that `npm run demo -- --sample` replays: `node --import tsx src/cli/sample/generate.ts`.
// The calls are invented; their latencies follow distributions that were measured on real calls. The seed is fixed, so
// the file is the same every time.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { RecordedCall, RecordedTurn } from '../replay.ts'
import { type Dialogue, dialogues, wordLists } from './dialogues.ts'

export const sampleFile = new URL('./calls.jsonl', import.meta.url)

const seed = 20_261_123
const callCount = 42
const firstDay = Date.UTC(2026, 10, 2)
const dayMs = 86_400_000
const hourSec = 3600

/** A seeded random generator (mulberry32) and the distributions that are drawn from it. */
function createRandom(from: number) {
  let state = from >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const standardNormal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return {
    next,
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
    lognormal: (median: number, sigma: number) => Math.round(median * Math.exp(sigma * standardNormal())),
    integerBetween: (low: number, high: number) => Math.round(low + next() * (high - low)),
    isTrue: (probability: number) => next() < probability,
  }
}

type Random = ReturnType<typeof createRandom>

/** From the end of the caller's speech to the agent's first audio: lognormal, mu 7.286, sigma 0.311. */
const responseMedianMs = Math.exp(7.286)
const responseSigma = 0.311
/** Duration of the caller's speech: lognormal, mu 7.553, sigma 0.205. */
const utteranceMedianMs = Math.exp(7.553)
const utteranceSigma = 0.205
const speechMsPerCharacter = 47
const discardProbability = 0.037
const interruptionProbability = 0.1
/** Answered calls whose provider has not reported the cost. */
const unreportedCostProbability = 0.08

/** The calls of the sample, in the order of their start. */
export function sampleCalls(): RecordedCall[] {
  const random = createRandom(seed)
  const startTimes = Array.from({ length: callCount }, () => randomStart(random)).sort((a, b) => a - b)
  const chosen = chooseDialogues(random)
  const callsByVendor = new Map<string, number>()
  return startTimes.map((startMs, i) => {
    const dialogue = chosen[i] as Dialogue
    const number = callsByVendor.get(dialogue.vendor) ?? 0
    callsByVendor.set(dialogue.vendor, number + 1)
    return callOf(dialogue, number, startMs, random)
  })
}

/** As many dialogues as calls, each at least once, in random order. */
function chooseDialogues(random: Random): Dialogue[] {
  const repeated = Array.from({ length: callCount - dialogues.length }, () => random.pick(dialogues))
  return [...dialogues, ...repeated]
    .map((dialogue) => ({ dialogue, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ dialogue }) => dialogue)
}

/** A time between 8:00 and 19:00 UTC on one of 19 days from firstDay on, ms. */
const randomStart = (random: Random) =>
  firstDay + random.integerBetween(0, 18) * dayMs + random.integerBetween(8 * hourSec, 19 * hourSec) * 1000

function callOf(dialogue: Dialogue, number: number, startMs: number, random: Random): RecordedCall {
  const { vendor, language, direction, outcome } = dialogue
  const fillIn = createTemplateFiller(language, random)
  const greeting = dialogue.greeting === null ? null : fillIn(dialogue.greeting)
  const greetingMs = greeting === null ? 0 : speechMs(greeting)
  const turns = turnsOf(dialogue, fillIn, greetingMs, random)
  const isReached = turns.length > 0
  const lastMs = turns.reduce(
    (_, turn) => (turn.agent_start_ms ?? 0) + speechMs(turn.agent_text ?? ''),
    greetingMs,
  )
  const duration_sec = isReached ? Math.round(lastMs / 10 + 100) / 100 : random.integerBetween(4, 30)
  const reported_cost = isReached ? costOf(turns, duration_sec) : { total: '0.000000' }
  const isCostReported = !isReached || !random.isTrue(unreportedCostProbability)
  return {
    run: `${vendor.toLowerCase().replaceAll(' ', '-')}-20261102-080000`,
    call: `call-${String(number).padStart(3, '0')}`,
    vendor,
    greeting,
    discard_reason: null,
    duration_sec,
    cost: isCostReported ? Number(reported_cost.total) : null,
    currency: isCostReported ? 'USD' : null,
    turns,
    direction,
    language,
    started_at: new Date(startMs).toISOString(),
    status: isReached ? 'completed' : 'failed',
    outcome,
    ...(isCostReported && { reported_cost }),
  }
}

const speechMs = (text: string) => text.length * speechMsPerCharacter

/** Returns a function that replaces placeholders in texts of one call: a placeholder gets the same word each time. */
function createTemplateFiller(language: Dialogue['language'], random: Random): (text: string) => string {
  const lists: Record<string, readonly string[]> = wordLists[language]
  const chosen = new Map<string, string>()
  return (text) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const list = lists[name]
      if (list === undefined) throw new Error(`There is no word list for {${name}} in ${language}.`)
      const word = chosen.get(name) ?? random.pick(list)
      chosen.set(name, word)
      return word
    })
}

function turnsOf(
  dialogue: Dialogue,
  fillIn: (text: string) => string,
  greetingMs: number,
  random: Random,
): RecordedTurn[] {
  const charactersPerToken = dialogue.language === 'en' ? 4.2 : 2.2
  const turns: RecordedTurn[] = []
  let elapsedMs = greetingMs
  for (const [i, [callerTemplate, agentTemplate]] of dialogue.exchanges.entries()) {
    const caller_text = fillIn(callerTemplate)
    const agent_text = fillIn(agentTemplate)
    const caller_start_ms = elapsedMs + random.integerBetween(300, 1_200)
    const utteranceMs = random.lognormal(utteranceMedianMs, utteranceSigma)
    const e2e_latency_ms = random.lognormal(responseMedianMs, responseSigma)
    const agent_start_ms = caller_start_ms + utteranceMs + e2e_latency_ms
    const inputTokens = 900 + 45 * i + Math.round(caller_text.length / charactersPerToken)
    turns.push({
      index: i + 1,
      caller_text,
      agent_text,
      caller_start_ms,
      agent_start_ms,
      e2e_latency_ms,
      discard_reason: random.isTrue(discardProbability) ? 'vad_disagree' : null,
      ...stageLatencies(e2e_latency_ms, random),
      stt_duration_sec: utteranceMs / 1000,
      llm_input_tokens: inputTokens,
      llm_cached_input_tokens: i < 3 ? 0 : Math.round((inputTokens * random.integerBetween(50, 80)) / 100),
      llm_output_tokens: Math.ceil(agent_text.length / charactersPerToken),
      tts_characters: agent_text.length,
      was_interrupted: random.isTrue(interruptionProbability),
    })
    elapsedMs = agent_start_ms + speechMs(agent_text)
  }
  return turns
}

/** Latencies of the stages of a reply, in ms; 150 ms of the total are reserved for the network. */
function stageLatencies(totalMs: number, random: Random) {
  const latency_llm = random.isTrue(0.005)
    ? random.integerBetween(2_000, 16_000)
    : random.lognormal(220, 0.35)
  const ttfb_tts = random.lognormal(138, 0.18)
  const remainingMs = Math.max(20, totalMs - latency_llm - ttfb_tts - 150)
  const ttfb_stt = Math.min(remainingMs, random.lognormal(361, 0.6))
  return { ttfb_stt, eou_latency: remainingMs, latency_llm, ttfb_tts }
}

type UsageField =
  | 'stt_duration_sec'
  | 'llm_input_tokens'
  | 'llm_cached_input_tokens'
  | 'llm_output_tokens'
  | 'tts_characters'

/**
 * USD by component with 6 decimals, at these prices: speech to text 0.0048 per minute; 0.075 per million input tokens,
 * 0.0375 cached, 0.30 output; 50 per million characters; LiveKit 0.01 per minute, plus 0.004 per started minute.
 */
function costOf(turns: RecordedTurn[], duration_sec: number) {
  const sum = (field: UsageField) => turns.reduce((total, turn) => total + (turn[field] ?? 0), 0)
  const cached = sum('llm_cached_input_tokens')
  const microUsd = {
    stt: Math.round((sum('stt_duration_sec') * 4_800) / 60),
    llm: Math.round(
      (sum('llm_input_tokens') - cached) * 0.075 + cached * 0.0375 + sum('llm_output_tokens') * 0.3,
    ),
    tts: sum('tts_characters') * 50,
    livekit: Math.round((duration_sec * 10_000) / 60) + Math.ceil(duration_sec / 60) * 4_000,
  }
  const usd = (amount: number) => (amount / 1e6).toFixed(6)
  const total = Object.values(microUsd).reduce((a, b) => a + b, 0)
  return {
    stt: usd(microUsd.stt),
    llm: usd(microUsd.llm),
    tts: usd(microUsd.tts),
    livekit: usd(microUsd.livekit),
    total: usd(total),
  }
}

/** The content of calls.jsonl. */
export const sampleText = (): string =>
  `${sampleCalls()
    .map((call) => JSON.stringify(call))
    .join('\n')}\n`

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(sampleFile, sampleText())
