import t, { test } from 'tap'
import { callStatusSynonyms, campaignStatusSynonyms, taskStatusSynonyms } from '../../src/db/schema/index.ts'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { createCampaignTester, freshNumber } from '../setup/campaign-tester.ts'
import { type Headers, startTestService, type TestResponse } from '../setup/service.ts'

// Requests as programs send them that were written for the customer's first API.

type Params = Record<string, unknown>

/** A query as Python's requests writes it: None is left out, lists are repeated, True is capitalized. */
function requestsQuery(params: Params): string {
  const text = (value: unknown) =>
    typeof value === 'boolean' ? (value ? 'True' : 'False') : encodeURIComponent(String(value))
  return Object.entries(params)
    .filter(([, value]) => value !== null)
    .flatMap(([name, value]) => [value].flat().map((item) => `${name}=${text(item)}`))
    .join('&')
}

/** A query as axios writes it: null is left out, and lists have brackets. */
function axiosQuery(params: Params): string {
  return Object.entries(params)
    .filter(([, value]) => value !== null && value !== undefined)
    .flatMap(([name, value]) =>
      Array.isArray(value)
        ? value.map((item) => `${name}[]=${encodeURIComponent(item)}`)
        : [`${name}=${encodeURIComponent(String(value))}`],
    )
    .join('&')
}

const s = await startTestService(t)
const api = await createCampaignTester(s)
const { company } = api
const other = await s.createCompany()
const get = (path: string, headers: Headers = company.headers) => s.request('GET', path, headers)
const idsOf = ({ status, body }: TestResponse): string[] => {
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.items.map((item: { id?: string; call_id?: string }) => item.id ?? item.call_id)
}

/** Calls by the day of January 2026 on which they started, at 22:30 UTC. */
const callIds: Record<number, string> = {}
for (const day of [9, 10, 11]) {
  const started_at = `2026-01-${String(day).padStart(2, '0')}T22:30:00Z`
  const { body } = await api.post('/api/calls', { direction: 'inbound', started_at })
  callIds[day] = body.id
}
const callsOn = (...days: number[]) => days.map((day) => callIds[day])

test('start_date and end_date are accepted beside start and end; an end_date includes its day', async (t) => {
  for (const path of ['/api/calls', '/api/analytics/calls']) {
    const list = async (params: Params) => idsOf(await get(`${path}?${requestsQuery(params)}`))
    t.same(await list({ start_date: '2026-01-10', end_date: '2026-01-11' }), callsOn(11, 10), path)
    t.same(await list({ start_date: '2026-01-10', end_date: '2026-01-10' }), callsOn(10))
    t.same(await list({ start: '2026-01-09', end: '2026-01-10' }), callsOn(9), 'end excludes its day')
    const exclusive = { start_date: '2026-01-09T22:30:00Z', end_date: '2026-01-10T22:30:00Z' }
    t.same(await list(exclusive), callsOn(9), 'a date-time is the exclusive end')
    t.same(await list({ start: '2026-01-10', end_date: '2026-01-11' }), callsOn(11, 10))
  }
  const metrics = async (params: Params) =>
    (await get(`/api/analytics/metrics?${requestsQuery(params)}`)).body
  const inMoscow = { start_date: '2026-01-10', end_date: '2026-01-10', timezone: 'Europe/Moscow' }
  t.match(await metrics(inMoscow), {
    start: '2026-01-09T21:00:00.000Z',
    end: '2026-01-10T21:00:00.000Z',
    calls: { total: 1 },
  })
  const leapDay = { start_date: '2028-02-29', end_date: '2028-02-29' }
  t.match(await metrics(leapDay), { end: '2028-03-01T00:00:00.000Z' })
})

