import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { scheduleStep } from '../../src/modules/dialing/index.ts'
import type { CallRef, DialRequest } from '../../src/telephony/carrier.ts'
import { after, assertConsistent, DialingFixture, freshNumber } from '../dialing/dialing-setup.ts'
import { startTestService } from '../setup/service.ts'

test('A contact with several numbers', async (t) => {
  const s = await startTestService(t)

  /** The numbers of a contact, as the API takes and returns them. */
  const numbersOf = (first: string, ...others: (string | [number: string, extension: string])[]) => ({
    phone_number: first,
    further_numbers: others.map((other) =>
      typeof other === 'string'
        ? { phone_number: other, phone_extension: null }
        : { phone_number: other[0], phone_extension: other[1] },
    ),
  })
  /** Dials once, and ends and settles the call. */
  const dialAndEnd = async (fixture: DialingFixture, outcome: Parameters<DialingFixture['endCall']>[1]) => {
    const [call] = await fixture.dial()
    if (call === undefined) throw new Error('the contact was not dialed')
    await fixture.endCall(call, outcome)
    await fixture.settle()
    return call
  }
  const step = async (fixture: DialingFixture, seconds: number) => {
    fixture.setNow(after(seconds))
    await scheduleStep(s.db, fixture.now)
  }
  const historyOf = async (fixture: DialingFixture, id: string) =>
    (await fixture.request('GET', `/api/call-tasks/${id}/history`)).items

  t.test(
    'The next number is called at once when the carrier reports that a number does not exist',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const [first, second, third] = [freshNumber(), freshNumber(), freshNumber()]
      const id = await fixture.startCampaign([numbersOf(first, [second, '102'], third)], { max_retries: 0 })
      t.match(await dialAndEnd(fixture, 'invalid_number'), { phone_number: first, phone_extension: null })
      const moved = await fixture.task(id)
      t.match(moved, {
        status: 'retry',
        outcome: 'invalid_number',
        attempt_count: 1,
        next_attempt_at: fixture.now.toISOString(),
        phone_number: second,
        phone_extension: '102',
      })
      t.same(moved.further_numbers, numbersOf('', third).further_numbers)
      await step(fixture, 1)
      t.match(await dialAndEnd(fixture, 'invalid_number'), { phone_number: second, phone_extension: '102' })
      await step(fixture, 2)
      t.match(await dialAndEnd(fixture, 'invalid_number'), { phone_number: third, phone_extension: null })
      t.match(await fixture.task(id), {
        status: 'failed',
        attempt_count: 3,
        phone_number: third,
        further_numbers: [],
      })
      const history = await historyOf(fixture, moved.id)
      t.match(
        history.filter(({ kind }: { kind: string }) => kind === 'decision'),
        [
          { rule: 'next_number', detail: 'number 1 of 3 does not exist; the next one is called' },
          { rule: 'next_number', detail: 'number 2 of 3 does not exist; the next one is called' },
          { rule: 'never_again', status: 'failed' },
        ],
      )
      t.notMatch(JSON.stringify(history), /\+\d/, 'no history entry contains a number')
      const calls = (await fixture.request('GET', `/api/calls?campaign_id=${id}`)).items
      t.same(
        calls.map(({ callee_number }: { callee_number: string }) => callee_number),
        [third, `${second};ext=102`, first],
        'each call shows what was dialed',
      )
      await assertConsistent(t, s.db, fixture.company.id)
    },
  )

  t.test('A number that does not exist uses up no retry of the next one', async (t) => {
    const fixture = await DialingFixture.create(s)
    const [first, second] = [freshNumber(), freshNumber()]
    const id = await fixture.startCampaign([numbersOf(first, second)], {
      max_retries: 1,
      retry_delay_minutes: 5,
    })
    await dialAndEnd(fixture, 'no_answer')
    await step(fixture, 400)
    await dialAndEnd(fixture, 'invalid_number')
    await step(fixture, 401)
    await dialAndEnd(fixture, 'no_answer')
    t.match(
      await fixture.task(id),
      { status: 'failed', attempt_count: 3, phone_number: second },
      'max_retries counts the attempts at the contact',
    )
    const other = await fixture.startCampaign([numbersOf(freshNumber(), freshNumber())], {
      max_retries: 1,
      retry_delay_minutes: 5,
    })
    await dialAndEnd(fixture, 'invalid_number')
    await step(fixture, 402)
    await dialAndEnd(fixture, 'no_answer')
    t.match(await fixture.task(other), { status: 'retry', attempt_count: 2 })
  })

  t.test('Only invalid_number leads to the next number', async (t) => {
    const fixture = await DialingFixture.create(s)
    const outcomes = [
      'no_answer',
      'busy',
      'declined',
      'voicemail',
      'fail',
      'carrier_error',
      'blocked',
    ] as const
    const numbers = outcomes.map(() => freshNumber())
    const id = await fixture.startCampaign(numbers.map((number) => numbersOf(number, freshNumber())))
    const dialed = await fixture.dial()
    for (const [i, outcome] of outcomes.entries()) await fixture.endCall(dialed[i] as CallRef, outcome)
    await fixture.settle()
    t.same(
      (await fixture.tasks(id)).map(({ phone_number }: { phone_number: string }) => phone_number).sort(),
      numbers.sort(),
    )
  })

  t.test(
    'A further number that is suppressed, or of another contact of the campaign, is passed over',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const [suppressed, taken, free] = [freshNumber(), freshNumber(), freshNumber()]
      const id = await fixture.startCampaign([
        { ...numbersOf(freshNumber(), suppressed, taken, free), priority: 1 },
        { phone_number: taken, next_attempt_at: after(3_600).toISOString() },
      ])
      await fixture.request('POST', '/api/suppressions', { phone_number: suppressed })
      await dialAndEnd(fixture, 'invalid_number')
      const find = async () =>
        (await fixture.tasks(id)).find(({ priority }: { priority: number }) => priority === 1)
      const moved = await find()
      t.match(moved, { status: 'retry', phone_number: free })
      t.same(moved.further_numbers, numbersOf('', suppressed, taken).further_numbers)
      await step(fixture, 1)
      await dialAndEnd(fixture, 'invalid_number')
      t.match(await find(), { status: 'failed', phone_number: free })
      await assertConsistent(t, s.db, fixture.company.id)
    },
  )

  t.test('Of two contacts with the same further number only one goes on with it', async (t) => {
    const fixture = await DialingFixture.create(s)
    const [shared, second, third] = [freshNumber(), freshNumber(), freshNumber()]
    const id = await fixture.startCampaign([
      numbersOf(freshNumber(), shared),
      numbersOf(freshNumber(), shared),
      numbersOf(freshNumber(), shared, second),
      numbersOf(second, third),
    ])
    for (const call of await fixture.dial()) await fixture.endCall(call, 'invalid_number')
    await fixture.settle()
    const tasks = await fixture.tasks(id)
    const numbers = tasks.map(({ phone_number }: { phone_number: string }) => phone_number)
    t.equal(numbers.filter((number: string) => number === shared).length, 1)
    t.equal(new Set(numbers).size, 4)
    t.equal(numbers.filter((number: string) => number === third).length, 1)
    t.same(
      tasks.map(({ status }: { status: string }) => status).sort(),
      ['failed', 'failed', 'retry', 'retry'],
      'the number of another contact is not taken, even if that contact moves on at the same time',
    )
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test('A number that is added to the campaign during the settlement belongs to one contact', async (t) => {
    const fixture = await DialingFixture.create(s)
    const shared = Array.from({ length: 20 }, freshNumber)
    const id = await fixture.startCampaign(shared.map((number) => numbersOf(freshNumber(), number)))
    for (const call of await fixture.dial()) await fixture.endCall(call, 'invalid_number')
    const add = (phone_number: string) =>
      fixture.request('POST', `/api/campaigns/${id}/tasks`, { tasks: [{ phone_number }] })
    await Promise.all([...shared.map(add), fixture.settle(), fixture.settle()])
    while ((await fixture.settle()) > 0);
    const [counts] = await s.db.orm.execute(sql`
      select count(*)::int as contacts, count(*) filter (where status in ('pending', 'retry'))::int as waiting,
        count(distinct phone_identity)::int as telephones from call_tasks where campaign_id = ${id}::uuid`)
    const added = Number(counts?.contacts) - shared.length
    t.match(counts, { telephones: counts?.contacts, waiting: shared.length }, `${added} were added first`)
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test(
    'The next number is called in the hours of its own time zone, unless the contact has one',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const [moscow, newYork] = ['+74957300001', '+12124567801']
      const hours = { contact_daily_start_time: '10:00', contact_daily_end_time: '20:00' }
      const id = await fixture.startCampaign(
        [
          numbersOf(moscow, newYork),
          { ...numbersOf('+74957300002', '+12124567802'), timezone: 'Europe/Moscow', priority: 1 },
        ],
        hours,
      )
      await scheduleStep(s.db, fixture.now)
      const dialed = await fixture.dial()
      t.equal(dialed.length, 2, 'noon in London is 15:00 in Moscow')
      for (const call of dialed) await fixture.endCall(call, 'invalid_number')
      await fixture.settle()
      const [given, byNumber] = (await fixture.tasks(id)).sort(
        (a: { priority: number }, b: { priority: number }) => b.priority - a.priority,
      )
      t.match(given, { dial_timezone: 'Europe/Moscow', next_attempt_at: fixture.now.toISOString() })
      t.match(byNumber, {
        phone_number: newYork,
        dial_timezone: 'America/New_York',
        next_attempt_at: '2026-11-23T15:00:00.000Z',
      })
    },
  )

  t.test('When the campaign is stopped during the call, the contact keeps its number', async (t) => {
    const fixture = await DialingFixture.create(s)
    const [first, second] = [freshNumber(), freshNumber()]
    const id = await fixture.startCampaign([numbersOf(first, second)])
    const [call] = (await fixture.dial()) as [DialRequest]
    await fixture.request('POST', `/api/campaigns/${id}/stop`)
    await fixture.endCall(call, 'invalid_number')
    await fixture.settle()
    t.match(await fixture.task(id), { phone_number: first, further_numbers: [{ phone_number: second }] })
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test('A restart, and a copy of the campaign, go on with the current number', async (t) => {
    const fixture = await DialingFixture.create(s)
    const [first, second, third] = [freshNumber(), freshNumber(), freshNumber()]
    const id = await fixture.startCampaign([numbersOf(first, [second, '7'], third)])
    await dialAndEnd(fixture, 'invalid_number')
    await step(fixture, 1)
    await dialAndEnd(fixture, 'voicemail')
    t.match(await fixture.task(id), { status: 'failed' })
    const copy = await fixture.request('POST', `/api/campaigns/${id}/clone`, { contacts: 'all' })
    const current = { phone_number: second, phone_extension: '7', further_numbers: [{ phone_number: third }] }
    t.match(await fixture.task(copy.id), current)
    await fixture.request('POST', `/api/campaigns/${id}/restart`)
    t.match(await fixture.task(id), { ...current, status: 'pending', outcome_counts: {} })
    await step(fixture, 2)
    t.match(await fixture.dial(), [{ phone_number: second, phone_extension: '7' }])
  })

  t.test(
    'A contact whose current number is suppressed is skipped, and not called on another number',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const first = freshNumber()
      const id = await fixture.startCampaign([numbersOf(first, freshNumber())])
      await fixture.request('POST', '/api/suppressions', { phone_number: first })
      t.same(await fixture.dial(), [])
      t.match(await fixture.task(id), { status: 'skipped', outcome: 'suppressed', phone_number: first })
    },
  )

  t.test(
    'An attempt at a number that does not exist does not count for the limit of the next one',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const limits = { attempts_per_number_per_day: 1 }
      await s.request('PATCH', `/api/companies/${fixture.company.id}`, s.platform, { limits })
      const [first, second] = [freshNumber(), freshNumber()]
      const id = await fixture.startCampaign([{ ...numbersOf(first, second), phone_extension: '5' }])
      await dialAndEnd(fixture, 'invalid_number')
      await step(fixture, 1)
      t.match(await dialAndEnd(fixture, 'busy'), { phone_number: second })
      await step(fixture, 700)
      t.same(await fixture.dial(), [])
      t.match(
        await fixture.task(id),
        { next_attempt_at: after(86_401).toISOString() },
        'one attempt at the number',
      )
    },
  )

  t.test('Further numbers of a form that cannot be stored as a number are passed over', async (t) => {
    const fixture = await DialingFixture.create(s)
    const free = freshNumber()
    const id = await fixture.startCampaign(1)
    const items = [{ a: 1 }, 'text', { phone_number: '911' }, { phone_number: free, phone_extension: 'x' }]
    const stored = JSON.stringify([...items, { phone_number: free }])
    await s.db.orm.execute(sql`
      update call_tasks set further_numbers = ${stored}::text::jsonb where campaign_id = ${id}::uuid`)
    await fixture.endCall((await fixture.dial())[0] as CallRef, 'invalid_number')
    t.equal(await fixture.settle(), 1)
    const [row] = await s.db.orm.execute(sql`
      select phone_number, phone_extension, further_numbers from call_tasks where campaign_id = ${id}::uuid`)
    t.same(row, { phone_number: free, phone_extension: null, further_numbers: items })
  })
})
