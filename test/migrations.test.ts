import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres, { type Sql } from 'postgres'
import tap, { type Test, test } from 'tap'
import { tsImport } from 'tsx/esm/api'
import { parseDbArguments, UsageError } from '../src/cli/db/arguments.ts'
import { connect } from '../src/db/client.ts'
import { startEmbedded } from '../src/db/embedded/embedded.ts'
import { checkMigrations } from '../src/db/migrations/check-migrations.ts'
import {
  current,
  downgrade,
  findPendingMigrations,
  history,
  MigrationError,
  pendingMigrations,
  stamp,
  upgrade,
} from '../src/db/migrations/migrate.ts'
import { migrationsFolder, readMigrations } from '../src/db/migrations/migration-files.ts'
import type * as Snapshots from '../src/db/migrations/snapshots.ts'
import { snapshotPath } from '../src/db/migrations/snapshots.ts'
import { emptyDatabase, testDatabase } from './setup/postgres.ts'
import { programArgs, projectRoot } from './setup/programs.ts'

const all = readMigrations()
const tags = all.map(({ tag }) => tag)
const newest = tags.at(-1) ?? ''
const heldKey = 42

const scratchRoot = mkdtempSync(join(process.env.TEST_SCRATCH ?? tmpdir(), 'nv-migrations-'))
tap.teardown(() => rmSync(scratchRoot, { recursive: true, force: true }))
const scratch = () => mkdtempSync(join(scratchRoot, 'x'))

function client(t: Test, url: string): Sql {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  t.teardown(() => sql.end({ timeout: 1 }))
  return sql
}

/** Waits for a condition, at most 20 s. */
async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`it never came: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** All that the catalog says of the schema, a line each; without the order of columns, which ALTER TABLE cannot keep. */
async function fingerprint(sql: Sql): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    with named as (select oid, nspname from pg_namespace where nspname = 'public'),
    relations as (select c.* from pg_class c join named n on n.oid = c.relnamespace)
    select concat_ws(' | ', 'schema', nspname, (select string_agg(a::text, ',' order by a::text) from unnest(nspacl) a)) as line
      from pg_namespace where nspname = 'public'
    union all select concat_ws(' | ', 'relation', relname, relkind, relpersistence, relrowsecurity, relforcerowsecurity,
      reloptions::text, (select string_agg(a::text, ',' order by a::text) from unnest(relacl) a), obj_description(oid, 'pg_class'))
      from relations
    union all select concat_ws(' | ', 'column', r.relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
      attgenerated, attstorage, attacl::text, pg_get_expr(adbin, adrelid), col_description(attrelid, attnum))
      from pg_attribute a join relations r on r.oid = attrelid
      left join pg_attrdef d on d.adrelid = attrelid and d.adnum = attnum
      where attnum > 0 and not attisdropped and r.relkind <> 'i'
    union all select concat_ws(' | ', 'constraint', r.relname, conname, pg_get_constraintdef(c.oid), convalidated,
      obj_description(c.oid, 'pg_constraint')) from pg_constraint c join relations r on r.oid = conrelid
    union all select concat_ws(' | ', 'index', pg_get_indexdef(indexrelid), indisvalid, obj_description(indexrelid, 'pg_class'))
      from pg_index i join relations r on r.oid = indrelid
    union all select concat_ws(' | ', 'policy', tablename, policyname, permissive, roles::text, cmd, qual, with_check)
      from pg_policies where schemaname = 'public'
    union all select concat_ws(' | ', 'trigger', r.relname, pg_get_triggerdef(t.oid), tgenabled) from pg_trigger t
      join relations r on r.oid = tgrelid where not tgisinternal
    union all select concat_ws(' | ', 'function', pg_get_functiondef(p.oid), proacl::text, obj_description(p.oid, 'pg_proc'))
      from pg_proc p join named n on n.oid = pronamespace
    union all select concat_ws(' | ', 'type', typname, typtype, pg_get_expr(typdefaultbin, 0), (select string_agg(enumlabel, ','
      order by enumsortorder) from pg_enum where enumtypid = t.oid)) from pg_type t join named n on n.oid = typnamespace
      where typtype <> 'c' and typelem = 0
    order by line`
  return rows.map(({ line }) => line)
}

const tablesOf = async (sql: Sql): Promise<string[]> =>
  (
    await sql`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`
  ).map(({ relname }) => relname)

/** Names that migration 0008 gave to what had others before. */
const namesBefore0008: Record<string, string> = {
  dirty_calls: 'fact_changes',
  call_contributions: 'call_facts',
  wrong_buckets: 'wrong_cells',
  recheck_at: 'look_again_at',
}
const nameBefore0008 = (name: string) => namesBefore0008[name] ?? name

/** The values of each table's rows, whatever the names and the order of its columns; tables by their present names. */
async function contents(sql: Sql): Promise<Record<string, string>> {
  const held: Record<string, string> = {}
  for (const table of await tablesOf(sql)) {
    const [row] = await sql.unsafe(
      `select count(*) || ' ' || coalesce(md5(string_agg(line, ',' order by line)), '') as held
       from (select (select string_agg(value::text, ',' order by value::text) from jsonb_each(to_jsonb(t))) as line
             from "${table}" t) lines`,
    )
    const present = Object.keys(namesBefore0008).find((name) => namesBefore0008[name] === table)
    held[present ?? table] = row?.held
  }
  return held
}

