// Which version of its skillbase a campaign runs, and since when.
import t, { test } from 'tap'
import { scheduleStep } from '../../src/modules/dialing/index.ts'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { after, DialingFixture } from '../dialing/dialing-setup.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)
const start_time = after(600).toISOString()

const campaignOf = (fixture: DialingFixture, id: string) => fixture.request('GET', `/api/campaigns/${id}`)
const change = (fixture: DialingFixture, id: string, body: object) =>
  fixture.request('PATCH', `/api/campaigns/${id}`, body)

const tick = async (fixture: DialingFixture, seconds: number) => {
  fixture.setNow(after(seconds))
  await scheduleStep(s.db, fixture.now)
}

/** Publishes a new version of the bot. */
async function publishNext(fixture: DialingFixture, model: string): Promise<number> {
  const path = `/api/skillbases/${fixture.bot}`
  await fixture.request('PUT', `${path}/config`, {
    ...exampleConfig,
    llm: { ...exampleConfig.llm, model },
  })
  await fixture.request('POST', `${path}/publish`, {})
  return (await fixture.request('GET', path)).published_version
}

test('A scheduled campaign shows the version that it pinned and when, and keeps it at its start', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(1, { start_time })
  const pinned = { skillbase_version: 1, skillbase_version_pinned_at: after(0).toISOString() }
  t.match(await campaignOf(fixture, id), {
    status: 'scheduled',
    version_pinning: 'when_scheduled',
    ...pinned,
  })
  t.equal(await publishNext(fixture, 'second'), 2)
  await tick(fixture, 600)
  t.match(await campaignOf(fixture, id), { status: 'running', ...pinned })
  t.match(await fixture.dial(), [{ skillbase_version: 1 }])
})

test('A campaign with version_pinning when_started takes the version that is published at its start', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(1, { start_time, version_pinning: 'when_started' })
  const unpinned = { skillbase_version: null, skillbase_version_pinned_at: null }
  t.match(await campaignOf(fixture, id), { status: 'scheduled', ...unpinned })
  await publishNext(fixture, 'second')
  await tick(fixture, 600)
  const pinned = { skillbase_version: 2, skillbase_version_pinned_at: after(600).toISOString() }
  t.match(await campaignOf(fixture, id), { status: 'running', ...pinned })
  t.equal(await publishNext(fixture, 'third'), 3)
  t.match(await fixture.dial(), [{ skillbase_version: 2 }], 'and keeps it')
  await fixture.request('POST', `/api/campaigns/${id}/pause`)
  await fixture.request('POST', `/api/campaigns/${id}/resume`)
  t.match(await campaignOf(fixture, id), pinned)

  const clone = await fixture.request('POST', `/api/campaigns/${id}/clone`)
  t.match(
    clone,
    { version_pinning: 'when_started', ...unpinned },
    'a clone takes the version of its own start',
  )
})

test('A start at once pins the published version, whatever version_pinning is', async (t) => {
  for (const version_pinning of ['when_scheduled', 'when_started']) {
    const fixture = await DialingFixture.create(s)
    const id = await fixture.startCampaign(1, { version_pinning })
    t.match(await campaignOf(fixture, id), {
      skillbase_version: 1,
      skillbase_version_pinned_at: after(0).toISOString(),
    })
  }
})

test('A version that the caller has chosen is not pinned', async (t) => {
  const fixture = await DialingFixture.create(s)
  const chosen = { skillbase_version: 1, skillbase_version_pinned_at: null }
  const id = await fixture.startCampaign(1, {
    start_time,
    skillbase_version: 1,
    version_pinning: 'when_started',
  })
  await publishNext(fixture, 'second')
  t.match(await campaignOf(fixture, id), chosen)
  await tick(fixture, 600)
  t.match(await campaignOf(fixture, id), { status: 'running', ...chosen })

  const other = await fixture.startCampaign(1, { start_time: after(1_200).toISOString() })
  t.match(await campaignOf(fixture, other), { skillbase_version: 2, skillbase_version_pinned_at: String })
  t.match(await change(fixture, other, { skillbase_version: 1 }), chosen, 'an edit while it is scheduled')
})

test('version_pinning can change while the campaign is scheduled, and not after the start', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(1, { start_time })
  t.match(await change(fixture, id, { version_pinning: 'when_started' }), {
    skillbase_version: null,
    skillbase_version_pinned_at: null,
  })
  fixture.setNow(after(60))
  await publishNext(fixture, 'second')
  t.match(await change(fixture, id, { version_pinning: 'when_scheduled' }), {
    skillbase_version: 2,
    skillbase_version_pinned_at: after(60).toISOString(),
  })
  await tick(fixture, 600)
  const headers = fixture.company.headers
  const response = await s.request('PATCH', `/api/campaigns/${id}`, headers, {
    version_pinning: 'when_started',
  })
  t.match(response.body, { status: 409, code: 'frozen' })
})

test('A campaign whose skillbase has no published version at its start stays scheduled, and shows why', async (t) => {
  const fixture = await DialingFixture.create(s)
  const id = await fixture.startCampaign(1, { start_time, version_pinning: 'when_started' })
  await fixture.request('POST', `/api/skillbases/${fixture.bot}/unpublish`, {})
  await tick(fixture, 600)
  t.match(await campaignOf(fixture, id), { status: 'scheduled' })
  const { reasons } = await fixture.request('GET', `/api/campaigns/${id}/diagnostics`)
  t.match(
    reasons.find(({ code }: { code: string }) => code === 'set_aside'),
    { detail: /operation start failed .*no published version/ },
  )
  await fixture.request('POST', `/api/skillbases/${fixture.bot}/publish`, {})
  await tick(fixture, 900)
  t.match(await campaignOf(fixture, id), { status: 'running', skillbase_version: 1 })
})

test('A start that schedules needs a published version, also with when_started', async (t) => {
  const fixture = await DialingFixture.create(s)
  await fixture.request('POST', `/api/skillbases/${fixture.bot}/unpublish`, {})
  await t.rejects(fixture.startCampaign(1, { start_time, version_pinning: 'when_started' }), {
    message: /409 .*not_published/,
  })
})
