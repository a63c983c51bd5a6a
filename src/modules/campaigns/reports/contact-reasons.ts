import type { RowOf } from '../../../db/query/define-query.ts'
import { localTimeText } from '../../../lib/time/local-time.ts'
import type { Campaign } from '../campaigns.ts'
import { describeWindowRules, explainClosedWindow } from '../hours/window-rules.ts'
import type { countContacts } from './diagnostics-queries.ts'
import type { RankedReason } from './reasons.ts'

type Counts = RowOf<typeof countContacts> & {
  /** Contacts, also those that are done, whose opt-out is neither yes nor no. */
  unclearOptOuts: number
}

/** Reasons that apply to some of the waiting contacts, and opt-outs that cannot be read of any contacts. */
export function contactReasons(campaign: Campaign, counts: Counts, now: Date): RankedReason[] {
  const reasons: RankedReason[] = [
    ...dueLaterReasons(campaign, counts),
    ...windowReasons(campaign, counts, now),
    {
      kind: 'contacts',
      code: 'suppressed',
      detail: 'their number is suppressed, so they will be skipped',
      contacts: counts.suppressed,
      until: null,
    },
    {
      kind: 'contacts',
      code: 'number_in_call',
      detail: 'their number is in another call of the company',
      contacts: counts.in_call,
      until: null,
    },
    ...informingReasons(counts),
  ]
  return reasons.filter(({ contacts }) => contacts !== 0)
}

/** Reasons that apply to contacts whose next attempt is due later. */
function dueLaterReasons({ timezone }: Campaign, counts: Counts): RankedReason[] {
  const from = (at: Date | null) =>
    at === null ? '' : `; the first of them may be called from ${localTimeText(at, timezone)}`
  const perDay = counts.attempts_per_day ?? 'not set'
  const perWeek = counts.attempts_per_week ?? 'not set'
  return [
    {
      kind: 'contacts',
      code: 'not_due',
      detail: `their next attempt is due later${from(counts.due_at)}`,
      contacts: counts.not_due,
      until: counts.due_at,
    },
    {
      kind: 'contacts',
      code: 'attempts_per_number',
      detail: `their number was called as often as the company allows: attempts_per_number_per_day is ${perDay}, attempts_per_number_per_week is ${perWeek}${from(counts.attempts_allowed_at)}`,
      contacts: counts.at_attempts_per_number,
      until: counts.attempts_allowed_at,
    },
    {
      kind: 'contacts',
      code: 'min_hours_between_attempts',
      detail: `their number was called less than min_hours_between_attempts of the company (now ${counts.min_hours_between_attempts ?? 0}) before${from(counts.gap_ends_at)}`,
      contacts: counts.too_soon_for_number,
      until: counts.gap_ends_at,
    },
  ]
}

/** Reasons that apply to contacts who are due, and whose calling hours do not allow a call. */
function windowReasons(campaign: Campaign, counts: Counts, now: Date): RankedReason[] {
  const { closed_zone, never_open_zone } = counts
  const closed = inWords(closed_zone, (zone) => explainClosedWindow(campaign, zone, now))
  const rules = inWords(never_open_zone, (zone) => describeWindowRules(campaign, zone, now))
  return [
    {
      kind: 'contacts',
      code: 'window_closed',
      detail: `no window is open for them${closed}`,
      contacts: counts.window_closed,
      until: counts.opens_at,
    },
    {
      kind: 'contacts',
      code: 'no_window',
      detail: `no window opens for them in the next 400 days${rules}. Change the calling hours, or the timezone of the contacts`,
      contacts: counts.no_window,
      until: null,
    },
    {
      kind: 'contacts',
      code: 'zone_not_worked_out',
      detail: 'their time zone has not been determined yet',
      contacts: counts.zone_unknown,
      until: null,
    },
  ]
}

/** The words for a zone, after a colon; empty without a zone, and for one that does not exist, which `set_aside` reports. */
function inWords(zone: string | null, explain: (zone: string) => string): string {
  if (zone === null) return ''
  try {
    return `: ${explain(zone)}`
  } catch (error) {
    if (error instanceof RangeError) return ''
    throw error
  }
}

/** What is worth knowing, and keeps no contact from being dialed now. */
const informingReasons = (counts: Counts): RankedReason[] => [
  {
    kind: 'informs',
    code: 'waiting_to_settle',
    detail:
      'their call has ended and uses no slot, and what becomes of them is not decided yet: their agent may still report, or the workers are busy',
    contacts: counts.ended,
    until: counts.settle_at,
  },
  {
    kind: 'informs',
    code: 'callback_time_unusable',
    detail:
      'they asked to be called back at a time that cannot be read or is out of range, and are called after the usual delay',
    contacts: counts.unusable_callbacks,
    until: null,
  },
  {
    kind: 'informs',
    code: 'opt_out_unreadable',
    detail:
      'their agent reported an opt_out that is neither yes nor no, so their number is not suppressed: check the calls',
    contacts: counts.unclearOptOuts,
    until: null,
  },
]
