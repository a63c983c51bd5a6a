import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { scheduleStep } from '../../src/modules/dialing/index.ts'
import type { CallRef, DialRequest } from '../../src/telephony/carrier.ts'
import { startTestService } from '../setup/service.ts'
import {
  after,
  assertConsistent,
  DialingFixture,
  freshNumber,
  minuteMs,
  ScriptedCarrier,
} from './dialing-setup.ts'

/** The campaign sets no hours for its contacts. */
const customaryHours = { contact_daily_start_time: null, contact_daily_end_time: null }

test('Calling windows and the lifecycle of campaigns', async (t) => {
  const carrier = new ScriptedCarrier()
  const s = await startTestService(t, {}, carrier)
  const tick = async (fixture: DialingFixture, now: Date) => {
    fixture.setNow(now)
    await scheduleStep(s.db, now)
  }

  t.test(
    'Contacts are dialed only in calling windows, and an edit of windows takes effect immediately',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const id = await fixture.startCampaign(2, {
        daily_start_time: '15:00',
        daily_end_time: '18:00',
        timezone: 'UTC',
        max_concurrent_calls: 1,
      })
      t.same(await fixture.dial(), [])
      t.match(await fixture.request('GET', `/api/campaigns/${id}/diagnostics`), {
        can_dial: false,
        reasons: [{ code: 'window_closed', contacts: 2 }],
      })
      await tick(fixture, after(3 * 3600 - 1))
      t.same(await fixture.dial(), [], 'one second before the window opens')
      await tick(fixture, after(3 * 3600))
      const [call] = (await fixture.dial()) as [DialRequest]
      t.ok(call, 'when the window opens')
      await fixture.endCall(call, 'success')
      await fixture.request('PATCH', `/api/campaigns/${id}`, {
        daily_end_time: '15:00',
        daily_start_time: '14:00',
      })
      fixture.setNow(after(3 * 3600 + 2))
      t.same(await fixture.dial(), [], 'the window was moved')
      await fixture.request('PATCH', `/api/campaigns/${id}`, { daily_start_time: null, daily_end_time: null })
      t.equal((await fixture.dial()).length, 1, 'without a window all hours are open')
    },
  )

  t.test(
    'A contact is called in its own timezone: the given one, else that of its number, else that of the campaign',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const id = await fixture.startCampaign(
        [
          { phone_number: '+74232123456' },
          { phone_number: '+74951234567' },
          { phone_number: '+870773111632' },
          { phone_number: '+74951234568', timezone: 'Asia/Yekaterinburg' },
        ],
        {
          timezone: 'Europe/Moscow',
          daily_start_time: '09:00',
          daily_end_time: '18:00',
          contact_daily_start_time: '10:00',
          contact_daily_end_time: '20:00',
        },
      )
      const tasks = await fixture.tasks(id)
      const taskOf = (number: string) =>
        tasks.find((task: { phone_number: string }) => task.phone_number === number)
      t.match(taskOf('+74232123456'), {
        dial_timezone: 'Asia/Vladivostok',
        timezone_source: 'number',
        timezone: null,
      })
      t.match(taskOf('+74951234567'), { dial_timezone: 'Europe/Moscow', timezone_source: 'number' })
      t.match(taskOf('+870773111632'), { dial_timezone: '', timezone_source: 'campaign' })
      t.match(taskOf('+74951234568'), { dial_timezone: 'Asia/Yekaterinburg', timezone_source: 'given' })
      const dialedAt: Record<string, string> = {}
      for (let hour = 0; hour < 24; hour++) {
        await tick(fixture, new Date(Date.UTC(2026, 10, 24, hour)))
        for (const { phone_number } of await fixture.dial()) dialedAt[phone_number] = `${hour} UTC`
      }
      // In UTC, the campaign's hours (9 to 18 in Moscow) are 6 to 15. The contacts' hours (10 to 20) are 0 to 10 in
      // Vladivostok, 5 to 15 in Yekaterinburg and 7 to 17 in Moscow.
      t.same(dialedAt, {
        '+74232123456': '6 UTC',
        '+74951234568': '6 UTC',
        '+74951234567': '7 UTC',
        '+870773111632': '7 UTC',
      })
    },
  )

  t.test(
    'A contact who may be in several zones is called when all are open, or in the zone of the campaign if it says so',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      // An Indonesian mobile number can be in Jakarta, Makassar or Jayapura: 7, 8 or 9 hours ahead of UTC.
      const id = await fixture.startCampaign(
        [{ phone_number: '+6281234567890' }, { phone_number: '+6281234567891', timezone: 'Asia/Jayapura' }],
        { timezone: 'UTC', contact_daily_start_time: '09:00', contact_daily_end_time: '18:00' },
      )
      const numbersDialed = async () => (await fixture.dial()).map(({ phone_number }) => phone_number)
      const allZones = {
        dial_timezone: 'Asia/Jakarta,Asia/Makassar,Asia/Jayapura',
        timezone_source: 'country',
      }
      t.match(
        (await fixture.tasks(id)).find(
          ({ phone_number }: { phone_number: string }) => phone_number === '+6281234567890',
        ),
        allZones,
      )
      const { zones } = await fixture.request('GET', `/api/campaigns/${id}/schedule`)
      t.match(
        zones.find((zone: { dial_timezone: string }) => zone.dial_timezone === allZones.dial_timezone),
        { next_opening: { start: '2026-11-24T02:00:00.000Z', end: '2026-11-24T09:00:00.000Z' } },
      )
      await tick(fixture, new Date('2026-11-24T00:00:00Z'))
      t.same(await numbersDialed(), ['+6281234567891'], 'the given zone is open')
      await tick(fixture, new Date('2026-11-24T01:59:59Z'))
      t.same(await numbersDialed(), [], 'it is one second before 9 in Jakarta')
      await tick(fixture, new Date('2026-11-24T09:00:00Z'))
      t.same(await numbersDialed(), [], 'it is 18 in Jayapura')
      const edited = await fixture.request('PATCH', `/api/campaigns/${id}`, { unknown_zone: 'campaign' })
      t.equal(edited.unknown_zone, 'campaign')
      t.same(await numbersDialed(), ['+6281234567890'], 'it is 9 in the zone of the campaign')
      const clone = await fixture.request('POST', `/api/campaigns/${id}/clone`)
      t.equal(clone.unknown_zone, 'campaign')
    },
  )

  t.test('A timezone set by hand-written SQL takes effect before the contact is dialed', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(1, {
      daily_start_time: '10:00',
      daily_end_time: '14:00',
      timezone: 'UTC',
      ...customaryHours,
    })
    await s.db.orm.execute(
      sql`update call_tasks set timezone = 'America/New_York' where campaign_id = ${id}::uuid`,
    )
    t.match(await fixture.task(id), { dial_timezone: null, timezone_source: null })
    t.same(await fixture.dial(), [])
    await scheduleStep(s.db, fixture.now)
    t.match(await fixture.task(id), { dial_timezone: 'America/New_York', timezone_source: 'given' })
    t.same(await fixture.dial(), [], 'it is 07:00 in New York')
  })

  t.test(
    'A retry moves into the next window, and back to its due time when the windows are extended',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const id = await fixture.startCampaign(1, {
        daily_start_time: '09:00',
        daily_end_time: '12:10',
        timezone: 'UTC',
        retry_delay_minutes: 30,
      })
      const [call] = (await fixture.dial()) as [DialRequest]
      await fixture.endCall(call, 'no_answer')
      await fixture.settle()
      t.match(await fixture.task(id), { status: 'retry', next_attempt_at: '2026-11-24T09:00:00.000Z' })
      const { id: task_id } = await fixture.task(id)
      t.match((await fixture.request('GET', `/api/call-tasks/${task_id}/history`)).items, [
        { kind: 'attempt', call_id: call.call_id, outcome: 'no_answer' },
        {
          kind: 'decision',
          rule: 'no_answer_retry',
          detail: /moved to the next calling window/,
          status: 'retry',
        },
      ])
      await fixture.request('PATCH', `/api/campaigns/${id}`, { daily_end_time: '20:00' })
      t.match(await fixture.task(id), { next_attempt_at: after(1800).toISOString() })
      await tick(fixture, after(1800))
      t.equal((await fixture.dial()).length, 1)
    },
  )

  t.test(
    'Over three weeks with a daylight-saving change, in four timezones, no contact is dialed outside of its windows',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const zones = ['America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe']
      const contacts = zones.flatMap((timezone) =>
        Array.from({ length: 40 }, () => ({ phone_number: freshNumber(), timezone })),
      )
      const start = new Date('2026-10-12T00:00:00Z')
      fixture.setNow(start)
      const id = await fixture.startCampaign(contacts, {
        timezone: 'Europe/Berlin',
        daily_start_time: '00:00',
        daily_end_time: '24:00',
        days_of_week: [1, 2, 3, 4, 5],
        contact_daily_start_time: '22:30',
        contact_daily_end_time: '03:00',
        blackout_dates: ['2026-10-20', '2026-10-27'],
        calls_per_minute: 1,
        max_concurrent_calls: 2,
        max_retries: 100,
        retry_delay_minutes: 600,
      })
      const zoneOf = new Map(contacts.map(({ phone_number, timezone }) => [phone_number, timezone]))
      let [dials, dialsOutside] = [0, 0]
      const dialsAfterFriday = new Set<string>()
      const formatters = new Map(
        zones.map((timeZone) => [
          timeZone,
          new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'short' }),
        ]),
      )
      const dialer = fixture.newDialer()
      for (let minutes = 0; minutes < 21 * 24 * 60; minutes += 30) {
        await tick(fixture, new Date(start.getTime() + minutes * minuteMs))
        for (const call of await fixture.dial(dialer)) {
          dials++
          const localTime = (zone: string) => formatters.get(zone)?.format(fixture.now) ?? ''
          const zone = zoneOf.get(call.phone_number) ?? ''
          const localClock = localTime(zone).slice(11)
          const isInHours = localClock >= '22:30' || localClock < '03:00'
          // A window belongs to the day on which it opens: after midnight, the day before.
          const openedOn = new Date(`${localTime(zone).slice(0, 10)}T12:00:00Z`)
          if (localClock < '03:00') openedOn.setUTCDate(openedOn.getUTCDate() - 1)
          const isWeekday = ![0, 6].includes(openedOn.getUTCDay())
          const isBlackout = ['2026-10-20', '2026-10-27'].some((date) =>
            [localTime(zone), localTime('Europe/Berlin')].some((at) => at.startsWith(date)),
          )
          if (!isInHours || !isWeekday || isBlackout) dialsOutside++
          if (localClock < '03:00' && openedOn.getUTCDay() === 5) dialsAfterFriday.add(zone)
          await fixture.endCall(call, 'no_answer')
        }
        await fixture.settle()
      }
      t.ok(dials > 300, `${dials} dials`)
      t.equal(dialsOutside, 0, 'no dial outside of the windows')
      t.equal(dialsAfterFriday.size, zones.length, 'a window of Friday lasts until its end on Saturday')
      t.match(await fixture.request('GET', `/api/campaigns/${id}`), { status: 'running' })
      await assertConsistent(t, s.db, fixture.company.id)
    },
  )

  t.test('A scheduled campaign starts at start_time, and skips waiting contacts at end_time', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(3, {
      start_time: after(60).toISOString(),
      end_time: after(120).toISOString(),
      max_concurrent_calls: 1,
    })
    const status = async () => (await fixture.request('GET', `/api/campaigns/${id}`)).status
    t.equal(await status(), 'scheduled')
    await tick(fixture, after(59))
    t.same([await status(), await fixture.dial()], ['scheduled', []])
    await tick(fixture, after(60))
    t.equal(await status(), 'running')
    const [call] = (await fixture.dial()) as [DialRequest]
    await tick(fixture, after(120))
    t.same((await fixture.tasks(id)).map((task: { status: string }) => task.status).sort(), [
      'in_progress',
      'skipped',
      'skipped',
    ])
    t.equal(await status(), 'running', 'the campaign waits for its live call')
    await fixture.endCall(call, 'no_answer')
    await fixture.settle()
    t.match(await fixture.tasks(id), [{}, {}, { status: 'failed', outcome: 'no_answer' }])
    await tick(fixture, after(121))
    t.match(await fixture.request('GET', `/api/campaigns/${id}`), {
      status: 'completed',
      status_reason: 'its end_time has passed',
    })
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test('A paused campaign dials no contact, and a stop cancels waiting contacts and retries', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(3, { max_concurrent_calls: 2 })
    const [busy, live] = (await fixture.dial()) as [DialRequest, DialRequest]
    await fixture.request('POST', `/api/campaigns/${id}/pause`)
    await fixture.endCall(busy, 'busy')
    await fixture.settle()
    fixture.setNow(after(3600))
    t.same(await fixture.dial(), [], 'paused')
    t.match(await fixture.request('GET', `/api/campaigns/${id}/diagnostics`), {
      reasons: [{ code: 'not_running', detail: /paused by a user/ }],
    })
    await fixture.request('POST', `/api/campaigns/${id}/resume`)
    const afterResume = await fixture.dial()
    t.equal(afterResume.length, 1, 'resumed')
    await fixture.request('POST', `/api/campaigns/${id}/stop?hang_up=true`)
    t.same(
      carrier.hungUp.sort(),
      [live.call_id, afterResume[0]?.call_id].sort(),
      'live calls are hung up with hang_up=true',
    )
    await fixture.endCall(live, 'no_answer')
    await fixture.endCall(afterResume[0] as CallRef, 'cancelled')
    await fixture.settle()
    t.same(
      (await fixture.tasks(id)).map((task: { status: string }) => task.status),
      ['cancelled', 'cancelled', 'cancelled'],
    )
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test('A pause waits for running claims: after it has returned, no contact is claimed', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(50)
    const workers = Array.from({ length: 4 }, (_, i) => fixture.newDialer(`w${i}`))
    const countCalls = async () => {
      const rows = await s.db.orm.execute(sql`select 1 from calls where campaign_id = ${id}::uuid`)
      return rows.length
    }
    const pausing = fixture.request('POST', `/api/campaigns/${id}/pause`).then(countCalls)
    const [callsAtPause] = await Promise.all([
      pausing,
      ...workers.map(async (worker) => {
        for (let i = 0; i < 5; i++) await worker.step(fixture.now)
      }),
    ])
    t.equal(await countCalls(), callsAtPause, 'nothing was claimed after the pause returned')
    await Promise.all(workers.map((worker) => worker.waitForDials()))
    const before = fixture.carrier.dialed.length
    await Promise.all(workers.map((worker) => worker.step(fixture.now)))
    t.equal(fixture.carrier.dialed.length, before)
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test('An edit of the limits of a running campaign applies to the next attempt', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(20, { max_concurrent_calls: 2 })
    t.equal((await fixture.dial()).length, 2)
    await fixture.request('PATCH', `/api/campaigns/${id}`, { max_concurrent_calls: 5 })
    fixture.setNow(after(1))
    t.equal((await fixture.dial()).length, 3)
    await fixture.request('PATCH', `/api/campaigns/${id}`, { max_concurrent_calls: 1 })
    fixture.setNow(after(2))
    t.equal((await fixture.dial()).length, 0)
  })

  t.test('Contacts can be added to and deleted from a running campaign', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(1, { max_concurrent_calls: 1 })
    const [call] = (await fixture.dial()) as [DialRequest]
    const [remaining, deleted] = [freshNumber(), freshNumber()]
    await fixture.request('POST', `/api/campaigns/${id}/tasks`, {
      tasks: [{ phone_number: remaining }, { phone_number: deleted, timezone: 'Asia/Tokyo' }],
    })
    const task = (await fixture.tasks(id)).find(
      ({ phone_number }: { phone_number: string }) => phone_number === deleted,
    )
    await fixture.request('DELETE', `/api/call-tasks/${task.id}`)
    await fixture.endCall(call, 'success')
    await fixture.settle()
    await tick(fixture, after(2))
    t.match(await fixture.request('GET', `/api/campaigns/${id}`), { status: 'running', total_tasks: 2 })
    t.match(await fixture.dial(), [{ phone_number: remaining }])
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test(
    'A completed campaign restarts for contacts it did not reach, with their retries reset',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const id = await fixture.startCampaign(3, { max_retries: 0 })
      const [reached, unanswered, machine] = (await fixture.dial()) as [DialRequest, DialRequest, DialRequest]
      await fixture.endCall(reached, 'success')
      await fixture.endCall(unanswered, 'no_answer')
      await fixture.endCall(machine, 'voicemail')
      await fixture.settle()
      await tick(fixture, after(1))
      t.match(await fixture.request('GET', `/api/campaigns/${id}`), {
        status: 'completed',
        completed_tasks: 1,
        failed_tasks: 2,
      })
      const restarted = await fixture.request('POST', `/api/campaigns/${id}/restart`, {
        outcomes: ['no_answer'],
      })
      t.match(restarted, { status: 'running', failed_tasks: 1, ended_at: null })
      t.match(await fixture.dial(), [{ phone_number: unanswered.phone_number }])
      await assertConsistent(t, s.db, fixture.company.id)
      const copy = await fixture.request('POST', `/api/campaigns/${id}/clone`, { contacts: 'unreached' })
      t.match(copy, { status: 'draft', name: 'C (copy)', total_tasks: 1, max_retries: 0 })
      t.match(await fixture.tasks(copy.id), [
        { phone_number: machine.phone_number, status: 'pending', attempt_count: 0 },
      ])
      const [isTimeOrdered] = await s.db.client`
        select bool_and(id::text like left(ms, 8) || '-' || right(ms, 4) || '-7%') as value
        from call_tasks, lpad(to_hex((extract(epoch from created_at) * 1000)::bigint), 12, '0') as ms
        where campaign_id = ${copy.id}`
      t.equal(isTimeOrdered?.value, true, 'the id of a copied contact is a uuid v7 with the time of the copy')
      await assertConsistent(t, s.db, fixture.company.id)
    },
  )

  t.test('A campaign that hand-written SQL starts is dialed', async (t) => {
    const fixture = await DialingFixture.create(s)
    await s.db.orm.execute(sql`
      with k as (
        insert into campaigns (company_id, skillbase_id, name, status) values (${fixture.company.id}::uuid, ${fixture.bot}::uuid, 'By hand', 'running')
        returning company_id, id
      )
      insert into call_tasks (company_id, campaign_id, phone_number, created_at)
      select company_id, id, ${freshNumber()}, ${after(-60).toISOString()}::timestamptz from k`)
    await scheduleStep(s.db, fixture.now)
    t.equal((await fixture.dial()).length, 1)
  })

  t.test('Schedule, diagnostics, stats and log describe the state of a campaign', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(
      [
        { phone_number: freshNumber() },
        { phone_number: freshNumber(), timezone: 'Asia/Tokyo' },
        { phone_number: freshNumber(), next_attempt_at: after(600).toISOString() },
      ],
      {
        timezone: 'UTC',
        daily_start_time: '10:00',
        daily_end_time: '14:00',
        max_concurrent_calls: 1,
        ...customaryHours,
      },
    )
    const schedule = await fixture.request('GET', `/api/campaigns/${id}/schedule?days=2`)
    t.match(schedule, {
      is_open: true,
      openings: [
        { start: '2026-11-23T12:00:00.000Z', end: '2026-11-23T14:00:00.000Z' },
        { start: '2026-11-24T10:00:00.000Z', end: '2026-11-24T14:00:00.000Z' },
        { start: '2026-11-25T10:00:00.000Z', end: '2026-11-25T12:00:00.000Z' },
      ],
    })
    t.match(
      schedule.zones.find(({ dial_timezone }: { dial_timezone: string }) => dial_timezone === 'Asia/Tokyo'),
      {
        waiting: 1,
        is_open: false,
        next_opening: { start: '2026-11-24T10:00:00.000Z', end: '2026-11-24T11:00:00.000Z' },
        contact_hours: [{ timezone: 'Asia/Tokyo', days: null, start: '09:00', end: '20:00' }],
      },
    )
    const reasonCounts = async () => {
      const { reasons } = await fixture.request('GET', `/api/campaigns/${id}/diagnostics`)
      return Object.fromEntries(
        reasons.map(({ code, contacts }: { code: string; contacts: number }) => [code, contacts]),
      )
    }
    t.same(await reasonCounts(), { not_due: 1, window_closed: 1 })
    fixture.setNow(after(30))
    t.same(await reasonCounts(), { no_worker: null, not_due: 1, window_closed: 1 })
    await fixture.dial()
    fixture.setNow(after(31))
    t.same(await reasonCounts(), { at_max_concurrent_calls: null, not_due: 1, window_closed: 1 })
    t.match(await fixture.request('GET', `/api/campaigns/${id}/stats`), {
      calls_last_minute: 1,
      // When the hours of the campaign and of the contact in Tokyo are open.
      expected_end_at: /^2026-11-24T10:00:00/,
      tasks: { open: 3 },
    })
    const log = await fixture.request('GET', `/api/campaigns/${id}/log?limit=2`)
    t.match(log, { items: [{ event: 'started' }, { event: 'tasks_added' }], total: 3 })
    t.match(await fixture.request('GET', `/api/campaigns/${id}/log?cursor=${log.next_cursor}`), {
      items: [{ event: 'created' }],
    })
  })
})
