// Generates migrations from the Drizzle schema in drizzle-kit's format: SQL, down migration, snapshot and journal
// entry.
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { generateDownMigration } from './down-migration.ts'
import {
  type JournalEntry,
  joinSections,
  MigrationError,
  migrationsFolder,
  readJournal,
  resolveTarget,
  splitSections,
  statementBreakpoint,
} from './migration-files.ts'
import { lintDownMigration, lintMigration } from './migration-lint.ts'
import {
  type Diff,
  emptySnapshot,
  loadDrizzleKit,
  readSnapshot,
  type Snapshot,
  snapshotBefore,
  snapshotPath,
} from './snapshots.ts'

export interface GeneratedFiles {
  /** Paths in the folder of migrations. */
  files: string[]
  /** Risks of running the migration, a line each. */
  warnings: string[]
}

/** Contents by path. Written together at the end, so that a failure changes nothing in the folder. */
type Files = Map<string, string>

/**
 * Generates the next migration from the difference between the newest snapshot and the schema. drizzle-kit asks on the
 * terminal when a column or table may have been renamed.
 *
 * @param name lower-case letters, digits and `_`
 * @throws MigrationError when the schema has no change, or drizzle-kit has a question and there is no terminal
 */
export async function generateMigration(name: string, folder = migrationsFolder): Promise<GeneratedFiles> {
  const { entry, before } = nextEntry(name, folder)
  const kit = await loadDrizzleKit()
  const after = normalizeSnapshot(before, kit.currentSnapshot(before.id))
  const statements = await diffSnapshots(before, after, kit.diff)
  if (statements.length === 0) {
    throw new MigrationError(
      'src/db/schema has no change without a migration. For SQL that the schema cannot express, use generate --name NAME --custom.',
    )
  }
  const files: Files = new Map()
  const up = joinSections({ head: '', generated: joinStatements(statements), tail: '' })
  files.set(`${folder}/${entry.tag}.sql`, up)
  files.set(`${folder}/${entry.tag}.down.sql`, await renderDownFile(before, after, up, '', kit.diff))
  addEntry(files, folder, entry, after)
  return writeFiles(folder, files)
}

/**
 * Generates a migration without statements, for SQL that the schema cannot express.
 *
 * @throws MigrationError when the name is invalid or the journal cannot be read
 */
export async function generateCustomMigration(
  name: string,
  folder = migrationsFolder,
): Promise<GeneratedFiles> {
  const { entry, before } = nextEntry(name, folder)
  const files: Files = new Map([
    [`${folder}/${entry.tag}.sql`, customUp],
    [`${folder}/${entry.tag}.down.sql`, customDown],
  ])
  addEntry(files, folder, entry, { ...before, id: randomUUID(), prevId: before.id })
  return writeFiles(folder, files)
}

// The breakpoint itself must not occur in the comment, because files are split at it.
const customUp = `-- hand-written: what the Drizzle schema cannot express (functions, triggers, grants, comments, data). Separate the
-- statements as in the other files. They run in one transaction. If one cannot run in a transaction (CREATE INDEX
-- CONCURRENTLY), make the first line of this file \`-- no-transaction\`.
`
const customDown = `-- hand-written: undoes each statement of the migration, the last one first. If there is nothing to undo, keep the next line.
-- nothing to undo
`

/**
 * Generates the down migration of an existing migration again, and keeps its hand-written sections.
 *
 * @throws MigrationError when there is no such migration
 */
export async function regenerateDownMigration(
  target: string,
  folder = migrationsFolder,
): Promise<GeneratedFiles> {
  const entry = findEntry(target, folder)
  const kit = await loadDrizzleKit()
  const path = `${folder}/${entry.tag}.down.sql`
  const up = readFileSync(`${folder}/${entry.tag}.sql`, 'utf8')
  const before = snapshotBefore(folder, entry)
  const after = readSnapshot(folder, entry)
  const down = await renderDownFile(before, after, up, readIfExists(path), kit.diff)
  return writeFiles(folder, new Map([[path, down]]))
}

/**
 * Generates a migration and all newer ones again from the current schema. Names and hand-written sections are kept. A
 * table stays in the migration that created it, with its current columns; a new table is created by the newest migration.
 * Only for migrations that have not been released: other databases have applied the old files.
 *
 * @throws MigrationError when there is no such migration, or drizzle-kit has a question and there is no terminal
 */
export async function regenerateFrom(target: string, folder = migrationsFolder): Promise<GeneratedFiles> {
  const first = findEntry(target, folder)
  const entries = readJournal(folder).slice(first.index)
  const kit = await loadDrizzleKit()
  const files: Files = new Map()
  let before = snapshotBefore(folder, first)
  for (const [i, entry] of entries.entries()) {
    const schema = kit.currentSnapshot(before.id)
    const isNewest = i === entries.length - 1
    const old = readSnapshot(folder, entry)
    const after = normalizeSnapshot(old, isNewest ? schema : keepTables(schema, old))
    const statements = await diffSnapshots(before, after, kit.diff)
    const path = `${folder}/${entry.tag}`
    const sections = splitSections(readIfExists(`${path}.sql`))
    const up = joinSections({ ...sections, generated: joinStatements(statements) })
    const oldDown = readIfExists(`${path}.down.sql`)
    files.set(`${path}.sql`, up)
    files.set(`${path}.down.sql`, await renderDownFile(before, after, up, oldDown, kit.diff))
    files.set(snapshotPath(folder, entry), JSON.stringify(after, null, 2))
    before = after
  }
  return writeFiles(folder, files)
}

