// When calls of carriers are dialed, answered and over, and what was never dialed.
import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { applyCarrierEvents, rescueStep } from '../../src/modules/dialing/index.ts'
import { foldCompany } from '../../src/modules/rollups/index.ts'
import type { CarrierEvent, DialRequest } from '../../src/telephony/carrier.ts'
import { signBody } from '../../src/telephony/signature.ts'
import { simulatedCarrier } from '../../src/telephony/simulated/simulated-carrier.ts'
import { startTestService } from '../setup/service.ts'
import { ratesOfOnly } from '../setup/simulated.ts'
import { after, DialingFixture } from './dialing-setup.ts'

const secret = 'a-secret-of-carriers-for-tests'
const s = await startTestService(t, { CARRIER_SECRET: secret })

/** Dials the only contact of a new campaign. */
async function dialOne(settings: object = {}) {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(1, settings)
  const [call] = (await fixture.dial()) as [DialRequest]
  const read = () => fixture.request('GET', `/api/calls/${call.call_id}`)
  return { fixture, id, call, read }
}

/** Sends events of a call with the times in seconds after noon, at the last of them unless `at` is given. */
async function report(
  fixture: DialingFixture,
  { company_id, call_id }: DialRequest,
  events: (Partial<CarrierEvent> & { type: CarrierEvent['type']; sec: number })[],
  at = Math.max(...events.map(({ sec }) => sec)),
) {
  fixture.setNow(after(at))
  const list = events.map(({ sec, ...event }) => ({ ...event, company_id, call_id, at: after(sec) }))
  await applyCarrierEvents(fixture.db, list, after(at))
}

test('A call that rings for 5 s and lasts 60 s has these durations', async (t) => {
  const { fixture, call, read } = await dialOne()
  await report(fixture, call, [{ type: 'answered', sec: 5 }])
  t.match(await read(), {
    status: 'active',
    is_answered: true,
    answered_at: after(5).toISOString(),
    ring_sec: 5,
    duration_sec: null,
  })
  await report(fixture, call, [{ type: 'ended', sec: 65, outcome: 'success' }])
  t.match(await read(), {
    dialed_at: after(0).toISOString(),
    answered_at: after(5).toISOString(),
    ended_at: after(65).toISOString(),
    ring_sec: 5,
    duration_sec: 60,
  })
})

test('A call that nobody answers has the time for which it rang, and no duration', async (t) => {
  for (const outcome of ['no_answer', 'busy', 'declined', 'invalid_number', 'blocked', 'lost'] as const) {
    const { fixture, call, read } = await dialOne()
    await report(fixture, call, [
      { type: 'ringing', sec: 1 },
      { type: 'ended', sec: 25, outcome },
    ])
    t.match(
      await read(),
      { is_answered: false, answered_at: null, ring_sec: 25, duration_sec: null },
      outcome,
    )
  }
})

test('A voicemail is answered, by a machine', async (t) => {
  const { fixture, call, read } = await dialOne()
  await report(fixture, call, [
    { type: 'answered', sec: 20 },
    { type: 'ended', sec: 26, outcome: 'voicemail' },
  ])
  t.match(await read(), { is_answered: true, ring_sec: 20, duration_sec: 6 })
})

test('Ringing begins when the carrier reports that it dials, not when the call is claimed', async (t) => {
  const { fixture, call, read } = await dialOne()
  await report(fixture, call, [{ type: 'dialing', sec: 4 }])
  await report(fixture, call, [
    { type: 'answered', sec: 10 },
    { type: 'ended', sec: 40, outcome: 'fail' },
  ])
  t.match(await read(), { dialed_at: after(4).toISOString(), ring_sec: 6, duration_sec: 30 })
})

