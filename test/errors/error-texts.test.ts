import t, { type Test, test } from 'tap'
import { eventTypes, keyScopes, outcomes } from '../../src/db/schema/index.ts'
import { isObject } from '../../src/lib/record-of.ts'
import { createCampaignTester, freshNumber } from '../setup/campaign-tester.ts'
import { startTestService, type TestResponse } from '../setup/service.ts'

// What errors contain: the allowed values, what was received, and what to do.

const s = await startTestService(t)
const api = await createCampaignTester(s)
const campaign = await api.campaign()

type Case = [name: string, response: Promise<TestResponse>, pointer: string, detail: RegExp | string]

/** Sends each request, and checks that it gets exactly one error, with this pointer and this sentence. */
async function checkAll(t: Test, cases: Case[]) {
  for (const [name, response, pointer, detail] of cases) {
    const { status, body } = await response
    t.match(body, { status, errors: [{ pointer, detail }] }, name)
    t.equal(body.errors?.length, 1, `${name}: one error`)
    t.ok([400, 422].includes(status), `${name}: ${status}`)
  }
}

const withCampaign = (field: object) => api.patch(`/api/campaigns/${campaign}`, field)
const call = (field: object) => api.post('/api/calls', { direction: 'inbound', ...field })

test('An error lists the allowed values, and names the one that was probably meant', async (t) => {
  const list = (values: readonly string[]) =>
    `Must be one of: ${values.join(', ')}.`.replaceAll(/[.*]/g, '\\$&')
  const key = { name: 'k', scopes: ['Read'] }
  const hook = { url: 'https://crm.example.com', event_types: ['call_ended'] }
  const restart = { outcomes: ['no answer'] }
  await checkAll(t, [
    [
      'an outcome in a query',
      api.get('/api/calls?outcome=answered'),
      '/outcome',
      new RegExp(`^${list(outcomes)} Received "answered"\\.$`),
    ],
    [
      'a scope in another case',
      s.request('POST', `/api/companies/${api.company.id}/keys`, s.platform, key),
      '/scopes/0',
      new RegExp(`^${list(keyScopes)} Did you mean "read"\\? Received "Read"\\.$`),
    ],
    [
      'a type of event with another separator',
      api.post('/api/webhooks', hook),
      '/event_types/0',
      new RegExp(`^${list(['*', ...eventTypes])} Did you mean "call\\.ended"\\? Received "call_ended"\\.$`),
    ],
    [
      'types of events in a query',
      api.get('/api/events?types=call.ended,call.finished'),
      '/types',
      new RegExp(eventTypes.join(', ').replaceAll('.', '\\.')),
    ],
    [
      'a state with a space',
      api.get('/api/campaigns?status=on%20hold'),
      '/status',
      /^Must be one of: draft, scheduled, running, .* Received "on hold"\.$/,
    ],
    [
      'an outcome with a space',
      api.post(`/api/campaigns/${campaign}/restart`, restart),
      '/outcomes/0',
      /Did you mean "no_answer"\? Received "no answer"\.$/,
    ],
    [
      'the name of an outcome',
      withCampaign({ retry_policy: { Voicemail: { max: 1 } } }),
      '/retry_policy/Voicemail',
      /^"Voicemail" is not an outcome\. Allowed: .*voicemail.*Did you mean "voicemail"\?$/,
    ],
    [
      'a field in camelCase',
      withCampaign({ maxRetries: 1 }),
      '/maxRetries',
      /^Unknown field\. Allowed: .*max_retries.*Did you mean "max_retries"\?$/,
    ],
    [
      'a value of another type',
      call({ direction: 5 }),
      '/direction',
      /^Must be one of: inbound, outbound\. Received 5\.$/,
    ],
  ])
})