/** The journal entry of the next migration, and the snapshot before it. */
function nextEntry(name: string, folder: string): { entry: JournalEntry; before: Snapshot } {
  if (!/^[a-z0-9][a-z0-9_]*$/.test(name)) {
    throw new MigrationError(
      `${name} is not a valid name. Use lower-case letters, digits and _, for example add_call_notes.`,
    )
  }
  const journal = readJournal(folder)
  const last = journal.at(-1)
  const index = journal.length
  // Migrators apply in the order of `when`, and the last one may have been generated by a machine whose clock is ahead.
  const when = Math.max(Date.now(), (last?.when ?? 0) + 1)
  const entry = { index, tag: `${String(index).padStart(4, '0')}_${name}`, when }
  return { entry, before: last === undefined ? emptySnapshot : readSnapshot(folder, last) }
}

function findEntry(target: string, folder: string): JournalEntry {
  const journal = readJournal(folder)
  const entry = journal[resolveTarget(target, journal, journal.length) - 1]
  if (entry === undefined) {
    throw new MigrationError(`${target} is not a migration. Give its number, for example 0001.`)
  }
  return entry
}

/**
 * Brings a snapshot into the form that drizzle-kit writes, with tables in the order of an older snapshot, so that a
 * diff in version control shows real changes only. Returns the older snapshot when nothing changed.
 */
function normalizeSnapshot(old: Snapshot, { id, prevId, tables, ...rest }: Snapshot): Snapshot {
  const positionOf = (key: string) => {
    const position = Object.keys(old.tables).indexOf(key)
    return position < 0 ? Number.POSITIVE_INFINITY : position
  }
  const sorted = Object.entries(tables).sort(([a], [b]) => positionOf(a) - positionOf(b) || 0)
  const { version, dialect, ...others } = rest
  const snapshot = { id, prevId, version, dialect, tables: Object.fromEntries(sorted) } as Snapshot
  for (const key of new Set([...Object.keys(old), ...Object.keys(others)])) snapshot[key] ??= others[key]
  snapshot._meta = { columns: {}, schemas: {}, tables: {} }
  const isSame = JSON.stringify({ ...snapshot, id: old.id }) === JSON.stringify(old)
  return isSame ? old : snapshot
}

/** The tables of a schema that an older snapshot has too, without foreign keys to other tables. */
function keepTables(schema: Snapshot, old: Snapshot): Snapshot {
  const tables = Object.entries(structuredClone(schema.tables)).filter(([key]) => key in old.tables)
  const names = new Set(tables.map(([, { name }]) => name))
  for (const [, table] of tables) {
    for (const [key, { tableTo }] of Object.entries(table.foreignKeys)) {
      if (!names.has(tableTo)) delete table.foreignKeys[key]
    }
  }
  return { ...schema, tables: Object.fromEntries(tables) }
}

const diffSnapshots = async (before: Snapshot, after: Snapshot, diff: Diff): Promise<string[]> =>
  dropForeignKeysFirst(await withoutQuestions(() => diff(before, after)), before, after)

/**
 * drizzle-kit drops a table with CASCADE before the foreign keys that refer to it, and dropping those then fails. Moves
 * the foreign keys to the front.
 */
function dropForeignKeysFirst(statements: string[], before: Snapshot, after: Snapshot): string[] {
  const keptTables = Object.entries(before.tables).filter(([key]) => key in after.tables)
  const keptNames = new Set(keptTables.map(([, { name }]) => name))
  const drops = keptTables.flatMap(([, { name, foreignKeys }]) =>
    Object.values(foreignKeys)
      .filter(({ tableTo }) => !keptNames.has(tableTo))
      .map((key) => `ALTER TABLE "${name}" DROP CONSTRAINT "${key.name}";`),
  )
  const first = statements.filter((statement) => drops.includes(statement.trim()))
  return [...first, ...statements.filter((statement) => !first.includes(statement))]
}

/** Puts the breakpoint where drizzle-kit does: at the end of the statement's last line. */
const joinStatements = (statements: string[]) => statements.join(`${statementBreakpoint}\n`)

async function renderDownFile(before: Snapshot, after: Snapshot, up: string, oldText: string, diff: Diff) {
  const statements = await withoutQuestions(() => generateDownMigration(before, after, up, diff))
  const generated = statements.map((statement) => statement.trim()).join(`\n${statementBreakpoint}\n`)
  return joinSections({ ...splitSections(oldText), generated })
}

const readIfExists = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** Replaces drizzle-kit's error, which it throws when it has a question and there is no terminal. */
async function withoutQuestions<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('require a TTY'))) throw error
    throw new MigrationError(
      'drizzle-kit has to ask whether something was renamed or replaced, and there is no terminal. Run the command on a terminal.',
    )
  }
}

function addEntry(files: Files, folder: string, entry: JournalEntry, snapshot: Snapshot): void {
  files.set(snapshotPath(folder, entry), JSON.stringify(snapshot, null, 2))
  const path = `${folder}/meta/_journal.json`
  const journal = JSON.parse(readFileSync(path, 'utf8')) as { entries: unknown[] }
  const { index: idx, when, tag } = entry
  journal.entries.push({ idx, version: '7', when, tag, breakpoints: true })
  files.set(path, JSON.stringify(journal, null, 2))
}

function writeFiles(folder: string, files: Files): GeneratedFiles {
  for (const [path, text] of files) writeFileSync(path, text)
  const warnings = [...files].flatMap(([path, text]) => {
    const file = path.slice(folder.length + 1)
    if (!file.endsWith('.sql')) return []
    const restoreWarnings = file.endsWith('.down.sql') ? lintDownMigration(file, text) : []
    return [...lintMigration(file, text), ...restoreWarnings]
  })
  return { files: [...files.keys()].map((path) => path.slice(folder.length + 1)), warnings }
}
