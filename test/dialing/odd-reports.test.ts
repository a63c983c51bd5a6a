// Reports that come too early, twice, in the wrong order or in odd forms.
import t, { test } from 'tap'
import { applyCarrierEvents } from '../../src/modules/dialing/index.ts'
import type { DialRequest } from '../../src/telephony/carrier.ts'
import { startTestService } from '../setup/service.ts'
import { after, assertConsistent, DialingFixture } from './dialing-setup.ts'

const s = await startTestService(t)
const callback_at = '2026-11-23T14:00:00Z'

async function dialOne(settings: object = {}) {
  const fixture = await DialingFixture.create(s)
  const campaign_id = await fixture.startCampaign(1, settings)
  const [call] = (await fixture.dial()) as [DialRequest]
  const complete = (body: object) => fixture.request('POST', `/api/calls/${call.call_id}/complete`, body)
  return { fixture, campaign_id, call, complete }
}

test('A report that comes before the carrier has responded to the dial request counts', async (t) => {
  const fixture = await DialingFixture.create(s)
  const campaign_id = await fixture.startCampaign(1)
  fixture.carrier.dialResult = async ({ call_id }) => {
    await fixture.request('POST', `/api/calls/${call_id}/complete`, {
      outcome: 'callback',
      collected_data: { callback_at },
    })
    return { kind: 'accepted' }
  }
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.settle()
  await fixture.sendEvent(call, 'answered')
  await fixture.endCall(call, 'no_answer')
  await fixture.settle()
  t.match(await fixture.task(campaign_id), {
    status: 'retry',
    outcome: 'callback',
    attempt_count: 1,
    next_attempt_at: after(7_200).toISOString(),
  })
  await assertConsistent(t, s.db, fixture.company.id)
})

test('An end before the answer, in one batch or in two, is an answered call', async (t) => {
  for (const isOneBatch of [true, false]) {
    const { fixture, campaign_id, call } = await dialOne()
    fixture.setNow(after(60))
    const ended = { type: 'ended' as const, at: after(50) }
    const answered = { type: 'answered' as const, at: after(10) }
    if (isOneBatch) {
      const { company_id, call_id } = call
      const events = [ended, answered].map((event) => ({ company_id, call_id, ...event }))
      await applyCarrierEvents(fixture.db, events, fixture.now)
    } else {
      await fixture.sendEvent(call, 'ended', ended)
      await fixture.sendEvent(call, 'answered', answered)
    }
    fixture.setNow(after(140))
    await fixture.settle()
    t.match(await fixture.request('GET', `/api/calls/${call.call_id}`), {
      answered_at: after(10).toISOString(),
      ended_at: after(50).toISOString(),
      duration_sec: 40,
      is_answered: true,
    })
    t.match(await fixture.task(campaign_id), { attempt_count: 1, outcome: 'agent_error', status: 'retry' })
    await assertConsistent(t, s.db, fixture.company.id)
  }
})

test('Of two completions with different content the first counts, and the second fills in what it lacked', async (t) => {
  const { fixture, campaign_id, complete } = await dialOne()
  await complete({ outcome: 'callback', collected_data: { callback_at, mood: 'good' } })
  await complete({ outcome: 'success', collected_data: { callback_at: '2026-11-23T15:00:00Z', note: 'x' } })
  await fixture.settle()
  const task = await fixture.task(campaign_id)
  t.match(task, { status: 'retry', outcome: 'callback', next_attempt_at: after(7_200).toISOString() })
  t.match(await fixture.request('GET', `/api/calls/${task.call_id}`), {
    outcome: 'callback',
    collected_data: { callback_at, mood: 'good', note: 'x' },
  })
})

test('Callback times in the forms of programs and models are kept, in the zone of the contact', async (t) => {
  const at = after(7_200).toISOString()
  const forms: unknown[] = [
    '"2026-11-23T14:00:00Z"',
    '2026-11-23T14:00:00+00:00[UTC]',
    '2026-11-23 09:00:00 -0500 EST',
    '20261123T140000Z',
    '2026\u201111\u201123T14:00:00Z',
    '\u200f2026-11-23T14:00:00Z\u200f',
    'in 2 hours',
    1_795_442_400,
    '1795442400000',
  ]
  for (const form of forms) {
    const { fixture, campaign_id, complete } = await dialOne()
    const { warnings } = await complete({ outcome: 'callback', collected_data: { callback_at: form } })
    t.same(warnings, [], JSON.stringify(form))
    await fixture.settle()
    t.match(await fixture.task(campaign_id), { status: 'retry', next_attempt_at: at }, JSON.stringify(form))
  }
})

