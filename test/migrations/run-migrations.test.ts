// Tests of upgrade, downgrade, stamp, history and the other functions that run migrations.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import { test } from 'tap'
import { connect } from '../../src/db/client.ts'
import {
  current,
  downgrade,
  findPendingMigrations,
  history,
  MigrationError,
  pendingMigrations,
  stamp,
  upgrade,
} from '../../src/db/migrations/migrate.ts'
import { emptyDatabase, testDatabase } from '../setup/postgres.ts'
import { waitUntil } from '../setup/wait-until.ts'
import {
  appendMigration,
  companyId,
  connectTo,
  copyMigrations,
  copyProject,
  fillTables,
  listTables,
  migrateWithDrizzle,
  migrations,
  newestTag,
  nextTag,
  readJournalFile,
  runCommand,
  schemaFingerprint,
  tableContents,
  tags,
  writeJournalFile,
} from './fixtures.ts'

/** Reads all rows of all tables. */
async function readAllRows(sql: Sql): Promise<Record<string, Record<string, unknown>[]>> {
  const tables = await listTables(sql)
  // A migration may add shared prices.
  const condition = (table: string) =>
    table === 'prices' ? `where company_id <> '00000000-0000-0000-0000-000000000000'` : ''
  const rows = tables.map((table) =>
    sql.unsafe(`select to_jsonb(t) as row from "${table}" t ${condition(table)}`),
  )
  return Object.fromEntries(
    (await Promise.all(rows)).map((found, i) => [tables[i], found.map(({ row }) => row)]),
  )
}

/**
 * Runs a step. Returns the tables whose rows it changed, as far as table and column exist both before and after.
 */
async function tablesChangedBy(sql: Sql, step: () => Promise<unknown>): Promise<string[]> {
  const before = await readAllRows(sql)
  await step()
  const after = await readAllRows(sql)
  const commonColumns = (rows: Record<string, unknown>[], other: Record<string, unknown>[]) => {
    const columns = Object.keys(rows[0] ?? {}).filter((name) => other[0] === undefined || name in other[0])
    return rows.map((row) => JSON.stringify(columns.sort().map((name) => [name, row[name]]))).sort()
  }
  return Object.entries(after).flatMap(([table, rows]) => {
    // A cache, which a migration may empty, and the calls whose rollups it makes the service compute again.
    if (table === 'campaign_windows' || table === 'dirty_calls') return []
    const earlier = before[table]
    if (earlier === undefined) return []
    return String(commonColumns(earlier, rows)) === String(commonColumns(rows, earlier)) ? [] : [table]
  })
}

test('Upgrade, downgrade and upgrade again restore the schema at each migration and keep all other rows', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = connectTo(t, url)
  const schemas = [await schemaFingerprint(sql)]
  for (const tag of tags) {
    t.same(await tablesChangedBy(sql, async () => t.same(await upgrade(url, '+1'), [tag])), [])
    schemas.push(await schemaFingerprint(sql))
    await fillTables(sql)
  }
  const contents = await tableContents(sql)
  const empty = Object.keys(contents).filter((table) => contents[table]?.startsWith('0 '))
  t.same(empty, [], 'every table has a row; add one for a new table to sampleRows')
  for (const [steps, tag] of [...tags.entries()].reverse()) {
    t.same(
      await tablesChangedBy(sql, async () => t.same(await downgrade(url, '-1'), [tag])),
      [],
      `rows before ${tag}`,
    )
    t.strictSame(await schemaFingerprint(sql), schemas[steps], `the schema before ${tag}`)
  }
  t.same(await listTables(sql), [])
  for (const [i, tag] of tags.entries()) {
    t.same(await tablesChangedBy(sql, () => upgrade(url, tag)), [], `rows at ${tag}`)
    t.strictSame(await schemaFingerprint(sql), schemas[i + 1], `the schema at ${tag} again`)
    await fillTables(sql)
  }
  t.same(await downgrade(url, 'base'), [...tags].reverse())
  t.strictSame(await schemaFingerprint(sql), schemas[0], 'downgrade to base in one step')
})

