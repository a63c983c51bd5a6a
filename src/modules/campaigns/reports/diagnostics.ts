import { sql } from 'drizzle-orm'
import type { ReadTx } from '../../../db/transaction.ts'
import { isSuppressionActive } from '../../suppressions/index.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'

/** Reasons why a campaign, or some of its contacts, cannot be dialed now. */
export const reasonCodes = [
  'not_running',
  'company_inactive',
  'nobody_waiting',
  'not_due',
  'window_closed',
  'no_window',
  'zone_not_worked_out',
  'suppressed',
  'number_in_call',
  'at_max_concurrent_calls',
  'at_calls_per_minute',
  'company_at_max_concurrent_calls',
  'company_at_calls_per_minute',
  'no_worker',
] as const

export interface Reason {
  code: (typeof reasonCodes)[number]
  detail: string
  /** Waiting contacts that cannot be dialed for this reason; null for a reason that applies to the whole campaign. */
  contacts: number | null
  /** The time from which the reason no longer applies; null when that is not known. */
  until: Date | null
}

export interface Diagnostics {
  campaign_id: string
  /** Whether at least one contact can be dialed now. */
  can_dial: boolean
  waiting: number
  in_progress: number
  /** Waiting contacts that are due, in an open window, not suppressed and in no call. */
  dialable: number
  reasons: Reason[]
}

/** Workers check every running campaign each second. If one was not checked for 15 s, no worker is running. */
const noWorkerAfterMs = 15_000

type Counts = {
  waiting: number
  in_progress: number
  zone_unknown: number
  not_due: number
  window_closed: number
  no_window: number
  suppressed: number
  in_call: number
  dialable: number
  due_at: string | null
  opens_at: string | null
  live: number
  company_live: number
  company_is_active: boolean
  company_max: number | null
  next_slot_at: string | null
  company_next_slot_at: string | null
  checked_at: string | null
}

/**
 * Returns the reasons why a campaign cannot dial now, each with its number of contacts. Reads every waiting contact of the
 * campaign.
 *
 * @throws Refusal 'not_found'
 */
export async function getDiagnostics(tx: ReadTx, id: string, now: Date): Promise<Diagnostics> {
  const campaign = await getCampaign(tx, id)
  const [counts] = await tx.execute<Counts>(countStatement(tx, id, now))
  if (counts === undefined) throw new Error('the statement of counts returned no row')
  const reasons = [...campaignReasons(campaign, counts, now), ...contactReasons(counts)]
  const { waiting, in_progress, dialable } = counts
  const isBlocked = reasons.some(({ contacts }) => contacts === null)
  return { campaign_id: id, can_dial: dialable > 0 && !isBlocked, waiting, in_progress, dialable, reasons }
}

const parseTime = (text: string | null) => (text === null ? null : new Date(text))

const campaignReason = (code: Reason['code'], detail: string, until: Date | null = null): Reason => ({
  code,
  detail,
  contacts: null,
  until,
})

/** Reasons that apply to the campaign as a whole. */
function campaignReasons(campaign: Campaign, counts: Counts, now: Date): Reason[] {
  const { status, status_reason, max_concurrent_calls, calls_per_minute } = campaign
  const nextSlot = parseTime(counts.next_slot_at)
  const companyNextSlot = parseTime(counts.company_next_slot_at)
  const checkedAt = parseTime(counts.checked_at)
  const candidates: (Reason | false)[] = [
    status !== 'running' &&
      campaignReason(
        'not_running',
        status_reason === null ? `the campaign is ${status}` : `the campaign is ${status}: ${status_reason}`,
        status === 'scheduled' ? campaign.start_time : null,
      ),
    !counts.company_is_active && campaignReason('company_inactive', 'the company is inactive'),
    counts.waiting === 0 && campaignReason('nobody_waiting', 'no contact waits for an attempt'),
    counts.live >= max_concurrent_calls &&
      campaignReason(
        'at_max_concurrent_calls',
        `${counts.live} calls are live; max_concurrent_calls is ${max_concurrent_calls}`,
      ),
    nextSlot !== null &&
      nextSlot > now &&
      campaignReason('at_calls_per_minute', `the rate limit is ${calls_per_minute} calls a minute`, nextSlot),
    counts.company_max !== null &&
      counts.company_live >= counts.company_max &&
      campaignReason(
        'company_at_max_concurrent_calls',
        `${counts.company_live} calls of the company are live; its max_concurrent_calls is ${counts.company_max}`,
      ),
    companyNextSlot !== null &&
      companyNextSlot > now &&
      campaignReason(
        'company_at_calls_per_minute',
        "the company's limit of calls_per_minute is reached",
        companyNextSlot,
      ),
    status === 'running' &&
      counts.dialable > 0 &&
      checkedAt !== null &&
      now.getTime() - checkedAt.getTime() > noWorkerAfterMs &&
      campaignReason(
        'no_worker',
        `no worker has checked the campaign for ${noWorkerAfterMs / 1000} s: start a process with ROLE=worker or ROLE=all`,
      ),
  ]
  return candidates.filter((reason) => reason !== false)
}