test('The first report of the answer is kept, in whatever order the reports arrive', async (t) => {
  const orders = [
    ['answered', 'ended'],
    ['ended', 'answered'],
    ['ended', 'ended', 'answered', 'answered'],
  ] as const
  for (const order of orders) {
    const { fixture, call, read } = await dialOne()
    for (const [i, type] of order.entries()) {
      const event = type === 'ended' ? { type, sec: 65, outcome: 'success' as const } : { type, sec: 5 }
      await report(fixture, call, [event], 66 + i)
    }
    await report(fixture, call, [{ type: 'answered', sec: 30 }], 90)
    t.match(
      await read(),
      { ring_sec: 5, duration_sec: 60, answered_at: after(5).toISOString() },
      String(order),
    )
    await foldCompany(s.db, fixture.company.id)
    const { body } = await s.request(
      'GET',
      '/api/analytics/metrics?start=2026-11-23&end=2026-11-24',
      fixture.company.headers,
    )
    t.match(
      body,
      { ring: { n: 1, avg: 5 }, duration: { n: 1, avg: 60, min: 60, max: 60 } },
      'in the figures too',
    )
  }
})

test('An end without its answer is complete when the carrier adds when it was answered', async (t) => {
  const { fixture, call, read } = await dialOne()
  await report(fixture, call, [{ type: 'ended', sec: 65, outcome: 'success', answered_at: after(5) }])
  t.match(await read(), { ring_sec: 5, duration_sec: 60 })
})

test('A success whose answer nobody reported is answered, at a time that is not known', async (t) => {
  const { fixture, call, read } = await dialOne()
  await report(fixture, call, [{ type: 'ended', sec: 65, outcome: 'success' }])
  t.match(await read(), { is_answered: true, answered_at: null, ring_sec: 65, duration_sec: null })
})

test('An instant outside of its bounds is moved to the nearest', async (t) => {
  const cases: [name: string, answered: number, ended: number, at: number, expected: object][] = [
    ['answered before it was dialed', -30, 65, 65, { ring_sec: 0, duration_sec: 65 }],
    ['answered in the future', 500, 65, 65, { ring_sec: 65, duration_sec: 0 }],
    ['ended before the answer', 20, 10, 65, { ring_sec: 20, duration_sec: 0 }],
    ['ended in the future', 5, 900, 65, { ring_sec: 5, duration_sec: 60 }],
  ]
  for (const [name, answered, ended, at, expected] of cases) {
    const { fixture, call, read } = await dialOne()
    await report(fixture, call, [{ type: 'answered', sec: answered }], 64)
    await report(fixture, call, [{ type: 'ended', sec: ended, outcome: 'success' }], at)
    const row = await read()
    if (name === 'answered in the future') t.match(row, { ring_sec: 64, duration_sec: 1 }, name)
    else t.match(row, expected, name)
  }
})

test('A lookup reports when a call was answered, not when it was looked up', async (t) => {
  const { fixture, read } = await dialOne()
  fixture.setNow(after(50))
  fixture.carrier.lookupResult = () => ({ kind: 'live', status: 'active', answered_at: after(5) })
  await rescueStep(s.db, fixture.carrier, 'w', after(50))
  t.match(await read(), { status: 'active', ring_sec: 5 })
  const late = await dialOne()
  late.fixture.setNow(after(50))
  late.fixture.carrier.lookupResult = () => ({ kind: 'live', status: 'dialing' })
  await rescueStep(s.db, late.fixture.carrier, 'w', after(50))
  await report(late.fixture, late.call, [{ type: 'ended', sec: 60, outcome: 'no_answer' }])
  t.match(await late.read(), { ring_sec: 60 }, 'a lookup is not the time of dialing')
})

test('A dialer with a webhook reports the answer with its time', async (t) => {
  const { fixture, call, read } = await dialOne()
  const send = (events: object[]) => {
    const text = JSON.stringify({
      events: events.map((event) => ({ company_id: call.company_id, call_id: call.call_id, ...event })),
    })
    const headers = { 'content-type': 'application/json', 'x-signature': signBody(secret, text, fixture.now) }
    return s.request('POST', '/api/carrier/events', headers, text)
  }
  fixture.setNow(after(66))
  const answered = await send([{ type: 'answered', at: after(5).toISOString() }])
  t.match(answered, { status: 200, body: { taken: 1 } })
  await send([{ type: 'ended', at: after(65).toISOString(), outcome: 'success' }])
  t.match(await read(), { answered_at: after(5).toISOString(), ring_sec: 5, duration_sec: 60 })
})

