import { type FinalCallStatus, type Outcome, outcomes, unansweredOutcomes } from '../../db/schema/index.ts'
import { truncate } from '../../lib/text.ts'
import { isListedSipStatus, sipRuleOf } from '../../telephony/sip-status.ts'
import type { FlowState } from '../skillbases/index.ts'

/** The rules that derive the outcome of an ended call when no outcome was reported. Pure: no database, no clock. */

/** The facts about an ended call from which the rules derive its outcome. */
export interface CallFacts {
  status: FinalCallStatus
  ended_reason: string | null
  /** Seconds; null when not known. */
  duration_sec: number | null
  user_turns: number
  bot_turns: number
  /** The flow state of the last turn that has one; undefined when no turn has one or the flow does not contain it. */
  last_state: FlowState | undefined
}

export interface Classification {
  outcome: Outcome
  /** 0 to 1. From 0.8: a reported code or reason means this outcome. 0.6 to 0.8: the flow suggests it. 0.5: a guess. */
  confidence: number
  /** A sentence that begins with `classifiedReasonPrefix`. */
  reason: string
}

/**
 * Stored in call_metrics.outcome_reason. It distinguishes derived reasons from reported ones. The trigger
 * copy_outcome_to_metrics contains it too.
 */
export const classifiedReasonPrefix = 'Classified: '

/** Outcomes by the ended_reason that carriers, LiveKit and agents report. The names of the outcomes are accepted too. */
const outcomesByReason: readonly [reasons: string, Outcome, confidence: number][] = [
  ['busy_here busy_everywhere user_busy line_busy', 'busy', 0.95],
  ['not_answered noanswer ring_timeout ringing_timeout sip_request_timed_out', 'no_answer', 0.9],
  ['request_timeout temporarily_unavailable machine_unavailable', 'no_answer', 0.8],
  // LiveKit reports several SIP statuses as one of these two, so they are less certain.
  ['user_unavailable', 'no_answer', 0.7],
  ['user_rejected', 'declined', 0.7],
  ['decline rejected call_rejected', 'declined', 0.9],
  ['unallocated_number number_not_found', 'invalid_number', 0.9],
  ['sip_trunk_failure trunk_error trunk_failure service_unavailable', 'carrier_error', 0.9],
  ['media_failure', 'carrier_error', 0.8],
  ['machine machine_vm answering_machine machine_start', 'voicemail', 0.9],
  ['machine_end_beep machine_end_silence machine_end_other', 'voicemail', 0.9],
  ['transfer call_transferred sip_transfer', 'transferred', 0.9],
  ['callback_requested call_back', 'callback', 0.9],
  ['max_call_duration duration_limit time_limit', 'max_duration', 0.95],
  ['error crash crashed agent_crash agent_failed', 'agent_error', 0.8],
  ['canceled', 'cancelled', 0.9],
]

/** Outcomes by words in the id or name of the end state; the first match counts. Without a match: success. */
const outcomesByEndState: readonly [words: string, Outcome][] = [
  ['fail failed failure refused refusal rejected declined not_interested отказ неудача неуспех', 'fail'],
  ['voicemail answering_machine автоответчик', 'voicemail'],
  ['transfer transferred handoff hand_off перевод оператор', 'transferred'],
  ['callback call_back перезвон перезвонить', 'callback'],
  ['success succeeded successful booked sold agreed confirmed успех успешно', 'success'],
]

const technicalFailures: readonly Outcome[] = ['carrier_error', 'agent_error']

/** A call shorter than this ended before the conversation had a result. */
const shortCallSec = 10

type Meaning = Pick<Classification, 'outcome' | 'confidence'>
type RuleResult = [Outcome, confidence: number, because: string]
type Rule = (call: CallFacts) => RuleResult | false | undefined

const hasUserTurns = ({ user_turns }: CallFacts) => user_turns > 0
const isCompleted = ({ status }: CallFacts) => status === 'completed'
const isUnanswered = (outcome: Outcome) => unansweredOutcomes.includes(outcome)
const isTechnicalFailure = (outcome: Outcome) => technicalFailures.includes(outcome)

