import { test } from 'tap'
import { openPeriods } from '../../src/lib/time/calling-windows.ts'
import { isTimeZone, parsePeriod } from '../../src/lib/time/instants.ts'
import { parseWrittenTime } from '../../src/lib/time/written-time.ts'
import { canonicalZone, zoneDataRelease, zoneDataWarning, zoneNames } from '../../src/lib/time/zone-data.ts'
import { zoneOffsets } from '../../src/lib/time/zone-offsets.ts'
import { windowsOf } from '../../src/modules/campaigns/index.ts'
import { bucketEdges, dayContaining, utcOffsets } from '../../src/modules/metrics/aggregate/calendar.ts'
import { warnOfOldZoneData } from '../../src/start.ts'
import { createRandom } from '../contract/fuzz.ts'

const hourMs = 3_600_000

/** Offset from UTC, hours. */
const hoursAt = (zone: string, instant: string) => zoneOffsets(zone).offsetAt(Date.parse(instant)) / hourMs

/**
 * The zones that releases 2026a to 2026f of the IANA database changed for times since 1990, and the times that changed.
 * Source: NEWS of 2026f. Links of these zones changed with them.
 */
const changedZones: readonly (readonly [release: string, zone: string, from: string, until?: string])[] = [
  ['2026a', 'Europe/Chisinau', '2022-01-01'],
  ['2026b', 'America/Vancouver', '2026-11-01'],
  ['2026c', 'America/Edmonton', '2026-11-01'],
  ['2026c', 'Africa/Casablanca', '2026-09-20'],
  ['2026c', 'Africa/El_Aaiun', '2026-09-20'],
  ['2026d', 'America/Inuvik', '2026-11-01'],
  ['2026d', 'America/Bogota', '1992-05-01', '1992-05-04'],
  ['2026e', 'America/Winnipeg', '2026-11-01'],
  ['2026f', 'America/Havana', '2026-11-01'],
]

test('The zone data in use know every change of the clocks that was announced in 2026', (t) => {
  t.ok(zoneDataRelease().version >= '2026f', zoneDataRelease().version)
  for (const [zone, instant, hours] of [
    // Moldova has followed the transition times of the European Union since 2022.
    ['Europe/Chisinau', '2026-03-29T00:30Z', 2],
    ['Europe/Chisinau', '2026-03-29T01:00Z', 3],
    ['Europe/Chisinau', '2026-10-25T00:30Z', 3],
    ['Europe/Tiraspol', '2026-10-25T01:00Z', 2],
    // British Columbia, Alberta, the Northwest Territories and Manitoba did not set their clocks back on 2026-11-01.
    ['America/Vancouver', '2026-12-01T00:00Z', -7],
    ['America/Vancouver', '2027-07-01T00:00Z', -7],
    ['Canada/Pacific', '2026-12-01T00:00Z', -7],
    ['America/Edmonton', '2026-12-01T00:00Z', -6],
    ['America/Yellowknife', '2026-12-01T00:00Z', -6],
    ['Canada/Mountain', '2027-07-01T00:00Z', -6],
    ['America/Inuvik', '2026-12-01T00:00Z', -6],
    ['America/Winnipeg', '2026-12-01T00:00Z', -5],
    ['America/Rainy_River', '2026-12-01T00:00Z', -5],
    ['Canada/Central', '2027-07-01T00:00Z', -5],
    // Morocco and Western Sahara returned to UTC for good on 2026-09-20.
    ['Africa/Casablanca', '2026-09-20T00:00Z', 1],
    ['Africa/Casablanca', '2026-09-21T00:00Z', 0],
    ['Africa/Casablanca', '2027-07-01T00:00Z', 0],
    ['Africa/El_Aaiun', '2026-12-01T00:00Z', 0],
    // Cuba keeps its summer time until 2027-11-07.
    ['America/Havana', '2026-12-01T00:00Z', -4],
    ['Cuba', '2027-07-01T00:00Z', -4],
    ['Cuba', '2027-12-01T00:00Z', -5],
  ] as const)
    t.equal(hoursAt(zone, instant), hours, `${zone} at ${instant}`)
  t.end()
})

test('Hours, reports, dates and written times use these data, and not those of Node.js', (t) => {
  const campaign = {
    timezone: 'America/Winnipeg',
    start_time: null,
    end_time: null,
    daily_start_time: '09:00',
    daily_end_time: '18:00',
    days_of_week: null,
    blackout_dates: [],
    contact_daily_start_time: '00:00',
    contact_daily_end_time: '24:00',
    unknown_zone: 'strictest' as const,
  }
  const period = { start: new Date('2026-12-01T07:00Z'), end: new Date('2026-12-02T07:00Z') }
  for (const [timezone, utcHour] of [
    ['America/Vancouver', 7],
    ['America/Edmonton', 6],
    ['America/Winnipeg', 5],
    ['America/Havana', 4],
    ['Africa/Casablanca', 0],
  ] as const) {
    const midnight = (day: number) => new Date(Date.UTC(2026, 11, day, utcHour))
    const [open] = openPeriods(windowsOf({ ...campaign, timezone }, ''), { ...period, start: midnight(1) })
    t.equal(open?.start.getTime(), midnight(1).getTime() + 9 * hourMs, `09:00 in ${timezone}`)
    t.same(bucketEdges({ start: midnight(1), end: midnight(2) }, 'day', timezone), [midnight(1), midnight(2)])
    t.same(dayContaining(midnight(1), timezone), { start: midnight(1), end: midnight(2) })
    t.same(utcOffsets(period, timezone).seconds, [-3600 * utcHour])
    t.same(parsePeriod({ start: '2026-12-01', end: '2026-12-02' }, new Date(), timezone), {
      start: midnight(1),
      end: midnight(2),
    })
    const written = parseWrittenTime('2026-12-01 10:00', [timezone], new Date('2026-11-30T12:00Z'))
    t.equal(written?.getTime(), midnight(1).getTime() + 10 * hourMs, `10:00 in ${timezone}`)
  }
  t.end()
})

