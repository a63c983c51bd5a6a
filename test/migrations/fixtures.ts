// Shared by the tests of migrations: sample rows, descriptions of schema and rows, copies of the migrations, commands.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate } from 'drizzle-orm/postgres-js/migrator'
import postgres, { type Sql } from 'postgres'
import tap, { type Test } from 'tap'
import { snapshotName } from '../../src/db/migrations/drizzle-kit.ts'
import { migrationsFolder, readMigrations } from '../../src/db/migrations/migration-files.ts'
import { programArgs, projectRoot } from '../setup/programs.ts'

export const migrations = readMigrations()
export const tags = migrations.map(({ tag }) => tag)
export const newestTag = tags.at(-1) ?? ''
const tagOf = (idx: number, name: string) => `${String(idx).padStart(4, '0')}_${name}`
/** The tag of a migration that is appended to those of the project. */
export const nextTag = (name: string) => tagOf(tags.length, name)

const scratchRoot = mkdtempSync(join(process.env.TEST_SCRATCH ?? tmpdir(), 'nv-migrations-'))
tap.teardown(() => rmSync(scratchRoot, { recursive: true, force: true }))
export const createScratchFolder = () => mkdtempSync(join(scratchRoot, 'x'))

/** Opens a client with one connection, which is closed when the test ends. */
export function connectTo(t: Test, url: string): Sql {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  t.teardown(() => sql.end({ timeout: 1 }))
  return sql
}

/**
 * Describes the schema from the system catalog, one line per object. The order of columns is left out, because ALTER
 * TABLE cannot restore it.
 */
