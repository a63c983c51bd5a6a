import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { nextOpenPeriod, openPeriods } from '../../src/lib/time/calling-windows.ts'
import { windowsOf } from '../../src/modules/campaigns/index.ts'
import { scheduleStep } from '../../src/modules/dialing/index.ts'
import type { DialRequest } from '../../src/telephony/carrier.ts'
import { aroundTheClock } from '../setup/example-campaign.ts'
import { startTestService } from '../setup/service.ts'
import { after, DialingFixture, freshNumber, ScriptedCarrier, withoutWindows } from './dialing-setup.ts'

const noContactHours = { contact_daily_start_time: null, contact_daily_end_time: null }

const withoutHours = { ...withoutWindows, ...noContactHours }

const formats = new Map<string, Intl.DateTimeFormat>()
/** HH:MM on the clocks of a zone. */
function localTime(timezone: string, instant: Date): string {
  let format = formats.get(timezone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv', { timeZone: timezone, timeStyle: 'short' })
    formats.set(timezone, format)
  }
  return format.format(instant)
}
const isDaytime = (timezone: string, instant: Date) => {
  const time = localTime(timezone, instant)
  return time >= '09:00' && time < '20:00'
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

test('In a whole year no contact is called at night, whatever the hours of the campaign', (t) => {
  // A year in which the zone data of Node.js, which this test uses, are right for these zones.
  const year = { start: new Date('2025-03-01T00:00Z'), end: new Date('2026-03-01T00:00Z') }
  const campaigns = {
    'no hours': withoutHours,
    'all hours': { ...withoutHours, daily_start_time: '00:00', daily_end_time: '24:00' },
    nights: { ...withoutHours, daily_start_time: '19:00', daily_end_time: '10:00' },
    weekends: { ...withoutHours, days_of_week: [6, 7], timezone: 'Pacific/Auckland' },
  }
  // Zones with daylight saving time of one hour, of half an hour, at midnight, and without it.
  const zones =
    `America/New_York,America/St_Johns,America/Santiago,America/Havana,Europe/London,Europe/Paris,Europe/Moscow,
    Africa/Casablanca,Asia/Kolkata,Asia/Tokyo,Asia/Vladivostok,Australia/Lord_Howe,Pacific/Kiritimati,UTC`.split(
      /,\s*/,
    )
  let periods = 0
  for (const [name, campaign] of Object.entries(campaigns)) {
    for (const timezone of zones) {
      const open = openPeriods(windowsOf(campaign, timezone), year)
      const atNight = open.filter(
        ({ start, end }) =>
          !isDaytime(timezone, start) ||
          !isDaytime(timezone, new Date(end.getTime() - 1)) ||
          end.getTime() - start.getTime() > 11 * hourMs,
      )
      t.same(atNight, [], `${name} in ${timezone}`)
      periods += open.length
    }
  }
  t.ok(periods > 10_000, 'they are called by day')
  t.end()
})

test('At any instant the next opening of contacts in several zones is by day in all of them', (t) => {
  const zones = ['America/Toronto', 'Europe/Berlin', 'Africa/Lagos']
  for (let hour = 0; hour < 366 * 24; hour += 67) {
    const now = new Date(Date.UTC(2026, 2, 1, hour, hour % 60))
    const opening = nextOpenPeriod(windowsOf(withoutHours, zones.join(',')), now)
    if (opening === undefined) return t.fail(`no opening after ${now.toISOString()}`)
    for (const instant of [opening.start, new Date(opening.end.getTime() - 1)])
      for (const zone of zones) if (!isDaytime(zone, instant)) t.fail(`${zone} at ${instant.toISOString()}`)
  }
  t.end()
})

test('Contacts are protected at night', async (t) => {
  const carrier = new ScriptedCarrier()
  const s = await startTestService(t, {}, carrier)
  const tick = async (fixture: DialingFixture, now: Date) => {
    fixture.setNow(now)
    await scheduleStep(s.db, now)
  }

  t.test('Over days with a daylight-saving change a campaign without hours dials by day only', async (t) => {
    const fixture = await DialingFixture.create(s)
    const zones = ['America/New_York', 'Europe/Madrid', 'Asia/Kolkata', 'Asia/Vladivostok']
    const contacts = zones.map((timezone) => ({ phone_number: freshNumber(), timezone }))
    const start = new Date('2026-10-23T00:00Z')
    fixture.setNow(start)
    await fixture.startCampaign(contacts, {
      ...noContactHours,
      max_retries: 100,
      retry_delay_minutes: 20,
    })
    const zoneOf = new Map(contacts.map(({ phone_number, timezone }) => [phone_number, timezone]))
    const dialedIn = new Map<string, string[]>()
    const dialer = fixture.newDialer()
    // From Friday to Monday; on Sunday clocks in Spain go back.
    for (let i = 0; i < 2 * 24 * 4; i++) {
      await tick(fixture, new Date(start.getTime() + i * 30 * minuteMs))
      for (const call of await fixture.dial(dialer)) {
        const zone = zoneOf.get(call.phone_number) ?? ''
        dialedIn.set(zone, [...(dialedIn.get(zone) ?? []), localTime(zone, fixture.now)])
        await fixture.endCall(call, 'no_answer')
      }
      await fixture.settle()
    }
    for (const [zone, first, last] of [
      ['America/New_York', '09:00', '19:30'],
      ['Europe/Madrid', '09:00', '19:30'],
      ['Asia/Kolkata', '10:00', '19:30'],
      ['Asia/Vladivostok', '09:00', '19:30'],
    ] as const) {
      const times = (dialedIn.get(zone) ?? []).toSorted()
      t.same([times[0], times.at(-1)], [first, last], zone)
    }
  })

  t.test('A campaign that hand-written SQL inserts calls nobody at night', async (t) => {
    const fixture = await DialingFixture.create(s)
    await s.db.orm.execute(sql`
      with k as (
        insert into campaigns (company_id, skillbase_id, name, status)
        values (${fixture.company.id}::uuid, ${fixture.bot}::uuid, 'By hand', 'running') returning company_id, id
      )
      insert into call_tasks (company_id, campaign_id, phone_number, timezone, created_at)
      select company_id, id, ${freshNumber()}, 'Asia/Tokyo', ${after(-60).toISOString()}::timestamptz from k`)
    await tick(fixture, new Date('2026-11-23T23:59:59Z'))
    t.same(await fixture.dial(), [], 'it is 08:59 in Tokyo')
    await tick(fixture, new Date('2026-11-24T00:00Z'))
    t.equal((await fixture.dial()).length, 1)
  })

  t.test('A contact without a known zone is called by day in the zone of the campaign', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(1, { ...noContactHours, timezone: 'Europe/Paris' })
    await s.db.orm.execute(sql`
      update call_tasks set dial_timezone = '', timezone_source = 'campaign' where campaign_id = ${id}::uuid`)
    // 13:30 and 14:00 on a Monday in Paris.
    await tick(fixture, new Date('2026-11-23T12:30Z'))
    t.same(await fixture.dial(), [], 'it is lunchtime in France')
    await tick(fixture, new Date('2026-11-23T13:00Z'))
    t.equal((await fixture.dial()).length, 1)
  })

  t.test('A campaign with contact hours from 00:00 to 24:00 dials around the clock', async (t) => {
    const fixture = await DialingFixture.create(s)
    fixture.setNow(new Date('2026-11-23T18:00Z'))
    const contact = { phone_number: freshNumber(), timezone: 'Asia/Tokyo' }
    await fixture.startCampaign([contact], aroundTheClock)
    t.equal((await fixture.dial()).length, 1, 'it is 03:00 in Tokyo')
  })

  t.test(
    'A window of Friday night is open until its end on Saturday, wherever it is shown and used',
    async (t) => {
      const night = { daily_start_time: '22:00', daily_end_time: '02:00' }
      const contactNight = { contact_daily_start_time: '22:00', contact_daily_end_time: '02:00' }
      // The hour of UTC at which the night begins for the contact.
      for (const [name, timezone, settings, opensAt] of [
        ['hours of the campaign', 'Europe/Moscow', night, '2026-11-27T19:00:00.000Z'],
        ['hours of the contact', 'Europe/Moscow', contactNight, '2026-11-27T19:00:00.000Z'],
        [
          'hours of the contact in another zone',
          'Asia/Vladivostok',
          contactNight,
          '2026-11-27T12:00:00.000Z',
        ],
        // It is 07:00 on Friday in Kamchatka when the night of Thursday begins in Moscow.
        ['hours of the campaign in another zone', 'Asia/Kamchatka', night, '2026-11-26T19:00:00.000Z'],
      ] as const) {
        const fixture = await DialingFixture.create(s)
        // Thursday, before any of these nights.
        fixture.setNow(new Date('2026-11-26T10:00Z'))
        const contacts = Array.from({ length: 2 }, () => ({ phone_number: freshNumber(), timezone }))
        const id = await fixture.startCampaign(contacts, {
          timezone: 'Europe/Moscow',
          days_of_week: [5],
          max_concurrent_calls: 1,
          ...settings,
        })
        const opens = new Date(opensAt)
        const [beforeOpening, atTheEnd, afterTheEnd] = [-1, 4 * 3600 - 1, 4 * 3600].map((seconds) =>
          after(seconds, opens),
        )
        const get = (report: string) => fixture.request('GET', `/api/campaigns/${id}/${report}`)
        await tick(fixture, beforeOpening as Date)
        t.same(await fixture.dial(), [], `${name}: before the window`)
        t.match(
          await get('diagnostics'),
          { reasons: [{ code: 'window_closed', contacts: 2, until: opensAt }] },
          name,
        )
        const end = after(4 * 3600, opens).toISOString()
        t.match(
          await get('schedule'),
          { zones: [{ is_open: false, next_opening: { start: opensAt, end } }] },
          name,
        )
        await tick(fixture, atTheEnd as Date)
        t.match(await get('schedule'), { zones: [{ is_open: true, next_opening: { end } }] }, name)
        t.match(await get('diagnostics'), { dialable: 2 }, name)
        const [call] = (await fixture.dial()) as [DialRequest]
        t.ok(call, `${name}: dialed in the last second of the window`)
        await fixture.endCall(call, 'success')
        await tick(fixture, afterTheEnd as Date)
        t.same(await fixture.dial(), [], `${name}: after the window`)
      }
    },
  )

  t.test('A cached window of an earlier version that never closes is replaced', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign([{ phone_number: freshNumber(), timezone: 'Asia/Tokyo' }], {
      ...noContactHours,
    })
    const inYears = (years: number) => after(years * 365 * 86_400).toISOString()
    await s.db.orm.execute(sql`
      update campaign_windows set opens_at = ${inYears(-1)}::timestamptz, closes_at = ${inYears(1)}::timestamptz,
        recheck_at = ${inYears(1)}::timestamptz
      where campaign_id = ${id}::uuid`)
    await scheduleStep(s.db, fixture.now)
    t.same(await fixture.dial(), [], 'it is 21:00 in Tokyo')
    const recheck = await s.db.orm.execute(
      sql`select recheck_at <= ${after(86_400).toISOString()}::timestamptz as is_soon from campaign_windows
        where campaign_id = ${id}::uuid`,
    )
    t.match([...recheck], [{ is_soon: true }])
  })
})

