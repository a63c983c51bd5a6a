import t, { type Test, test } from 'tap'
import { startTestService, type TestResponse } from '../setup/service.ts'
import { type Operation, readDocument } from './document.ts'
import { carrierSecret, listeningCarrier, type Sample } from './recipes.ts'
import { callWith, headersFor, isSuccess, parametersIn, problemErrors, recipeOf, urlOf } from './requests.ts'
import { changesBetween, rowsOf } from './rows.ts'
import { World } from './world.ts'

const env = { CARRIER_SECRET: carrierSecret, WEBHOOKS_TO_PRIVATE: 'true', TRUST_PROXY: '1' }
const s = await startTestService(t, env, listeningCarrier)
const document = await readDocument(s)
const w = await World.of(s)

const isReading = ({ method }: Operation) => method === 'GET'
const takesCondition = (operation: Operation, header: 'if-match' | 'if-none-match') =>
  parametersIn(operation, 'header').some(({ name }) => name === header)
const etagOf = ({ headers }: TestResponse) => String(headers.etag)

/** A GET of one thing: not a page, a file, a WebSocket, or a report that is computed for the moment of the request. */
function isResource(operation: Operation): boolean {
  const { operationId, path, responses } = operation
  const schema = responses[200]?.content?.['application/json']?.schema
  if (!isReading(operation) || schema === undefined) return false
  if (recipeOf(operation).hasNoEtagBecause !== undefined) return false
  const isPage = document.resolved(schema).properties?.next_cursor !== undefined
  return !isPage && (path.includes('{') || operationId === 'getOwnCompany')
}

const reads = document.operations.filter(isResource)
const changes = document.operations.filter((operation) => !isReading(operation))

/** Sends the sample request of an operation with more headers. */
const send = (operation: Operation, sample: Sample, headers: Record<string, string> = {}) =>
  callWith(s, operation, sample, { ...headersFor(w, operation), ...headers })

test('Every resource has an ETag, and a client that has its state gets 304 without a body', async (t) => {
  t.ok(reads.length >= 20, `${reads.length} resources`)
  for (const operation of reads) {
    const sample = await recipeOf(operation).sample(w)
    const first = await send(operation, sample)
    const etag = etagOf(first)
    const name = operation.operationId
    t.match(etag, /^"[\w-]{22}(\.[\w-]{22})?"$/, `${name} has a strong ETag`)
    for (const known of [etag, `W/${etag}`, `"other" , ${etag}`, `"a,b",, ${etag}`, '*']) {
      const response = await send(operation, sample, { 'if-none-match': known })
      t.match(response, { status: 304, body: '' }, `${name}: If-None-Match: ${known}`)
      t.same([etagOf(response), response.headers['content-type']], [etag, undefined])
      t.same(document.responseErrors(operation, 304, response.body), [])
    }
    for (const unknown of ['"other"', 'W/"other"', etag.slice(1, -1), '']) {
      const response = await send(operation, sample, { 'if-none-match': unknown })
      t.same([response.status, etagOf(response)], [200, etag], `${name}: If-None-Match: ${unknown}`)
      t.same(response.body, first.body)
    }
    const head = { ...headersFor(w, operation), 'if-none-match': etag }
    t.equal((await s.request('HEAD', urlOf(operation, sample), head)).status, 304, `${name}: HEAD`)
    t.equal((await send(operation, sample, { 'if-match': etag })).status, 200, `${name}: If-Match`)
    const expectedOther = await send(operation, sample, { 'if-match': '"other"' })
    t.same(problemErrors(document, expectedOther, [412], operation), [], `${name}: another If-Match`)
    t.equal(first.headers['cache-control'], 'private, no-cache')
  }
})

test('Lists, files and reports have no ETag, and document no 304', async (t) => {
  for (const operation of document.operations.filter(isReading)) {
    if (isResource(operation) || recipeOf(operation).isSocket) continue
    const response = await send(operation, await recipeOf(operation).sample(w))
    t.equal(response.headers.etag, undefined, operation.operationId)
    t.equal(operation.responses[304], undefined, operation.operationId)
    t.equal(operation.responses[412], undefined, operation.operationId)
  }
})

