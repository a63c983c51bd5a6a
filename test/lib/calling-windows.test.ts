import { test } from 'tap'
import { type CallingWindows, nextOpenPeriod, openPeriods } from '../../src/lib/time/calling-windows.ts'

const span = (start: string, end: string) => ({ start: new Date(start), end: new Date(end) })
/** The open periods as pairs of ISO 8601 texts. */
const openBetween = (windows: CallingWindows[], start: string, end: string) =>
  openPeriods(windows, span(start, end)).map((period) => [
    period.start.toISOString(),
    period.end.toISOString(),
  ])

const isOpen = (windows: CallingWindows[], instant: Date) =>
  openPeriods(windows, { start: instant, end: new Date(instant.getTime() + 1) }).length > 0

const moscow: CallingWindows = { timezone: 'Europe/Moscow', daily: [{ start: '09:00', end: '21:00' }] }

test('Windows are half-open periods in the time zone, on their days of the week', (t) => {
  t.same(openBetween([moscow], '2026-05-04T00:00Z', '2026-05-05T07:00Z'), [
    ['2026-05-04T06:00:00.000Z', '2026-05-04T18:00:00.000Z'],
    ['2026-05-05T06:00:00.000Z', '2026-05-05T07:00:00.000Z'],
  ])
  const isOpenAt = (time: string) => isOpen([moscow], new Date(`2026-05-04T${time}Z`))
  const times = ['05:59:59.999', '06:00:00.000', '17:59:59.999', '18:00:00.000']
  t.same(times.map(isOpenAt), [false, true, true, false])
  const workdays = { ...moscow, days: [1, 2, 3, 4, 5] }
  t.same(openBetween([workdays], '2026-05-08T00:00Z', '2026-05-11T23:00Z'), [
    ['2026-05-08T06:00:00.000Z', '2026-05-08T18:00:00.000Z'],
    ['2026-05-11T06:00:00.000Z', '2026-05-11T18:00:00.000Z'],
  ])
  t.end()
})

test('A window may cross midnight and belongs to the day on which it starts; 24:00 is the end of the day', (t) => {
  const night: CallingWindows = { timezone: 'UTC', daily: [{ start: '22:00', end: '06:00' }], days: [5] }
  t.same(openBetween([night], '2026-05-07T00:00Z', '2026-05-12T00:00Z'), [
    ['2026-05-08T22:00:00.000Z', '2026-05-09T06:00:00.000Z'],
  ])
  t.ok(
    isOpen([night], new Date('2026-05-09T05:59:59Z')),
    'the window of Friday night is open on Saturday morning',
  )
  t.notOk(isOpen([night], new Date('2026-05-08T05:59:59Z')), 'no window starts on Thursday night')
  const wholeDay: CallingWindows = { timezone: 'UTC', daily: [{ start: '00:00', end: '24:00' }] }
  t.same(openBetween([wholeDay], '2026-05-04T00:00Z', '2026-05-07T00:00Z'), [
    ['2026-05-04T00:00:00.000Z', '2026-05-07T00:00:00.000Z'],
  ])
  t.end()
})

test('A day may have several hours, and hours may be limited to some weekdays', (t) => {
  const paris: CallingWindows = {
    timezone: 'Europe/Paris',
    daily: [
      { start: '10:00', end: '13:00', days: [1, 2, 3, 4, 5] },
      { start: '14:00', end: '20:00', days: [1, 2, 3, 4, 5] },
      { start: '11:00', end: '12:00', days: [6] },
    ],
  }
  t.same(openBetween([paris], '2026-05-08T00:00Z', '2026-05-11T10:00Z'), [
    ['2026-05-08T08:00:00.000Z', '2026-05-08T11:00:00.000Z'],
    ['2026-05-08T12:00:00.000Z', '2026-05-08T18:00:00.000Z'],
    ['2026-05-09T09:00:00.000Z', '2026-05-09T10:00:00.000Z'],
    ['2026-05-11T08:00:00.000Z', '2026-05-11T10:00:00.000Z'],
  ])
  t.same(
    openBetween([{ ...paris, days: [6] }], '2026-05-08T00:00Z', '2026-05-11T10:00Z'),
    [['2026-05-09T09:00:00.000Z', '2026-05-09T10:00:00.000Z']],
    'the weekdays of the windows apply as well',
  )
  t.end()
})

