import {
  type Outcome,
  outcomeRules,
  outcomes,
  type RetryPolicy,
  reachedOutcomes,
  type TaskStatus,
} from '../../../db/schema/index.ts'

/** Maximum number of callbacks per contact, unless retry_policy.callback.max is set. */
const defaultMaxCallbacks = 3
/** The task fails after 10 attempts that failed by fault of carrier or platform: its number or its route is broken. */
const maxFaultAttempts = 10
/** For outcomes that use up no attempt and have no backoff in outcomeRules. */
const defaultBackoff = { firstSec: 30, maxSec: 900 }

type OutcomeCounts = Partial<Record<Outcome, number>>

export interface Attempt {
  outcome: Outcome
  /** The call was never placed: the carrier was not asked, or is certain that it did not dial. */
  isNotDialed: boolean
  /** The call was answered: it has turns, or its status is completed. */
  isReached: boolean
  ended_at: Date
  /** When the contact asked to be called back. */
  callback_at: Date | undefined
  /** Number of earlier attempts of the task by outcome. */
  previousOutcomes: OutcomeCounts
}

/** The retry settings of a campaign. */
export interface RetrySettings {
  max_retries: number
  retry_delay_minutes: number
  retry_policy: RetryPolicy
}

export interface RetryDecision {
  status: Extract<TaskStatus, 'completed' | 'failed' | 'retry' | 'cancelled'>
  countsAsAttempt: boolean
  /** Earliest time of the next attempt; only with `retry`. */
  retryAt?: Date
  /** The rule that decided, and an explanation; both are shown in the task's history. */
  rule: string
  detail: string
}

/**
 * Decides what happens to a task after an attempt: completed, failed, cancelled, or retried and when. The campaign's
 * retry_policy takes precedence over outcomeRules. Pure function: the caller passes the jitter, 0 to 1.
 */
export function decideRetry(attempt: Attempt, settings: RetrySettings, jitter: number): RetryDecision {
  const { outcome, ended_at, isNotDialed, isReached } = attempt
  if (isNotDialed) {
    const detail = 'the call was not placed; the task is back in the queue'
    return { status: 'retry', countsAsAttempt: false, retryAt: ended_at, rule: 'not_dialed', detail }
  }
  if (outcome === 'cancelled') {
    const detail = 'the call was cancelled'
    return { status: 'cancelled', countsAsAttempt: false, rule: 'cancelled', detail }
  }
  const { countsAsAttempt } = outcomeRules[outcome]
  const isCounted = countsAsAttempt === 'if_reached' ? isReached : countsAsAttempt
  if (!isCounted) return retryWithBackoff(attempt, jitter)
  return retryAtCallback(attempt, settings) ?? retryAfterDelay(attempt, settings) ?? finalDecision(attempt)
}

/**
 * Retries after a delay that doubles with each attempt of this outcome, and uses up no attempt. Jitter spreads attempts
 * that failed together over 75 to 125 % of the delay.
 */
function retryWithBackoff({ outcome, previousOutcomes, ended_at }: Attempt, jitter: number): RetryDecision {
  const faults = 1 + attemptsWhere(previousOutcomes, (each) => outcomeRules[each].countsAsAttempt !== true)
  if (faults >= maxFaultAttempts) {
    const detail = `${faults} attempts failed by fault of the carrier or the platform`
    return { status: 'failed', countsAsAttempt: false, rule: 'too_many_faults', detail }
  }
  const { retry } = outcomeRules[outcome]
  const { firstSec, maxSec } = retry.kind === 'backoff' ? retry : defaultBackoff
  const seconds = Math.min(maxSec, firstSec * 2 ** (previousOutcomes[outcome] ?? 0)) * (0.75 + jitter / 2)
  return {
    status: 'retry',
    countsAsAttempt: false,
    retryAt: new Date(ended_at.getTime() + seconds * 1000),
    rule: `${outcome}_backoff`,
    detail: `no attempt is used up; retry after ${Math.round(seconds)} s`,
  }
}

