import { and, count, desc, eq, inArray } from 'drizzle-orm'
import { listPage, type Page, type PageQuery } from '../../../db/pagination.ts'
import { isAnyOf } from '../../../db/query/parameters.ts'
import {
  activeCampaignStatuses,
  type CampaignStatus,
  calls,
  campaigns,
  liveCallStatuses,
} from '../../../db/schema/index.ts'
import type { ReadTx } from '../../../db/transaction.ts'
import { aggregateCalls } from '../aggregate/aggregate.ts'
import { type Figures, figuresOfGroup } from '../aggregate/figures.ts'
import { type MetricsFilter, type PeriodQuery, resolvePeriod } from '../aggregate/filters.ts'

export interface CampaignProgress {
  campaign_id: string
  name: string
  status: CampaignStatus
  status_reason: string | null
  skillbase_id: string
  total_tasks: number
  completed_tasks: number
  failed_tasks: number
  /** 0 to 1: the share of tasks that are completed or failed; null while the campaign has no task. */
  progress: number | null
  started_at: Date | null
  ended_at: Date | null
  created_at: Date
}

export type CampaignRow = CampaignProgress & Figures
export type ActiveCampaign = CampaignProgress & { max_concurrent_calls: number; live_calls: number }

type Campaign = typeof campaigns.$inferSelect

function progressOf(campaign: Campaign): CampaignProgress {
  const { total_tasks, completed_tasks, failed_tasks } = campaign
  return {
    campaign_id: campaign.id,
    name: campaign.name,
    status: campaign.status,
    status_reason: campaign.status_reason,
    skillbase_id: campaign.skillbase_id,
    total_tasks,
    completed_tasks,
    failed_tasks,
    progress: total_tasks === 0 ? null : Math.min(1, (completed_tasks + failed_tasks) / total_tasks),
    started_at: campaign.started_at,
    ended_at: campaign.ended_at,
    created_at: campaign.created_at,
  }
}

/** Campaigns, newest first, with the figures of their calls in the period. @throws Refusal as `resolvePeriod` */
export async function listCampaignRows(
  tx: ReadTx,
  query: PeriodQuery & MetricsFilter & { status?: CampaignStatus | undefined },
  page: PageQuery,
  now: Date,
): Promise<Page<CampaignRow>> {
  const period = resolvePeriod(query, now)
  const where = and(
    eq(campaigns.company_id, tx.company_id),
    query.campaign_id === undefined ? undefined : eq(campaigns.id, query.campaign_id),
    query.skillbase_id === undefined ? undefined : eq(campaigns.skillbase_id, query.skillbase_id),
    query.status === undefined ? undefined : eq(campaigns.status, query.status),
  )
  const campaignPage = await listPage(tx, { from: campaigns, where, key: [campaigns.id] }, page)
  const campaign_ids = campaignPage.items.map(({ id }) => id)
  const filter = { ...query, campaign_ids }
  const groups = await aggregateCalls(tx, { period, filter, groupingSets: [['campaign']] })
  const byCampaign = new Map(groups.map((group) => [group.values.campaign, group]))
  const rowOf = (campaign: Campaign) => ({
    ...progressOf(campaign),
    ...figuresOfGroup(byCampaign.get(campaign.id)),
  })
  return { ...campaignPage, items: campaignPage.items.map(rowOf) }
}

/** Campaigns that are scheduled, running or paused, newest first, with the number of live calls of each. */
export async function listActiveCampaigns(tx: ReadTx, limit: number): Promise<ActiveCampaign[]> {
  const active = await tx
    .select()
    .from(campaigns)
    .where(and(eq(campaigns.company_id, tx.company_id), inArray(campaigns.status, activeCampaignStatuses)))
    .orderBy(desc(campaigns.id))
    .limit(limit)
  const ids = active.map(({ id }) => id)
  const counts = await tx
    .select({ campaign_id: calls.campaign_id, n: count() })
    .from(calls)
    .where(
      and(
        eq(calls.company_id, tx.company_id),
        inArray(calls.status, liveCallStatuses),
        isAnyOf(calls.campaign_id, ids),
      ),
    )
    .groupBy(calls.campaign_id)
  const liveCalls = new Map(counts.map(({ campaign_id, n }) => [campaign_id, n]))
  return active.map((campaign) => ({
    ...progressOf(campaign),
    max_concurrent_calls: campaign.max_concurrent_calls,
    live_calls: liveCalls.get(campaign.id) ?? 0,
  }))
}
