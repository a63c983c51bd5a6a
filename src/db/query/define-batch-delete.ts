import { Type } from '@sinclair/typebox'
import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Db } from '../client.ts'
import { defineQuery } from './define-query.ts'
import { integer, timestamptz } from './parameters.ts'

interface BatchDelete {
  /** As in `defineQuery`. */
  name: string
  /** The primary key of the table. */
  key: PgColumn[]
  /** The condition of rows that expired before this time, and their order if an index has it. */
  expired: (before: SQL) => SQL
  /** Rows per call. */
  limit: number
}

/**
 * Defines a statement that deletes expired rows of all companies, a limited number per call. Returns a function that runs it
 * and returns the number deleted: a loop calls it again while it is not 0. Rows that others have locked are left for later.
 */
export function defineBatchDelete(table: PgTable, { name, key, expired, limit }: BatchDelete) {
  const columns = sql.join(key, sql`, `)
  const run = defineQuery({
    name,
    params: { expires_before: timestamptz, limit: integer },
    row: { deleted: Type.Integer() },
    sql: (p) => sql`
      with deleted_rows as (
        delete from ${table} where (${columns}) in (
          select ${columns} from ${table} where ${expired(p.expires_before)} limit ${p.limit}
          for update skip locked)
        returning 1
      )
      select count(*)::int as deleted from deleted_rows`,
  })
  return async (db: Db, expires_before: Date): Promise<number> => {
    const [result] = await run(db, { expires_before, limit })
    return result?.deleted ?? 0
  }
}
