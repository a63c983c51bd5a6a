import { isStorableJson, storableValue } from './text.ts'
import type { TurnWarningCode } from './turn-codes.ts'

/** A field of a report that could not be used as it was sent. The rest of the report is stored. */
export interface ReportWarning {
  field: string
  value: ReturnType<typeof repeatedValue>
  code: TurnWarningCode
  reason: string
}

/** The longest text that a warning repeats. */
const maxRepeatedLength = 100

/** A value as a warning repeats it: null for an object, an array or a long text. */
export function repeatedValue(value: unknown): number | string | boolean | null {
  if (typeof value === 'string') return value.length <= maxRepeatedLength ? value : null
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** The warning about a date-time that does not exist or is not supported. @param item what was stored without it */
export const invalidTimeWarning = (
  field: string,
  value: unknown,
  item: 'report' | 'event',
): ReportWarning => ({
  field,
  value: repeatedValue(value),
  code: 'invalid_time',
  reason: `The date-time does not exist or is not supported. The ${item} was stored without it.`,
})

/** The warning about a text that PostgreSQL cannot store as it is. */
export const unstorableTextWarning = {
  code: 'unstorable_text' as const,
  reason: 'It contains a NUL character or an unpaired surrogate. Each is stored as U+FFFD.',
}

/** Replaces the characters of a report that cannot be stored, with a warning for each field that has some. */
export function withStorableFields<T extends object>(report: T): { stored: T; warnings: ReportWarning[] } {
  const warnings = Object.entries(report)
    .filter(([, value]) => !isStorableJson(JSON.stringify(value) ?? ''))
    .map(([field]) => ({ field, value: null, ...unstorableTextWarning }))
  return { stored: warnings.length === 0 ? report : storableValue(report), warnings }
}
