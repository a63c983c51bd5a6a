import type { campaigns } from '../../../db/schema/index.ts'
import type { CallingWindows } from '../../../lib/time/calling-windows.ts'

type WindowSettings = Pick<
  typeof campaigns.$inferSelect,
  | 'timezone'
  | 'start_time'
  | 'end_time'
  | 'daily_start_time'
  | 'daily_end_time'
  | 'days_of_week'
  | 'blackout_dates'
  | 'contact_daily_start_time'
  | 'contact_daily_end_time'
>

/** When a contact may be called by its own clock, where a campaign with daily times names no such hours (16 CFR 310.4(c)). */
const usualHours = { start: '08:00', end: '21:00' }

/**
 * The windows that must all be open for a contact: the campaign's in its zone, and in each zone the contact may be in
 * the hours for contacts, days and blackouts. `dial_timezone` holds those zones joined by commas; empty: the contact is
 * where the campaign is, whose own hours are enough. A campaign without daily times calls at all hours.
 */
export function windowsOf(campaign: WindowSettings, dial_timezone: string): CallingWindows[] {
  const own: CallingWindows = {
    timezone: campaign.timezone,
    daily: span(campaign.daily_start_time, campaign.daily_end_time),
    days: campaign.days_of_week ?? undefined,
    blackouts: campaign.blackout_dates,
    from: campaign.start_time ?? undefined,
    until: campaign.end_time ?? undefined,
  }
  const said = span(campaign.contact_daily_start_time, campaign.contact_daily_end_time)
  const daily = said ?? (own.daily && dial_timezone !== '' ? usualHours : undefined)
  const zones = dial_timezone === '' ? [campaign.timezone] : dial_timezone.split(',')
  const ofContact = zones.map(
    (timezone): CallingWindows => ({ timezone, daily, days: own.days, blackouts: own.blackouts }),
  )
  return [own, ...ofContact]
}

const span = (start: string | null, end: string | null) =>
  start === null || end === null ? undefined : { start, end }
