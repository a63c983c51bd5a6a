import type { Direction } from '../../../db/schema/index.ts'
import type { ReadTx } from '../../../db/transaction.ts'
import { invalid, Refusal } from '../../../lib/errors.ts'
import { usdDifference } from '../../../lib/numbers/money.ts'
import { twoProportionPValue, wilsonInterval } from '../../../lib/numbers/proportions.ts'
import { getVersion } from '../../skillbases/index.ts'
import { aggregateCalls } from '../aggregate/aggregate.ts'
import { type Figures, fewSamplesBelow, figuresOfGroup } from '../aggregate/figures.ts'
import { type PeriodQuery, resolvePeriod, type ZonedPeriod } from '../aggregate/filters.ts'

export interface CompareQuery extends PeriodQuery {
  skillbase_id: string
  version_a: number
  version_b: number
  campaign_id?: string | undefined
  direction?: Direction | undefined
}

/** A figure of one version, over `n` measurements. */
export interface Sampled<V> {
  value: V | null
  n: number
}

/** A figure of two versions. */
export interface Compared<V, D, S extends Sampled<V> = Sampled<V>> {
  a: S
  b: S
  /** b - a; null when either has no value. */
  difference: D | null
  /** The difference as a share of a; null when `difference` is null or a is 0. */
  change: number | null
  /** One side has fewer than `fewSamplesBelow` measurements. */
  few_samples: boolean
}

/** Two shares with their 95 % confidence intervals, and a test of whether they differ. */
export interface ComparedRate
  extends Compared<number, number, Sampled<number> & { interval: { low: number; high: number } | null }> {
  /** null: too few calls for the test. */
  p_value: number | null
  /** p_value is below 0.05. */
  is_beyond_chance: boolean | null
}

const significanceLevel = 0.05

/** The compared figures that are numbers, each with its sample size. */
const numberFigures = {
  interruption_rate: ({ interruption: { rate, n } }: Figures) => ({ value: rate, n }),
  overlap_rate: ({ overlap: { rate, n } }: Figures) => ({ value: rate, n }),
  e2e_latency_p50: ({ latency: { e2e_latency } }: Figures) => ({ value: e2e_latency.p50, n: e2e_latency.n }),
  e2e_latency_p95: ({ latency: { e2e_latency } }: Figures) => ({ value: e2e_latency.p95, n: e2e_latency.n }),
  interruptions_per_turn: ({ interruption: { per_turn, turns } }: Figures) => ({ value: per_turn, n: turns }),
  ring_avg_sec: ({ ring: { avg, n } }: Figures) => ({ value: avg, n }),
  eou_latency_p50: ({ latency: { eou_latency } }: Figures) => ({ value: eou_latency.p50, n: eou_latency.n }),
  eou_latency_p95: ({ latency: { eou_latency } }: Figures) => ({ value: eou_latency.p95, n: eou_latency.n }),
  duration_avg_sec: ({ duration: { avg, n } }: Figures) => ({ value: avg, n }),
}

/** The compared figures in USD, each with its sample size. */
const amountFigures = {
  cost_per_call: ({ cost }: Figures) => ({ value: cost.per_call, n: cost.priced_calls }),
  cost_per_minute: ({ cost }: Figures) => ({ value: cost.per_minute, n: cost.priced_calls }),
}

/** The compared shares of calls, each as a count and its base. */
const shares = {
  success_rate: ({ calls, success_rate }: Figures) => ({
    successes: Math.round((success_rate ?? 0) * calls.answered),
    n: calls.answered,
  }),
  answer_rate: ({ calls }: Figures) => ({ successes: calls.answered, n: calls.dialed }),
}

/** How many of `n` calls. */
type ShareCount = Parameters<typeof wilsonInterval>[0]

export type ComparedFigures = { [N in keyof typeof shares]: ComparedRate } & {
  [N in keyof typeof numberFigures]: Compared<number, number>
} & { [N in keyof typeof amountFigures]: Compared<string, string> }

