import { ConfigError } from './config.ts'
import { EmbeddedError } from './db/embedded.ts'
import { MigrationError } from './db/migrate.ts'
import { tellable } from './http/problem.ts'
import { StartError } from './start.ts'

const expected = [StartError, ConfigError, EmbeddedError, MigrationError]

/** What an operator reads when the service does not start: a line that says what to do; a fault of ours, whole. */
export const startFault = (error: unknown): string =>
  expected.some((kind) => error instanceof kind)
    ? (error as Error).message
    : JSON.stringify(tellable(error), null, 2)
