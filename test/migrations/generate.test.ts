// Tests of generating and checking migrations.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'tap'
import { tsImport } from 'tsx/esm/api'
import { checkMigrations } from '../../src/db/migrations/check-migrations.ts'
import { downgrade, upgrade } from '../../src/db/migrations/migrate.ts'
import type * as Snapshots from '../../src/db/migrations/snapshots.ts'
import { testDatabase } from '../setup/postgres.ts'
import {
  appendMigration,
  callId,
  companyId,
  connectTo,
  copyMigrations,
  copyProject,
  fillTables,
  type JournalFile,
  newestTag,
  readJournalFile,
  runDbIn,
  schemaFingerprint,
  tags,
  unreachableUrl,
  writeJournalFile,
} from './fixtures.ts'

const notesColumns = (more = '') => `company_id: uuid().notNull(),
    id: uuid().primaryKey(),
    body: text().notNull(),
    ${more}`

/**
 * The text of a schema file with a table `notes`. The test changes its columns, constraints and the tables beside
 * it.
 */
const notesSchema = (
  body: string,
  constraints: string,
  other = '',
) => `import { gt, gte, sql } from 'drizzle-orm'
import { type AnyPgColumn, bigint, check, index, integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { companyPolicy } from './columns.ts'
import { companies } from './companies.ts'
void [gt, gte, bigint, check, index, integer, sql, unique, companies]
export type Column = AnyPgColumn
export const notes = pgTable('notes', { ${body} }, (t) => [companyPolicy(t.company_id), ${constraints}])
${other}
`
const tagsTable = `export const tags = pgTable('tags', { id: uuid().primaryKey(), note_id: uuid().references((): Column => notes.id), word: text().notNull() })`

const labelsTable = `export const labels = pgTable('labels', { id: uuid().primaryKey() })`

