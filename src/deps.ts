import type { FastifyBaseLogger } from 'fastify'
import type { Config } from './config.ts'
import type { Db } from './db/client.ts'
import type { Carrier } from './telephony/carrier.ts'

/** Sequences the events of committed transactions; see modules/events. */
export interface Events {
  /** Sequences immediately. Resolves when all events committed before have an id. */
  step(): Promise<unknown>
  /** A client is watching: sequence events without delay from now on. */
  markWatched(): void
}

/** Dependencies of routes and workers. Built once per process (or test) and passed as an argument, never global. */
export interface Deps {
  readonly config: Config
  readonly db: Db
  readonly events: Events
  /** Places the calls. */
  readonly carrier: Carrier
  readonly log: FastifyBaseLogger
  /** The database's time, on which all processes agree; tests replace it. */
  readonly now: () => Date
}