test('A date error shows what a date looks like, what was received, and what to change', async (t) => {
  const must = 'Must be an ISO 8601 date and time with a time zone such as 2026-11-23T09:00:00Z.'
  const at = (started_at: unknown) => call({ started_at })
  const cases: [unknown, string][] = [
    ['2026-02-30T10:00:00Z', `${must} Received "2026-02-30T10:00:00Z". The month 2026-02 has no day 30.`],
    ['2026-13-01T10:00:00Z', `${must} Received "2026-13-01T10:00:00Z". There is no month 13.`],
    [
      '2026-11-29T24:00:00Z',
      `${must} Received "2026-11-29T24:00:00Z". There is no hour 24: the end of a day is 00:00:00 of the next one.`,
    ],
    [
      '2026-11-29 10:00',
      `${must} Received "2026-11-29 10:00". Add the time zone: Z, or an offset such as +03:00.`,
    ],
    ['2026-11-29T10:00Z', `${must} Received "2026-11-29T10:00Z". Add the seconds.`],
    ['2026-11-29', `${must} Received "2026-11-29". Add the time and the time zone, such as T00:00:00Z.`],
    ['29.11.2026 10:00', `${must} Received "29.11.2026 10:00".`],
    ['29 ноября 2026', `${must} Received "29 ноября 2026".`],
    ['Nov 29, 2026 10:00 PM', `${must} Received "Nov 29, 2026 10:00 PM".`],
    [
      1_796_000_000,
      `${must} Received a number of 10 digits. A Unix time is not accepted: write it as a date and time.`,
    ],
    [
      '1796000000000',
      `${must} Received a string of 13 characters. A Unix time is not accepted: write it as a date and time.`,
    ],
    [null, `${must} Received null.`],
  ]
  for (const [value, detail] of cases)
    await checkAll(t, [[JSON.stringify(value), at(value), '/started_at', detail]])
  await checkAll(t, [
    [
      'a date with a time',
      withCampaign({ blackout_dates: ['2026-12-25T00:00:00Z'] }),
      '/blackout_dates/0',
      'Must be an ISO 8601 date such as 2026-11-23. Received "2026-12-25T00:00:00Z". Send the date without a time.',
    ],
    [
      'a bound of a period',
      api.get('/api/calls?start=2026-02-30'),
      '/start',
      'Must be an ISO 8601 date such as 2026-11-23 or an ISO 8601 date and time with a time zone such as 2026-11-23T09:00:00Z. Received "2026-02-30". The month 2026-02 has no day 30.',
    ],
  ])
})

test('An error never repeats a phone number or a secret', async (t) => {
  const number = freshNumber()
  const texts = [
    number,
    `2026-11 ${number}`,
    `${number.slice(0, 5)}-${number.slice(5)}`,
    `2026-11-29 ${number}`,
  ]
  for (const text of texts) {
    const responses = [
      await call({ started_at: text }),
      await call({ direction: text }),
      await api.get(`/api/calls?outcome=${encodeURIComponent(text)}`),
      await withCampaign({ timezone: text }),
      await withCampaign({ retry_policy: { [text]: { max: 1 } } }),
    ]
    for (const { body } of responses) {
      t.ok([400, 422].includes(body.status))
      t.notMatch(
        JSON.stringify(body.errors.map(({ detail }: { detail: string }) => detail)),
        number.slice(5),
        `${text}: ${body.errors[0].pointer}`,
      )
    }
  }
  const { body } = await api.post('/api/webhooks', {
    url: 'https://me:s3cret@crm.example.com',
    event_types: [5],
  })
  t.notMatch(JSON.stringify(body), /s3cret/)
})

test('Of a union only the branch that was meant is reported', async (t) => {
  const price = (value: unknown) =>
    s.request('POST', '/api/prices', s.platform, {
      component: 'stt',
      provider: 'deepgram',
      unit: 'minute',
      price: value,
    })
  await checkAll(t, [
    ['a text', price('1,5'), '/price', /^Has the wrong format\. Digits, with a point.*Received "1,5"\.$/],
    ['a number', price(-1), '/price', 'Must be between 0 and 100000000. Received -1.'],
    ['neither', price([]), '/price', 'Must be a number or a string. Received an empty array.'],
    [
      'an object that may be null',
      api.post(`/api/campaigns/${campaign}/clone`, { contacts: 'everybody' }),
      '/contacts',
      /^Must be one of: .* Received "everybody"\.$/,
    ],
    [
      'a text that may be null',
      withCampaign({ description: 5 }),
      '/description',
      'Must be a string or null. Received 5.',
    ],
  ])
})

