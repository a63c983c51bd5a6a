import { Type } from '@sinclair/typebox'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client.ts'
import { defineCompanyQuery } from '../../../db/query/define-query.ts'
import { integer, nullable, recordset, text, timestamptz, uuid } from '../../../db/query/parameters.ts'
import { campaignWindows, waitingTaskStatusList } from '../../../db/schema/index.ts'
import { asOwner, type Tx } from '../../../db/transaction.ts'
import { canonicalJson } from '../../../lib/canonical-json.ts'
import { nextOpenPeriod } from '../../../lib/time/calling-windows.ts'
import { TimeSlices } from '../../../lib/time-slice.ts'
import { type Campaign, getCampaign, lockCampaignIfFree } from '../campaigns.ts'
import type { CampaignKey } from '../failures.ts'
import { windowFields } from '../settings.ts'
import { windowsOf } from './windows.ts'

/**
 * Every zone is computed again after a day, because a new version may have other customary hours or time zone data. That is
 * also soon enough for a zone without a window in the next 400 days: what a day adds to them is far ahead.
 */
const maxRecheckMs = 86_400_000
/** Zones computed in the transaction of a command or an edit. The scheduler computes the others within a second. */
const maxZonesInRequest = 20
/** Zones of a campaign computed per step of the scheduler, so that campaigns of other companies are not delayed. */
const maxZonesPerStep = 100

/**
 * SQL condition on a row of campaign_windows, aliased "w": it is missing or has to be computed again. A recheck later than
 * `maxRecheckMs` was stored by a version that allowed windows without an end. The hour is for clocks that differ.
 */
export const isWindowOutdated = (now: SQL) =>
  sql`(w.recheck_at is null or w.recheck_at <= ${now} or w.recheck_at > ${now} + interval '25 hours')`

type CampaignParams = Record<'company_id' | 'campaign_id', SQL>

/** Runs once per distinct zone (a loose index scan), so the cost does not grow with the number of contacts. */
const smallestWaitingZone = (p: CampaignParams) => sql`
  select min(dial_timezone) from call_tasks
  where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} and status in (${waitingTaskStatusList})`

/** Zones of waiting contacts whose entry in campaign_windows is missing or has ended. Index: call_tasks_queue_idx. */
const findOutdatedZones = defineCompanyQuery({
  name: 'campaigns.find_outdated_zones',
  params: { campaign_id: uuid, now: timestamptz, limit: integer },
  row: { dial_timezone: Type.String() },
  sql: (p) => sql`
    with recursive waiting_zones as (
      select (${smallestWaitingZone(p)}) as dial_timezone
      union all
      select (${smallestWaitingZone(p)} and dial_timezone > waiting_zones.dial_timezone)
      from waiting_zones where waiting_zones.dial_timezone is not null
    )
    select z.dial_timezone from waiting_zones z
    left join campaign_windows w on w.company_id = ${p.company_id} and w.campaign_id = ${p.campaign_id}
      and w.dial_timezone = z.dial_timezone
    where z.dial_timezone is not null and ${isWindowOutdated(p.now)} limit ${p.limit}`,
})

const upsertWindows = defineCompanyQuery({
  name: 'campaigns.upsert_windows',
  params: {
    campaign_id: uuid,
    windows: recordset('w', {
      dial_timezone: text,
      opens_at: nullable(timestamptz),
      closes_at: nullable(timestamptz),
      recheck_at: timestamptz,
    }),
  },
  row: {},
  sql: (p) => sql`
    insert into campaign_windows (company_id, campaign_id, dial_timezone, opens_at, closes_at, recheck_at)
    select ${p.company_id}, ${p.campaign_id}, dial_timezone, opens_at, closes_at, recheck_at from ${p.windows}
    on conflict (company_id, campaign_id, dial_timezone) do update set
      opens_at = excluded.opens_at, closes_at = excluded.closes_at, recheck_at = excluded.recheck_at`,
})

/**
 * Computes the current or next window of zones of waiting contacts whose entry in campaign_windows is missing or has ended,
 * at most 20: a command or an edit takes effect at once for most campaigns, and the scheduler computes the other zones. The
 * caller has locked the campaign.
 */
