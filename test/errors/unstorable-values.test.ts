import { randomUUID } from 'node:crypto'
import t, { test } from 'tap'
import { createCampaignTester, freshNumber } from '../setup/campaign-tester.ts'
import { startTestService } from '../setup/service.ts'

// Values that would be stored as something else, or as nothing: they are rejected with a sentence.

const s = await startTestService(t)
const api = await createCampaignTester(s)
const { company } = api
const campaign = await api.campaign()
const json = { ...company.headers, 'content-type': 'application/json' }

const blank = 'Must not be only white space or invisible characters.'

test('Names without a visible character are rejected', async (t) => {
  const contact = (contact_name: string) =>
    api.post(`/api/campaigns/${campaign}/tasks`, { tasks: [{ phone_number: freshNumber(), contact_name }] })
  const requests: Record<string, (name: string) => ReturnType<typeof contact>> = {
    '/name': (name) => api.patch(`/api/campaigns/${campaign}`, { name }),
    '/name of a company': (name) =>
      s.request('POST', '/api/companies', s.platform, { name, slug: `blank-${randomUUID()}` }),
    '/name of a key': (name) =>
      s.request('POST', `/api/companies/${company.id}/keys`, s.platform, { name, scopes: ['read'] }),
    '/name of a bot': (name) => api.post('/api/skillbases', { name, slug: 'blank', config: {} }),
    '/tasks/0/contact_name': contact,
  }
  for (const [field, send] of Object.entries(requests)) {
    for (const name of [' ', '\t\n', '\u200b', '\ufeff \u200d', '\u00ad', '\u2800', '\u3164']) {
      const { status, body } = await send(name)
      t.match(
        {
          status,
          error: body.errors?.find(({ pointer }: { pointer: string }) => pointer === field.split(' ')[0]),
        },
        { status: 400, error: { detail: blank } },
        `${field}: ${JSON.stringify(name)}`,
      )
    }
  }
  t.equal((await contact('👩‍👩‍👧')).status, 201, 'a joiner within an emoji is no blank')
})

test('Halves of surrogate pairs and NUL are rejected with the place, also as names of fields', async (t) => {
  const detail =
    'The text contains a NUL character or half of a surrogate pair, which cannot be stored. Remove it.'
  const url = `/api/campaigns/${campaign}`
  for (const [payload, pointer] of [
    ['{"name": "half \\ud83d"}', '/name'],
    ['{"name": "\\udc00 other half"}', '/name'],
    ['{"description": "\\u0000"}', '/description'],
    ['{"retry_policy": {"\\ud800": {}}}', '/retry_policy'],
  ] as const) {
    const { status, body } = await s.request('PATCH', url, json, payload)
    t.match(
      { status, ...body },
      { status: 400, code: 'invalid_body', errors: [{ pointer, detail }] },
      payload,
    )
  }
  t.equal((await s.request('PATCH', url, json, '{"name": "whole \\ud83d\\ude00 \\\\ud83d"}')).status, 200)
  t.match((await api.get(url)).body, { name: 'whole 😀 \\ud83d' })
})

test('A body that is not UTF-8 is rejected, and not stored with other characters', async (t) => {
  for (const bytes of ['ed a0 80', 'ff', 'c3', 'cf f0 e8 e2 e5 f2']) {
    const payload = Buffer.concat([
      Buffer.from('{"name": "'),
      Buffer.from(bytes.replaceAll(' ', ''), 'hex'),
      Buffer.from('"}'),
    ])
    const { status, body } = await s.request('PATCH', `/api/campaigns/${campaign}`, json, payload)
    t.match(
      { status, ...body },
      { status: 400, code: 'malformed_request', detail: /^The body is not UTF-8\./ },
      bytes,
    )
  }
})

test('NUL in a path or a query is rejected with the name of the parameter', async (t) => {
  const detail = 'Contains the NUL character (%00), which is in no stored text. Remove it.'
  for (const [url, code, pointer] of [
    ['/api/calls?external_call_id=a%00b', 'invalid_querystring', '/external_call_id'],
    ['/api/campaigns?q=%00', 'invalid_querystring', '/q'],
    ['/api/campaigns?status=draft&status=%00', 'invalid_querystring', '/status'],
    ['/api/campaigns/%00', 'invalid_params', '/id'],
    [`/api/campaigns/${campaign}%00`, 'invalid_params', '/id'],
  ] as const) {
    const { status, body } = await api.get(url)
    t.match({ status, ...body }, { status: 400, code, errors: [{ pointer, detail }] }, url)
  }
})

test('An id is accepted in any case, and rejected with a prefix or in braces', async (t) => {
  t.match((await api.get(`/api/campaigns/${campaign.toUpperCase()}`)).body, { id: campaign })
  const must = 'Must be a UUID such as 0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b. Received a string of'
  const alone = 'Send the UUID alone, without "urn:uuid:", braces or spaces.'
  for (const id of [`urn:uuid:${campaign}`, `{${campaign}}`, `${campaign} `]) {
    const detail = `${must} ${id.length} characters. ${alone}`
    for (const url of [
      `/api/campaigns/${encodeURIComponent(id)}`,
      `/api/calls?campaign_id=${encodeURIComponent(id)}`,
    ])
      t.match((await api.get(url)).body, { status: 400, errors: [{ detail }] }, url)
    const { body } = await api.post('/api/calls', { direction: 'inbound', campaign_id: id })
    t.match(body, { status: 400, errors: [{ pointer: '/campaign_id', detail }] }, `a body with ${id}`)
  }
})

