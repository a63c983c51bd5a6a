import t, { test } from 'tap'
import { constraintRules, ruleOfConstraint } from '../../src/http/constraint-refusals.ts'
import { startTestService, type TestResponse } from '../setup/service.ts'
import { listConstraints, noSuchId } from './seed.ts'

const s = await startTestService(t, { WEBHOOKS_TO_PRIVATE: 'true' })
const { headers } = await s.createCompany()

const send = (method: string, url: string, body: unknown) => s.request(method, url, headers, body)
const create = async (url: string, body: unknown): Promise<string> => {
  const response = await send('POST', url, body)
  if (response.status >= 300) throw new Error(`POST ${url}: ${JSON.stringify(response.body)}`)
  return response.body.id
}

/** The tables whose rows requests write. */
const written = [
  'companies',
  'api_keys',
  'skillbases',
  'skillbase_versions',
  'campaigns',
  'call_tasks',
  'calls',
  'call_metrics',
  'call_logs',
  'prices',
  'price_aliases',
  'rerates',
  'suppressions',
  'imports',
  'webhooks',
  'webhook_deliveries',
  'live_tickets',
  'test_calls',
  'leases',
]

/** Constraints of these tables that no field of a request can violate, beside primary keys, which the service makes. */
const byTheServiceOnly: Record<string, string> = {
  api_keys_key_hash_key: 'the hash of a random key',
  call_tasks_call_fkey: 'the call that the dialer made',
  call_metrics_call_id_key: 'written by an upsert',
  call_metrics_call_fkey: 'the call is locked',
  call_logs_call_fkey: 'the calls are locked',
  call_logs_usage_check: 'each turn is validated on its own',
  call_logs_usage_details_check: 'each turn is validated on its own',
  calls_call_task_fkey: 'the task of the dialer',
  campaigns_counters_check: 'counted by the service',
  imports_counts_check: 'counted by the service',
  leases_call_fkey: 'the call was inserted before',
  leases_campaign_check: 'set by the dialer',
  webhooks_disabled_check: 'set together with is_enabled',
  webhook_deliveries_event_key: 'set by the fan-out',
  webhook_deliveries_finished_check: 'set together with the status',
  test_calls_call_fkey: 'the call was inserted before',
}

test('Every constraint of a table that requests write is refused by a rule, or belongs to the service', async (t) => {
  const constraints = await listConstraints(s.db.client)
  const names = new Set(constraints.map(({ name }) => name))
  const undecided = constraints
    .filter(({ kind, table }) => kind !== 'p' && written.includes(table))
    .filter(({ name, table }) => ruleOfConstraint(name, table) === undefined)
    .map(({ name }) => name)
  t.same(
    undecided.sort(),
    Object.keys(byTheServiceOnly).sort(),
    'add a rule, or the reason why none is needed',
  )
  t.same(
    Object.keys(constraintRules).filter((name) => !names.has(name)),
    [],
    'every rule has a constraint',
  )
})

test('A request that violates a constraint gets a problem with a pointer to the field that it sent', async (t) => {
  const refused = (response: TestResponse, status: number, code: string, ...pointers: string[]) => {
    t.match(response, { status, body: { code } }, code)
    const errors: { pointer: string; detail: string }[] = response.body.errors ?? []
    t.same(
      errors.map(({ pointer }) => pointer),
      pointers,
      code,
    )
    t.notMatch(JSON.stringify(response.body), /constraint|_check|_key\b|_fkey/, 'no name of a constraint')
  }
  const call = await create('/api/calls', { direction: 'inbound' })
  const metrics = `/api/calls/${call}/metrics`
  const latencies = { ttfb_stt_min: 9, ttfb_stt_max: 1 }
  refused(await send('PUT', metrics, latencies), 422, 'rule', '/ttfb_stt_min', '/ttfb_stt_max')
  await send('PUT', metrics, { ttfb_stt_min: 9 })
  refused(await send('PUT', metrics, { ttfb_stt_max: 1, turn_count: 2 }), 422, 'rule', '/ttfb_stt_max')

  for (const url of ['HTTPS://crm.example/events', 'https:crm.example/events']) {
    const webhook = { url, event_types: ['*'] }
    refused(await send('POST', '/api/webhooks', webhook), 422, 'invalid_url', '/url')
  }

  const slug = 'a-taken-slug'
  await s.request('POST', '/api/companies', s.platform, { name: 'A', slug })
  const same = await s.request('POST', '/api/companies', s.platform, { name: 'B', slug })
  refused(same, 409, 'slug_taken', '/slug')

  const ofNobody = { ...s.platform, 'x-company-id': noSuchId }
  for (const [url, body] of [
    ['/api/calls', { direction: 'inbound' }],
    ['/api/suppressions', { phone_number: '+79991234567' }],
    ['/api/price-aliases', { provider: 'a', price_provider: 'b' }],
    ['/api/webhooks', { url: 'https://crm.example/events', event_types: ['*'] }],
  ] as const)
    refused(await s.request('POST', url, ofNobody, body), 404, 'company_not_found')
})

test('Of two concurrent renames to one alias, the second is refused with pointers', async (t) => {
  const ids = [
    await create('/api/price-aliases', { provider: 'one', price_provider: 'openai' }),
    await create('/api/price-aliases', { provider: 'two', price_provider: 'openai' }),
  ]
  for (let round = 0; round < 10; round++) {
    const provider = `renamed-${round}`
    const responses = await Promise.all(
      ids.map((id) => send('PATCH', `/api/price-aliases/${id}`, { provider })),
    )
    t.same(responses.map(({ status }) => status).sort(), [200, 409])
    t.match(
      responses.find(({ status }) => status === 409),
      { body: { code: 'price_alias_exists', errors: [{ pointer: '/provider' }] } },
    )
  }
})
