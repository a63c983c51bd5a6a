// Tests that the examples of the OpenAPI document work: a reader sends them as they stand, with ids that exist.
import t, { test } from 'tap'
import { type Headers, startTestService } from '../setup/service.ts'
import type { Operation } from './document.ts'
import { readDocument } from './document.ts'
import { carrierSecret, listeningCarrier, type Sample } from './recipes.ts'
import { callWith, headersFor, isSuccess, parametersIn, recipeOf } from './requests.ts'
import { World } from './world.ts'

const env = { CARRIER_SECRET: carrierSecret, WEBHOOKS_TO_PRIVATE: 'true' }
const s = await startTestService(t, env, listeningCarrier)
const document = await readDocument(s)

/** Creates the resource that a field of an example refers to. */
const idFor: Record<string, (w: World) => Promise<string>> = {
  company_id: async (w) => w.company.id,
  skillbase_id: async (w) => (await w.published()).id,
  campaign_id: async (w) => (await w.campaign()).id,
  call_id: async (w) => (await w.call()).id,
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The example with the ids of resources of the company. Equal ids of an example stay equal. */
async function withRealIds(w: World, example: unknown): Promise<unknown> {
  const known: Record<string, string> = {}
  const replace = async (value: unknown, field: string): Promise<unknown> => {
    if (Array.isArray(value)) {
      const items: unknown[] = []
      for (const item of value) items.push(await replace(item, field))
      return items
    }
    if (typeof value === 'object' && value !== null) {
      const copy: Record<string, unknown> = {}
      for (const [name, inner] of Object.entries(value)) copy[name] = await replace(inner, name)
      return copy
    }
    if (typeof value !== 'string' || !uuid.test(value)) return value
    known[field] ??= (await idFor[field]?.(w)) ?? value
    return known[field]
  }
  return replace(example, '')
}

/** The body of an example as it is sent with a type: JSON, a form, or the text of a file. */
function encoded(type: string, example: unknown): { body: unknown; headers: Headers } {
  if (!type.startsWith('multipart/')) return { body: example, headers: { 'content-type': type } }
  const parts = Object.entries(example as Record<string, string>).map(([name, value]) => {
    const filename = name === 'file' ? '; filename="list.csv"\r\ncontent-type: text/csv' : ''
    return `--example\r\ncontent-disposition: form-data; name="${name}"${filename}\r\n\r\n${value}\r\n`
  })
  return {
    body: `${parts.join('')}--example--\r\n`,
    headers: { 'content-type': 'multipart/form-data; boundary=example' },
  }
}

async function errorsOf(w: World, operation: Operation, sample: Sample): Promise<unknown[]> {
  const { status, body } = await callWith(s, operation, sample, headersFor(w, operation))
  if (!isSuccess(operation, status)) return [status, body]
  return document.responseErrors(operation, status, body)
}

test('The example of every body, sent as it stands with real ids, succeeds', async (t) => {
  let count = 0
  for (const operation of document.operations) {
    for (const { type, example } of operation.bodies) {
      count++
      // Another company each time: an example uses the same names and numbers as others.
      const w = await World.of(s)
      const sample = await recipeOf(operation).sample(w)
      const { body, headers } = encoded(type, await withRealIds(w, example))
      const errors = await errorsOf(w, operation, {
        ...sample,
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers,
      })
      t.same(errors, [], `${operation.operationId} (${type})`)
    }
  }
  t.ok(count > 55, `${count} bodies`)
})

test('The example of every query parameter succeeds', async (t) => {
  const w = await World.of(s)
  for (const operation of document.operations.filter(({ method }) => method === 'GET')) {
    const sample = await recipeOf(operation).sample(w)
    for (const { name, schema = {}, example = schema.examples?.[0] } of parametersIn(operation, 'query')) {
      if (example === undefined) continue
      const query = { ...sample.query, [name]: String(example) }
      t.same(await errorsOf(w, operation, { ...sample, query }), [], `${operation.operationId} ?${name}`)
    }
  }
})
