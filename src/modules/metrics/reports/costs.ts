import type { Tx } from '../../../db/transaction.ts'
import { aggregateCalls } from '../aggregate/aggregate.ts'
import { bucketEdges } from '../aggregate/calendar.ts'
import {
  type CostFigures,
  emptyFigures,
  type Figures,
  type GroupFigures,
  type UsageFigures,
} from '../aggregate/figure-types.ts'
import {
  type GroupKey,
  type MetricsFilter,
  type PeriodQuery,
  resolvePeriod,
  type ZonedPeriod,
} from '../aggregate/filters.ts'
import { maxGroups } from './metrics.ts'
import { findNames } from './names.ts'

/** What some calls cost, and what they used. */
export interface Costs {
  calls: number
  cost: CostFigures
  usage: UsageFigures
}

export interface CostReport extends ZonedPeriod, Costs {
  /** Each day of the zone's calendar, also those without calls. */
  by_day: (Costs & { start: Date; end: Date })[]
  /** The costliest first. null: calls of none. */
  by_skillbase: (Costs & { skillbase_id: string | null; name: string | null })[]
  by_campaign: (Costs & { campaign_id: string | null; name: string | null })[]
}

/** What the calls of a period cost, by day, by skillbase and by campaign, at one moment. @throws Refusal as `spanOf` */
export async function getCosts(tx: Tx, query: PeriodQuery & MetricsFilter, now: Date): Promise<CostReport> {
  const span = resolvePeriod(query, now)
  const edges = bucketEdges(span, 'day', span.timezone)
  const starts = edges.slice(0, -1)
  const sets: GroupKey[][] = [[], ['bucket'], ['skillbase'], ['campaign']]
  const cells = await aggregateCalls(tx, {
    period: span,
    filter: query,
    groupingSets: sets,
    bucketStarts: starts,
  })
  const of = (cut: GroupKey) => cells.filter(({ set }) => set[0] === cut)
  const byDay = new Map(of('bucket').map((cell) => [cell.values.bucket, cell]))
  const [skillbases, campaigns] = [costliest(of('skillbase')), costliest(of('campaign'))]
  const names = await findNames(tx, {
    skillbase: skillbases.map(({ values }) => values.skillbase),
    campaign: campaigns.map(({ values }) => values.campaign),
  })
  return {
    ...span,
    ...costsOf(cells.find(({ set }) => set.length === 0)),
    by_day: starts.map((start, i) => ({ start, end: edges[i + 1] as Date, ...costsOf(byDay.get(i + 1)) })),
    by_skillbase: skillbases.map((cell) => ({
      skillbase_id: idOf(cell.values.skillbase),
      name: names.skillbase(cell.values.skillbase),
      ...costsOf(cell),
    })),
    by_campaign: campaigns.map((cell) => ({
      campaign_id: idOf(cell.values.campaign),
      name: names.campaign(cell.values.campaign),
      ...costsOf(cell),
    })),
  }
}

const costsOf = ({ calls, cost, usage }: Figures = emptyFigures): Costs => ({
  calls: calls.total,
  cost,
  usage,
})

const idOf = (value: string | number | null | undefined) => (typeof value === 'string' ? value : null)

const costliest = (cells: GroupFigures<Figures>[]) =>
  cells
    .sort((a, b) => Number(b.cost.total) - Number(a.cost.total) || b.calls.total - a.calls.total)
    .slice(0, maxGroups)
