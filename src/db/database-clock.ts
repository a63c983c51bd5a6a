import type { Send } from './statements.ts'

/** A reading that took longer is less exact than the previous offset, ms. */
const maxRoundTripMs = 200

/**
 * The database's time, extrapolated with the monotonic clock of the process. All workers of a database agree on it to
 * some milliseconds, and changes to the system clock of a machine have no effect.
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
