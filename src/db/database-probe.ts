import { statfs } from 'node:fs/promises'
import type { Db } from './client.ts'
import { type Connection, ConnectionLostError } from './connection.ts'
import { type DatabaseFault, databaseFaultOf, driverErrorOf } from './connection-errors.ts'
import { lazyStatements, type Statements } from './statements.ts'

interface ProbeOptions {
  /** Names of migrations that the database does not have. */
  findMissingMigrations: (statements: Statements) => Promise<string[]>
  /** A directory on the disk of the database; undefined when that is on another machine. */
  dataDir?: string | undefined
  /** How long a caller waits for the result of a check, ms. */
  deadlineMs?: number
}

const defaultDeadlineMs = 1_400
/** A result is reused for this time: callers need no key. Together with the deadline it is less than 2 s. */
const reuseMs = 400
/** A check without a response is given up after this time, and its connection replaced. */
const giveUpMs = 5_000
/** PostgreSQL ends all its processes when it cannot create the next file of its log, which has 16 MB. */
const minFreeBytes = 16 * 1024 ** 2

const reasons: Record<DatabaseFault, string> = {
  unreachable: 'the database does not respond',
  no_free_connection: 'the database has no free connection',
  disk_full: 'the disk of the database is full',
  out_of_memory: 'the database has too little memory',
  read_only: 'the database is read-only',
  locked: 'the database does not respond: a check waits for a lock',
  too_slow: 'the database does not respond: a check took too long',
}

/** Writes 1 MB, and takes it back. */
const tryToWrite =
  "begin; create temporary table new_voice_probe on commit drop as select repeat('x', 1000) as x from generate_series(1, 1000); rollback"

/**
 * Checks for /health/ready what the database can do, on a connection of its own, which is never more than one. All callers
 * share the check that is running.
 */
export class DatabaseProbe {
  private readonly db: Db
  private readonly options: ProbeOptions
  private connection: Connection | undefined
  private running: { result: Promise<string[]>; startedAt: number } | undefined
  private last: { reasons: string[]; until: number } | undefined

  constructor(db: Db, options: ProbeOptions) {
    this.db = db
    this.options = options
  }

  /** Reasons why requests cannot be served; empty when they can. Resolves within the deadline, and never rejects. */
  async findReasons(): Promise<string[]> {
    const now = performance.now()
    if (this.last !== undefined && this.last.until > now) return this.last.reasons
    this.running ??= { result: this.check(), startedAt: now }
    const { result, startedAt } = this.running
    const { deadlineMs = defaultDeadlineMs } = this.options
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<string[]>((resolve) => {
      const reason = `${reasons.unreachable} within ${deadlineMs / 1000} s`
      timer = setTimeout(resolve, Math.max(0, startedAt + deadlineMs - now), [reason])
    })
    try {
      return await Promise.race([result, late])
    } finally {
      clearTimeout(timer)
    }
  }

  async close(): Promise<void> {
    this.connection?.disconnect(new ConnectionLostError())
    await this.running?.result
    await this.connection?.sql.end({ timeout: 0 })
  }

  private async check(): Promise<string[]> {
    const found = [...(await this.checkDisk()), ...(await this.checkDatabase())]
    this.last = { reasons: [...new Set(found)], until: performance.now() + reuseMs }
    this.running = undefined
    return this.last.reasons
  }

  private async checkDisk(): Promise<string[]> {
    const { dataDir } = this.options
    if (dataDir === undefined) return []
    try {
      const { bavail, bsize } = await statfs(dataDir)
      return bavail * bsize < minFreeBytes ? [reasons.disk_full] : []
    } catch (error) {
      return [`the directory of the database cannot be read (${(error as NodeJS.ErrnoException).code})`]
    }
  }

  private async checkDatabase(): Promise<string[]> {
    if (this.connection === undefined || this.connection.isExpired) {
      void this.connection?.sql.end({ timeout: 0 })
      this.connection = this.db.openProbe()
    }
    const { connection } = this
    const giveUp = setTimeout(() => connection.disconnect(new ConnectionLostError()), giveUpMs).unref()
    try {
      if (!connection.isEstablished) await connection.establish()
      const statements = lazyStatements(async (statement) => statement(connection))
      const missing = await this.options.findMissingMigrations(statements)
      const [state] = await connection.send(
        "select current_setting('transaction_read_only') = 'on' as is_read_only",
      )
      if (state?.is_read_only) return [reasons.read_only]
      if (this.db.disk.isFull) {
        await connection.send(tryToWrite)
        this.db.disk.isFull = false
      }
      return missing.map((name) => `migration ${name} is pending`)
    } catch (error) {
      // Ends the transaction in which a write has failed.
      connection.disconnect(new ConnectionLostError())
      return [explain(error)]
    } finally {
      clearTimeout(giveUp)
    }
  }
}

function explain(error: unknown): string {
  const { code } = driverErrorOf(error) as { code?: string }
  return `${reasons[databaseFaultOf(error) ?? 'unreachable']}${code === undefined ? '' : ` (${code})`}`
}
