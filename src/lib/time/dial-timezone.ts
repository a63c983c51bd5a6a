import { timezonesOfNumber } from './number-timezones.ts'

export interface DialTimezone {
  /**
   * Zones joined by commas: calling windows must be open in all of them, unless the campaign has `unknown_zone` `campaign`.
   * Empty: only the campaign's zone counts.
   */
  dial_timezone: string
  timezone_source: 'given' | 'number' | 'country' | 'campaign'
}

/** The time zone in which a contact is called: the given one, else by the number, else the campaign's. */
export function resolveDialTimezone(timezone: string | null | undefined, phone_number: string): DialTimezone {
  if (timezone) return { dial_timezone: timezone, timezone_source: 'given' }
  const found = timezonesOfNumber(phone_number)
  return found === undefined
    ? { dial_timezone: '', timezone_source: 'campaign' }
    : { dial_timezone: found.zones, timezone_source: found.source }
}
