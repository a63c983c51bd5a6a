import t, { type Test, test } from 'tap'
import { type Operation, readDocument } from '../contract/document.ts'
import { placesIn, withAt } from '../contract/places.ts'
import { carrierSecret, listeningCarrier, type Sample } from '../contract/recipes.ts'
import { callWith, idsOf, isDone, isOfIds, noId, parametersIn, recipeOf } from '../contract/requests.ts'
import { changesBetween, rowsOf } from '../contract/rows.ts'
import { World } from '../contract/world.ts'
import { type Headers, startTestService, type TestResponse } from '../setup/service.ts'

const env = { CARRIER_SECRET: carrierSecret, WEBHOOKS_TO_PRIVATE: 'true' }
const s = await startTestService(t, env, listeningCarrier)
const document = await readDocument(s)
const a = await World.of(s)
const b = await World.of(s)
const ofA = await a.everything()
await b.everything()

const authenticated = document.operations.filter(({ scopes }) => scopes.length > 0)
const companyOperations = authenticated.filter(({ scopes }) => !scopes.includes('platform'))
const nameOf = ({ operationId, method, path }: Operation) => `${operationId} (${method} ${path})`

/** Stops the clock, so that two responses that contain the time are equal. */
function stopClock(t: Test): void {
  s.setNow(new Date())
  t.teardown(() => s.setNow(undefined))
}

/** A response without what always differs: date, request id, rate limit, and the ids that the request named. */
function comparable({ status, body, headers }: TestResponse, named: readonly string[]) {
  const {
    date: _,
    'x-request-id': id,
    'x-ratelimit-remaining': __,
    'x-ratelimit-reset': ___,
    ...rest
  } = headers
  const text = named.reduce((text, name) => text.replaceAll(name, 'ID'), JSON.stringify(body ?? null))
  return { status, body: text.replaceAll(String(id), 'REQUEST'), headers: rest }
}

const idsIn = (text: string) => text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []

/** Every id in the rows of company A that is in no row of company B. */
async function idsOfA(): Promise<Set<string>> {
  const own = idsIn(JSON.stringify(await rowsOf(s, a.company.id)))
  const others = new Set(idsIn(JSON.stringify(await rowsOf(s, b.company.id))))
  return new Set(own.filter((id) => !others.has(id)))
}

/** Callers that must have no access to company A. */
const otherCallers: [string, Headers][] = [
  ["another company's admin", b.company.headers],
  ['the platform, for another company', { ...s.platform, 'x-company-id': b.company.id }],
]

