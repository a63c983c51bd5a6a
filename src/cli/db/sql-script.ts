import {
  type Migration,
  MigrationError,
  type MigrationFile,
  resolveTarget,
} from '../../db/migrations/migration-files.ts'

/**
 * Renders a script for psql that does the same as `upgrade` or `downgrade`. Each migration runs in its own transaction,
 * which first checks that the database is at the migration that the script expects.
 *
 * @throws MigrationError when a target does not exist or the range has the wrong direction
 */
export function renderSqlScript(
  direction: 'upgrade' | 'downgrade',
  from: string,
  to: string,
  migrations: Migration[],
): string {
  const start = resolveTarget(from, migrations, 0)
  const end = resolveTarget(to, migrations, start)
  const isUpgrade = direction === 'upgrade'
  if (isUpgrade && end < start) throw new MigrationError(`${to} is before ${from}. Use downgrade.`)
  if (!isUpgrade && end > start) throw new MigrationError(`${to} is after ${from}. Use upgrade.`)
  const toRun = isUpgrade ? migrations.slice(start, end) : migrations.slice(end, start).reverse()
  const blocks = toRun.map((migration) => {
    const currentBefore = migrations[isUpgrade ? migration.index - 1 : migration.index]
    const lines = isUpgrade
      ? renderFile(migration.up, currentBefore, insertRecord(migration))
      : renderFile(migration.down, currentBefore, deleteRecord(migration))
    return ['', `-- ${direction} ${migration.tag}`, ...lines]
  })
  return `${[...header, ...blocks.flat()].join('\n')}\n`
}

const header = [
  // npm prints a banner to standard output. `\r` makes psql discard those lines.
  '\\r',
  '\\set ON_ERROR_STOP on',
  "SET client_encoding = 'UTF8';",
  "SET lock_timeout = '10s';",
  'SET client_min_messages = warning;',
  'CREATE SCHEMA IF NOT EXISTS drizzle;',
  'CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);',
]

function renderFile(file: MigrationFile, currentBefore: Migration | undefined, record: string): string[] {
  const statements = file.statements.map((statement) =>
    /;\s*$/.test(statement) ? statement : `${statement}\n;`,
  )
  const lock = 'LOCK TABLE drizzle.__drizzle_migrations IN SHARE ROW EXCLUSIVE MODE;'
  return file.runsOutsideTransaction
    ? ['-- Runs in no transaction.', assertCurrent(currentBefore), ...statements, record]
    : ['BEGIN;', lock, assertCurrent(currentBefore), ...statements, record, 'COMMIT;']
}

/** Raises an exception when the newest applied migration is another one. */
const assertCurrent = (migration: Migration | undefined): string => `DO $guard$ BEGIN
  IF (SELECT max(created_at) FROM drizzle.__drizzle_migrations) IS DISTINCT FROM ${migration?.when ?? 'NULL'} THEN
    RAISE EXCEPTION 'the database is not at ${migration?.tag ?? 'base'}, which this part of the script requires';
  END IF;
END $guard$;`

const insertRecord = ({ hash, when }: Migration): string =>
  `INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('${hash}', ${when});`

const deleteRecord = ({ when }: Migration): string =>
  `DELETE FROM drizzle.__drizzle_migrations WHERE created_at = ${when};`
