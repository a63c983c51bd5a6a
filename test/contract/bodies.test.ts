import t, { test } from 'tap'
import { type Headers, startTestService } from '../setup/service.ts'
import { type Operation, readDocument } from './document.ts'
import { carrierSecret, listeningCarrier, type Sample } from './recipes.ts'
import { callWith, headersFor, isSuccess, problemErrors, recipeOf, urlOf } from './requests.ts'
import { World } from './world.ts'

const env = { CARRIER_SECRET: carrierSecret, WEBHOOKS_TO_PRIVATE: 'true', TRUST_PROXY: '1' }
const s = await startTestService(t, env, listeningCarrier)
const document = await readDocument(s)
const w = await World.of(s)
const writes = document.operations.filter(({ method }) => method !== 'GET')

/** Sends a request with these headers and text as its body, signed as the sample requires. */
const sendText = (operation: Operation, sample: Sample, headers: Headers, text?: string) =>
  s.request(
    operation.method,
    urlOf(operation, sample),
    { ...headersFor(w, operation), ...sample.sign?.(text ?? ''), ...headers },
    text,
  )

test('A body that may be absent is documented as optional, and an empty one of any type is no body', async (t) => {
  let count = 0
  for (const operation of writes) {
    const { operationId, body } = operation
    if (body === undefined) continue
    const isOptional = document.matches(body.schema, null)
    t.equal(operation.isBodyRequired, !isOptional, operationId)
    if (!isOptional) continue
    count++
    const types = ['application/json', 'application/json; charset=utf-8', 'application/x-www-form-urlencoded']
    const headers: Headers[] = [{}, ...types.map((type) => ({ 'content-type': type, 'content-length': '0' }))]
    for (const variant of headers) {
      const sample = await recipeOf(operation).sample(w)
      const response = await sendText(operation, sample, variant, '')
      // Without a selection a restart selects the contacts that failed, and the sample has none.
      const isRead = isSuccess(operation, response.status) || response.body.code === 'nobody_to_restart'
      t.ok(isRead, `${operationId} ${JSON.stringify(variant)}`)
    }
  }
  t.ok(count >= 10, `${count} operations`)
})

test('DELETE with a Content-Type and without a body succeeds', async (t) => {
  for (const operation of writes.filter(({ method }) => method === 'DELETE')) {
    const sample = await recipeOf(operation).sample(w)
    const response = await sendText(operation, sample, { 'content-type': 'application/json' }, '')
    t.ok(isSuccess(operation, response.status), `${operation.operationId}: ${response.status}`)
  }
})

test('Without a body or a Content-Type, no operation fails: it succeeds, or its error states what is wrong', async (t) => {
  for (const operation of writes) {
    const name = operation.operationId
    const variants: [string, Headers, string | undefined][] = [
      ['no body', {}, undefined],
      ['a body without a type', {}, '{"a": 1}'],
      ...operation.bodies.map(({ type }): [string, Headers, string] => [
        `an empty body of ${type}`,
        { 'content-type': type },
        '',
      ]),
    ]
    for (const [description, headers, text] of variants) {
      const response = await sendText(operation, await recipeOf(operation).sample(w), headers, text)
      if (isSuccess(operation, response.status)) continue
      const errors = problemErrors(document, response, [400, 401, 409, 415, 422], operation)
      t.same(errors, [], `${name}: ${description}`)
    }
  }
})

test('A body with a schema for each type is required, also without a Content-Type', async (t) => {
  const response = await s.request('POST', '/api/suppressions/import', w.company.headers)
  t.match(response, {
    status: 400,
    body: {
      code: 'invalid_body',
      detail: /no body.*application\/json, text\/csv or multipart\/form-data/,
      errors: [{ pointer: '' }],
    },
  })
})

const patches = writes.filter(({ method }) => method === 'PATCH')
const accepted = 'application/json, application/merge-patch+json'

test('PATCH accepts a JSON merge patch, and every response of its URL has Accept-Patch', async (t) => {
  t.ok(patches.length >= 8, `${patches.length} operations`)
  for (const operation of patches) {
    const name = operation.operationId
    const sample = await recipeOf(operation).sample(w)
    const type = { 'content-type': 'application/merge-patch+json' }
    const merged = await sendText(operation, sample, type, JSON.stringify(sample.body))
    t.same([merged.status, merged.headers['accept-patch']], [200, accepted], name)
    for (const other of ['application/json-patch+json', 'text/plain']) {
      const refused = await sendText(operation, sample, { 'content-type': other }, '[]')
      t.same(problemErrors(document, refused, [415], operation), [], `${name}: ${other}`)
      t.equal(refused.headers['accept-patch'], accepted, `${name}: ${other}`)
    }
    for (const sibling of document.operations.filter(({ path }) => path === operation.path)) {
      const response = await callWith(s, sibling, sample, headersFor(w, sibling))
      t.equal(response.headers['accept-patch'], accepted, sibling.operationId)
    }
  }
  const { headers } = await s.request('GET', '/api/campaigns', w.company.headers)
  t.equal(headers['accept-patch'], undefined, 'a list cannot be patched')
})
