import { sql } from 'drizzle-orm'
import { type Test, test } from 'tap'
import { campaignCommands, campaignStatuses, taskStatuses } from '../src/db/schema/index.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { createCampaignTester, freshNumber } from './setup/campaign-tester.ts'
import { startTestService, type TestService } from './setup/service.ts'

const unknownId = '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b'

/** The counters of a campaign, and the counts of its rows. */
async function counters(s: TestService, id: string) {
  const [row] = await s.db.orm.execute(sql`
    select total_tasks, completed_tasks, failed_tasks,
      (select count(*)::int from call_tasks where campaign_id = c.id) as total,
      (select count(*)::int from call_tasks where campaign_id = c.id and status = 'completed') as completed,
      (select count(*)::int from call_tasks where campaign_id = c.id and status = 'failed') as failed
    from campaigns c where id = ${id}::uuid`)
  return row as Record<string, number>
}

async function checkCounters(t: Test, s: TestService, id: string) {
  const { total_tasks, completed_tasks, failed_tasks, total, completed, failed } = await counters(s, id)
  t.same(
    [total_tasks, completed_tasks, failed_tasks],
    [total, completed, failed],
    'the counters equal the counts of rows',
  )
}

test('Campaigns', async (t) => {
  const s = await startTestService(t)
  const api = await createCampaignTester(s)

  t.test(
    'A command changes the status if the current status allows it, and otherwise gets 409',
    async (t) => {
      const allowed: Record<string, Record<string, string>> = {
        draft: { start: 'running' },
        scheduled: { start: 'running', pause: 'paused', stop: 'stopped' },
        running: { pause: 'paused', stop: 'stopped' },
        paused: { start: 'running', resume: 'running', stop: 'stopped' },
        completed: { resume: 'running' },
        stopped: { stop: 'stopped' },
      }
      for (const status of campaignStatuses) {
        for (const command of campaignCommands.filter((name) => name !== 'restart')) {
          const id = await api.campaignIn(status)
          const response = await api.post(`/api/campaigns/${id}/${command}`, {})
          const newStatus = allowed[status]?.[command]
          if (newStatus === undefined) {
            t.match(response.body, {
              status: 409,
              code: 'invalid_transition',
              detail: new RegExp(`^The campaign is ${status}, so it cannot be`),
            })
          } else t.match(response, { status: 200, body: { status: newStatus } }, `${command} from ${status}`)
        }
      }
    },
  )

  t.test('Restart is allowed once a campaign has started, and needs a contact to restart', async (t) => {
    for (const status of campaignStatuses) {
      const id = await api.campaignIn(status)
      const { body } = await api.post(`/api/campaigns/${id}/restart`, {})
      const hasStarted = status !== 'draft' && status !== 'scheduled'
      t.match(body, { status: 409, code: hasStarted ? 'nobody_to_restart' : 'invalid_transition' }, status)
    }
  })

  t.test('Start requires contacts, a version to run, an active skillbase and no past end_time', async (t) => {
    const now = new Date('2026-11-23T10:00:00Z')
    s.setNow(now)
    const start = async (id: string) => (await api.post(`/api/campaigns/${id}/start`)).body
    t.match(await start(await api.campaign()), { status: 409, code: 'no_tasks' })
    const unpublished = await api.skillbase(false)
    const draft = await api.campaignIn('draft', { skillbase_id: unpublished })
    t.match(await start(draft), { status: 409, code: 'not_published' })
    const pinned = await api.campaignIn('draft', { skillbase_id: unpublished, skillbase_version: 1 })
    t.match(
      await start(pinned),
      { status: 'running', skillbase_version: 1 },
      'a campaign with skillbase_version runs a version that is not published',
    )
    const past = await api.campaignIn('draft', { end_time: '2026-11-23T10:00:00Z' })
    t.match(await start(past), { status: 409, code: 'end_time_passed' })
    const future = await api.campaignIn('draft', { start_time: '2026-11-24T10:00:00Z' })
    t.match(await start(future), { status: 'scheduled', started_at: null })
    const started = await start(await api.campaignIn('draft'))
    t.match(started, { status: 'running', skillbase_version: 1, started_at: now.toISOString() })
    await s.request('PATCH', `/api/skillbases/${unpublished}`, api.company.headers, { is_active: false })
    const retired = await api.campaignIn('draft', { skillbase_id: unpublished, skillbase_version: 1 })
    t.match(await start(retired), { status: 409, code: 'skillbase_inactive' })
    s.setNow(undefined)
  })

  t.test('A started campaign keeps its version when another version is published', async (t) => {
    const bot = await api.skillbase()
    const id = await api.campaignIn('draft', { skillbase_id: bot })
    await api.post(`/api/campaigns/${id}/start`)
    const config = { ...exampleConfig, llm: { ...exampleConfig.llm, model: 'another' } }
    await s.request('PUT', `/api/skillbases/${bot}/config`, api.company.headers, config)
    await api.post(`/api/skillbases/${bot}/publish`, {})
    t.equal((await api.get(`/api/campaigns/${id}`)).body.skillbase_version, 1)
  })

  t.test('Of five concurrent starts one succeeds, and the others get 409', async (t) => {
    const id = await api.campaignIn('draft')
    const responses = await Promise.all(
      Array.from({ length: 5 }, () => api.post(`/api/campaigns/${id}/start`)),
    )
    t.same(responses.map(({ status }) => status).sort(), [200, 409, 409, 409, 409])
  })

  t.test('Stop cancels waiting tasks and leaves the others unchanged', async (t) => {
    const id = await api.campaign()
    await api.add(id, ...taskStatuses.map(() => ({ phone_number: freshNumber() })))
    const { body } = await api.get(`/api/campaigns/${id}/tasks`)
    for (const [i, status] of taskStatuses.entries()) {
      await s.db.orm.execute(
        sql`update call_tasks set status = ${status} where id = ${body.items[i].id}::uuid`,
      )
    }
    await api.forceStatus(id, 'running')
    await api.post(`/api/campaigns/${id}/stop`)
    const after = (await api.get(`/api/campaigns/${id}/tasks`)).body.items.map(
      (task: { status: string }) => task.status,
    )
    t.same(
      after,
      taskStatuses.map((status) => (status === 'pending' || status === 'retry' ? 'cancelled' : status)),
    )
    t.match((await api.get(`/api/campaigns/${id}`)).body, { status: 'stopped', ended_at: String })
  })

  t.test(
    'All fields can be edited before the start, limits and hours until it is stopped, name and description always',
    async (t) => {
      const other = await api.skillbase()
      const isNotStopped = (status: string) => status !== 'stopped'
      const edits: [object, (status: string) => boolean][] = [
        [{ name: 'Renamed' }, () => true],
        [{ description: null }, () => true],
        [{ calls_per_minute: 99, max_concurrent_calls: 9 }, isNotStopped],
        [{ daily_start_time: '09:00', daily_end_time: '24:00' }, isNotStopped],
        [{ skillbase_id: other }, (status) => ['draft', 'scheduled'].includes(status)],
        [{ skillbase_version: 1 }, (status) => ['draft', 'scheduled'].includes(status)],
      ]
      for (const status of campaignStatuses) {
        for (const [edit, isAllowed] of edits) {
          const id = await api.campaignIn(status, { description: 'D' })
          const response = await api.patch(`/api/campaigns/${id}`, edit)
          t.equal(response.status, isAllowed(status) ? 200 : 409, `${Object.keys(edit)} while ${status}`)
        }
      }
    },
  )

  t.test('An update with an outdated If-Match gets 412', async (t) => {
    const id = await api.campaign()
    const { etag } = (await api.get(`/api/campaigns/${id}`)).headers
    const first = await api.patch(`/api/campaigns/${id}`, { name: 'First' }, { 'if-match': String(etag) })
    t.equal(first.status, 200)
    t.not(first.headers.etag, etag)
    const outdated = await api.patch(`/api/campaigns/${id}`, { name: 'Late' }, { 'if-match': String(etag) })
    t.match(outdated.body, { status: 412, code: 'stale_etag' })
    t.equal((await api.patch(`/api/campaigns/${id}`, { name: 'Any' }, { 'if-match': '*' })).status, 200)
    const { etag: currentEtag } = (await api.get(`/api/campaigns/${id}`)).headers
    await api.add(id, { phone_number: freshNumber() })
    const running = await api.patch(
      `/api/campaigns/${id}`,
      { name: 'Still' },
      { 'if-match': String(currentEtag) },
    )
    t.equal(running.status, 200, 'a change of the counters does not change the ETag')
  })

  t.test('Invalid settings get 422 with an entry for each invalid field', async (t) => {
    const cases: [object, string[]][] = [
      [{ start_time: '2026-11-02T00:00:00Z', end_time: '2026-11-02T00:00:00Z' }, ['/end_time']],
      [{ daily_start_time: '09:00' }, ['/daily_end_time']],
      [{ daily_end_time: '09:00' }, ['/daily_start_time']],
      [{ daily_start_time: '09:00', daily_end_time: '09:00' }, ['/daily_end_time']],
      [{ timezone: 'Mars/Olympus' }, ['/timezone']],
      [{ timezone: '+03:00' }, ['/timezone']],
      [{ skillbase_id: unknownId }, ['/skillbase_id']],
      [{ skillbase_version: 7 }, ['/skillbase_version']],
      [{ skillbase_version: 7, daily_start_time: '09:00' }, ['/daily_end_time', '/skillbase_version']],
    ]
    for (const [settings, pointers] of cases) {
      const { status, body } = await api.post('/api/campaigns', {
        name: 'C',
        skillbase_id: api.publishedSkillbase,
        ...settings,
      })
      t.equal(status, 422, JSON.stringify(settings))
      t.same(
        body.errors.map((error: { pointer: string }) => error.pointer),
        pointers,
      )
    }
    const id = await api.campaign({ start_time: '2026-11-02T00:00:00Z' })
    t.equal(
      (await api.patch(`/api/campaigns/${id}`, { end_time: '2026-11-01T00:00:00Z' })).status,
      422,
      'checked together with the stored start_time',
    )
    for (const zone of ['UTC', 'Asia/Kolkata', 'Europe/Kyiv', 'America/Argentina/Buenos_Aires']) {
      t.equal(
        (
          await api.post('/api/campaigns', {
            name: 'C',
            skillbase_id: api.publishedSkillbase,
            timezone: zone,
          })
        ).status,
        201,
        zone,
      )
    }
    const night = await api.campaign({ daily_start_time: '22:00', daily_end_time: '06:30' })
    t.match((await api.get(`/api/campaigns/${night}`)).body, {
      daily_start_time: '22:00',
      daily_end_time: '06:30',
    })
  })

  t.test('A skillbase of another company gets the same response as one that does not exist', async (t) => {
    const otherCompanysSkillbase = await (await createCampaignTester(s)).skillbase()
    const responses = await Promise.all(
      [otherCompanysSkillbase, unknownId].map((skillbase_id) =>
        api.post('/api/campaigns', { name: 'C', skillbase_id }),
      ),
    )
    const [otherCompanys, unknown] = responses.map(({ body: { request_id: _, ...body } }) => body)
    t.same(otherCompanys, unknown)
  })

  t.test(
    'An active campaign, or one with calls, cannot be deleted; any other is deleted with its tasks',
    async (t) => {
      for (const status of ['scheduled', 'running', 'paused']) {
        const id = await api.campaignIn(status)
        t.match((await s.request('DELETE', `/api/campaigns/${id}`, api.company.headers)).body, {
          code: 'campaign_active',
        })
      }
      const called = await api.campaignIn('stopped')
      await api.post('/api/calls', { direction: 'outbound', campaign_id: called })
      t.match((await s.request('DELETE', `/api/campaigns/${called}`, api.company.headers)).body, {
        code: 'campaign_has_calls',
      })
      const id = await api.campaignIn('draft')
      t.equal((await s.request('DELETE', `/api/campaigns/${id}`, api.company.headers)).status, 204)
      t.same(await s.db.orm.execute(sql`select 1 from call_tasks where campaign_id = ${id}::uuid`), [])
    },
  )

  t.test('Stats are counted from rows', async (t) => {
    const id = await api.campaign()
    await api.add(id, ...Array.from({ length: 4 }, () => ({ phone_number: freshNumber() })))
    const { items } = (await api.get(`/api/campaigns/${id}/tasks`)).body
    const setTask = (i: number, status: string, outcome: string, attempts: number) =>
      s.db.orm.execute(sql`update call_tasks set status = ${status}, outcome = ${outcome},
        attempt_count = ${attempts} where id = ${items[i].id}::uuid`)
    await setTask(0, 'completed', 'success', 2)
    await setTask(1, 'failed', 'busy', 4)
    await setTask(2, 'retry', 'busy', 1)
    const calls = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(() => api.post('/api/calls', { direction: 'outbound', campaign_id: id })),
    )
    const completions = [
      { outcome: 'success', duration_sec: 10 },
      { outcome: 'fail', duration_sec: 11 },
      { outcome: 'busy', duration_sec: 20 },
      { outcome: 'voicemail', duration_sec: 12 },
      { outcome: 'cancelled', ended_reason: 'not_dialed', status: 'cancelled' },
    ]
    for (const [i, completion] of completions.entries()) {
      await api.post(`/api/calls/${calls[i]?.body.id}/complete`, completion)
    }
    t.same((await api.get(`/api/campaigns/${id}/stats`)).body, {
      campaign_id: id,
      tasks: {
        total: 4,
        open: 2,
        done: 2,
        by_status: { completed: 1, failed: 1, retry: 1, pending: 1 },
        by_outcome: { success: 1, busy: 2 },
      },
      calls: {
        total: 5,
        live: 1,
        dialed: 4,
        answered: 3,
        not_dialed: 1,
        answer_rate: 0.75,
        success_rate: 1 / 3,
        by_status: { completed: 4, active: 1 },
        by_outcome: { success: 1, fail: 1, busy: 1, voicemail: 1 },
        average_duration_sec: 11,
      },
      attempts: 7,
      progress: 0.5,
      calls_last_minute: 5,
      expected_end_at: null,
    })
    t.match((await api.get(`/api/campaigns/${await api.campaign()}/stats`)).body, {
      progress: 0,
      tasks: { total: 0 },
    })
  })

  t.test('Campaigns are filtered by status, skillbase and text in the name', async (t) => {
    const tester = await createCampaignTester(s)
    const ids = [
      await tester.campaign({ name: 'Spring 50%' }),
      await tester.campaignIn('running', { name: 'Autumn' }),
    ]
    const foundIndexes = async (query: string) =>
      (await tester.get(`/api/campaigns?${query}`)).body.items.map(({ id }: { id: string }) =>
        ids.indexOf(id),
      )
    t.same(await foundIndexes(''), [1, 0])
    t.same(await foundIndexes('status=draft'), [0])
    t.same(await foundIndexes('status=draft&status=running'), [1, 0])
    t.same(await foundIndexes(`skillbase_id=${unknownId}`), [])
    t.same(await foundIndexes('q=AUT'), [1])
    t.same(await foundIndexes('q=50%25'), [0])
    t.same(await foundIndexes('q=%25'), [0], '% is not a wildcard')
  })
})

