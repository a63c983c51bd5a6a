import { latencies, type Outcome, outcomes } from '../../../db/schema/index.ts'
import { correctMinMax, quantiles } from '../../../lib/numbers/histogram.ts'
import type { GroupKey } from './filters.ts'

/** A latency over the `n` turns that have it, in milliseconds. null: no turn has it. */
export interface LatencyFigures {
  n: number
  avg: number | null
  min: number | null
  max: number | null
  p50: number | null
  p90: number | null
  p95: number | null
  p99: number | null
  /** `n` is below `fewSamplesBelow`. */
  few_samples: boolean
}

/** USD as exact decimals. null: no call has a price for this component. */
export interface CostFigures {
  total: string | null
  stt: string | null
  llm: string | null
  tts: string | null
  livekit: string | null
  /** Averages over the calls that have a total, rounded half up to 6 places. */
  per_call: string | null
  per_minute: string | null
  /** Calls whose total is known. */
  priced_calls: number
  /** Calls that ended and used something for which there is no price, so their total is not known. */
  unpriced_calls: number
  /** Calls that ended and for which no usage was reported. */
  unmeasured_calls: number
}

/** Sums over the calls that report the quantity. null: no call reports it. */
export interface UsageFigures {
  stt_duration_sec: number | null
  llm_input_tokens: number | null
  llm_cached_input_tokens: number | null
  llm_output_tokens: number | null
  tts_characters: number | null
  livekit_duration_sec: number | null
}

/** The figures that are computed from calls and their metrics. */
export interface CallFigures {
  calls: Record<'total' | 'completed' | 'failed' | 'cancelled' | 'live' | 'inbound' | 'outbound', number>
  /** 0 to 1, of the calls that have an outcome; null when none has. */
  success_rate: number | null
  /** Seconds, over the `n` calls that have a duration. */
  duration: { n: number; avg: number | null; min: number | null; max: number | null; sum: number | null }
  usage: UsageFigures
  cost: CostFigures
  /** Calls by outcome; outcomes without a call are absent. */
  outcomes: Partial<Record<Outcome, number>>
  /** `n` is the number of bot turns in calls that report interruptions; `rate` is the interrupted share of them. */
  interruption: { n: number; count: number | null; rate: number | null }
  /** Calls measured by an agent that reports no turns: percentiles do not include them. */
  calls_without_turns: number
}

/** The figures that are computed from turns. */
export interface TurnFigures {
  turns: number
  latency: Record<(typeof latencies)[number], LatencyFigures>
}

export type Figures = CallFigures & TurnFigures

/** Figures of the calls that agree in `keys`. `keys` is one of the query's grouping sets, `values` has a value per key. */
export type GroupFigures = Figures & {
  keys: GroupKey[]
  values: Partial<Record<GroupKey, string | number | null>>
}

/** With fewer samples than this, `few_samples` is true: percentiles depend on single values. */
export const fewSamplesBelow = 10

const percentiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const

