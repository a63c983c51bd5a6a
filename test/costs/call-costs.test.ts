import { parse } from 'csv-parse/sync'
import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { add, formatFixed, multiply, parseDecimal } from '../../src/lib/numbers/decimal.ts'
import type { SetAsideItem } from '../../src/lib/set-aside.ts'
import { rerateStep } from '../../src/modules/costs/index.ts'
import { startTestService, type TestCompany } from '../setup/service.ts'
import { createPricedCompany, sttOf } from './fixtures.ts'

const s = await startTestService(t)

test('A reported cost replaces the calculated one, and the calculated lines are kept', async (t) => {
  const { company, call } = await createPricedCompany(s)
  const { id, metrics } = await call('2026-05-01T00:00:00Z')
  const costs = await s.request('GET', `/api/calls/${id}/costs`, company.headers)
  t.equal(costs.body.counted.total, metrics.cost_total)
  t.ok(costs.body.lines.length >= 2)
  t.ok(costs.body.lines.every((line: { price_id: string; amount: string }) => line.price_id && line.amount))
  await s.request('POST', `/api/calls/${id}/complete`, company.headers, { reported_cost: { stt: '0.5' } })
  const after = (await s.request('GET', `/api/calls/${id}/costs`, company.headers)).body
  t.equal(after.counted.stt, '0.500000')
  t.same(after.reported, { stt: '0.5' })
  t.same(after.lines, costs.body.lines, 'the lines are kept')
  t.equal(after.counted.total, formatFixed(add(parseDecimal('0.5'), parseDecimal(after.counted.tts)), 6))
  const withoutReport = await s.request('PUT', `/api/calls/${id}/metrics`, company.headers, {
    cost_stt: null,
  })
  t.equal(withoutReport.body.cost_stt, costs.body.counted.stt, 'null removes the reported cost')
})

test('A late turn is added to the costs, and an agent can report which provider served the call', async (t) => {
  const { company, call, createPrice } = await createPricedCompany(s)
  await createPrice({
    component: 'stt',
    provider: 'special',
    model: 'a',
    unit: 'minute',
    price: '6',
    effective_from: '2026-01-01T00:00:00Z',
  })
  const { id, metrics } = await call('2026-05-01T00:00:00Z')
  await s.request('POST', `/api/calls/${id}/turns`, company.headers, {
    turns: [{ turn_index: 5, role: 'user', stt_duration_sec: 60 }],
  })
  const doubled = await s.request('GET', `/api/calls/${id}/metrics`, company.headers)
  t.equal(Number(doubled.body.cost_stt), 2 * Number(metrics.cost_stt))
  const usedProviders = { stt: { provider: 'special', model: 'a' } }
  const completed = await s.request('POST', `/api/calls/${id}/complete`, company.headers, {
    providers: usedProviders,
  })
  t.equal(completed.body.metrics.cost_stt, '12.000000')

  const otherCall = await call('2026-05-01T00:00:00Z')
  const also = [{ component: 'stt', provider: 'special', model: 'a', stt_duration_sec: 30 }]
  const split = await s.request('POST', `/api/calls/${otherCall.id}/complete`, company.headers, {
    providers: { also },
  })
  t.equal(
    Number(split.body.metrics.cost_stt),
    Number(otherCall.metrics.cost_stt) / 2 + 3,
    'half of the minute is billed at the other price',
  )
  t.same(split.body.metrics.providers, { also })
})

test('Costs that hand-written SQL has stored count as reported', async (t) => {
  const company = await s.createCompany()
  const { body } = await s.request('POST', '/api/calls', company.headers, { direction: 'inbound' })
  await s.db.orm.execute(sql`
    insert into call_metrics (call_id, cost_stt, cost_llm, cost_total, stt_duration_sec) values (${body.id}::uuid, 0.01, 0.02, 0.03, 60)`)
  const completed = await s.request('POST', `/api/calls/${body.id}/complete`, company.headers, {})
  t.match(completed.body.metrics, { cost_stt: '0.010000', cost_llm: '0.020000', cost_total: '0.030000' })
})

const rerate = (company: TestCompany, body: object) =>
  s.request('POST', '/api/costs/rerate', company.headers, body)

