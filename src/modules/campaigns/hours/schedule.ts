import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../../db/query/define-query.ts'
import { integer, uuid } from '../../../db/query/parameters.ts'
import { waitingTaskStatusList } from '../../../db/schema/index.ts'
import type { ReadTx } from '../../../db/transaction.ts'
import { type CallingWindows, nextOpenPeriod, openPeriods } from '../../../lib/time/calling-windows.ts'
import type { Period } from '../../../lib/time/instants.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'
import { type CampaignWarning, campaignWarnings, type WaitingZone } from './warnings.ts'
import { windowsOf } from './windows.ts'

export interface Schedule {
  campaign_id: string
  timezone: string
  is_open: boolean
  /** Periods in which the campaign's own windows are open. */
  openings: Period[]
  /** Waiting contacts per zone, and when they may be called. */
  zones: ZoneSchedule[]
  warnings: CampaignWarning[]
}

interface ZoneSchedule extends WaitingZone {
  is_open: boolean
  next_opening: Period | null
  /** In each zone that the contacts may be in. `days` is null for every day. */
  contact_hours: { timezone: string; days: number[] | null; start: string; end: string }[]
}

/** Maximum number of zones in a schedule: those with the most waiting contacts are listed. */
const maxZones = 100
/** More than there are: the prefixes of all countries have a few hundred different lists of zones. */
const maxListedZones = 10_000

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

/** All zones of the waiting contacts of a campaign, most contacts first. Reads every waiting contact. */
export const listWaitingZones = (tx: ReadTx, campaign_id: string): Promise<WaitingZone[]> =>
  findWaitingZones(tx, { campaign_id, limit: maxListedZones })

/**
 * Returns when a campaign may dial in the next `days` days, and when the contacts in each zone may be called.
 *
 * @throws Refusal 'not_found'
 */
export async function getSchedule(tx: ReadTx, id: string, days: number, now: Date): Promise<Schedule> {
  const campaign = await getCampaign(tx, id)
  const waitingZones = await listWaitingZones(tx, id)
  const period = { start: now, end: new Date(now.getTime() + days * dayMs) }
  // The windows of the campaign alone, without those of contacts.
  const openings = openPeriods(windowsOf(campaign, '').slice(0, 1), period)
  const containsNow = (opening: Period | undefined) =>
    opening !== undefined && opening.start <= now && now < opening.end
  return {
    campaign_id: id,
    timezone: campaign.timezone,
    is_open: containsNow(openings[0]),
    openings,
    zones: waitingZones.slice(0, maxZones).map((zone) => {
      const windows = windowsOf(campaign, zone.dial_timezone)
      const nextOpening = nextOpenPeriod(windows, now)
      return {
        ...zone,
        is_open: containsNow(nextOpening),
        next_opening: nextOpening ?? null,
        contact_hours: windows.slice(1).flatMap(contactHoursOf),
      }
    }),
    warnings: campaignWarnings(campaign, now, waitingZones),
  }
}

const contactHoursOf = ({ timezone, daily = [] }: CallingWindows) =>
  daily.map(({ start, end, days }) => ({ timezone, days: days === undefined ? null : [...days], start, end }))

/**
 * Returns the time at which the most numerous waiting contacts, those in `zone`, will have been callable for `seconds` in
 * total, counted from now; undefined when that is more than 60 days ahead.
 *
 * @param zone undefined: no contact waits, so calling hours do not matter
 */
export function addOpenTime(
  campaign: Campaign,
  zone: WaitingZone | undefined,
  seconds: number,
  now: Date,
): Date | undefined {
  let remainingMs = seconds * 1000
  const period = { start: now, end: new Date(now.getTime() + maxOpenTimeDays * dayMs) }
  const windows = zone === undefined ? [] : windowsOf(campaign, zone.dial_timezone)
  for (const { start, end } of openPeriods(windows, period)) {
    const openMs = end.getTime() - start.getTime()
    if (remainingMs <= openMs) return new Date(start.getTime() + remainingMs)
    remainingMs -= openMs
  }
  return undefined
}
