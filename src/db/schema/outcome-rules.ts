import { type SQL, sql } from 'drizzle-orm'
import { quotedList, textList } from './columns.ts'
import { type Outcome, outcomes } from './states.ts'

/** The rules of an outcome, for the retry decision, the circuit breaker, limits and classification. */
export interface OutcomeRule {
  /**
   * The party that answered. `person`: without a further retry the task is completed. `nobody`: dialing ended before a
   * conversation, so the call is failed. `unknown`: it does not follow from the outcome.
   */
  answeredBy: 'person' | 'machine' | 'nobody' | 'unknown'
  /**
   * Whether the contact was dialed. `unless_withheld`: not when the platform withdrew the call before it was placed, which the
   * ended_reason `notDialedReason` states. A call that the carrier or the agent failed to place counts as dialed: rates must
   * show the failure.
   */
  dialed: boolean | 'unless_withheld'
  /** Whether it counts as an attempt to reach the contact. `if_reached`: only when the call was answered. */
  countsAsAttempt: boolean | 'if_reached'
  /** The carrier, the agent or the platform failed, not the contact. The circuit breaker counts these. */
  isOurFault: boolean
  /** Nobody reported how the call ended: a later report replaces the outcome. */
  isProvisional?: true
  /** The number cannot or must not be called: a restart or a copy of the campaign leaves the contact out, unless asked. */
  isNumberUnusable?: true
  retry: OutcomeRetry
}

export type OutcomeRetry =
  /** No further attempt. A retry_policy must not name the outcome. */
  | { kind: 'never' }
  /** Only when the campaign's retry_policy names the outcome. */
  | { kind: 'policy_only' }
  /** Up to `max` retries, each after `minutes` (at most `atMost`). A retry_policy for the outcome may replace both. */
  | { kind: 'delay'; max: number | 'max_retries'; minutes: number | 'retry_delay_minutes'; atMost?: number }
  /**
   * At the time that the contact asked for, or after `minutes` when no such time is known. Up to `max` times, which
   * max_retries does not limit. A retry_policy for the outcome may replace both.
   */
  | { kind: 'on_request'; max: number; minutes: 'retry_delay_minutes' }
  /** After `firstSec` seconds, doubled with each attempt up to `maxSec`. No retry_policy changes it. */
  | { kind: 'backoff'; firstSec: number; maxSec: number }

const never: OutcomeRetry = { kind: 'never' }
const policyOnly: OutcomeRetry = { kind: 'policy_only' }
const byCampaign: OutcomeRetry = { kind: 'delay', max: 'max_retries', minutes: 'retry_delay_minutes' }
/** A busy line is usually free within minutes, so the delay is at most 10 minutes. */
const busyLine: OutcomeRetry = { ...byCampaign, atMost: 10 }
const onceTheNextDay: OutcomeRetry = { kind: 'delay', max: 1, minutes: 24 * 60 }
const onceAfterDelay: OutcomeRetry = { kind: 'delay', max: 1, minutes: 'retry_delay_minutes' }
/** Nobody who asked to be called back is dropped because of the retries that were used up before. */
const onRequest: OutcomeRetry = { kind: 'on_request', max: 3, minutes: 'retry_delay_minutes' }
const backoff = (firstSec: number, maxSec: number): OutcomeRetry => ({ kind: 'backoff', firstSec, maxSec })

