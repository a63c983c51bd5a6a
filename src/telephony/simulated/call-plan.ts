import type { Outcome } from '../../db/schema/index.ts'
import { SeededRandom } from './seeded-random.ts'

/** How often what happens; shares of `fates` need not add up to 1, the others are probabilities. */
export interface Rates {
  fates: Record<Fate, number>
  conversations: Record<Conversation, number>
  /** A word of the carrier comes late, twice, or never. */
  late: number
  duplicated: number
  lost: number
  /** The dial's own answer takes seconds. */
  slow_response: number
  /** The agent says how it went only after the call has ended. */
  late_report: number
}

export type Fate =
  | 'human'
  | 'machine'
  | 'no_answer'
  | 'busy'
  | 'declined'
  | 'invalid_number'
  | 'trunk'
  | 'ambiguous'
/** How a conversation comes out; `silent`: its agent dies, and says nothing. */
export type Conversation = 'success' | 'fail' | 'callback' | 'transferred' | 'opt_out' | 'silent'

/** Shares as assumed for an outbound campaign; nobody has published better ones. */
export const defaultRates: Rates = {
  fates: {
    ...{ human: 0.24, machine: 0.26, no_answer: 0.32, busy: 0.06 },
    ...{ declined: 0.04, invalid_number: 0.04, trunk: 0.03, ambiguous: 0.01 },
  },
  conversations: {
    success: 0.38,
    fail: 0.42,
    callback: 0.08,
    transferred: 0.07,
    opt_out: 0.03,
    silent: 0.02,
  },
  ...{ late: 0.02, duplicated: 0.02, lost: 0.005, slow_response: 0.02, late_report: 0.05 },
}

/** The rates with so many times as many faults of carrier and agent: for rehearsing a bad day. Probabilities end at 0.5. */
export function withFaults(rates: Rates, factor: number): Rates {
  const more = (rate: number) => Math.min(0.5, rate * factor)
  const { fates, conversations } = rates
  return {
    fates: { ...fates, trunk: more(fates.trunk), ambiguous: more(fates.ambiguous) },
    conversations: { ...conversations, silent: more(conversations.silent) },
    ...{ late: more(rates.late), duplicated: more(rates.duplicated), lost: more(rates.lost) },
    ...{ slow_response: more(rates.slow_response), late_report: more(rates.late_report) },
  }
}

/** What happens, ms after the dial as time passes in life. `tell`: the carrier's word of it, which may come late or never. */
export type Step = { at: number } & (
  | { do: 'ring' | 'answer' | 'end' }
  | { do: 'greet' | 'complete' }
  | { do: 'tell'; type: 'ringing' | 'answered' | 'ended' }
  | { do: 'exchange'; index: number }
)

export interface Plan {
  fate: Fate
  /** The carrier's verdict on how it ended; null: a conversation, whose agent knows. */
  outcome: Outcome | null
  ended_reason: string
  conversation: Conversation | null
  /** Whether an ambiguous dial was placed after all. */
  is_placed: boolean
  /** ms of life that the dial's answer takes. */
  answer_ms: number
  steps: Step[]
}

/** How long a ring and a call may last, seconds. */
export interface CallLimits {
  ring_timeout_sec: number
  max_call_duration_sec: number
}

/**
 * The fate of an attempt at a number: always the same for the same seed. Ring and talk times, and how often what happens,
 * follow published measurements where there are any: talk times are log-normal as service times are (Brown et al., JASA
 * 2005), a quarter of conversations are over soon.
 */
export function planCall(
  seed: string,
  phone_number: string,
  attempt: number,
  rates: Rates,
  bounds: CallLimits,
): Plan {
  const dice = new SeededRandom(`${seed}|${phone_number}|${attempt}`)
  const fate = dice.pick(rates.fates)
  const is_placed = fate !== 'ambiguous' || dice.chance(0.5)
  const answer_ms = dice.chance(rates.slow_response) ? dice.between(1_000, 8_000) : dice.between(50, 300)
  const base = { fate, is_placed, answer_ms }
  const ring_ms = ringOf(fate, dice) * 1_000
  const timeout_ms = bounds.ring_timeout_sec * 1_000
  const answers = fate === 'human' || fate === 'machine' || fate === 'ambiguous'
  if (!answers || ring_ms >= timeout_ms) {
    const outcome = answers ? 'no_answer' : failures[fate]
    const ended_reason = answers ? '487' : codes[fate]
    const end = Math.min(ring_ms, timeout_ms)
    return {
      ...base,
      outcome,
      ended_reason,
      conversation: null,
      steps: told(ringing(fate, end), dice, rates),
    }
  }
  return { ...base, ...conversation(fate, ring_ms, dice, rates, bounds) }
}

