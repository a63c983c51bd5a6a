import type { RowOf } from '../../../db/query/define-query.ts'
import { localTimeText } from '../../../lib/time/local-time.ts'
import type { Campaign } from '../campaigns.ts'
import type { countContacts } from './diagnostics-queries.ts'
import type { RankedReason } from './reasons.ts'

type Counts = RowOf<typeof countContacts>

/** Workers check every running campaign each second. If one was not checked for 15 s, no worker is running. */
const noWorkerAfterMs = 15_000

const campaignReason = (
  kind: RankedReason['kind'],
  code: RankedReason['code'],
  detail: string,
  until: Date | null = null,
): RankedReason => ({ kind, code, detail, contacts: null, until })

/** Reasons that apply to the campaign as a whole. */
export function campaignReasons(campaign: Campaign, counts: Counts, now: Date): RankedReason[] {
  const { max_concurrent_calls, calls_per_minute } = campaign
  const { next_slot_at, company_next_slot_at, checked_at } = counts
  const candidates: (RankedReason | false)[] = [
    notRunningReason(campaign),
    !counts.company_is_active &&
      campaignReason('stops', 'company_inactive', 'the company is inactive: an operator sets is_active'),
    counts.waiting === 0 &&
      campaignReason(
        'stops',
        'nobody_waiting',
        campaign.completes === 'never'
          ? 'no contact waits for an attempt; the campaign stays open for contacts that are added'
          : 'no contact waits for an attempt',
      ),
    campaign.status === 'running' &&
      counts.dialable > 0 &&
      checked_at !== null &&
      now.getTime() - checked_at.getTime() > noWorkerAfterMs &&
      campaignReason(
        'limits',
        'no_worker',
        `no worker has checked the campaign for ${noWorkerAfterMs / 1000} s: start a process with ROLE=worker or ROLE=all`,
      ),
    counts.live >= max_concurrent_calls &&
      campaignReason(
        'limits',
        'at_max_concurrent_calls',
        `${counts.live} calls are live; max_concurrent_calls is ${max_concurrent_calls}`,
      ),
    next_slot_at !== null &&
      next_slot_at > now &&
      campaignReason(
        'limits',
        'at_calls_per_minute',
        `the rate limit is ${calls_per_minute} calls a minute`,
        next_slot_at,
      ),
    counts.company_max !== null &&
      counts.company_live >= counts.company_max &&
      campaignReason(
        'limits',
        'company_at_max_concurrent_calls',
        `${counts.company_live} calls of the company are live; its max_concurrent_calls is ${counts.company_max}`,
      ),
    company_next_slot_at !== null &&
      company_next_slot_at > now &&
      campaignReason(
        'limits',
        'company_at_calls_per_minute',
        "the company's limit of calls_per_minute is reached",
        company_next_slot_at,
      ),
  ]
  return candidates.filter((reason) => reason !== false)
}

function notRunningReason(campaign: Campaign): RankedReason | false {
  const { status, status_reason, start_time, timezone } = campaign
  if (status === 'running') return false
  const starts =
    status === 'scheduled' && start_time !== null
      ? `; it starts on ${localTimeText(start_time, timezone)}, its start_time`
      : ''
  const because = status_reason === null ? '' : `: ${status_reason}`
  const until = status === 'scheduled' ? start_time : null
  return campaignReason('stops', 'not_running', `the campaign is ${status}${because}${starts}`, until)
}