test('Migration 0008 renames stored values, and its down migration restores them', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = connectTo(t, url)
  await upgrade(url, '0007')
  await fillTables(sql)
  const types = ['call.ended', 'campaign.begun', 'campaign.import_taken_back', 'import.taken_back']
  const rules = ['busy_again', 'carrier_error_backs_off', 'never_again', 'talked']
  const items = JSON.stringify(types.map((type, n) => ({ type, n })))
  await sql.unsafe(`
    update imports set status = 'taking_back';
    insert into imports (company_id, campaign_id, file_name, status)
      values ('${companyId}', '${companyId}', 'other.csv', 'taken_back');
    update webhooks set event_types = '{${types}}';
    update webhook_deliveries set event_type = 'campaign.begun';
    update campaign_events set event = 'begun';
    update event_outbox set items = '${items}';
    update events set items = '${items}', id = ${types.length};
    delete from task_events`)
  for (const rule of rules)
    await sql.unsafe(`insert into task_events (company_id, call_task_id, campaign_id, at, status, rule)
      values ('${companyId}', '${companyId}', '${companyId}', now(), 'retry', '${rule}')`)
  const values = async () => ({
    statuses: (await sql`select status from imports order by 1`).map(({ status }) => status),
    types: (await sql`select to_json(event_types) as types from webhooks`)[0]?.types,
    delivery: (await sql`select event_type from webhook_deliveries`)[0]?.event_type,
    log: (await sql`select event from campaign_events`)[0]?.event,
    unnumbered: (await sql`select items from event_outbox`)[0]?.items,
    events: (await sql`select items from events`)[0]?.items,
    rules: (await sql`select rule from task_events order by 1`).map(({ rule }) => rule),
  })
  const before = await values()
  await upgrade(url)
  const renamed = ['call.ended', 'campaign.auto_started', 'campaign.import_reverted', 'import.reverted']
  t.strictSame(await values(), {
    statuses: ['reverted', 'reverting'],
    types: renamed,
    delivery: 'campaign.auto_started',
    log: 'auto_started',
    unnumbered: renamed.map((type, n) => ({ type, n })),
    events: renamed.map((type, n) => ({ type, n })),
    rules: ['busy_retry', 'carrier_error_backoff', 'never_again', 'reached'],
  })
  await downgrade(url, '0007')
  t.strictSame(await values(), before)
})

test('The down migration of 0007 removes the leases of test calls, which belong to no campaign', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = connectTo(t, url)
  await upgrade(url, '0007')
  await fillTables(sql)
  await sql`update leases set campaign_id = null, call_task_id = null`
  await downgrade(url, '0006')
  t.same(await sql`select * from leases`, [])
})

test("Drizzle's migrators and this one continue from each other's state", async (t) => {
  const [ours, kit] = await Promise.all([emptyDatabase(t), emptyDatabase(t)])
  const { url } = ours
  const sql = connectTo(t, url)
  const folder = copyMigrations()
  const journal = readJournalFile(folder)
  for (const [step, tag] of tags.entries()) {
    t.same(await upgrade(url, tag), [tag], `Drizzle's migrator up to ${step}, then this one`)
    const schema = await schemaFingerprint(sql)
    await downgrade(url, '-1')
    writeJournalFile(folder, { ...journal, entries: journal.entries.slice(0, step + 1) })
    await migrateWithDrizzle(url, folder)
    t.match(await current(url), { tag }, `this migrator up to ${step}, then Drizzle's`)
    t.same(await pendingMigrations(url), tags.slice(step + 1))
    t.strictSame(await schemaFingerprint(sql), schema)
  }
  const head = await schemaFingerprint(sql)
  for (const steps of [0, Math.floor(tags.length / 2)]) {
    t.same(await downgrade(url, `-${tags.length - steps}`), tags.slice(steps).reverse())
    t.same(await pendingMigrations(url), tags.slice(steps))
    await migrateWithDrizzle(url)
    t.same(
      await current(url),
      { tag: newestTag, isHead: true },
      `this migrator down to ${steps}, then Drizzle's`,
    )
    t.same(await upgrade(url), [])
    t.strictSame(await schemaFingerprint(sql), head)
  }
  await upgrade(kit.url, '0')
  const env = { DATABASE_URL: kit.url }
  t.equal((await runCommand('node_modules/.bin/drizzle-kit', ['migrate'], env)).code, 0)
  t.same(
    await history(kit.url),
    tags.map((tag) => ({ tag, state: 'applied' })),
  )
  t.strictSame(await schemaFingerprint(connectTo(t, kit.url)), head, 'drizzle-kit migrate')
  const wrapped = connect(kit.url)
  t.same(await findPendingMigrations(wrapped.statements), [], 'also on statements of the service')
  await downgrade(kit.url, '-1')
  t.same(await findPendingMigrations(wrapped.statements), [newestTag])
  await wrapped.close()
})

