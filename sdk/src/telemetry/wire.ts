/** What goes over the wire: the body of `POST /api/telemetry` and its answer. */

export const roles = ['user', 'assistant', 'system'] as const
export type Role = (typeof roles)[number]

export const statuses = ['completed', 'failed', 'cancelled'] as const

/** How a call can end, in the service's words. */
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

/** What of a turn is paid for. */
export const usageFields = [
  'stt_duration_sec',
  'llm_input_tokens',
  'llm_cached_input_tokens',
  'llm_output_tokens',
  'tts_characters',
] as const

/** What is known of a turn. Latencies are ms; what was not measured is not there. */
export interface TurnFields {
  content?: string
  state_id?: string
  ttfb_stt?: number
  latency_stt?: number
  latency_llm?: number
  ttfb_tts?: number
  latency_tts?: number
  eou_latency?: number
  stt_duration_sec?: number
  llm_input_tokens?: number
  llm_cached_input_tokens?: number
  llm_output_tokens?: number
  tts_characters?: number
  was_interrupted?: boolean
  sentiment?: number
  extra_data?: Record<string, unknown>
}

export interface Turn extends TurnFields {
  turn_index: number
  role: Role
  /** ISO 8601: when the turn began. */
  created_at?: string
}

type Amount = number | string
type Served = { provider: string; model?: string }

/** A part of a component's usage that another provider or model served. */
export interface AdditionalProvider extends Served, Partial<Record<(typeof usageFields)[number], number>> {
  component: 'stt' | 'llm' | 'tts'
}

/** How a call ended, as its agent knows it. Amounts are USD. */
export interface Completion {
  status?: (typeof statuses)[number]
  outcome?: Outcome
  outcome_confidence?: number
  outcome_reason?: string
  ended_reason?: string
  /** ISO 8601. */
  ended_at?: string
  duration_sec?: number
  livekit_duration_sec?: number
  interruption_count?: number
  sentiment_score?: number
  collected_data?: Record<string, unknown>
  reported_cost?: { stt?: Amount; llm?: Amount; tts?: Amount; livekit?: Amount; total?: Amount }
  /** Who served it; `also`: who else did, and how much of the turns' usage. */
  providers?: { stt?: Served; llm?: Served; tts?: Served; also?: AdditionalProvider[] }
}

/** What is sent. */
export type Item =
  | { kind: 'turn'; call_id: string; turn: Turn }
  | { kind: 'completion'; call_id: string; completion: Completion }

/** An item as it waits: nothing that an agent does to its objects afterwards changes it. */
export interface EncodedItem {
  kind: Item['kind']
  call_id: string
  json: string
  bytes: number
}

/** NUL and halves of surrogate pairs: the service's database cannot hold them. */
const unstorable = /[\p{Surrogate}\0]/gu

/** @throws TypeError where it is no item, or cannot be JSON, as a circle cannot */
export function encodeItem(item: Item): EncodedItem {
  const { kind, call_id } = item
  if (kind !== 'turn' && kind !== 'completion') throw new TypeError('an item is a turn or a completion')
  const fields = item.kind === 'turn' ? item.turn : item.completion
  const json = JSON.stringify({ call_id, ...fields }, (_key, value) =>
    typeof value === 'string' ? value.replace(unstorable, '\uFFFD') : value,
  )
  return { kind, call_id, json, bytes: Buffer.byteLength(json) }
}

/** The item again, for whoever wants to keep what was lost. */
export function decodeItem({ kind, json }: EncodedItem): Item {
  const { call_id, ...fields } = JSON.parse(json)
  return kind === 'turn' ? { kind, call_id, turn: fields } : { kind, call_id, completion: fields }
}

export function requestBody(items: readonly EncodedItem[]): string {
  const of = (kind: Item['kind']) => items.filter((item) => item.kind === kind).map(({ json }) => json)
  return `{"turns":[${of('turn').join()}],"completions":[${of('completion').join()}]}`
}

/** Why the service did not take an item; `index` counts the items of its kind in the request. */
export interface Rejection {
  index: number
  pointer: string
  code: string
  detail: string
}

interface Taken {
  accepted: number
  duplicates: number
  rejected: Rejection[]
}

export interface TelemetryResponse {
  turns: Taken
  completions: Taken
}

/** The answer, or undefined when it is none of the service's: something between has spoken for it. */
export function parseResponse(text: string): TelemetryResponse | undefined {
  const answer = readJson(text) as Partial<TelemetryResponse> | null | undefined
  const isTaken = (taken: Partial<Taken> | undefined) =>
    typeof taken?.accepted === 'number' &&
    typeof taken.duplicates === 'number' &&
    Array.isArray(taken.rejected) &&
    taken.rejected.every((rejection) => typeof rejection?.index === 'number')
  return isTaken(answer?.turns) && isTaken(answer?.completions) ? (answer as TelemetryResponse) : undefined
}

/** The service's own words for why it refused a request, or undefined when somebody else refused it. */
export function parseProblem(text: string): string | undefined {
  const { code, detail } = (readJson(text) ?? {}) as { code?: unknown; detail?: unknown }
  return typeof code === 'string' && typeof detail === 'string' ? `${code}: ${detail}` : undefined
}

/** undefined where it is no JSON: what a proxy says instead of the service. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
