import type { Sql } from 'postgres'
import { ownershipHint } from '../connection-errors.ts'
import {
  type AppliedMigration,
  assertAppliedInOrder,
  assertNoneUnknown,
  deleteMigrationRecord,
  isEdited,
  readAppliedMigrations,
  recordMigration,
  unknownMigrations,
} from './applied-migrations.ts'
import {
  type Migration,
  MigrationError,
  type MigrationFile,
  readJournal,
  readMigrations,
  resolveTarget,
} from './migration-files.ts'
import {
  inTransaction,
  type MigrationSession,
  takeMigrationLock,
  withMigrationSession,
} from './migration-session.ts'

export { MigrationError } from './migration-files.ts'

export interface MigrateOptions {
  /** Gets a line for the operator. */
  log?: (line: string) => void
  /** How long a statement waits for a lock that a transaction holds, ms. */
  lockTimeoutMs?: number
  folder?: string
  /** How many migrations must be applied when it begins: what an operator agreed to is what is done. */
  expectedApplied?: number
}

const defaultLockTimeoutMs = 10_000

/**
 * Applies migrations up to a target, each in a transaction together with its bookkeeping; a failing one leaves the
 * database at the one before. Answers the names of those applied.
 *
 * @throws MigrationError
 */
export function upgrade(url: string, target = 'head', options: MigrateOptions = {}): Promise<string[]> {
  return migrating(url, options, async (session, migrations, applied) => {
    assertAppliedInOrder(migrations, applied)
    const until = resolveTarget(target, migrations, applied.length)
    if (target.startsWith('-')) throw new MigrationError(`${target} lies behind: use downgrade.`)
    for (const { tag } of migrations.filter((migration) => isEdited(migration, applied))) {
      options.log?.(`${tag} was edited since it was applied: the database has what it said then`)
    }
    const ahead = migrations.slice(applied.length, until)
    for (const migration of ahead) {
      options.log?.(`upgrade ${migration.tag}`)
      const book = (sql: Sql) => recordMigration(sql, migration)
      await run(session, migration.up, { applied: migration.index, book })
    }
    return ahead.map(({ tag }) => tag)
  })
}

/**
 * Goes back to a target by each migration's way back, newest first. Answers the names of those undone.
 *
 * @throws MigrationError
 */
export function downgrade(url: string, target: string, options: MigrateOptions = {}): Promise<string[]> {
  return migrating(url, options, async (session, migrations, applied) => {
    assertAppliedInOrder(migrations, applied)
    const back = migrationsToUndo(target, migrations, applied.length)
    for (const migration of back) {
      options.log?.(`downgrade ${migration.tag}`)
      const book = (sql: Sql) => deleteMigrationRecord(sql, migration)
      await run(session, migration.down, { applied: migration.index + 1, book })
    }
    return back.map(({ tag }) => tag)
  })
}

/** The migrations that going back to a target undoes, newest first. @throws MigrationError when it lies ahead */
export function migrationsToUndo(target: string, migrations: Migration[], applied: number): Migration[] {
  const until = resolveTarget(target, migrations, applied)
  if (until > applied) throw new MigrationError(`${target} lies ahead: use upgrade.`)
  return migrations.slice(until, applied).reverse()
}

/**
 * Says that the database is at a target, without running anything: also where one in the middle was passed over.
 *
 * @throws MigrationError
 */
export function stamp(url: string, target: string, options: MigrateOptions = {}): Promise<void> {
  return migrating(url, options, async (session, migrations, applied) => {
    assertNoneUnknown(migrations, applied)
    const until = resolveTarget(target, migrations, applied.length)
    await inTransaction(session, async () => {
      await session.sql`delete from drizzle.__drizzle_migrations`
      for (const migration of migrations.slice(0, until)) await recordMigration(session.sql, migration)
    })
  })
}

/** The names of migrations the database lacks, asked on an open client. @throws MigrationError as `check` */
export async function findPendingMigrations(sql: Sql, folder?: string): Promise<string[]> {
  const journal = readJournal(folder)
  const applied = await readAppliedMigrations(sql)
  assertAppliedInOrder(journal, applied)
  return journal.slice(applied.length).map(({ tag }) => tag)
}

/**
 * The names of migrations the database lacks, whatever else it has: a service that runs goes on beside a database that
 * its successor has just moved ahead.
 */
export async function findMissingMigrations(sql: Sql, folder?: string): Promise<string[]> {
  const applied = new Set((await readAppliedMigrations(sql)).map(({ when }) => when))
  return readJournal(folder)
    .filter(({ when }) => !applied.has(when))
    .map(({ tag }) => tag)
}

/** As `pendingOn`, on a connection of its own. */
export const pendingMigrations = (url: string, folder?: string) =>
  withMigrationSession(url, undefined, ({ sql }) => findPendingMigrations(sql, folder))

export type MigrationState = 'applied' | 'pending' | 'edited since' | 'passed over' | 'unknown'

/** Each migration and how the database stands to it, oldest first; it refuses nothing, so that it can say what is wrong. */
export function history(url: string, folder?: string): Promise<{ tag: string; state: MigrationState }[]> {
  return withMigrationSession(url, undefined, async ({ sql }) => {
    const migrations = readMigrations(folder)
    const applied = await readAppliedMigrations(sql)
    const newest = applied.at(-1)?.when ?? 0
    const known = migrations.map((migration) => ({
      tag: migration.tag,
      when: migration.when,
      state: stateOf(migration, applied, newest),
    }))
    const unknown = unknownMigrations(migrations, applied).map(({ when }) => ({
      tag: `(journal time ${when})`,
      when,
      state: 'unknown' as const,
    }))
    return [...known, ...unknown].sort((a, b) => a.when - b.when).map(({ tag, state }) => ({ tag, state }))
  })
}