export async function refreshWindowCache(tx: Tx, campaign: Campaign, now: Date): Promise<void> {
  const outdated = await findOutdatedZones(tx, { campaign_id: campaign.id, now, limit: maxZonesInRequest })
  await upsertWindows(tx, { campaign_id: campaign.id, windows: await cacheEntries(campaign, outdated, now) })
}

/**
 * Does the same for up to 100 zones, as the scheduler does: computes them in slices outside of a transaction, and discards
 * them when the hours have been edited meanwhile. Returns the number of entries written; 0 also when another transaction
 * has locked the campaign.
 */
export async function refreshWindows(
  db: Db,
  { company_id, campaign_id }: CampaignKey,
  now: Date,
): Promise<number> {
  const { campaign, outdated } = await asOwner(db, company_id, async (tx) => ({
    campaign: await getCampaign(tx, campaign_id),
    outdated: await findOutdatedZones(tx, { campaign_id, now, limit: maxZonesPerStep }),
  }))
  const windows = await cacheEntries(campaign, outdated, now)
  return asOwner(db, company_id, async (tx) => {
    const current = await lockCampaignIfFree(tx, campaign_id)
    if (current === undefined || hoursOf(current) !== hoursOf(campaign)) return 0
    await upsertWindows(tx, { campaign_id, windows })
    return windows.length
  })
}

/** The fields that determine the calling hours, as a text. */
const hoursOf = (campaign: Campaign) => canonicalJson(windowFields.map((field) => campaign[field]))

/** @throws RangeError when a time zone is unknown */
async function cacheEntries(
  campaign: Campaign,
  zones: readonly { dial_timezone: string }[],
  now: Date,
): Promise<ReturnType<typeof cacheEntry>[]> {
  const entries: ReturnType<typeof cacheEntry>[] = []
  const slices = new TimeSlices()
  for (const { dial_timezone } of zones) {
    await slices.next()
    entries.push(cacheEntry(campaign, dial_timezone, now))
  }
  return entries
}

function cacheEntry(campaign: Campaign, dial_timezone: string, now: Date) {
  const window = nextOpenPeriod(windowsOf(campaign, dial_timezone), now)
  const remainingMs = window === undefined ? maxRecheckMs : window.end.getTime() - now.getTime()
  return {
    dial_timezone,
    opens_at: window?.start ?? null,
    closes_at: window?.end ?? null,
    recheck_at: new Date(now.getTime() + Math.min(remainingMs, maxRecheckMs)),
  }
}

/**
 * Gives a waiting retry that had been moved into the old hours the time back that its retry rule chose. Indexes:
 * task_events_campaign_idx and call_tasks_pkey.
 */
const restoreDueTimes = defineCompanyQuery({
  name: 'campaigns.restore_due_times',
  params: { campaign_id: uuid },
  row: {},
  sql: (p) => sql`
    update call_tasks t set next_attempt_at = e.due_at, updated_at = now()
    from (
      select distinct on (call_task_id) call_task_id, due_at, next_attempt_at from task_events
      where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} and is_effective order by call_task_id, seq desc
    ) as e
    where t.company_id = ${p.company_id} and t.campaign_id = ${p.campaign_id} and t.id = e.call_task_id
      and t.status = 'retry' and t.next_attempt_at = e.next_attempt_at and e.due_at < e.next_attempt_at`,
})

/**
 * Applies edited calling hours. Deletes the cached windows, and gives moved retries their times back, so that they are
 * dialed in the first new window after them. The caller holds the lock of `lockCampaignPace`.
 */
export async function rebuildWindowCache(tx: Tx, campaign: Campaign, now: Date): Promise<void> {
  const { id, status } = campaign
  await tx
    .delete(campaignWindows)
    .where(and(eq(campaignWindows.company_id, tx.company_id), eq(campaignWindows.campaign_id, id)))
  await restoreDueTimes(tx, { campaign_id: id })
  if (status === 'running') await refreshWindowCache(tx, campaign, now)
}
