import { and, asc, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { isDatabaseWideError } from '../../../db/connection-errors.ts'
import type { RowOf } from '../../../db/query/define-query.ts'
import {
  campaigns,
  isDialedOutcome,
  notDialedRule,
  type Outcome,
  outcomeRules,
} from '../../../db/schema/index.ts'
import { acrossCompanies, type PlatformTx } from '../../../db/transaction.ts'
import { localZonesOf } from '../../../lib/time/dial-timezone.ts'
import { parseWrittenTime } from '../../../lib/time/written-time.ts'
import { TimeSlices } from '../../../lib/time-slice.ts'
import { attemptForCampaign, type Campaign, isOver, type ReportFailure } from '../../campaigns/index.ts'
import { type NewSuppression, suppress } from '../../suppressions/index.ts'
import { classifySilence } from '../../telemetry/index.ts'
import { decideNextNumber, findNextNumbers, type NextNumber, storeNextNumbers } from './next-number.ts'
import { NextWindowFinder } from './next-window.ts'
import { type Attempt, type CallbackRequest, decideRetry, type RetryDecision } from './retry-decision.ts'
import {
  findCampaignsToSettle,
  lockEndedAttempts,
  postponeTestCalls,
  writeSettlements,
} from './settle-queries.ts'

/** Attempts per transaction. */
const batchSize = 500
/** Campaigns per transaction. */
const maxCampaigns = 50
/** After it, test calls that could not be settled are tried again. */
const testCallRetryMs = 60_000

type EndedAttempt = RowOf<typeof lockEndedAttempts>

/** A decision that has been adapted to the campaign's state and windows, ready to be written. */
interface Settlement extends Omit<RetryDecision, 'retryAt'> {
  attempt: EndedAttempt
  /** The call's own outcome, or the one derived for a call without a report; null when neither is known. */
  outcome: Outcome | null
  /** When the rule allows the next attempt; null without a retry. */
  due_at: Date | null
  /** When the rule and a calling window allow the next attempt; null without a retry. */
  next_attempt_at: Date | null
}

/** The ended attempts of a campaign, or the ended test calls of a company (campaign_id null). */
type Group = RowOf<typeof findCampaignsToSettle>

/**
 * Settles ended attempts: each task becomes completed, failed, cancelled, or due again. Handles up to 500 attempts in
 * one transaction, of campaigns that no other process is settling, and test calls; companies have equal shares of them. When
 * that fails, each campaign is settled alone, and one that fails then is tried again later. Returns the number of attempts
 * settled.
 */
export async function settleStep(db: Db, now: Date, report?: ReportFailure): Promise<number> {
  let groups: Group[] = []
  const inTransaction = (run: (tx: PlatformTx) => Promise<number>) =>
    acrossCompanies(db, run, { plans: 'fresh' })
  try {
    return await inTransaction(async (tx) => {
      groups = await findCampaignsToSettle(tx, { now, limit: maxCampaigns })
      return settleGroups(tx, groups, now)
    })
  } catch (error) {
    if (isDatabaseWideError(error)) throw error
    let settled = 0
    for (const group of groups) {
      const settleAlone = () => inTransaction((tx) => settleGroups(tx, [group], now))
      const { campaign_id, company_id } = group
      if (campaign_id === null) settled += await settleTestCalls(db, company_id, now, settleAlone, report)
      else {
        const key = { company_id, campaign_id }
        const result = await attemptForCampaign(db, key, 'settle', now, settleAlone, report)
        if ('value' in result) settled += result.value
      }
    }
    return settled
  }
}

/** Runs `settle`. When it fails, the test calls of the company wait for a minute. */
async function settleTestCalls(
  db: Db,
  company_id: string,
  now: Date,
  settle: () => Promise<number>,
  report?: ReportFailure,
): Promise<number> {
  try {
    return await settle()
  } catch (error) {
    if (isDatabaseWideError(error)) throw error
    const retry_at = new Date(now.getTime() + testCallRetryMs)
    await postponeTestCalls(db, { company_id, now, retry_at })
    report?.({ company_id, campaign_id: null, operation: 'settle', failures: 1, retry_at, error })
    return 0
  }
}

/** The campaigns' rows are locked until the commit, so that their state and counters cannot change. */
async function settleGroups(tx: PlatformTx, groups: readonly Group[], now: Date): Promise<number> {
  if (groups.length === 0) return 0
  const locked = await lockCampaigns(tx, groups)
  const free = groups.filter(
    ({ company_id, campaign_id }) => campaign_id === null || locked.has(keyOf(company_id, campaign_id)),
  )
  const attempts = await lockEndedAttempts(tx, { now, groups: withShares(free) })
  if (attempts.length === 0) return 0
  const windowFinder = new NextWindowFinder(now)
  const nextNumbers = await findNextNumbers(tx, attempts, now)
  const settlements: Settlement[] = []
  const slices = new TimeSlices()
  for (const attempt of attempts) {
    await slices.next()
    settlements.push(settle(attempt, locked, windowFinder, nextNumbers))
  }
  const numbers = settlements.flatMap((settlement) => newNumberOf(settlement, nextNumbers))
  if (numbers.length > 0) await storeNextNumbers(tx, { numbers })
  await writeSettlements(tx, { now, settlements: settlements.map(rowOf) })
  tx.notifyEvents()
  await suppress(tx, settlements.flatMap(suppressionOf), now)
  return attempts.length
}

/** Companies share a batch equally, and so do the campaigns of each. */
function withShares(groups: readonly Group[]) {
  const groupsOf = new Map<string, number>()
  for (const { company_id } of groups) groupsOf.set(company_id, (groupsOf.get(company_id) ?? 0) + 1)
  const companyShare = batchSize / groupsOf.size
  return groups.map((group) => ({
    ...group,
    share: Math.ceil(companyShare / (groupsOf.get(group.company_id) ?? 1)),
  }))
}

const keyOf = (company_id: string, campaign_id: string) => `${company_id} ${campaign_id}`

/** Locks campaigns in key order. Skips those that are locked already. */
async function lockCampaigns(tx: PlatformTx, toSettle: readonly Group[]): Promise<Map<string, Campaign>> {
  const anyOf = (ids: (string | null)[]) =>
    sql`any(${`{${[...new Set(ids)].filter((id) => id !== null).join(',')}}`}::uuid[])`
  const rows = await tx
    .select()
    .from(campaigns)
    .where(
      and(
        sql`${campaigns.company_id} = ${anyOf(toSettle.map(({ company_id }) => company_id))}`,
        sql`${campaigns.id} = ${anyOf(toSettle.map(({ campaign_id }) => campaign_id))}`,
      ),
    )
    .orderBy(asc(campaigns.company_id), asc(campaigns.id))
    .for('no key update', { skipLocked: true })
  return new Map(rows.map((row) => [keyOf(row.company_id, row.id), row]))
}

function settle(
  attempt: EndedAttempt,
  locked: Map<string, Campaign>,
  windowFinder: NextWindowFinder,
  nextNumbers: Map<string, NextNumber>,
): Settlement {
  const { company_id, campaign_id, call_id } = attempt
  const outcome = attempt.outcome ?? (attempt.is_unreported ? classifySilence(attempt).outcome : null)
  if (campaign_id === null) return { attempt, outcome, ...testCallDecision }
  const campaign = locked.get(keyOf(company_id, campaign_id))
  if (campaign === undefined)
    throw new Error(`the campaign ${campaign_id} of the ended call ${call_id} is not locked`)
  const nextNumber = nextNumbers.get(attempt.call_task_id ?? '')
  if (nextNumber !== undefined) {
    const decision = decideNextNumber(attempt, nextNumber)
    return { attempt, outcome, ...applyCampaign(decision, nextNumber, campaign, windowFinder) }
  }
  const decision =
    outcome === null
      ? decisionWithoutOutcome
      : decideRetry(attemptOf(attempt, outcome, campaign, windowFinder), campaign, jitterOf(call_id))
  return { attempt, outcome, ...applyCampaign(decision, attempt, campaign, windowFinder) }
}

/** The number with which the contact goes on; empty when it keeps its number. */
function newNumberOf({ attempt, status }: Settlement, nextNumbers: Map<string, NextNumber>): NextNumber[] {
  const number = status === 'retry' ? nextNumbers.get(attempt.call_task_id ?? '') : undefined
  return number === undefined ? [] : [number]
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
): Attempt => ({
  outcome,
  isNotDialed: outcome === 'cancelled' && !isDialedOutcome(outcome, attempt.ended_reason),
  isReached: attempt.is_reached,
  ended_at: attempt.ended_at,
  request:
    outcomeRules[outcome].retry.kind === 'on_request'
      ? callbackRequestOf(attempt, campaign, windowFinder)
      : { kind: 'none' },
  previousOutcomes: attempt.outcome_counts ?? {},
})

/** A later time, such as 9999-12-31, is a mistake, and would keep the contact waiting in a campaign without an end. */
const maxCallbackDelayMs = 366 * 86_400_000

/** The agent's collected_data.callback_at, as people and models write times. Local times are those of the contact. */
function callbackRequestOf(
  { callback_at: value, ended_at, dial_timezone }: EndedAttempt,
  campaign: Campaign,
  windowFinder: NextWindowFinder,
): CallbackRequest {
  if (value === undefined || value === null || value === '') return { kind: 'none' }
  if (typeof value !== 'string' && typeof value !== 'number') return { kind: 'unreadable' }
  const at = parseWrittenTime(value, localZonesOf(campaign, dial_timezone ?? ''), ended_at)
  if (at === undefined) return { kind: 'unreadable' }
  const isTooLate =
    at.getTime() - ended_at.getTime() > maxCallbackDelayMs ||
    (campaign.end_time !== null &&
      windowFinder.moveIntoWindow(campaign, dial_timezone ?? '', at) === undefined)
  return isTooLate ? { kind: 'too_late' } : { kind: 'time', at }
}

/** 0 to 1, derived from the random last digits of the call's id, so that a repeated settlement decides the same. */
const jitterOf = (call_id: string) => Number.parseInt(call_id.slice(-6), 16) / 0xffffff

/**
 * Adapts a retry to its campaign: replaces it with a final status when the campaign is over, or moves it into the
 * contact's next calling window.
 */
function applyCampaign(
  { retryAt, ...decision }: RetryDecision,
  { dial_timezone }: Pick<EndedAttempt, 'dial_timezone'>,
  campaign: Campaign,
  windowFinder: NextWindowFinder,
): Omit<Settlement, 'attempt' | 'outcome'> {
  const withoutRetry = { ...decision, due_at: null, next_attempt_at: null }
  if (decision.status !== 'retry' || retryAt === undefined) return withoutRetry
  if (isOver(campaign.status)) {
    const status = campaign.status === 'stopped' ? 'cancelled' : 'failed'
    return { ...withoutRetry, status, rule: 'campaign_over', detail: `the campaign is ${campaign.status}` }
  }
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

const rowOf = ({ attempt, countsAsAttempt, ...settlement }: Settlement) => ({
  company_id: attempt.company_id,
  call_id: attempt.call_id,
  call_task_id: attempt.call_task_id,
  campaign_id: attempt.campaign_id,
  ...settlement,
  is_outcome_derived: settlement.outcome !== attempt.outcome,
  // A contact that waits because its attempt was withheld keeps the outcome of the attempt before.
  keeps_outcome: settlement.status === 'retry' && settlement.rule === notDialedRule,
  counted_attempts: countsAsAttempt ? 1 : 0,
  error_message: settlement.status === 'failed' ? settlement.detail : null,
})

/**
 * Suppresses the number of a contact who opted out or whose network blocks the calls, for all campaigns of the
 * company.
 */
function suppressionOf({ attempt, outcome }: Settlement): NewSuppression[] {
  const { company_id, phone_number, call_id, is_opt_out } = attempt
  if (!is_opt_out && outcome !== 'blocked') return []
  return [{ company_id, phone_number, call_id, source: 'call', reason: is_opt_out ? 'opt_out' : 'blocked' }]
}
