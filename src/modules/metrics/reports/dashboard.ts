import { sql } from 'drizzle-orm'
import type { Tx } from '../../../db/transaction.ts'
import { assertTimeZone } from '../../../lib/time/instants.ts'
import { aggregateCalls } from '../aggregate/aggregate.ts'
import { dayContaining } from '../aggregate/calendar.ts'
import {
  type CallFigures,
  type CostFigures,
  figuresOfGroup,
  type LatencyFigures,
} from '../aggregate/figures.ts'
import { isLive, type ZonedPeriod } from '../aggregate/filters.ts'

/** Figures of today's calls, and the numbers of live calls and running campaigns. */
export interface Stats extends ZonedPeriod {
  calls: CallFigures['calls']
  /** Calls that have not ended, including those that started before today. */
  live_calls: number
  running_campaigns: number
  success_rate: number | null
  duration_avg_sec: number | null
  eou_latency: Pick<LatencyFigures, 'n' | 'p50' | 'p95' | 'few_samples'>
  cost: CostFigures
  outcomes: CallFigures['outcomes']
}

/** Stats of the zone's calendar day that contains `now`. @throws Refusal when the zone is unknown */
export async function getStats(tx: Tx, query: { timezone?: string | undefined }, now: Date): Promise<Stats> {
  const timezone = query.timezone ?? 'UTC'
  assertTimeZone(timezone, '/timezone')
  const period = { ...dayContaining(now, timezone), timezone }
  const [total] = await aggregateCalls(tx, { period, filter: {}, groupingSets: [[]] })
  const { calls, success_rate, duration, latency, cost, outcomes } = figuresOfGroup(total)
  const { n, p50, p95, few_samples } = latency.eou_latency
  const { live_calls, running_campaigns } = await countLive(tx)
  return {
    ...period,
    calls,
    live_calls,
    running_campaigns,
    success_rate,
    duration_avg_sec: duration.avg,
    eou_latency: { n, p50, p95, few_samples },
    cost,
    outcomes,
  }
}

async function countLive(tx: Tx): Promise<{ live_calls: number; running_campaigns: number }> {
  const [row] = await tx.execute<{ live_calls: number; running_campaigns: number }>(sql`
    select
      (select count(*)::int from calls where company_id = ${tx.company_id}::uuid and ${isLive}) as live_calls,
      (select count(*)::int from campaigns
        where company_id = ${tx.company_id}::uuid and status = 'running') as running_campaigns`)
  return row ?? { live_calls: 0, running_campaigns: 0 }
}
