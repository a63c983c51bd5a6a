import { sql } from 'drizzle-orm'
import { type Test, test } from 'tap'
import type { Db } from '../../src/db/client.ts'
import type { SetAsideItem } from '../../src/lib/set-aside.ts'
import { applyCarrierEvents, rescueStep, scheduleStep, settleStep } from '../../src/modules/dialing/index.ts'
import type { CallRef, DialRequest } from '../../src/telephony/carrier.ts'
import { startTestService, type TestService } from '../setup/service.ts'
import { after, DialingFixture, poisonCall } from './dialing-setup.ts'

type Failures = { campaign_id: string | null; operation: string; failures: number }[]

/** Two companies, and the failures that steps report. */
async function createTwo(s: TestService) {
  const noisy = await DialingFixture.create(s)
  const other = await DialingFixture.create(s, { keepOthers: true })
  const failures: Failures = []
  const report = ({ campaign_id, operation, failures: n }: Failures[number]) =>
    void failures.push({ campaign_id, operation, failures: n })
  return { noisy, other, failures, report }
}

/** Ends calls with no_answer. */
const endAll = (db: Db, calls: readonly CallRef[], at: Date) =>
  applyCarrierEvents(
    db,
    calls.map(({ company_id, call_id }) => ({
      company_id,
      call_id,
      type: 'ended',
      at,
      outcome: 'no_answer',
    })),
    at,
  )

/** Runs `run` while another session has locked a row that the statement selects. */
async function whileLocked(s: TestService, select: string, run: () => Promise<void>): Promise<void> {
  await s.db.client.begin(async (locker) => {
    await locker.unsafe(select)
    await run()
  })
}

const zonesOf = (db: Db, campaign: string) =>
  db.orm.execute(sql`select dial_timezone from campaign_windows where campaign_id = ${campaign}::uuid`)

