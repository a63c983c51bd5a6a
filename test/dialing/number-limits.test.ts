// The limits of a company on the attempts at one number: how often, and how many hours apart.
import t, { test } from 'tap'
import { claimAttempts } from '../../src/modules/dialing/claim/claim.ts'
import { CompanyTurns } from '../../src/modules/dialing/claim/shares.ts'
import { scheduleStep } from '../../src/modules/dialing/index.ts'
import type { CallRef, CarrierEvent } from '../../src/telephony/carrier.ts'
import { startTestService } from '../setup/service.ts'
import { waitUntil } from '../setup/wait-until.ts'
import { after, assertConsistent, DialingFixture, freshNumber } from './dialing-setup.ts'

const s = await startTestService(t)
const hours = (n: number) => n * 3_600

const setLimits = ({ company }: DialingFixture, limits: object) =>
  s.request('PUT', `/api/companies/${company.id}`, s.platform, { limits })

const tick = async (fixture: DialingFixture, seconds: number) => {
  fixture.setNow(after(seconds))
  await scheduleStep(s.db, fixture.now)
}

/** Calls what is due, ends the calls with this outcome, and returns their numbers. */
async function callDue(fixture: DialingFixture, outcome: CarrierEvent['outcome'] = 'busy') {
  const dialed = await fixture.dial()
  for (const call of dialed) await fixture.endCall(call, outcome)
  await fixture.settle()
  return dialed.map(({ phone_number }) => phone_number)
}

test('Attempts at a number are min_hours_between_attempts apart, over all campaigns and retries', async (t) => {
  const fixture = await DialingFixture.create(s)
  t.match(await setLimits(fixture, { min_hours_between_attempts: 4 }), { status: 200 })
  const number = freshNumber()
  const first = await fixture.startCampaign([{ phone_number: number }], { retry_delay_minutes: 30 })
  t.same(await callDue(fixture), [number])
  const second = await fixture.startCampaign([{ phone_number: number }])
  await tick(fixture, 11 * 60)
  t.same(await callDue(fixture), [], 'neither the retry of a busy line, nor another campaign')
  for (const id of [first, second])
    t.match(await fixture.task(id), { next_attempt_at: after(hours(4)).toISOString() })
  await tick(fixture, hours(4) - 1)
  t.same(await callDue(fixture), [])
  await tick(fixture, hours(4))
  t.same(await callDue(fixture, 'success'), [number], 'one of the two')
  await tick(fixture, hours(8) - 1)
  t.same(await callDue(fixture), [])
  await tick(fixture, hours(8))
  t.same(await callDue(fixture, 'success'), [number])
  await assertConsistent(t, s.db, fixture.company.id)
})

test('By default no hours are between two attempts, and 0 means none', async (t) => {
  for (const limits of [{}, { min_hours_between_attempts: 0 }]) {
    const fixture = await DialingFixture.create(s)
    await setLimits(fixture, limits)
    const number = freshNumber()
    await fixture.startCampaign([{ phone_number: number }])
    t.same(await callDue(fixture, 'success'), [number])
    fixture.setNow(after(1))
    await fixture.startCampaign([{ phone_number: number }])
    t.same(await callDue(fixture, 'success'), [number])
  }
})

test('The hours between attempts are of a telephone, whatever form its number has', async (t) => {
  const fixture = await DialingFixture.create(s)
  await setLimits(fixture, { min_hours_between_attempts: 1 })
  await fixture.startCampaign([{ phone_number: '+5491187651001' }])
  t.equal((await callDue(fixture, 'success')).length, 1)
  fixture.setNow(after(60))
  const id = await fixture.startCampaign([{ phone_number: '+541187651001' }])
  t.same(await callDue(fixture), [])
  t.match(await fixture.task(id), { next_attempt_at: after(hours(1)).toISOString() })
})

test('An attempt that uses up none does not delay the next one: it was not placed, or the carrier or the agent failed', async (t) => {
  for (const outcome of ['carrier_error', 'agent_error', 'cancelled'] as const) {
    const fixture = await DialingFixture.create(s)
    await setLimits(fixture, { min_hours_between_attempts: 4, attempts_per_number_per_day: 1 })
    const number = freshNumber()
    await fixture.startCampaign([{ phone_number: number }])
    t.same(await callDue(fixture, outcome), [number])
    await tick(fixture, 60)
    await fixture.startCampaign([{ phone_number: number }])
    t.ok((await callDue(fixture)).includes(number), outcome)
  }
})