test('page and page_size are accepted beside skip and limit', async (t) => {
  const list = async (params: Params) => idsOf(await get(`/api/calls?${requestsQuery(params)}`))
  t.same(await list({ page: 1, page_size: 2 }), callsOn(11, 10))
  t.same(await list({ page: 2, page_size: 2 }), callsOn(9))
  t.same(await list({ page: 3, limit: 1 }), callsOn(9))
  t.same(await list({ page: 2 }), [], 'without a size a page has 50 items')
  t.same(
    await list({ page: 2, page_size: 2, skip: 2, limit: 2 }),
    callsOn(9),
    'both names with the same values',
  )
  t.same(idsOf(await get(`/api/dashboard/recent-calls?page_size=1`)), callsOn(11))
  for (const [query, pointer, detail] of [
    ['page=0', '/page', /integer of at least 1/],
    ['page=-1', '/page', /integer of at least 1/],
    ['page=two', '/page', /integer of at least 1/],
    ['page=1&page=2', '/page', /integer of at least 1/],
    [
      'page=202&page_size=50',
      '/page',
      /^Page 202 of 50 items follows 10050 items\. At most 10000 .* `cursor`/,
    ],
    ['page_size=0', '/page_size', /^Must be between 1 and 200\. Received/],
    ['page=1&page_size=500', '/page_size', /^Must be between 1 and 200/],
  ] as const) {
    t.match((await get(`/api/calls?${query}`)).body, { status: 400, errors: [{ pointer, detail }] }, query)
  }
  t.equal((await get('/api/dashboard/recent-calls?page=1')).status, 400, 'a list without skip has no pages')
})

test('Two names of one parameter with different values are rejected, and the error names both', async (t) => {
  for (const [query, alias, canonical] of [
    ['start=2026-01-01&start_date=2026-01-02', 'start_date', 'start'],
    ['end=2026-01-10&end_date=2026-01-10', 'end_date', 'end'],
    ['limit=5&page_size=6', 'page_size', 'limit'],
    ['page=3&page_size=2&skip=2', 'page', 'skip'],
  ] as const) {
    const { body } = await get(`/api/calls?${query}`)
    t.match(body, { status: 400, code: 'invalid_querystring', errors: [{ pointer: `/${alias}` }] }, query)
    t.match(body.errors[0].detail, new RegExp(`\`${canonical}\`.*\`${alias}\`.*different values`))
  }
  t.equal((await get('/api/calls?start=2026-01-01&end=2026-01-11&end_date=2026-01-10')).status, 200)
  t.match((await get('/api/campaigns?status=draft&status[]=running')).body, {
    status: 400,
    errors: [{ pointer: '/status[]' }],
  })
})

test('Errors name the parameter as it was sent', async (t) => {
  const pointerOf = async (query: string) =>
    (await get(`/api/analytics/metrics?${query}`)).body.errors[0].pointer
  t.equal(await pointerOf('start_date=yesterday'), '/start_date')
  t.equal(await pointerOf('end_date=2026-02-30'), '/end_date')
  t.equal(await pointerOf('start_date=2026-02-01&end_date=2026-01-01'), '/start_date')
  t.equal(await pointerOf('start=2026-02-01&end=2026-01-01'), '/start')
})

test('A parameter without a value is not given', async (t) => {
  const all = idsOf(await get('/api/calls'))
  const empty = requestsQuery({
    status: '',
    campaign_id: '',
    outcome: '',
    start_date: '',
    page: '',
    limit: '',
    q: null,
  })
  t.same(idsOf(await get(`/api/calls?${empty}`)), all)
  t.equal((await get('/api/campaigns?status=&skillbase_id=&q=')).status, 200)
  t.equal((await get('/api/skillbases?is_active=&is_published=')).status, 200)
  t.match(
    (await get('/api/analytics/compare?skillbase_id=')).body,
    { status: 400 },
    'a required one is missing',
  )
  t.equal((await get('/api/calls?nothing=')).status, 400, 'an unknown one is rejected')
})

