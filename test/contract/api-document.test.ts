// Tests of the OpenAPI document itself: its names, notations, descriptions, headers, links and webhooks.
import t, { test } from 'tap'
import { eventTypes } from '../../src/db/schema/index.ts'
import { type Headers, startTestService } from '../setup/service.ts'
import { ApiDocument, type Operation, type Schema } from './document.ts'
import { carrierSecret, listeningCarrier } from './recipes.ts'
import { callWith, headersFor, needsCompany, recipeOf } from './requests.ts'
import { World } from './world.ts'

interface Described extends Schema {
  default?: unknown
  discriminator?: { propertyName: string; mapping?: Record<string, string> }
}

interface RawOperation {
  operationId: string
  summary?: string
  description?: string
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> }
}

const env = { CARRIER_SECRET: carrierSecret, WEBHOOKS_TO_PRIVATE: 'true' }
const s = await startTestService(t, env, listeningCarrier)
const { body: raw } = await s.request('GET', '/openapi.json')
const document = new ApiDocument(raw)
const w = await World.of(s)

const rawOperations = Object.values(raw.paths as Record<string, Record<string, RawOperation>>).flatMap(
  (methods) => Object.values(methods),
)

/** Each schema inside a schema, with where it is; the schema itself first. */
function* schemasIn(schema: Described, place: string): Generator<{ place: string; schema: Described }> {
  yield { place, schema }
  const named = { ...schema.properties, ...schema.patternProperties }
  for (const [name, inner] of Object.entries(named)) yield* schemasIn(inner, `${place}.${name}`)
  for (const inner of [schema.items, schema.additionalProperties])
    if (typeof inner === 'object') yield* schemasIn(inner, `${place}[]`)
  for (const inner of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])])
    yield* schemasIn(inner, place)
}

/** Each schema of the document, with where it is. `isComponent`: it has a name. */
const allSchemas = [
  ...Object.entries(document.schemas).flatMap(([name, schema]) =>
    [...schemasIn(schema, name)].map((found) => ({ ...found, isComponent: found.schema === schema })),
  ),
  ...document.operations.flatMap((operation) =>
    [
      ...operation.bodies.map(({ type, schema }) => ({ place: `${operation.operationId} ${type}`, schema })),
      ...operation.parameters.map(({ name, schema = {} }) => ({
        place: `${operation.operationId} ${name}`,
        schema,
      })),
      ...Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
        Object.values(content).map(({ schema = {} }) => ({
          place: `${operation.operationId} ${status}`,
          schema,
        })),
      ),
    ].flatMap(({ place, schema }) =>
      [...schemasIn(schema, place)].map((found) => ({ ...found, isComponent: false })),
    ),
  ),
]
const placesOf = (matches: (found: (typeof allSchemas)[number]) => boolean) =>
  allSchemas.filter(matches).map(({ place }) => place)

test('Every object of the document has a name, so that generated clients have a type for it', async (t) => {
  const isAnonymous = ({ schema, isComponent }: (typeof allSchemas)[number]) =>
    !isComponent &&
    schema.properties !== undefined &&
    (Object.keys(schema.properties).length > 0 || schema.additionalProperties === false)
  t.same(placesOf(isAnonymous), [])
  for (const { operationId, requestBody } of rawOperations) {
    for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
      const isReference = [schema, ...(schema.anyOf ?? [])].some(({ $ref }) => $ref !== undefined)
      t.ok(isReference || type === 'text/csv', `the body of ${operationId} is a named schema`)
    }
  }
  const names = Object.keys(document.schemas)
  const pascalCase = (name: string) =>
    name.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())
  const inlineNames = Object.entries(document.schemas).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties).flatMap(([field, schema]) =>
      [schema, ...(schema.anyOf ?? [])].some((inner) => inner.type === 'object' || inner.enum !== undefined)
        ? [`${name}${pascalCase(field)}`]
        : [],
    ),
  )
  t.same(
    inlineNames.filter((name) => names.includes(name)),
    [],
    'no inline schema gets the name of a component',
  )
  for (const name of [
    'CreateCampaign',
    'UpdateCampaign',
    'CampaignPage',
    'CallTaskInput',
    'DiagnosticsSlots',
  ])
    t.ok(names.includes(name), name)
  t.same(
    names.filter((name) => !/^[A-Z][A-Za-z0-9]*$/.test(name)),
    [],
  )
  const lowerCase = names.map((name) => name.toLowerCase())
  t.equal(new Set(lowerCase).size, names.length, 'names differ in more than their case')
  t.same(
    names.filter((name) => name.startsWith('New') && names.includes(name.slice(3))),
    [],
    'no name is that of the constructor of another in Go',
  )
})

test('The schemas use only notations that client generators understand', async (t) => {
  t.same(
    placesOf(({ schema }) => Array.isArray(schema.type)),
    [],
    'no list of types',
  )
  t.same(
    placesOf(({ schema }) => schema.type !== undefined && (schema.anyOf ?? schema.oneOf) !== undefined),
    [],
    'no type beside alternatives',
  )
  t.same(
    placesOf(({ schema }) => typeof schema.default === 'object' && schema.default !== null),
    [],
    'no object or list as a default',
  )
  const discriminated = allSchemas.filter(({ schema }) => schema.discriminator !== undefined)
  t.ok(discriminated.length > 0)
  for (const { place, schema } of discriminated)
    t.same(
      Object.values(schema.discriminator?.mapping ?? {}).sort(),
      schema.oneOf?.map(({ $ref }) => $ref).sort(),
      `${place} has a mapping`,
    )
})

