import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import {
  add,
  divide,
  formatFixed,
  formatShortest,
  multiply,
  parseDecimal,
  roundUpToStep,
} from '../src/lib/numbers/decimal.ts'
import { applyReportedCosts, calculateCosts, type UnitPrice } from '../src/modules/costs/calculate-costs.ts'
import { rerateStep } from '../src/modules/costs/index.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { startTestService, type TestCompany } from './setup/service.ts'

const s = await startTestService(t)
const nil = '00000000-0000-0000-0000-000000000000'

const price = (
  more: Partial<UnitPrice> & Pick<UnitPrice, 'component' | 'provider' | 'unit' | 'price'>,
): UnitPrice => ({
  ...{ id: 'p', model: '', minimum: '0', increment: '0', is_own: false },
  ...more,
})

/** The prices of the design's vectors. */
const book: UnitPrice[] = [
  price({ component: 'stt', provider: 'deepgram', unit: 'minute', price: '0.0048' }),
  price({ component: 'llm', provider: 'groq', unit: 'million_input_tokens', price: '0.075' }),
  price({ component: 'llm', provider: 'groq', unit: 'million_cached_input_tokens', price: '0.0375' }),
  price({ component: 'llm', provider: 'groq', unit: 'million_output_tokens', price: '0.30' }),
  price({ component: 'tts', provider: 'cartesia', unit: 'million_characters', price: '50' }),
  price({
    component: 'livekit',
    provider: 'livekit',
    model: 'agent',
    unit: 'minute',
    price: '0.01',
    increment: '1',
  }),
  price({
    component: 'livekit',
    provider: 'livekit',
    model: 'sip',
    unit: 'minute',
    price: '0.004',
    increment: '60',
  }),
]
const providers = { stt: { provider: 'deepgram' }, llm: { provider: 'groq' }, tts: { provider: 'cartesia' } }
const usage = {
  stt_duration_sec: 37.42,
  llm_input_tokens: 1000,
  llm_cached_input_tokens: 400,
  llm_output_tokens: 200,
  tts_characters: 1000,
  livekit_duration_sec: 70,
}

test('the calculator gives the figures of the price lists, to the millionth', async (t) => {
  const costs = calculateCosts(usage, providers, true, book)
  t.same(costs.amounts, {
    stt: '0.002994',
    llm: '0.000120',
    tts: '0.050000',
    livekit: '0.019667',
    total: '0.072781',
  })
  t.same(costs.unpriced, [])
  t.match(costs.lines, [
    {
      component: 'stt',
      quantity: '37.42',
      billed_quantity: '37.42',
      unit_price: '0.0048',
      amount: '0.0029936',
    },
    { component: 'llm', unit: 'million_input_tokens', quantity: '600', amount: '0.000045' },
    { component: 'llm', unit: 'million_cached_input_tokens', quantity: '400', amount: '0.000015' },
    { component: 'llm', unit: 'million_output_tokens', quantity: '200', amount: '0.00006' },
    { component: 'tts', quantity: '1000', amount: '0.05' },
    { component: 'livekit', model: 'agent', quantity: '70', billed_quantity: '70' },
    { component: 'livekit', model: 'sip', quantity: '70', billed_quantity: '120', amount: '0.008' },
  ])
})

