import { invalid, malformed } from '../errors.ts'
import { receivedText } from '../schema/received-value.ts'
import { canonicalZone } from './zone-data.ts'
import { zoneOffsets } from './zone-offsets.ts'

/** A half-open span of time: `start <= t < end`. */
export interface Period {
  start: Date
  end: Date
}

const dayMs = 86_400_000
const defaultPeriodDays = 30

/**
 * Whether this is the name of an IANA time zone or of a link to one, in any case. Offsets such as "+03:00" are not
 * accepted, because they have no daylight saving time.
 */
export const isTimeZone = (zone: string): boolean => canonicalZone(zone) !== undefined

/** @throws Refusal 'invalid' when it is not an IANA time zone */
export function assertTimeZone(zone: string, pointer: string): void {
  if (isTimeZone(zone)) return
  throw invalid(
    'unknown_timezone',
    'The time zone is unknown. Use a name of the IANA database, such as Europe/Moscow or UTC.',
    [
      {
        pointer,
        detail: `Must be a time zone of the IANA database, such as Europe/Moscow or UTC. ${receivedText(zone)}`,
      },
    ],
  )
}

/**
 * Instants before this year are rejected: they are the zero times of .NET and Go (year 1) or a mistyped year. PostgreSQL
 * and ISO 8601 write the years up to 9999 with four digits.
 */
export const minYear = 1900
const maxYear = 9999
/** Of a UTC offset. Kiribati has the largest one, +14:00. */
const maxOffsetMinutes = 14 * 60

/** Whether the API accepts this instant. False for an invalid Date. */
export const isSupportedInstant = (date: Date): boolean =>
  date.getUTCFullYear() >= minYear && date.getUTCFullYear() <= maxYear

/** Whether this is a UTC offset: +HH:MM or -HH:MM, at most 14 hours. */
export function isOffset(text: string): boolean {
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(4))]
  return minutes < 60 && hours * 60 + minutes <= maxOffsetMinutes
}

const instantPattern =
  /^(\d{4}-\d\d-(\d\d))[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:Z|([+-]\d\d)(?::?(\d\d))?)$/i

/**
 * The instant of an ISO 8601 date-time with an offset. Undefined when it has none, does not exist, or when its year or its
 * offset is not supported. RFC 3339 also allows a leap second, which JavaScript cannot represent. Not parsed by Temporal,
 * which takes five times as long: each turn of a call may have such a time.
 */
export function instantOf(text: string): Date | undefined {
  const match = instantPattern.exec(text)
  if (match === null) return undefined
  const [, date = '', day, time = '', hours, minutes = '00'] = match
  const offset = hours === undefined ? 'Z' : `${hours}:${minutes}`
  if (offset !== 'Z' && !isOffset(offset)) return undefined
  const instant = new Date(`${date}T${time}${offset}`)
  // Date reads 30 February as 2 March.
  const dayExists = new Date(date).getUTCDate() === Number(day)
  return dayExists && isSupportedInstant(instant) ? instant : undefined
}

/** Parses an ISO 8601 date-time of a request. @throws Refusal 'malformed' when `instantOf` is undefined */
export function parseInstant(text: string, pointer: string): Date {
  const date = instantOf(text)
  if (date !== undefined) return date
  throw malformed(
    'invalid_time',
    'The date-time does not exist or is not supported. Use ISO 8601 with an offset, such as 2026-05-04T10:00:00Z.',
    [
      {
        pointer,
        detail: `Must be an existing date and time in the years ${minYear} to ${maxYear}, with Z or an offset of at most 14 hours. ${receivedText(text)}`,
      },
    ],
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
  assertNotEmpty(start, end, query.end === undefined ? ' (now, because `end` is not given)' : '')
  return { start, end }
}

/** @throws Refusal 'invalid' when `start` is not before `end` */
function assertNotEmpty(start: Date, end: Date, defaultEnd = ''): void {
  if (start < end) return
  throw invalid(
    'empty_period',
    `\`start\` must be before \`end\`: ${start.toISOString()} is not before ${end.toISOString()}${defaultEnd}.`,
    [{ pointer: '/start', detail: `Must be before \`end\`, which is ${end.toISOString()}.` }],
  )
}

/** The bounds of a filter; the zone is UTC when it is absent. */
interface BoundsQuery {
  start?: string | undefined
  end?: string | undefined
  timezone?: string | undefined
}

/**
 * The bounds of a filter; undefined where the query has none. A date (YYYY-MM-DD) is its first instant in the zone, as in
 * `parsePeriod`.
 *
 * @throws Refusal 'malformed' when a bound does not exist, 'invalid' when the zone is unknown or `start` is not before `end`
 */
export function parseBounds(query: BoundsQuery) {
  const { timezone = 'UTC' } = query
  assertTimeZone(timezone, '/timezone')
  const start = query.start === undefined ? undefined : parseBound(query.start, timezone, '/start')
  const end = query.end === undefined ? undefined : parseBound(query.end, timezone, '/end')
  if (start !== undefined && end !== undefined) assertNotEmpty(start, end)
  return { start, end }
}

const dateLength = 'YYYY-MM-DD'.length

function parseBound(text: string, timezone: string, pointer: string): Date {
  if (text.length !== dateLength) return parseInstant(text, pointer)
  const midnight = parseInstant(`${text}T00:00:00Z`, pointer)
  return new Date(zoneOffsets(timezone).startOfDay(midnight.getTime() / dayMs))
}
