import { and, eq, inArray, sql } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../../db/pagination.ts'
import { type CampaignStatus, campaigns } from '../../../db/schema/index.ts'
import type { Tx } from '../../../db/transaction.ts'
import { aggregateCalls } from '../aggregate/aggregate.ts'
import type { Figures } from '../aggregate/figure-types.ts'
import {
  arrayLiteral,
  isLive,
  type MetricsFilter,
  type PeriodQuery,
  resolvePeriod,
} from '../aggregate/filters.ts'
import { figuresOfGroup } from './metrics.ts'

/** How far a campaign is. */
export interface CampaignProgress {
  campaign_id: string
  name: string
  status: CampaignStatus
  status_reason: string | null
  skillbase_id: string
  total_tasks: number
  completed_tasks: number
  failed_tasks: number
  /** Share of its tasks that are done, well or not; null while it has none. */
  progress: number | null
  started_at: Date | null
  ended_at: Date | null
  created_at: Date
}

export type CampaignRow = CampaignProgress & Figures
export type ActiveCampaign = CampaignProgress & { max_concurrent_calls: number; live_calls: number }

type Campaign = typeof campaigns.$inferSelect

function progressOf(campaign: Campaign): CampaignProgress {
  const { id, name, status, status_reason, skillbase_id, started_at, ended_at, created_at } = campaign
  const { total_tasks, completed_tasks, failed_tasks } = campaign
  const progress = total_tasks === 0 ? null : Math.min(1, (completed_tasks + failed_tasks) / total_tasks)
  const tasks = { total_tasks, completed_tasks, failed_tasks, progress }
  return {
    campaign_id: id,
    name,
    status,
    status_reason,
    skillbase_id,
    ...tasks,
    started_at,
    ended_at,
    created_at,
  }
}

/** Campaigns, newest first, with what their calls of the period add up to. @throws Refusal as `spanOf` */
export async function listCampaignRows(
  tx: Tx,
  query: PeriodQuery & MetricsFilter & { status?: CampaignStatus | undefined },
  page: PageQuery,
  now: Date,
): Promise<Page<CampaignRow>> {
  const span = resolvePeriod(query, now)
  const where = and(
    eq(campaigns.company_id, tx.company_id),
    query.campaign_id === undefined ? undefined : eq(campaigns.id, query.campaign_id),
    query.skillbase_id === undefined ? undefined : eq(campaigns.skillbase_id, query.skillbase_id),
    query.status === undefined ? undefined : eq(campaigns.status, query.status),
  )
  const found = await listPage(tx, { from: campaigns, where, key: [campaigns.id] }, page)
  const campaign_ids = found.items.map(({ id }) => id)
  const cells = await aggregateCalls(tx, {
    period: span,
    filter: { ...query, campaign_ids },
    groupingSets: [['campaign']],
  })
  const byCampaign = new Map(cells.map((cell) => [cell.values.campaign, cell]))
  const rowOf = (campaign: Campaign) => ({
    ...progressOf(campaign),
    ...figuresOfGroup(byCampaign.get(campaign.id)),
  })
  return { ...found, items: found.items.map(rowOf) }
}

/** Campaigns that were started and are not over, newest first, with how many calls of each are live. */
export async function listActiveCampaigns(tx: Tx, limit: number): Promise<ActiveCampaign[]> {
  const active = await tx
    .select()
    .from(campaigns)
    .where(
      and(
        eq(campaigns.company_id, tx.company_id),
        inArray(campaigns.status, ['scheduled', 'running', 'paused']),
      ),
    )
    .orderBy(sql`${campaigns.id} desc`)
    .limit(limit)
  const live = await tx.execute<{ campaign_id: string; n: number }>(sql`
    select campaign_id, count(*)::int as n from calls
    where company_id = ${tx.company_id}::uuid and ${isLive}
      and campaign_id = any(${arrayLiteral(active.map(({ id }) => id))}::uuid[])
    group by campaign_id`)
  const byCampaign = new Map(live.map(({ campaign_id, n }) => [campaign_id, n]))
  return active.map((campaign) => ({
    ...progressOf(campaign),
    max_concurrent_calls: campaign.max_concurrent_calls,
    live_calls: byCampaign.get(campaign.id) ?? 0,
  }))
}
