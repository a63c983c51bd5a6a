import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type JournalEntry, migrationsFolder, readJournal, splitStatements } from './migration-files.ts'
import { loadDrizzleKit, readSnapshot, snapshotBefore, snapshotPath } from './snapshots.ts'

/**
 * What is wrong with the folder of migrations, a line for each; nothing when all is well. Needs no database.
 *
 * @throws MigrationError when the journal or drizzle-kit cannot be read
 */
export async function checkMigrations(folder = migrationsFolder): Promise<string[]> {
  const journal = readJournal(folder)
  const faults = [...checkFiles(folder, journal), ...checkJournal(journal)]
  const missing = faults.length > 0
  return missing ? faults : [...checkChain(folder, journal), ...(await checkSchema(folder, journal))]
}

function checkJournal(journal: JournalEntry[]): string[] {
  return journal.flatMap(({ index, tag, when }, i) => {
    const faults: string[] = []
    if (index !== i || !tag.startsWith(`${String(i).padStart(4, '0')}_`)) {
      faults.push(`${tag} is number ${i} of the journal: numbers follow each other from 0000.`)
    }
    const before = journal[i - 1]
    if (before && when <= before.when) {
      faults.push(`${tag} is older in the journal than ${before.tag}: drizzle's migrator would pass it over.`)
    }
    return faults
  })
}

function checkFiles(folder: string, journal: JournalEntry[]): string[] {
  const expected = journal.flatMap((entry) => [
    `${entry.tag}.sql`,
    `${entry.tag}.down.sql`,
    snapshotPath('.', entry).slice(2),
  ])
  const missing = expected.filter((file) => !existsSync(`${folder}/${file}`))
  const found = [
    ...readdirSync(folder).filter((file) => file.endsWith('.sql')),
    ...readdirSync(`${folder}/meta`).map((file) => `meta/${file}`),
  ]
  const strays = found.filter((file) => !expected.includes(file) && file !== 'meta/_journal.json')
  return [
    ...missing.map((file) => `${file} is missing.`),
    ...strays.map((file) => `${file} is in no entry of the journal.`),
    ...journal
      .filter(({ tag }) => existsSync(`${folder}/${tag}.sql`))
      .flatMap(({ tag }) => checkSql(folder, tag)),
  ]
}

const transactionWord = /^(?:--.*\n|\s)*(?:BEGIN|COMMIT|ROLLBACK|START TRANSACTION|END)\s*;/i

function checkSql(folder: string, tag: string): string[] {
  const files = [`${tag}.sql`, `${tag}.down.sql`].filter((file) => existsSync(`${folder}/${file}`))
  return files.flatMap((file) => {
    const text = readFileSync(`${folder}/${file}`, 'utf8')
    const statements = splitStatements(text)
    if (statements.length === 0 && file.endsWith('.down.sql') && !/^-- nothing to undo/m.test(text)) {
      return [`${file} has no statement: write the way back, or a line \`-- nothing to undo\`.`]
    }
    if (statements.length === 0 && !file.endsWith('.down.sql')) return [`${file} has no statement.`]
    if (statements.some((sql) => transactionWord.test(sql))) {
      return [`${file} begins or ends a transaction: the migrator does that around the whole file.`]
    }
    if (
      statements.some((sql) => /\bINDEX CONCURRENTLY\b/i.test(sql)) &&
      !text.startsWith('-- no-transaction')
    ) {
      return [
        `${file} has a statement that runs in no transaction: its first line must be \`-- no-transaction\`.`,
      ]
    }
    return []
  })
}

function checkChain(folder: string, journal: JournalEntry[]): string[] {
  return journal
    .filter((entry) => readSnapshot(folder, entry).prevId !== snapshotBefore(folder, entry).id)
    .map(
      (entry) =>
        `${snapshotPath('.', entry).slice(2)} does not follow the snapshot before it: generate it again.`,
    )
}

async function checkSchema(folder: string, journal: JournalEntry[]): Promise<string[]> {
  const kit = await loadDrizzleKit()
  const last = snapshotBefore(folder, { index: journal.length })
  const change = [
    'src/db/schema has changes that no migration has: npm run db -- generate --name WHAT_CHANGED.',
  ]
  try {
    return (await kit.diff(last, kit.currentSnapshot(last.id))).length === 0 ? [] : change
  } catch (error) {
    // It wants to ask whether something was renamed: that is a change, too.
    if (error instanceof Error && error.message.includes('require a TTY')) return change
    throw error
  }
}
