import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { lazy } from '../lazy.ts'

/*
 * The IANA time zone database, from the package moment-timezone: only its data are used. Node.js has zone data of its own,
 * which are as old as its build and cannot be renewed alone. Every conversion between instants and local times uses this
 * file, so that all of them agree. It covers the years until 2037.
 */

/** The clock of a zone. All instants are epoch milliseconds. */
export interface ZoneData {
  /** The instants at which the offset changes, ascending. */
  changes: readonly number[]
  /** Offsets from UTC, ms: `offsets[i]` applies until `changes[i]`, the last one from the last change on. */
  offsets: readonly number[]
}

/** Which zone data are in use. */
export interface ZoneDataRelease {
  /** The release of the IANA database, such as 2026f. */
  version: string
  /** The date on which the package with these data was published, YYYY-MM-DD; null when the package does not state it. */
  released_on: string | null
}

const packageUrl = pathToFileURL(createRequire(import.meta.url).resolve('moment-timezone/package.json'))
const readPackage = (file: string) => readFileSync(new URL(file, packageUrl), 'utf8')

/** Packed format: https://momentjs.com/timezone/docs/#/data-formats/packed-format/ */
interface PackedData {
  version: string
  /** "name|abbreviations|offsets|index of the offset of each span|ends of the spans|population" */
  zones: string[]
  /** "name of a zone|another name for it" */
  links: string[]
}

/** Packed zones by their names and those of their links, in lower case: names of zones ignore case. */
const database = lazy(() => {
  const { version, zones, links } = JSON.parse(readPackage('data/packed/latest.json')) as PackedData
  const packedZones = new Map(zones.map((zone) => [nameOf(zone).toLowerCase(), zone]))
  for (const link of links) {
    const [name = '', alias = ''] = link.toLowerCase().split('|')
    const zone = packedZones.get(name)
    if (zone === undefined) throw new Error(`the zone data have no zone for the link ${link}`)
    packedZones.set(alias, zone)
  }
  return { version, packedZones }
})

const nameOf = (packedZone: string) => packedZone.slice(0, packedZone.indexOf('|'))

const findPacked = (name: string) => database().packedZones.get(name.toLowerCase())

/** The zone that has this name or is linked by it; undefined when there is none. Links of one zone have the same name. */
export function canonicalZone(name: string): string | undefined {
  const packed = findPacked(name)
  return packed && nameOf(packed)
}

/** All names of zones and links, in lower case. */
export const zoneNames = (): string[] => [...database().packedZones.keys()]

/** The clock of a zone; undefined when no zone has this name. Decoded at each call. */
export function readZone(name: string): ZoneData | undefined {
  const packed = findPacked(name)
  if (packed === undefined) return undefined
  const [, , offsetTexts = '', indexes = '', spanTexts = ''] = packed.split('|')
  // The offsets are those of UTC from the zone: positive in the west.
  const allOffsets = offsetTexts.split(' ').map((text) => 0 - decodeMs(text))
  const offsetOf = (span: number) => allOffsets[digits.indexOf(indexes[span] ?? '')] as number
  const changes: number[] = []
  const offsets = [offsetOf(0)]
  let at = 0
  for (const [i, text] of spanTexts.split(' ').entries()) {
    if (text === '') continue
    at += decodeMs(text)
    const offset = offsetOf(i + 1)
    // A change of the abbreviation alone is not a change of the clock.
    if (offset === offsets.at(-1)) continue
    changes.push(at)
    offsets.push(offset)
  }
  return { changes, offsets }
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX'

/** Minutes in base 60, with seconds after the point: "1Lzm0", "-4.A". In milliseconds. */
function decodeMs(text: string): number {
  const [minutes = '', seconds = '0'] = text.replace('-', '').split('.')
  const whole = [...minutes].reduce((sum, digit) => sum * 60 + digits.indexOf(digit), 0)
  const ms = (whole * 60 + digits.indexOf(seconds)) * 1_000
  return text.startsWith('-') ? -ms : ms
}

/** The release of the data that are in use. The date is that of the newest entry in the package's changelog. */
export const zoneDataRelease = lazy((): ZoneDataRelease => {
  const { version: packageVersion } = JSON.parse(readPackage('package.json')) as { version: string }
  return {
    version: database().version,
    released_on: publicationDate(packageVersion, readPackage('changelog.md')) ?? null,
  }
})

/** The date of a version in a changelog with headings such as "### `0.6.6` _2026-10-29_"; undefined when it has none. */
function publicationDate(version: string, changelog: string): string | undefined {
  const [, newest, date] = /^### `([\d.]+)` _(\d{4}-\d\d-\d\d)_/m.exec(changelog) ?? []
  return newest === version ? date : undefined
}

/** Countries change their clocks several times a year, mostly with a notice of some months. */
const maxAgeDays = 183

/** What the operator should know about the age of the data; undefined when they are at most half a year old. */
export function zoneDataWarning({ version, released_on }: ZoneDataRelease, now: Date): string | undefined {
  const renew = 'Renew them as docs/operations.md describes.'
  if (released_on === null) return `the age of the time zone data ${version} is not known. ${renew}`
  const ageDays = Math.floor((now.getTime() - Date.parse(released_on)) / 86_400_000)
  if (ageDays <= maxAgeDays) return undefined
  return `the time zone data ${version} are ${ageDays} days old: zones that have changed since are called at wrong hours. ${renew}`
}