test('Four concurrent migrators apply each migration once, also one that runs outside a transaction', async (t) => {
  const { url } = await emptyDatabase(t)
  const folder = copyMigrations({
    name: 'index',
    up: '-- no-transaction\nCREATE INDEX CONCURRENTLY companies_name_idx ON companies (name);',
    down: '-- no-transaction\nDROP INDEX CONCURRENTLY companies_name_idx;',
  })
  const lines: string[] = []
  const results = await Promise.all(
    Array.from({ length: 4 }, () => upgrade(url, 'head', { folder, log: (line) => lines.push(line) })),
  )
  t.same(results.flat(), [...tags, nextTag('index')], 'one applied all, the others none')
  t.equal(
    lines.filter((line) => line.startsWith('another migrator')).length,
    3,
    'the others reported that they waited',
  )
  const [index] = await connectTo(
    t,
    url,
  )`select indisvalid from pg_index where indexrelid = 'companies_name_idx'::regclass`
  t.same(index, { indisvalid: true })
  t.same(await downgrade(url, '-1', { folder }), [nextTag('index')])
})

test('A failed migration is rolled back, reports file and statement, and the next run continues', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = connectTo(t, url)
  const folder = copyMigrations({
    name: 'broken',
    up: `CREATE TABLE first ();\n--> statement-breakpoint\nINSERT INTO companies (id, name, slug) VALUES ('${companyId}', 'Secret', 'Not A Slug');`,
    down: 'DROP TABLE first;',
  })
  const file = `${nextTag('broken')}.sql`
  const error = await upgrade(url, 'head', { folder }).catch((error: Error) => error)
  t.ok(error instanceof MigrationError)
  t.match(error, { message: new RegExp(`^${file}, statement 2: new row .*companies_slug_check`) })
  t.notMatch(String(error), /Secret/, 'the error does not quote the row')
  t.same(
    await current(url, folder),
    { tag: newestTag, isHead: false },
    'the migrations before it stay applied',
  )
  t.notOk((await listTables(sql)).includes('first'))
  writeFileSync(`${folder}/${file}`, 'CREATE TABLE first ();')
  t.same(await upgrade(url, 'head', { folder }), [file.replace('.sql', '')])
  writeFileSync(
    `${folder}/${file.replace('.sql', '.down.sql')}`,
    'DROP TABLE first;\n--> statement-breakpoint\nDROP TABLE none;',
  )
  await t.rejects(downgrade(url, '-1', { folder }), {
    message: /broken\.down\.sql, statement 2: table "none"/,
  })
  t.same((await current(url, folder))?.isHead, true, 'a failed downgrade is rolled back')
  t.ok((await listTables(sql)).includes('first'))
})