test('minimum, increment and who comes first', async (t) => {
  const only = (seconds: number, ...prices: UnitPrice[]) =>
    calculateCosts({ livekit_duration_sec: seconds }, {}, false, prices).amounts.livekit
  const agent = (more: Partial<UnitPrice>) =>
    price({
      component: 'livekit',
      provider: 'livekit',
      model: 'agent',
      unit: 'minute',
      price: '0.06',
      ...more,
    })
  t.equal(only(3, agent({ minimum: '10' })), '0.010000', 'at least the minimum')
  t.equal(only(10, agent({ minimum: '10' })), '0.010000')
  t.equal(only(61, agent({ increment: '60' })), '0.120000', 'what is begun is billed')
  t.equal(only(60, agent({ increment: '60' })), '0.060000')
  t.equal(only(0.5, agent({ unit: 'second', price: '1' })), '0.500000')
  const any = agent({ id: 'any', model: '', price: '0.6' })
  const own = agent({ id: 'own', is_own: true, price: '6' })
  const ownAny = agent({ id: 'own any', model: '', is_own: true, price: '60' })
  const chosen = (...prices: UnitPrice[]) =>
    calculateCosts({ livekit_duration_sec: 60 }, {}, false, prices).lines.map(({ price_id }) => price_id)
  t.same(chosen(any, ownAny, own, agent({})), ['own'])
  t.same(chosen(any, ownAny, agent({})), ['own any'], "a company's own comes before everybody's")
  t.same(chosen(any, agent({})), ['p'])
  t.same(chosen(any), ['any'])
})

test('cached tokens are part of the input, and cost what others do where they have no price', async (t) => {
  const withoutCached = book.filter(({ unit }) => unit !== 'million_cached_input_tokens')
  const llm = (input: object, prices = book) => calculateCosts(input, providers, false, prices).amounts.llm
  t.equal(llm({ llm_input_tokens: 1_000_000, llm_cached_input_tokens: 1_000_000 }), '0.037500')
  t.equal(llm({ llm_input_tokens: 1_000_000, llm_cached_input_tokens: 1_000_000 }, withoutCached), '0.075000')
  t.equal(
    llm({ llm_input_tokens: 1_000_000, llm_cached_input_tokens: 2_000_000 }),
    '0.037500',
    'never more than went in',
  )
})

test('what another model served is priced as its own, and nothing is paid twice', async (t) => {
  const big = (unit: UnitPrice['unit'], amount: string) =>
    price({ component: 'llm', provider: 'openai', model: 'gpt', unit, price: amount })
  const prices = [...book, big('million_input_tokens', '1'), big('million_output_tokens', '10')]
  const fallback = { component: 'llm' as const, provider: 'openai', model: 'gpt' }
  const costs = (part: object, more: object = {}) =>
    calculateCosts(usage, { ...providers, also: [{ ...fallback, ...part }], ...more }, true, prices)

  const split = costs({ llm_input_tokens: 500, llm_cached_input_tokens: 100, llm_output_tokens: 50 })
  const llm = split.lines.filter(({ component }) => component === 'llm')
  t.same(
    llm.map(({ provider, unit, quantity }) => [provider, unit, quantity]),
    [
      ['groq', 'million_input_tokens', '200'],
      ['groq', 'million_cached_input_tokens', '300'],
      ['groq', 'million_output_tokens', '150'],
      ['openai', 'million_input_tokens', '400'],
      // Without a price of their own cached tokens cost what others do.
      ['openai', 'million_input_tokens', '100'],
      ['openai', 'million_output_tokens', '50'],
    ],
  )
  // 200 x 0.075 + 300 x 0.0375 + 150 x 0.30 + 500 x 1 + 50 x 10, per million.
  t.equal(split.amounts.llm, '0.001071')
  t.equal(split.amounts.tts, '0.050000', 'the rest is as it was')

  const all = costs({ llm_input_tokens: 9_999, llm_cached_input_tokens: 9_999, llm_output_tokens: 9_999 })
  t.same(
    all.lines.filter(({ component }) => component === 'llm').map(({ quantity }) => quantity),
    ['600', '400', '200'],
    'no more than was used',
  )
  const unpriced = costs({ model: 'unheard', provider: 'unheard', llm_output_tokens: 1 })
  t.same(unpriced.unpriced, ['llm'])
  t.equal(unpriced.amounts.total, undefined)
  t.same(
    costs({ tts_characters: 500 }).amounts,
    calculateCosts(usage, providers, true, prices).amounts,
    'of its component only',
  )
})

