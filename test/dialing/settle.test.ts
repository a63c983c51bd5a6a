import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { test } from 'tap'
import type { Outcome } from '../../src/db/schema/index.ts'
import { breakerStep, rescueStep, scheduleStep } from '../../src/modules/dialing/index.ts'
import type {
  CallRef,
  CarrierEvent,
  DialRequest,
  DialResult,
  LookupResult,
} from '../../src/telephony/carrier.ts'
import { startTestService } from '../setup/service.ts'
import { waitUntil } from '../setup/wait-until.ts'
import { after, assertConsistent, DialingFixture, minuteMs } from './dialing-setup.ts'

test('Settling attempts, and rescuing lost attempts', async (t) => {
  const s = await startTestService(t)

  t.test('Each outcome leads to its default decision when the campaign has no retry_policy', async (t) => {
    const fixture = await DialingFixture.create(s)
    const defaults: [outcome: Outcome, status: string, attempts: number, minutesToRetry?: number][] = [
      ['success', 'completed', 1],
      ['transferred', 'completed', 1],
      ['max_duration', 'completed', 1],
      ['fail', 'completed', 1],
      ['callback', 'retry', 1, 30],
      ['no_answer', 'retry', 1, 30],
      ['busy', 'retry', 1, 10],
      ['voicemail', 'failed', 1],
      ['declined', 'retry', 1, 24 * 60],
      ['invalid_number', 'failed', 1],
      ['blocked', 'failed', 1],
      ['agent_error', 'retry', 0],
      ['carrier_error', 'retry', 0],
      ['no_capacity', 'retry', 0],
      ['cancelled', 'cancelled', 0],
      ['lost', 'retry', 1, 30],
    ]
    const id = await fixture.startCampaign(defaults.length)
    const dialed = await fixture.dial()
    for (const [i, [outcome]] of defaults.entries()) await fixture.endCall(dialed[i] as CallRef, outcome)
    t.equal(await fixture.settle(), defaults.length)
    const tasks = await fixture.tasks(id)
    for (const [i, [outcome, status, attempt_count, minutes]] of defaults.entries()) {
      const task = tasks.find(({ call_id }: { call_id: string }) => call_id === dialed[i]?.call_id)
      t.match(task, { status, outcome, attempt_count }, outcome)
      if (minutes !== undefined) t.equal(task.next_attempt_at, after(minutes * 60).toISOString(), outcome)
    }
    await assertConsistent(t, s.db, fixture.company.id)
  })

  /**
   * Runs a campaign of one contact whose calls all end with `outcome` until its task is final. Returns the task and the
   * minutes between its attempts.
   */
  const dialUntilFinal = async (outcome: Outcome, settings: object = {}) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(1, settings)
    const minutes: number[] = []
    for (let i = 0; i < 40; i++) {
      const [call] = await fixture.dial()
      if (call === undefined) throw new Error('the contact was not dialed')
      await fixture.endCall(call, outcome)
      await fixture.settle()
      const task = await fixture.task(id)
      if (task.status !== 'retry') return { minutes, task }
      minutes.push((Date.parse(task.next_attempt_at) - fixture.now.getTime()) / minuteMs)
      fixture.setNow(new Date(Date.parse(task.next_attempt_at) + 2_000))
      await scheduleStep(s.db, fixture.now)
    }
    throw new Error('the task was not final after 40 attempts')
  }

  t.test('max_retries limits the retries of a contact', async (t) => {
    const { minutes, task } = await dialUntilFinal('no_answer', { max_retries: 2, retry_delay_minutes: 5 })
    t.same(minutes, [5, 5])
    t.match(task, { status: 'failed', attempt_count: 3 })
  })

  t.test(
    'retry_policy replaces the number and the delays of retries for the outcomes that it names',
    async (t) => {
      const retry_policy = {
        no_answer: { max: 3, delays_minutes: [1, 15] },
        busy: { max: 0 },
        fail: { max: 1, delays_minutes: [60] },
      }
      const unanswered = await dialUntilFinal('no_answer', { max_retries: 1, retry_policy })
      t.same(unanswered.minutes, [1, 15, 15], 'the last delay is used again')
      t.match(
        unanswered.task,
        { status: 'failed', attempt_count: 4 },
        'retry_policy.max takes precedence over max_retries',
      )

      const busy = await dialUntilFinal('busy', { retry_policy })
      t.same(busy.minutes, [], 'max 0 means no retry')
      t.match(busy.task, { status: 'failed' })

      const failed = await dialUntilFinal('fail', { retry_policy })
      t.same(failed.minutes, [60])
      t.match(
        failed.task,
        { status: 'completed', outcome: 'fail' },
        'a contact who was reached completes the task',
      )
    },
  )

  t.test('Voicemail is retried only when retry_policy names it', async (t) => {
    const unnamed = await dialUntilFinal('voicemail')
    t.same(unnamed.minutes, [])
    t.match(unnamed.task, { status: 'failed' })

    const retry_policy = { voicemail: { max: 2, delays_minutes: [240] } }
    const retried = await dialUntilFinal('voicemail', { retry_policy })
    t.same(retried.minutes, [240, 240])
    t.match(retried.task, { status: 'failed', attempt_count: 3 })
  })

  t.test('A contact who declined is called once more after a day, regardless of max_retries', async (t) => {
    const { minutes, task } = await dialUntilFinal('declined', { max_retries: 9 })
    t.same(minutes, [24 * 60])
    t.match(task, { status: 'failed', attempt_count: 2 })
  })

  t.test(
    'A carrier error uses up no attempt: retries back off from 30 s to 15 min, and the tenth error fails the task',
    async (t) => {
      const { minutes, task } = await dialUntilFinal('carrier_error', { max_retries: 0 })
      t.match(task, { status: 'failed', attempt_count: 0, outcome_counts: { carrier_error: 10 } })
      t.equal(minutes.length, 9)
      const [firstDelay = 0, lastDelay = 0] = [minutes[0], minutes[8]]
      t.ok(
        firstDelay >= 0.375 && firstDelay <= 0.625,
        `first retry after ${firstDelay} min: 30 s, give or take 25 %`,
      )
      t.ok(
        lastDelay >= 11.25 && lastDelay <= 18.75,
        `last retry after ${lastDelay} min: 15 min, give or take 25 %`,
      )
    },
  )

  t.test('A contact who asked for a callback is called at that time, before all others', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(2)
    const [callback, busy] = await fixture.dial()
    await fixture.sendEvent(callback as CallRef, 'answered')
    const callback_at = '2026-11-23T15:30:00+03:00'
    await fixture.request('POST', `/api/calls/${callback?.call_id}/complete`, {
      outcome: 'callback',
      collected_data: { callback_at },
    })
    await fixture.endCall(busy as CallRef, 'busy')
    await fixture.settle()
    const task = (await fixture.tasks(id)).find(({ outcome }: { outcome: string }) => outcome === 'callback')
    t.match(task, { status: 'retry', next_attempt_at: '2026-11-23T12:30:00.000Z', dial_priority: 2000 })
    fixture.setNow(after(30 * 60))
    t.match(
      (await fixture.dial()).map(({ phone_number }) => phone_number),
      [callback?.phone_number, busy?.phone_number],
    )
  })

  t.test('A requested callback keeps the contact in the queue, whatever its time looks like', async (t) => {
    const fixture = await DialingFixture.create(s)
    const end = '2026-12-31T00:00:00Z'
    const limited = { timezone: 'Europe/Moscow', end_time: end, max_retries: 0, retry_delay_minutes: 45 }
    const requests: [callback_at: unknown, next_attempt_at: string, rule: string, detail: RegExp][] = [
      ['2026-12-01T10:00:00', '2026-12-01T07:00:00.000Z', 'callback', /at this time/],
      ['2026-12-01 10:00', '2026-12-01T07:00:00.000Z', 'callback', /at this time/],
      ['2026-12-01 10:00:00+03', '2026-12-01T07:00:00.000Z', 'callback', /at this time/],
      ['tomorrow 4pm', '2026-11-24T13:00:00.000Z', 'callback', /at this time/],
      ['завтра в 10', '2026-11-24T07:00:00.000Z', 'callback', /at this time/],
      [1_796_104_800, '2026-12-01T06:00:00.000Z', 'callback', /at this time/],
      ['2026-11-23T11:59:50Z', after(0).toISOString(), 'callback', /has passed/],
      ['2026-11-23T11:10:00Z', after(0).toISOString(), 'callback', /has passed/],
      ['2025-12-01 10:00', after(45 * 60).toISOString(), 'callback_out_of_range', /an hour before the end/],
      [
        'next time',
        after(45 * 60).toISOString(),
        'callback_unreadable',
        /cannot be read; retry after 45 min/,
      ],
      ['0001-01-01T00:00:00', after(45 * 60).toISOString(), 'callback_unreadable', /cannot be read/],
      [{ date: '2026-12-01' }, after(45 * 60).toISOString(), 'callback_unreadable', /cannot be read/],
      [null, after(45 * 60).toISOString(), 'callback_retry', /without a time/],
      [undefined, after(45 * 60).toISOString(), 'callback_retry', /without a time/],
      ['9999-12-31', after(45 * 60).toISOString(), 'callback_out_of_range', /before the campaign ends/],
      [end, after(45 * 60).toISOString(), 'callback_out_of_range', /before the campaign ends/],
    ]
    const numbers = requests.map((_, i) => `+7916123${4000 + i}`)
    const id = await fixture.startCampaign(
      numbers.map((phone_number) => ({ phone_number })),
      limited,
    )
    const callTo = new Map((await fixture.dial()).map((call) => [call.phone_number, call]))
    for (const [i, [callback_at]] of requests.entries()) {
      const call = callTo.get(numbers[i] as string) as CallRef
      await fixture.sendEvent(call, 'answered')
      await fixture.request('POST', `/api/calls/${call.call_id}/complete`, {
        outcome: 'callback',
        collected_data: { ...(callback_at !== undefined && { callback_at }) },
      })
    }
    t.equal(await fixture.settle(), requests.length)
    const tasks = await fixture.tasks(id)
    for (const [i, [callback_at, next_attempt_at, rule, detail]] of requests.entries()) {
      const task = tasks.find(({ phone_number }: { phone_number: string }) => phone_number === numbers[i])
      t.match(task, { status: 'retry', outcome: 'callback', next_attempt_at }, JSON.stringify(callback_at))
      const { items } = await fixture.request('GET', `/api/call-tasks/${task.id}/history`)
      t.match(items.at(-1), { rule, detail, next_attempt_at }, JSON.stringify(callback_at))
      if (typeof callback_at === 'string')
        t.notMatch(items.at(-1).detail, callback_at, 'the text is not repeated')
    }
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test('A contact is called back three times, or as often as retry_policy allows', async (t) => {
    const unlimited = await dialUntilFinal('callback', { max_retries: 0, retry_delay_minutes: 20 })
    t.same(unlimited.minutes, [20, 20, 20])
    t.match(unlimited.task, { status: 'completed', outcome: 'callback', attempt_count: 4 })
    const retry_policy = { callback: { max: 2, delays_minutes: [5, 60] } }
    const { minutes, task } = await dialUntilFinal('callback', { retry_policy })
    t.same(minutes, [5, 60])
    t.match(task, { status: 'completed', outcome: 'callback' })
  })

  t.test('A callback beyond the next year is not waited for in a campaign without an end', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(1)
    const [call] = (await fixture.dial()) as [DialRequest]
    await fixture.sendEvent(call, 'answered')
    await fixture.request('POST', `/api/calls/${call.call_id}/complete`, {
      outcome: 'callback',
      collected_data: { callback_at: '9999-12-31T23:59:59Z' },
    })
    await fixture.settle()
    t.match(await fixture.task(id), { status: 'retry', next_attempt_at: after(30 * 60).toISOString() })
  })

  t.test(
    'A contact who opts out or blocks the call is suppressed for all campaigns of the company',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      await fixture.startCampaign(2)
      const [optedOut, blocked] = await fixture.dial()
      await fixture.sendEvent(optedOut as CallRef, 'answered')
      await fixture.request('POST', `/api/calls/${optedOut?.call_id}/complete`, {
        outcome: 'fail',
        collected_data: { opt_out: true },
      })
      await fixture.endCall(blocked as CallRef, 'blocked')
      await fixture.settle()
      const rows = await s.db.orm.execute(sql`
      select phone_number, reason, source from suppressions where company_id = ${fixture.company.id}::uuid order by reason desc`)
      t.same(
        [...rows],
        [
          { phone_number: optedOut?.phone_number, reason: 'opt_out', source: 'call' },
          { phone_number: blocked?.phone_number, reason: 'blocked', source: 'call' },
        ],
      )
    },
  )

  t.test('Carrier events that are repeated, late or out of order change nothing', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(1)
    const [call] = (await fixture.dial()) as [DialRequest]
    await fixture.sendEvent(call, 'answered')
    await fixture.sendEvent(call, 'ringing')
    const status = async () => (await fixture.request('GET', `/api/calls/${call.call_id}`)).status
    t.equal(await status(), 'active', 'a call does not go back to ringing')
    fixture.setNow(after(40))
    const ended = { outcome: 'success', at: after(30), ended_reason: 'hang_up' } as const
    await fixture.sendEvent(call, 'ended', ended)
    await fixture.sendEvent(call, 'ended', ended)
    await fixture.sendEvent(call, 'ended', { outcome: 'busy' })
    await fixture.sendEvent(call, 'answered')
    t.match(await fixture.request('GET', `/api/calls/${call.call_id}`), {
      status: 'completed',
      outcome: 'success',
      ended_at: after(30).toISOString(),
      duration_sec: 30,
    })
    t.equal(await fixture.settle(), 1)
    t.equal(await fixture.settle(), 0)
    await fixture.sendEvent(call, 'ended', { outcome: 'no_answer' })
    t.equal(await fixture.settle(), 0)
    t.match(await fixture.task(id), { status: 'completed', attempt_count: 1 })
    t.equal(
      await fixture.sendEvent({ company_id: fixture.company.id, call_id: randomUUID() }, 'ended', {}),
      0,
      'unknown calls are ignored',
    )
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test(
    'Turns that are committed while the end of the call waits for its lock are in its metrics',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      await fixture.startCampaign(1)
      const [call] = (await fixture.dial()) as [DialRequest]
      let ending: Promise<number> = Promise.resolve(0)
      await s.db.client.begin(async (tx) => {
        await tx`select from calls where id = ${call.call_id} for no key update`
        await tx`insert into call_logs (call_id, turn_index, role) values (${call.call_id}, 0, 'user')`
        ending = fixture.endCall(call, 'busy')
        await waitUntil('the end of the call waits', async () => {
          const waiting = await tx`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
          return waiting.length > 0
        })
      })
      await ending
      t.match(await fixture.request('GET', `/api/calls/${call.call_id}`), { outcome: 'busy', turn_count: 1 })
      const metrics = await fixture.request('GET', `/api/calls/${call.call_id}/metrics`)
      t.match(metrics, { outcome: 'busy', user_turn_count: 1 })
    },
  )

  t.test('A conversation that ends without an outcome waits 15 s for its agent to report one', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(4)
    const [reported, unreported, ...unanswered] = (await fixture.dial()) as [
      DialRequest,
      DialRequest,
      DialRequest,
      DialRequest,
    ]
    for (const call of unanswered) await fixture.sendEvent(call, 'ended', { ended_reason: 'hang_up' })
    for (const call of [reported, unreported]) {
      await fixture.sendEvent(call, 'answered')
      await fixture.sendEvent(call, 'ended', { ended_reason: 'hang_up' })
    }
    t.equal(await fixture.settle(), 0, 'the tasks wait')
    fixture.setNow(after(5))
    for (const { call_id } of [reported, unanswered[0]]) {
      await fixture.request('POST', `/api/calls/${call_id}/complete`, { outcome: 'success' })
    }
    t.equal(
      await fixture.settle(),
      2,
      'reported outcomes count, also without an event that the call was answered',
    )
    fixture.setNow(after(16))
    t.equal(await fixture.settle(), 2)
    const tasks = await fixture.tasks(id)
    const taskOf = ({ call_id }: CallRef) =>
      tasks.find((task: { call_id: string }) => task.call_id === call_id)
    t.match(taskOf(reported), { status: 'completed', outcome: 'success' })
    t.match(taskOf(unreported), { status: 'retry', outcome: 'agent_error', attempt_count: 1 })
    t.match(taskOf(unanswered[0]), { status: 'completed', outcome: 'success' })
    t.match(taskOf(unanswered[1]), {
      status: 'retry',
      outcome: 'no_answer',
      outcome_counts: { no_answer: 1 },
    })
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test(
    'After an ambiguous result, the contact is not dialed again before the call was looked up at the carrier',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const lookups: Record<string, LookupResult> = {}
      const id = await fixture.startCampaign(5, { ring_timeout_sec: 30, max_call_duration_sec: 60 })
      fixture.carrier.dialResult = () => ({ kind: 'ambiguous', reason: 'timed out' })
      fixture.carrier.lookupResult = ({ call_id }) =>
        lookups[call_id] ?? { kind: 'unreachable', reason: 'offline' }
      const [neverPlaced, ringing, ended, unreachable, failing] = (await fixture.dial()) as DialRequest[]
      const rescue = () => rescueStep(s.db, fixture.carrier, 'two', fixture.now)
      t.equal(await rescue(), 0, 'not before 3 s')
      fixture.setNow(after(5))
      const event: CarrierEvent = { ...(ended as CallRef), type: 'ended', at: after(4), outcome: 'busy' }
      Object.assign(lookups, {
        [neverPlaced?.call_id ?? '']: { kind: 'unknown' },
        [ringing?.call_id ?? '']: { kind: 'live', status: 'ringing' },
        [ended?.call_id ?? '']: { kind: 'ended', event },
      })
      fixture.carrier.lookupResult = (call) => {
        if (call.call_id === failing?.call_id) throw new Error('broken')
        return lookups[call.call_id] ?? { kind: 'unreachable', reason: 'offline' }
      }
      t.equal(await rescue(), 5)
      await fixture.settle()
      const taskOf = async (call: CallRef | undefined) =>
        (await fixture.tasks(id)).find((task: { call_id: string }) => task.call_id === call?.call_id)
      t.match(
        await taskOf(neverPlaced),
        { status: 'retry', attempt_count: 0 },
        'a call that was never placed goes back to the queue',
      )
      t.match(await taskOf(ringing), { status: 'in_progress' })
      t.match(await taskOf(ended), { status: 'retry', outcome: 'busy', attempt_count: 1 })
      t.match(await taskOf(unreachable), { status: 'in_progress' }, 'the call is looked up again later')
      t.match(await taskOf(failing), { status: 'in_progress' })
      fixture.carrier.dialResult = () => ({ kind: 'accepted' })
      t.match(
        await fixture.dial(),
        [{ phone_number: neverPlaced?.phone_number }],
        'only this contact is dialed again',
      )
      fixture.setNow(after(200))
      await rescue()
      t.ok(
        fixture.carrier.hungUp.includes(ringing?.call_id ?? ''),
        'a call that exceeds its limits is hung up',
      )
      fixture.setNow(after(30 + 60 + 660))
      await rescue()
      await fixture.settle()
      t.match(
        await taskOf(unreachable),
        { status: 'retry', outcome: 'lost', attempt_count: 1 },
        'lost after ring_timeout_sec + max_call_duration_sec + 10 min',
      )
      await assertConsistent(t, s.db, fixture.company.id)
    },
  )

  t.test('Contacts of a worker that dies between claim and dial go back to the queue', async (t) => {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(3)
    fixture.carrier.dial = () => new Promise(() => undefined)
    await fixture.newDialer('crashing').step(fixture.now)
    fixture.setNow(after(19))
    t.equal(await rescueStep(s.db, fixture.carrier, 'two', fixture.now), 0, 'the lease has not expired')
    fixture.setNow(after(21))
    t.equal(await rescueStep(s.db, fixture.carrier, 'two', fixture.now), 3)
    await fixture.settle()
    for (const task of await fixture.tasks(id)) t.match(task, { status: 'retry', attempt_count: 0 })
    await assertConsistent(t, s.db, fixture.company.id)
  })

  t.test('The lease of a slow dial request is renewed', async (t) => {
    const fixture = await DialingFixture.create(s)
    await fixture.startCampaign(1)
    let respond: (value: DialResult) => void = () => undefined
    fixture.carrier.dialResult = () =>
      new Promise<DialResult>((resolve) => {
        respond = resolve
      })
    const dialer = fixture.newDialer()
    await dialer.step(fixture.now)
    for (let second = 5; second <= 60; second += 5) {
      fixture.setNow(after(second))
      await dialer.renewLeases(fixture.now)
      t.equal(await rescueStep(s.db, fixture.carrier, 'two', fixture.now), 0)
    }
    respond({ kind: 'ended', outcome: 'no_answer', ended_reason: '480' })
    await dialer.waitForDials()
    t.equal(await fixture.settle(), 1)
  })

  t.test(
    'The breaker pauses a campaign when half of its attempts fail by fault of carrier or agent, and a resume resets it',
    async (t) => {
      const fixture = await DialingFixture.create(s)
      const runCampaign = async (outcomes: CarrierEvent['outcome'][]) => {
        fixture.setNow(after(1, fixture.now))
        const id = await fixture.startCampaign(outcomes.length)
        fixture.setNow(after(1, fixture.now))
        const dialed = await fixture.dial()
        for (const [i, call] of dialed.entries()) await fixture.endCall(call, outcomes[i])
        await fixture.settle()
        await breakerStep(s.db, fixture.now)
        return fixture.request('GET', `/api/campaigns/${id}`)
      }
      const faulty = await runCampaign([
        'carrier_error',
        'busy',
        'carrier_error',
        'no_answer',
        'agent_error',
        'busy',
      ])
      t.match(faulty, { status: 'paused', status_reason: /^3 of the last 6 attempts .*carrier_error/ })
      t.match(await runCampaign(['busy', 'busy', 'no_answer', 'declined', 'carrier_error']), {
        status: 'running',
      })
      t.match(
        await runCampaign(['carrier_error', 'carrier_error', 'carrier_error', 'carrier_error']),
        { status: 'running' },
        'four attempts are too few',
      )
      fixture.setNow(after(1, fixture.now))
      await fixture.request('POST', `/api/campaigns/${faulty.id}/resume`)
      await breakerStep(s.db, fixture.now)
      t.match(await fixture.request('GET', `/api/campaigns/${faulty.id}`), { status: 'running' })
      t.match((await fixture.request('GET', `/api/campaigns/${faulty.id}/log`)).items, [
        { event: 'resumed' },
        { event: 'breaker_opened', detail: /^3 of the last 6/ },
      ])
    },
  )
})
