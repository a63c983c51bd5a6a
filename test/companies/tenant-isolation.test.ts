import t, { type Test, test } from 'tap'
import { objectsIn, withValueAt } from '../contract/body-objects.ts'
import { type Operation, readDocument } from '../contract/document.ts'
import { carrierSecret, listeningCarrier, type Sample } from '../contract/recipes.ts'
import {
  callWith,
  idKindOf,
  isIdParameter,
  isSuccess,
  parametersIn,
  recipeOf,
  unusedId,
} from '../contract/requests.ts'
import { changesBetween, rowsOf } from '../contract/rows.ts'
import { World } from '../contract/world.ts'
import { type Headers, startTestService, type TestResponse } from '../setup/service.ts'

const env = { CARRIER_SECRET: carrierSecret, WEBHOOKS_TO_PRIVATE: 'true' }
const s = await startTestService(t, env, listeningCarrier)
const document = await readDocument(s)
const a = await World.of(s)
const b = await World.of(s)
const resourcesOfA = await a.everything()
await b.everything()

const authenticated = document.operations.filter(({ scopes }) => scopes.length > 0)
const companyOperations = authenticated.filter(({ scopes }) => !scopes.includes('platform'))
const nameOf = ({ operationId, method, path }: Operation) => `${operationId} (${method} ${path})`

/** Stops the clock, so that two responses that contain the time are equal. */
function stopClock(t: Test): void {
  s.setNow(new Date())
  t.teardown(() => s.setNow(undefined))
}

/** A response without the parts that always differ: date, request id, rate limit, and the ids that the request named. */
function comparable({ status, body, headers }: TestResponse, requestedIds: readonly string[]) {
  const {
    date: _,
    'x-request-id': id,
    'x-ratelimit-remaining': __,
    'x-ratelimit-reset': ___,
    ratelimit: ____,
    ...rest
  } = headers
  const text = requestedIds.reduce(
    (replaced, requestedId) => replaced.replaceAll(requestedId, 'ID'),
    JSON.stringify(body ?? null),
  )
  return { status, body: text.replaceAll(String(id), 'REQUEST'), headers: rest }
}

const idsIn = (text: string) => text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []

/** Every id in the rows of company A that is in no row of company B. */
async function idsOfA(): Promise<Set<string>> {
  const idsInA = idsIn(JSON.stringify(await rowsOf(s, a.company.id)))
  const idsInB = new Set(idsIn(JSON.stringify(await rowsOf(s, b.company.id))))
  return new Set(idsInA.filter((id) => !idsInB.has(id)))
}

/** Callers that must have no access to company A. */
const otherCallers: [string, Headers][] = [
  ["another company's admin", b.company.headers],
  ['the platform, for another company', { ...s.platform, 'x-company-id': b.company.id }],
]

test('Ids of another company give the same response as ids that do not exist, and change no row', async (t) => {
  stopClock(t)
  for (const operation of authenticated) {
    const ids = parametersIn(operation, 'path').filter(isIdParameter)
    if (ids.length === 0) continue
    const recipe = recipeOf(operation)
    const sampleOfA = await recipe.sample(a)
    const sampleOfB = await recipe.sample(b)
    const before = await rowsOf(s, a.company.id)
    const problems: unknown[] = []
    for (const [caller, headers] of otherCallers) {
      // In these routes the path names the company, so the platform has access.
      const isPlatform = headers !== b.company.headers
      if (isPlatform && operation.path.startsWith('/api/companies/{id}')) continue
      // First all ids are of the other company, then one id at a time.
      for (const replacedIds of [ids, ...(ids.length > 1 ? ids.map((id) => [id]) : [])]) {
        const requestWith = (idOf: (name: string) => string) => {
          const params = Object.fromEntries(replacedIds.map(({ name }) => [name, idOf(name)]))
          const sample = { ...sampleOfB, params: { ...sampleOfB.params, ...params } }
          return callWith(s, operation, sample, headers).then((response) =>
            comparable(response, Object.values(params)),
          )
        }
        const response = await requestWith((name) => String(sampleOfA.params?.[name]))
        const unknown = await requestWith(unusedId)
        const expected = operation.scopes.includes('platform') ? 403 : 404
        if (response.status !== expected) problems.push({ caller, response })
        if (JSON.stringify(response) !== JSON.stringify(unknown)) problems.push({ caller, response, unknown })
      }
    }
    t.same(problems, [], nameOf(operation))
    t.same(
      changesBetween(before, await rowsOf(s, a.company.id)),
      [],
      `${operation.operationId} changed no row of the other company`,
    )
  }
})

test('A query with ids or names of another company returns the same as a query with unknown ids', async (t) => {
  stopClock(t)
  const secretIds = await idsOfA()
  t.ok(secretIds.size > 10)
  for (const operation of authenticated.filter(({ method }) => method === 'GET')) {
    const problems: unknown[] = []
    const sampleOfB = await recipeOf(operation).sample(b)
    const requestWith = (query: Sample['query']) =>
      callWith(s, operation, { ...sampleOfB, query: { ...sampleOfB.query, ...query } }, b.company.headers)
    const checkIds = (response: TestResponse, description: string) => {
      const shown = idsIn(JSON.stringify(response.body)).filter((id) => secretIds.has(id))
      if (shown.length > 0) problems.push(`${description}: shows ${shown}`)
    }
    checkIds(await requestWith({}), 'without a filter')
    for (const parameter of parametersIn(operation, 'query')) {
      const { name, schema = {} } = parameter
      if (idKindOf(document, schema) !== undefined) {
        const id = resourcesOfA.id(name)
        const unknownId = unusedId()
        const response = await requestWith({ [name]: id })
        checkIds(response, name)
        const foreign = comparable(response, [id])
        const unknown = comparable(await requestWith({ [name]: unknownId }), [unknownId])
        if (JSON.stringify(foreign) !== JSON.stringify(unknown)) problems.push({ name, foreign, unknown })
      } else if (schema.type === 'string' && schema.enum === undefined) {
        for (const word of resourcesOfA.words)
          checkIds(await requestWith({ [name]: word }), `${name}=${word}`)
      }
    }
    t.same(problems, [], nameOf(operation))
  }
})

