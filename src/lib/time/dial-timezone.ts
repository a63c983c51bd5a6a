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

/**
 * The zones in which a contact's local times are read, and in all of which its windows must be open. That of the campaign
 * when the contact has none, or when it may be in several and the campaign has `unknown_zone: campaign`.
 */
export function localZonesOf({ unknown_zone, timezone }: ZoneSettings, dial_timezone: string): string[] {
  const zones = dial_timezone === '' ? [] : dial_timezone.split(',')
  return zones.length === 0 || (zones.length > 1 && unknown_zone === 'campaign') ? [timezone] : zones
}

/** The time zone in which a contact is called: the given one, else by the number, else the campaign's. */
export function resolveDialTimezone(timezone: string | null | undefined, phone_number: string): DialTimezone {
  if (timezone) return { dial_timezone: timezone, timezone_source: 'given' }
  const found = timezonesOfNumber(phone_number)
  return found === undefined
    ? { dial_timezone: '', timezone_source: 'campaign' }
    : { dial_timezone: found.zones, timezone_source: found.source }
}
