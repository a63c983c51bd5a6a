import { Type } from '@sinclair/typebox'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../../db/query/define-query.ts'
import { nullable, recordset, text, timestamptz, uuid } from '../../../db/query/parameters.ts'
import { campaignWindows, waitingTaskStatusList } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { nextOpenPeriod } from '../../../lib/time/calling-windows.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'
import { windowsOf } from './windows.ts'

/** A zone without a window in the next 400 days is checked again after 1 h, or when the hours are edited. */
const noWindowRecheckMs = 3_600_000
/** A long window is computed again every day, because a new version may have other customary hours or time zone data. */
const maxRecheckMs = 86_400_000

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
  params: { campaign_id: uuid, now: timestamptz },
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
    where z.dial_timezone is not null and ${isWindowOutdated(p.now)}`,
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
 * Computes the current or next window of each zone of waiting contacts whose entry in campaign_windows is missing or has
 * ended. Returns the number of entries written.
 */
export async function refreshWindowCache(tx: Tx, id: string, now: Date): Promise<number> {
  const campaign = await getCampaign(tx, id)
  const outdated = await findOutdatedZones(tx, { campaign_id: id, now })
  const windows = outdated.map(({ dial_timezone }) => cacheEntry(campaign, dial_timezone, now))
  await upsertWindows(tx, { campaign_id: id, windows })
  return windows.length
}

function cacheEntry(campaign: Campaign, dial_timezone: string, now: Date) {
  const window = nextOpenPeriod(windowsOf(campaign, dial_timezone), now)
  const remainingMs = window === undefined ? noWindowRecheckMs : window.end.getTime() - now.getTime()
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
      where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} order by call_task_id, seq desc
    ) as e
    where t.company_id = ${p.company_id} and t.campaign_id = ${p.campaign_id} and t.id = e.call_task_id
      and t.status = 'retry' and t.next_attempt_at = e.next_attempt_at and e.due_at < e.next_attempt_at`,
})

/**
 * Applies edited calling hours. Deletes the cached windows, and gives moved retries their times back, so that they are
 * dialed in the first new window after them. The caller holds the lock of `lockCampaignPace`.
 */
export async function rebuildWindowCache(tx: Tx, { id, status }: Campaign, now: Date): Promise<void> {
  await tx
    .delete(campaignWindows)
    .where(and(eq(campaignWindows.company_id, tx.company_id), eq(campaignWindows.campaign_id, id)))
  await restoreDueTimes(tx, { campaign_id: id })
  if (status === 'running') await refreshWindowCache(tx, id, now)
}
