import type { Logger } from 'drizzle-orm/logger'
import { PgDialect } from 'drizzle-orm/pg-core'
import { PostgresJsDatabase, PostgresJsSession } from 'drizzle-orm/postgres-js'
import type { Sql } from 'postgres'
import type { Connection } from './connection.ts'
import type { Pool } from './pool.ts'

/** A parameter value that the driver accepts. */
export type BoundValue = string | number | boolean | null

/** Sends one statement. It is prepared, unless it has more than 64 parameters. */
export type Send = (text: string, parameters: BoundValue[]) => Promise<Record<string, unknown>[]>

/** The part of a postgres.js client that Drizzle uses. */
export type Statements = Pick<Sql, 'unsafe'>

/** Sends a statement on a connection. Resolves with its rows. */
export type Statement = (connection: Connection) => PromiseLike<unknown>

/** A statement with more parameters has a text per number of rows, and each prepared text uses memory of the server. */
const maxPreparedParameters = 64

/**
 * Statements that are prepared, named and sent when they are awaited, as Drizzle expects it of the driver. Without a name,
 * postgres.js asks the server to describe each one first, which is a second round trip. The number of texts is small: a
 * function builds the same text each time.
 *
 * @param run sends the statement on a connection
 */
export function lazyStatements(run: (statement: Statement) => Promise<unknown>): Statements {
  type Query = ReturnType<Sql['unsafe']>
  const unsafe = (text: string, parameters?: never[], options?: object) => {
    const prepare = (parameters?.length ?? 0) <= maxPreparedParameters
    const lazily = (execute: (query: Query) => PromiseLike<unknown>) => ({
      // biome-ignore lint/suspicious/noThenProperty: Drizzle awaits the query, or its values(), as it does with the driver.
      then: (resolve: (value: unknown) => unknown, reject: (error: unknown) => unknown) =>
        run((connection) => execute(connection.send(text, parameters, { ...options, prepare }))).then(
          resolve,
          reject,
        ),
    })
    return { ...lazily((query) => query), values: () => lazily((query) => query.values()) }
  }
  return { unsafe: unsafe as unknown as Sql['unsafe'] }
}

/** Statements outside of transactions, each on a free connection of the pool, which it shares with other lanes. */
export const statementsOn = (pool: Pool, lane: string): Statements =>
  lazyStatements(async (statement) => {
    const connection = await pool.acquire({ lane })
    try {
      if (!connection.isEstablished) await connection.establish()
      return await statement(connection)
    } catch (error) {
      connection.handleError(error)
      throw error
    } finally {
      pool.release(connection)
    }
  })

const dialect = new PgDialect()

/** Drizzle and `send` on these statements. */
export function drizzleOn(statements: Statements, logger?: Logger): { orm: PostgresJsDatabase; send: Send } {
  const session = new PostgresJsSession(statements as Sql, dialect, undefined, logger ? { logger } : {})
  return {
    orm: new PostgresJsDatabase(dialect, session, undefined),
    send: async (text, parameters) => statements.unsafe(text, parameters),
  }
}
