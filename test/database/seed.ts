import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import postgres, { type Sql } from 'postgres'
import type { Test } from 'tap'
import { connect, type Db } from '../../src/db/client.ts'
import { inCompany, type ReadTx } from '../../src/db/transaction.ts'
import { testDatabase } from '../setup/postgres.ts'
import { waitUntil } from '../setup/wait-until.ts'

/** The ids of the rows that `seededDatabase` inserts for a company. Ids of the two companies differ in the last letter. */
export const idsOf = (letter: 'a' | 'b') => {
  const id = (kind: number) => `0000000${kind}-0000-4000-8000-00000000000${letter}`
  return {
    company: id(0),
    skillbase: id(1),
    campaign: id(2),
    task: id(3),
    call: id(4),
    bare_call: id(5),
    bare_campaign: id(6),
  }
}
export const a = idsOf('a')
export const b = idsOf('b')
export const noSuchId = '00000009-0000-4000-8000-000000000009'
export const quote = (text: string) => `'${text}'`

/** SQL that inserts a company with at least one row in every table. */
const seedStatements = (letter: 'a' | 'b') => {
  const { company, skillbase, campaign, task, call, bare_call, bare_campaign } = idsOf(letter)
  return `
    insert into companies (id, name, slug) values ('${company}', 'C', 'company-${letter}');
    insert into api_keys (company_id, name, prefix, key_hash, scopes)
      values ('${company}', 'K', 'k', repeat('${letter}', 64), '{read}');
    insert into idempotency_keys (company_id, key, request_hash) values ('${company}', 'k', 'h');
    insert into skillbases (company_id, id, name, slug, config) values ('${company}', '${skillbase}', 'S', 's', '{}');
    insert into campaigns (company_id, id, skillbase_id, name) values ('${company}', '${campaign}', '${skillbase}', 'C'),
      ('${company}', '${bare_campaign}', '${skillbase}', 'D');
    insert into call_tasks (company_id, id, campaign_id, phone_number)
      values ('${company}', '${task}', '${campaign}', '+79990000001');
    insert into calls (company_id, id, direction, skillbase_id, campaign_id, call_task_id, external_call_id)
      values ('${company}', '${call}', 'outbound', '${skillbase}', '${campaign}', '${task}', 'e');
    insert into calls (company_id, id, direction) values ('${company}', '${bare_call}', 'inbound');
    update call_tasks set call_id = '${call}' where id = '${task}';
    insert into call_metrics (company_id, call_id) values ('${company}', '${call}');
    insert into call_logs (company_id, call_id, turn_index, role) values ('${company}', '${call}', 0, 'user');
    insert into call_texts (company_id, call_id, started_at, content_hash, document)
      values ('${company}', '${call}', now(), 1, 'word');
    insert into changed_transcripts (company_id, seq, call_id) values ('${company}', 1, '${call}');
    insert into dirty_calls (company_id, seq, call_id) values ('${company}', 1, '${call}');
    insert into metric_series (company_id, id, is_total, direction, first_bucket, last_bucket)
      values ('${company}', 1, false, 'inbound', now(), now());
    insert into call_contributions (company_id, call_id, series_id, total_series_id, started_at, status, turns, is_without_turns,
        ttfb_stt_n, latency_llm_n, ttfb_tts_n, eou_latency_n)
      values ('${company}', '${call}', 1, 1, now(), 'active', 0, false, 0, 0, 0, 0);
    insert into metric_rollups (company_id, grain, series_id, bucket) values ('${company}', 'hour', 1, '2026-01-01Z');
    insert into rollup_checks (company_id, day, checked_at, wrong_calls, wrong_buckets)
      values ('${company}', '2026-01-01', now(), 0, 0);
    insert into prices (company_id, id, component, provider, unit, price, effective_from)
      values ('${company}', '${call}', 'stt', 'p', 'minute', 1, '2026-01-01Z');
    insert into price_aliases (company_id, id, provider, price_provider) values ('${company}', '${call}', 'alias', 'p');
    insert into rerates (company_id, id, is_dry_run, start, "end")
      values ('${company}', '${call}', false, '2026-01-01Z', '2026-01-02Z');
    insert into superseded_costs (company_id, call_id, rerate_id) values ('${company}', '${call}', '${call}');
    insert into campaign_pace (company_id, campaign_id) values ('${company}', '${campaign}');
    insert into campaign_failures (company_id, campaign_id, operation, failures, reason, retry_at)
      values ('${company}', '${campaign}', 'claim', 1, 'r', now());
    insert into company_pace (company_id) values ('${company}');
    insert into campaign_windows (company_id, campaign_id, dial_timezone, recheck_at)
      values ('${company}', '${campaign}', '', now());
    insert into leases (company_id, call_id, call_task_id, campaign_id, phone_number, worker, claimed_at, lease_until)
      values ('${company}', '${call}', '${task}', '${campaign}', '+79990000001', 'w', now(), now());
    insert into task_events (company_id, call_task_id, seq, campaign_id, at, status, rule)
      values ('${company}', '${task}', 0, '${campaign}', now(), 'pending', 'added');
    insert into campaign_events (company_id, campaign_id, seq, at, event, detail)
      values ('${company}', '${campaign}', 0, now(), 'started', 'started by a user');
    insert into simulated_calls (company_id, call_id, phone_number, attempt, dialed_at, plan, status)
      values ('${company}', '${call}', '+79990000001', 1, now(), '{}', 'dialing');
    insert into suppressions (company_id, phone_number) values ('${company}', '+79990000001');
    insert into imports (company_id, id, campaign_id) values ('${company}', '${call}', '${campaign}');
    insert into import_rows (company_id, import_id, line) values ('${company}', '${call}', 2);
    insert into event_outbox (company_id, n, items) values ('${company}', 1, '[{"type": "call.created"}]');
    insert into event_heads (company_id, last_id) values ('${company}', 1);
    insert into events (company_id, id, first_id, n, items, at) values ('${company}', 1, 1, 1, '[{"type": "call.created"}]', now());
    insert into live_tickets (company_id, ticket_hash, expires_at) values ('${company}', '${letter}', now());
    insert into call_briefs (company_id, call_id, contact) values ('${company}', '${call}', '{}');
    insert into call_tokens (company_id, token_hash, call_id) values ('${company}', '${letter}', '${call}');
    insert into test_calls (company_id, call_id, phone_number, ring_timeout_sec, max_call_duration_sec, placed_at)
      values ('${company}', '${call}', '+79990000001', 30, 600, now());
    insert into livekit_calls (company_id, call_id, state, reserved_at) values ('${company}', '${call}', 'reserved', now());
    insert into webhooks (company_id, id, url, event_types, secret, position)
      values ('${company}', '${call}', 'https://a.example', '{*}', 'whsec_', 0);
    insert into webhook_deliveries (company_id, id, webhook_id, event_id, event_type, order_key, body)
      values ('${company}', '${call}', '${call}', 1, 'call.created', 'k', '{}');
    insert into webhook_attempts (company_id, delivery_id, n, at, duration_ms) values ('${company}', '${call}', 1, now(), 5);`
}

