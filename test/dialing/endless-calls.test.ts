// Calls whose end is never reported: they are hung up, end as lost, and free their slot.
import { sql } from 'drizzle-orm'
import t, { type Test, test } from 'tap'
import { rescueStep } from '../../src/modules/dialing/index.ts'
import type { DialRequest, LookupResult } from '../../src/telephony/carrier.ts'
import { startTestService } from '../setup/service.ts'
import { after, assertConsistent, DialingFixture } from './dialing-setup.ts'

const s = await startTestService(t)

/** To be hung up 15 + 60 + 60 = 135 s after the claim, and lost 60 s later. A call is looked up every 20 to 45 s. */
const limits = { ring_timeout_sec: 15, max_call_duration_sec: 60, max_concurrent_calls: 1 }
const stepSec = 5

/** A company whose carrier the service uses, too. */
async function newFixture() {
  const fixture = await DialingFixture.create(s)
  Object.assign(s.deps, { carrier: fixture.carrier })
  return fixture
}

/** Dials the first contact of a campaign of two, which has one slot. */
async function dialFirst() {
  const fixture = await newFixture()
  const id = await fixture.startCampaign(2, limits)
  const [call] = (await fixture.dial()) as [DialRequest]
  const read = () => fixture.request('GET', `/api/calls/${call.call_id}`)
  return { fixture, id, call, read }
}

type Dialed = Awaited<ReturnType<typeof dialFirst>>

/**
 * Lets a worker look for expired leases every 5 s. `everyStep` runs before each. Returns the seconds at which the call was first
 * hung up, and at which it ended.
 */
async function watch(
  { fixture, read }: Dialed,
  { from = stepSec, until = 1_000, everyStep = async (_seconds: number): Promise<unknown> => undefined } = {},
) {
  const { carrier } = fixture
  const hungUpBefore = carrier.hungUp.length
  let hungUpAt: number | undefined
  for (let seconds = from; seconds <= until; seconds += stepSec) {
    fixture.setNow(after(seconds))
    await everyStep(seconds)
    await rescueStep(s.db, carrier, 'two', fixture.now)
    if (carrier.hungUp.length > hungUpBefore) hungUpAt ??= seconds
    if ((await read()).ended_at !== null) return { hungUpAt, endedAt: seconds }
  }
  return { hungUpAt, endedAt: undefined }
}

/** Asserts that the attempt is settled as lost, and its slot is used by the second contact. */
async function assertSlotFreed(t: Test, { fixture, id, call, read }: Dialed) {
  t.match(await read(), { status: 'failed', outcome: 'lost' })
  await fixture.settle()
  const tasks = await fixture.tasks(id)
  const task = tasks.find(({ call_id }: { call_id: string | null }) => call_id === call.call_id)
  t.match(task, { status: 'retry', outcome: 'lost', attempt_count: 1 })
  fixture.setNow(after(1, fixture.now))
  const next = await fixture.dial()
  t.equal(next.length, 1, 'the slot is free')
  t.not(next[0]?.phone_number, call.phone_number)
  await assertConsistent(t, s.db, fixture.company.id)
}

test('A call that its carrier reports as live for ever is hung up after its limits, and lost after a second margin', async (t) => {
  for (const status of ['dialing', 'ringing', 'active'] as const) {
    const dialed = await dialFirst()
    dialed.fixture.carrier.lookupResult = () => ({ kind: 'live', status })
    t.same(await watch(dialed), { hungUpAt: 140, endedAt: 200 }, status)
    t.equal(dialed.fixture.carrier.hungUp.length, 2, 'hung up once more when it is given up')
    t.match(await dialed.read(), {
      ended_reason: `the carrier still reported ${status} after it was asked to hang up`,
    })
    await assertSlotFreed(t, dialed)
  }
})

test('Events that never stop do not keep a call alive', async (t) => {
  const dialed = await dialFirst()
  const { fixture, call } = dialed
  fixture.carrier.lookupResult = () => ({ kind: 'live', status: 'active' })
  const everyStep = () => fixture.sendEvent(call, 'answered')
  t.same(await watch(dialed, { everyStep }), { hungUpAt: 135, endedAt: 195 })
  await assertSlotFreed(t, dialed)
})

