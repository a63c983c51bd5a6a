// Computes the figures of calls independently of the service, and compares both.
import {
  type CallStatus,
  costComponents,
  type Direction,
  latencies,
  type Outcome,
  outcomes,
  usageDetailNames,
} from '../../src/db/schema/index.ts'

export interface TurnSeed {
  role: 'user' | 'assistant'
  eou_latency?: number | null
  e2e_latency?: number | null
  overlap_ms?: number | null
  is_filler?: boolean | null
  ttfb_stt?: number
  latency_llm?: number
  ttfb_tts?: number
}

export interface CallSeed {
  started_at: string
  status?: CallStatus
  direction?: Direction
  outcome?: Outcome | null
  ended_reason?: string | null
  answered_at?: string | null
  ring_sec?: number | null
  duration_sec?: number | null
  turn_count?: number
  skillbase_id?: string | null
  skillbase_version?: number | null
  campaign_id?: string | null
  turns?: TurnSeed[]
  /** Values of the call's row in call_metrics. Without them no row is stored. */
  metrics?: Record<string, number | string | boolean | null>
}

/** Interpolates between two neighbours, like percentile_cont of PostgreSQL. null when there are no values. */
function percentile(values: readonly number[], p: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  const position = p * (sorted.length - 1)
  const [low, high] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]]
  return low === undefined || high === undefined
    ? null
    : low + (high - low) * (position - Math.floor(position))
}

/** Millionths of a dollar. */
const millionths = (amount: string) => {
  const [whole, part = ''] = amount.split('.')
  return BigInt(`${whole}${part.padEnd(6, '0')}`)
}

