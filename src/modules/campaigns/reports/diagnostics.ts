import type { RowOf } from '../../../db/query/define-query.ts'
import type { campaignFailures } from '../../../db/schema/index.ts'
import type { ReadTx } from '../../../db/transaction.ts'
import { type ZoneDataRelease, zoneDataRelease } from '../../../lib/time/zone-data.ts'
import { readWrittenAnswer } from '../../../lib/written-boolean.ts'
import { type Campaign, getCampaign } from '../campaigns.ts'
import { listFailures } from '../failures.ts'
import { faultSpanSec } from '../transitions/automatic-transitions.ts'
import { countContacts, findRecentFaults, findUnclearOptOuts } from './diagnostics-queries.ts'

/** Reasons why a campaign, or some of its contacts, cannot be dialed now. */
export const reasonCodes = [
  'not_running',
  'company_inactive',
  'nobody_waiting',
  'not_due',
  'attempts_per_number',
  'min_hours_between_attempts',
  'window_closed',
  'no_window',
  'zone_not_worked_out',
  'suppressed',
  'number_in_call',
  'callback_time_unusable',
  'waiting_to_settle',
  'opt_out_unreadable',
  'at_max_concurrent_calls',
  'at_calls_per_minute',
  'company_at_max_concurrent_calls',
  'company_at_calls_per_minute',
  'no_worker',
  'set_aside',
  'recent_faults',
] as const

/** Reasons that apply to the whole campaign, and do not keep it from dialing. */
const informativeCodes: readonly Reason['code'][] = ['set_aside', 'recent_faults']

export interface Reason {
  code: (typeof reasonCodes)[number]
  detail: string
  /** Contacts that cannot be dialed for this reason; null for a reason that applies to the whole campaign. */
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
  slots: Slots
  /** Waiting contacts that are due, in an open window, not suppressed and in no call. */
  dialable: number
  reasons: Reason[]
  timezone_data: ZoneDataRelease
}

/** The calls that the campaign may have at a time. */
export interface Slots {
  /** max_concurrent_calls. */
  max: number
  /** Live calls. */
  in_use: number
  /** Calls that have ended, and whose attempts are not settled. They use no slot. */
  waiting_to_settle: number
}

type Counts = RowOf<typeof countContacts>

/** Workers check every running campaign each second. If one was not checked for 15 s, no worker is running. */
const noWorkerAfterMs = 15_000

/**
 * Returns the reasons why a campaign cannot dial now, each with its number of contacts. Reads every waiting contact of the
 * campaign.
 *
 * @throws Refusal 'not_found'
 */
export async function getDiagnostics(tx: ReadTx, id: string, now: Date): Promise<Diagnostics> {
  const campaign = await getCampaign(tx, id)
  const [counts] = await countContacts(tx, { campaign_id: id, now })
  if (counts === undefined) throw new Error('the statement of counts returned no row')
  const failures = await listFailures(tx, id, now)
  const unclearOptOuts = await countUnclearOptOuts(tx, id, now)
  const since = new Date(now.getTime() - faultSpanSec * 1000)
  const recentFaults = await findRecentFaults(tx, { campaign_id: id, since })
  const reasons = [
    ...campaignReasons(campaign, counts, now),
    ...failures.map(failureReason),
    ...recentFaults.map(recentFaultsReason),
    ...contactReasons({ ...counts, unclearOptOuts }),
  ]
  const { waiting, in_progress, dialable, live, ended } = counts
  const slots = { max: campaign.max_concurrent_calls, in_use: live, waiting_to_settle: ended }
  const isBlocked =
    failures.some(({ operation }) => operation === 'claim') ||
    reasons.some(({ code, contacts }) => contacts === null && !informativeCodes.includes(code))
  const can_dial = dialable > 0 && !isBlocked
  const timezone_data = zoneDataRelease()
  return { campaign_id: id, can_dial, waiting, in_progress, slots, dialable, reasons, timezone_data }
}

const campaignReason = (code: Reason['code'], detail: string, until: Date | null = null): Reason => ({
  code,
  detail,
  contacts: null,
  until,
})

const failureReason = ({
  operation,
  failures,
  reason,
  retry_at,
}: typeof campaignFailures.$inferSelect): Reason =>
  campaignReason(
    'set_aside',
    `the operation ${operation} failed ${failures} time(s) in a row: ${reason}. It is tried again later, or at once after an edit.`,
    retry_at,
  )

const recentFaultsReason = ({ faults, outcome, ended_reason }: RowOf<typeof findRecentFaults>): Reason =>
  campaignReason(
    'recent_faults',
    `${faults} attempt(s) of the last ${faultSpanSec} s failed by fault of the carrier, the agent or the platform; the latest with ${outcome}: ${ended_reason ?? 'no reason was reported'}`,
  )