/** Changes of the clock at midnight: the date on which 00:00 does not exist, or occurs twice. */
const changesAtMidnight = [
  ['America/Havana', '2026-03-08'],
  ['Asia/Beirut', '2026-03-29'],
  ['America/Santiago', '2026-09-06'],
  ['America/Havana', '2025-11-02'],
] as const

test('From 00:00 to 24:00 is the whole day, also where clocks change at midnight', (t) => {
  const wholeDay = [{ start: '00:00', end: '24:00' }]
  for (const [timezone, date] of changesAtMidnight) {
    const noon = Date.parse(`${date}T16:00:00.000Z`)
    const [start, end] = [-1, 1].map((days) => new Date(noon + days * 86_400_000).toISOString())
    const expected = [[start, end]]
    const open = (windows: CallingWindows[]) => openBetween(windows, String(start), String(end))
    for (const days of [undefined, [1, 2, 3, 4, 5, 6, 7]]) {
      for (const daily of [undefined, wholeDay]) {
        const campaign = { timezone: 'UTC', daily: daily ?? wholeDay }
        t.same(open([{ timezone, daily, days }]), expected, `${timezone} on ${date}`)
        t.same(open([{ timezone, daily, days, within: campaign }]), expected, `${timezone} within a campaign`)
      }
    }
    const halves = [
      { start: '12:00', end: '24:00' },
      { start: '00:00', end: '12:00' },
    ]
    if (date !== '2025-11-02')
      t.same(open([{ timezone, daily: halves }]), expected, `${timezone}: a window ends with its date`)
  }
  t.end()
})

test('A change to or from daylight saving time makes a window shorter, never longer', (t) => {
  const berlin = (start: string, end: string): CallingWindows => ({
    timezone: 'Europe/Berlin',
    daily: [{ start, end }],
  })
  // On 2026-03-29, 02:00 to 03:00 does not exist; on 2026-10-25, it occurs twice.
  t.same(openBetween([berlin('02:30', '05:00')], '2026-03-29T00:00Z', '2026-03-29T12:00Z'), [
    ['2026-03-29T01:30:00.000Z', '2026-03-29T03:00:00.000Z'],
  ])
  t.same(openBetween([berlin('00:30', '02:30')], '2026-03-28T23:00Z', '2026-03-29T12:00Z'), [
    ['2026-03-28T23:30:00.000Z', '2026-03-29T00:30:00.000Z'],
  ])
  t.same(
    openBetween([berlin('02:10', '02:50')], '2026-03-29T00:00Z', '2026-03-29T12:00Z'),
    [],
    'a window inside the gap is closed on that day',
  )
  t.same(openBetween([berlin('02:30', '05:00')], '2026-10-25T00:00Z', '2026-10-25T12:00Z'), [
    ['2026-10-25T01:30:00.000Z', '2026-10-25T04:00:00.000Z'],
  ])
  t.same(openBetween([berlin('00:00', '02:30')], '2026-10-24T12:00Z', '2026-10-25T12:00Z'), [
    ['2026-10-24T22:00:00.000Z', '2026-10-25T00:30:00.000Z'],
  ])
  t.same(
    openBetween([{ timezone: 'America/Santiago', days: [7] }], '2026-09-05T12:00Z', '2026-09-08T00:00Z'),
    [['2026-09-06T04:00:00.000Z', '2026-09-07T03:00:00.000Z']],
    'a day without a midnight starts at 01:00',
  )
  t.end()
})

