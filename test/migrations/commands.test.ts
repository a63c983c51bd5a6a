// Tests of the command `npm run db`.
import { join } from 'node:path'
import postgres from 'postgres'
import { test } from 'tap'
import { parseDbArguments } from '../../src/cli/db/arguments.ts'
import { UsageError } from '../../src/cli/run-command.ts'
import { startEmbedded } from '../../src/db/embedded/embedded.ts'
import { current, downgrade, history, pendingMigrations, upgrade } from '../../src/db/migrations/migrate.ts'
import { emptyDatabase, testDatabase } from '../setup/postgres.ts'
import {
  connectTo,
  createScratchFolder,
  fillTables,
  listTables,
  migrateWithDrizzle,
  newestTag,
  runCommand,
  runDb,
  schemaFingerprint,
  tableContents,
  tags,
  unreachableUrl,
} from './fixtures.ts'

/** Runs a script with psql, or without psql on a connection, where its backslash commands are left out. */
async function runScript(url: string, script: string): Promise<{ ok: boolean; err: string }> {
  const { code, err } = await runCommand('psql', ['-X', '-q', '-d', url], {}, script)
  if (code !== 127 && !/ENOENT/.test(err) && !Number.isNaN(code)) return { ok: code === 0, err }
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await sql.unsafe(script.replaceAll(/^\\.*$/gm, '').replaceAll(/^>.*$/gm, '')).simple()
    return { ok: true, err: '' }
  } catch (error) {
    return { ok: false, err: (error as Error).message }
  } finally {
    await sql.end()
  }
}

test('upgrade --sql and downgrade --sql print an equivalent script, which fails on a database at another migration', async (t) => {
  const [reference, { url }] = await Promise.all([emptyDatabase(t), emptyDatabase(t)])
  const sql = connectTo(t, url)
  const base = await schemaFingerprint(sql)
  const [npm, up, part, down, wrongDirection] = await Promise.all([
    runCommand('npm', ['run', 'db', '--', 'upgrade', '0000', '--sql'], { DATABASE_URL: unreachableUrl }),
    runDb(unreachableUrl, 'upgrade', '0000:head', '--sql'),
    runDb(unreachableUrl, 'upgrade', '0001:+1', '--sql'),
    runDb(unreachableUrl, 'downgrade', 'head:base', '--sql'),
    runDb(unreachableUrl, 'upgrade', '0001:0000', '--sql'),
  ])
  t.match(npm.out, /^\n?> /, 'npm prints a banner')
  t.same(await runScript(url, npm.out), { ok: true, err: '' })
  t.same(await current(url), { tag: tags[0], isHead: false })
  const atOtherMigration = await runScript(url, part.out)
  t.notOk(atOtherMigration.ok)
  t.match(atOtherMigration.err, /the database is not at 0001_/)
  t.same(await current(url), { tag: tags[0], isHead: false }, 'nothing was changed')
  t.same(await runScript(url, up.out), { ok: true, err: '' })
  await upgrade(reference.url)
  t.strictSame(await schemaFingerprint(sql), await schemaFingerprint(connectTo(t, reference.url)))
  t.same(
    await history(url),
    tags.map((tag) => ({ tag, state: 'applied' })),
  )
  await migrateWithDrizzle(url)
  t.same(await upgrade(url), [])
  await fillTables(sql)
  t.same(await runScript(url, down.out), { ok: true, err: '' })
  t.strictSame(await schemaFingerprint(sql), base)
  t.equal(await current(url), undefined)
  t.same(wrongDirection, { code: 1, out: '', err: '0000 is before 0001. Use downgrade.\n' })
})

test('The commands print their results, and downgrade asks before it deletes data', async (t) => {
  const [{ url }, filled] = await Promise.all([emptyDatabase(t), testDatabase(t)])
  const before = await runDb(url, 'current')
  t.same(before, { code: 0, out: 'The database is at base: no migration is applied.\n', err: '' })
  const up = await runDb(url, 'upgrade', '001')
  t.same(up, { code: 0, out: `upgrade ${tags[0]}\nupgrade ${tags[1]}\n${tags[1]}\n`, err: '' })
  const states = (await runDb(url, 'history')).out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
  t.same(
    states,
    tags.map((tag, i) => [tag, i < 2 ? 'applied' : 'pending']),
  )
  t.same(await runDb(url, 'stamp', 'head'), { code: 0, out: `${newestTag} (head)\n`, err: '' })

  const sql = connectTo(t, filled.url)
  await fillTables(sql)
  const schema = await schemaFingerprint(sql)
  const contents = await tableContents(sql)
  const unconfirmed = await runDb(filled.url, 'downgrade', '0001')
  t.equal(unconfirmed.code, 2)
  t.match(
    unconfirmed.out,
    /call_metrics +1\n +call_logs +1\n/,
    'the number of rows per table that are deleted',
  )
  t.equal(unconfirmed.err, 'Nothing was changed. Add --yes to downgrade without a question.\n')
  t.strictSame([await schemaFingerprint(sql), await tableContents(sql)], [schema, contents])
  const confirmed = await runDb(filled.url, 'downgrade', '0001', '--yes')
  t.equal(confirmed.code, 0)
  t.match(confirmed.out, new RegExp(`\\ndowngrade ${tags[2]}\\n${tags[1]}\\n$`))
  t.notOk((await listTables(sql)).includes('call_metrics'))

  const [help, none, unknown, unreachable, target] = await Promise.all([
    runDb(unreachableUrl, '--help'),
    runDb(unreachableUrl),
    runDb(unreachableUrl, 'upgrad'),
    runDb(unreachableUrl, 'current'),
    runDb(url, 'upgrade', '0099'),
  ])
  t.match(help, { code: 0, out: /^Usage: (npm run db --|node \S*cli\/db\.js) COMMAND/, err: '' })
  t.match(none, { code: 2, out: '', err: /^A command is missing\.\n\nUsage/ })
  t.match(unknown, { code: 2, out: '', err: /^There is no command upgrad\.\n\nUsage/ })
  t.match(unreachable, {
    code: 1,
    out: '',
    err: /^The database at 127\.0\.0\.1:1 does not respond \(ECONNREFUSED\).*\n$/,
  })
  t.match(target, { code: 1, out: '', err: /^There is no migration 0099\. .*\n$/ })
})

