import { type SuppressionReason, suppressionReasons } from '../../../db/schema/index.ts'
import type { RowErrorCode } from '../../../lib/list-error-codes.ts'
import { isTimeZone } from '../../../lib/time/instants.ts'
import { parseWrittenTime } from '../../../lib/time/written-time.ts'

const maxPriority = 1_000

/** The reason why a row is rejected. The detail does not repeat a cell: it could be a phone number in the wrong column. */
export class RowError extends Error {
  readonly code: RowErrorCode
  constructor(code: RowErrorCode, detail: string) {
    super(detail)
    this.code = code
  }
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

/** What the times of a list refer to. */
export interface TimeContext {
  /** The zones of the contact, for a time without an offset. */
  timezones: readonly string[]
  /** For a time without a date, and for words such as "tomorrow". */
  now: Date
}

/** The reason for a suppression, in any case; undefined for any other text. */
export const reasonOf = (text: string): SuppressionReason | undefined =>
  suppressionReasons.find((name) => name === text.trim().toLowerCase())

/** The code of a row whose value a field does not accept. */
export const fieldErrorCodes = {
  timezone: 'unknown_timezone',
  priority: 'invalid_priority',
  next_attempt_at: 'invalid_time',
  reason: 'unknown_reason',
  expires_at: 'invalid_time',
} as const satisfies Record<string, RowErrorCode>

/** Whether a field accepts the text of a cell. */
export function isFieldValue(
  field: keyof typeof fieldErrorCodes,
  text: string,
  context: TimeContext,
): boolean {
  if (field === 'timezone') return isTimeZone(text)
  if (field === 'reason') return reasonOf(text) !== undefined
  try {
    if (field === 'priority') parsePriority(text)
    else parseTime(text, context)
    return true
  } catch (error) {
    if (error instanceof RowError) return false
    throw error
  }
}

/** The time of a cell as ISO 8601 in UTC. @throws RowError */
export function parseTime(text: string, { timezones, now }: TimeContext): string {
  const instant = parseWrittenTime(text, timezones, now)
  if (instant !== undefined) return instant.toISOString()
  throw new RowError(
    'invalid_time',
    'The time cannot be read, or its day and month can be exchanged. Write 2026-12-01 10:00, 01.12.2026 10:00 or 2026-12-01T10:00:00+03:00.',
  )
}