/** Millionths of a dollar as the API's decimal text. */
export const formatUsd = (amount: bigint) => {
  const digits = String(amount).padStart(7, '0')
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`
}

/** a / b, rounded half up. */
export const divideHalfUp = (a: bigint, b: bigint) => (2n * a + b) / (2n * b)

const withoutNulls = <T>(values: (T | null | undefined)[]): T[] =>
  values.filter((v) => v !== null && v !== undefined)
const total = (values: number[]) => values.reduce((a, b) => a + b, 0)
const totalOrNull = (values: number[]) => (values.length === 0 ? null : total(values))
const lowest = (values: number[]) => (values.length === 0 ? null : Math.min(...values))
const highest = (values: number[]) => (values.length === 0 ? null : Math.max(...values))
const mean = (values: number[]) => (values.length === 0 ? null : total(values) / values.length)

/** Metrics whose presence makes a call without a total `unpriced` instead of `unmeasured`. */
const usageNames = [
  'stt_duration_sec',
  'llm_input_tokens',
  'llm_output_tokens',
  'tts_characters',
  'livekit_duration_sec',
]

/** Metrics that only a call with a conversation has. */
const conversationMetrics = [
  ...latencies.map((name) => `${name}_avg`),
  'stt_duration_sec',
  'llm_output_tokens',
  'tts_characters',
  'stt_output_tokens',
  'tts_output_tokens',
]

/** The call ended without having been dialed. */
export const isWithheld = ({ outcome, ended_reason, answered_at, turn_count = 0 }: CallSeed) =>
  answered_at == null &&
  turn_count === 0 &&
  (outcome === 'suppressed' ||
    outcome === 'outside_window' ||
    (outcome === 'cancelled' && ended_reason === 'not_dialed'))

/** A person or a machine answered, by the report of the answer or else by the outcome or the turns. */
function isAnswered({ answered_at, outcome, status = 'completed', turn_count = 0 }: CallSeed): boolean {
  if (answered_at != null) return true
  if (outcome == null) return status === 'active' || status === 'completed' || turn_count > 0
  if (outcome === 'agent_error' || outcome === 'cancelled') return turn_count > 0
  return ['success', 'fail', 'callback', 'transferred', 'max_duration', 'voicemail'].includes(outcome)
}

/** The figures that these calls must have. Durations must be whole tenths of a second. */
export function expectedFigures(all: readonly CallSeed[]) {
  const calls = all.filter((call) => !isWithheld(call))
  const finalStatuses = ['completed', 'failed', 'cancelled']
  const count = (test: (call: CallSeed) => boolean) => calls.filter(test).length
  const status = (call: CallSeed) => call.status ?? 'completed'
  const dialed = calls.filter((call) => finalStatuses.includes(status(call)))
  const answered = dialed.filter(isAnswered)
  const rings = withoutNulls(all.map(({ ring_sec }) => ring_sec))
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole)
  const durations = withoutNulls(all.map(({ duration_sec }) => duration_sec))
  const metrics = all.map((call) => call.metrics ?? {})
  const turns = all.flatMap((call) => call.turns ?? [])
  // All amounts are of the calls whose total is known.
  const amountsIn = (rows: typeof metrics, name: string) =>
    withoutNulls(rows.map((row) => row[name] as string | null)).map(millionths)
  const priced = metrics.filter(({ cost_total }) => cost_total != null)
  const amounts = (name: string) => amountsIn(priced, name)
  const sum = (list: bigint[]) => (list.length === 0 ? null : list.reduce((a, b) => a + b))
  const money = (name: string) => {
    const amount = sum(amounts(name))
    return amount === null ? null : formatUsd(amount)
  }
  const usage = (name: string) => totalOrNull(withoutNulls(metrics.map((row) => row[name] as number | null)))
  const totalCost = sum(amounts('cost_total'))
  const timed = all.filter((call) => call.metrics?.cost_total != null && call.duration_sec != null)
  const timedTenths = BigInt(Math.round(total(timed.map((call) => (call.duration_sec as number) * 10))))
  const timedCost = sum(timed.map((call) => millionths(call.metrics?.cost_total as string)))
  const withInterruptions = metrics.filter((row) => row.interruption_count != null)
  const withTurns = withInterruptions.filter((row) => Number(row.turn_count ?? 0) > 0)
  const turnsOf = (rows: typeof metrics) => total(rows.map((row) => row.turn_count as number))
  const withBotTurns = withInterruptions.filter((row) => Number(row.bot_turn_count ?? 0) > 0)
  const latencyOf = (name: (typeof latencies)[number]) => {
    const values = withoutNulls(turns.map((turn) => (turn.is_filler ? null : turn[name])))
    const [p50, p90, p95, p99] = [0.5, 0.9, 0.95, 0.99].map((p) => percentile(values, p))
    const n = values.length
    return {
      n,
      avg: mean(values),
      min: lowest(values),
      max: highest(values),
      p50,
      p90,
      p95,
      p99,
      few_samples: n < 10,
    }
  }
  const measuredReplies = turns.filter(
    ({ role, is_filler, overlap_ms, e2e_latency, eou_latency }) =>
      overlap_ms != null || (role === 'assistant' && !is_filler && (e2e_latency ?? eou_latency) != null),
  ).length
  const overlaps = turns.filter(({ overlap_ms }) => overlap_ms != null).length
  const callOutcomes = withoutNulls(calls.map(({ outcome }) => outcome))
  const lacksCost = (call: CallSeed) =>
    finalStatuses.includes(status(call)) && call.metrics?.cost_total == null
  const hasUsage = ({ metrics }: CallSeed) =>
    [...usageNames, ...usageDetailNames].some((name) => Number(metrics?.[name] ?? 0) > 0)
  const unpriced = all.filter((call) => lacksCost(call) && hasUsage(call))
  const unpricedAmounts = costComponents.flatMap((name) =>
    amountsIn(
      unpriced.map((call) => call.metrics ?? {}),
      `cost_${name}`,
    ),
  )
  const known = sum([...amounts('cost_total'), ...unpricedAmounts])
  return {
    calls: {
      total: calls.length,
      completed: count((call) => status(call) === 'completed'),
      failed: count((call) => status(call) === 'failed'),
      cancelled: count((call) => status(call) === 'cancelled'),
      live: count((call) => !finalStatuses.includes(status(call))),
      inbound: count((call) => call.direction !== 'outbound'),
      outbound: count((call) => call.direction === 'outbound'),
      dialed: dialed.length,
      answered: answered.length,
      not_dialed: all.length - calls.length,
    },
    answer_rate: share(answered.length, dialed.length),
    success_rate: share(answered.filter(({ outcome }) => outcome === 'success').length, answered.length),
    ring: { n: rings.length, avg: mean(rings) },
    turns: turns.length,
    duration: {
      n: durations.length,
      avg: mean(durations),
      min: lowest(durations),
      max: highest(durations),
      sum: totalOrNull(durations),
    },
    latency: Object.fromEntries(latencies.map((name) => [name, latencyOf(name)])),
    overlap:
      measuredReplies === 0
        ? { n: 0, count: null, rate: null }
        : { n: measuredReplies, count: overlaps, rate: overlaps / measuredReplies },
    usage: Object.fromEntries([...usageNames, 'llm_cached_input_tokens'].map((name) => [name, usage(name)])),
    cost: {
      total: money('cost_total'),
      stt: money('cost_stt'),
      llm: money('cost_llm'),
      tts: money('cost_tts'),
      livekit: money('cost_livekit'),
      known: known === null || (known === 0n && totalCost === null) ? null : formatUsd(known),
      per_call:
        totalCost === null ? null : formatUsd(divideHalfUp(totalCost, BigInt(amounts('cost_total').length))),
      per_minute:
        timedCost === null || timedTenths === 0n
          ? null
          : formatUsd(divideHalfUp(timedCost * 600n, timedTenths)),
      priced_calls: amounts('cost_total').length,
      unpriced_calls: unpriced.length,
      unmeasured_calls: count((call) => lacksCost(call) && !hasUsage(call)),
    },
    outcomes: Object.fromEntries(
      outcomes.flatMap((outcome) => {
        const n = callOutcomes.filter((callOutcome) => callOutcome === outcome).length
        return n === 0 ? [] : [[outcome, n]]
      }),
    ),
    interruption: {
      n: total(withBotTurns.map((row) => row.bot_turn_count as number)),
      count: totalOrNull(withInterruptions.map((row) => row.interruption_count as number)),
      rate:
        withBotTurns.length === 0
          ? null
          : total(
              withBotTurns.map((row) =>
                Math.min(row.interruption_count as number, row.bot_turn_count as number),
              ),
            ) / total(withBotTurns.map((row) => row.bot_turn_count as number)),
      turns: turnsOf(withTurns),
      per_turn: share(total(withTurns.map((row) => row.interruption_count as number)), turnsOf(withTurns)),
    },
    calls_without_turns: all.filter(
      ({ metrics }) =>
        metrics?.is_derived === false &&
        (Number(metrics.turn_count ?? 0) > 0 || conversationMetrics.some((name) => metrics[name] != null)),
    ).length,
  }
}

/**
 * Lists where two values differ, as "/pointer: found, not expected". Numbers may differ by a billionth (sums of floats
 * depend on their order), percentiles by 1 %.
 */
export function differences(found: unknown, expected: unknown, pointer = ''): string[] {
  if (typeof found === 'number' && typeof expected === 'number') {
    const isPercentile = /\/p\d\d$/.test(pointer)
    const isNear =
      Math.abs(found - expected) <=
      (isPercentile ? 0.01001 * expected : 1e-9 * Math.max(1, Math.abs(expected)))
    return isNear ? [] : [`${pointer}: ${found}, not ${expected}`]
  }
  if (typeof expected !== 'object' || expected === null || typeof found !== 'object' || found === null)
    return found === expected ? [] : [`${pointer}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`]
  const names = new Set([...Object.keys(found), ...Object.keys(expected)])
  return [...names].flatMap((name) =>
    differences(
      (found as Record<string, unknown>)[name],
      (expected as Record<string, unknown>)[name],
      `${pointer}/${name}`,
    ),
  )
}

/** The figures in a response or group, without its other properties. */
export function figuresIn(response: Record<string, unknown>) {
  const names = Object.keys(noFigures)
  return Object.fromEntries(Object.entries(response).filter(([name]) => names.includes(name)))
}

/** The figures of no calls. */
export const noFigures = expectedFigures([])
