import type { ErrorObject } from 'ajv'
import type { FieldError } from '../errors.ts'
import { groupBy } from '../group-by.ts'
import { childPointer } from './json-pointer.ts'
import { jsonBytes } from './json-size.ts'

export interface FieldErrorOptions {
  /** The name of a member of the input in messages: "field", "query parameter". */
  noun?: string
  /** Where an error is reported; `fieldPointer` unless given. */
  pointerOf?: (error: ErrorObject) => string
}

/**
 * Turns Ajv's errors into one sentence per invalid field: what is allowed, and what was received. The validator needs the
 * options `allErrors` and `verbose`, because only verbose errors carry the received value and the schema.
 */
export function fieldErrors(
  errors: readonly ErrorObject[],
  { noun = 'field', pointerOf = fieldPointer }: FieldErrorOptions = {},
): FieldError[] {
  return [...groupBy(withoutUnions(errors), pointerOf)].flatMap(([pointer, group]) =>
    detailsOf(group, noun).map((detail) => ({ pointer, detail })),
  )
}

/** The field that an error is about: a missing or unknown member itself, otherwise the value that was checked. */
export function fieldPointer({ instancePath, params }: ErrorObject): string {
  const member = (params.missingProperty ?? params.additionalProperty) as string | undefined
  return member === undefined ? instancePath : childPointer(instancePath, member)
}

/**
 * Replaces the error of a union by the errors of its alternatives. An alternative of another type than the value is left
 * out when a second one has the right type: for `string or null`, a malformed string is not also reported as "not null".
 */
function withoutUnions(errors: readonly ErrorObject[]): ErrorObject[] {
  const remaining: ErrorObject[] = []
  for (const error of errors) {
    if (error.keyword === 'if' || error.propertyName !== undefined) continue
    if (error.keyword !== 'anyOf' && error.keyword !== 'oneOf') {
      remaining.push(error)
      continue
    }
    // Ajv lists the errors of the alternatives right before the error of the union.
    const { instancePath } = error
    let first = remaining.length
    while (first > 0 && isWithin(remaining[first - 1]?.instancePath ?? '', instancePath)) first--
    const alternatives = remaining.splice(first)
    const specific = alternatives.filter(
      (alternative) => alternative.keyword !== 'type' || alternative.instancePath !== instancePath,
    )
    remaining.push(...(specific.length > 0 ? specific : alternatives.length > 0 ? alternatives : [error]))
  }
  return remaining
}

const isWithin = (pointer: string, parent: string) => pointer === parent || pointer.startsWith(`${parent}/`)

/** The messages for all errors of one field, without repetitions. */
function detailsOf(errors: ErrorObject[], noun: string): string[] {
  const withKeyword = (keyword: string) => errors.filter((error) => error.keyword === keyword)
  const received = errors[0] === undefined ? '' : receivedText(errors[0])
  const details: string[] = []
  const types = [...new Set(withKeyword('type').flatMap(({ params }) => [params.type].flat() as string[]))]
  if (types.length > 0) details.push(`Must be ${alternativesText(types.map(typeText))}. ${received}`)
  const constants = withKeyword('const').map(({ params }) => String(params.allowedValue))
  if (constants.length > 0) details.push(`${oneOfText(constants)} ${received}`)
  const formats = withKeyword('format').map(({ params }) => formatText(String(params.format)))
  if (formats.length > 0) details.push(`Must be ${alternativesText(formats)}. ${received}`)
  const isEmpty = withKeyword('minLength').length > 0
  for (const error of errors) {
    if (['type', 'const', 'format'].includes(error.keyword) || (isEmpty && error.keyword === 'pattern'))
      continue
    details.push(detailOf(error, noun))
  }
  return [...new Set(details)]
}

type Detail = (error: ErrorObject & { params: Record<string, number> }, noun: string) => string

const rangeText: Detail = (error) => {
  const { minimum, maximum } = error.parentSchema ?? {}
  const range =
    minimum === undefined
      ? `at most ${maximum}`
      : maximum === undefined
        ? `at least ${minimum}`
        : `between ${minimum} and ${maximum}`
  return `Must be ${range}. ${receivedText(error)}`
}