test('Call tasks', async (t) => {
  const s = await startTestService(t)
  const api = await createCampaignTester(s)

  t.test('A campaign contains each number once, also when it is added in different notations', async (t) => {
    const id = await api.campaign()
    const first = await api.post(`/api/campaigns/${id}/tasks`, {
      default_country: 'RU',
      tasks: [
        { phone_number: '+7 (999) 200-00-01', contact_name: 'First' },
        { phone_number: '8 999 200 00 01', contact_name: 'Second' },
        { phone_number: '9992000002' },
      ],
    })
    t.same(first.body, { created: 2, skipped: 1, suppressed: 0, rejected: [] })
    const repeated = await api.add(id, { phone_number: '+79992000001' })
    t.same(repeated.body, { created: 0, skipped: 1, suppressed: 0, rejected: [] })
    const { items } = (await api.get(`/api/campaigns/${id}/tasks?phone_number=%2B7-999-200-00-01`)).body
    t.match(items, [{ phone_number: '+79992000001', contact_name: 'First' }])
    await checkCounters(t, s, id)
  })

  t.test(
    'Invalid contacts are reported by index without their numbers, and the others are added',
    async (t) => {
      const id = await api.campaign()
      const response = await api.add(
        id,
        { phone_number: freshNumber() },
        { phone_number: '79991234567' },
        { phone_number: '7.9991E+10' },
        { phone_number: '+7 999 123' },
        { phone_number: 'Anna' },
        { phone_number: freshNumber(), timezone: 'Mars/Olympus' },
        { phone_number: freshNumber() },
      )
      t.match(response, { status: 201, body: { created: 2, skipped: 0 } })
      t.same(
        response.body.rejected.map(({ index, code }: { index: number; code: string }) => [index, code]),
        [
          [1, 'invalid_phone_number'],
          [2, 'phone_in_scientific_notation'],
          [3, 'invalid_phone_number'],
          [4, 'invalid_phone_number'],
          [5, 'unknown_timezone'],
        ],
      )
      t.notMatch(JSON.stringify(response.body), /9991/)
    },
  )

  t.test('Counters equal the counts of rows after concurrent adds, updates and deletes', async (t) => {
    const id = await api.campaign()
    const shared = Array.from({ length: 20 }, () => ({ phone_number: freshNumber() }))
    await Promise.all(
      Array.from({ length: 8 }, () => api.add(id, ...shared, { phone_number: freshNumber() })),
    )
    t.equal((await counters(s, id)).total, 28)
    await checkCounters(t, s, id)
    const { items } = (await api.get(`/api/campaigns/${id}/tasks`)).body
    await Promise.all(
      items.map(({ id: task }: { id: string }, i: number) =>
        i % 3 === 0
          ? s.request('DELETE', `/api/call-tasks/${task}`, api.company.headers)
          : api.patch(`/api/call-tasks/${task}`, { status: 'cancelled' }),
      ),
    )
    t.equal((await counters(s, id)).total, 18)
    await checkCounters(t, s, id)
    await s.db.orm.execute(sql`update call_tasks set status = 'failed' where campaign_id = ${id}::uuid`)
    await s.db.orm.execute(sql`update campaigns set failed_tasks = 18 where id = ${id}::uuid`)
    await Promise.all(
      items.map(({ id: task }: { id: string }) =>
        api.patch(`/api/call-tasks/${task}`, { status: 'pending' }),
      ),
    )
    t.equal(
      (await counters(s, id)).failed_tasks,
      0,
      'a failed task that returns to the queue is no longer counted as failed',
    )
    await checkCounters(t, s, id)
  })

  t.test(
    'A user can cancel a waiting task and return an ended one to the queue; other changes of status get 409',
    async (t) => {
      const allowed: Record<string, string[]> = {
        pending: ['cancelled', 'pending'],
        in_progress: [],
        completed: [],
        retry: ['cancelled', 'pending'],
        failed: ['pending'],
        cancelled: ['cancelled', 'pending'],
        skipped: ['pending'],
      }
      const id = await api.campaign()
      for (const from of taskStatuses) {
        for (const to of ['cancelled', 'pending']) {
          await api.add(id, { phone_number: freshNumber() })
          const [task] = (await api.get(`/api/campaigns/${id}/tasks?limit=1`)).body.items
          await s.db.orm.execute(sql`update call_tasks set status = ${from} where id = ${task.id}::uuid`)
          const response = await api.patch(`/api/call-tasks/${task.id}`, { status: to })
          t.equal(response.status, allowed[from]?.includes(to) ? 200 : 409, `${from} -> ${to}`)
        }
      }
    },
  )

  t.test('In a stopped campaign no contact can be added or returned to the queue', async (t) => {
    const id = await api.campaignIn('stopped')
    t.match((await api.add(id, { phone_number: freshNumber() })).body, {
      status: 409,
      code: 'campaign_over',
    })
    const [task] = (await api.get(`/api/campaigns/${id}/tasks`)).body.items
    await s.db.orm.execute(sql`update call_tasks set status = 'failed' where id = ${task.id}::uuid`)
    t.match((await api.patch(`/api/call-tasks/${task.id}`, { status: 'pending' })).body, {
      code: 'campaign_over',
    })
  })

  t.test('A contact with calls cannot be deleted; one without calls can', async (t) => {
    const id = await api.campaignIn('running')
    const [task] = (await api.get(`/api/campaigns/${id}/tasks`)).body.items
    const { body: call } = await api.post('/api/calls', { direction: 'outbound', campaign_id: id })
    await s.db.orm.execute(sql`update calls set call_task_id = ${task.id}::uuid where id = ${call.id}::uuid`)
    const refused = await s.request('DELETE', `/api/call-tasks/${task.id}`, api.company.headers)
    t.match(refused.body, { status: 409, code: 'task_has_calls' })
    await s.db.orm.execute(sql`update calls set call_task_id = null where id = ${call.id}::uuid`)
    t.equal((await s.request('DELETE', `/api/call-tasks/${task.id}`, api.company.headers)).status, 204)
    t.equal((await api.get(`/api/call-tasks/${task.id}`)).status, 404)
    await checkCounters(t, s, id)
  })

  t.test(
    'PATCH merges contact_data, PUT replaces it, and both can set and clear next_attempt_at',
    async (t) => {
      const id = await api.campaign()
      await api.add(id, {
        phone_number: freshNumber(),
        contact_data: { city: 'Omsk', pet: { kind: 'cat', age: 3 } },
        priority: 5,
      })
      const [task] = (await api.get(`/api/campaigns/${id}/tasks`)).body.items
      const path = `/api/call-tasks/${task.id}`
      const merged = await api.patch(path, {
        contact_data: { pet: { age: null } },
        next_attempt_at: '2026-12-01T10:00:00+03:00',
      })
      t.match(merged.body, {
        contact_data: { city: 'Omsk', pet: { kind: 'cat' } },
        next_attempt_at: '2026-12-01T07:00:00.000Z',
        priority: 5,
      })
      const put = await s.request('PUT', path, api.company.headers, {
        contact_data: { city: 'Tver' },
        next_attempt_at: null,
      })
      t.match(put.body, { contact_data: { city: 'Tver' }, next_attempt_at: null })
      t.notOk('pet' in put.body.contact_data)
    },
  )

  t.test('Paging returns every contact once while others are added', async (t) => {
    const id = await api.campaign()
    await api.add(id, ...Array.from({ length: 130 }, () => ({ phone_number: freshNumber() })))
    const seen = new Set<string>()
    let cursor = ''
    let total = 0
    do {
      const { body } = await api.get(`/api/campaigns/${id}/tasks?limit=50${cursor && `&cursor=${cursor}`}`)
      for (const task of body.items) {
        t.notOk(seen.has(task.id), 'not returned before')
        seen.add(task.id)
      }
      total = body.total
      cursor = body.next_cursor
      await api.add(id, { phone_number: freshNumber() })
    } while (cursor)
    t.equal(seen.size, 130)
    t.equal(total, 130, 'the total is counted for the first page')
  })

  t.test('Tasks inserted by hand-written SQL are listed and deleted like any other', async (t) => {
    const id = await api.campaign()
    await s.db.orm.execute(sql`
      insert into call_tasks (campaign_id, phone_number) values (${id}::uuid, '+79993000001')`)
    const { items } = (await api.get(`/api/campaigns/${id}/tasks`)).body
    t.match(items, [{ phone_number: '+79993000001', status: 'pending', contact_data: {} }])
    t.equal((await s.request('DELETE', `/api/call-tasks/${items[0].id}`, api.company.headers)).status, 204)
    t.equal((await api.get(`/api/campaigns/${id}`)).body.total_tasks, 0, 'counters do not go below zero')
  })
})