const company = '00000000-0000-4000-8000-000000000001'
const call = '00000000-0000-4000-8000-000000000009'
/** A row as it comes in real use, for every table; in the order that foreign keys ask for. */
const rows: Record<string, string> = {
  companies: `insert into companies (id, name, slug, email) values ('${company}', 'Acme', 'acme', 'a@acme.example')`,
  api_keys: `insert into api_keys (company_id, name, prefix, key_hash, scopes) values ('${company}', 'key', 'nv_1', repeat('a', 64), '{read,write}')`,
  idempotency_keys: `insert into idempotency_keys (company_id, key, request_hash, status, body) values ('${company}', 'k', 'h', 201, '{"a": 1}')`,
  skillbases: `insert into skillbases (company_id, id, name, slug, config) values ('${company}', '${company}', 'Bot', 'bot', '{"flow": {"type": "linear"}}')`,
  skillbase_versions: `insert into skillbase_versions (company_id, skillbase_id, version, config) values ('${company}', '${company}', 1, '{"flow": {"type": "linear"}}') on conflict do nothing`,
  campaigns: `insert into campaigns (company_id, id, skillbase_id, name, status, daily_start_time, daily_end_time) values ('${company}', '${company}', '${company}', 'Spring', 'running', '09:00', '21:00')`,
  call_tasks: `insert into call_tasks (campaign_id, id, phone_number, contact_data) values ('${company}', '${company}', '+79991234567', '{"name": "Ann"}')`,
  calls: `insert into calls (company_id, id, campaign_id, call_task_id, skillbase_id, direction, caller_number, status, states_visited) values
    ('${company}', '${call}', '${company}', '${company}', '${company}', 'outbound', '+79991234567', 'completed', '{greeting,booking}');
    update call_tasks set call_id = '${call}'`,
  call_metrics: `insert into call_metrics (call_id, ttfb_stt_avg, cost_total, turn_count) values ('${call}', 150.5, 0.035, 10)`,
  call_logs: `insert into call_logs (call_id, turn_index, role, content, latency_llm) values ('${call}', 0, 'user', 'Hello', 800.2)`,
  metric_series: `insert into metric_series (company_id, id, is_total, direction, first_bucket, last_bucket)
    values ('${company}', 1, false, 'outbound', '2026-01-01Z', '2026-01-01Z')`,
  call_contributions: `insert into call_contributions (company_id, call_id, series_id, total_series_id, started_at, status, turns,
      is_without_turns, ttfb_stt_n, latency_llm_n, ttfb_tts_n, eou_latency_n)
    values ('${company}', '${call}', 1, 1, '2026-01-01Z', 'completed', 1, false, 0, 0, 0, 1)`,
  metric_rollups: `insert into metric_rollups (company_id, grain, series_id, bucket, calls, eou_latency_histogram)
    values ('${company}', 'hour', 1, '2026-01-01Z', 1, 1e300)`,
  dirty_calls: `insert into dirty_calls (company_id, call_id) values ('${company}', '${call}')`,
  prices: `insert into prices (company_id, component, provider, unit, price, effective_from)
    values ('${company}', 'stt', 'deepgram', 'minute', 0.0048, '2026-01-01Z')`,
  rerates: `insert into rerates (company_id, id, is_dry_run, start, "end")
    values ('${company}', '${company}', false, '2026-01-01Z', '2026-02-01Z')`,
  superseded_costs: `insert into superseded_costs (company_id, call_id, rerate_id, cost_total)
    values ('${company}', '${call}', '${company}', 0.035)`,
  rollup_checks: `insert into rollup_checks (company_id, day, checked_at, wrong_calls, wrong_buckets)
    values ('${company}', '2026-01-01', '2026-01-02Z', 0, 0)`,
  campaign_pace: `insert into campaign_pace (company_id, campaign_id) values ('${company}', '${company}')`,
  company_pace: `insert into company_pace (company_id) values ('${company}')`,
  campaign_windows: `insert into campaign_windows (company_id, campaign_id, dial_timezone, recheck_at)
    values ('${company}', '${company}', 'Europe/Moscow', '2026-01-01Z')`,
  leases: `insert into leases (company_id, call_id, call_task_id, campaign_id, phone_number, worker, claimed_at, lease_until)
    values ('${company}', '${call}', '${company}', '${company}', '+79991234567', 'w', '2026-01-01Z', '2026-01-01T00:01Z')`,
  task_events: `insert into task_events (company_id, call_task_id, campaign_id, at, status, rule)
    values ('${company}', '${company}', '${company}', '2026-01-01Z', 'failed', 'no_attempt_left')`,
  campaign_events: `insert into campaign_events (company_id, campaign_id, at, event, detail)
    values ('${company}', '${company}', '2026-01-01Z', 'started', 'it began')`,
  simulated_calls: `insert into simulated_calls (company_id, call_id, phone_number, attempt, dialed_at, plan, status)
    values ('${company}', '${call}', '+79991234567', 1, '2026-01-01Z', '{"rings": 4}', 'ended')`,
  suppressions: `insert into suppressions (company_id, phone_number, reason) values ('${company}', '+79991234567', 'opt_out')`,
  imports: `insert into imports (company_id, id, campaign_id, file_name) values ('${company}', '${company}', '${company}', 'list.csv')`,
  import_rows: `insert into import_rows (company_id, import_id, line, code, cells) values ('${company}', '${company}', 2, 'no_phone_number', '["", "Ann"]')`,
  event_outbox: `insert into event_outbox (company_id, items) values ('${company}', '[{"type": "call.created", "call_id": "${call}"}]')`,
  event_heads: `insert into event_heads (company_id, last_id) values ('${company}', 1)`,
  events: `insert into events (company_id, id, first_id, n, items, at)
    values ('${company}', 1, 1, 1, '[{"type": "call.created", "call_id": "${call}"}]', '2026-01-01Z')`,
  live_tickets: `insert into live_tickets (company_id, ticket_hash, expires_at) values ('${company}', repeat('a', 64), '2026-01-01Z')`,
  call_briefs: `insert into call_briefs (company_id, call_id, contact) values ('${company}', '${call}', '{"contact_name": "Ann"}')`,
  call_tokens: `insert into call_tokens (company_id, token_hash, call_id) values ('${company}', repeat('b', 64), '${call}')`,
  test_calls: `insert into test_calls (company_id, call_id, phone_number, ring_timeout_sec, max_call_duration_sec, placed_at)
    values ('${company}', '${call}', '+79991234567', 30, 600, '2026-01-01Z')`,
  livekit_calls: `insert into livekit_calls (company_id, call_id, state, reserved_at, rings_until)
    values ('${company}', '${call}', 'inviting', '2026-01-01Z', '2026-01-01T00:01Z')`,
  webhooks: `insert into webhooks (company_id, id, url, event_types, secret, position)
    values ('${company}', '${company}', 'https://crm.example.com', '{*}', 'whsec_AAAA', 1)`,
  webhook_deliveries: `insert into webhook_deliveries (company_id, id, webhook_id, event_id, event_type, order_key, body)
    values ('${company}', '${company}', '${company}', 1, 'call.created', '${call}', '{"type": "call.created"}')`,
  webhook_attempts: `insert into webhook_attempts (company_id, delivery_id, n, at, http_status, duration_ms)
    values ('${company}', '${company}', 1, '2026-01-01Z', 503, 87)`,
}

