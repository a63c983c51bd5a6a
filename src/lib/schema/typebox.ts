import { type TSchema, type TUnsafe, Type } from '@sinclair/typebox'
import { visiblePattern } from '../text.ts'

export const Id = Type.String({ format: 'uuid' })

/** An instant in a response. Rows contain a Date; it is serialized as ISO 8601 in UTC, to the millisecond. */
export const Time = Type.Unsafe<Date>({ type: 'string', format: 'date-time' })

/** An instant in a request. */
export const TimeInput = Type.String({
  format: 'date-time',
  description: 'ISO 8601 date and time with an offset or Z.',
})

/** Longest decimal text of a request: 9 digits before the point, 30 after it. */
const maxDecimalLength = 40

/** USD as a decimal string: a float is not exact. */
export const Money = Type.String({
  pattern: '^\\d+(\\.\\d+)?$',
  description: 'USD as an exact decimal string.',
  examples: ['0.072781'],
})

/** `Money` in a request. */
export const MoneyInput = Type.String({
  ...Money,
  maxLength: maxDecimalLength,
  description: `USD as an exact decimal string of at most ${maxDecimalLength} characters.`,
})

/** A text that people read as a name: it has at least one visible character. */
export const VisibleText = (maxLength: number, options: { description?: string; examples?: string[] } = {}) =>
  Type.String({ minLength: 1, maxLength, pattern: visiblePattern, ...options })

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** A string that is one of `values`. */
export const OneOf = <const T extends readonly string[]>(values: T, options: { description?: string } = {}) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...options })

/** A string that is a key of `descriptions`, with the sentence of each value. @param summary what the field means */
export const OneOfDescribed = <K extends string>(
  descriptions: Readonly<Record<K, string>>,
  summary?: string,
) => {
  const values = Object.keys(descriptions) as K[]
  const sentences = values.map((value) => `\`${value}\`: ${descriptions[value]}`)
  return OneOf(values, { description: [summary, ...sentences].filter(Boolean).join(' ') })
}

/** Where a schema keeps its synonyms. A symbol, so that validators and the OpenAPI document do not see it. */
const synonymsKey = Symbol('synonyms')

/**
 * A string schema that also accepts other names of its values. `http/request-compatibility.ts` replaces them in queries and
 * bodies before the validation, so that handlers and responses only have the values.
 *
 * @param synonyms the other names of each value
 */
export function WithSynonyms<S extends string>(
  schema: TUnsafe<S>,
  synonyms: Readonly<Record<S, readonly string[]>>,
): TUnsafe<S> {
  const values = schema.enum as S[]
  const valueBySynonym = new Map(values.flatMap((value) => synonyms[value].map((name) => [name, value])))
  if (valueBySynonym.size === 0) return schema
  const sentences = values
    .filter((value) => synonyms[value].length > 0)
    .map((value) => `${synonyms[value].map((name) => `\`${name}\``).join(', ')} for \`${value}\``)
  const description = [schema.description, `Also accepted: ${sentences.join('; ')}.`]
    .filter(Boolean)
    .join(' ')
  return { ...schema, description, [synonymsKey]: valueBySynonym }
}

/** The values of a schema by their other names; undefined when it has none. */
export const synonymsOf = (schema: object): ReadonlyMap<string, string> | undefined =>
  (schema as { [synonymsKey]?: ReadonlyMap<string, string> })[synonymsKey]

/** The country of phone numbers without a country code. */
export const Country = Type.String({
  pattern: '^[A-Z]{2}$',
  description: 'ISO 3166-1 alpha-2 country of phone numbers without a country code.',
  examples: ['RU'],
})

export const JsonObject = Type.Record(Type.String(), Type.Unknown())

const maxFields = 1_000

/**
 * An object of a request whose fields the caller chooses. Not for responses: rows that are older than the limits may be larger.
 *
 * @param summary what the object holds
 */
export const BoundedJsonObject = (maxBytes: number, summary = '', options: { examples?: unknown[] } = {}) =>
  Type.Record(Type.String(), Type.Unknown(), {
    ...options,
    maxProperties: maxFields,
    'x-max-bytes': maxBytes,
    'x-exact-numbers': true,
    description:
      `${summary} At most ${maxBytes / 1024} KiB as JSON, and ${maxFields} fields. Numbers beyond 2^53 are rejected: send them as strings.`.trim(),
  })

/**
 * A request body, or an object inside one. Properties that it does not define are rejected.
 *
 * @param options.examples the first one is the example of the operation in the OpenAPI document: it has to succeed as it is
 * @param options.title the name of the schema in the document; without it the name is made from the operation
 */
export const Body = <P extends Record<string, TSchema>>(
  properties: P,
  options: { examples?: unknown[]; title?: string; description?: string } = {},
) => Type.Object(properties, { additionalProperties: false, ...options })