test('A blackout date is closed completely, also for a window that started the evening before', (t) => {
  const night: CallingWindows = {
    timezone: 'UTC',
    daily: [{ start: '22:00', end: '06:00' }],
    blackouts: ['2026-05-09'],
  }
  t.same(openBetween([night], '2026-05-08T12:00Z', '2026-05-11T00:00Z'), [
    ['2026-05-08T22:00:00.000Z', '2026-05-09T00:00:00.000Z'],
    ['2026-05-10T00:00:00.000Z', '2026-05-10T06:00:00.000Z'],
    ['2026-05-10T22:00:00.000Z', '2026-05-11T00:00:00.000Z'],
  ])
  t.end()
})

test("A call needs both the campaign's and the contact's windows to be open", (t) => {
  const vladivostok: CallingWindows = {
    timezone: 'Asia/Vladivostok',
    daily: [{ start: '08:00', end: '22:00' }],
  }
  t.same(openBetween([moscow, vladivostok], '2026-05-04T00:00Z', '2026-05-05T00:00Z'), [
    ['2026-05-04T06:00:00.000Z', '2026-05-04T12:00:00.000Z'],
  ])
  const neverOverlapping: CallingWindows = { timezone: 'UTC', daily: [{ start: '01:00', end: '02:00' }] }
  t.equal(nextOpenPeriod([moscow, neverOverlapping], new Date('2026-05-04T00:00Z')), undefined)
  const withFromAndUntil = {
    ...moscow,
    from: new Date('2026-05-04T12:00Z'),
    until: new Date('2026-05-05T07:00Z'),
  }
  t.same(openBetween([withFromAndUntil], '2026-05-01T00:00Z', '2026-06-01T00:00Z'), [
    ['2026-05-04T12:00:00.000Z', '2026-05-04T18:00:00.000Z'],
    ['2026-05-05T06:00:00.000Z', '2026-05-05T07:00:00.000Z'],
  ])
  t.end()
})

test('A window belongs to the day on which it begins by the clock of the contact, until its end', (t) => {
  const night = [{ start: '22:00', end: '02:00' }]
  const allDay = [{ start: '00:00', end: '24:00' }]
  const friday = [5]
  const openOn = (contact: CallingWindows) => openBetween([contact], '2026-11-25T00:00Z', '2026-11-30T00:00Z')
  const [yekaterinburg, moscowZone] = ['Asia/Yekaterinburg', 'Europe/Moscow']
  const within = (daily: CallingWindows['daily']) => ({ timezone: moscowZone, daily: daily ?? allDay })
  const fridayNight = [['2026-11-27T19:00:00.000Z', '2026-11-27T23:00:00.000Z']]
  t.same(openOn({ timezone: moscowZone, daily: allDay, days: friday, within: within(night) }), fridayNight)
  t.same(openOn({ timezone: moscowZone, days: friday, within: within(night) }), fridayNight)
  t.same(openOn({ timezone: moscowZone, daily: night, days: friday }), fridayNight)
  t.same(openOn({ timezone: moscowZone, daily: night, days: friday, within: within(allDay) }), fridayNight)
  t.same(openOn({ timezone: moscowZone, daily: night, days: friday, within: within(night) }), fridayNight)
  t.same(
    openOn({ timezone: yekaterinburg, daily: night, days: friday, within: within(allDay) }),
    [['2026-11-27T17:00:00.000Z', '2026-11-27T21:00:00.000Z']],
    'the hours of the contact, on its clock',
  )
  t.same(
    openOn({ timezone: yekaterinburg, daily: allDay, days: friday, within: within(night) }),
    [['2026-11-26T19:00:00.000Z', '2026-11-26T23:00:00.000Z']],
    'at 22:00 on Thursday in Moscow it is Friday in Yekaterinburg',
  )
  t.same(
    openOn({ timezone: 'America/New_York', daily: allDay, days: friday, within: within(night) }),
    fridayNight,
    'at 22:00 on Friday in Moscow it is 14:00 in New York',
  )
  t.same(
    openOn({
      timezone: moscowZone,
      daily: [{ start: '09:00', end: '12:00' }],
      days: friday,
      within: within([{ start: '22:00', end: '10:00' }]),
    }),
    [],
    'a window of Friday that reaches into hours of Saturday does not open these',
  )
  t.end()
})