/** Keeps the last use of keys, which is stored once a minute, out of the changes between two dumps. */
function freezeTime(t: Test): void {
  s.setNow(new Date())
  t.teardown(() => s.setNow(undefined))
}

/** The GET of the resource that an operation changes. */
function readOf({ path }: Operation): Operation | undefined {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const read = reads.find((operation) => operation.path === at)
    if (read !== undefined) return read
  }
  return undefined
}

/** The current ETag of the resource that an operation changes; undefined when it does not exist. */
async function currentEtag(operation: Operation, sample: Sample): Promise<string | undefined> {
  const read = readOf(operation)
  if (read === undefined) throw new Error(`${operation.operationId} takes If-Match, and nothing has an ETag.`)
  const response = await send(read, { params: sample.params ?? {} })
  return response.status === 200 ? etagOf(response) : undefined
}

const conditional = changes.filter((operation) => takesCondition(operation, 'if-match'))

test('A change with an outdated If-Match gets 412 and changes nothing; with the current one it succeeds', async (t) => {
  freezeTime(t)
  const byId = /\{\w+\}$/
  for (const operation of changes.filter(({ path, method }) => byId.test(path) && method !== 'POST'))
    t.ok(conditional.includes(operation), `${operation.operationId} takes If-Match`)
  for (const operation of conditional) {
    const name = operation.operationId
    const sample = await recipeOf(operation).sample(w)
    const etag = await currentEtag(operation, sample)
    const before = await rowsOf(s, w.company.id)
    const outdated = ['"outdated"', '"a", W/"b"', ...(etag === undefined ? ['*'] : [`W/${etag}`])]
    for (const ifMatch of outdated) {
      const response = await send(operation, sample, { 'if-match': ifMatch })
      t.same(problemErrors(document, response, [412], operation), [], `${name}: If-Match: ${ifMatch}`)
      t.equal(response.body.code, 'stale_etag')
    }
    for (const malformed of ['outdated', '"a" "b"', '"a', '', ',', 'w/"a"']) {
      const response = await send(operation, sample, { 'if-match': malformed })
      t.same(problemErrors(document, response, [400], operation), [], `${name}: If-Match: ${malformed}`)
      t.match(response.body, { code: 'invalid_headers', errors: [{ pointer: '/if-match' }] })
    }
    if (etag !== undefined) {
      for (const known of [etag, `"x", W/${etag}`, '*']) {
        const excluded = await send(operation, sample, { 'if-none-match': known })
        t.same(problemErrors(document, excluded, [412], operation), [], `${name}: If-None-Match: ${known}`)
      }
    }
    t.same(changesBetween(before, await rowsOf(s, w.company.id)), [], `${name} changed nothing`)

    const condition: Record<string, string> =
      etag === undefined ? { 'if-none-match': '*' } : { 'if-match': `"other", ${etag}` }
    const changed = await send(operation, sample, condition)
    t.ok(isSuccess(operation, changed.status), `${name} with the current ETag: ${changed.status}`)
    if (changed.status === 204) continue
    t.equal(etagOf(changed), await currentEtag(operation, sample), `${name} returns the new ETag`)
  }
})

test('Of two concurrent changes with the same ETag, one is made', async (t) => {
  for (const operation of conditional) {
    const name = operation.operationId
    const [first, second] = [await recipeOf(operation).sample(w), await recipeOf(operation).sample(w)]
    const sameResource: Sample = { ...second, params: first.params ?? {} }
    const etag = await currentEtag(operation, first)
    const condition: Record<string, string> =
      etag === undefined ? { 'if-none-match': '*' } : { 'if-match': etag }
    const responses = await Promise.all(
      [first, sameResource].map((sample) => send(operation, sample, condition)),
    )
    const refused = responses.filter(({ status }) => !isSuccess(operation, status))
    t.equal(refused.length, 1, `${name}: ${responses.map(({ status }) => status)}`)
    // 404: the resource was deleted. A restart of a running campaign changes only counters, but there is nobody left to call.
    const allowed = operation.method === 'DELETE' ? [404, 412] : name === 'restartCampaign' ? [409] : [412]
    for (const response of refused) t.ok(allowed.includes(response.status), `${name}: ${response.status}`)
  }
})