test('Nor does a request to dial that the carrier never responds to', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(2, limits)
  const dial = fixture.carrier.dial.bind(fixture.carrier)
  fixture.carrier.dial = (call) => {
    fixture.carrier.dialed.push(call)
    return new Promise(() => undefined)
  }
  const dialer = fixture.newDialer('waiting')
  await dialer.step(fixture.now)
  fixture.carrier.dial = dial
  const [call] = fixture.carrier.dialed as [DialRequest]
  const read = () => fixture.request('GET', `/api/calls/${call.call_id}`)
  const dialed = { fixture, id, call, read }
  fixture.carrier.lookupResult = () => ({ kind: 'live', status: 'ringing' })
  const everyStep = () => dialer.renewLeases(fixture.now)
  t.same(await watch(dialed, { everyStep }), { hungUpAt: 135, endedAt: 195 })
  await assertSlotFreed(t, dialed)
})

test('A worker that was down hangs up first, and gives the carrier the second margin', async (t) => {
  const dialed = await dialFirst()
  dialed.fixture.carrier.lookupResult = () => ({ kind: 'live', status: 'active' })
  t.same(await watch(dialed, { from: 3_600, until: 4_000 }), { hungUpAt: 3_600, endedAt: 3_660 })
})

test('A carrier that ends the call when it is asked to decides how it ended', async (t) => {
  const { fixture, id, call, read } = await dialFirst()
  const { carrier } = fixture
  const end = { type: 'ended', outcome: 'max_duration', ended_reason: 'limit' } as const
  carrier.lookupResult = (ref) =>
    carrier.hungUp.length === 0
      ? { kind: 'live', status: 'active' }
      : { kind: 'ended', event: { ...ref, ...end, at: fixture.now } }
  t.match(await watch({ fixture, id, call, read }), { hungUpAt: 140, endedAt: 200 })
  t.match(await read(), { outcome: 'max_duration', ended_reason: 'limit' })
})

test('A carrier that cannot be reached is asked to hang up, and the call is lost 10 min after its limits', async (t) => {
  const dialed = await dialFirst()
  dialed.fixture.carrier.lookupResult = () => ({ kind: 'unreachable', reason: 'offline' })
  const { hungUpAt = 0, endedAt = 0 } = await watch(dialed)
  t.ok(hungUpAt >= 135 && hungUpAt < 160, `hung up at ${hungUpAt} s`)
  t.ok(endedAt >= 675 && endedAt < 700, `lost at ${endedAt} s`)
  await assertSlotFreed(t, dialed)
})

test('A later event of a lost call is recorded, and does not revive it', async (t) => {
  const dialed = await dialFirst()
  const { fixture, id, call, read } = dialed
  fixture.carrier.lookupResult = () => ({ kind: 'live', status: 'ringing' })
  await watch(dialed)
  await fixture.settle()
  const { ended_at } = await read()
  fixture.setNow(after(400))
  for (const type of ['dialing', 'ringing', 'answered'] as const) await fixture.sendEvent(call, type)
  t.match(await read(), { status: 'failed', outcome: 'lost', answered_at: ended_at, ended_at })
  await fixture.sendEvent(call, 'ended', { outcome: 'busy', ended_reason: '486' })
  await fixture.sendEvent(call, 'ended', { outcome: 'no_answer', ended_reason: '480' })
  t.match(
    await read(),
    { status: 'failed', outcome: 'busy', ended_reason: '486', ended_at },
    'the first report counts',
  )
  await fixture.settle()
  const tasks = await fixture.tasks(id)
  t.match(
    tasks.find(({ call_id }: { call_id: string }) => call_id === call.call_id),
    { status: 'retry', outcome: 'busy' },
  )
  t.same(await s.db.orm.execute(sql`select 1 from leases where call_id = ${call.call_id}::uuid`), [])
  await assertConsistent(t, s.db, fixture.company.id)
})

