import { type TSchema, Type } from '@sinclair/typebox'

export const Id = Type.String({ format: 'uuid' })

/** An instant. Rows hold a Date, and it is written as ISO 8601 in UTC, to the millisecond. */
export const Time = Type.Unsafe<Date>({ type: 'string', format: 'date-time' })

/** An instant as a caller sends it. */
export const TimeInput = Type.String({ format: 'date-time', description: 'ISO 8601 with an offset or Z.' })

/** USD, exact: a decimal string, because a float is not. */
export const Money = Type.String({
  pattern: '^\\d+(\\.\\d+)?$',
  description: 'USD, an exact decimal.',
  examples: ['0.072781'],
})

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** One word of a list. */
export const OneOf = <const T extends readonly string[]>(words: T, options: { description?: string } = {}) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...words], ...options })

/** What a number that names no country is read by. */
export const Country = Type.String({
  pattern: '^[A-Z]{2}$',
  description: 'ISO 3166 country of numbers without one.',
  examples: ['RU'],
})

export const JsonObject = Type.Record(Type.String(), Type.Unknown())

/** A body: what it does not name is refused. */
export const Body = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false })
