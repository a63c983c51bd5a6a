import type { Static } from '@sinclair/typebox'
import { invalidTimeWarning, type ReportWarning, withStorableFields } from '../../lib/report-warnings.ts'
import { instantOf } from '../../lib/time/instants.ts'
import type { Completion } from './complete-call.ts'
import type { CompletionInput } from './ingest/input-schema.ts'

const instantFields = ['answered_at', 'ended_at'] as const

/**
 * Reads the report of a call's end. Characters that cannot be stored are replaced, and an instant that does not exist or is not
 * supported is left out, such as the zero time of .NET and Go: each with a warning, because the outcome and an opt-out are
 * worth more.
 */
export function readCompletion(sent: Static<typeof CompletionInput>): {
  completion: Completion
  warnings: ReportWarning[]
} {
  const { stored, warnings } = withStorableFields(sent)
  const { answered_at: _, ended_at: __, ...fields } = stored
  const completion: Completion = fields
  for (const field of instantFields) {
    const text = stored[field]
    if (text === undefined) continue
    const instant = instantOf(text)
    if (instant !== undefined) completion[field] = instant
    else warnings.push(invalidTimeWarning(field, text, 'report'))
  }
  return { completion, warnings }
}
