import { type CallingWindows, nextOpenPeriod, openPeriods } from '../../../lib/time/calling-windows.ts'
import { customaryHours, describeHours } from '../../../lib/time/customary-hours.ts'
import { dayNames, localTime, localTimeText } from '../../../lib/time/local-time.ts'
import type { Campaign } from '../campaigns.ts'
import { configuredContactHours, windowsOf } from './windows.ts'

/** A rule that limits when contacts are called. */
interface WindowRule {
  /** The rule in words, with the clock that it refers to. */
  text: string
  isOpen: boolean
}

/**
 * Why contacts cannot be called now, in words: where they are, what time it is there, each rule that is closed, and when the next
 * window opens.
 *
 * @param dial_timezone the possible zones of the contacts, joined by commas
 */
export function explainClosedWindow(campaign: Campaign, dial_timezone: string, now: Date): string {
  const windows = windowsOf(campaign, dial_timezone)
  const rules = rulesOf(campaign, windows, now)
  const closed = rules.filter(({ isOpen }) => !isOpen)
  // Two rules may be open now without a window that both allow, such as the end of one and the start of another.
  const named = closed.length > 0 ? closed : rules
  const zones = [...new Set(windows.slice(1).map(({ timezone }) => timezone))]
  const clocks = zones.map((zone) => clockText(now, zone)).join(', and ')
  const next = nextOpenPeriod(windows, now)
  const opening =
    next === undefined
      ? ''
      : `; the next window opens on ${localTimeText(next.start, zones[0] ?? campaign.timezone)}`
  return `${clocks}: ${named.map(({ text }) => text).join('; ')}${opening}`
}

/** All rules that limit when contacts are called, in words. */
export const describeWindowRules = (campaign: Campaign, dial_timezone: string, now: Date): string =>
  rulesOf(campaign, windowsOf(campaign, dial_timezone), now)
    .map(({ text }) => text)
    .join('; ')

function clockText(now: Date, timezone: string): string {
  const { weekday, time } = localTime(now, timezone)
  return `it is ${dayNames[weekday - 1]} ${time} in ${timezone}`
}

function rulesOf(campaign: Campaign, windows: readonly CallingWindows[], now: Date): WindowRule[] {
  const [bounds, ...ofContacts] = windows
  const rules = [
    ...(bounds === undefined ? [] : boundRules(bounds, now)),
    ...ofContacts.flatMap((contact) => contactRules(campaign, contact, now)),
  ]
  // Contacts who may be in several zones share the hours of the campaign.
  return [...new Map(rules.map((rule) => [rule.text, rule])).values()]
}

const isOpenNow = (windows: CallingWindows, now: Date): boolean =>
  openPeriods([windows], { start: now, end: new Date(now.getTime() + 1) }).length > 0

/** The rules that do not depend on the contact. */
function boundRules({ timezone, from, until, blackouts }: CallingWindows, now: Date): WindowRule[] {
  return [
    ...(from === undefined
      ? []
      : [{ text: `start_time is ${localTimeText(from, timezone)}`, isOpen: now >= from }]),
    ...(until === undefined
      ? []
      : [{ text: `end_time is ${localTimeText(until, timezone)}`, isOpen: now < until }]),
    ...blackoutRules({ timezone, blackouts }, now),
  ]
}

function blackoutRules({ timezone, blackouts }: CallingWindows, now: Date): WindowRule[] {
  const { date } = localTime(now, timezone)
  if (blackouts?.includes(date) !== true) return []
  return [{ text: `${date} is one of blackout_dates, by the clock of ${timezone}`, isOpen: false }]
}

/** The rules on the clock of a zone in which contacts may be. */
function contactRules(campaign: Campaign, contact: CallingWindows, now: Date): WindowRule[] {
  const { timezone, daily, within, days, blackouts } = contact
  const rules: WindowRule[] = []
  if (days !== undefined) {
    const hours = { timezone, daily, within }
    const areHoursOpen = isOpenNow(hours, now)
    const isOpen = areHoursOpen
      ? isOpenNow({ ...hours, days }, now)
      : days.includes(localTime(now, timezone).weekday)
    const names = days.map((day) => dayNames[day - 1]).join(', ')
    rules.push({
      text: `days_of_week allows windows that begin on ${names}, by the clock of ${timezone}`,
      isOpen,
    })
  }
  if (within !== undefined) {
    const text = `the campaign calls ${describeHours(within.daily)} by the clock of ${within.timezone}`
    rules.push({ text, isOpen: isOpenNow(within, now) })
  }
  if (daily !== undefined) {
    const text = `contacts are called ${describeHours(daily)} by the clock of ${timezone}, ${sourceOfHours(campaign, timezone)}`
    rules.push({ text, isOpen: isOpenNow({ timezone, daily }, now) })
  }
  return [...rules, ...blackoutRules({ timezone, blackouts }, now)]
}

function sourceOfHours(campaign: Campaign, timezone: string): string {
  if (configuredContactHours(campaign) !== undefined)
    return 'set by contact_daily_start_time and contact_daily_end_time'
  const { country } = customaryHours(timezone)
  return country === undefined ? 'the customary hours' : `the customary hours of ${country}`
}
