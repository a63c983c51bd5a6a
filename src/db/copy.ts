import { once } from 'node:events'
import type { Sql } from 'postgres'
import type { Db } from './client.ts'

async function write(sql: Sql, statement: string, text: string): Promise<void> {
  const into = await sql.unsafe(statement).writable()
  const stored = once(into, 'finish')
  into.end(text)
  await stored
}

/**
 * Stores rows by COPY, on a connection that nobody else has meanwhile: the driver would send other statements into the
 * middle of it. It never hears of a row that the server refuses within a COPY, so a clock watches, and the connection is
 * given up with what it may have stored.
 *
 * @param statement `copy ... from stdin`
 * @param text rows in COPY's text format
 * @throws Error when it was not stored in time; what the connection says
 */
export async function copyIn(db: Db, statement: string, text: string, withinMs: number): Promise<void> {
  const connection = await db.pool.acquire()
  let timer: NodeJS.Timeout | undefined
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('rows were not stored in time')), withinMs)
    })
    await Promise.race([write(connection.sql, statement, text), late])
  } catch (error) {
    connection.isLost = true
    throw error
  } finally {
    clearTimeout(timer)
    db.pool.release(connection)
  }
}
