import type { Static } from '@sinclair/typebox'
import { maxLatencyMs } from '../../../db/schema/index.ts'
import type { ErrorCode, TurnErrorCode } from '../../../lib/error-codes.ts'
import { type FieldError, Refusal } from '../../../lib/errors.ts'
import { lazy } from '../../../lib/lazy.ts'
import { ajvWithFormats } from '../../../lib/schema/ajv.ts'
import { fieldErrors } from '../../../lib/schema/schema-errors.ts'
import { isStorable, isStorableJson } from '../../../lib/text.ts'
import { parseInstant } from '../../../lib/time/instants.ts'
import type { TurnInput } from './input-schema.ts'

/** A turn as its agent sent it. A value that was not measured is absent or null. */
export type ReportedTurn = Static<typeof TurnInput>

/** A valid turn. A value that was not measured is absent or null; it is stored as null. */
export type TurnRow = Omit<ReportedTurn, 'created_at'> & { created_at?: Date }

/** The reason why an item of a request was not stored. */
export interface Rejection {
  /** Position of the item in the request. */
  index: number
  /** JSON pointer into the request. */
  pointer: string
  /** A code of turns, or else the code of the error response that a request with only this item would get. */
  code: TurnErrorCode | ErrorCode
  detail: string
}

const latencyFields = [
  'ttfb_stt',
  'latency_stt',
  'latency_llm',
  'ttfb_tts',
  'latency_tts',
  'eou_latency',
] as const

/** Like `isStorableJson`, for the text fields and the JSON field of a turn. */
export const isStorableTurn = ({ content, state_id, extra_data }: TurnRow): boolean =>
  [content, state_id].every((text) => text == null || isStorable(text)) &&
  (extra_data == null || isStorableJson(JSON.stringify(extra_data)))

/** The error of an item for which `isStorableTurn` or `isStorableJson` is false. */
export const unstorableTextError = {
  code: 'unstorable_text' as const,
  detail: 'A text contains a NUL character or an unpaired surrogate, which cannot be stored. Remove it.',
}

/** Compiles a JSON schema at first use. The returned function returns the first error of an item, or undefined. */
export function createItemValidator(schema: object): (item: unknown) => FieldError | undefined {
  const compiled = lazy(() => ajvWithFormats({ allErrors: true, verbose: true }).compile(schema))
  return (item) => {
    const validate = compiled()
    if (validate(item)) return undefined
    const [error] = fieldErrors(validate.errors ?? [])
    return error ?? { pointer: '', detail: 'The item is not valid.' }
  }
}

/**
 * Checks rules between the fields of a turn that already satisfies its JSON schema. Returns the turn to store, or the
 * first error. LiveKit agents send -1 for a latency that was not measured, or 0 if it is eou_latency: both are stored as
 * null. Other negative latencies, and those above ten minutes, are clock errors that would distort averages.
 */
export function validateTurn({
  created_at,
  ...input
}: ReportedTurn): TurnRow | (FieldError & Pick<Rejection, 'code'>) {
  const row: TurnRow = { ...input }
  for (const field of latencyFields) {
    const value = row[field]
    if (value === null || value === undefined) continue
    if (value === -1 || (field === 'eou_latency' && value === 0)) {
      row[field] = null
      continue
    }
    const pointer = `/${field}`
    if (value < 0) {
      const detail = `Must be at least 0, or -1 when it was not measured. Received ${value}.`
      return { pointer, code: 'negative_latency', detail }
    }
    if (value > maxLatencyMs) {
      return {
        pointer,
        code: 'absurd_latency',
        detail: `Must be at most ${maxLatencyMs} ms. Received ${value}.`,
      }
    }
  }
  const { llm_input_tokens, llm_cached_input_tokens } = row
  if ((llm_cached_input_tokens ?? 0) > (llm_input_tokens ?? Number.POSITIVE_INFINITY)) {
    return {
      pointer: '/llm_cached_input_tokens',
      code: 'cached_exceeds_input',
      detail: `Must be at most llm_input_tokens (${llm_input_tokens}), which includes it. Received ${llm_cached_input_tokens}.`,
    }
  }
  if (created_at === undefined) return row
  try {
    row.created_at = parseInstant(created_at, '/created_at')
    return row
  } catch (error) {
    if (!(error instanceof Refusal && error.errors?.[0])) throw error
    return { ...error.errors[0], code: 'invalid_time' }
  }
}

/** Merges two reports of the same turn: the first report's values are kept, its missing ones are filled from the second. */
export function mergeTurns(first: TurnRow, second: TurnRow): TurnRow {
  const reported = Object.entries(first).filter(([, value]) => value !== null)
  return { ...second, ...(Object.fromEntries(reported) as unknown as TurnRow) }
}
