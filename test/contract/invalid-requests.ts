import { maxUrlLength } from '../../src/http/request-target.ts'
import type { Headers, TestResponse } from '../setup/service.ts'
import { invalidValues, objectsIn, pointerOf, withValueAt } from './body-objects.ts'
import type { ApiDocument, Operation, Schema } from './document.ts'
import type { Sample } from './recipes.ts'
import {
  callWith,
  headersFor,
  isIdParameter,
  needsCompany,
  parametersIn,
  unusedId,
  urlOf,
} from './requests.ts'
import type { World } from './world.ts'

/** A request that must be rejected. */
export interface InvalidRequest {
  description: string
  send: () => Promise<TestResponse>
  statuses: readonly number[]
  code?: string
  /** The pointer of at least one error starts with this. */
  pointer?: string
}

/** Keys that every operation rejects, and one valid key per scope. */
export interface Keys {
  invalid: Record<string, Headers>
  scoped: Record<string, Headers>
}

/** Creates the keys for a company. */
export async function createKeys(w: World): Promise<Keys> {
  const { s, company } = w
  s.setNow(new Date('2020-01-01T00:00:00Z'))
  const url = `/api/companies/${company.id}/keys`
  const expiredKey = { name: 'old', scopes: ['admin'], expires_at: '2020-01-02T00:00:00Z' }
  const expired = await w.send('POST', url, expiredKey, s.platform)
  s.setNow(undefined)
  const revoked = await w.send('POST', url, { name: 'revoked', scopes: ['admin'] }, s.platform)
  await w.send('DELETE', `${url}/${revoked.id}`, undefined, s.platform)
  const scoped: Keys['scoped'] = {}
  for (const scope of ['read', 'write', 'ingest', 'admin'] as const)
    scoped[scope] = await company.createKey(scope)
  return {
    invalid: {
      'no key': {},
      'an unknown key': { authorization: `Bearer nv_00000000_${'x'.repeat(43)}` },
      'an expired key': { authorization: `Bearer ${expired.key}` },
      'a revoked key': { authorization: `Bearer ${revoked.key}` },
      'Basic authentication': { authorization: 'Basic YTpi' },
    },
    scoped,
  }
}

/** The scopes that each scope includes. */
const includedScopes: Record<string, readonly string[]> = {
  read: ['read'],
  write: ['write', 'read'],
  ingest: ['ingest'],
  admin: ['admin', 'write', 'read', 'ingest'],
}

/** Every request that an operation must reject according to the OpenAPI document, derived from one that succeeds. */
export function* invalidRequestsOf(
  w: World,
  document: ApiDocument,
  operation: Operation,
  sample: Sample,
  keys: Keys,
): Generator<InvalidRequest> {
  if (operation.scopes.length > 0) yield* withKeys(w, operation, sample, keys)
  yield* withInvalidUrl(w, document, operation, sample)
  if (operation.body?.type === 'application/json')
    yield* withInvalidBody(w, document, operation, operation.body.schema, sample)
}

const sender =
  ({ s }: World, operation: Operation, sample: Sample, headers: Headers) =>
  () =>
    callWith(s, operation, sample, headers)

let senders = 0
/** The address of another client, as a trusted proxy reports it: an address that sends many wrong keys gets 429. */
const fromAnotherAddress = (): Headers => ({ 'x-forwarded-for': `2001:db8:0:${(++senders).toString(16)}::1` })

function* withKeys(w: World, operation: Operation, sample: Sample, keys: Keys): Generator<InvalidRequest> {
  for (const [description, headers] of Object.entries(keys.invalid))
    yield {
      description,
      send: sender(w, operation, sample, { ...headers, ...fromAnotherAddress() }),
      statuses: [401],
      code: 'unauthenticated',
    }
  const withUnknownParameter = { ...sample, query: { ...sample.query, zz_unknown: '1' } }
  for (const [scope, headers] of Object.entries(keys.scoped)) {
    const isSufficient = operation.scopes.some((accepted) => includedScopes[scope]?.includes(accepted))
    // With a sufficient key the request is authorized, and then rejected because of its query.
    yield isSufficient
      ? {
          description: `the scope ${scope}, which is sufficient`,
          send: sender(w, operation, withUnknownParameter, headers),
          statuses: [400],
          code: 'invalid_querystring',
        }
      : {
          description: `the scope ${scope}, which is not sufficient`,
          send: sender(w, operation, sample, headers),
          statuses: [403],
          code: 'scope_missing',
        }
  }
  if (needsCompany(operation) && !operation.path.startsWith('/api/companies/')) {
    const withoutCompany = sender(w, operation, sample, w.s.platform)
    yield {
      description: 'the platform key without X-Company-Id',
      send: withoutCompany,
      statuses: [400],
      code: 'company_unnamed',
    }
  }
}

