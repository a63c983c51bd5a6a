import { Temporal } from 'temporal-polyfill'
import type { Period } from './instants.ts'

/** When calls may be made, by the wall clock of a zone. What is not named does not limit. */
export interface CallingWindows {
  timezone: string
  /** HH:MM each, the end may be 24:00. An end at or before the start is of the next day. */
  daily?: { start: string; end: string } | undefined
  /** 1 (Monday) to 7: the days on which windows begin. */
  days?: readonly number[] | undefined
  /** Dates, YYYY-MM-DD, on which nothing is open, also no window that began the evening before. */
  blackouts?: readonly string[] | undefined
  /** No window before, and none from `until` on. */
  from?: Date | undefined
  until?: Date | undefined
}

/** How far ahead the next opening is looked for, days. */
const horizonDays = 400

const dayMs = 86_400_000

/**
 * The periods of a span in which all of these windows are open, ascending and half-open; those that touch are one.
 *
 * A wall-clock time that does not exist or exists twice is read so that the window shrinks: a start as the later instant,
 * an end as the earlier one.
 */
export function openPeriods(all: readonly CallingWindows[], { start, end }: Period): Period[] {
  return all
    .map((windows) => ofOne(windows, start.getTime(), end.getTime()))
    .reduce(intersected, [[start.getTime(), end.getTime()]])
    .map(([from, until]) => ({ start: new Date(from), end: new Date(until) }))
}

/** Whether all of these windows are open at an instant. */
export const isOpen = (all: readonly CallingWindows[], at: Date): boolean =>
  openPeriods(all, { start: at, end: new Date(at.getTime() + 1) }).length > 0

/**
 * The first period, from an instant on, in which all of these windows are open; undefined when there is none in 400
 * days. Its end is that of the window, or where the search ended.
 */
export function nextOpenPeriod(all: readonly CallingWindows[], at: Date): Period | undefined {
  // Most are of today or tomorrow: the zone's calendar costs, so it is asked for few days first.
  for (const [first, last] of [
    [0, 3],
    [3, 30],
    [30, horizonDays],
  ] as const) {
    const span = { start: new Date(at.getTime() + first * dayMs), end: new Date(at.getTime() + last * dayMs) }
    const [found] = openPeriods(all, span)
    if (found === undefined) continue
    if (found.end < span.end || last === horizonDays) return found
    // It goes on beyond what was asked for.
    const [whole] = openPeriods(all, {
      start: found.start,
      end: new Date(at.getTime() + horizonDays * dayMs),
    })
    return whole
  }
  return undefined
}

type Span = [from: number, until: number]

function ofOne(windows: CallingWindows, start: number, end: number): Span[] {
  const { timezone, daily, days, blackouts = [] } = windows
  const [from, until] = [
    Math.max(start, windows.from?.getTime() ?? start),
    Math.min(end, windows.until?.getTime() ?? end),
  ]
  if (from >= until) return []
  const closed = blackouts.map((date) => dayOf(Temporal.PlainDate.from(date), timezone))
  if (daily === undefined && days === undefined) return without([[from, until]], closed)
  const open: Span[] = []
  // A window of the evening before may still be open.
  let date = dateOf(from, timezone).subtract({ days: 1 })
  for (
    const last = dateOf(until, timezone);
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    if (days !== undefined && !days.includes(date.dayOfWeek)) continue
    const window = daily === undefined ? dayOf(date, timezone) : windowOf(date, daily, timezone)
    const [opens, closes] = [Math.max(window[0], from), Math.min(window[1], until)]
    if (opens < closes) open.push([opens, closes])
  }
  return without(joined(open), closed)
}

const dateOf = (at: number, timezone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate()

/** A date of the zone, from its first instant to that of the next. */
function dayOf(date: Temporal.PlainDate, timezone: string): Span {
  const begin = (day: Temporal.PlainDate) => day.toZonedDateTime({ timeZone: timezone }).epochMilliseconds
  return [begin(date), begin(date.add({ days: 1 }))]
}

function windowOf(
  date: Temporal.PlainDate,
  { start, end }: { start: string; end: string },
  timezone: string,
): Span {
  const at = (day: Temporal.PlainDate, time: string, disambiguation: 'later' | 'earlier') => {
    const [on, clock] = time === '24:00' ? [day.add({ days: 1 }), '00:00'] : [day, time]
    const wall = on.toPlainDateTime(Temporal.PlainTime.from(clock))
    return wall.toZonedDateTime(timezone, { disambiguation }).epochMilliseconds
  }
  // HH:MM sorts as it counts.
  const lastDay = end <= start ? date.add({ days: 1 }) : date
  return [at(date, start, 'later'), at(lastDay, end, 'earlier')]
}

/** Spans, ascending by their start, where those that touch or overlap are one. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const [from, until] of spans) {
    const last = result.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], until)
    else result.push([from, until])
  }
  return result
}

function intersected(a: readonly Span[], b: readonly Span[]): Span[] {
  const result: Span[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [one, other] = [a[i] as Span, b[j] as Span]
    const [from, until] = [Math.max(one[0], other[0]), Math.min(one[1], other[1])]
    if (from < until) result.push([from, until])
    if (one[1] < other[1]) i++
    else j++
  }
  return result
}

const without = (spans: Span[], closed: readonly Span[]): Span[] =>
  closed.reduce<Span[]>(
    (left, [from, until]) =>
      left.flatMap(
        ([opens, closes]): Span[] =>
          [
            [opens, Math.min(closes, from)] satisfies Span,
            [Math.max(opens, until), closes] satisfies Span,
          ].filter(([a, b]) => a < b) as Span[],
      ),
    spans,
  )