test('A campaign that fails is set aside, and does not stop the campaigns of others', async (t) => {
  const s = await startTestService(t)

  t.test('Hours that cannot be computed are set aside with their reason, until an edit', async (t) => {
    const { noisy, other, failures, report } = await createTwo(s)
    const poisoned = await noisy.startCampaign(1)
    const healthy = await other.startCampaign(1)
    await s.db.orm.execute(sql`update campaigns set timezone = 'Mars/Base' where id = ${poisoned}::uuid`)
    const schedule = async (seconds: number) => {
      await s.db.orm.execute(sql`delete from campaign_windows`)
      await scheduleStep(s.db, after(seconds), report)
      t.equal((await zonesOf(s.db, healthy)).length, 1, 'the windows of the other company are computed')
    }
    const seconds = [0, 1, 5, 6, 15, 16]
    for (const at of seconds) await schedule(at)
    const failed = { campaign_id: poisoned, operation: 'compute_windows' }
    t.same(
      failures,
      [1, 2, 3].map((n) => ({ ...failed, failures: n })),
      'tried again after 5 s and 10 s, and not before',
    )
    noisy.setNow(after(17))
    const log = await noisy.request('GET', `/api/campaigns/${poisoned}/log`)
    t.match(log.items[0], {
      event: 'set_aside',
      detail: /^compute_windows failed 3 times in a row: .*Mars\/Base/i,
      data: { operation: 'compute_windows', retry_at: after(35).toISOString() },
    })
    const diagnostics = () => noisy.request('GET', `/api/campaigns/${poisoned}/diagnostics`)
    const setAside = { code: 'set_aside', detail: /Mars\/Base/i, until: after(35).toISOString() }
    const reasonOf = async () =>
      (await diagnostics()).reasons.find(({ code }: { code: string }) => code === 'set_aside')
    t.match(await reasonOf(), setAside)
    t.equal(log.items.filter(({ event }: { event: string }) => event === 'set_aside').length, 1)

    await noisy.request('PATCH', `/api/campaigns/${poisoned}`, { timezone: 'UTC' })
    t.equal((await zonesOf(s.db, poisoned)).length, 1, 'after an edit it is tried at once')
    t.equal(await reasonOf(), undefined)
  })

  t.test('A contact that cannot be claimed stops the claims of its own campaign only', async (t) => {
    const { noisy, other } = await createTwo(s)
    const poisoned = await noisy.startCampaign(1)
    await other.startCampaign(1)
    await s.db.orm.execute(sql`
      update call_tasks set outcome_counts = '{"busy": "many"}' where campaign_id = ${poisoned}::uuid`)
    t.equal((await other.dial()).length, 1, 'the contact of the other company is dialed in the same step')
    t.same(await noisy.dial(), [])
    t.match(await noisy.request('GET', `/api/campaigns/${poisoned}/diagnostics`), {
      can_dial: false,
      reasons: [{ code: 'set_aside', detail: /claim failed 1 time\(s\) in a row: .*SQLSTATE 22P02/ }],
    })
    await s.db.orm.execute(sql`update call_tasks set outcome_counts = '{}'`)
    noisy.setNow(after(4))
    t.same(await noisy.dial(), [], 'not before the pause is over')
    noisy.setNow(after(5))
    t.equal((await noisy.dial(noisy.newDialer('two'))).length, 1, 'and then by itself')
  })

  t.test('An attempt that cannot be settled stops the settling of its own campaign only', async (t) => {
    const { noisy, other, failures, report } = await createTwo(s)
    const poisoned = await noisy.startCampaign(1)
    const healthy = await other.startCampaign(1)
    const dialed = await noisy.dial()
    await s.db.orm.execute(
      sql`update call_tasks set dial_timezone = 'Mars/Base' where campaign_id = ${poisoned}::uuid`,
    )
    await endAll(s.db, dialed.length === 2 ? dialed : other.carrier.dialed, noisy.now)
    await endAll(s.db, noisy.carrier.dialed, noisy.now)
    t.equal(await settleStep(s.db, noisy.now, report), 1)
    t.match(await other.task(healthy), { status: 'retry', outcome: 'no_answer' })
    t.match(failures, [{ campaign_id: poisoned, operation: 'settle', failures: 1 }])
    t.equal(await settleStep(s.db, after(1), report), 0, 'it is not tried again at once')
    t.equal(failures.length, 1)
    await s.db.orm.execute(sql`update call_tasks set dial_timezone = 'UTC' where dial_timezone = 'Mars/Base'`)
    t.equal(await settleStep(s.db, after(5), report), 1)
    t.match(await noisy.task(poisoned), { status: 'retry', outcome: 'no_answer' })
  })

  t.test('An attempt that cannot be settled does not hold up the others of its campaign', async (t) => {
    const { noisy, failures, report } = await createTwo(s)
    const id = await noisy.startCampaign(3)
    const [broken, ...healthy] = await noisy.dial()
    await s.db.orm.execute(
      sql`update call_tasks set dial_timezone = 'Mars/Base' where id = ${broken?.call_task_id}::uuid`,
    )
    await endAll(s.db, noisy.carrier.dialed, noisy.now)
    t.equal(await settleStep(s.db, noisy.now, report), healthy.length)
    t.same(failures, [{ campaign_id: id, operation: 'settle_attempt', failures: 1 }])
    const statuses = async () =>
      (await noisy.tasks(id)).map(({ status }: { status: string }) => status).sort()
    t.same(await statuses(), ['in_progress', 'retry', 'retry'])
    const { reasons } = await noisy.request('GET', `/api/campaigns/${id}/diagnostics`)
    t.match(
      reasons.find(({ code }: { code: string }) => code === 'set_aside'),
      { detail: /settle_attempt failed 1 time\(s\).*Mars\/Base/i, until: after(5).toISOString() },
    )
    t.equal(await settleStep(s.db, after(1), report), 0, 'it is not tried again at once')
    await s.db.orm.execute(sql`update call_tasks set dial_timezone = 'UTC' where dial_timezone = 'Mars/Base'`)
    t.equal(await settleStep(s.db, after(5), report), 1)
    t.same(await statuses(), ['retry', 'retry', 'retry'])
  })
})

