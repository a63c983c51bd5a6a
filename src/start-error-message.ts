import { ConfigError } from './config.ts'
import { EmbeddedError } from './db/embedded/embedded.ts'
import { MigrationError } from './db/migrations/migrate.ts'
import { loggable } from './http/problem.ts'
import { StartError } from './start.ts'

const expectedErrors = [StartError, ConfigError, EmbeddedError, MigrationError]

/** The text to print when the service does not start: the message of an expected error, all details of any other. */
export const startErrorMessage = (error: unknown): string =>
  expectedErrors.some((kind) => error instanceof kind)
    ? (error as Error).message
    : JSON.stringify(loggable(error), null, 2)
