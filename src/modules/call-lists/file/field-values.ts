import type { RowErrorCode } from '../../../lib/error-codes.ts'
import { instantOf, isTimeZone, localInstantOf } from '../../../lib/time/instants.ts'

const maxPriority = 1_000

/** The reason why a row is rejected. The detail does not repeat a cell: it could be a phone number in the wrong column. */
export class RowError extends Error {
  readonly code: RowErrorCode
  constructor(code: RowErrorCode, detail: string) {
    super(detail)
    this.code = code
  }
}

/** Results of isTimeZone, which is slow, by the text of the cell. */
const timeZoneCache = new Map<string, boolean>()
const maxCachedTimeZones = 1_000

export function isKnownTimeZone(name: string): boolean {
  let isKnown = timeZoneCache.get(name)
  if (isKnown === undefined) {
    isKnown = isTimeZone(name)
    if (timeZoneCache.size < maxCachedTimeZones) timeZoneCache.set(name, isKnown)
  }
  return isKnown
}

/** null for an empty cell. @throws RowError */
export function parsePriority(text: string | undefined): number | null {
  if (!text) return null
  const priority = Number(text.replace(/[.,]0+$/, ''))
  if (!Number.isInteger(priority) || Math.abs(priority) > maxPriority) {
    throw new RowError('invalid_priority', 'The priority must be an integer from -1000 to 1000.')
  }
  return priority
}

/** Whether a field accepts the text of a cell. */
export function isFieldValue(
  field: 'timezone' | 'priority' | 'next_attempt_at',
  text: string,
  timezone: string,
): boolean {
  if (field === 'timezone') return isKnownTimeZone(text)
  try {
    if (field === 'priority') parsePriority(text)
    else parseTime(text, timezone)
    return true
  } catch (error) {
    if (error instanceof RowError) return false
    throw error
  }
}

/**
 * Parses a time with an offset, or a local time in `timezone`, and returns it as ISO 8601 in UTC. Dates may be written
 * YYYY-MM-DD or DD.MM.YYYY. Returns null for an empty cell.
 *
 * @throws RowError
 */
export function parseTime(text: string | undefined, timezone: string): string | null {
  if (!text) return null
  const hasOffset = /(z|[+-]\d\d:?\d\d)$/i.test(text)
  const instant = hasOffset
    ? instantOf(text)
    : localInstantOf(text.replace(/^(\d\d?)\.(\d\d?)\.(\d{4})/, isoDate), timezone)
  if (instant !== undefined) return instant.toISOString()
  throw new RowError(
    'invalid_time',
    'The time must have a form like 2026-12-01 10:00, 01.12.2026 10:00 or 2026-12-01T10:00:00+03:00.',
  )
}

/** Converts 1.12.2026 to 2026-12-01. */
const isoDate = (_: string, day: string, month: string, year: string) =>
  `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
