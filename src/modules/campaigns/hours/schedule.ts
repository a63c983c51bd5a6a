import { sql } from 'drizzle-orm'
import type { Tx } from '../../../db/transaction.ts'
import { nextOpenPeriod, openPeriods } from '../../../lib/time/calling-windows.ts'
import type { Period } from '../../../lib/time/instants.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'
import { windowsOf } from './windows.ts'

export interface Schedule {
  campaign_id: string
  timezone: string
  is_open: boolean
  /** Of the campaign itself. */
  openings: Period[]
  /** For its contacts, by the zones they are in. */
  zones: { dial_timezone: string; waiting: number; is_open: boolean; next_opening: Period | null }[]
}

/** The most that is told of zones: those in which most contacts wait. */
const mostZones = 100

/**
 * When a campaign may dial in the days to come, and its contacts in each zone.
 *
 * @throws Refusal 'not_found'
 */
export async function getSchedule(tx: Tx, id: string, days: number, now: Date): Promise<Schedule> {
  const campaign = await getCampaign(tx, id)
  const waiting = await tx.execute<{ dial_timezone: string; n: number }>(sql`
    select dial_timezone, count(*)::int as n from call_tasks
    where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid and status in ('pending', 'retry')
      and dial_timezone is not null
    group by dial_timezone order by n desc, dial_timezone limit ${mostZones}`)
  const ahead = { start: now, end: new Date(now.getTime() + days * 86_400_000) }
  const own = openPeriods(ownWindows(campaign), ahead)
  const isNow = (period: Period | undefined) =>
    period !== undefined && period.start <= now && now < period.end
  return {
    campaign_id: id,
    timezone: campaign.timezone,
    is_open: isNow(own[0]),
    openings: own,
    zones: waiting.map(({ dial_timezone, n }) => {
      const next = nextOpenPeriod(windowsOf(campaign, dial_timezone), now)
      return { dial_timezone, waiting: n, is_open: isNow(next), next_opening: next ?? null }
    }),
  }
}

/** The windows of the campaign alone, whoever is called. */
const ownWindows = (campaign: Campaign) => windowsOf(campaign, '').slice(0, 1)

/**
 * When so many seconds of dialing will have passed, counting only time in which the campaign's windows are open;
 * undefined beyond 60 days.
 */
export function addOpenTime(campaign: Campaign, seconds: number, now: Date): Date | undefined {
  let left = seconds * 1000
  const ahead = { start: now, end: new Date(now.getTime() + 60 * 86_400_000) }
  for (const { start, end } of openPeriods(ownWindows(campaign), ahead)) {
    const open = end.getTime() - start.getTime()
    if (left <= open) return new Date(start.getTime() + left)
    left -= open
  }
  return undefined
}
