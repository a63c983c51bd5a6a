import type { Sql } from 'postgres'
import { type JournalEntry, type Migration, MigrationError } from './migration-files.ts'

/** What the bookkeeping, the table of drizzle's own migrator, says of one migration. */
export interface AppliedMigration {
  hash: string
  /** As in the journal. */
  when: number
}

/** What is applied, oldest first; nothing where there is no bookkeeping yet. */
export async function readAppliedMigrations(sql: Sql): Promise<AppliedMigration[]> {
  const [table] = await sql<{ there: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as there`
  if (!table?.there) return []
  // Two of drizzle's migrators at once may each have booked the same one.
  const rows = await sql<{ hash: string; created_at: string }[]>`
    select distinct on (created_at) hash, created_at from drizzle.__drizzle_migrations order by created_at, id desc`
  return rows.map(({ hash, created_at }) => ({ hash, when: Number(created_at) }))
}

/** What is applied and in no journal of ours. */
export function unknownMigrations(entries: JournalEntry[], applied: AppliedMigration[]): AppliedMigration[] {
  const known = new Set(entries.map(({ when }) => when))
  return applied.filter(({ when }) => !known.has(when))
}

/** @throws MigrationError when a migration is applied that this version does not know */
export function assertNoneUnknown(entries: JournalEntry[], applied: AppliedMigration[]): void {
  const { length } = unknownMigrations(entries, applied)
  if (length === 0) return
  throw new MigrationError(
    `The database has ${length} migration(s) this version does not know: use the newer version (or the branch) that brought them.`,
  )
}

/**
 * What is applied must be the beginning of what there is. Drizzle's migrator passes over a migration that came in
 * between silently; here it is refused, because what came after it may stand on its absence.
 *
 * @throws MigrationError
 */
export function assertAppliedInOrder(entries: JournalEntry[], applied: AppliedMigration[]): void {
  assertNoneUnknown(entries, applied)
  const missing = entries
    .slice(0, applied.length)
    .filter(({ when }) => !applied.some((row) => row.when === when))
  if (missing.length === 0) return
  throw new MigrationError(
    `${missing.map(({ tag }) => tag).join(', ')} was never applied, though a later one was: run its SQL by hand and stamp the newest, or generate it again as the newest.`,
  )
}

/** Whether the file says something else than what was applied. */
export const isEdited = (migration: Migration, applied: AppliedMigration[]): boolean =>
  applied.some(({ when, hash }) => when === migration.when && hash !== migration.hash)

export const recordMigration = (sql: Sql, { hash, when }: Migration) =>
  sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${when})`

export const deleteMigrationRecord = (sql: Sql, { when }: Migration) =>
  sql`delete from drizzle.__drizzle_migrations where created_at = ${when}`
