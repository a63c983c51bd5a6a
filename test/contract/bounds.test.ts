// Tests that everything in a request has a maximum size, and that the sizes are those of the OpenAPI document.
import t, { test } from 'tap'
import { maxJsonDepth, maxJsonNames, maxJsonValues } from '../../src/lib/json-limits.ts'
import { startTestService, type TestResponse } from '../setup/service.ts'
import { boundCasesOf, boundedOtherwise, unboundedParts } from './bounds.ts'
import { type Operation, readDocument } from './document.ts'
import { carrierSecret, listeningCarrier, type Sample } from './recipes.ts'
import { callWith, headersFor, problemErrors, recipeOf } from './requests.ts'
import { World } from './world.ts'

const env = { CARRIER_SECRET: carrierSecret, WEBHOOKS_TO_PRIVATE: 'true', TRUST_PROXY: '1' }
const s = await startTestService(t, env, listeningCarrier)
const document = await readDocument(s)
const w = await World.of(s)

test('Every text, list and object of a request has a maximum size', async (t) => {
  t.same(
    document.operations.flatMap((operation) => unboundedParts(document, operation)),
    [],
    'Add maxLength, maxItems or BoundedJsonObject, or list it with its reason in test/contract/bounds.ts.',
  )
  const paths = Object.keys(boundedOtherwise)
  const operations = document.operations.map(({ operationId }) => operationId)
  t.same(
    paths.filter((path) => !operations.includes(path.split(' ')[0] ?? '')),
    [],
  )
})

const sizeText = /^Must (have|be) (at most|at least|between)\b/

/** A body with an unknown field is rejected with all its errors, and changes nothing. */
const withUnknownField = (sample: Sample): Sample => ({
  ...sample,
  body: { ...(sample.body as object), zz_unknown: 1 },
})

/** Limits of the company would apply to the requests of the test, and merged objects would grow with each request. */
const changesLater = ({ path, method }: Operation) => path.startsWith('/api/companies') || method === 'PATCH'

/** The error at a pointer that is about a size; undefined when there is none. */
const sizeErrorAt = (pointer: string, { body }: TestResponse) =>
  ((body?.errors ?? []) as { pointer: string; detail: string }[]).find(
    (error) => error.pointer === pointer && sizeText.test(error.detail),
  )

test('A value at a bound of the OpenAPI document is not refused for its size, and one beyond it is refused with its pointer', async (t) => {
  let count = 0
  for (const operation of document.operations) {
    const errors: string[] = []
    const sample = await recipeOf(operation).sample(w)
    const send = (changed: Sample) => callWith(s, operation, changed, headersFor(w, operation))
    for (const { description, pointer, atBound, beyond } of boundCasesOf(document, operation, sample)) {
      count++
      const accepted = await send(changesLater(operation) ? withUnknownField(atBound) : atBound)
      if (accepted.status >= 500) errors.push(`${description}: status ${accepted.status} at the bound`)
      const sizeError = sizeErrorAt(pointer, accepted)
      if (sizeError !== undefined) errors.push(`${description}: refused at the bound: ${sizeError.detail}`)
      const refused = await send(beyond)
      const problems = problemErrors(document, refused, [400, 413, 422], operation)
      const pointers: string[] = (refused.body?.errors ?? []).map(
        (error: { pointer: string }) => error.pointer,
      )
      if (
        problems.length === 0 &&
        refused.status !== 413 &&
        !pointers.some((given) => given.startsWith(pointer))
      )
        problems.push(`the pointers are ${pointers.join(' ') || 'missing'}`)
      errors.push(...problems.map((problem) => `${description}: beyond the bound: ${problem}`))
    }
    t.same(errors, [], operation.operationId)
  }
  t.ok(count > 300, `${count} bounds`)
})

test('JSON that is nested too deeply or has too many values is refused before it is parsed', async (t) => {
  const operation = document.operations.find(({ operationId }) => operationId === 'createCall') as Operation
  const send = (text: string) =>
    s.request('POST', operation.path, { ...w.company.headers, 'content-type': 'application/json' }, text)
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
  const objectOf = (fields: number) => `{${Array.from({ length: fields }, (_, i) => `"k${i}":1`)}}`
  const list = (values: number) => `[${Array(values - 1).fill(1)}]`
  for (const [text, code] of [
    [nested(maxJsonDepth), 'invalid_body'],
    [nested(maxJsonDepth + 1), 'too_deep'],
    ['['.repeat(4_000_000), 'too_deep'],
    [`"${'[\\"'.repeat(1_000)}"`, 'invalid_body'],
    [`{"a":"${'x'.repeat(100)}\\\\","b":${nested(maxJsonDepth)}}`, 'too_deep'],
    [list(maxJsonValues), 'invalid_body'],
    [list(maxJsonValues + 1), 'too_many_values'],
    [objectOf(maxJsonNames), 'invalid_body'],
    [objectOf(maxJsonNames + 1), 'too_many_values'],
    [`[${Array(50_000).fill('{"a":1,"b":2}')}]`, 'invalid_body'],
    ['"'.repeat(1_000_001), 'malformed_request'],
  ] as const)
    t.match(await send(text), { status: 400, body: { code } }, text.slice(0, 20))
})
