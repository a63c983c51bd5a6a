// Live calls that no carrier can be asked about: they end as lost when nothing is reported about them any more.
import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { asOwner } from '../../src/db/transaction.ts'
import type { SetAsideItem } from '../../src/lib/set-aside.ts'
import { createCallToken } from '../../src/modules/briefs/index.ts'
import { applyCarrierEvents, SilentCalls } from '../../src/modules/dialing/index.ts'
import type { CarrierEvent } from '../../src/telephony/carrier.ts'
import { startTestService, type TestCompany } from '../setup/service.ts'
import { DialingFixture, poisonCall } from './dialing-setup.ts'

// The time of the last report is the database's own, so these tests use the real time.
const s = await startTestService(t)
const longestSec = 14_400 + 60
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000)

/** Reports a live call. */
async function newCall(company: TestCompany, fields: object = {}): Promise<string> {
  const { body } = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound', ...fields })
  return body.id
}

const read = async (company: TestCompany, id: string) =>
  (await s.request('GET', `/api/calls/${id}`, company.headers)).body

const liveCalls = async (company: TestCompany) =>
  (await s.request('GET', '/api/dashboard/stats', company.headers)).body.live_calls

/** Moves the reports of all calls into the past. */
const moveBack = (seconds: number) =>
  s.db.orm.execute(sql`
    update calls set updated_at = updated_at - make_interval(secs => ${seconds}),
      created_at = created_at - make_interval(secs => ${seconds}),
      started_at = started_at - make_interval(secs => ${seconds}), dialed_at = dialed_at - make_interval(secs => ${seconds}),
      answered_at = answered_at - make_interval(secs => ${seconds})
    where status in ('queued', 'dialing', 'ringing', 'active')`)

/** Runs one step of the loop. */
const end = (now: Date) => new SilentCalls(s.db, {}).step(now)

test('A call that is silent for longer than 4 h ends as lost, and leaves live_calls', async (t) => {
  const company = await s.createCompany()
  const id = await newCall(company)
  t.equal(await liveCalls(company), 1)
  t.equal(await end(inSeconds(longestSec - 60)), 0, 'not earlier')
  const before = Date.now()
  t.equal(await end(inSeconds(longestSec + 60)), 1)
  const call = await read(company, id)
  t.match(call, {
    status: 'failed',
    outcome: 'lost',
    ended_reason: 'nothing was reported for longer than the call may last',
  })
  t.ok(Date.parse(call.ended_at) <= before, 'it ended when something was last reported')
  t.equal(await liveCalls(company), 0)
  t.equal(await end(inSeconds(longestSec + 120)), 0)
})

test('A turn, an event, a change and metrics each show that a call is not silent', async (t) => {
  const company = await s.createCompany()
  const signs: Record<string, (id: string) => Promise<unknown>> = {
    turn: (id) =>
      s.request('POST', `/api/calls/${id}/turns`, company.headers, {
        turns: [{ turn_index: 0, role: 'user', content: 'Yes' }],
      }),
    event: (id) => applyEvent({ company_id: company.id, call_id: id, type: 'answered', at: new Date() }),
    change: (id) => s.request('PATCH', `/api/calls/${id}`, company.headers, { language: 'ru' }),
    metrics: (id) => s.request('PUT', `/api/calls/${id}/metrics`, company.headers, { interruption_count: 0 }),
  }
  for (const [name, report] of Object.entries(signs)) {
    const id = await newCall(company)
    await moveBack(longestSec + 600)
    await report(id)
    t.equal(await end(new Date()), 0, name)
    t.match(await read(company, id), { status: 'active' }, name)
    t.equal(await end(inSeconds(longestSec + 60)), 1, `${name}: silent after it`)
  }
})

const applyEvent = async (event: CarrierEvent) => {
  const { failed } = await applyCarrierEvents(s.db, [event], new Date())
  for (const { error } of failed) throw error
}