test('Lists are accepted in all notations where a parameter takes several values', async (t) => {
  const [draft, running, paused] = [
    await api.campaignIn('draft'),
    await api.campaignIn('running'),
    await api.campaignIn('paused'),
  ]
  const list = async (query: string) => idsOf(await get(`/api/campaigns?${query}`)).sort()
  const expected = [draft, paused].sort()
  for (const query of [
    requestsQuery({ status: ['draft', 'paused'] }),
    axiosQuery({ status: ['draft', 'paused'] }),
    'status=draft,paused',
    'status[0]=draft&status[1]=paused',
    'status=draft,&status=paused&status=',
    `status=${encodeURIComponent('draft,paused')}`,
  ])
    t.same(await list(query), expected, query)
  t.same(await list('status=running'), [running])
  t.same(await list(axiosQuery({ status: [] })), [draft, running, paused].sort())
  const groups = 'start=2026-01-01&end=2026-02-01&group_by'
  for (const query of [`${groups}=outcome,direction`, `${groups}[]=outcome&group_by[]=direction`])
    t.match((await get(`/api/analytics/metrics?${query}`)).body.groups, [
      { values: { direction: 'inbound' } },
    ])
  t.equal((await get('/api/calls?direction[]=inbound')).status, 400, 'this parameter takes one value')
})

test('Booleans are accepted as Python, JSON and forms write them', async (t) => {
  const published = api.publishedSkillbase
  const unpublished = await api.skillbase(false)
  const list = async (value: string) => idsOf(await get(`/api/skillbases?is_published=${value}`))
  for (const value of ['true', 'True', 'TRUE', '1']) t.same(await list(value), [published], value)
  for (const value of ['false', 'False', 'FALSE', '0']) t.same(await list(value), [unpublished], value)
  t.same(idsOf(await get(`/api/skillbases?${requestsQuery({ is_published: true, is_active: null })}`)), [
    published,
  ])
  for (const value of ['yes', '2', 'tRue'])
    t.equal((await get(`/api/skillbases?is_published=${value}`)).status, 400)
})

test('Unknown parameters are rejected, also those that every object has as members', async (t) => {
  const names = [
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'status.x',
    'page[]',
    'colour',
  ]
  for (const path of [
    '/api/calls',
    '/api/campaigns',
    '/api/analytics/metrics',
    '/api/company',
    '/api/skillbases',
  ]) {
    for (const name of names) {
      for (const query of [`${name}=1`, `${name}=`, `${name}[]=1`, `limit=1&${name}=1&${name}=2`]) {
        const { body } = await get(`${path}?${query}`)
        t.match(body, { status: 400, code: 'invalid_querystring' }, `${path}?${query}`)
      }
    }
  }
})

test('A query or a body may name the own company; another one is forbidden', async (t) => {
  const own = `company_id=${company.id.toUpperCase()}`
  t.same(idsOf(await get(`/api/calls?${own}&status=`)), idsOf(await get('/api/calls')))
  const created = await api.post('/api/campaigns', {
    company_id: company.id,
    name: 'Named',
    skillbase_id: api.publishedSkillbase,
  })
  t.match(created, { status: 201, body: { company_id: company.id } })
  const foreign = { status: 403, body: { code: 'other_company', errors: [{ pointer: '/company_id' }] } }
  t.match(await get(`/api/calls?company_id=${other.id}`), foreign)
  t.match(
    await get('/api/calls?company_id=1'),
    foreign,
    'a number of the first API names no company of this one',
  )
  const campaign = { name: 'C', skillbase_id: api.publishedSkillbase }
  t.match(await api.post('/api/campaigns', { ...campaign, company_id: other.id }), foreign)
  t.match(await api.post('/api/campaigns', { ...campaign, company_id: null }), {
    status: 400,
    body: { code: 'invalid_body', errors: [{ pointer: '/company_id' }] },
  })
  t.equal((await get(`/api/campaigns?company_id=${other.id}`, other.headers)).body.total, 0)
})

test('company_id names the company for the platform key, like X-Company-Id', async (t) => {
  t.same(idsOf(await get(`/api/calls?company_id=${company.id}`, s.platform)), idsOf(await get('/api/calls')))
  const withHeader = { ...s.platform, 'x-company-id': company.id }
  t.equal((await get(`/api/calls?company_id=${company.id}`, withHeader)).status, 200)
  t.match(await get(`/api/calls?company_id=${other.id}`, withHeader), {
    status: 403,
    body: { code: 'other_company' },
  })
  t.match(await get('/api/calls?company_id=1', s.platform), { status: 400 })
  t.match(
    await get(`/api/companies?company_id=${company.id}`, s.platform),
    { status: 400 },
    'a list of all companies',
  )
  const created = await s.request('POST', '/api/calls', s.platform, {
    company_id: other.id,
    direction: 'inbound',
  })
  t.match(created, { status: 201, body: { company_id: other.id } })
  const keys = `/api/companies/${company.id}/keys?company_id=${other.id}`
  t.equal((await get(keys, s.platform)).status, 404, 'the path names another company')
})

