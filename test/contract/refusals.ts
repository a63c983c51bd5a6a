import type { Headers, TestResponse } from '../setup/service.ts'
import type { ApiDocument, Operation, Schema } from './document.ts'
import { placesIn, pointerOf, unfit, withAt } from './places.ts'
import type { Sample } from './recipes.ts'
import { callWith, headersFor, isOfCompany, isOfIds, noId, parametersIn, urlOf } from './requests.ts'
import type { World } from './world.ts'

/** A call that must be refused. */
export interface Variant {
  what: string
  call: () => Promise<TestResponse>
  statuses: readonly number[]
  code?: string
  /** Some fault of the answer is at, or inside of, this place. */
  pointer?: string
}

/** Keys that are refused everywhere, and one for each scope. */
export interface Keys {
  bad: Record<string, Headers>
  scoped: Record<string, Headers>
}

/** Makes the keys of a world's company. */
export async function keysOf(w: World): Promise<Keys> {
  const { s, company } = w
  s.setNow(new Date('2020-01-01T00:00:00Z'))
  const url = `/api/companies/${company.id}/keys`
  const old = { name: 'old', scopes: ['admin'], expires_at: '2020-01-02T00:00:00Z' }
  const expired = await w.make('POST', url, old, s.platform)
  s.setNow(undefined)
  const revoked = await w.make('POST', url, { name: 'revoked', scopes: ['admin'] }, s.platform)
  await w.make('DELETE', `${url}/${revoked.id}`, undefined, s.platform)
  const scoped: Keys['scoped'] = {}
  for (const scope of ['read', 'write', 'ingest', 'admin'] as const)
    scoped[scope] = await company.createKey(scope)
  return {
    bad: {
      'no key': {},
      'an unknown key': { authorization: `Bearer nv_00000000_${'x'.repeat(43)}` },
      'an expired key': { authorization: `Bearer ${expired.key}` },
      'a revoked key': { authorization: `Bearer ${revoked.key}` },
      'a key that is no bearer': { authorization: 'Basic YTpi' },
    },
    scoped,
  }
}

/** What each scope may do besides itself. */
const includes: Record<string, readonly string[]> = {
  read: ['read'],
  write: ['write', 'read'],
  ingest: ['ingest'],
  admin: ['admin', 'write', 'read', 'ingest'],
}

/** Every call of an operation that must be refused, as the document says it, made from one that succeeds. */
export function* refusalsOf(
  w: World,
  document: ApiDocument,
  operation: Operation,
  sample: Sample,
  keys: Keys,
): Generator<Variant> {
  if (operation.scopes.length > 0) yield* ofKeys(w, operation, sample, keys)
  yield* ofAddress(w, document, operation, sample)
  if (operation.body?.type === 'application/json')
    yield* ofBody(w, document, operation, operation.body.schema, sample)
}

const sending =
  ({ s }: World, operation: Operation, sample: Sample, headers: Headers) =>
  () =>
    callWith(s, operation, sample, headers)

function* ofKeys(w: World, operation: Operation, sample: Sample, keys: Keys): Generator<Variant> {
  for (const [what, headers] of Object.entries(keys.bad))
    yield { what, call: sending(w, operation, sample, headers), statuses: [401], code: 'unauthenticated' }
  const unknown = { ...sample, query: { ...sample.query, zz_unknown: '1' } }
  for (const [scope, headers] of Object.entries(keys.scoped)) {
    const isEnough = operation.scopes.some((one) => includes[scope]?.includes(one))
    // A key that is enough gets further: to what is wrong with the query.
    yield isEnough
      ? {
          what: `the scope ${scope} is enough`,
          call: sending(w, operation, unknown, headers),
          statuses: [400],
          code: 'invalid_querystring',
        }
      : {
          what: `the scope ${scope} is not enough`,
          call: sending(w, operation, sample, headers),
          statuses: [403],
          code: 'scope_missing',
        }
  }
  if (isOfCompany(operation) && !operation.path.startsWith('/api/companies/')) {
    const unnamed = sending(w, operation, sample, w.s.platform)
    yield { what: 'the platform names no company', call: unnamed, statuses: [400], code: 'company_unnamed' }
  }
}

