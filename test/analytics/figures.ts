import {
  type CallStatus,
  type Direction,
  latencies,
  type Outcome,
  outcomes,
} from '../../src/db/schema/index.ts'

export interface TurnSeed {
  role: 'user' | 'assistant'
  eou_latency?: number
  ttfb_stt?: number
  latency_llm?: number
  ttfb_tts?: number
}

export interface CallSeed {
  started_at: string
  status?: CallStatus
  direction?: Direction
  outcome?: Outcome | null
  duration_sec?: number | null
  skillbase_id?: string | null
  skillbase_version?: number | null
  campaign_id?: string | null
  turns?: TurnSeed[]
  /** The row of call_metrics; without it there is none. */
  metrics?: Record<string, number | string | boolean | null>
}

// What is computed here is computed another way than the service does it.

/** As PostgreSQL's percentile_cont: between two neighbours in proportion. */
export function percentile(values: readonly number[], p: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const place = p * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  return low === undefined || high === undefined ? null : low + (high - low) * (place - Math.floor(place))
}

export const millionths = (amount: string) => {
  const [whole, part = ''] = amount.split('.')
  return BigInt(`${whole}${part.padEnd(6, '0')}`)
}
export const usd = (amount: bigint) => {
  const digits = String(amount).padStart(7, '0')
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`
}
/** a / b, half up. */
export const divided = (a: bigint, b: bigint) => (2n * a + b) / (2n * b)

export const known = <T>(values: (T | null | undefined)[]): T[] =>
  values.filter((v) => v !== null && v !== undefined)
export const total = (values: number[]) => values.reduce((a, b) => a + b, 0)
const orNull = (values: number[]) => (values.length === 0 ? null : total(values))
const lowest = (values: number[]) => (values.length === 0 ? null : Math.min(...values))
const highest = (values: number[]) => (values.length === 0 ? null : Math.max(...values))
const mean = (values: number[]) => (values.length === 0 ? null : total(values) / values.length)

/** What is paid for. */
const usages = [
  'stt_duration_sec',
  'llm_input_tokens',
  'llm_output_tokens',
  'tts_characters',
  'livekit_duration_sec',
]

/** What only a conversation leaves behind. */
const spoken = [
  ...latencies.map((name) => `${name}_avg`),
  'stt_duration_sec',
  'llm_output_tokens',
  'tts_characters',
]

/** The figures that these calls must have. Durations are whole tenths of a second. */
export function expected(calls: readonly CallSeed[]) {
  const finals = ['completed', 'failed', 'cancelled']
  const having = (test: (call: CallSeed) => boolean) => calls.filter(test).length
  const status = (call: CallSeed) => call.status ?? 'completed'
  const durations = known(calls.map(({ duration_sec }) => duration_sec))
  const metrics = calls.map((call) => call.metrics ?? {})
  const turns = calls.flatMap((call) => call.turns ?? [])
  const amounts = (name: string) => known(metrics.map((row) => row[name] as string | null)).map(millionths)
  const sum = (list: bigint[]) => (list.length === 0 ? null : list.reduce((a, b) => a + b))
  const money = (name: string) => {
    const amount = sum(amounts(name))
    return amount === null ? null : usd(amount)
  }
  const usage = (name: string) => orNull(known(metrics.map((row) => row[name] as number | null)))
  const spent = sum(amounts('cost_total'))
  const timed = calls.filter((call) => call.metrics?.cost_total != null && call.duration_sec != null)
  const tenths = BigInt(Math.round(total(timed.map((call) => (call.duration_sec as number) * 10))))
  const timedCost = sum(timed.map((call) => millionths(call.metrics?.cost_total as string)))
  const interrupted = metrics.filter((row) => row.interruption_count != null)
  const withBot = interrupted.filter((row) => Number(row.bot_turn_count ?? 0) > 0)
  const latencyOf = (name: (typeof latencies)[number]) => {
    const values = known(turns.map((turn) => turn[name]))
    const [p50, p90, p95, p99] = [0.5, 0.9, 0.95, 0.99].map((p) => percentile(values, p))
    const n = values.length
    const bounds = { min: lowest(values), max: highest(values) }
    return { n, avg: mean(values), ...bounds, p50, p90, p95, p99, few_samples: n < 10 }
  }
  const ended = known(calls.map(({ outcome }) => outcome))
  const lacksCost = (call: CallSeed) => finals.includes(status(call)) && call.metrics?.cost_total == null
  const hasUsage = ({ metrics }: CallSeed) => usages.some((name) => Number(metrics?.[name] ?? 0) > 0)
  return {
    calls: {
      total: calls.length,
      completed: having((call) => status(call) === 'completed'),
      failed: having((call) => status(call) === 'failed'),
      cancelled: having((call) => status(call) === 'cancelled'),
      live: having((call) => !finals.includes(status(call))),
      inbound: having((call) => call.direction !== 'outbound'),
      outbound: having((call) => call.direction === 'outbound'),
    },
    success_rate: ended.length === 0 ? null : ended.filter((o) => o === 'success').length / ended.length,
    turns: turns.length,
    duration: {
      n: durations.length,
      avg: mean(durations),
      min: lowest(durations),
      max: highest(durations),
      sum: orNull(durations),
    },
    latency: Object.fromEntries(latencies.map((name) => [name, latencyOf(name)])),
    usage: Object.fromEntries([...usages, 'llm_cached_input_tokens'].map((name) => [name, usage(name)])),
    cost: {
      total: money('cost_total'),
      stt: money('cost_stt'),
      llm: money('cost_llm'),
      tts: money('cost_tts'),
      livekit: money('cost_livekit'),
      per_call: spent === null ? null : usd(divided(spent, BigInt(amounts('cost_total').length))),
      per_minute: timedCost === null || tenths === 0n ? null : usd(divided(timedCost * 600n, tenths)),
      priced_calls: amounts('cost_total').length,
      unpriced_calls: having((call) => lacksCost(call) && hasUsage(call)),
      unmeasured_calls: having((call) => lacksCost(call) && !hasUsage(call)),
    },
    outcomes: Object.fromEntries(
      outcomes.flatMap((word) => {
        const n = ended.filter((outcome) => outcome === word).length
        return n === 0 ? [] : [[word, n]]
      }),
    ),
    interruption: {
      n: total(withBot.map((row) => row.bot_turn_count as number)),
      count: orNull(interrupted.map((row) => row.interruption_count as number)),
      rate:
        withBot.length === 0
          ? null
          : total(
              withBot.map((row) => Math.min(row.interruption_count as number, row.bot_turn_count as number)),
            ) / total(withBot.map((row) => row.bot_turn_count as number)),
    },
    calls_without_turns: having(
      ({ metrics }) =>
        metrics?.is_derived === false &&
        (Number(metrics.turn_count ?? 0) > 0 || spoken.some((name) => metrics[name] != null)),
    ),
  }
}

/** Where two answers differ; numbers may by a billionth, as sums of floats do, percentiles by 1 %. */
export function differences(found: unknown, wanted: unknown, at = ''): string[] {
  if (typeof found === 'number' && typeof wanted === 'number') {
    const isPercentile = /\/p\d\d$/.test(at)
    const near =
      Math.abs(found - wanted) <=
      (isPercentile ? 0.01001 * wanted + 0.5 : 1e-9 * Math.max(1, Math.abs(wanted)))
    return near ? [] : [`${at}: ${found}, not ${wanted}`]
  }
  if (typeof wanted !== 'object' || wanted === null || typeof found !== 'object' || found === null)
    return found === wanted ? [] : [`${at}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`]
  const names = new Set([...Object.keys(found), ...Object.keys(wanted)])
  return [...names].flatMap((name) =>
    differences(
      (found as Record<string, unknown>)[name],
      (wanted as Record<string, unknown>)[name],
      `${at}/${name}`,
    ),
  )
}

/** The figures of an answer without what they are of. */
export function figuresIn(answer: Record<string, unknown>) {
  const names = Object.keys(expected([]))
  return Object.fromEntries(Object.entries(answer).filter(([name]) => names.includes(name)))
}

export const zero = expected([])
