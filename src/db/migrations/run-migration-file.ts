import type { Sql } from 'postgres'
import { commandLine } from '../../lib/command-line.ts'
import { ownershipHint } from '../connection-errors.ts'
import { readAppliedMigrations } from './applied-migrations.ts'
import { MigrationError, type MigrationFile } from './migration-files.ts'
import { inTransaction, type MigrationSession } from './migration-session.ts'

interface Recording {
  /** Number of migrations that must be applied when the file runs. */
  appliedBefore: number
  /** Records the migration as applied or not applied. */
  record: (sql: Sql) => Promise<unknown>
}

/**
 * Runs the statements of one file and records the result, in one transaction unless the file opts out of it.
 *
 * @throws MigrationError naming the file and the statement that failed
 */
export async function runMigrationFile(
  session: MigrationSession,
  file: MigrationFile,
  recording: Recording,
): Promise<void> {
  if (file.runsOutsideTransaction) {
    // CREATE INDEX CONCURRENTLY waits for other transactions without blocking them. A timeout would leave an
    // invalid index.
    await session.sql.unsafe('set lock_timeout = 0')
    await runStatements(session, file)
    await recording.record(session.sql)
    return
  }
  try {
    await inTransaction(session, async () => {
      // Drizzle's own migrator does not take the migration lock, and behind a connection pooler the lock may be lost.
      await session.sql`lock table drizzle.__drizzle_migrations in share row exclusive mode`
      if ((await readAppliedMigrations(session.sql)).length !== recording.appliedBefore) {
        throw new MigrationError(
          `${file.name} was not run, because another migrator has migrated the database. Run the command again.`,
        )
      }
      await runStatements(session, file)
      await recording.record(session.sql)
    })
  } catch (error) {
    throw error instanceof MigrationError ? error : describeFailure(`${file.name}, commit`, error, session)
  }
}

async function runStatements(session: MigrationSession, file: MigrationFile): Promise<void> {
  for (const [i, statement] of file.statements.entries()) {
    session.assertConnected()
    try {
      await session.sql.unsafe(statement)
    } catch (error) {
      const where = `${file.name}, statement ${i + 1}`
      throw describeFailure(where, error, session, file.runsOutsideTransaction)
    }
  }
  session.assertConnected()
}

/** The server's message and what to do about it. Leaves out the server's detail, which may quote a row. */
export function describeFailure(
  where: string,
  error: unknown,
  { url }: MigrationSession,
  isPartlyDone = false,
): MigrationError {
  const { message, code, hint } = error as { message: string; code?: string; hint?: string }
  const sentences = [`${where}: ${message}.`]
  if (hint) sentences.push(hint)
  else if (code === '42501') sentences.push(ownershipHint(url))
  if (code === '55P03') {
    sentences.push('Another transaction holds a lock on the table. End it, or try again later.')
  }
  if (code === '42P07' || code === '42710' || code === '42701') {
    sentences.push(
      `If the database already has what the migration creates, run: ${commandLine('db')} stamp head.`,
    )
  }
  if (isPartlyDone) {
    sentences.push(
      'The statements before it were applied and stay, because this file runs outside a transaction.',
    )
  }
  return new MigrationError(sentences.join(' '), { cause: error })
}
