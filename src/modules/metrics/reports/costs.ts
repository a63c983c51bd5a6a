import type { ReadTx } from '../../../db/transaction.ts'
import { aggregateCalls } from '../aggregate/aggregate.ts'
import { bucketEdges } from '../aggregate/calendar.ts'
import {
  type CostFigures,
  emptyFigures,
  type Figures,
  type GroupFigures,
  type UsageFigures,
} from '../aggregate/figures.ts'
import {
  type GroupKey,
  type MetricsFilter,
  type PeriodQuery,
  resolvePeriod,
  type ZonedPeriod,
} from '../aggregate/filters.ts'
import { maxGroups } from './metrics.ts'
import { findNames } from './names.ts'

export interface Costs {
  calls: number
  cost: CostFigures
  usage: UsageFigures
}

export interface CostReport extends ZonedPeriod, Costs {
  /** Every day of the zone's calendar, including those without calls. */
  by_day: (Costs & { start: Date; end: Date })[]
  /** Highest total first, at most `maxGroups`. The id is null for calls without a skillbase. */
  by_skillbase: (Costs & { skillbase_id: string | null; name: string | null })[]
  /** Likewise; the id is null for calls without a campaign. */
  by_campaign: (Costs & { campaign_id: string | null; name: string | null })[]
}

/**
 * Cost and usage of the calls in a period: in total, by day, by skillbase and by campaign.
 *
 * @throws Refusal as `resolvePeriod`, or 'invalid' (too_many_buckets) when the period has too many days
 */
export async function getCosts(
  tx: ReadTx,
  query: PeriodQuery & MetricsFilter,
  now: Date,
): Promise<CostReport> {
  const period = resolvePeriod(query, now)
  const edges = bucketEdges(period, 'day', period.timezone)
  const bucketStarts = edges.slice(0, -1)
  const groupingSets: GroupKey[][] = [[], ['bucket'], ['skillbase'], ['campaign']]
  const groups = await aggregateCalls(tx, { period, filter: query, groupingSets, bucketStarts })
  const groupsBy = (key: GroupKey) => groups.filter(({ keys }) => keys[0] === key)
  const byDay = new Map(groupsBy('bucket').map((group) => [group.values.bucket, group]))
  const [skillbases, campaigns] = [mostExpensive(groupsBy('skillbase')), mostExpensive(groupsBy('campaign'))]
  const names = await findNames(tx, {
    skillbase: skillbases.map(({ values }) => values.skillbase),
    campaign: campaigns.map(({ values }) => values.campaign),
  })
  return {
    ...period,
    ...costsOf(groups.find(({ keys }) => keys.length === 0)),
    by_day: bucketStarts.map((start, i) => ({
      start,
      end: edges[i + 1] as Date,
      ...costsOf(byDay.get(i + 1)),
    })),
    by_skillbase: skillbases.map((group) => ({
      skillbase_id: idOrNull(group.values.skillbase),
      name: names.skillbase(group.values.skillbase),
      ...costsOf(group),
    })),
    by_campaign: campaigns.map((group) => ({
      campaign_id: idOrNull(group.values.campaign),
      name: names.campaign(group.values.campaign),
      ...costsOf(group),
    })),
  }
}

const costsOf = ({ calls, cost, usage }: Figures = emptyFigures): Costs => ({
  calls: calls.total,
  cost,
  usage,
})

const idOrNull = (value: string | number | null | undefined) => (typeof value === 'string' ? value : null)

/** Highest total first; equal totals by number of calls. */
const mostExpensive = (groups: GroupFigures[]) =>
  groups
    .sort((a, b) => Number(b.cost.total) - Number(a.cost.total) || b.calls.total - a.calls.total)
    .slice(0, maxGroups)