export interface Comparison extends ZonedPeriod {
  skillbase_id: string
  a: Figures & { version: number }
  b: Figures & { version: number }
  compared: ComparedFigures
}

/**
 * Compares two versions of a skillbase by the calls of a period.
 *
 * @throws Refusal as `resolvePeriod`, or 'invalid' when the skillbase has no such version (unknown_version) or both are
 * the same (same_version)
 */
export async function compareVersions(tx: ReadTx, query: CompareQuery, now: Date): Promise<Comparison> {
  const period = resolvePeriod(query, now)
  const { skillbase_id, version_a, version_b, campaign_id, direction } = query
  if (version_a === version_b) {
    const text = `\`version_a\` and \`version_b\` are both ${version_a}. Name two different versions.`
    throw invalid('same_version', text, [{ pointer: '/version_b', detail: text }])
  }
  await assertVersionExists(tx, skillbase_id, version_a, 'version_a')
  await assertVersionExists(tx, skillbase_id, version_b, 'version_b')
  const filter = { skillbase_id, campaign_id, direction }
  const groups = await aggregateCalls(tx, { period, filter, groupingSets: [['version']] })
  const figuresOfVersion = (version: number) =>
    figuresOfGroup(groups.find(({ values }) => values.version === version))
  const [a, b] = [figuresOfVersion(version_a), figuresOfVersion(version_b)]
  return {
    ...period,
    skillbase_id,
    a: { version: version_a, ...a },
    b: { version: version_b, ...b },
    compared: compareFigures(a, b),
  }
}

function compareFigures(a: Figures, b: Figures): ComparedFigures {
  const comparedNumbers = Object.entries(numberFigures).map(([name, read]) => [
    name,
    compare(read(a), read(b), (from: number, to: number) => to - from),
  ])
  const comparedAmounts = Object.entries(amountFigures).map(([name, read]) => [
    name,
    compare(read(a), read(b), usdDifference),
  ])
  const comparedShares = Object.entries(shares).map(([name, read]) => [name, compareRates(read(a), read(b))])
  return Object.fromEntries([...comparedShares, ...comparedNumbers, ...comparedAmounts])
}

function compare<V extends number | string, D, S extends Sampled<V>>(
  a: S,
  b: S,
  subtract: (from: V, to: V) => D,
): Compared<V, D, S> {
  const few_samples = Math.min(a.n, b.n) < fewSamplesBelow
  if (a.value === null || b.value === null) return { a, b, difference: null, change: null, few_samples }
  const difference = subtract(a.value, b.value)
  const change = Number(a.value) === 0 ? null : Number(difference) / Number(a.value)
  return { a, b, difference, change, few_samples }
}

function compareRates(countOfA: ShareCount, countOfB: ShareCount): ComparedRate {
  const sampled = (count: ShareCount) => ({
    value: count.n === 0 ? null : count.successes / count.n,
    n: count.n,
    interval: wilsonInterval(count),
  })
  const p_value = twoProportionPValue(countOfA, countOfB)
  const rates = compare(sampled(countOfA), sampled(countOfB), (from: number, to: number) => to - from)
  return { ...rates, p_value, is_beyond_chance: p_value === null ? null : p_value < significanceLevel }
}

/** @throws Refusal 'invalid'. Empty figures of an unknown version would look like a version without calls. */
async function assertVersionExists(
  tx: ReadTx,
  skillbase_id: string,
  version: number,
  field: 'version_a' | 'version_b',
): Promise<void> {
  try {
    await getVersion(tx, skillbase_id, version)
  } catch (error) {
    if (!(error instanceof Refusal && error.kind === 'not_found')) throw error
    const text =
      `The skillbase has no version ${version}, or does not exist. ` +
      'GET /api/skillbases/{id}/versions lists its versions.'
    throw invalid('unknown_version', text, [{ pointer: `/${field}`, detail: text }])
  }
}
