import { openPeriods } from '../../../lib/time/calling-windows.ts'
import type { Period } from '../../../lib/time/instants.ts'
import type { Campaign } from '../campaigns.ts'
import { windowsOf } from '../hours/windows.ts'

/** Waiting contacts in the same zones. */
export interface WaitingGroup {
  dial_timezone: string
  waiting: number
  /** When the last of them is due. */
  last_due_at: Date
}

/** What the expected end of a campaign depends on beside its settings. */
export interface EndEstimate {
  /** Those with the most contacts first. */
  groups: readonly WaitingGroup[]
  /** Contacts that wait or are in a call. */
  open: number
  /** 0 to 1: the share of the attempts so far after which the contact was called again. */
  retry_share: number
  /** Attempts per second while the hours are open. */
  attempts_per_sec: number
  /** Average length of a call, seconds. */
  call_sec: number
}

type CampaignSettings = Parameters<typeof windowsOf>[0] &
  Pick<Campaign, 'retry_delay_minutes' | 'max_retries' | 'max_attempts'>

const dayMs = 86_400_000
/** Maximum number of days that are looked ahead. */
const maxDays = 60
/** Groups whose hours are computed: those with the most contacts. */
export const maxGroups = 10
/** Fewer contacts than this on average need a further attempt: probably none does. */
const minContacts = 0.5

/**
 * When the last contact is expected to be done; undefined when that is more than 60 days ahead.
 *
 * With `n` open contacts and the share `q` of attempts that are followed by a retry, `n * q^k` contacts need a `k`-th further retry,
 * as long as these are half a contact or more and `max_retries` and `max_attempts` allow it. The retries of a round end when
 * both are over: the open time (within calling hours) that all attempts up to them take at the present rate, and
 * `retry_delay_minutes` after the round before, in the next calling window. No round ends before the last waiting contact is due.
 * The average length of a call follows.
 *
 * All contacts count in the hours of the zone with the most of them, and those of each other zone in the hours of theirs: the
 * latest of these ends is the result.
 */
export function expectedEndAt(
  campaign: CampaignSettings,
  estimate: EndEstimate,
  now: Date,
): Date | undefined {
  const groups = estimate.groups.slice(0, maxGroups)
  // Without waiting contacts the others are in a call: their retries are due in the zone of the campaign.
  const [main = { dial_timezone: '', waiting: 0, last_due_at: now }, ...others] = groups
  const ends = [
    endOfGroup(campaign, estimate, { ...main, waiting: estimate.open }, now),
    ...others.map((group) => endOfGroup(campaign, estimate, group, now)),
  ]
  let latest = now.getTime()
  for (const end of ends) {
    if (end === undefined) return undefined
    latest = Math.max(latest, end)
  }
  return new Date(latest + estimate.call_sec * 1000)
}

/** Epoch milliseconds; undefined as `expectedEndAt`. */
function endOfGroup(
  campaign: CampaignSettings,
  { retry_share, attempts_per_sec }: EndEstimate,
  { dial_timezone, waiting, last_due_at }: WaitingGroup,
  now: Date,
): number | undefined {
  const hours = new OpenHours(campaign, dial_timezone, now)
  const { max_retries, max_attempts, retry_delay_minutes } = campaign
  const maxRounds = Math.min(max_retries, (max_attempts ?? Number.POSITIVE_INFINITY) - 1)
  let attempts = waiting
  let end = later(hours.after((attempts / attempts_per_sec) * 1000), hours.from(last_due_at.getTime()))
  let contacts = waiting
  for (let round = 1; round <= maxRounds && end !== undefined; round++) {
    contacts *= retry_share
    if (contacts < minContacts) break
    attempts += contacts
    const worked = hours.after((attempts / attempts_per_sec) * 1000)
    end = later(worked, hours.from(end + retry_delay_minutes * 60_000))
  }
  return end
}

const later = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : Math.max(a, b)

/** The periods of the next 60 days in which contacts may be called. */
class OpenHours {
  private readonly periods: readonly Period[]

  constructor(campaign: CampaignSettings, dial_timezone: string, now: Date) {
    const period = { start: now, end: new Date(now.getTime() + maxDays * dayMs) }
    this.periods = openPeriods(windowsOf(campaign, dial_timezone), period)
  }

  /** The instant until which the hours have been open for this long, epoch ms; undefined: not in these days. */
  after(openMs: number): number | undefined {
    let remaining = openMs
    for (const { start, end } of this.periods) {
      const length = end.getTime() - start.getTime()
      if (remaining <= length) return start.getTime() + remaining
      remaining -= length
    }
    return undefined
  }

  /** The first open instant from this one on, epoch ms; undefined: not in these days. */
  from(instant: number): number | undefined {
    const period = this.periods.find(({ end }) => end.getTime() > instant)
    return period && Math.max(instant, period.start.getTime())
  }
}