test('what was used and has no price is not known; what was not used costs nothing and is not there', async (t) => {
  const unknown = calculateCosts(usage, { ...providers, tts: { provider: 'unheard' } }, true, book)
  t.same(unknown.unpriced, ['tts'])
  t.equal(unknown.amounts.tts, undefined)
  t.equal(unknown.amounts.total, undefined, 'a sum that leaves something out is a wrong number')
  t.equal(unknown.amounts.stt, '0.002994')
  t.match(unknown.lines.find(({ component }) => component === 'tts') ?? {}, {
    quantity: '1000',
    amount: null,
    price_id: null,
  })
  t.same(calculateCosts({}, providers, true, book), { amounts: {}, lines: [], unpriced: [] })
  t.same(calculateCosts({ stt_duration_sec: 0, tts_characters: null }, providers, true, book).amounts, {})

  t.same(applyReportedCosts(unknown, { tts: '0.04' }).total, '0.062781', 'a report fills what has no price')
  t.same(applyReportedCosts(unknown, { total: '1' }), {
    stt: '0.002994',
    llm: '0.000120',
    livekit: '0.019667',
    total: '1.000000',
  })
  t.same(applyReportedCosts(calculateCosts({}, {}, true, book), {}), {})
})

test('no float touches money: the calculator agrees with PostgreSQL numeric on numbers that floats cannot hold', async (t) => {
  let state = 7
  const random = () => {
    state = (state * 48271) % 2147483647
    return state
  }
  const faults: string[] = []
  for (let i = 0; i < 300; i++) {
    const seconds = `${random()}.${random()}`
    const unit_price = `${random() % 1000}.${String(random()).padStart(9, '0').slice(0, 9)}`
    const tokens = `${random()}${random()}`
    const prices = [
      price({
        component: 'stt',
        provider: 'x',
        unit: 'minute',
        price: unit_price,
        increment: i % 3 === 0 ? '7' : '0',
      }),
      price({ component: 'llm', provider: 'x', unit: 'million_output_tokens', price: unit_price }),
    ]
    const served = { stt: { provider: 'x' }, llm: { provider: 'x' } }
    const { amounts } = calculateCosts(
      { stt_duration_sec: seconds, llm_output_tokens: tokens },
      served,
      false,
      prices,
    )
    const billed = i % 3 === 0 ? sql`ceil(${seconds}::numeric / 7) * 7` : sql`${seconds}::numeric`
    const [row] = await s.db.orm.execute<{ stt: string; llm: string; total: string }>(sql`
      with c as (select round(${billed} * ${unit_price}::numeric / 60.000000000000000000000000000000000000000000, 6) as stt,
        round(${tokens}::numeric * ${unit_price}::numeric / 1000000.00000000000000000000, 6) as llm)
      select stt::text, llm::text, (stt + llm)::text as total from c`)
    for (const name of ['stt', 'llm', 'total'] as const)
      if (amounts[name] !== row?.[name])
        faults.push(`${name} of ${seconds} at ${unit_price}: ${amounts[name]}, not ${row?.[name]}`)
  }
  t.same(faults, [])
  t.equal(formatFixed(add(parseDecimal(0.1), parseDecimal(0.2)), 20), '0.30000000000000000000')
  t.equal(formatFixed(divide(parseDecimal(1), parseDecimal(2000000)), 6), '0.000001', 'half up')
  t.equal(formatFixed(multiply(parseDecimal('1e-7'), parseDecimal(4)), 6), '0.000000')
  t.equal(formatShortest(roundUpToStep(parseDecimal('0.1'), parseDecimal('0.25')), 6), '0.25')
  for (const text of ['', '-1', 'NaN', '1,5', '0x1', 'Infinity']) t.throws(() => parseDecimal(text), text)
})