/** Retries at the time that the contact asked for, as often as the campaign allows; otherwise undefined. */
function retryAtCallback(attempt: Attempt, settings: RetrySettings): RetryDecision | undefined {
  const { outcome, previousOutcomes, callback_at } = attempt
  if (outcome !== 'callback' || callback_at === undefined) return undefined
  const maxCallbacks = settings.retry_policy.callback?.max ?? defaultMaxCallbacks
  if ((previousOutcomes.callback ?? 0) >= maxCallbacks) return undefined
  const detail = 'the contact asked to be called back at this time'
  return { status: 'retry', countsAsAttempt: true, retryAt: callback_at, rule: 'callback', detail }
}

/**
 * Retries after a delay in minutes; undefined when no retry is left. The campaign's policy decides, or the default of
 * the outcome when the policy does not name it.
 */
function retryAfterDelay(
  { outcome, previousOutcomes, ended_at }: Attempt,
  settings: RetrySettings,
): RetryDecision | undefined {
  if (outcomeRules[outcome].retry.kind === 'never') return undefined
  const policy = settings.retry_policy[outcome]
  const defaults = defaultRetry(outcome, settings)
  const sameOutcomeAttempts = previousOutcomes[outcome] ?? 0
  // A policy's own `max` counts this outcome only; without one, max_retries limits all counted attempts together.
  const retriesLeft =
    policy?.max === undefined
      ? Math.min(defaults.max - sameOutcomeAttempts, settings.max_retries - usedRetries(previousOutcomes))
      : policy.max - sameOutcomeAttempts
  if (retriesLeft <= 0) return undefined
  const delays = policy?.delays_minutes?.length ? policy.delays_minutes : [defaults.minutes]
  const minutes = delays[Math.min(sameOutcomeAttempts, delays.length - 1)] ?? defaults.minutes
  return {
    status: 'retry',
    countsAsAttempt: true,
    retryAt: new Date(ended_at.getTime() + minutes * 60_000),
    rule: policy === undefined ? `${outcome}_retry` : `policy_${outcome}`,
    detail: `retry after ${minutes} min`,
  }
}

/** Maximum number of retries and minutes before each, for outcomes without a policy of the campaign. */
function defaultRetry(outcome: Outcome, { max_retries, retry_delay_minutes }: RetrySettings) {
  const { retry } = outcomeRules[outcome]
  if (retry.kind !== 'delay') return { max: 0, minutes: retry_delay_minutes }
  const minutes = retry.minutes === 'retry_delay_minutes' ? retry_delay_minutes : retry.minutes
  return {
    max: retry.max === 'max_retries' ? max_retries : retry.max,
    minutes: Math.min(minutes, retry.atMost ?? minutes),
  }
}

/** No retry is left: completed if the contact was reached, otherwise failed. */
function finalDecision({ outcome, previousOutcomes }: Attempt): RetryDecision {
  if (reachedOutcomes.includes(outcome)) {
    return {
      status: 'completed',
      countsAsAttempt: true,
      rule: 'reached',
      detail: `the call ended with ${outcome}`,
    }
  }
  const rule = outcomeRules[outcome].retry.kind === 'never' ? 'never_again' : 'no_attempt_left'
  const detail = `${outcome} at attempt ${countedAttempts(previousOutcomes) + 1}, and no retry is left`
  return { status: 'failed', countsAsAttempt: true, rule, detail }
}

/** Every agent_error counts here: outcome_counts does not record whether the contact was reached. */
const countedAttempts = (previousOutcomes: OutcomeCounts) =>
  attemptsWhere(previousOutcomes, (outcome) => outcomeRules[outcome].countsAsAttempt !== false)

/** Attempts at numbers that do not exist use up no retry: the contact goes on with another number (next-number.ts). */
const usedRetries = (previousOutcomes: OutcomeCounts) =>
  countedAttempts(previousOutcomes) - (previousOutcomes.invalid_number ?? 0)

const attemptsWhere = (previousOutcomes: OutcomeCounts, matches: (outcome: Outcome) => boolean): number =>
  outcomes.filter(matches).reduce((sum, outcome) => sum + (previousOutcomes[outcome] ?? 0), 0)
