import type { Outcome } from '../../db/schema/index.ts'
import { sipRuleOf } from '../sip-status.ts'
import { SeededRandom } from './seeded-random.ts'

/**
 * The frequency of each behaviour of simulated calls. `fates` and `conversations` are weights; the others are
 * probabilities, 0 to 1.
 */
export interface Rates {
  fates: Record<Fate, number>
  conversations: Record<Conversation, number>
  /** An event of the carrier arrives 2 to 20 s late. */
  late: number
  /** An event of the carrier arrives twice. */
  duplicated: number
  /** An event of the carrier never arrives. */
  lost: number
  /** The response to the dial request takes 1 to 8 s. */
  slow_response: number
  /** The agent reports the outcome only after the call has ended. */
  late_report: number
  /** Carrier and agent write characters that cannot be stored. */
  bad_text: number
  /** The carrier reports the call as live for ever, and ignores that it is to hang up. */
  endless: number
}

/** The result of a dial request. `ambiguous`: the request times out, and the call may or may not have been placed. */
export type Fate =
  | 'human'
  | 'machine'
  | 'no_answer'
  | 'busy'
  | 'declined'
  | 'invalid_number'
  | 'trunk'
  | 'ambiguous'
/** How a conversation ends. `silent`: the agent crashes and reports nothing. */
export type Conversation = 'success' | 'fail' | 'callback' | 'transferred' | 'opt_out' | 'silent'

/** Assumed rates of an outbound campaign; no published measurements were found. */
export const defaultRates: Rates = {
  fates: {
    human: 0.24,
    machine: 0.26,
    no_answer: 0.32,
    busy: 0.06,
    declined: 0.04,
    invalid_number: 0.04,
    trunk: 0.03,
    ambiguous: 0.01,
  },
  conversations: {
    success: 0.38,
    fail: 0.42,
    callback: 0.08,
    transferred: 0.07,
    opt_out: 0.03,
    silent: 0.02,
  },
  late: 0.02,
  duplicated: 0.02,
  lost: 0.005,
  slow_response: 0.02,
  late_report: 0.05,
  bad_text: 0.005,
  endless: 0,
}

/** Multiplies the rates of faults of carrier and agent, up to 0.5 each. */
export function withFaults(rates: Rates, factor: number): Rates {
  const multiplied = (rate: number) => Math.min(0.5, rate * factor)
  const { fates, conversations } = rates
  return {
    fates: { ...fates, trunk: multiplied(fates.trunk), ambiguous: multiplied(fates.ambiguous) },
    conversations: { ...conversations, silent: multiplied(conversations.silent) },
    late: multiplied(rates.late),
    duplicated: multiplied(rates.duplicated),
    lost: multiplied(rates.lost),
    slow_response: multiplied(rates.slow_response),
    late_report: multiplied(rates.late_report),
    bad_text: multiplied(rates.bad_text),
    endless: rates.endless,
  }
}

/**
 * A step of a simulated call. `at` is in ms after the dial request, in simulated time. `report` sends an event of the
 * carrier, which may be late, repeated or missing; `greet`, `exchange` and `complete` are requests of the agent.
 */
export type Step = { at: number } & (
  | { do: 'ring' | 'answer' | 'end' }
  | { do: 'greet' | 'complete' }
  | { do: 'report'; type: 'ringing' | 'answered' | 'ended' }
  | { do: 'exchange'; index: number }
)

export interface Plan {
  fate: Fate
  /** The outcome that the carrier reports; null: there was a conversation, and the agent reports its outcome. */
  outcome: Outcome | null
  ended_reason: string
  conversation: Conversation | null
  /** The extension that was dialed after the answer; no simulated contact behaves differently because of it. */
  phone_extension?: string
  /** Carrier and agent write characters that cannot be stored. */
  has_bad_text: boolean
  /** The call has no end. It stays `dialing`, `ringing` or `active`, as its fate has it. */
  is_endless: boolean
  /** Simulated ms until the dial request gets its response. */
  response_ms: number
  /** In order of time. */
  steps: Step[]
}

/** How long the phone may ring, and how long the conversation may last, in seconds. */
export interface CallLimits {
  ring_timeout_sec: number
  max_call_duration_sec: number
}

/**
 * Plans an attempt at a number; the same seed, number and attempt always give the same plan. Durations follow published
 * measurements where they exist: talk times are log-normal, like the service times of a call centre (Brown et al., JASA
 * 2005), and a quarter of the conversations are short.
 */
export function planCall(
  seed: string,
  phone_number: string,
  attempt: number,
  rates: Rates,
  limits: CallLimits,
): Plan {
  const key = `${seed}|${phone_number}|${attempt}`
  // Of their own, so that the rates of these two do not change the rest of a plan.
  const has_bad_text = new SeededRandom(`${key}|bad text`).chance(rates.bad_text)
  const is_endless = new SeededRandom(`${key}|endless`).chance(rates.endless)
  const plan = { ...planEnd(key, rates, limits), has_bad_text, is_endless }
  return is_endless ? withoutEnd(plan) : plan
}

/** The carrier has accepted the call, and reports its last state for ever. Its agent hangs, too. */
function withoutEnd(plan: Plan): Plan {
  const isOfEnd = (step: Step) =>
    step.do === 'end' || step.do === 'complete' || (step.do === 'report' && step.type === 'ended')
  const fate = plan.fate === 'trunk' ? 'no_answer' : plan.fate
  return { ...plan, fate, steps: plan.steps.filter((step) => !isOfEnd(step)) }
}

/**
 * Whether a request whose result is `ambiguous` placed the call. Each request has its own chance: an attempt that was not placed keeps
 * its number when it is repeated, and would be lost for ever with that of its plan.
 */
