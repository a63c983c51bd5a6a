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
  | 'unknown_zone'
>

/** Local hours of a contact when the campaign has daily hours and sets none for contacts. Source: 16 CFR 310.4(c). */
const defaultContactHours = [{ start: '08:00', end: '21:00' }]

/**
 * Returns the windows that must all be open when a contact is called: first the campaign's, in the campaign's zone; then the
 * contact's (hours, weekdays, blackout dates), once for each zone that the contact may be in. A campaign without daily
 * hours may call at any time of the day.
 *
 * @param dial_timezone the contact's possible zones, joined by commas; empty: the contact is in the campaign's zone
 */
export function windowsOf(campaign: WindowSettings, dial_timezone: string): CallingWindows[] {
  const campaignWindows: CallingWindows = {
    timezone: campaign.timezone,
    daily: hoursOf(campaign.daily_start_time, campaign.daily_end_time),
    days: campaign.days_of_week ?? undefined,
    blackouts: campaign.blackout_dates,
    from: campaign.start_time ?? undefined,
    until: campaign.end_time ?? undefined,
  }
  const configuredHours = hoursOf(campaign.contact_daily_start_time, campaign.contact_daily_end_time)
  const contactZones = zonesOf(campaign, dial_timezone)
  const needsDefault = campaignWindows.daily !== undefined && contactZones.length > 0
  const daily = configuredHours ?? (needsDefault ? defaultContactHours : undefined)
  const contactWindows = (contactZones.length > 0 ? contactZones : [campaign.timezone]).map(
    (timezone): CallingWindows => ({
      timezone,
      daily,
      days: campaignWindows.days,
      blackouts: campaignWindows.blackouts,
    }),
  )
  return [campaignWindows, ...contactWindows]
}

/** The zones that the contact may be in; empty when the contact is treated as being in the campaign's zone. */
function zonesOf({ unknown_zone }: WindowSettings, dial_timezone: string): string[] {
  const zones = dial_timezone === '' ? [] : dial_timezone.split(',')
  return zones.length > 1 && unknown_zone === 'campaign' ? [] : zones
}

/** Daily hours, HH:MM each; undefined when the campaign sets none. */
const hoursOf = (start: string | null, end: string | null) =>
  start === null || end === null ? undefined : [{ start, end }]
