import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../../db/query/define-query.ts'
import { integer, uuid } from '../../../db/query/parameters.ts'
import { waitingTaskStatusList } from '../../../db/schema/index.ts'
import type { ReadTx } from '../../../db/transaction.ts'
import { nextOpenPeriod, openPeriods } from '../../../lib/time/calling-windows.ts'
import type { Period } from '../../../lib/time/instants.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'
import { windowsOf } from './windows.ts'

export interface Schedule {
  campaign_id: string
  timezone: string
  is_open: boolean
  /** Periods in which the campaign's own windows are open. */
  openings: Period[]
  /** Waiting contacts per zone, and when they may be called. */
  zones: { dial_timezone: string; waiting: number; is_open: boolean; next_opening: Period | null }[]
}

/** Maximum number of zones in a schedule: those with the most waiting contacts are listed. */
const maxZones = 100

const dayMs = 86_400_000
/** Maximum number of days that `addOpenTime` looks ahead. */
const maxOpenTimeDays = 60

/** The zones with the most waiting contacts. Index: call_tasks_queue_idx. */
const findWaitingZones = defineCompanyQuery({
  name: 'campaigns.find_waiting_zones',
  params: { campaign_id: uuid, limit: integer },
  row: { dial_timezone: Type.String(), waiting: Type.Integer() },
  sql: (p) => sql`
    select dial_timezone, count(*)::int as waiting from call_tasks
    where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} and status in (${waitingTaskStatusList})
      and dial_timezone is not null
    group by dial_timezone order by waiting desc, dial_timezone limit ${p.limit}`,
})

/**
 * Returns when a campaign may dial in the next `days` days, and when the contacts in each zone may be called.
 *
 * @throws Refusal 'not_found'
 */
export async function getSchedule(tx: ReadTx, id: string, days: number, now: Date): Promise<Schedule> {
  const campaign = await getCampaign(tx, id)
  const zones = await findWaitingZones(tx, { campaign_id: id, limit: maxZones })
  const period = { start: now, end: new Date(now.getTime() + days * dayMs) }
  const openings = openPeriods(campaignWindows(campaign), period)
  const containsNow = (opening: Period | undefined) =>
    opening !== undefined && opening.start <= now && now < opening.end
  return {
    campaign_id: id,
    timezone: campaign.timezone,
    is_open: containsNow(openings[0]),
    openings,
    zones: zones.map(({ dial_timezone, waiting }) => {
      const nextOpening = nextOpenPeriod(windowsOf(campaign, dial_timezone), now)
      return { dial_timezone, waiting, is_open: containsNow(nextOpening), next_opening: nextOpening ?? null }
    }),
  }
}

/** The windows of the campaign alone, without those of contacts. */
const campaignWindows = (campaign: Campaign) => windowsOf(campaign, '').slice(0, 1)

/**
 * Returns the time at which the campaign's windows will have been open for `seconds` in total, counted from now; undefined
 * when that is more than 60 days ahead.
 */
export function addOpenTime(campaign: Campaign, seconds: number, now: Date): Date | undefined {
  let remainingMs = seconds * 1000
  const period = { start: now, end: new Date(now.getTime() + maxOpenTimeDays * dayMs) }
  for (const { start, end } of openPeriods(campaignWindows(campaign), period)) {
    const openMs = end.getTime() - start.getTime()
    if (remainingMs <= openMs) return new Date(start.getTime() + remainingMs)
    remainingMs -= openMs
  }
  return undefined
}
