import { zonesOfPrefix } from './number-timezones.ts'

/** With more zones than this, the zone of a number counts as unknown: toll-free numbers of country code 1 have 42. */
const maxZones = 8

/**
 * The time zones that the owner of a number (E.164) may be in, by the number's prefix; empty when they are unknown. For a
 * mobile number it is the zone in which it was issued; its owner may be in another one.
 */
function timezonesOfNumber(number: string): readonly string[] {
  const zones = zonesOfPrefix(number)
  return zones.length > maxZones ? [] : zones
}

export interface DialTimezone {
  /** Zones joined by commas: calling windows must be open in all of them. Empty: only the campaign's zone counts. */
  dial_timezone: string
  timezone_source: 'given' | 'number' | 'campaign'
}

/** The time zone in which a contact is called: the given one, else by the number, else the campaign's. */
export function resolveDialTimezone(timezone: string | null | undefined, phone_number: string): DialTimezone {
  if (timezone) return { dial_timezone: timezone, timezone_source: 'given' }
  const zones = timezonesOfNumber(phone_number)
  return zones.length === 0
    ? { dial_timezone: '', timezone_source: 'campaign' }
    : { dial_timezone: zones.join(','), timezone_source: 'number' }
}
