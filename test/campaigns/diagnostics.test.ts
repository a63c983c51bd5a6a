import t, { test } from 'tap'
import { after, DialingFixture, freshNumber } from '../dialing/dialing-setup.ts'
import { startTestService } from '../setup/service.ts'

// It is Monday, 2026-11-23, 12:00 UTC: 15:00 in Moscow, 21:00 in Tokyo.

const s = await startTestService(t)

interface Reason {
  code: string
  detail: string
  contacts: number | null
  until: string | null
}

const reasonsOf = async (fixture: DialingFixture, id: string): Promise<Reason[]> =>
  (await fixture.request('GET', `/api/campaigns/${id}/diagnostics`)).reasons

const inTokyo = (count: number) =>
  Array.from({ length: count }, () => ({ phone_number: freshNumber(), timezone: 'Asia/Tokyo' }))
const customary = { contact_daily_start_time: null, contact_daily_end_time: null }

test('A closed window is explained: which day and time, which hours, on whose clock, and until when', async (t) => {
  const fixture = await DialingFixture.create(s)
  const cases: [name: string, settings: object, detail: string, until: string][] = [
    [
      'customary hours',
      customary,
      'it is Monday 21:00 in Asia/Tokyo: contacts are called from 09:00 to 20:00 by the clock of Asia/Tokyo, the customary hours; the next window opens on Tuesday 2026-11-24 at 09:00 in Asia/Tokyo',
      '2026-11-24T00:00:00.000Z',
    ],
    [
      'hours of the campaign',
      { timezone: 'Europe/Moscow', daily_start_time: '16:00', daily_end_time: '18:00' },
      'it is Monday 21:00 in Asia/Tokyo: the campaign calls from 16:00 to 18:00 by the clock of Europe/Moscow; the next window opens on Monday 2026-11-23 at 22:00 in Asia/Tokyo',
      '2026-11-23T13:00:00.000Z',
    ],
    [
      'a weekday',
      { days_of_week: [2, 4] },
      'it is Monday 21:00 in Asia/Tokyo: days_of_week allows windows that begin on Tuesday, Thursday, by the clock of Asia/Tokyo; the next window opens on Tuesday 2026-11-24 at 00:00 in Asia/Tokyo',
      '2026-11-23T15:00:00.000Z',
    ],
    [
      'a blackout date',
      { timezone: 'Asia/Tokyo', blackout_dates: ['2026-11-23'] },
      'it is Monday 21:00 in Asia/Tokyo: 2026-11-23 is one of blackout_dates, by the clock of Asia/Tokyo; the next window opens on Tuesday 2026-11-24 at 00:00 in Asia/Tokyo',
      '2026-11-23T15:00:00.000Z',
    ],
    [
      'hours of the contacts, and a weekday',
      { days_of_week: [3], contact_daily_start_time: '10:00', contact_daily_end_time: '12:00' },
      'it is Monday 21:00 in Asia/Tokyo: days_of_week allows windows that begin on Wednesday, by the clock of Asia/Tokyo; contacts are called from 10:00 to 12:00 by the clock of Asia/Tokyo, set by contact_daily_start_time and contact_daily_end_time; the next window opens on Wednesday 2026-11-25 at 10:00 in Asia/Tokyo',
      '2026-11-25T01:00:00.000Z',
    ],
  ]
  for (const [name, settings, detail, until] of cases) {
    const id = await fixture.startCampaign(inTokyo(2), settings)
    const [reason] = await reasonsOf(fixture, id)
    t.same(
      reason,
      { code: 'window_closed', detail: `no window is open for them: ${detail}`, contacts: 2, until },
      name,
    )
  }
})

