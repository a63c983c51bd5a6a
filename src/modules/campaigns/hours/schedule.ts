import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery } from '../../../db/query/define-query.ts'
import { integer, nullable, textArray, timestamptz, uuid } from '../../../db/query/parameters.ts'
import { waitingTaskStatusList } from '../../../db/schema/index.ts'
import type { ReadTx } from '../../../db/transaction.ts'
import { type CallingWindows, nextOpenPeriod, openPeriods } from '../../../lib/time/calling-windows.ts'
import type { Period } from '../../../lib/time/instants.ts'
import { TimeSlices } from '../../../lib/time-slice.ts'
import type { RestartSelection } from '../../call-tasks/index.ts'
import { mayBeCalledAgain } from '../../suppressions/index.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'
import { countMissingValues, type MissingValues } from '../missing-values.ts'
import { type CampaignWarning, campaignWarnings, type WaitingZone } from './warnings.ts'
import { campaignWindows, windowsOf } from './windows.ts'

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

interface ScheduleInput {
  campaign: Campaign
  waitingZones: WaitingZone[]
  missingValues: MissingValues
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

/**
 * The zones with the most contacts that wait, or that a restart with this selection would return to the queue.
 * Indexes: call_tasks_queue_idx, call_tasks_status_idx.
 */
const findWaitingZones = defineCompanyQuery({
  name: 'campaigns.find_waiting_zones',
  params: {
    campaign_id: uuid,
    restarted_statuses: textArray,
    restarted_outcomes: nullable(textArray),
    left_out_outcomes: textArray,
    now: timestamptz,
    limit: integer,
  },
  row: { dial_timezone: Type.String(), waiting: Type.Integer() },
  sql: (p) => {
    const isOfCampaign = sql`company_id = ${p.company_id} and campaign_id = ${p.campaign_id}`
    return sql`
    select dial_timezone, sum(n)::int as waiting from (
      select dial_timezone, count(*) as n from call_tasks
      where ${isOfCampaign} and status in (${waitingTaskStatusList}) group by dial_timezone
      union all
      select dial_timezone, count(*) from call_tasks t
      where ${isOfCampaign} and status = any(${p.restarted_statuses}) and status not in (${waitingTaskStatusList})
        and (${p.restarted_outcomes} is null or outcome = any(${p.restarted_outcomes}))
        and ${mayBeCalledAgain('t', p.left_out_outcomes, p.now)}
      group by dial_timezone) as counts
    where dial_timezone is not null
    group by dial_timezone order by waiting desc, dial_timezone limit ${p.limit}`
  },
})

/**
 * All zones of the waiting contacts of a campaign, most contacts first. Reads every waiting contact.
 *
 * @param restarted contacts that count too, because they are about to be returned to the queue
 */
const listWaitingZones = (
  tx: ReadTx,
  campaign_id: string,
  now: Date,
  restarted: RestartSelection = { statuses: [], left_out_outcomes: [] },
): Promise<WaitingZone[]> =>
  findWaitingZones(tx, {
    campaign_id,
    restarted_statuses: restarted.statuses,
    restarted_outcomes: restarted.outcomes ?? null,
    left_out_outcomes: restarted.left_out_outcomes,
    now,
    limit: maxListedZones,
  })

interface ScheduleSources {
  /** Counts the missing values of the waiting contacts. */
  count?: typeof countMissingValues
  /** See `listWaitingZones`. */
  restarted?: RestartSelection | undefined
}

/**
 * What a schedule and warnings are computed from.
 *
 * @throws Refusal 'not_found'
 */
export async function readScheduleInput(
  tx: ReadTx,
  id: string,
  now: Date,
  { count = countMissingValues, restarted }: ScheduleSources = {},
): Promise<ScheduleInput> {
  const campaign = await getCampaign(tx, id)
  const waitingZones = await listWaitingZones(tx, id, now, restarted)
  return { campaign, waitingZones, missingValues: await count(tx, campaign, now, restarted) }
}

/**
 * Computes when a campaign may dial in the next `days` days, and when the contacts in each zone may be called. In slices,
 * outside of transactions.
 */
export async function computeSchedule(
  { campaign, waitingZones, missingValues }: ScheduleInput,
  days: number,
  now: Date,
): Promise<Schedule> {
  const period = { start: now, end: new Date(now.getTime() + days * dayMs) }
  const openings = openPeriods([campaignWindows(campaign)], period)
  const zones: ZoneSchedule[] = []
  const slices = new TimeSlices()
  for (const zone of waitingZones.slice(0, maxZones)) {
    await slices.next()
    zones.push(zoneSchedule(campaign, zone, now))
  }
  return {
    campaign_id: campaign.id,
    timezone: campaign.timezone,
    is_open: isIn(openings[0], now),
    openings,
    zones,
    warnings: await campaignWarnings(campaign, now, waitingZones, missingValues),
  }
}

const isIn = (period: Period | undefined, now: Date) =>
  period !== undefined && period.start <= now && now < period.end

function zoneSchedule(campaign: Campaign, zone: WaitingZone, now: Date): ZoneSchedule {
  const windows = windowsOf(campaign, zone.dial_timezone)
  const nextOpening = nextOpenPeriod(windows, now)
  return {
    ...zone,
    is_open: isIn(nextOpening, now),
    next_opening: nextOpening ?? null,
    contact_hours: windows.slice(1).flatMap(contactHoursOf),
  }
}

const contactHoursOf = ({ timezone, daily = [] }: CallingWindows) =>
  daily.map(({ start, end, days }) => ({ timezone, days: days === undefined ? null : [...days], start, end }))
