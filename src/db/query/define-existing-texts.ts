import { Type } from '@sinclair/typebox'
import { sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Db } from '../client.ts'
import { defineQuery } from './define-query.ts'
import { textArray } from './parameters.ts'

/**
 * Returns a function that returns those of the given texts that a column has, in rows of any company.
 *
 * @param name as in `defineQuery`
 * @param column must have an index
 */
export function defineExistingTexts(name: string, column: PgColumn) {
  const select = defineQuery({
    name,
    params: { texts: textArray },
    row: { text: Type.String() },
    sql: (p) =>
      sql`select ${sql.identifier(column.name)} as text from ${column.table} where ${sql.identifier(column.name)} = any(${p.texts})`,
  })
  return async (db: Db, texts: readonly string[]): Promise<string[]> =>
    (await select(db, { texts })).map(({ text }) => text)
}
