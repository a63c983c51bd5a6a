import { type Static, type TProperties, type TSchema, Type } from '@sinclair/typebox'
import { is, Placeholder, type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { BoundValue, Send } from '../statements.ts'
import { type Parameter, uuid, type ValuesOf } from './parameters.ts'
import { rowDecoder } from './row-decoder.ts'

export interface QueryDefinition<
  P extends Record<string, Parameter<never>>,
  R extends TProperties,
  Given = unknown,
> {
  /** `<module>.<verb>_<object>`, unique. PostgreSQL's log, pg_stat_activity and pg_stat_statements show it. */
  name: string
  params: P
  /** The columns the statement returns, exactly; `{}` for a statement that returns no rows. */
  row: R
  /** Called once, when the module loads: the text never depends on values, so its prepared statement is reused. */
  sql: (params: { [K in keyof P]: SQL } & Given) => SQL
}

/** A transaction, or the database. */
interface Executor {
  readonly send: Send
}

/** A transaction of one company. */
interface CompanyExecutor extends Executor {
  readonly company_id: string
}

/** No argument for a statement without parameters, otherwise their values. */
type ArgumentsOf<P> = keyof P extends never ? [] : [values: ValuesOf<P>]

type Row = Record<string, unknown>
type RowCheck = (query: string, schema: TSchema, row: Row) => void
type Decoded<R extends TProperties> = { [K in keyof R]: Static<R[K]> }

/** Every query of the loaded modules, by name. */
export const queries = new Map<string, { text: string; schema: TSchema }>()
const dialect = new PgDialect()
let checkRow: RowCheck | undefined

/** Calls `check` with every decoded row. Tests set it; production does not, and pays one comparison per query. */
export function checkRowsWith(check: RowCheck | undefined): void {
  checkRow = check
}

/**
 * Defines a named statement with typed parameters and typed rows, for rows of several companies. Returns a function that
 * runs it in a transaction or on the database and returns its decoded rows. That function rejects with the driver's
 * PostgresError.
 *
 * The name is sent as a comment after the first keyword: PostgreSQL 18 drops a comment before it from pg_stat_statements.
 */
export function defineQuery<P extends Record<string, Parameter<never>>, R extends TProperties>(
  definition: QueryDefinition<P, R>,
): (executor: Executor, ...values: ArgumentsOf<P>) => Promise<Decoded<R>[]> {
  const run = prepare(definition)
  return (executor, ...[values]) => run(executor, values ?? {})
}

/**
 * Like `defineQuery`, for rows of one company. The statement has a further parameter `company_id`, which is always the
 * company of the transaction, so that it cannot be run for another one.
 */
export function defineCompanyQuery<P extends Record<string, Parameter<never>>, R extends TProperties>(
  definition: QueryDefinition<P, R, { company_id: SQL }>,
): (tx: CompanyExecutor, ...values: ArgumentsOf<P>) => Promise<Decoded<R>[]> {
  const run = prepare({
    ...definition,
    params: { ...definition.params, company_id: uuid },
  } as QueryDefinition<P & { company_id: Parameter<string> }, R>)
  return (tx, ...[values]) => run(tx, { ...values, company_id: tx.company_id })
}

/** Renders the statement and returns the function that runs it. */
function prepare<P extends Record<string, Parameter<never>>, R extends TProperties>(
  definition: QueryDefinition<P, R>,
) {
  const { name, params } = definition
  if (!/^[a-z_]+\.[a-z_]+$/.test(name) || queries.has(name)) throw new Error(`invalid query name: ${name}`)
  const schema: TSchema = Type.Object(definition.row as TProperties, { additionalProperties: false })
  const rendered = Object.entries(params).map(([key, param]) => [key, param.render(sql.placeholder(key))])
  const built = dialect.sqlToQuery(definition.sql(Object.fromEntries(rendered)))
  const text = built.sql.trim().replace(/^\w+/, (keyword) => `${keyword} /* ${name} */`)
  const decode = rowDecoder(definition.row)
  queries.set(name, { text, schema })

  return async (executor: Executor, values: Record<string, unknown>): Promise<Decoded<R>[]> => {
    const encoded: Record<string, BoundValue> = {}
    for (const key in params) encoded[key] = (params[key] as Parameter<unknown>).encode(values[key])
    const bound = built.params.map((param) => (is(param, Placeholder) ? encoded[param.name] : param))
    const rows = await executor.send(text, bound as BoundValue[])
    for (const row of rows) decode(row)
    if (checkRow !== undefined) for (const row of rows) checkRow(name, schema, row)
    return rows as Decoded<R>[]
  }
}

/** The row type of a query that `defineQuery` made. */
export type RowOf<Q> = Q extends (...args: never[]) => Promise<(infer T)[]> ? T : never