const detailByKeyword: Record<string, Detail> = {
  required: (_error, noun) => `This ${noun} is required.`,
  additionalProperties: ({ parentSchema }, noun) => {
    const names = Object.keys(parentSchema?.properties ?? {})
    return `Unknown ${noun}. ${names.length === 0 ? 'None is allowed here.' : `Allowed: ${names.join(', ')}.`}`
  },
  enum: (error) => `${oneOfText((error.schema as unknown[]).map(String))} ${receivedText(error)}`,
  minimum: rangeText,
  exclusiveMinimum: (error) => `Must be greater than ${error.params.limit}. ${receivedText(error)}`,
  maximum: rangeText,
  minLength: (error) =>
    error.data === ''
      ? 'Must not be empty.'
      : `Must have at least ${countText(error.params.limit, 'character')}. ${receivedText(error)}`,
  maxLength: ({ params, data }) =>
    `Must have at most ${countText(params.limit, 'character')}. Received ${countText(codePointsOf(String(data)), 'character')}.`,
  minItems: (error) => `Must have at least ${countText(error.params.limit, 'item')}. ${receivedText(error)}`,
  maxItems: (error) => `Must have at most ${countText(error.params.limit, 'item')}. ${receivedText(error)}`,
  minProperties: ({ params }) => `Must have at least ${countText(params.limit, 'field')}.`,
  maxProperties: ({ params, data }) =>
    `Must have at most ${countText(params.limit, 'field')}. Received ${countText(Object.keys(data as object).length, 'field')}.`,
  'x-max-bytes': ({ schema, data }) =>
    `Must have at most ${schema} bytes as JSON. Received ${countText(jsonBytes(data), 'byte')}.`,
  uniqueItems: ({ params }) => `Items must be unique. Items ${params.j} and ${params.i} are equal.`,
  multipleOf: (error) => `Must be a multiple of ${error.params.multipleOf}. ${receivedText(error)}`,
  pattern: (error) =>
    error.schema === '\\S'
      ? 'Must not be only white space.'
      : ['Has the wrong format.', ...documentationOf(error.parentSchema), receivedText(error)].join(' '),
  discriminator: ({ params, parentSchema }) =>
    [`The field "${params.tag}" is missing or unknown.`, ...documentationOf(parentSchema)].join(' '),
  propertyNames: ({ schema }) => ['Has a name that is not allowed.', ...documentationOf(schema)].join(' '),
}

const detailOf = (error: ErrorObject, noun: string): string =>
  detailByKeyword[error.keyword]?.(error, noun) ??
  ['Is not valid.', ...documentationOf(error.parentSchema)].join(' ')

/** The description and the example of a schema, as sentences. */
function documentationOf(schema: unknown): string[] {
  const { description, examples } = (schema ?? {}) as { description?: string; examples?: unknown[] }
  const example = examples?.[0]
  return [
    ...(description === undefined ? [] : [description.endsWith('.') ? description : `${description}.`]),
    ...(typeof example === 'string' ? [`Example: ${example}.`] : []),
  ]
}

/** The number of characters as Ajv counts them: a surrogate pair is one. */
function codePointsOf(text: string): number {
  let count = text.length
  for (let i = 1; i < text.length; i++) {
    const isPair = (text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800
    if (isPair) count--
  }
  return count
}

const typeText = (type: string) => typeNames[type] ?? type
const typeNames: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  null: 'null',
}

const formatText = (format: string) => formatNames[format] ?? `a valid ${format}`
const formatNames: Record<string, string> = {
  uuid: 'a UUID such as 0198f3c2-7d1e-7a53-9b1f-1f6f0e1d2c3b',
  date: 'an ISO 8601 date such as 2026-11-23',
  'date-time': 'an ISO 8601 date and time with a time zone such as 2026-11-23T09:00:00Z',
  email: 'an e-mail address such as ops@clinic.example',
  uri: 'an absolute URL such as https://clinic.example',
}

const oneOfText = (allowed: string[]) =>
  allowed.length === 1 ? `Must be ${allowed[0]}.` : `Must be one of: ${allowed.join(', ')}.`

/** "a, b or c". */
function alternativesText(texts: string[]): string {
  const last = texts.at(-1) ?? ''
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} or ${last}`
}

const countText = (count: number | undefined, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Strings longer than this are described, not repeated. */
const maxRepeatedLength = 40
/** Pointers of fields that may hold a secret. */
const secretPointer = /secret|token|passw|authorization|credential|api.?key|ticket|headers\//i
/** Whether the text may be a URL with a password: https://user:password@host. */
function mayHavePassword(text: string): boolean {
  const authority = text.indexOf('://')
  return authority !== -1 && text.includes('@', authority)
}

/** The received value, as far as a message may repeat it: no secret, and no 7 digits or more, which may be a phone number. */
function receivedText({ data, instancePath }: ErrorObject): string {
  if (data === undefined) return 'Received nothing.'
  if (typeof data !== 'string' && typeof data !== 'number') return `Received ${kindText(data)}.`
  if (data === '') return 'Received an empty string.'
  const text = JSON.stringify(data)
  const digits = text.replace(/\D/g, '').length
  const isDate = /^"\d{4}-\d\d/.test(text)
  const mayBeSecret = secretPointer.test(instancePath) || mayHavePassword(text)
  const isShort = text.length <= maxRepeatedLength && !/\p{C}/u.test(String(data))
  if (isShort && !mayBeSecret && (digits < 7 || isDate)) return `Received ${text}.`
  return typeof data === 'string'
    ? `Received a string of ${countText(data.length, 'character')}.`
    : `Received a number of ${countText(digits, 'digit')}.`
}

function kindText(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (!Array.isArray(value)) return 'an object'
  return value.length === 0 ? 'an empty array' : `an array of ${countText(value.length, 'item')}`
}
