import t, { test } from 'tap'
import { startTestService, type TestCompany } from '../setup/service.ts'
import { createPricedCompany } from './fixtures.ts'

const s = await startTestService(t)
const path = '/api/price-aliases'
const createAlias = (company: TestCompany, body: object) => s.request('POST', path, company.headers, body)

test('Aliases of provider and model names can be created, listed, changed and deleted', async (t) => {
  const company = await s.createCompany()
  const input = {
    provider: ' LLM.Acme.internal',
    model: 'Fast',
    price_provider: 'openai',
    price_model: 'gpt-4o',
  }
  const created = await createAlias(company, input)
  const { id } = created.body
  t.match(created, {
    status: 201,
    body: { company_id: company.id, provider: 'llm.acme.internal', model: 'fast' },
  })
  const duplicate = { status: 409, body: { code: 'price_alias_exists' } }
  t.match(await createAlias(company, { ...input, model: 'FAST', price_model: '' }), duplicate)
  const anyModel = await createAlias(company, { provider: 'llm.acme.internal', price_provider: 'openai' })
  t.match(anyModel, { status: 201, body: { model: '', price_model: '' } })
  const at = `${path}/${id}`
  const change = (body: object) => s.request('PATCH', at, company.headers, body)
  t.match(await change({ price_model: 'gpt-4o-mini' }), {
    status: 200,
    body: { model: 'fast', price_model: 'gpt-4o-mini' },
  })
  t.match(await change({ model: '' }), duplicate)
  t.match(await change({ model: 'fast' }), { status: 200 })
  const listed = await s.request('GET', `${path}?provider=LLM.acme.INTERNAL`, company.headers)
  t.same(
    listed.body.items.map((alias: { id: string }) => alias.id),
    [anyModel.body.id, id],
  )
  t.match(await createAlias(company, { ...input, model: 'x', price_provider: 'Open AI' }), { status: 400 })
  t.match(await s.request('DELETE', at, company.headers), { status: 204 })
  const missing = { status: 404, body: { code: 'price_alias_not_found' } }
  t.match(await s.request('GET', at, company.headers), missing)
  t.match(await s.request('DELETE', at, company.headers), missing)
  t.match(await change({ model: 'y' }), missing)
})

test('Aliases belong to one company, and need the scope write to change', async (t) => {
  const [owner, other] = [await s.createCompany(), await s.createCompany()]
  const input = { provider: 'gateway', price_provider: 'openai' }
  const { body } = await createAlias(owner, input)
  const missing = { status: 404, body: { code: 'price_alias_not_found' } }
  const at = `${path}/${body.id}`
  t.match(await s.request('GET', at, other.headers), missing)
  t.match(await s.request('PATCH', at, other.headers, { price_provider: 'groq' }), missing)
  t.match(await s.request('DELETE', at, other.headers), missing)
  t.match(await s.request('GET', path, other.headers), { body: { items: [] } })
  t.match(await createAlias(other, input), { status: 201 }, 'each company has its own aliases')
  const reader = await owner.createKey('read')
  t.match(await s.request('GET', at, reader), { status: 200 })
  t.match(await s.request('POST', path, reader, input), { status: 403 })
  t.match(await s.request('GET', at, owner.headers), { body: { price_provider: 'openai' } })
})