/** A company with a bot of the guide's providers, and what is needed to make priced calls. */
async function world() {
  const who = await s.createCompany()
  const config = structuredClone(exampleConfig) as unknown as Record<string, Record<string, unknown>>
  const made = await s.request('POST', '/api/skillbases', who.headers, { name: 'Bot', slug: 'bot', config })
  const skillbase_id = made.body.id as string
  const call = async (started_at: string, said: object = {}, more: object = {}) => {
    const { body } = await s.request('POST', '/api/calls', who.headers, {
      ...{ direction: 'inbound', skillbase_id, started_at, caller_number: '+79991234567' },
      ...more,
    })
    const turns = [{ turn_index: 0, role: 'assistant', stt_duration_sec: 60, tts_characters: 1000, ...said }]
    await s.request('POST', `/api/calls/${body.id}/turns`, who.headers, { turns })
    const done = await s.request('POST', `/api/calls/${body.id}/complete`, who.headers, { duration_sec: 60 })
    return { id: body.id as string, metrics: done.body.metrics }
  }
  const own = (body: object) => s.request('POST', '/api/prices', who.headers, body)
  return { who, skillbase_id, call, own, config }
}

const sttOf = (config: Record<string, Record<string, unknown>>) => String(config.voice?.stt_provider)

test('a price counts from its instant on: before, at, after, for a call that comes late, and not before its day', async (t) => {
  const { who, call, own, config } = await world()
  const provider = sttOf(config)
  const at = (effective_from: string, price: string) =>
    own({ component: 'stt', provider, unit: 'minute', price, effective_from })
  t.equal((await at('2026-03-01T00:00:00Z', '1')).status, 201)
  t.equal((await at('2026-04-01T00:00:00Z', '2')).status, 201)
  t.equal((await at('2100-01-01T00:00:00Z', '3')).status, 201)
  const stt = async (started_at: string) => (await call(started_at)).metrics.cost_stt
  t.equal(await stt('2026-03-31T23:59:59.999Z'), '1.000000')
  t.equal(await stt('2026-04-01T00:00:00.000Z'), '2.000000')
  t.equal(await stt('2026-10-01T00:00:00Z'), '2.000000', 'a future price applies to nothing before its day')
  t.equal(await stt('2026-03-15T00:00:00Z'), '1.000000', 'a call that comes late has the price of its time')
  const listed = await s.request('GET', `/api/prices?scope=own&at=2026-04-01`, who.headers)
  t.same(
    listed.body.items.map((one: { price: string }) => Number(one.price)),
    [2],
  )
})

test('a new price ends the one before; what overlaps is refused; what has begun is ended, not deleted', async (t) => {
  const { who, own } = await world()
  const body = { component: 'tts', provider: 'voices', unit: 'million_characters', price: '10' }
  const first = (await own({ ...body, effective_from: '2026-01-01T00:00:00Z' })).body
  const second = (await own({ ...body, price: 12.5, effective_from: '2026-06-01T00:00:00Z' })).body
  const again = await s.request('GET', `/api/prices/${first.id}`, who.headers)
  t.equal(again.body.effective_to, '2026-06-01T00:00:00.000Z')
  t.match(await own({ ...body, effective_from: '2026-03-01T00:00:00Z' }), {
    status: 409,
    body: { code: 'price_overlaps' },
  })
  t.match(
    await own({ ...body, effective_from: '2025-01-01T00:00:00Z', effective_to: '2026-01-01T00:00:00Z' }),
    { status: 201 },
  )
  t.match(await own({ ...body, unit: 'minute' }), { status: 422, body: { code: 'unit_mismatch' } })
  const patch = (id: string, change: object) => s.request('PATCH', `/api/prices/${id}`, who.headers, change)
  t.match(await patch(first.id, { effective_to: null }), { status: 409, body: { code: 'price_overlaps' } })
  t.match(await patch(second.id, { effective_to: '2026-05-01T00:00:00Z' }), { status: 422 })
  t.match(await patch(second.id, { effective_to: '2026-12-01T00:00:00Z', source: 'a letter' }), {
    status: 200,
    body: { source: 'a letter' },
  })
  t.match(await s.request('DELETE', `/api/prices/${first.id}`, who.headers), {
    status: 409,
    body: { code: 'price_in_force' },
  })
  const future = (await own({ ...body, effective_from: '2100-01-01T00:00:00Z' })).body
  t.match(await s.request('DELETE', `/api/prices/${future.id}`, who.headers), { status: 204 })
  const same = await Promise.all(
    [1, 2].map(() => own({ ...body, provider: 'raced', effective_from: '2026-01-01T00:00:00Z' })),
  )
  t.same(same.map(({ status }) => status).sort(), [201, 409], 'two at once: one is made')
})