/** Creates a database for one test. Returns its URL and a client without row-level security. */
export async function seededDatabase(t: Test): Promise<{ url: string; owner: Sql }> {
  const { url } = await testDatabase(t)
  const owner = postgres(url, { max: 1, onnotice: () => undefined })
  t.teardown(() => owner.end())
  await owner.unsafe(seedStatements('a') + seedStatements('b'))
  return { url, owner }
}

export function openDb(t: Test, url: string, max: number, applicationName?: string): Db {
  const db = connect(url, { max, ...(applicationName !== undefined && { applicationName }) })
  t.teardown(() => db.close())
  return db
}

/** A PostgresError, or a Refusal that the service throws. */
interface DatabaseError {
  code?: string
  message: string
  constraint_name?: string
  kind?: string
}

/** The error of `work`, without Drizzle's wrapper; undefined when it succeeds. */
export async function errorOf(work: Promise<unknown>): Promise<DatabaseError | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    const { cause } = error as { cause?: DatabaseError }
    return cause ?? (error as DatabaseError)
  }
}

/** Runs statements, checks deferred constraints, and rolls back. Returns the error; undefined when all succeed. */
export async function tryAndRollBack(owner: Sql, statements: string): Promise<DatabaseError | undefined> {
  await owner.unsafe('begin')
  try {
    return await errorOf(owner.unsafe(`${statements}; set constraints all immediate`))
  } finally {
    await owner.unsafe('rollback')
  }
}

/** Columns of a row and their values, as SQL. */
export type Change = Record<string, string>

const twoEvents = `'[{"type": "call.created"}, {"type": "call.ended"}]'`