test('An operation that cannot compare an ETag refuses If-Match, instead of ignoring it', async (t) => {
  freezeTime(t)
  for (const operation of changes.filter((change) => !conditional.includes(change))) {
    const name = operation.operationId
    t.equal(operation.responses[412], undefined, `${name} documents no 412`)
    for (const header of ['if-match', 'if-none-match']) {
      const sample = await recipeOf(operation).sample(w)
      const before = await rowsOf(s, w.company.id)
      const response = await send(operation, sample, { [header]: '*' })
      t.same(problemErrors(document, response, [400], operation), [], `${name}: ${header}`)
      t.match(response.body, { code: 'condition_unsupported', errors: [{ pointer: `/${header}` }] })
      t.same(changesBetween(before, await rowsOf(s, w.company.id)), [], `${name} changed nothing`)
    }
  }
})

test('A change to a resource that does not exist gets 404, whatever its If-Match', async (t) => {
  const id = '0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b'
  for (const path of ['campaigns', 'calls', 'call-tasks', 'suppressions', 'webhooks', 'prices'])
    for (const ifMatch of ['*', '"a"']) {
      const headers = { ...w.company.headers, 'if-match': ifMatch }
      t.equal((await s.request('DELETE', `/api/${path}/${id}`, headers)).status, 404, `${path} ${ifMatch}`)
    }
})

test('A repeated Idempotency-Key replays the response, although If-Match is outdated by then', async (t) => {
  const { id } = await w.campaignWithTasks()
  const { etag } = (await s.request('GET', `/api/campaigns/${id}`, w.company.headers)).headers
  const headers = { ...w.company.headers, 'if-match': String(etag), 'idempotency-key': `start ${id}` }
  const start = () => s.request('POST', `/api/campaigns/${id}/start`, headers)
  const [first, replayed] = [await start(), await start()]
  t.same([first.status, replayed.status, etagOf(replayed)], [200, 200, etagOf(first)])
  t.equal(replayed.headers['idempotency-replayed'], 'true')
})

test('Progress changes the ETag, so that a GET is not answered with 304, and does not refuse If-Match', async (t) => {
  const { id } = await w.campaignWithTasks()
  const url = `/api/campaigns/${id}`
  const read = (headers = {}) => s.request('GET', url, { ...w.company.headers, ...headers })
  const before = etagOf(await read())
  await s.db.client`update campaigns set completed_tasks = completed_tasks + 1 where id = ${id}`
  const current = await read({ 'if-none-match': before })
  t.match(current, { status: 200, body: { completed_tasks: 1 } })
  t.not(etagOf(current), before)
  const headers = { ...w.company.headers, 'if-match': before }
  t.equal((await s.request('PATCH', url, headers, { name: w.name() })).status, 200)
  t.equal((await s.request('PATCH', url, headers, { name: w.name() })).status, 412)
})

test('Every 201 has the Location of what was created', async (t) => {
  const creating = document.operations.filter(({ responses }) => responses[201] !== undefined)
  t.ok(creating.length >= 10, `${creating.length} operations create something`)
  for (const operation of creating) {
    const created = await send(operation, await recipeOf(operation).sample(w))
    t.equal(created.status, 201, operation.operationId)
    const location = String(created.headers.location)
    t.match(location, /^\/api\/[^?]+$/, operation.operationId)
    const found = await s.request('GET', location, headersFor(w, operation))
    t.ok(found.status === 200 || found.status === 426, `GET ${location}: ${found.status}`)
    if (created.body.id === undefined) continue
    t.equal(found.body.id, created.body.id, operation.operationId)
    t.equal(etagOf(found), etagOf(created), `${operation.operationId} returns the ETag of what it created`)
  }
})

test('Location has the path of PUBLIC_URL', async (t) => {
  const behindProxy = await startTestService(t, { PUBLIC_URL: 'https://proxy.example/voice' })
  const { headers } = await behindProxy.createCompany()
  const body = { direction: 'inbound' }
  const created = await behindProxy.request('POST', '/voice/api/calls', headers, body)
  t.equal(created.headers.location, `/voice/api/calls/${created.body.id}`)
  const found = await behindProxy.request('GET', String(created.headers.location), headers)
  t.equal(found.body.id, created.body.id)
})
