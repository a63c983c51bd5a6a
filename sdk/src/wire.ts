/** What goes over the wire: the body of `POST /api/telemetry` and its answer. */

export type Role = 'user' | 'assistant' | 'system'

/** A turn as the service takes it. Latencies are ms; what was not measured is not there. */
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

/** How a call ended, as its agent knows it. */
export interface Completion {
  status?: 'completed' | 'failed' | 'cancelled'
  /** One of the service's outcomes: success, fail, callback, transferred, voicemail ... */
  outcome?: string
  outcome_confidence?: number
  outcome_reason?: string
  ended_reason?: string
  ended_at?: string
  duration_sec?: number
  livekit_duration_sec?: number
  interruption_count?: number
  sentiment_score?: number
  collected_data?: Record<string, unknown>
  reported_cost?: { stt?: Amount; llm?: Amount; tts?: Amount; livekit?: Amount; total?: Amount }
  providers?: { stt?: Served; llm?: Served; tts?: Served }
}

/** What is sent: in the order in which it happened. */
export type Item =
  | { kind: 'turn'; call_id: string; turn: Turn }
  | { kind: 'completion'; call_id: string; completion: Completion }

/** Why the service did not take an item. */
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

export interface Answer {
  turns: Taken
  completions: Taken
}

export function bodyOf(items: readonly Item[]): string {
  const turns = items.flatMap((item) =>
    item.kind === 'turn' ? [{ call_id: item.call_id, ...item.turn }] : [],
  )
  const completions = items.flatMap((item) =>
    item.kind === 'completion' ? [{ call_id: item.call_id, ...item.completion }] : [],
  )
  return JSON.stringify({ turns, completions })
}

/** The answer, or undefined when it is none of the service's: something between has spoken for it. */
export function readAnswer(body: unknown): Answer | undefined {
  const answer = body as Partial<Answer> | null
  const isTaken = (taken: Partial<Taken> | undefined) =>
    typeof taken?.accepted === 'number' &&
    typeof taken.duplicates === 'number' &&
    Array.isArray(taken.rejected)
  return isTaken(answer?.turns) && isTaken(answer?.completions) ? (answer as Answer) : undefined
}
