// Makes migrations from the schema in TypeScript: SQL, way back, snapshot and journal entry, in drizzle-kit's format.
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

/** What was written, and what an operator should know of it. */
export interface GeneratedFiles {
  files: string[]
  warnings: string[]
}

/** Files by path, held until all of them are made: a failure leaves the folder as it was. */
type Files = Map<string, string>

/**
 * Makes the next migration from what the schema has and the last snapshot does not. Where something may have been
 * renamed, drizzle-kit asks on the terminal.
 *
 * @throws MigrationError when there is no change, or a question and nobody to answer it
 */
export async function generateMigration(name: string, folder = migrationsFolder): Promise<GeneratedFiles> {
  const { entry, before } = next(name, folder)
  const kit = await loadDrizzleKit()
  const after = like(before, kit.currentSnapshot(before.id))
  const statements = referencesFirst(await asking(() => kit.diff(before, after)), before, after)
  if (statements.length === 0) {
    throw new MigrationError(
      'The schema has no change that the migrations lack; for SQL that the schema cannot say: generate --custom.',
    )
  }
  const files: Files = new Map()
  const up = joinSections({ head: '', generated: joinUp(statements), tail: '' })
  files.set(`${folder}/${entry.tag}.sql`, up)
  files.set(`${folder}/${entry.tag}.down.sql`, await downOf(before, after, up, '', kit.diff))
  return write(folder, files, entry, after)
}

/** Makes an empty migration, for SQL that the schema cannot say. @throws MigrationError */
export async function generateCustomMigration(
  name: string,
  folder = migrationsFolder,
): Promise<GeneratedFiles> {
  const { entry, before } = next(name, folder)
  const after = { ...before, id: randomUUID(), prevId: before.id }
  const files: Files = new Map([
    [`${folder}/${entry.tag}.sql`, customUp],
    [`${folder}/${entry.tag}.down.sql`, customDown],
  ])
  return write(folder, files, entry, after)
}

const customUp = `-- hand-written: what the schema in TypeScript cannot say (functions, triggers, grants, comments, data). Statements are
-- parted as in the other files, and run in one transaction; for what cannot (CREATE INDEX CONCURRENTLY) the first line
-- of the file is \`-- no-transaction\`.
`
const customDown = `-- hand-written: the way back of each statement, the last one first. Where there is none, leave the next line alone.
-- nothing to undo
`

/** Makes the way back of a migration again, keeping its hand-written part. @throws MigrationError */
export async function regenerateDownMigration(
  target: string,
  folder = migrationsFolder,
): Promise<GeneratedFiles> {
  const entry = entryAt(target, folder)
  const kit = await loadDrizzleKit()
  const path = `${folder}/${entry.tag}.down.sql`
  const up = readFileSync(`${folder}/${entry.tag}.sql`, 'utf8')
  const before = snapshotBefore(folder, entry)
  const down = await downOf(before, readSnapshot(folder, entry), up, textAt(path), kit.diff)
  return write(folder, new Map([[path, down]]))
}

/**
 * Makes the migrations from one to the newest again from the present schema, under their names, keeping what was
 * written by hand. A table comes in the migration that it came in before, as it is now; a new one in the newest.
 * Only for migrations that no database but your own has.
 *
 * @throws MigrationError
 */
export async function regenerateFrom(target: string, folder = migrationsFolder): Promise<GeneratedFiles> {
  const first = entryAt(target, folder)
  const entries = readJournal(folder).slice(first.index)
  const kit = await loadDrizzleKit()
  const files: Files = new Map()
  let before = snapshotBefore(folder, first)
  for (const [i, entry] of entries.entries()) {
    const present = kit.currentSnapshot(before.id)
    const isNewest = i === entries.length - 1
    const old = readSnapshot(folder, entry)
    const after = like(old, isNewest ? present : restricted(present, old))
    const statements = referencesFirst(await asking(() => kit.diff(before, after)), before, after)
    const path = `${folder}/${entry.tag}`
    const up = joinSections({ ...splitSections(textAt(`${path}.sql`)), generated: joinUp(statements) })
    files.set(`${path}.sql`, up)
    files.set(`${path}.down.sql`, await downOf(before, after, up, textAt(`${path}.down.sql`), kit.diff))
    files.set(snapshotPath(folder, entry), JSON.stringify(after, null, 2))
    before = after
  }
  return write(folder, files)
}

function next(name: string, folder: string): { entry: JournalEntry; before: Snapshot } {
  if (!/^[a-z0-9][a-z0-9_]*$/.test(name)) {
    throw new MigrationError('A migration is named in lower-case letters, digits and _: add_call_notes.')
  }
  const journal = readJournal(folder)
  const last = journal.at(-1)
  const index = journal.length
  // The clock may stand behind that of whoever made the last one, and migrators go by this order.
  const when = Math.max(Date.now(), (last?.when ?? 0) + 1)
  const entry = { index, tag: `${String(index).padStart(4, '0')}_${name}`, when }
  return { entry, before: last === undefined ? emptySnapshot : readSnapshot(folder, last) }
}

