import t, { test } from 'tap'
import { type Headers, startTestService, type TestResponse } from '../setup/service.ts'
import { alternatives } from './body-objects.ts'
import { type Operation, readDocument } from './document.ts'
import { createRandom, hostileBody, hostileHeadersOrNone, hostileUrl } from './fuzz.ts'
import { createKeys, invalidRequestsOf } from './invalid-requests.ts'
import { carrierSecret, listeningCarrier, recipes, type Sample } from './recipes.ts'
import {
  callWith,
  headersFor,
  isSuccess,
  needsCompany,
  parametersIn,
  platformHeadersFor,
  problemErrors,
  recipeOf,
  sensitiveLines,
  unusedId,
  urlOf,
} from './requests.ts'
import { changesBetween, rowCount, rowsOf } from './rows.ts'
import { World } from './world.ts'

const env = { CARRIER_SECRET: carrierSecret, WEBHOOKS_TO_PRIVATE: 'true', TRUST_PROXY: '1' }
const s = await startTestService(t, env, listeningCarrier)
const document = await readDocument(s)
const w = await World.of(s)
const nameOf = ({ operationId, method, path }: Operation) => `${operationId} (${method} ${path})`
const hasBody = ({ method }: Operation) => ['POST', 'PUT', 'PATCH'].includes(method)
const createCall = document.operations.find(({ operationId }) => operationId === 'createCall') as Operation

test('Every operation of the OpenAPI document is described completely and has a recipe', async (t) => {
  const ids = document.operations.map(({ operationId }) => operationId)
  t.same(
    ids.filter((id, i) => ids.indexOf(id) !== i),
    [],
    'operationIds are unique',
  )
  t.same(
    Object.keys(recipes).filter((id) => !ids.includes(id)),
    [],
    'every recipe belongs to an operation',
  )
  for (const operation of document.operations) t.same(descriptionErrors(operation), [], nameOf(operation))
})

/** Lists the parts of an operation's description that are missing or wrong. */
function descriptionErrors(operation: Operation): string[] {
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
  const errors: string[] = []
  const expect = (condition: unknown, error: string) => condition || errors.push(error)
  expect(operationId, 'it has no operationId')
  expect(summary, 'it has no summary')
  expect(tags.length === 1, 'it does not have exactly one tag')
  expect(recipes[operationId ?? ''], 'it has no recipe: add one to test/contract/recipes.ts')
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  const described = parametersIn(operation, 'path').map(({ name }) => name)
  expect(String(inPath) === String(described), `path parameters: ${inPath}, described: ${described}`)
  for (const { name, schema } of parameters) expect(schema, `the parameter ${name} has no schema`)
  expect(hasBody(operation) === (body !== undefined), `a ${method} ${body ? 'has a' : 'has no'} body`)
  if (body !== undefined) {
    expect(body.example !== undefined, 'the body has no example')
    if (body.type === 'application/json') {
      for (const error of document.schemaErrors(body.schema, body.example))
        errors.push(`the example of the body: ${error}`)
      const schemas = [body.schema, ...alternatives(body.schema)].map((schema) => document.resolved(schema))
      const objects = schemas.filter(({ type }) => type?.includes('object'))
      expect(objects.length > 0, 'the body is not an object')
      for (const { additionalProperties } of objects)
        expect(additionalProperties === false, 'the body allows unknown fields')
    }
  }
  for (const [status, response] of Object.entries(responses)) {
    expect(response.description, `the response ${status} has no description`)
    const contents = Object.entries(response.content ?? {})
    expect(
      contents.length > 0 || ['101', '204', '304'].includes(status),
      `the response ${status} has no schema`,
    )
    for (const [type, { schema, example }] of contents) {
      expect(schema, `the response ${status} has no schema`)
      expect(example !== undefined, `the response ${status} of ${type} has no example`)
      for (const error of document.schemaErrors(schema ?? {}, example))
        errors.push(`the example of the response ${status}: ${error}`)
    }
  }
  if (!path.startsWith('/api/')) return errors
  expect(scopes.length > 0 || isSigned, 'it needs no key')
  for (const status of ['400', '401', '403', '429', '503'])
    expect(responses[status], `the response ${status} is not documented`)
  const isReading = method === 'GET' || recipes[operationId]?.onlyReads === true
  expect(isReading || !scopes.includes('read'), 'it changes data, and the scope read is sufficient')
  return errors
}

