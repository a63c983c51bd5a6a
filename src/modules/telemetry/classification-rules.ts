import { type FinalCallStatus, type Outcome, outcomes, unansweredOutcomes } from '../../db/schema/index.ts'
import type { FlowState } from '../skillbases/index.ts'

/** How a call ended, where nobody said it: rules over what is known of the call. Nothing here is read or written. */

export interface CallFacts {
  status: FinalCallStatus
  ended_reason: string | null
  /** Seconds; null: not known. */
  duration_sec: number | null
  user_turns: number
  bot_turns: number
  /** The state of the last turn that names one; undefined: none does, or the flow has no such state. */
  last_state: FlowState | undefined
}

export interface Classification {
  outcome: Outcome
  /** 0..1. From 0.8: something said it in other words. 0.6 to 0.8: the flow says it. 0.5: it is likelier than not. */
  confidence: number
  /** Begins with `classifiedMark`. */
  reason: string
}

/** How the reason of every classified outcome begins. */
export const classifiedReasonPrefix = 'Classified: '

/** What a carrier's final answer says, by its code (RFC 3261, 5039, 8197, 8688); other codes say too little. */
const sipCodes: readonly [codes: number[], Outcome, confidence: number][] = [
  [[486, 600], 'busy', 0.95],
  [[408, 480, 487], 'no_answer', 0.9],
  [[404, 410, 484, 485, 604], 'invalid_number', 0.9],
  [[603], 'declined', 0.9],
  [[607, 608], 'blocked', 0.95],
  [[401, 402, 403, 407, 415, 429, 488, 491, 500, 502, 503, 504, 606], 'carrier_error', 0.9],
]

/** What carriers, LiveKit and agents write as the reason, besides the outcomes' own words. */
const reasonWords: readonly [words: string, Outcome, confidence: number][] = [
  ['busy_here busy_everywhere user_busy line_busy', 'busy', 0.95],
  ['not_answered noanswer ring_timeout ringing_timeout sip_request_timed_out', 'no_answer', 0.9],
  ['request_timeout temporarily_unavailable machine_unavailable', 'no_answer', 0.8],
  // LiveKit folds several codes into these two.
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

/** What the id or the name of an end state tells; the first that is in it. Any other end is one that was aimed at. */
const endWords: readonly [words: string, Outcome][] = [
  ['fail failed failure refused refusal rejected declined not_interested отказ неудача неуспех', 'fail'],
  ['voicemail answering_machine автоответчик', 'voicemail'],
  ['transfer transferred handoff hand_off перевод оператор', 'transferred'],
  ['callback call_back перезвон перезвонить', 'callback'],
  ['success succeeded successful booked sold agreed confirmed успех успешно', 'success'],
]

const isFault: readonly Outcome[] = ['carrier_error', 'agent_error']

/** Shorter than this and somebody hung up before anything was settled, seconds. */
const shortSec = 10

type Verdict = [Outcome, confidence: number, because: string]
type Rule = (call: CallFacts) => Verdict | false | undefined

const spoke = ({ user_turns }: CallFacts) => user_turns > 0
const completed = ({ status }: CallFacts) => status === 'completed'

/** The table: the first rule that says something is right, and where none does nothing is known. */
const rules: readonly Rule[] = [
  // Who cancelled it said so by the state.
  (call) => call.status === 'cancelled' && ['cancelled', 0.95, 'it was cancelled'],

  // Nobody spoke, and the reason says why: what ended the dialing.
  (call) => !spoke(call) && told(call, (outcome) => unansweredOutcomes.includes(outcome)),

  // The reason says what the conversation came to.
  (call) => told(call, (outcome) => !unansweredOutcomes.includes(outcome) && !isFault.includes(outcome)),

  // The conversation went to an end of the flow; a flow of one state ends where it begins, and says nothing.
  (call) => completed(call) && spoke(call) && reachedEnd(call),

  // Something broke, before an end was reached.
  (call) => told(call, (outcome) => isFault.includes(outcome)),

  // There was a conversation, and the call is said to have failed.
  (call) => call.status === 'failed' && spoke(call) && ['fail', 0.5, 'it failed after the other side spoke'],

  // From here on it was completed.
  (call) =>
    completed(call) &&
    !spoke(call) &&
    call.bot_turns > 0 && ['fail', 0.5, 'the bot spoke, and nobody answered it'],

  (call) => completed(call) && spoke(call) && leftEarly(call),

  (call) =>
    completed(call) &&
    spoke(call) &&
    call.duration_sec !== null &&
    call.duration_sec < shortSec && ['fail', 0.5, `it was over after ${Math.round(call.duration_sec)} s`],
]

/** How the call ended, by the first rule that says it; undefined where none does: it is then not known. */
export function classifyCall(call: CallFacts): Classification | undefined {
  for (const rule of rules) {
    const verdict = rule(call)
    if (!verdict) continue
    const [outcome, confidence, because] = verdict
    return { outcome, confidence, reason: `${classifiedReasonPrefix}${because}.` }
  }
  return undefined
}

const known = new Map<string, [Outcome, number]>([
  ...outcomes.map((outcome) => [outcome, [outcome, 0.9]] as [string, [Outcome, number]]),
  ...sipCodes.flatMap(([codes, ...said]) => codes.map((code) => [String(code), said] as const)),
  ...reasonWords.flatMap(([words, ...said]) => words.split(' ').map((word) => [word, said] as const)),
])

/** What the reason says, when it is of the outcomes that are asked about. */
function told({ ended_reason }: CallFacts, isAsked: (outcome: Outcome) => boolean): Verdict | undefined {
  if (ended_reason === null) return undefined
  const [outcome, confidence] = known.get(codeIn(ended_reason) ?? plain(ended_reason)) ?? []
  if (outcome === undefined || confidence === undefined || !isAsked(outcome)) return undefined
  return [outcome, confidence, `it ended with "${ended_reason.slice(0, 80)}"`]
}

/** "486 Busy Here", "SIP/2.0 486", "sip_486": the code. */
const codeIn = (reason: string) =>
  /^(?:sip(?:\/2\.0)?(?:[^a-z0-9]*(?:status|code))*[^a-z0-9]*)?([3-6]\d\d)(?!\d)/i.exec(reason.trim())?.[1]

/** Lower case, words joined by "_": "Busy Here" and "busy-here" are one. */
const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')

function reachedEnd({ last_state }: CallFacts): Verdict | undefined {
  if (!last_state?.is_end || last_state.is_start) return undefined
  const where = `it went to the end of the flow, "${last_state.name.slice(0, 80)}"`
  const named = `_${plain(`${last_state.id} ${last_state.name}`)}_`
  for (const [words, outcome] of endWords) {
    const word = words.split(' ').find((one) => named.includes(`_${one}_`))
    if (word === undefined) continue
    const isDenied = outcome === 'success' && new RegExp(`_(not|no|non|не|без)_${word}_`).test(named)
    return [isDenied ? 'fail' : outcome, 0.8, where]
  }
  return ['success', 0.7, where]
}

function leftEarly({ last_state, duration_sec }: CallFacts): Verdict | undefined {
  if (last_state === undefined || last_state.is_end) return undefined
  const isShort = duration_sec !== null && duration_sec < shortSec
  const where = `it ended in "${last_state.name.slice(0, 80)}", before the end of the flow`
  return ['fail', last_state.is_start || isShort ? 0.7 : 0.6, where]
}