test('A body with ids of another company is rejected like a body with unknown ids', async (t) => {
  stopClock(t)
  let count = 0
  for (const operation of authenticated.filter(({ body }) => body?.type === 'application/json')) {
    const recipe = recipeOf(operation)
    const schema = operation.body?.schema ?? {}
    const sample = await recipe.sample(b)
    const before = await rowsOf(s, a.company.id)
    const problems: unknown[] = []
    for (const { path, schema: part, isCheckedLater } of [...objectsIn(document, schema, sample.body)]) {
      for (const [name, property] of Object.entries(part.properties ?? {})) {
        const kind = idKindOf(document, property)
        if (kind === undefined) continue
        count++
        const requestWith = async (id: string) => {
          // Each request has a new sample, because a repeated request may get another response.
          const newSample = await recipe.sample(b)
          const body = withValueAt(newSample.body, [...path, name], kind === 'many' ? [id] : id)
          return comparable(await callWith(s, operation, { ...newSample, body }, b.company.headers), [id])
        }
        const foreign = await requestWith(resourcesOfA.id(name))
        const unknown = await requestWith(unusedId())
        if (JSON.stringify(foreign) !== JSON.stringify(unknown)) problems.push({ name, foreign, unknown })
        const isRejected = foreign.status >= 400 || (isCheckedLater && foreign.body.includes('not_found'))
        if (!isRejected && recipe.onlyReads === undefined) problems.push({ name, foreign })
      }
    }
    t.same(problems, [], nameOf(operation))
    t.same(
      changesBetween(before, await rowsOf(s, a.company.id)),
      [],
      `${operation.operationId} changed no row of the other company`,
    )
  }
  t.ok(count >= 4, `${count} references`)
})

test('A key that sends the id of another company in X-Company-Id gets 404', async (t) => {
  const samples = new Map<Operation, Sample>()
  for (const operation of companyOperations) samples.set(operation, await recipeOf(operation).sample(b))
  const rows = async () => {
    const [ofA, ofB] = [await rowsOf(s, a.company.id), await rowsOf(s, b.company.id)]
    return Object.fromEntries(
      Object.entries(ofA).map(([table, own]) => [table, [...own, ...(ofB[table] ?? [])]]),
    )
  }
  const requestWith = async (operation: Operation, id: string) => {
    const headers = { ...b.company.headers, 'x-company-id': id }
    return comparable(await callWith(s, operation, samples.get(operation) ?? {}, headers), [id])
  }
  const before = await rows()
  for (const operation of companyOperations) {
    const foreign = await requestWith(operation, a.company.id)
    t.same([foreign.status, JSON.parse(foreign.body).code], [404, 'company_not_found'], nameOf(operation))
    t.same(await requestWith(operation, unusedId()), foreign, 'the same response as for an unknown id')
  }
  t.same(changesBetween(before, await rows()), [], 'no row was changed')
  for (const operation of companyOperations) {
    const response = await requestWith(operation, b.company.id.toUpperCase())
    t.ok(
      isSuccess(operation, response.status),
      `${operation.operationId}: the id of its own company is accepted`,
    )
  }
})

test('The platform must name a company in X-Company-Id, and has access to that company only', async (t) => {
  const { id } = await a.call()
  const get = (headers: Headers, url = `/api/calls/${id}`) =>
    s.request('GET', url, { ...s.platform, ...headers })
  t.match(await get({}), { status: 400, body: { code: 'company_unnamed' } })
  for (const value of ['', 'x', `${a.company.id}x`, `${a.company.id},${b.company.id}`])
    t.match(await get({ 'x-company-id': value }), { status: 400, body: { code: 'company_unnamed' } }, value)
  t.equal((await get({ 'x-company-id': a.company.id })).status, 200)
  t.equal((await get({ 'x-company-id': b.company.id })).status, 404)
  t.match(await get({ 'x-company-id': unusedId() }, '/api/company'), { status: 404 })
})

test('Unique names, external ids and idempotency keys are unique per company', async (t) => {
  const requestAsBoth = async (method: string, url: string, body: unknown, key?: string) => {
    const responses: TestResponse[] = []
    for (const { company } of [a, b]) {
      const headers = key === undefined ? company.headers : { ...company.headers, 'idempotency-key': key }
      responses.push(await s.request(method, url, headers, body))
    }
    return responses
  }
  const { body: skillbase } = (await recipeOf({ operationId: 'createSkillbase' }).sample(a)) as {
    body: object
  }
  const call = { direction: 'inbound', external_call_id: 'an external id of both companies' }
  const cases: [string, unknown, string?][] = [
    ['/api/skillbases', skillbase],
    ['/api/calls', call],
    ['/api/calls', { direction: 'inbound' }, 'an idempotency key of both companies'],
  ]
  for (const [url, body, key] of cases) {
    const [first, second] = await requestAsBoth('POST', url, body, key)
    t.same([first?.status, second?.status], [201, 201], `${url} ${key ?? ''}`)
    t.not(first?.body.id, second?.body.id)
    t.equal(second?.body.company_id, b.company.id)
    t.notOk(second?.headers['idempotency-replayed'])
  }
})