test('No error shows a regular expression: each pattern has a description of what is expected', async (t) => {
  await checkAll(t, [
    [
      'a time of day',
      withCampaign({ daily_start_time: '9am', daily_end_time: '18:00' }),
      '/daily_start_time',
      'Has the wrong format. HH:MM in the zone of the campaign. Example: 09:00. Received "9am".',
    ],
    [
      'a country',
      api.post(`/api/campaigns/${campaign}/tasks`, {
        tasks: [{ phone_number: '1' }],
        default_country: 'Russia',
      }),
      '/default_country',
      /^Has the wrong format\. ISO 3166-1 alpha-2 country.*Example: RU\. Received "Russia"\.$/,
    ],
    [
      'the name of a query',
      api.post('/api/analytics/query', { queries: { '1st': {} } }),
      '/queries/1st',
      /^This name of a field is not allowed\. .*at most 64 letters, digits/,
    ],
  ])
  const { body: document } = await s.request('GET', '/openapi.json', s.platform)
  const undescribed: string[] = []
  const visit = (schema: unknown, path: string, parent: object = {}): void => {
    if (!isObject(schema)) return
    // The document has the description of a parameter beside its schema.
    const { pattern, patternProperties, description } = { ...parent, ...schema } as Record<string, unknown>
    const isSchema =
      typeof pattern === 'string' || (patternProperties !== undefined && !path.endsWith('properties'))
    const isFreeName = JSON.stringify(Object.keys(patternProperties ?? {})) === '["^(.*)$"]'
    const isVisibleText = typeof pattern === 'string' && pattern.startsWith('[^\\s')
    if (isSchema && !isFreeName && !isVisibleText && description === undefined) undescribed.push(path)
    for (const [name, child] of Object.entries(schema))
      visit(child, `${path}/${name}`, name === 'schema' ? { description: schema.description } : {})
  }
  visit(document.paths, '/paths')
  visit(document.components, '/components')
  t.same(undescribed, [])
})

test('Numbers, booleans and null of the wrong type are named as they were sent', async (t) => {
  await checkAll(t, [
    [
      'a number as a text',
      withCampaign({ max_retries: '3' }),
      '/max_retries',
      'Must be an integer. Received "3".',
    ],
    ['a fraction', withCampaign({ max_retries: 2.5 }), '/max_retries', 'Must be an integer. Received 2.5.'],
    [
      'null for a required field',
      call({ direction: null }),
      '/direction',
      /^Must be one of: .* Received null\.$/,
    ],
    [
      'a boolean as a text',
      api.get('/api/calls?is_dialed=maybe'),
      '/is_dialed',
      /^Must be true or false\. Received "maybe"\.$/,
    ],
    [
      'a time zone',
      withCampaign({ timezone: 'MSK' }),
      '/timezone',
      /such as Europe\/Moscow or UTC\. Received "MSK"\.$/,
    ],
  ])
})

test('A list with an empty period is refused, instead of looking like one without rows', async (t) => {
  const period = 'start=2026-12-02&end=2026-12-01'
  const detail = 'Must be before `end`, which is 2026-12-01T00:00:00.000Z.'
  await checkAll(
    t,
    ['calls', 'calls/export', 'call-metrics', 'call-metrics/export'].map((path) => [
      path,
      api.get(`/api/${path}?${period}`),
      '/start',
      detail,
    ]),
  )
})

test('The metrics of a call that has none are refused with the reason', async (t) => {
  const { body } = await call({})
  const detailOf = async () => {
    const response = await api.get(`/api/calls/${body.id}/metrics`)
    t.match(response, { status: 404, body: { code: 'call_metrics_not_found' } })
    return response.body.detail
  }
  t.match(await detailOf(), /they are calculated when it ends/)
  await api.post(`/api/calls/${body.id}/complete`, {})
  await s.request('DELETE', `/api/calls/${body.id}/metrics`, api.company.headers)
  t.match(await detailOf(), /they were deleted/)
})
