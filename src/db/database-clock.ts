import type { Sql } from 'postgres'

/**
 * The database's clock, read every few seconds and carried on by one that nobody sets: all workers of a database agree
 * on the time to some milliseconds, and none minds when somebody sets its machine's clock.
 */
export class DatabaseClock {
  private readonly client: Sql
  /** Database time minus monotonic time, ms; undefined before the first reading. */
  private offset: number | undefined

  constructor(client: Sql) {
    this.client = client
  }

  /** Reads the clock. Half of the way there and back is taken off; a slow answer says less than the last one. */
  async synchronize(): Promise<void> {
    const asked = performance.now()
    const [row] = await this.client<{ ms: number }[]>`
      select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`
    const answered = performance.now()
    if (row === undefined) throw new Error('the database did not say what time it is')
    if (this.offset !== undefined && answered - asked > 200) return
    this.offset = row.ms - (asked + answered) / 2
  }

  /** @throws before the first `read` */
  readonly now = (): Date => {
    if (this.offset === undefined) throw new Error('the clock of the database was not read yet')
    return new Date(this.offset + performance.now())
  }
}