test("everybody's prices are the platform's: others read them, and come before them with their own", async (t) => {
  const { who } = await world()
  const listed = await s.request('GET', '/api/prices?scope=everybody&component=llm&limit=200', who.headers)
  t.ok(listed.body.items.length > 10, 'the price book is there from the start')
  const [one] = listed.body.items
  t.equal(one.company_id, nil)
  t.ok(one.source, 'with its source')
  t.match(await s.request('PATCH', `/api/prices/${one.id}`, who.headers, { source: 'mine' }), {
    status: 409,
    body: { code: 'price_of_everybody' },
  })
  const asEverybody = { ...s.platform, 'x-company-id': nil }
  const body = { component: 'tts', provider: 'for-all', unit: 'million_characters', price: '9' }
  const made = await s.request('POST', '/api/prices', asEverybody, body)
  t.equal(made.status, 201)
  t.equal((await s.request('GET', `/api/prices/${made.body.id}`, who.headers)).status, 200)
  const other = await s.createCompany()
  const own = await s.request('POST', '/api/prices', who.headers, body)
  t.equal((await s.request('GET', `/api/prices/${own.body.id}`, other.headers)).status, 404)
  t.notOk(
    (await s.request('GET', '/api/prices?limit=200', other.headers)).body.items.some(
      ({ id }: { id: string }) => id === own.body.id,
    ),
  )
})

test('a call keeps its lines, and what its provider reported wins, and both are kept', async (t) => {
  const { who, call } = await world()
  const { id, metrics } = await call('2026-05-01T00:00:00Z')
  const costs = await s.request('GET', `/api/calls/${id}/costs`, who.headers)
  t.equal(costs.body.counted.total, metrics.cost_total)
  t.ok(costs.body.lines.length >= 2)
  t.ok(costs.body.lines.every((line: { price_id: string; amount: string }) => line.price_id && line.amount))
  await s.request('POST', `/api/calls/${id}/complete`, who.headers, { reported_cost: { stt: '0.5' } })
  const after = (await s.request('GET', `/api/calls/${id}/costs`, who.headers)).body
  t.equal(after.counted.stt, '0.500000')
  t.same(after.reported, { stt: '0.5' })
  t.same(after.lines, costs.body.lines, 'what was computed is kept beside it')
  t.equal(after.counted.total, formatFixed(add(parseDecimal('0.5'), parseDecimal(after.counted.tts)), 6))
  const taken = await s.request('PUT', `/api/calls/${id}/metrics`, who.headers, { cost_stt: null })
  t.equal(taken.body.cost_stt, costs.body.counted.stt, 'a report taken back')
})

test('a late turn is paid for; an agent may say who served it', async (t) => {
  const { who, call, own } = await world()
  await own({
    component: 'stt',
    provider: 'special',
    model: 'a',
    unit: 'minute',
    price: '6',
    effective_from: '2026-01-01T00:00:00Z',
  })
  const { id, metrics } = await call('2026-05-01T00:00:00Z')
  await s.request('POST', `/api/calls/${id}/turns`, who.headers, {
    turns: [{ turn_index: 5, role: 'user', stt_duration_sec: 60 }],
  })
  const doubled = await s.request('GET', `/api/calls/${id}/metrics`, who.headers)
  t.equal(Number(doubled.body.cost_stt), 2 * Number(metrics.cost_stt))
  const served = { stt: { provider: 'special', model: 'a' } }
  const done = await s.request('POST', `/api/calls/${id}/complete`, who.headers, { providers: served })
  t.equal(done.body.metrics.cost_stt, '12.000000')

  const other = await call('2026-05-01T00:00:00Z')
  const also = [{ component: 'stt', provider: 'special', model: 'a', stt_duration_sec: 30 }]
  const split = await s.request('POST', `/api/calls/${other.id}/complete`, who.headers, {
    providers: { also },
  })
  t.equal(
    Number(split.body.metrics.cost_stt),
    Number(other.metrics.cost_stt) / 2 + 3,
    'half of its minute was served by another',
  )
  t.same(split.body.metrics.providers, { also })
})

