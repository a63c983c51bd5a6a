import postgres, { type Sql, type TransactionSql } from 'postgres'
import { countAt, type Migration, MigrationError, readMigrations } from './journal.ts'

export { MigrationError } from './journal.ts'

export interface MigrateOptions {
  /** Gets a line for the operator. */
  log?: (line: string) => void
  /** How long a statement waits for a lock that a transaction holds, ms. */
  lockTimeoutMs?: number
  folder?: string
}

/** What the bookkeeping says: the table of drizzle's own migrator. */
interface Applied {
  hash: string
  when: number
}

/** One migrator at a time: all of them take this lock of the database. */
const lockKey = 7_266_001
const defaultLockTimeoutMs = 10_000

/**
 * Applies migrations up to a target, each in a transaction together with its bookkeeping; a failing one leaves the
 * database at the one before. Answers the names of those applied.
 *
 * @throws MigrationError
 */
export function upgrade(url: string, target = 'head', options: MigrateOptions = {}): Promise<string[]> {
  return migrating(url, options, async (sql, migrations, applied) => {
    const until = countAt(target, migrations, applied.length)
    const done: string[] = []
    for (const migration of migrations.slice(applied.length, until)) {
      options.log?.(`upgrade ${migration.tag}`)
      await run(sql, migration, migration.up, (tx) => note(tx, migration), 'sql')
      done.push(migration.tag)
    }
    return done
  })
}

/** Goes back to a target by each migration's way back, newest first. Answers the names of those undone. */
export function downgrade(url: string, target: string, options: MigrateOptions = {}): Promise<string[]> {
  return migrating(url, options, async (sql, migrations, applied) => {
    const until = countAt(target, migrations, applied.length)
    if (until > applied.length) throw new MigrationError(`${target} lies ahead: use upgrade.`)
    const done: string[] = []
    for (const migration of migrations.slice(until, applied.length).reverse()) {
      options.log?.(`downgrade ${migration.tag}`)
      await run(sql, migration, migration.down, (tx) => forget(tx, migration), 'down.sql')
      done.push(migration.tag)
    }
    return done
  })
}

/** Says that the database is at a target, without running anything. */
export function stamp(url: string, target: string, options: MigrateOptions = {}): Promise<void> {
  return migrating(url, options, async (sql, migrations, applied) => {
    const until = countAt(target, migrations, applied.length)
    await sql.begin(async (tx) => {
      await tx`delete from drizzle.__drizzle_migrations`
      for (const migration of migrations.slice(0, until)) await note(tx, migration)
    })
  })
}

/** The names of migrations the database lacks, asked on an open client. @throws MigrationError as `check` */
export async function pendingOn(sql: Sql, folder?: string): Promise<string[]> {
  const migrations = readMigrations(folder)
  const applied = await readApplied(sql)
  check(migrations, applied)
  return migrations.slice(applied.length).map(({ tag }) => tag)
}

export const pending = (url: string, folder?: string) => withClient(url, (sql) => pendingOn(sql, folder))

/** Each migration, when it was applied is not known to drizzle's table: whether, and whether its file was edited since. */
export function history(url: string, folder?: string) {
  return withClient(url, async (sql) => {
    const applied = await readApplied(sql)
    const migrations = readMigrations(folder)
    check(migrations, applied)
    return migrations.map(({ tag, hash }, i) => ({
      tag,
      is_applied: i < applied.length,
      is_edited: applied[i] !== undefined && applied[i].hash !== hash,
    }))
  })
}

/** The newest migration applied, and whether there is none newer; undefined at base. */
export async function current(url: string, folder?: string) {
  const all = await history(url, folder)
  const at = all.filter(({ is_applied }) => is_applied).at(-1)
  return at && { tag: at.tag, isHead: at === all.at(-1) }
}

async function migrating<T>(
  url: string,
  { log, lockTimeoutMs = defaultLockTimeoutMs, folder }: MigrateOptions,
  work: (sql: Sql, migrations: Migration[], applied: Applied[]) => Promise<T>,
): Promise<T> {
  const migrations = readMigrations(folder)
  return withClient(url, async (sql) => {
    const [lock] = await sql<{ taken: boolean }[]>`select pg_try_advisory_lock(${lockKey}) as taken`
    if (!lock?.taken) {
      log?.('another migrator is at work: waiting for it')
      await sql`select pg_advisory_lock(${lockKey})`
    }
    await sql.unsafe(`set lock_timeout = ${Math.round(lockTimeoutMs)}`)
    await sql`create schema if not exists drizzle`
    await sql`create table if not exists drizzle.__drizzle_migrations
      (id serial primary key, hash text not null, created_at bigint)`
    const applied = await readApplied(sql)
    check(migrations, applied)
    return work(sql, migrations, applied)
  })
}

/** A client of one connection: the lock is the session's, and ends with it whatever happens. */
async function withClient<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 10 })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function readApplied(sql: Sql): Promise<Applied[]> {
  const [table] = await sql<{ there: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as there`
  if (!table?.there) return []
  const rows = await sql<{ hash: string; created_at: string }[]>`
    select hash, created_at from drizzle.__drizzle_migrations order by created_at`
  return rows.map(({ hash, created_at }) => ({ hash, when: Number(created_at) }))
}

/**
 * What is applied must be the beginning of what there is. Drizzle's migrator passes over a migration that came in
 * between silently; here it is refused, because what came after it may stand on its absence.
 */
function check(migrations: Migration[], applied: Applied[]): void {
  const known = new Set(migrations.map(({ when }) => when))
  const foreign = applied.filter(({ when }) => !known.has(when))
  if (foreign.length > 0) {
    throw new MigrationError(
      `The database has ${foreign.length} migration(s) this version does not know: start the newer version of the service.`,
    )
  }
  const missing = migrations
    .slice(0, applied.length)
    .filter(({ when }) => !applied.some((row) => row.when === when))
  if (missing.length > 0) {
    throw new MigrationError(
      `${missing.map(({ tag }) => tag).join(', ')} was never applied, though a later one was: run its SQL by hand and stamp, or generate it again as the newest.`,
    )
  }
}

const note = (tx: TransactionSql | Sql, { hash, when }: Migration) =>
  tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${when})`

const forget = (tx: TransactionSql | Sql, { when }: Migration) =>
  tx`delete from drizzle.__drizzle_migrations where created_at = ${when}`

async function run(
  sql: Sql,
  migration: Migration,
  statements: string[],
  book: (tx: TransactionSql | Sql) => Promise<unknown>,
  ending: string,
): Promise<void> {
  const each = async (tx: TransactionSql | Sql) => {
    for (const [i, statement] of statements.entries()) {
      await tx.unsafe(statement).catch((error: unknown) => {
        throw failed(`${migration.tag}.${ending}`, i + 1, error)
      })
    }
    await book(tx)
  }
  if (migration.isLoose) await each(sql)
  else await sql.begin(each)
}

function failed(file: string, statement: number, error: unknown): MigrationError {
  const { message, code, hint } = error as { message: string; code?: string; hint?: string }
  const advice =
    code === '55P03' ? ' Another transaction holds the table: end it, or try again when it is over.' : ''
  return new MigrationError(`${file}, statement ${statement}: ${message}.${hint ? ` ${hint}` : ''}${advice}`)
}
