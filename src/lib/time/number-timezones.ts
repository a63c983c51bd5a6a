import { readFileSync } from 'node:fs'
import { lazy } from '../lazy.ts'
import { isTimeZone } from './instants.ts'

/**
 * All time zones of the longest known prefix of a number (E.164), by libphonenumber's data; empty when there is none. A
 * number that belongs to no region has the zones of its whole country code: 42 for a toll-free number of country code 1.
 */
export function zonesOfPrefix(number: string): readonly string[] {
  const { zonesByPrefix, maxPrefixDigits } = prefixTable()
  for (let end = 1 + maxPrefixDigits; end > 1; end--) {
    const zones = zonesByPrefix.get(number.slice(1, end))
    if (zones !== undefined) return parseZones(zones)
  }
  return []
}

/** Zones by prefix, joined by "&". Read at the first use. `npm run timezones` writes the file, whose header describes it. */
const prefixTable = lazy(() => {
  const text = readFileSync(new URL('./number-timezones.txt', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^(\d+)\|(.+)$/gm)].map(
    ([, prefix = '', zones = '']) => [prefix, zones] as const,
  )
  return { zonesByPrefix: new Map(rows), maxPrefixDigits: Math.max(...rows.map(([prefix]) => prefix.length)) }
})

/** Zones by their text. The data has 322 different lists, and checking a zone takes 0.1 ms. */
const parsedZones = new Map<string, readonly string[]>()

/** Leaves out zones that this version of Node.js does not know yet. */
function parseZones(text: string): readonly string[] {
  let zones = parsedZones.get(text)
  if (zones === undefined) {
    zones = text.split('&').filter(isTimeZone)
    parsedZones.set(text, zones)
  }
  return zones
}