test('Costs of past calls change only by a rerate, which keeps the previous costs', async (t) => {
  const { company, call, createPrice, config } = await createPricedCompany(s)
  const calls = [
    await call('2026-05-01T00:00:00Z'),
    await call('2026-05-02T00:00:00Z'),
    await call('2026-06-01T00:00:00Z'),
  ]
  const metrics = async (i: number) =>
    (await s.request('GET', `/api/calls/${calls[i]?.id}/metrics`, company.headers)).body
  const cost = async (i: number) => (await metrics(i)).cost_stt
  const { cost_stt: costBefore, updated_at: updatedBefore } = await metrics(0)
  await createPrice({
    component: 'stt',
    provider: sttOf(config),
    unit: 'minute',
    price: '5',
    effective_from: '2026-01-01T00:00:00Z',
  })
  t.equal(await cost(0), costBefore, 'a new price does not change calculated costs')
  const period = { start: '2026-05-01', end: '2026-06-01' }
  const dryRun = await rerate(company, period)
  t.match(dryRun, {
    status: 200,
    body: { status: 'completed', is_dry_run: true, calls: 2, changed_calls: 2 },
  })
  t.match(dryRun.body.after, { stt: '10.000000' })
  t.equal(dryRun.body.before.stt, formatFixed(multiply(parseDecimal(costBefore), parseDecimal(2)), 6))
  t.equal(await cost(0), costBefore, 'a dry run changes nothing')
  const rerated = await rerate(company, { ...period, dry_run: false })
  t.match(rerated.body, { changed_calls: 2, after: dryRun.body.after, before: dryRun.body.before })
  t.equal(await cost(0), '5.000000')
  t.ok((await metrics(0)).updated_at > updatedBefore)
  t.equal(await cost(2), costBefore, 'calls outside of the period do not change')
  const costs = (await s.request('GET', `/api/calls/${calls[0]?.id}/costs`, company.headers)).body
  t.match(costs.superseded, [{ rerate_id: rerated.body.id, counted: { stt: costBefore } }])
  t.match(
    (await rerate(company, { ...period, dry_run: false })).body,
    { changed_calls: 0 },
    'a second rerate changes nothing',
  )
  const analytics = await s.request(
    'GET',
    '/api/analytics/costs?start=2026-05-01&end=2026-06-01',
    company.headers,
  )
  t.equal(analytics.body.cost.stt, '10.000000', 'analytics show the new costs')
})

test('A rerate of more than 1,000 calls is finished by concurrent workers, which price each call once', async (t) => {
  const { company, createPrice } = await createPricedCompany(s)
  await createPrice({
    component: 'stt',
    provider: 'x',
    unit: 'minute',
    price: '1',
    effective_from: '2026-01-01T00:00:00Z',
  })
  await s.db.orm.execute(sql`
    with inserted_calls as (
      insert into calls (company_id, direction, status, started_at, ended_at)
      select ${company.id}::uuid, 'inbound', 'completed', '2026-05-01'::timestamptz + i * interval '1 s', '2026-05-02'
      from generate_series(1, 1700) i returning id
    ) insert into call_metrics (company_id, call_id, stt_duration_sec, providers, cost_lines)
    select ${company.id}::uuid, id, 60, '{"stt": {"provider": "x"}}', '[]' from inserted_calls`)
  const started = await rerate(company, { start: '2026-05-01', end: '2026-05-02', dry_run: false })
  t.match(started, {
    status: 202,
    body: { status: 'running', calls: 1000, unpriced_before: 1000, unpriced_after: 0 },
  })
  const progress = async () =>
    (await s.request('GET', `/api/costs/rerates/${started.body.id}`, company.headers)).body
  await Promise.all([1, 2, 3].map(() => rerateStep(s.db, new Date())))
  while ((await rerateStep(s.db, new Date())) > 0);
  t.match(await progress(), {
    status: 'completed',
    calls: 1700,
    changed_calls: 1700,
    after: { total: '1700.000000' },
  })
  const [row] = await s.db.orm.execute<{ n: number }>(
    sql`select count(*)::int as n from superseded_costs where company_id = ${company.id}::uuid`,
  )
  t.equal(row?.n, 1700)
})