/** Puts a row into every table that has none. */
async function fill(sql: Sql): Promise<void> {
  const tables = await tablesOf(sql)
  const isBefore0008 = !tables.includes('dirty_calls')
  for (const [name, statement] of Object.entries(rows)) {
    const table = isBefore0008 ? nameBefore0008(name) : name
    const insert = isBefore0008 ? statement.replace(/\w+/g, nameBefore0008) : statement
    if (!tables.includes(table)) continue
    const [row] = await sql.unsafe(`select exists (select from "${table}") as filled`)
    if (!row?.filled) await sql.unsafe(insert)
  }
}

/** A copy of the migrations, with more of them at the end. */
function folderWith(...added: { name: string; up: string; down?: string; when?: number }[]): string {
  const folder = scratch()
  cpSync(migrationsFolder, folder, { recursive: true })
  for (const { name, up, down = 'select 1', when } of added) append(folder, name, up, down, when)
  return folder
}

interface Journal {
  entries: { idx: number; version: string; when: number; tag: string; breakpoints: boolean }[]
}

const journalOf = (folder: string): Journal =>
  JSON.parse(readFileSync(`${folder}/meta/_journal.json`, 'utf8'))
const writeJournal = (folder: string, journal: Journal) =>
  writeFileSync(`${folder}/meta/_journal.json`, JSON.stringify(journal))

function append(folder: string, name: string, up: string, down: string, when?: number): void {
  const journal = journalOf(folder)
  const idx = journal.entries.length
  const tag = `${String(idx).padStart(4, '0')}_${name}`
  const last = journal.entries.at(-1)?.when ?? 0
  journal.entries.push({ idx, version: '7', when: when ?? last + 1000, tag, breakpoints: true })
  writeJournal(folder, journal)
  writeFileSync(`${folder}/${tag}.sql`, up)
  writeFileSync(`${folder}/${tag}.down.sql`, down)
  const before = JSON.parse(readFileSync(snapshotPath(folder, { index: idx - 1 }), 'utf8'))
  const snapshot = { ...before, id: randomUUID(), prevId: before.id }
  writeFileSync(snapshotPath(folder, { index: idx }), JSON.stringify(snapshot))
}

const drizzleMigrate = async (url: string, folder = migrationsFolder): Promise<void> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await migrate(drizzle(sql), { migrationsFolder: folder })
  } finally {
    await sql.end()
  }
}

interface Ended {
  code: number
  out: string
  err: string
}

function execute(
  file: string,
  args: string[],
  env: Record<string, string>,
  input?: string,
  cwd = projectRoot,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { cwd, env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
    )
    child.stdin?.end(input ?? '')
  })
}

/** What an operator types after `npm run db --`. */
const db = (url: string, ...words: string[]): Promise<Ended> =>
  execute(process.execPath, [...programArgs('src/cli/db'), ...words], { DATABASE_URL: url })
/** The same in a folder of its own, whose sources are not compiled. */
const dbIn = (folder: string, url: string, ...words: string[]): Promise<Ended> =>
  execute(
    process.execPath,
    ['--import', 'tsx', 'src/cli/db.ts', ...words],
    { DATABASE_URL: url },
    undefined,
    folder,
  )

/** A copy of what generates and runs migrations, to change at will. */
function project(): string {
  const folder = scratch()
  for (const path of ['src', 'drizzle', 'drizzle.config.ts', 'package.json']) {
    cpSync(join(projectRoot, path), join(folder, path), { recursive: true })
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

const nowhere = 'postgres://nobody@127.0.0.1:1/none'

/** Every row of every table. */
async function everyRow(sql: Sql): Promise<Record<string, Record<string, unknown>[]>> {
  const tables = await tablesOf(sql)
  const rows = tables.map((table) => sql.unsafe(`select to_jsonb(t) as row from "${table}" t`))
  return Object.fromEntries(
    (await Promise.all(rows)).map((found, i) => [tables[i], found.map(({ row }) => row)]),
  )
}

/** Takes a step, and says which tables hold something else in what was there before and is there after it. */
async function changedBy(sql: Sql, step: () => Promise<unknown>): Promise<string[]> {
  const before = await everyRow(sql)
  await step()
  const after = await everyRow(sql)
  const told = (rows: Record<string, unknown>[], other: Record<string, unknown>[]) => {
    const kept = Object.keys(rows[0] ?? {}).filter((name) => other[0] === undefined || name in other[0])
    return rows.map((row) => JSON.stringify(kept.sort().map((name) => [name, row[name]]))).sort()
  }
  return Object.entries(after).flatMap(([table, rows]) => {
    const earlier = before[table]
    if (earlier === undefined) return []
    return String(told(earlier, rows)) === String(told(rows, earlier)) ? [] : [table]
  })
}

test('up, down and up again leaves the same schema at every step, and every row that a step does not drop', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = client(t, url)
  const seen = [await fingerprint(sql)]
  for (const tag of tags) {
    t.same(await changedBy(sql, async () => t.same(await upgrade(url, '+1'), [tag])), [])
    seen.push(await fingerprint(sql))
    await fill(sql)
  }
  const held = await contents(sql)
  const without = Object.keys(held).filter((table) => held[table]?.startsWith('0 '))
  t.same(without, [], 'every table has a row: a new table wants one in this test')
  for (const [steps, tag] of [...tags.entries()].reverse()) {
    t.same(
      await changedBy(sql, async () => t.same(await downgrade(url, '-1'), [tag])),
      [],
      `rows before ${tag}`,
    )
    t.strictSame(await fingerprint(sql), seen[steps], `the schema before ${tag}`)
  }
  t.same(await tablesOf(sql), [])
  for (const [i, tag] of tags.entries()) {
    t.same(await changedBy(sql, () => upgrade(url, tag)), [], `rows at ${tag}`)
    t.strictSame(await fingerprint(sql), seen[i + 1], `the schema at ${tag} again`)
    await fill(sql)
  }
  t.same(await downgrade(url, 'base'), [...tags].reverse())
  t.strictSame(await fingerprint(sql), seen[0], 'base in one go')
})

test('0008 renames stored values, and its down migration restores them', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = client(t, url)
  await upgrade(url, '0007')
  await fill(sql)
  const types = ['call.ended', 'campaign.begun', 'campaign.import_taken_back', 'import.taken_back']
  const rules = ['busy_again', 'carrier_error_backs_off', 'never_again', 'talked']
  await sql.unsafe(`
    update imports set status = 'taking_back';
    insert into imports (company_id, campaign_id, file_name, status)
      values ('${company}', '${company}', 'other.csv', 'taken_back');
    update webhooks set event_types = '{${types}}';
    update webhook_deliveries set event_type = 'campaign.begun';
    update campaign_events set event = 'begun';
    update event_outbox set items = '${JSON.stringify(types.map((type, n) => ({ type, n })))}';
    delete from task_events`)
  for (const rule of rules)
    await sql.unsafe(`insert into task_events (company_id, call_task_id, campaign_id, at, status, rule)
      values ('${company}', '${company}', '${company}', now(), 'retry', '${rule}')`)
  const values = async () => ({
    statuses: (await sql`select status from imports order by 1`).map(({ status }) => status),
    types: (await sql`select to_json(event_types) as types from webhooks`)[0]?.types,
    delivery: (await sql`select event_type from webhook_deliveries`)[0]?.event_type,
    log: (await sql`select event from campaign_events`)[0]?.event,
    items: (await sql`select items from event_outbox`)[0]?.items,
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
    items: renamed.map((type, n) => ({ type, n })),
    rules: ['busy_retry', 'carrier_error_backoff', 'never_again', 'reached'],
  })
  await downgrade(url, '0007')
  t.strictSame(await values(), before)
})