test('The next open period is the current one or the first later one, with its real end', (t) => {
  const nextPeriod = (windows: CallingWindows[], instant: string) => {
    const found = nextOpenPeriod(windows, new Date(instant))
    return found && [found.start.toISOString(), found.end.toISOString()]
  }
  t.same(nextPeriod([moscow], '2026-05-04T10:00Z'), ['2026-05-04T10:00:00.000Z', '2026-05-04T18:00:00.000Z'])
  t.same(nextPeriod([moscow], '2026-05-04T18:00Z'), ['2026-05-05T06:00:00.000Z', '2026-05-05T18:00:00.000Z'])
  const mondays: CallingWindows = {
    timezone: 'UTC',
    days: [1],
    blackouts: ['2026-05-11', '2026-05-18', '2026-05-25'],
  }
  t.same(nextPeriod([mondays], '2026-05-05T00:00Z'), ['2026-06-01T00:00:00.000Z', '2026-06-02T00:00:00.000Z'])
  t.same(
    nextPeriod(
      [{ timezone: 'UTC', from: new Date('2026-12-01T00:00Z'), until: new Date('2026-12-24T00:00Z') }],
      '2026-05-05T00:00Z',
    ),
    ['2026-12-01T00:00:00.000Z', '2026-12-24T00:00:00.000Z'],
  )
  t.equal(nextPeriod([{ ...moscow, until: new Date('2026-05-01T00:00Z') }], '2026-05-04T00:00Z'), undefined)
  t.end()
})

test('In every quarter of an hour of a week, windows agree with the wall clock of the zone', (t) => {
  const mismatches: string[] = []
  for (const timezone of ['Asia/Kolkata', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Chatham']) {
    const windows: CallingWindows = { timezone, daily: [{ start: '20:30', end: '03:15' }], days: [2, 4, 6] }
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      hour: '2-digit',
      minute: '2-digit',
      weekday: 'short',
      hourCycle: 'h23',
    })
    const week = span('2026-06-01T00:00Z', '2026-06-08T00:00Z')
    const open = openPeriods([windows], week)
    for (let epochMs = +week.start; epochMs < +week.end; epochMs += 15 * 60_000) {
      const parts = Object.fromEntries(clock.formatToParts(epochMs).map(({ type, value }) => [type, value]))
      const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(String(parts.weekday)) + 1
      const time = `${parts.hour}:${parts.minute}`
      const expected =
        (time >= '20:30' && [2, 4, 6].includes(day)) || (time < '03:15' && [3, 5, 7].includes(day))
      const actual = open.some((period) => epochMs >= +period.start && epochMs < +period.end)
      if (actual !== expected)
        mismatches.push(`${timezone} ${new Date(epochMs).toISOString()} (${parts.weekday} ${time})`)
    }
  }
  t.same(mismatches, [])
  t.end()
})

test('A search takes the same time with 1,000 blackout dates as without', (t) => {
  const dates = (n: number) =>
    Array.from({ length: n }, (_, i) => new Date(Date.UTC(2028, 0, 1 + i)).toISOString().slice(0, 10))
  const windows = (blackouts: string[]): CallingWindows[] => [
    { timezone: 'Asia/Tokyo', daily: [{ start: '22:00', end: '23:00' }], blackouts },
    { timezone: 'America/New_York', daily: [{ start: '09:00', end: '18:00' }], blackouts },
  ]
  /** The shortest of several runs, in ms. */
  const timeOf = (all: CallingWindows[]) => {
    const runs = Array.from({ length: 15 }, () => {
      const start = performance.now()
      for (let i = 0; i < 10; i++) nextOpenPeriod(all, new Date('2026-05-04T15:00Z'))
      return performance.now() - start
    })
    return Math.min(...runs)
  }
  const [none, many] = [timeOf(windows([])), timeOf(windows(dates(1_000)))]
  t.ok(many < 10 * none, `${many} ms with 1,000 dates, ${none} ms without`)
  t.end()
})
