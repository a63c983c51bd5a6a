import {
  type Outcome,
  outcomeRules,
  outcomes,
  type RetryPolicy,
  reachedOutcomes,
  type TaskStatus,
} from '../../../db/schema/index.ts'

/** Retries a contact may ask for with the outcome callback, where retry_policy.callback gives no number. */
const defaultCallbacks = 3
/** After 10 attempts that failed by our fault the task fails: its number or its route is broken. */
const maxFaultAttempts = 10
/** For outcomes that use up no attempt and have no backoff of their own in the table. */
const defaultBackoff = { firstSec: 30, maxSec: 900 }

type OutcomeCounts = Partial<Record<Outcome, number>>

export interface Attempt {
  outcome: Outcome
  /** The carrier was never asked, or is sure that it placed nothing. */
  isNotDialed: boolean
  /** Somebody was on the line. */
  isReached: boolean
  ended_at: Date
  /** When the contact asked to be called again. */
  callback_at: Date | undefined
  /** Earlier attempts of the task by outcome. */
  before: OutcomeCounts
}

/** What a campaign sets about retries. */
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
 * retry_policy goes before the table of outcomes. Pure: `jitter`, 0 to 1, is the caller's.
 */
export function decideRetry(attempt: Attempt, settings: RetrySettings, jitter: number): RetryDecision {
  const { outcome, ended_at, isNotDialed, isReached } = attempt
  if (isNotDialed) {
    const detail = 'the carrier was not asked to dial: back in the queue'
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

/** Sooner than other retries, later each time. Jitter spreads attempts that failed together over 75 to 125 %. */
function retryWithBackoff({ outcome, before, ended_at }: Attempt, jitter: number): RetryDecision {
  const faults = 1 + attemptsWhere(before, (each) => outcomeRules[each].countsAsAttempt !== true)
  if (faults >= maxFaultAttempts) {
    const detail = `${faults} attempts failed by fault of carrier or platform`
    return { status: 'failed', countsAsAttempt: false, rule: 'too_many_faults', detail }
  }
  const { retry } = outcomeRules[outcome]
  const { firstSec, maxSec } = retry.kind === 'backoff' ? retry : defaultBackoff
  const seconds = Math.min(maxSec, firstSec * 2 ** (before[outcome] ?? 0)) * (0.75 + jitter / 2)
  return {
    status: 'retry',
    countsAsAttempt: false,
    retryAt: new Date(ended_at.getTime() + seconds * 1000),
    rule: `${outcome}_backs_off`,
    detail: `no attempt is burned; again after ${Math.round(seconds)} s`,
  }
}

/** At the time that the contact asked for, as often as the campaign allows. */
function retryAtCallback(attempt: Attempt, settings: RetrySettings): RetryDecision | undefined {
  const { outcome, before, callback_at } = attempt
  if (outcome !== 'callback' || callback_at === undefined) return undefined
  const max = settings.retry_policy.callback?.max ?? defaultCallbacks
  if ((before.callback ?? 0) >= max) return undefined
  const detail = 'asked to be called again then'
  return { status: 'retry', countsAsAttempt: true, retryAt: callback_at, rule: 'callback', detail }
}

/** After minutes, where the campaign's policy or else the outcome's default leaves a retry. */
function retryAfterDelay(
  { outcome, before, ended_at }: Attempt,
  settings: RetrySettings,
): RetryDecision | undefined {
  if (outcomeRules[outcome].retry.kind === 'never') return undefined
  const policy = settings.retry_policy[outcome]
  const standard = defaultRetry(outcome, settings)
  const same = before[outcome] ?? 0
  // A policy's own `max` counts this outcome only; without one, max_retries limits all counted attempts together.
  const left =
    policy?.max === undefined
      ? Math.min(standard.max - same, settings.max_retries - countedAttempts(before))
      : policy.max - same
  if (left <= 0) return undefined
  const delays = policy?.delays_minutes?.length ? policy.delays_minutes : [standard.minutes]
  const minutes = delays[Math.min(same, delays.length - 1)] ?? standard.minutes
  return {
    status: 'retry',
    countsAsAttempt: true,
    retryAt: new Date(ended_at.getTime() + minutes * 60_000),
    rule: policy === undefined ? `${outcome}_again` : `policy_${outcome}`,
    detail: `again after ${minutes} min`,
  }
}

/** Retries at most, and minutes before each, where the campaign has no policy for the outcome. */
function defaultRetry(outcome: Outcome, { max_retries, retry_delay_minutes }: RetrySettings) {
  const { retry } = outcomeRules[outcome]
  if (retry.kind !== 'delay') return { max: 0, minutes: retry_delay_minutes }
  const minutes = retry.minutes === 'retry_delay_minutes' ? retry_delay_minutes : retry.minutes
  return {
    max: retry.max === 'max_retries' ? max_retries : retry.max,
    minutes: Math.min(minutes, retry.atMost ?? minutes),
  }
}

/** No attempt is left: completed if somebody was talked to, else failed. */
function finalDecision({ outcome, before }: Attempt): RetryDecision {
  if (reachedOutcomes.includes(outcome)) {
    return { status: 'completed', countsAsAttempt: true, rule: 'talked', detail: `ended with ${outcome}` }
  }
  const rule = outcomeRules[outcome].retry.kind === 'never' ? 'never_again' : 'no_attempt_left'
  const detail = `${outcome} at attempt ${countedAttempts(before) + 1}, and no other is allowed`
  return { status: 'failed', countsAsAttempt: true, rule, detail }
}

/** An agent_error counts here whether or not somebody was reached: outcome_counts does not keep that. */
const countedAttempts = (before: OutcomeCounts) =>
  attemptsWhere(before, (outcome) => outcomeRules[outcome].countsAsAttempt !== false)

const attemptsWhere = (before: OutcomeCounts, holds: (outcome: Outcome) => boolean): number =>
  outcomes.filter(holds).reduce((sum, outcome) => sum + (before[outcome] ?? 0), 0)
