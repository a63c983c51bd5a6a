import { Temporal } from 'temporal-polyfill'

const dayMs = 86_400_000
/** Zones and quarters that are kept. There are about 600 names of zones, and most searches start in this quarter or the next. */
const maxCached = 2_000

/**
 * The offsets of a time zone from UTC, from an instant on. Transitions are looked up once (about 1 ms each)
 * and kept, because calling windows convert thousands of wall-clock times: this is plain arithmetic then, where a
 * conversion by Temporal takes 20 to 50 µs. All instants are epoch milliseconds, all wall-clock times epoch milliseconds
 * as if they were UTC.
 */
export class ZoneOffsets {
  /** Ascending; the offset of each counts from its instant until the next one. */
  private readonly changes: { at: number; offsetMs: number }[]
  /** The last known transition; null when there is no further one. */
  private cursor: Temporal.ZonedDateTime | null
  private knownUntil: number

  /** @throws RangeError when `timezone` is not a time zone */
  constructor(timezone: string, fromMs: number) {
    this.cursor = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timezone)
    this.changes = [changeAt(this.cursor)]
    this.knownUntil = fromMs
  }

  /** UTC offset at an instant that is not before the start, ms. */
  offsetAt(instant: number): number {
    while (instant >= this.knownUntil) this.findNextTransition()
    const { changes } = this
    let i = changes.length - 1
    while (i > 0 && instant < (changes[i] as { at: number }).at) i--
    return (changes[i] as { offsetMs: number }).offsetMs
  }

  /**
   * The instant of a wall-clock time. One that occurs twice is the earlier or the later of both; one that a clock skips
   * counts as if the clock had changed after it (`later`) or before it (`earlier`), like `disambiguation` of Temporal.
   */
  instantOf(wallClock: number, disambiguation: 'earlier' | 'later'): number {
    const before = wallClock - this.offsetAt(wallClock - dayMs)
    const after = wallClock - this.offsetAt(wallClock + dayMs)
    if (before === after) return before
    const [isBefore, isAfter] = [before, after].map((at) => at + this.offsetAt(at) === wallClock)
    if (isBefore && !isAfter) return before
    if (isAfter && !isBefore) return after
    return disambiguation === 'earlier' ? Math.min(before, after) : Math.max(before, after)
  }

  /** The first instant of a date. `day`: days since 1970-01-01. */
  startOfDay(day: number): number {
    const midnight = day * dayMs
    const start = this.instantOf(midnight, 'earlier')
    if (start + this.offsetAt(start) === midnight) return start
    // The clock skips midnight: the date starts when it does.
    const skipped = this.changes.find(({ at, offsetMs }) => at > start && at + offsetMs > midnight)
    return skipped?.at ?? start
  }

  /** The date at an instant, as days since 1970-01-01. */
  dayAt(instant: number): number {
    return Math.floor((instant + this.offsetAt(instant)) / dayMs)
  }

  private findNextTransition(): void {
    this.cursor = this.cursor?.getTimeZoneTransition('next') ?? null
    if (this.cursor === null) {
      this.knownUntil = Number.POSITIVE_INFINITY
      return
    }
    this.changes.push(changeAt(this.cursor))
    this.knownUntil = this.cursor.epochMilliseconds
  }
}

const changeAt = ({ epochMilliseconds, offsetNanoseconds }: Temporal.ZonedDateTime) => ({
  at: epochMilliseconds,
  offsetMs: offsetNanoseconds / 1e6,
})

const cache = new Map<string, ZoneOffsets>()

/**
 * The offsets of a zone for instants from two days before `instant` on.
 *
 * @throws RangeError when `timezone` is not a time zone
 */
export function zoneOffsets(timezone: string, instant: number): ZoneOffsets {
  const before = new Date(instant - 2 * dayMs)
  const [year, month] = [before.getUTCFullYear(), before.getUTCMonth()]
  const quarter = Math.floor(month / 3)
  // Names of zones ignore case.
  const key = `${year} ${quarter} ${timezone.toLowerCase()}`
  const cached = cache.get(key)
  if (cached !== undefined) return cached
  const offsets = new ZoneOffsets(timezone, Date.UTC(year, quarter * 3))
  if (cache.size >= maxCached) cache.delete(cache.keys().next().value as string)
  cache.set(key, offsets)
  return offsets
}