test('For contacts for whom no window ever opens, all rules of their hours are named', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(inTokyo(1), {
    ...customary,
    timezone: 'America/New_York',
    daily_start_time: '08:00',
    daily_end_time: '18:00',
    contact_daily_start_time: '09:00',
    contact_daily_end_time: '18:00',
  })
  t.match(await reasonsOf(fixture, id), [
    {
      code: 'no_window',
      detail:
        'no window opens for them in the next 400 days: the campaign calls from 08:00 to 18:00 by the clock of America/New_York; contacts are called from 09:00 to 18:00 by the clock of Asia/Tokyo, set by contact_daily_start_time and contact_daily_end_time. Change the calling hours, or the timezone of the contacts',
    },
  ])
})

test('The zone with the most contacts is explained', async (t) => {
  const fixture = await DialingFixture.create(s)
  const inAuckland = { phone_number: freshNumber(), timezone: 'Pacific/Auckland' }
  const id = await fixture.startCampaign([inAuckland, ...inTokyo(2)], customary)
  const [reason] = await reasonsOf(fixture, id)
  t.match(reason, { code: 'window_closed', contacts: 3, detail: /it is Monday 21:00 in Asia\/Tokyo/ })
  t.equal(reason?.until, '2026-11-23T20:00:00.000Z', 'the first window opens in Auckland')
})

test('The deciding reason comes first', async (t) => {
  const fixture = await DialingFixture.create(s)
  const codes = async (id: string) => (await reasonsOf(fixture, id)).map(({ code }) => code)
  const suppressed = freshNumber()
  await fixture.request('POST', '/api/suppressions', { phone_number: suppressed })
  const later = { phone_number: freshNumber(), next_attempt_at: after(600).toISOString() }
  const soon = { phone_number: freshNumber() }
  const limits = { max_concurrent_calls: 1, ...customary, timezone: 'Europe/Moscow' }
  const id = await fixture.startCampaign([soon, ...inTokyo(3), later], limits)

  t.same(await codes(id), ['window_closed', 'not_due'], 'the reason of the most contacts')
  const [call] = await fixture.dial()
  fixture.setNow(after(1))
  t.same(
    await codes(id),
    ['window_closed', 'not_due', 'at_max_concurrent_calls'],
    'a limit decides nothing while no contact could be dialed',
  )
  await fixture.request('POST', `/api/campaigns/${id}/tasks`, { tasks: [{ phone_number: freshNumber() }] })
  t.same(await codes(id), ['at_max_concurrent_calls', 'window_closed', 'not_due'], 'now it does')
  if (call === undefined) throw new Error('nobody was dialed')
  await fixture.endCall(call, 'carrier_error')
  await fixture.settle()
  t.equal((await codes(id)).at(-1), 'recent_faults', 'what only informs is last')
  await fixture.request('POST', `/api/campaigns/${id}/pause`)
  t.equal((await codes(id))[0], 'not_running', 'what stops the campaign is first')
})

test('A later attempt, a limit per number and a start are explained with their time', async (t) => {
  const fixture = await DialingFixture.create(s)
  const later = { phone_number: freshNumber(), next_attempt_at: after(600).toISOString() }
  const id = await fixture.startCampaign([later], { timezone: 'Europe/Moscow' })
  t.match(await reasonsOf(fixture, id), [
    {
      code: 'not_due',
      detail:
        'their next attempt is due later; the first of them may be called from Monday 2026-11-23 at 15:10 in Europe/Moscow',
    },
  ])
  const scheduled = await fixture.request('POST', '/api/campaigns', {
    name: 'C',
    skillbase_id: fixture.bot,
    timezone: 'Europe/Moscow',
    start_time: after(86_400).toISOString(),
  })
  await fixture.request('POST', `/api/campaigns/${scheduled.id}/tasks`, {
    tasks: [{ phone_number: freshNumber() }],
  })
  await fixture.request('POST', `/api/campaigns/${scheduled.id}/start`)
  const [reason] = await reasonsOf(fixture, scheduled.id)
  t.match(reason, {
    code: 'not_running',
    detail:
      /^the campaign is scheduled.*; it starts on Tuesday 2026-11-24 at 15:00 in Europe\/Moscow, its start_time$/,
    until: after(86_400).toISOString(),
  })
})