test('Every operation succeeds, with a response as documented', async (t) => {
  for (const operation of document.operations) {
    const sample = await recipeOf(operation).sample(w)
    const response = await callWith(s, operation, sample, headersFor(w, operation))
    const errors = isSuccess(operation, response.status) ? [] : [`status ${response.status}`, response.body]
    errors.push(...document.responseErrors(operation, response.status, response.body))
    const type = String(response.headers['content-type'])
    const [documented = 'application/json'] = Object.keys(operation.responses[response.status]?.content ?? {})
    if (response.status !== 204 && !type.startsWith(documented)) errors.push(`content-type is ${type}`)
    if (operation.method === 'GET') errors.push(...(await headErrors(operation, sample, response)))
    if (needsCompany(operation)) {
      const another = await recipeOf(operation).sample(w)
      const { status, body } = await callWith(s, operation, another, platformHeadersFor(w))
      if (!isSuccess(operation, status)) errors.push(`status for the platform: ${status}`, body)
    }
    t.same(errors, [], nameOf(operation))
  }
})

/** How the response to HEAD differs from that to GET, apart from the body; empty when it does not. */
async function headErrors(operation: Operation, sample: Sample, get: TestResponse): Promise<string[]> {
  const head = await s.request('HEAD', urlOf(operation, sample), headersFor(w, operation))
  if (head.status !== get.status || head.body !== '') return [`HEAD: ${head.status} ${head.body}`]
  const withoutKey = await s.request('HEAD', urlOf(operation, sample))
  return operation.scopes.length > 0 && withoutKey.status !== 401
    ? [`HEAD without a key: ${withoutKey.status}`]
    : []
}

test('Every operation rejects invalid requests, and its errors point at the invalid field', async (t) => {
  const keys = await createKeys(w)
  let count = 0
  for (const operation of document.operations) {
    const errors: string[] = []
    const sample = await recipeOf(operation).sample(w)
    for (const invalid of invalidRequestsOf(w, document, operation, sample, keys)) {
      count++
      const { description, statuses, code, pointer } = invalid
      const response = await invalid.send()
      const problems = problemErrors(document, response, statuses, operation)
      const fieldErrors: { pointer: string; detail: string }[] = response.body.errors ?? []
      if (problems.length === 0 && code !== undefined && response.body.code !== code)
        problems.push(`the code is ${response.body.code}`)
      if (problems.length === 0 && pointer !== undefined) {
        if (!fieldErrors.some((error) => error.pointer.startsWith(pointer)))
          problems.push(
            `the pointers are ${fieldErrors.map((error) => error.pointer).join(' ') || 'missing'}`,
          )
      }
      if (
        response.status === 401 &&
        !/^Bearer( error="invalid_token"|$)/.test(`${response.headers['www-authenticate']}`)
      )
        problems.push(`www-authenticate is ${response.headers['www-authenticate']}`)
      errors.push(...problems.map((error) => `${description}: ${error}`))
    }
    t.same(errors, [], nameOf(operation))
    const valid = await callWith(s, operation, sample, headersFor(w, operation))
    t.ok(
      isSuccess(operation, valid.status),
      `${operation.operationId}: the rejected requests changed nothing, so a valid one succeeds`,
    )
  }
  t.ok(count > 30 * document.operations.length, `${count} invalid requests`)
})

test('An update without fields changes nothing', async (t) => {
  for (const operation of document.operations.filter(
    ({ method }) => method === 'PATCH' || method === 'PUT',
  )) {
    if (!document.matches(operation.body?.schema ?? {}, {})) continue
    const sample = await recipeOf(operation).sample(w)
    const before = await rowsOf(s, w.company.id)
    const response = await callWith(s, operation, { ...sample, body: {} }, headersFor(w, operation))
    t.equal(response.status, 200, nameOf(operation))
    if (operation.operationId === 'putCallMetrics') continue // it creates the row of metrics
    t.same(changesBetween(before, await rowsOf(s, w.company.id)), [])
  }
})