test('Odd callback values never end the contact, and are shown', async (t) => {
  const retryAt = after(1_800).toISOString()
  const values: unknown[] = [
    { dateTime: '2026-11-23T14:00:00', timeZone: 'Europe/Moscow' },
    ['2026-11-23T14:00:00Z'],
    true,
    'x'.repeat(5_000),
    '\u202e2026\ud800',
    '2026-11-23T25:00:00Z',
    -1,
    1e15,
  ]
  for (const value of values) {
    const { fixture, campaign_id, complete } = await dialOne()
    const name = (JSON.stringify(value) ?? '').slice(0, 60)
    const { warnings } = await complete({ outcome: 'callback', collected_data: { callback_at: value } })
    t.ok(
      warnings.some(({ code }: { code: string }) => code === 'unreadable_callback'),
      name,
    )
    await fixture.settle()
    t.match(await fixture.task(campaign_id), { status: 'retry', next_attempt_at: retryAt }, name)
  }
})

test('In a batch of odd items each valid report counts', async (t) => {
  const { fixture, campaign_id, call } = await dialOne()
  const { call_id } = call
  const long = 'Donaudampfschiff'.repeat(2_000)
  const turns = [
    null,
    [],
    'turn',
    { call_id, turn_index: 0, role: 'user', content: `\u202e\u200f${long}\ud83d` },
    { call_id: 'no id', turn_index: 1, role: 'user' },
    { call_id, turn_index: 1, role: 'user', content: '\u0000' },
    { call_id, turn_index: -1, role: 'user' },
  ]
  const completions = [
    null,
    7,
    { call_id, outcome: 'excellent' },
    { call_id, collected_data: { deep: { '\ud800': '\udfff', list: ['\u0000'] }, opt_out: 'oui' } },
    { call_id, outcome: 'success' },
    { call_id: call.company_id, outcome: 'fail' },
  ]
  const result = await fixture.request('POST', '/api/telemetry', { turns, completions })
  t.match(result, { turns: { accepted: 2 }, completions: { accepted: 2 } })
  const rejected = (kind: 'turns' | 'completions') =>
    result[kind].rejected.map(({ index }: { index: number }) => index).sort()
  t.same(rejected('turns'), [0, 1, 2, 4, 6])
  t.same(rejected('completions'), [0, 1, 2, 5])
  await fixture.settle()
  t.match(await fixture.task(campaign_id), { status: 'completed', outcome: 'success' })
  const { items } = await fixture.request('GET', '/api/suppressions')
  t.match(items, [{ phone_number: call.phone_number, reason: 'opt_out' }])
  await assertConsistent(t, s.db, fixture.company.id)
})

test('An opt-out and a callback in data that are too large still count', async (t) => {
  const { fixture, call } = await dialOne()
  const collected_data = { notes: 'x'.repeat(300_000), opt_out: true, callback_at }
  const completions = [{ call_id: call.call_id, outcome: 'callback', collected_data }]
  const { completions: result } = await fixture.request('POST', '/api/telemetry', { completions })
  t.match(result, { accepted: 1, warnings: [{ field: 'collected_data', code: 'too_large' }] })
  t.match(await fixture.request('GET', `/api/calls/${call.call_id}`), {
    collected_data: { opt_out: true, callback_at },
  })
  t.match((await fixture.request('GET', '/api/suppressions')).items, [{ reason: 'opt_out' }])
})

test('A contact that a user cancelled during its call is not called again after a late report', async (t) => {
  for (const outcome of ['no_answer', 'success'] as const) {
    const { fixture, campaign_id, call } = await dialOne()
    await fixture.request('PATCH', `/api/call-tasks/${call.call_task_id}`, { status: 'cancelled' })
    await fixture.endCall(call, outcome)
    await fixture.settle()
    await fixture.request('PATCH', `/api/calls/${call.call_id}`, {
      outcome: 'callback',
      collected_data: { callback_at },
    })
    await fixture.settle()
    t.match(await fixture.task(campaign_id), { status: 'cancelled', outcome: 'callback' })
    fixture.setNow(after(7_300))
    t.same(await fixture.dial(), [])
    await assertConsistent(t, s.db, fixture.company.id)
  }
})
