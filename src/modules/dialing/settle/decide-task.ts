import type { RowOf } from '../../../db/query/define-query.ts'
import { isDialedOutcome, type Outcome, outcomeRules, reachedOutcomes } from '../../../db/schema/index.ts'
import { readCallbackRequest } from '../../call-tasks/index.ts'
import { isOutcomeReported } from '../../calls/index.ts'
import type { Campaign, NextWindowFinder } from '../../campaigns/index.ts'
import { classifySilence } from '../../telemetry/index.ts'
import { decideNextNumber, decideReplacedNumber, type NextNumber } from './next-number.ts'
import {
  type Attempt,
  decideRetry,
  earlierAttempts,
  type OutcomeCounts,
  type RetryDecision,
} from './retry-decision.ts'
import type { lockEndedAttempts } from './settle-queries.ts'

type EndedAttempt = RowOf<typeof lockEndedAttempts>

/** The key of a campaign in `DecisionContext`. */
export const keyOf = (company_id: string, campaign_id: string) => `${company_id} ${campaign_id}`

/** A decision that has been adapted to the campaign's state and windows, ready to be written. */
export interface Settlement extends Omit<RetryDecision, 'retryAt'> {
  attempt: EndedAttempt
  /** The call's own outcome, or the one derived for a call without a report; null when neither is known. */
  outcome: Outcome | null
  /** When the rule allows the next attempt; null without a retry. */
  due_at: Date | null
  /** When the rule and a calling window allow the next attempt; null without a retry. */
  next_attempt_at: Date | null
}

/** What the decisions of a batch are made with. */
interface DecisionContext {
  /** By `keyOf`. */
  locked: Map<string, Campaign>
  windowFinder: NextWindowFinder
  nextNumbers: Map<string, NextNumber>
  reportGraceMs: number
}

/**
 * Decides what becomes of the task of an ended attempt, from what is known of its call now. The only place where that is decided:
 * an attempt about which something is reported later comes here again.
 */
export function decideTask(attempt: EndedAttempt, context: DecisionContext): Settlement {
  const { locked, windowFinder, nextNumbers, reportGraceMs } = context
  const { company_id, campaign_id, call_id } = attempt
  const outcome = attempt.outcome ?? (attempt.is_unreported ? classifySilence(attempt).outcome : null)
  if (campaign_id === null) return { attempt, outcome, ...testCallDecision }
  const campaign = locked.get(keyOf(company_id, campaign_id))
  if (campaign === undefined)
    throw new Error(`the campaign ${campaign_id} of the ended call ${call_id} is not locked`)
  const earlier = earlierConversation(attempt, outcome, campaign, windowFinder)
  const nextNumber = nextNumbers.get(attempt.call_task_id ?? '')
  if (nextNumber !== undefined && earlier === undefined) {
    const decision = decideNextNumber(attempt, nextNumber)
    return { attempt, outcome, ...applyCampaign(decision, nextNumber, campaign, windowFinder) }
  }
  const own = decideByOutcome(attempt, outcome, campaign, windowFinder)
  const decision = earlier === undefined ? own : decideByEarlier(earlier, own, campaign, jitterOf(call_id))
  const afterReports = afterGrace(decision, attempt, reportGraceMs)
  return { attempt, outcome, ...applyCampaign(afterReports, attempt, campaign, windowFinder) }
}

/** The decision by the outcome of the attempt. */
function decideByOutcome(
  attempt: EndedAttempt,
  outcome: Outcome | null,
  campaign: Campaign,
  windowFinder: NextWindowFinder,
): RetryDecision {
  if (outcome === null) return decisionWithoutOutcome
  if (outcome === 'invalid_number' && attempt.is_number_replaced) return decideReplacedNumber(attempt)
  const known = attemptOf(attempt, outcome, campaign, windowFinder)
  return decideRetry(known, campaign, jitterOf(attempt.call_id))
}

/** The decision by an earlier conversation. Whether the attempt counts depends on the attempt itself. */
function decideByEarlier(
  earlier: Attempt,
  { countsAsAttempt }: RetryDecision,
  campaign: Campaign,
  jitter: number,
): RetryDecision {
  const decision = decideRetry(earlier, campaign, jitter)
  const detail = `${decision.detail}, as an earlier attempt was reported late`
  return { ...decision, countsAsAttempt, detail }
}

/**
 * An earlier conversation that was reported while this attempt was live, when this attempt reached nobody: what was agreed in it
 * counts. undefined otherwise.
 */