test('costs that hand-made SQL wrote are taken as reported', async (t) => {
  const who = await s.createCompany()
  const { body } = await s.request('POST', '/api/calls', who.headers, { direction: 'inbound' })
  await s.db.orm.execute(sql`
    insert into call_metrics (call_id, cost_stt, cost_llm, cost_total, stt_duration_sec) values (${body.id}::uuid, 0.01, 0.02, 0.03, 60)`)
  const done = await s.request('POST', `/api/calls/${body.id}/complete`, who.headers, {})
  t.match(done.body.metrics, { cost_stt: '0.010000', cost_llm: '0.020000', cost_total: '0.030000' })
})

const rerate = (who: TestCompany, body: object) => s.request('POST', '/api/costs/rerate', who.headers, body)

test('history changes only by a rerate: said first, then done, and the old figures stay readable', async (t) => {
  const { who, call, own, config } = await world()
  const calls = [
    await call('2026-05-01T00:00:00Z'),
    await call('2026-05-02T00:00:00Z'),
    await call('2026-06-01T00:00:00Z'),
  ]
  const cost = async (i: number) =>
    (await s.request('GET', `/api/calls/${calls[i]?.id}/metrics`, who.headers)).body.cost_stt
  const was = await cost(0)
  await own({
    component: 'stt',
    provider: sttOf(config),
    unit: 'minute',
    price: '5',
    effective_from: '2026-01-01T00:00:00Z',
  })
  t.equal(await cost(0), was, 'a price that is added changes nothing that was computed')
  const period = { start: '2026-05-01', end: '2026-06-01' }
  const said = await rerate(who, period)
  t.match(said, { status: 200, body: { status: 'completed', is_dry_run: true, calls: 2, changed_calls: 2 } })
  t.match(said.body.after, { stt: '10.000000' })
  t.equal(said.body.before.stt, formatFixed(multiply(parseDecimal(was), parseDecimal(2)), 6))
  t.equal(await cost(0), was, 'and saying it changes nothing')
  const done = await rerate(who, { ...period, dry_run: false })
  t.match(done.body, { changed_calls: 2, after: said.body.after, before: said.body.before })
  t.equal(await cost(0), '5.000000')
  t.equal(await cost(2), was, 'another month stays')
  const kept = (await s.request('GET', `/api/calls/${calls[0]?.id}/costs`, who.headers)).body
  t.match(kept.superseded, [{ rerate_id: done.body.id, counted: { stt: was } }])
  t.match(
    (await rerate(who, { ...period, dry_run: false })).body,
    { changed_calls: 0 },
    'again, nothing changes',
  )
  const costs = await s.request('GET', '/api/analytics/costs?start=2026-05-01&end=2026-06-01', who.headers)
  t.equal(costs.body.cost.stt, '10.000000', 'and the dashboards say so')
})

