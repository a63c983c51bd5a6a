import { Temporal } from 'temporal-polyfill'
import { withoutInvisible } from '../text.ts'
import { instantOf, isSupportedInstant } from './instants.ts'
import { parseTimeText, type WrittenTime } from './time-grammar.ts'
import { dayNumber, fixedOffset, type ZoneOffsets, zoneOffsets } from './zone-offsets.ts'

const dayMs = 86_400_000
/** Longer texts are not times. The limit also bounds the work of the patterns. */
const maxLength = 100
/** A time of day without a date that passed at most this long ago means now, not tomorrow. */
const justPassedMs = 10 * 60_000
/** A number further from now is an id, a phone number or 0. No national number of ten digits starts like such an epoch. */
const maxEpochDistanceMs = 2 * 366 * dayMs
/** "2026-12-01 10:00-12:00". Only when the second time is earlier, it is the offset of a zone west of Greenwich. */
const rangePattern = /^\d{4}-\d\d-\d\d (\d\d:\d\d) ?- ?(\d\d(?::?\d\d)?)$/

/**
 * The instant of a time as people write it in lists and as models write it in calls; undefined when a part of it is not
 * understood, or when it has two meanings, such as 03/04/2026.
 *
 * - A number, or a text of its digits, is an epoch in seconds or milliseconds.
 * - Without a zone it is local time in `timezones`; with several, the latest of their instants.
 * - A date without a time is the start of that day; a time without a date is the next such time.
 * - A local time that a change of the clock skips or repeats is resolved like "compatible" of Temporal: a skipped one is
 *   moved forward, a repeated one is the first.
 *
 * @param now the time to which "tomorrow" and "in 2 hours" refer
 */
export function parseWrittenTime(
  value: string | number,
  timezones: readonly string[],
  now: Date,
): Date | undefined {
  if (typeof value === 'number') return epochInstant(value, now)
  if (value.length > maxLength) return undefined
  const text = plain(value)
  if (/^\d{10,13}(\.\d{1,9})?$/.test(text)) return epochInstant(Number(text), now)
  if (isRange(text)) return undefined
  const instant = instantOf(text)
  if (instant !== undefined) return instant
  const written = parseTimeText(text)
  if (written === undefined) return undefined
  const zones = written.zone === undefined ? timezones : [written.zone]
  return latestOf(zones.map((zone) => resolve(written, zone, now)))
}

/** Hyphens, dashes and minuses that models write in place of a hyphen-minus, such as U+2011. */
const hyphens = /[\u2010-\u2014\u2212]/g
/** A text in quotes: the model has encoded it twice. */
const quoted = /^["'`«“](.*)["'`»”]$/
/** The zone after an offset, as Java and Temporal write it: 2026-12-01T10:00+03:00[Europe/Moscow]. The offset is exact. */
const zoneAfterOffset = /([zZ]|[+-]\d\d:?\d\d)\[[\w+/-]{1,64}\]$/
/** 2026-12-01 10:00:00 -0500 EST, as Go and Ruby write it. The offset is exact. */
const spacedOffset = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d{4})(?: [A-Z]{1,5})?$/
/** ISO 8601 without separators, as calendars write it: 20261201T100000Z. */
const basicFormat = /^(\d{4})(\d\d)(\d\d)[tT](\d\d)(\d\d)(\d\d)([zZ]?)$/

/** The text in the characters and the form that are read. Marks of direction surround times in Arabic and Hebrew texts. */
const plain = (value: string): string =>
  withoutInvisible(value.normalize('NFKC'))
    .replace(hyphens, '-')
    .trim()
    .replace(quoted, '$1')
    .trim()
    .replace(zoneAfterOffset, '$1')
    .replace(spacedOffset, '$1T$2$3')
    .replace(basicFormat, '$1-$2-$3T$4:$5:$6$7')

function epochInstant(value: number, now: Date): Date | undefined {
  const isNear = (ms: number) => Math.abs(ms - now.getTime()) <= maxEpochDistanceMs
  const ms = [value * 1_000, value].find(isNear)
  return ms === undefined ? undefined : new Date(ms)
}

function isRange(text: string): boolean {
  const [, start, end] = rangePattern.exec(text) ?? []
  return start !== undefined && end !== undefined && end > start
}

/** Undefined when one of them is, or when there is none. */
function latestOf(instants: readonly (number | undefined)[]): Date | undefined {
  const latest = new Date(Math.max(...instants.map((instant) => instant ?? Number.NaN)))
  return isSupportedInstant(latest) ? latest : undefined
}

/** @param zone a name of the IANA database, or an offset such as +03:00 */
const offsetsOf = (zone: string) => (/^[+-]/.test(zone) ? fixedOffset(zone) : zoneOffsets(zone))

/** In epoch milliseconds; undefined when the date or the time does not exist, or is another day of the week. */
function resolve({ date, weekday, time }: WrittenTime, timezone: string, now: Date): number | undefined {
  if (date?.kind === 'elapsed')
    return time === undefined && weekday === undefined ? now.getTime() + date.ms : undefined
  try {
    const zone = offsetsOf(timezone)
    const clock = time && Temporal.PlainTime.from(time, { overflow: 'reject' })
    const day =
      date?.kind === 'day' && date.year !== undefined
        ? existingDay({ ...date, year: date.year })
        : nextDay({ date, weekday }, clock, zone, now)
    if (weekday !== undefined && weekday !== day.dayOfWeek) return undefined
    const keepsTime = clock === undefined && date?.kind === 'later' && date.keepsTime
    return epochMs(day, keepsTime ? localTime(zone, now).toPlainTime() : clock, zone)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The first day that is meant, from today on. @throws RangeError when it does not exist */
function nextDay(
  { date, weekday }: Pick<WrittenTime, 'date' | 'weekday'>,
  clock: Temporal.PlainTime | undefined,
  zone: ZoneOffsets,
  now: Date,
): Temporal.PlainDate {
  const today = localTime(zone, now).toPlainDate()
  if (date?.kind === 'later') return today.add(date.duration)
  if (date?.kind === 'day') {
    const day = existingDay({ ...date, year: today.year })
    return Temporal.PlainDate.compare(day, today) < 0 ? existingDay({ ...date, year: today.year + 1 }) : day
  }
  const [days, period] = weekday === undefined ? [0, 1] : [(weekday - today.dayOfWeek + 7) % 7, 7]
  const day = today.add({ days })
  return epochMs(day, clock, zone) < now.getTime() - justPassedMs ? day.add({ days: period }) : day
}

const existingDay = ({ year, month, day }: { year: number; month: number; day: number }) =>
  Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' })

/** @param clock 00:00 when it is undefined */
function epochMs(day: Temporal.PlainDate, clock: Temporal.PlainTime | undefined, zone: ZoneOffsets): number {
  const { hour, minute, second, millisecond } = clock ?? new Temporal.PlainTime()
  const sinceMidnight = ((hour * 60 + minute) * 60 + second) * 1_000 + millisecond
  return zone.instantOf(dayNumber(day) * dayMs + sinceMidnight, 'compatible')
}

const localTime = (zone: ZoneOffsets, instant: Date) =>
  Temporal.PlainDateTime.from(zone.clockAt(instant).toISOString().slice(0, -1))
