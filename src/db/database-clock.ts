import { type Loop, startLoop } from '../lib/loop.ts'
import type { Send } from './statements.ts'

/** How often a process reads the database's time. */
const synchronizeIntervalMs = 5_000

/** A reading that took longer is less exact than the previous offset, ms. */
const maxRoundTripMs = 200

/**
 * The database's time, extrapolated with the monotonic clock of the process. All processes of a database agree on it
 * to some milliseconds, and the system clock of a machine has no effect.
 */
export class DatabaseClock {
  private readonly send: Send
  /** Database time minus monotonic time, ms; undefined before the first reading. */
  private offset: number | undefined

  constructor(send: Send) {
    this.send = send
  }

  /** Reads the database's time. It is assumed to be from the middle of the round trip. */
  async synchronize(): Promise<void> {
    const sentAt = performance.now()
    const [row] = await this.send('select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms', [])
    const receivedAt = performance.now()
    if (row === undefined) throw new Error('the database returned no time')
    if (this.offset !== undefined && receivedAt - sentAt > maxRoundTripMs) return
    this.offset = Number(row.ms) - (sentAt + receivedAt) / 2
  }

  /** @throws Error before the first `synchronize()` */
  readonly now = (): Date => {
    if (this.offset === undefined) throw new Error('synchronize() must be called before now()')
    return new Date(this.offset + performance.now())
  }
}

/**
 * After `start`, the database's time: it is read again every 5 s, and `now` follows it. While the database is unreachable,
 * `now` continues with the monotonic clock.
 */
export function databaseClock(
  send: Send,
  onError: (error: unknown) => void,
): Pick<DatabaseClock, 'now'> & { start(): Promise<void> } & Pick<Loop, 'stop'> {
  const clock = new DatabaseClock(send)
  let loop: Loop | undefined
  const start = async () => {
    await clock.synchronize()
    loop = startLoop({
      name: 'synchronize-clock',
      intervalMs: synchronizeIntervalMs,
      step: () => clock.synchronize().then(() => 0),
      onError,
    })
  }
  return { now: clock.now, start, stop: async () => loop?.stop() }
}