test("drizzle's migrators and ours go on from where the other left the database", async (t) => {
  const [ours, kit] = await Promise.all([emptyDatabase(t), emptyDatabase(t)])
  const { url } = ours
  const sql = client(t, url)
  await drizzleMigrate(url)
  t.same(await pendingMigrations(url), [])
  const head = await fingerprint(sql)
  for (const steps of tags.keys()) {
    await downgrade(url, 'base')
    if (steps > 0) await upgrade(url, String(steps - 1))
    await drizzleMigrate(url)
    t.same(await current(url), { tag: newest, isHead: true }, `ours to ${steps}, then drizzle's`)
    t.same(await upgrade(url), [])
    t.strictSame(await fingerprint(sql), head)
    await downgrade(url, `-${tags.length - steps}`)
    t.same((await pendingMigrations(url)).length, tags.length - steps)
    await drizzleMigrate(url)
    t.strictSame(await fingerprint(sql), head, `ours down to ${steps}, then drizzle's`)
  }
  await upgrade(kit.url, '0')
  const env = { DATABASE_URL: kit.url }
  t.equal((await execute('node_modules/.bin/drizzle-kit', ['migrate'], env)).code, 0)
  t.same(
    await history(kit.url),
    tags.map((tag) => ({ tag, state: 'applied' })),
  )
  t.strictSame(await fingerprint(client(t, kit.url)), head, 'drizzle-kit migrate')
  const wrapped = connect(kit.url)
  t.same(await findPendingMigrations(wrapped.client), [], 'asked on a client that Drizzle has wrapped')
  await downgrade(kit.url, '-1')
  t.same(await findPendingMigrations(wrapped.client), [newest])
  await wrapped.close()
})

test('four migrators at once apply each migration once, also one that runs in no transaction', async (t) => {
  const { url } = await emptyDatabase(t)
  const folder = folderWith({
    name: 'index',
    up: '-- no-transaction\nCREATE INDEX CONCURRENTLY companies_name_idx ON companies (name);',
    down: '-- no-transaction\nDROP INDEX CONCURRENTLY companies_name_idx;',
  })
  const lines: string[] = []
  const done = await Promise.all(
    Array.from({ length: 4 }, () => upgrade(url, 'head', { folder, log: (line) => lines.push(line) })),
  )
  t.same(done.flat(), [...tags, `000${tags.length}_index`], 'one of them did it all, the others nothing')
  t.equal(lines.filter((line) => line.startsWith('another migrator')).length, 3, 'and said that they waited')
  const [index] = await client(
    t,
    url,
  )`select indisvalid from pg_index where indexrelid = 'companies_name_idx'::regclass`
  t.same(index, { indisvalid: true })
  t.same(await downgrade(url, '-1', { folder }), [`000${tags.length}_index`])
})

test('a migration that fails leaves nothing of itself, says where, and the next run goes on', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = client(t, url)
  const folder = folderWith({
    name: 'broken',
    up: `CREATE TABLE first ();\n--> statement-breakpoint\nINSERT INTO companies (id, name, slug) VALUES ('${company}', 'Secret', 'Not A Slug');`,
    down: 'DROP TABLE first;',
  })
  const file = `000${tags.length}_broken.sql`
  const error = await upgrade(url, 'head', { folder }).catch((error: Error) => error)
  t.ok(error instanceof MigrationError)
  t.match(error, { message: new RegExp(`^${file}, statement 2: new row .*companies_slug_check`) })
  t.notMatch(String(error), /Secret/, 'and no row')
  t.same(await current(url, folder), { tag: newest, isHead: false }, 'what came before it stays')
  t.notOk((await tablesOf(sql)).includes('first'))
  writeFileSync(`${folder}/${file}`, 'CREATE TABLE first ();')
  t.same(await upgrade(url, 'head', { folder }), [file.replace('.sql', '')])
  writeFileSync(
    `${folder}/${file.replace('.sql', '.down.sql')}`,
    'DROP TABLE first;\n--> statement-breakpoint\nDROP TABLE none;',
  )
  await t.rejects(downgrade(url, '-1', { folder }), {
    message: /broken\.down\.sql, statement 2: table "none"/,
  })
  t.same((await current(url, folder))?.isHead, true, 'a way back that fails leaves it where it was')
  t.ok((await tablesOf(sql)).includes('first'))
})

test('a constraint checked at the end, and a statement outside of a transaction, fail with their file, too', async (t) => {
  const { url } = await testDatabase(t)
  const deferred = `ALTER TABLE companies ADD COLUMN parent uuid REFERENCES companies DEFERRABLE INITIALLY DEFERRED;
    INSERT INTO companies (name, slug, parent) VALUES ('a', 'a', '${company}');`
  const folder = folderWith({ name: 'late', up: deferred })
  await t.rejects(upgrade(url, 'head', { folder }), {
    message: /_late\.sql, its transaction: insert or update/,
  })
  t.same(await pendingMigrations(url, folder), [`000${tags.length}_late`])
  const loose = folderWith({
    name: 'loose',
    up: '-- no-transaction\nCREATE TABLE half ();\n--> statement-breakpoint\nCREATE TABLE half ();',
  })
  await t.rejects(upgrade(url, 'head', { folder: loose }), {
    message: /statement 2: .*already exists.*stays/,
  })
  t.same((await pendingMigrations(url, loose)).length, 1, 'it is not booked')
})

