import postgres, { type Sql } from 'postgres'
import { MigrationError } from './migration-files.ts'

/** One connection; `live` throws when it was lost: the driver would go on, outside of lock and transaction, on another. */
export interface MigrationSession {
  url: string
  sql: Sql
  assertConnected(): void
}

/** One migrator at a time: all of them take this lock of the database. */
const lockKey = 7_266_001
const lockRetryMs = 200

type Log = ((line: string) => void) | undefined

/** Asked for again and again: to wait inside a statement would hold up, and so deadlock, CREATE INDEX CONCURRENTLY. */
export async function takeMigrationLock(
  { sql, assertConnected: live }: MigrationSession,
  log: Log,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    live()
    const [lock] = await sql<{ taken: boolean }[]>`select pg_try_advisory_lock(${lockKey}) as taken`
    if (lock?.taken) return
    if (attempt === 0) log?.('another migrator is at work: waiting for it')
    await new Promise((resolve) => setTimeout(resolve, lockRetryMs))
  }
}

/** A client of one connection: the lock is the session's, and ends with it whatever happens. */
export async function withMigrationSession<T>(
  url: string,
  log: Log,
  work: (session: MigrationSession) => Promise<T>,
): Promise<T> {
  let lost = false
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 10,
    // Not to be closed for its age in the middle of a long migration.
    max_lifetime: null,
    idle_timeout: 0,
    fetch_types: false,
    connection: { application_name: 'new-voice migrations' },
    onnotice: ({ severity, message }) => {
      if (severity === 'WARNING') log?.(`warning: ${message}`)
    },
    onclose: () => {
      lost = true
    },
  })
  const live = () => {
    if (lost) {
      throw new MigrationError(
        'The connection to the database was lost: run it again, it goes on from where the database is.',
      )
    }
  }
  let timeout = 0
  try {
    const result = await work({ url, sql, assertConnected: live })
    timeout = 5
    return result
  } finally {
    // After a failure there is nothing to wait for, and maybe nobody to answer.
    await sql.end({ timeout })
  }
}

/**
 * Runs work in a transaction. The driver's own begin() would go on, on a closed socket or another connection, where
 * this one ends in the middle.
 */
export async function inTransaction(
  { sql, assertConnected: live }: MigrationSession,
  work: () => Promise<void>,
): Promise<void> {
  live()
  await sql.unsafe('begin')
  try {
    await work()
    live()
    await sql.unsafe('commit')
  } catch (error) {
    // After anything worse than an error the connection is going, and what was begun with it.
    if (isOpen(error)) await sql.unsafe('rollback')
    throw error
  }
}

const isOpen = (error: unknown): boolean => {
  const { cause, severity } = error as { cause?: { severity?: string }; severity?: string }
  return (severity ?? cause?.severity ?? '') === 'ERROR'
}
