import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { loadDrizzleKit, readSnapshot, snapshotName } from './drizzle-kit.ts'
import { type JournalEntry, migrationsFolder, readJournal, splitStatements } from './migration-files.ts'

/**
 * Checks the files of the migrations, the journal and the snapshots, and that the schema has no change without a
 * migration. Returns one line per problem. Needs no database.
 *
 * @throws MigrationError when the journal or drizzle-kit cannot be read
 */
export async function checkMigrations(folder = migrationsFolder): Promise<string[]> {
  const journal = readJournal(folder)
  const problems = [...checkFiles(folder, journal), ...checkJournal(journal)]
  // The checks of snapshots read files that may be missing.
  if (problems.length > 0) return problems
  return [...checkSnapshotChain(folder, journal), ...(await checkSchema(folder, journal))]
}

function checkJournal(journal: JournalEntry[]): string[] {
  return journal.flatMap(({ index, tag, when }, i) => {
    const problems: string[] = []
    const prefix = `${String(i).padStart(4, '0')}_`
    if (index !== i || !tag.startsWith(prefix)) {
      problems.push(
        `${tag} is entry ${i} of the journal, so its index must be ${i} and its name must begin with ${prefix}.`,
      )
    }
    const previous = journal[i - 1]
    if (previous && when <= previous.when) {
      problems.push(
        `${tag} is not newer in the journal than ${previous.tag}, so Drizzle's migrator would skip it. Raise its \`when\`.`,
      )
    }
    return problems
  })
}

function checkFiles(folder: string, journal: JournalEntry[]): string[] {
  const expected = journal.flatMap((entry) => [
    `${entry.tag}.sql`,
    `${entry.tag}.down.sql`,
    snapshotName(entry),
  ])
  const missing = expected.filter((file) => !existsSync(`${folder}/${file}`))
  const existing = [
    ...readdirSync(folder).filter((file) => file.endsWith('.sql')),
    ...readdirSync(`${folder}/meta`).map((file) => `meta/${file}`),
  ]
  const unlisted = existing.filter((file) => !expected.includes(file) && file !== 'meta/_journal.json')
  return [
    ...missing.map((file) => `${file} is missing.`),
    ...unlisted.map((file) => `${file} does not belong to any entry of the journal.`),
    ...journal
      .filter(({ tag }) => existsSync(`${folder}/${tag}.sql`))
      .flatMap(({ tag }) => checkSqlFiles(folder, tag)),
  ]
}

const transactionStatement = /^(?:--.*\n|\s)*(?:BEGIN|COMMIT|ROLLBACK|START TRANSACTION|END)\s*;/i

function checkSqlFiles(folder: string, tag: string): string[] {
  const files = [`${tag}.sql`, `${tag}.down.sql`].filter((file) => existsSync(`${folder}/${file}`))
  return files.flatMap((file) => {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    const statements = splitStatements(text)
    const isDown = file.endsWith('.down.sql')
    if (/^-- draft/m.test(text)) return [`${file} is a draft. Complete it, then remove its first comment.`]
    if (statements.length === 0 && isDown && !/^-- nothing to undo/m.test(text)) {
      return [`${file} has no statement. Write the down migration, or a line \`-- nothing to undo\`.`]
    }
    if (statements.length === 0 && !isDown) return [`${file} has no statement.`]
    if (statements.some((sql) => transactionStatement.test(sql))) {
      return [
        `${file} begins or ends a transaction. Remove that statement: the migrator runs each file in a transaction.`,
      ]
    }
    const isConcurrent = statements.some((sql) => /\bINDEX CONCURRENTLY\b/i.test(sql))
    if (isConcurrent && !text.startsWith('-- no-transaction')) {
      return [
        `${file} has a statement that cannot run in a transaction, so its first line must be \`-- no-transaction\`.`,
      ]
    }
    return []
  })
}

/** Each snapshot names the id of the snapshot before it. */
function checkSnapshotChain(folder: string, journal: JournalEntry[]): string[] {
  const snapshots = journal.map((entry) => ({ name: snapshotName(entry), ...readSnapshot(folder, entry) }))
  return snapshots
    .filter(({ prevId }, i) => i > 0 && prevId !== snapshots[i - 1]?.id)
    .map(({ name }) => `${name} does not follow the snapshot before it. Generate the migration again.`)
}

async function checkSchema(folder: string, journal: JournalEntry[]): Promise<string[]> {
  const kit = await loadDrizzleKit()
  const newest = readSnapshot(folder, { index: journal.length - 1 })
  const statements = await kit.diff(newest, kit.currentSnapshot())
  // Undefined: drizzle-kit has to ask whether something was renamed, so there is a change.
  if (statements?.length === 0) return []
  return ['src/db/schema has changes without a migration. Run: npm run db -- generate --name WHAT_CHANGED.']
}