/** The first rule that returns a result determines the outcome. When none does, the outcome stays unknown. */
const rules: readonly Rule[] = [
  (call) => call.status === 'cancelled' && ['cancelled', 0.95, 'it was cancelled'],

  // Without a user turn, the ended_reason is the reason why the contact was not reached.
  (call) => !hasUserTurns(call) && outcomeOfReason(call, isUnanswered),

  // The ended_reason names the result of the conversation.
  (call) => outcomeOfReason(call, (outcome) => !isUnanswered(outcome) && !isTechnicalFailure(outcome)),

  // The conversation reached an end state. A flow of one state ends where it starts, so its end is no evidence.
  (call) => isCompleted(call) && hasUserTurns(call) && outcomeOfEndState(call),

  // The carrier or the agent failed before the conversation reached an end state.
  (call) => outcomeOfReason(call, isTechnicalFailure),

  (call) =>
    call.status === 'failed' && hasUserTurns(call) && ['fail', 0.5, 'it failed after the other side spoke'],

  // The remaining rules are about completed calls.
  (call) =>
    isCompleted(call) &&
    !hasUserTurns(call) &&
    call.bot_turns > 0 && ['fail', 0.5, 'the agent spoke, and the other side did not'],

  (call) => isCompleted(call) && hasUserTurns(call) && endedBeforeEndState(call),

  (call) =>
    isCompleted(call) &&
    hasUserTurns(call) &&
    call.duration_sec !== null &&
    call.duration_sec < shortCallSec && ['fail', 0.5, `it ended after ${Math.round(call.duration_sec)} s`],
]

/** Derives the outcome of an ended call by the first rule that applies; undefined when none does. */
export function classifyCall(call: CallFacts): Classification | undefined {
  for (const rule of rules) {
    const result = rule(call)
    if (!result) continue
    const [outcome, confidence, because] = result
    return { outcome, confidence, reason: `${classifiedReasonPrefix}${because}.` }
  }
  return undefined
}

/**
 * The outcome of an attempt about which neither the agent nor the carrier reported one within the grace period: agent_error
 * if the contact was reached, otherwise no_answer.
 */
export const classifySilence = ({ is_reached }: { is_reached: boolean }): Classification => ({
  outcome: is_reached ? 'agent_error' : 'no_answer',
  confidence: 0.5,
  reason: `${classifiedReasonPrefix}neither the agent nor the carrier reported an outcome.`,
})

/** Outcome and confidence by normalized ended_reason. */
const outcomesByText = new Map<string, Meaning>([
  ...outcomes.map((outcome) => [outcome, { outcome, confidence: 0.9 }] as const),
  ...outcomesByReason.flatMap(([reasons, outcome, confidence]) =>
    reasons.split(' ').map((reason) => [reason, { outcome, confidence }] as const),
  ),
])

/** The outcome that the ended_reason means, if `isWanted` accepts it. */
function outcomeOfReason(
  { ended_reason }: CallFacts,
  isWanted: (outcome: Outcome) => boolean,
): RuleResult | undefined {
  if (ended_reason === null) return undefined
  const meaning = meaningOfSipStatus(ended_reason) ?? outcomesByText.get(normalize(ended_reason))
  if (meaning === undefined || !isWanted(meaning.outcome)) return undefined
  return [meaning.outcome, meaning.confidence, `it ended with "${truncate(ended_reason, 80)}"`]
}

/**
 * The meaning of texts such as "486 Busy Here", "SIP/2.0 486" and "sip_486". A number without "sip" must be a listed status:
 * a reason such as "360 seconds" is none.
 */
function meaningOfSipStatus(reason: string): Meaning | undefined {
  const [, sip, digits] =
    /^(sip(?:\/2\.0)?(?:[^a-z0-9]*(?:status|code))*[^a-z0-9]*)?([3-6]\d\d)(?!\d)/i.exec(reason.trim()) ?? []
  const status = Number(digits)
  return digits !== undefined && (sip !== undefined || isListedSipStatus(status))
    ? sipRuleOf(status)
    : undefined
}

/** Lower case, words joined by "_": "Busy Here" and "busy-here" become "busy_here". */
const normalize = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '')

const negations = ['not', 'no', 'non', 'не', 'без']

function outcomeOfEndState({ last_state }: CallFacts): RuleResult | undefined {
  if (!last_state?.is_end || last_state.is_start) return undefined
  const because = `it went to the end of the flow, "${truncate(last_state.name, 80)}"`
  const name = `_${normalize(`${last_state.id} ${last_state.name}`)}_`
  for (const [words, outcome] of outcomesByEndState) {
    const word = words.split(' ').find((candidate) => name.includes(`_${candidate}_`))
    if (word === undefined) continue
    const isNegated =
      outcome === 'success' && negations.some((negation) => name.includes(`_${negation}_${word}_`))
    return [isNegated ? 'fail' : outcome, 0.8, because]
  }
  return ['success', 0.7, because]
}

function endedBeforeEndState({ last_state, duration_sec }: CallFacts): RuleResult | undefined {
  if (last_state === undefined || last_state.is_end) return undefined
  const isShort = duration_sec !== null && duration_sec < shortCallSec
  const because = `it ended in "${truncate(last_state.name, 80)}", before the end of the flow`
  return ['fail', last_state.is_start || isShort ? 0.7 : 0.6, because]
}