/** The rules of every outcome. The compiler requires a row here for each value that is added to `outcomes`. */
export const outcomeRules: Readonly<Record<Outcome, OutcomeRule>> = {
  success: {
    answeredBy: 'person',
    dialed: true,
    countsAsAttempt: true,
    isOurFault: false,
    retry: policyOnly,
  },
  transferred: {
    answeredBy: 'person',
    dialed: true,
    countsAsAttempt: true,
    isOurFault: false,
    retry: policyOnly,
  },
  max_duration: {
    answeredBy: 'person',
    dialed: true,
    countsAsAttempt: true,
    isOurFault: false,
    retry: policyOnly,
  },
  fail: { answeredBy: 'person', dialed: true, countsAsAttempt: true, isOurFault: false, retry: policyOnly },
  callback: {
    answeredBy: 'person',
    dialed: true,
    countsAsAttempt: true,
    isOurFault: false,
    retry: onRequest,
  },

  voicemail: {
    answeredBy: 'machine',
    dialed: true,
    countsAsAttempt: true,
    isOurFault: false,
    retry: policyOnly,
  },

  no_answer: {
    answeredBy: 'nobody',
    dialed: true,
    countsAsAttempt: true,
    isOurFault: false,
    retry: byCampaign,
  },
  busy: { answeredBy: 'nobody', dialed: true, countsAsAttempt: true, isOurFault: false, retry: busyLine },
  declined: {
    answeredBy: 'nobody',
    dialed: true,
    countsAsAttempt: true,
    isOurFault: false,
    retry: onceTheNextDay,
  },
  invalid_number: {
    answeredBy: 'nobody',
    dialed: true,
    countsAsAttempt: true,
    isOurFault: false,
    isNumberUnusable: true,
    retry: never,
  },
  blocked: {
    answeredBy: 'nobody',
    dialed: true,
    countsAsAttempt: true,
    isOurFault: false,
    isNumberUnusable: true,
    retry: never,
  },

  carrier_error: {
    answeredBy: 'nobody',
    dialed: true,
    countsAsAttempt: false,
    isOurFault: true,
    retry: backoff(30, 900),
  },
  no_capacity: {
    answeredBy: 'nobody',
    dialed: true,
    countsAsAttempt: false,
    isOurFault: true,
    retry: backoff(5, 300),
  },
  lost: {
    answeredBy: 'nobody',
    dialed: true,
    countsAsAttempt: true,
    isOurFault: true,
    isProvisional: true,
    retry: byCampaign,
  },
  agent_error: {
    answeredBy: 'unknown',
    dialed: true,
    countsAsAttempt: 'if_reached',
    isOurFault: true,
    retry: onceAfterDelay,
  },

  suppressed: {
    answeredBy: 'nobody',
    dialed: false,
    countsAsAttempt: false,
    isOurFault: false,
    isNumberUnusable: true,
    retry: never,
  },
  outside_window: {
    answeredBy: 'nobody',
    dialed: false,
    countsAsAttempt: false,
    isOurFault: false,
    retry: backoff(30, 900),
  },
  cancelled: {
    answeredBy: 'unknown',
    dialed: 'unless_withheld',
    countsAsAttempt: false,
    isOurFault: false,
    retry: never,
  },
}

const outcomesWhere = (matches: (rule: OutcomeRule) => boolean): readonly Outcome[] =>
  outcomes.filter((outcome) => matches(outcomeRules[outcome]))

/** Outcomes of calls in which a conversation took place. */
export const reachedOutcomes = outcomesWhere(({ answeredBy }) => answeredBy === 'person')
/** Outcomes of calls whose dialing ended before a conversation. */
export const unansweredOutcomes = outcomesWhere(({ answeredBy }) => answeredBy === 'nobody')
/** Outcomes of calls that a person or a machine answered. */
const answeredOutcomes = outcomesWhere(
  ({ answeredBy }) => answeredBy === 'person' || answeredBy === 'machine',
)
/** Outcomes from which it does not follow whether the call was answered. */
const undecidedOutcomes = outcomesWhere(({ answeredBy }) => answeredBy === 'unknown')
/** Outcomes of calls that were never dialed. */
const undialedOutcomes = outcomesWhere(({ dialed }) => dialed === false)
/** Outcomes of calls that were never dialed when their ended_reason is `notDialedReason`. */
const withholdableOutcomes = outcomesWhere(({ dialed }) => dialed === 'unless_withheld')

/** `ended_reason` of an attempt that was never placed: the carrier was not asked, or is certain that it did not dial. */
export const notDialedReason = 'not_dialed'
/** The rule in a task's history after such an attempt. The contact keeps the outcome of the attempt before. */
export const notDialedRule = 'not_dialed'