/** Reasons that apply to some of the waiting contacts. */
function contactReasons(counts: Counts): Reason[] {
  const candidates: Reason[] = [
    {
      code: 'not_due',
      detail: 'their next attempt is due later',
      contacts: counts.not_due,
      until: parseTime(counts.due_at),
    },
    {
      code: 'window_closed',
      detail: 'no window is open for their zone',
      contacts: counts.window_closed,
      until: parseTime(counts.opens_at),
    },
    {
      code: 'no_window',
      detail:
        'no window opens for their zone in the next 400 days: change the calling hours or the contact zone',
      contacts: counts.no_window,
      until: null,
    },
    {
      code: 'zone_not_worked_out',
      detail: 'their time zone has not been determined yet',
      contacts: counts.zone_unknown,
      until: null,
    },
    {
      code: 'suppressed',
      detail: 'their number is suppressed, so they will be skipped',
      contacts: counts.suppressed,
      until: null,
    },
    {
      code: 'number_in_call',
      detail: 'their number is in another call of the company',
      contacts: counts.in_call,
      until: null,
    },
  ]
  return candidates.filter(({ contacts }) => contacts !== 0)
}

/** Values of `reason` in the statement below, each a column of `counts`. */
const contactStates = [
  'zone_unknown',
  'not_due',
  'window_closed',
  'no_window',
  'suppressed',
  'in_call',
  'dialable',
]

/** Each waiting contact is counted under the first reason that applies to it. */
const countStatement = (tx: ReadTx, id: string, now: Date) => {
  const nowSql = sql`${now.toISOString()}::timestamptz`
  return sql`
  with waiting as (
    select case
        when t.dial_timezone is null then 'zone_unknown'
        when t.due_at > ${nowSql} then 'not_due'
        when w.dial_timezone is null then 'zone_unknown'
        when w.opens_at is null then 'no_window'
        when w.opens_at > ${nowSql} or w.closes_at <= ${nowSql} then 'window_closed'
        when s.phone_number is not null then 'suppressed'
        when l.phone_number is not null then 'in_call'
        else 'dialable' end as reason,
      t.due_at, w.opens_at
    from call_tasks t
    left join campaign_windows w on w.company_id = t.company_id and w.campaign_id = t.campaign_id
      and w.dial_timezone = t.dial_timezone
    left join suppressions s on s.company_id = t.company_id and s.phone_number = t.phone_number
      and ${isSuppressionActive(nowSql)}
    left join leases l on l.company_id = t.company_id and l.phone_number = t.phone_number and l.is_live
    where t.company_id = ${tx.company_id}::uuid and t.campaign_id = ${id}::uuid and t.status in ('pending', 'retry')
  ), counts as (
    select count(*)::int as waiting, ${sql.join(
      contactStates.map((state) => sql.raw(`(count(*) filter (where reason = '${state}'))::int as ${state}`)),
      sql`, `,
    )}, min(due_at) filter (where reason = 'not_due') as due_at,
      min(opens_at) filter (where reason = 'window_closed' and opens_at > ${nowSql}) as opens_at
    from waiting
  )
  select counts.*, (
      select count(*)::int from call_tasks
      where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid and status = 'in_progress') as in_progress,
    (select count(*)::int from leases
      where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid and is_live) as live,
    (select count(*)::int from leases where company_id = ${tx.company_id}::uuid and is_live) as company_live,
    c.is_active as company_is_active, (c.limits->>'max_concurrent_calls')::int as company_max, p.next_slot_at,
    case when c.limits ? 'calls_per_minute' then cp.next_slot_at end as company_next_slot_at, p.recheck_at as checked_at
  from counts
  join companies c on c.id = ${tx.company_id}::uuid
  left join campaign_pace p on p.company_id = c.id and p.campaign_id = ${id}::uuid
  left join company_pace cp on cp.company_id = c.id`
}
