import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Body, Id, Nullable } from '../lib/typebox.ts'

/** Shapes that every resource's wire is made of. */
export * from '../lib/typebox.ts'

/** A named schema as a reference: the document says it once, and the type is that of the named one. */
export const Ref = <T extends TSchema>(schema: T) => {
  if (schema.$id === undefined) throw new Error('a schema without $id cannot be referred to')
  return Type.Unsafe<Static<T>>({ $ref: `${schema.$id}#` })
}

export const IdParams = Type.Object({ id: Id })

/** Either bound of a period: a date is its first instant. */
export const PeriodBound = Type.Unsafe<string>({
  type: 'string',
  anyOf: [{ format: 'date' }, { format: 'date-time' }],
  description: 'ISO 8601 date or date-time; the period is half-open: start <= t < end.',
})

export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 500, description: '`next_cursor` of the page before.' })),
  skip: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 10_000, description: 'Rows to pass over, instead of a cursor.' }),
  ),
}

export const PageOf = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    total: Type.Integer({ description: 'Exact up to 10,000, and 10,000 beyond.' }),
    total_is_exact: Type.Boolean(),
    next_cursor: Nullable(Type.String()),
  })

/** What is asked by its address alone takes no body, or an empty one. */
export const EmptyBody = Nullable(Body({}))

/** 204: nothing to say. */
export const NoContent = Type.Null({ description: 'Done; there is no body.' })

/** How a thing is changed: PATCH merges JSON objects into what is there, PUT takes each as the whole. */
export const updateMethods = [
  { method: 'PATCH', verb: 'update', mode: 'merge', how: 'JSON merge patch: what is named' },
  { method: 'PUT', verb: 'put', mode: 'replace', how: 'what is named, objects as a whole' },
] as const
