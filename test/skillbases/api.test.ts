import { randomUUID } from 'node:crypto'
import t, { test } from 'tap'
import { exampleConfig } from '../../src/modules/skillbases/index.ts'
import { startTestService, type TestResponse } from '../setup/service.ts'
import { type FieldError, pointersOf, withChange, withGraph } from './configs.ts'
import { skillbaseClient, urlOf } from './skillbase-client.ts'

const s = await startTestService(t)
const { post, create, versionsOf, versionNumbersOf } = skillbaseClient(s)

test('A new skillbase has version 1, is unpublished, and has defaults filled in', async (t) => {
  const c = await s.createCompany()
  const withoutAgentAndTools = withChange('/agent', undefined, withChange('/tools', undefined))
  const { status, body, headers } = await post(c, {
    config: withChange('/context/facts', undefined, withoutAgentAndTools),
    description: 'Для проб',
  })
  t.equal(status, 201)
  t.match(body, {
    version: 1,
    is_active: true,
    is_published: false,
    published_version: null,
    description: 'Для проб',
  })
  t.equal(body.company_id, c.id)
  t.same(body.config.agent, { handoff_criteria: {}, crm_field_mapping: {} })
  t.same([body.config.tools, body.config.context.facts], [[], []])
  const read = await s.request('GET', urlOf(body.id), c.headers)
  const { warnings, ...stored } = body
  t.same(warnings, [])
  t.same(read.body, stored)
  t.equal(read.headers.etag, headers.etag)
  const [version] = await versionsOf(c, body.id)
  t.match(version, { skillbase_id: body.id, version: 1, restored_from: null })
  t.match(version?.config_hash, /^[0-9a-f]{64}$/)
  t.same((await s.request('GET', urlOf(body.id, '/versions/1'), c.headers)).body.config, body.config)
})

test('Schema errors are 400 and rule errors 422; both list every invalid field', async (t) => {
  const c = await s.createCompany()
  const malformed = await post(c, {
    config: withChange('/llm/api_key', 'x', withChange('/context/role', 5)),
  })
  t.equal(malformed.status, 400)
  t.same(pointersOf(malformed.body.errors), ['/config/context/role', '/config/llm/api_key'])
  const config = withGraph(
    ['a', 'b', 'c'],
    [
      ['a', 'x'],
      ['y', 'b'],
    ],
  )
  const invalid = await post(c, { config })
  t.match(invalid, { status: 422, body: { code: 'invalid_config' } })
  t.same(pointersOf(invalid.body.errors), [
    '/config/flow/states/1',
    '/config/flow/states/2',
    '/config/flow/transitions/0/to',
    '/config/flow/transitions/1/from',
  ])
  t.match(await post(c, { config: undefined }), { status: 400 })
  t.match(await post(c, { name: '  ' }), { status: 400 })
  t.match(await post(c, { slug: 'Not A Slug' }), { status: 400 })
  t.match(await post(c, { colour: 'red' }), { status: 400 })
  t.equal((await s.request('GET', '/api/skillbases', c.headers)).body.total, 0)
})

test('A slug is unique in a company, also for concurrent requests and for updates', async (t) => {
  const [c, other] = [await s.createCompany(), await s.createCompany()]
  const responses = await Promise.all([post(c, { slug: 'bot' }), post(c, { slug: 'bot' })])
  t.same(responses.map(({ status }) => status).sort(), [201, 409])
  t.match(responses.find(({ status }) => status === 409)?.body, { code: 'slug_taken' })
  t.equal((await post(other, { slug: 'bot' })).status, 201, 'another company may use the same slug')
  const second = await create(c, { slug: 'bot-2' })
  const updated = await s.request('PATCH', urlOf(second.id), c.headers, { slug: 'bot', name: 'Never' })
  t.match(updated, { status: 409, body: { code: 'slug_taken' } })
  t.equal((await s.request('GET', urlOf(second.id), c.headers)).body.name, 'Бот')
})