test('A test call counts, and is refused within the hours', async (t) => {
  const fixture = await DialingFixture.create(s)
  await setLimits(fixture, { min_hours_between_attempts: 2 })
  const phone_number = freshNumber()
  const path = `/api/skillbases/${fixture.bot}/test-call`
  await fixture.request('POST', path, { phone_number })
  t.same(await callDue(fixture), [phone_number])
  fixture.setNow(after(60))
  await t.rejects(fixture.request('POST', path, { phone_number }), {
    message: /min_hours_between_attempts \(2\).*limit_reached/,
  })
  const id = await fixture.startCampaign([{ phone_number }])
  t.same(await callDue(fixture), [])
  t.match(await fixture.task(id), { next_attempt_at: after(hours(2)).toISOString() })
})

test('The limit that ends last decides, and the history and the diagnostics name it', async (t) => {
  const fixture = await DialingFixture.create(s)
  await setLimits(fixture, { attempts_per_number_per_day: 1, min_hours_between_attempts: 4 })
  const phone_number = freshNumber()
  await fixture.startCampaign([{ phone_number }])
  await callDue(fixture, 'success')
  fixture.setNow(after(60))
  const id = await fixture.startCampaign([
    { phone_number },
    { phone_number: freshNumber(), next_attempt_at: after(hours(9)).toISOString() },
  ])
  await callDue(fixture)
  const reasons = async () => (await fixture.request('GET', `/api/campaigns/${id}/diagnostics`)).reasons
  t.match(await reasons(), [
    { code: 'not_due', contacts: 1, until: after(hours(9)).toISOString() },
    { code: 'attempts_per_number', contacts: 1, until: after(hours(24)).toISOString() },
  ])

  await setLimits(fixture, { min_hours_between_attempts: 48 })
  await tick(fixture, hours(24))
  await callDue(fixture)
  t.match(
    (await reasons()).find(({ code }: { code: string }) => code === 'min_hours_between_attempts'),
    {
      contacts: 1,
      until: after(hours(48)).toISOString(),
      detail: /min_hours_between_attempts of the company \(now 48\)/,
    },
  )
  const held = (await fixture.tasks(id)).find(
    (task: { phone_number: string }) => task.phone_number === phone_number,
  )
  const { items } = await fixture.request('GET', `/api/call-tasks/${held.id}/history`)
  t.same(
    items.map(({ rule }: { rule: string }) => rule),
    ['attempts_per_number', 'min_hours_between_attempts'],
  )
})

test('min_hours_between_attempts is a whole number of hours, up to a week', async (t) => {
  const fixture = await DialingFixture.create(s)
  for (const [value, status] of [
    [168, 200],
    [169, 400],
    [-1, 400],
    [1.5, 400],
  ])
    t.match(await setLimits(fixture, { min_hours_between_attempts: value }), { status }, String(value))
})

for (const limits of [{ min_hours_between_attempts: 1 }, { attempts_per_number_per_day: 1 }]) {
  test(`A claim that takes long allows no attempt too many: ${Object.keys(limits)}`, async (t) => {
    const fixture = await DialingFixture.create(s)
    await setLimits(fixture, limits)
    await scheduleStep(s.db, fixture.now)
    const numbers = [freshNumber(), freshNumber()].sort()
    const [held, shared] = numbers as [string, string]
    await fixture.startCampaign(numbers.map((phone_number) => ({ phone_number })))
    const claim = (worker: string) =>
      claimAttempts(s.db, { worker, now: fixture.now, quota: 10, leaseMs: 20_000, turns: new CompanyTurns() })
    let slow: ReturnType<typeof claim> | undefined
    const { id: company_id } = fixture.company
    await s.db.client
      .begin(async (tx) => {
        // Another call of the first number is about to begin: the claim waits for it, after it has counted the attempts.
        const [call] = await tx`
          insert into calls (company_id, direction, status) values (${company_id}, 'outbound', 'dialing') returning id`
        await tx`insert into leases (company_id, call_id, phone_number, worker, claimed_at, lease_until)
          values (${company_id}, ${call?.id}, ${held}, '', now(), now())`
        slow = claim('slow')
        await waitUntil('the claim waits', async () => {
          const waiting = await tx`
            select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
          return waiting.length > 0
        })
        await fixture.startCampaign([{ phone_number: shared }])
        const { claimed } = await claim('fast')
        for (const call of claimed) await fixture.endCall(call as CallRef, 'success')
        await fixture.settle()
        throw new Error('rolled back')
      })
      .catch((error: Error) => {
        if (error.message !== 'rolled back') throw error
      })
    await slow
    await claim('last')
    const attempts = await s.db.client`
      select callee_number, count(*)::int as n from calls where company_id = ${company_id} group by 1 order by 1`
    t.same(
      attempts.map(({ callee_number, n }) => [callee_number, n]),
      numbers.map((number) => [number, 1]),
    )
  })
}