test('An empty body with a JSON content type is no body', async (t) => {
  const json = { ...company.headers, 'content-type': 'application/json' }
  const id = await api.campaignIn('draft')
  for (const command of ['start', 'pause', 'resume', 'stop'])
    t.equal((await s.request('POST', `/api/campaigns/${id}/${command}`, json)).status, 200, command)
  t.equal((await s.request('POST', `/api/campaigns/${id}/pause`, json, '')).status, 409)
  t.equal((await s.request('DELETE', `/api/campaigns/${id}`, json, '')).status, 204)
  t.equal(
    (await s.request('POST', `/api/skillbases/${api.publishedSkillbase}/publish`, json, '')).status,
    200,
  )
  const missing = await s.request('POST', '/api/calls', json, '')
  t.match(missing.body, { status: 400, code: 'invalid_body' }, 'a route that needs a body')
  t.match((await s.request('POST', '/api/calls', json, ' ')).body, { status: 400, code: 'malformed_request' })
})

test('Every JSON content type is accepted, and its body is validated', async (t) => {
  const id = await api.campaignIn('draft')
  for (const type of ['application/merge-patch+json', 'application/vnd.api+json; charset=utf-8']) {
    const headers = { ...company.headers, 'content-type': type }
    const patch = (body: object) => s.request('PATCH', `/api/campaigns/${id}`, headers, JSON.stringify(body))
    t.match(await patch({ name: type }), { status: 200, body: { name: type } })
    t.match((await patch({ nothing: 1 })).body, { status: 400, code: 'invalid_body' })
  }
  const headers = { ...company.headers, 'content-type': 'application/x+json' }
  t.equal((await s.request('POST', '/api/suppressions/import', headers, '{}')).status, 415)
  for (const type of ['application/json+x', 'text/x+json', 'application/+json'])
    t.equal(
      (await s.request('POST', '/api/calls', { ...headers, 'content-type': type }, '{}')).status,
      415,
      type,
    )
})

test('Other names of statuses are understood in filters and bodies; responses have the names of the API', async (t) => {
  const running = await api.campaignIn('running')
  const paused = await api.campaignIn('paused')
  const campaigns = async (query: string) => idsOf(await get(`/api/campaigns?${query}`))
  t.ok((await campaigns('status=active')).includes(running))
  t.notOk((await campaigns('status=active')).includes(paused))
  t.same(await campaigns('status=in_progress,on_hold'), await campaigns('status[]=running&status[]=paused'))
  t.equal((await get('/api/analytics/campaigns?status=active')).status, 200)
  t.match((await get('/api/campaigns?status=pending')).body, {
    status: 400,
    errors: [{ pointer: '/status/0', detail: /draft, scheduled, running/ }],
  })
  const calls = await get('/api/calls?status=in_progress')
  t.equal(calls.body.total, 3)
  for (const { status } of calls.body.items) t.equal(status, 'active')
  t.equal((await get('/api/analytics/calls?status=in_progress&start=2026-01-01')).body.total, 3)
  const call = await api.post('/api/calls', { direction: 'inbound', status: 'in_progress' })
  t.match(call, { status: 201, body: { status: 'active' } })
  const completed = await api.post(`/api/calls/${call.body.id}/complete`, { status: 'canceled' })
  t.match(completed.body.call, { status: 'cancelled' })
  const another = (await api.post('/api/calls', { direction: 'inbound' })).body.id
  const completions = [{ call_id: another, status: 'canceled' }]
  t.match((await api.post('/api/telemetry', { completions })).body.completions, { accepted: 1, rejected: [] })
  t.match((await get(`/api/calls/${another}`)).body, { status: 'cancelled' })
})

