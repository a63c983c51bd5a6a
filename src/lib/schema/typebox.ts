import { type TSchema, Type } from '@sinclair/typebox'

export const Id = Type.String({ format: 'uuid' })

/** An instant in a response. Rows contain a Date; it is serialized as ISO 8601 in UTC, to the millisecond. */
export const Time = Type.Unsafe<Date>({ type: 'string', format: 'date-time' })

/** An instant in a request. */
export const TimeInput = Type.String({
  format: 'date-time',
  description: 'ISO 8601 date and time with an offset or Z.',
})

/** USD as a decimal string: a float is not exact. */
export const Money = Type.String({
  pattern: '^\\d+(\\.\\d+)?$',
  description: 'USD as an exact decimal string.',
  examples: ['0.072781'],
})

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

/** The country of phone numbers without a country code. */
export const Country = Type.String({
  pattern: '^[A-Z]{2}$',
  description: 'ISO 3166-1 alpha-2 country of phone numbers without a country code.',
  examples: ['RU'],
})

export const JsonObject = Type.Record(Type.String(), Type.Unknown())

/** A request body. Properties that it does not define are rejected. */
export const Body = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false })