test('a table that another transaction holds ends the wait, and the message says what to do', async (t) => {
  const { url } = await testDatabase(t)
  const folder = folderWith({ name: 'held', up: 'ALTER TABLE companies ADD COLUMN more text;' })
  const holder = client(t, url)
  await holder.begin(async (tx) => {
    await tx`lock table companies in access share mode`
    await t.rejects(upgrade(url, 'head', { folder, lockTimeoutMs: 50 }), {
      message:
        /_held\.sql, statement 1: canceling statement due to lock timeout\. Another transaction holds the table/,
    })
  })
  t.same((await upgrade(url, 'head', { folder })).length, 1, 'afterwards it goes')
})

/** A migration that takes very long in the middle, for as long as somebody holds the key. */
const held = {
  name: 'held',
  up: `CREATE TABLE first ();
--> statement-breakpoint
SELECT CASE WHEN pg_try_advisory_xact_lock_shared(${heldKey}) THEN '' ELSE pg_sleep(600)::text END;
--> statement-breakpoint
CREATE TABLE second ();`,
  down: 'DROP TABLE first, second;',
}
const isHeld = async (sql: Sql) => {
  const [row] = await sql`select count(*)::int as held from pg_stat_activity
    where datname = current_database() and wait_event = 'PgSleep'`
  return row?.held === 1
}

test('a migrator that was killed in the middle leaves a database that the next run finishes', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = client(t, url)
  const folder = project()
  append(join(folder, 'drizzle'), held.name, held.up, held.down)
  await sql`select pg_advisory_lock(${heldKey})`
  const killed: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'src/cli/db.ts', 'upgrade'], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: url },
    stdio: 'ignore',
  })
  await until('the long statement', () => isHeld(sql))
  killed.kill('SIGKILL')
  await once(killed, 'exit')
  // The statement would go on for minutes: the server notices that its client is gone.
  await until('the server gave up', async () => !(await isHeld(sql)))
  t.notOk((await tablesOf(sql)).includes('first'))
  await sql`select pg_advisory_unlock(${heldKey})`
  t.same(await upgrade(url, 'head', { folder: join(folder, 'drizzle') }), [`000${tags.length}_held`])
  t.same((await tablesOf(sql)).filter((name) => name === 'first' || name === 'second').length, 2)
})

test('a connection that is lost in the middle does nothing more on another one', async (t) => {
  const { url } = await testDatabase(t)
  const sql = client(t, url)
  const folder = folderWith({
    name: 'lost',
    up: 'CREATE TABLE first ();\n--> statement-breakpoint\nSELECT pg_terminate_backend(pg_backend_pid());\n--> statement-breakpoint\nCREATE TABLE second ();',
  })
  await t.rejects(upgrade(url, 'head', { folder }), { message: /_lost\.sql, statement 2: / })
  t.same(
    (await tablesOf(sql)).filter((name) => name === 'first' || name === 'second'),
    [],
  )
  t.same(await pendingMigrations(url, folder), [`000${tags.length}_lost`])
})

test('what is applied and what there is are compared before anything is done', async (t) => {
  const { url } = await testDatabase(t)
  const sql = client(t, url)
  const later = folderWith({ name: 'later', up: 'CREATE TABLE later ();', down: 'DROP TABLE later;' })
  await upgrade(url, 'head', { folder: later })
  const unknown = { message: /1 migration\(s\) this version does not know/ }
  await t.rejects(upgrade(url), unknown)
  await t.rejects(downgrade(url, '-1'), unknown)
  await t.rejects(stamp(url, 'head'), unknown)
  await t.rejects(pendingMigrations(url), unknown)
  t.match((await history(url)).at(-1), { state: 'unknown' })

  const merged = folderWith({
    name: 'merged',
    up: 'CREATE TABLE merged ();',
    when: (all.at(-1)?.when ?? 0) + 1,
  })
  append(merged, 'later', 'CREATE TABLE later ();', 'DROP TABLE later;', (all.at(-1)?.when ?? 0) + 1000)
  await drizzleMigrate(url, merged)
  t.notOk((await tablesOf(sql)).includes('merged'), "drizzle's migrator passes over it without a word")
  const passed = { message: /_merged was never applied, though a later one was: .*stamp/ }
  await t.rejects(upgrade(url, 'head', { folder: merged }), passed)
  await t.rejects(pendingMigrations(url, merged), passed)
  t.same((await history(url, merged)).at(-2)?.state, 'passed over')
  await sql`create table merged ()`
  await stamp(url, 'head', { folder: merged })
  t.same(await pendingMigrations(url, merged), [], 'its SQL by hand and a stamp, as the message says')

  writeFileSync(`${merged}/${newest}.sql`, `${readFileSync(`${merged}/${newest}.sql`, 'utf8')}\n-- edited`)
  const lines: string[] = []
  t.same(await upgrade(url, 'head', { folder: merged, log: (line) => lines.push(line) }), [])
  t.match(lines, [new RegExp(`^${newest} was edited since`)])
  t.same(
    (await history(url, merged)).map(({ state }) => state).filter((state) => state !== 'applied'),
    ['edited since'],
  )
})

