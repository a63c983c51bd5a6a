import { canonicalZone } from './zone-data.ts'
import { zoneOffsets } from './zone-offsets.ts'

/** Names of the weekdays, from Monday. */
export const dayNames = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const

/** What the clock of a zone shows. */
interface LocalTime {
  /** 1 (Monday) to 7. */
  weekday: number
  /** YYYY-MM-DD. */
  date: string
  /** HH:MM. */
  time: string
}

/** @throws RangeError when `timezone` is not a time zone */
export function localTime(instant: Date, timezone: string): LocalTime {
  const clock = zoneOffsets(timezone).clockAt(instant)
  const text = clock.toISOString()
  return { weekday: clock.getUTCDay() || 7, date: text.slice(0, 10), time: text.slice(11, 16) }
}

/**
 * A local time in words: "Monday 2026-11-23 at 12:10 in Europe/Moscow". In UTC when there is no such zone, which hand-written SQL may
 * have stored.
 */
export function localTimeText(instant: Date, timezone: string): string {
  const zone = canonicalZone(timezone) === undefined ? 'UTC' : timezone
  const { weekday, date, time } = localTime(instant, zone)
  return `${dayNames[weekday - 1]} ${date} at ${time} in ${zone}`
}