test('Generated migrations and down migrations run on tables with rows and restore the schema', async (t) => {
  const { url } = await testDatabase(t)
  const sql = connectTo(t, url)
  await fillTables(sql)
  const folder = copyProject()
  const drizzleFolder = join(folder, 'drizzle')
  const write = (text: string) => writeFileSync(join(folder, 'src/db/schema/extra.ts'), text)
  const number = (i: number) => String(tags.length + i).padStart(4, '0')
  const generate = (...args: string[]) => runDbIn(folder, unreachableUrl, 'generate', ...args)
  writeFileSync(join(folder, 'src/db/schema/index.ts'), "export * from './extra.ts'\n", { flag: 'a' })

  // Two tables that refer to each other.
  const cyclicColumns = notesColumns('tag_id: uuid().references((): Column => tags.id), amount: integer()')
  write(notesSchema(cyclicColumns, "unique('notes_body_key').on(t.company_id, t.body)", tagsTable))
  t.match(
    await generate('--name', 'add_notes'),
    { code: 0, err: '' },
    'no warning, because the tables are new',
  )
  t.match(
    readFileSync(`${drizzleFolder}/${number(0)}_add_notes.down.sql`, 'utf8'),
    /DROP CONSTRAINT.*DROP TABLE/s,
  )

  // On an existing table: a new column, another type, an index and a check. A unique constraint is removed.
  const widerColumns = notesColumns(
    "tag_id: uuid().references((): Column => tags.id), amount: bigint({ mode: 'number' }), label_id: uuid().references(() => labels.id), language: text().notNull().default('ru')",
  )
  const checks =
    "index('notes_language_idx').on(t.language), check('notes_amount_check', gt(t.amount, sql`0`))"
  write(notesSchema(widerColumns, checks, `${tagsTable}\n${labelsTable}`))
  const altered = await generate('--name', 'alter_notes')
  t.equal(altered.code, 0)
  t.match(altered.err, /rewrites the whole table.*builds an index and blocks writes/s)

  // Hand-written sections in both files are kept when the migration is generated again after a schema change.
  const handWrittenUp = "-- hand-written: kept\nCOMMENT ON TABLE notes IS 'a note';\n"
  const handWrittenDown = '-- hand-written: kept\nCOMMENT ON TABLE notes IS NULL;\n'
  const second = `${drizzleFolder}/${number(1)}_alter_notes`
  for (const [file, text] of [
    [`${second}.sql`, handWrittenUp],
    [`${second}.down.sql`, handWrittenDown],
  ] as const) {
    writeFileSync(file, `${readFileSync(file, 'utf8')}--> statement-breakpoint\n${text}`)
  }
  write(notesSchema(widerColumns, checks.replace('gt', 'gte'), `${tagsTable}\n${labelsTable}`))
  t.match(await generate('--regenerate', number(1)), { code: 0 })
  const regenerated = readFileSync(`${second}.sql`, 'utf8')
  t.ok(
    regenerated.includes('>= 0') && regenerated.endsWith(handWrittenUp),
    'generated again, with the hand-written section',
  )
  t.ok(readFileSync(`${second}.down.sql`, 'utf8').endsWith(handWrittenDown))

  // A table and a column are dropped. The down migration creates them again.
  write(
    notesSchema(
      widerColumns.replace('tag_id: uuid().references((): Column => tags.id), ', ''),
      checks.replace('gt', 'gte'),
      labelsTable,
    ),
  )
  const dropped = await generate('--name', 'drop_tags')
  t.equal(dropped.code, 0)
  t.match(dropped.err, /creates tags again without its rows, triggers, grants/)

  // A rename: without a terminal drizzle-kit cannot ask, and nothing is written.
  const renamed = notesSchema(
    widerColumns.replace('tag_id: uuid().references((): Column => tags.id), ', ''),
    checks.replace('gt', 'gte'),
    labelsTable,
  )
    .replace('body: text()', 'content: text()')
    .replace("pgTable('notes'", "pgTable('remarks'")
  write(renamed)
  const before = readJournalFile(drizzleFolder).entries.length
  const question = await generate('--name', 'rename_notes')
  t.equal(question.code, 1)
  t.match(question.err, /^drizzle-kit has to ask whether something was renamed.*on a terminal\.\n$/)
  t.equal(readJournalFile(drizzleFolder).entries.length, before)

  // The migration as drizzle-kit writes it when the rename was confirmed.
  const { loadDrizzleKit, readSnapshot } = (await tsImport(
    join(folder, 'src/db/migrations/snapshots.ts'),
    import.meta.url,
  )) as typeof Snapshots
  const kit = await loadDrizzleKit()
  const labelKey = (table: string) =>
    `ALTER TABLE "${table}" ADD CONSTRAINT "${table}_label_id_labels_id_fk" FOREIGN KEY ("label_id") REFERENCES "public"."labels"("id") ON DELETE no action ON UPDATE no action;`
  const up = [
    'ALTER TABLE "notes" RENAME TO "remarks";',
    'ALTER TABLE "remarks" RENAME COLUMN "body" TO "content";',
    'ALTER TABLE "remarks" DROP CONSTRAINT "notes_amount_check";',
    'ALTER TABLE "remarks" ADD CONSTRAINT "notes_amount_check" CHECK ("remarks"."amount" >= 0);',
    'ALTER TABLE "remarks" DROP CONSTRAINT "notes_label_id_labels_id_fk";',
    labelKey('remarks'),
  ]
  appendMigration(
    drizzleFolder,
    'rename_notes',
    up.join('--> statement-breakpoint\n'),
    '-- not generated yet',
  )
  const snapshot = kit.currentSnapshot(readSnapshot(drizzleFolder, { index: tags.length + 2 }).id)
  writeFileSync(`${drizzleFolder}/meta/${number(3)}_snapshot.json`, JSON.stringify(snapshot))
  t.match(await generate('--down', number(3)), { code: 0 })
  t.same(readFileSync(`${drizzleFolder}/${number(3)}_rename_notes.down.sql`, 'utf8').split('\n'), [
    'ALTER TABLE "remarks" RENAME COLUMN "content" TO "body";',
    '--> statement-breakpoint',
    'ALTER TABLE "remarks" RENAME TO "notes";',
    '--> statement-breakpoint',
    'ALTER TABLE "notes" DROP CONSTRAINT "remarks_label_id_labels_id_fk";',
    '--> statement-breakpoint',
    labelKey('notes'),
    '',
  ])

  // A custom migration is incomplete until its SQL is written.
  t.match(await generate('--name', 'note_owner', '--custom'), { code: 0 })
  const custom = `${drizzleFolder}/${number(4)}_note_owner`
  t.same(
    (await checkMigrations(drizzleFolder)).filter((problem) => /note_owner/.test(problem)),
    [`${number(4)}_note_owner.sql has no statement.`],
  )
  writeFileSync(`${custom}.sql`, "COMMENT ON COLUMN remarks.content IS 'what was noted';")
  writeFileSync(`${custom}.down.sql`, 'COMMENT ON COLUMN remarks.content IS NULL;')
  t.match(await runDbIn(folder, unreachableUrl, 'check'), { code: 0, err: '' })

  const schemas = [await schemaFingerprint(sql)]
  const options = { folder: drizzleFolder }
  const added = readJournalFile(drizzleFolder).entries.slice(tags.length)
  for (const { tag } of added) {
    await upgrade(url, '+1', options)
    schemas.push(await schemaFingerprint(sql))
    if (!tag.endsWith('add_notes')) continue
    await sql.unsafe(`insert into tags values ('${callId}', null, 'a'); insert into notes (company_id, id, body, tag_id, amount)
      values ('${companyId}', '${callId}', 'Called back', '${callId}', 7); update tags set note_id = '${callId}'`)
  }
  for (const [i, { tag }] of [...added.entries()].reverse()) {
    t.same(await downgrade(url, '-1', options), [tag])
    t.strictSame(await schemaFingerprint(sql), schemas[i], `the schema before ${tag}`)
    if (i > 0)
      t.same(
        await sql`select body, amount::int from notes`.catch(
          () => sql`select content as body, amount::int from remarks`,
        ),
        [{ body: 'Called back', amount: 7 }],
        `the rows before ${tag}`,
      )
  }
  t.same(
    await upgrade(url, 'head', options),
    added.map(({ tag }) => tag),
    'upgrade again',
  )
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
