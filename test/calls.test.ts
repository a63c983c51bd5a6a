import { sql } from 'drizzle-orm'
import { test } from 'tap'
import { callStatuses, finalCallStatuses } from '../src/db/schema/index.ts'
import { startTestService, type TestCompany, type TestService } from './setup/service.ts'

const unknownId = '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b'

test('calls and their telemetry', async (t) => {
  const s = await startTestService(t)
  const a = await s.createCompany('A')
  const post = (path: string, body: unknown, who: TestCompany = a) =>
    s.request('POST', path, who.headers, body)
  const get = (path: string, who: TestCompany = a) => s.request('GET', path, who.headers)
  const newCall = async (more: object = {}, who: TestCompany = a): Promise<string> => {
    const made = await post('/api/calls', { direction: 'inbound', ...more }, who)
    if (made.status !== 201) throw new Error(JSON.stringify(made.body))
    return made.body.id
  }
  const say = (call: string, ...turns: object[]) => post(`/api/calls/${call}/turns`, { turns })
  const complete = (call: string, body: object = {}) => post(`/api/calls/${call}/complete`, body)

  t.test(
    'a call with the same external_call_id is noted once, also when it comes ten times at once',
    async (t) => {
      const body = {
        direction: 'inbound',
        external_call_id: 'pbx-1',
        caller_number: '8 (999) 123-45-67',
        language: 'ru',
      }
      const answers = await Promise.all(Array.from({ length: 10 }, () => post('/api/calls', body)))
      t.same(answers.map(({ status }) => status).sort(), [...Array(9).fill(200), 201])
      t.equal(new Set(answers.map((answer) => answer.body.id)).size, 1)
      const other = await s.createCompany('Other')
      const made = await post('/api/calls', body, other)
      t.equal(made.status, 201, 'another company has ids of its own')
      t.equal(made.body.status, 'active')
    },
  )

  t.test('numbers are kept in E.164 where they are numbers, and as they came elsewhere', async (t) => {
    const made = await post('/api/calls', {
      direction: 'inbound',
      caller_number: '+7 (999) 123-45-67',
      callee_number: 'anonymous',
    })
    t.equal(made.body.caller_number, '+79991234567')
    t.equal(made.body.callee_number, 'anonymous')
  })

  t.test('a call pins the published version of its skillbase, and the campaign brings its own', async (t) => {
    const { skillbase, campaign } = await world(s, a)
    const call = await post('/api/calls', { direction: 'outbound', skillbase_id: skillbase })
    t.equal(call.body.skillbase_version, 1)
    const ofCampaign = await post('/api/calls', { direction: 'outbound', campaign_id: campaign })
    t.equal(ofCampaign.body.skillbase_id, skillbase)
    for (const pointer of ['skillbase_id', 'campaign_id']) {
      const refused = await post('/api/calls', { direction: 'outbound', [pointer]: unknownId })
      t.equal(refused.status, 422)
      t.equal(refused.body.errors[0].pointer, `/${pointer}`)
    }
  })

  t.test('a turn sent twice is stored once, and one that says more fills what was null', async (t) => {
    const call = await newCall()
    const turn = { turn_index: 0, role: 'assistant', content: 'Hello', eou_latency: 800 }
    t.same((await say(call, turn)).body, { accepted: 1, duplicates: 0, rejected: [] })
    t.same((await say(call, turn)).body, { accepted: 0, duplicates: 1, rejected: [] })
    t.same((await say(call, turn, turn)).body, { accepted: 0, duplicates: 2, rejected: [] })
    const more = { ...turn, eou_latency: null, latency_llm: 300, was_interrupted: true }
    t.same((await say(call, more)).body, { accepted: 1, duplicates: 0, rejected: [] })
    const [kept] = (await get(`/api/calls/${call}/logs`)).body.items
    t.match(kept, { content: 'Hello', eou_latency: 800, latency_llm: 300, was_interrupted: true })
  })

  t.test('two accounts of one turn in one request are merged, the first one first', async (t) => {
    const call = await newCall()
    const answer = await say(
      call,
      { turn_index: 0, role: 'user', content: 'Yes' },
      { turn_index: 0, role: 'user', content: 'No', state_id: 'greeting' },
    )
    t.same([answer.body.accepted, answer.body.duplicates], [1, 1])
    t.match((await get(`/api/calls/${call}/logs`)).body.items, [{ content: 'Yes', state_id: 'greeting' }])
  })

  t.test('a turn that contradicts keeps the first and says so', async (t) => {
    const call = await newCall()
    await say(call, { turn_index: 3, role: 'user', content: 'Yes' })
    const answer = await say(call, { turn_index: 3, role: 'user', content: 'No' })
    t.match(answer.body, {
      accepted: 0,
      duplicates: 1,
      rejected: [{ index: 0, pointer: '/turns/0/content', code: 'contradicts' }],
    })
    t.match((await get(`/api/calls/${call}/logs`)).body.items, [{ content: 'Yes' }])
  })

  t.test('one bad turn harms no other, and its fault is told by pointer', async (t) => {
    const call = await newCall()
    const answer = await say(
      call,
      { turn_index: 0, role: 'user' },
      { turn_index: 1, role: 'robot' },
      { turn_index: 2, role: 'user', eou_latency: -5 },
      { turn_index: 3, role: 'user', eou_latency: 600_001 },
      { turn_index: 4, role: 'user', llm_input_tokens: 5, llm_cached_input_tokens: 6 },
      { turn_index: 5, role: 'user', nonsense: 1 },
      { role: 'user' },
      { turn_index: 7, role: 'user', created_at: '2026-02-31T25:00:00Z' },
      { turn_index: 8, role: 'assistant' },
    )
    t.equal(answer.status, 200)
    t.equal(answer.body.accepted, 2)
    t.same(
      answer.body.rejected.map((r: { index: number; pointer: string }) => [r.index, r.pointer]),
      [
        [1, '/turns/1/role'],
        [2, '/turns/2/eou_latency'],
        [3, '/turns/3/eou_latency'],
        [4, '/turns/4/llm_cached_input_tokens'],
        [5, '/turns/5/nonsense'],
        [6, '/turns/6/turn_index'],
        [7, '/turns/7/created_at'],
      ],
    )
    t.equal((await get(`/api/calls/${call}/logs`)).body.total, 2)
  })

  t.test('what was not measured is null: -1, and an end-of-utterance delay of 0', async (t) => {
    const call = await newCall()
    await say(call, {
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

  t.test('a completed call has the metrics its turns add up to, and null is not zero', async (t) => {
    const call = await newCall({ started_at: '2026-11-01T10:00:00Z' })
    await say(
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
    const done = await complete(call, {
      outcome: 'success',
      outcome_confidence: 0.9,
      outcome_reason: 'Booked.',
      duration_sec: 61.5,
      livekit_duration_sec: 70,
      collected_data: { day: 'Monday' },
    })
    t.equal(done.status, 200)
    t.match(done.body.call, {
      status: 'completed',
      outcome: 'success',
      turn_count: 5,
      states_visited: ['greeting', 'booking'],
      duration_sec: 61.5,
      ended_at: '2026-11-01T10:01:01.500Z',
      collected_data: { day: 'Monday' },
    })
    t.match(done.body.metrics, {
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
  })

  t.test('completing again changes nothing but what was not known', async (t) => {
    const call = await newCall()
    const first = await complete(call, { status: 'failed', outcome: 'agent_error', ended_reason: 'crash' })
    const again = await complete(call, {
      status: 'completed',
      outcome: 'success',
      ended_reason: 'hang_up',
      duration_sec: 9,
      reported_cost: { total: 0.11 },
    })
    t.match(again.body.call, {
      status: 'failed',
      outcome: 'agent_error',
      ended_reason: 'crash',
      ended_at: first.body.call.ended_at,
    })
    t.equal(again.body.metrics.cost_total, '0.110000')
    const third = await complete(call, { reported_cost: { total: 5 } })
    t.equal(third.body.metrics.cost_total, '0.110000', 'a cost that was said stays')
    const { updated_at: _a, ...before } = again.body.metrics
    const { updated_at: _b, ...after } = third.body.metrics
    t.same(after, before)
  })

  t.test(
    'reported costs are exact, rounded half up to the millionth, and sum up where no total is given',
    async (t) => {
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
        const done = await complete(await newCall(), { reported_cost })
        t.match(done.body.metrics, expected, JSON.stringify(reported_cost))
      }
      t.equal((await complete(await newCall(), { reported_cost: { total: -1 } })).status, 400)
      t.equal((await complete(await newCall(), { reported_cost: { total: 'much' } })).status, 400)
    },
  )

  t.test('a late turn derives the metrics of an ended call again', async (t) => {
    const call = await newCall()
    await say(call, { turn_index: 0, role: 'assistant', eou_latency: 100 })
    await complete(call, { outcome: 'success', reported_cost: { total: '0.5' } })
    await say(call, { turn_index: 1, role: 'assistant', eou_latency: 300 })
    t.match((await get(`/api/calls/${call}/metrics`)).body, {
      eou_latency_avg: 200,
      turn_count: 2,
      cost_total: '0.500000',
      outcome: 'success',
    })
    t.equal((await get(`/api/calls/${call}`)).body.turn_count, 2)
  })

  t.test('turns that race with the end of the call are all in its metrics', async (t) => {
    const call = await newCall()
    const turns = Array.from(
      { length: 24 },
      (_, i) => () => say(call, { turn_index: i, role: 'assistant', eou_latency: 100 + i }),
    )
    const ends = Array.from({ length: 3 }, () => () => complete(call, { outcome: 'success' }))
    const all = [...turns.slice(0, 12), ...ends, ...turns.slice(12)]
    const answers = await Promise.all(all.map((ask) => ask()))
    t.ok(answers.every(({ status }) => status === 200))
    const { body } = await get(`/api/calls/${call}/metrics`)
    t.equal(body.turn_count, 24)
    t.equal(body.eou_latency_avg, 100 + 23 / 2)
    t.equal(body.eou_latency_max, 123)
  })

  t.test(
    'metrics put as a whole count where there are no turns; where there are, what turns say wins',
    async (t) => {
      const call = await newCall()
      const put = await s.request('PUT', `/api/calls/${call}/metrics`, a.headers, {
        eou_latency_avg: 500,
        turn_count: 7,
        tts_characters: 10,
        cost_tts: '0.000500',
      })
      t.match(put.body, { eou_latency_avg: 500, turn_count: 7, is_derived: false, cost_tts: '0.000500' })
      await say(call, { turn_index: 0, role: 'assistant', eou_latency: 900 })
      await complete(call)
      t.match((await get(`/api/calls/${call}/metrics`)).body, {
        eou_latency_avg: 900,
        turn_count: 1,
        tts_characters: 10,
        is_derived: true,
      })
      const again = await s.request('PUT', `/api/calls/${call}/metrics`, a.headers, {
        eou_latency_avg: 1,
        tts_characters: 11,
      })
      t.match(again.body, { eou_latency_avg: 900, tts_characters: 11 })
      t.equal((await s.request('DELETE', `/api/calls/${call}/metrics`, a.headers)).status, 204)
      t.equal((await get(`/api/calls/${call}/metrics`)).status, 404)
      t.equal((await s.request('DELETE', `/api/calls/${call}/metrics`, a.headers)).status, 404)
    },
  )

  t.test('a call goes forward only: every move from every state is answered by the table', async (t) => {
    const live = ['queued', 'dialing', 'ringing', 'active']
    for (const from of live) {
      for (const to of callStatuses) {
        const call = await newCall({ status: from })
        const moved = await s.request('PATCH', `/api/calls/${call}`, a.headers, { status: to })
        const legal = live.includes(to) && live.indexOf(to) >= live.indexOf(from)
        t.equal(moved.status, legal ? 200 : 409, `${from} -> ${to}`)
      }
    }
    for (const final of finalCallStatuses) {
      const call = await newCall()
      await complete(call, { status: final })
      for (const to of live) {
        t.equal(
          (await s.request('PATCH', `/api/calls/${call}`, a.headers, { status: to })).status,
          409,
          `${final} -> ${to}`,
        )
      }
    }
  })

  t.test('an outcome that is corrected is corrected in the metrics too', async (t) => {
    const call = await newCall()
    await complete(call, { outcome: 'fail', collected_data: { a: 1, b: { c: 2, d: 3 } } })
    await s.request('PATCH', `/api/calls/${call}`, a.headers, {
      outcome: 'success',
      collected_data: { b: { c: null } },
    })
    t.equal((await get(`/api/calls/${call}/metrics`)).body.outcome, 'success')
    t.same((await get(`/api/calls/${call}`)).body.collected_data, { a: 1, b: { d: 3 } }, 'PATCH merges')
    await s.request('PUT', `/api/calls/${call}`, a.headers, { collected_data: { e: 5 } })
    t.same((await get(`/api/calls/${call}`)).body.collected_data, { e: 5 }, 'PUT takes the whole')
  })

  t.test('a call cannot end before it started, and when it ended follows from what is known', async (t) => {
    const started_at = '2026-11-01T10:00:00.000Z'
    const refused = await complete(await newCall({ started_at }), { ended_at: '2026-11-01T09:59:59Z' })
    t.equal(refused.status, 422)
    t.equal(refused.body.errors[0].pointer, '/ended_at')
    const given = await complete(await newCall({ started_at }), { ended_at: '2026-11-01T10:00:30Z' })
    t.equal(given.body.call.duration_sec, 30)
    s.setNow(new Date('2026-11-01T10:02:00Z'))
    const byClock = await complete(await newCall({ started_at }))
    s.setNow(undefined)
    t.match(byClock.body.call, { ended_at: '2026-11-01T10:02:00.000Z', duration_sec: 120 })
  })

  t.test(
    'a live call, and an attempt of a campaign, cannot be deleted; another takes its turns with it',
    async (t) => {
      const call = await newCall()
      await say(call, { turn_index: 0, role: 'user' })
      t.equal((await s.request('DELETE', `/api/calls/${call}`, a.headers)).status, 409)
      await complete(call)
      t.equal((await s.request('DELETE', `/api/calls/${call}`, a.headers)).status, 204)
      t.equal((await get(`/api/calls/${call}`)).status, 404)
      const left = await s.db.orm.execute(sql`select 1 from call_logs where call_id = ${call}::uuid`)
      t.equal(left.length, 0)
      const { task } = await world(s, a)
      const attempt = await newCall()
      await complete(attempt)
      await s.db.orm.execute(sql`update calls set call_task_id = ${task}::uuid where id = ${attempt}::uuid`)
      t.match((await s.request('DELETE', `/api/calls/${attempt}`, a.headers)).body, {
        status: 409,
        code: 'call_of_task',
      })
    },
  )

  t.test('a transcript is in the order of its turns, and the last rating counts', async (t) => {
    const call = await newCall({ language: 'ru' })
    await say(
      call,
      { turn_index: 2, role: 'user', content: 'Да' },
      { turn_index: 0, role: 'assistant', content: 'Алло?' },
    )
    await say(call, { turn_index: 1, role: 'assistant', content: 'Удобно говорить?' })
    const { body } = await get(`/api/calls/${call}/transcript`)
    t.match(body, { call_id: call, language: 'ru' })
    t.same(
      body.turns.map((turn: { content: string }) => turn.content),
      ['Алло?', 'Удобно говорить?', 'Да'],
    )
    await post(`/api/calls/${call}/rate`, { rating: 2 })
    t.equal((await post(`/api/calls/${call}/rate`, { rating: 5 })).body.rating, 5)
    t.equal((await post(`/api/calls/${call}/rate`, { rating: 6 })).status, 400)
  })

  t.test('the turns of a call are paged in their order, each seen once', async (t) => {
    const call = await newCall()
    await say(call, ...Array.from({ length: 7 }, (_, i) => ({ turn_index: i * 10, role: 'user' })))
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

test('lists of calls, and telemetry of many calls in one request', async (t) => {
  const s = await startTestService(t)

  t.test('calls and metrics are filtered by what they are, half-open in time, latest first', async (t) => {
    const b = await s.createCompany('B')
    const { skillbase, campaign } = await world(s, b)
    const times = ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z']
    const ids: string[] = []
    for (const [i, started_at] of times.entries()) {
      const made = await s.request('POST', '/api/calls', b.headers, {
        direction: i === 0 ? 'inbound' : 'outbound',
        started_at,
        external_call_id: `x${i}`,
        ...(i > 0 && { skillbase_id: skillbase }),
        ...(i > 1 && { campaign_id: campaign }),
      })
      ids.push(made.body.id)
      if (i < 2)
        await s.request('POST', `/api/calls/${made.body.id}/complete`, b.headers, {
          outcome: i === 0 ? 'success' : 'busy',
          duration_sec: 5,
        })
    }
    const found = async (path: string) => {
      const { body } = await s.request('GET', path, b.headers)
      t.equal(body.total, body.items.length)
      return body.items.map((item: { id: string; call_id?: string }) => ids.indexOf(item.call_id ?? item.id))
    }
    t.same(await found('/api/calls'), [2, 1, 0])
    t.same(await found('/api/calls?start=2026-11-02&end=2026-11-03'), [1])
    t.same(await found('/api/calls?direction=inbound'), [0])
    t.same(await found('/api/calls?status=active'), [2])
    t.same(await found('/api/calls?outcome=busy'), [1])
    t.same(await found(`/api/calls?skillbase_id=${skillbase}`), [2, 1])
    t.same(await found(`/api/calls?campaign_id=${campaign}`), [2])
    t.same(await found('/api/calls?external_call_id=x1'), [1])
    t.same(await found('/api/call-metrics'), [1, 0])
    t.same(await found('/api/call-metrics?outcome=success'), [0])
    t.equal((await s.request('GET', '/api/calls?status=ringing-off', b.headers)).status, 400)
  })

  t.test('each item of a telemetry request is answered by itself', async (t) => {
    const c = await s.createCompany('C')
    const other = await s.createCompany('Other')
    const call = async (who: TestCompany) =>
      (await s.request('POST', '/api/calls', who.headers, { direction: 'inbound' })).body.id
    const [one, two, foreign] = [await call(c), await call(c), await call(other)]
    const ingest = await c.createKey('ingest')
    const answer = await s.request('POST', '/api/telemetry', ingest, {
      turns: [
        { call_id: one, turn_index: 0, role: 'assistant', eou_latency: 400 },
        { call_id: foreign, turn_index: 0, role: 'user' },
        { call_id: two, turn_index: 0, role: 'user', eou_latency: 'fast' },
        { call_id: two, turn_index: 1, role: 'user' },
        { call_id: unknownId, turn_index: 0, role: 'user' },
        { turn_index: 0, role: 'user' },
        null,
      ],
      completions: [
        { call_id: one, outcome: 'success', duration_sec: 3 },
        { call_id: foreign, outcome: 'success' },
        { call_id: two, outcome: 'splendid' },
      ],
    })
    t.equal(answer.status, 200)
    const told = (taken: { rejected: { index: number; pointer: string; code: string }[] }) =>
      taken.rejected
        .map(({ index, pointer, code }) => [index, pointer, code])
        .sort((x, y) => Number(x[0]) - Number(y[0]))
    t.equal(answer.body.turns.accepted, 2)
    t.same(told(answer.body.turns), [
      [1, '/turns/1', 'call_not_found'],
      [2, '/turns/2/eou_latency', 'invalid'],
      [4, '/turns/4', 'call_not_found'],
      [5, '/turns/5/call_id', 'invalid'],
      [6, '/turns/6/call_id', 'invalid'],
    ])
    t.equal(answer.body.completions.accepted, 1)
    t.same(told(answer.body.completions), [
      [1, '/completions/1', 'call_not_found'],
      [2, '/completions/2/outcome', 'invalid'],
    ])
    const metrics = await s.request('GET', `/api/calls/${one}/metrics`, c.headers)
    t.match(
      metrics.body,
      { eou_latency_avg: 400, outcome: 'success' },
      'the turns of a request count in its completions',
    )
    const untouched = await s.request('GET', `/api/calls/${foreign}`, other.headers)
    t.match(untouched.body, { status: 'active', turn_count: 0 })
  })
})

/** A company's published skillbase, a campaign of it, and one task. */
async function world(s: TestService, company: TestCompany) {
  const { exampleConfig } = await import('../src/modules/skillbases/index.ts')
  const slug = `bot-${Math.floor(performance.now() * 1000)}`
  const made = await s.request('POST', '/api/skillbases', company.headers, {
    name: 'Bot',
    slug,
    config: exampleConfig,
  })
  await s.request('POST', `/api/skillbases/${made.body.id}/publish`, company.headers, {})
  const campaign = await s.request('POST', '/api/campaigns', company.headers, {
    name: 'C',
    skillbase_id: made.body.id,
  })
  const tasks = { tasks: [{ phone_number: '+79991234567' }] }
  await s.request('POST', `/api/campaigns/${campaign.body.id}/tasks`, company.headers, tasks)
  const listed = await s.request('GET', `/api/campaigns/${campaign.body.id}/tasks`, company.headers)
  return { skillbase: made.body.id, campaign: campaign.body.id, task: listed.body.items[0].id }
}
