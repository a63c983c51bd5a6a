import { Temporal } from 'temporal-polyfill'
import { invalid, malformed } from '../errors.ts'

/** A half-open span of time: `start <= t < end`. */
export interface Period {
  start: Date
  end: Date
}

const dayMs = 86_400_000
const defaultPeriodDays = 30
const zoneNamePattern = /^(UTC|[A-Za-z_]+(\/[A-Za-z0-9_+-]+){1,2})$/

/**
 * Whether this is the name of an IANA time zone. Offsets such as "+03:00" are not accepted: they have no daylight saving
 * time, and versions of Node.js disagree on whether Intl accepts them.
 */
export function isTimeZone(zone: string): boolean {
  if (!zoneNamePattern.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** @throws Refusal 'invalid' when it is not an IANA time zone */
export function assertTimeZone(zone: string, pointer: string): void {
  if (isTimeZone(zone)) return
  throw invalid(
    'unknown_timezone',
    'The time zone is unknown. Use a name of the IANA database, such as Europe/Moscow or UTC.',
    [
      {
        pointer,
        detail: 'Must be a time zone of the IANA database, such as Europe/Moscow or UTC.',
      },
    ],
  )
}

const instantPattern = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i

/** Not NaN, and in the years that PostgreSQL and ISO 8601 write with four digits. */
const isInRange = (date: Date): boolean => date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999

/**
 * The instant of an ISO 8601 date-time with an offset. Undefined when it has none, does not exist, or is not in the years 1
 * to 9999. RFC 3339 also allows a leap second, which JavaScript cannot represent. Not parsed by Temporal, which takes five
 * times as long: each turn of a call may have such a time.
 */
export function instantOf(text: string): Date | undefined {
  if (!instantPattern.test(text)) return undefined
  const instant = new Date(text)
  // Date reads 30 February as 2 March.
  const dayExists = new Date(text.slice(0, 10)).getUTCDate() === Number(text.slice(8, 10))
  return dayExists && isInRange(instant) ? instant : undefined
}

/** The instant of an ISO 8601 date-time without an offset, in a time zone. Undefined as in `instantOf`. */
export function localInstantOf(text: string, timezone: string): Date | undefined {
  try {
    const instant = new Date(Temporal.PlainDateTime.from(text).toZonedDateTime(timezone).epochMilliseconds)
    return isInRange(instant) ? instant : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Parses an ISO 8601 date-time of a request. @throws Refusal 'malformed' when `instantOf` is undefined */
export function parseInstant(text: string, pointer: string): Date {
  const date = instantOf(text)
  if (date !== undefined) return date
  throw malformed(
    'invalid_time',
    'The date-time does not exist. Use ISO 8601 with an offset, such as 2026-05-04T10:00:00Z.',
    [{ pointer, detail: `Must be an existing date and time, in year 1 or later. Received "${text}".` }],
  )
}

/** Like `parseInstant`, for a field that may be absent or null. */
export const parseOptionalInstant = (
  text: string | null | undefined,
  pointer: string,
): Date | null | undefined => (text === undefined || text === null ? text : parseInstant(text, pointer))

/**
 * The period of a query. A date (YYYY-MM-DD) is its first instant in `timezone`. Without `end` the period ends now;
 * without `start` it is 30 days long.
 *
 * @throws Refusal 'malformed' when a bound does not exist, 'invalid' when `start` is not before `end`
 */
export function parsePeriod(query: { start?: string; end?: string }, now: Date, timezone = 'UTC'): Period {
  const end = query.end === undefined ? now : parseBound(query.end, timezone, '/end')
  const start =
    query.start === undefined
      ? new Date(end.getTime() - defaultPeriodDays * dayMs)
      : parseBound(query.start, timezone, '/start')
  if (start >= end) {
    const defaultEnd = query.end === undefined ? ' (now, because `end` is not given)' : ''
    throw invalid(
      'empty_period',
      `\`start\` must be before \`end\`: ${start.toISOString()} is not before ${end.toISOString()}${defaultEnd}.`,
      [{ pointer: '/start', detail: `Must be before \`end\`, which is ${end.toISOString()}.` }],
    )
  }
  return { start, end }
}

/** The bounds of a filter; undefined where the query has none. A date (YYYY-MM-DD) is its first instant in UTC. */
export const parseBounds = (query: { start?: string | undefined; end?: string | undefined }) => ({
  start: query.start === undefined ? undefined : parseBound(query.start, 'UTC', '/start'),
  end: query.end === undefined ? undefined : parseBound(query.end, 'UTC', '/end'),
})

const dateLength = 'YYYY-MM-DD'.length

function parseBound(text: string, timezone: string, pointer: string): Date {
  if (text.length !== dateLength) return parseInstant(text, pointer)
  const startOfDay = Temporal.PlainDate.from(text).toZonedDateTime({ timeZone: timezone })
  return new Date(startOfDay.epochMilliseconds)
}