test('Companies have equal shares of a step', async (t) => {
  const s = await startTestService(t)

  /** Dials everything that is due. */
  const dialAll = async (fixture: DialingFixture) => {
    const dialer = fixture.newDialer()
    for (let dialed = await fixture.dial(dialer); dialed.length > 0; ) dialed = await fixture.dial(dialer)
  }

  t.test('Many ended attempts of one company do not delay the attempt of another', async (t) => {
    const { noisy, other } = await createTwo(s)
    const many = await noisy.startCampaign(600)
    await dialAll(noisy)
    await endAll(s.db, noisy.carrier.dialed, noisy.now)
    const one = await other.startCampaign(1)
    other.setNow(after(10))
    await dialAll(other)
    await endAll(s.db, other.carrier.dialed, other.now)
    await whileLocked(s, `select 1 from campaigns where id = '${many}' for update`, async () => {
      t.equal(await settleStep(s.db, after(20)), 1, 'nor do attempts of a campaign that is locked')
    })
    t.match(await other.task(one), { status: 'retry' })
    await endAnother(t, other)
    const settled = await settleStep(s.db, after(40))
    t.ok(settled > 1 && settled < 600, `${settled} attempts are settled`)
    t.same(await s.db.orm.execute(sql`select 1 from leases where company_id = ${other.company.id}::uuid`), [])
  })

  /** Dials and ends one more contact of a company. */
  async function endAnother(t: Test, fixture: DialingFixture) {
    await fixture.startCampaign(1)
    fixture.setNow(after(30))
    const dialed = await fixture.dial()
    t.equal(dialed.length, 1)
    await endAll(s.db, dialed, fixture.now)
  }

  t.test('Many lost calls of one company do not delay the look-up of another', async (t) => {
    const { noisy, other } = await createTwo(s)
    for (const { carrier } of [noisy, other])
      carrier.dialResult = () => ({ kind: 'ambiguous', reason: 'timed out' })
    await noisy.startCampaign(60)
    await dialAll(noisy)
    await other.startCampaign(1)
    other.setNow(after(2))
    await dialAll(other)
    const lookedUp: string[] = []
    noisy.carrier.lookupResult = ({ company_id }) => {
      lookedUp.push(company_id)
      return { kind: 'unreachable', reason: 'offline' }
    }
    await rescueStep(s.db, noisy.carrier, 'two', after(10))
    t.ok(lookedUp.includes(other.company.id), 'both are in the first 50')
    t.equal(lookedUp.length, 50)
  })

  t.test('The end of a campaign with many contacts is recorded in steps', async (t) => {
    const { noisy, other } = await createTwo(s)
    const many = await noisy.startCampaign(1, { end_time: after(60).toISOString() })
    await s.db.orm.execute(sql`
      insert into call_tasks (company_id, campaign_id, phone_number)
      select ${noisy.company.id}::uuid, ${many}::uuid, '+7999' || (6000000 + n) from generate_series(1, 5000) n`)
    const later = await other.startCampaign(1, { start_time: after(61).toISOString() })
    const waiting = () =>
      s.db.orm.execute(sql`
        select 1 from call_tasks where campaign_id = ${many}::uuid and status = 'pending' limit 1`)
    await scheduleStep(s.db, after(62))
    t.equal((await waiting()).length, 1, 'some contacts still wait')
    t.match(await other.request('GET', `/api/campaigns/${later}`), { status: 'running' })
    await scheduleStep(s.db, after(63))
    t.same(await waiting(), [])
    noisy.setNow(after(64))
    t.match(await noisy.request('GET', `/api/campaigns/${many}`), { status: 'completed' })
    const { items } = await noisy.request('GET', `/api/campaigns/${many}/log`)
    t.match(items[1], { event: 'end_passed', data: { skipped: 5_001 } }, 'one event counts all of them')
  })

  t.test('A start computes 20 time zones, and the scheduler the others', async (t) => {
    const { noisy } = await createTwo(s)
    const contacts = Intl.supportedValuesOf('timeZone')
      .slice(0, 150)
      .map((timezone, i) => ({ phone_number: `+7999${7_000_000 + i}`, timezone }))
    const blackout_dates = Array.from({ length: 1_000 }, (_, day) =>
      after(day * 86_400)
        .toISOString()
        .slice(0, 10),
    )
    const id = await noisy.startCampaign(contacts, { blackout_dates })
    t.equal((await zonesOf(s.db, id)).length, 20)
    t.equal(await scheduleStep(s.db, after(1)), 100)
    t.equal(await scheduleStep(s.db, after(2)), 30)
    t.equal(await scheduleStep(s.db, after(7_200)), 0, 'hours without a window are computed once a day')
  })
})

