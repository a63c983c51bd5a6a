import { ConfigError, readConfig } from '../config.ts'
import { describeConnectionError } from '../db/connection-errors.ts'
import { EmbeddedError, startEmbedded } from '../db/embedded/embedded.ts'
import { MigrationError } from '../db/migrations/migration-files.ts'

/** What is expected to go wrong says so in a line; anything else is a fault of ours. */
export class OperatorError extends Error {}

/** Whether the message is all that an operator needs. */
export const isOperatorError = (error: unknown): error is Error =>
  [OperatorError, MigrationError, EmbeddedError, ConfigError].some((kind) => error instanceof kind)

const tell = (line: string) => void process.stderr.write(`${line}\n`)

/** DATABASE_URL, or the embedded database for as long as it takes. */
export async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const { databaseUrl, dataDir } = readConfig()
  if (databaseUrl !== undefined) return answering(databaseUrl, work)
  let log: ((line: string) => void) | undefined = tell
  const embedded = await startEmbedded({ dataDir, log: (line) => log?.(line) })
  // Which database it is, is worth a line; that it ends again is not.
  log = undefined
  const stop = () => void embedded.stop().finally(() => process.exit(130))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    return await answering(embedded.url, work)
  } finally {
    await embedded.stop()
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

async function answering<T>(url: string, work: (url: string) => Promise<T>): Promise<T> {
  try {
    return await work(url)
  } catch (error) {
    if (error instanceof MigrationError) throw error
    // Drizzle's own message has the statement and its parameters: the driver's word is beneath.
    const said = (error as { cause?: unknown }).cause ?? error
    const fault = describeConnectionError(said, url)
    if (fault !== undefined) throw new OperatorError(fault)
    const { message, code, severity } = said as { message: string; code?: string; severity?: string }
    if (severity !== undefined) throw new OperatorError(`The database refuses: ${message} (${code}).`)
    throw error
  }
}
