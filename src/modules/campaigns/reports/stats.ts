import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery, type RowOf } from '../../../db/query/define-query.ts'
import { timestamptz, uuid } from '../../../db/query/parameters.ts'
import {
  type CallStatus,
  callStatuses,
  endedTaskStatuses,
  liveCallStatuses,
  openTaskStatuses,
  outcomes,
  taskStatuses,
  textList,
} from '../../../db/schema/index.ts'
import type { ReadTx } from '../../../db/transaction.ts'
import { Nullable, OneOf } from '../../../lib/schema/typebox.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'
import { addOpenTime, listWaitingZones } from '../hours/schedule.ts'

export interface CampaignStats {
  campaign_id: string
  tasks: {
    total: number
    open: number
    done: number
    by_status: Record<string, number>
    by_outcome: Record<string, number>
  }
  /** Calls that were dialed or are live; `not_dialed` counts those that ended without having been dialed. */
  calls: {
    total: number
    live: number
    dialed: number
    answered: number
    not_dialed: number
    /** 0 to 1: answered / dialed; null when none was dialed. */
    answer_rate: number | null
    /** 0 to 1: successes / answered; null when none was answered. */
    success_rate: number | null
    by_status: Record<string, number>
    by_outcome: Record<string, number>
    /** Over the answered calls whose duration is known. */
    average_duration_sec: number | null
  }
  attempts: number
  progress: number
  /** Calls that started in the last 60 s. */
  calls_last_minute: number
  /** Expected end at the rate of the last 10 minutes, within the campaign's windows; null when no rate can be measured. */
  expected_end_at: Date | null
}

/** The rate from which the expected end is calculated is measured over the last 10 minutes. */
const rateWindowSec = 600

const liveStatuses: readonly CallStatus[] = liveCallStatuses

/** Statuses that count as progress; a user's cancellation does not. */
const finishedStatuses = endedTaskStatuses.filter((status) => status !== 'cancelled')

/** The tasks of a campaign by status and outcome. Index: call_tasks_campaign_idx. */
const countTasks = defineCompanyQuery({
  name: 'campaigns.count_tasks',
  params: { campaign_id: uuid },
  row: {
    status: OneOf(taskStatuses),
    outcome: Nullable(OneOf(outcomes)),
    count: Type.Integer(),
    attempts: Type.Integer(),
  },
  sql: (p) => sql`
    select status, outcome, count(*)::int as count, sum(attempt_count)::int as attempts
    from call_tasks where company_id = ${p.company_id} and campaign_id = ${p.campaign_id}
    group by status, outcome`,
})

/** The calls of a campaign by status, outcome, and whether they were dialed and answered. Index: calls_campaign_idx. */
const countCalls = defineCompanyQuery({
  name: 'campaigns.count_calls',
  params: { campaign_id: uuid },
  row: {
    status: OneOf(callStatuses),
    outcome: Nullable(OneOf(outcomes)),
    is_dialed: Type.Boolean(),
    is_answered: Type.Boolean(),
    count: Type.Integer(),
    with_duration: Type.Integer(),
    seconds: Type.Number(),
  },
  sql: (p) => sql`
    select status, outcome, is_dialed, is_answered, count(*)::int as count, count(duration_sec)::int as with_duration,
      coalesce(sum(duration_sec), 0) as seconds
    from calls where company_id = ${p.company_id} and campaign_id = ${p.campaign_id}
    group by status, outcome, is_dialed, is_answered`,
})

/**
 * Calls that started, and tasks that reached a final status, since the given times. Indexes: calls_campaign_idx and
 * task_events_campaign_idx.
 */
const countRecent = defineCompanyQuery({
  name: 'campaigns.count_recent',
  params: { campaign_id: uuid, calls_since: timestamptz, tasks_since: timestamptz, now: timestamptz },
  row: { started_calls: Type.Integer(), finished_tasks: Type.Integer() },
  sql: (p) => sql`
    select (
      select count(*)::int from calls where company_id = ${p.company_id} and campaign_id = ${p.campaign_id}
        and started_at > ${p.calls_since} and started_at <= ${p.now} and is_dialed
    ) as started_calls, (
      select count(*)::int from task_events where company_id = ${p.company_id} and campaign_id = ${p.campaign_id}
        and at > ${p.tasks_since} and status in (${textList(finishedStatuses)}) and is_effective
    ) as finished_tasks`,
})

