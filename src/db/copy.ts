import { once } from 'node:events'
import type { Sql } from 'postgres'
import type { Db } from './client.ts'

async function write(sql: Sql, statement: string, text: string): Promise<void> {
  const stream = await sql.unsafe(statement).writable()
  const finished = once(stream, 'finish')
  stream.end(text)
  await finished
}

/**
 * Stores rows with COPY on an exclusive connection: on a shared one the driver would send other statements during the
 * COPY. The driver does not report a row that the server rejects within a COPY, so there is a timeout. After an error
 * the connection is discarded; whether the rows were stored is then unknown.
 *
 * @param statement `copy ... from stdin`
 * @param text rows in COPY's text format
 * @throws Error after timeoutMs; errors of the connection
 */
export async function copyIn(db: Db, statement: string, text: string, timeoutMs: number): Promise<void> {
  const connection = await db.pool.acquire()
  let timer: NodeJS.Timeout | undefined
  try {
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`COPY did not finish within ${timeoutMs} ms`)), timeoutMs)
    })
    await Promise.race([write(connection.sql, statement, text), timeout])
  } catch (error) {
    connection.isLost = true
    throw error
  } finally {
    clearTimeout(timer)
    db.pool.release(connection)
  }
}
