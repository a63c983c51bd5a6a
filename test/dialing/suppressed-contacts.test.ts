// A number that is suppressed ends the contacts that wait for a call to it, at once and by every route.
import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { importStep } from '../../src/modules/call-lists/index.ts'
import { scheduleStep } from '../../src/modules/dialing/index.ts'
import type { DialRequest } from '../../src/telephony/carrier.ts'
import { startTestService } from '../setup/service.ts'
import { after, assertConsistent, DialingFixture, freshNumber } from './dialing-setup.ts'

const s = await startTestService(t)

const skipped = { status: 'skipped', outcome: 'suppressed', next_attempt_at: null }

/** A campaign with a contact that waits for its retry, since its call was busy. */
async function waitingContact(fixture: DialingFixture, phone_number = freshNumber()) {
  const id = await fixture.startCampaign([{ phone_number }])
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.endCall(call, 'busy')
  await fixture.settle()
  return { id, call, phone_number }
}

const suppress = (fixture: DialingFixture, body: object) => fixture.request('POST', '/api/suppressions', body)

const importFile = (fixture: DialingFixture, numbers: readonly string[], more: object = {}) =>
  s.request(
    'POST',
    '/api/suppressions/import',
    { ...fixture.company.headers, 'content-type': 'text/csv', ...more },
    ['phone_number', ...numbers].join('\n') as never,
  )

/** The routes by which a number is suppressed. */
const routes: Record<string, (fixture: DialingFixture, number: string) => Promise<unknown>> = {
  'POST /api/suppressions': (fixture, phone_number) => suppress(fixture, { phone_number }),
  'a list in JSON': (fixture, phone_number) =>
    fixture.request('POST', '/api/suppressions/import', { suppressions: [{ phone_number }] }),
  'a short file': (fixture, phone_number) => importFile(fixture, [phone_number]),
  'a file that a worker imports': async (fixture, phone_number) => {
    const list = Array.from({ length: 60_000 }, (_, i) => `+7912${String(2_000_000 + i)}`)
    const { body } = await importFile(fixture, [...list, phone_number])
    if (body.status !== 'waiting')
      throw new Error(`the file was not left to a worker: ${JSON.stringify(body)}`)
    while ((await importStep(s.db, fixture.now)) > 0);
  },
  'an opt-out in an inbound call': async (fixture, caller_number) => {
    const call = await fixture.request('POST', '/api/calls', { direction: 'inbound', caller_number })
    await fixture.request('PATCH', `/api/calls/${call.id}`, { collected_data: { opt_out: true } })
  },
  'a suppression that had expired and is extended': async (fixture, phone_number) => {
    const { now } = fixture
    const expires_at = after(1, now).toISOString()
    const { id } = await suppress(fixture, { phone_number: freshNumber(), expires_at })
    await s.db.orm.execute(sql`update suppressions set phone_number = ${phone_number} where id = ${id}::uuid`)
    fixture.setNow(after(2, now))
    await fixture.request('PATCH', `/api/suppressions/${id}`, { expires_at: null })
  },
}

for (const [route, run] of Object.entries(routes)) {
  test(`A contact that waits for a retry ends at once when its number is suppressed: ${route}`, async (t) => {
    const fixture = await DialingFixture.create(s)
    const { id, phone_number } = await waitingContact(fixture)
    const other = await fixture.startCampaign([{ phone_number }], { start_time: after(3600).toISOString() })
    const [paused, unaffected] = [
      await fixture.startCampaign([{ phone_number }]),
      await fixture.startCampaign([{ phone_number: freshNumber() }], { max_concurrent_calls: 1 }),
    ]
    await fixture.request('POST', `/api/campaigns/${paused}/pause`)
    await run(fixture, phone_number)
    for (const campaign of [id, other, paused]) t.match(await fixture.task(campaign), skipped, route)
    t.match(await fixture.task(unaffected), { status: 'pending' })
    const { id: task } = await fixture.task(id)
    const { items } = await fixture.request('GET', `/api/call-tasks/${task}/history`)
    t.match(items.at(-1), { kind: 'decision', status: 'skipped', rule: 'suppressed' })
    await assertConsistent(t, s.db, fixture.company.id)
  })
}