test('The error of a failed commit or of a failure outside a transaction names the file', async (t) => {
  const { url } = await testDatabase(t)
  const deferred = `ALTER TABLE companies ADD COLUMN parent uuid REFERENCES companies DEFERRABLE INITIALLY DEFERRED;
    INSERT INTO companies (name, slug, parent) VALUES ('a', 'a', '${companyId}');`
  const folder = copyMigrations({ name: 'late', up: deferred })
  await t.rejects(upgrade(url, 'head', { folder }), {
    message: /_late\.sql, commit: insert or update/,
  })
  t.same(await pendingMigrations(url, folder), [nextTag('late')])
  const partial = copyMigrations({
    name: 'partial',
    up: '-- no-transaction\nCREATE TABLE half ();\n--> statement-breakpoint\nCREATE TABLE half ();',
  })
  await t.rejects(upgrade(url, 'head', { folder: partial }), {
    message: /statement 2: .*already exists.*were applied and stay/,
  })
  t.same((await pendingMigrations(url, partial)).length, 1, 'it is not recorded as applied')
})

test('An upgrade stops waiting for a locked table after lockTimeoutMs, and the error names the remedy', async (t) => {
  const { url } = await testDatabase(t)
  const folder = copyMigrations({ name: 'locked', up: 'ALTER TABLE companies ADD COLUMN more text;' })
  const holder = connectTo(t, url)
  await holder.begin(async (tx) => {
    await tx`lock table companies in access share mode`
    await t.rejects(upgrade(url, 'head', { folder, lockTimeoutMs: 50 }), {
      message:
        /_locked\.sql, statement 1: canceling statement due to lock timeout\. Another transaction holds a lock/,
    })
  })
  t.same((await upgrade(url, 'head', { folder })).length, 1, 'it succeeds after the transaction has ended')
})

const slowMigrationLock = 42
/** A migration whose second statement takes ten minutes while another session holds the advisory lock. */
const slowMigration = {
  name: 'slow',
  up: `CREATE TABLE first ();
--> statement-breakpoint
SELECT CASE WHEN pg_try_advisory_xact_lock_shared(${slowMigrationLock}) THEN '' ELSE pg_sleep(600)::text END;
--> statement-breakpoint
CREATE TABLE second ();`,
  down: 'DROP TABLE first, second;',
}
const isSlowStatementRunning = async (sql: Sql) => {
  const [row] = await sql`select count(*)::int as sleeping from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`
  return row?.sleeping === 1
}

test('After a migrator was killed, the next run completes the migration', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = connectTo(t, url)
  const folder = copyProject()
  appendMigration(join(folder, 'drizzle'), slowMigration.name, slowMigration.up, slowMigration.down)
  await sql`select pg_advisory_lock(${slowMigrationLock})`
  const killed: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'src/cli/db.ts', 'upgrade'], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: url },
    stdio: 'ignore',
  })
  await waitUntil('the slow statement runs', () => isSlowStatementRunning(sql))
  killed.kill('SIGKILL')
  await once(killed, 'exit')
  // The statement would run for ten minutes, but the server notices that its client has disconnected.
  await waitUntil('the slow statement has ended', async () => !(await isSlowStatementRunning(sql)))
  t.notOk((await listTables(sql)).includes('first'))
  await sql`select pg_advisory_unlock(${slowMigrationLock})`
  t.same(await upgrade(url, 'head', { folder: join(folder, 'drizzle') }), [nextTag('slow')])
  t.same((await listTables(sql)).filter((name) => name === 'first' || name === 'second').length, 2)
})

test('After a lost connection no further statement runs on a new connection', async (t) => {
  const { url } = await testDatabase(t)
  const sql = connectTo(t, url)
  const folder = copyMigrations({
    name: 'lost',
    up: 'CREATE TABLE first ();\n--> statement-breakpoint\nSELECT pg_terminate_backend(pg_backend_pid());\n--> statement-breakpoint\nCREATE TABLE second ();',
  })
  await t.rejects(upgrade(url, 'head', { folder }), { message: /_lost\.sql, statement 2: / })
  t.same(
    (await listTables(sql)).filter((name) => name === 'first' || name === 'second'),
    [],
  )
  t.same(await pendingMigrations(url, folder), [nextTag('lost')])
})

