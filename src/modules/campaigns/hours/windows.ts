import type { campaigns } from '../../../db/schema/index.ts'
import type { CallingWindows, DailyHours } from '../../../lib/time/calling-windows.ts'
import { customaryHours } from '../../../lib/time/customary-hours.ts'
import { localZonesOf } from '../../../lib/time/dial-timezone.ts'

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

/**
 * Returns the windows that must all be open when a contact is called: first what does not depend on the contact
 * (`start_time`, `end_time` and the blackout dates of the campaign's zone); then the hours, weekdays and blackout dates in
 * each zone that the contact may be in. A campaign without daily hours may call at any time that is within the hours of the
 * contact.
 *
 * @param dial_timezone the contact's possible zones, joined by commas; empty: the contact is in the campaign's zone
 */
export function windowsOf(campaign: WindowSettings, dial_timezone: string): CallingWindows[] {
  const { daily, days, ...bounds } = campaignWindows(campaign)
  const { timezone, blackouts } = bounds
  const contactWindows = localZonesOf(campaign, dial_timezone).map((contactZone) => ({
    timezone: contactZone,
    daily: contactHours(campaign, contactZone),
    within: daily && { timezone, daily },
    days,
    blackouts,
  }))
  return [bounds, ...contactWindows]
}

/** The windows of the campaign alone, as they are for contacts in its own zone who may be called around the clock. */
export function campaignWindows(campaign: WindowSettings): CallingWindows {
  const hours = hoursOf(campaign.daily_start_time, campaign.daily_end_time)
  return {
    timezone: campaign.timezone,
    daily: hours && [hours],
    days: campaign.days_of_week ?? undefined,
    blackouts: campaign.blackout_dates,
    from: campaign.start_time ?? undefined,
    until: campaign.end_time ?? undefined,
  }
}

/** The hours that the campaign sets for its contacts; undefined when it sets none. */
export const configuredContactHours = (campaign: WindowSettings): DailyHours | undefined =>
  hoursOf(campaign.contact_daily_start_time, campaign.contact_daily_end_time)

/** Also a campaign that sets no hours at all calls nobody at night: calling around the clock is set explicitly. */
function contactHours(campaign: WindowSettings, timezone: string): readonly DailyHours[] {
  const configured = configuredContactHours(campaign)
  return configured === undefined ? customaryHours(timezone).hours : [configured]
}

const hoursOf = (start: string | null, end: string | null): DailyHours | undefined =>
  start === null || end === null ? undefined : { start, end }
