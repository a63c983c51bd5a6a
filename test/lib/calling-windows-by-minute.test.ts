import { test } from 'tap'
import { type CallingWindows, type DailyHours, openPeriods } from '../../src/lib/time/calling-windows.ts'
import { createRandom } from '../contract/fuzz.ts'

// Another implementation of calling windows: it reads the clock of a zone in every minute of a year, by Intl, and looks up
// in these readings when a wall-clock time occurs.

const minuteMs = 60_000
const dayMinutes = 1_440
/** A year in which none of these zones differs between releases of the zone data. Minutes since 1970. */
const [yearStart, yearEnd] = [Date.UTC(2025, 8, 1) / minuteMs, Date.UTC(2026, 8, 10) / minuteMs]
/** Read before and after the year, for windows that reach into it. */
const margin = 3 * dayMinutes

/** Zones whose clocks change at midnight, just before it, by half an hour, in the south, or never. */
const zones =
  `America/Havana Asia/Beirut America/Santiago America/Nuuk America/New_York America/St_Johns Europe/London
  Europe/Moscow Asia/Kathmandu Australia/Lord_Howe Pacific/Auckland Pacific/Kiritimati`.split(/\s+/)

/** The readings of a zone's clock, as minutes since 1970 as if they were UTC. */
interface Clock {
  /** At each minute since `yearStart - margin`. */
  readings: Int32Array
  /** The first and the last minute at which the clock showed a reading, by the reading since `base`; -1: never. */
  base: number
  first: Int32Array
  last: Int32Array
}

const weekdayOf = (reading: number) => ((Math.floor(reading / dayMinutes) + 3) % 7) + 1

function readClock(timeZone: string): Clock {
  const format = new Intl.DateTimeFormat('en-u-hc-h23', { timeZone, timeZoneName: 'longOffset' })
  const offsetAt = (minute: number) => {
    const text = format.formatToParts(minute * minuteMs).find(({ type }) => type === 'timeZoneName')?.value
    const [, sign = '+', hours = '0', minutes = '0'] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(text ?? '') ?? []
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  }
  const start = yearStart - margin
  const readings = new Int32Array(yearEnd - yearStart + 2 * margin)
  const base = start - dayMinutes
  const first = new Int32Array(readings.length + 2 * dayMinutes).fill(-1)
  const last = new Int32Array(first.length).fill(-1)
  let offset = 0
  for (const i of readings.keys()) {
    // Clocks change at full quarters of an hour.
    if (i % 15 === 0) offset = offsetAt(start + i)
    const reading = start + i + offset
    readings[i] = reading
    if (first[reading - base] === -1) first[reading - base] = i
    last[reading - base] = i
  }
  return { readings, base, first, last }
}

/** The minute from which a window is open whose start is this reading: the last one, or as long after a gap as it is in it. */
function opensAt({ base, first, last }: Clock, reading: number): number {
  const at = last[reading - base] as number
  if (at !== -1) return at
  let [gapStart, gapEnd] = [reading, reading]
  while (first[gapStart - 1 - base] === -1) gapStart--
  while (first[gapEnd - base] === -1) gapEnd++
  return (first[gapEnd - base] as number) + reading - gapStart
}

/** The minute from which a window is closed whose end is this reading: the first one, or as long before a gap as it is in it. */
function closesAt({ base, first }: Clock, reading: number): number {
  let gapEnd = reading
  while (first[gapEnd - base] === -1) gapEnd++
  const at = first[gapEnd - base] as number
  return reading % dayMinutes === 0 ? at : at - (gapEnd - reading)
}

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** Marks the minutes in windows of these hours, of those that are allowed by their day and the minute at which they open. */
function markWindows(
  clock: Clock,
  { start, end }: DailyHours,
  isAllowed: (day: number, opens: number) => boolean,
): Uint8Array {
  const open = new Uint8Array(clock.readings.length)
  const days = Math.floor(yearStart / dayMinutes)
  for (let day = days - 2; day <= days + (yearEnd - yearStart) / dayMinutes + 1; day++) {
    const midnight = day * dayMinutes
    const opens = opensAt(clock, midnight + minutesOf(start))
    const closes = closesAt(clock, midnight + minutesOf(end) + (end <= start ? dayMinutes : 0))
    if (opens < closes && isAllowed(day, opens)) open.fill(1, opens, closes)
  }
  return open
}

const isWholeDay = ({ start, end }: DailyHours) => start === '00:00' && end === '24:00'

interface Case {
  contact: string
  contactHours: DailyHours
  campaign: string
  campaignHours: DailyHours
  days: number[] | undefined
  blackouts: string[]
}

