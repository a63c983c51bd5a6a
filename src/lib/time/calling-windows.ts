import type { Period } from './instants.ts'
import { type ZoneOffsets, zoneOffsets } from './zone-offsets.ts'

/** Hours of a day, HH:MM each. The end may be 24:00; an end at or before the start is on the next day. */
export interface DailyHours {
  start: string
  end: string
  /** Days on which the hours may start: 1 (Monday) to 7. Undefined: every day. */
  days?: readonly number[] | undefined
}

/** The times at which calls are allowed, in wall-clock time of a zone. An undefined field means no limit. */
export interface CallingWindows {
  timezone: string
  /** Open in any of these hours. The whole day does not limit the others. */
  daily?: readonly DailyHours[] | undefined
  /** Hours on the clock of another zone that must be open as well: those of the campaign, for a contact. */
  within?: { timezone: string; daily: readonly DailyHours[] } | undefined
  /**
   * Days on which a window may start, by the clock of `timezone`: 1 (Monday) to 7. A window of `daily` or of `within` belongs
   * to the day on which it starts, until its end. Where neither limits the hours, each date is a window.
   */
  days?: readonly number[] | undefined
  /** Dates, YYYY-MM-DD, that are closed completely, also for a window that started the evening before. */
  blackouts?: readonly string[] | undefined
  /** Closed before `from`, and from `until` on. */
  from?: Date | undefined
  until?: Date | undefined
}

/** How far ahead `nextOpenPeriod` searches, days. */
const horizonDays = 400

const dayMs = 86_400_000

/**
 * The parts of a period in which all of these windows are open: ascending, half-open, and adjacent parts are joined.
 *
 * The work grows with the days of the period, not with the number of blackout dates.
 *
 * A wall-clock time that does not exist or exists twice (a change to or from daylight saving time) makes the window
 * shorter, never longer: as a start it is the later instant, as an end the earlier one. A window that ends at midnight ends
 * with its date, also where the clock skips midnight.
 *
 * @throws RangeError when a timezone is unknown
 */
export function openPeriods(allWindows: readonly CallingWindows[], { start, end }: Period): Period[] {
  let open: Span[] = [[start.getTime(), end.getTime()]]
  for (const windows of allWindows) {
    // Only the days that the windows before leave open are computed.
    const [first, last] = [open[0], open.at(-1)]
    if (first === undefined || last === undefined) return []
    open = intersect(open, openSpans(windows, first[0], last[1]))
  }
  return open.map(([from, until]) => ({ start: new Date(from), end: new Date(until) }))
}

/**
 * The first period from an instant on in which all of these windows are open; undefined when there is none within 400
 * days. Its end is the end of the window, or of the search.
 *
 * @throws RangeError when a timezone is unknown
 */
export function nextOpenPeriod(allWindows: readonly CallingWindows[], instant: Date): Period | undefined {
  // Most windows open within a day or two: search a few days first.
  for (const [firstDay, lastDay] of [
    [0, 3],
    [3, 30],
    [30, horizonDays],
  ] as const) {
    const period = {
      start: new Date(instant.getTime() + firstDay * dayMs),
      end: new Date(instant.getTime() + lastDay * dayMs),
    }
    const [found] = openPeriods(allWindows, period)
    if (found === undefined) continue
    if (found.end < period.end || lastDay === horizonDays) return found
    // The period may continue after the days that were searched: find its real end.
    const untilHorizon = { start: found.start, end: new Date(instant.getTime() + horizonDays * dayMs) }
    return openPeriods(allWindows, untilHorizon)[0]
  }
  return undefined
}

/** A half-open span of time, in epoch milliseconds. */
type Span = [from: number, until: number]

function openSpans(windows: CallingWindows, start: number, end: number): Span[] {
  const from = Math.max(start, windows.from?.getTime() ?? start)
  const until = Math.min(end, windows.until?.getTime() ?? end)
  if (from >= until) return []
  const { timezone, daily, within, days, blackouts } = windows
  const zone = zoneOffsets(timezone)
  const isAllowed = (day: number) => days === undefined || days.includes(weekdayOf(day))
  const limits: Span[][] = []
  if (within !== undefined && isLimited(within.daily)) {
    const isAllowedStart = (opensAt: number) => isAllowed(zone.dayAt(opensAt))
    const outer = zoneOffsets(within.timezone)
    limits.push(windowSpans(within.daily, outer, from, until, { start: isAllowedStart }))
  }
  if (daily !== undefined && isLimited(daily))
    limits.push(windowSpans(daily, zone, from, until, { day: isAllowed }))
  if (limits.length === 0 && days !== undefined)
    limits.push(windowSpans([wholeDay], zone, from, until, { day: isAllowed }))
  const open = limits.reduce<Span[]>((spans, limit) => intersect(spans, limit), [[from, until]])
  return subtract(open, closedSpans(blackouts, zone, zone.dayAt(from), zone.dayAt(until)))
}