/** Reasons that apply to the campaign as a whole. */
function campaignReasons(campaign: Campaign, counts: Counts, now: Date): Reason[] {
  const { status, status_reason, max_concurrent_calls, calls_per_minute } = campaign
  const { next_slot_at, company_next_slot_at, checked_at } = counts
  const candidates: (Reason | false)[] = [
    status !== 'running' &&
      campaignReason(
        'not_running',
        status_reason === null ? `the campaign is ${status}` : `the campaign is ${status}: ${status_reason}`,
        status === 'scheduled' ? campaign.start_time : null,
      ),
    !counts.company_is_active && campaignReason('company_inactive', 'the company is inactive'),
    counts.waiting === 0 &&
      campaignReason(
        'nobody_waiting',
        campaign.completes === 'never'
          ? 'no contact waits for an attempt; the campaign stays open for contacts that are added'
          : 'no contact waits for an attempt',
      ),
    counts.live >= max_concurrent_calls &&
      campaignReason(
        'at_max_concurrent_calls',
        `${counts.live} calls are live; max_concurrent_calls is ${max_concurrent_calls}`,
      ),
    next_slot_at !== null &&
      next_slot_at > now &&
      campaignReason(
        'at_calls_per_minute',
        `the rate limit is ${calls_per_minute} calls a minute`,
        next_slot_at,
      ),
    counts.company_max !== null &&
      counts.company_live >= counts.company_max &&
      campaignReason(
        'company_at_max_concurrent_calls',
        `${counts.company_live} calls of the company are live; its max_concurrent_calls is ${counts.company_max}`,
      ),
    company_next_slot_at !== null &&
      company_next_slot_at > now &&
      campaignReason(
        'company_at_calls_per_minute',
        "the company's limit of calls_per_minute is reached",
        company_next_slot_at,
      ),
    status === 'running' &&
      counts.dialable > 0 &&
      checked_at !== null &&
      now.getTime() - checked_at.getTime() > noWorkerAfterMs &&
      campaignReason(
        'no_worker',
        `no worker has checked the campaign for ${noWorkerAfterMs / 1000} s: start a process with ROLE=worker or ROLE=all`,
      ),
  ]
  return candidates.filter((reason) => reason !== false)
}

/** Contacts of whom more than this many unclear opt-outs were reported are not all counted. */
const maxUnclearOptOuts = 10_000

/** Counts contacts, also those that are done, whose opt-out is neither yes nor no. */
async function countUnclearOptOuts(tx: ReadTx, campaign_id: string, now: Date): Promise<number> {
  const optOuts = await findUnclearOptOuts(tx, { campaign_id, now, limit: maxUnclearOptOuts })
  const unclear = optOuts.filter(({ opt_out }) => readWrittenAnswer(opt_out) === 'unreadable')
  return new Set(unclear.map(({ call_task_id }) => call_task_id)).size
}

/** Reasons that apply to some of the waiting contacts, and opt-outs that cannot be read of any contacts. */
function contactReasons(counts: Counts & { unclearOptOuts: number }): Reason[] {
  const candidates: Reason[] = [
    ...dueLaterReasons(counts),
    {
      code: 'window_closed',
      detail: 'no window is open for their zone',
      contacts: counts.window_closed,
      until: counts.opens_at,
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
    {
      code: 'callback_time_unusable',
      detail:
        'they asked to be called back at a time that cannot be read or is out of range, and are called after the usual delay',
      contacts: counts.unusable_callbacks,
      until: null,
    },
    {
      code: 'waiting_to_settle',
      detail:
        'their call has ended and uses no slot, and what becomes of them is not decided yet: their agent may still report, or the workers are busy',
      contacts: counts.ended,
      until: counts.settle_at,
    },
    {
      code: 'opt_out_unreadable',
      detail:
        'their agent reported an opt_out that is neither yes nor no, so their number is not suppressed: check the calls',
      contacts: counts.unclearOptOuts,
      until: null,
    },
  ]
  return candidates.filter(({ contacts }) => contacts !== 0)
}

/** Reasons that apply to contacts whose next attempt is due later. */
const dueLaterReasons = (counts: Counts): Reason[] => [
  {
    code: 'not_due',
    detail: 'their next attempt is due later',
    contacts: counts.not_due,
    until: counts.due_at,
  },
  {
    code: 'attempts_per_number',
    detail:
      'their number was called as often as attempts_per_number_per_day and attempts_per_number_per_week of the company allow',
    contacts: counts.at_attempts_per_number,
    until: counts.attempts_allowed_at,
  },
  {
    code: 'min_hours_between_attempts',
    detail: `their number was called less than min_hours_between_attempts of the company (now ${counts.min_hours_between_attempts ?? 0}) before`,
    contacts: counts.too_soon_for_number,
    until: counts.gap_ends_at,
  },
]
