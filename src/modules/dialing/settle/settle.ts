import { and, asc, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import type { RowOf } from '../../../db/query/define-query.ts'
import { campaigns, noCompany, type Outcome } from '../../../db/schema/index.ts'
import { type Tx, withQueuePlans } from '../../../db/transaction.ts'
import { type Campaign, isOver } from '../../campaigns/index.ts'
import { type NewSuppression, suppress } from '../../suppressions/index.ts'
import { notDialedReason } from '../dial-results.ts'
import { NextWindowFinder } from './next-window.ts'
import { type Attempt, decideRetry, type RetryDecision } from './retry-decision.ts'
import { findCampaignsToSettle, lockEndedAttempts, writeSettlements } from './settle-queries.ts'

/** Attempts per transaction. */
const limit = 500

type EndedAttempt = RowOf<typeof lockEndedAttempts>

/** A decision as it is written: adapted to the campaign's state and windows. */
interface Settlement extends Omit<RetryDecision, 'retryAt'> {
  attempt: EndedAttempt
  /** The call's own outcome, or the one derived for a call without a report; null when neither is known. */
  outcome: Outcome | null
  /** When the rule allows the next attempt, and when a window does; null without a retry. */
  due_at: Date | null
  next_attempt_at: Date | null
}

/**
 * Settles ended attempts: each task becomes completed, failed, cancelled, or due again. Handles up to 500 attempts in one
 * transaction, of campaigns that no other process is settling; their rows stay locked, so their state and counters do
 * not change meanwhile. Returns the number of attempts settled.
 */
export async function settleStep(db: Db, now: Date): Promise<number> {
  return withQueuePlans(db, noCompany, async (tx) => {
    const locked = await lockCampaigns(tx, now)
    if (locked.size === 0) return 0
    const campaign_ids = [...locked.values()].map(({ id }) => id)
    const attempts = await lockEndedAttempts(tx, { now, campaign_ids, limit })
    if (attempts.length === 0) return 0
    const dueTimes = new NextWindowFinder(now)
    const settlements = attempts.map((attempt) => settle(attempt, locked, dueTimes))
    await writeSettlements(tx, { now, settlements: settlements.map(rowOf) })
    tx.notifyEvents()
    await suppress(tx, settlements.flatMap(suppressionOf), now)
    return attempts.length
  })
}

const keyOf = (company_id: string, campaign_id: string) => `${company_id} ${campaign_id}`

/** Locks the campaigns whose attempts ended longest ago, in key order. Skips those that another transaction holds. */
async function lockCampaigns(tx: Tx, now: Date): Promise<Map<string, Campaign>> {
  const found = await findCampaignsToSettle(tx, { now, limit })
  if (found.length === 0) return new Map()
  const oneOf = (ids: string[]) => sql`any(${`{${[...new Set(ids)].join(',')}}`}::uuid[])`
  const rows = await tx
    .select()
    .from(campaigns)
    .where(
      and(
        sql`${campaigns.company_id} = ${oneOf(found.map(({ company_id }) => company_id))}`,
        sql`${campaigns.id} = ${oneOf(found.map(({ campaign_id }) => campaign_id))}`,
      ),
    )
    .orderBy(asc(campaigns.company_id), asc(campaigns.id))
    .for('no key update', { skipLocked: true })
  return new Map(rows.map((row) => [keyOf(row.company_id, row.id), row]))
}

function settle(
  attempt: EndedAttempt,
  locked: Map<string, Campaign>,
  dueTimes: NextWindowFinder,
): Settlement {
  const campaign = locked.get(keyOf(attempt.company_id, attempt.campaign_id))
  if (campaign === undefined) throw new Error('an ended attempt belongs to a campaign that is not locked')
  const outcome = attempt.outcome ?? (attempt.is_unreported ? outcomeWithoutReport(attempt) : null)
  const decision =
    outcome === null
      ? unknownOutcome
      : decideRetry(attemptOf(attempt, outcome), campaign, jitterOf(attempt.call_id))
  return { attempt, outcome, ...applyCampaign(decision, attempt, campaign, dueTimes) }
}

/** The agent never reported: it failed if somebody was on the line, else nobody had answered. */
export const outcomeWithoutReport = ({ is_reached }: { is_reached: boolean }): Outcome =>
  is_reached ? 'agent_error' : 'no_answer'

const unknownOutcome: RetryDecision = {
  status: 'completed',
  countsAsAttempt: true,
  rule: 'talked',
  detail: 'ended, and nobody said how',
}

const attemptOf = (attempt: EndedAttempt, outcome: Outcome): Attempt => ({
  outcome,
  isNotDialed: outcome === 'cancelled' && attempt.ended_reason === notDialedReason,
  isReached: attempt.is_reached,
  ended_at: attempt.ended_at,
  callback_at: callbackAt(attempt),
  before: attempt.outcome_counts,
})

/** `callback_at` as the agent collected it: ISO 8601 with an offset, not before the call ended; else undefined. */
function callbackAt({ collected_data, ended_at }: EndedAttempt): Date | undefined {
  const value = collected_data?.callback_at
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(value)) return undefined
  const at = new Date(value)
  return Number.isNaN(at.getTime()) || at < ended_at ? undefined : at
}

/** 0 to 1, from the random end of the call's id: a settlement that is repeated decides the same. */
const jitterOf = (call_id: string) => Number.parseInt(call_id.slice(-6), 16) / 0xffffff

/** A retry needs a campaign that is not over, and moves to the next window that is open to the contact. */
function applyCampaign(
  { retryAt, ...decision }: RetryDecision,
  { dial_timezone }: EndedAttempt,
  campaign: Campaign,
  dueTimes: NextWindowFinder,
): Omit<Settlement, 'attempt' | 'outcome'> {
  const final = { ...decision, due_at: null, next_attempt_at: null }
  if (decision.status !== 'retry' || retryAt === undefined) return final
  if (isOver(campaign.status)) {
    const status = campaign.status === 'stopped' ? 'cancelled' : 'failed'
    return { ...final, status, rule: 'campaign_over', detail: `the campaign is ${campaign.status}` }
  }
  const opening = dueTimes.moveIntoWindow(campaign, dial_timezone ?? '', retryAt)
  if (opening === undefined && campaign.end_time !== null) {
    const detail = 'no window opens before the campaign ends'
    return { ...final, status: 'failed', rule: 'no_window', detail }
  }
  const next_attempt_at = opening ?? retryAt
  const isMoved = next_attempt_at > retryAt
  const detail = isMoved ? `${decision.detail}, moved to when its window opens` : decision.detail
  return { ...decision, due_at: retryAt, next_attempt_at, detail }
}

const rowOf = ({ attempt, countsAsAttempt, ...settlement }: Settlement) => ({
  company_id: attempt.company_id,
  call_id: attempt.call_id,
  call_task_id: attempt.call_task_id,
  campaign_id: attempt.campaign_id,
  ...settlement,
  is_outcome_derived: settlement.outcome !== attempt.outcome,
  counted_attempts: countsAsAttempt ? 1 : 0,
  error_message: settlement.status === 'failed' ? settlement.detail : null,
})

/** A contact who opted out, or whose network blocks us, is called by no campaign of the company again. */
function suppressionOf({ attempt, outcome }: Settlement): NewSuppression[] {
  const isOptOut = attempt.collected_data?.opt_out === true
  if (!isOptOut && outcome !== 'blocked') return []
  const { company_id, phone_number, call_id } = attempt
  return [{ company_id, phone_number, call_id, source: 'call', reason: isOptOut ? 'opt_out' : 'blocked' }]
}