test('Unknown, skipped and edited migrations are detected before anything is done', async (t) => {
  const { url } = await testDatabase(t)
  const sql = connectTo(t, url)
  const later = copyMigrations({ name: 'later', up: 'CREATE TABLE later ();', down: 'DROP TABLE later;' })
  await upgrade(url, 'head', { folder: later })
  const unknown = { message: /1 migration\(s\) that this version does not contain/ }
  await t.rejects(upgrade(url), unknown)
  await t.rejects(downgrade(url, '-1'), unknown)
  await t.rejects(stamp(url, 'head'), unknown)
  await t.rejects(pendingMigrations(url), unknown)
  t.match((await history(url)).at(-1), { state: 'unknown' })

  const merged = copyMigrations({
    name: 'merged',
    up: 'CREATE TABLE merged ();',
    when: (migrations.at(-1)?.when ?? 0) + 1,
  })
  appendMigration(
    merged,
    'later',
    'CREATE TABLE later ();',
    'DROP TABLE later;',
    (migrations.at(-1)?.when ?? 0) + 1000,
  )
  await migrateWithDrizzle(url, merged)
  t.notOk((await listTables(sql)).includes('merged'), "Drizzle's migrator skips it silently")
  const skipped = { message: /_merged was never applied, although a later migration was\. .*stamp/ }
  await t.rejects(upgrade(url, 'head', { folder: merged }), skipped)
  await t.rejects(pendingMigrations(url, merged), skipped)
  t.same((await history(url, merged)).at(-2)?.state, 'skipped')
  await sql`create table merged ()`
  await stamp(url, 'head', { folder: merged })
  t.same(
    await pendingMigrations(url, merged),
    [],
    'running its SQL by hand and a stamp resolve it, as the error advises',
  )

  writeFileSync(
    `${merged}/${newestTag}.sql`,
    `${readFileSync(`${merged}/${newestTag}.sql`, 'utf8')}\n-- edited`,
  )
  const lines: string[] = []
  t.same(await upgrade(url, 'head', { folder: merged, log: (line) => lines.push(line) }), [])
  t.match(lines, [new RegExp(`^warning: ${newestTag} was edited after it was applied`)])
  t.same(
    (await history(url, merged)).map(({ state }) => state).filter((state) => state !== 'applied'),
    ['edited'],
  )
})

test('A target is head, base, a number, a name or a number of steps; other targets are rejected', async (t) => {
  const { url } = await emptyDatabase(t)
  t.same(await upgrade(url, '001'), tags.slice(0, 2), 'as in Alembic')
  t.same(await upgrade(url, '+1'), tags.slice(2, 3))
  t.same(await downgrade(url, tags[0] ?? ''), tags.slice(1, 3).reverse())
  t.same(await upgrade(url, 'base'), [], 'an upgrade never undoes migrations')
  await t.rejects(upgrade(url, '-1'), { message: '-1 is before the current migration. Use downgrade.' })
  await t.rejects(downgrade(url, 'head'), { message: 'head is after the current migration. Use upgrade.' })
  await t.rejects(downgrade(url, '-2'), { message: /^-2 is out of range: 1 of/ })
  await t.rejects(upgrade(url, '0099'), {
    message: new RegExp(`^There is no migration 0099\\. Allowed are head, base.*${newestTag}`),
  })
  await t.rejects(downgrade(url, 'base', { expectedApplied: 3 }), {
    message: /Another migrator has migrated the database/,
  })
  await stamp(url, 'head')
  t.same(await pendingMigrations(url), [])
  t.same(await listTables(connectTo(t, url)), [], 'a stamp runs nothing')
  await migrateWithDrizzle(url)
  t.same(await listTables(connectTo(t, url)), [], "and Drizzle's migrator applies nothing")
  await stamp(url, '-1')
  t.same(await pendingMigrations(url), [newestTag])
  await stamp(url, 'base')
  t.equal(await current(url), undefined)
})
