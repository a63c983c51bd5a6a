import type { Sql } from 'postgres'
import type { Statements } from '../statements.ts'
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
import { describeFailure, runMigrationFile } from './run-migration-file.ts'

export { MigrationError } from './migration-files.ts'

export interface MigrateOptions {
  /** Called with each line of progress for the operator. */
  log?: (line: string) => void
  /** How long a statement waits for a lock that another transaction holds, in ms; 10,000 by default. */
  lockTimeoutMs?: number
  folder?: string
  /** Fails unless this many migrations are applied at the start: the operator confirmed a plan made from that state. */
  expectedApplied?: number
}

const defaultLockTimeoutMs = 10_000

/**
 * Applies migrations up to the target. Each one runs in one transaction together with its record, so that a failure
 * leaves the database at the migration before it. Returns the names of the migrations applied.
 *
 * @throws MigrationError
 */
export function upgrade(url: string, target = 'head', options: MigrateOptions = {}): Promise<string[]> {
  return withLockedDatabase(url, options, async (session, migrations, applied) => {
    assertAppliedInOrder(migrations, applied)
    const count = resolveTarget(target, migrations, applied.length)
    if (target.startsWith('-')) {
      throw new MigrationError(`${target} is before the current migration. Use downgrade.`)
    }
    for (const { tag } of migrations.filter((migration) => isEdited(migration, applied))) {
      options.log?.(
        `warning: ${tag} was edited after it was applied; the edit has no effect on this database`,
      )
    }
    const toApply = migrations.slice(applied.length, count)
    for (const migration of toApply) {
      options.log?.(`upgrade ${migration.tag}`)
      const record = (sql: Sql) => recordMigration(sql, migration)
      await runMigrationFile(session, migration.up, { appliedBefore: migration.index, record })
    }
    return toApply.map(({ tag }) => tag)
  })
}

/**
 * Runs down migrations, newest first, until the database is at the target. Returns the names of the migrations undone.
 *
 * @throws MigrationError
 */
export function downgrade(url: string, target: string, options: MigrateOptions = {}): Promise<string[]> {
  return withLockedDatabase(url, options, async (session, migrations, applied) => {
    assertAppliedInOrder(migrations, applied)
    const toUndo = migrationsToUndo(target, migrations, applied.length)
    for (const migration of toUndo) {
      options.log?.(`downgrade ${migration.tag}`)
      const record = (sql: Sql) => deleteMigrationRecord(sql, migration)
      await runMigrationFile(session, migration.down, { appliedBefore: migration.index + 1, record })
    }
    return toUndo.map(({ tag }) => tag)
  })
}

/**
 * Returns the migrations that a downgrade to the target undoes, newest first.
 *
 * @throws MigrationError when the target is after the current migration
 */
export function migrationsToUndo(target: string, migrations: Migration[], appliedCount: number): Migration[] {
  const count = resolveTarget(target, migrations, appliedCount)
  if (count > appliedCount) {
    throw new MigrationError(`${target} is after the current migration. Use upgrade.`)
  }
  return migrations.slice(count, appliedCount).reverse()
}

/**
 * Records that the database is at the target, without running any migration. Also works when a migration was skipped.
 *
 * @throws MigrationError
 */
export function stamp(url: string, target: string, options: MigrateOptions = {}): Promise<void> {
  return withLockedDatabase(url, options, async (session, migrations, applied) => {
    assertNoneUnknown(migrations, applied)
    const count = resolveTarget(target, migrations, applied.length)
    await inTransaction(session, async () => {
      await session.sql`delete from drizzle.__drizzle_migrations`
      for (const migration of migrations.slice(0, count)) await recordMigration(session.sql, migration)
    })
  })
}

/**
 * Returns the names of the migrations that are not applied yet, oldest first.
 *
 * @throws MigrationError as `assertAppliedInOrder`
 */
export async function findPendingMigrations(sql: Statements, folder?: string): Promise<string[]> {
  const journal = readJournal(folder)
  const applied = await readAppliedMigrations(sql)
  assertAppliedInOrder(journal, applied)
  return journal.slice(applied.length).map(({ tag }) => tag)
}

/**
 * Like findPendingMigrations, but ignores applied migrations that this version does not contain: during a deployment,
 * the old version keeps serving after the new one has migrated the database.
 */
export async function findMissingMigrations(sql: Statements, folder?: string): Promise<string[]> {
  const applied = new Set((await readAppliedMigrations(sql)).map(({ when }) => when))
  return readJournal(folder)
    .filter(({ when }) => !applied.has(when))
    .map(({ tag }) => tag)
}

/** findPendingMigrations on a separate connection. */
export const pendingMigrations = (url: string, folder?: string) =>
  withMigrationSession(url, undefined, ({ sql }) => findPendingMigrations(sql, folder))