function earlierConversation(
  attempt: EndedAttempt,
  outcome: Outcome | null,
  campaign: Campaign,
  windowFinder: NextWindowFinder,
): Attempt | undefined {
  const { late_outcome, late_ended_at, late_callback_at } = attempt
  if (late_outcome === null || !reachedOutcomes.includes(late_outcome)) return undefined
  if (outcome === null || reachedOutcomes.includes(outcome)) return undefined
  const conversation = {
    ...attempt,
    callback_at: late_callback_at,
    ended_at: late_ended_at ?? attempt.ended_at,
    is_reached: true,
  }
  const counts = attempt.outcome_counts ?? {}
  // The counts include the conversation itself.
  const before = { ...counts, [late_outcome]: Math.max(0, (counts[late_outcome] ?? 0) - 1) }
  return {
    ...attemptOf(conversation, late_outcome, campaign, windowFinder, before),
    ended_at: attempt.ended_at,
  }
}

/** After an answered call, the agent has this time to report, before its contact is called again. */
function afterGrace(decision: RetryDecision, attempt: EndedAttempt, reportGraceMs: number): RetryDecision {
  const { retryAt } = decision
  const isReported = isOutcomeReported(attempt) && !attempt.is_outcome_from_carrier
  if (retryAt === undefined || isReported || !attempt.is_reached) return decision
  const earliest = new Date(attempt.ended_at.getTime() + reportGraceMs)
  return retryAt >= earliest ? decision : { ...decision, retryAt: earliest }
}

/** A test call has no task to decide about, so none of these values is stored. */
const testCallDecision = {
  status: 'completed',
  countsAsAttempt: true,
  rule: 'test_call',
  detail: 'a test call',
  due_at: null,
  next_attempt_at: null,
} as const

/** For a call that was completed without an outcome. */
const decisionWithoutOutcome: RetryDecision = {
  status: 'completed',
  countsAsAttempt: true,
  rule: 'reached',
  detail: 'the call ended, and neither the agent nor the carrier reported an outcome',
}

const attemptOf = (
  attempt: EndedAttempt,
  outcome: Outcome,
  campaign: Campaign,
  windowFinder: NextWindowFinder,
  before: OutcomeCounts = attempt.outcome_counts ?? {},
): Attempt => ({
  outcome,
  isNotDialed: outcome === 'cancelled' && !isDialedOutcome(outcome, attempt.ended_reason),
  isReached: attempt.is_reached,
  isTaskCancelled: attempt.is_task_cancelled,
  ended_at: attempt.ended_at,
  request:
    outcomeRules[outcome].retry.kind === 'on_request'
      ? readCallbackRequest(attempt, campaign, windowFinder)
      : { kind: 'none' },
  earlier: earlierAttempts(before, attempt.unreached_counts),
})

/** 0 to 1, derived from the random last digits of the call's id, so that a repeated settlement decides the same. */
const jitterOf = (call_id: string) => Number.parseInt(call_id.slice(-6), 16) / 0xffffff

/**
 * Adapts a retry to its campaign: replaces it with a final status when the campaign is stopped or its end comes first, or moves
 * it into the contact's next calling window. A campaign that was completed before a late report runs again: see
 * `writeSettlements`.
 */
function applyCampaign(
  { retryAt, ...decision }: RetryDecision,
  { dial_timezone }: Pick<EndedAttempt, 'dial_timezone'>,
  campaign: Campaign,
  windowFinder: NextWindowFinder,
): Omit<Settlement, 'attempt' | 'outcome'> {
  const withoutRetry = { ...decision, due_at: null, next_attempt_at: null }
  if (decision.status !== 'retry' || retryAt === undefined) return withoutRetry
  if (campaign.status === 'stopped')
    return { ...withoutRetry, status: 'cancelled', rule: 'campaign_over', detail: 'the campaign is stopped' }
  const retryInWindow = windowFinder.moveIntoWindow(campaign, dial_timezone ?? '', retryAt)
  if (retryInWindow === undefined && campaign.end_time !== null) {
    const detail = 'no window opens before the campaign ends'
    return { ...withoutRetry, status: 'failed', rule: 'no_window', detail }
  }
  const next_attempt_at = retryInWindow ?? retryAt
  const isMoved = next_attempt_at > retryAt
  const detail = isMoved ? `${decision.detail}, moved to the next calling window` : decision.detail
  return { ...decision, due_at: retryAt, next_attempt_at, detail }
}
