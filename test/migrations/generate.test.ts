// Tests of generating and checking migrations.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { checkMigrations } from '../../src/db/migrations/check-migrations.ts'
import { downgrade, upgrade } from '../../src/db/migrations/migrate.ts'
import { testDatabase } from '../setup/postgres.ts'
import {
  appendMigration,
  connectTo,
  copyMigrations,
  copyProject,
  fillTables,
  type JournalFile,
  newestTag,
  readJournalFile,
  runDbIn,
  schemaFingerprint,
  tableContents,
  tags,
  unreachableUrl,
  writeJournalFile,
} from './fixtures.ts'

/** A copy of the project with a further table, whose columns the test changes. */
function projectWithNotes() {
  const folder = copyProject()
  writeFileSync(join(folder, 'src/db/schema/index.ts'), "export * from './notes.ts'\n", { flag: 'a' })
  const drizzleFolder = join(folder, 'drizzle')
  return {
    drizzleFolder,
    defineNotes: (columns: string) =>
      writeFileSync(
        join(folder, 'src/db/schema/notes.ts'),
        `import { bigint, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
void [bigint, integer, text]
export const notes = pgTable('notes', { id: uuid().defaultRandom().primaryKey(), ${columns} })\n`,
      ),
    run: (...args: string[]) => runDbIn(folder, unreachableUrl, ...args),
    addedTags: () =>
      readJournalFile(drizzleFolder)
        .entries.slice(tags.length)
        .map(({ tag }) => tag),
  }
}

test('generate writes a migration and a draft of its down migration, which check refuses until it is complete', async (t) => {
  const { url } = await testDatabase(t)
  const sql = connectTo(t, url)
  await fillTables(sql)
  const { drizzleFolder, defineNotes, run, addedTags } = projectWithNotes()
  const options = { folder: drizzleFolder }

  defineNotes('amount: integer()')
  const created = await run('generate', '--name', 'add_notes')
  t.match(created, { code: 0, err: '', out: /_add_notes\.down\.sql is a draft\./ })
  const [addNotes = ''] = addedTags()
  const draft = readFileSync(`${drizzleFolder}/${addNotes}.down.sql`, 'utf8')
  t.match(draft, /^-- draft: .*DROP TABLE "notes" CASCADE;\n$/s)
  const refused = await run('check')
  t.match(refused, {
    code: 1,
    err: `${addNotes}.down.sql is a draft. Complete it, then remove its first comment.\n`,
  })
  writeFileSync(`${drizzleFolder}/${addNotes}.down.sql`, 'DROP TABLE notes;\n')
  t.match(await run('check'), { code: 0, err: '' })

  defineNotes("amount: bigint({ mode: 'number' }), language: text().notNull().default('ru')")
  const altered = await run('generate', '--name', 'alter_notes')
  t.match(altered, { code: 0, err: /^warning: .*rewrites the whole table.*\n$/ })
  const alterNotes = addedTags().at(-1)
  const alteredDraft = readFileSync(`${drizzleFolder}/${alterNotes}.down.sql`, 'utf8')
  writeFileSync(`${drizzleFolder}/${alterNotes}.down.sql`, alteredDraft.replaceAll(/^--(?!>).*\n/gm, ''))

  t.match(await run('generate', '--name', 'note_comment', '--custom'), { code: 0, err: '' })
  const noteComment = addedTags().at(-1)
  t.match(await run('check'), {
    code: 1,
    err: `${noteComment}.sql has no statement.\n${noteComment}.down.sql is a draft. Complete it, then remove its first comment.\n`,
  })
  writeFileSync(`${drizzleFolder}/${noteComment}.sql`, "COMMENT ON TABLE notes IS 'what was noted';")
  writeFileSync(`${drizzleFolder}/${noteComment}.down.sql`, 'COMMENT ON TABLE notes IS NULL;')
  t.match(await run('check'), { code: 0, err: '' })

  const before = [await schemaFingerprint(sql), await tableContents(sql)]
  t.same(await upgrade(url, 'head', options), addedTags())
  t.same(await downgrade(url, newestTag, options), addedTags().reverse())
  t.strictSame([await schemaFingerprint(sql), await tableContents(sql)], before)
})