test('The simulated carrier reports the answer at its own time, also when the event is late', async (t) => {
  const { fixture, call, read } = await dialOne()
  const carrier = simulatedCarrier({
    db: s.db,
    now: () => fixture.now,
    seed: 'answers',
    speed: 1,
    rates: ratesOfOnly('human'),
    agent: { url: () => undefined, keyOf: async () => '' },
    onError: (error) => t.fail(String(error)),
  })
  await carrier.start((events) => applyCarrierEvents(s.db, events, fixture.now)).stop()
  await s.db.orm.execute(sql`delete from simulated_calls`)
  const dialing = carrier.dial({ ...call, not_after: after(1) })
  await dialing
  const [planned] = await s.db.orm.execute<{ steps: { at: number; do: string }[] }>(sql`
    select plan->'steps' as steps from simulated_calls where call_id = ${call.call_id}::uuid`)
  const timeOf = (action: string) =>
    (planned?.steps.find((step) => step.do === action)?.at ?? Number.NaN) / 1000
  fixture.setNow(after(timeOf('end') + 30))
  await carrier.step(fixture.now)
  const row = await read()
  t.ok(Math.abs(row.ring_sec - timeOf('answer')) < 0.01, `it rang ${row.ring_sec} s`)
  t.ok(
    Math.abs(row.duration_sec - (timeOf('end') - timeOf('answer'))) < 0.01,
    `it lasted ${row.duration_sec} s`,
  )
})

test('A test call that waits in the queue rings from its dialing on', async (t) => {
  const fixture = await DialingFixture.create(s)
  const { id } = await fixture.request('POST', `/api/skillbases/${fixture.bot}/test-call`, {
    phone_number: '+79995550101',
  })
  t.match(await fixture.request('GET', `/api/calls/${id}`), {
    status: 'queued',
    dialed_at: null,
    ring_sec: null,
  })
  fixture.setNow(after(20))
  const [call] = (await fixture.dial()) as [DialRequest]
  await report(fixture, call, [
    { type: 'answered', sec: 27 },
    { type: 'ended', sec: 87, outcome: 'success' },
  ])
  t.match(await fixture.request('GET', `/api/calls/${id}`), { ring_sec: 7, duration_sec: 60 })
})

test('A withheld call was not dialed: it has no durations, and its contact keeps its outcome', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(1)
  fixture.carrier.dialResult = () => ({ kind: 'withheld', reason: 'paused' })
  const [first] = (await fixture.dial()) as [DialRequest]
  await fixture.settle()
  t.match(await fixture.request('GET', `/api/calls/${first.call_id}`), {
    is_dialed: false,
    is_answered: false,
    outcome: 'cancelled',
    dialed_at: null,
    ring_sec: null,
    duration_sec: null,
  })
  t.match(await fixture.task(id), { status: 'retry', outcome: null, attempt_count: 0 }, 'not cancelled')

  fixture.carrier.dialResult = () => ({ kind: 'accepted' })
  const [second] = (await fixture.dial()) as [DialRequest]
  await fixture.endCall(second, 'busy')
  await fixture.settle()
  fixture.setNow(after(3_600))
  fixture.carrier.dialResult = () => ({ kind: 'withheld', reason: 'paused' })
  await fixture.dial()
  await fixture.settle()
  t.match(await fixture.task(id), { status: 'retry', outcome: 'busy', attempt_count: 1 })
  const { items: events } = await fixture.request('GET', '/api/events?limit=200')
  const retries = events.filter(({ type }: { type: string }) => type === 'task.retry')
  t.same(
    retries.map(({ data }: { data: { outcome: string | null; rule: string } }) => [data.rule, data.outcome]),
    [
      ['not_dialed', null],
      ['busy_retry', 'busy'],
      ['not_dialed', null],
    ],
  )

  t.match(await fixture.request('GET', `/api/campaigns/${id}/stats`), {
    tasks: { by_outcome: { busy: 1 } },
    calls: {
      total: 1,
      dialed: 1,
      answered: 0,
      not_dialed: 2,
      answer_rate: 0,
      success_rate: null,
      by_outcome: { busy: 1 },
    },
  })
  const listed = async (query: string) =>
    (await fixture.request('GET', `/api/calls?campaign_id=${id}${query}`)).total
  t.same([await listed(''), await listed('&is_dialed=true'), await listed('&is_dialed=false')], [3, 1, 2])
})
