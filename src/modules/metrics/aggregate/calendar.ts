import { invalid } from '../../../lib/errors.ts'
import type { Period } from '../../../lib/time/instants.ts'
import { type ZoneOffsets, zoneOffsets } from '../../../lib/time/zone-offsets.ts'

export const buckets = ['hour', 'day', 'week', 'month'] as const
export type Bucket = (typeof buckets)[number]

/** The maximum number of buckets in a response. */
export const maxBuckets = 2_000

/** Longest period that can be grouped by hour of day or day of week: 100 years, in days. */
const maxZonedDays = 36_525

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/**
 * The edges of the calendar buckets that cover the period, ascending: n + 1 instants for n buckets. The first is at or
 * before the period's start, the last at or after its end. A day on which the clock changes has 23 or 25 hours; weeks
 * start on Monday.
 *
 * @throws Refusal 'invalid' (too_many_buckets) when there would be more than `maxBuckets`
 */
export function bucketEdges({ start, end }: Period, bucket: Bucket, timezone: string): Date[] {
  const edges: Date[] = []
  for (const edge of edgesFrom(start, bucket, zoneOffsets(timezone))) {
    edges.push(edge)
    if (edge >= end) return edges
    if (edges.length > maxBuckets) break
  }
  const detail =
    `The period has more than ${maxBuckets} buckets of one ${bucket}. ` +
    'Request a shorter period or larger buckets.'
  throw invalid('too_many_buckets', detail, [
    {
      pointer: '/start',
      detail: `Must be at most ${maxBuckets} ${bucket}s before \`end\`, which is ${end.toISOString()}.`,
    },
  ])
}

function* edgesFrom(start: Date, bucket: Bucket, zone: ZoneOffsets): Generator<Date> {
  const candidates =
    bucket === 'hour' ? hoursFrom(start.getTime(), zone) : datesFrom(zone.clockAt(start), bucket, zone)
  let last: number | undefined
  for (const candidate of candidates) {
    // A date that the zone skipped (Pacific/Apia, 2011-12-30) starts at the same instant as the next date.
    if (last === undefined || candidate > last) yield new Date(candidate)
    last = candidate
  }
}

/** Hours of the wall clock. Where the clock changes by half an hour, one of them has 30 or 90 minutes. */
function* hoursFrom(start: number, zone: ZoneOffsets): Generator<number> {
  let hour = startOfHour(start, zone)
  while (true) {
    yield hour
    const next = hour + hourMs
    const floor = startOfHour(next, zone)
    hour = floor > hour ? floor : next
  }
}

/** The instant at which the clock showed the full hour before `instant`. */
function startOfHour(instant: number, zone: ZoneOffsets): number {
  const offset = zone.offsetAt(instant)
  const wallClock = Math.floor((instant + offset) / hourMs) * hourMs
  // Of a full hour that occurs twice, the one before the same change of the clock.
  const start = wallClock - offset
  return zone.offsetAt(start) === offset ? start : zone.instantOf(wallClock, 'compatible')
}

/** The first instants of dates: from the one of `local`, the clock's time in UTC fields, or the start of its week or month. */
function* datesFrom(local: Date, bucket: 'day' | 'week' | 'month', zone: ZoneOffsets): Generator<number> {
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth()]
  const today = Math.floor(local.getTime() / dayMs)
  // 1970-01-01 was a Thursday.
  const first = bucket === 'week' ? today - ((((today + 3) % 7) + 7) % 7) : today
  const dayOf = (i: number) =>
    bucket === 'month' ? Date.UTC(year, month + i) / dayMs : first + i * (bucket === 'week' ? 7 : 1)
  for (let i = 0; ; i++) yield zone.startOfDay(dayOf(i))
}

/**
 * The period before this one, of exactly the same length. Where clocks change in between, it does not start at the same
 * time of day: two periods are compared by their sums, so none may have an hour more.
 */
export const previousPeriod = ({ start, end }: Period): Period => ({
  start: new Date(2 * start.getTime() - end.getTime()),
  end: start,
})

/**
 * The zone's offsets from UTC during a period: `seconds[i]` applies from `since[i]` on. The first `since` is the start.
 * SQL receives these offsets instead of the zone's name, because PostgreSQL has its own copy of the IANA database, of another
 * release.
 *
 * @throws Refusal 'invalid' (period_too_long) when the period is longer than `maxZonedDays`
 */
export function utcOffsets({ start, end }: Period, timezone: string): { since: Date[]; seconds: number[] } {
  if (end.getTime() - start.getTime() > maxZonedDays * dayMs) {
    const detail =
      'Grouping by hour_of_day or day_of_week is limited to periods of 100 years. Request a shorter period.'
    throw invalid('period_too_long', detail, [
      {
        pointer: '/start',
        detail: `Must be at most 100 years before \`end\`, which is ${end.toISOString()}.`,
      },
    ])
  }
  const zone = zoneOffsets(timezone)
  const since = [start.getTime(), ...zone.changesBetween(start.getTime(), end.getTime())]
  return {
    since: since.map((instant) => new Date(instant)),
    seconds: since.map((instant) => zone.offsetAt(instant) / 1_000),
  }
}

/** The calendar day of the zone that contains an instant. */
export function dayContaining(instant: Date, timezone: string): Period {
  const zone = zoneOffsets(timezone)
  const day = zone.dayAt(instant.getTime())
  return { start: new Date(zone.startOfDay(day)), end: new Date(zone.startOfDay(day + 1)) }
}
