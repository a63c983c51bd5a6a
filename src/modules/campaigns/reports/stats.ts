import { sql } from 'drizzle-orm'
import type { ReadTx } from '../../../db/transaction.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'
import { addOpenTime } from '../hours/schedule.ts'

export interface CampaignStats {
  campaign_id: string
  tasks: {
    total: number
    open: number
    done: number
    by_status: Record<string, number>
    by_outcome: Record<string, number>
  }
  calls: {
    total: number
    live: number
    by_status: Record<string, number>
    by_outcome: Record<string, number>
    average_duration_sec: number | null
  }
  attempts: number
  progress: number
  /** Calls that started in the last 60 s. */
  calls_last_minute: number
  /** Expected end at the rate of the last 10 minutes, within the campaign's windows; null when no rate can be measured. */
  expected_end_at: Date | null
}

type Group = { status: string; outcome: string | null; count: number }
type TaskGroup = Group & { attempts: number }
type CallGroup = Group & { with_duration: number; seconds: number }

/**
 * Progress of a campaign, counted from its rows. It does not rely on the campaign's counters.
 *
 * @throws Refusal 'not_found'
 */
export async function getCampaignStats(tx: ReadTx, id: string, now: Date): Promise<CampaignStats> {
  const campaign = await getCampaign(tx, id)
  const inCampaign = sql`company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid`
  const tasks = await tx.execute<TaskGroup>(sql`
    select status, outcome, count(*)::int as count, sum(attempt_count)::int as attempts
    from call_tasks where ${inCampaign} group by status, outcome`)
  const calls = await tx.execute<CallGroup>(sql`
    select status, outcome, count(*)::int as count, count(duration_sec)::int as with_duration,
      coalesce(sum(duration_sec), 0) as seconds
    from calls where ${inCampaign} group by status, outcome`)
  const recent = await recentActivity(tx, id, now)
  const total = sum(tasks, ({ count }) => count)
  const by_status = countBy(tasks, 'status')
  const open = (by_status.pending ?? 0) + (by_status.in_progress ?? 0) + (by_status.retry ?? 0)
  const calls_by_status = countBy(calls, 'status')
  const withDuration = sum(calls, ({ with_duration }) => with_duration)
  const ended = ['completed', 'failed', 'cancelled'].map((status) => calls_by_status[status] ?? 0)
  return {
    campaign_id: id,
    tasks: { total, open, done: total - open, by_status, by_outcome: countBy(tasks, 'outcome') },
    calls: {
      total: sum(calls, ({ count }) => count),
      live: sum(calls, ({ count }) => count) - sum(ended, (count) => count),
      by_status: calls_by_status,
      by_outcome: countBy(calls, 'outcome'),
      average_duration_sec: withDuration === 0 ? null : sum(calls, ({ seconds }) => seconds) / withDuration,
    },
    attempts: sum(tasks, ({ attempts }) => attempts),
    progress: total === 0 ? 0 : (total - open) / total,
    calls_last_minute: recent.calls_last_minute,
    expected_end_at: expectedEnd(campaign, open, recent.finished_tasks, now),
  }
}

/** The rate from which the expected end is calculated is measured over the last 10 minutes. */
const rateWindowSec = 600

interface RecentActivity extends Record<string, unknown> {
  calls_last_minute: number
  /** Tasks that reached a final status in the last `rateWindowSec` seconds. */
  finished_tasks: number
}

async function recentActivity(tx: ReadTx, id: string, now: Date): Promise<RecentActivity> {
  const [row] = await tx.execute<RecentActivity>(sql`
    select (
      select count(*)::int from calls where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid
        and started_at > ${new Date(now.getTime() - 60_000).toISOString()}::timestamptz
        and started_at <= ${now.toISOString()}::timestamptz
    ) as calls_last_minute, (
      select count(*)::int from task_events where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid
        and at > ${new Date(now.getTime() - rateWindowSec * 1000).toISOString()}::timestamptz
        and status in ('completed', 'failed', 'skipped')
    ) as finished_tasks`)
  return row ?? { calls_last_minute: 0, finished_tasks: 0 }
}

/** Null when the campaign is not running, has no open task, or finished none in the last 10 minutes. */
function expectedEnd(campaign: Campaign, open: number, finished: number, now: Date): Date | null {
  if (campaign.status !== 'running' || open === 0 || finished === 0) return null
  const runningSec = (now.getTime() - (campaign.started_at ?? now).getTime()) / 1000
  const measuredSec = Math.min(rateWindowSec, Math.max(1, runningSec))
  return addOpenTime(campaign, (open / finished) * measuredSec, now) ?? null
}

const sum = <T>(rows: readonly T[], value: (row: T) => number): number =>
  rows.reduce((total, row) => total + value(row), 0)

/** Rows per status or per outcome. Rows without an outcome are left out. */
function countBy(rows: readonly Group[], column: 'status' | 'outcome') {
  const counts: Record<string, number> = {}
  for (const row of rows) {
    const value = row[column]
    if (value !== null) counts[value] = (counts[value] ?? 0) + row.count
  }
  return counts
}