const failures: Record<Exclude<Fate, 'human' | 'machine' | 'ambiguous'>, Outcome> = {
  ...{ no_answer: 'no_answer', busy: 'busy', declined: 'declined' },
  ...{ invalid_number: 'invalid_number', trunk: 'carrier_error' },
}
/** What a carrier would say, by SIP. */
const codes: Record<keyof typeof failures, string> = {
  ...{ no_answer: '480', busy: '486', declined: '603', invalid_number: '404', trunk: '503' },
}

/** Seconds until somebody answers, or it is over. */
function ringOf(fate: Fate, dice: SeededRandom): number {
  if (fate === 'machine') return dice.chance(0.3) ? dice.between(2, 5) : Math.max(5, dice.normal(23, 4))
  if (fate === 'busy') return dice.between(1, 4)
  if (fate === 'invalid_number') return dice.between(0.3, 3)
  if (fate === 'trunk') return 0
  if (fate === 'no_answer') return Number.MAX_SAFE_INTEGER / 1_000
  return Math.min(60, Math.max(2, dice.logNormal(9, 0.5)))
}

const ringing = (fate: Fate, end: number): Step[] =>
  fate === 'trunk' || fate === 'invalid_number'
    ? [{ at: end, do: 'end' }]
    : [
        { at: Math.min(800, end), do: 'ring' },
        { at: end, do: 'end' },
      ]

/** An exchange takes about ten seconds: what the caller says, a pause, the answer. */
const exchangeMs = 10_000

function conversation(fate: Fate, ring_ms: number, dice: SeededRandom, rates: Rates, bounds: CallLimits) {
  const isMachine = fate === 'machine'
  const drawn = dice.chance(0.25) ? dice.logNormal(8, 0.6) : dice.logNormal(75, 0.8)
  const talk_ms = 1_000 * Math.min(isMachine ? dice.between(3, 8) : drawn, bounds.max_call_duration_sec)
  const isCut = !isMachine && drawn >= bounds.max_call_duration_sec
  const came = isMachine ? null : dice.pick(rates.conversations)
  const end = ring_ms + talk_ms
  const exchanges = isMachine ? 0 : Math.max(1, Math.floor(talk_ms / exchangeMs))
  const heard = came === 'silent' ? Math.ceil(exchanges / 3) : exchanges
  const lateWord = dice.chance(rates.late_report)
  const word = lateWord ? end + dice.between(500, 6_000) : end - Math.min(300, talk_ms / 4)
  const steps: Step[] = [
    { at: Math.min(800, ring_ms), do: 'ring' },
    { at: ring_ms, do: 'answer' },
    { at: ring_ms + 400, do: 'greet' },
    ...Array.from(
      { length: heard },
      (_, i): Step => ({
        ...{ at: ring_ms + (talk_ms * (i + 1)) / (exchanges + 1), do: 'exchange', index: i + 1 },
      }),
    ),
    ...(came === 'silent' || isMachine ? [] : [{ at: word, do: 'complete' } satisfies Step]),
    { at: end, do: 'end' },
  ]
  const outcome: Outcome | null = isMachine ? 'voicemail' : isCut ? 'max_duration' : null
  return {
    ...{ outcome, ended_reason: isCut ? 'max_duration' : 'hang_up', conversation: isCut ? null : came },
    steps: told(steps, dice, rates),
  }
}

/** Adds the carrier's words to what happens: mostly at once, some late, some twice, some never; and puts all in time. */
function told(steps: Step[], dice: SeededRandom, rates: Rates): Step[] {
  const words = { ring: 'ringing', answer: 'answered', end: 'ended' } as const
  const tells = steps.flatMap((step): Step[] => {
    if (!(step.do in words)) return []
    const type = words[step.do as keyof typeof words]
    const at = step.at + (dice.chance(rates.late) ? dice.between(2_000, 20_000) : 0)
    const again = dice.chance(rates.duplicated) ? at + dice.between(0, 10_000) : undefined
    if (dice.chance(rates.lost)) return []
    return [
      { at, do: 'tell', type },
      ...(again === undefined ? [] : [{ at: again, do: 'tell', type } satisfies Step]),
    ]
  })
  return [...steps, ...tells].sort((a, b) => a.at - b.at)
}