test('What a carrier answers about one call does not hold up its other calls', async (t) => {
  const s = await startTestService(t)

  /** Dials calls whose result is not known, and looks them up at the time, 5 s after noon by default. */
  const lookUp = async (
    { noisy, report }: Awaited<ReturnType<typeof createTwo>>,
    contacts: number,
    reasonOf: (i: number) => string,
  ) => {
    noisy.carrier.dialResult = () => ({ kind: 'ambiguous', reason: 'timed out' })
    const id = await noisy.startCampaign(contacts)
    const dialed = await noisy.dial()
    noisy.carrier.lookupResult = (call) => {
      const i = dialed.findIndex(({ call_id }) => call_id === call.call_id)
      const end = { type: 'ended', at: after(2), outcome: 'busy', ended_reason: reasonOf(i) } as const
      return { kind: 'ended', event: { ...call, ...end } }
    }
    const rescue = (seconds: number) => rescueStep(s.db, noisy.carrier, 'two', after(seconds), { report })
    await rescue(5)
    const callOf = (i: number) => noisy.request('GET', `/api/calls/${dialed[i]?.call_id}`)
    return { id, dialed, rescue, callOf }
  }

  t.test('Text that cannot be stored is replaced, and a character is not cut in half', async (t) => {
    const texts: [sent: string, stored: string][] = [
      ['Busy\0Here', 'Busy\ufffdHere'],
      ['486', '486'],
      [`${'a'.repeat(499)}\u{1f600}bc`, `${'a'.repeat(499)}\u{1f600}`],
      ['half \udc00 of a pair', 'half \ufffd of a pair'],
      ['x'.repeat(100_000), 'x'.repeat(500)],
    ]
    const { callOf } = await lookUp(await createTwo(s), texts.length, (i) => texts[i]?.[0] ?? '')
    for (const [i, [, ended_reason]] of texts.entries())
      t.match(await callOf(i), { status: 'failed', outcome: 'busy', ended_reason })
  })

  t.test('A reason in the response to the dial request is treated alike', async (t) => {
    const { noisy } = await createTwo(s)
    await noisy.startCampaign(2)
    let n = 0
    noisy.carrier.dialResult = () => ({
      kind: 'ended',
      outcome: 'busy',
      ended_reason: `${n++ ? '' : '\0'}486`,
    })
    for (const { call_id } of await noisy.dial())
      t.match(await noisy.request('GET', `/api/calls/${call_id}`), {
        outcome: 'busy',
        ended_reason: /^\ufffd?486$/,
      })
  })

  t.test('A call whose end cannot be stored is set aside with its reason; the others end', async (t) => {
    const two = await createTwo(s)
    const { noisy, failures } = two
    const poison = sql.raw(`
      create or replace function refuse_poison() returns trigger language plpgsql as $$
      begin raise exception 'refused' using errcode = '22003'; end $$`)
    await s.db.orm.execute(poison)
    await s.db.orm.execute(sql`
      create trigger poison before update on calls for each row when (new.ended_reason = 'poison')
      execute function refuse_poison()`)
    const { id, rescue, callOf } = await lookUp(two, 3, (i) => (i === 1 ? 'poison' : '486'))
    for (const i of [0, 2]) t.match(await callOf(i), { status: 'failed', outcome: 'busy' })
    t.match(await callOf(1), { status: 'dialing' })
    const failed = { campaign_id: id, operation: 'record_call' }
    t.match(failures, [{ ...failed, failures: 1 }], 'reported to the operator')
    t.equal(await rescue(9), 0, 'it is not tried again at once')
    for (const seconds of [26, 60]) t.equal(await rescue(seconds), 1)
    t.match(
      failures,
      [1, 2, 3].map((n) => ({ ...failed, failures: n })),
      'tried again with growing pauses',
    )
    noisy.setNow(after(60))
    const { items } = await noisy.request('GET', `/api/campaigns/${id}/log`)
    t.match(items[0], {
      event: 'set_aside',
      detail: /^record_call failed 3 times in a row: .*SQLSTATE 22003/,
    })
    await s.db.orm.execute(sql`drop trigger poison on calls`)
    t.equal(await rescue(200), 1)
    t.match(await callOf(1), { status: 'failed', outcome: 'busy' }, 'once the cause is gone')
  })

  t.test('A test call whose end cannot be stored does not stop the rescue of other calls', async (t) => {
    const { noisy, other } = await createTwo(s)
    for (const { carrier } of [noisy, other])
      carrier.dialResult = () => ({ kind: 'ambiguous', reason: 'timed out' })
    const { id } = await noisy.request('POST', `/api/skillbases/${noisy.bot}/test-call`, {
      phone_number: '+79995550199',
    })
    await noisy.dial()
    const healthy = await other.startCampaign(1)
    await other.dial()
    const cure = await poisonCall(s.db, { call_id: id })
    const setAside: SetAsideItem[] = []
    const end = { type: 'ended', at: after(2), outcome: 'busy' } as const
    noisy.carrier.lookupResult = (call) => ({ kind: 'ended', event: { ...call, ...end } })
    const rescue = (seconds: number) =>
      rescueStep(s.db, noisy.carrier, 'two', after(seconds), {
        onSetAside: (item) => void setAside.push(item),
      })
    t.equal(await rescue(5), 2)
    t.match(setAside, [{ kind: 'call', company_id: noisy.company.id, id, reason: /22003/ }])
    other.setNow(after(6))
    await other.settle()
    t.match(await other.task(healthy), { status: 'retry', outcome: 'busy' })
    t.equal(await rescue(30), 0, 'not before a minute')
    await cure()
    t.equal(await rescue(66), 1)
    t.match(await noisy.request('GET', `/api/calls/${id}`), { status: 'failed', outcome: 'busy' })
  })
})

