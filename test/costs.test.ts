import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { add, formatFixed, multiply, parseDecimal } from '../src/lib/numbers/decimal.ts'
import { applyReportedCosts, calculateCosts, type UnitPrice } from '../src/modules/costs/calculate-costs.ts'
import { rerateStep } from '../src/modules/costs/index.ts'
import { exampleConfig } from '../src/modules/skillbases/index.ts'
import { startTestService, type TestCompany } from './setup/service.ts'

const s = await startTestService(t)
const nil = '00000000-0000-0000-0000-000000000000'

const price = (
  fields: Partial<UnitPrice> & Pick<UnitPrice, 'component' | 'provider' | 'unit' | 'price'>,
): UnitPrice => ({
  id: 'p',
  model: '',
  minimum: '0',
  increment: '0',
  is_own: false,
  ...fields,
})

/** The prices of the reference example: its call costs 0.072781 USD in total. */
const priceBook: UnitPrice[] = [
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

test('The costs of the reference call equal the expected amounts to 6 decimals', async (t) => {
  const costs = calculateCosts(usage, providers, true, priceBook)
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

const agentPrice = (fields: Partial<UnitPrice>) =>
  price({
    component: 'livekit',
    provider: 'livekit',
    model: 'agent',
    unit: 'minute',
    price: '0.06',
    ...fields,
  })

test('The billed quantity is at least the minimum, and a multiple of the increment', async (t) => {
  const livekitCost = (seconds: number, ...prices: UnitPrice[]) =>
    calculateCosts({ livekit_duration_sec: seconds }, {}, false, prices).amounts.livekit
  t.equal(livekitCost(3, agentPrice({ minimum: '10' })), '0.010000', 'the minimum is billed')
  t.equal(livekitCost(10, agentPrice({ minimum: '10' })), '0.010000')
  t.equal(
    livekitCost(61, agentPrice({ increment: '60' })),
    '0.120000',
    'a started increment is billed in full',
  )
  t.equal(livekitCost(60, agentPrice({ increment: '60' })), '0.060000')
  t.equal(livekitCost(0.5, agentPrice({ unit: 'second', price: '1' })), '0.500000')
})

test('Prices of the company take precedence over shared prices, and prices for the model over those for any model', async (t) => {
  const sharedForAnyModel = agentPrice({ id: 'any', model: '', price: '0.6' })
  const own = agentPrice({ id: 'own', is_own: true, price: '6' })
  const ownForAnyModel = agentPrice({ id: 'own any', model: '', is_own: true, price: '60' })
  const priceIds = (...prices: UnitPrice[]) =>
    calculateCosts({ livekit_duration_sec: 60 }, {}, false, prices).lines.map(({ price_id }) => price_id)
  t.same(priceIds(sharedForAnyModel, ownForAnyModel, own, agentPrice({})), ['own'])
  t.same(priceIds(sharedForAnyModel, ownForAnyModel, agentPrice({})), ['own any'])
  t.same(priceIds(sharedForAnyModel, agentPrice({})), ['p'])
  t.same(priceIds(sharedForAnyModel), ['any'])
})

test('Cached tokens are part of the input tokens, and cost the same unless they have their own price', async (t) => {
  const withoutCached = priceBook.filter(({ unit }) => unit !== 'million_cached_input_tokens')
  const llm = (input: object, prices = priceBook) =>
    calculateCosts(input, providers, false, prices).amounts.llm
  t.equal(llm({ llm_input_tokens: 1_000_000, llm_cached_input_tokens: 1_000_000 }), '0.037500')
  t.equal(llm({ llm_input_tokens: 1_000_000, llm_cached_input_tokens: 1_000_000 }, withoutCached), '0.075000')
  t.equal(
    llm({ llm_input_tokens: 1_000_000, llm_cached_input_tokens: 2_000_000 }),
    '0.037500',
    'cached tokens never exceed the input tokens',
  )
})

test('Usage that another model served is billed once, at the price of that model', async (t) => {
  const gptPrice = (unit: UnitPrice['unit'], amount: string) =>
    price({ component: 'llm', provider: 'openai', model: 'gpt', unit, price: amount })
  const prices = [
    ...priceBook,
    gptPrice('million_input_tokens', '1'),
    gptPrice('million_output_tokens', '10'),
  ]
  const fallback = { component: 'llm' as const, provider: 'openai', model: 'gpt' }
  const costs = (part: object) =>
    calculateCosts(usage, { ...providers, also: [{ ...fallback, ...part }] }, true, prices)

  const split = costs({ llm_input_tokens: 500, llm_cached_input_tokens: 100, llm_output_tokens: 50 })
  const llm = split.lines.filter(({ component }) => component === 'llm')
  t.same(
    llm.map(({ provider, unit, quantity }) => [provider, unit, quantity]),
    [
      ['groq', 'million_input_tokens', '200'],
      ['groq', 'million_cached_input_tokens', '300'],
      ['groq', 'million_output_tokens', '150'],
      ['openai', 'million_input_tokens', '400'],
      // openai has no price for cached tokens, so they cost as much as other input tokens.
      ['openai', 'million_input_tokens', '100'],
      ['openai', 'million_output_tokens', '50'],
    ],
  )
  // 200 x 0.075 + 300 x 0.0375 + 150 x 0.30 + 500 x 1 + 50 x 10, per million.
  t.equal(split.amounts.llm, '0.001071')
  t.equal(split.amounts.tts, '0.050000', 'other components do not change')

  const capped = costs({ llm_input_tokens: 9_999, llm_cached_input_tokens: 9_999, llm_output_tokens: 9_999 })
  t.same(
    capped.lines.filter(({ component }) => component === 'llm').map(({ quantity }) => quantity),
    ['600', '400', '200'],
    'at most the usage of the call is billed',
  )
  const unpriced = costs({ model: 'unknown-model', provider: 'unknown-provider', llm_output_tokens: 1 })
  t.same(unpriced.unpriced, ['llm'])
  t.equal(unpriced.amounts.total, undefined)
  t.same(
    costs({ tts_characters: 500 }).amounts,
    calculateCosts(usage, providers, true, prices).amounts,
    'usage of another component is ignored',
  )
})

test('Usage without a price makes the total unknown; unused components are absent', async (t) => {
  const unknown = calculateCosts(
    usage,
    { ...providers, tts: { provider: 'unknown-provider' } },
    true,
    priceBook,
  )
  t.same(unknown.unpriced, ['tts'])
  t.equal(unknown.amounts.tts, undefined)
  t.equal(unknown.amounts.total, undefined, 'there is no total when a component is not priced')
  t.equal(unknown.amounts.stt, '0.002994')
  t.match(unknown.lines.find(({ component }) => component === 'tts') ?? {}, {
    quantity: '1000',
    amount: null,
    price_id: null,
  })
  t.same(calculateCosts({}, providers, true, priceBook), { amounts: {}, lines: [], unpriced: [] })
  t.same(
    calculateCosts({ stt_duration_sec: 0, tts_characters: null }, providers, true, priceBook).amounts,
    {},
  )

  t.same(
    applyReportedCosts(unknown, { tts: '0.04' }).total,
    '0.062781',
    'a reported cost replaces a missing price',
  )
  t.same(applyReportedCosts(unknown, { total: '1' }), {
    stt: '0.002994',
    llm: '0.000120',
    livekit: '0.019667',
    total: '1.000000',
  })
  t.same(applyReportedCosts(calculateCosts({}, {}, true, priceBook), {}), {})
})

test('Costs are calculated in exact decimals: they equal PostgreSQL numeric for 300 random quantities', async (t) => {
  let state = 7
  const random = () => {
    state = (state * 48271) % 2147483647
    return state
  }
  const differences: string[] = []
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
    const usedProviders = { stt: { provider: 'x' }, llm: { provider: 'x' } }
    const { amounts } = calculateCosts(
      { stt_duration_sec: seconds, llm_output_tokens: tokens },
      usedProviders,
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
        differences.push(`${name} of ${seconds} at ${unit_price}: ${amounts[name]}, not ${row?.[name]}`)
  }
  t.same(differences, [])
})

/** Creates a company with a skillbase, and functions to create ended calls and prices of the company. */
async function createPricedCompany() {
  const company = await s.createCompany()
  const config = structuredClone(exampleConfig) as unknown as Record<string, Record<string, unknown>>
  const created = await s.request('POST', '/api/skillbases', company.headers, {
    name: 'Bot',
    slug: 'bot',
    config,
  })
  const skillbase_id = created.body.id as string
  const call = async (started_at: string, turn: object = {}, fields: object = {}) => {
    const { body } = await s.request('POST', '/api/calls', company.headers, {
      direction: 'inbound',
      skillbase_id,
      started_at,
      caller_number: '+79991234567',
      ...fields,
    })
    const turns = [{ turn_index: 0, role: 'assistant', stt_duration_sec: 60, tts_characters: 1000, ...turn }]
    await s.request('POST', `/api/calls/${body.id}/turns`, company.headers, { turns })
    const completed = await s.request('POST', `/api/calls/${body.id}/complete`, company.headers, {
      duration_sec: 60,
    })
    return { id: body.id as string, metrics: completed.body.metrics }
  }
  const createPrice = (body: object) => s.request('POST', '/api/prices', company.headers, body)
  return { company, skillbase_id, call, createPrice, config }
}

const sttOf = (config: Record<string, Record<string, unknown>>) => String(config.voice?.stt_provider)

test('A call is billed at the price that applies at its start, even when it is reported later', async (t) => {
  const { company, call, createPrice, config } = await createPricedCompany()
  const provider = sttOf(config)
  const createPriceFrom = (effective_from: string, price: string) =>
    createPrice({ component: 'stt', provider, unit: 'minute', price, effective_from })
  t.equal((await createPriceFrom('2026-03-01T00:00:00Z', '1')).status, 201)
  t.equal((await createPriceFrom('2026-04-01T00:00:00Z', '2')).status, 201)
  t.equal((await createPriceFrom('2100-01-01T00:00:00Z', '3')).status, 201)
  const stt = async (started_at: string) => (await call(started_at)).metrics.cost_stt
  t.equal(await stt('2026-03-31T23:59:59.999Z'), '1.000000')
  t.equal(await stt('2026-04-01T00:00:00.000Z'), '2.000000')
  t.equal(await stt('2026-10-01T00:00:00Z'), '2.000000', 'a future price does not apply yet')
  t.equal(
    await stt('2026-03-15T00:00:00Z'),
    '1.000000',
    'a call that is reported late has the price of its start',
  )
  const listed = await s.request('GET', `/api/prices?scope=own&at=2026-04-01`, company.headers)
  t.same(
    listed.body.items.map(({ price }: { price: string }) => Number(price)),
    [2],
  )
})

test('Prices of a company', async (t) => {
  const { company, createPrice } = await createPricedCompany()
  const body = { component: 'tts', provider: 'voices', unit: 'million_characters', price: '10' }
  const first = (await createPrice({ ...body, effective_from: '2026-01-01T00:00:00Z' })).body
  const second = (await createPrice({ ...body, price: 12.5, effective_from: '2026-06-01T00:00:00Z' })).body
  const patch = (id: string, change: object) =>
    s.request('PATCH', `/api/prices/${id}`, company.headers, change)
  const remove = (id: string) => s.request('DELETE', `/api/prices/${id}`, company.headers)

  t.test('A new price ends the open-ended price before it', async (t) => {
    const { body } = await s.request('GET', `/api/prices/${first.id}`, company.headers)
    t.equal(body.effective_to, '2026-06-01T00:00:00.000Z')
  })

  t.test('Prices for the same provider, model and unit must not overlap', async (t) => {
    const overlapping = { status: 409, body: { code: 'price_overlaps' } }
    t.match(await createPrice({ ...body, effective_from: '2026-03-01T00:00:00Z' }), overlapping)
    const before = { effective_from: '2025-01-01T00:00:00Z', effective_to: '2026-01-01T00:00:00Z' }
    t.match(await createPrice({ ...body, ...before }), { status: 201 })
    t.match(await patch(first.id, { effective_to: null }), overlapping)
  })

  t.test('A price must have a unit of its component, and end after it starts', async (t) => {
    t.match(await createPrice({ ...body, unit: 'minute' }), { status: 422, body: { code: 'unit_mismatch' } })
    t.match(await patch(second.id, { effective_to: '2026-05-01T00:00:00Z' }), { status: 422 })
  })

  t.test('The end and the source of a price can be changed', async (t) => {
    const change = { effective_to: '2026-12-01T00:00:00Z', source: 'a letter' }
    t.match(await patch(second.id, change), { status: 200, body: { source: 'a letter' } })
  })

  t.test('Only a price that does not apply yet can be deleted', async (t) => {
    t.match(await remove(first.id), { status: 409, body: { code: 'price_in_force' } })
    const future = (await createPrice({ ...body, effective_from: '2100-01-01T00:00:00Z' })).body
    t.match(await remove(future.id), { status: 204 })
  })

  t.test('Of two concurrent requests for the same period, one creates the price', async (t) => {
    const responses = await Promise.all(
      [1, 2].map(() => createPrice({ ...body, provider: 'raced', effective_from: '2026-01-01T00:00:00Z' })),
    )
    t.same(responses.map(({ status }) => status).sort(), [201, 409])
  })
})

test('Every company can read shared prices, and only the platform can change them', async (t) => {
  const { company } = await createPricedCompany()
  const path = '/api/prices?scope=everybody&component=llm&limit=200'
  const listed = await s.request('GET', path, company.headers)
  t.ok(listed.body.items.length > 10, 'shared prices exist in a new database')
  const [shared] = listed.body.items
  t.equal(shared.company_id, nil)
  t.ok(shared.source, 'a shared price names its source')
  t.match(await s.request('PATCH', `/api/prices/${shared.id}`, company.headers, { source: 'mine' }), {
    status: 409,
    body: { code: 'price_of_everybody' },
  })
  const asPlatform = { ...s.platform, 'x-company-id': nil }
  const body = { component: 'tts', provider: 'for-all', unit: 'million_characters', price: '9' }
  const created = await s.request('POST', '/api/prices', asPlatform, body)
  t.equal(created.status, 201)
  t.equal((await s.request('GET', `/api/prices/${created.body.id}`, company.headers)).status, 200)
  const own = await s.request('POST', '/api/prices', company.headers, body)
  t.equal(own.status, 201, 'a company can have its own price beside the shared one')
})

test("A company cannot read another company's prices", async (t) => {
  const { createPrice } = await createPricedCompany()
  const other = await s.createCompany()
  const body = { component: 'tts', provider: 'for-one', unit: 'million_characters', price: '9' }
  const { id } = (await createPrice(body)).body
  t.equal((await s.request('GET', `/api/prices/${id}`, other.headers)).status, 404)
  const listed = await s.request('GET', '/api/prices?limit=200', other.headers)
  t.notOk(listed.body.items.some((price: { id: string }) => price.id === id))
})

test('A reported cost replaces the calculated one, and the calculated lines are kept', async (t) => {
  const { company, call } = await createPricedCompany()
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
  const { company, call, createPrice } = await createPricedCompany()
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
  const { company, call, createPrice, config } = await createPricedCompany()
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
  const { company, createPrice } = await createPricedCompany()
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

test('An estimate is calculated from a given usage, or from the average of past calls', async (t) => {
  const { company, skillbase_id, call, createPrice } = await createPricedCompany()
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

test('Deleting a company deletes its prices and no others', async (t) => {
  const company = await s.createCompany()
  const body = { component: 'tts', provider: 'gone', unit: 'million_characters', price: '9' }
  await s.request('POST', '/api/prices', company.headers, body)
  const count = async () =>
    Number(
      (
        await s.db.orm.execute(
          sql`select count(*)::int as n from prices where company_id = ${company.id}::uuid`,
        )
      )[0]?.n,
    )
  t.equal(await count(), 1)
  await s.request('PATCH', `/api/companies/${company.id}`, s.platform, { is_active: false })
  t.equal((await s.request('DELETE', `/api/companies/${company.id}`, s.platform)).status, 204)
  t.equal(await count(), 0)
  const sharedPrices = await s.db.orm.execute(
    sql`select count(*)::int as n from prices where company_id = ${nil}::uuid`,
  )
  t.ok(Number(sharedPrices[0]?.n) > 20)
})
