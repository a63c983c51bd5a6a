import type { ErrorObject } from 'ajv'
import type { FieldError } from '../errors.ts'
import { groupBy } from '../group-by.ts'
import { visiblePattern } from '../text.ts'
import { formatDetail, formatText, hintsOf } from './format-errors.ts'
import { childPointer } from './json-pointer.ts'
import { jsonBytes } from './json-size.ts'
import { receivedText } from './received-value.ts'
import { findInexactNumber, inexactNumberText } from './storable-json.ts'
import { withoutUnions } from './union-errors.ts'
import { alternativesText, countText, didYouMean, listText, oneOfText } from './word-lists.ts'

export interface FieldErrorOptions {
  /** The name of a member of the input in messages: "field", "query parameter". */
  noun?: string
}

/**
 * Turns Ajv's errors into one sentence per invalid field: what is allowed, and what was received. The validator needs the
 * options `allErrors` and `verbose`, because only verbose errors carry the received value and the schema.
 */
export function fieldErrors(
  errors: readonly ErrorObject[],
  { noun = 'field' }: FieldErrorOptions = {},
): FieldError[] {
  return [...groupBy(withoutUnions(errors), fieldPointer)].flatMap(([pointer, group]) =>
    detailsOf(group, noun).map((detail) => ({ pointer, detail })),
  )
}

/**
 * The field that an error is about: a missing or unknown member itself, a name that is not allowed, the field that names the kind
 * of an object, a number within free JSON; otherwise the value that was checked.
 */
function fieldPointer({ keyword, instancePath, params, data }: ErrorObject): string {
  if (keyword === 'x-exact-numbers') return `${instancePath}${findInexactNumber(data) ?? ''}`
  const names = [params.missingProperty, params.additionalProperty]
  if (keyword === 'propertyNames') names.push(params.propertyName)
  if (keyword === 'discriminator') names.push(params.tag)
  const member = names.find((name) => name !== undefined) as string | undefined
  return member === undefined ? instancePath : childPointer(instancePath, member)
}

/** The messages for all errors of one field, without repetitions. */
function detailsOf(errors: ErrorObject[], noun: string): string[] {
  const withKeyword = (keyword: string) => errors.filter((error) => error.keyword === keyword)
  const [first] = errors
  const received = first === undefined ? '' : receivedOf(first)
  const details: string[] = []
  const constants = withKeyword('const').map(({ params }) => String(params.allowedValue))
  // A value of the wrong type is not one of the allowed values either, and these are more exact.
  const hasAllowedValues = constants.length > 0 || withKeyword('enum').length > 0
  const types = hasAllowedValues ? [] : withKeyword('type')
  if (types.length > 0) details.push(typeDetail(types, received))
  if (constants.length > 0) details.push(`${oneOfText(constants, first?.data)} ${received}`)
  const formats = withKeyword('format').map(({ params }) => String(params.format))
  if (formats.length > 0) details.push(formatDetail(formats, first?.data, received))
  const isEmpty = withKeyword('minLength').length > 0
  for (const error of errors) {
    if (['type', 'const', 'format'].includes(error.keyword) || (isEmpty && error.keyword === 'pattern'))
      continue
    details.push(detailOf(error, noun))
  }
  return [...new Set(details)]
}

/** The type of a text with a format is that format: a number is no date. */
function typeDetail(errors: ErrorObject[], received: string): string {
  const formats = errors.flatMap(({ parentSchema }) => (parentSchema?.format as string | undefined) ?? [])
  const names = errors.flatMap(({ params, parentSchema }) =>
    parentSchema?.format === undefined
      ? ([params.type].flat() as string[]).map(typeText)
      : formatText(String(parentSchema.format)),
  )
  const must = `Must be ${alternativesText([...new Set(names)])}.`
  return [must, received, ...hintsOf(formats, errors[0]?.data)].join(' ')
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
  return `Must be ${range}. ${receivedOf(error)}`
}

const detailByKeyword: Record<string, Detail> = {
  required: (_error, noun) => `This ${noun} is required.`,
  additionalProperties: ({ params, parentSchema }, noun) => {
    const names = Object.keys(parentSchema?.properties ?? {})
    // An object of any names that have a pattern: its description has the pattern in words.
    if (names.length === 0 && parentSchema?.patternProperties !== undefined)
      return [`This name of a ${noun} is not allowed.`, ...documentationOf(parentSchema)].join(' ')
    if (names.length === 0) return `Unknown ${noun}. None is allowed here.`
    const similar = didYouMean(names, params.additionalProperty)
    return `Unknown ${noun}. Allowed: ${listText(names)}.${similar}`
  },
  enum: (error) => {
    const allowed = (error.schema as unknown[]).map(String)
    return `${oneOfText(allowed, error.data)} ${receivedOf(error)}`
  },
  minimum: rangeText,
  exclusiveMinimum: (error) => `Must be greater than ${error.params.limit}. ${receivedOf(error)}`,
  maximum: rangeText,
  minLength: (error) =>
    error.data === ''
      ? 'Must not be empty.'
      : `Must have at least ${countText(error.params.limit, 'character')}. ${receivedOf(error)}`,
  maxLength: ({ params, data }) =>
    `Must have at most ${countText(params.limit, 'character')}. Received ${countText(codePointsOf(String(data)), 'character')}.`,
  minItems: (error) => `Must have at least ${countText(error.params.limit, 'item')}. ${receivedOf(error)}`,
  maxItems: (error) => `Must have at most ${countText(error.params.limit, 'item')}. ${receivedOf(error)}`,
  minProperties: ({ params }) => `Must have at least ${countText(params.limit, 'field')}.`,
  maxProperties: ({ params, data }) =>
    `Must have at most ${countText(params.limit, 'field')}. Received ${countText(Object.keys(data as object).length, 'field')}.`,
  'x-max-bytes': ({ schema, data }) =>
    `Must have at most ${schema} bytes as JSON. Received ${countText(jsonBytes(data), 'byte')}.`,
  uniqueItems: ({ params }) => `Items must be unique. Items ${params.j} and ${params.i} are equal.`,
  multipleOf: (error) => `Must be a multiple of ${error.params.multipleOf}. ${receivedOf(error)}`,
  'x-exact-numbers': () => `The number ${inexactNumberText}`,
  pattern: (error) =>
    blankPatterns.includes(error.schema as string)
      ? 'Must not be only white space or invisible characters.'
      : ['Has the wrong format.', ...documentationOf(error.parentSchema), receivedOf(error)].join(' '),
  discriminator: ({ params, parentSchema }) =>
    [`The field "${params.tag}" is missing or unknown.`, ...documentationOf(parentSchema)].join(' '),
  propertyNames: ({ schema }) => ['Has a name that is not allowed.', ...documentationOf(schema)].join(' '),
}

/** Patterns that a text without any character to read does not match. */
const blankPatterns = [visiblePattern, '\\S']

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

/** The received value, as far as a message may repeat it. */
const receivedOf = ({ data, instancePath }: ErrorObject): string => receivedText(data, instancePath)
