import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type DrizzleKit, loadDrizzleKit, readSnapshot } from './drizzle-kit.ts'
import {
  type JournalEntry,
  MigrationError,
  migrationsFolder,
  readJournal,
  statementBreakpoint,
} from './migration-files.ts'
import { lintMigration } from './migration-lint.ts'

export interface GeneratedMigration {
  tag: string
  /** Risks of running the migration, a line each. */
  warnings: string[]
}

/**
 * Generates the next migration with `drizzle-kit generate`, and a draft of its down migration.
 *
 * @param isCustom an empty migration, for SQL that the schema cannot express
 * @throws MigrationError when drizzle-kit is not installed or writes no migration
 */
export async function generateMigration(name: string, isCustom: boolean): Promise<GeneratedMigration> {
  const kit = await loadDrizzleKit()
  const entryCount = readJournal().length
  spawnSync('npx', ['drizzle-kit', 'generate', '--name', name, ...(isCustom ? ['--custom'] : [])], {
    cwd: dirname(migrationsFolder),
    stdio: 'inherit',
  })
  const entry = readJournal()[entryCount]
  if (entry === undefined) {
    throw new MigrationError(
      'drizzle-kit wrote no migration. If the schema has no change, use --custom. If drizzle-kit has to ask whether something was renamed, run the command on a terminal.',
    )
  }
  const up = readFileSync(`${migrationsFolder}/${entry.tag}.sql`, 'utf8')
  writeFileSync(`${migrationsFolder}/${entry.tag}.down.sql`, await draftDownMigration(kit, entry))
  return { tag: entry.tag, warnings: lintMigration(`${entry.tag}.sql`, up) }
}

/** drizzle-kit's diff in the reverse direction; only the comment where it has a question and there is no terminal. */
async function draftDownMigration(kit: DrizzleKit, { index }: JournalEntry): Promise<string> {
  const before = readSnapshot(migrationsFolder, { index: index - 1 })
  const statements = await kit.diff(readSnapshot(migrationsFolder, { index }), before)
  const sql = (statements ?? []).map((statement) => statement.trim())
  return `${draftComment}${sql.join(`\n${statementBreakpoint}\n`)}\n`
}

/** `check` fails while the first line is there. */
const draftComment = `-- draft: complete it, then remove this comment. drizzle-kit drafts only what the schema expresses, and without USING
-- where a column gets its old type back. Undo hand-written statements too, the last one first, and convert stored values.
-- If there is nothing to undo, write only: -- nothing to undo
-- Then run: npm test -- test/migrations/run-migrations.test.ts
`
