import { latest } from '../../db/renderable-instants.ts'
import { dayNames } from '../../lib/time/local-time.ts'
import { zoneOffsets } from '../../lib/time/zone-offsets.ts'

/** The zone in which the local times of a call are stated. */
export interface CallTimezone {
  timezone: string
  /** The zones in which the contact may be, none when that is not known. */
  possible_timezones: readonly string[]
}

/** The time of a call by the clock of its contact. */
export interface CallTime {
  at: Date
  /** YYYY-MM-DD. */
  date: string
  /** HH:MM. */
  time: string
  weekday: (typeof dayNames)[number]
  timezone: string
  /** Of the zone at this time: `+03:00`. */
  utc_offset: string
  /** Whether the clock of the contact certainly shows this time. */
  is_timezone_certain: boolean
}

const minuteMs = 60_000

/** The local time at an instant. */
export function callTimeAt(at: Date, { timezone, possible_timezones }: CallTimezone): CallTime {
  const instant = at.getTime()
  const zone = zoneOffsets(timezone)
  const offsetMs = zone.offsetAt(instant)
  // A stored instant may be the last one that ISO 8601 can express, and its local time a later one.
  const local = new Date(Math.min(zone.clockAt(at).getTime(), Date.parse(latest)))
  const [date = '', clock = ''] = local.toISOString().split('T')
  const isSameTime = (other: string) => zoneOffsets(other).offsetAt(instant) === offsetMs
  return {
    at,
    date,
    time: clock.slice(0, 'HH:MM'.length),
    weekday: dayNames[(local.getUTCDay() + 6) % 7] as CallTime['weekday'],
    timezone,
    utc_offset: offsetText(offsetMs / minuteMs),
    is_timezone_certain: possible_timezones.length > 0 && possible_timezones.every(isSameTime),
  }
}

function offsetText(minutes: number): string {
  const size = Math.round(Math.abs(minutes))
  const twoDigits = (n: number) => String(n).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`
}