/**
 * Progress of a campaign, counted from its rows. It does not rely on the campaign's counters.
 *
 * @throws Refusal 'not_found'
 */
export async function getCampaignStats(tx: ReadTx, id: string, now: Date): Promise<CampaignStats> {
  const campaign = await getCampaign(tx, id)
  const tasks = await countTasks(tx, { campaign_id: id })
  const calls = await countCalls(tx, { campaign_id: id })
  const recent = await recentActivity(tx, id, now)
  const total = sum(tasks, ({ count }) => count)
  const open = sum(tasks, ({ status, count }) => (openTaskStatuses.includes(status) ? count : 0))
  return {
    campaign_id: id,
    tasks: {
      total,
      open,
      done: total - open,
      by_status: countBy(tasks, 'status'),
      by_outcome: countBy(tasks, 'outcome'),
    },
    calls: callFiguresOf(calls),
    attempts: sum(tasks, ({ attempts }) => attempts),
    progress: total === 0 ? 0 : (total - open) / total,
    calls_last_minute: recent.started_calls,
    expected_end_at: await expectedEnd(tx, campaign, open, recent.finished_tasks, now),
  }
}

function callFiguresOf(rows: RowOf<typeof countCalls>[]): CampaignStats['calls'] {
  const counted = rows.filter(({ is_dialed }) => is_dialed)
  const ended = counted.filter(({ status }) => !liveStatuses.includes(status))
  const answeredRows = ended.filter(({ is_answered }) => is_answered)
  const countOf = (part: typeof rows) => sum(part, ({ count }) => count)
  const [total, dialed, answered] = [countOf(counted), countOf(ended), countOf(answeredRows)]
  const successes = sum(answeredRows, ({ outcome, count }) => (outcome === 'success' ? count : 0))
  const withDuration = sum(counted, ({ with_duration }) => with_duration)
  return {
    total,
    live: total - dialed,
    dialed,
    answered,
    not_dialed: countOf(rows) - total,
    answer_rate: dialed === 0 ? null : answered / dialed,
    success_rate: answered === 0 ? null : successes / answered,
    by_status: countBy(counted, 'status'),
    by_outcome: countBy(counted, 'outcome'),
    average_duration_sec: withDuration === 0 ? null : sum(counted, ({ seconds }) => seconds) / withDuration,
  }
}

async function recentActivity(tx: ReadTx, campaign_id: string, now: Date) {
  const secondsAgo = (seconds: number) => new Date(now.getTime() - seconds * 1000)
  const since = { calls_since: secondsAgo(60), tasks_since: secondsAgo(rateWindowSec) }
  const [row] = await countRecent(tx, { campaign_id, ...since, now })
  return row ?? { started_calls: 0, finished_tasks: 0 }
}

/** Null when the campaign is not running, has no open task, or finished none in the last 10 minutes. */
async function expectedEnd(
  tx: ReadTx,
  campaign: Campaign,
  open: number,
  finished: number,
  now: Date,
): Promise<Date | null> {
  if (campaign.status !== 'running' || open === 0 || finished === 0) return null
  const runningSec = (now.getTime() - (campaign.started_at ?? now).getTime()) / 1000
  const measuredSec = Math.min(rateWindowSec, Math.max(1, runningSec))
  const [zone] = await listWaitingZones(tx, campaign.id, now)
  return addOpenTime(campaign, zone, (open / finished) * measuredSec, now) ?? null
}

const sum = <T>(rows: readonly T[], value: (row: T) => number): number =>
  rows.reduce((total, row) => total + value(row), 0)

/** Rows per status or per outcome. Rows without an outcome are left out. */
function countBy(
  rows: readonly { status: string; outcome: string | null; count: number }[],
  column: 'status' | 'outcome',
) {
  const counts: Record<string, number> = {}
  for (const row of rows) {
    const value = row[column]
    if (value !== null) counts[value] = (counts[value] ?? 0) + row.count
  }
  return counts
}