test('a rerate of more calls than a request waits for goes on by itself, also after a crash, and prices no call twice', async (t) => {
  const { who, own } = await world()
  await own({
    component: 'stt',
    provider: 'x',
    unit: 'minute',
    price: '1',
    effective_from: '2026-01-01T00:00:00Z',
  })
  await s.db.orm.execute(sql`
    with made as (
      insert into calls (company_id, direction, status, started_at, ended_at)
      select ${who.id}::uuid, 'inbound', 'completed', '2026-05-01'::timestamptz + i * interval '1 s', '2026-05-02'
      from generate_series(1, 1700) i returning id
    ) insert into call_metrics (company_id, call_id, stt_duration_sec, providers, cost_lines)
    select ${who.id}::uuid, id, 60, '{"stt": {"provider": "x"}}', '[]' from made`)
  const started = await rerate(who, { start: '2026-05-01', end: '2026-05-02', dry_run: false })
  t.match(started, {
    status: 202,
    body: { status: 'running', calls: 1000, unpriced_before: 1000, unpriced_after: 0 },
  })
  const progress = async () =>
    (await s.request('GET', `/api/costs/rerates/${started.body.id}`, who.headers)).body
  await Promise.all([1, 2, 3].map(() => rerateStep(s.db, new Date())))
  while ((await rerateStep(s.db, new Date())) > 0);
  t.match(await progress(), {
    status: 'completed',
    calls: 1700,
    changed_calls: 1700,
    after: { total: '1700.000000' },
  })
  const [row] = await s.db.orm.execute<{ n: number }>(
    sql`select count(*)::int as n from superseded_costs where company_id = ${who.id}::uuid`,
  )
  t.equal(row?.n, 1700)
})

test('an estimate says what a call will cost, a call and a minute, and by which prices', async (t) => {
  const { who, skillbase_id, call, own } = await world()
  for (const [provider, component, unit, amount] of [
    ['deep', 'stt', 'minute', '0.0048'],
    ['cart', 'tts', 'million_characters', '50'],
  ])
    await own({ component, provider, unit, price: amount, effective_from: '2026-01-01T00:00:00Z' })
  const ask = (body: object) => s.request('POST', '/api/costs/estimate', who.headers, body)
  const given = await ask({
    usage: { stt_duration_sec: 60, tts_characters: 1000, livekit_duration_sec: 120 },
    providers: { stt: { provider: 'deep' }, tts: { provider: 'cart' } },
    minutes: 2,
  })
  t.match(given.body, {
    per_call: { stt: '0.004800', tts: '0.050000', livekit: '0.028000', total: '0.082800' },
    per_minute: { total: '0.041400' },
    unpriced: [],
    n: null,
  })
  t.match(await ask({ skillbase_id }), { status: 422, body: { code: 'no_history' } })
  t.match(await ask({}), { status: 422, body: { code: 'nothing_to_estimate' } })
  const made = await call('2026-05-01T00:00:00Z')
  const own1 = await ask({ skillbase_id, at: '2026-05-01T00:00:00Z' })
  t.match(own1.body, { n: 1, minutes: 1, per_call: { total: made.metrics.cost_total } })
  const unknown = await ask({ usage: { tts_characters: 1 }, providers: { tts: { provider: 'unheard' } } })
  t.match(unknown.body, { unpriced: ['tts'], per_call: {}, per_minute: null })
  t.equal(unknown.body.per_call.total, undefined)
})

test("a company that is deleted takes its prices along, and nobody else's", async (t) => {
  const who = await s.createCompany()
  const body = { component: 'tts', provider: 'gone', unit: 'million_characters', price: '9' }
  await s.request('POST', '/api/prices', who.headers, body)
  const count = async () =>
    Number(
      (
        await s.db.orm.execute(sql`select count(*)::int as n from prices where company_id = ${who.id}::uuid`)
      )[0]?.n,
    )
  t.equal(await count(), 1)
  await s.request('PATCH', `/api/companies/${who.id}`, s.platform, { is_active: false })
  t.equal((await s.request('DELETE', `/api/companies/${who.id}`, s.platform)).status, 204)
  t.equal(await count(), 0)
  const all = await s.db.orm.execute(
    sql`select count(*)::int as n from prices where company_id = ${nil}::uuid`,
  )
  t.ok(Number(all[0]?.n) > 20)
})
