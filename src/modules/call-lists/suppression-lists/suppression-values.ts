import { type SuppressionReason, suppressionReasons } from '../../../db/schema/index.ts'
import { instantOf } from '../../../lib/time/instants.ts'
import { parseTime, RowError, reasonOf } from '../file/field-values.ts'

const maxNoteLength = 1_000

/** A reason in any case; null for an empty cell. @throws RowError */
export function parseReason(text: string | null | undefined): SuppressionReason | null {
  if (!text) return null
  const reason = reasonOf(text)
  if (reason !== undefined) return reason
  throw new RowError('unknown_reason', `reason must be one of ${suppressionReasons.join(', ')}.`)
}

/** null for an empty cell. @throws RowError */
export function parseNote(text: string | null | undefined): string | null {
  if (!text) return null
  if (text.length <= maxNoteLength) return text
  throw new RowError(
    'too_long',
    `note has ${text.length.toLocaleString('en')} characters; at most ${maxNoteLength.toLocaleString('en')} are allowed.`,
  )
}

/**
 * The end of a suppression, as ISO 8601 in UTC; null for an empty cell.
 *
 * @param timezone that of a time without an offset; undefined: such a time is rejected
 * @throws RowError
 */
export function parseExpiry(
  text: string | null | undefined,
  now: Date,
  timezone: string | undefined,
): string | null {
  if (!text) return null
  const instant =
    instantOf(text)?.toISOString() ??
    (timezone === undefined ? null : parseTime(text, { timezones: [timezone], now }))
  if (instant === null) {
    throw new RowError(
      'invalid_time',
      'expires_at must be an ISO 8601 date-time with an offset, like 2027-06-30T00:00:00Z. For times without an offset set timezone.',
    )
  }
  if (new Date(instant) > now) return instant
  throw new RowError('already_expired', `expires_at is ${instant}, which is in the past.`)
}
