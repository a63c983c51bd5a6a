import { test } from 'tap'
import { createCampaign } from '../setup/example-campaign.ts'
import { startTestService, type TestCompany } from '../setup/service.ts'

const unknownId = '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b'

test('Lists of calls and telemetry of many calls in one request', async (t) => {
  const s = await startTestService(t)

  t.test(
    'Calls and metrics are listed latest first and filtered by field and half-open period',
    async (t) => {
      const companyB = await s.createCompany('B')
      const { skillbase, campaign } = await createCampaign(s, companyB)
      const times = ['2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z']
      const ids: string[] = []
      for (const [i, started_at] of times.entries()) {
        const created = await s.request('POST', '/api/calls', companyB.headers, {
          direction: i === 0 ? 'inbound' : 'outbound',
          started_at,
          external_call_id: `x${i}`,
          ...(i > 0 && { skillbase_id: skillbase }),
          ...(i > 1 && { campaign_id: campaign }),
        })
        ids.push(created.body.id)
        if (i < 2)
          await s.request('POST', `/api/calls/${created.body.id}/complete`, companyB.headers, {
            outcome: i === 0 ? 'success' : 'busy',
            duration_sec: 5,
          })
      }
      const listedIndexes = async (path: string) => {
        const { body } = await s.request('GET', path, companyB.headers)
        t.equal(body.total, body.items.length)
        return body.items.map((item: { id: string; call_id?: string }) =>
          ids.indexOf(item.call_id ?? item.id),
        )
      }
      t.same(await listedIndexes('/api/calls'), [2, 1, 0])
      t.same(await listedIndexes('/api/calls?start=2026-11-02&end=2026-11-03'), [1])
      t.same(await listedIndexes('/api/calls?direction=inbound'), [0])
      t.same(await listedIndexes('/api/calls?status=active'), [2])
      t.same(await listedIndexes('/api/calls?outcome=busy'), [1])
      t.same(await listedIndexes(`/api/calls?skillbase_id=${skillbase}`), [2, 1])
      t.same(await listedIndexes(`/api/calls?campaign_id=${campaign}`), [2])
      t.same(await listedIndexes('/api/calls?external_call_id=x1'), [1])
      t.same(await listedIndexes('/api/call-metrics'), [1, 0])
      t.same(await listedIndexes('/api/call-metrics?outcome=success'), [0])
      t.equal((await s.request('GET', '/api/calls?status=ringing-off', companyB.headers)).status, 400)
    },
  )

  t.test('Each item of a telemetry request is accepted or rejected separately', async (t) => {
    const companyC = await s.createCompany('C')
    const other = await s.createCompany('Other')
    const call = async (company: TestCompany) =>
      (await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })).body.id
    const [first, second, otherCompanysCall] = [await call(companyC), await call(companyC), await call(other)]
    const ingest = await companyC.createKey('ingest')
    const response = await s.request('POST', '/api/telemetry', ingest, {
      turns: [
        { call_id: first, turn_index: 0, role: 'assistant', eou_latency: 400 },
        { call_id: otherCompanysCall, turn_index: 0, role: 'user' },
        { call_id: second, turn_index: 0, role: 'user', eou_latency: 'fast' },
        { call_id: second, turn_index: 1, role: 'user' },
        { call_id: unknownId, turn_index: 0, role: 'user' },
        { turn_index: 0, role: 'user' },
        null,
      ],
      completions: [
        { call_id: first, outcome: 'success', duration_sec: 3 },
        { call_id: otherCompanysCall, outcome: 'success' },
        { call_id: second, outcome: 'splendid' },
      ],
    })
    t.equal(response.status, 200)
    const rejections = (result: { rejected: { index: number; pointer: string; code: string }[] }) =>
      result.rejected
        .map(({ index, pointer, code }) => [index, pointer, code])
        .sort((x, y) => Number(x[0]) - Number(y[0]))
    t.equal(response.body.turns.accepted, 3)
    t.same(response.body.turns.warnings, [
      {
        index: 2,
        field: 'eou_latency',
        value: 'fast',
        code: 'invalid',
        reason: 'Must be a number or null. Received "fast".',
      },
    ])
    t.same(rejections(response.body.turns), [
      [1, '/turns/1', 'call_not_found'],
      [4, '/turns/4', 'call_not_found'],
      [5, '/turns/5/call_id', 'invalid'],
      [6, '/turns/6/call_id', 'invalid'],
    ])
    t.equal(response.body.completions.accepted, 1)
    t.same(rejections(response.body.completions), [
      [1, '/completions/1', 'call_not_found'],
      [2, '/completions/2/outcome', 'invalid'],
    ])
    const metrics = await s.request('GET', `/api/calls/${first}/metrics`, companyC.headers)
    t.match(
      metrics.body,
      { eou_latency_avg: 400, outcome: 'success' },
      'completions count the turns of the same request',
    )
    const untouched = await s.request('GET', `/api/calls/${otherCompanysCall}`, other.headers)
    t.match(untouched.body, { status: 'active', turn_count: 0 })
  })

  t.test(
    'A turn whose created_at does not exist is stored with the time at which it arrived, and a warning',
    async (t) => {
      const company = await s.createCompany()
      const { body: call } = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })
      const times = ['2026-11-23T12:00:00.5+03:00', '0000-01-01T00:00:00Z', '2026-11-23T23:59:60Z']
      const turns = times.map((created_at, turn_index) => ({ turn_index, role: 'user', created_at }))
      const response = await s.request('POST', `/api/calls/${call.id}/turns`, company.headers, { turns })
      t.match(response.body, {
        accepted: 3,
        rejected: [],
        warnings: [1, 2].map((index) => ({
          index,
          field: 'created_at',
          value: times[index],
          code: 'invalid_time',
        })),
      })
      const { body: logs } = await s.request('GET', `/api/calls/${call.id}/logs`, company.headers)
      const { created_at: arrivedAt } = logs.items[1]
      t.match(logs.items, [{ created_at: '2026-11-23T09:00:00.500Z' }, {}, { created_at: arrivedAt }])
      t.ok(new Date(arrivedAt) >= new Date(call.created_at))
    },
  )

  t.test(
    'A bad instant in telemetry is left out with a warning, and the rest of its item is kept',
    async (t) => {
      const company = await s.createCompany()
      const { body: call } = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })
      const times = ['2026-11-23T12:00:00+03', '2026-11-23T12:00:00+16:00', '2026-11-23T12:00:00-18:30']
      times.push(
        '0000-01-01T00:00:00Z',
        '0001-01-01T00:00:00Z',
        '0099-01-01T00:00:00Z',
        '2026-11-23T12:00:00Z',
      )
      const turns = times.map((created_at, turn_index) => ({
        call_id: call.id,
        turn_index,
        role: 'user',
        created_at,
      }))
      const completions = ['0001-01-01T00:00:00Z', '2026-11-23T12:00:00+16:00'].map((ended_at) => ({
        call_id: call.id,
        outcome: 'success',
        ended_at,
      }))
      completions.push({ call_id: call.id, outcome: 'success', ended_at: '2099-11-23T12:00:00+14:00' })
      const { status, body } = await s.request('POST', '/api/telemetry', company.headers, {
        turns,
        completions,
      })
      t.equal(status, 200)
      t.match(body, { turns: { accepted: 7, rejected: [] }, completions: { accepted: 3, rejected: [] } })
      t.same(
        body.turns.warnings.map((warning: Record<string, unknown>) => [
          warning.index,
          warning.field,
          warning.code,
        ]),
        [1, 2, 3, 4, 5].map((i) => [i, 'created_at', 'invalid_time']),
      )
      t.same(
        body.completions.warnings.map((warning: Record<string, unknown>) => [
          warning.index,
          warning.field,
          warning.code,
        ]),
        [0, 1].map((i) => [i, 'ended_at', 'invalid_time']),
      )
      const ended = await s.request('GET', `/api/calls/${call.id}`, company.headers)
      t.match(ended.body, { status: 'completed', outcome: 'success' })
      const { body: other } = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })
      const report = {
        answered_at: '0001-01-01T00:00:00Z',
        outcome: 'fail',
        collected_data: { opt_out: 'no' },
      }
      const completed = await s.request('POST', `/api/calls/${other.id}/complete`, company.headers, report)
      t.match(completed.body, {
        call: { outcome: 'fail' },
        warnings: [{ field: 'answered_at', value: report.answered_at, code: 'invalid_time' }],
      })
    },
  )
})
