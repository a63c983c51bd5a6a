import { ConfigError } from './config.ts'
import { EmbeddedError } from './db/embedded/embedded.ts'
import { MigrationError } from './db/migrations/migrate.ts'
import { loggable } from './http/problem.ts'
import { StartError } from './start.ts'

const expected = [StartError, ConfigError, EmbeddedError, MigrationError]

/** What an operator reads when the service does not start: a line that says what to do; a fault of ours, whole. */
export const startErrorMessage = (error: unknown): string =>
  expected.some((kind) => error instanceof kind)
    ? (error as Error).message
    : JSON.stringify(loggable(error), null, 2)