test('Unknown paths and methods are problems with 404 or 405', async (t) => {
  const paths = [...new Set(document.operations.map(({ path }) => path))]
  const errors: string[] = []
  for (const path of paths) {
    const methods = document.operations
      .filter((operation) => operation.path === path)
      .map(({ method }) => method)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND']) {
      if (methods.includes(method)) continue
      // The path may match another route that has an id at this position; then the id is invalid (400).
      const matchesOther = paths.some((other) =>
        new RegExp(`^${other.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
      )
      const response = await s.request(method, path, w.company.headers)
      errors.push(
        ...problemErrors(document, response, matchesOther ? [400, 404, 405] : [405]).map(
          (error) => `${method} ${path}: ${error}`,
        ),
      )
    }
  }
  const unknown = ['/api', '/api/', '/api/nothing', '/api/calls//turns', '/API/calls', '/%00']
  for (const path of unknown) {
    const response = await s.request('GET', path)
    errors.push(...problemErrors(document, response, [404]).map((error) => `${path}: ${error}`))
  }
  for (const path of ['/%', '/api/calls/%E0%A4%A', '/api/%ZZ', '/a?b=%ED%A0%80']) {
    const response = await s.request('GET', path)
    errors.push(...problemErrors(document, response, [400]).map((error) => `${path}: ${error}`))
  }
  const longUrl = await s.request('GET', `/api/calls/${'x'.repeat(5000)}`, w.company.headers)
  errors.push(...problemErrors(document, longUrl, [400, 404, 414]))
  t.same(errors, [])
})

const seed = Number(process.env.FUZZ_SEED ?? 1)
const rounds = Number(process.env.FUZZ_ROUNDS ?? 15)

test(`No body or URL causes an unexpected error (repeat with FUZZ_SEED=${seed})`, async (t) => {
  const random = createRandom(seed)
  const errors: string[] = []
  for (const operation of document.operations) {
    const sample = await recipeOf(operation).sample(w)
    const headers = headersFor(w, operation)
    const hasJsonBody = operation.body?.type === 'application/json'
    for (let round = 0; round < rounds; round++) {
      const body = hasJsonBody ? hostileBody(random, document, operation, sample) : undefined
      const url =
        hasJsonBody && random.next() < 0.8
          ? urlOf(operation, sample)
          : `${hostileUrl(random, operation, sample)}`
      const type: Headers = body === undefined ? {} : { 'content-type': 'application/json' }
      const response = await s.request(
        operation.method,
        url,
        { ...headers, ...hostileHeadersOrNone(random), ...type, ...sample.sign?.(body ?? '') },
        body,
      )
      const problems =
        response.status < 300
          ? document.responseErrors(operation, response.status, response.body)
          : problemErrors(document, response, [400, 404, 409, 412, 413, 414, 415, 422, 426], operation)
      errors.push(
        ...problems.map(
          (error) => `${operation.method} ${url.slice(0, 200)} ${body?.slice(0, 300)} -> ${error}`,
        ),
      )
    }
  }
  t.same(errors.slice(0, 10), [], `${errors.length} errors with FUZZ_SEED=${seed}`)
  const valid = await callWith(s, createCall, await recipeOf(createCall).sample(w), w.company.headers)
  t.equal(valid.status, 201, 'a valid request still succeeds')
})

test('A repeated Idempotency-Key executes a POST once in 24 hours and replays its response', async (t) => {
  t.teardown(() => s.setNow(undefined))
  for (const operation of document.operations.filter(({ method }) => method === 'POST')) {
    const recipe = recipeOf(operation)
    const name = operation.operationId
    if (recipe.safeToRepeatBecause !== undefined) {
      t.equal(operation.responses[201], undefined, `${name} creates nothing, so it needs no Idempotency-Key`)
      continue
    }
    const start = new Date()
    s.setNow(start)
    const headers = { ...headersFor(w, operation), 'idempotency-key': `${name} ${start.getTime()}` }
    const sample = await recipe.sample(w)
    const rows = await rowCount(s)
    const first = await callWith(s, operation, sample, headers)
    const rowsAdded = (await rowCount(s)) - rows
    t.ok(first.status < 300, `${name} ${first.status}`)
    t.notOk(first.headers['idempotency-replayed'])

    s.setNow(new Date(start.getTime() + 86_400_000 - 60_000))
    const repeated = await callWith(s, operation, sample, headers)
    if (recipe.isSecret) t.match(repeated, { status: 409, body: { code: 'already_done' } }, name)
    else {
      t.same([repeated.status, repeated.body], [first.status, first.body], `${name}: replayed within a day`)
      t.equal(repeated.headers['idempotency-replayed'], 'true')
      t.equal(repeated.headers.etag, first.headers.etag)
    }
    const otherSample = await recipe.sample(w)
    if (JSON.stringify(otherSample) !== JSON.stringify(sample)) {
      const otherRequest = await callWith(s, operation, otherSample, headers)
      t.match(
        otherRequest,
        { status: 409, body: { code: 'idempotency_key_reused' } },
        `${name}: a different request under the same key`,
      )
      t.same(problemErrors(document, otherRequest, [409], operation), [])
    }

    s.setNow(new Date(start.getTime() + 86_400_000 + 1_000))
    const afterADay = await callWith(s, operation, sample, headers)
    t.notOk(afterADay.headers['idempotency-replayed'], `${name}: not replayed after a day`)
    t.not(afterADay.body.code, 'already_done')
    s.setNow(undefined)

    const newSample = await recipe.sample(w)
    const before = await rowCount(s)
    const sameKey = { ...headersFor(w, operation), 'idempotency-key': `${name} twice` }
    const concurrent = await Promise.all([1, 2].map(() => callWith(s, operation, newSample, sameKey)))
    t.equal((await rowCount(s)) - before, rowsAdded, `${name}: two concurrent requests are executed once`)
    const replays = concurrent.filter((response) => response.headers['idempotency-replayed'] === 'true')
    if (recipe.isSecret) t.same(concurrent.map(({ status }) => status).sort(), [first.status, 409])
    else {
      t.same(concurrent[0]?.body, concurrent[1]?.body)
      t.equal(replays.length, 1, 'one of the two responses is marked as replayed')
    }
  }
})

const postCall = (idempotencyKey: string, body: unknown) =>
  s.request('POST', '/api/calls', { ...w.company.headers, 'idempotency-key': idempotencyKey }, body)

test('An Idempotency-Key can be used again after its request was rejected', async (t) => {
  const rejected = await postCall('rejected', { direction: 'inbound', skillbase_id: w.company.id })
  t.equal(rejected.status, 422)
  t.equal((await postCall('rejected', { direction: 'inbound' })).status, 201)
})

test('An Idempotency-Key must have 1 to 255 characters', async (t) => {
  for (const key of ['', 'x'.repeat(256)]) {
    const response = await postCall(key, { direction: 'inbound' })
    t.same(problemErrors(document, response, [400], createCall), [], `${key.length} characters`)
  }
})

test('Text that cannot be stored is replaced in what agents report, with a warning', async (t) => {
  const { id } = await w.call()
  const { id: other } = await w.call()
  const turns = ['a', 'a\u0000b', '\ud800', 'a\\u0000'].map((content, turn_index) => ({
    turn_index,
    role: 'user',
    content,
  }))
  const result = await w.send('POST', `/api/calls/${id}/turns`, { turns })
  const code = 'unstorable_text'
  t.match(result, {
    accepted: 4,
    rejected: [],
    warnings: [
      { index: 1, code },
      { index: 2, code },
    ],
  })
  const completions = [
    { call_id: id, collected_data: { note: 'a\u0000' } },
    { call_id: other, collected_data: { note: 'a' } },
  ]
  const { completions: ended } = await w.send('POST', '/api/telemetry', { completions })
  t.match(ended, { accepted: 2, rejected: [], warnings: [{ index: 0, field: 'collected_data', code }] })
  const read = (call: string) => w.send('GET', `/api/calls/${call}`)
  t.match(await read(id), { status: 'completed', collected_data: { note: 'a\ufffd' } })
  const { id: single } = await w.call()
  await w.send('PATCH', `/api/calls/${single}`, { outcome_data: { 'key\u0000': 'half \ud800' } })
  await w.send('POST', `/api/calls/${single}/complete`, {
    outcome: 'success',
    outcome_reason: 'said \u0000',
    ended_reason: '\ud83d hang_up',
    collected_data: { opt_out: true, note: 'a\u0000' },
  })
  await w.send('PUT', `/api/calls/${single}/metrics`, { outcome_reason: 'wrote \udc00' })
  t.match(await read(single), {
    outcome: 'success',
    outcome_data: { 'key\ufffd': 'half \ufffd' },
    ended_reason: '\ufffd hang_up',
    collected_data: { opt_out: true, note: 'a\ufffd' },
  })
  t.match(await w.send('GET', `/api/calls/${single}/metrics`), { outcome_reason: 'wrote \ufffd' })
})

test('Errors of the database become problems without SQL', async (t) => {
  const { headers } = w.company
  const { id } = await w.call()
  const slug = w.slug()
  const body = { name: w.name(), slug, phone: w.phone() }
  await w.send('POST', '/api/companies', body, s.platform)
  const company = `/api/companies/${w.company.id}`
  const cases: [string, Promise<TestResponse>, number][] = [
    ['a unique slug', s.request('POST', '/api/companies', s.platform, body), 409],
    ['an update to a taken slug', s.request('PATCH', company, s.platform, { slug }), 409],
    [
      'a CHECK',
      s.request('PUT', `/api/calls/${id}/metrics`, headers, { ttfb_stt_min: 9, ttfb_stt_max: 1 }),
      422,
    ],
    ['a NUL', s.request('PATCH', company, s.platform, { name: `${w.name()}\u0000` }), 400],
    ['an unpaired surrogate', s.request('PATCH', company, s.platform, { settings: { a: '\ud800' } }), 400],
    ['a NUL in a query', s.request('GET', `/api/calls?external_call_id=${w.slug()}%00`, headers), 400],
    [
      'an unknown company',
      s.request(
        'POST',
        '/api/calls',
        { ...s.platform, 'x-company-id': unusedId() },
        { direction: 'inbound' },
      ),
      404,
    ],
  ]
  for (const [description, response, status] of cases)
    t.same(problemErrors(document, await response, [status]), [], description)
})

/** Request ids of server errors that a test caused. */
const expectedServerErrors: string[] = []

test('A server error is logged with its code, and the response contains no internals', async (t) => {
  await s.db.client.unsafe('alter table calls rename column language to tongue')
  const body = { direction: 'inbound', caller_number: w.phone(), external_call_id: w.slug(), language: 'ru' }
  const failed = await s.request('POST', '/api/calls', w.company.headers, body)
  await s.db.client.unsafe('alter table calls rename column tongue to language')
  t.same(problemErrors(document, failed, [500]), [])
  t.match(failed.body, { code: 'internal_error', errors: undefined })
  expectedServerErrors.push(failed.body.request_id)
  const line = s.logLines.find(
    (logLine) => logLine.includes(failed.body.request_id) && logLine.includes('request failed'),
  )
  t.match(JSON.parse(line ?? '{}'), { level: 50, err: { code: '42703' }, route: '/api/calls' })
})

test('The log of all these tests contains no personal data, keys, URLs or SQL, and no other server error', async (t) => {
  t.ok(s.logLines.length > 1_000, `${s.logLines.length} lines`)
  t.same(sensitiveLines(s.logLines).slice(0, 5), [])
  const serverErrors = s.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50)
  t.same(
    serverErrors.filter(({ reqId }) => !expectedServerErrors.includes(reqId)).slice(0, 5),
    [],
    'no unexpected server error',
  )
})
