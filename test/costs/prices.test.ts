import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { startTestService } from '../setup/service.ts'
import { createPricedCompany, nil, sttOf } from './fixtures.ts'

const s = await startTestService(t)

test('A call is billed at the price that applies at its start, even when it is reported later', async (t) => {
  const { company, call, createPrice, config } = await createPricedCompany(s)
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
  const { company, createPrice } = await createPricedCompany(s)
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
    t.match(await createPrice({ ...body, unit: 'million_image_input_tokens' }), {
      status: 422,
      body: { code: 'unit_mismatch' },
    })
    t.match(await patch(second.id, { effective_to: '2026-05-01T00:00:00Z' }), { status: 422 })
  })

  t.test('A price, minimum or increment with more decimals than are stored is rejected', async (t) => {
    const start = { ...body, provider: 'decimals', effective_from: '2026-01-01T00:00:00Z' }
    const rejected = (field: string) => ({
      status: 422,
      body: { code: 'too_many_decimals', errors: [{ pointer: `/${field}` }] },
    })
    t.match(await createPrice({ ...start, price: '0.0000000001' }), rejected('price'))
    t.match(await createPrice({ ...start, price: 1e-10 }), rejected('price'))
    t.match(await createPrice({ ...start, minimum: '1.0000001' }), rejected('minimum'))
    t.match(await createPrice({ ...start, increment: 0.0000005 }), rejected('increment'))
    const exact = { price: '0.000000001', minimum: '1.000001', increment: '0.5000000' }
    t.match(await createPrice({ ...start, ...exact }), {
      status: 201,
      body: { price: '0.000000001', minimum: '1.000001', increment: '0.500000' },
    })
  })

  t.test('Two units that price the same usage of a model are not in force at the same time', async (t) => {
    const stt = {
      component: 'stt',
      provider: 'units',
      model: 'm1',
      price: '1',
      effective_from: '2026-01-01T00:00:00Z',
    }
    const perMinute = (await createPrice({ ...stt, unit: 'minute' })).body
    const unitConflict = { status: 409, body: { code: 'price_unit_conflict' } }
    t.match(await createPrice({ ...stt, unit: 'second' }), unitConflict)
    t.match(await createPrice({ ...stt, unit: 'million_input_tokens' }), unitConflict)
    t.match(
      await createPrice({ ...stt, unit: 'second', model: 'M1' }),
      unitConflict,
      'models are compared without case',
    )
    const later = { ...stt, unit: 'second', effective_from: '2026-06-01T00:00:00Z' }
    t.match(await createPrice(later), unitConflict, 'a price in another unit does not end the open-ended one')
    t.match(await createPrice({ ...stt, unit: 'second', model: 'm2' }), { status: 201 })
    t.match(await createPrice({ ...stt, unit: 'second', model: '' }), { status: 201 })
    t.match(await patch(perMinute.id, { effective_to: '2026-06-01T00:00:00Z' }), { status: 200 })
    t.match(await createPrice(later), { status: 201 })
    t.match(await patch(perMinute.id, { effective_to: null }), unitConflict)
    const llm = { ...stt, component: 'llm' }
    for (const unit of ['million_input_tokens', 'million_cached_input_tokens', 'million_audio_output_tokens'])
      t.match(
        await createPrice({ ...llm, unit }),
        { status: 201 },
        'units of different tokens do not conflict',
      )
    t.match(await createPrice({ ...llm, unit: 'minute' }), unitConflict)
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
  const { company } = await createPricedCompany(s)
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

test('The shared price book has models that are billed by tokens of several kinds, with a source', async (t) => {
  const { company } = await createPricedCompany(s)
  const pricesOf = async (query: string) => {
    const { body } = await s.request('GET', `/api/prices?scope=everybody&limit=200&${query}`, company.headers)
    t.ok(
      body.items.every(({ source }: { source: string }) => /\d{4}/.test(source)),
      'the source has a date',
    )
    return Object.fromEntries(
      body.items.map(({ unit, price }: { unit: string; price: string }) => [unit, Number(price)]),
    )
  }
  t.same(await pricesOf('provider=openai&model=gpt-realtime-1.5'), {
    million_input_tokens: 4,
    million_cached_input_tokens: 0.4,
    million_output_tokens: 16,
    million_audio_input_tokens: 32,
    million_cached_audio_input_tokens: 0.4,
    million_audio_output_tokens: 64,
    million_image_input_tokens: 5,
    million_cached_image_input_tokens: 0.5,
  })
  t.same(await pricesOf('provider=openai&model=gpt-4o-transcribe'), {
    million_input_tokens: 2.5,
    million_output_tokens: 10,
  })
  t.same(await pricesOf('provider=openai&model=gpt-4o-mini-tts'), {
    million_input_tokens: 0.6,
    million_output_tokens: 12,
  })
  t.same(await pricesOf('provider=anthropic&model=claude-sonnet-4-5'), {
    million_input_tokens: 3,
    million_cached_input_tokens: 0.3,
    million_cache_write_tokens: 3.75,
    million_cache_write_1h_tokens: 6,
    million_output_tokens: 15,
  })
})

test("A company cannot read another company's prices", async (t) => {
  const { createPrice } = await createPricedCompany(s)
  const other = await s.createCompany()
  const body = { component: 'tts', provider: 'for-one', unit: 'million_characters', price: '9' }
  const { id } = (await createPrice(body)).body
  t.equal((await s.request('GET', `/api/prices/${id}`, other.headers)).status, 404)
  const listed = await s.request('GET', '/api/prices?limit=200', other.headers)
  t.notOk(listed.body.items.some((price: { id: string }) => price.id === id))
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
