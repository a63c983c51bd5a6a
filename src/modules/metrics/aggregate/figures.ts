import { latencies, outcomes } from '../../../db/schema/index.ts'
import { correctMinMax, quantiles } from '../../../lib/numbers/histogram.ts'
import type { CostFigures, Figures, LatencyFigures, UsageFigures } from './figure-types.ts'

/** A row of added up parts: sums as exact decimals, histograms as their digits. */
export type AggregateRow = Record<string, string | number | null>

/** Under so many samples an answer says that they are few. */
export const fewSamplesBelow = 10

const shares = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const

/** The figures that sums tell. What nothing was measured of is null, not zero. */
export function figuresFromRow(row: AggregateRow): Figures {
  const sum = (column: string) => Number(row[column] ?? 0)
  const given = (column: string) => (row[column] == null ? null : Number(row[column]))
  const [total, n] = [sum('calls'), sum('duration_n')]
  const withOutcome = outcomes.reduce((all, word) => all + sum(`outcome_${word}`), 0)
  const counts = outcomes.map((word) => [word, sum(`outcome_${word}`)] as const)
  const isKnown = sum('interruption_n') > 0
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
    success_rate: withOutcome === 0 ? null : sum('outcome_success') / withOutcome,
    turns: sum('turns'),
    duration: {
      n,
      avg: n === 0 ? null : sum('duration_sum') / n,
      min: n === 0 ? null : given('duration_min'),
      max: n === 0 ? null : given('duration_max'),
      sum: n === 0 ? null : sum('duration_sum'),
    },
    latency: Object.fromEntries(latencies.map((name) => [name, latencyOf(row, name)])) as Figures['latency'],
    usage: usageOf(row),
    cost: costOf(row),
    outcomes: Object.fromEntries(counts.filter(([, calls]) => calls > 0)),
    interruption: {
      n: sum('interruptible_turns'),
      count: isKnown ? sum('interruption_count') : null,
      rate: sum('interruptible_turns') > 0 ? sum('interrupted_turns') / sum('interruptible_turns') : null,
    },
    calls_without_turns: sum('calls_without_turns'),
  }
}

function latencyOf(row: AggregateRow, name: string): LatencyFigures {
  const n = Number(row[`${name}_n`] ?? 0)
  const few_samples = n < fewSamplesBelow
  if (n === 0) {
    return { n, avg: null, min: null, max: null, p50: null, p90: null, p95: null, p99: null, few_samples }
  }
  const histogram = String(row[`${name}_histogram`])
  const kept = { min: Number(row[`${name}_min`]), max: Number(row[`${name}_max`]) }
  const { min, max } = correctMinMax(histogram, kept)
  const isExact = Number(row.reverted) === 0
  const values = quantiles(histogram, { min, max }, Object.values(shares), isExact)
  const [p50, p90, p95, p99] = values as [number, number, number, number]
  return { n, avg: Number(row[`${name}_sum`]) / n, min, max, p50, p90, p95, p99, few_samples }
}

const usages: Record<keyof UsageFigures, string> = {
  stt_duration_sec: 'stt_duration_n',
  llm_input_tokens: 'llm_input_n',
  llm_cached_input_tokens: 'llm_cached_input_n',
  llm_output_tokens: 'llm_output_n',
  tts_characters: 'tts_n',
  livekit_duration_sec: 'livekit_duration_n',
}

const usageOf = (row: AggregateRow) =>
  Object.fromEntries(
    Object.entries(usages).map(([column, n]) => [column, Number(row[n]) > 0 ? Number(row[column]) : null]),
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
