import type { Sql } from 'postgres'
import type { Statements } from '../statements.ts'
import { type JournalEntry, type Migration, MigrationError } from './migration-files.ts'

/** A row of drizzle.__drizzle_migrations, the table of Drizzle's own migrator. */
export interface AppliedMigration {
  hash: string
  /** As in the journal. */
  when: number
}

/** Reads the applied migrations, oldest first. Returns none when the table does not exist yet. */
export async function readAppliedMigrations(sql: Statements): Promise<AppliedMigration[]> {
  const [table] = await sql.unsafe("select to_regclass('drizzle.__drizzle_migrations') is not null as exists")
  if (!table?.exists) return []
  // `distinct on`: two concurrent runs of Drizzle's migrator may both have recorded the same migration.
  const rows = await sql.unsafe<{ hash: string; created_at: string }[]>(
    'select distinct on (created_at) hash, created_at from drizzle.__drizzle_migrations order by created_at, id desc',
  )
  return rows.map(({ hash, created_at }) => ({ hash, when: Number(created_at) }))
}

/** Returns the applied migrations that the journal does not contain. */
export function unknownMigrations(entries: JournalEntry[], applied: AppliedMigration[]): AppliedMigration[] {
  const journalTimes = new Set(entries.map(({ when }) => when))
  return applied.filter(({ when }) => !journalTimes.has(when))
}

/** @throws MigrationError when a migration is applied that the journal does not contain */
export function assertNoneUnknown(entries: JournalEntry[], applied: AppliedMigration[]): void {
  const { length } = unknownMigrations(entries, applied)
  if (length === 0) return
  throw new MigrationError(
    `The database has ${length} migration(s) that this version does not contain. Run the version or branch that added them.`,
  )
}

/**
 * Checks that the applied migrations are the first ones of the journal. Drizzle's migrator silently skips a
 * migration that was merged in between two applied ones. That is an error here, because it may not work after the
 * later one.
 *
 * @throws MigrationError when a migration was skipped, or is not in the journal
 */
export function assertAppliedInOrder(entries: JournalEntry[], applied: AppliedMigration[]): void {
  assertNoneUnknown(entries, applied)
  const skipped = entries
    .slice(0, applied.length)
    .filter(({ when }) => !applied.some((row) => row.when === when))
  if (skipped.length === 0) return
  const tags = skipped.map(({ tag }) => tag).join(', ')
  throw new MigrationError(
    `${tags} was never applied, although a later migration was. Either run its SQL by hand and stamp the newest migration, or generate it again as the newest.`,
  )
}

/** Whether the migration's file changed after it was applied. */
export const isEdited = (migration: Migration, applied: AppliedMigration[]): boolean =>
  applied.some(({ when, hash }) => when === migration.when && hash !== migration.hash)

/** Records the migration as applied. */
export const recordMigration = (sql: Sql, { hash, when }: Migration) =>
  sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${when})`

/** Records the migration as not applied. */
export const deleteMigrationRecord = (sql: Sql, { when }: Migration) =>
  sql`delete from drizzle.__drizzle_migrations where created_at = ${when}`