/**
 * `edited`: the file changed after it was applied. `skipped`: not applied, although a later one is. `unknown`: applied,
 * but this version does not contain it.
 */
export type MigrationState = 'applied' | 'pending' | 'edited' | 'skipped' | 'unknown'

/** Returns the state of each migration, oldest first. Reports inconsistencies as states instead of throwing. */
export function history(url: string, folder?: string): Promise<{ tag: string; state: MigrationState }[]> {
  return withMigrationSession(url, undefined, async ({ sql }) => {
    const migrations = readMigrations(folder)
    const applied = await readAppliedMigrations(sql)
    const newestApplied = applied.at(-1)?.when ?? 0
    const journalStates = migrations.map((migration) => ({
      tag: migration.tag,
      when: migration.when,
      state: stateOf(migration, applied, newestApplied),
    }))
    const unknownStates = unknownMigrations(migrations, applied).map(({ when }) => ({
      tag: `(journal time ${when})`,
      when,
      state: 'unknown' as const,
    }))
    return [...journalStates, ...unknownStates]
      .sort((a, b) => a.when - b.when)
      .map(({ tag, state }) => ({ tag, state }))
  })
}

function stateOf(migration: Migration, applied: AppliedMigration[], newestApplied: number): MigrationState {
  if (isEdited(migration, applied)) return 'edited'
  if (applied.some(({ when }) => when === migration.when)) return 'applied'
  return migration.when < newestApplied ? 'skipped' : 'pending'
}

/**
 * Returns all migrations and how many of them are applied.
 *
 * @throws MigrationError as `assertAppliedInOrder`
 */
export function readMigrationStatus(url: string, folder?: string) {
  return withMigrationSession(url, undefined, async ({ sql }) => {
    const migrations = readMigrations(folder)
    const applied = await readAppliedMigrations(sql)
    assertAppliedInOrder(migrations, applied)
    return { migrations, applied: applied.length }
  })
}

/**
 * Returns the newest applied migration and whether it is the newest of all; undefined when none is applied.
 *
 * @throws MigrationError as `assertAppliedInOrder`
 */
export async function current(url: string, folder?: string) {
  const { migrations, applied } = await readMigrationStatus(url, folder)
  const newestApplied = migrations[applied - 1]
  return newestApplied && { tag: newestApplied.tag, isHead: applied === migrations.length }
}

/** Calls work() with the migration lock held and with the state of the database. */
async function withLockedDatabase<T>(
  url: string,
  options: MigrateOptions,
  work: (session: MigrationSession, migrations: Migration[], applied: AppliedMigration[]) => Promise<T>,
): Promise<T> {
  const migrations = readMigrations(options.folder)
  return withMigrationSession(url, options.log, async (session) => {
    await takeMigrationLock(session, options.log)
    await prepareSession(session, options)
    const applied = await readAppliedMigrations(session.sql)
    if (options.expectedApplied !== undefined && applied.length !== options.expectedApplied) {
      throw new MigrationError(
        'Another migrator has migrated the database since you were asked. Nothing was changed. Run the command again.',
      )
    }
    return work(session, migrations, applied)
  })
}

/** Sets the timeouts of the session, and creates the table of applied migrations. */
async function prepareSession(
  session: MigrationSession,
  { lockTimeoutMs = defaultLockTimeoutMs }: MigrateOptions,
): Promise<void> {
  const { sql } = session
  await sql.unsafe(`set lock_timeout = ${Math.round(lockTimeoutMs)}`)
  await sql.unsafe('set statement_timeout = 0')
  // With this setting the server cancels the statement of a killed migrator. Servers on some systems do not support it.
  await sql.unsafe(`do $$ begin set client_connection_check_interval = '2s';
    exception when invalid_parameter_value then null; end $$`)
  // Checked first, because `create ... if not exists` needs the right to create even when the object exists.
  const [exists] = await sql<
    { schema: boolean; table: boolean }[]
  >`select to_regnamespace('drizzle') is not null as schema,
    to_regclass('drizzle.__drizzle_migrations') is not null as table`
  try {
    if (!exists?.schema) await sql`create schema if not exists drizzle`
    if (!exists?.table) {
      await sql`create table if not exists drizzle.__drizzle_migrations
        (id serial primary key, hash text not null, created_at bigint)`
    }
  } catch (error) {
    // Already exists: Drizzle's own migrator, which does not take the migration lock, has just created it.
    if (['23505', '42P06', '42P07'].includes((error as { code?: string }).code ?? '')) return
    throw describeFailure('Creating the table drizzle.__drizzle_migrations', error, session)
  }
}