test('A price that is found through an alias is shown in the cost line, and own aliases come before known names', async (t) => {
  const { company, call, createPrice } = await createPricedCompany(s)
  const { id } = await call('2026-05-01T00:00:00Z', {
    stt_duration_sec: undefined,
    tts_characters: undefined,
    llm_input_tokens: 1_000_000,
    llm_output_tokens: 0,
  })
  const lineOf = async (llm: object) => {
    await s.request('PUT', `/api/calls/${id}/metrics`, company.headers, { providers: { llm } })
    const { body } = await s.request('GET', `/api/calls/${id}/costs`, company.headers)
    const [{ provider, model, unit_price, via_alias }] = body.lines
    return { provider, model, unit_price, via_alias }
  }
  t.match(await lineOf({ provider: 'openai', model: 'gpt-4o' }), { unit_price: '2.5', via_alias: null })
  t.match(
    await lineOf({ provider: 'OpenAI', model: 'GPT-4o' }),
    { unit_price: '2.5', via_alias: null },
    'case is no alias',
  )
  t.match(await lineOf({ provider: 'eu.api.openai.com', model: 'gpt-4o-2024-11-20' }), {
    provider: 'eu.api.openai.com',
    model: 'gpt-4o-2024-11-20',
    unit_price: '2.5',
    via_alias: { id: null, provider: 'openai', model: 'gpt-4o' },
  })
  const acme = { provider: 'https://llm.acme.internal:8443/v1', model: 'fast' }
  const aliases = [
    { provider: 'llm.acme.internal', price_provider: 'openai', price_model: 'gpt-4o' },
    {
      provider: 'llm.acme.internal',
      model: 'fast',
      price_provider: 'groq',
      price_model: 'openai/gpt-oss-20b',
    },
    { provider: 'eu.api.openai.com', price_provider: 'azure' },
  ]
  t.match(
    await lineOf({ ...acme, model: 'slow' }),
    { via_alias: { id: null, provider: 'groq', model: 'openai/gpt-oss-20b' } },
    'a host of no known shape has the names of the skillbase',
  )
  const ids: string[] = []
  for (const alias of aliases) ids.push((await createAlias(company, alias)).body.id)
  t.match(await lineOf({ ...acme, model: 'slow' }), {
    unit_price: '2.5',
    via_alias: { id: ids[0], provider: 'openai', model: 'gpt-4o' },
  })
  t.match(
    await lineOf(acme),
    { unit_price: '0.075', via_alias: { id: ids[1], provider: 'groq', model: 'openai/gpt-oss-20b' } },
    'an alias of the model comes before one of its provider',
  )
  const regional = { provider: 'eu.api.openai.com', model: 'gpt-4o' }
  t.match(
    await lineOf(regional),
    { via_alias: { id: null } },
    'the price of an alias is used only if there is one',
  )
  await createPrice({
    component: 'llm',
    provider: 'azure',
    model: 'gpt-4o',
    unit: 'million_input_tokens',
    price: '2.75',
    effective_from: '2026-01-01T00:00:00Z',
  })
  t.match(await lineOf(regional), {
    unit_price: '2.75',
    via_alias: { id: ids[2], provider: 'azure', model: 'gpt-4o' },
  })
  const own = {
    component: 'llm',
    provider: 'openai',
    model: 'gpt-4o',
    unit: 'million_input_tokens',
    price: '2',
  }
  await createPrice({ ...own, effective_from: '2026-01-01T00:00:00Z' })
  t.match(await lineOf({ provider: 'openai', model: 'gpt-4o' }), { unit_price: '2', via_alias: null })
})

test('An alias applies to past calls only by a rerate', async (t) => {
  const { company, call } = await createPricedCompany(s)
  const { id, metrics } = await call('2026-05-01T00:00:00Z', {
    llm_input_tokens: 1000,
    llm_output_tokens: 10,
  })
  const served = await s.request('PUT', `/api/calls/${id}/metrics`, company.headers, {
    providers: { llm: { provider: 'in-house', model: 'fast' } },
  })
  t.ok(metrics.cost_total)
  t.equal(served.body.cost_total, null)
  await createAlias(company, { provider: 'in-house', price_provider: 'openai', price_model: 'gpt-4o' })
  const costs = async () => (await s.request('GET', `/api/calls/${id}/costs`, company.headers)).body
  t.equal((await costs()).counted.llm, undefined)
  const period = { start: '2026-05-01', end: '2026-05-02', dry_run: false }
  t.match((await s.request('POST', '/api/costs/rerate', company.headers, period)).body, {
    changed_calls: 1,
    unpriced_before: 1,
    unpriced_after: 0,
  })
  t.equal((await costs()).counted.llm, '0.002600')
})