/** A valid row for each table. Each test changes the columns that it tests. */
export const validRows: Record<string, Change> = {
  companies: { name: `'C'`, slug: `'c'` },
  api_keys: {
    company_id: quote(a.company),
    name: `'K'`,
    prefix: `'k'`,
    key_hash: `repeat('0', 64)`,
    scopes: `'{read}'`,
  },
  idempotency_keys: { company_id: quote(a.company), key: `'new'`, request_hash: `'h'` },
  skillbases: { company_id: quote(a.company), name: `'S'`, slug: `'new'`, config: `'{}'` },
  skillbase_versions: {
    company_id: quote(a.company),
    skillbase_id: quote(a.skillbase),
    version: '2',
    config: `'{}'`,
  },
  campaigns: { company_id: quote(a.company), skillbase_id: quote(a.skillbase), name: `'C'` },
  call_tasks: {
    company_id: quote(a.company),
    campaign_id: quote(a.campaign),
    phone_number: `'+79990000002'`,
  },
  calls: { company_id: quote(a.company), direction: `'inbound'` },
  call_metrics: { company_id: quote(a.company), call_id: quote(a.bare_call) },
  call_logs: { company_id: quote(a.company), call_id: quote(a.call), turn_index: '1', role: `'user'` },
  call_texts: {
    company_id: quote(a.company),
    call_id: quote(a.bare_call),
    started_at: 'now()',
    content_hash: '1',
    document: `'word'`,
  },
  changed_transcripts: { company_id: quote(a.company), call_id: quote(a.call), seq: '2' },
  dirty_calls: { company_id: quote(a.company), call_id: quote(a.call), seq: '2' },
  metric_series: {
    company_id: quote(a.company),
    id: '2',
    is_total: 'true',
    direction: `'inbound'`,
    first_bucket: 'now()',
    last_bucket: 'now()',
  },
  call_contributions: {
    company_id: quote(a.company),
    call_id: quote(a.bare_call),
    series_id: '1',
    total_series_id: '1',
    started_at: 'now()',
    status: `'active'`,
    turns: '0',
    is_without_turns: 'false',
    ttfb_stt_n: '0',
    latency_llm_n: '0',
    ttfb_tts_n: '0',
    eou_latency_n: '0',
  },
  metric_rollups: { company_id: quote(a.company), grain: `'day'`, series_id: '1', bucket: `'2026-01-01Z'` },
  prices: {
    company_id: quote(a.company),
    component: `'stt'`,
    provider: `'p'`,
    unit: `'minute'`,
    price: '1',
    effective_from: `'2026-02-01Z'`,
  },
  price_aliases: { company_id: quote(a.company), provider: `'other'`, price_provider: `'p'` },
  rerates: {
    company_id: quote(a.company),
    is_dry_run: 'true',
    start: `'2026-01-01Z'`,
    '"end"': `'2026-01-02Z'`,
  },
  superseded_costs: {
    company_id: quote(a.company),
    call_id: quote(a.bare_call),
    rerate_id: quote(a.call),
  },
  rollup_checks: {
    company_id: quote(a.company),
    day: `'2026-01-02'`,
    checked_at: 'now()',
    wrong_calls: '0',
    wrong_buckets: '0',
  },
  campaign_pace: { company_id: quote(a.company), campaign_id: quote(a.bare_campaign) },
  company_pace: { company_id: quote(noSuchId) },
  campaign_windows: {
    company_id: quote(a.company),
    campaign_id: quote(a.campaign),
    dial_timezone: `'Europe/Moscow'`,
    recheck_at: 'now()',
  },
  campaign_failures: {
    company_id: quote(a.company),
    campaign_id: quote(a.campaign),
    operation: `'settle'`,
    failures: '1',
    reason: `'r'`,
    retry_at: 'now()',
  },
  leases: {
    company_id: quote(a.company),
    call_id: quote(a.bare_call),
    call_task_id: quote(a.task),
    campaign_id: quote(a.campaign),
    phone_number: `'+79990000002'`,
    worker: `'w'`,
    claimed_at: 'now()',
    lease_until: 'now()',
  },
  task_events: {
    company_id: quote(a.company),
    call_task_id: quote(a.task),
    campaign_id: quote(a.campaign),
    at: 'now()',
    status: `'retry'`,
    rule: `'busy_retry'`,
  },
  campaign_events: {
    company_id: quote(a.company),
    campaign_id: quote(a.campaign),
    at: 'now()',
    event: `'paused'`,
    detail: `'paused by a user'`,
  },
  simulated_calls: {
    company_id: quote(a.company),
    call_id: quote(a.bare_call),
    phone_number: `'+79990000002'`,
    attempt: '1',
    dialed_at: 'now()',
    plan: `'{}'`,
    status: `'ended'`,
  },
  suppressions: { company_id: quote(a.company), phone_number: `'+79990000002'` },
  imports: { company_id: quote(a.company), campaign_id: quote(a.campaign) },
  import_rows: { company_id: quote(a.company), import_id: quote(a.call), line: '3' },
  event_outbox: { company_id: quote(a.company), n: '2', items: twoEvents },
  event_heads: { company_id: quote(noSuchId), last_id: '1' },
  events: { company_id: quote(a.company), id: '3', first_id: '2', n: '2', items: twoEvents, at: 'now()' },
  live_tickets: { company_id: quote(a.company), ticket_hash: `'new'`, expires_at: 'now()' },
  call_briefs: { company_id: quote(a.company), call_id: quote(a.bare_call), contact: `'{}'` },
  call_tokens: { company_id: quote(a.company), token_hash: `'new'`, call_id: quote(a.call) },
  test_calls: {
    company_id: quote(a.company),
    call_id: quote(a.bare_call),
    phone_number: `'+79990000002'`,
    ring_timeout_sec: '5',
    max_call_duration_sec: '14400',
    placed_at: 'now()',
  },
  livekit_calls: {
    company_id: quote(a.company),
    call_id: quote(a.bare_call),
    state: `'reserved'`,
    reserved_at: 'now()',
  },
  webhooks: {
    company_id: quote(a.company),
    url: `'https://b.example'`,
    event_types: `'{*}'`,
    secret: `'whsec_'`,
    position: '0',
  },
  webhook_deliveries: {
    company_id: quote(a.company),
    webhook_id: quote(a.call),
    event_id: '2',
    event_type: `'call.created'`,
    order_key: `'k'`,
    body: `'{}'`,
  },
  webhook_attempts: {
    company_id: quote(a.company),
    delivery_id: quote(a.call),
    n: '2',
    at: 'now()',
    duration_ms: '5',
  },
}