const formats = new Map<string, Intl.DateTimeFormat>()

/** The offset from UTC by Intl, ms; undefined for a zone that Node.js does not know. */
function offsetByIntl(timeZone: string, instant: number): number | undefined {
  let format = formats.get(timeZone)
  try {
    const fields = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
    format ??= new Intl.DateTimeFormat('en-u-hc-h23', {
      timeZone,
      ...Object.fromEntries(fields.map((field) => [field, 'numeric'])),
    })
    formats.set(timeZone, format)
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
    const [year, month, day, hour, minute, second] = fields.map((field) => parts.get(field) ?? Number.NaN)
    return Date.UTC(year as number, (month as number) - 1, day, hour, minute, second) - instant
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

test('From 1990 to 2037 all zones that did not change since have the offsets of Node.js', (t) => {
  const [first, last] = [Date.UTC(1990, 0), Date.UTC(2037, 11, 31)]
  const hasChanged = (zone: string, instant: number) =>
    changedZones.some(
      ([, changed, from, until]) =>
        canonicalZone(zone) === canonicalZone(changed) &&
        instant >= Date.parse(from) &&
        (until === undefined || instant < Date.parse(until)),
    )
  const { next } = createRandom(2026)
  const different: string[] = []
  let compared = 0
  for (const zone of zoneNames()) {
    const offsets = zoneOffsets(zone)
    const isNear = (change: number) => [change - 1_000, change]
    const instants = [
      ...Array.from({ length: 40 }, () => first + Math.floor((next() * (last - first)) / 1_000) * 1_000),
      // Right before and at each of some changes.
      ...offsets
        .changesBetween(first, last)
        .filter(() => next() < 0.1)
        .flatMap(isNear),
    ]
    for (const instant of instants.filter((each) => !hasChanged(zone, each))) {
      const expected = offsetByIntl(zone, instant)
      if (expected === undefined) continue
      compared++
      if (offsets.offsetAt(instant) !== expected)
        different.push(
          `${zone} at ${new Date(instant).toISOString()}: ${offsets.offsetAt(instant)}, Node.js ${expected}`,
        )
    }
  }
  t.same(different, [])
  t.ok(compared > 25_000, `${compared} offsets were compared`)
  t.end()
})

test('Every name of the IANA database is a time zone, in any case, and nothing else is', (t) => {
  const names =
    `CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong
    Iceland Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC
    ROK Singapore Turkey UCT UTC Universal W-SU WET Zulu Etc/GMT+12 America/Argentina/ComodRivadavia
    america/coyhaique ASIA/KOLKATA Asia/Calcutta`.split(/\s+/)
  t.same(
    [...names, ...Intl.supportedValuesOf('timeZone')].filter((name) => !isTimeZone(name)),
    [],
  )
  const noNames = [
    '',
    ' UTC',
    'Mars/Base',
    '+03:00',
    'UTC+3',
    'Etc/GMT+15',
    'toString',
    '__proto__',
    'UTC|UTC|0|0||',
  ]
  t.same(noNames.filter(isTimeZone), [])
  t.equal(canonicalZone('Singapore'), canonicalZone('Asia/Singapore'))
  t.throws(() => zoneOffsets('Mars/Base'), RangeError)
  t.end()
})

test('The release of the zone data has a date, and the start warns when it is older than half a year', (t) => {
  const release = zoneDataRelease()
  t.match(release, { version: /^20\d\d[a-z]$/, released_on: /^20\d\d-\d\d-\d\d$/ })
  const inDays = (days: number) => new Date(Date.parse(String(release.released_on)) + days * 24 * hourMs)
  const logged = (now: Date) => {
    const lines: unknown[][] = []
    warnOfOldZoneData({ warn: (...line: unknown[]) => void lines.push(line) }, now)
    return lines
  }
  t.same(logged(inDays(183)), [])
  t.match(logged(inDays(184)), [
    [{ timezone_data: release }, new RegExp(`${release.version} are 184 days old.*docs/operations\\.md`)],
  ])
  t.match(
    zoneDataWarning({ version: '2027a', released_on: null }, inDays(0)),
    /the age of the time zone data 2027a is not known/,
  )
  t.end()
})