test('a target is head, base, a number, a name or steps; anything else is refused in words', async (t) => {
  const { url } = await emptyDatabase(t)
  t.same(await upgrade(url, '001'), tags.slice(0, 2), 'as in Alembic')
  t.same(await upgrade(url, '+1'), tags.slice(2, 3))
  t.same(await downgrade(url, tags[0] ?? ''), tags.slice(1, 3).reverse())
  t.same(await upgrade(url, 'base'), [], 'an upgrade never goes back')
  await t.rejects(upgrade(url, '-1'), { message: '-1 lies behind: use downgrade.' })
  await t.rejects(downgrade(url, 'head'), { message: 'head lies ahead: use upgrade.' })
  await t.rejects(downgrade(url, '-2'), { message: /^-2 goes beyond/ })
  await t.rejects(upgrade(url, '0099'), {
    message: new RegExp(`^There is no migration 0099: head, base.*${newest}`),
  })
  await t.rejects(downgrade(url, 'base', { expectedApplied: 3 }), { message: /migrated in the meantime/ })
  await stamp(url, 'head')
  t.same(await pendingMigrations(url), [])
  t.same(await tablesOf(client(t, url)), [], 'a stamp runs nothing')
  await drizzleMigrate(url)
  t.same(await tablesOf(client(t, url)), [], "and drizzle's migrator believes it")
  await stamp(url, '-1')
  t.same(await pendingMigrations(url), [newest])
  await stamp(url, 'base')
  t.equal(await current(url), undefined)
})

