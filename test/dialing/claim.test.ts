import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { claimAttempts } from '../../src/modules/dialing/claim/claim.ts'
import { CompanyTurns } from '../../src/modules/dialing/claim/shares.ts'
import { scheduleStep } from '../../src/modules/dialing/index.ts'
import type { CallRef } from '../../src/telephony/carrier.ts'
import { aroundTheClock } from '../setup/example-campaign.ts'
import { startTestService } from '../setup/service.ts'
import { after, assertConsistent, DialingFixture, freshNumber, maxPerMinute } from './dialing-setup.ts'

test('Claiming contacts within limits', async (t) => {
  const s = await startTestService(t)

  t.test(
    'The call of a claimed contact is stored before the carrier is asked to dial, and its outcome settles the task',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const id = await fixture.startCampaign(1)
      fixture.carrier.dialResult = async ({ company_id, call_id }) => {
        const [call] = await fixture.db.orm.execute(sql`
        select status, started_at from calls where company_id = ${company_id}::uuid and id = ${call_id}::uuid`)
        t.match(call, { status: 'dialing' }, 'the call exists when the carrier is asked to dial')
        return { kind: 'accepted' }
      }
      const [call] = await fixture.dial()
      t.match(await fixture.task(id), { status: 'in_progress', call_id: call?.call_id, attempt_count: 0 })
      t.same(await fixture.dial(), [], 'the contact is not dialed again')
      await fixture.sendEvent(call as CallRef, 'answered')
      fixture.setNow(after(60))
      await fixture.request('POST', `/api/calls/${call?.call_id}/complete`, { outcome: 'success' })
      t.equal(await fixture.settle(), 1)
      t.match(await fixture.task(id), { status: 'completed', outcome: 'success', attempt_count: 1 })
      await assertConsistent(t, s.db, fixture.company.id)
      await scheduleStep(s.db, fixture.now)
      t.match(await fixture.request('GET', `/api/campaigns/${id}`), {
        status: 'completed',
        completed_tasks: 1,
      })
    },
  )

  t.test('Four workers that claim 1,000 contacts at the same time dial each contact once', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(1_000, { max_concurrent_calls: 10_000 })
    await s.db.orm.execute(sql`update campaigns set calls_per_minute = 60000000 where id = ${id}::uuid`)
    const workers = ['a', 'b', 'c', 'd'].map((name) => fixture.newDialer(name))
    for (let round = 0; round < 100 && fixture.carrier.dialed.length < 1_000; round++) {
      await Promise.all(workers.map((worker) => worker.step(fixture.now)))
      fixture.setNow(after(round / 10))
    }
    await Promise.all(workers.map((worker) => worker.waitForDials()))
    t.equal(fixture.carrier.dialed.length, 1_000)
    t.equal(new Set(fixture.carrier.dialed.map(({ phone_number }) => phone_number)).size, 1_000)
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test('Live calls of a campaign never exceed max_concurrent_calls, however long they last', async (t) => {
    const fixture = await DialingFixture.create(s)
    await fixture.startCampaign(10, { max_concurrent_calls: 3 })
    const firstCalls = await fixture.dial()
    t.equal(firstCalls.length, 3)
    for (const call of firstCalls) await fixture.sendEvent(call, 'answered')
    fixture.setNow(after(25 * 60))
    t.equal((await fixture.dial()).length, 0, 'calls of 25 minutes still count')
    await fixture.endCall(firstCalls[0] as CallRef, 'success')
    fixture.setNow(after(25 * 60 + 0.1))
    t.equal((await fixture.dial()).length, 1, 'a slot is free as soon as a call has ended')
  })

  t.test('Attempts are spread evenly, and any 60 s have at most calls_per_minute', async (t) => {
    const fixture = await DialingFixture.create(s)
    await fixture.startCampaign(300, { calls_per_minute: 60 })
    const dialer = fixture.newDialer()
    const times: number[] = []
    for (let ms = 0; ms < 180_000; ms += 100) {
      fixture.setNow(after(ms / 1000))
      for (const _ of await fixture.dial(dialer)) times.push(ms)
    }
    t.ok(maxPerMinute(times) <= 60, `at most ${maxPerMinute(times)} attempts in 60 s`)
    t.ok(times.length >= 175, `${times.length} attempts in three minutes`)
    t.ok(times.filter((ms) => ms < 1_000).length <= 2, 'no burst at the start')
    const gaps = times.slice(1).map((ms, i) => ms - (times[i] ?? 0))
    t.ok(Math.max(...gaps) <= 1_200, 'no gap of more than 1.2 s')
  })

  t.test('The campaigns of a company share its limits, and no task fails because of them', async (t) => {
    const fixture = await DialingFixture.create(s)
    await s.request('PATCH', `/api/companies/${fixture.company.id}`, s.platform, {
      limits: { max_concurrent_calls: 20, calls_per_minute: 30 },
    })
    const ids = [
      await fixture.startCampaign(60),
      await fixture.startCampaign(60),
      await fixture.startCampaign(60),
    ]
    await scheduleStep(s.db, fixture.now)
    const workers = [fixture.newDialer('a'), fixture.newDialer('b')]
    const times: number[] = []
    const liveCalls: CallRef[] = []
    let maxLive = 0
    for (let ms = 0; ms < 150_000; ms += 200) {
      fixture.setNow(after(ms / 1000))
      const before = fixture.carrier.dialed.length
      await Promise.all(workers.map((worker) => worker.step(fixture.now)))
      await Promise.all(workers.map((worker) => worker.waitForDials()))
      const dialed = fixture.carrier.dialed.slice(before)
      times.push(...dialed.map(() => ms))
      liveCalls.push(...dialed)
      maxLive = Math.max(maxLive, liveCalls.length)
      if (ms % 3_000 === 0 && liveCalls.length > 0)
        await fixture.endCall(liveCalls.shift() as CallRef, 'success')
    }
    t.ok(maxLive <= 20 && maxLive >= 15, `at most ${maxLive} live calls`)
    t.ok(maxPerMinute(times) <= 30, `at most ${maxPerMinute(times)} attempts in 60 s`)
    for (const id of ids) {
      const dialed = fixture.carrier.dialed.filter(({ campaign_id }) => campaign_id === id).length
      t.ok(
        dialed > fixture.carrier.dialed.length / 4,
        `${dialed} of ${fixture.carrier.dialed.length} attempts`,
      )
      t.equal(
        (await fixture.tasks(id)).filter(({ status }: { status: string }) => status === 'failed').length,
        0,
      )
    }
  })

  t.test(
    'Campaigns share attempts by weight, and companies share them equally, however many campaigns they have',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      await s.request('PATCH', `/api/companies/${fixture.company.id}`, s.platform, {
        limits: { max_concurrent_calls: 40 },
      })
      const [light, heavy] = [
        await fixture.startCampaign(100),
        await fixture.startCampaign(100, { weight: 3 }),
      ]
      await scheduleStep(s.db, fixture.now)
      await fixture.dial()
      const attemptsOf = (id: string) =>
        fixture.carrier.dialed.filter(({ campaign_id }) => campaign_id === id).length
      t.same([attemptsOf(light), attemptsOf(heavy)], [10, 30], 'three to one')

      const companyOfSixty = await DialingFixture.create(s)
      for (let i = 0; i < 60; i++) await companyOfSixty.startCampaign(20)
      const companyOfOne = await DialingFixture.create(s, { keepOthers: true })
      await companyOfOne.startCampaign(20)
      const dialer = companyOfOne.newDialer('w')
      await dialer.step(companyOfOne.now)
      await dialer.waitForDials()
      const attemptsOfOne = companyOfOne.carrier.dialed.filter(
        ({ company_id }) => company_id === companyOfOne.company.id,
      )
      t.equal(attemptsOfOne.length, 20, 'a company with one campaign does not wait for one with sixty')
      for (let i = 0; i < 20; i++) {
        await dialer.step(companyOfOne.now)
        await dialer.waitForDials()
        companyOfOne.setNow(after(i))
      }
      const servedCampaigns = new Set(companyOfOne.carrier.dialed.map(({ campaign_id }) => campaign_id))
      t.ok(servedCampaigns.size >= 61, 'each of the sixty campaigns is served')
    },
  )

  t.test('Callbacks are dialed first, then by priority, then by due time', async (t) => {
    const fixture = await DialingFixture.create(s)
    const [lowPriority, highPriority, due, dueLater, callback] = Array.from({ length: 5 }, freshNumber)
    const id = await fixture.startCampaign(
      [
        { phone_number: lowPriority, priority: -5 },
        { phone_number: dueLater, next_attempt_at: after(3_600).toISOString(), priority: 900 },
        { phone_number: due, next_attempt_at: after(-60).toISOString() },
        { phone_number: highPriority, priority: 10 },
        { phone_number: callback },
      ],
      { max_concurrent_calls: 1 },
    )
    await s.db.orm.execute(sql`
      update call_tasks set outcome = 'callback', status = 'retry' where campaign_id = ${id}::uuid and phone_number = ${callback}`)
    const order: string[] = []
    for (let i = 0; i < 4; i++) {
      const [call] = await fixture.dial()
      order.push(call?.phone_number ?? '')
      await fixture.endCall(call as CallRef, 'success')
      fixture.setNow(after(i))
    }
    t.same(order, [callback, highPriority, due, lowPriority])
    t.same(await fixture.dial(), [], 'a contact that is due later waits')
    fixture.setNow(after(3_600))
    t.match(await fixture.dial(), [{ phone_number: dueLater }])
  })

  t.test('A number in a live call is not dialed by another campaign of the company', async (t) => {
    const fixture = await DialingFixture.create(s)
    const number = freshNumber()
    await fixture.startCampaign([{ phone_number: number }])
    const second = await fixture.startCampaign([{ phone_number: number }, { phone_number: freshNumber() }])
    const dialed = await fixture.dial()
    t.equal(dialed.filter(({ phone_number }) => phone_number === number).length, 1)
    t.equal(dialed.length, 2, 'other contacts are dialed')
    await fixture.endCall(dialed.find(({ phone_number }) => phone_number === number) as CallRef, 'no_answer')
    fixture.setNow(after(2))
    t.match(await fixture.dial(), [{ phone_number: number, campaign_id: second }])
  })

  t.test(
    'A claim that is too old is not dialed, goes back to the queue, and uses up no attempt',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const id = await fixture.startCampaign(3)
      let ticks = 0
      const slow = fixture.newDialer('slow', () => 2_000 * ticks++)
      await slow.step(fixture.now)
      await slow.waitForDials()
      t.same(fixture.carrier.dialed, [], 'the carrier was not asked to dial')
      await fixture.settle()
      for (const task of await fixture.tasks(id)) t.match(task, { status: 'retry', attempt_count: 0 })
      fixture.setNow(after(1))
      t.equal((await fixture.dial()).length, 3, 'the next claim dials them')
      await assertConsistent(t, s.db, fixture.company.id)
    },
  )

  t.test(
    'A suppressed number is not added, and a number that is suppressed later is skipped when it is due',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const [suppressedBefore, suppressedLater, expired] = [freshNumber(), freshNumber(), freshNumber()]
      const suppressNumber = (phone_number: string, expires_at: string | null = null) =>
        s.db.orm.execute(sql`
        insert into suppressions (company_id, phone_number, expires_at)
        values (${fixture.company.id}::uuid, ${phone_number}, ${expires_at}::timestamptz)`)
      await suppressNumber(suppressedBefore)
      const id = await fixture.startCampaign([]).catch(() => undefined)
      t.equal(id, undefined, 'a campaign without contacts does not start')
      const campaign = await fixture.request('POST', '/api/campaigns', {
        name: 'C',
        skillbase_id: fixture.bot,
        calls_per_minute: 600,
        ...aroundTheClock,
      })
      const numbers = [suppressedBefore, suppressedLater, expired].map((phone_number) => ({ phone_number }))
      t.match(await fixture.request('POST', `/api/campaigns/${campaign.id}/tasks`, { tasks: numbers }), {
        created: 2,
        suppressed: 1,
      })
      await fixture.request('POST', `/api/campaigns/${campaign.id}/start`)
      await suppressNumber(suppressedLater)
      await suppressNumber(expired, after(-1).toISOString())
      t.match(await fixture.dial(), [{ phone_number: expired }])
      const skipped = (await fixture.tasks(campaign.id)).find(
        ({ phone_number }: { phone_number: string }) => phone_number === suppressedLater,
      )
      t.match(skipped, { status: 'skipped', outcome: 'suppressed', attempt_count: 0 })
      t.match((await fixture.request('GET', `/api/call-tasks/${skipped.id}/history`)).items, [
        { kind: 'decision', rule: 'suppressed' },
      ])
    },
  )

  t.test(
    'A number is called at most attempts_per_number_per_day and _per_week times, over all campaigns',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const limits = { attempts_per_number_per_day: 2, attempts_per_number_per_week: 3 }
      await s.request('PATCH', `/api/companies/${fixture.company.id}`, s.platform, { limits })
      const number = freshNumber()
      const callOnce = async () => {
        const id = await fixture.startCampaign([{ phone_number: number }])
        const [dialed] = await fixture.dial()
        if (dialed !== undefined) await fixture.endCall(dialed, 'success')
        await fixture.settle()
        return fixture.task(id)
      }
      t.match(await callOnce(), { status: 'completed' })
      fixture.setNow(after(3_600))
      t.match(await callOnce(), { status: 'completed' })
      fixture.setNow(after(7_200))
      const third = await callOnce()
      t.match(third, { status: 'pending', attempt_count: 0, next_attempt_at: after(86_400).toISOString() })
      fixture.setNow(after(86_400))
      await scheduleStep(s.db, fixture.now)
      const dialed = await fixture.dial()
      t.match(dialed, [{ phone_number: number }], 'one day after the first attempt')
      await fixture.endCall(dialed[0] as CallRef, 'success')
      fixture.setNow(after(3 * 86_400))
      const fourth = await callOnce()
      t.match(
        fourth,
        { status: 'pending', next_attempt_at: after(7 * 86_400).toISOString() },
        'the fourth attempt of a week waits',
      )
    },
  )

  t.test(
    'A test call counts as an attempt at its number, in campaigns and for the next test call',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const limits = { attempts_per_number_per_day: 1 }
      await s.request('PATCH', `/api/companies/${fixture.company.id}`, s.platform, { limits })
      const number = freshNumber()
      const path = `/api/skillbases/${fixture.bot}/test-call`
      const { id: call_id } = await fixture.request('POST', path, { phone_number: number })
      const [testCall] = await fixture.dial()
      t.match(testCall, { call_id, phone_number: number, campaign_id: null })
      await fixture.endCall(testCall as CallRef, 'busy')
      t.equal(await fixture.settle(), 1)
      fixture.setNow(after(60))
      const id = await fixture.startCampaign([{ phone_number: number }])
      t.same(await fixture.dial(), [])
      t.match(await fixture.task(id), { status: 'pending', next_attempt_at: after(86_400).toISOString() })
      await t.rejects(fixture.request('POST', path, { phone_number: number }), { message: /limit_reached/ })
      fixture.setNow(after(86_400))
      await scheduleStep(s.db, fixture.now)
      t.match(await fixture.dial(), [{ phone_number: number, campaign_id: id }], 'a day after the test call')
    },
  )

  t.test(
    'A campaign with more zones and priorities than a claim may search claims from one zone, then from others',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const id = await fixture.startCampaign(40)
      await s.db.orm.execute(sql`
        update call_tasks set dial_timezone = 'Zone/' || (substr(phone_number, 6)::int % 8), priority = substr(phone_number, 6)::int % 5
        where campaign_id = ${id}::uuid`)
      await s.db.orm.execute(sql`delete from campaign_windows where campaign_id = ${id}::uuid`)
      await s.db.orm.execute(sql`
        insert into campaign_windows (company_id, campaign_id, dial_timezone, opens_at, closes_at, recheck_at)
        select ${fixture.company.id}::uuid, ${id}::uuid, 'Zone/' || i, ${after(-60).toISOString()}::timestamptz,
          ${after(86_400).toISOString()}::timestamptz, ${after(86_400).toISOString()}::timestamptz from generate_series(0, 7) i`)
      const other = await fixture.startCampaign(1)
      const claim = async () => {
        const options = {
          worker: 'one',
          now: fixture.now,
          quota: 100,
          leaseMs: 20_000,
          searchMs: 0,
          turns: new CompanyTurns(),
        }
        const { claimed } = await claimAttempts(s.db, options)
        return claimed
      }
      const zones: string[] = []
      let calls = 0
      let ofOther = 0
      for (let i = 0; i < 500 && zones.length < 8; i++) {
        fixture.setNow(after(2 * i))
        const claimed = await claim()
        if (i === 0) ofOther = claimed.filter(({ campaign_id }) => campaign_id === other).length
        const ofCampaign = claimed.filter(({ campaign_id }) => campaign_id === id)
        const found = new Set(ofCampaign.map(({ phone_number }) => Number(phone_number.slice(5)) % 8))
        t.ok(found.size <= 1, 'from one zone')
        for (const zone of found) zones.push(String(zone))
        calls += ofCampaign.length
      }
      t.same([calls, new Set(zones).size, zones.length], [40, 8, 8], 'all contacts of a zone at once')
      t.equal(ofOther, 1, 'the other campaign is not delayed')
    },
  )

  t.test('A claim takes queued test calls first, and counts them towards its quota', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(3)
    const path = `/api/skillbases/${fixture.bot}/test-call`
    const { id: testCall } = await fixture.request('POST', path, { phone_number: freshNumber() })
    const claim = () =>
      claimAttempts(s.db, {
        worker: 'one',
        now: fixture.now,
        quota: 2,
        leaseMs: 20_000,
        turns: new CompanyTurns(),
      })
    t.match((await claim()).claimed, [
      { call_id: testCall, campaign_id: null, attempt: 1 },
      { campaign_id: id, attempt: 1 },
    ])
    fixture.setNow(after(1))
    t.match((await claim()).claimed, [{ campaign_id: id }, { campaign_id: id }])
    t.same((await claim()).claimed, [])
    await assertConsistent(t, s.db, fixture.company.id)
  })
})
