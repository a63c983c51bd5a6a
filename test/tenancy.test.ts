import { createHash } from 'node:crypto'
import t, { type Test, test } from 'tap'
import { buildApp } from '../src/app.ts'
import { type Operation, readDocument } from './contract/document.ts'
import { placesIn, withAt } from './contract/places.ts'
import { carrierSecret, listeningCarrier, type Sample } from './contract/recipes.ts'
import { callWith, idsOf, isDone, isOfIds, noId, parametersIn, recipeOf } from './contract/requests.ts'
import { changesBetween, rowsOf } from './contract/rows.ts'
import { World } from './contract/world.ts'
import { type Headers, startTestService, type TestResponse } from './setup/service.ts'

const env = { CARRIER_SECRET: carrierSecret, WEBHOOKS_TO_PRIVATE: 'true' }
const s = await startTestService(t, env, listeningCarrier)
const document = await readDocument(s)
const a = await World.of(s)
const b = await World.of(s)
const ofA = await a.everything()
await b.everything()

const withKey = document.operations.filter(({ scopes }) => scopes.length > 0)
const ofCompanies = withKey.filter(({ scopes }) => !scopes.includes('platform'))
const nameOf = ({ operationId, method, path }: Operation) => `${operationId} (${method} ${path})`

/** Two answers that tell of the present are then of the same. */
function stopClock(t: Test): void {
  s.setNow(new Date())
  t.teardown(() => s.setNow(undefined))
}

/** An answer without what differs between any two: when it came, which request it answers, and the id that was named. */
function told({ status, body, headers }: TestResponse, named: readonly string[]) {
  const {
    date: _,
    'x-request-id': id,
    'x-ratelimit-remaining': __,
    'x-ratelimit-reset': ___,
    ...rest
  } = headers
  const text = named.reduce((text, one) => text.replaceAll(one, 'ID'), JSON.stringify(body ?? null))
  return { status, body: text.replaceAll(String(id), 'REQUEST'), headers: rest }
}

const idsIn = (text: string) => text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []

/** Every id of company A that is in its rows and in nobody else's. */
async function idsOfA(): Promise<Set<string>> {
  const own = idsIn(JSON.stringify(await rowsOf(s, a.company.id)))
  const others = new Set(idsIn(JSON.stringify(await rowsOf(s, b.company.id))))
  return new Set(own.filter((id) => !others.has(id)))
}

/** Who might ask for what is A's. */
const strangers: [string, Headers][] = [
  ["another company's admin", b.company.headers],
  ['the platform, for another company', { ...s.platform, 'x-company-id': b.company.id }],
]

test("another company's ids are answered as ids that nothing has, and nothing of theirs changes", async (t) => {
  stopClock(t)
  for (const operation of withKey) {
    const ids = parametersIn(operation, 'path').filter(isOfIds)
    if (ids.length === 0) continue
    const recipe = recipeOf(operation)
    const theirs = await recipe.sample(a)
    const own = await recipe.sample(b)
    const before = await rowsOf(s, a.company.id)
    const faults: unknown[] = []
    for (const [who, headers] of strangers) {
      // The platform may reach every company by the address: there, it is no stranger.
      const isPlatform = headers !== b.company.headers
      if (isPlatform && operation.path.startsWith('/api/companies/{id}')) continue
      for (const chosen of [ids, ...(ids.length > 1 ? ids.map((one) => [one]) : [])]) {
        const asked = (idOf: (name: string) => string) => {
          const foreign = Object.fromEntries(chosen.map(({ name }) => [name, idOf(name)]))
          const sample = { ...own, params: { ...own.params, ...foreign } }
          return callWith(s, operation, sample, headers).then((answer) =>
            told(answer, Object.values(foreign)),
          )
        }
        const answer = await asked((name) => String(theirs.params?.[name]))
        const nothings = await asked(noId)
        const expected = operation.scopes.includes('platform') ? 403 : 404
        if (answer.status !== expected) faults.push({ who, answer })
        if (JSON.stringify(answer) !== JSON.stringify(nothings)) faults.push({ who, answer, nothings })
      }
    }
    t.same(faults, [], nameOf(operation))
    t.same(
      changesBetween(before, await rowsOf(s, a.company.id)),
      [],
      `${operation.operationId} changed nothing of theirs`,
    )
  }
})

