import t, { test } from 'tap'
import { type Operation, readDocument } from './contract/document.ts'
import { chanceOf, hostileBody, hostileUrl, someHeaders } from './contract/fuzz.ts'
import { alternatives } from './contract/places.ts'
import { carrierSecret, listeningCarrier, recipes, type Sample } from './contract/recipes.ts'
import { keysOf, refusalsOf } from './contract/refusals.ts'
import {
  callWith,
  faultsOfProblem,
  headersFor,
  isDone,
  isOfCompany,
  noId,
  parametersIn,
  platformIn,
  recipeOf,
  urlOf,
} from './contract/requests.ts'
import { changesBetween, rowCount, rowsOf } from './contract/rows.ts'
import { World } from './contract/world.ts'
import { type Headers, startTestService, type TestResponse } from './setup/service.ts'

const env = { CARRIER_SECRET: carrierSecret, WEBHOOKS_TO_PRIVATE: 'true' }
const s = await startTestService(t, env, listeningCarrier)
const document = await readDocument(s)
const w = await World.of(s)
const nameOf = ({ operationId, method, path }: Operation) => `${operationId} (${method} ${path})`
const isWriting = ({ method }: Operation) => ['POST', 'PUT', 'PATCH'].includes(method)

test('every operation of the document is whole, and has a recipe here', async (t) => {
  const ids = document.operations.map(({ operationId }) => operationId)
  t.same(
    ids.filter((id, i) => ids.indexOf(id) !== i),
    [],
    'operationIds are unique',
  )
  t.same(
    Object.keys(recipes).filter((id) => !ids.includes(id)),
    [],
    'no recipe is left of an operation that is gone',
  )
  for (const operation of document.operations) t.same(faultsOfDescription(operation), [], nameOf(operation))
})

/** What the document leaves out of an operation, or says wrongly. */
function faultsOfDescription(operation: Operation): string[] {
  const {
    operationId,
    method,
    path,
    summary,
    tags = [],
    parameters,
    body,
    responses,
    scopes,
    isSigned,
  } = operation
  const faults: string[] = []
  const expect = (holds: unknown, fault: string) => holds || faults.push(fault)
  expect(operationId, 'no operationId')
  expect(summary, 'no summary')
  expect(tags.length === 1, 'not one tag')
  expect(recipes[operationId ?? ''], 'no recipe: add how it is called to test/contract/recipes.ts')
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  const declared = parametersIn(operation, 'path').map(({ name }) => name)
  expect(String(named) === String(declared), `path parameters: ${named}, described: ${declared}`)
  for (const { name, schema } of parameters) expect(schema, `parameter ${name} has no schema`)
  expect(isWriting(operation) === (body !== undefined), 'a body where there is none, or none where there is')
  if (body !== undefined) {
    expect(body.example !== undefined, 'its body has no example')
    if (body.type === 'application/json') {
      for (const fault of document.faults(body.schema, body.example)) faults.push(`example: ${fault}`)
      const shapes = [body.schema, ...alternatives(body.schema)].map((schema) => document.resolved(schema))
      const objects = shapes.filter(({ type }) => type?.includes('object'))
      expect(objects.length > 0, 'takes no object')
      for (const { additionalProperties } of objects)
        expect(additionalProperties === false, 'takes fields that it does not name')
    }
  }
  for (const [status, response] of Object.entries(responses)) {
    expect(response.description, `${status} has no description`)
    const contents = Object.entries(response.content ?? {})
    expect(contents.length > 0 || ['101', '204'].includes(status), `${status} has no schema`)
    for (const [type, { schema, example }] of contents) {
      expect(schema, `${status} has no schema`)
      expect(example !== undefined, `${status} has no example`)
      expect(/json$/.test(type) || example !== undefined, `${status} ${type} has no example`)
      for (const fault of document.faults(schema ?? {}, example))
        faults.push(`example of ${status}: ${fault}`)
    }
  }
  if (!path.startsWith('/api/')) return faults
  expect(scopes.length > 0 || isSigned, 'asks for no key')
  for (const status of ['400', '401', '403', '429', '503']) expect(responses[status], `${status} is not told`)
  const isReading = method === 'GET' || recipes[operationId]?.onlyReads === true
  expect(isReading || !scopes.includes('read'), 'changes something, and the scope read is enough')
  return faults
}

