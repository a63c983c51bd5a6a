import type { Direction } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { invalid, Refusal } from '../../../lib/errors.ts'
import { usdDifference } from '../../../lib/numbers/money.ts'
import { twoProportionPValue, wilsonInterval } from '../../../lib/numbers/proportions.ts'
import { getVersion } from '../../skillbases/index.ts'
import { aggregateCalls } from '../aggregate/aggregate.ts'
import type { Figures } from '../aggregate/figure-types.ts'
import { fewSamplesBelow } from '../aggregate/figures.ts'
import { type PeriodQuery, resolvePeriod, type ZonedPeriod } from '../aggregate/filters.ts'
import { figuresOfGroup } from './metrics.ts'

export interface CompareQuery extends PeriodQuery {
  skillbase_id: string
  version_a: number
  version_b: number
  campaign_id?: string | undefined
  direction?: Direction | undefined
}

/** A figure of one version, and of how many measurements it is. */
export interface Sampled<V> {
  value: V | null
  n: number
}

/** A figure of two versions. `difference` is b - a, `change` that as a share of a; null where there is nothing to compare. */
export interface Compared<V, D, S extends Sampled<V> = Sampled<V>> {
  a: S
  b: S
  difference: D | null
  change: number | null
  few_samples: boolean
}

/** A share, the 95 % interval it is in, and whether the two differ by more than chance. */
export interface ComparedRate
  extends Compared<number, number, Sampled<number> & { interval: { low: number; high: number } | null }> {
  /** null: too few for the test. */
  p_value: number | null
  is_beyond_chance: boolean | null
}

const numbers = {
  interruption_rate: ({ interruption: { rate, n } }: Figures) => ({ value: rate, n }),
  eou_latency_p50: ({ latency: { eou_latency } }: Figures) => ({ value: eou_latency.p50, n: eou_latency.n }),
  eou_latency_p95: ({ latency: { eou_latency } }: Figures) => ({ value: eou_latency.p95, n: eou_latency.n }),
  duration_avg_sec: ({ duration: { avg, n } }: Figures) => ({ value: avg, n }),
}

const amounts = {
  cost_per_call: ({ cost }: Figures) => ({ value: cost.per_call, n: cost.priced_calls }),
  cost_per_minute: ({ cost }: Figures) => ({ value: cost.per_minute, n: cost.priced_calls }),
}

export type ComparedFigures = { success_rate: ComparedRate } & {
  [N in keyof typeof numbers]: Compared<number, number>
} & { [N in keyof typeof amounts]: Compared<string, string> }

export interface Comparison extends ZonedPeriod {
  skillbase_id: string
  a: Figures & { version: number }
  b: Figures & { version: number }
  compared: ComparedFigures
}

/**
 * Two versions of a skillbase side by side, at one moment.
 *
 * @throws Refusal as `spanOf`, or 'invalid' when the skillbase has no such version, or both are one
 */
export async function compareVersions(tx: Tx, query: CompareQuery, now: Date): Promise<Comparison> {
  const span = resolvePeriod(query, now)
  const { skillbase_id, version_a, version_b, campaign_id, direction } = query
  if (version_a === version_b) throw refused('same_version', 'Name two versions.', 'is version_a too', 'b')
  await known(getVersion(tx, skillbase_id, version_a), 'a')
  await known(getVersion(tx, skillbase_id, version_b), 'b')
  const choice = { skillbase_id, campaign_id, direction }
  const cells = await aggregateCalls(tx, { period: span, filter: choice, groupingSets: [['version']] })
  const of = (version: number) => figuresOfGroup(cells.find(({ values }) => values.version === version))
  const [a, b] = [of(version_a), of(version_b)]
  return {
    ...span,
    skillbase_id,
    a: { version: version_a, ...a },
    b: { version: version_b, ...b },
    compared: compared(a, b),
  }
}

function compared(a: Figures, b: Figures): ComparedFigures {
  const ofNumbers = Object.entries(numbers).map(([name, read]) => [
    name,
    compare(read(a), read(b), (from: number, to: number) => to - from),
  ])
  const ofAmounts = Object.entries(amounts).map(([name, read]) => [
    name,
    compare(read(a), read(b), usdDifference),
  ])
  return { success_rate: compareRates(a, b), ...Object.fromEntries([...ofNumbers, ...ofAmounts]) }
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

function compareRates(a: Figures, b: Figures): ComparedRate {
  const [ofA, ofB] = [successesIn(a), successesIn(b)]
  const sampled = (rate: typeof ofA) => ({
    value: rate.n === 0 ? null : rate.successes / rate.n,
    n: rate.n,
    interval: wilsonInterval(rate),
  })
  const p_value = twoProportionPValue(ofA, ofB)
  const rates = compare(sampled(ofA), sampled(ofB), (from: number, to: number) => to - from)
  return { ...rates, p_value, is_beyond_chance: p_value === null ? null : p_value < 0.05 }
}

/** Among the calls that have an outcome. */
function successesIn({ outcomes }: Figures) {
  const n = Object.values(outcomes).reduce((all, calls) => all + calls, 0)
  return { successes: outcomes.success ?? 0, n }
}

const refused = (code: string, text: string, detail: string, which: 'a' | 'b') =>
  invalid(code, text, [{ pointer: `/version_${which}`, detail }])

/** What a query names must be there: an empty side would look like a version that nobody called. */
async function known(looked: Promise<unknown>, which: 'a' | 'b'): Promise<void> {
  try {
    await looked
  } catch (error) {
    if (!(error instanceof Refusal && error.kind === 'not_found')) throw error
    const text = 'There is no such version of the skillbase: GET /api/skillbases/{id}/versions lists them.'
    throw refused('unknown_version', text, 'no such version', which)
  }
}