/** Runs a script as psql does: as it stands where psql is there, else all but its backslash commands. */
async function runScript(url: string, script: string): Promise<{ ok: boolean; err: string }> {
  const { code, err } = await execute('psql', ['-X', '-q', '-d', url], {}, script)
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

test('--sql prints a script that does the same, and refuses a database that is elsewhere', async (t) => {
  const [reference, { url }] = await Promise.all([emptyDatabase(t), emptyDatabase(t)])
  const sql = client(t, url)
  const base = await fingerprint(sql)
  const [npm, up, part, back, wrongWay] = await Promise.all([
    execute('npm', ['run', 'db', '--', 'upgrade', '0000', '--sql'], { DATABASE_URL: nowhere }),
    db(nowhere, 'upgrade', '0000:head', '--sql'),
    db(nowhere, 'upgrade', '0001:+1', '--sql'),
    db(nowhere, 'downgrade', 'head:base', '--sql'),
    db(nowhere, 'upgrade', '0001:0000', '--sql'),
  ])
  t.match(npm.out, /^\n?> /, 'npm says what it runs')
  t.same(await runScript(url, npm.out), { ok: true, err: '' })
  t.same(await current(url), { tag: tags[0], isHead: false })
  const elsewhere = await runScript(url, part.out)
  t.notOk(elsewhere.ok)
  t.match(elsewhere.err, /the database is not at 0001_/)
  t.same(await current(url), { tag: tags[0], isHead: false }, 'nothing was done')
  t.same(await runScript(url, up.out), { ok: true, err: '' })
  await upgrade(reference.url)
  t.strictSame(await fingerprint(sql), await fingerprint(client(t, reference.url)))
  t.same(
    await history(url),
    tags.map((tag) => ({ tag, state: 'applied' })),
  )
  await drizzleMigrate(url)
  t.same(await upgrade(url), [])
  await fill(sql)
  t.same(await runScript(url, back.out), { ok: true, err: '' })
  t.strictSame(await fingerprint(sql), base)
  t.equal(await current(url), undefined)
  t.same(wrongWay, { code: 1, out: '', err: '0000 lies before 0001: downgrade goes there.\n' })
})

test('the words of the operator', async (t) => {
  const [{ url }, filled] = await Promise.all([emptyDatabase(t), testDatabase(t)])
  const before = await db(url, 'current')
  t.same(before, { code: 0, out: 'The database is at base: no migration is applied.\n', err: '' })
  const up = await db(url, 'upgrade', '001')
  t.same(up, { code: 0, out: `upgrade ${tags[0]}\nupgrade ${tags[1]}\n${tags[1]}\n`, err: '' })
  const states = (await db(url, 'history')).out
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
  t.same(
    states,
    tags.map((tag, i) => [tag, i < 2 ? 'applied' : 'pending']),
  )
  t.same(await db(url, 'stamp', 'head'), { code: 0, out: `${newest} (head)\n`, err: '' })

  const sql = client(t, filled.url)
  await fill(sql)
  const schema = await fingerprint(sql)
  const kept = await contents(sql)
  const asked = await db(filled.url, 'downgrade', '0001')
  t.equal(asked.code, 2)
  t.match(asked.out, /call_metrics +1\n +call_logs +1\n/, 'which tables lose how many rows')
  t.equal(asked.err, 'Nothing was changed: say --yes to do it.\n')
  t.strictSame([await fingerprint(sql), await contents(sql)], [schema, kept])
  const agreed = await db(filled.url, 'downgrade', '0001', '--yes')
  t.equal(agreed.code, 0)
  t.match(agreed.out, new RegExp(`\\ndowngrade ${tags[2]}\\n${tags[1]}\\n$`))
  t.notOk((await tablesOf(sql)).includes('call_metrics'))

  const [help, none, unknown, answer, target] = await Promise.all([
    db(nowhere, '--help'),
    db(nowhere),
    db(nowhere, 'upgrad'),
    db(nowhere, 'current'),
    db(url, 'upgrade', '0099'),
  ])
  t.match(help, { code: 0, out: /^Usage: npm run db -- COMMAND/, err: '' })
  t.match(none, { code: 2, out: '', err: /^A command is missing\.\n\nUsage/ })
  t.match(unknown, { code: 2, out: '', err: /^There is no command upgrad\.\n\nUsage/ })
  t.match(answer, {
    code: 1,
    out: '',
    err: /^The database at 127\.0\.0\.1:1 does not answer \(ECONNREFUSED\).*\n$/,
  })
  t.match(target, { code: 1, out: '', err: /^There is no migration 0099: .*\n$/ })
})

test('words that cannot be meant are refused before anything is done', (t) => {
  for (const [words, said] of [
    ['downgrade', 'downgrade needs a target, like -1, 0001 or base.'],
    ['downgrade base --sql', 'downgrade --sql needs FROM:TO, like head:base: no database says where it is.'],
    ['upgrade --yes', 'upgrade has no --yes.'],
    ['upgrade --force', "Unknown option '--force'."],
    ['upgrade 0001 0002', 'upgrade does not understand 0002.'],
    ['upgrade 0001:0002', '0001:0002: a range goes with --sql.'],
    ['upgrade +1:head --sql', '+1 stands for nothing without a database: name a migration.'],
    ['upgrade 0001: --sql', '0001: is no range: FROM:TO, like 0001:head or base:0001.'],
    ['generate', 'generate needs one of --name NAME, --way-back N and --again N.'],
    ['generate --name a --again 1', 'generate needs one of --name NAME, --way-back N and --again N.'],
    ['generate --again 1 --custom', '--custom goes with --name.'],
    ['stamp', 'stamp needs a target, like -1, 0001 or base.'],
  ] as const) {
    t.throws(() => parseDbArguments(words.split(' ')), { constructor: UsageError, message: said }, words)
  }
  t.same(parseDbArguments(['downgrade', '-1', '-y']), { command: 'downgrade', target: '-1', yes: true })
  t.same(parseDbArguments(['upgrade', '-h']), { command: 'help' })
  t.end()
})

test('who may not make the role is told what an administrator runs, and afterwards may take it', async (t) => {
  const server = await startEmbedded({ dataDir: join(scratch(), 'data'), settings: { fsync: 'off' } })
  t.teardown(() => server.stop())
  const admin = client(t, server.url)
  const made = async (name: string, options: string) => {
    await admin.unsafe(`create role ${name} login password 'p' ${options}`)
    await admin.unsafe(`create database of_${name} owner ${name}`)
    const url = new URL(server.url)
    Object.assign(url, { username: name, password: 'p', pathname: `/of_${name}` })
    return url.href
  }
  const takesRole = async (url: string) => {
    const sql = client(t, url)
    await sql`set role new_voice_tenant`
    const [row] = await sql`select current_user as name, (select count(*)::int from companies) as seen`
    return row
  }
  const plain = await made('plain', '')
  const missing = await upgrade(plain).catch((error: Error) => error)
  t.match(missing, {
    message:
      /^0000_roles\.sql, statement 1: the role new_voice_tenant is missing, and plain may not make it\. .*CREATE ROLE new_voice_tenant NOLOGIN; GRANT new_voice_tenant TO plain;$/,
  })
  t.same(await client(t, plain)`select to_regclass('public.companies') as there`, [{ there: null }])
  const maker = await made('maker', 'createrole')
  t.same(await upgrade(maker), tags, 'CREATEROLE is enough')
  t.same(await takesRole(maker), { name: 'new_voice_tenant', seen: 0 })
  await t.rejects(upgrade(plain), { message: /GRANT new_voice_tenant TO plain;$/ }, 'the role of another')
  await admin.unsafe('grant new_voice_tenant to plain')
  t.same(await upgrade(plain), tags, 'what the message said is enough')
  t.same(await takesRole(plain), { name: 'new_voice_tenant', seen: 0 })
  t.same(await downgrade(plain, 'base'), [...tags].reverse(), 'the role stays where another database uses it')
  t.same(await pendingMigrations(maker), [])

  await admin`create role stranger login password 'p'`
  const theirs = new URL(maker)
  theirs.username = 'stranger'
  const refused = await db(theirs.href, 'upgrade')
  t.match(refused, {
    code: 1,
    err: /^The database at .* refuses: permission denied.*ALTER DATABASE "of_maker" OWNER TO "stranger";\n$/,
  })
})

const columns = (more = '') => `company_id: uuid().notNull(),
    id: uuid().primaryKey(),
    body: text().notNull(),
    ${more}`
/** A table file as it changes: a circle of two tables, then columns, index and check, then what goes again. */
const extra = (body: string, constraints: string, other = '') => `import { gt, gte, sql } from 'drizzle-orm'
import { type AnyPgColumn, bigint, check, index, integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { ofCompany } from './columns.ts'
import { companies } from './companies.ts'
import { program, root } from './setup/programs.ts'
void [gt, gte, bigint, check, index, integer, sql, unique, companies]
export type Column = AnyPgColumn
export const notes = pgTable('notes', { ${body} }, (t) => [ofCompany(t.company_id), ${constraints}])
${other}
`
const tagsTable = `export const tags = pgTable('tags', { id: uuid().primaryKey(), note_id: uuid().references((): Column => notes.id), word: text().notNull() })`

const labelsTable = `export const labels = pgTable('labels', { id: uuid().primaryKey() })`

test('a generated way back runs on tables with rows, and leaves what was there before', async (t) => {
  const { url } = await testDatabase(t)
  const sql = client(t, url)
  await fill(sql)
  const folder = project()
  const drizzleFolder = join(folder, 'drizzle')
  const write = (text: string) => writeFileSync(join(folder, 'src/db/schema/extra.ts'), text)
  const number = (i: number) => String(tags.length + i).padStart(4, '0')
  const generate = (...words: string[]) => dbIn(folder, nowhere, 'generate', ...words)
  writeFileSync(join(folder, 'src/db/schema/index.ts'), "export * from './extra.ts'\n", { flag: 'a' })

  // Two tables that refer to each other.
  const circle = columns('tag_id: uuid().references((): Column => tags.id), amount: integer()')
  write(extra(circle, "unique('notes_body_key').on(t.company_id, t.body)", tagsTable))
  t.match(await generate('--name', 'add_notes'), { code: 0, err: '' }, 'no warning: the tables are new')
  t.match(
    readFileSync(`${drizzleFolder}/${number(0)}_add_notes.down.sql`, 'utf8'),
    /DROP CONSTRAINT.*DROP TABLE/s,
  )

  // A column, a type, an index and checks on a table that is there; a unique constraint goes.
  const wider = columns(
    "tag_id: uuid().references((): Column => tags.id), amount: bigint({ mode: 'number' }), label_id: uuid().references(() => labels.id), language: text().notNull().default('ru')",
  )
  const checks =
    "index('notes_language_idx').on(t.language), check('notes_amount_check', gt(t.amount, sql`0`))"
  write(extra(wider, checks, `${tagsTable}\n${labelsTable}`))
  const altered = await generate('--name', 'alter_notes')
  t.equal(altered.code, 0)
  t.match(altered.err, /rewrites the whole table.*builds an index while writers wait/s)

  // By hand below the line, in both files; then the schema changes once more, and it is made again.
  const hand = "-- hand-written: kept\nCOMMENT ON TABLE notes IS 'a note';\n"
  const handDown = '-- hand-written: kept\nCOMMENT ON TABLE notes IS NULL;\n'
  const second = `${drizzleFolder}/${number(1)}_alter_notes`
  for (const [file, text] of [
    [`${second}.sql`, hand],
    [`${second}.down.sql`, handDown],
  ] as const) {
    writeFileSync(file, `${readFileSync(file, 'utf8')}--> statement-breakpoint\n${text}`)
  }
  write(extra(wider, checks.replace('gt', 'gte'), `${tagsTable}\n${labelsTable}`))
  t.match(await generate('--again', number(1)), { code: 0 })
  const again = readFileSync(`${second}.sql`, 'utf8')
  t.ok(again.includes('>= 0') && again.endsWith(hand), 'made again, with what was written by hand')
  t.ok(readFileSync(`${second}.down.sql`, 'utf8').endsWith(handDown))

  // A table and a column go: the way back makes them again.
  write(
    extra(
      wider.replace('tag_id: uuid().references((): Column => tags.id), ', ''),
      checks.replace('gt', 'gte'),
      labelsTable,
    ),
  )
  const dropped = await generate('--name', 'drop_tags')
  t.equal(dropped.code, 0)
  t.match(dropped.err, /makes tags again, empty and without its triggers, grants/)

  // A rename: without a terminal nobody can be asked, and nothing is written.
  const renamed = extra(
    wider.replace('tag_id: uuid().references((): Column => tags.id), ', ''),
    checks.replace('gt', 'gte'),
    labelsTable,
  )
    .replace('body: text()', 'content: text()')
    .replace("pgTable('notes'", "pgTable('remarks'")
  write(renamed)
  const before = journalOf(drizzleFolder).entries.length
  const question = await generate('--name', 'rename_notes')
  t.equal(question.code, 1)
  t.match(question.err, /^Was something renamed.*run it on one\.\n$/)
  t.equal(journalOf(drizzleFolder).entries.length, before)

  // So it is written as drizzle-kit writes it when it was told so.
  const { loadDrizzleKit: loadKit, readSnapshot } = (await tsImport(
    join(folder, 'src/db/migrations/snapshots.ts'),
    import.meta.url,
  )) as typeof Snapshots
  const kit = await loadKit()
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
  append(drizzleFolder, 'rename_notes', up.join('--> statement-breakpoint\n'), '-- to be made')
  const snapshot = kit.currentSnapshot(readSnapshot(drizzleFolder, { index: tags.length + 2 }).id)
  writeFileSync(`${drizzleFolder}/meta/${number(3)}_snapshot.json`, JSON.stringify(snapshot))
  t.match(await generate('--way-back', number(3)), { code: 0 })
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

  // An empty pair is no migration before somebody wrote it.
  t.match(await generate('--name', 'note_owner', '--custom'), { code: 0 })
  const custom = `${drizzleFolder}/${number(4)}_note_owner`
  t.same(
    (await checkMigrations(drizzleFolder)).filter((fault) => /note_owner/.test(fault)),
    [`${number(4)}_note_owner.sql has no statement.`],
  )
  writeFileSync(`${custom}.sql`, "COMMENT ON COLUMN remarks.content IS 'what was noted';")
  writeFileSync(`${custom}.down.sql`, 'COMMENT ON COLUMN remarks.content IS NULL;')
  t.match(await dbIn(folder, nowhere, 'check'), { code: 0, err: '' })

  const prints = [await fingerprint(sql)]
  const options = { folder: drizzleFolder }
  const added = journalOf(drizzleFolder).entries.slice(tags.length)
  for (const { tag } of added) {
    await upgrade(url, '+1', options)
    prints.push(await fingerprint(sql))
    if (!tag.endsWith('add_notes')) continue
    await sql.unsafe(`insert into tags values ('${call}', null, 'a'); insert into notes (company_id, id, body, tag_id, amount)
      values ('${company}', '${call}', 'Called back', '${call}', 7); update tags set note_id = '${call}'`)
  }
  for (const [i, { tag }] of [...added.entries()].reverse()) {
    t.same(await downgrade(url, '-1', options), [tag])
    t.strictSame(await fingerprint(sql), prints[i], `the schema before ${tag}`)
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
    'and up again',
  )
})

test('check finds what is missing, out of order or forgotten', async (t) => {
  t.same(await checkMigrations(), [])
  const broken = async (change: (folder: string) => void) => {
    const folder = folderWith()
    change(folder)
    return (await checkMigrations(folder)).join('\n')
  }
  const edited = (change: (journal: Journal) => void) => (folder: string) => {
    const journal = journalOf(folder)
    change(journal)
    writeJournal(folder, journal)
  }
  const last = String(tags.length - 1).padStart(4, '0')
  t.equal(await broken((folder) => rmSync(`${folder}/${newest}.down.sql`)), `${newest}.down.sql is missing.`)
  t.equal(
    await broken((folder) => rmSync(`${folder}/meta/${last}_snapshot.json`)),
    `meta/${last}_snapshot.json is missing.`,
  )
  t.equal(
    await broken((folder) => writeFileSync(`${folder}/0099_x.sql`, '')),
    '0099_x.sql is in no entry of the journal.',
  )
  t.equal(
    await broken((folder) => writeFileSync(`${folder}/${newest}.down.sql`, '-- later')),
    `${newest}.down.sql has no statement: write the way back, or a line \`-- nothing to undo\`.`,
  )
  t.match(
    await broken((folder) =>
      append(folder, 'c', 'CREATE INDEX CONCURRENTLY i ON calls (id)', 'DROP INDEX i'),
    ),
    /must be `-- no-transaction`/,
  )
  t.match(
    await broken((folder) => append(folder, 'c', 'select 1;\n--> statement-breakpoint\nCOMMIT;', 'select 1')),
    /begins or ends a transaction/,
  )
  t.match(
    await broken(
      edited(({ entries }) =>
        entries.splice(1, 1, ...entries.slice(1, 2).map((entry) => ({ ...entry, when: 1 }))),
      ),
    ),
    /is older in the journal than 0000_/,
  )
  t.match(
    await broken(
      edited(({ entries }) =>
        entries.splice(0, 1, ...entries.slice(0, 1).map((entry) => ({ ...entry, idx: 1 }))),
      ),
    ),
    /is number 0 of the journal/,
  )
  const path = (folder: string) => `${folder}/meta/${last}_snapshot.json`
  const altered = (change: (text: string) => string) => (folder: string) =>
    writeFileSync(path(folder), change(readFileSync(path(folder), 'utf8')))
  t.match(
    await broken(altered((text) => text.replace(/"prevId": "./, '"prevId": "x'))),
    /does not follow the snapshot before it/,
  )
  t.match(
    await broken(altered((text) => text.replace('"notNull": true', '"notNull": false'))),
    /^src\/db\/schema has changes that no migration has/,
  )
})
