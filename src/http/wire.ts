import { type Static, type TSchema, Type } from '@sinclair/typebox'
import type { InferSelectModel } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { Body, Id, Nullable, OneOfDescribed } from '../lib/schema/typebox.ts'
import { slugPattern } from '../lib/slug.ts'
import { turnWarningCodes } from '../lib/turn-codes.ts'

/** TypeBox schemas that the requests and responses of all modules share. */
export { maxJsonBytes } from '../lib/schema/json-size.ts'
export * from '../lib/schema/typebox.ts'

/** A reference to a schema with an $id, so that the OpenAPI document has it once. The static type is that of the schema. */
export const Ref = <T extends TSchema>(schema: T) => {
  if (schema.$id === undefined) throw new Error('Ref() needs a schema with an $id.')
  return Type.Unsafe<Static<T>>({ $ref: `${schema.$id}#` })
}

/**
 * The properties of a schema for the rows of a table: one schema of its type for each column. Write `satisfies
 * RowFields<typeof calls>` behind them: a column that was added to the table then does not compile until it has a schema,
 * or is named in `Internal` as one that no client receives.
 */
export type RowFields<T extends PgTable, Internal extends keyof InferSelectModel<T> = never> = {
  [K in Exclude<keyof InferSelectModel<T>, Internal>]: TSchema & { static: InferSelectModel<T>[K] }
}

export const IdParams = Type.Object({ id: Id })

/** @param uniqueness the sentence on where it is unique */
export const Slug = (uniqueness: string, example: string) =>
  Type.String({
    pattern: slugPattern,
    maxLength: 64,
    description: `${uniqueness} Lower-case letters and digits, with single hyphens between them.`,
    examples: [example],
  })

/** The start or end of a period. A date means 00:00 of that day. */
export const PeriodBound = Type.Unsafe<string>({
  type: 'string',
  title: 'DateOrDateTime',
  anyOf: [{ format: 'date' }, { format: 'date-time' }],
  description:
    'ISO 8601 date or date-time. The period includes `start` and excludes `end`; a date means its first instant.',
})

export const Timezone = Type.String({
  minLength: 1,
  maxLength: 64,
  default: 'UTC',
  description: 'IANA time zone in which dates, days and hours are read and reported.',
  examples: ['Europe/Moscow'],
})

export const TimezoneData = Type.Object(
  {
    version: Type.String({ description: 'Release of the IANA time zone database.', examples: ['2026f'] }),
    released_on: Nullable(
      Type.String({
        description: 'Date on which the package with these data was published. Null: not known.',
        examples: ['2026-10-29'],
      }),
    ),
  },
  { title: 'TimezoneData', description: 'The time zone data with which all local times are computed.' },
)

export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'Items per page.' }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 500, description: 'The `next_cursor` of the previous page.' }),
  ),
  skip: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 10_000,
      description: 'Number of items to skip, as an alternative to `cursor`.',
    }),
  ),
}

export const PageOf = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    total: Type.Integer({ description: 'Number of matching items, counted up to 10,000.' }),
    total_is_exact: Type.Boolean({ description: 'false: there are more than `total` items.' }),
    next_cursor: Nullable(
      Type.String({ description: 'Pass as `cursor` to get the next page; null on the last page.' }),
    ),
  })

/**
 * Accepts any value: the module validates each item on its own, so that an invalid item does not reject the request. The
 * schema is published in OpenAPI.
 */
export const ValidatedPerItem = <T extends Parameters<typeof Type.Array>[0]>(schema: T) =>
  Type.Unsafe<unknown>({ anyOf: [schema, { title: 'Another item: it is validated on its own' }] })

/** Why an item of a request was not stored. */
export const RejectedItem = Type.Object(
  {
    index: Type.Integer({ minimum: 0, description: 'Position of the item in the request.' }),
    pointer: Type.String({
      description: 'JSON pointer into the request.',
      examples: ['/turns/3/eou_latency'],
    }),
    code: Type.String({ examples: ['invalid'] }),
    detail: Type.String({ examples: ['Must be at most 600000 ms. Received 900000.'] }),
  },
  { title: 'RejectedItem' },
)

/** Of a field that could not be used as it was sent. */
const warningFields = {
  field: Type.String({
    description: 'The field that is stored as null, or changed as the code states.',
    examples: ['eou_latency'],
  }),
  value: Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()], {
    description: 'The value that was sent; null for an object, an array or a long text.',
    examples: [-426],
  }),
  code: OneOfDescribed(turnWarningCodes, 'Why the value could not be used.'),
  reason: Type.String({ examples: ['The reply began 426 ms before the caller had finished.'] }),
}

/** The warnings in the response to a report. */
export const ReportWarnings = Type.Array(Type.Object(warningFields, { title: 'ReportWarning' }), {
  description: 'Fields that could not be used as they were sent. The rest is stored.',
})

/** A field of a stored item that could not be used as it is. */
export const ItemWarning = Type.Object(
  {
    index: Type.Integer({ minimum: 0, description: 'Position of the item in the request.' }),
    ...warningFields,
  },
  { title: 'ItemWarning' },
)

/** The body of an operation that needs only its URL: none, or an empty object. */
export const EmptyBody = Nullable(Body({}, { title: 'EmptyBody', description: 'No fields.' }))

/** The response body of a 204. */
export const NoContent = Type.Null({ description: 'Success, without a body.' })

/** The two methods of an update. Both change only the given fields: PATCH merges JSON objects, PUT replaces them. */
export const updateMethods = [
  {
    method: 'PATCH',
    verb: 'update',
    mode: 'merge',
    how: 'only the given fields change; objects are merged, RFC 7396',
  },
  { method: 'PUT', verb: 'put', mode: 'replace', how: 'only the given fields change; objects are replaced' },
] as const