test('A carrier that fails to respond, and does not know the call, is not asked again at once', async (t) => {
  const s = await startTestService(t)
  const fixture = await DialingFixture.create(s)
  const notPlaced = async (calls: number, isFault: boolean) => {
    fixture.carrier.dialResult = () => ({ kind: 'ambiguous', reason: 'HTTP 500', isFault })
    const dialed: DialRequest[] = await fixture.dial()
    t.equal(dialed.length, calls)
    fixture.setNow(after(4, fixture.now))
    await rescueStep(s.db, fixture.carrier, 'two', fixture.now)
    await fixture.settle()
  }
  const secondsToRetry = ({ next_attempt_at }: { next_attempt_at: string }) =>
    (Date.parse(next_attempt_at) - fixture.now.getTime()) / 1000

  t.test('It counts as a fault of the carrier: with backoff, and for the circuit breaker', async (t) => {
    const id = await fixture.startCampaign(1)
    await notPlaced(1, true)
    const task = await fixture.task(id)
    t.match(task, { status: 'retry', outcome: 'carrier_error', attempt_count: 0 })
    t.ok(secondsToRetry(task) >= 22, `${secondsToRetry(task)} s`)
    await fixture.request('POST', `/api/campaigns/${id}/stop`)
  })

  t.test('Without a fault, the first retry follows at once, and each further one later', async (t) => {
    const id = await fixture.startCampaign(1)
    const seconds: number[] = []
    for (let i = 0; i < 9; i++) {
      await notPlaced(1, false)
      const wait = secondsToRetry(await fixture.task(id))
      seconds.push(wait)
      fixture.setNow(after(wait + 2, fixture.now))
      await scheduleStep(s.db, fixture.now)
    }
    t.same(seconds, [0, 5, 10, 20, 40, 80, 160, 300, 300])
  })
})
