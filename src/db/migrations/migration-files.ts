import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Migrations cannot be read, checked, generated or run. The message is written for the operator. */
export class MigrationError extends Error {}

/** The SQL file of one direction of a migration. */
export interface MigrationFile {
  /** NNNN_name.sql or NNNN_name.down.sql. */
  name: string
  statements: string[]
  /** Whether the first line of the file is `-- no-transaction`. */
  runsOutsideTransaction: boolean
}

/** A migration as Drizzle's journal (meta/_journal.json) lists it. */
export interface JournalEntry {
  /** Position in the journal, from 0; the number in the name. */
  index: number
  /** NNNN_name. */
  tag: string
  /** When it was generated, in ms since 1970. Identifies the migration in drizzle.__drizzle_migrations. */
  when: number
}

/** A migration with the contents of both files. */
export interface Migration extends JournalEntry {
  /** SHA-256 of the up file in hex, computed as Drizzle's own migrator does. */
  hash: string
  up: MigrationFile
  down: MigrationFile
}

/** `drizzle/`, which lies beside src and dist. */
export const migrationsFolder = fileURLToPath(new URL('../../../drizzle', import.meta.url))

/** The separator between statements, as drizzle-kit writes it. */
export const statementBreakpoint = '--> statement-breakpoint'

/** Splits a file into its statements. Parts that contain only comments are left out. */
export const splitStatements = (text: string): string[] =>
  text
    .split(statementBreakpoint)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replaceAll(/^[ \t]*--.*$/gm, '').trim() !== '')

/**
 * Reads the journal, oldest migration first. Does not read the SQL files.
 *
 * @throws MigrationError when the journal is missing or malformed
 */
export function readJournal(folder = migrationsFolder): JournalEntry[] {
  const path = `${folder}/meta/_journal.json`
  const text = readMigrationFile(path)
  try {
    const { entries } = JSON.parse(text) as { entries: { idx: number; when: number; tag: string }[] }
    return entries.map(({ idx, when, tag }) => ({ index: idx, tag, when }))
  } catch {
    throw new MigrationError(`${path} is not a migration journal. Restore it from version control.`)
  }
}

/**
 * Reads every migration of the folder, oldest first.
 *
 * @throws MigrationError when the journal or a file that it lists is missing
 */
export function readMigrations(folder = migrationsFolder): Migration[] {
  return readJournal(folder).map((entry) => {
    const up = readMigrationFile(`${folder}/${entry.tag}.sql`)
    const down = readMigrationFile(`${folder}/${entry.tag}.down.sql`)
    return {
      ...entry,
      hash: createHash('sha256').update(up).digest('hex'),
      up: parseMigrationFile(`${entry.tag}.sql`, up),
      down: parseMigrationFile(`${entry.tag}.down.sql`, down),
    }
  })
}

const parseMigrationFile = (name: string, text: string): MigrationFile => ({
  name,
  statements: splitStatements(text),
  runsOutsideTransaction: text.startsWith('-- no-transaction'),
})

function readMigrationFile(path: string): string {
  if (!existsSync(path)) throw new MigrationError(`${path} is missing. Restore it from version control.`)
  return readFileSync(path, 'utf8')
}

/**
 * Returns how many migrations are applied when the database is at the target: `head`, `base`, a number (`0002` or `2`),
 * a full name, or a number of steps from the current state (`+1`, `-1`).
 *
 * @param appliedCount number of migrations that are applied now
 * @throws MigrationError when there is no such target; the message lists the targets
 */
export function resolveTarget(target: string, entries: JournalEntry[], appliedCount: number): number {
  if (target === 'head') return entries.length
  if (target === 'base') return 0
  const entry = entries.find(
    ({ tag, index }) => tag === target || (/^\d+$/.test(target) && index === Number(target)),
  )
  if (entry !== undefined) return entry.index + 1
  const count = /^[+-]\d+$/.test(target) ? appliedCount + Number(target) : Number.NaN
  if (count >= 0 && count <= entries.length) return count
  const tags = entries.map(({ tag }) => tag).join(', ')
  throw new MigrationError(
    Number.isNaN(count)
      ? `There is no migration ${target}. Allowed are head, base, +N, -N, a number, or one of: ${tags}.`
      : `${target} is out of range: ${appliedCount} of ${entries.length} migrations are applied.`,
  )
}
