import type { Db } from '../../../db/client.ts'
import { isDatabaseWideError } from '../../../db/connection-errors.ts'
import type { RowOf } from '../../../db/query/define-query.ts'
import { acrossCompanies, type PlatformTx } from '../../../db/transaction.ts'
import { attemptForCampaign, type CampaignKey, type ReportFailure } from '../../campaigns/index.ts'
import { type ClaimedCall, claimFromCampaigns } from './claim-query.ts'
import { claimTestCalls } from './claim-test-calls.ts'
import { lockDueCampaigns } from './lock-due-campaigns.ts'
import { defaultDialDeadlineMs, rateWindowSec } from './rate-limit.ts'
import type { CompanyTurns } from './shares.ts'

export interface ClaimOptions {
  /** The name of this process in leases. */
  worker: string
  now: Date
  /** Attempts to claim at most. */
  quota: number
  /** Length of the new leases, ms. */
  leaseMs: number
  /** Time from the claim within which the carrier starts to dial, ms; 600 by default. */
  dialDeadlineMs?: number
  /** Remembers the shares of companies from one claim of this worker to the next. */
  turns: CompanyTurns
  /** Time in which the campaigns together search their zones for due contacts, ms; 200 by default. */
  searchMs?: number
  /** Companies whose campaigns are left out. */
  excluded_companies?: readonly string[]
  /** Receives the failures of single campaigns. */
  report?: ReportFailure | undefined
}

export interface ClaimResult {
  claimed: ClaimedCall[]
  /** Number of tasks that were not claimed: skipped because suppressed, or postponed because of an attempt limit. */
  skippedOrPostponed: number
}

/** The campaigns of rows that are not a queued test call. */
const campaignsOf = (due: readonly DueCampaign[]): CampaignKey[] =>
  due.flatMap(({ company_id, campaign_id }) => (campaign_id === null ? [] : [{ company_id, campaign_id }]))

const maxCampaignsPerClaim = 50
/** Beyond it, a campaign searches one zone per claim: the claim is one transaction, so the campaigns of all companies wait for it. */
const defaultSearchMs = 200

/** `campaign_id` null: a test call is queued. */
type DueCampaign = RowOf<typeof lockDueCampaigns>

/**
 * Claims calls that may start now, in one transaction: queued test calls, then attempts of many campaigns. When that fails,
 * each campaign claims alone, and one that fails then is tried again later.
 *
 * The first statement locks the campaign_pace rows of campaigns (and the company_pace rows of companies with limits): other
 * claims skip them, and a request that pauses or edits a campaign waits. The statement that claims attempts sees everything
 * committed before it, so its counts are exact: live calls, limits, windows, suppressions. See docs/decisions/0006 and 0018.
 */
export async function claimAttempts(db: Db, options: ClaimOptions): Promise<ClaimResult> {
  let due: DueCampaign[] = []
  try {
    return await acrossCompanies(
      db,
      async (tx) => {
        due = await lockDueCampaigns(tx, conditionsOf(options))
        const testCalls = due.some(({ campaign_id }) => campaign_id === null)
          ? await claimTestCalls(tx, { ...leaseOf(options), limit: options.quota })
          : []
        const quota = options.quota - testCalls.length
        const { claimed, skippedOrPostponed } = await claimFrom(tx, due, { ...options, quota })
        return { claimed: [...testCalls, ...claimed], skippedOrPostponed }
      },
      { plans: 'cached' },
    )
  } catch (error) {
    const campaigns = campaignsOf(due)
    if (campaigns.length === 0 || isDatabaseWideError(error)) throw error
    return claimFromEach(db, campaigns, options)
  }
}

/** Claims attempts of each campaign in a transaction of its own. */
async function claimFromEach(
  db: Db,
  campaigns: readonly CampaignKey[],
  options: ClaimOptions,
): Promise<ClaimResult> {
  const total: ClaimResult = { claimed: [], skippedOrPostponed: 0 }
  const quota = Math.ceil(options.quota / campaigns.length)
  for (const key of campaigns) {
    const claimAlone = () =>
      acrossCompanies(
        db,
        async (tx) => {
          const conditions = { ...conditionsOf(options), only_campaign: key.campaign_id }
          const locked = await lockDueCampaigns(tx, conditions)
          return claimFrom(tx, locked, { ...options, quota })
        },
        { plans: 'cached' },
      )
    const result = await attemptForCampaign(db, key, 'claim', options.now, claimAlone, options.report)
    if (!('value' in result)) continue
    total.claimed.push(...result.value.claimed)
    total.skippedOrPostponed += result.value.skippedOrPostponed
  }
  return total
}

const conditionsOf = ({ now, excluded_companies = [] }: ClaimOptions) => ({
  now,
  excluded_companies,
  only_campaign: null,
  limit: maxCampaignsPerClaim,
})

const leaseOf = ({ worker, now, leaseMs }: ClaimOptions) => ({ worker, now, lease_sec: leaseMs / 1000 })

async function claimFrom(
  tx: PlatformTx,
  due: readonly DueCampaign[],
  options: ClaimOptions,
): Promise<ClaimResult> {
  const { quota, dialDeadlineMs = defaultDialDeadlineMs, searchMs = defaultSearchMs, turns } = options
  const campaigns = campaignsOf(due).map((key) => ({
    ...key,
    next_turn_of_company: turns.nextTurn(key.company_id),
  }))
  if (campaigns.length === 0) return { claimed: [], skippedOrPostponed: 0 }
  const rows = await claimFromCampaigns(tx, {
    ...leaseOf(options),
    campaigns,
    quota,
    rate_window_sec: rateWindowSec(dialDeadlineMs),
    search_ms: searchMs,
  })
  const skippedOrPostponed = rows[0]?.skipped_or_postponed ?? 0
  const claimed = rows.flatMap(({ skipped_or_postponed: _, ...call }) => (isClaimed(call) ? [call] : []))
  if (claimed.length + skippedOrPostponed > 0) tx.notifyEvents()
  turns.record(claimed)
  return { claimed, skippedOrPostponed }
}

type ClaimRow = Omit<RowOf<typeof claimFromCampaigns>, 'skipped_or_postponed'>

/** False for the row of nulls that stands for no attempt. */
const isClaimed = (row: ClaimRow): row is ClaimedCall => row.call_id !== null
