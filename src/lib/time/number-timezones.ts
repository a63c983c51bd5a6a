import { readFileSync } from 'node:fs'
import { lazy } from '../lazy.ts'
import { countryTimezones } from './country-timezones.ts'
import { isTimeZone } from './instants.ts'

export interface NumberTimezones {
  /** Joined by commas; of zones with the same rules one is named. */
  zones: string
  /** What decides the zones: the first digits of the number, or only its country. */
  source: 'number' | 'country'
}

/**
 * The time zones in which the owner of a number (E.164) may be: those of its area code, or of the range from which a mobile
 * number was issued. All zones of its country where the number does not say more. Undefined when it belongs to no country.
 */
export function timezonesOfNumber(number: string): NumberTimezones | undefined {
  const digits = number.slice(1)
  const country = countryOf(digits)
  const hasArea = country === undefined || country.areas.test(digits)
  const zones = hasArea ? knownZones(zonesOfRange(digits) ?? zonesOfPrefix(digits) ?? '') : ''
  if (zones !== '') return { zones, source: 'number' }
  return country && { zones: knownZones(country.zones), source: 'country' }
}

/** The country of a number, when it has several zones. */
function countryOf(digits: string) {
  for (const length of [1, 2, 3]) {
    const country = countryTimezones[digits.slice(0, length)]
    if (country !== undefined) return country
  }
  return undefined
}

/** The zones of the longest known prefix. */
function zonesOfPrefix(digits: string): string | undefined {
  const { zonesByPrefix, maxPrefixDigits } = prefixes()
  for (let end = maxPrefixDigits; end > 0; end--) {
    const zones = zonesByPrefix.get(digits.slice(0, end))
    if (zones !== undefined) return zones
  }
  return undefined
}

/** The zones of the range of Russian mobile numbers that a number is in; undefined also for a range without a region. */
function zonesOfRange(digits: string): string | undefined {
  if (!digits.startsWith('79') || digits.length !== russianNumberDigits) return undefined
  const { starts, zones } = russianRanges()
  const number = Number(digits)
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] as number) <= number) low = middle + 1
    else high = middle
  }
  return zones[low - 1]
}

const russianNumberDigits = '79001234567'.length

/** Of libphonenumber. Read at the first use, like the ranges. The headers of both files describe them. */
const prefixes = lazy(() => {
  const rows = readTable('./number-timezones.txt')
  return { zonesByPrefix: new Map(rows), maxPrefixDigits: Math.max(...rows.map(([prefix]) => prefix.length)) }
})

/** Of the Russian numbering plan: each range ends where the next one starts. */
const russianRanges = lazy(() => {
  const rows = readTable('./russian-mobile-timezones.txt')
  return {
    starts: rows.map(([start]) => Number(start.padEnd(russianNumberDigits, '0'))),
    zones: rows.map(([, zones]) => (zones === '-' ? undefined : zones)),
  }
})

/** The lines "digits|zones" of a file. */
const readTable = (file: string) =>
  [...readFileSync(new URL(file, import.meta.url), 'utf8').matchAll(/^(\d+)\|(.+)$/gm)].map(
    ([, digits = '', zones = '']) => [digits, zones] as const,
  )

/** Zones by their text. There are some 350 different lists. */
const knownZonesByText = new Map<string, string>()

/** Leaves out zones that the zone data do not have. */
function knownZones(text: string): string {
  let zones = knownZonesByText.get(text)
  if (zones === undefined) {
    zones = text.split(',').filter(isTimeZone).join(',')
    knownZonesByText.set(text, zones)
  }
  return zones
}
