import type { ErrorObject } from 'ajv'
import { maxLatencyMs, type TurnRole } from '../../../db/schema/index.ts'
import { ajvWithFormats } from '../../../lib/ajv.ts'
import { lazy } from '../../../lib/lazy.ts'

/** A turn to be stored; what was not measured is not there, and is null in its row. */
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

/** Why an item was not taken. `pointer` is into the request. */
export interface Rejection {
  index: number
  pointer: string
  code: string
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

const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/

/** Whether PostgreSQL can hold every text in this JSON: NUL, or half of a surrogate pair, fails a whole statement. */
export const isStorableJson = (json: string) => !unstorable.test(json)

/** As `isStorable`, of a turn: its texts, and what it carries as JSON. */
export const isStorableTurn = ({ content, state_id, extra_data }: TurnRow): boolean =>
  [content, state_id].every((text) => text == null || (text.isWellFormed() && !text.includes('\0'))) &&
  (extra_data == null || isStorableJson(JSON.stringify(extra_data)))

export const unstorableTextError = {
  code: 'unstorable_text',
  detail: 'holds a NUL character, or half of a surrogate pair',
}

/** A checker of single items by a JSON schema; it tells the first fault. */
export function createItemValidator(
  schema: object,
): (item: unknown) => { pointer: string; detail: string } | undefined {
  const compiled = lazy(() => ajvWithFormats().compile(schema))
  return (item) => {
    const validate = compiled()
    if (validate(item)) return undefined
    const [fault] = validate.errors ?? []
    return fault === undefined ? { pointer: '', detail: 'is wrong' } : told(fault)
  }
}

function told({ instancePath, params, message }: ErrorObject): { pointer: string; detail: string } {
  const named = (params.missingProperty ?? params.additionalProperty) as string | undefined
  if (named === undefined) return { pointer: instancePath, detail: message ?? 'is wrong' }
  const pointer = `${instancePath}/${named.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return { pointer, detail: params.missingProperty === undefined ? 'is not a known field' : 'is required' }
}

/**
 * A well-formed turn as it is stored, or what is wrong with it. A latency of -1 says "not measured", and an
 * end-of-utterance delay of 0 too: that is how LiveKit's agents say it. Other negatives, and what exceeds ten
 * minutes, are a clock gone wrong: refused, never averaged.
 */
export function validateTurn(input: TurnRow): TurnRow | Omit<Rejection, 'index'> {
  const row: TurnRow = { ...input }
  for (const field of latencyFields) {
    const value = row[field]
    if (value === null || value === undefined) continue
    if (value === -1 || (field === 'eou_latency' && value === 0)) row[field] = null
    else if (value < 0)
      return { pointer: `/${field}`, code: 'negative_latency', detail: 'must not be negative' }
    else if (value > maxLatencyMs) {
      return { pointer: `/${field}`, code: 'absurd_latency', detail: `must be at most ${maxLatencyMs} ms` }
    }
  }
  if ((row.llm_cached_input_tokens ?? 0) > (row.llm_input_tokens ?? Number.POSITIVE_INFINITY)) {
    return {
      pointer: '/llm_cached_input_tokens',
      code: 'cached_exceeds_input',
      detail: 'must not exceed llm_input_tokens',
    }
  }
  if (row.created_at && Number.isNaN(Date.parse(row.created_at))) {
    return { pointer: '/created_at', code: 'invalid_time', detail: 'is not an instant' }
  }
  return row
}

/** Two accounts of one turn: the first is kept, what it left open is filled from the second. */
export function mergeTurns(first: TurnRow, second: TurnRow): TurnRow {
  const given = Object.entries(first).filter(([, value]) => value !== null)
  return { ...second, ...(Object.fromEntries(given) as unknown as TurnRow) }
}