/** The rules by which a limit of the company postpones a contact: attempts per day and week, or the hours between them. */
export const numberLimitRules = {
  attempts: 'attempts_per_number',
  gap: 'min_hours_between_attempts',
} as const

/** The rule of a history entry that records what was reported of an attempt after the decision about it. */
export const lateReportRule = 'late_report'

/** The rule of a history entry that records an opt-out which is neither yes nor no. */
export const unreadableOptOutRule = 'opt_out_unreadable'

/** The rules by which a callback is made after the usual delay: its time cannot be read, or is out of range. */
export const callbackRules = {
  unreadable: 'callback_unreadable',
  outOfRange: 'callback_out_of_range',
} as const

/** Whether a call with this outcome and ended_reason was dialed. A live call, without an outcome, counts as dialed. */
export function isDialedOutcome(outcome: Outcome | null, ended_reason: string | null): boolean {
  const dialed = outcome === null || outcomeRules[outcome].dialed
  return dialed === 'unless_withheld' ? ended_reason !== notDialedReason : dialed
}

/** SQL: whether a call was dialed, by its columns: `isDialedOutcome`, unless an answer or turns prove that it was. */
export const isDialedSql = `(answered_at is not null or turn_count > 0 or outcome is null
  or not (outcome in (${quotedList(undialedOutcomes)})
    or outcome in (${quotedList(withholdableOutcomes)}) and coalesce(ended_reason, '') = '${notDialedReason}'))`

/**
 * SQL: whether a call was answered, by its columns: a person or a machine was on the line. It is true for some calls whose
 * `answered_at` is not known, because their outcome or their turns prove the answer.
 */
export const isAnsweredSql = `(${isDialedSql} and (answered_at is not null
  or case when outcome is null then status in ('active', 'completed') or turn_count > 0
    when outcome in (${quotedList(undecidedOutcomes)}) then turn_count > 0
    else outcome in (${quotedList(answeredOutcomes)}) end))`

/** Outcomes that never count as an attempt to reach the contact. */
const uncountedOutcomes = outcomesWhere(({ countsAsAttempt }) => countsAsAttempt === false)
/** Outcomes that count as an attempt only when the call was answered. */
export const countedIfReachedOutcomes = outcomesWhere(
  ({ countsAsAttempt }) => countsAsAttempt === 'if_reached',
)
/** Outcomes of attempts that are no attempt for the carrier: it was not asked, or has not dialed. */
export const unplacedOutcomes = outcomesWhere(({ dialed }) => dialed !== true)
/** Outcomes after which a restart or a copy of the campaign leaves the contact out, unless asked. */
export const unusableNumberOutcomes = outcomesWhere((rule) => rule.isNumberUnusable === true)
/** Outcomes that a later report replaces. */
export const provisionalOutcomes = outcomesWhere((rule) => rule.isProvisional === true)
export const isProvisional = (outcome: Outcome | null): boolean =>
  outcome !== null && provisionalOutcomes.includes(outcome)
/** Outcomes that the circuit breaker counts. */
export const faultOutcomes = outcomesWhere(({ isOurFault }) => isOurFault)
/** Outcomes that a campaign's retry_policy may not name, because a rule for them would have no effect. */
export const outcomesWithoutPolicy = outcomesWhere(
  ({ retry }) => retry.kind === 'never' || retry.kind === 'backoff',
)

/** SQL: somebody was on the line in the call, a row of calls with this alias. */
export const isReached = (call: string): SQL =>
  sql.raw(`(${call}.turn_count > 0 or ${call}.status = 'completed' or ${call}.answered_at is not null)`)

/** SQL: an ended attempt, a row of calls with this alias, uses up an attempt. Without an outcome it does. */
export const countsAsAttempt = (call: string): SQL => {
  const column = sql.raw(`${call}.outcome`)
  return sql`(case when ${column} in (${textList(uncountedOutcomes)}) then false
    when ${column} in (${textList(countedIfReachedOutcomes)}) then ${isReached(call)} else true end)`
}
