import {
  callbackRules,
  notDialedRule,
  type Outcome,
  outcomeRules,
  outcomes,
  type RetryPolicy,
  type RetryRule,
  reachedOutcomes,
  type TaskStatus,
} from '../../../db/schema/index.ts'
import type { CallbackRequest } from '../../call-tasks/index.ts'

/** The task fails after 10 attempts that failed by fault of carrier or platform: its number or its route is broken. */
const maxFaultAttempts = 10
/** For outcomes that use up no attempt and have no backoff in outcomeRules. */
const defaultBackoff = { firstSec: 30, maxSec: 900 }

/** For calls that were not placed, from the second one on. */
const notDialedBackoff = { firstSec: 5, maxSec: 300 }

export type OutcomeCounts = Partial<Record<Outcome, number>>

/** Earlier attempts of a task by outcome, as outcomeRules count them. */
interface EarlierAttempts {
  /** Those that used up an attempt. */
  counted: OutcomeCounts
  /** The others. */
  uncounted: OutcomeCounts
}

/**
 * Divides the earlier attempts of a task into those that used up an attempt and the others.
 *
 * @param all earlier attempts by outcome
 * @param unreached of these, the attempts in which nobody was reached, of outcomes that count only if somebody was
 */
export function earlierAttempts(all: OutcomeCounts, unreached: OutcomeCounts): EarlierAttempts {
  const earlier: EarlierAttempts = { counted: {}, uncounted: {} }
  for (const outcome of outcomes) {
    const attempts = all[outcome] ?? 0
    const { countsAsAttempt } = outcomeRules[outcome]
    const uncountedIfReached = countsAsAttempt === 'if_reached' ? (unreached[outcome] ?? 0) : 0
    const uncounted = countsAsAttempt === false ? attempts : Math.min(attempts, uncountedIfReached)
    earlier.counted[outcome] = attempts - uncounted
    earlier.uncounted[outcome] = uncounted
  }
  return earlier
}

export interface Attempt {
  outcome: Outcome
  /** The call was never placed: the carrier was not asked, or is certain that it did not dial. */
  isNotDialed: boolean
  /** The call was answered: it has turns, or its status is completed. */
  isReached: boolean
  /** A user cancelled the task during the call. */
  isTaskCancelled: boolean
  ended_at: Date
  /** When the contact asked to be called back; only for an outcome that is retried on request. */
  request: CallbackRequest
  earlier: EarlierAttempts
}

/** The retry settings of a campaign. */
export interface RetrySettings {
  /** Maximum number of attempts that count, whatever their outcomes; null: none. */
  max_attempts: number | null
  max_retries: number
  retry_delay_minutes: number
  retry_policy: RetryPolicy
}

export interface RetryDecision {
  status: Extract<TaskStatus, 'completed' | 'failed' | 'retry' | 'cancelled' | 'skipped'>
  countsAsAttempt: boolean
  /** Earliest time of the next attempt; only with `retry`. */
  retryAt?: Date
  /** The rule that decided, and an explanation; both are shown in the task's history. */
  rule: string
  detail: string
}

/**
 * Decides what happens to a task after an attempt: completed, failed, cancelled, skipped, or retried and when. The campaign's
 * retry_policy takes precedence over outcomeRules. Pure function: the caller passes the jitter, 0 to 1.
 */
export const decideRetry = (attempt: Attempt, settings: RetrySettings, jitter: number): RetryDecision =>
  applyCancellation(decideByOutcome(attempt, settings, jitter), attempt.isTaskCancelled)

function decideByOutcome(attempt: Attempt, settings: RetrySettings, jitter: number): RetryDecision {
  const { outcome, isNotDialed, isReached } = attempt
  if (isNotDialed) return retryNotDialed(attempt)
  if (outcome === 'cancelled') {
    const detail = 'the call was cancelled'
    return { status: 'cancelled', countsAsAttempt: false, rule: 'cancelled', detail }
  }
  const { countsAsAttempt, retry } = outcomeRules[outcome]
  const isCounted = countsAsAttempt === 'if_reached' ? isReached : countsAsAttempt
  if (!isCounted) return retry.kind === 'never' ? notCalled(outcome) : retryWithBackoff(attempt, jitter)
  return retryOnRequest(attempt, settings) ?? retryAfterDelay(attempt, settings) ?? finalDecision(attempt)
}

