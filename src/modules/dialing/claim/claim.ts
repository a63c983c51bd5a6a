import { sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { noCompany } from '../../../db/schema/index.ts'
import { type Tx, withQueuePlans } from '../../../db/transaction.ts'
import { type ClaimOptions, claimStatement, type LockedCampaign } from './claim-statement.ts'
import { toleranceMs } from './rate-limit.ts'

/** An attempt that was claimed: its call is written, its contact is in progress, and now it is to be dialed. */
export interface ClaimedCall {
  company_id: string
  call_id: string
  call_task_id: string | null
  campaign_id: string | null
  phone_number: string
  caller_number: string | null
  skillbase_id: string
  skillbase_version: number | null
  attempt: number
  ring_timeout_sec: number
  max_call_duration_sec: number
}

export interface ClaimResult {
  claimed: ClaimedCall[]
  /** Contacts that were taken off the queue instead, by a rule. */
  refused: number
}

/** Campaigns that one claim serves at most. */
const mostCampaigns = 50

/**
 * Claims attempts that may begin now, over many campaigns, in one transaction of two statements.
 *
 * The first holds the pace of campaigns (and of companies with limits); whoever else claims skips them, and whoever
 * pauses or edits one waits. The second sees all that was committed before, so what it counts is exact: live calls,
 * limits, windows, suppressions. See docs/decisions/0006.
 */
export function claimAttempts(db: Db, options: ClaimOptions): Promise<ClaimResult> {
  const claim = async (tx: Tx) => {
    const held = await holdPaces(tx, options.now)
    return held.length === 0 ? { claimed: [], refused: 0 } : claimFrom(tx, held, options)
  }
  return withQueuePlans(db, noCompany, claim, { reusePlan: true })
}

/** In turns of companies, who waited longest first. */
const holdPaces = (tx: Tx, now: Date): Promise<LockedCampaign[]> =>
  tx.execute<LockedCampaign>(sql`
    with due as materialized (
      select p.company_id, p.campaign_id, p.last_claim_at,
        row_number() over (partition by p.company_id order by p.last_claim_at, p.campaign_id) as turn,
        c.limits ?| '{max_concurrent_calls,calls_per_minute}' as is_limited
      from campaign_pace p
      join campaigns k on k.company_id = p.company_id and k.id = p.campaign_id and k.status = 'running'
      join companies c on c.id = p.company_id and c.is_active
      where p.recheck_at <= ${now.toISOString()}::timestamptz
        and p.next_slot_at <= ${now.toISOString()}::timestamptz + make_interval(secs => ${toleranceMs / 1000}::float8)
      order by turn, p.last_claim_at
      limit ${mostCampaigns}
    ), company as materialized (
      select company_id from company_pace
      where company_id in (select company_id from due where is_limited)
      for update skip locked
    )
    select p.company_id, p.campaign_id from campaign_pace p join due using (company_id, campaign_id)
    where not due.is_limited or p.company_id in (select company_id from company)
    for update of p skip locked`)

type Row = ClaimedCall & { refused: number } & Record<string, unknown>

async function claimFrom(
  tx: Tx,
  held: readonly LockedCampaign[],
  options: ClaimOptions,
): Promise<ClaimResult> {
  const rows = await tx.execute<Row>(claimStatement(held, options))
  const refused = rows[0]?.refused ?? 0
  const claimed = rows.filter((row) => row.call_id !== null)
  if (claimed.length + refused > 0) tx.notifyEvents()
  return { claimed: claimed.map(({ refused: _, ...one }) => one as ClaimedCall), refused }
}
