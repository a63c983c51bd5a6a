import { Temporal } from 'temporal-polyfill'
import type { Period } from './instants.ts'

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
  /** Open in any of these hours. */
  daily?: readonly DailyHours[] | undefined
  /** Days on which a window may start: 1 (Monday) to 7. */
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
 * A wall-clock time that does not exist or exists twice (a change to or from daylight saving time) makes the window
 * shorter, never longer: as a start it is the later instant, as an end the earlier one.
 */
export function openPeriods(allWindows: readonly CallingWindows[], { start, end }: Period): Period[] {
  return allWindows
    .map((windows) => openSpans(windows, start.getTime(), end.getTime()))
    .reduce(intersect, [[start.getTime(), end.getTime()]])
    .map(([from, until]) => ({ start: new Date(from), end: new Date(until) }))
}

/**
 * The first period from an instant on in which all of these windows are open; undefined when there is none within 400
 * days. Its end is the end of the window, or of the search.
 */
export function nextOpenPeriod(allWindows: readonly CallingWindows[], instant: Date): Period | undefined {
  // Most windows open within a day or two, and calendar arithmetic is slow: search a few days first.
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
  const { timezone, daily = [{ start: '00:00', end: '24:00' }], days, blackouts = [] } = windows
  const from = Math.max(start, windows.from?.getTime() ?? start)
  const until = Math.min(end, windows.until?.getTime() ?? end)
  if (from >= until) return []
  const closed = blackouts.map((date) => daySpan(Temporal.PlainDate.from(date), timezone))
  if (days === undefined && daily.some((hours) => isWholeDay(hours) && hours.days === undefined))
    return subtract([[from, until]], closed)
  const open: Span[] = []
  // Starts a day early: a window that started the evening before may still be open.
  let date = dateAt(from, timezone).subtract({ days: 1 })
  for (
    const last = dateAt(until, timezone);
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    if (days !== undefined && !days.includes(date.dayOfWeek)) continue
    for (const hours of daily) {
      if (hours.days !== undefined && !hours.days.includes(date.dayOfWeek)) continue
      const window = windowSpan(date, hours, timezone)
      const [opens, closes] = [Math.max(window[0], from), Math.min(window[1], until)]
      if (opens < closes) open.push([opens, closes])
    }
  }
  return subtract(join(open), closed)
}

export const isWholeDay = ({ start, end }: DailyHours): boolean => start === '00:00' && end === '24:00'

const dateAt = (epochMs: number, timezone: string) =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timezone).toPlainDate()

/** A date of the zone, from its first instant to the first instant of the next date. */
function daySpan(date: Temporal.PlainDate, timezone: string): Span {
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime({ timeZone: timezone }).epochMilliseconds
  return [startOf(date), startOf(date.add({ days: 1 }))]
}

/** The window that starts on a date. */
function windowSpan(date: Temporal.PlainDate, hours: DailyHours, timezone: string): Span {
  // Some zones change to daylight saving time at midnight: whole days leave no gap there.
  if (isWholeDay(hours)) return daySpan(date, timezone)
  const { start, end } = hours
  const instantOf = (day: Temporal.PlainDate, time: string, disambiguation: 'later' | 'earlier') => {
    const [clockDay, clockTime] = time === '24:00' ? [day.add({ days: 1 }), '00:00'] : [day, time]
    const wallClock = clockDay.toPlainDateTime(Temporal.PlainTime.from(clockTime))
    return wallClock.toZonedDateTime(timezone, { disambiguation }).epochMilliseconds
  }
  // HH:MM texts sort in the order of the times.
  const endDate = end <= start ? date.add({ days: 1 }) : date
  return [instantOf(date, start, 'later'), instantOf(endDate, end, 'earlier')]
}

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

/** The parts of `spans` that are in none of `closed`. */
const subtract = (spans: Span[], closed: readonly Span[]): Span[] =>
  closed.reduce<Span[]>(
    (rest, [from, until]) =>
      rest.flatMap(
        ([opens, closes]): Span[] =>
          [
            [opens, Math.min(closes, from)] satisfies Span,
            [Math.max(opens, until), closes] satisfies Span,
          ].filter(([a, b]) => a < b) as Span[],
      ),
    spans,
  )