export async function schemaFingerprint(sql: Sql): Promise<string[]> {
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
    union all select concat_ws(' | ', 'view', relname, pg_get_viewdef(oid)) from relations where relkind in ('v', 'm')
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

export const listTables = async (sql: Sql): Promise<string[]> =>
  (
    await sql`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`
  ).map(({ relname }) => relname)

/** Names of tables and columns that migration 0008 renamed: new name to old name. */
const namesBefore0008: Record<string, string> = {
  dirty_calls: 'fact_changes',
  call_contributions: 'call_facts',
  wrong_buckets: 'wrong_cells',
  recheck_at: 'look_again_at',
}
const nameBefore0008 = (name: string) => namesBefore0008[name] ?? name

/**
 * Returns the number and a hash of the rows of each table, by its current name. The result does not depend on names and
 * order of the columns, which migrations change.
 */
export async function tableContents(sql: Sql): Promise<Record<string, string>> {
  const contents: Record<string, string> = {}
  for (const table of await listTables(sql)) {
    const [row] = await sql.unsafe(
      `select count(*) || ' ' || coalesce(md5(string_agg(line, ',' order by line)), '') as summary
       from (select (select string_agg(value::text, ',' order by value::text) from jsonb_each(to_jsonb(t))) as line
             from "${table}" t) lines`,
    )
    const currentName = Object.keys(namesBefore0008).find((name) => namesBefore0008[name] === table)
    contents[currentName ?? table] = row?.summary
  }
  return contents
}

export const companyId = '00000000-0000-4000-8000-000000000001'
const callId = '00000000-0000-4000-8000-000000000009'
/** SQL that inserts a realistic row into each table, in the order that foreign keys require. */
const sampleRows: Record<string, string> = {
  companies: `insert into companies (id, name, slug, email) values ('${companyId}', 'Acme', 'acme', 'a@acme.example')`,
  api_keys: `insert into api_keys (company_id, name, prefix, key_hash, scopes) values ('${companyId}', 'key', 'nv_1', repeat('a', 64), '{read,write}')`,
  idempotency_keys: `insert into idempotency_keys (company_id, key, request_hash, status, body) values ('${companyId}', 'k', 'h', 201, '{"a": 1}')`,
  skillbases: `insert into skillbases (company_id, id, name, slug, config) values ('${companyId}', '${companyId}', 'Bot', 'bot', '{"flow": {"type": "linear"}}')`,
  skillbase_versions: `insert into skillbase_versions (company_id, skillbase_id, version, config) values ('${companyId}', '${companyId}', 1, '{"flow": {"type": "linear"}}') on conflict do nothing`,
  campaigns: `insert into campaigns (company_id, id, skillbase_id, name, status, daily_start_time, daily_end_time) values ('${companyId}', '${companyId}', '${companyId}', 'Spring', 'running', '09:00', '21:00')`,
  call_tasks: `insert into call_tasks (campaign_id, id, phone_number, contact_data) values ('${companyId}', '${companyId}', '+79991234567', '{"name": "Ann"}')`,
  calls: `insert into calls (company_id, id, campaign_id, call_task_id, skillbase_id, direction, caller_number, status, states_visited) values
    ('${companyId}', '${callId}', '${companyId}', '${companyId}', '${companyId}', 'outbound', '+79991234567', 'completed', '{greeting,booking}');
    update call_tasks set call_id = '${callId}'`,
  call_metrics: `insert into call_metrics (call_id, ttfb_stt_avg, cost_total, turn_count) values ('${callId}', 150.5, 0.035, 10)`,
  call_logs: `insert into call_logs (call_id, turn_index, role, content, latency_llm) values ('${callId}', 0, 'user', 'Hello', 800.2)`,
  metric_series: `insert into metric_series (company_id, id, is_total, direction, first_bucket, last_bucket)
    values ('${companyId}', 1, false, 'outbound', '2026-01-01Z', '2026-01-01Z')`,
  call_contributions: `insert into call_contributions (company_id, call_id, series_id, total_series_id, started_at, status, turns,
      is_without_turns, ttfb_stt_n, latency_llm_n, ttfb_tts_n, eou_latency_n)
    values ('${companyId}', '${callId}', 1, 1, '2026-01-01Z', 'completed', 1, false, 0, 0, 0, 1)`,
  metric_rollups: `insert into metric_rollups (company_id, grain, series_id, bucket, calls, eou_latency_histogram)
    values ('${companyId}', 'hour', 1, '2026-01-01Z', 1, 1e300)`,
  call_texts: `insert into call_texts (company_id, call_id, started_at, content_hash, document)
    values ('${companyId}', '${callId}', '2026-01-01Z', 1, 'hello')`,
  changed_transcripts: `insert into changed_transcripts (company_id, call_id) values ('${companyId}', '${callId}')`,
  dirty_calls: `insert into dirty_calls (company_id, call_id) values ('${companyId}', '${callId}')`,
  prices: `insert into prices (company_id, component, provider, unit, price, effective_from)
    values ('${companyId}', 'stt', 'deepgram', 'minute', 0.0048, '2026-01-01Z')`,
  price_aliases: `insert into price_aliases (company_id, provider, model, price_provider)
    values ('${companyId}', 'llm.acme.internal', 'fast', 'openai')`,
  rerates: `insert into rerates (company_id, id, is_dry_run, start, "end")
    values ('${companyId}', '${companyId}', false, '2026-01-01Z', '2026-02-01Z')`,
  superseded_costs: `insert into superseded_costs (company_id, call_id, rerate_id, cost_total)
    values ('${companyId}', '${callId}', '${companyId}', 0.035)`,
  rollup_checks: `insert into rollup_checks (company_id, day, checked_at, wrong_calls, wrong_buckets)
    values ('${companyId}', '2026-01-01', '2026-01-02Z', 0, 0)`,
  campaign_pace: `insert into campaign_pace (company_id, campaign_id) values ('${companyId}', '${companyId}')`,
  company_pace: `insert into company_pace (company_id) values ('${companyId}')`,
  campaign_windows: `insert into campaign_windows (company_id, campaign_id, dial_timezone, recheck_at)
    values ('${companyId}', '${companyId}', 'Europe/Moscow', '2026-01-01Z')`,
  campaign_failures: `insert into campaign_failures (company_id, campaign_id, operation, failures, reason, retry_at)
    values ('${companyId}', '${companyId}', 'claim', 1, 'r', '2026-01-01Z')`,
  leases: `insert into leases (company_id, call_id, call_task_id, campaign_id, phone_number, worker, claimed_at, lease_until)
    values ('${companyId}', '${callId}', '${companyId}', '${companyId}', '+79991234567', 'w', '2026-01-01Z', '2026-01-01T00:01Z')`,
  task_events: `insert into task_events (company_id, call_task_id, campaign_id, at, status, rule)
    values ('${companyId}', '${companyId}', '${companyId}', '2026-01-01Z', 'failed', 'no_attempt_left')`,
  campaign_events: `insert into campaign_events (company_id, campaign_id, at, event, detail)
    values ('${companyId}', '${companyId}', '2026-01-01Z', 'started', 'it began')`,
  simulated_calls: `insert into simulated_calls (company_id, call_id, phone_number, attempt, dialed_at, plan, status)
    values ('${companyId}', '${callId}', '+79991234567', 1, '2026-01-01Z', '{"rings": 4}', 'ended')`,
  suppressions: `insert into suppressions (company_id, phone_number, reason) values ('${companyId}', '+79991234567', 'opt_out')`,
  imports: `insert into imports (company_id, id, campaign_id, file_name) values ('${companyId}', '${companyId}', '${companyId}', 'list.csv')`,
  import_rows: `insert into import_rows (company_id, import_id, line, code, cells) values ('${companyId}', '${companyId}', 2, 'no_phone_number', '["", "Ann"]')`,
  event_outbox: `insert into event_outbox (company_id, items) values ('${companyId}', '[{"type": "call.created", "call_id": "${callId}"}]')`,
  event_heads: `insert into event_heads (company_id, last_id) values ('${companyId}', 1)`,
  events: `insert into events (company_id, id, first_id, n, items, at)
    values ('${companyId}', 1, 1, 1, '[{"type": "call.created", "call_id": "${callId}"}]', '2026-01-01Z')`,
  live_tickets: `insert into live_tickets (company_id, ticket_hash, expires_at) values ('${companyId}', repeat('a', 64), '2026-01-01Z')`,
  call_briefs: `insert into call_briefs (company_id, call_id, contact) values ('${companyId}', '${callId}', '{"contact_name": "Ann"}')`,
  call_tokens: `insert into call_tokens (company_id, token_hash, call_id) values ('${companyId}', repeat('b', 64), '${callId}')`,
  test_calls: `insert into test_calls (company_id, call_id, phone_number, ring_timeout_sec, max_call_duration_sec, placed_at)
    values ('${companyId}', '${callId}', '+79991234567', 30, 600, '2026-01-01Z')`,
  livekit_calls: `insert into livekit_calls (company_id, call_id, state, reserved_at, rings_until)
    values ('${companyId}', '${callId}', 'inviting', '2026-01-01Z', '2026-01-01T00:01Z')`,
  webhooks: `insert into webhooks (company_id, id, url, event_types, secret, position)
    values ('${companyId}', '${companyId}', 'https://crm.example.com', '{*}', 'whsec_AAAA', 1)`,
  webhook_deliveries: `insert into webhook_deliveries (company_id, id, webhook_id, event_id, event_type, order_key, body)
    values ('${companyId}', '${companyId}', '${companyId}', 1, 'call.created', '${callId}', '{"type": "call.created"}')`,
  webhook_attempts: `insert into webhook_attempts (company_id, delivery_id, n, at, http_status, duration_ms)
    values ('${companyId}', '${companyId}', 1, '2026-01-01Z', 503, 87)`,
}

/** Inserts a row into every empty table. */
export async function fillTables(sql: Sql): Promise<void> {
  const tables = await listTables(sql)
  const isBefore0008 = !tables.includes('dirty_calls')
  for (const [name, statement] of Object.entries(sampleRows)) {
    const table = isBefore0008 ? nameBefore0008(name) : name
    const insert = isBefore0008 ? statement.replace(/\w+/g, nameBefore0008) : statement
    if (!tables.includes(table)) continue
    const [row] = await sql.unsafe(`select exists (select from "${table}") as has_rows`)
    if (!row?.has_rows) await sql.unsafe(insert)
  }
}

/** Copies the migrations to a new folder and appends more. Returns the folder. */
export function copyMigrations(
  ...added: { name: string; up: string; down?: string; when?: number }[]
): string {
  const folder = createScratchFolder()
  cpSync(migrationsFolder, folder, { recursive: true })
  for (const { name, up, down = 'select 1', when } of added) appendMigration(folder, name, up, down, when)
  return folder
}

export interface JournalFile {
  entries: { idx: number; version: string; when: number; tag: string; breakpoints: boolean }[]
}

export const readJournalFile = (folder: string): JournalFile =>
  JSON.parse(readFileSync(`${folder}/meta/_journal.json`, 'utf8'))
export const writeJournalFile = (folder: string, journal: JournalFile) =>
  writeFileSync(`${folder}/meta/_journal.json`, JSON.stringify(journal))

/** Appends a migration to a folder: both files, the journal entry and an unchanged snapshot. */
export function appendMigration(folder: string, name: string, up: string, down: string, when?: number): void {
  const journal = readJournalFile(folder)
  const idx = journal.entries.length
  const tag = tagOf(idx, name)
  const lastWhen = journal.entries.at(-1)?.when ?? 0
  journal.entries.push({ idx, version: '7', when: when ?? lastWhen + 1000, tag, breakpoints: true })
  writeJournalFile(folder, journal)
  writeFileSync(`${folder}/${tag}.sql`, up)
  writeFileSync(`${folder}/${tag}.down.sql`, down)
  const before = JSON.parse(readFileSync(`${folder}/${snapshotName({ index: idx - 1 })}`, 'utf8'))
  const snapshot = { ...before, id: randomUUID(), prevId: before.id }
  writeFileSync(`${folder}/${snapshotName({ index: idx })}`, JSON.stringify(snapshot))
}

/** Runs Drizzle's own migrator. */
export const migrateWithDrizzle = async (url: string, folder = migrationsFolder): Promise<void> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await migrate(drizzle(sql), { migrationsFolder: folder })
  } finally {
    await sql.end()
  }
}

