import type { FastifyBaseLogger } from 'fastify'
import type { Config } from './config.ts'
import type { Db } from './db/client.ts'
import type { Carrier } from './telephony/carrier.ts'

/** Has events of committed transactions told; see modules/events. */
export interface Events {
  /** Now: resolves when all that was committed before has its place. */
  step(): Promise<unknown>
  /** Somebody watches: they are not to wait. */
  markWatched(): void
}

/** What everything is given: built once in main.ts (or a test), passed down, never global. */
export interface Deps {
  readonly config: Config
  readonly db: Db
  readonly events: Events
  /** What places calls. */
  readonly carrier: Carrier
  readonly log: FastifyBaseLogger
  /** The clock: a test sets it. */
  readonly now: () => Date
}
