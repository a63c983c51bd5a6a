// Tests the maximum sizes of data whose fields a caller chooses.
import { sql } from 'drizzle-orm'
import t, { test } from 'tap'
import { parseDecimal } from '../../src/lib/numbers/decimal.ts'
import { maxJsonBytes } from '../../src/lib/schema/json-size.ts'
import { startTestService } from '../setup/service.ts'

const s = await startTestService(t)
const company = await s.createCompany()
const send = (method: string, path: string, body?: unknown) => s.request(method, path, company.headers, body)
const newCall = async (): Promise<string> =>
  (await send('POST', '/api/calls', { direction: 'inbound' })).body.id
const dataOf = (bytes: number) => ({ a: 'x'.repeat(bytes - 8) })
const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]))

test('extra_data that is too large is left out with a warning; its turn and the others of the batch are stored', async (t) => {
  const call_id = await newCall()
  const tooLarge = { bytes: dataOf(maxJsonBytes.extra_data + 1), fields: fields(1_001) }
  const turns = [
    { call_id, turn_index: 0, role: 'user', content: 'a', extra_data: tooLarge.bytes },
    { call_id, turn_index: 1, role: 'user', content: 'b', extra_data: tooLarge.fields },
    { call_id, turn_index: 2, role: 'user', content: 'c', extra_data: dataOf(maxJsonBytes.extra_data) },
  ]
  const { status, body } = await send('POST', '/api/telemetry', { turns })
  t.equal(status, 200)
  t.match(body.turns, {
    accepted: 3,
    rejected: [],
    warnings: [
      { index: 0, field: 'extra_data', value: null, code: 'too_large', reason: /at most 65536 bytes.*65537/ },
      { index: 1, field: 'extra_data', value: null, code: 'too_large', reason: /at most 1000 fields.*1001/ },
    ],
  })
  const { items } = (await send('GET', `/api/calls/${call_id}/logs`)).body
  t.same(
    items.map(({ content, extra_data }: { content: string; extra_data: unknown }) => [
      content,
      extra_data !== null,
    ]),
    [
      ['a', false],
      ['b', false],
      ['c', true],
    ],
  )
})

test('A completion of a batch whose collected_data is too large ends its call, with a warning', async (t) => {
  const [first, second] = [await newCall(), await newCall()]
  const completions = [
    { call_id: first, outcome: 'success', collected_data: dataOf(maxJsonBytes.collected_data + 1) },
    { call_id: second, outcome: 'success', collected_data: dataOf(maxJsonBytes.collected_data) },
  ]
  const { body } = await send('POST', '/api/telemetry', { completions })
  t.match(body.completions, {
    accepted: 2,
    rejected: [],
    warnings: [{ index: 0, field: 'collected_data', code: 'too_large' }],
  })
  t.match((await send('GET', `/api/calls/${first}`)).body, {
    status: 'completed',
    outcome: 'success',
    collected_data: null,
  })
  t.match((await send('GET', `/api/calls/${second}`)).body.collected_data, { a: /^x+$/ })
  const alone = await send('POST', `/api/calls/${await newCall()}/complete`, completions[0])
  t.match(alone, { status: 400 }, 'a request of one completion is refused')
})

test('An amount of money has at most 40 characters', async (t) => {
  const complete = async (total: string) =>
    send('POST', `/api/calls/${await newCall()}/complete`, { outcome: 'success', reported_cost: { total } })
  t.match(await complete(`0.${'1'.repeat(38)}`), {
    status: 200,
    body: { metrics: { cost_total: '0.111111' } },
  })
  const refused = await complete(`0.${'1'.repeat(4_000_000)}`)
  t.match(refused, {
    status: 400,
    body: { errors: [{ pointer: '/reported_cost/total', detail: /at most 40 characters/ }] },
  })
  for (const text of ['1'.repeat(401), '1e401', '1e-401', '1e99999999999'])
    t.throws(() => parseDecimal(text), /not a non-negative decimal/, text.slice(0, 20))
  t.match(parseDecimal(1e-300), { numerator: 1n })
})

test('Merges cannot make an object larger than its limit', async (t) => {
  const call = await newCall()
  const half = 'x'.repeat(maxJsonBytes.collected_data / 2 - 20)
  t.equal((await send('PATCH', `/api/calls/${call}`, { collected_data: { a: half } })).status, 200)
  t.equal((await send('PATCH', `/api/calls/${call}`, { collected_data: { b: half } })).status, 200)
  t.match(await send('PATCH', `/api/calls/${call}`, { collected_data: { c: half } }), {
    status: 422,
    body: { code: 'object_too_large', errors: [{ pointer: '/collected_data', detail: /at most 262144/ }] },
  })
  t.equal((await send('PATCH', `/api/calls/${call}`, { collected_data: { a: null, c: half } })).status, 200)
})

test('Rows that are older than the limits can be read, exported and made smaller', async (t) => {
  const call = await newCall()
  const large = { large: 'x'.repeat(2 * maxJsonBytes.collected_data), small: 1, ...fields(2_000) }
  await s.db.orm.execute(
    sql`update calls set collected_data = ${JSON.stringify(large)}::jsonb, outcome_data = ${JSON.stringify(large)}::jsonb
      where id = ${call}::uuid`,
  )
  t.same((await send('GET', `/api/calls/${call}`)).body.collected_data, large)
  t.ok((await send('GET', '/api/calls')).body.items.some(({ id }: { id: string }) => id === call))
  t.equal((await send('GET', '/api/calls/export')).status, 200)
  const shrunk = await send('PATCH', `/api/calls/${call}`, { collected_data: { small: null } })
  t.equal(shrunk.status, 200, 'it may shrink, although it is still too large')
  t.match(
    await send('PATCH', `/api/calls/${call}`, { outcome_data: { more: 1 } }),
    { status: 422 },
    'it may not grow',
  )
})
