import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import { defineCompanyQuery, type RowOf } from '../../../db/query/define-query.ts'
import { integer, timestamptz, uuid } from '../../../db/query/parameters.ts'
import {
  type CallStatus,
  callStatuses,
  endedTaskStatuses,
  liveCallStatuses,
  openTaskStatuses,
  outcomes,
  type TaskStatus,
  taskStatuses,
  waitingTaskStatusList,
} from '../../../db/schema/index.ts'
import type { ReadTx } from '../../../db/transaction.ts'
import { Nullable, OneOf } from '../../../lib/schema/typebox.ts'
import { openPeriods } from '../../../lib/time/calling-windows.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'
import { windowsOf } from '../hours/windows.ts'
import { expectedEndAt, maxGroups } from './expected-end.ts'

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
  /** See `expectedEndAt`. Null: the campaign is not running, has no open contact, or ends more than 60 days ahead. */
  expected_end_at: Date | null
}

/** The rate from which the expected end is calculated is measured over the last 10 minutes. */
const rateWindowSec = 600
/** A rate that was measured for a shorter time is not reliable. */
const minMeasuredSec = 60

const liveStatuses: readonly CallStatus[] = liveCallStatuses

/** Statuses after which no attempt follows; a contact that a user cancels may have waited for one. */
const finishedStatuses: readonly TaskStatus[] = endedTaskStatuses.filter((status) => status !== 'cancelled')

/** The tasks of a campaign by status and outcome. Index: call_tasks_campaign_idx. */
const countTasks = defineCompanyQuery({
  name: 'campaigns.count_tasks',
  params: { campaign_id: uuid },
  row: {
    status: OneOf(taskStatuses),
    outcome: Nullable(OneOf(outcomes)),
    count: Type.Integer(),
    attempts: Type.Integer(),
    /** Tasks with an attempt that counts. */
    attempted: Type.Integer(),
  },
  sql: (p) => sql`
    select status, outcome, count(*)::int as count, sum(attempt_count)::int as attempts,
      (count(*) filter (where attempt_count > 0))::int as attempted
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

/** Calls that started since the given times. Index: calls_campaign_idx. */
const countRecent = defineCompanyQuery({
  name: 'campaigns.count_recent',
  params: { campaign_id: uuid, last_minute: timestamptz, rate_window: timestamptz, now: timestamptz },
  row: { in_last_minute: Type.Integer(), in_rate_window: Type.Integer() },
  sql: (p) => sql`
    select (count(*) filter (where started_at > ${p.last_minute}))::int as in_last_minute, count(*)::int as in_rate_window
    from calls where company_id = ${p.company_id} and campaign_id = ${p.campaign_id}
      and started_at > ${p.rate_window} and started_at <= ${p.now} and is_dialed`,
})

/** The zones with the most waiting contacts, when the last of them is due, and how many are due. Index: call_tasks_queue_idx. */
const findWaitingGroups = defineCompanyQuery({
  name: 'campaigns.find_waiting_groups',
  params: { campaign_id: uuid, now: timestamptz, limit: integer },
  row: {
    dial_timezone: Type.String(),
    waiting: Type.Integer(),
    due: Type.Integer(),
    last_due_at: Type.Date(),
  },
  sql: (p) => sql`
    select coalesce(dial_timezone, '') as dial_timezone, count(*)::int as waiting,
      (count(*) filter (where due_at <= ${p.now}))::int as due, max(due_at) as last_due_at
    from call_tasks
    where company_id = ${p.company_id} and campaign_id = ${p.campaign_id} and status in (${waitingTaskStatusList})
    group by 1 order by waiting desc, 1 limit ${p.limit}`,
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
  const recent = await countRecentCalls(tx, id, now)
  const total = sum(tasks, ({ count }) => count)
  const open = sum(tasks, ({ status, count }) => (openTaskStatuses.includes(status) ? count : 0))
  const callFigures = callFiguresOf(calls)
  const expected_end_at =
    campaign.status === 'running' && open > 0
      ? await estimateEnd(tx, campaign, { open, tasks, recent, callFigures }, now)
      : null
  return {
    campaign_id: id,
    tasks: {
      total,
      open,
      done: total - open,
      by_status: countBy(tasks, 'status'),
      by_outcome: countBy(tasks, 'outcome'),
    },
    calls: callFigures,
    attempts: sum(tasks, ({ attempts }) => attempts),
    progress: total === 0 ? 0 : (total - open) / total,
    calls_last_minute: recent.in_last_minute,
    expected_end_at,
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

async function countRecentCalls(tx: ReadTx, campaign_id: string, now: Date) {
  const secondsAgo = (seconds: number) => new Date(now.getTime() - seconds * 1000)
  const since = { last_minute: secondsAgo(60), rate_window: secondsAgo(rateWindowSec) }
  const [row] = await countRecent(tx, { campaign_id, ...since, now })
  return row ?? { in_last_minute: 0, in_rate_window: 0 }
}

interface Progress {
  open: number
  tasks: RowOf<typeof countTasks>[]
  recent: RowOf<typeof countRecent>
  callFigures: CampaignStats['calls']
}

async function estimateEnd(
  tx: ReadTx,
  campaign: Campaign,
  { open, tasks, recent, callFigures }: Progress,
  now: Date,
): Promise<Date | null> {
  const groups = await findWaitingGroups(tx, { campaign_id: campaign.id, now, limit: maxGroups })
  const call_sec = callFigures.average_duration_sec ?? 0
  const isAnyDue = groups.some(({ due }) => due > 0)
  const zone = groups[0]?.dial_timezone ?? ''
  try {
    // While nobody is due, the pace shows how few contacts were left, not how many could be called.
    const measured = isAnyDue ? measuredRate(campaign, zone, recent.in_rate_window, now) : undefined
    const attempts_per_sec = measured ?? plannedRate(campaign, call_sec)
    const estimate = { groups, open, retry_share: retryShareOf(tasks), attempts_per_sec, call_sec }
    return expectedEndAt(campaign, estimate, now) ?? null
  } catch (error) {
    // Hand-written SQL has stored a time zone that does not exist: the diagnostics of the campaign report it.
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Attempts per second of open time in the last 10 minutes; undefined when that was too short, or there were none. */
function measuredRate(
  campaign: Campaign,
  dial_timezone: string,
  calls: number,
  now: Date,
): number | undefined {
  const windowStart = now.getTime() - rateWindowSec * 1000
  const start = new Date(Math.max(windowStart, (campaign.started_at ?? now).getTime()))
  if (calls === 0 || start >= now) return undefined
  const open = openPeriods(windowsOf(campaign, dial_timezone), { start, end: now })
  const openSec = sum(open, (period) => period.end.getTime() - period.start.getTime()) / 1000
  return openSec < minMeasuredSec ? undefined : calls / openSec
}

/** Attempts per second that the limits of the campaign allow. @param call_sec average length of a call; 0: not known */
const plannedRate = ({ calls_per_minute, max_concurrent_calls }: Campaign, call_sec: number): number =>
  Math.min(calls_per_minute / 60, call_sec > 0 ? max_concurrent_calls / call_sec : Number.POSITIVE_INFINITY)

/** The share of the attempts that count after which the contact was called again, or waits for that; 0 before the first. */
function retryShareOf(tasks: RowOf<typeof countTasks>[]): number {
  const attempts = sum(tasks, (row) => row.attempts)
  const last = sum(tasks, ({ status, attempted }) => (finishedStatuses.includes(status) ? attempted : 0))
  return attempts === 0 ? 0 : Math.max(0, attempts - last) / attempts
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
