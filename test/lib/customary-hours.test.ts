import { test } from 'tap'
import { openPeriods } from '../../src/lib/time/calling-windows.ts'
import {
  countriesWithShorterHours,
  customaryHours,
  defaultHours,
  describeHours,
} from '../../src/lib/time/customary-hours.ts'

/** Regions (ISO 3166) of the countries in the table. */
const regionsByCountry: Record<string, string[]> = {
  Australia: ['AU'],
  Brazil: ['BR'],
  Canada: ['CA'],
  Colombia: ['CO'],
  France: ['FR', 'GF', 'GP', 'MQ', 'RE', 'YT'],
  Germany: ['DE'],
  India: ['IN'],
  Italy: ['IT'],
  'the Netherlands': ['NL'],
  'South Africa': ['ZA'],
  Spain: ['ES'],
  'the United Arab Emirates': ['AE'],
}

/** The zones of a region by the data of ICU, which is independent of our table. */
function zonesOfRegion(region: string): string[] {
  const locale = new Intl.Locale(`und-${region}`) as Intl.Locale & {
    timeZones?: string[]
    getTimeZones?: () => string[]
  }
  return locale.getTimeZones?.() ?? locale.timeZones ?? []
}

test('Every time zone of a country has its hours, also under an old name, and no zone of another country has them', (t) => {
  const listed = new Map<string, string>()
  for (const [country, regions] of Object.entries(regionsByCountry)) {
    const zones = regions.flatMap(zonesOfRegion)
    t.ok(zones.length >= regions.length, country)
    for (const zone of zones) {
      listed.set(zone, country)
      t.equal(customaryHours(zone).country, country, zone)
    }
  }
  t.same(
    countriesWithShorterHours.map(({ country }) => country),
    Object.keys(regionsByCountry),
  )
  for (const zone of Intl.supportedValuesOf('timeZone'))
    t.equal(customaryHours(zone).country, listed.get(zone), zone)
  for (const [oldName, country] of [
    ['Asia/Calcutta', 'India'],
    ['Canada/Newfoundland', 'Canada'],
    ['America/Montreal', 'Canada'],
    ['Brazil/West', 'Brazil'],
    ['Australia/ACT', 'Australia'],
    ['europe/PARIS', 'France'],
    ['US/Eastern', undefined],
    ['UTC', undefined],
    ['Etc/GMT+3', undefined],
  ] as const)
    t.equal(customaryHours(oldName).country, country, oldName)
  t.end()
})

test('The hours of a country are within the default hours, in order, and do not overlap', (t) => {
  const [{ start, end }] = defaultHours as [(typeof defaultHours)[number]]
  for (const { country, hours, source } of countriesWithShorterHours) {
    t.ok(source.length > 0)
    for (const span of hours) t.ok(start <= span.start && span.start < span.end && span.end <= end, country)
    for (const day of [1, 2, 3, 4, 5, 6, 7]) {
      const ofDay = hours.filter(({ days }) => days === undefined || days.includes(day))
      for (const [i, span] of ofDay.slice(1).entries()) t.ok(span.start >= (ofDay[i]?.end ?? ''), country)
    }
  }
  t.end()
})

/** The hours of a week from Monday 2026-05-04, in the local time of the zone: "Mon 09:00-20:00". */
function weekOf(timezone: string): string[] {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
  const week = { start: new Date('2026-05-04T03:00Z'), end: new Date('2026-05-11T02:00Z') }
  return openPeriods([{ timezone, daily: customaryHours(timezone).hours }], week).map((period) =>
    `${format.format(period.start)}-${format.format(period.end).slice(-5)}`.replace(',', ''),
  )
}

test('Contacts of each country are called at the hours that its rules allow', (t) => {
  const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']
  const on = (days: readonly string[], ...spans: string[]) =>
    days.flatMap((day) => spans.map((span) => `${day} ${span}`))
  const everyDay = [...weekdays, 'Sat', 'Sun']
  for (const [timezone, hours] of [
    ['Europe/Moscow', on(everyDay, '09:00-20:00')],
    ['Europe/London', on(everyDay, '09:00-20:00')],
    ['Europe/Paris', on(weekdays, '10:00-13:00', '14:00-20:00')],
    ['Europe/Berlin', [...on(weekdays, '09:00-20:00'), 'Sat 09:00-18:00']],
    ['Europe/Rome', [...on(weekdays, '09:00-20:00'), 'Sat 10:00-19:00']],
    ['Europe/Amsterdam', [...on(weekdays, '09:00-20:00'), 'Sat 10:00-16:00']],
    ['Europe/Madrid', on(weekdays, '09:00-20:00')],
    ['Africa/Johannesburg', [...on(weekdays, '09:00-20:00'), 'Sat 09:00-13:00']],
    ['Asia/Dubai', on(everyDay, '09:00-18:00')],
    ['Asia/Kolkata', on(everyDay, '10:00-20:00')],
  ] as const)
    t.same(weekOf(timezone), hours, timezone)
  t.end()
})

test('Hours are described in words', (t) => {
  t.equal(describeHours(defaultHours), 'from 09:00 to 20:00')
  t.equal(
    describeHours(customaryHours('Europe/Paris').hours),
    'Monday to Friday from 10:00 to 13:00 and from 14:00 to 20:00',
  )
  t.equal(
    describeHours(customaryHours('Australia/Perth').hours),
    'Monday to Friday from 09:00 to 20:00, Saturday from 09:00 to 17:00',
  )
  t.end()
})
