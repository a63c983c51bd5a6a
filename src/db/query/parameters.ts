import { type Placeholder, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { BoundValue } from '../statements.ts'

/** A parameter type of `defineQuery`: its SQL, and how a value is sent. */
export interface Parameter<T> {
  /** The PostgreSQL type. */
  readonly type: string
  readonly render: (placeholder: Placeholder) => SQL
  readonly encode: (value: T) => BoundValue
}

export type ValuesOf<P> = { [K in keyof P]: P[K] extends Parameter<infer T> ? T : never }

const cast = <T>(type: string, encode: (value: T) => BoundValue): Parameter<T> => ({
  type,
  render: (placeholder) => sql`${placeholder}::${sql.raw(type)}`,
  encode,
})

export const uuid = cast<string>('uuid', (id) => id)
export const text = cast<string>('text', (value) => value)
export const integer = cast<number>('integer', (value) => value)
export const bigint = cast<number>('bigint', (value) => value)
export const double = cast<number>('double precision', (value) => value)
/** An exact decimal, as text. */
export const numeric = cast<string>('numeric', (value) => value)
export const boolean = cast<boolean>('boolean', (value) => value)
export const timestamptz = cast<Date>('timestamptz', (date) => date.toISOString())
/** Sent as text: on a client that Drizzle has not set up, the driver would encode a json parameter a second time. */
export const jsonb: Parameter<unknown> = {
  type: 'jsonb',
  render: (placeholder) => sql`${placeholder}::text::jsonb`,
  encode: JSON.stringify,
}
/** Any number of ids in one parameter: the statement's text, and so its prepared statement, stays the same. */
export const uuidArray = cast<readonly string[]>('uuid[]', (ids) => `{${ids.join(',')}}`)

/** `column = any(ids)`, for Drizzle's builder. Unlike that of `inArray`, its text does not depend on the number of ids. */
export const isAnyOf = (column: SQLWrapper, ids: readonly string[]): SQL =>
  sql`${column} = any(${uuidArray.encode(ids)}::uuid[])`

/** Any number of values in one parameter. */
export const arrayOf = <T>({ type, encode }: Parameter<T>): Parameter<readonly T[]> =>
  cast(`${type}[]`, (values) => `{${values.map((value) => arrayElement(encode(value))).join(',')}}`)

const arrayElement = (value: BoundValue) =>
  typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : (value ?? 'NULL')

export const textArray = arrayOf(text)

export const nullable = <T>({ type, render, encode }: Parameter<T>): Parameter<T | null> => ({
  type,
  render,
  encode: (value) => (value === null ? null : encode(value)),
})

/** Any number of rows in one parameter, as JSON. Use it as a table: `from ${p.rows}`, which has the name `alias`. */
export const recordset = <C extends Record<string, Parameter<never>>>(
  alias: string,
  columns: C,
): Parameter<readonly ValuesOf<C>[]> => {
  const types = Object.entries(columns).map(([name, { type }]) => `${name} ${type}`)
  return {
    type: 'json',
    render: (placeholder) =>
      sql`json_to_recordset(${placeholder}::text::json) as ${sql.raw(`${alias}(${types.join(', ')})`)}`,
    encode: JSON.stringify,
  }
}

/** Like `recordset`, for an array of rows that is JSON text already. */
export const encodedRecordset = (
  alias: string,
  columns: Record<string, Parameter<never>>,
): Parameter<string> => ({ ...recordset(alias, columns), encode: (json) => json })
