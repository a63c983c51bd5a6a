import {
  type Migration,
  MigrationError,
  type MigrationFile,
  resolveTarget,
} from '../../db/migrations/migration-files.ts'

/**
 * A script for psql that does what `upgrade` or `downgrade` would: each migration in a transaction of its own with its
 * bookkeeping, which begins by making sure that the database is where the script begins.
 *
 * @throws MigrationError when the range runs the wrong way
 */
export function renderSqlScript(
  direction: 'upgrade' | 'downgrade',
  from: string,
  to: string,
  migrations: Migration[],
): string {
  const start = resolveTarget(from, migrations, 0)
  const end = resolveTarget(to, migrations, start)
  const isUp = direction === 'upgrade'
  if (isUp ? end < start : end > start) {
    throw new MigrationError(
      `${to} lies ${isUp ? 'before' : 'after'} ${from}: ${isUp ? 'downgrade' : 'upgrade'} goes there.`,
    )
  }
  const steps = isUp ? migrations.slice(start, end) : migrations.slice(end, start).reverse()
  const blocks = steps.map((migration) => {
    const before = migrations[isUp ? migration.index - 1 : migration.index]
    const step = isUp ? migration.up : migration.down
    return [
      `-- ${direction} ${migration.tag}`,
      ...transaction(step, before, isUp ? noted(migration) : forgotten(migration)),
    ]
  })
  return [...opening, ...blocks.flatMap((lines) => ['', ...lines])].join('\n').concat('\n')
}

const opening = [
  // psql forgets by it what npm may have printed before.
  '\\r',
  '\\set ON_ERROR_STOP on',
  "SET client_encoding = 'UTF8';",
  "SET lock_timeout = '10s';",
  'SET client_min_messages = warning;',
  'CREATE SCHEMA IF NOT EXISTS drizzle;',
  'CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);',
]

function transaction(step: MigrationFile, before: Migration | undefined, booking: string): string[] {
  const statements = step.statements.map((statement) =>
    /;\s*$/.test(statement) ? statement : `${statement}\n;`,
  )
  const lock = 'LOCK TABLE drizzle.__drizzle_migrations IN SHARE ROW EXCLUSIVE MODE;'
  return step.runsOutsideTransaction
    ? ['-- Runs in no transaction.', guard(before), ...statements, booking]
    : ['BEGIN;', lock, guard(before), ...statements, booking, 'COMMIT;']
}

/** Refuses to go on where the newest migration applied is another. */
const guard = (before: Migration | undefined): string => `DO $guard$ BEGIN
  IF (SELECT max(created_at) FROM drizzle.__drizzle_migrations) IS DISTINCT FROM ${before?.when ?? 'NULL'} THEN
    RAISE EXCEPTION 'the database is not at ${before?.tag ?? 'base'}, where this part of the script begins';
  END IF;
END $guard$;`

const noted = ({ hash, when }: Migration): string =>
  `INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('${hash}', ${when});`

const forgotten = ({ when }: Migration): string =>
  `DELETE FROM drizzle.__drizzle_migrations WHERE created_at = ${when};`