test('Without a terminal, a change that may be a rename generates nothing', async (t) => {
  const { drizzleFolder, defineNotes, run, addedTags } = projectWithNotes()
  defineNotes('body: text()')
  t.match(await run('generate', '--name', 'add_notes'), { code: 0 })
  const journal = readJournalFile(drizzleFolder)
  defineNotes('content: text()')
  const question = await run('generate', '--name', 'rename_body')
  t.match(question, { code: 1, err: /drizzle-kit wrote no migration\. .*run the command on a terminal\.\n$/ })
  t.same(readJournalFile(drizzleFolder), journal)
  t.match((await run('check')).err, /is a draft/)
  writeFileSync(`${drizzleFolder}/${addedTags()[0]}.down.sql`, 'DROP TABLE notes;\n')
  t.match(await run('check'), { code: 1, err: /^src\/db\/schema has changes without a migration/ })
})

test('check reports missing files, a wrong order and a schema change without a migration', async (t) => {
  t.same(await checkMigrations(), [])
  const problemsAfter = async (change: (folder: string) => void) => {
    const folder = copyMigrations()
    change(folder)
    return (await checkMigrations(folder)).join('\n')
  }
  const withJournal = (change: (journal: JournalFile) => void) => (folder: string) => {
    const journal = readJournalFile(folder)
    change(journal)
    writeJournalFile(folder, journal)
  }
  const newestNumber = String(tags.length - 1).padStart(4, '0')
  t.equal(
    await problemsAfter((folder) => rmSync(`${folder}/${newestTag}.down.sql`)),
    `${newestTag}.down.sql is missing.`,
  )
  t.equal(
    await problemsAfter((folder) => rmSync(`${folder}/meta/${newestNumber}_snapshot.json`)),
    `meta/${newestNumber}_snapshot.json is missing.`,
  )
  t.equal(
    await problemsAfter((folder) => writeFileSync(`${folder}/0099_x.sql`, '')),
    '0099_x.sql does not belong to any entry of the journal.',
  )
  t.equal(
    await problemsAfter((folder) => writeFileSync(`${folder}/${newestTag}.down.sql`, '-- later')),
    `${newestTag}.down.sql has no statement. Write the down migration, or a line \`-- nothing to undo\`.`,
  )
  t.match(
    await problemsAfter((folder) =>
      appendMigration(folder, 'c', 'CREATE INDEX CONCURRENTLY i ON calls (id)', 'DROP INDEX i'),
    ),
    /must be `-- no-transaction`/,
  )
  t.match(
    await problemsAfter((folder) =>
      appendMigration(folder, 'c', 'select 1;\n--> statement-breakpoint\nCOMMIT;', 'select 1'),
    ),
    /begins or ends a transaction/,
  )
  t.match(
    await problemsAfter(
      withJournal(({ entries }) =>
        entries.splice(1, 1, ...entries.slice(1, 2).map((entry) => ({ ...entry, when: 1 }))),
      ),
    ),
    /is not newer in the journal than 0000_/,
  )
  t.match(
    await problemsAfter(
      withJournal(({ entries }) =>
        entries.splice(0, 1, ...entries.slice(0, 1).map((entry) => ({ ...entry, idx: 1 }))),
      ),
    ),
    /is entry 0 of the journal/,
  )
  const path = (folder: string) => `${folder}/meta/${newestNumber}_snapshot.json`
  const withSnapshot = (change: (text: string) => string) => (folder: string) =>
    writeFileSync(path(folder), change(readFileSync(path(folder), 'utf8')))
  t.match(
    await problemsAfter(withSnapshot((text) => text.replace(/"prevId": "./, '"prevId": "x'))),
    /does not follow the snapshot before it/,
  )
  t.match(
    await problemsAfter(withSnapshot((text) => text.replace('"notNull": true', '"notNull": false'))),
    /^src\/db\/schema has changes without a migration/,
  )
})
