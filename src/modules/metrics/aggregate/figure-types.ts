import type { latencies, Outcome } from '../../../db/schema/index.ts'
import type { GroupKey } from './filters.ts'

/** What was measured `n` times, ms. null: never measured. */
export interface LatencyFigures {
  n: number
  avg: number | null
  min: number | null
  max: number | null
  p50: number | null
  p90: number | null
  p95: number | null
  p99: number | null
  few_samples: boolean
}

/** USD, exact. null: nothing was priced. */
export interface CostFigures {
  total: string | null
  stt: string | null
  llm: string | null
  tts: string | null
  livekit: string | null
  per_call: string | null
  per_minute: string | null
  /** Calls whose total is known. */
  priced_calls: number
  /** They ended and used something that has no price: their cost is not known. */
  unpriced_calls: number
  /** They ended, and nobody told what they used. */
  unmeasured_calls: number
}

export interface UsageFigures {
  stt_duration_sec: number | null
  llm_input_tokens: number | null
  llm_cached_input_tokens: number | null
  llm_output_tokens: number | null
  tts_characters: number | null
  livekit_duration_sec: number | null
}

/** What the calls of a scope tell without their turns. */
export interface CallFigures {
  calls: Record<'total' | 'completed' | 'failed' | 'cancelled' | 'live' | 'inbound' | 'outbound', number>
  success_rate: number | null
  duration: { n: number; avg: number | null; min: number | null; max: number | null; sum: number | null }
  usage: UsageFigures
  cost: CostFigures
  outcomes: Partial<Record<Outcome, number>>
  /** `n` is how often the bot spoke in calls that tell of interruptions. */
  interruption: { n: number; count: number | null; rate: number | null }
  calls_without_turns: number
}

/** What their turns tell. */
export interface TurnFigures {
  turns: number
  latency: Record<(typeof latencies)[number], LatencyFigures>
}

export type Figures = CallFigures & TurnFigures

/** The figures of one group of calls: of which set, and its value in each cut of that set. */
export type GroupFigures<F> = F & {
  set: GroupKey[]
  values: Partial<Record<GroupKey, string | number | null>>
}

const noLatency: LatencyFigures = {
  n: 0,
  avg: null,
  min: null,
  max: null,
  p50: null,
  p90: null,
  p95: null,
  p99: null,
  few_samples: true,
}

/** The figures of calls without a turn. */
export const emptyTurnFigures: TurnFigures = {
  turns: 0,
  latency: { ttfb_stt: noLatency, latency_llm: noLatency, ttfb_tts: noLatency, eou_latency: noLatency },
}

/** The figures of no calls at all. */
export const emptyFigures: Figures = {
  calls: { total: 0, completed: 0, failed: 0, cancelled: 0, live: 0, inbound: 0, outbound: 0 },
  success_rate: null,
  ...emptyTurnFigures,
  duration: { n: 0, avg: null, min: null, max: null, sum: null },
  usage: {
    stt_duration_sec: null,
    llm_input_tokens: null,
    llm_cached_input_tokens: null,
    llm_output_tokens: null,
    tts_characters: null,
    livekit_duration_sec: null,
  },
  cost: {
    total: null,
    stt: null,
    llm: null,
    tts: null,
    livekit: null,
    per_call: null,
    per_minute: null,
    priced_calls: 0,
    unpriced_calls: 0,
    unmeasured_calls: 0,
  },
  outcomes: {},
  interruption: { n: 0, count: null, rate: null },
  calls_without_turns: 0,
}