test('Other names of the statuses of contacts are understood', async (t) => {
  const id = await api.campaign()
  await api.add(id, { phone_number: freshNumber() })
  const tasks = (query: string) => get(`/api/campaigns/${id}/tasks?${query}`)
  const [task] = (await tasks('status=queued')).body.items
  t.equal(task.status, 'pending')
  t.match(await api.patch(`/api/call-tasks/${task.id}`, { status: 'canceled' }), {
    status: 200,
    body: { status: 'cancelled' },
  })
  t.equal((await tasks('status=canceled')).body.total, 1)
  t.equal((await tasks('status=active')).body.total, 0)
  await api.forceStatus(id, 'stopped')
  t.match(await api.post(`/api/campaigns/${id}/restart`, { statuses: ['canceled'] }), {
    status: 200,
    body: { status: 'running' },
  })
})

test('The OpenAPI document names the aliases at the parameters that have them', async (t) => {
  const { paths } = (await s.request('GET', '/openapi.json')).body
  const descriptionOf = (path: string, name: string): string =>
    paths[path].get.parameters.find((parameter: { name: string }) => parameter.name === name).description
  t.match(descriptionOf('/api/calls', 'start'), /Also accepted as `start_date`\.$/)
  t.match(descriptionOf('/api/analytics/metrics', 'end'), /`end_date` \(a date includes that day/)
  t.match(descriptionOf('/api/campaigns', 'skip'), /`page` \(the number of a page/)
  t.match(descriptionOf('/api/campaigns', 'limit'), /Also accepted as `page_size`\.$/)
  t.match(
    JSON.stringify(paths['/api/campaigns'].get.parameters),
    /`active`, `in_progress`, `started` for `running`/,
  )
})

test('A program of the first guide creates a bot and a campaign, and starts it', async (t) => {
  const c = await s.createCompany()
  const json = { ...c.headers, 'content-type': 'application/json' }
  const bot = await s.request('POST', '/api/skillbases', json, {
    name: 'Салон красоты',
    slug: 'salon-bot',
    company_id: c.id,
    config: {
      ...exampleConfig,
      agent: undefined,
      tools: undefined,
      flow: {
        type: 'linear',
        states: [
          { id: 'greeting', prompt: 'Поздоровайтесь и спросите, чем помочь', next: 'booking' },
          { id: 'booking', prompt: 'Предложите записаться на услугу', next: 'end' },
        ],
      },
    },
  })
  t.equal(bot.status, 201)
  t.equal((await s.request('POST', `/api/skillbases/${bot.body.id}/publish`, json, '')).status, 200)
  const campaign = await s.request('POST', '/api/campaigns', json, {
    company_id: c.id,
    skillbase_id: bot.body.id,
    name: 'Напоминание о записи',
    daily_start_time: '09:00',
    daily_end_time: '18:00',
    max_concurrent_calls: 5,
    calls_per_minute: 10,
    max_retries: 3,
    retry_delay_minutes: 30,
  })
  t.equal(campaign.status, 201)
  const url = `/api/campaigns/${campaign.body.id}`
  await s.request('POST', `${url}/tasks`, json, { tasks: [{ phone_number: freshNumber() }] })
  t.match(await s.request('POST', `${url}/start`, json, ''), { status: 200, body: { status: 'running' } })
  const list = axiosQuery({
    company_id: c.id,
    skillbase_id: bot.body.id,
    status: 'active',
    skip: 0,
    limit: 20,
    q: null,
  })
  t.same(idsOf(await get(`/api/campaigns?${list}`, c.headers)), [campaign.body.id])
  const history = requestsQuery({
    skillbase_id: bot.body.id,
    campaign_id: campaign.body.id,
    outcome: '',
    status: 'completed',
    start_date: '2026-01-01',
    end_date: '2026-01-31',
    page: 1,
    page_size: 20,
  })
  t.match(await get(`/api/analytics/calls?${history}`, c.headers), { status: 200, body: { total: 0 } })
})

test('Each other name of a status means exactly one status, and is not the name of one', (t) => {
  for (const synonyms of [campaignStatusSynonyms, taskStatusSynonyms, callStatusSynonyms]) {
    const names = Object.values(synonyms).flat()
    t.equal(new Set(names).size, names.length)
    t.same(
      names.filter((name) => Object.hasOwn(synonyms, name)),
      [],
    )
  }
  t.end()
})
