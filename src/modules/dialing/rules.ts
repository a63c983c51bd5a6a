import {
  neverAgainOutcomes,
  type Outcome,
  type RetryPolicy,
  type TaskStatus,
  uncountedOutcomes,
} from '../../db/schema/index.ts'

/** What an attempt that ended means for its contact. Nothing here is read or written, and no clock is asked. */

/** Outcomes that are the fault of carrier, agent or platform, and of no contact: what the breaker counts. */
export const faults = ['carrier_error', 'no_capacity', 'agent_error', 'lost'] as const satisfies Outcome[]

/** The contact was talked to: the task is done, whatever came of it. */
const talked: readonly Outcome[] = ['success', 'transferred', 'max_duration', 'fail', 'callback']

/** What calls the carrier back off by, seconds: 30 s doubled each time, to 15 min. No capacity: from 5 s to 5 min. */
const backoffs: Partial<Record<Outcome, { first: number; most: number }>> = {
  carrier_error: { first: 30, most: 900 },
  no_capacity: { first: 5, most: 300 },
}

/** After so many attempts that burned nothing a contact is given up: something is wrong with its number or route. */
export const mostUncounted = 10

export interface Attempt {
  outcome: Outcome
  /** The carrier was never asked, or is sure that it placed nothing. */
  isNotDialed: boolean
  /** Somebody was on the line. */
  isReached: boolean
  ended_at: Date
  /** When the contact asked to be called again. */
  callback_at: Date | undefined
  /** Attempts by outcome before this one, since the task was taken up. */
  before: Partial<Record<Outcome, number>>
}

export interface RetrySettings {
  max_retries: number
  retry_delay_minutes: number
  retry_policy: RetryPolicy
}

export interface Verdict {
  status: Extract<TaskStatus, 'completed' | 'failed' | 'retry' | 'cancelled'>
  /** Whether it burned an attempt. */
  counts: boolean
  /** With `retry`: not before then. */
  again_at?: Date
  /** The name of the rule, and what it came to in words. */
  rule: string
  detail: string
}

const minuteMs = 60_000

/** What becomes of a contact after an attempt: DESIGN's table of outcomes, where the campaign says nothing else. */
export function judge(attempt: Attempt, settings: RetrySettings, jitter: number): Verdict {
  const { outcome } = attempt
  if (attempt.isNotDialed) {
    return {
      status: 'retry',
      counts: false,
      again_at: attempt.ended_at,
      rule: 'not_dialed',
      detail: 'the carrier was not asked to dial: back in the queue',
    }
  }
  if (outcome === 'cancelled') {
    return { status: 'cancelled', counts: false, rule: 'cancelled', detail: 'the call was cancelled' }
  }
  const counts = outcome === 'agent_error' ? attempt.isReached : !isUncounted(outcome)
  if (!counts) return backOff(attempt, jitter)
  if (outcome === 'callback' && attempt.callback_at !== undefined) {
    const max = settings.retry_policy.callback?.max ?? 3
    if ((attempt.before.callback ?? 0) < max) {
      return {
        status: 'retry',
        counts,
        again_at: attempt.callback_at,
        rule: 'callback',
        detail: 'asked to be called again then',
      }
    }
  }
  return again(attempt, settings) ?? over(attempt)
}

const isUncounted = (outcome: Outcome) => uncountedOutcomes.includes(outcome)

/** Soon, and later each time: what failed was not the contact. Jitter (0 to 1) spreads those that failed together. */
function backOff({ outcome, before, ended_at }: Attempt, jitter: number): Verdict {
  const earlier = [...uncountedOutcomes, 'agent_error' as const].reduce(
    (sum, name) => sum + (before[name] ?? 0),
    0,
  )
  if (earlier + 1 >= mostUncounted) {
    return {
      status: 'failed',
      counts: false,
      rule: 'too_many_faults',
      detail: `${earlier + 1} attempts failed by fault of carrier or platform`,
    }
  }
  const { first, most } = backoffs[outcome] ?? { first: 30, most: 900 }
  const seconds = Math.min(most, first * 2 ** (before[outcome] ?? 0)) * (0.75 + jitter / 2)
  return {
    status: 'retry',
    counts: false,
    again_at: new Date(ended_at.getTime() + seconds * 1000),
    rule: `${outcome}_backs_off`,
    detail: `no attempt is burned; again after ${Math.round(seconds)} s`,
  }
}

/** Another attempt, where the campaign's policy or the usual rule allows one. */
function again({ outcome, before, ended_at }: Attempt, settings: RetrySettings): Verdict | undefined {
  if (neverAgainOutcomes.includes(outcome)) return undefined
  const said = settings.retry_policy[outcome]
  const usual = usualRule(outcome, settings)
  const same = before[outcome] ?? 0
  const counted = countedOf(before)
  // A number of its own is for this outcome alone; without one, max_retries is for all of them together.
  const left =
    said?.max === undefined ? Math.min(usual.max - same, settings.max_retries - counted) : said.max - same
  if (left <= 0) return undefined
  const delays = said?.delays_minutes?.length ? said.delays_minutes : [usual.delay]
  const minutes = delays[Math.min(same, delays.length - 1)] ?? usual.delay
  return {
    status: 'retry',
    counts: true,
    again_at: new Date(ended_at.getTime() + minutes * minuteMs),
    rule: said === undefined ? `${outcome}_again` : `policy_${outcome}`,
    detail: `again after ${minutes} min`,
  }
}

/** Attempts after this outcome at most, and minutes to the next. */
function usualRule(outcome: Outcome, { max_retries, retry_delay_minutes }: RetrySettings) {
  const rules: Partial<Record<Outcome, { max: number; delay: number }>> = {
    no_answer: { max: max_retries, delay: retry_delay_minutes },
    lost: { max: max_retries, delay: retry_delay_minutes },
    busy: { max: max_retries, delay: Math.min(retry_delay_minutes, 10) },
    declined: { max: 1, delay: 24 * 60 },
    agent_error: { max: 1, delay: retry_delay_minutes },
  }
  return rules[outcome] ?? { max: 0, delay: retry_delay_minutes }
}

/** Attempts that burned one. */
export const countedOf = (counts: Partial<Record<Outcome, number>>): number =>
  Object.entries(counts).reduce(
    (sum, [outcome, n]) => (isUncounted(outcome as Outcome) ? sum : sum + (n ?? 0)),
    0,
  )

function over({ outcome, before }: Attempt): Verdict {
  if (talked.includes(outcome)) {
    return { status: 'completed', counts: true, rule: 'talked', detail: `ended with ${outcome}` }
  }
  const attempts = countedOf(before) + 1
  const rule = neverAgainOutcomes.includes(outcome) ? 'never_again' : 'no_attempt_left'
  const detail = `${outcome} at attempt ${attempts}, and no other is allowed`
  return { status: 'failed', counts: true, rule, detail }
}