test('A repeated Idempotency-Key creates one skillbase and replays the response with its ETag', async (t) => {
  const c = await s.createCompany()
  const headers = { ...c.headers, 'idempotency-key': randomUUID() }
  const body = { name: 'Once', slug: 'once', config: exampleConfig }
  const first = await s.request('POST', '/api/skillbases', headers, body)
  const replay = await s.request('POST', '/api/skillbases', headers, body)
  t.same([replay.status, replay.body, replay.headers.etag], [201, first.body, first.headers.etag])
  t.equal((await s.request('GET', '/api/skillbases', c.headers)).body.total, 1)
})

test('PATCH merges the config into the current one, PUT replaces it', async (t) => {
  const c = await s.createCompany()
  const { id, config } = await create(c)
  const merged = await s.request('PATCH', urlOf(id), c.headers, {
    config: { llm: { temperature: null, max_tokens: 200 } },
  })
  t.match(merged, { status: 200, body: { version: 2 } })
  t.same(merged.body.config, {
    ...config,
    llm: { provider: 'groq', model: 'openai/gpt-oss-20b', max_tokens: 200 },
  })
  t.match(await s.request('PATCH', urlOf(id), c.headers, { config: { llm: { modle: 'x' } } }), {
    status: 400,
    body: { errors: [{ pointer: '/config/llm/modle' }] },
  })
  t.match(await s.request('PATCH', urlOf(id), c.headers, { config: { flow: { initial: 'x' } } }), {
    status: 422,
    body: { code: 'invalid_config', errors: [{ pointer: '/config/flow/initial' }] },
  })
  t.match(await s.request('PUT', urlOf(id), c.headers, { config: { llm: config.llm } }), { status: 400 })
  t.match(await s.request('PUT', urlOf(id), c.headers, { name: 'Part', config }), {
    status: 200,
    body: { name: 'Part', version: 3 },
  })
  t.same(await versionNumbersOf(c, id), [3, 2, 1])
})

test('Errors of PUT /config point into the body, which is the config itself', async (t) => {
  const c = await s.createCompany()
  const { id } = await create(c)
  const malformed = await s.request('PUT', urlOf(id, '/config'), c.headers, withChange('/llm/model', 1))
  t.match(malformed, { status: 400, body: { errors: [{ pointer: '/llm/model' }] } })
  const invalid = await s.request('PUT', urlOf(id, '/config'), c.headers, withChange('/flow/initial', 'x'))
  t.match(invalid, {
    status: 422,
    body: { code: 'invalid_config', errors: [{ pointer: '/flow/initial' }] },
  })
})

test('An update with an outdated If-Match is rejected (412); without If-Match it succeeds', async (t) => {
  const c = await s.createCompany()
  const { id, config } = await create(c)
  const readEtag = async (path = '') =>
    String((await s.request('GET', urlOf(id, path), c.headers)).headers.etag)
  const ifMatch = (etag: string) => ({ ...c.headers, 'if-match': etag })
  const [first, firstConfigEtag] = [await readEtag(), await readEtag('/config')]
  const renamed = await s.request('PATCH', urlOf(id), ifMatch(first), { name: 'B' })
  t.equal(renamed.status, 200)
  t.equal(renamed.headers.etag, await readEtag(), 'the response has the new ETag')
  t.match(await s.request('PATCH', urlOf(id), ifMatch(first), { name: 'C' }), {
    status: 412,
    body: { code: 'stale_etag' },
  })
  t.match(await s.request('PUT', urlOf(id), ifMatch(first), { name: 'C' }), { status: 412 })
  const next = withChange('/llm/temperature', 1, config)
  const put = await s.request('PUT', urlOf(id, '/config'), ifMatch(firstConfigEtag), next)
  t.match(put, { status: 200, body: { version: 2 } })
  t.equal(put.headers.etag, await readEtag('/config'))
  t.match(await s.request('PUT', urlOf(id, '/config'), ifMatch(firstConfigEtag), config), { status: 412 })
  t.match(await s.request('PUT', urlOf(id), ifMatch(String(renamed.headers.etag)), { name: 'C' }), {
    status: 412,
  })
  t.match(await s.request('PUT', urlOf(id), ifMatch(`"x", ${await readEtag()}`), { name: 'D' }), {
    status: 200,
  })
  t.match(await s.request('PUT', urlOf(id), ifMatch('*'), { name: 'E' }), { status: 200 })
  t.match(await s.request('PUT', urlOf(id, '/config'), c.headers, config), {
    status: 200,
    body: { version: 3 },
  })
})