function entryAt(target: string, folder: string): JournalEntry {
  const journal = readJournal(folder)
  const entry = journal[resolveTarget(target, journal, journal.length) - 1]
  if (entry === undefined) throw new MigrationError(`${target} is no migration: name one, like 0001.`)
  return entry
}

/**
 * The schema as drizzle-kit writes it to its file, its tables in the order of an older snapshot; that one's id where
 * nothing changed. So that what is the same looks the same.
 */
function like(old: Snapshot, { id, prevId, tables, ...rest }: Snapshot): Snapshot {
  const place = (key: string) => {
    const at = Object.keys(old.tables).indexOf(key)
    return at < 0 ? Number.POSITIVE_INFINITY : at
  }
  const sorted = Object.entries(tables).sort(([a], [b]) => place(a) - place(b) || 0)
  const { version, dialect, ...others } = rest
  const snapshot = { id, prevId, version, dialect, tables: Object.fromEntries(sorted) } as Snapshot
  for (const key of new Set([...Object.keys(old), ...Object.keys(others)])) snapshot[key] ??= others[key]
  snapshot._meta = { columns: {}, schemas: {}, tables: {} }
  const isSame = JSON.stringify({ ...snapshot, id: old.id }) === JSON.stringify(old)
  return isSame ? old : snapshot
}

/** Those tables of a schema that an older snapshot has, without what refers to others. */
function restricted(present: Snapshot, old: Snapshot): Snapshot {
  const tables = Object.entries(structuredClone(present.tables)).filter(([key]) => key in old.tables)
  const names = new Set(tables.map(([, { name }]) => name))
  for (const [, table] of tables) {
    for (const [key, { tableTo }] of Object.entries(table.foreignKeys)) {
      if (!names.has(tableTo)) delete table.foreignKeys[key]
    }
  }
  return { ...present, tables: Object.fromEntries(tables) }
}

/**
 * drizzle-kit drops a table with CASCADE, and afterwards the constraint of a table that referred to it, which by then
 * is gone: here the constraint goes first.
 */
function referencesFirst(statements: string[], before: Snapshot, after: Snapshot): string[] {
  const stays = Object.entries(before.tables).filter(([key]) => key in after.tables)
  const kept = new Set(stays.map(([, { name }]) => name))
  const references = stays.flatMap(([, { name, foreignKeys }]) =>
    Object.values(foreignKeys)
      .filter(({ tableTo }) => !kept.has(tableTo))
      .map((key) => `ALTER TABLE "${name}" DROP CONSTRAINT "${key.name}";`),
  )
  const early = statements.filter((statement) => references.includes(statement.trim()))
  return [...early, ...statements.filter((statement) => !early.includes(statement))]
}

/** The breakpoint stands as drizzle-kit puts it. */
const joinUp = (statements: string[]) => statements.join('--> statement-breakpoint\n')

async function downOf(before: Snapshot, after: Snapshot, up: string, present: string, diff: Diff) {
  const statements = await asking(() => generateDownMigration(before, after, up, diff))
  const generated = statements.map((statement) => statement.trim()).join('\n--> statement-breakpoint\n')
  return joinSections({ ...splitSections(present), generated })
}

const textAt = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** Without a terminal drizzle-kit's questions fail; that failure in words. */
async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('require a TTY'))) throw error
    throw new MigrationError(
      'Was something renamed, or dropped and made? drizzle-kit asks that on a terminal, and this is none: run it on one.',
    )
  }
}

function write(folder: string, files: Files, entry?: JournalEntry, snapshot?: Snapshot): GeneratedFiles {
  if (entry && snapshot) {
    files.set(snapshotPath(folder, entry), JSON.stringify(snapshot, null, 2))
    const path = `${folder}/meta/_journal.json`
    const journal = JSON.parse(readFileSync(path, 'utf8')) as { entries: unknown[] }
    const { index: idx, when, tag } = entry
    journal.entries.push({ idx, version: '7', when, tag, breakpoints: true })
    files.set(path, JSON.stringify(journal, null, 2))
  }
  for (const [path, text] of files) writeFileSync(path, text)
  const warnings = [...files].flatMap(([path, text]) => {
    const file = path.slice(folder.length + 1)
    if (!file.endsWith('.sql')) return []
    return [
      ...lintMigration(file, text),
      ...(file.endsWith('.down.sql') ? lintDownMigration(file, text) : []),
    ]
  })
  return { files: [...files.keys()].map((path) => path.slice(folder.length + 1)), warnings }
}