test('Turns with times of the future do not keep a call alive', async (t) => {
  const company = await s.createCompany()
  const id = await newCall(company)
  await s.request('POST', `/api/calls/${id}/turns`, company.headers, {
    turns: [{ turn_index: 0, role: 'user', content: 'Yes', created_at: '9999-01-01T00:00:00Z' }],
  })
  t.equal(await end(inSeconds(longestSec + 60)), 1)
  t.match(await read(company, id), { status: 'failed', outcome: 'lost', turn_count: 1 })
})

test('In a campaign, its limits are the longest duration', async (t) => {
  const fixture = await DialingFixture.create(s)
  s.setNow(undefined)
  const campaign = await fixture.request('POST', '/api/campaigns', {
    name: 'Inbound',
    skillbase_id: fixture.bot,
    ring_timeout_sec: 15,
    max_call_duration_sec: 60,
  })
  s.setNow(undefined)
  const { company } = fixture
  const id = await newCall(company, { campaign_id: campaign.id })
  t.equal(await end(inSeconds(120)), 0)
  t.equal(await end(inSeconds(150)), 1)
  t.match(await read(company, id), { outcome: 'lost' })
})

test('Attempts and test calls are left to the rescuer', async (t) => {
  const fixture = await DialingFixture.create(s)
  await fixture.startCampaign(1)
  await fixture.dial()
  await fixture.request('POST', `/api/skillbases/${fixture.bot}/test-call`, { phone_number: '+79995550177' })
  t.equal(await end(inSeconds(30 * 86_400)), 0)
  s.setNow(undefined)
})

test('A report that arrives after a silent call was ended is recorded', async (t) => {
  const company = await s.createCompany()
  const id = await newCall(company)
  const token = await asOwner(s.db, company.id, (tx) => createCallToken(tx, id))
  await moveBack(longestSec + 60)
  t.equal(await end(new Date()), 1)
  const headers = { authorization: `Bearer ${token}` }
  const { body } = await s.request('POST', `/api/calls/${id}/complete`, headers, {
    outcome: 'success',
    ended_reason: 'hang_up',
    collected_data: { name: 'Anna' },
  })
  t.match(body.call, {
    status: 'failed',
    outcome: 'success',
    ended_reason: 'hang_up',
    collected_data: { name: 'Anna' },
  })
})

test('A call that cannot be ended is tried again later, and holds up no other', async (t) => {
  const company = await s.createCompany()
  const [poisoned, healthy] = [await newCall(company), await newCall(company)]
  const cure = await poisonCall(s.db, { call_id: poisoned })
  const setAside: SetAsideItem[] = []
  const silent = new SilentCalls(s.db, { onSetAside: (item) => void setAside.push(item) })
  const now = inSeconds(longestSec + 60)
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  t.equal(await silent.step(now), 1)
  t.match(await read(company, healthy), { outcome: 'lost' })
  t.match(setAside, [{ kind: 'call', company_id: company.id, id: poisoned, reason: /22003/ }])
  for (const seconds of [1, 2, 3, 6]) await silent.step(after(seconds))
  t.equal(setAside.length, 3, 'after 2 s and 4 s')
  await cure()
  t.equal(await silent.step(after(60)), 1)
  t.match(await read(company, poisoned), { outcome: 'lost' })
})

test('Many silent calls of one company do not delay those of another', async (t) => {
  const [noisy, other] = [await s.createCompany(), await s.createCompany()]
  await s.db.orm.execute(sql`
    insert into calls (company_id, direction, status, started_at, created_at, updated_at)
    select ${noisy.id}::uuid, 'inbound', 'active', now() - interval '9 h', now() - interval '9 h', now() - interval '9 h'
    from generate_series(1, 150)`)
  const id = await newCall(other)
  t.equal(await end(inSeconds(longestSec + 60)), 100)
  t.match(await read(other, id), { outcome: 'lost' })
  t.equal(await end(inSeconds(longestSec + 60)), 51)
})