test('Of two concurrent updates with the same If-Match, one is rejected', async (t) => {
  const c = await s.createCompany()
  const { id } = await create(c)
  const etag = String((await s.request('GET', urlOf(id, '/config'), c.headers)).headers.etag)
  const responses = await Promise.all(
    [0.1, 0.2].map((n) =>
      s.request(
        'PUT',
        urlOf(id, '/config'),
        { ...c.headers, 'if-match': etag },
        withChange('/llm/temperature', n),
      ),
    ),
  )
  t.same(responses.map(({ status }) => status).sort(), [200, 412])
})

test('A skillbase that campaigns or calls use cannot be deleted; the error explains how to retire it', async (t) => {
  const c = await s.createCompany()
  const [usedByCampaign, usedByCall, unused] = [await create(c), await create(c), await create(c)]
  await s.request('PUT', urlOf(unused.id, '/config'), c.headers, withChange('/llm/temperature', 0.1))
  await s.db.client`insert into campaigns (id, company_id, skillbase_id, name)
    values (gen_random_uuid(), ${c.id}, ${usedByCampaign.id}, 'Used')`
  await s.db.client`insert into calls (id, company_id, skillbase_id, skillbase_version, direction)
    values (gen_random_uuid(), ${c.id}, ${usedByCall.id}, 1, 'inbound')`
  for (const { id } of [usedByCampaign, usedByCall]) {
    const rejected = await s.request('DELETE', urlOf(id), c.headers)
    t.match(rejected, { status: 409, body: { code: 'skillbase_in_use', detail: /is_active/ } })
    t.equal((await s.request('GET', urlOf(id), c.headers)).status, 200)
  }
  t.equal((await s.request('DELETE', urlOf(unused.id), c.headers)).status, 204)
  for (const path of ['', '/config', '/versions', '/versions/1']) {
    t.equal((await s.request('GET', urlOf(unused.id, path), c.headers)).status, 404, path)
  }
  t.equal((await s.request('DELETE', urlOf(unused.id), c.headers)).status, 404)
})

test('A list is filtered, ordered newest first, and paged', async (t) => {
  const c = await s.createCompany()
  const ids: string[] = []
  for (const n of [1, 2, 3, 4, 5])
    ids.unshift((await create(c, { name: `Bot 10${n}%`, slug: `bot-${n}` })).id)
  await s.request('POST', urlOf(ids[0] ?? '', '/publish'), c.headers, {})
  await s.request('PATCH', urlOf(ids[1] ?? ''), c.headers, { is_active: false })
  const list = async (query: string) => (await s.request('GET', `/api/skillbases?${query}`, c.headers)).body
  const idsFound = async (query: string) => (await list(query)).items.map(({ id }: { id: string }) => id)
  t.same(await idsFound(''), ids)
  t.same(await idsFound('is_published=true'), [ids[0]])
  t.same(await idsFound('is_active=false'), [ids[1]])
  t.same(await idsFound('is_active=true&is_published=false'), ids.slice(2))
  t.same(await idsFound('slug=bot-2'), [ids[3]])
  t.same(await idsFound('q=BOT-3'), [ids[2]])
  t.same(await idsFound(`q=${encodeURIComponent('104%')}`), [ids[1]])
  t.same(await idsFound('q=b_t'), [], '_ and % are not wildcards')
  const first = await list('limit=2')
  t.match(first, { total: 5, total_is_exact: true })
  const second = await list(`limit=2&cursor=${first.next_cursor}`)
  const third = await list(`limit=2&cursor=${second.next_cursor}`)
  t.same(
    [...first.items, ...second.items, ...third.items].map(({ id }) => id),
    ids,
  )
  t.equal(third.next_cursor, null)
  t.same(await idsFound('limit=2&skip=3'), ids.slice(3))
  t.equal((await s.request('GET', '/api/skillbases?colour=red', c.headers)).status, 400)
  t.equal((await s.request('GET', '/api/skillbases?limit=0', c.headers)).status, 400)
})

