import { Temporal } from 'temporal-polyfill'
import { invalid, malformed } from '../errors.ts'

/** A half-open span of time: `start <= t < end`. */
export interface Period {
  start: Date
  end: Date
}

const dayMs = 86_400_000
const shape = /^(UTC|[A-Za-z_]+(\/[A-Za-z0-9_+-]+){1,2})$/

/**
 * Whether this is a zone of the IANA database. Offsets such as "+03:00" are not zones: they know no DST,
 * and Node versions disagree on them.
 */
export function isTimeZone(zone: string): boolean {
  if (!shape.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** @throws Refusal 'invalid' when there is no such zone */
export function assertTimeZone(zone: string, pointer: string): void {
  if (isTimeZone(zone)) return
  throw invalid(
    'unknown_timezone',
    'There is no such time zone: name one of the IANA database, like Europe/Moscow.',
    [{ pointer, detail: 'unknown time zone' }],
  )
}

/** The instant an ISO 8601 date-time names; RFC 3339 allows a leap second, a clock here does not. */
export function parseInstant(text: string, pointer: string): Date {
  const date = new Date(text)
  if (!Number.isNaN(date.getTime()) && date.getUTCFullYear() >= 1) return date
  throw malformed('invalid_time', 'This is not an instant.', [{ pointer, detail: 'is not a date-time' }])
}

/** As `instant`, for a field that may be absent or null. */
export const parseOptionalInstant = (
  text: string | null | undefined,
  pointer: string,
): Date | null | undefined => (text === undefined || text === null ? text : parseInstant(text, pointer))

/**
 * The period a query asks for. A date means its first instant in the zone; without `end` it ends now, without
 * `start` it is 30 days long.
 *
 * @throws Refusal when a bound is no time, or the start is not before the end
 */
export function parsePeriod(query: { start?: string; end?: string }, now: Date, timezone = 'UTC'): Period {
  const end = query.end === undefined ? now : boundOf(query.end, timezone, '/end')
  const start =
    query.start === undefined
      ? new Date(end.getTime() - 30 * dayMs)
      : boundOf(query.start, timezone, '/start')
  if (start >= end) {
    throw invalid('empty_period', '`start` must be before `end`.', [
      { pointer: '/start', detail: 'is not before end' },
    ])
  }
  return { start, end }
}

/** The bounds a filter names, each on its own; a date is its first instant in UTC. */
export const parseBounds = (query: { start?: string | undefined; end?: string | undefined }) => ({
  start: query.start === undefined ? undefined : boundOf(query.start, 'UTC', '/start'),
  end: query.end === undefined ? undefined : boundOf(query.end, 'UTC', '/end'),
})

function boundOf(text: string, timezone: string, pointer: string): Date {
  if (text.length !== 10) return parseInstant(text, pointer)
  const midnight = Temporal.PlainDate.from(text).toZonedDateTime({ timeZone: timezone })
  return new Date(midnight.epochMilliseconds)
}
