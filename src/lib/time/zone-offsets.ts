import { readZone, type ZoneData } from './zone-data.ts'

const dayMs = 86_400_000

/** Which instant a wall-clock time is that occurs twice, or that a clock skips. The names are those of Temporal. */
type Disambiguation = 'earlier' | 'later' | 'compatible'

/**
 * The offsets of a time zone from UTC: plain arithmetic, because calling windows convert thousands of wall-clock times. All
 * instants are epoch milliseconds, all wall-clock times epoch milliseconds as if they were UTC. A day is the number of days
 * since 1970-01-01.
 */
export class ZoneOffsets {
  private readonly data: ZoneData
  /** The result of the last search for an instant: the next one is mostly between the same changes. */
  private found = 0

  constructor(data: ZoneData) {
    this.data = data
  }

  /** UTC offset at an instant, ms. */
  offsetAt(instant: number): number {
    return this.data.offsets[this.changesUntil(instant)] as number
  }

  /**
   * The instant of a wall-clock time. One that occurs twice is the earlier or the later of both; one that a clock skips
   * counts as if the clock had changed after it (`later`) or before it (`earlier`). `compatible`: the earlier of two, but
   * the later one when it is skipped.
   */
  instantOf(wallClock: number, disambiguation: Disambiguation): number {
    const before = wallClock - this.offsetAt(wallClock - dayMs)
    const after = wallClock - this.offsetAt(wallClock + dayMs)
    if (before === after) return before
    const [isBefore, isAfter] = [before, after].map((at) => at + this.offsetAt(at) === wallClock)
    if (isBefore && !isAfter) return before
    if (isAfter && !isBefore) return after
    const isEarlier = disambiguation === 'compatible' ? isBefore : disambiguation === 'earlier'
    return isEarlier ? Math.min(before, after) : Math.max(before, after)
  }

  /** The first instant of a date. */
  startOfDay(day: number): number {
    const midnight = day * dayMs
    const start = this.instantOf(midnight, 'earlier')
    if (start + this.offsetAt(start) === midnight) return start
    // The clock skips midnight: the date starts when it does.
    const { changes, offsets } = this.data
    for (let i = this.changesUntil(start); i < changes.length; i++) {
      const at = changes[i] as number
      if (at + (offsets[i + 1] as number) > midnight) return at
    }
    return start
  }

  /** What the zone's clock shows at an instant, as a Date whose fields in UTC are those of the clock. */
  clockAt(instant: Date): Date {
    return new Date(instant.getTime() + this.offsetAt(instant.getTime()))
  }

  /** The date at an instant. */
  dayAt(instant: number): number {
    return Math.floor((instant + this.offsetAt(instant)) / dayMs)
  }

  /** The instants after `start` and before `end` at which the offset changes, ascending. */
  changesBetween(start: number, end: number): number[] {
    return this.data.changes.slice(this.changesUntil(start), this.changesUntil(end - 1))
  }

  /** The number of changes at or before an instant. */
  private changesUntil(instant: number): number {
    const { changes } = this.data
    const { found } = this
    const isAfterLast = found === 0 || (changes[found - 1] as number) <= instant
    if (isAfterLast && (found === changes.length || instant < (changes[found] as number))) return found
    let [low, high] = [0, changes.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((changes[middle] as number) <= instant) low = middle + 1
      else high = middle
    }
    this.found = low
    return low
  }
}

/** Decoded zones by name in lower case: at most as many as there are names, about 600. */
const zones = new Map<string, ZoneOffsets>()

/**
 * The offsets of a zone.
 *
 * @throws RangeError when `timezone` is not a time zone
 */
export function zoneOffsets(timezone: string): ZoneOffsets {
  const name = timezone.toLowerCase()
  let zone = zones.get(name)
  if (zone === undefined) {
    const data = readZone(name)
    if (data === undefined) throw new RangeError(`unknown time zone: ${timezone}`)
    zone = new ZoneOffsets(data)
    zones.set(name, zone)
  }
  return zone
}

/** The clock of an offset that never changes. @param offset +HH:MM or -HH:MM */
export function fixedOffset(offset: string): ZoneOffsets {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4))
  return new ZoneOffsets({ changes: [], offsets: [(offset.startsWith('-') ? -minutes : minutes) * 60_000] })
}

/** The number of days from 1970-01-01 to a date. */
export const dayNumber = ({ year, month, day }: { year: number; month: number; day: number }): number =>
  new Date(0).setUTCFullYear(year, month - 1, day) / dayMs
