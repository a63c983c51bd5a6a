/** The body of POST /api/telemetry and its response. */

export const roles = ['user', 'assistant', 'system'] as const
export type Role = (typeof roles)[number]

export const statuses = ['completed', 'failed', 'cancelled'] as const

/** How a call can end. */
export const outcomes = [
  'success',
  'fail',
  'callback',
  'transferred',
  'max_duration',
  'no_answer',
  'busy',
  'voicemail',
  'declined',
  'invalid_number',
  'blocked',
  'carrier_error',
  'no_capacity',
  'agent_error',
  'suppressed',
  'outside_window',
  'cancelled',
  'lost',
] as const
export type Outcome = (typeof outcomes)[number]

/**
 * The fields of a turn that are billed. Tokens of audio, of images, from the cache and written to the cache are part of
 * the input or output tokens.
 */
export const usageFields = [
  'stt_duration_sec',
  'llm_input_tokens',
  'llm_cached_input_tokens',
  'llm_output_tokens',
  'tts_characters',
  'llm_cache_write_tokens',
  'llm_cache_write_1h_tokens',
  'llm_audio_input_tokens',
  'llm_cached_audio_input_tokens',
  'llm_image_input_tokens',
  'llm_cached_image_input_tokens',
  'llm_audio_output_tokens',
  'llm_image_output_tokens',
  'llm_session_sec',
  'stt_input_tokens',
  'stt_output_tokens',
  'tts_input_tokens',
  'tts_output_tokens',
  'tts_duration_sec',
] as const
type UsageFields = Partial<Record<(typeof usageFields)[number], number>>

/** Fields of a turn. Latencies are in ms. A value that was not measured is left out. */
export interface TurnFields extends UsageFields {
  content?: string
  state_id?: string
  ttfb_stt?: number
  latency_stt?: number
  latency_llm?: number
  ttfb_tts?: number
  latency_tts?: number
  eou_latency?: number
  /** Negative for a reply that began before the caller had finished, as is an eou_latency. */
  e2e_latency?: number
  was_interrupted?: boolean
  /** The words only bridge the wait for the answer. */
  is_filler?: boolean
  sentiment?: number
  extra_data?: Record<string, unknown>
  /** When the speech of this turn started and ended, ISO 8601. */
  started_speaking_at?: string
  stopped_speaking_at?: string
}

export interface Turn extends TurnFields {
  turn_index: number
  role: Role
  /** When the turn started, ISO 8601. */
  created_at?: string
}

type Amount = number | string
type ProviderAndModel = { provider: string; model?: string }

/** Usage of a component that was served by a provider or model other than the main one. */
export interface AdditionalProvider extends ProviderAndModel, UsageFields {
  component: 'stt' | 'llm' | 'tts'
}

/** How a call ended, as its agent reports it. Amounts are in USD. */
export interface Completion {
  status?: (typeof statuses)[number]
  outcome?: Outcome
  outcome_confidence?: number
  outcome_reason?: string
  ended_reason?: string
  /** When the call was answered, ISO 8601. */
  answered_at?: string
  /** ISO 8601. */
  ended_at?: string
  /** From the answer to the end, s. */
  duration_sec?: number
  livekit_duration_sec?: number
  interruption_count?: number
  sentiment_score?: number
  collected_data?: Record<string, unknown>
  reported_cost?: { stt?: Amount; llm?: Amount; tts?: Amount; livekit?: Amount; total?: Amount }
  /** The main provider of each component. `also`: the other providers, with the usage that they served. */
  providers?: {
    stt?: ProviderAndModel
    llm?: ProviderAndModel
    tts?: ProviderAndModel
    also?: AdditionalProvider[]
  }
}

/** A turn or the end of a call. */
export type Item =
  | { kind: 'turn'; call_id: string; turn: Turn }
  | { kind: 'completion'; call_id: string; completion: Completion }

/** An item in the queue, encoded, so that later changes of the agent's objects do not affect it. */
export interface EncodedItem {
  kind: Item['kind']
  call_id: string
  json: string
  bytes: number
}

/** NUL and lone surrogates: PostgreSQL cannot store them in text. */
const unstorable = /[\p{Surrogate}\0]/gu

/** Encodes an item as JSON. @throws TypeError when `kind` is unknown, or JSON cannot represent it (circular, bigint) */
export function encodeItem(item: Item): EncodedItem {
  const { kind, call_id } = item
  if (kind !== 'turn' && kind !== 'completion')
    throw new TypeError('The kind of an item must be turn or completion.')
  const fields = item.kind === 'turn' ? item.turn : item.completion
  const json = JSON.stringify({ call_id, ...fields }, (_key, value) =>
    typeof value === 'string' ? value.replace(unstorable, '\uFFFD') : value,
  )
  return { kind, call_id, json, bytes: Buffer.byteLength(json) }
}

/** Decodes an item for `onDrop`. */
export function decodeItem({ kind, json }: EncodedItem): Item {
  const { call_id, ...fields } = JSON.parse(json)
  return kind === 'turn' ? { kind, call_id, turn: fields } : { kind, call_id, completion: fields }
}

/** The request body: turns and completions in the order of the items. */
export function requestBody(items: readonly EncodedItem[]): string {
  const jsonOf = (kind: Item['kind']) => items.filter((item) => item.kind === kind).map(({ json }) => json)
  return `{"turns":[${jsonOf('turn').join()}],"completions":[${jsonOf('completion').join()}]}`
}

/** Why the service rejected an item. `index` is its position among the items of its kind in the request. */
export interface Rejection {
  index: number
  pointer: string
  code: string
  detail: string
}

/** A field of a turn that the service could not use and stored as null. `index` as in `Rejection`. */
export interface Warning {
  index: number
  field: string
  value: unknown
  code: string
  reason: string
}

interface IngestResult {
  accepted: number
  duplicates: number
  rejected: Rejection[]
  warnings?: Warning[]
}

export interface TelemetryResponse {
  turns: IngestResult
  completions: IngestResult
}

/** The parsed response; undefined when it is not a response of the telemetry API, for example the page of a proxy. */
export function parseResponse(text: string): TelemetryResponse | undefined {
  const response = parseJson(text) as Partial<TelemetryResponse> | null | undefined
  const isResult = (result: Partial<IngestResult> | undefined) =>
    typeof result?.accepted === 'number' &&
    typeof result.duplicates === 'number' &&
    Array.isArray(result.rejected) &&
    result.rejected.every((rejection) => typeof rejection?.index === 'number')
  return isResult(response?.turns) && isResult(response?.completions)
    ? (response as TelemetryResponse)
    : undefined
}

/** Code and detail of a problem document of the service; undefined when the text is something else. */
export function parseProblem(text: string): string | undefined {
  const { code, detail } = (parseJson(text) ?? {}) as { code?: unknown; detail?: unknown }
  return typeof code === 'string' && typeof detail === 'string' ? `${code}: ${detail}` : undefined
}

/** The parsed JSON; undefined when the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