test('Invalid arguments are rejected before anything is done', (t) => {
  for (const [args, message] of [
    ['downgrade', 'downgrade needs a target, for example -1, 0001 or base.'],
    [
      'downgrade base --sql',
      'downgrade --sql needs FROM:TO, for example head:base, because it does not read the current migration.',
    ],
    ['upgrade --yes', 'upgrade has no option --yes.'],
    ['upgrade --force', "Unknown option '--force'."],
    ['upgrade 0001 0002', 'Unexpected argument 0002 after upgrade.'],
    ['upgrade 0001:0002', '0001:0002 is a range, which is allowed with --sql only.'],
    [
      'upgrade +1:head --sql',
      '+1 cannot be the start of a range, because no database is read. Name a migration.',
    ],
    ['upgrade 0001: --sql', '0001: is not a range. Use FROM:TO, for example 0001:head or base:0001.'],
    ['generate', 'generate needs --name NAME.'],
    [
      'generate --name A-b',
      'A-b is not a valid name. Use lower-case letters, digits and _, for example add_call_notes.',
    ],
    ['stamp', 'stamp needs a target, for example -1, 0001 or base.'],
  ] as const) {
    t.throws(() => parseDbArguments(args.split(' ')), { constructor: UsageError, message }, args)
  }
  t.same(parseDbArguments(['downgrade', '-1', '-y']), { command: 'downgrade', target: '-1', yes: true })
  t.same(parseDbArguments(['upgrade', '-h']), { command: 'help' })
  t.end()
})

test('Without the right to create the role, the error shows the SQL that an administrator has to run', async (t) => {
  const server = await startEmbedded({
    dataDir: join(createScratchFolder(), 'data'),
    settings: { fsync: 'off' },
  })
  t.teardown(() => server.stop())
  const admin = connectTo(t, server.url)
  const createOwner = async (name: string, options: string) => {
    await admin.unsafe(`create role ${name} login password 'p' ${options}`)
    await admin.unsafe(`create database of_${name} owner ${name}`)
    const url = new URL(server.url)
    Object.assign(url, { username: name, password: 'p', pathname: `/of_${name}` })
    return url.href
  }
  const readAsTenant = async (url: string) => {
    const sql = connectTo(t, url)
    await sql`set role new_voice_tenant`
    const [row] = await sql`select current_user as name, (select count(*)::int from companies) as companies`
    return row
  }
  const plain = await createOwner('plain', '')
  const missing = await upgrade(plain).catch((error: Error) => error)
  t.match(missing, {
    message:
      /^0000_roles\.sql, statement 1: the role new_voice_tenant is missing, and plain may not make it\. .*CREATE ROLE new_voice_tenant NOLOGIN; GRANT new_voice_tenant TO plain;$/,
  })
  t.same(await connectTo(t, plain)`select to_regclass('public.companies') as there`, [{ there: null }])
  const maker = await createOwner('maker', 'createrole')
  t.same(await upgrade(maker), tags, 'CREATEROLE is sufficient')
  t.same(await readAsTenant(maker), { name: 'new_voice_tenant', companies: 0 })
  await t.rejects(
    upgrade(plain),
    { message: /GRANT new_voice_tenant TO plain;$/ },
    'a role that another user created',
  )
  await admin.unsafe('grant new_voice_tenant to plain')
  t.same(await upgrade(plain), tags, 'the GRANT of the error message is sufficient')
  t.same(await readAsTenant(plain), { name: 'new_voice_tenant', companies: 0 })
  t.same(await downgrade(plain, 'base'), [...tags].reverse(), 'the role stays while another database uses it')
  t.same(await pendingMigrations(maker), [])

  await admin`create role stranger login password 'p'`
  const strangerUrl = new URL(maker)
  strangerUrl.username = 'stranger'
  const refused = await runDb(strangerUrl.href, 'upgrade')
  t.match(refused, {
    code: 1,
    err: /^The database at .*: permission denied.*ALTER DATABASE "of_maker" OWNER TO "stranger";\n$/,
  })
})