test('A rerate with a call that cannot be priced fails with the reason, and delays no other rerate', async (t) => {
  const [broken, other] = [await createPricedCompany(s), await createPricedCompany(s)]
  const insertCalls = (company_id: string, n: number) =>
    s.db.orm.execute<{ id: string }>(sql`
      with inserted_calls as (
        insert into calls (company_id, direction, status, started_at, ended_at)
        select ${company_id}::uuid, 'inbound', 'completed', '2026-05-01'::timestamptz + i * interval '1 s', '2026-05-02'
        from generate_series(1, ${n}::int) i returning id
      ) insert into call_metrics (company_id, call_id, stt_duration_sec, providers, cost_lines)
      select ${company_id}::uuid, id, 60, '{"stt": {"provider": "x"}}', '[]' from inserted_calls returning call_id as id`)
  for (const { createPrice } of [broken, other])
    await createPrice({
      component: 'stt',
      provider: 'x',
      unit: 'minute',
      price: '1',
      effective_from: '2026-01-01T00:00:00Z',
    })
  await insertCalls(broken.company.id, 60)
  await insertCalls(other.company.id, 1)
  // Its cost exceeds numeric(12, 6).
  const [poisoned] = await s.db.orm.execute<{ id: string }>(sql`
    update call_metrics set stt_duration_sec = 1e15 where call_id = (
      select id from calls where company_id = ${broken.company.id}::uuid order by started_at offset 55 limit 1)
    returning call_id as id`)
  const period = { start: '2026-05-01', end: '2026-05-02', dry_run: false }
  const started = await rerate(broken.company, period)
  const read = async () =>
    (await s.request('GET', `/api/costs/rerates/${started.body.id}`, broken.company.headers)).body
  let now = new Date()
  const setAside: SetAsideItem[] = []
  const steps = async () => {
    while ((await rerateStep(s.db, now, (item) => setAside.push(item))) > 0);
  }
  await steps()
  const error = `The call ${poisoned?.id} could not be priced. A number is out of range (22003).`
  t.match(await read(), { status: 'running', calls: 55, changed_calls: 55, error })
  t.match(await rerate(other.company, period), {
    status: 200,
    body: { status: 'completed', changed_calls: 1 },
  })
  for (let i = 0; i < 5; i++) {
    now = new Date(now.getTime() + 60_000)
    await steps()
  }
  t.match(await read(), {
    status: 'failed',
    calls: 55,
    failures: 5,
    error,
    retry_at: null,
    finished_at: /^20/,
  })
  t.match(setAside, [{ kind: 'rerate', company_id: broken.company.id, id: started.body.id }])
})

test('A rerate whose call is locked waits, and the rerate of another company goes first', async (t) => {
  const [locked, other] = [await createPricedCompany(s), await createPricedCompany(s)]
  const period = { start: '2026-05-01', end: '2026-05-02', dry_run: false }
  const ended = await locked.call('2026-05-01T10:00:00Z')
  await other.call('2026-05-01T10:00:00Z')
  await s.db.client.begin(async (tx) => {
    await tx.unsafe(`select 1 from calls where id = '${ended.id}' for update`)
    const waiting = await rerate(locked.company, period)
    t.match(waiting, { status: 202, body: { status: 'running', failures: 0, retry_at: /^20/ } })
    t.match(await rerate(other.company, period), { status: 200, body: { status: 'completed' } })
    t.equal(await rerateStep(s.db, new Date()), 0)
  })
  t.equal(await rerateStep(s.db, new Date(Date.now() + 11_000)), 1)
  const { body } = await s.request('GET', '/api/costs/rerates', locked.company.headers)
  t.match(body.items, [{ status: 'completed', calls: 1 }])
})

test('An estimate is calculated from a given usage, or from the average of past calls', async (t) => {
  const { company, skillbase_id, call, createPrice } = await createPricedCompany(s)
  for (const [provider, component, unit, amount] of [
    ['deep', 'stt', 'minute', '0.0048'],
    ['cart', 'tts', 'million_characters', '50'],
  ])
    await createPrice({ component, provider, unit, price: amount, effective_from: '2026-01-01T00:00:00Z' })
  const estimate = (body: object) => s.request('POST', '/api/costs/estimate', company.headers, body)
  const fromUsage = await estimate({
    usage: { stt_duration_sec: 60, tts_characters: 1000, livekit_duration_sec: 120 },
    providers: { stt: { provider: 'deep' }, tts: { provider: 'cart' } },
    minutes: 2,
  })
  t.match(fromUsage.body, {
    per_call: { stt: '0.004800', tts: '0.050000', livekit: '0.028000', total: '0.082800' },
    per_minute: { total: '0.041400' },
    unpriced: [],
    n: null,
  })
  t.match(await estimate({ skillbase_id }), { status: 422, body: { code: 'no_history' } })
  t.match(await estimate({}), { status: 422, body: { code: 'nothing_to_estimate' } })
  const pastCall = await call('2026-05-01T00:00:00Z')
  const fromHistory = await estimate({ skillbase_id, at: '2026-05-01T00:00:00Z' })
  t.match(fromHistory.body, { n: 1, minutes: 1, per_call: { total: pastCall.metrics.cost_total } })
  const unknown = await estimate({
    usage: { tts_characters: 1 },
    providers: { tts: { provider: 'unknown-provider' } },
  })
  t.match(unknown.body, { unpriced: ['tts'], per_call: {}, per_minute: null })
  t.equal(unknown.body.per_call.total, undefined)
})

