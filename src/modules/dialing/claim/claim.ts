import { sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { acrossCompanies, type PlatformTx } from '../../../db/transaction.ts'
import { type ClaimOptions, claimStatement, type LockedCampaign } from './claim-statement.ts'
import { toleranceMs } from './rate-limit.ts'

/** A claimed attempt, ready to be dialed: its call exists and its task is in progress. */
export interface ClaimedCall {
  company_id: string
  call_id: string
  /** null for a test call, like campaign_id. */
  call_task_id: string | null
  campaign_id: string | null
  phone_number: string
  caller_number: string | null
  skillbase_id: string
  skillbase_version: number | null
  /** 1 for the first attempt at this contact. */
  attempt: number
  ring_timeout_sec: number
  max_call_duration_sec: number
}

export interface ClaimResult {
  claimed: ClaimedCall[]
  /** Number of tasks that were not claimed: skipped because suppressed, or postponed because of an attempt limit. */
  skippedOrPostponed: number
}

const maxCampaignsPerClaim = 50

/**
 * Claims attempts that may start now, over many campaigns, in one transaction of two statements.
 *
 * The first locks the campaign_pace rows of campaigns (and the company_pace rows of companies with limits): other
 * claims skip them, and a request that pauses or edits a campaign waits. The second statement sees everything
 * committed before it, so its counts are exact: live calls, limits, windows, suppressions. See docs/decisions/0006.
 */
export function claimAttempts(db: Db, options: ClaimOptions): Promise<ClaimResult> {
  const claim = async (tx: PlatformTx) => {
    const locked = await lockDueCampaigns(tx, options.now)
    return locked.length === 0 ? { claimed: [], skippedOrPostponed: 0 } : claimFrom(tx, locked, options)
  }
  return acrossCompanies(db, claim, { plans: 'cached' })
}

/**
 * Locks the campaign_pace rows of campaigns that may dial now. Companies take turns; within a company, the campaign
 * whose last claim is oldest comes first. Campaigns that another claim has locked are skipped.
 */
const lockDueCampaigns = (tx: PlatformTx, now: Date): Promise<LockedCampaign[]> =>
  tx.execute<LockedCampaign>(sql`
    with due_campaigns as materialized (
      select p.company_id, p.campaign_id, p.last_claim_at,
        row_number() over (partition by p.company_id order by p.last_claim_at, p.campaign_id) as turn,
        c.limits ?| '{max_concurrent_calls,calls_per_minute}' as is_limited
      from campaign_pace p
      join campaigns k on k.company_id = p.company_id and k.id = p.campaign_id and k.status = 'running'
      join companies c on c.id = p.company_id and c.is_active
      where p.recheck_at <= ${now.toISOString()}::timestamptz
        and p.next_slot_at <= ${now.toISOString()}::timestamptz + make_interval(secs => ${toleranceMs / 1000}::float8)
      order by turn, p.last_claim_at
      limit ${maxCampaignsPerClaim}
    ), locked_companies as materialized (
      select company_id from company_pace
      where company_id in (select company_id from due_campaigns where is_limited)
      for update skip locked
    )
    select p.company_id, p.campaign_id from campaign_pace p join due_campaigns using (company_id, campaign_id)
    where not due_campaigns.is_limited or p.company_id in (select company_id from locked_companies)
    for update of p skip locked`)

type ClaimRow = ClaimedCall & { skipped_or_postponed: number } & Record<string, unknown>

async function claimFrom(
  tx: PlatformTx,
  campaigns: readonly LockedCampaign[],
  options: ClaimOptions,
): Promise<ClaimResult> {
  const rows = await tx.execute<ClaimRow>(claimStatement(campaigns, options))
  const skippedOrPostponed = rows[0]?.skipped_or_postponed ?? 0
  const claimed = rows.filter((row) => row.call_id !== null)
  if (claimed.length + skippedOrPostponed > 0) tx.notifyEvents()
  return {
    claimed: claimed.map(({ skipped_or_postponed: _, ...call }) => call as ClaimedCall),
    skippedOrPostponed,
  }
}
