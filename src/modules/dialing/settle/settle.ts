import { and, asc, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { isDatabaseWideError } from '../../../db/connection-errors.ts'
import type { RowOf } from '../../../db/query/define-query.ts'
import { campaigns, notDialedRule } from '../../../db/schema/index.ts'
import { acrossCompanies, type PlatformTx } from '../../../db/transaction.ts'
import { TimeSlices } from '../../../lib/time-slice.ts'
import { defaultReportGraceMs } from '../../../telephony/carrier.ts'
import {
  attemptForCampaign,
  type Campaign,
  type CampaignKey,
  NextWindowFinder,
  type ReportFailure,
} from '../../campaigns/index.ts'
import { type NewSuppression, skipSuppressedTasks, suppress } from '../../suppressions/index.ts'
import { decideTask, keyOf, type Settlement } from './decide-task.ts'
import {
  findCampaignsToSettle,
  findEndedAttempts,
  postponeAttempt,
  postponeTestCalls,
} from './due-attempts.ts'
import { findNextNumbers, type NextNumber, storeNextNumbers } from './next-number.ts'
import { lockEndedAttempts, writeSettlements } from './settle-queries.ts'

/** Attempts per transaction. */
const batchSize = 500
/** Campaigns per transaction. */
const maxCampaigns = 50
/** Attempts of a campaign that are settled each alone, after they could not be settled together. */
const maxAlone = 100
/** After it, test calls that could not be settled are tried again. */
const testCallRetryMs = 60_000

/** The ended attempts of a campaign, or the ended test calls of a company (campaign_id null). */
type Group = RowOf<typeof findCampaignsToSettle> & {
  /** The only attempt to settle; undefined: all. */
  only_call?: string
}

/**
 * Settles ended attempts: each task becomes completed, failed, cancelled, or due again. Handles up to 500 attempts in
 * one transaction, of campaigns that no other process is settling, and test calls; companies have equal shares of them. When
 * that fails, each campaign is settled alone; when that fails too, each of its attempts, and those that fail then are tried again
 * later. Returns the number of attempts settled.
 *
 * @param reportGraceMs no retry after an answered call starts earlier, unless its agent has reported
 */
export async function settleStep(
  db: Db,
  now: Date,
  report?: ReportFailure,
  reportGraceMs = defaultReportGraceMs,
): Promise<number> {
  let groups: Group[] = []
  const inTransaction = (run: (tx: PlatformTx) => Promise<number>) =>
    acrossCompanies(db, run, { plans: 'fresh' })
  try {
    return await inTransaction(async (tx) => {
      groups = await findCampaignsToSettle(tx, { now, limit: maxCampaigns })
      return settleGroups(tx, groups, now, reportGraceMs)
    })
  } catch (error) {
    if (isDatabaseWideError(error)) throw error
    let settled = 0
    for (const group of groups) {
      const settleAlone = (call?: { only_call: string }) =>
        inTransaction((tx) => settleGroups(tx, [{ ...group, ...call }], now, reportGraceMs))
      const { campaign_id, company_id } = group
      settled +=
        campaign_id === null
          ? await settleTestCalls(db, company_id, now, settleAlone, report)
          : await settleCampaign(db, { company_id, campaign_id }, now, settleAlone, report)
    }
    return settled
  }
}

/**
 * Settles a campaign. When that fails, settles each of its attempts alone, and sets aside those that fail. When none can be
 * settled, the fault is the campaign's own, and the campaign is set aside.
 */
async function settleCampaign(
  db: Db,
  key: CampaignKey,
  now: Date,
  settleAlone: (call?: { only_call: string }) => Promise<number>,
  report?: ReportFailure,
): Promise<number> {
  try {
    return await settleAlone()
  } catch (error) {
    if (isDatabaseWideError(error)) throw error
    const failed: { call_id: string; error: unknown }[] = []
    let settled = 0
    for (const { call_id } of await findEndedAttempts(db, { ...key, now, limit: maxAlone })) {
      try {
        settled += await settleAlone({ only_call: call_id })
      } catch (attemptError) {
        if (isDatabaseWideError(attemptError)) throw attemptError
        failed.push({ call_id, error: attemptError })
      }
    }
    if (settled === 0) {
      await attemptForCampaign(db, key, 'settle', now, () => Promise.reject(error), report)
      return 0
    }
    for (const { call_id, error: reason } of failed) {
      const fail = () => Promise.reject(reason)
      const result = await attemptForCampaign(db, key, 'settle_attempt', now, fail, report)
      if ('retry_at' in result)
        await postponeAttempt(db, { company_id: key.company_id, call_id, retry_at: result.retry_at })
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
async function settleGroups(
  tx: PlatformTx,
  groups: readonly Group[],
  now: Date,
  reportGraceMs: number,
): Promise<number> {
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
    settlements.push(decideTask(attempt, { locked, windowFinder, nextNumbers, reportGraceMs }))
  }
  const numbers = settlements.flatMap((settlement) => newNumberOf(settlement, nextNumbers))
  if (numbers.length > 0) await storeNextNumbers(tx, { numbers })
  await writeSettlements(tx, { now, settlements: settlements.map(rowOf) })
  tx.notifyEvents()
  if (settlements.some(({ next_attempt_at }) => next_attempt_at !== null && next_attempt_at <= now))
    tx.notifyDialing()
  await suppress(tx, settlements.flatMap(suppressionOf), now)
  await skipSuppressedTasks(
    tx,
    settlements
      .filter(({ attempt, status }) => attempt.is_suppressed && status === 'retry')
      .map(({ attempt }) => attempt),
    now,
  )
  return attempts.length
}

/** Companies share a batch equally, and so do the campaigns of each. */
function withShares(groups: readonly Group[]) {
  const groupsOf = new Map<string, number>()
  for (const { company_id } of groups) groupsOf.set(company_id, (groupsOf.get(company_id) ?? 0) + 1)
  const companyShare = batchSize / groupsOf.size
  return groups.map((group) => ({
    ...group,
    only_call: group.only_call ?? null,
    share: Math.ceil(companyShare / (groupsOf.get(group.company_id) ?? 1)),
  }))
}

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

/** The number with which the contact goes on; empty when it keeps its number. */
function newNumberOf({ attempt, status }: Settlement, nextNumbers: Map<string, NextNumber>): NextNumber[] {
  const number = status === 'retry' ? nextNumbers.get(attempt.call_task_id ?? '') : undefined
  return number === undefined ? [] : [number]
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
  facts: attempt.facts,
  error_message: settlement.status === 'failed' || settlement.status === 'skipped' ? settlement.detail : null,
})

/**
 * Suppresses the number of a contact whose network blocks the calls, for all campaigns of the company. A contact who opts out
 * is suppressed when that is reported.
 */
function suppressionOf({ attempt, outcome }: Settlement): NewSuppression[] {
  const { company_id, phone_number, call_id } = attempt
  return outcome === 'blocked'
    ? [{ company_id, phone_number, call_id, source: 'call', reason: 'blocked' }]
    : []
}
