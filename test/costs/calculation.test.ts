import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { applyReportedCosts, calculateCosts } from '../../src/modules/costs/calculate-costs.ts'
import type { UnitPrice } from '../../src/modules/prices/index.ts'
import { startTestService } from '../setup/service.ts'
import { price, priceBook, providers, usage } from './fixtures.ts'

const s = await startTestService(t)

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

test('Telephony is billed as the minimum and then whole increments of the rest', async (t) => {
  const billed = (seconds: number, minimum: string, increment: string) =>
    calculateCosts({ livekit_duration_sec: seconds }, {}, false, [agentPrice({ minimum, increment })])
      .lines[0]?.billed_quantity
  const tariffs = [
    { minimum: '30', increment: '6', of: { 1: '30', 30: '30', 30.5: '36', 31: '36', 36: '36', 37: '42' } },
    { minimum: '60', increment: '60', of: { 1: '60', 60: '60', 61: '120', 120: '120', 120.001: '180' } },
    { minimum: '90', increment: '60', of: { 1: '90', 90: '90', 91: '150', 150: '150', 151: '210' } },
    { minimum: '60', increment: '0', of: { 1: '60', 61: '61', 61.5: '61.5' } },
  ]
  for (const { minimum, increment, of } of tariffs) {
    const result = Object.keys(of).map((seconds) => [seconds, billed(Number(seconds), minimum, increment)])
    t.strictSame(Object.fromEntries(result), of, `${minimum}/${increment}`)
  }
  t.equal(billed(0, '60', '60'), undefined, 'no usage costs nothing, whatever the minimum')
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

test('The most specific price is used whatever its unit', async (t) => {
  const cost = (...prices: UnitPrice[]) =>
    calculateCosts({ stt_duration_sec: 60 }, { stt: { provider: 'x', model: 'm1' } }, false, prices).amounts
      .stt
  const stt = (fields: Partial<UnitPrice>) =>
    price({ component: 'stt', provider: 'x', unit: 'minute', price: '60', ...fields })
  const ownModelPerMinute = stt({ model: 'm1', is_own: true })
  const ownAnyPerSecond = stt({ unit: 'second', price: '5', is_own: true })
  const sharedPerSecond = stt({ model: 'm1', unit: 'second', price: '7' })
  t.equal(cost(ownAnyPerSecond, ownModelPerMinute), '60.000000')
  t.equal(
    cost(ownAnyPerSecond, sharedPerSecond),
    '300.000000',
    'any price of the company is more specific than a shared one',
  )
  t.equal(cost(sharedPerSecond, ownModelPerMinute), '60.000000')
  const ownPerToken = stt({ model: 'm1', unit: 'million_input_tokens', price: '1', is_own: true })
  t.equal(cost(ownAnyPerSecond, ownPerToken), undefined, 'the tokens that its price needs were not measured')
  t.equal(
    cost(stt({}), stt({ unit: 'second', price: '5' })),
    '300.000000',
    'stored prices in two units: the smaller unit',
  )
})

/** Prices of 1 M tokens in each unit, so that a line shows which one was used. */
const tokenPrices = (amounts: Partial<Record<UnitPrice['unit'], string>>, fields: Partial<UnitPrice> = {}) =>
  Object.entries(amounts).map(([unit, amount]) =>
    price({ component: 'llm', provider: 'x', unit: unit as UnitPrice['unit'], price: amount, ...fields }),
  )
/** The quantities of the lines by unit and price. */
const llmLines = (input: object, prices: UnitPrice[]) => {
  const quantities: Record<string, number> = {}
  const { lines } = calculateCosts(input, { llm: { provider: 'x', model: 'm' } }, false, prices)
  for (const { unit, unit_price, quantity } of lines) {
    const key = `${unit} at ${unit_price}`
    quantities[key] = (quantities[key] ?? 0) + Number(quantity)
  }
  return quantities
}

test('Tokens of every kind are billed once, each at its own price', async (t) => {
  const prices = tokenPrices({
    million_input_tokens: '1',
    million_cached_input_tokens: '2',
    million_cache_write_tokens: '3',
    million_cache_write_1h_tokens: '4',
    million_audio_input_tokens: '5',
    million_cached_audio_input_tokens: '6',
    million_image_input_tokens: '7',
    million_cached_image_input_tokens: '8',
    million_output_tokens: '9',
    million_audio_output_tokens: '10',
    million_image_output_tokens: '11',
  })
  const used = {
    llm_input_tokens: 1000,
    llm_audio_input_tokens: 400,
    llm_cached_audio_input_tokens: 150,
    llm_image_input_tokens: 100,
    llm_cached_image_input_tokens: 30,
    llm_cached_input_tokens: 250,
    llm_cache_write_tokens: 60,
    llm_cache_write_1h_tokens: 20,
    llm_output_tokens: 300,
    llm_audio_output_tokens: 200,
    llm_image_output_tokens: 10,
  }
  t.strictSame(llmLines(used, prices), {
    'million_input_tokens at 1': 370,
    'million_cached_input_tokens at 2': 70,
    'million_cache_write_tokens at 3': 40,
    'million_cache_write_1h_tokens at 4': 20,
    'million_audio_input_tokens at 5': 250,
    'million_cached_audio_input_tokens at 6': 150,
    'million_image_input_tokens at 7': 70,
    'million_cached_image_input_tokens at 8': 30,
    'million_output_tokens at 9': 90,
    'million_audio_output_tokens at 10': 200,
    'million_image_output_tokens at 11': 10,
  })
  const tooLarge = { ...used, llm_audio_input_tokens: 5000, llm_cached_audio_input_tokens: 9000 }
  t.strictSame(
    llmLines({ ...tooLarge, llm_output_tokens: 0 }, prices),
    { 'million_cached_audio_input_tokens at 6': 1000 },
    'a part is at most the quantity that includes it',
  )
})

test('Audio, images and cache writes without a price are unpriced, and never priced as text', async (t) => {
  const text = tokenPrices({
    million_input_tokens: '1',
    million_cached_input_tokens: '0.5',
    million_output_tokens: '4',
  })
  const costs = (input: object, prices = text) =>
    calculateCosts(
      { llm_input_tokens: 1000, llm_output_tokens: 500, ...input },
      { llm: { provider: 'x' } },
      false,
      prices,
    )
  t.same(costs({}).unpriced, [])
  for (const name of [
    'llm_audio_input_tokens',
    'llm_image_input_tokens',
    'llm_cache_write_tokens',
    'llm_audio_output_tokens',
    'llm_image_output_tokens',
  ]) {
    const { unpriced, amounts } = costs({ [name]: 100 })
    t.same(unpriced, ['llm'], name)
    t.same(amounts, {}, name)
  }
  t.same(costs({ llm_cache_write_tokens: 100, llm_cache_write_1h_tokens: 100 }).unpriced, ['llm'])
  const audio = [...text, ...tokenPrices({ million_audio_input_tokens: '30' })]
  t.equal(
    costs({ llm_audio_input_tokens: 100, llm_cached_audio_input_tokens: 100 }, audio).amounts.llm,
    '0.005900',
    'cached audio without a price of its own costs as much as other audio',
  )
})

test("A company's own input price applies to cached tokens and cache writes, unless it has a price for these", async (t) => {
  const shared = tokenPrices(
    {
      million_input_tokens: '4',
      million_cached_input_tokens: '0.4',
      million_cache_write_tokens: '5',
      million_cache_write_1h_tokens: '8',
      million_audio_input_tokens: '32',
      million_cached_audio_input_tokens: '0.3',
    },
    { model: 'm' },
  )
  const own = (amounts: Parameters<typeof tokenPrices>[0], fields = {}) =>
    tokenPrices(amounts, { model: 'm', is_own: true, ...fields })
  const used = {
    llm_input_tokens: 1000,
    llm_cached_input_tokens: 300,
    llm_cache_write_tokens: 200,
    llm_cache_write_1h_tokens: 50,
    llm_audio_input_tokens: 400,
    llm_cached_audio_input_tokens: 100,
  }
  t.strictSame(llmLines(used, [...shared, ...own({ million_input_tokens: '2' })]), {
    // 200 tokens of new text, 200 of cached text, and 200 written to the cache.
    'million_input_tokens at 2': 600,
    'million_audio_input_tokens at 32': 300,
    'million_cached_audio_input_tokens at 0.3': 100,
  })
  const negotiated = own({
    million_input_tokens: '2',
    million_cached_input_tokens: '1',
    million_cache_write_tokens: '2.5',
  })
  t.match(llmLines(used, [...shared, ...negotiated]), {
    'million_input_tokens at 2': 200,
    'million_cached_input_tokens at 1': 200,
    'million_cache_write_tokens at 2.5': 200,
  })
  t.match(llmLines(used, [...shared, ...own({ million_audio_input_tokens: '20' })]), {
    'million_audio_input_tokens at 20': 400,
    'million_cached_input_tokens at 0.4': 200,
  })
  t.strictSame(
    llmLines({ llm_input_tokens: 10, llm_cached_input_tokens: 10 }, [
      ...own({ million_input_tokens: '2' }),
      ...own({ million_cached_input_tokens: '1' }, { model: '' }),
    ]),
    { 'million_input_tokens at 2': 10 },
    'a price for the model is more specific than one for any model',
  )
})

test('Speech is billed by time, characters or tokens, as its price requires', async (t) => {
  const used = {
    stt_duration_sec: 60,
    stt_input_tokens: 600,
    stt_output_tokens: 40,
    tts_characters: 1000,
    tts_input_tokens: 250,
    tts_output_tokens: 1200,
    tts_duration_sec: 60,
  }
  const speech = { stt: { provider: 'x', model: 'm' }, tts: { provider: 'x', model: 'm' } }
  const costs = (input: object, ...prices: UnitPrice[]) => calculateCosts(input, speech, false, prices)
  const stt = (unit: UnitPrice['unit'], amount: string) =>
    price({ component: 'stt', provider: 'x', unit, price: amount })
  const tts = (unit: UnitPrice['unit'], amount: string) =>
    price({ component: 'tts', provider: 'x', unit, price: amount })
  const sttTokens = [stt('million_input_tokens', '2.5'), stt('million_output_tokens', '10')]
  const ttsTokens = [tts('million_input_tokens', '0.6'), tts('million_output_tokens', '12')]
  t.same(costs(used, ...sttTokens, ...ttsTokens).amounts, {
    stt: '0.001900',
    tts: '0.014550',
    total: '0.016450',
  })
  t.same(costs(used, stt('minute', '0.006'), tts('minute', '0.015')).amounts, {
    stt: '0.006000',
    tts: '0.015000',
    total: '0.021000',
  })
  t.same(costs(used, stt('minute', '0.006'), tts('million_characters', '15')).amounts.tts, '0.015000')
  const withoutTokens = costs({ stt_duration_sec: 60, tts_characters: 1000 }, ...sttTokens, ...ttsTokens)
  t.same(withoutTokens.unpriced, ['stt', 'tts'], 'usage that its price does not measure is not free')
  t.match(withoutTokens.lines, [
    { component: 'stt', unit: 'second', quantity: '60', amount: null },
    { component: 'tts', unit: 'million_characters', quantity: '1000', amount: null },
  ])
  const zeroTokens = costs({ stt_duration_sec: 60, stt_input_tokens: 0, stt_output_tokens: 0 }, ...sttTokens)
  t.same([zeroTokens.unpriced, zeroTokens.amounts], [[], {}], 'zero tokens cost nothing')
  t.same(
    costs(used, stt('million_input_tokens', '2.5')).unpriced,
    ['stt', 'tts'],
    'output tokens have no price',
  )
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
  t.same(
    applyReportedCosts(unknown, { total: '0.02' }),
    { total: '0.020000' },
    'calculated components that exceed a reported total are left out',
  )
  t.same(
    applyReportedCosts(unknown, { stt: '0.03', total: '0.02' }),
    { stt: '0.030000', total: '0.030000' },
    'a total is at least the sum of the reported components',
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
