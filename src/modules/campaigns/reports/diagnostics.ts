import { sql } from 'drizzle-orm'
import type { Tx } from '../../../db/transaction.ts'
import { isSuppressionActive } from '../../suppressions/index.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'

/** Why a campaign is not dialing right now, or a contact of it is not. */
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
  /** Contacts it keeps waiting; null where it is of the campaign as a whole. */
  contacts: number | null
  /** When it will be over, where that is known. */
  until: Date | null
}

export interface Diagnostics {
  campaign_id: string
  /** Whether somebody could be dialed this moment. */
  can_dial: boolean
  waiting: number
  in_progress: number
  /** Waiting, due, in an open window, suppressed by nothing. */
  dialable: number
  reasons: Reason[]
}

/** A worker looks at every running campaign each second; a campaign nobody looked at for so long has none, ms. */
const unwatchedMs = 15_000

type Found = {
  waiting: number
  in_progress: number
  unplaced: number
  not_due: number
  closed: number
  never: number
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
  looked_at: string | null
}

/**
 * Why a campaign does not dial right now, with how many contacts each reason keeps waiting. Reads every waiting contact.
 *
 * @throws Refusal 'not_found'
 */
export async function getDiagnostics(tx: Tx, id: string, now: Date): Promise<Diagnostics> {
  const campaign = await getCampaign(tx, id)
  const [found] = await tx.execute<Found>(findings(tx, id, now))
  if (found === undefined) throw new Error('counting found no row')
  const reasons = [...ofCampaign(campaign, found, now), ...ofContacts(found)]
  const { waiting, in_progress, dialable } = found
  const halts = reasons.some(({ contacts }) => contacts === null)
  return { campaign_id: id, can_dial: dialable > 0 && !halts, waiting, in_progress, dialable, reasons }
}

const time = (text: string | null) => (text === null ? null : new Date(text))
const reason = (code: Reason['code'], detail: string, until: Date | null = null): Reason => ({
  ...{ code, detail, contacts: null, until },
})

/** What holds back the campaign as a whole. */
function ofCampaign(campaign: Campaign, found: Found, now: Date): Reason[] {
  const { status, status_reason, max_concurrent_calls, calls_per_minute } = campaign
  const slot = time(found.next_slot_at)
  const companySlot = time(found.company_next_slot_at)
  const looked = time(found.looked_at)
  const all: (Reason | false)[] = [
    status !== 'running' &&
      reason(
        'not_running',
        status_reason === null ? `it is ${status}` : `it is ${status}: ${status_reason}`,
        status === 'scheduled' ? campaign.start_time : null,
      ),
    !found.company_is_active && reason('company_inactive', 'the company is switched off'),
    found.waiting === 0 && reason('nobody_waiting', 'no contact waits for an attempt'),
    found.live >= max_concurrent_calls &&
      reason('at_max_concurrent_calls', `${found.live} of ${max_concurrent_calls} calls are live`),
    slot !== null &&
      slot > now &&
      reason('at_calls_per_minute', `the next of ${calls_per_minute} a minute has not come`, slot),
    found.company_max !== null &&
      found.company_live >= found.company_max &&
      reason(
        'company_at_max_concurrent_calls',
        `${found.company_live} of the company's ${found.company_max} calls are live`,
      ),
    companySlot !== null &&
      companySlot > now &&
      reason(
        'company_at_calls_per_minute',
        "the next of the company's calls a minute has not come",
        companySlot,
      ),
    status === 'running' &&
      found.dialable > 0 &&
      looked !== null &&
      now.getTime() - looked.getTime() > unwatchedMs &&
      reason(
        'no_worker',
        'no worker has looked at it for a while: start a process with ROLE=worker or ROLE=all',
      ),
  ]
  return all.filter((one) => one !== false)
}

/** What holds back contacts, and how many. */
function ofContacts(found: Found): Reason[] {
  const all: Reason[] = [
    {
      code: 'not_due',
      detail: 'their next attempt is later',
      contacts: found.not_due,
      until: time(found.due_at),
    },
    {
      code: 'window_closed',
      detail: 'no window is open for their zone',
      contacts: found.closed,
      until: time(found.opens_at),
    },
    {
      code: 'no_window',
      detail: 'no window opens for their zone in 400 days: change the windows, or their zone',
      contacts: found.never,
      until: null,
    },
    {
      code: 'zone_not_worked_out',
      detail: 'their zone is being worked out',
      contacts: found.unplaced,
      until: null,
    },
    {
      code: 'suppressed',
      detail: 'their number is suppressed: they will be skipped',
      contacts: found.suppressed,
      until: null,
    },
    {
      code: 'number_in_call',
      detail: 'their number is in another call of the company',
      contacts: found.in_call,
      until: null,
    },
  ]
  return all.filter(({ contacts }) => contacts !== 0)
}

/** Each waiting contact counts for the first reason that holds. */
const findings = (tx: Tx, id: string, now: Date) => sql`
  with waiting as (
    select case
        when t.dial_timezone is null then 'unplaced'
        when t.due_at > ${now.toISOString()}::timestamptz then 'not_due'
        when w.dial_timezone is null then 'unplaced'
        when w.opens_at is null then 'never'
        when w.opens_at > ${now.toISOString()}::timestamptz or w.closes_at <= ${now.toISOString()}::timestamptz then 'closed'
        when s.phone_number is not null then 'suppressed'
        when l.phone_number is not null then 'in_call'
        else 'dialable' end as why,
      t.due_at, w.opens_at
    from call_tasks t
    left join campaign_windows w on w.company_id = t.company_id and w.campaign_id = t.campaign_id
      and w.dial_timezone = t.dial_timezone
    left join suppressions s on s.company_id = t.company_id and s.phone_number = t.phone_number
      and ${isSuppressionActive(sql`${now.toISOString()}::timestamptz`)}
    left join leases l on l.company_id = t.company_id and l.phone_number = t.phone_number and l.is_live
    where t.company_id = ${tx.company_id}::uuid and t.campaign_id = ${id}::uuid and t.status in ('pending', 'retry')
  ), counts as (
    select count(*)::int as waiting, ${sql.join(
      ['unplaced', 'not_due', 'closed', 'never', 'suppressed', 'in_call', 'dialable'].map((why) =>
        sql.raw(`(count(*) filter (where why = '${why}'))::int as ${why}`),
      ),
      sql`, `,
    )}, min(due_at) filter (where why = 'not_due') as due_at,
      min(opens_at) filter (where why = 'closed' and opens_at > ${now.toISOString()}::timestamptz) as opens_at
    from waiting
  )
  select counts.*, (
      select count(*)::int from call_tasks
      where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid and status = 'in_progress') as in_progress,
    (select count(*)::int from leases
      where company_id = ${tx.company_id}::uuid and campaign_id = ${id}::uuid and is_live) as live,
    (select count(*)::int from leases where company_id = ${tx.company_id}::uuid and is_live) as company_live,
    c.is_active as company_is_active, (c.limits->>'max_concurrent_calls')::int as company_max, p.next_slot_at,
    case when c.limits ? 'calls_per_minute' then cp.next_slot_at end as company_next_slot_at, p.recheck_at as looked_at
  from counts
  join companies c on c.id = ${tx.company_id}::uuid
  left join campaign_pace p on p.company_id = c.id and p.campaign_id = ${id}::uuid
  left join company_pace cp on cp.company_id = c.id`
