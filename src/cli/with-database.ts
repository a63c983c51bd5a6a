import { ConfigError, readConfig } from '../config.ts'
import type { Db } from '../db/client.ts'
import { describeConnectionError, driverErrorOf } from '../db/connection-errors.ts'
import { EmbeddedError, startEmbedded } from '../db/embedded/embedded.ts'
import { findMissingMigrations } from '../db/migrations/migrate.ts'
import { MigrationError } from '../db/migrations/migration-files.ts'
import { commandLine } from '../lib/command-line.ts'

/** An expected failure of a command. The message is one line for the operator. */
export class OperatorError extends Error {}

/** @throws OperatorError when the database has pending migrations */
export async function assertMigrated(db: Db): Promise<void> {
  if ((await findMissingMigrations(db.statements)).length > 0)
    throw new OperatorError(`The database has pending migrations. Run: ${commandLine('db')} upgrade`)
}

/** Whether to print only the message of the error, without a stack trace. */
export const isOperatorError = (error: unknown): error is Error =>
  [OperatorError, MigrationError, EmbeddedError, ConfigError].some((kind) => error instanceof kind)

/**
 * Calls work() with DATABASE_URL. Without it, starts the embedded database, and stops it afterwards, also on Ctrl-C.
 *
 * @throws OperatorError for an error that the database reported
 */
export async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDir } = readConfig()
  if (databaseUrl !== undefined) return translateErrors(databaseUrl, work)
  let isStarting = true
  const embedded = await startEmbedded({
    dataDir,
    log: (line) => {
      // Prints the lines of the start, which name the database, and not those of the stop after the command's output.
      if (isStarting) process.stderr.write(`${line}\n`)
    },
  })
  isStarting = false
  const stop = () => void embedded.stop().finally(() => process.exit(130))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    return await translateErrors(embedded.url, work)
  } finally {
    await embedded.stop()
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

async function translateErrors<T>(url: string, work: (url: string) => Promise<T>): Promise<T> {
  try {
    return await work(url)
  } catch (error) {
    if (error instanceof MigrationError) throw error
    const connectionError = describeConnectionError(error, url)
    if (connectionError !== undefined) throw new OperatorError(connectionError)
    const { message, code, severity } = driverErrorOf(error) as {
      message: string
      code?: string
      severity?: string
    }
    if (severity !== undefined) throw new OperatorError(`The database reported: ${message} (${code}).`)
    throw error
  }
}
