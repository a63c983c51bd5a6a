import { type Outcome, outcomes } from './states.ts'

/** The rules of an outcome, for the retry decision, the circuit breaker, limits and classification. */
export interface OutcomeRule {
  /**
   * The party that answered. `person`: without a further retry the task is completed. `nobody`: dialing ended before a
   * conversation, so the call is failed. `unknown`: it does not follow from the outcome.
   */
  answeredBy: 'person' | 'machine' | 'nobody' | 'unknown'
  /** Whether it counts as an attempt to reach the contact. `if_reached`: only when the call was answered. */
  countsAsAttempt: boolean | 'if_reached'
  /** The carrier, the agent or the platform failed, not the contact. The circuit breaker counts these. */
  isOurFault: boolean
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
  success: { answeredBy: 'person', countsAsAttempt: true, isOurFault: false, retry: policyOnly },
  transferred: { answeredBy: 'person', countsAsAttempt: true, isOurFault: false, retry: policyOnly },
  max_duration: { answeredBy: 'person', countsAsAttempt: true, isOurFault: false, retry: policyOnly },
  fail: { answeredBy: 'person', countsAsAttempt: true, isOurFault: false, retry: policyOnly },
  callback: { answeredBy: 'person', countsAsAttempt: true, isOurFault: false, retry: onRequest },

  voicemail: { answeredBy: 'machine', countsAsAttempt: true, isOurFault: false, retry: policyOnly },

  no_answer: { answeredBy: 'nobody', countsAsAttempt: true, isOurFault: false, retry: byCampaign },
  busy: { answeredBy: 'nobody', countsAsAttempt: true, isOurFault: false, retry: busyLine },
  declined: { answeredBy: 'nobody', countsAsAttempt: true, isOurFault: false, retry: onceTheNextDay },
  invalid_number: { answeredBy: 'nobody', countsAsAttempt: true, isOurFault: false, retry: never },
  blocked: { answeredBy: 'nobody', countsAsAttempt: true, isOurFault: false, retry: never },

  carrier_error: { answeredBy: 'nobody', countsAsAttempt: false, isOurFault: true, retry: backoff(30, 900) },
  no_capacity: { answeredBy: 'nobody', countsAsAttempt: false, isOurFault: true, retry: backoff(5, 300) },
  lost: { answeredBy: 'nobody', countsAsAttempt: true, isOurFault: true, retry: byCampaign },
  agent_error: {
    answeredBy: 'unknown',
    countsAsAttempt: 'if_reached',
    isOurFault: true,
    retry: onceAfterDelay,
  },

  suppressed: { answeredBy: 'nobody', countsAsAttempt: false, isOurFault: false, retry: never },
  outside_window: {
    answeredBy: 'nobody',
    countsAsAttempt: false,
    isOurFault: false,
    retry: backoff(30, 900),
  },
  cancelled: { answeredBy: 'unknown', countsAsAttempt: false, isOurFault: false, retry: never },
}

const outcomesWhere = (matches: (rule: OutcomeRule) => boolean): readonly Outcome[] =>
  outcomes.filter((outcome) => matches(outcomeRules[outcome]))

/** Outcomes of calls in which a conversation took place. */
export const reachedOutcomes = outcomesWhere(({ answeredBy }) => answeredBy === 'person')
/** Outcomes of calls whose dialing ended before a conversation. */
export const unansweredOutcomes = outcomesWhere(({ answeredBy }) => answeredBy === 'nobody')
/** Outcomes that never count as an attempt to reach the contact. */
export const uncountedOutcomes = outcomesWhere(({ countsAsAttempt }) => countsAsAttempt === false)
/** Outcomes that the circuit breaker counts. */
export const faultOutcomes = outcomesWhere(({ isOurFault }) => isOurFault)
/** Outcomes that a campaign's retry_policy may not name, because a rule for them would have no effect. */
export const outcomesWithoutPolicy = outcomesWhere(
  ({ retry }) => retry.kind === 'never' || retry.kind === 'backoff',
)