const emptyLatency: LatencyFigures = {
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

/** Figures of no calls. */
export const emptyFigures: Figures = {
  calls: { total: 0, completed: 0, failed: 0, cancelled: 0, live: 0, inbound: 0, outbound: 0 },
  success_rate: null,
  turns: 0,
  latency: {
    ttfb_stt: emptyLatency,
    latency_llm: emptyLatency,
    ttfb_tts: emptyLatency,
    eou_latency: emptyLatency,
  },
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

/** The figures without the group's keys and values. Without a group, figures of no calls. */
export function figuresOfGroup(group: GroupFigures | undefined): Figures {
  if (group === undefined) return emptyFigures
  const { keys: _keys, values: _values, ...figures } = group
  return figures
}

/** A row of the aggregate statement. Exact sums are decimal text, histograms are digits (lib/numbers/histogram.ts). */
export type AggregateRow = Record<string, string | number | null>

/** Computes figures from sums. A quantity that no call reported is null, not zero. */
export function figuresFromRow(row: AggregateRow): Figures {
  const sum = (column: string) => Number(row[column] ?? 0)
  const sumOrNull = (column: string) => (row[column] == null ? null : Number(row[column]))
  const [total, n] = [sum('calls'), sum('duration_n')]
  const callsWithOutcome = outcomes.reduce((calls, outcome) => calls + sum(`outcome_${outcome}`), 0)
  const counts = outcomes.map((outcome) => [outcome, sum(`outcome_${outcome}`)] as const)
  return {
    calls: {
      total,
      completed: sum('completed'),
      failed: sum('failed'),
      cancelled: sum('cancelled'),
      live: total - sum('completed') - sum('failed') - sum('cancelled'),
      inbound: sum('direction_inbound'),
      outbound: sum('direction_outbound'),
    },
    success_rate: callsWithOutcome === 0 ? null : sum('outcome_success') / callsWithOutcome,
    turns: sum('turns'),
    duration: {
      n,
      avg: n === 0 ? null : sum('duration_sum') / n,
      min: n === 0 ? null : sumOrNull('duration_min'),
      max: n === 0 ? null : sumOrNull('duration_max'),
      sum: n === 0 ? null : sum('duration_sum'),
    },
    latency: Object.fromEntries(latencies.map((name) => [name, latencyOf(row, name)])) as Figures['latency'],
    usage: usageOf(row),
    cost: costOf(row),
    outcomes: Object.fromEntries(counts.filter(([, calls]) => calls > 0)),
    interruption: {
      n: sum('interruptible_turns'),
      count: sum('interruption_n') > 0 ? sum('interruption_count') : null,
      rate: sum('interruptible_turns') > 0 ? sum('interrupted_turns') / sum('interruptible_turns') : null,
    },
    calls_without_turns: sum('calls_without_turns'),
  }
}

function latencyOf(row: AggregateRow, name: string): LatencyFigures {
  const n = Number(row[`${name}_n`] ?? 0)
  if (n === 0) return emptyLatency
  const histogram = String(row[`${name}_histogram`])
  const stored = { min: Number(row[`${name}_min`]), max: Number(row[`${name}_max`]) }
  const { min, max } = correctMinMax(histogram, stored)
  // A removed contribution may have been the min or max of its rollup, so percentiles must not rely on them.
  const isExact = Number(row.removed_contributions) === 0
  const values = quantiles(histogram, { min, max }, Object.values(percentiles), isExact)
  const [p50, p90, p95, p99] = values as [number, number, number, number]
  const few_samples = n < fewSamplesBelow
  return { n, avg: Number(row[`${name}_sum`]) / n, min, max, p50, p90, p95, p99, few_samples }
}

/** Column of the number of calls that report each quantity. */
const usageCounts: Record<keyof UsageFigures, string> = {
  stt_duration_sec: 'stt_duration_n',
  llm_input_tokens: 'llm_input_n',
  llm_cached_input_tokens: 'llm_cached_input_n',
  llm_output_tokens: 'llm_output_n',
  tts_characters: 'tts_n',
  livekit_duration_sec: 'livekit_duration_n',
}

const usageOf = (row: AggregateRow) =>
  Object.fromEntries(
    Object.entries(usageCounts).map(([column, n]) => [
      column,
      Number(row[n]) > 0 ? Number(row[column]) : null,
    ]),
  ) as unknown as UsageFigures

function costOf(row: AggregateRow): CostFigures {
  const amount = (name: string) => (Number(row[`cost_${name}_n`]) > 0 ? String(row[`cost_${name}`]) : null)
  return {
    total: amount('total'),
    stt: amount('stt'),
    llm: amount('llm'),
    tts: amount('tts'),
    livekit: amount('livekit'),
    per_call: row.cost_per_call as string | null,
    per_minute: row.cost_per_minute as string | null,
    priced_calls: Number(row.cost_total_n),
    unpriced_calls: Number(row.unpriced_calls),
    unmeasured_calls: Number(row.unmeasured_calls),
  }
}