const wholeDay: DailyHours = { start: '00:00', end: '24:00' }

/** Whether there is a time of the day that is not in these hours. */
const isLimited = (daily: readonly DailyHours[]): boolean =>
  !daily.some((hours) => isWholeDay(hours) && hours.days === undefined)

/** The windows of daily hours that may overlap a period and whose date or first instant is allowed. */
function windowSpans(
  daily: readonly DailyHours[],
  zone: ZoneOffsets,
  from: number,
  until: number,
  isAllowed: { day?: (day: number) => boolean; start?: (opensAt: number) => boolean },
): Span[] {
  const spans: Span[] = []
  const lastDay = zone.dayAt(until)
  // Starts a day early: a window that started the evening before may still be open.
  for (let day = zone.dayAt(from) - 1; day <= lastDay; day++) {
    if (isAllowed.day?.(day) === false) continue
    for (const hours of daily) {
      if (hours.days !== undefined && !hours.days.includes(weekdayOf(day))) continue
      const [opens, closes] = windowSpan(day, hours, zone)
      if (opens < closes && isAllowed.start?.(opens) !== false) spans.push([opens, closes])
    }
  }
  return join(spans)
}

/** Dates of a campaign as days since 1970-01-01; computed once for each array. */
const daysOfDates = new WeakMap<readonly string[], ReadonlySet<number>>()

/** The days of a range that are closed completely, ascending. Dates outside of it cost nothing. */
function closedSpans(
  dates: readonly string[] | undefined,
  zone: ZoneOffsets,
  firstDay: number,
  lastDay: number,
): Span[] {
  if (dates === undefined || dates.length === 0) return []
  let days = daysOfDates.get(dates)
  if (days === undefined) {
    // A date that PostgreSQL writes in another form, such as infinity, is in no range that is searched.
    days = new Set(dates.map((date) => Date.parse(`${date}T00:00:00Z`) / dayMs))
    daysOfDates.set(dates, days)
  }
  const closed: Span[] = []
  for (let day = firstDay; day <= lastDay; day++) if (days.has(day)) closed.push(daySpan(day, zone))
  return closed
}

export const isWholeDay = ({ start, end }: DailyHours): boolean => start === '00:00' && end === '24:00'

/** 1 (Monday) to 7. `day`: days since 1970-01-01, a Thursday. */
const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

/** A date of the zone, from its first instant to the first instant of the next date. */
const daySpan = (day: number, zone: ZoneOffsets): Span => [zone.startOfDay(day), zone.startOfDay(day + 1)]

/** The window that starts on a date. */
function windowSpan(day: number, hours: DailyHours, zone: ZoneOffsets): Span {
  // Some zones change to daylight saving time at midnight: whole days leave no gap there.
  if (isWholeDay(hours)) return daySpan(day, zone)
  const { start, end } = hours
  // HH:MM texts sort in the order of the times.
  const endDay = end <= start ? day + 1 : day
  const closes = endDay * dayMs + timeOfDay(end)
  return [
    zone.instantOf(day * dayMs + timeOfDay(start), 'later'),
    closes % dayMs === 0 ? zone.startOfDay(closes / dayMs) : zone.instantOf(closes, 'earlier'),
  ]
}

/** HH:MM as milliseconds since midnight. */
const timeOfDay = (time: string): number =>
  (Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))) * 60_000

/** Joins spans that touch or overlap. */
function join(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const [from, until] of spans.toSorted(([a], [b]) => a - b)) {
    const last = result.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], until)
    else result.push([from, until])
  }
  return result
}

function intersect(a: readonly Span[], b: readonly Span[]): Span[] {
  const result: Span[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [spanA, spanB] = [a[i] as Span, b[j] as Span]
    const [from, until] = [Math.max(spanA[0], spanB[0]), Math.min(spanA[1], spanB[1])]
    if (from < until) result.push([from, until])
    if (spanA[1] < spanB[1]) i++
    else j++
  }
  return result
}

/** The parts of `spans` that are in none of `closed`; both ascending. */
function subtract(spans: readonly Span[], closed: readonly Span[]): Span[] {
  if (closed.length === 0) return [...spans]
  const ends = [Number.NEGATIVE_INFINITY, ...closed.map(([, until]) => until)]
  const starts = [...closed.map(([from]) => from), Number.POSITIVE_INFINITY]
  const open = ends.map((end, i): Span => [end, starts[i] as number]).filter(([a, b]) => a < b)
  return intersect(spans, open)
}
