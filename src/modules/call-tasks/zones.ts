import type { TimezoneSource } from '../../db/schema/index.ts'
import { zonesOfNumber } from '../../lib/zones.ts'

export interface DialZone {
  /** Zones joined by commas, all of which must be open; empty: the campaign's alone. */
  dial_timezone: string
  timezone_source: TimezoneSource
}

/** In which zone a contact is called: the one that was given, else by its number, else the campaign's. */
export function dialZoneOf(timezone: string | null | undefined, phone_number: string): DialZone {
  if (timezone) return { dial_timezone: timezone, timezone_source: 'given' }
  const zones = zonesOfNumber(phone_number)
  return zones.length === 0
    ? { dial_timezone: '', timezone_source: 'campaign' }
    : { dial_timezone: zones.join(','), timezone_source: 'number' }
}
