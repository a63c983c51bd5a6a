import { test } from 'tap'
import { createCampaignTester, freshNumber } from '../setup/campaign-tester.ts'
import { startTestService } from '../setup/service.ts'

test('Commands of campaigns', async (t) => {
  const s = await startTestService(t)
  const api = await createCampaignTester(s)
  const command = (id: string, name: string, headers = {}) =>
    s.request('POST', `/api/campaigns/${id}/${name}`, { ...api.company.headers, ...headers })
  const eventsOf = async (id: string): Promise<string[]> =>
    (await api.get(`/api/campaigns/${id}/log`)).body.items.map(({ event }: { event: string }) => event)

  t.test('Starting a paused campaign resumes it, with the checks of a resume', async (t) => {
    const id = await api.campaignIn('draft')
    await command(id, 'start')
    await command(id, 'pause')
    const started = await command(id, 'start')
    t.match(started, { status: 200, body: { status: 'running', status_reason: null, warnings: [] } })
    t.same(await eventsOf(id), ['resumed', 'paused', 'started', 'tasks_added', 'created'])

    await command(id, 'pause')
    await api.patch(`/api/campaigns/${id}`, { end_time: '2026-01-01T00:00:00Z', start_time: null })
    t.match((await command(id, 'start')).body, { status: 409, code: 'end_time_passed' })
    await api.patch(`/api/campaigns/${id}`, { end_time: null, start_time: '2990-01-01T00:00:00Z' })
    t.match(await command(id, 'start'), { status: 200, body: { status: 'scheduled' } })
  })

  t.test('A campaign that the circuit breaker paused is started like any paused campaign', async (t) => {
    const id = await api.campaignIn('draft')
    await command(id, 'start')
    await s.db.client`update campaigns set status = 'paused', status_reason = 'breaker' where id = ${id}`
    t.match(await command(id, 'start'), { status: 200, body: { status: 'running', status_reason: null } })
  })

  t.test('Of two concurrent starts of a paused campaign, one succeeds', async (t) => {
    const id = await api.campaignIn('paused')
    const responses = await Promise.all([command(id, 'start'), command(id, 'start')])
    t.same(responses.map(({ status }) => status).sort(), [200, 409])
    t.same(
      (await eventsOf(id)).filter((event) => event === 'resumed'),
      ['resumed'],
    )
  })

  t.test('A repeated stop succeeds, changes nothing and records no event', async (t) => {
    const id = await api.campaign()
    await api.add(id, { phone_number: freshNumber() })
    await command(id, 'start')
    const first = await command(id, 'stop')
    t.match(first, { status: 200, body: { status: 'stopped' } })
    const second = await command(id, 'stop')
    t.equal(second.status, 200)
    t.same(second.body, first.body, 'also updated_at and ended_at are those of the first stop')
    t.equal(second.headers.etag, first.headers.etag)
    t.match(await command(id, 'stop?hang_up=true'), { status: 200, body: { status: 'stopped' } })
    t.same(
      (await eventsOf(id)).filter((event) => event === 'stopped'),
      ['stopped'],
    )
  })

  t.test('Of two concurrent stops both succeed, and one of them cancels the contacts', async (t) => {
    const id = await api.campaignIn('running')
    const responses = await Promise.all([command(id, 'stop'), command(id, 'stop')])
    t.same(
      responses.map(({ status }) => status),
      [200, 200],
    )
    t.same(responses[0]?.body, responses[1]?.body)
    t.same(
      (await eventsOf(id)).filter((event) => event === 'stopped'),
      ['stopped'],
    )
  })

  t.test('A completed campaign cannot be stopped, and a running one cannot be started again', async (t) => {
    t.match((await command(await api.campaignIn('completed'), 'stop')).body, { code: 'invalid_transition' })
    const refused = (await command(await api.campaignIn('running'), 'start')).body
    t.match(refused, { status: 409, detail: /Allowed in this status: pause, stop, restart\.$/ })
  })

  t.test('A command with an outdated If-Match gets 412 and changes nothing', async (t) => {
    const statusBefore = {
      start: 'draft',
      pause: 'running',
      resume: 'paused',
      stop: 'running',
      restart: 'running',
    }
    for (const [name, status] of Object.entries(statusBefore)) {
      const id = await api.campaignIn(status)
      if (name === 'restart') {
        await s.db.client`update call_tasks set status = 'failed' where campaign_id = ${id}`
        await s.db.client`update campaigns set failed_tasks = 1 where id = ${id}`
      }
      const outdated = String((await api.get(`/api/campaigns/${id}`)).headers.etag)
      const { headers } = await api.patch(`/api/campaigns/${id}`, { name: 'Changed' })
      const refused = await command(id, name, { 'if-match': outdated })
      t.match(refused, { status: 412, body: { code: 'stale_etag' } }, name)
      t.equal((await api.get(`/api/campaigns/${id}`)).body.status, status)
      const accepted = await command(id, name, { 'if-match': String(headers.etag) })
      t.equal(accepted.status, 200, `${name} with the current ETag`)
    }
    const stopped = await api.campaignIn('stopped')
    t.equal((await command(stopped, 'stop', { 'if-match': '"outdated"' })).status, 412)
    t.equal((await command(stopped, 'stop', { 'if-match': '*' })).status, 200)
  })
})