test('An agent may write ids in upper case: its turns and completions reach the call', async (t) => {
  const { body } = await api.post('/api/calls', { direction: 'inbound' })
  const call_id = body.id.toUpperCase()
  const turns = [{ call_id, turn_index: 0, role: 'user', content: 'Hi' }]
  const completions = [{ call_id, outcome: 'success' }]
  t.match((await api.post('/api/telemetry', { turns, completions })).body, {
    turns: { accepted: 1, rejected: [] },
    completions: { accepted: 1, rejected: [] },
  })
  t.match((await api.get(`/api/calls/${body.id}`)).body, { status: 'completed', outcome: 'success' })
})

test('An empty Idempotency-Key is rejected with a sentence with what to send', async (t) => {
  const body = { direction: 'inbound' }
  const rejected = await s.request('POST', '/api/calls', { ...company.headers, 'idempotency-key': '' }, body)
  t.match(rejected.body, {
    status: 400,
    code: 'invalid_idempotency_key',
    detail: /1 to 255 characters\. Received 0\. Send a new UUID for each request, or leave the header out\.$/,
  })
})

/** Numbers that JavaScript parses as another number, and numbers that it keeps. */
const inexact = ['9007199254740993', '-9007199254740993', '12345678901234567.89', '1e999', '-1e999', '1e300']
const exact = ['9007199254740991', '-9007199254740991', '0.1', '1e15', '0.30000000000000004', '-1.5e-7']
const tooLarge =
  'The number is beyond 9007199254740991 (2^53 - 1), so JSON parsers change its digits. Send it as a string.'

test('Numbers that would be changed are rejected in free JSON with their place; others are stored as they are', async (t) => {
  const task = (number: string) =>
    s.request(
      'POST',
      `/api/campaigns/${campaign}/tasks`,
      json,
      `{"tasks": [{"phone_number": "${freshNumber()}", "contact_data": {"order": {"ids": [1, ${number}]}}}]}`,
    )
  const settings = (number: string) =>
    s.request(
      'PATCH',
      `/api/companies/${company.id}`,
      { ...s.platform, 'content-type': 'application/json' },
      `{"settings": {"a/b": ${number}}}`,
    )
  for (const number of inexact) {
    t.match(
      (await task(number)).body,
      {
        status: 400,
        code: 'invalid_body',
        errors: [{ pointer: '/tasks/0/contact_data/order/ids/1', detail: tooLarge }],
      },
      number,
    )
    t.match((await settings(number)).body, {
      status: 400,
      errors: [{ pointer: '/settings/a~1b', detail: tooLarge }],
    })
  }
  for (const number of exact) {
    t.equal((await task(number)).status, 201, number)
    t.match((await settings(number)).body, { settings: { 'a/b': Number(number) } })
  }
})

test('A config with a number that would be changed is rejected with its place', async (t) => {
  const { body: example } = await api.get(`/api/skillbases/${api.publishedSkillbase}`)
  const config = JSON.stringify({
    ...example.config,
    agent: { ...example.config.agent, handoff_criteria: { limit: 0 } },
  }).replace('"limit":0', '"limit":9007199254740993')
  const pointer = '/config/agent/handoff_criteria/limit'
  const created = await s.request(
    'POST',
    '/api/skillbases',
    json,
    `{"name":"B","slug":"big","config":${config}}`,
  )
  t.match(created.body, { status: 422, errors: [{ pointer, detail: tooLarge }] })
  const report = await s.request('POST', '/api/skillbases/validate', json, `{"config":${config}}`)
  t.match(report.body, { valid: false, errors: [{ pointer, detail: tooLarge }] })
  const patched = await s.request(
    'PATCH',
    `/api/skillbases/${api.publishedSkillbase}`,
    json,
    '{"config": {"agent": {"handoff_criteria": {"limit": 1e999}}}}',
  )
  t.match(patched.body, { status: 422, errors: [{ pointer, detail: tooLarge }] })
})

test('What an agent reports is stored without the numbers that would be changed, with a warning', async (t) => {
  const { body: call } = await api.post('/api/calls', { direction: 'inbound' })
  const reason = tooLarge
  const { body } = await s.request(
    'POST',
    '/api/telemetry',
    json,
    `{"turns": [
        {"call_id": "${call.id}", "turn_index": 0, "role": "user", "content": "Hi", "extra_data": {"at_ns": 1796000000123456789, "n": [7]}},
        {"call_id": "${call.id}", "turn_index": 1, "role": "assistant", "content": "Hello"}],
      "completions": [{"call_id": "${call.id}", "outcome": "success", "collected_data": {"order": 9007199254740993, "ok": true}}]}`,
  )
  t.match(body, {
    turns: {
      accepted: 2,
      rejected: [],
      warnings: [{ index: 0, field: 'extra_data', code: 'inexact_number', reason }],
    },
    completions: {
      accepted: 1,
      warnings: [{ index: 0, field: 'collected_data', code: 'inexact_number', reason }],
    },
  })
  t.match((await api.get(`/api/calls/${call.id}`)).body, { collected_data: { order: null, ok: true } })
  t.match((await api.get(`/api/calls/${call.id}/logs`)).body.items, [
    { extra_data: { at_ns: null, n: [7] } },
    {},
  ])
  const completed = await s.request(
    'POST',
    `/api/calls/${call.id}/complete`,
    json,
    '{"collected_data": {"order": 9007199254740993}}',
  )
  t.match(completed.body, { status: 400, errors: [{ pointer: '/collected_data/order', detail: tooLarge }] })
})