test("The agent's report after a lost call counts as its outcome", async (t) => {
  const dialed = await dialFirst()
  const { fixture, call, read } = dialed
  fixture.carrier.lookupResult = () => ({ kind: 'live', status: 'active' })
  await watch(dialed)
  fixture.setNow(after(300))
  await fixture.request('POST', `/api/calls/${call.call_id}/turns`, {
    turns: [{ turn_index: 0, role: 'user', content: 'Yes' }],
  })
  t.match(await read(), { status: 'failed', outcome: 'lost' }, 'turns alone are no outcome')
  await fixture.request('POST', `/api/calls/${call.call_id}/complete`, { outcome: 'success' })
  t.match(await read(), { status: 'failed', outcome: 'success', is_outcome_classified: false })
})

test('stop with hang_up frees the slots of calls that never end, within the margins', async (t) => {
  const dialed = await dialFirst()
  const { fixture, id, call } = dialed
  fixture.carrier.lookupResult = () => ({ kind: 'live', status: 'active' })
  fixture.setNow(after(10))
  await fixture.request('POST', `/api/campaigns/${id}/stop?hang_up=true`)
  t.same(fixture.carrier.hungUp, [call.call_id], 'at once')
  const { endedAt } = await watch(dialed, { from: 15 })
  t.equal(endedAt, 75)
  await fixture.settle()
  for (const task of await fixture.tasks(id)) t.match(task, { status: 'cancelled' })
  await assertConsistent(t, s.db, fixture.company.id)
})

test('A hang-up that fails does not stop the others, and is repeated', async (t) => {
  const fixture = await newFixture()
  const { carrier } = fixture
  const id = await fixture.startCampaign(3)
  const dialed = await fixture.dial()
  const hangUp = carrier.hangUp.bind(carrier)
  carrier.hangUp = async (call) => {
    if (call.call_id === dialed[0]?.call_id) throw new Error('broken')
    return hangUp(call)
  }
  await fixture.request('POST', `/api/campaigns/${id}/stop?hang_up=true`)
  t.equal(carrier.hungUp.length, 2)
  carrier.hangUp = hangUp
  carrier.lookupResult = () => ({ kind: 'live', status: 'active' })
  await rescueStep(s.db, carrier, 'two', after(6))
  t.ok(carrier.hungUp.includes(dialed[0]?.call_id ?? ''))
})

test('A contact that is cancelled during its call is hung up, and not called again', async (t) => {
  const cancel = async (end: (dialed: Dialed) => Promise<unknown>) => {
    const dialed = await dialFirst()
    const { fixture, id, call } = dialed
    const tasks = await fixture.tasks(id)
    const task = tasks.find(({ call_id }: { call_id: string | null }) => call_id === call.call_id)
    fixture.setNow(after(10))
    const path = `/api/call-tasks/${task.id}`
    t.match(await fixture.request('PATCH', path, { status: 'cancelled', priority: 5 }), {
      status: 'in_progress',
      priority: 5,
    })
    t.same(fixture.carrier.hungUp, [call.call_id], 'at once')
    await end(dialed)
    await fixture.settle()
    const { items } = await fixture.request('GET', `${path}/history`)
    t.ok(items.some(({ rule }: { rule: string | null }) => rule === 'cancelled_by_user'))
    await assertConsistent(t, s.db, fixture.company.id)
    return fixture.request('GET', path)
  }
  const reports = (outcome: 'cancelled' | 'busy' | 'success') => (dialed: Dialed) =>
    dialed.fixture.endCall(dialed.call, outcome)
  t.match(await cancel(reports('cancelled')), { status: 'cancelled' })
  t.match(
    await cancel(reports('busy')),
    { status: 'cancelled', outcome: 'busy' },
    'it would be retried otherwise',
  )
  t.match(
    await cancel(reports('success')),
    { status: 'completed', outcome: 'success' },
    'what happened counts',
  )
  t.match(
    await cancel(async (dialed) => {
      dialed.fixture.carrier.lookupResult = (): LookupResult => ({ kind: 'live', status: 'active' })
      t.equal((await watch(dialed, { from: 15 })).endedAt, 75)
    }),
    { status: 'cancelled', outcome: 'lost' },
    'when the call does not end, it is lost within the margins',
  )
})
