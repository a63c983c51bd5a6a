import { and, count, eq, inArray } from 'drizzle-orm'
import { calls, campaigns, liveCallStatuses } from '../../../db/schema/index.ts'
import type { ReadTx } from '../../../db/transaction.ts'
import { assertTimeZone } from '../../../lib/time/instants.ts'
import { aggregateCalls } from '../aggregate/aggregate.ts'
import { dayContaining } from '../aggregate/calendar.ts'
import {
  type CallFigures,
  type CostFigures,
  figuresOfGroup,
  type LatencyFigures,
} from '../aggregate/figures.ts'
import type { ZonedPeriod } from '../aggregate/filters.ts'

type LatencySummary = Pick<LatencyFigures, 'n' | 'p50' | 'p95' | 'few_samples'>

/** Figures of today's calls, and the numbers of live calls and running campaigns. */
export interface Stats extends ZonedPeriod {
  calls: CallFigures['calls']
  /** Calls that have not ended, including those that started before today. */
  live_calls: number
  running_campaigns: number
  answer_rate: number | null
  success_rate: number | null
  /** Over the answered calls whose duration is known. */
  duration_avg_sec: number | null
  e2e_latency: LatencySummary
  eou_latency: LatencySummary
  cost: CostFigures
  outcomes: CallFigures['outcomes']
}

/** Stats of the zone's calendar day that contains `now`. @throws Refusal when the zone is unknown */
export async function getStats(
  tx: ReadTx,
  query: { timezone?: string | undefined },
  now: Date,
): Promise<Stats> {
  const timezone = query.timezone ?? 'UTC'
  assertTimeZone(timezone, '/timezone')
  const period = { ...dayContaining(now, timezone), timezone }
  const [total] = await aggregateCalls(tx, { period, filter: {}, groupingSets: [[]] })
  const figures = figuresOfGroup(total)
  return {
    ...period,
    calls: figures.calls,
    ...(await countLive(tx)),
    answer_rate: figures.answer_rate,
    success_rate: figures.success_rate,
    duration_avg_sec: figures.duration.avg,
    e2e_latency: summaryOf(figures.latency.e2e_latency),
    eou_latency: summaryOf(figures.latency.eou_latency),
    cost: figures.cost,
    outcomes: figures.outcomes,
  }
}

const summaryOf = ({ n, p50, p95, few_samples }: LatencyFigures): LatencySummary => ({
  n,
  p50,
  p95,
  few_samples,
})

async function countLive(tx: ReadTx): Promise<{ live_calls: number; running_campaigns: number }> {
  const [live] = await tx
    .select({ n: count() })
    .from(calls)
    .where(and(eq(calls.company_id, tx.company_id), inArray(calls.status, liveCallStatuses)))
  const [running] = await tx
    .select({ n: count() })
    .from(campaigns)
    .where(and(eq(campaigns.company_id, tx.company_id), eq(campaigns.status, 'running')))
  return { live_calls: live?.n ?? 0, running_campaigns: running?.n ?? 0 }
}
