import type { campaigns } from '../../../db/schema/index.ts'
import { type CallingWindows, nextOpenPeriod, openPeriods } from '../../../lib/time/calling-windows.ts'
import type { Period } from '../../../lib/time/instants.ts'
import { windowsOf } from './windows.ts'

/** Open periods of the next 8 days are computed once per campaign and timezone; later ones for each task. */
const precomputedMs = 8 * 86_400_000

type CampaignWithWindows = Parameters<typeof windowsOf>[0] & Pick<typeof campaigns.$inferSelect, 'id'>

/** Moves due times into calling windows, for many tasks at one `now`. */
export class NextWindowFinder {
  private readonly now: Date
  private readonly cache = new Map<string, { windows: CallingWindows[]; openSoon: Period[] }>()

  constructor(now: Date) {
    this.now = now
  }

  /**
   * Returns `due` when it is in an open window, otherwise the start of the next window; undefined when none opens within
   * 400 days. A due time in the past is returned unchanged while a window is open now.
   */
  moveIntoWindow(campaign: CampaignWithWindows, dial_timezone: string, due: Date): Date | undefined {
    const { windows, openSoon } = this.openPeriodsOf(campaign, dial_timezone)
    const earliest = due > this.now ? due : this.now
    const period = openSoon.find(({ end }) => end > earliest) ?? nextOpenPeriod(windows, earliest)
    if (period === undefined) return undefined
    return period.start > earliest ? period.start : due
  }

  private openPeriodsOf(campaign: CampaignWithWindows, dial_timezone: string) {
    const key = `${campaign.id} ${dial_timezone}`
    const cached = this.cache.get(key)
    if (cached !== undefined) return cached
    const windows = windowsOf(campaign, dial_timezone)
    const end = new Date(this.now.getTime() + precomputedMs)
    const openSoon = openPeriods(windows, { start: this.now, end })
    const computed = { windows, openSoon }
    this.cache.set(key, computed)
    return computed
  }
}