test('every operation does its work, and answers as the document says', async (t) => {
  for (const operation of document.operations) {
    const sample = await recipeOf(operation).sample(w)
    const answer = await callWith(s, operation, sample, headersFor(w, operation))
    const isWell = isDone(operation, answer.status)
    const faults = [...(isWell ? [] : [`answered ${answer.status}`, answer.body])]
    faults.push(...document.faultsOfAnswer(operation, answer.status, answer.body))
    const type = String(answer.headers['content-type'])
    const [documented = 'application/json'] = Object.keys(operation.responses[answer.status]?.content ?? {})
    if (answer.status !== 204 && !type.startsWith(documented)) faults.push(`content-type is ${type}`)
    if (operation.method === 'GET') faults.push(...(await faultsOfHead(operation, sample, answer)))
    if (isOfCompany(operation)) {
      const another = await recipeOf(operation).sample(w)
      const { status, body } = await callWith(s, operation, another, platformIn(w))
      if (!isDone(operation, status)) faults.push(`answers the platform ${status}`, body)
    }
    t.same(faults, [], nameOf(operation))
  }
})

/** HEAD answers what GET does, without the body. */
async function faultsOfHead(operation: Operation, sample: Sample, got: TestResponse): Promise<string[]> {
  const head = await s.request('HEAD', urlOf(operation, sample), headersFor(w, operation))
  if (head.status !== got.status || head.body !== '') return [`HEAD answers ${head.status} ${head.body}`]
  const nobody = await s.request('HEAD', urlOf(operation, sample))
  return operation.scopes.length > 0 && nobody.status !== 401 ? [`HEAD without a key: ${nobody.status}`] : []
}

test('every operation refuses what it must, and tells where the fault is', async (t) => {
  const keys = await keysOf(w)
  let count = 0
  for (const operation of document.operations) {
    const faults: string[] = []
    const sample = await recipeOf(operation).sample(w)
    for (const { what, call, statuses, code, pointer } of refusalsOf(w, document, operation, sample, keys)) {
      count++
      const answer = await call()
      const wrong = faultsOfProblem(document, answer, statuses, operation)
      const pointers: string[] = (answer.body.errors ?? []).map((error: { pointer: string }) => error.pointer)
      if (wrong.length === 0 && code !== undefined && answer.body.code !== code)
        wrong.push(`code ${answer.body.code}`)
      if (wrong.length === 0 && pointer !== undefined && !pointers.some((one) => one.startsWith(pointer)))
        wrong.push(`points to ${pointers.join(' ') || 'nothing'}`)
      if (answer.status === 401 && answer.headers['www-authenticate'] !== 'Bearer')
        wrong.push('names no scheme')
      faults.push(...wrong.map((fault) => `${what}: ${fault}`))
    }
    t.same(faults, [], nameOf(operation))
    const then = await callWith(s, operation, sample, headersFor(w, operation))
    t.ok(
      isDone(operation, then.status),
      `${operation.operationId} changed nothing: it does its work after them`,
    )
  }
  t.ok(count > 30 * document.operations.length, `${count} refusals`)
})

test('a change that names nothing changes nothing', async (t) => {
  for (const operation of document.operations.filter(
    ({ method }) => method === 'PATCH' || method === 'PUT',
  )) {
    if (!document.fits(operation.body?.schema ?? {}, {})) continue
    const sample = await recipeOf(operation).sample(w)
    const before = await rowsOf(s, w.company.id)
    const answer = await callWith(s, operation, { ...sample, body: {} }, headersFor(w, operation))
    t.equal(answer.status, 200, nameOf(operation))
    if (operation.operationId === 'putCallMetrics') continue // an empty row of metrics is one, and more than none
    t.same(changesBetween(before, await rowsOf(s, w.company.id)), [])
  }
})

