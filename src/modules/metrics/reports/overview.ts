import type { ReadTx } from '../../../db/transaction.ts'
import { aggregateCalls } from '../aggregate/aggregate.ts'
import { previousPeriod } from '../aggregate/calendar.ts'
import { type Figures, figuresOfGroup } from '../aggregate/figures.ts'
import {
  assertSupportedYears,
  type MetricsFilter,
  type PeriodQuery,
  resolvePeriod,
  type ZonedPeriod,
} from '../aggregate/filters.ts'

/** A figure of the period and of the period before it. */
export interface Compared<V extends number | string> {
  value: V | null
  previous: V | null
  /** Growth as a share of the previous value: 0.25 is a quarter more. null when either is null or the previous is 0. */
  change: number | null
}

/** The compared figures that are numbers. */
const numberFigures = {
  calls: ({ calls }: Figures) => calls.total,
  completed_calls: ({ calls }: Figures) => calls.completed,
  failed_calls: ({ calls }: Figures) => calls.failed,
  dialed_calls: ({ calls }: Figures) => calls.dialed,
  answered_calls: ({ calls }: Figures) => calls.answered,
  not_dialed_calls: ({ calls }: Figures) => calls.not_dialed,
  answer_rate: ({ answer_rate }: Figures) => answer_rate,
  success_rate: ({ success_rate }: Figures) => success_rate,
  turns: ({ turns }: Figures) => turns,
  ring_avg_sec: ({ ring }: Figures) => ring.avg,
  duration_avg_sec: ({ duration }: Figures) => duration.avg,
  duration_sum_sec: ({ duration }: Figures) => duration.sum,
  e2e_latency_p50: ({ latency }: Figures) => latency.e2e_latency.p50,
  e2e_latency_p95: ({ latency }: Figures) => latency.e2e_latency.p95,
  eou_latency_p50: ({ latency }: Figures) => latency.eou_latency.p50,
  eou_latency_p95: ({ latency }: Figures) => latency.eou_latency.p95,
  interruption_rate: ({ interruption }: Figures) => interruption.rate,
  overlap_rate: ({ overlap }: Figures) => overlap.rate,
  interruptions_per_turn: ({ interruption }: Figures) => interruption.per_turn,
}

/** The compared figures in USD. */
const amountFigures = {
  cost_total: ({ cost }: Figures) => cost.total,
  cost_per_call: ({ cost }: Figures) => cost.per_call,
  cost_per_minute: ({ cost }: Figures) => cost.per_minute,
}

export type Overview = ZonedPeriod & { previous_start: Date; previous_end: Date } & {
  [N in keyof typeof numberFigures]: Compared<number>
} & { [N in keyof typeof amountFigures]: Compared<string> }

/** Compares a period with the period of the same length before it. @throws Refusal as `resolvePeriod` */
export async function getOverview(
  tx: ReadTx,
  query: PeriodQuery & MetricsFilter,
  now: Date,
): Promise<Overview> {
  const period = resolvePeriod(query, now)
  const before = previousPeriod(period)
  assertSupportedYears(before)
  // Both periods in one statement, as two buckets of one longer period.
  const groups = await aggregateCalls(tx, {
    period: { ...period, start: before.start },
    filter: query,
    groupingSets: [['bucket']],
    bucketStarts: [before.start, period.start],
  })
  const figuresOfBucket = (bucket: number) =>
    figuresOfGroup(groups.find(({ values }) => values.bucket === bucket))
  const [previous, current] = [figuresOfBucket(1), figuresOfBucket(2)]
  const compared = Object.entries({ ...numberFigures, ...amountFigures }).map(([name, read]) => [
    name,
    compare(read(current), read(previous)),
  ])
  return {
    ...period,
    previous_start: before.start,
    previous_end: before.end,
    ...Object.fromEntries(compared),
  }
}

function compare<V extends number | string>(value: V | null, previous: V | null): Compared<V> {
  const base = Number(previous)
  const change = value === null || previous === null || base === 0 ? null : (Number(value) - base) / base
  return { value, previous, change }
}
