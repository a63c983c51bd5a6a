import type { campaigns } from '../../../db/schema/index.ts'
import { type CallingWindows, nextOpenPeriod, openPeriods } from '../../../lib/time/calling-windows.ts'
import type { Period } from '../../../lib/time/instants.ts'
import { windowsOf } from '../../campaigns/index.ts'

const aheadMs = 8 * 86_400_000

/** Moves due times into windows. Openings of the coming days are worked out once for a campaign and zone. */
export class NextWindowFinder {
  private readonly now: Date
  private readonly known = new Map<string, { windows: CallingWindows[]; soon: Period[] }>()

  constructor(now: Date) {
    this.now = now
  }

  /** `due`, or when it is outside of its windows the next opening; undefined when there is none in 400 days. */
  moveIntoWindow(
    campaign: Parameters<typeof windowsOf>[0] & Pick<typeof campaigns.$inferSelect, 'id'>,
    dial_timezone: string,
    due: Date,
  ): Date | undefined {
    const { windows, soon } = this.openingsOf(campaign, dial_timezone)
    const from = due > this.now ? due : this.now
    const opening = soon.find(({ end }) => end > from) ?? nextOpenPeriod(windows, from)
    if (opening === undefined) return undefined
    return opening.start > from ? opening.start : due
  }

  private openingsOf(campaign: Parameters<NextWindowFinder['moveIntoWindow']>[0], dial_timezone: string) {
    const key = `${campaign.id} ${dial_timezone}`
    const known = this.known.get(key)
    if (known !== undefined) return known
    const windows = windowsOf(campaign, dial_timezone)
    const soon = openPeriods(windows, { start: this.now, end: new Date(this.now.getTime() + aheadMs) })
    const found = { windows, soon }
    this.known.set(key, found)
    return found
  }
}