test('validate reports errors and warnings, and responds 200 to any JSON value', async (t) => {
  const c = await s.createCompany()
  const validate = (config: unknown) => s.request('POST', '/api/skillbases/validate', c.headers, { config })
  t.match(await validate(exampleConfig), { status: 200, body: { valid: true, errors: [], warnings: [] } })
  const withWarning = await validate(withChange('/llm/provider', 'brandnew'))
  t.match(withWarning, {
    status: 200,
    body: { valid: true, warnings: [{ pointer: '/config/llm/provider' }] },
  })
  for (const config of [null, 7, 'x', [], {}, { flow: [] }, { flow: { states: [{}] }, tools: 1 }]) {
    const { status, body } = await validate(config)
    t.match({ status, valid: body.valid }, { status: 200, valid: false }, JSON.stringify(config))
    t.ok(
      body.errors.length > 0 && body.errors.every(({ pointer }: FieldError) => pointer.startsWith('/config')),
    )
  }
  const manyErrors = await validate(
    withChange(
      '/flow/transitions',
      Array.from({ length: 50 }, () => ({ from: 'x', to: 'y' })),
    ),
  )
  t.equal(manyErrors.body.errors.length, 100, 'the report lists all errors')
  t.equal((await s.request('POST', '/api/skillbases/validate', c.headers, {})).status, 400)
  const { id } = await create(c)
  t.match(await s.request('POST', urlOf(id, '/validate'), c.headers), { status: 200, body: { valid: true } })
  t.match(await s.request('POST', urlOf(id, '/validate'), c.headers, {}), {
    status: 200,
    body: { valid: true },
  })
  const withGivenConfig = await s.request('POST', urlOf(id, '/validate'), c.headers, { config: {} })
  t.match(withGivenConfig, { status: 200, body: { valid: false } })
})

test('Create, update, publish and restore return the warnings of the config, as validate does', async (t) => {
  const c = await s.createCompany()
  const clean = await post(c)
  t.match(clean, { status: 201, body: { warnings: [] } })
  const url = urlOf(clean.body.id)
  const retired = withChange('/llm', {
    ...exampleConfig.llm,
    provider: 'groq',
    model: 'llama-3.1-8b-instant',
  })
  const unknownModel = withChange('/voice/tts_provider', 'brandnew')
  const ignored = withChange('/flow', {
    type: 'linear',
    states: ['a', 'b'],
    transitions: [{ from: 'a', to: 'b' }],
  })
  const warningsOf = async (request: Promise<TestResponse>) => {
    const { status, body } = await request
    t.ok(status < 300, JSON.stringify(body.errors))
    return body.warnings.map(({ pointer, detail }: FieldError) => `${pointer}: ${detail}`).join(' | ')
  }
  const send = (method: string, path: string, body: unknown) =>
    s.request(method, `${url}${path}`, c.headers, body)
  const isRetired =
    /^\/config\/llm\/model: This model was shut down.*\/config\/llm\/model: There is no llm price for groq/
  t.match(await warningsOf(post(c, { config: retired })), isRetired)
  t.match(await warningsOf(send('PATCH', '', { config: { llm: retired.llm } })), isRetired)
  t.match(await warningsOf(send('PUT', '', { config: ignored })), /\/config\/flow\/transitions: Ignored/)
  t.match(
    await warningsOf(send('PUT', '/config', unknownModel)),
    /\/voice\/tts_(provider|model): There is no tts price for .*brandnew.*POST \/api\/prices/,
  )
  t.match(await warningsOf(send('POST', '/publish', { version: 2 })), isRetired, 'of the published version')
  t.match(await warningsOf(send('POST', '/restore', { version: 2 })), isRetired)
  t.equal(await warningsOf(send('POST', '/restore', { version: 1 })), '')
  const price = { component: 'tts', provider: 'brandnew', unit: 'million_characters', price: '10' }
  t.match(await s.request('POST', '/api/prices', c.headers, price), { status: 201 })
  t.notMatch(
    await warningsOf(send('PUT', '/config', unknownModel)),
    /no tts price/,
    'the company has added a price',
  )
  const { body } = await s.request('GET', url, c.headers)
  t.notOk('warnings' in body, 'reading does not calculate them')
  t.match((await send('POST', '/validate', {})).body.warnings, [{ pointer: '/config/voice/tts_provider' }])
})