test("a query that names another company's ids or words finds what a query for nothing finds", async (t) => {
  stopClock(t)
  const secret = await idsOfA()
  t.ok(secret.size > 10)
  for (const operation of withKey.filter(({ method }) => method === 'GET')) {
    const faults: unknown[] = []
    const own = await recipeOf(operation).sample(b)
    const asked = (query: Sample['query']) =>
      callWith(s, operation, { ...own, query: { ...own.query, ...query } }, b.company.headers)
    const look = (answer: TestResponse, what: string) => {
      const shown = idsIn(JSON.stringify(answer.body)).filter((id) => secret.has(id))
      if (shown.length > 0) faults.push(`${what}: shows ${shown}`)
    }
    look(await asked({}), 'as it is')
    for (const parameter of parametersIn(operation, 'query')) {
      const { name, schema = {} } = parameter
      if (idsOf(document, schema) !== undefined) {
        const id = ofA.id(name)
        const nothing = noId()
        const [theirs, nothings] = [await asked({ [name]: id }), await asked({ [name]: nothing })]
        look(theirs, name)
        const [one, other] = [told(theirs, [id]), told(nothings, [nothing])]
        if (JSON.stringify(one) !== JSON.stringify(other)) faults.push({ name, one, other })
      } else if (schema.type === 'string' && schema.enum === undefined) {
        for (const word of ofA.words) look(await asked({ [name]: word }), `${name}=${word}`)
      }
    }
    t.same(faults, [], nameOf(operation))
  }
})

test("a body that refers to another company's ids is refused as one that refers to nothing", async (t) => {
  stopClock(t)
  let count = 0
  for (const operation of withKey.filter(({ body }) => body?.type === 'application/json')) {
    const recipe = recipeOf(operation)
    const schema = operation.body?.schema ?? {}
    const sample = await recipe.sample(b)
    const before = await rowsOf(s, a.company.id)
    const faults: unknown[] = []
    for (const { path, schema: part, isCheckedLater } of [...placesIn(document, schema, sample.body)]) {
      for (const [name, property] of Object.entries(part.properties ?? {})) {
        const kind = idsOf(document, property)
        if (kind === undefined) continue
        count++
        const asked = async (id: string) => {
          // Each is asked with a sample of its own: what was done once may be answered otherwise then.
          const fresh = await recipe.sample(b)
          const body = withAt(fresh.body, [...path, name], kind === 'many' ? [id] : id)
          return told(await callWith(s, operation, { ...fresh, body }, b.company.headers), [id])
        }
        const theirs = await asked(ofA.id(name))
        const nothings = await asked(noId())
        if (JSON.stringify(theirs) !== JSON.stringify(nothings)) faults.push({ name, theirs, nothings })
        const isRefused = theirs.status >= 400 || (isCheckedLater && theirs.body.includes('not_found'))
        if (!isRefused && recipe.onlyReads === undefined) faults.push({ name, theirs })
      }
    }
    t.same(faults, [], nameOf(operation))
    t.same(
      changesBetween(before, await rowsOf(s, a.company.id)),
      [],
      `${operation.operationId} changed nothing of theirs`,
    )
  }
  t.ok(count >= 4, `${count} references`)
})