function* withInvalidUrl(
  w: World,
  document: ApiDocument,
  operation: Operation,
  sample: Sample,
): Generator<InvalidRequest> {
  const headers = headersFor(w, operation)
  const sendWith = (change: Partial<Sample>) => sender(w, operation, { ...sample, ...change }, headers)
  if (operation.path.startsWith('/api/')) {
    yield {
      description: 'an unknown query parameter',
      send: sendWith({ query: { ...sample.query, zz_unknown: '1' } }),
      statuses: [400],
      code: 'invalid_querystring',
      pointer: '/zz_unknown',
    }
  }
  for (const { name, schema = {} } of parametersIn(operation, 'query')) {
    for (const value of invalidTexts(document, schema)) {
      const fits = value.length < maxUrlLength
      yield {
        description: `?${name}=${value.slice(0, 20)}`,
        send: sendWith({ query: { ...sample.query, [name]: value } }),
        statuses: [fits ? 400 : 414],
        ...(fits && { pointer: `/${name}` }),
      }
    }
  }
  for (const parameter of parametersIn(operation, 'path')) {
    const { name, schema = {} } = parameter
    for (const value of invalidTexts(document, schema)) {
      yield {
        description: `{${name}} is ${value.slice(0, 20)}`,
        send: sendWith({ params: { ...sample.params, [name]: value } }),
        statuses: [400],
        code: 'invalid_params',
        pointer: `/${name}`,
      }
    }
    const unusedValue = isIdParameter(parameter) ? unusedId() : (schema.maximum ?? unusedId())
    yield {
      description: `{${name}} that no row has`,
      send: sendWith({ params: { ...sample.params, [name]: unusedValue } }),
      statuses: [404],
    }
  }
}

/** Texts that a parameter rejects, also after they are coerced to a number or a boolean. */
function* invalidTexts(document: ApiDocument, schema: Schema): Generator<string> {
  for (const value of invalidValues(document, schema)) {
    const text = typeof value === 'object' ? '[]' : String(value)
    const coerced = [text, [text], Number(text), text === 'true' || (text === 'false' ? false : text)]
    if (text !== '' && !coerced.some((coercedValue) => document.matches(schema, coercedValue))) yield text
  }
}

function* withInvalidBody(
  w: World,
  document: ApiDocument,
  operation: Operation,
  schema: Schema,
  sample: Sample,
): Generator<InvalidRequest> {
  const url = urlOf(operation, sample)
  const headers = { ...headersFor(w, operation), ...sample.headers }
  const sendText = (type: string, payload: string) => () =>
    w.s.request(
      operation.method,
      url,
      { ...headers, ...sample.sign?.(payload), 'content-type': type },
      payload,
    )
  const sendJson = (value: unknown) => sendText('application/json', JSON.stringify(value))
  const text = JSON.stringify(sample.body)
  const tooLarge = `"${'x'.repeat(w.s.app.initialConfig.bodyLimit ?? 1_048_576)}"`
  yield {
    description: 'incomplete JSON',
    send: sendText('application/json', '{"a":'),
    statuses: [400],
    code: 'malformed_request',
  }
  // An empty body is no body. A signature covers the text of the body, so signed requests need one.
  if (operation.isSigned || !document.matches(schema, null)) {
    yield {
      description: 'an empty body',
      send: sendText('application/json', ''),
      statuses: [400],
      code: operation.isSigned ? 'malformed_request' : 'invalid_body',
    }
  }
  yield {
    description: 'a body over the limit',
    send: sendText('application/json', tooLarge),
    statuses: [413],
  }
  const acceptsForms = operation.bodies.some(({ type }) => type === 'multipart/form-data')
  const otherTypes = ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'json']
  for (const type of otherTypes.filter((name) => !acceptsForms || !name.startsWith('multipart/')))
    yield { description: `a body as ${type}`, send: sendText(type, text), statuses: [415] }
  for (const value of invalidValues(document, schema))
    yield {
      description: `${JSON.stringify(value)} as the body`,
      send: sendJson(value),
      statuses: [400],
      pointer: '',
    }
  for (const { path, schema: part, value, isCheckedLater } of objectsIn(document, schema, sample.body)) {
    if (isCheckedLater) continue
    for (const change of invalidChangesOf(document, part, value)) {
      const target = [...path, change.name]
      yield {
        description: `${change.description} ${pointerOf(target)}`,
        send: sendJson(withValueAt(sample.body, target, change.value)),
        statuses: [400],
        pointer: pointerOf(target),
      }
    }
  }
}

interface Change {
  description: string
  name: string
  value: unknown
}

/** Changes that make an object invalid, one field at a time. */
function* invalidChangesOf(
  document: ApiDocument,
  schema: Schema,
  value: Record<string, unknown>,
): Generator<Change> {
  if (schema.additionalProperties === false)
    yield { description: 'unknown field', name: 'zz_unknown', value: 1 }
  for (const name of schema.required ?? [])
    if (value[name] !== undefined) yield { description: 'without', name, value: undefined }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    for (const invalid of invalidValues(document, property))
      yield { description: `${JSON.stringify(invalid)?.slice(0, 30)} as`, name, value: invalid }
  }
}
