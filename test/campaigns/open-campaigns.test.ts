// Campaigns that stay open, and completed ones that accept contacts and are resumed.
import t, { test } from 'tap'
import { scheduleStep } from '../../src/modules/dialing/index.ts'
import type { DialRequest } from '../../src/telephony/carrier.ts'
import { boundary, form } from '../call-lists/setup.ts'
import { after, assertConsistent, DialingFixture, freshNumber } from '../dialing/dialing-setup.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)

const tick = async (fixture: DialingFixture, seconds: number) => {
  fixture.setNow(after(seconds))
  await scheduleStep(s.db, fixture.now)
}
const campaignOf = (fixture: DialingFixture, id: string) => fixture.request('GET', `/api/campaigns/${id}`)
const add = (fixture: DialingFixture, id: string, phone_number = freshNumber()) =>
  fixture.request('POST', `/api/campaigns/${id}/tasks`, { tasks: [{ phone_number }] })
/** Sends a request that is refused. */
const refused = async (fixture: DialingFixture, path: string, body: object = {}, headers: object = {}) => {
  const response = await s.request('POST', path, { ...fixture.company.headers, ...headers }, body)
  return { status: response.status, code: response.body.code, detail: response.body.detail }
}
const eventsOf = async (fixture: DialingFixture, id: string): Promise<string[]> =>
  (await fixture.request('GET', `/api/campaigns/${id}/log`)).items.map(
    ({ event }: { event: string }) => event,
  )

/** A campaign of one contact that was reached, so that the campaign is completed. */
async function completedCampaign(settings: object = {}) {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(1, settings)
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.endCall(call, 'success')
  await fixture.settle()
  await tick(fixture, 1)
  return { fixture, id, call }
}

test('An open campaign stays running with an empty queue, and calls contacts that are added later', async (t) => {
  const { fixture, id } = await completedCampaign({ completes: 'never' })
  for (const seconds of [60, 86_400]) {
    await tick(fixture, seconds)
    t.match(await campaignOf(fixture, id), { status: 'running', completes: 'never', completed_tasks: 1 })
  }
  t.match(await fixture.request('GET', `/api/campaigns/${id}/diagnostics`), {
    can_dial: false,
    reasons: [{ code: 'nobody_waiting', detail: /stays open for contacts that are added/ }],
  })
  const phone_number = freshNumber()
  await add(fixture, id, phone_number)
  await tick(fixture, 86_402)
  const [call] = await fixture.dial()
  t.match(call, { phone_number })
  await assertConsistent(t, s.db, fixture.company.id)
})

test('An open campaign starts without contacts; one that completes when it is done does not', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign([], { completes: 'never' })
  await tick(fixture, 60)
  t.match(await campaignOf(fixture, id), { status: 'running' })
  const input = { name: 'C', skillbase_id: fixture.bot }
  const { id: closed, completes } = await fixture.request('POST', '/api/campaigns', input)
  t.equal(completes, 'when_done', 'the default')
  t.match(await refused(fixture, `/api/campaigns/${closed}/start`), { status: 409, code: 'no_tasks' })
})

test('An open campaign is completed once completes is when_done, or at its end_time', async (t) => {
  const { fixture, id } = await completedCampaign({ completes: 'never' })
  await fixture.request('PATCH', `/api/campaigns/${id}`, { completes: 'when_done' })
  await tick(fixture, 60)
  t.match(await campaignOf(fixture, id), { status: 'completed', status_reason: 'all contacts are done' })

  const ending = await completedCampaign({ completes: 'never', end_time: after(120).toISOString() })
  await tick(ending.fixture, 119)
  t.match(await campaignOf(ending.fixture, ending.id), { status: 'running' })
  await tick(ending.fixture, 120)
  t.match(await campaignOf(ending.fixture, ending.id), {
    status: 'completed',
    status_reason: 'its end_time has passed',
  })
})

test('A clone has the same completes', async (t) => {
  const { fixture, id } = await completedCampaign({ completes: 'never' })
  t.match(await fixture.request('POST', `/api/campaigns/${id}/clone`), { completes: 'never' })
})

test('A completed campaign accepts contacts, and calls them once it is resumed', async (t) => {
  const { fixture, id, call } = await completedCampaign()
  const phone_number = freshNumber()
  t.match(await add(fixture, id, phone_number), { created: 1 })
  t.match(await add(fixture, id, call.phone_number), { created: 0, skipped: 1 }, 'each number once')
  await tick(fixture, 60)
  t.same(await fixture.dial(), [], 'not before the resume')
  t.match(await campaignOf(fixture, id), { status: 'completed', total_tasks: 2 })
  const resumed = await fixture.request('POST', `/api/campaigns/${id}/resume`)
  t.match(resumed, { status: 'running', status_reason: null, ended_at: null })
  t.match(await fixture.dial(), [{ phone_number }])
  t.same(await eventsOf(fixture, id), [
    'resumed',
    'tasks_added',
    'completed',
    'started',
    'tasks_added',
    'created',
  ])
  await assertConsistent(t, s.db, fixture.company.id)
})