test('a key that names another company with X-Company-Id is told that there is none', async (t) => {
  const samples = new Map<Operation, Sample>()
  for (const operation of ofCompanies) samples.set(operation, await recipeOf(operation).sample(b))
  const rows = async () => {
    const [ofA, ofB] = [await rowsOf(s, a.company.id), await rowsOf(s, b.company.id)]
    return Object.fromEntries(
      Object.entries(ofA).map(([table, own]) => [table, [...own, ...(ofB[table] ?? [])]]),
    )
  }
  const asked = async (operation: Operation, id: string) => {
    const headers = { ...b.company.headers, 'x-company-id': id }
    return told(await callWith(s, operation, samples.get(operation) ?? {}, headers), [id])
  }
  const before = await rows()
  for (const operation of ofCompanies) {
    const theirs = await asked(operation, a.company.id)
    t.same([theirs.status, JSON.parse(theirs.body).code], [404, 'company_not_found'], nameOf(operation))
    t.same(await asked(operation, noId()), theirs, 'as one that nobody has')
  }
  t.same(changesBetween(before, await rows()), [], 'and nothing was done')
  for (const operation of ofCompanies) {
    const own = await asked(operation, b.company.id.toUpperCase())
    t.ok(isDone(operation, own.status), `${operation.operationId}: its own it may name`)
  }
})