test('Every quantity that a provider bills has a column in turns and metrics, and a line of its own', async (t) => {
  const { company, call } = await createPricedCompany(s)
  const first = {
    llm_input_tokens: 800,
    llm_cached_input_tokens: 300,
    llm_output_tokens: 90,
    llm_audio_input_tokens: 500,
    llm_cached_audio_input_tokens: 200,
    llm_audio_output_tokens: 70,
    llm_session_sec: 20.5,
    stt_input_tokens: 400,
    stt_output_tokens: 30,
    tts_input_tokens: 20,
    tts_output_tokens: 300,
    tts_duration_sec: 4.25,
  }
  const second = {
    llm_input_tokens: 200,
    llm_image_input_tokens: 150,
    llm_cached_image_input_tokens: 50,
    llm_output_tokens: 5,
  }
  const { id } = await call('2026-05-01T00:00:00Z', first)
  await s.request('POST', `/api/calls/${id}/turns`, company.headers, {
    turns: [
      {
        turn_index: 1,
        role: 'assistant',
        ...second,
        llm_cache_write_tokens: 40,
        llm_cache_write_1h_tokens: 10,
      },
    ],
  })
  const providers = {
    stt: { provider: 'openai', model: 'gpt-4o-transcribe' },
    llm: { provider: 'openai', model: 'gpt-realtime' },
    tts: { provider: 'openai', model: 'gpt-4o-mini-tts' },
  }
  const { body: metrics } = await s.request('PUT', `/api/calls/${id}/metrics`, company.headers, { providers })
  const sums = {
    ...first,
    llm_input_tokens: 1000,
    llm_output_tokens: 95,
    llm_image_input_tokens: 150,
    llm_cached_image_input_tokens: 50,
    llm_cache_write_tokens: 40,
    llm_cache_write_1h_tokens: 10,
  }
  t.match(metrics, sums)
  const turns = (await s.request('GET', `/api/calls/${id}/logs`, company.headers)).body.items
  t.match(turns, [{ ...first, extra_data: null }, second])
  const costs = (await s.request('GET', `/api/calls/${id}/costs`, company.headers)).body
  t.equal(costs.counted.stt, '0.001300', '400 x 2.5 + 30 x 10 per million')
  t.equal(costs.counted.tts, '0.003612', '20 x 0.6 + 300 x 12 per million')
  t.equal(costs.counted.llm, undefined, 'OpenAI has no price for cache writes')
  t.same(
    costs.lines
      .filter(({ component }: { component: string }) => component === 'llm')
      .map(({ unit, quantity, unit_price }: Record<string, string>) => [unit, quantity, unit_price]),
    [
      ['million_input_tokens', '260', '4'],
      ['million_cached_input_tokens', '50', '0.4'],
      ['million_cache_write_tokens', '30', null],
      ['million_cache_write_1h_tokens', '10', null],
      ['million_audio_input_tokens', '300', '32'],
      ['million_cached_audio_input_tokens', '200', '0.4'],
      ['million_image_input_tokens', '100', '5'],
      ['million_cached_image_input_tokens', '50', '0.5'],
      ['million_output_tokens', '25', '16'],
      ['million_audio_output_tokens', '70', '64'],
    ],
  )
  const csv = await s.request('GET', '/api/call-metrics/export', company.headers)
  const [exported = {}] = parse<Record<string, string>>(csv.body, { bom: true, columns: true })
  for (const [name, value] of Object.entries(sums)) t.equal(Number(exported[name]), value, `${name} in CSV`)
})

