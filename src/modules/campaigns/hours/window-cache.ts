import { sql } from 'drizzle-orm'
import type { Tx } from '../../../db/transaction.ts'
import { nextOpenPeriod } from '../../../lib/time/calling-windows.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'
import { windowsOf } from './windows.ts'

/** A zone without a window in the next 400 days is checked again after 1 h, or when the hours are edited. */
const noWindowRecheckMs = 3_600_000

/**
 * Computes the current or next window of each zone of waiting contacts whose entry in campaign_windows is missing or has
 * ended. Returns the number of entries written.
 */
export async function refreshWindowCache(tx: Tx, id: string, now: Date): Promise<number> {
  const campaign = await getCampaign(tx, id)
  const outdated = await tx.execute<{ dial_timezone: string }>(sql`
    with recursive waiting_zones as (
      select (${smallestWaitingZone(tx, id)}) as dial_timezone
      union all
      select (${smallestWaitingZone(tx, id)} and dial_timezone > waiting_zones.dial_timezone)
      from waiting_zones where waiting_zones.dial_timezone is not null
    )
    select z.dial_timezone from waiting_zones z
    left join campaign_windows w on w.company_id = ${tx.company_id}::uuid and w.campaign_id = ${id}::uuid
      and w.dial_timezone = z.dial_timezone
    where z.dial_timezone is not null and (w.recheck_at is null or w.recheck_at <= ${now.toISOString()}::timestamptz)`)
  const entries = outdated.map(({ dial_timezone }) => cacheEntry(campaign, dial_timezone, now))
  await tx.execute(sql`
    insert into campaign_windows (company_id, campaign_id, dial_timezone, opens_at, closes_at, recheck_at)
    select ${tx.company_id}::uuid, ${id}::uuid, dial_timezone, opens_at, closes_at, recheck_at
    from json_to_recordset(${JSON.stringify(entries)}::text::json)
      as w(dial_timezone text, opens_at timestamptz, closes_at timestamptz, recheck_at timestamptz)
    on conflict (company_id, campaign_id, dial_timezone) do update set
      opens_at = excluded.opens_at, closes_at = excluded.closes_at, recheck_at = excluded.recheck_at`)
  return entries.length
}

/** Runs once per distinct zone (a loose index scan), so the cost does not grow with the number of contacts. */
const smallestWaitingZone = (tx: Tx, id: string) => sql`
  select min(dial_timezone) from call_tasks
  where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid and status in ('pending', 'retry')`

function cacheEntry(campaign: Campaign, dial_timezone: string, now: Date) {
  const window = nextOpenPeriod(windowsOf(campaign, dial_timezone), now)
  return {
    dial_timezone,
    opens_at: window?.start ?? null,
    closes_at: window?.end ?? null,
    recheck_at: window?.end ?? new Date(now.getTime() + noWindowRecheckMs),
  }
}

/**
 * Applies edited calling hours. Deletes the cached windows. A pending retry that had been moved into the old hours gets
 * back the time that its retry rule chose, so it is dialed in the first new window after that time. The caller holds the
 * lock of `lockCampaignPace`.
 */
export async function rebuildWindowCache(tx: Tx, campaign: Campaign, now: Date): Promise<void> {
  const inCampaign = sql`company_id = ${tx.company_id}::uuid and campaign_id = ${campaign.id}::uuid`
  await tx.execute(sql`delete from campaign_windows where ${inCampaign}`)
  await tx.execute(sql`
    update call_tasks t set next_attempt_at = e.due_at, updated_at = now()
    from (
      select distinct on (call_task_id) call_task_id, due_at, next_attempt_at from task_events
      where ${inCampaign} order by call_task_id, seq desc
    ) as e
    where t.company_id = ${tx.company_id}::uuid and t.campaign_id = ${campaign.id}::uuid and t.id = e.call_task_id
      and t.status = 'retry' and t.next_attempt_at = e.next_attempt_at and e.due_at < e.next_attempt_at`)
  if (campaign.status === 'running') await refreshWindowCache(tx, campaign.id, now)
}