test('A contact of another company with the same number goes on waiting', async (t) => {
  const [fixture, other] = [
    await DialingFixture.create(s),
    await DialingFixture.create(s, { keepOthers: true }),
  ]
  const { phone_number } = await waitingContact(fixture)
  const elsewhere = await waitingContact(other, phone_number)
  await suppress(fixture, { phone_number })
  t.match(await other.task(elsewhere.id), { status: 'retry' })
})

test('A contact ends when another form of its number is suppressed', async (t) => {
  const fixture = await DialingFixture.create(s)
  const { id } = await waitingContact(fixture, '+5491187650001')
  await suppress(fixture, { phone_number: '+541187650001' })
  t.match(await fixture.task(id), skipped)
})

test('A blocked call ends the contacts of other campaigns that wait for a call to the number', async (t) => {
  const fixture = await DialingFixture.create(s)
  const { id, phone_number } = await waitingContact(fixture)
  fixture.setNow(after(60))
  const blocked = await fixture.startCampaign([{ phone_number }])
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.endCall(call, 'blocked')
  await fixture.settle()
  t.match(await fixture.task(blocked), { status: 'failed', outcome: 'blocked' })
  t.match(await fixture.task(id), skipped)
})

test('A contact that opts out in a call after which it would be called again ends when the call is settled', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(1)
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.sendEvent(call, 'answered')
  await fixture.request('POST', `/api/calls/${call.call_id}/complete`, {
    outcome: 'callback',
    collected_data: { opt_out: true, callback_at: '2026-12-20T10:00:00Z' },
  })
  await fixture.settle()
  t.match(await fixture.task(id), { ...skipped, attempt_count: 1, outcome_counts: { callback: 1 } })
  await scheduleStep(s.db, fixture.now)
  t.match(await fixture.request('GET', `/api/campaigns/${id}`), { status: 'completed' })
  await assertConsistent(t, s.db, fixture.company.id)
})

test('A contact whose call is under way when its number is suppressed ends when the call is settled', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(1)
  const [call] = (await fixture.dial()) as [DialRequest]
  await suppress(fixture, { phone_number: call.phone_number })
  t.match(await fixture.task(id), { status: 'in_progress' })
  await fixture.endCall(call, 'no_answer')
  await fixture.settle()
  t.match(await fixture.task(id), { ...skipped, attempt_count: 1 })
  await assertConsistent(t, s.db, fixture.company.id)
})

test('A contact that is due after the suppression expires goes on waiting', async (t) => {
  const fixture = await DialingFixture.create(s)
  const { id, phone_number } = await waitingContact(fixture)
  await suppress(fixture, { phone_number, expires_at: after(300).toISOString() })
  t.match(await fixture.task(id), { status: 'retry', next_attempt_at: after(600).toISOString() })
  await suppress(fixture, { phone_number, expires_at: after(601).toISOString() })
  t.match(await fixture.task(id), skipped)
})

test('A contact of a draft stays, and is skipped when it is due', async (t) => {
  const fixture = await DialingFixture.create(s)
  const { id } = await fixture.request('POST', '/api/campaigns', { name: 'Draft', skillbase_id: fixture.bot })
  const phone_number = freshNumber()
  await fixture.request('POST', `/api/campaigns/${id}/tasks`, { tasks: [{ phone_number }] })
  await suppress(fixture, { phone_number })
  t.match(await fixture.task(id), { status: 'pending' })
})

test('The end of a suppressed contact is an event', async (t) => {
  const fixture = await DialingFixture.create(s)
  const { id, phone_number, call } = await waitingContact(fixture)
  await suppress(fixture, { phone_number })
  await s.events.step()
  const { items } = await fixture.request('GET', '/api/events?types=task.skipped')
  t.match(items, [
    {
      type: 'task.skipped',
      campaign_id: id,
      call_task_id: call.call_task_id,
      data: { outcome: 'suppressed', rule: 'suppressed' },
    },
  ])
})

test('A suppression waits for no contact that another transaction has locked', async (t) => {
  const fixture = await DialingFixture.create(s)
  const { id, phone_number, call } = await waitingContact(fixture)
  await s.db.client.begin(async (tx) => {
    await tx`select from call_tasks where id = ${call.call_task_id} for update`
    await suppress(fixture, { phone_number })
  })
  fixture.setNow(after(660))
  await scheduleStep(s.db, fixture.now)
  t.same(await fixture.dial(), [], 'the contact is not called either')
  t.match(await fixture.task(id), skipped)
})
