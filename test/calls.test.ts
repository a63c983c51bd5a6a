import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { callStatuses, finalCallStatuses } from '../src/db/schema/index.ts'
import { createCampaign } from './setup/example-campaign.ts'
import { startTestService, type TestCompany } from './setup/service.ts'

const unknownId = '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b'

test('Calls and their telemetry', async (t) => {
  const s = await startTestService(t)
  const companyA = await s.createCompany('A')
  const post = (path: string, body: unknown, company: TestCompany = companyA) =>
    s.request('POST', path, company.headers, body)
  const get = (path: string, company: TestCompany = companyA) => s.request('GET', path, company.headers)
  const newCall = async (fields: object = {}, company: TestCompany = companyA): Promise<string> => {
    const created = await post('/api/calls', { direction: 'inbound', ...fields }, company)
    if (created.status !== 201) throw new Error(JSON.stringify(created.body))
    return created.body.id
  }
  const addTurns = (call: string, ...turns: object[]) => post(`/api/calls/${call}/turns`, { turns })
  const complete = (call: string, body: object = {}) => post(`/api/calls/${call}/complete`, body)

  t.test('Ten concurrent requests with the same external_call_id create one call', async (t) => {
    const body = {
      direction: 'inbound',
      external_call_id: 'pbx-1',
      caller_number: '8 (999) 123-45-67',
      language: 'ru',
    }
    const responses = await Promise.all(Array.from({ length: 10 }, () => post('/api/calls', body)))
    t.same(responses.map(({ status }) => status).sort(), [...Array(9).fill(200), 201])
    t.equal(new Set(responses.map((response) => response.body.id)).size, 1)
    const other = await s.createCompany('Other')
    const created = await post('/api/calls', body, other)
    t.equal(created.status, 201, 'another company may use the same external_call_id')
    t.equal(created.body.status, 'active')
  })

  t.test('Phone numbers are stored in E.164, and other texts unchanged', async (t) => {
    const created = await post('/api/calls', {
      direction: 'inbound',
      caller_number: '+7 (999) 123-45-67',
      callee_number: 'anonymous',
    })
    t.equal(created.body.caller_number, '+79991234567')
    t.equal(created.body.callee_number, 'anonymous')
  })

  t.test('A call is created with the published version of its skillbase, or of its campaign', async (t) => {
    const { skillbase, campaign } = await createCampaign(s, companyA)
    const call = await post('/api/calls', { direction: 'outbound', skillbase_id: skillbase })
    t.equal(call.body.skillbase_version, 1)
    const campaignCall = await post('/api/calls', { direction: 'outbound', campaign_id: campaign })
    t.equal(campaignCall.body.skillbase_id, skillbase)
    for (const pointer of ['skillbase_id', 'campaign_id']) {
      const rejected = await post('/api/calls', { direction: 'outbound', [pointer]: unknownId })
      t.equal(rejected.status, 422)
      t.equal(rejected.body.errors[0].pointer, `/${pointer}`)
    }
  })

  t.test('A turn that is sent twice is stored once, and fills values that were null', async (t) => {
    const call = await newCall()
    const turn = { turn_index: 0, role: 'assistant', content: 'Hello', eou_latency: 800 }
    t.same((await addTurns(call, turn)).body, { accepted: 1, duplicates: 0, rejected: [], warnings: [] })
    t.same((await addTurns(call, turn)).body, { accepted: 0, duplicates: 1, rejected: [], warnings: [] })
    t.same((await addTurns(call, turn, turn)).body, {
      accepted: 0,
      duplicates: 2,
      rejected: [],
      warnings: [],
    })
    const laterReport = { ...turn, eou_latency: null, latency_llm: 300, was_interrupted: true }
    t.same((await addTurns(call, laterReport)).body, {
      accepted: 1,
      duplicates: 0,
      rejected: [],
      warnings: [],
    })
    const [stored] = (await get(`/api/calls/${call}/logs`)).body.items
    t.match(stored, { content: 'Hello', eou_latency: 800, latency_llm: 300, was_interrupted: true })
  })

  t.test(
    'Two items with the same turn_index in one request are merged, and the values of the first are kept',
    async (t) => {
      const call = await newCall()
      const response = await addTurns(
        call,
        { turn_index: 0, role: 'user', content: 'Yes' },
        { turn_index: 0, role: 'user', content: 'No', state_id: 'greeting' },
      )
      t.same([response.body.accepted, response.body.duplicates], [1, 1])
      t.match((await get(`/api/calls/${call}/logs`)).body.items, [{ content: 'Yes', state_id: 'greeting' }])
    },
  )

  t.test('A turn with a different value is rejected, and the stored value is kept', async (t) => {
    const call = await newCall()
    await addTurns(call, { turn_index: 3, role: 'user', content: 'Yes' })
    const response = await addTurns(call, { turn_index: 3, role: 'user', content: 'No' })
    t.match(response.body, {
      accepted: 0,
      duplicates: 1,
      rejected: [{ index: 0, pointer: '/turns/0/content', code: 'contradicts' }],
    })
    t.match((await get(`/api/calls/${call}/logs`)).body.items, [{ content: 'Yes' }])
  })

  t.test(
    'A turn without a valid role or index is rejected with a pointer, and the others are stored',
    async (t) => {
      const call = await newCall()
      const response = await addTurns(
        call,
        { turn_index: 0, role: 'user' },
        { turn_index: 1, role: 'robot' },
        { turn_index: 2, role: 'user', eou_latency: 600_001 },
        { role: 'user' },
        { turn_index: 4, role: 'user', created_at: '2026-02-31T25:00:00Z' },
        { turn_index: 5, role: 'assistant' },
      )
      t.equal(response.status, 200)
      t.equal(response.body.accepted, 4)
      t.match(response.body.rejected, [
        {
          index: 1,
          pointer: '/turns/1/role',
          detail: 'Must be one of: user, assistant, system. Received "robot".',
        },
        { index: 3, pointer: '/turns/3/turn_index', detail: 'This field is required.' },
      ])
      t.equal(response.body.rejected.length, 2)
      t.match(response.body.warnings, [
        { index: 2, field: 'eou_latency' },
        {
          index: 4,
          field: 'created_at',
          reason: /^Must be an ISO 8601 date and time with a time zone /,
        },
      ])
      t.equal((await get(`/api/calls/${call}/logs`)).body.total, 4)
    },
  )

  t.test('A latency of -1 and an eou_latency of 0 are stored as null', async (t) => {
    const call = await newCall()
    await addTurns(call, {
      turn_index: 0,
      role: 'assistant',
      latency_llm: -1,
      ttfb_tts: -1,
      eou_latency: 0,
      ttfb_stt: 0,
    })
    t.match((await get(`/api/calls/${call}/logs`)).body.items, [
      { latency_llm: null, ttfb_tts: null, eou_latency: null, ttfb_stt: 0 },
    ])
    await complete(call)
    t.match((await get(`/api/calls/${call}/metrics`)).body, {
      latency_llm_avg: null,
      eou_latency_avg: null,
      ttfb_stt_avg: 0,
    })
  })

  t.test(
    'The metrics of a completed call are derived from its turns, and values that were not measured are null',
    async (t) => {
      const call = await newCall({ started_at: '2026-11-01T10:00:00Z' })
      await addTurns(
        call,
        {
          turn_index: 0,
          role: 'assistant',
          state_id: 'greeting',
          tts_characters: 40,
          ttfb_tts: 100,
          was_interrupted: false,
        },
        { turn_index: 1, role: 'user', state_id: 'greeting', stt_duration_sec: 1.5, ttfb_stt: 90 },
        {
          turn_index: 2,
          role: 'assistant',
          state_id: 'booking',
          eou_latency: 700,
          latency_llm: 300,
          ttfb_tts: 200,
          tts_characters: 60,
          llm_input_tokens: 900,
          llm_cached_input_tokens: 400,
          llm_output_tokens: 20,
          was_interrupted: true,
        },
        { turn_index: 3, role: 'user', state_id: 'greeting', stt_duration_sec: 2.25 },
        {
          turn_index: 4,
          role: 'assistant',
          eou_latency: 900,
          latency_llm: 500,
          llm_input_tokens: 950,
          llm_output_tokens: 30,
          sentiment: 0.5,
        },
      )
      const completed = await complete(call, {
        outcome: 'success',
        outcome_confidence: 0.9,
        outcome_reason: 'Booked.',
        duration_sec: 61.5,
        livekit_duration_sec: 70,
        collected_data: { day: 'Monday' },
      })
      t.equal(completed.status, 200)
      t.match(completed.body.call, {
        status: 'completed',
        outcome: 'success',
        turn_count: 5,
        states_visited: ['greeting', 'booking'],
        duration_sec: 61.5,
        ended_at: '2026-11-01T10:01:01.500Z',
        collected_data: { day: 'Monday' },
      })
      t.match(completed.body.metrics, {
        is_derived: true,
        turn_count: 5,
        user_turn_count: 2,
        bot_turn_count: 3,
        eou_latency_avg: 800,
        eou_latency_min: 700,
        eou_latency_max: 900,
        latency_llm_avg: 400,
        ttfb_tts_avg: 150,
        ttfb_stt_avg: 90,
        stt_duration_sec: 3.75,
        llm_input_tokens: 1850,
        llm_cached_input_tokens: 400,
        llm_output_tokens: 50,
        tts_characters: 100,
        livekit_duration_sec: 70,
        interruption_count: 1,
        interruption_rate: 1 / 3,
        sentiment_score: 0.5,
        outcome: 'success',
        outcome_confidence: 0.9,
        cost_total: null,
        cost_stt: null,
      })
    },
  )

  t.test('Completing a call again only fills missing values', async (t) => {
    const call = await newCall()
    const first = await complete(call, { status: 'failed', outcome: 'agent_error', ended_reason: 'crash' })
    const second = await complete(call, {
      status: 'completed',
      outcome: 'success',
      ended_reason: 'hang_up',
      duration_sec: 9,
      reported_cost: { total: 0.11 },
    })
    t.match(second.body.call, {
      status: 'failed',
      outcome: 'agent_error',
      ended_reason: 'crash',
      ended_at: first.body.call.ended_at,
    })
    t.equal(second.body.metrics.cost_total, '0.110000')
    const third = await complete(call, { reported_cost: { total: 5 } })
    t.equal(third.body.metrics.cost_total, '0.110000', 'a reported cost is not overwritten')
    const { updated_at: _before, ...before } = second.body.metrics
    const { updated_at: _after, ...after } = third.body.metrics
    t.same(after, before)
  })

  t.test('Reported costs are rounded half up to 6 decimals, and a missing total is their sum', async (t) => {
    const cases: [object, object][] = [
      [{ total: 0.11 }, { cost_total: '0.110000', cost_stt: null }],
      [{ total: '0.0000005' }, { cost_total: '0.000001' }],
      [{ total: '0.00000049' }, { cost_total: '0.000000' }],
      [
        { stt: 0.1, llm: 0.2 },
        { cost_stt: '0.100000', cost_llm: '0.200000', cost_tts: null, cost_total: '0.300000' },
      ],
      [
        { stt: '0.002994', llm: '0.000120', tts: '0.050000', livekit: '0.019667' },
        { cost_total: '0.072781' },
      ],
      [{ total: 1e-7 }, { cost_total: '0.000000' }],
    ]
    for (const [reported_cost, expected] of cases) {
      const completed = await complete(await newCall(), { reported_cost })
      t.match(completed.body.metrics, expected, JSON.stringify(reported_cost))
    }
    t.equal((await complete(await newCall(), { reported_cost: { total: -1 } })).status, 400)
    t.equal((await complete(await newCall(), { reported_cost: { total: 'much' } })).status, 400)
  })

  t.test('A turn that arrives after the end of the call updates its metrics', async (t) => {
    const call = await newCall()
    await addTurns(call, { turn_index: 0, role: 'assistant', eou_latency: 100 })
    await complete(call, { outcome: 'success', reported_cost: { total: '0.5' } })
    await addTurns(call, { turn_index: 1, role: 'assistant', eou_latency: 300 })
    t.match((await get(`/api/calls/${call}/metrics`)).body, {
      eou_latency_avg: 200,
      turn_count: 2,
      cost_total: '0.500000',
      outcome: 'success',
    })
    t.equal((await get(`/api/calls/${call}`)).body.turn_count, 2)
  })

  t.test('Turns that arrive while the call ends are all counted in its metrics', async (t) => {
    const call = await newCall()
    const turns = Array.from(
      { length: 24 },
      (_, i) => () => addTurns(call, { turn_index: i, role: 'assistant', eou_latency: 100 + i }),
    )
    const completions = Array.from({ length: 3 }, () => () => complete(call, { outcome: 'success' }))
    const requests = [...turns.slice(0, 12), ...completions, ...turns.slice(12)]
    const responses = await Promise.all(requests.map((send) => send()))
    t.ok(responses.every(({ status }) => status === 200))
    const { body } = await get(`/api/calls/${call}/metrics`)
    t.equal(body.turn_count, 24)
    t.equal(body.eou_latency_avg, 100 + 23 / 2)
    t.equal(body.eou_latency_max, 123)
  })

  t.test('Values derived from turns replace metrics that were set with PUT', async (t) => {
    const call = await newCall()
    const firstPut = await s.request('PUT', `/api/calls/${call}/metrics`, companyA.headers, {
      eou_latency_avg: 500,
      turn_count: 7,
      tts_characters: 10,
      cost_tts: '0.000500',
    })
    t.match(firstPut.body, { eou_latency_avg: 500, turn_count: 7, is_derived: false, cost_tts: '0.000500' })
    await addTurns(call, { turn_index: 0, role: 'assistant', eou_latency: 900 })
    await complete(call)
    t.match((await get(`/api/calls/${call}/metrics`)).body, {
      eou_latency_avg: 900,
      turn_count: 1,
      tts_characters: 10,
      is_derived: true,
    })
    const secondPut = await s.request('PUT', `/api/calls/${call}/metrics`, companyA.headers, {
      eou_latency_avg: 1,
      tts_characters: 11,
    })
    t.match(secondPut.body, { eou_latency_avg: 900, tts_characters: 11 })
    t.equal((await s.request('DELETE', `/api/calls/${call}/metrics`, companyA.headers)).status, 204)
    t.equal((await get(`/api/calls/${call}/metrics`)).status, 404)
    t.equal((await s.request('DELETE', `/api/calls/${call}/metrics`, companyA.headers)).status, 404)
  })

  const patchStatus = (call: string, status: string) =>
    s.request('PATCH', `/api/calls/${call}`, companyA.headers, { status })

  t.test('PATCH moves the status of a call only forward, and never to a final status', async (t) => {
    const live = ['queued', 'dialing', 'ringing', 'active']
    for (const from of live) {
      for (const to of callStatuses) {
        const changed = await patchStatus(await newCall({ status: from }), to)
        const isAllowed = live.includes(to) && live.indexOf(to) >= live.indexOf(from)
        t.equal(changed.status, isAllowed ? 200 : 409, `${from} -> ${to}`)
      }
    }
    for (const final of finalCallStatuses) {
      const call = await newCall()
      await complete(call, { status: final })
      for (const to of live) t.equal((await patchStatus(call, to)).status, 409, `${final} -> ${to}`)
    }
  })

  t.test('A status that PATCH cannot set is refused with the allowed ones', async (t) => {
    const call = await newCall({ status: 'dialing' })
    const refused = async (status: string) => {
      const { body } = await patchStatus(call, status)
      t.equal(body.code, 'invalid_transition')
      return body.detail
    }
    t.equal(
      await refused('queued'),
      'The call is `dialing` and cannot become `queued`. Allowed transitions with PATCH or PUT: ringing, active.',
    )
    t.match(await refused('completed'), /Use POST \/api\/calls\/\{id\}\/complete\./)
    await complete(call)
    t.match(await refused('active'), /which is final\. Allowed transitions with PATCH or PUT: none\./)
  })

  t.test('PATCH of the outcome changes it in the metrics too', async (t) => {
    const call = await newCall()
    await complete(call, { outcome: 'fail' })
    await s.request('PATCH', `/api/calls/${call}`, companyA.headers, { outcome: 'success' })
    t.equal((await get(`/api/calls/${call}/metrics`)).body.outcome, 'success')
  })

  t.test('PATCH merges collected_data, and PUT replaces it', async (t) => {
    const call = await newCall()
    await complete(call, { outcome: 'fail', collected_data: { a: 1, b: { c: 2, d: 3 } } })
    const patch = { outcome: 'success', collected_data: { b: { c: null } } }
    await s.request('PATCH', `/api/calls/${call}`, companyA.headers, patch)
    t.same((await get(`/api/calls/${call}`)).body.collected_data, { a: 1, b: { d: 3 } })
    await s.request('PUT', `/api/calls/${call}`, companyA.headers, { collected_data: { e: 5 } })
    t.same((await get(`/api/calls/${call}`)).body.collected_data, { e: 5 })
  })

  t.test('A call that is reported to have ended before it started ends at its start', async (t) => {
    const started_at = '2026-11-01T10:00:00.000Z'
    const completed = await complete(await newCall({ started_at }), { ended_at: '2026-11-01T09:59:50Z' })
    t.equal(completed.status, 200)
    t.match(completed.body, {
      call: { ended_at: started_at, extra_data: { reported_ended_at: '2026-11-01T09:59:50.000Z' } },
      warnings: [{ field: 'ended_at', code: 'clamped_time' }],
    })
  })

  t.test(
    'A call whose end is reported without a time ends now, and its duration is calculated',
    async (t) => {
      const started_at = '2026-11-01T10:00:00.000Z'
      const withGivenEnd = await complete(await newCall({ started_at }), { ended_at: '2026-11-01T10:00:30Z' })
      t.equal(withGivenEnd.body.call.duration_sec, 30)
      s.setNow(new Date('2026-11-01T10:02:00Z'))
      const withoutGivenEnd = await complete(await newCall({ started_at }))
      s.setNow(undefined)
      t.match(withoutGivenEnd.body.call, { ended_at: '2026-11-01T10:02:00.000Z', duration_sec: 120 })
    },
  )

  t.test('Deleting a call deletes its turns, and is refused while the call is live', async (t) => {
    const call = await newCall()
    await addTurns(call, { turn_index: 0, role: 'user' })
    t.equal((await s.request('DELETE', `/api/calls/${call}`, companyA.headers)).status, 409)
    await complete(call)
    t.equal((await s.request('DELETE', `/api/calls/${call}`, companyA.headers)).status, 204)
    t.equal((await get(`/api/calls/${call}`)).status, 404)
    const remaining = await s.db.orm.execute(sql`select 1 from call_logs where call_id = ${call}::uuid`)
    t.equal(remaining.length, 0)
  })

  t.test('An attempt of a call task cannot be deleted', async (t) => {
    const { task } = await createCampaign(s, companyA)
    const attempt = await newCall()
    await complete(attempt)
    await s.db.orm.execute(sql`update calls set call_task_id = ${task}::uuid where id = ${attempt}::uuid`)
    t.match((await s.request('DELETE', `/api/calls/${attempt}`, companyA.headers)).body, {
      status: 409,
      code: 'call_of_task',
    })
  })

  t.test('A transcript is in the order of its turns', async (t) => {
    const call = await newCall({ language: 'ru' })
    await addTurns(
      call,
      { turn_index: 2, role: 'user', content: 'Да' },
      { turn_index: 0, role: 'assistant', content: 'Алло?' },
    )
    await addTurns(call, { turn_index: 1, role: 'assistant', content: 'Удобно говорить?' })
    const { body } = await get(`/api/calls/${call}/transcript`)
    t.match(body, { call_id: call, language: 'ru' })
    t.same(
      body.turns.map((turn: { content: string }) => turn.content),
      ['Алло?', 'Удобно говорить?', 'Да'],
    )
  })

  t.test('A rating is 1 to 5, and a new one replaces the old one', async (t) => {
    const call = await newCall()
    await post(`/api/calls/${call}/rate`, { rating: 2 })
    t.equal((await post(`/api/calls/${call}/rate`, { rating: 5 })).body.rating, 5)
    t.equal((await post(`/api/calls/${call}/rate`, { rating: 6 })).status, 400)
  })

  t.test('Paging through the turns of a call returns each once, in order', async (t) => {
    const call = await newCall()
    await addTurns(call, ...Array.from({ length: 7 }, (_, i) => ({ turn_index: i * 10, role: 'user' })))
    const seen: number[] = []
    let cursor = ''
    do {
      const { body } = await get(`/api/calls/${call}/logs?limit=3${cursor && `&cursor=${cursor}`}`)
      t.equal(body.total, 7)
      seen.push(...body.items.map((turn: { turn_index: number }) => turn.turn_index))
      cursor = body.next_cursor
    } while (cursor)
    t.same(seen, [0, 10, 20, 30, 40, 50, 60])
  })
})
