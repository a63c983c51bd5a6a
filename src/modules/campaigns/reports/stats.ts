import { sql } from 'drizzle-orm'
import type { Tx } from '../../../db/transaction.ts'
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
  /** Attempts that began in the last minute. */
  calls_last_minute: number
  /** When it will be done at the pace of the last ten minutes, in its windows; null where that says nothing. */
  expected_end_at: Date | null
}

/**
 * How far a campaign is, counted from its rows at this moment: right whatever its counters say.
 *
 * @throws Refusal 'not_found'
 */
export async function getCampaignStats(tx: Tx, id: string, now: Date): Promise<CampaignStats> {
  const campaign = await getCampaign(tx, id)
  const of = sql`company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid`
  const tasks = await tx.execute<{ status: string; outcome: string | null; n: number; attempts: number }>(sql`
    select status, outcome, count(*)::int as n, sum(attempt_count)::int as attempts
    from call_tasks where ${of} group by status, outcome`)
  const calls = await tx.execute<{
    status: string
    outcome: string | null
    n: number
    timed: number
    seconds: number
  }>(sql`
    select status, outcome, count(*)::int as n, count(duration_sec)::int as timed,
      coalesce(sum(duration_sec), 0) as seconds
    from calls where ${of} group by status, outcome`)
  const pace = await recentPace(tx, id, now)
  const total = sum(tasks, ({ n }) => n)
  const by_status = tally(tasks, 'status')
  const open = (by_status.pending ?? 0) + (by_status.in_progress ?? 0) + (by_status.retry ?? 0)
  const calls_by_status = tally(calls, 'status')
  const timed = sum(calls, (row) => row.timed)
  const ended = ['completed', 'failed', 'cancelled'].map((status) => calls_by_status[status] ?? 0)
  return {
    campaign_id: id,
    tasks: { total, open, done: total - open, by_status, by_outcome: tally(tasks, 'outcome') },
    calls: {
      total: sum(calls, ({ n }) => n),
      live: sum(calls, ({ n }) => n) - sum(ended, (n) => n),
      by_status: calls_by_status,
      by_outcome: tally(calls, 'outcome'),
      average_duration_sec: timed === 0 ? null : sum(calls, ({ seconds }) => seconds) / timed,
    },
    attempts: sum(tasks, ({ attempts }) => attempts),
    progress: total === 0 ? 0 : (total - open) / total,
    calls_last_minute: pace.begun,
    expected_end_at: expectedEnd(campaign, open, pace.done, now),
  }
}

/** The pace is that of so many seconds. */
const paceSec = 600

async function recentPace(tx: Tx, id: string, now: Date): Promise<{ begun: number; done: number }> {
  const [row] = await tx.execute<{ begun: number; done: number }>(sql`
    select (
      select count(*)::int from calls where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid
        and started_at > ${new Date(now.getTime() - 60_000).toISOString()}::timestamptz
        and started_at <= ${now.toISOString()}::timestamptz
    ) as begun, (
      select count(*)::int from task_events where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid
        and at > ${new Date(now.getTime() - paceSec * 1000).toISOString()}::timestamptz
        and status in ('completed', 'failed', 'skipped')
    ) as done`)
  return row ?? { begun: 0, done: 0 }
}

function expectedEnd(campaign: Campaign, open: number, done: number, now: Date): Date | null {
  if (campaign.status !== 'running' || open === 0 || done === 0) return null
  const running = (now.getTime() - (campaign.started_at ?? now).getTime()) / 1000
  return addOpenTime(campaign, (open / done) * Math.min(paceSec, Math.max(1, running)), now) ?? null
}

const sum = <T>(rows: readonly T[], of: (row: T) => number): number =>
  rows.reduce((all, row) => all + of(row), 0)

function tally(
  rows: readonly { status: string; outcome: string | null; n: number }[],
  by: 'status' | 'outcome',
) {
  const counts: Record<string, number> = {}
  for (const row of rows) {
    const word = row[by]
    if (word !== null) counts[word] = (counts[word] ?? 0) + row.n
  }
  return counts
}
