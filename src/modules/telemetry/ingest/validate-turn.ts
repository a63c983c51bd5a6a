import { maxLatencyMs, type TurnRole } from '../../../db/schema/index.ts'
import type { ErrorCode, TurnErrorCode } from '../../../lib/error-codes.ts'
import type { FieldError } from '../../../lib/errors.ts'
import { lazy } from '../../../lib/lazy.ts'
import { ajvWithFormats } from '../../../lib/schema/ajv.ts'
import { fieldErrors } from '../../../lib/schema/schema-errors.ts'
import { isStorable, isStorableJson } from '../../../lib/text.ts'

/** A turn that an agent reports. A value that was not measured is absent or null; it is stored as null. */
export interface TurnRow {
  turn_index: number
  role: TurnRole
  content?: string | null
  state_id?: string | null
  ttfb_stt?: number | null
  latency_stt?: number | null
  latency_llm?: number | null
  ttfb_tts?: number | null
  latency_tts?: number | null
  eou_latency?: number | null
  stt_duration_sec?: number | null
  llm_input_tokens?: number | null
  llm_cached_input_tokens?: number | null
  llm_output_tokens?: number | null
  tts_characters?: number | null
  was_interrupted?: boolean | null
  sentiment?: number | null
  extra_data?: Record<string, unknown> | null
  created_at?: string | null
}

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
export function validateTurn(input: TurnRow): TurnRow | Omit<Rejection, 'index'> {
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
  const { llm_input_tokens, llm_cached_input_tokens, created_at } = row
  if ((llm_cached_input_tokens ?? 0) > (llm_input_tokens ?? Number.POSITIVE_INFINITY)) {
    return {
      pointer: '/llm_cached_input_tokens',
      code: 'cached_exceeds_input',
      detail: `Must be at most llm_input_tokens (${llm_input_tokens}), which includes it. Received ${llm_cached_input_tokens}.`,
    }
  }
  if (created_at && Number.isNaN(Date.parse(created_at))) {
    const detail = 'Must be an ISO 8601 date and time that exists, such as 2026-11-23T09:00:00Z.'
    return { pointer: '/created_at', code: 'invalid_time', detail }
  }
  return row
}

/** Merges two reports of the same turn: the first report's values are kept, its missing ones are filled from the second. */
export function mergeTurns(first: TurnRow, second: TurnRow): TurnRow {
  const reported = Object.entries(first).filter(([, value]) => value !== null)
  return { ...second, ...(Object.fromEntries(reported) as unknown as TurnRow) }
}