export const isPlaced = (seed: string, call_id: string, { fate }: Plan): boolean =>
  fate !== 'ambiguous' || new SeededRandom(`${seed}|${call_id}`).chance(0.5)

type PlannedEnd = Omit<Plan, 'has_bad_text' | 'is_endless'>

function planEnd(key: string, rates: Rates, limits: CallLimits): PlannedEnd {
  const random = new SeededRandom(key)
  const fate = random.pick(rates.fates)
  const response_ms = random.chance(rates.slow_response)
    ? random.between(1_000, 8_000)
    : random.between(50, 300)
  const base = { fate, response_ms }
  const ring_ms = ringSeconds(fate, random) * 1_000
  const timeout_ms = limits.ring_timeout_sec * 1_000
  const isAnswered = fate === 'human' || fate === 'machine' || fate === 'ambiguous'
  if (!isAnswered || ring_ms >= timeout_ms) {
    const sipStatus = isAnswered ? 487 : sipStatusByFate[fate]
    const end = Math.min(ring_ms, timeout_ms)
    return {
      ...base,
      outcome: sipRuleOf(sipStatus).outcome,
      ended_reason: String(sipStatus),
      conversation: null,
      steps: withReports(ringingSteps(fate, end), random, rates),
    }
  }
  return { ...base, ...planConversation(fate, ring_ms, random, rates, limits) }
}

type UnansweredFate = Exclude<Fate, 'human' | 'machine' | 'ambiguous'>

/** The SIP status that a carrier would report. */
const sipStatusByFate: Record<UnansweredFate, number> = {
  no_answer: 480,
  busy: 486,
  declined: 603,
  invalid_number: 404,
  trunk: 503,
}

/** Seconds until the call is answered or over. */
function ringSeconds(fate: Fate, random: SeededRandom): number {
  if (fate === 'machine') return random.chance(0.3) ? random.between(2, 5) : Math.max(5, random.normal(23, 4))
  if (fate === 'busy') return random.between(1, 4)
  if (fate === 'invalid_number') return random.between(0.3, 3)
  if (fate === 'trunk') return 0
  if (fate === 'no_answer') return Number.MAX_SAFE_INTEGER / 1_000
  return Math.min(60, Math.max(2, random.logNormal(9, 0.5)))
}

const ringingSteps = (fate: Fate, end: number): Step[] =>
  fate === 'trunk' || fate === 'invalid_number'
    ? [{ at: end, do: 'end' }]
    : [
        { at: Math.min(800, end), do: 'ring' },
        { at: end, do: 'end' },
      ]

/** An exchange takes about 10 s: the words of the contact, a pause, and the response. */
const exchangeMs = 10_000

function planConversation(
  fate: Fate,
  ring_ms: number,
  random: SeededRandom,
  rates: Rates,
  limits: CallLimits,
) {
  const isMachine = fate === 'machine'
  const plannedTalkSec = random.chance(0.25) ? random.logNormal(8, 0.6) : random.logNormal(75, 0.8)
  const talk_ms =
    1_000 * Math.min(isMachine ? random.between(3, 8) : plannedTalkSec, limits.max_call_duration_sec)
  const isCutOff = !isMachine && plannedTalkSec >= limits.max_call_duration_sec
  const conversation = isMachine ? null : random.pick(rates.conversations)
  const end = ring_ms + talk_ms
  const exchanges = isMachine ? 0 : Math.max(1, Math.floor(talk_ms / exchangeMs))
  const reportedExchanges = conversation === 'silent' ? Math.ceil(exchanges / 3) : exchanges
  const isLateReport = random.chance(rates.late_report)
  const completeAt = isLateReport ? end + random.between(500, 6_000) : end - Math.min(300, talk_ms / 4)
  const steps: Step[] = [
    { at: Math.min(800, ring_ms), do: 'ring' },
    { at: ring_ms, do: 'answer' },
    { at: ring_ms + 400, do: 'greet' },
    ...Array.from(
      { length: reportedExchanges },
      (_, i): Step => ({
        at: ring_ms + (talk_ms * (i + 1)) / (exchanges + 1),
        do: 'exchange',
        index: i + 1,
      }),
    ),
    ...(conversation === 'silent' || isMachine ? [] : [{ at: completeAt, do: 'complete' } satisfies Step]),
    { at: end, do: 'end' },
  ]
  const outcome: Outcome | null = isMachine ? 'voicemail' : isCutOff ? 'max_duration' : null
  return {
    outcome,
    ended_reason: isCutOff ? 'max_duration' : 'hang_up',
    conversation: isCutOff ? null : conversation,
    steps: withReports(steps, random, rates),
  }
}

/** Adds the events that the carrier reports: most without delay, some late, some twice, some never. Sorts by time. */
function withReports(steps: Step[], random: SeededRandom, rates: Rates): Step[] {
  const eventTypes = { ring: 'ringing', answer: 'answered', end: 'ended' } as const
  const reports = steps.flatMap((step): Step[] => {
    if (!(step.do in eventTypes)) return []
    const type = eventTypes[step.do as keyof typeof eventTypes]
    const at = step.at + (random.chance(rates.late) ? random.between(2_000, 20_000) : 0)
    const repeatedAt = random.chance(rates.duplicated) ? at + random.between(0, 10_000) : undefined
    if (random.chance(rates.lost)) return []
    return [
      { at, do: 'report', type },
      ...(repeatedAt === undefined ? [] : [{ at: repeatedAt, do: 'report', type } satisfies Step]),
    ]
  })
  return [...steps, ...reports].sort((a, b) => a.at - b.at)
}