/** Every route of skillbases, in an order in which each request succeeds with a sufficient scope. */
const routesOf = (
  id: string,
  config: unknown,
): [method: string, path: string, body: unknown, scope: string][] => [
  ['GET', '/api/skillbases', undefined, 'read'],
  ['POST', '/api/skillbases', { name: 'New', slug: `new-${randomUUID()}`, config }, 'write'],
  ['POST', '/api/skillbases/validate', { config }, 'read'],
  ['GET', urlOf(id), undefined, 'read'],
  ['PATCH', urlOf(id), { name: 'A' }, 'write'],
  ['PUT', urlOf(id), { name: 'B' }, 'write'],
  ['GET', urlOf(id, '/config'), undefined, 'read'],
  ['PUT', urlOf(id, '/config'), config, 'write'],
  ['GET', urlOf(id, '/versions'), undefined, 'read'],
  ['GET', urlOf(id, '/versions/1'), undefined, 'read'],
  ['POST', urlOf(id, '/publish'), {}, 'write'],
  ['POST', urlOf(id, '/unpublish'), {}, 'write'],
  ['POST', urlOf(id, '/restore'), { version: 1 }, 'write'],
  ['POST', urlOf(id, '/validate'), {}, 'read'],
  ['DELETE', urlOf(id), undefined, 'write'],
]

test('The scope read allows only reading, write allows all routes, ingest allows none', async (t) => {
  const c = await s.createCompany()
  const { id, config } = await create(c)
  const [read, write, ingest] = [
    await c.createKey('read'),
    await c.createKey('write'),
    await c.createKey('ingest'),
  ]
  for (const [method, path, body, scope] of routesOf(id, config)) {
    const expected = scope === 'read' ? 200 : 403
    t.equal((await s.request(method, path, read, body)).status, expected, `read: ${method} ${path}`)
    t.equal((await s.request(method, path, ingest, body)).status, 403, `ingest: ${method} ${path}`)
    t.equal((await s.request(method, path, {}, body)).status, 401, `no key: ${method} ${path}`)
  }
  for (const [method, path, body] of routesOf(id, config)) {
    t.ok((await s.request(method, path, write, body)).status < 300, `write: ${method} ${path}`)
  }
})

test('Every route responds 404 for a skillbase of another company', async (t) => {
  const [c, other] = [await s.createCompany(), await s.createCompany()]
  const { id, config } = await create(c)
  for (const [method, path, body] of routesOf(id, config)) {
    if (!path.includes(id)) continue
    const { status, body: problem } = await s.request(method, path, other.headers, body)
    t.same([status, problem.code], [404, 'skillbase_not_found'], `${method} ${path}`)
  }
  t.equal((await s.request('GET', '/api/skillbases', other.headers)).body.total, 0)
  t.match((await s.request('GET', urlOf(id), c.headers)).body, {
    name: 'Бот',
    version: 1,
    is_published: false,
  })
})

test('The OpenAPI document has an example of a config, and all of its references resolve', async (t) => {
  const { body } = await s.request('GET', '/openapi.json')
  t.same(
    body.paths['/api/skillbases'].post.requestBody.content['application/json'].example.config,
    exampleConfig,
  )
  const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)]
  t.ok(references.some(([, , name]) => name === 'HttpTool'))
  for (const [, kind, name] of references) t.ok(body.components[kind ?? '']?.[name ?? ''], `${kind}/${name}`)
})