test('Ids of another company give the same response as ids that do not exist, and change no row', async (t) => {
  stopClock(t)
  for (const operation of authenticated) {
    const ids = parametersIn(operation, 'path').filter(isOfIds)
    if (ids.length === 0) continue
    const recipe = recipeOf(operation)
    const sampleOfA = await recipe.sample(a)
    const own = await recipe.sample(b)
    const before = await rowsOf(s, a.company.id)
    const problems: unknown[] = []
    for (const [caller, headers] of otherCallers) {
      // In these routes the path names the company, so the platform has access.
      const isPlatform = headers !== b.company.headers
      if (isPlatform && operation.path.startsWith('/api/companies/{id}')) continue
      for (const chosen of [ids, ...(ids.length > 1 ? ids.map((one) => [one]) : [])]) {
        const requestWith = (idOf: (name: string) => string) => {
          const foreign = Object.fromEntries(chosen.map(({ name }) => [name, idOf(name)]))
          const sample = { ...own, params: { ...own.params, ...foreign } }
          return callWith(s, operation, sample, headers).then((response) =>
            comparable(response, Object.values(foreign)),
          )
        }
        const response = await requestWith((name) => String(sampleOfA.params?.[name]))
        const unknown = await requestWith(noId)
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

test('A query with ids or names of another company finds the same as a query with unknown ids', async (t) => {
  stopClock(t)
  const secretIds = await idsOfA()
  t.ok(secretIds.size > 10)
  for (const operation of authenticated.filter(({ method }) => method === 'GET')) {
    const problems: unknown[] = []
    const own = await recipeOf(operation).sample(b)
    const requestWith = (query: Sample['query']) =>
      callWith(s, operation, { ...own, query: { ...own.query, ...query } }, b.company.headers)
    const checkIds = (response: TestResponse, description: string) => {
      const shown = idsIn(JSON.stringify(response.body)).filter((id) => secretIds.has(id))
      if (shown.length > 0) problems.push(`${description}: shows ${shown}`)
    }
    checkIds(await requestWith({}), 'without a filter')
    for (const parameter of parametersIn(operation, 'query')) {
      const { name, schema = {} } = parameter
      if (idsOf(document, schema) !== undefined) {
        const id = ofA.id(name)
        const unknownId = noId()
        const [foreign, unknown] = [
          await requestWith({ [name]: id }),
          await requestWith({ [name]: unknownId }),
        ]
        checkIds(foreign, name)
        const [one, other] = [comparable(foreign, [id]), comparable(unknown, [unknownId])]
        if (JSON.stringify(one) !== JSON.stringify(other)) problems.push({ name, one, other })
      } else if (schema.type === 'string' && schema.enum === undefined) {
        for (const word of ofA.words) checkIds(await requestWith({ [name]: word }), `${name}=${word}`)
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
    for (const { path, schema: part, isCheckedLater } of [...placesIn(document, schema, sample.body)]) {
      for (const [name, property] of Object.entries(part.properties ?? {})) {
        const kind = idsOf(document, property)
        if (kind === undefined) continue
        count++
        const requestWith = async (id: string) => {
          // A new sample for each request: a repeated request may get another response.
          const fresh = await recipe.sample(b)
          const body = withAt(fresh.body, [...path, name], kind === 'many' ? [id] : id)
          return comparable(await callWith(s, operation, { ...fresh, body }, b.company.headers), [id])
        }
        const foreign = await requestWith(ofA.id(name))
        const unknown = await requestWith(noId())
        if (JSON.stringify(foreign) !== JSON.stringify(unknown)) problems.push({ name, foreign, unknown })
        const isRefused = foreign.status >= 400 || (isCheckedLater && foreign.body.includes('not_found'))
        if (!isRefused && recipe.onlyReads === undefined) problems.push({ name, foreign })
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
    t.same(await requestWith(operation, noId()), foreign, 'the same response as for an unknown id')
  }
  t.same(changesBetween(before, await rows()), [], 'no row was changed')
  for (const operation of companyOperations) {
    const own = await requestWith(operation, b.company.id.toUpperCase())
    t.ok(isDone(operation, own.status), `${operation.operationId}: the id of its own company is accepted`)
  }
})

test('The platform must name a company in X-Company-Id, and has access to that company only', async (t) => {
  const { id } = await a.call()
  const get = (headers: Headers, url = `/api/calls/${id}`) =>
    s.request('GET', url, { ...s.platform, ...headers })
  t.match(await get({}), { status: 400, body: { code: 'company_unnamed' } })
  for (const named of ['', 'x', `${a.company.id}x`, `${a.company.id},${b.company.id}`])
    t.match(await get({ 'x-company-id': named }), { status: 400, body: { code: 'company_unnamed' } }, named)
  t.equal((await get({ 'x-company-id': a.company.id })).status, 200)
  t.equal((await get({ 'x-company-id': b.company.id })).status, 404)
  t.match(await get({ 'x-company-id': noId() }, '/api/company'), { status: 404 })
})

test('Unique names, external ids and idempotency keys are unique per company', async (t) => {
  const both = async (method: string, url: string, body: unknown, key?: string) => {
    const answers: TestResponse[] = []
    for (const { company } of [a, b]) {
      const headers = key === undefined ? company.headers : { ...company.headers, 'idempotency-key': key }
      answers.push(await s.request(method, url, headers, body))
    }
    return answers
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
    const [first, second] = await both('POST', url, body, key)
    t.same([first?.status, second?.status], [201, 201], `${url} ${key ?? ''}`)
    t.not(first?.body.id, second?.body.id)
    t.equal(second?.body.company_id, b.company.id)
    t.notOk(second?.headers['idempotency-replayed'])
  }
})