test('the platform says for which company it acts, and acts for that one alone', async (t) => {
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

test('what is unique is unique in its company: the same words and keys in two tell nothing', async (t) => {
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
  const call = { direction: 'inbound', external_call_id: 'the same in both' }
  const cases: [string, unknown, string?][] = [
    ['/api/skillbases', skillbase],
    ['/api/calls', call],
    ['/api/calls', { direction: 'inbound' }, 'the same key'],
  ]
  for (const [url, body, key] of cases) {
    const [first, second] = await both('POST', url, body, key)
    t.same([first?.status, second?.status], [201, 201], `${url} ${key ?? ''}`)
    t.not(first?.body.id, second?.body.id)
    t.equal(second?.body.company_id, b.company.id)
    t.notOk(second?.headers['idempotency-replayed'])
  }
})

test('a key is shown once, and only its hash is kept', async (t) => {
  const url = `/api/companies/${a.company.id}/keys`
  const headers = { ...a.company.headers, 'idempotency-key': 'a key that is shown once' }
  const body = { name: 'shown once', scopes: ['read', 'read', 'ingest'] }
  const made = await s.request('POST', url, headers, body)
  const { key, ...shown } = made.body
  t.match(key, /^nv_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/)
  t.ok(key.startsWith(`${shown.prefix}_`), 'its prefix tells which it is')
  t.same(shown.scopes, ['read', 'ingest'])
  t.equal((await s.request('GET', '/api/company', { authorization: `Bearer ${key}` })).status, 200)

  const again = await s.request('POST', url, headers, body)
  t.match(again, { status: 409, body: { code: 'already_done' } })
  const one = await s.request('GET', `${url}/${shown.id}`, a.company.headers)
  t.same(Object.keys(one.body).sort(), Object.keys(shown).sort(), 'neither the key nor its hash')
  const list = await s.request('GET', url, a.company.headers)
  t.notMatch(JSON.stringify([one.body, list.body, again.body]), key.slice(12))

  const rows = await rowsOf(s, a.company.id)
  t.notMatch(JSON.stringify(rows), key.slice(12), 'no table holds it')
  const stored = JSON.parse(rows.api_keys?.find((row) => row.includes(shown.id)) ?? '{}')
  t.equal(stored.key_hash, createHash('sha256').update(key).digest('hex'))
  t.notMatch(s.logLines.join(''), key.slice(12), 'and no log line')
})

test('no key of a company may be given what only the platform may, nor be expired from the start', async (t) => {
  const url = `/api/companies/${a.company.id}/keys`
  const post = (body: object) =>
    s.request('POST', url, a.company.headers, { name: 'x', scopes: ['read'], ...body })
  t.equal((await post({ scopes: ['platform'] })).status, 400)
  t.equal((await post({ scopes: [] })).status, 400)
  t.match(await post({ expires_at: '2020-01-01T00:00:00Z' }), {
    status: 422,
    body: { code: 'already_expired' },
  })
  const writer = await a.company.createKey('write')
  t.equal((await s.request('POST', url, writer, { name: 'x', scopes: ['admin'] })).status, 403)
})

/** Another process on the same database, with the same clock. */
const another = await buildApp(s.deps, { version: '0', unready: async () => [] })
t.teardown(() => another.close())

/** What a key gets, of this process and of the other. */
async function statuses(headers: Headers): Promise<number[]> {
  const here = await s.request('GET', '/api/company', headers)
  const there = await another.inject({ url: '/api/company', headers })
  return [here.status, there.statusCode]
}

const start = new Date('2030-05-01T12:00:00.000Z')
const at = (ms: number) => s.setNow(new Date(start.getTime() + ms))

test('a revoked key is refused within 5 s, in every process', async (t) => {
  t.teardown(() => s.setNow(undefined))
  at(0)
  const url = `/api/companies/${a.company.id}/keys`
  const { key, id } = (await s.request('POST', url, a.company.headers, { name: 'x', scopes: ['read'] })).body
  const headers = { authorization: `Bearer ${key}` }
  at(1_000)
  t.same(await statuses(headers), [200, 200])
  t.equal((await s.request('DELETE', `${url}/${id}`, a.company.headers)).status, 204)
  at(6_000)
  t.same(await statuses(headers), [401, 401])
  t.equal((await s.request('DELETE', `${url}/${id}`, a.company.headers)).status, 204)
  const shown = await s.request('GET', `${url}/${id}`, a.company.headers)
  t.equal(shown.body.revoked_at, '2030-05-01T12:00:01.000Z', 'revoked again, it keeps its first time')
})

test('a key is taken until the instant it expires, also when it was just used', async (t) => {
  t.teardown(() => s.setNow(undefined))
  at(0)
  const body = { name: 'x', scopes: ['read'], expires_at: '2030-05-01T12:01:00Z' }
  const { key } = (await s.request('POST', `/api/companies/${a.company.id}/keys`, a.company.headers, body))
    .body
  const headers = { authorization: `Bearer ${key}` }
  at(59_999)
  t.same(await statuses(headers), [200, 200])
  at(60_000)
  t.same(await statuses(headers), [401, 401])
})

test('last_used_at is written at most once a minute', async (t) => {
  t.teardown(() => s.setNow(undefined))
  at(0)
  const url = `/api/companies/${a.company.id}/keys`
  const { key, id } = (await s.request('POST', url, a.company.headers, { name: 'x', scopes: ['read'] })).body
  const usedAt = async (ms: number) => {
    at(ms)
    await statuses({ authorization: `Bearer ${key}` })
    return (await s.request('GET', `${url}/${id}`, a.company.headers)).body.last_used_at
  }
  t.equal((await s.request('GET', `${url}/${id}`, a.company.headers)).body.last_used_at, null)
  t.equal(await usedAt(10_000), '2030-05-01T12:00:10.000Z')
  t.equal(await usedAt(40_000), '2030-05-01T12:00:10.000Z')
  t.equal(await usedAt(70_000), '2030-05-01T12:00:10.000Z')
  t.equal(await usedAt(70_001 + 3_000), '2030-05-01T12:01:13.001Z')
})

test('the keys of a company that is switched off are refused within 5 s, and of one that is deleted', async (t) => {
  t.teardown(() => s.setNow(undefined))
  at(0)
  const company = await s.createCompany()
  const change = (is_active: boolean) =>
    s.request('PATCH', `/api/companies/${company.id}`, s.platform, { is_active })
  t.same(await statuses(company.headers), [200, 200])
  t.equal(
    (await s.request('DELETE', `/api/companies/${company.id}`, s.platform)).status,
    409,
    'not while it is on',
  )
  await change(false)
  at(5_000)
  t.same(await statuses(company.headers), [403, 403])
  t.match(await s.request('GET', '/api/company', company.headers), { body: { code: 'company_inactive' } })
  t.equal((await s.request('GET', `/api/companies/${company.id}/keys`, s.platform)).status, 200)
  await change(true)
  at(10_000)
  t.same(await statuses(company.headers), [200, 200])
  await change(false)
  t.equal((await s.request('DELETE', `/api/companies/${company.id}`, s.platform)).status, 204)
  at(15_000)
  t.same(await statuses(company.headers), [401, 401])
})
