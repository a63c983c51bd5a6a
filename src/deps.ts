import type { FastifyBaseLogger } from 'fastify'
import type { Config } from './config.ts'
import type { Db } from './db/client.ts'
import type { Carrier } from './telephony/carrier.ts'

/** What everything is given: built once in main.ts (or a test), passed down, never global. */
export interface Deps {
  readonly config: Config
  readonly db: Db
  /** What places calls. */
  readonly carrier: Carrier
  readonly log: FastifyBaseLogger
  /** The clock: a test sets it. */
  readonly now: () => Date
}