test('Every operation, parameter and field has a description', async (t) => {
  const isDescribed = (schema: Schema): boolean =>
    schema.description !== undefined ||
    (schema.$ref !== undefined && document.resolved(schema).description !== undefined) ||
    [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].some(isDescribed)
  const fields = allSchemas.flatMap(({ place, schema }) =>
    Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      isDescribed(property) ? [] : [`${place}.${name}`],
    ),
  )
  t.same(fields, [], 'describe the field in its schema, or in src/http/openapi/field-descriptions.ts')
  const parameters = document.operations.flatMap((operation) =>
    operation.parameters
      .filter(({ description, schema = {} }) => description === undefined && !isDescribed(schema))
      .map(({ name }) => `${operation.operationId} ${name}`),
  )
  t.same(parameters, [])
  const operations = rawOperations.filter(
    ({ summary = '', description = '' }) => description.length < 20 || summary.includes(description),
  )
  t.same(
    operations.map(({ operationId }) => operationId),
    [],
    'add a description that states what the summary does not',
  )
})

const takes = ({ parameters }: Operation, header: string) =>
  parameters.some(({ in: place, name }) => place === 'header' && name.toLowerCase() === header)

test('Operations document exactly the headers that they honour', async (t) => {
  for (const operation of document.operations) {
    const { operationId, method, scopes, responses } = operation
    const isIdempotent = method === 'POST' && recipeOf(operation).safeToRepeatBecause === undefined
    t.equal(takes(operation, 'idempotency-key'), isIdempotent, `${operationId}: Idempotency-Key`)
    const isOfCompany = scopes.length > 0 && !scopes.includes('platform')
    t.equal(takes(operation, 'x-company-id'), isOfCompany, `${operationId}: X-Company-Id`)
    t.ok(isOfCompany || !needsCompany(operation))
    t.equal(responses[412] !== undefined, takes(operation, 'if-match'), `${operationId}: 412`)
    t.ok(responses[500], `${operationId}: 500`)
    t.ok(responses.default, `${operationId}: any other error`)
  }
})

/** Whether a link is to a field that this response does not have: JSON rows are imported without an import. */
const isAbsent = (body: Record<string, unknown>) => (expression: string) =>
  expression.startsWith('$response.body#/') && body[expression.slice('$response.body#/'.length)] === undefined

/** Headers of HTTP itself and of the hosting, which operations do not document. */
const undocumented =
  /^(content-|date$|connection$|keep-alive$|transfer-encoding$|vary$|cache-control$|strict-transport-|x-(content|dns|download|frame|permitted|xss)|cross-origin-|origin-agent|referrer-policy|access-control-|accept-patch$|allow$|upgrade$)/

test('Every header of a response is documented, and the links of a created resource lead to it', async (t) => {
  for (const operation of document.operations) {
    const sample = await recipeOf(operation).sample(w)
    const key: Headers = takes(operation, 'idempotency-key')
      ? { 'idempotency-key': operation.operationId }
      : {}
    const headers = { ...headersFor(w, operation), ...key }
    const first = await callWith(s, operation, sample, headers)
    const { headers: documented = {}, links = {} } = operation.responses[first.status] ?? {}
    const names = Object.keys(documented).map((name) => name.toLowerCase())
    const sent = Object.keys(first.headers).filter((name) => !undocumented.test(name))
    t.same(
      sent.filter((name) => !names.includes(name)),
      [],
      `${operation.operationId}: headers of ${first.status}`,
    )
    if (first.status < 300)
      t.equal(names.includes('etag'), sent.includes('etag'), `${operation.operationId}: ETag`)
    for (const [name, { operationId, parameters }] of Object.entries(links)) {
      const target = document.operations.find((other) => other.operationId === operationId) as Operation
      t.ok(target, `${operation.operationId} links to ${name}`)
      if (target.method !== 'GET' || Object.values(parameters).some(isAbsent(first.body))) continue
      const params = Object.fromEntries(
        Object.entries(parameters).map(([parameter, expression]) => [
          parameter,
          expression.startsWith('$response.body#/')
            ? first.body[expression.slice('$response.body#/'.length)]
            : String(sample.params?.[expression.slice('$request.path.'.length)]),
        ]),
      )
      const followed = await callWith(s, target, { params }, headersFor(w, target))
      t.equal(followed.status, 200, `${operation.operationId} → ${operationId}`)
    }
  }
  const linked = document.operations.filter(({ responses }) => responses[201]?.links !== undefined)
  t.ok(linked.length > 8, `${linked.length} operations have links`)
})

test('Every event matches the payload that its webhook documents', async (t) => {
  const webhooks = raw.webhooks as Record<string, Record<string, RawOperation>>
  t.same(Object.keys(webhooks).sort(), [...eventTypes, 'webhook.test'].sort())
  await w.everything()
  const task = await w.cancelledTask()
  await w.send('PATCH', `/api/call-tasks/${task.id}`, { status: 'pending' })
  await w.campaignAfter('start', 'pause', 'resume', 'stop')
  await s.events.step()
  const { items } = await w.send('GET', '/api/events?limit=1000')
  const seen = new Set<string>()
  for (const { id, type, at, ...event } of items) {
    seen.add(type)
    const schema = webhooks[type]?.post?.requestBody?.content['application/json']?.schema as Schema
    const message = { type, timestamp: at, event_id: id, company_id: w.company.id, ...event }
    t.same(document.schemaErrors(schema, message), [], type)
  }
  t.ok(seen.size > 15, `${[...seen].join(' ')}`)
})