/** The decision about a task that a user may have cancelled during the call: it is not retried then. */
export const applyCancellation = (decision: RetryDecision, isTaskCancelled: boolean): RetryDecision =>
  isTaskCancelled && decision.status === 'retry'
    ? {
        status: 'cancelled',
        countsAsAttempt: decision.countsAsAttempt,
        rule: 'cancelled_by_user',
        detail: 'a user cancelled the contact during the call',
      }
    : decision

/**
 * Returns a task whose call was not placed to the queue: at once the first time, after a pause or a crash for example, and
 * later each further time, so that it is not tried again and again before others.
 */
function retryNotDialed({ ended_at, earlier }: Attempt): RetryDecision {
  const before = earlier.uncounted.cancelled ?? 0
  const { firstSec, maxSec } = notDialedBackoff
  const seconds = before === 0 ? 0 : Math.min(maxSec, firstSec * 2 ** (before - 1))
  const wait = seconds === 0 ? '' : `, after ${seconds} s`
  return {
    status: 'retry',
    countsAsAttempt: false,
    retryAt: new Date(ended_at.getTime() + seconds * 1000),
    rule: notDialedRule,
    detail: `the call was not placed; the task is back in the queue${wait}`,
  }
}

/** The contact was not called and is not called again, as when its number is suppressed. */
const notCalled = (outcome: Outcome): RetryDecision => ({
  status: 'skipped',
  countsAsAttempt: false,
  rule: outcome,
  detail: `the attempt ended with ${outcome}: the contact was not called, and is not called again`,
})

/**
 * Retries after a delay that doubles with each attempt of this outcome, and uses up no attempt. Jitter spreads attempts
 * that failed together over 75 to 125 % of the delay.
 */
function retryWithBackoff({ outcome, earlier, ended_at }: Attempt, jitter: number): RetryDecision {
  const faults = 1 + attemptsWhere(earlier.uncounted, (each) => outcomeRules[each].retry.kind !== 'never')
  if (faults >= maxFaultAttempts) {
    const detail = `${faults} attempts failed by fault of the carrier or the platform`
    return { status: 'failed', countsAsAttempt: false, rule: 'too_many_faults', detail }
  }
  const { retry } = outcomeRules[outcome]
  const { firstSec, maxSec } = retry.kind === 'backoff' ? retry : defaultBackoff
  const seconds = Math.min(maxSec, firstSec * 2 ** (earlier.uncounted[outcome] ?? 0)) * (0.75 + jitter / 2)
  return {
    status: 'retry',
    countsAsAttempt: false,
    retryAt: new Date(ended_at.getTime() + seconds * 1000),
    rule: `${outcome}_backoff`,
    detail: `no attempt is used up; retry after ${Math.round(seconds)} s`,
  }
}

interface RejectedRequest {
  detail: string
  /** The rule of the retry; undefined: the usual one. */
  rule?: string
}

const rejectedRequests: Readonly<Record<Exclude<CallbackRequest['kind'], 'time'>, RejectedRequest>> = {
  none: { detail: 'the contact asked to be called back, without a time' },
  unreadable: {
    detail: 'the contact asked to be called back, but the time cannot be read',
    rule: callbackRules.unreadable,
  },
  too_late: {
    detail:
      'the contact asked to be called back at a time after which no window opens before the campaign ends, or within a year',
    rule: callbackRules.outOfRange,
  },
  passed: {
    detail: 'the contact asked to be called back at a time more than an hour before the end of the call',
    rule: callbackRules.outOfRange,
  },
}

/**
 * Retries at the time that the contact asked for, at once if it has passed, or after a delay if it is not known. Undefined
 * for other outcomes.
 */