test('Quantities are summed as exact decimals before they are rounded up to an increment', async (t) => {
  const { company, createPrice, skillbase_id } = await createPricedCompany(s)
  await createPrice({
    component: 'stt',
    provider: 'per-second',
    unit: 'second',
    price: '1',
    increment: '1',
    effective_from: '2026-01-01T00:00:00Z',
  })
  const { body } = await s.request('POST', '/api/calls', company.headers, {
    direction: 'inbound',
    skillbase_id,
  })
  const turns = [1.6, 2.7, 2.7].map((stt_duration_sec, turn_index) => ({
    turn_index,
    role: 'user',
    stt_duration_sec,
  }))
  await s.request('POST', `/api/calls/${body.id}/turns`, company.headers, { turns })
  const { body: completed } = await s.request('POST', `/api/calls/${body.id}/complete`, company.headers, {
    providers: { stt: { provider: 'per-second' } },
  })
  t.match(completed.metrics, { stt_duration_sec: 7, cost_stt: '7.000000' })
})

test('The costs of a call that was not answered or measured are empty, and only an unknown call is not found', async (t) => {
  const { company, skillbase_id } = await createPricedCompany(s)
  const call = async () =>
    (await s.request('POST', '/api/calls', company.headers, { direction: 'outbound', skillbase_id })).body.id
  const costs = (id: string) => s.request('GET', `/api/calls/${id}/costs`, company.headers)
  const empty = { counted: {}, reported: {}, lines: [], superseded: [] }
  const live = await call()
  t.strictSame(await costs(live).then(({ status, body }) => [status, body]), [
    200,
    { call_id: live, ...empty },
  ])
  const unanswered = await call()
  const failure = { status: 'failed', outcome: 'no_answer' }
  await s.request('POST', `/api/calls/${unanswered}/complete`, company.headers, failure)
  t.strictSame((await costs(unanswered)).body, { call_id: unanswered, ...empty })
  t.match(await costs('0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b'), {
    status: 404,
    body: { code: 'call_not_found' },
  })
})

test('Partly priced calls are one set in every figure of a report: no total is below its components', async (t) => {
  const { company, call, skillbase_id } = await createPricedCompany(s)
  const priced = await call('2026-05-01T00:00:00Z')
  const partly = await call('2026-05-01T01:00:00Z', { stt_duration_sec: 60_000, tts_characters: 10 })
  await s.request('PUT', `/api/calls/${partly.id}/metrics`, company.headers, {
    providers: { tts: { provider: 'unknown-provider' } },
  })
  const { counted } = (await s.request('GET', `/api/calls/${partly.id}/costs`, company.headers)).body
  t.ok(
    Number(counted.stt) > Number(priced.metrics.cost_total),
    'the known part exceeds the total of the other call',
  )
  const known = formatFixed(add(parseDecimal(counted.stt), parseDecimal(priced.metrics.cost_total)), 6)
  const expected = {
    total: priced.metrics.cost_total,
    stt: priced.metrics.cost_stt,
    tts: priced.metrics.cost_tts,
    llm: null,
    livekit: null,
    known,
    per_call: priced.metrics.cost_total,
    priced_calls: 1,
    unpriced_calls: 1,
    unmeasured_calls: 0,
  }
  const period = 'start=2026-05-01&end=2026-05-02'
  const report = async (path: string) =>
    (await s.request('GET', `/api/analytics/${path}&${period}`, company.headers)).body
  const costs = await report('costs?')
  for (const figures of [costs, costs.by_day[0], costs.by_skillbase[0], costs.by_campaign[0]])
    t.match(figures.cost, expected)
  t.match((await report('metrics?group_by=skillbase')).groups, [
    { values: { skillbase: skillbase_id }, cost: expected },
  ])
  t.match((await report('timeseries?')).buckets, [{ cost: expected }])
  const rerated = await rerate(company, { start: '2026-05-01', end: '2026-05-02' })
  const { total, stt, tts } = expected
  t.strictSame(rerated.body.before, { total, stt, tts }, 'a rerate sums the same calls')
  t.match(rerated.body, { calls: 2, unpriced_before: 1, unpriced_after: 1, after: rerated.body.before })
})

test('A reported total that is less than the calculated components replaces them', async (t) => {
  const { company, call } = await createPricedCompany(s)
  const { id } = await call('2026-05-01T00:00:00Z')
  const { body } = await s.request('POST', `/api/calls/${id}/complete`, company.headers, {
    reported_cost: { total: '0.001' },
  })
  t.match(body.metrics, { cost_total: '0.001000', cost_stt: null, cost_tts: null })
  const report = await s.request(
    'GET',
    '/api/analytics/costs?start=2026-05-01&end=2026-05-02',
    company.headers,
  )
  t.match(report.body.cost, { total: '0.001000', stt: null, tts: null, known: '0.001000' })
})