test('Warnings say at which hours contacts are called', async (t) => {
  const s = await startTestService(t, {}, new ScriptedCarrier())
  const fixture = await DialingFixture.create(s)
  const create = (settings: object) =>
    fixture.request('POST', '/api/campaigns', { name: 'C', skillbase_id: fixture.bot, ...settings })
  const codesOf = ({ warnings }: { warnings: { code: string }[] }) => warnings.map(({ code }) => code)
  const moscow = { timezone: 'Europe/Moscow' }

  t.test('When a campaign is created, updated and cloned', async (t) => {
    const created = await create({})
    t.match(created.warnings, [
      {
        code: 'customary_hours',
        detail:
          /^Contacts are called from 09:00 to 20:00 of their own time.+ shorter in Australia, Brazil,.+around the clock/,
      },
      { code: 'timezone_is_utc', detail: /Set timezone/ },
    ])
    const path = `/api/campaigns/${created.id}`
    t.equal((await fixture.request('GET', path)).warnings, undefined, 'they are not part of the campaign')
    t.same(codesOf(await create(aroundTheClock)), ['around_the_clock'], 'then the zone does not matter')
    t.same(codesOf(await fixture.request('PATCH', path, moscow)), ['customary_hours'])
    t.same(codesOf(await fixture.request('PATCH', path, aroundTheClock)), ['around_the_clock'])
    t.same(codesOf(await fixture.request('POST', `${path}/clone`, {})), ['around_the_clock'])
  })

  t.test('Hours outside 08:00 to 21:00 are called hours at night', async (t) => {
    for (const [start, end, codes] of [
      ['08:00', '21:00', []],
      ['09:00', '18:00', []],
      ['07:59', '21:00', ['night_hours']],
      ['08:00', '21:01', ['night_hours']],
      ['12:00', '24:00', ['night_hours']],
      ['20:00', '09:00', ['night_hours']],
      ['00:00', '24:00', ['around_the_clock']],
    ] as const) {
      const hours = { contact_daily_start_time: start, contact_daily_end_time: end }
      t.same(codesOf(await create({ ...moscow, ...hours })), codes, `${start} to ${end}`)
    }
  })

  t.test('Hours that leave no time, or less than one day', async (t) => {
    const hours = (start: string, end: string) => ({ daily_start_time: start, daily_end_time: end })
    const day = { contact_daily_start_time: '09:00', contact_daily_end_time: '20:00' }
    t.match((await create({ ...moscow, ...day, ...hours('21:00', '23:00') })).warnings, [
      {
        code: 'never_open',
        detail: /^Contacts in Europe\/Moscow cannot be called in the 7 days from 2026-11-23T12/,
      },
    ])
    t.match(
      (await create({ timezone: 'Europe/Madrid', days_of_week: [6, 7] })).warnings,
      [{ code: 'customary_hours' }, { code: 'never_open' }],
      'in Spain nobody is called at weekends',
    )
    const run = (end_time: string, settings: object = {}) =>
      create({ ...moscow, ...day, ...settings, end_time })
    // It is 15:00 on Monday in Moscow.
    t.match((await run('2026-11-23T15:00:00Z')).warnings, [{ code: 'less_than_one_day' }])
    t.same((await run('2026-11-24T12:00:00Z')).warnings, [], 'five hours today and six tomorrow are one day')
    t.match((await run('2026-12-01T10:00:00Z', { start_time: '2026-12-01T09:00:00Z' })).warnings, [
      { code: 'less_than_one_day', detail: /^From 2026-12-01T09:00:00.000Z to end_time/ },
    ])
    t.match((await run('2026-11-24T05:00:00Z', { start_time: '2026-11-24T04:00:00Z' })).warnings, [
      { code: 'never_open' },
    ])
  })

  t.test('When a campaign starts, for the zones of its contacts', async (t) => {
    const { id } = await create({
      ...moscow,
      daily_start_time: '15:00',
      daily_end_time: '18:00',
    })
    const path = `/api/campaigns/${id}`
    const contact = (timezone?: string) => ({ phone_number: freshNumber(), timezone })
    const tasks = [
      contact('Europe/Moscow'),
      contact('Europe/Paris'),
      contact('Asia/Vladivostok'),
      contact(),
      contact(),
    ]
    await fixture.request('POST', `${path}/tasks`, { tasks })
    const setZone = (timezone: string, zones: string) =>
      s.db.orm.execute(sql`
        update call_tasks set timezone = null, dial_timezone = ${zones} where campaign_id = ${id}::uuid and id = (
          select id from call_tasks where campaign_id = ${id}::uuid and timezone is not distinct from
            ${timezone === '' ? null : timezone} limit 1)`)
    await s.db.orm.execute(sql`
      update call_tasks set dial_timezone = '' where campaign_id = ${id}::uuid and timezone is null`)
    await setZone('Europe/Moscow', 'Europe/Moscow,Europe/Samara')
    const started = await fixture.request('POST', `${path}/start`)
    t.same(codesOf(started), ['customary_hours', 'zone_unknown', 'several_zones', 'never_open'])
    t.match(started.warnings, [
      { detail: /In France: Monday to Friday from 10:00 to 13:00 and from 14:00 to 20:00\. For other hours/ },
      {
        detail:
          /^The time zone of 2 contact\(s\) is unknown: they are called as if they were in Europe\/Moscow/,
      },
      { detail: /^1 contact\(s\) may be in one of several time zones\. unknown_zone is strictest, so/ },
      { detail: /^1 contact\(s\) in Asia\/Vladivostok cannot be called in the 7 days from/ },
    ])
    t.notMatch(started.warnings[0].detail, /Australia/, 'only countries of contacts are named')
    t.same((await fixture.request('GET', `${path}/schedule`)).warnings, started.warnings)
    await fixture.request('PATCH', path, {
      daily_start_time: null,
      daily_end_time: null,
      unknown_zone: 'campaign',
    })
    await fixture.request('POST', `${path}/pause`)
    const resumed = await fixture.request('POST', `${path}/resume`)
    t.match(resumed.warnings, [
      {},
      {},
      { code: 'several_zones', detail: /as if they were in Europe\/Moscow/ },
    ])
    await fixture.request('POST', `${path}/stop`)
    const restarted = await fixture.request('POST', `${path}/restart`, { statuses: ['cancelled'] })
    t.same(restarted.warnings, resumed.warnings)
  })
})
