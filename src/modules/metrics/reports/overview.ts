import type { Tx } from '../../../db/transaction.ts'
import { aggregateCalls } from '../aggregate/aggregate.ts'
import { previousPeriod } from '../aggregate/calendar.ts'
import type { Figures } from '../aggregate/figure-types.ts'
import {
  assertSupportedYears,
  type MetricsFilter,
  type PeriodQuery,
  resolvePeriod,
  type ZonedPeriod,
} from '../aggregate/filters.ts'
import { figuresOfGroup } from './metrics.ts'

/** A figure of the period and of the one before it. */
export interface Compared<V extends number | string> {
  value: V | null
  previous: V | null
  /** By which share of the previous it grew; null where there is nothing to compare with. */
  change: number | null
}

const numbers = {
  calls: ({ calls }: Figures) => calls.total,
  completed_calls: ({ calls }: Figures) => calls.completed,
  failed_calls: ({ calls }: Figures) => calls.failed,
  success_rate: ({ success_rate }: Figures) => success_rate,
  turns: ({ turns }: Figures) => turns,
  duration_avg_sec: ({ duration }: Figures) => duration.avg,
  duration_sum_sec: ({ duration }: Figures) => duration.sum,
  eou_latency_p50: ({ latency }: Figures) => latency.eou_latency.p50,
  eou_latency_p95: ({ latency }: Figures) => latency.eou_latency.p95,
  interruption_rate: ({ interruption }: Figures) => interruption.rate,
}

const amounts = {
  cost_total: ({ cost }: Figures) => cost.total,
  cost_per_call: ({ cost }: Figures) => cost.per_call,
  cost_per_minute: ({ cost }: Figures) => cost.per_minute,
}

export type Overview = ZonedPeriod & { previous_start: Date; previous_end: Date } & {
  [N in keyof typeof numbers]: Compared<number>
} & { [N in keyof typeof amounts]: Compared<string> }

/** The period against the one before it, which is as long. @throws Refusal as `spanOf` */
export async function getOverview(tx: Tx, query: PeriodQuery & MetricsFilter, now: Date): Promise<Overview> {
  const span = resolvePeriod(query, now)
  const before = assertSupportedYears(previousPeriod(span, span.timezone))
  const cells = await aggregateCalls(tx, {
    period: { ...span, start: before.start },
    filter: query,
    groupingSets: [['bucket']],
    bucketStarts: [before.start, span.start],
  })
  const [previous, present] = [1, 2].map((i) =>
    figuresOfGroup(cells.find(({ values }) => values.bucket === i)),
  )
  const compared = Object.entries({ ...numbers, ...amounts }).map(([name, read]) => [
    name,
    compare(read(present as Figures), read(previous as Figures)),
  ])
  return {
    ...span,
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