function stateOf(migration: Migration, applied: AppliedMigration[], newest: number): MigrationState {
  if (isEdited(migration, applied)) return 'edited since'
  if (applied.some(({ when }) => when === migration.when)) return 'applied'
  return migration.when < newest ? 'passed over' : 'pending'
}

/** The migrations applied, and all there are. @throws MigrationError as `check` */
export function readMigrationStatus(url: string, folder?: string) {
  return withMigrationSession(url, undefined, async ({ sql }) => {
    const migrations = readMigrations(folder)
    const applied = await readAppliedMigrations(sql)
    assertAppliedInOrder(migrations, applied)
    return { migrations, applied: applied.length }
  })
}

/** The newest migration applied, and whether there is none newer; undefined at base. @throws MigrationError as `check` */
export async function current(url: string, folder?: string) {
  const { migrations, applied } = await readMigrationStatus(url, folder)
  const at = migrations[applied - 1]
  return at && { tag: at.tag, isHead: applied === migrations.length }
}

async function migrating<T>(
  url: string,
  options: MigrateOptions,
  work: (session: MigrationSession, migrations: Migration[], applied: AppliedMigration[]) => Promise<T>,
): Promise<T> {
  const migrations = readMigrations(options.folder)
  return withMigrationSession(url, options.log, async (session) => {
    const { sql } = session
    await takeMigrationLock(session, options.log)
    await prepare(session, options)
    const applied = await readAppliedMigrations(sql)
    if (options.expectedApplied !== undefined && applied.length !== options.expectedApplied) {
      throw new MigrationError('The database was migrated in the meantime: nothing was done, ask again.')
    }
    return work(session, migrations, applied)
  })
}

async function prepare(session: MigrationSession, { lockTimeoutMs = defaultLockTimeoutMs }: MigrateOptions) {
  const { sql } = session
  await sql.unsafe(`set lock_timeout = ${Math.round(lockTimeoutMs)}`)
  await sql.unsafe('set statement_timeout = 0')
  // The server then ends the statement of a migrator that was killed; some systems have no way to tell it.
  await sql.unsafe(`do $$ begin set client_connection_check_interval = '2s';
    exception when invalid_parameter_value then null; end $$`)
  // Only when they are missing: asking for them takes the right to make them, also when they are there.
  const [there] = await sql<
    { schema: boolean; table: boolean }[]
  >`select to_regnamespace('drizzle') is not null as schema,
    to_regclass('drizzle.__drizzle_migrations') is not null as table`
  try {
    if (!there?.schema) await sql`create schema if not exists drizzle`
    if (!there?.table) {
      await sql`create table if not exists drizzle.__drizzle_migrations
        (id serial primary key, hash text not null, created_at bigint)`
    }
  } catch (error) {
    // Drizzle's own migrator, which takes no lock, has just made them.
    if (['23505', '42P06', '42P07'].includes((error as { code?: string }).code ?? '')) return
    throw failed('The table drizzle.__drizzle_migrations', error, session)
  }
}

/** Which migrations must be applied for a step to begin, and how it is booked. */
interface Booking {
  applied: number
  book: (sql: Sql) => Promise<unknown>
}

async function run(session: MigrationSession, step: MigrationFile, booking: Booking): Promise<void> {
  if (step.runsOutsideTransaction) {
    // CREATE INDEX CONCURRENTLY waits for transactions and holds nobody up; cut short, it leaves an invalid index.
    await session.sql.unsafe('set lock_timeout = 0')
    await runEach(session, step)
    await booking.book(session.sql)
    return
  }
  try {
    await inTransaction(session, async () => {
      // Drizzle's own migrator knows nothing of our lock, and a pooler may hand out our session to others.
      await session.sql`lock table drizzle.__drizzle_migrations in share row exclusive mode`
      if ((await readAppliedMigrations(session.sql)).length !== booking.applied) {
        throw new MigrationError(
          `${step.name} was not run: another migrator has moved the database meanwhile.`,
        )
      }
      await runEach(session, step)
      await booking.book(session.sql)
    })
  } catch (error) {
    throw error instanceof MigrationError ? error : failed(`${step.name}, its transaction`, error, session)
  }
}

async function runEach(session: MigrationSession, step: MigrationFile): Promise<void> {
  for (const [i, statement] of step.statements.entries()) {
    session.assertConnected()
    try {
      await session.sql.unsafe(statement)
    } catch (error) {
      throw failed(`${step.name}, statement ${i + 1}`, error, session, step.runsOutsideTransaction)
    }
  }
  session.assertConnected()
}

/** The server's message and what to do about it. Its detail may hold a row, and is left out. */
function failed(where: string, error: unknown, { url }: MigrationSession, isLoose = false): MigrationError {
  const { message, code, hint } = error as { message: string; code?: string; hint?: string }
  const told = [`${where}: ${message}.`]
  if (hint) told.push(hint)
  else if (code === '42501') told.push(ownershipHint(url))
  if (code === '55P03')
    told.push('Another transaction holds the table: end it, or try again when it is over.')
  if (code === '42P07' || code === '42710' || code === '42701')
    told.push('If the database has what it makes, say so: npm run db -- stamp head.')
  if (isLoose)
    told.push('What stands before it in the file is done and stays, for it runs in no transaction.')
  return new MigrationError(told.join(' '), { cause: error })
}