const insertCompany = `insert into companies (id, name, slug) values ('${noSuchId}', 'N', 'new-company');`
/** Statements that must run before the insert of a valid row, by table. */
const prerequisites: Record<string, string> = { company_pace: insertCompany, event_heads: insertCompany }

/** The INSERT of a table's valid row with some columns changed. */
export const insert = (table: string, change: Change = {}) => {
  const row = { ...validRows[table], ...change }
  return `${prerequisites[table] ?? ''} insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`
}

export const insertSkillbase = (tx: ReadTx, slug: string, company = tx.company_id) =>
  tx.execute(
    sql`insert into skillbases (company_id, name, slug, config) values (${company}::uuid, 'S', ${slug}, '{}')`,
  )

/** The process id of the transaction's server process. */
export const backendPid = async (tx: ReadTx) =>
  Number((await tx.execute(sql`select pg_backend_pid() as pid`))[0]?.pid)

/** Whether a skillbase with this slug was committed. */
export const isStored = async (owner: Sql, slug: string) =>
  (await owner`select 1 from skillbases where slug = ${slug}`).length > 0

/** Terminates a server process, and gives this process time to notice. */
export async function terminateBackend(owner: Sql, pid: number): Promise<void> {
  await owner`select pg_terminate_backend(${pid})`
  await waitUntil(
    'the process has ended',
    async () => (await owner`select 1 from pg_stat_activity where pid = ${pid}`).length === 0,
  )
  for (let i = 0; i < 20; i++) await owner`select 1`
}

/** Opens this many transactions at the same time, each of another company. Returns the process id of each. */
export async function useAllConnections(db: Db, connections: number): Promise<number[]> {
  let open = 0
  const [allOpen, release] = gate()
  const runTransaction = () =>
    inCompany(db, randomUUID(), async (tx) => {
      const pid = await backendPid(tx)
      if (++open === connections) release()
      await allOpen
      return pid
    })
  // A transaction that fails must not leave the others waiting for it.
  return Promise.all(Array.from({ length: connections }, () => runTransaction().finally(release)))
}

/** A promise, and the function that resolves it. */
export function gate(): [Promise<void>, () => void] {
  let release: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    release = resolve
  })
  return [opened, release]
}

/** Error codes of a lost connection. */
export const connectionLossCode = /^(CONNECTION_|57P01|25P03|ECONN|EPIPE|CONNECT)/

interface Constraint {
  name: string
  kind: 'c' | 'f' | 'p' | 'u' | 'x'
  table: string
}

/** Constraints, and unique indexes without a constraint. NOT NULL is not included. */
export const listConstraints = (owner: Sql) => owner<Constraint[]>`
  select conname as name, contype as kind, conrelid::regclass::text as table from pg_constraint
  where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'p', 'u', 'x')
  union all
  select indexrelid::regclass::text, 'u', indrelid::regclass::text from pg_index
  join pg_class on pg_class.oid = indexrelid and relnamespace = 'public'::regnamespace
  where indisunique and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'))`
