import postgres, { type Sql } from 'postgres'
import { startupParameters } from '../session-settings.ts'
import { MigrationError } from './migration-files.ts'

/** One connection, which holds the migration lock. */
export interface MigrationSession {
  url: string
  sql: Sql
  /**
   * After a lost connection the driver would continue on a new one, without the lock and outside of the transaction.
   *
   * @throws MigrationError when the connection was lost
   */
  assertConnected(): void
}

/** Key of the advisory lock that every migrator of a database takes. */
const lockKey = 7_266_001
const lockRetryMs = 200

type Log = ((line: string) => void) | undefined

/**
 * Takes the advisory lock that allows one migrator at a time. Polls for it, because a waiting statement is an open
 * transaction: CREATE INDEX CONCURRENTLY in the other migrator would wait for that transaction (deadlock).
 */
export async function takeMigrationLock({ sql, assertConnected }: MigrationSession, log: Log): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    assertConnected()
    const [lock] = await sql<{ isTaken: boolean }[]>`
      select pg_try_advisory_lock(${lockKey}) as "isTaken"`
    if (lock?.isTaken) return
    if (attempt === 0) log?.('another migrator is running: waiting for it')
    await new Promise((resolve) => setTimeout(resolve, lockRetryMs))
  }
}

/**
 * Calls work() with a session on one new connection, and closes it afterwards. The server releases the migration lock
 * when the connection ends, however the process ends.
 */
export async function withMigrationSession<T>(
  url: string,
  log: Log,
  work: (session: MigrationSession) => Promise<T>,
): Promise<T> {
  let isLost = false
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 10,
    // By default the driver closes a connection after 30 to 60 minutes; a migration may take longer.
    max_lifetime: null,
    idle_timeout: 0,
    fetch_types: false,
    connection: { ...startupParameters, application_name: 'new-voice migrations' },
    onnotice: ({ severity, message }) => {
      if (severity === 'WARNING') log?.(`warning: ${message}`)
    },
    onclose: () => {
      isLost = true
    },
  })
  const assertConnected = () => {
    if (isLost) {
      throw new MigrationError(
        'The connection to the database was lost. Run the command again: it continues after the last migration applied.',
      )
    }
  }
  // After a failure, the connection is closed immediately: the server may not respond any more.
  let endTimeoutSec = 0
  try {
    const result = await work({ url, sql, assertConnected })
    endTimeoutSec = 5
    return result
  } finally {
    await sql.end({ timeout: endTimeoutSec })
  }
}

/**
 * Runs work in a transaction. Used instead of the driver's begin(), which continues on another connection when this
 * one is lost.
 */
export async function inTransaction(
  { sql, assertConnected }: MigrationSession,
  work: () => Promise<void>,
): Promise<void> {
  assertConnected()
  await sql.unsafe('begin')
  try {
    await work()
    assertConnected()
    await sql.unsafe('commit')
  } catch (error) {
    // Errors worse than ERROR close the connection, which rolls back.
    if (isOrdinaryError(error)) await sql.unsafe('rollback')
    throw error
  }
}

/** Whether the server reported severity ERROR, after which the connection can still be used. */
const isOrdinaryError = (error: unknown): boolean => {
  const { cause, severity } = error as { cause?: { severity?: string }; severity?: string }
  return (severity ?? cause?.severity ?? '') === 'ERROR'
}
