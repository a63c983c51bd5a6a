import {
  type CostName,
  costNames,
  type Latency,
  latencies,
  type Outcome,
  outcomes,
  type ReportedUsageName,
  reportedUsageNames,
} from '../../../db/schema/index.ts'
import { correctMinMax, type Histogram, quantiles } from '../../../lib/numbers/histogram.ts'
import { recordOf } from '../../../lib/record-of.ts'
import type { AggregateRow } from './aggregate-queries.ts'
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

/**
 * USD as exact decimals. The total, the components and the averages are all of the priced calls, so that the components
 * never add up to more than the total. null: no priced call has this amount.
 */
export interface CostFigures extends Record<CostName, string | null> {
  /** The total of the priced calls and the components that are known of the unpriced ones: the least that was spent. */
  known: string | null
  /** Averages over the priced calls, rounded half up to 6 places. */
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
export type UsageFigures = Record<ReportedUsageName, number | null>

/**
 * Counts of calls. `total` = `dialed` + `live` = `inbound` + `outbound`: it does not include calls that were `not_dialed`.
 * `dialed` are calls that have ended, by an outbound call or by a caller; `answered` are those of them that were answered.
 */
export const callCountNames = [
  'total',
  'completed',
  'failed',
  'cancelled',
  'live',
  'inbound',
  'outbound',
  'dialed',
  'answered',
  'not_dialed',
] as const

/** The figures that are computed from calls and their metrics. */
export interface CallFigures {
  calls: Record<(typeof callCountNames)[number], number>
  /** 0 to 1: answered / dialed; null when no call was dialed. */
  answer_rate: number | null
  /** 0 to 1: the share of the answered calls with the outcome success; null when none was answered. */
  success_rate: number | null
  /** Seconds from dialing to the answer, or until dialing was given up, over the `n` calls for which it is known. */
  ring: { n: number; avg: number | null }
  /** Seconds from the answer to the end, over the `n` answered calls whose duration is known. */
  duration: { n: number; avg: number | null; min: number | null; max: number | null; sum: number | null }
  usage: UsageFigures
  cost: CostFigures
  /** Calls of `calls.total` by outcome; outcomes without a call are absent. */
  outcomes: Partial<Record<Outcome, number>>
  /** Of the calls that report interruptions: `rate` is the share of their `n` bot turns, `per_turn` is per each of `turns`. */
  interruption: {
    n: number
    count: number | null
    rate: number | null
    turns: number
    per_turn: number | null
  }
  /** Calls measured by an agent that reports no turns: percentiles do not include them. */
  calls_without_turns: number
}

/** The figures that are computed from turns. */
export interface TurnFigures {
  turns: number
  /**
   * `n` is the number of replies for which it is known when they began, relative to the end of the caller's speech;
   * `count` of them began before it, and `rate` is their share.
   */
  overlap: { n: number; count: number | null; rate: number | null }
  latency: Record<Latency, LatencyFigures>
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
  calls: recordOf(callCountNames, () => 0),
  answer_rate: null,
  success_rate: null,
  ring: { n: 0, avg: null },
  turns: 0,
  latency: recordOf(latencies, () => emptyLatency),
  overlap: { n: 0, count: null, rate: null },
  duration: { n: 0, avg: null, min: null, max: null, sum: null },
  usage: recordOf(reportedUsageNames, () => null),
  cost: {
    ...recordOf(costNames, () => null),
    known: null,
    per_call: null,
    per_minute: null,
    priced_calls: 0,
    unpriced_calls: 0,
    unmeasured_calls: 0,
  },
  outcomes: {},
  interruption: { n: 0, count: null, rate: null, turns: 0, per_turn: null },
  calls_without_turns: 0,
}

/** The figures without the group's keys and values. Without a group, figures of no calls. */
export function figuresOfGroup(group: GroupFigures | undefined): Figures {
  if (group === undefined) return emptyFigures
  const { keys: _keys, values: _values, ...figures } = group
  return figures
}

/** Computes figures from sums. A quantity that no call reported is null, not zero. */
export function figuresFromRow(row: AggregateRow): Figures {
  const callsByOutcome = outcomes.map((outcome) => [outcome, row[`outcome_${outcome}`]] as const)
  const { calls: total, completed, failed, cancelled, dialed, answered, duration_n: n } = row
  const { interruptible_turns, interruption_turns } = row
  return {
    calls: {
      total,
      completed,
      failed,
      cancelled,
      live: total - completed - failed - cancelled,
      inbound: row.direction_inbound,
      outbound: row.direction_outbound,
      dialed,
      answered,
      not_dialed: row.not_dialed,
    },
    answer_rate: dialed === 0 ? null : answered / dialed,
    success_rate: answered === 0 ? null : row.answered_successes / answered,
    ring: { n: row.ring_n, avg: row.ring_n === 0 ? null : row.ring_sum / row.ring_n },
    turns: row.turns,
    duration: {
      n,
      avg: n === 0 ? null : row.duration_sum / n,
      min: n === 0 ? null : row.duration_min,
      max: n === 0 ? null : row.duration_max,
      sum: n === 0 ? null : row.duration_sum,
    },
    latency: recordOf(latencies, (name) => latencyOf(row, name)),
    overlap: overlapOf(row),
    usage: recordOf(reportedUsageNames, (name) => (row[usageCounts[name]] > 0 ? row[name] : null)),
    cost: {
      ...recordOf(costNames, (name) => (row[`cost_${name}_n`] > 0 ? row[`cost_${name}`] : null)),
      known: row.cost_total_n > 0 || Number(row.cost_known) > 0 ? row.cost_known : null,
      per_call: row.cost_per_call,
      per_minute: row.cost_per_minute,
      priced_calls: row.cost_total_n,
      unpriced_calls: row.unpriced_calls,
      unmeasured_calls: row.unmeasured_calls,
    },
    outcomes: Object.fromEntries(callsByOutcome.filter(([, calls]) => calls > 0)),
    interruption: {
      n: interruptible_turns,
      count: row.interruption_n > 0 ? row.interruption_count : null,
      rate: interruptible_turns > 0 ? row.interrupted_turns / interruptible_turns : null,
      turns: interruption_turns,
      per_turn: interruption_turns > 0 ? row.turn_interruptions / interruption_turns : null,
    },
    calls_without_turns: row.calls_without_turns,
  }
}

function overlapOf({ measured_replies: n, overlap_count: count }: AggregateRow): TurnFigures['overlap'] {
  return n === 0 ? emptyFigures.overlap : { n, count, rate: count / n }
}

/** The column of the number of calls that report each quantity. */
const usageCounts = {
  stt_duration_sec: 'stt_duration_n',
  llm_input_tokens: 'llm_input_n',
  llm_cached_input_tokens: 'llm_cached_input_n',
  llm_output_tokens: 'llm_output_n',
  tts_characters: 'tts_n',
  livekit_duration_sec: 'livekit_duration_n',
} as const satisfies Record<ReportedUsageName, keyof AggregateRow>

/** The histogram of a latency; its `min` and `max` may be those of values that were removed. */
export const histogramOf = (row: AggregateRow, name: Latency): Histogram => ({
  digits: row[`${name}_histogram`],
  n: row[`${name}_n`],
  min: row[`${name}_min`] ?? 0,
  max: row[`${name}_max`] ?? 0,
})

function latencyOf(row: AggregateRow, name: Latency): LatencyFigures {
  const n = row[`${name}_n`]
  if (n === 0) return emptyLatency
  const stored = histogramOf(row, name)
  const { min, max } = correctMinMax(stored)
  // A removed contribution may have been the min or max of its rollup, so percentiles must not rely on them.
  const isExact = row.removed_contributions === 0
  const values = quantiles({ ...stored, min, max }, Object.values(percentiles), isExact)
  const [p50, p90, p95, p99] = values as [number, number, number, number]
  const few_samples = n < fewSamplesBelow
  return { n, avg: row[`${name}_sum`] / n, min, max, p50, p90, p95, p99, few_samples }
}