function openByMinute(each: Case, clockOf: (zone: string) => Clock): Uint8Array {
  const { contactHours, campaignHours, days, blackouts } = each
  const clock = clockOf(each.contact)
  const readingAt = (minute: number) => clock.readings[minute] as number
  const isAllowed = (reading: number) => days === undefined || days.includes(weekdayOf(reading))
  const own = isWholeDay(contactHours)
    ? undefined
    : markWindows(clock, contactHours, (day) => isAllowed(day * dayMinutes))
  const outer = isWholeDay(campaignHours)
    ? undefined
    : markWindows(clockOf(each.campaign), campaignHours, (_, opens) => isAllowed(readingAt(opens)))
  const closedDays = new Set(blackouts.map((date) => Date.parse(date) / minuteMs / dayMinutes))
  return clock.readings.map((reading, minute) => {
    if (closedDays.has(Math.floor(reading / dayMinutes))) return 0
    if (own === undefined && outer === undefined) return isAllowed(reading) ? 1 : 0
    return (own?.[minute] ?? 1) & (outer?.[minute] ?? 1)
  }) as unknown as Uint8Array
}

function openByPeriods({
  contact,
  contactHours,
  campaign,
  campaignHours,
  days,
  blackouts,
}: Case): Uint8Array {
  const windows: CallingWindows = {
    timezone: contact,
    daily: [contactHours],
    within: { timezone: campaign, daily: [campaignHours] },
    days,
    blackouts,
  }
  const open = new Uint8Array(yearEnd - yearStart)
  const period = { start: new Date(yearStart * minuteMs), end: new Date(yearEnd * minuteMs) }
  for (const { start, end } of openPeriods([windows], period))
    open.fill(1, start.getTime() / minuteMs - yearStart, end.getTime() / minuteMs - yearStart)
  return open
}

function randomCase(pick: <T>(values: readonly T[]) => T): Case {
  const minute = () => `:${pick(['00', '00', '15', '30', '45', '59'])}`
  const time = () => `${String(pick([...Array(24).keys()])).padStart(2, '0')}${minute()}`
  const hours = (): DailyHours => {
    const kind = pick(['whole day', 'from midnight', 'until midnight', 'night', 'any', 'any'])
    if (kind === 'whole day') return { start: '00:00', end: '24:00' }
    const [start, end] = [
      kind === 'from midnight' ? '00:00' : kind === 'night' ? `2${pick([0, 1, 2, 3])}${minute()}` : time(),
      kind === 'until midnight' ? '24:00' : kind === 'night' ? `0${pick([0, 1, 2, 3])}${minute()}` : time(),
    ]
    return start === end ? hours() : { start, end }
  }
  const days = pick([undefined, [5], [6, 7], [1, 2, 3, 4, 5], [7], [2, 4, 6]])
  const blackouts = pick([[], [], ['2026-03-08', '2026-03-29', '2025-12-31']])
  return {
    contact: pick(zones),
    contactHours: hours(),
    campaign: pick(zones),
    campaignHours: hours(),
    days,
    blackouts,
  }
}

test('In every minute of a year, windows are open as the clocks of the contact and of the campaign show', (t) => {
  const clocks = new Map(zones.map((zone) => [zone, readClock(zone)]))
  const clockOf = (zone: string) => clocks.get(zone) as Clock
  const { pick } = createRandom(21)
  const cases: Case[] = [
    // Each zone once as both, on each day of the week alone and around the clock.
    ...zones.map((zone, i) => ({
      contact: zone,
      contactHours: { start: '00:00', end: '24:00' },
      campaign: zone,
      campaignHours: { start: '00:00', end: '24:00' },
      days: [(i % 7) + 1],
      blackouts: [],
    })),
    ...Array.from({ length: 300 }, () => randomCase(pick)),
  ]
  const mismatches: string[] = []
  let [openMinutes, closedMinutes] = [0, 0]
  for (const each of cases) {
    const expected = openByMinute(each, clockOf)
    const actual = openByPeriods(each)
    const wrong = actual.findIndex((isOpen, minute) => isOpen !== expected[minute + margin])
    if (wrong !== -1) {
      const at = new Date((yearStart + wrong) * minuteMs).toISOString()
      mismatches.push(`${JSON.stringify(each)} at ${at}: ${actual[wrong]}`)
    }
    for (const isOpen of actual) isOpen === 1 ? openMinutes++ : closedMinutes++
  }
  t.same(mismatches, [])
  t.ok(
    openMinutes > 1e7 && closedMinutes > 1e7,
    `${openMinutes} minutes were open, ${closedMinutes} were closed`,
  )
  t.end()
})
