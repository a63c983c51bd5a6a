import { sql } from 'drizzle-orm'
import type { Tx } from '../../../db/transaction.ts'
import { nextOpenPeriod } from '../../../lib/time/calling-windows.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'
import { windowsOf } from './windows.ts'

/** Where no opening was found, it is looked for again after an hour: an edit does so at once, ms. */
const lookAgainMs = 3_600_000

/**
 * Holds the pace of a campaign until the transaction ends: attempts that were being claimed are claimed by then, and
 * no other is. Who starts, pauses, stops or edits does so under it; the next claim looks at the campaign at once.
 */
export async function lockCampaignPace(tx: Tx, id: string, now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`
  await tx.execute(sql`
    insert into campaign_pace as p (company_id, campaign_id, next_slot_at, recheck_at, last_claim_at, breaker_since)
    values (${tx.company_id}::uuid, ${id}::uuid, ${at}, ${at}, ${at}, ${at})
    on conflict (company_id, campaign_id) do update set recheck_at = least(p.recheck_at, excluded.recheck_at)`)
}

/** Works out the present or next opening for each zone of waiting contacts that has none, or one that is over. Answers how many. */
export async function refreshWindowCache(tx: Tx, id: string, now: Date): Promise<number> {
  const campaign = await getCampaign(tx, id)
  const stale = await tx.execute<{ name: string }>(sql`
    with recursive zone as (
      select (${firstZone(tx, id)}) as name
      union all
      select (${firstZone(tx, id)} and dial_timezone > zone.name) from zone where zone.name is not null
    )
    select zone.name from zone
    left join campaign_windows w on w.company_id = ${tx.company_id}::uuid and w.campaign_id = ${id}::uuid
      and w.dial_timezone = zone.name
    where zone.name is not null and (w.recheck_at is null or w.recheck_at <= ${now.toISOString()}::timestamptz)`)
  const found = stale.map(({ name }) => openingOf(campaign, name, now))
  await tx.execute(sql`
    insert into campaign_windows (company_id, campaign_id, dial_timezone, opens_at, closes_at, recheck_at)
    select ${tx.company_id}::uuid, ${id}::uuid, name, opens_at, closes_at, recheck_at
    from json_to_recordset(${JSON.stringify(found)}::text::json)
      as w(name text, opens_at timestamptz, closes_at timestamptz, recheck_at timestamptz)
    on conflict (company_id, campaign_id, dial_timezone) do update set
      opens_at = excluded.opens_at, closes_at = excluded.closes_at, recheck_at = excluded.recheck_at`)
  return found.length
}

/** The zones of waiting contacts, one index read each. */
const firstZone = (tx: Tx, id: string) => sql`
  select min(dial_timezone) from call_tasks
  where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid and status in ('pending', 'retry')`

function openingOf(campaign: Campaign, name: string, now: Date) {
  const opening = nextOpenPeriod(windowsOf(campaign, name), now)
  return {
    name,
    opens_at: opening?.start ?? null,
    closes_at: opening?.end ?? null,
    recheck_at: opening?.end ?? new Date(now.getTime() + lookAgainMs),
  }
}

/**
 * After an edit: what was worked out by the old windows is forgotten, and retries that were moved into them are due
 * when they were due. Whoever calls this holds the pace.
 */
export async function rebuildWindowCache(tx: Tx, campaign: Campaign, now: Date): Promise<void> {
  const of = sql`company_id = ${tx.company_id}::uuid and campaign_id = ${campaign.id}::uuid`
  await tx.execute(sql`delete from campaign_windows where ${of}`)
  await tx.execute(sql`
    update call_tasks t set next_attempt_at = e.due_at, updated_at = now()
    from (
      select distinct on (call_task_id) call_task_id, due_at, next_attempt_at from task_events
      where ${of} order by call_task_id, seq desc
    ) as e
    where t.company_id = ${tx.company_id}::uuid and t.campaign_id = ${campaign.id}::uuid and t.id = e.call_task_id
      and t.status = 'retry' and t.next_attempt_at = e.next_attempt_at and e.due_at < e.next_attempt_at`)
  if (campaign.status === 'running') await refreshWindowCache(tx, campaign.id, now)
}