test('A completed campaign accepts a call list', async (t) => {
  const { fixture, id } = await completedCampaign()
  const headers = {
    ...fixture.company.headers,
    'content-type': `multipart/form-data; boundary=${boundary}`,
  }
  const file = `phone_number\n${freshNumber()}\n${freshNumber()}\n`
  const uploaded = await s.request('POST', `/api/campaigns/${id}/call-list`, headers, form(file))
  t.match(uploaded.body, { status: 'completed', created: 2 })
  await fixture.request('POST', `/api/campaigns/${id}/resume`)
  await tick(fixture, 60)
  t.equal((await fixture.dial()).length, 2)
})

test('A contact of a completed campaign can be returned to the queue, and is called after the resume', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(1, { max_retries: 0 })
  const [call] = (await fixture.dial()) as [DialRequest]
  await fixture.endCall(call, 'no_answer')
  await fixture.settle()
  await tick(fixture, 1)
  const { id: task } = await fixture.task(id)
  await fixture.request('PATCH', `/api/call-tasks/${task}`, { status: 'pending' })
  await fixture.request('POST', `/api/campaigns/${id}/resume`)
  await tick(fixture, 60)
  t.match(await fixture.dial(), [{ call_task_id: task }])
  await assertConsistent(t, s.db, fixture.company.id)
})

test('A completed campaign in which nobody waits is resumed only if it stays open', async (t) => {
  const { fixture, id } = await completedCampaign()
  const path = `/api/campaigns/${id}/resume`
  t.match(await refused(fixture, path), { status: 409, code: 'no_tasks', detail: /no contact waits/ })
  await fixture.request('PATCH', `/api/campaigns/${id}`, { completes: 'never' })
  t.match(await fixture.request('POST', path), { status: 'running' })
  await tick(fixture, 60)
  t.match(await campaignOf(fixture, id), { status: 'running' })
})

test('After its end_time, a completed campaign neither accepts contacts nor resumes until a later one is set', async (t) => {
  const { fixture, id } = await completedCampaign({ end_time: after(3600).toISOString() })
  await add(fixture, id)
  await tick(fixture, 3600)
  const passed = { status: 409, code: 'end_time_passed', detail: /Set a later end_time, or null, first/ }
  t.match(await refused(fixture, `/api/campaigns/${id}/resume`), passed)
  const contacts = { tasks: [{ phone_number: freshNumber() }] }
  t.match(await refused(fixture, `/api/campaigns/${id}/tasks`, contacts), passed)
  await fixture.request('PATCH', `/api/campaigns/${id}`, { end_time: after(7200).toISOString() })
  await add(fixture, id)
  t.match(await fixture.request('POST', `/api/campaigns/${id}/resume`), { status: 'running' })
  await tick(fixture, 3602)
  t.equal((await fixture.dial()).length, 2, 'the contact that waited, and the new one')
})

test('A resume of a completed campaign for a later start schedules it', async (t) => {
  const { fixture, id } = await completedCampaign()
  await add(fixture, id)
  await fixture.request('PATCH', `/api/campaigns/${id}`, { start_time: after(600).toISOString() })
  t.match(await fixture.request('POST', `/api/campaigns/${id}/resume`), { status: 'scheduled' })
  await tick(fixture, 600)
  t.match(await campaignOf(fixture, id), { status: 'running' })
  t.equal((await fixture.dial()).length, 1)
})

test('A resume of a completed campaign with an outdated If-Match gets 412', async (t) => {
  const { fixture, id } = await completedCampaign()
  await add(fixture, id)
  const { headers } = await s.request('GET', `/api/campaigns/${id}`, fixture.company.headers)
  await fixture.request('PATCH', `/api/campaigns/${id}`, { calls_per_minute: 7 })
  const path = `/api/campaigns/${id}/resume`
  t.match(await refused(fixture, path, {}, { 'if-match': String(headers.etag) }), {
    status: 412,
    code: 'stale_etag',
  })
  t.match(await campaignOf(fixture, id), { status: 'completed' })
})

test('The bot of a completed campaign cannot be changed; a stopped campaign accepts no contacts', async (t) => {
  const { fixture, id } = await completedCampaign()
  const response = await s.request('PATCH', `/api/campaigns/${id}`, fixture.company.headers, {
    skillbase_version: null,
  })
  t.match(response.body, { status: 409, code: 'frozen' })
  const stopped = await fixture.startCampaign(1)
  await fixture.request('POST', `/api/campaigns/${stopped}/stop`)
  const contacts = { tasks: [{ phone_number: freshNumber() }] }
  t.match(await refused(fixture, `/api/campaigns/${stopped}/tasks`, contacts), {
    status: 409,
    code: 'campaign_over',
  })
  t.match(await refused(fixture, `/api/campaigns/${stopped}/resume`), { code: 'invalid_transition' })
})