function* ofAddress(
  w: World,
  document: ApiDocument,
  operation: Operation,
  sample: Sample,
): Generator<Variant> {
  const headers = headersFor(w, operation)
  const with_ = (change: Partial<Sample>) => sending(w, operation, { ...sample, ...change }, headers)
  if (operation.path.startsWith('/api/')) {
    yield {
      what: 'an unknown query parameter',
      call: with_({ query: { ...sample.query, zz_unknown: '1' } }),
      statuses: [400],
      code: 'invalid_querystring',
      pointer: '/zz_unknown',
    }
  }
  for (const { name, schema = {} } of parametersIn(operation, 'query')) {
    for (const value of unfitText(document, schema)) {
      yield {
        what: `?${name}=${value.slice(0, 20)}`,
        call: with_({ query: { ...sample.query, [name]: value } }),
        statuses: [400],
        pointer: `/${name}`,
      }
    }
  }
  for (const parameter of parametersIn(operation, 'path')) {
    const { name, schema = {} } = parameter
    for (const value of unfitText(document, schema)) {
      yield {
        what: `{${name}} is ${value.slice(0, 20)}`,
        call: with_({ params: { ...sample.params, [name]: value } }),
        statuses: [400],
        code: 'invalid_params',
        pointer: `/${name}`,
      }
    }
    const absent = isOfIds(parameter) ? noId() : (schema.maximum ?? noId())
    yield {
      what: `{${name}} is nothing's`,
      call: with_({ params: { ...sample.params, [name]: absent } }),
      statuses: [404],
    }
  }
}

/** Text that a parameter refuses; what is right once it is read as a number or a boolean is left out. */
function* unfitText(document: ApiDocument, schema: Schema): Generator<string> {
  for (const value of unfit(document, schema)) {
    const text = typeof value === 'object' ? '[]' : String(value)
    const readings = [text, [text], Number(text), text === 'true' || (text === 'false' ? false : text)]
    if (text !== '' && !readings.some((reading) => document.fits(schema, reading))) yield text
  }
}

function* ofBody(
  w: World,
  document: ApiDocument,
  operation: Operation,
  schema: Schema,
  sample: Sample,
): Generator<Variant> {
  const url = urlOf(operation, sample)
  const headers = { ...headersFor(w, operation), ...sample.headers }
  const raw = (type: string, payload: string) => () =>
    w.s.request(
      operation.method,
      url,
      { ...headers, ...sample.sign?.(payload), 'content-type': type },
      payload,
    )
  const json = (value: unknown) => raw('application/json', JSON.stringify(value))
  const text = JSON.stringify(sample.body)
  const tooLarge = `"${'x'.repeat(w.s.app.initialConfig.bodyLimit ?? 1_048_576)}"`
  yield {
    what: 'broken JSON',
    call: raw('application/json', '{"a":'),
    statuses: [400],
    code: 'malformed_request',
  }
  yield {
    what: 'an empty body',
    call: raw('application/json', ''),
    statuses: [400],
    code: 'malformed_request',
  }
  yield { what: 'a body over the limit', call: raw('application/json', tooLarge), statuses: [413] }
  for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'json'])
    yield { what: `a body as ${type}`, call: raw(type, text), statuses: [415] }
  for (const value of unfit(document, schema))
    yield { what: `${JSON.stringify(value)} as the body`, call: json(value), statuses: [400], pointer: '' }
  for (const { path, schema: part, value, isCheckedLater } of placesIn(document, schema, sample.body)) {
    if (isCheckedLater) continue
    for (const change of changesOf(document, part, value)) {
      const at = [...path, change.name]
      yield {
        what: `${change.what} ${pointerOf(at)}`,
        call: json(withAt(sample.body, at, change.value)),
        statuses: [400],
        pointer: pointerOf(at),
      }
    }
  }
}

interface Change {
  what: string
  name: string
  value: unknown
}

/** What makes an object unfit, a field at a time. */
function* changesOf(
  document: ApiDocument,
  schema: Schema,
  value: Record<string, unknown>,
): Generator<Change> {
  if (schema.additionalProperties === false) yield { what: 'unknown field', name: 'zz_unknown', value: 1 }
  for (const name of schema.required ?? [])
    if (value[name] !== undefined) yield { what: 'without', name, value: undefined }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    for (const wrong of unfit(document, property))
      yield { what: `${JSON.stringify(wrong)?.slice(0, 30)} as`, name, value: wrong }
  }
}