function retryOnRequest(attempt: Attempt, settings: RetrySettings): RetryDecision | undefined {
  const { outcome, earlier, ended_at, request } = attempt
  const { retry } = outcomeRules[outcome]
  if (retry.kind !== 'on_request') return undefined
  const policy = settings.retry_policy[outcome]
  const max = policy?.max ?? retry.max
  const requestsBefore = earlier.counted[outcome] ?? 0
  const finish = (rule: string, maximum: string): RetryDecision => {
    const detail = `the contact asked to be called back, and the maximum of ${maximum} is used up`
    return { status: 'completed', countsAsAttempt: true, rule, detail }
  }
  if (requestsBefore >= max) return finish(`${outcome}_limit`, `${max} callbacks`)
  if (attemptsLeft(earlier, settings) <= 0) return finish('max_attempts', `${settings.max_attempts} attempts`)
  if (request.kind === 'time') {
    const hasPassed = request.at < ended_at
    return {
      status: 'retry',
      countsAsAttempt: true,
      retryAt: hasPassed ? ended_at : request.at,
      rule: outcome,
      detail: hasPassed
        ? 'the contact asked to be called back at a time that has passed'
        : 'the contact asked to be called back at this time',
    }
  }
  const minutes = delayOf(policy, requestsBefore) ?? settings[retry.minutes]
  const { detail, rule = `${outcome}_retry` } = rejectedRequests[request.kind]
  return {
    status: 'retry',
    countsAsAttempt: true,
    retryAt: new Date(ended_at.getTime() + minutes * 60_000),
    rule,
    detail: `${detail}; retry after ${minutes} min`,
  }
}

/** The delay of the policy after this number of attempts with the same outcome; undefined when it names none. */
const delayOf = (policy: RetryRule | undefined, earlierAttempts: number): number | undefined =>
  policy?.delays_minutes?.[Math.min(earlierAttempts, policy.delays_minutes.length - 1)]

/**
 * Retries after a delay in minutes; undefined when no retry is left. The campaign's policy decides, or the default of
 * the outcome when the policy does not name it.
 */
function retryAfterDelay(
  { outcome, earlier, ended_at }: Attempt,
  settings: RetrySettings,
): RetryDecision | undefined {
  if (outcomeRules[outcome].retry.kind === 'never') return undefined
  const policy = settings.retry_policy[outcome]
  const defaults = defaultRetry(outcome, settings)
  const sameOutcomeAttempts = earlier.counted[outcome] ?? 0
  // A policy's own `max` counts this outcome only; without one, max_retries limits all counted attempts together.
  const retriesLeft =
    policy?.max === undefined
      ? Math.min(defaults.max - sameOutcomeAttempts, settings.max_retries - usedRetries(earlier))
      : policy.max - sameOutcomeAttempts
  if (Math.min(retriesLeft, attemptsLeft(earlier, settings)) <= 0) return undefined
  const minutes = delayOf(policy, sameOutcomeAttempts) ?? defaults.minutes
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
function finalDecision({ outcome, earlier }: Attempt): RetryDecision {
  if (reachedOutcomes.includes(outcome)) {
    return {
      status: 'completed',
      countsAsAttempt: true,
      rule: 'reached',
      detail: `the call ended with ${outcome}`,
    }
  }
  const rule = outcomeRules[outcome].retry.kind === 'never' ? 'never_again' : 'no_attempt_left'
  const detail = `${outcome} at attempt ${countedAttempts(earlier) + 1}, and no retry is left`
  return { status: 'failed', countsAsAttempt: true, rule, detail }
}

const countedAttempts = ({ counted }: EarlierAttempts) => attemptsWhere(counted, () => true)

/** Attempts at numbers that do not exist use up no retry: the contact goes on with another number (next-number.ts). */
const usedRetries = (earlier: EarlierAttempts) =>
  countedAttempts(earlier) - (earlier.counted.invalid_number ?? 0)

/** Attempts that max_attempts allows after the present one, whatever the limits of its outcome are. */
const attemptsLeft = (earlier: EarlierAttempts, { max_attempts }: RetrySettings) =>
  (max_attempts ?? Number.POSITIVE_INFINITY) - usedRetries(earlier) - 1

const attemptsWhere = (counts: OutcomeCounts, matches: (outcome: Outcome) => boolean): number =>
  outcomes.filter(matches).reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0)