test('what is no route is a problem too', async (t) => {
  const paths = [...new Set(document.operations.map(({ path }) => path))]
  const faults: string[] = []
  for (const path of paths) {
    const there = document.operations
      .filter((operation) => operation.path === path)
      .map(({ method }) => method)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND']) {
      if (there.includes(method)) continue
      // It may be read as the id of a longer address: then the id is malformed.
      const isRead = paths.some((other) => new RegExp(`^${other.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
      const answer = await s.request(method, path, w.company.headers)
      faults.push(
        ...faultsOfProblem(document, answer, isRead ? [400, 404, 405] : [404, 405]).map(
          (f) => `${method} ${path}: ${f}`,
        ),
      )
    }
  }
  const odd = [
    '/',
    '/api',
    '/api/',
    '/api/nothing',
    '/api/calls//turns',
    '/API/calls',
    '/%00',
    '/a?b=%ED%A0%80',
  ]
  for (const path of odd) {
    const answer = await s.request('GET', path)
    faults.push(...faultsOfProblem(document, answer, [404]).map((fault) => `${path}: ${fault}`))
  }
  for (const path of ['/%', '/api/calls/%E0%A4%A', '/api/%ZZ']) {
    const answer = await s.request('GET', path)
    faults.push(...faultsOfProblem(document, answer, [400]).map((fault) => `${path}: ${fault}`))
  }
  const long = await s.request('GET', `/api/calls/${'x'.repeat(5000)}`, w.company.headers)
  faults.push(...faultsOfProblem(document, long, [400, 404, 414]))
  t.same(faults, [])
})

const seed = Number(process.env.FUZZ_SEED ?? 1)
const rounds = Number(process.env.FUZZ_ROUNDS ?? 15)

test(`no body and no address brings it down (FUZZ_SEED=${seed} repeats it)`, async (t) => {
  const chance = chanceOf(seed)
  const faults: string[] = []
  for (const operation of document.operations) {
    const sample = await recipeOf(operation).sample(w)
    const headers = headersFor(w, operation)
    const isBodied = operation.body?.type === 'application/json'
    for (let round = 0; round < rounds; round++) {
      const body = isBodied ? hostileBody(chance, document, operation, sample) : undefined
      const url =
        isBodied && chance.next() < 0.8
          ? urlOf(operation, sample)
          : `${hostileUrl(chance, operation, sample)}`
      const type: Headers = body === undefined ? {} : { 'content-type': 'application/json' }
      const answer = await s.request(
        operation.method,
        url,
        { ...headers, ...someHeaders(chance), ...type, ...sample.sign?.(body ?? '') },
        body,
      )
      const wrong =
        answer.status < 300
          ? document.faultsOfAnswer(operation, answer.status, answer.body)
          : faultsOfProblem(document, answer, [400, 404, 409, 412, 413, 414, 415, 422, 426], operation)
      faults.push(
        ...wrong.map((f) => `${operation.method} ${url.slice(0, 200)} ${body?.slice(0, 300)} -> ${f}`),
      )
    }
  }
  t.same(faults.slice(0, 10), [], `${faults.length} faults with FUZZ_SEED=${seed}`)
  t.equal(
    (await callWith(s, createCall, await recipeOf(createCall).sample(w), w.company.headers)).status,
    201,
  )
})

const createCall = document.operations.find(({ operationId }) => operationId === 'createCall') as Operation

test('an Idempotency-Key makes every POST that creates or moves do its work once', async (t) => {
  t.teardown(() => s.setNow(undefined))
  for (const operation of document.operations.filter(({ method }) => method === 'POST')) {
    const recipe = recipeOf(operation)
    const name = operation.operationId
    if (recipe.safeAgain !== undefined) {
      t.equal(operation.responses[201], undefined, `${name}: what creates takes an Idempotency-Key`)
      continue
    }
    const start = new Date()
    s.setNow(start)
    const headers = { ...headersFor(w, operation), 'idempotency-key': `${name} ${start.getTime()}` }
    const sample = await recipe.sample(w)
    const rows = await rowCount(s)
    const first = await callWith(s, operation, sample, headers)
    const grown = (await rowCount(s)) - rows
    t.ok(first.status < 300, `${name} ${first.status}`)
    t.notOk(first.headers['idempotency-replayed'])

    s.setNow(new Date(start.getTime() + 86_400_000 - 60_000))
    const again = await callWith(s, operation, sample, headers)
    if (recipe.isSecret) t.match(again, { status: 409, body: { code: 'already_done' } }, name)
    else {
      t.same([again.status, again.body], [first.status, first.body], `${name}: the same answer within a day`)
      t.equal(again.headers['idempotency-replayed'], 'true')
      t.equal(again.headers.etag, first.headers.etag)
    }
    const otherSample = await recipe.sample(w)
    if (JSON.stringify(otherSample) !== JSON.stringify(sample)) {
      const other = await callWith(s, operation, otherSample, headers)
      t.match(other, { status: 409, body: { code: 'idempotency_key_reused' } }, `${name}: another request`)
      t.same(faultsOfProblem(document, other, [409], operation), [])
    }

    s.setNow(new Date(start.getTime() + 86_400_000 + 1_000))
    const late = await callWith(s, operation, sample, headers)
    t.notOk(late.headers['idempotency-replayed'], `${name}: forgotten after a day`)
    t.not(late.body.code, 'already_done')
    s.setNow(undefined)

    const fresh = await recipe.sample(w)
    const before = await rowCount(s)
    const twice = { ...headersFor(w, operation), 'idempotency-key': `${name} twice` }
    const both = await Promise.all([1, 2].map(() => callWith(s, operation, fresh, twice)))
    t.equal((await rowCount(s)) - before, grown, `${name}: two at one moment do the work once`)
    const replays = both.filter((answer) => answer.headers['idempotency-replayed'] === 'true')
    if (recipe.isSecret) t.same(both.map(({ status }) => status).sort(), [first.status, 409])
    else {
      t.same(both[0]?.body, both[1]?.body)
      t.equal(replays.length, 1, 'and one of the two is told so')
    }
  }
})

test('an Idempotency-Key of a refused request is free again, and a malformed one is refused', async (t) => {
  const { headers } = w.company
  const post = (key: string, body: unknown) =>
    s.request('POST', '/api/calls', { ...headers, 'idempotency-key': key }, body)
  const refused = await post('refused', { direction: 'inbound', skillbase_id: w.company.id })
  t.equal(refused.status, 422)
  t.equal((await post('refused', { direction: 'inbound' })).status, 201)
  for (const key of ['', 'x'.repeat(256)]) {
    const answer = await post(key, { direction: 'inbound' })
    t.same(faultsOfProblem(document, answer, [400], createCall), [], `${key.length} characters`)
  }
})

test('one turn or completion that cannot be stored harms no other', async (t) => {
  const { id } = await w.call()
  const { id: other } = await w.call()
  const turns = ['a', 'a\u0000b', '\ud800', 'a\\u0000'].map((content, turn_index) => ({
    turn_index,
    role: 'user',
    content,
  }))
  const taken = await w.make('POST', `/api/calls/${id}/turns`, { turns })
  t.match(taken, { accepted: 2, rejected: [{ index: 1 }, { index: 2 }] })
  const completions = [
    { call_id: id, collected_data: { note: 'a\u0000' } },
    { call_id: other, collected_data: { note: 'a' } },
  ]
  const { completions: ended } = await w.make('POST', '/api/telemetry', { completions })
  t.match(ended, { accepted: 1, rejected: [{ index: 0, code: 'unstorable_text' }] })
})

const failedOnPurpose: string[] = []

test('what the database refuses is told without SQL, and what fails inside is told to nobody', async (t) => {
  const { headers } = w.company
  const { id } = await w.call()
  const slug = w.slug()
  const body = { name: w.name(), slug, phone: w.phone() }
  await w.make('POST', '/api/companies', body, s.platform)
  const odd: [string, Promise<TestResponse>, number][] = [
    ['unique', s.request('POST', '/api/companies', s.platform, body), 409],
    [
      'rename to what is there',
      s.request('PATCH', `/api/companies/${w.company.id}`, s.platform, { slug }),
      409,
    ],
    [
      'check',
      s.request('PUT', `/api/calls/${id}/metrics`, headers, { ttfb_stt_min: 9, ttfb_stt_max: 1 }),
      422,
    ],
    ['NUL', s.request('PATCH', `/api/calls/${id}`, headers, { ended_reason: `${w.name()}\u0000` }), 422],
    [
      'half a pair',
      s.request('PATCH', `/api/calls/${id}`, headers, { collected_data: { a: '\ud800' } }),
      422,
    ],
    ['NUL in a query', s.request('GET', `/api/calls?external_call_id=${w.slug()}%00`, headers), 422],
    [
      'no such company',
      s.request('POST', '/api/calls', { ...s.platform, 'x-company-id': noId() }, { direction: 'inbound' }),
      409,
    ],
  ]
  for (const [name, answer, status] of odd)
    t.same(faultsOfProblem(document, await answer, [status]), [], name)

  await s.db.client.unsafe('alter table calls rename column language to tongue')
  const sent = { direction: 'inbound', caller_number: w.phone(), external_call_id: w.slug(), language: 'ru' }
  const failed = await s.request('POST', '/api/calls', headers, sent)
  await s.db.client.unsafe('alter table calls rename column tongue to language')
  t.same(faultsOfProblem(document, failed, [500]), [])
  t.match(failed.body, { code: 'internal_error', errors: undefined })
  failedOnPurpose.push(failed.body.request_id)
  const line = s.logLines.find(
    (one) => one.includes(failed.body.request_id) && one.includes('request failed'),
  )
  t.match(JSON.parse(line ?? '{}'), { level: 50, err: { code: '42703' }, route: '/api/calls' })
})

/** Lines that hold what a log must not: names, numbers and keys of these tests, SQL and its parameters, addresses. */
const secretsIn = (lines: string[]) =>
  lines.filter((line) =>
    /zebulon|79993\d{6}|nv_[0-9a-f]{8}_|a-platform-key|bearer|\b(select|insert|update) .*"|\$1|\?\w+=/i.test(
      line,
    ),
  )

test('every answer has the security headers, and its request id', async (t) => {
  for (const url of ['/health/live', '/api/company', '/nowhere', '/docs', '/metrics', '/openapi.json']) {
    const { headers } = await s.request('GET', url)
    t.match(
      headers,
      {
        'x-content-type-options': 'nosniff',
        'x-frame-options': /^(SAMEORIGIN|DENY)$/,
        'content-security-policy': /default-src '(none|self)'/,
        'strict-transport-security': /max-age=\d+/,
        'referrer-policy': 'no-referrer',
        'x-request-id': /^[0-9a-f-]{36}$/,
      },
      url,
    )
    t.notMatch(headers, { 'x-powered-by': /./ })
    t.notMatch(String(headers['content-security-policy']), /https?:|\*|upgrade-insecure|unsafe-eval/, url)
  }
})

test('a request id is passed on, and replaced when it could break a log line', async (t) => {
  const asked = (id: string) => s.request('GET', '/api/company', { 'x-request-id': id })
  for (const id of ['abc-123', 'A.b_9', 'x'.repeat(128)]) {
    const answer = await asked(id)
    t.equal(answer.headers['x-request-id'], id)
    t.equal(answer.body.request_id, id)
  }
  for (const id of ['a b', '{"level":60}', 'a\tb', '<script>', 'x'.repeat(129), 'é', '', '../x', 'a,b']) {
    const answer = await asked(id)
    t.match(answer.headers['x-request-id'], /^[0-9a-f-]{36}$/, JSON.stringify(id))
    t.equal(answer.body.request_id, answer.headers['x-request-id'])
  }
  t.ok(
    s.logLines.some((line) => JSON.parse(line).reqId === 'abc-123'),
    'and it is in the log',
  )
})

const limited = await startTestService(t, {
  CORS_ORIGINS: 'https://app.example,https://two.example',
  RATE_LIMIT_PER_MINUTE: '5',
})

test('only the origins that are allowed may read answers, and they may use every method', async (t) => {
  const from = (origin: string) => limited.request('GET', '/health/live', { origin })
  for (const origin of ['https://app.example', 'https://two.example']) {
    const { headers } = await from(origin)
    t.equal(headers['access-control-allow-origin'], origin)
    t.match(headers.vary, /Origin/)
  }
  for (const origin of [
    'https://evil.example',
    'https://app.example.evil.example',
    'http://app.example',
    'null',
  ]) {
    const { headers } = await from(origin)
    t.equal(headers['access-control-allow-origin'], undefined, origin)
    t.match(headers.vary, /Origin/, 'a cache keeps them apart')
  }
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    const preflight = await limited.request('OPTIONS', '/api/calls', {
      origin: 'https://app.example',
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,if-match,idempotency-key,x-company-id',
    })
    t.equal(preflight.status, 204)
    t.match(preflight.headers['access-control-allow-methods'], new RegExp(`\\b${method}\\b`))
    t.match(preflight.headers['access-control-allow-headers'], /if-match.*x-company-id/)
  }
  const plain = await limited.request('OPTIONS', '/api/calls')
  t.equal(plain.status, 204, 'an OPTIONS that is no preflight is answered too')
  const { headers } = await s.request('GET', '/health/live', { origin: 'https://app.example' })
  t.equal(headers['access-control-allow-origin'], undefined, 'without CORS_ORIGINS nobody may')
})

test('a key that asks too much waits, and no other key does', async (t) => {
  const s = limited
  const a = await s.createCompany()
  const b = await s.createCompany()
  const statuses = async (times: number, headers = {}, url = '/api/company') => {
    const answers: TestResponse[] = []
    for (let i = 0; i < times; i++) answers.push(await s.request('GET', url, headers))
    return answers.map(({ status }) => status)
  }
  t.same(await statuses(6, a.headers), [200, 200, 200, 200, 200, 429])
  const refused = await s.request('GET', '/api/company', a.headers)
  t.same(faultsOfProblem(document, refused, [429]), [])
  t.equal(refused.body.code, 'rate_limited')
  t.ok(Number(refused.headers['retry-after']) > 0 && Number(refused.headers['retry-after']) <= 60)
  t.same(await statuses(2, b.headers), [200, 200], 'another key is unharmed')
  t.same(await statuses(7, { authorization: 'Bearer unknown' }), Array(7).fill(401))
  t.same(
    await statuses(7, {}, '/openapi.json'),
    [200, 200, 200, 200, 200, 429, 429],
    'an address has its own',
  )
  t.same(await statuses(3, b.headers), [200, 200, 200], 'whoever has no key takes nothing from one that has')
  t.same(await statuses(2, s.platform, '/api/companies'), [200, 429], 'the platform has its own')
  t.same(await statuses(20, {}, '/health/live'), Array(20).fill(200), 'and health is told to all')
})

test('a company is held to its own limits.requests_per_minute', async (t) => {
  const made = await w.make(
    'POST',
    '/api/companies',
    { name: w.name(), slug: w.slug(), limits: { requests_per_minute: 3 } },
    s.platform,
  )
  const key = async () => {
    const url = `/api/companies/${made.id}/keys`
    return `Bearer ${(await w.make('POST', url, { name: 'one', scopes: ['read'] }, s.platform)).key}`
  }
  const authorization = await key()
  const statuses: number[] = []
  for (let i = 0; i < 5; i++)
    statuses.push((await s.request('GET', '/api/company', { authorization })).status)
  t.same(statuses, [200, 200, 200, 429, 429])
  t.equal((await s.request('GET', '/api/company', w.company.headers)).status, 200)
})

test('health, metrics and documentation need no key, and the documentation no other host', async (t) => {
  await s.request('GET', `/api/calls/${noId()}?zz=${w.slug()}`, w.company.headers)
  await s.request('GET', `/nowhere/${w.slug()}`)
  const metrics = await s.request('GET', '/metrics')
  t.match(metrics.headers['content-type'], /^text\/plain/)
  t.match(
    metrics.body,
    /http_request_duration_seconds_count\{method="GET",route="\/api\/calls\/:id",status="400"\} \d/,
  )
  t.match(metrics.body, /route="unknown",status="404"/)
  t.notMatch(metrics.body, /zebulon|[0-9a-f]{8}-[0-9a-f]{4}/, 'routes, not addresses')

  const docs = await s.request('GET', '/docs')
  t.equal(docs.status, 200)
  t.match(docs.headers['content-type'], /^text\/html/)
  t.notMatch(docs.body, /(src|href)="(https?:)?\/\//, 'no other host in the page')
  t.notMatch(docs.body, /<script(?![^>]*\bsrc=)[^>]*>\s*\S/, 'no script that its policy would refuse')
  const assets = [...docs.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url as string)
  t.ok(assets.length >= 4)
  for (const url of assets) {
    const asset = await s.request('GET', new URL(url, 'http://x/docs/').pathname)
    t.equal(asset.status, 200, url)
  }
  const served = await s.request('GET', '/openapi.json')
  t.equal(served.body.openapi, '3.1.0')
  t.same((await s.request('GET', '/docs/json')).body, served.body, 'the page shows the same document')
})

test('no line that was logged in all this tells a name, a number, a key, an address or SQL', async (t) => {
  t.ok(s.logLines.length > 1_000, `${s.logLines.length} lines`)
  t.same(secretsIn(s.logLines).slice(0, 5), [])
  const failed = s.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50)
  t.same(
    failed.filter(({ reqId }) => !failedOnPurpose.includes(reqId)).slice(0, 5),
    [],
    'and nothing failed inside',
  )
})
