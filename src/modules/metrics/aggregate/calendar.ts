import { Temporal } from 'temporal-polyfill'
import { invalid } from '../../../lib/errors.ts'
import type { Period } from '../../../lib/time/instants.ts'

export const buckets = ['hour', 'day', 'week', 'month'] as const
export type Bucket = (typeof buckets)[number]

/** The maximum number of buckets in a response. */
export const maxBuckets = 2_000

/** Longest period that can be grouped by hour of day or day of week: 100 years, in days. */
const maxZonedDays = 36_525

const dayMs = 86_400_000

const zoned = (date: Date, timezone: string) =>
  Temporal.Instant.fromEpochMilliseconds(date.getTime()).toZonedDateTimeISO(timezone)

const dateOf = (instant: Temporal.ZonedDateTime | Temporal.Instant) => new Date(instant.epochMilliseconds)

/**
 * The edges of the calendar buckets that cover the period, ascending: n + 1 instants for n buckets. The first is at or
 * before the period's start, the last at or after its end. A day on which the clock changes has 23 or 25 hours; weeks
 * start on Monday.
 *
 * @throws Refusal 'invalid' (too_many_buckets) when there would be more than `maxBuckets`
 */
export function bucketEdges({ start, end }: Period, bucket: Bucket, timezone: string): Date[] {
  const edges: Date[] = []
  for (const edge of edgesFrom(zoned(start, timezone), bucket)) {
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

function* edgesFrom(start: Temporal.ZonedDateTime, bucket: Bucket): Generator<Date> {
  const candidates = bucket === 'hour' ? hoursFrom(start) : datesFrom(start, bucket)
  let last: Date | undefined
  for (const candidate of candidates) {
    // A date that the zone skipped (Pacific/Apia, 2011-12-30) starts at the same instant as the next date.
    if (last === undefined || candidate > last) yield candidate
    last = candidate
  }
}

/** Hours of the wall clock. Where the clock changes by half an hour, one of them has 30 or 90 minutes. */
function* hoursFrom(start: Temporal.ZonedDateTime): Generator<Date> {
  const floorToHour = (time: Temporal.ZonedDateTime) =>
    time.round({ smallestUnit: 'hour', roundingMode: 'floor' })
  let hour = floorToHour(start)
  while (true) {
    yield dateOf(hour)
    const next = hour.add({ hours: 1 })
    const floor = floorToHour(next)
    hour = floor.epochMilliseconds > hour.epochMilliseconds ? floor : next
  }
}

function* datesFrom(start: Temporal.ZonedDateTime, bucket: 'day' | 'week' | 'month'): Generator<Date> {
  let date = start.toPlainDate()
  if (bucket === 'week') date = date.subtract({ days: date.dayOfWeek - 1 })
  if (bucket === 'month') date = date.with({ day: 1 })
  const step = bucket === 'day' ? { days: 1 } : bucket === 'week' ? { weeks: 1 } : { months: 1 }
  // Without a time, toZonedDateTime gives the first instant of the date, also where the zone skips midnight.
  for (; ; date = date.add(step)) yield dateOf(date.toZonedDateTime({ timeZone: start.timeZoneId }))
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
 * SQL receives these offsets instead of the zone's name, because PostgreSQL may use another version of the IANA database.
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
  const since: Date[] = []
  const seconds: number[] = []
  let transition: Temporal.ZonedDateTime | null = zoned(start, timezone)
  while (transition !== null && transition.epochMilliseconds < end.getTime()) {
    since.push(dateOf(transition))
    seconds.push(transition.offsetNanoseconds / 1e9)
    transition = transition.getTimeZoneTransition('next')
  }
  return { since, seconds }
}

/** The calendar day of the zone that contains an instant. */
export function dayContaining(instant: Date, timezone: string): Period {
  const date = zoned(instant, timezone).toPlainDate()
  const startOf = (day: Temporal.PlainDate) => dateOf(day.toZonedDateTime({ timeZone: timezone }))
  return { start: startOf(date), end: startOf(date.add({ days: 1 })) }
}
