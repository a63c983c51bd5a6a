import { timezonesOfNumber } from './number-timezones.ts'

export interface DialTimezone {
  /**
   * Zones joined by commas: calling windows must be open in all of them, unless the campaign has `unknown_zone` `campaign`.
   * Empty: only the campaign's zone counts.
   */
  dial_timezone: string
  timezone_source: 'given' | 'number' | 'country' | 'campaign'
}

/** The settings of a campaign for contacts whose zone is not known exactly. */
export interface ZoneSettings {
  timezone: string
  unknown_zone: 'strictest' | 'campaign'
}

/** The zones that a contact may be in; empty when the contact is treated as being in the campaign's zone. */
export function knownZonesOf(
  { unknown_zone }: Pick<ZoneSettings, 'unknown_zone'>,
  dial_timezone: string,
): string[] {
  const zones = dial_timezone === '' ? [] : dial_timezone.split(',')
  return zones.length > 1 && unknown_zone === 'campaign' ? [] : zones
}

/** The zones in which a contact's local times are read, and in all of which its windows must be open. */
export function localZonesOf(campaign: ZoneSettings, dial_timezone: string): string[] {
  const zones = knownZonesOf(campaign, dial_timezone)
  return zones.length > 0 ? zones : [campaign.timezone]
}

/** The time zone in which a contact is called: the given one, else by the number, else the campaign's. */
export function resolveDialTimezone(timezone: string | null | undefined, phone_number: string): DialTimezone {
  if (timezone) return { dial_timezone: timezone, timezone_source: 'given' }
  const found = timezonesOfNumber(phone_number)
  return found === undefined
    ? { dial_timezone: '', timezone_source: 'campaign' }
    : { dial_timezone: found.zones, timezone_source: found.source }
}
