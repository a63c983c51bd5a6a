import { Temporal } from 'temporal-polyfill'
import { invalid } from '../../../lib/errors.ts'
import type { Period } from '../../../lib/time/instants.ts'

export const buckets = ['hour', 'day', 'week', 'month'] as const
export type Bucket = (typeof buckets)[number]

/** More buckets than this in one answer are refused. */
export const maxBuckets = 2_000

/** Hours of the day and days of the week are told apart over at most so many days. */
export const maxZonedDays = 36_525

const zoned = (at: Date, timezone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timezone)

const dateOf = (at: Temporal.ZonedDateTime | Temporal.Instant) => new Date(at.epochMilliseconds)

/**
 * The instants at which buckets of the zone's calendar begin, ascending: the first begins at or before the period's
 * start, and the last one given is where the last bucket ends. A day of a change to or from summer time has 23 or 25
 * hours; weeks begin on Monday.
 *
 * @throws Refusal 'invalid' when there are more than `mostBuckets`
 */
export function bucketEdges({ start, end }: Period, bucket: Bucket, timezone: string): Date[] {
  const edges: Date[] = []
  for (const edge of edgesFrom(zoned(start, timezone), bucket)) {
    edges.push(edge)
    if (edge >= end) return edges
    if (edges.length > maxBuckets) break
  }
  const detail = `That is more than ${maxBuckets} buckets: ask for a shorter period, or for larger ones.`
  throw invalid('too_many_buckets', detail, [
    { pointer: '/start', detail: `is more than ${maxBuckets} ${bucket}s before the end` },
  ])
}

function* edgesFrom(start: Temporal.ZonedDateTime, bucket: Bucket): Generator<Date> {
  const candidates = bucket === 'hour' ? hoursFrom(start) : datesFrom(start, bucket)
  let last: Date | undefined
  for (const candidate of candidates) {
    // A day that a zone left out (Apia, 2011-12-30) begins with the next one.
    if (last === undefined || candidate > last) yield candidate
    last = candidate
  }
}

/** Hours of the wall clock; where the clock moves by half an hour, one of them is as short. */
function* hoursFrom(start: Temporal.ZonedDateTime): Generator<Date> {
  const whole = (at: Temporal.ZonedDateTime) => at.round({ smallestUnit: 'hour', roundingMode: 'floor' })
  let at = whole(start)
  while (true) {
    yield dateOf(at)
    const next = at.add({ hours: 1 })
    const floor = whole(next)
    at = floor.epochMilliseconds > at.epochMilliseconds ? floor : next
  }
}

function* datesFrom(start: Temporal.ZonedDateTime, bucket: 'day' | 'week' | 'month'): Generator<Date> {
  let date = start.toPlainDate()
  if (bucket === 'week') date = date.subtract({ days: date.dayOfWeek - 1 })
  if (bucket === 'month') date = date.with({ day: 1 })
  const step = bucket === 'day' ? { days: 1 } : bucket === 'week' ? { weeks: 1 } : { months: 1 }
  // Without a time it is the first instant of the date, also where midnight is skipped.
  for (; ; date = date.add(step)) yield dateOf(date.toZonedDateTime({ timeZone: start.timeZoneId }))
}

/** The period of the same length that ends where this one starts; whole days of the zone stay whole days. */
export function previousPeriod({ start, end }: Period, timezone: string): Period {
  const from = zoned(start, timezone)
  const length = from.until(zoned(end, timezone), { largestUnit: 'day' })
  return { start: dateOf(from.subtract(length)), end: start }
}

/**
 * How far the zone's clock is from UTC in a period: from each instant on, so many seconds. The first is the start.
 * The database is told this, not the zone: its own table of zones may be of another year.
 *
 * @throws Refusal 'invalid' when the period is too long
 */
export function utcOffsets({ start, end }: Period, timezone: string): { since: Date[]; seconds: number[] } {
  if (end.getTime() - start.getTime() > maxZonedDays * 86_400_000) {
    throw invalid('period_too_long', 'Hours and weekdays are told apart over at most 100 years.', [
      { pointer: '/start', detail: 'is more than 100 years before the end' },
    ])
  }
  const since: Date[] = []
  const seconds: number[] = []
  let at: Temporal.ZonedDateTime | null = zoned(start, timezone)
  while (at !== null && at.epochMilliseconds < end.getTime()) {
    since.push(dateOf(at))
    seconds.push(at.offsetNanoseconds / 1e9)
    at = at.getTimeZoneTransition('next')
  }
  return { since, seconds }
}

/** The day of the zone that an instant is in. */
export function dayContaining(now: Date, timezone: string): Period {
  const date = zoned(now, timezone).toPlainDate()
  const begin = (day: Temporal.PlainDate) => dateOf(day.toZonedDateTime({ timeZone: timezone }))
  return { start: begin(date), end: begin(date.add({ days: 1 })) }
}