export interface CommandResult {
  code: number
  out: string
  err: string
}

export function runCommand(
  file: string,
  args: string[],
  env: Record<string, string>,
  input?: string,
  cwd = projectRoot,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { cwd, env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
    )
    child.stdin?.end(input ?? '')
  })
}

/** Runs `npm run db -- ARGS`, without npm. */
export const runDb = (url: string, ...args: string[]): Promise<CommandResult> =>
  runCommand(process.execPath, [...programArgs('src/cli/db'), ...args], { DATABASE_URL: url })
/** Runs `npm run db -- ARGS` from the sources of a copied project. */
export const runDbIn = (folder: string, url: string, ...args: string[]): Promise<CommandResult> =>
  runCommand(
    process.execPath,
    ['--import', 'tsx', 'src/cli/db.ts', ...args],
    { DATABASE_URL: url },
    undefined,
    folder,
  )

/** Copies the parts of the project that generate and run migrations to a new folder. Returns the folder. */
export function copyProject(): string {
  const folder = createScratchFolder()
  for (const path of ['src', 'drizzle', 'drizzle.config.ts', 'package.json']) {
    cpSync(join(projectRoot, path), join(folder, path), { recursive: true })
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/** A URL at which no server listens. */
export const unreachableUrl = 'postgres://nobody@127.0.0.1:1/none'
