import { randomBytes } from 'node:crypto'
import net from 'node:net'
import { and, eq, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import postgres, { type Sql } from 'postgres'
import tap, { type Test, test } from 'tap'
import { connect, type Db } from '../src/db/client.ts'
import { type Listing, listPage, type Page, type PageQuery } from '../src/db/pagination.ts'
import { Pool } from '../src/db/pool.ts'
import { callLogs, calls, skillbases } from '../src/db/schema/index.ts'
import { asOwner, inCompany, readCompany, type Tx } from '../src/db/transaction.ts'
import { listTasks } from '../src/modules/call-tasks/index.ts'
import { type CallFilter, listCalls } from '../src/modules/calls/index.ts'
import { listCampaigns } from '../src/modules/campaigns/campaigns.ts'
import { listMetrics } from '../src/modules/telemetry/call-metrics.ts'
import { listTurns } from '../src/modules/telemetry/turns.ts'
import { testDatabase } from './setup/postgres.ts'

/** Ids of the rows that `seeded` gives to each of two companies: alike but for the last letter. */
const idsOf = (letter: 'a' | 'b') => {
  const id = (kind: number) => `0000000${kind}-0000-4000-8000-00000000000${letter}`
  return {
    ...{ company: id(0), skillbase: id(1), campaign: id(2), task: id(3), call: id(4), bare_call: id(5) },
    bare_campaign: id(6),
  }
}
const a = idsOf('a')
const b = idsOf('b')
const nobody = '00000009-0000-4000-8000-000000000009'
const quote = (text: string) => `'${text}'`

/** A company with a row in every table. */
const rowsOf = (letter: 'a' | 'b') => {
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
    insert into rerates (company_id, id, is_dry_run, start, "end")
      values ('${company}', '${call}', false, '2026-01-01Z', '2026-01-02Z');
    insert into superseded_costs (company_id, call_id, rerate_id) values ('${company}', '${call}', '${call}');
    insert into campaign_pace (company_id, campaign_id) values ('${company}', '${campaign}');
    insert into company_pace (company_id) values ('${company}');
    insert into campaign_windows (company_id, campaign_id, dial_timezone, recheck_at)
      values ('${company}', '${campaign}', '', now());
    insert into leases (company_id, call_id, call_task_id, campaign_id, phone_number, worker, claimed_at, lease_until)
      values ('${company}', '${call}', '${task}', '${campaign}', '+79990000001', 'w', now(), now());
    insert into task_events (company_id, call_task_id, seq, campaign_id, at, status, rule)
      values ('${company}', '${task}', 0, '${campaign}', now(), 'pending', 'added');
    insert into campaign_events (company_id, campaign_id, seq, at, event, detail)
      values ('${company}', '${campaign}', 0, now(), 'started', 'it began');
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

/** A bare client on a database of the test's own, which holds both companies; it may do everything. */
async function seeded(t: Test): Promise<{ url: string; owner: Sql }> {
  const { url } = await testDatabase(t)
  const owner = postgres(url, { max: 1, onnotice: () => undefined })
  t.teardown(() => owner.end())
  await owner.unsafe(rowsOf('a') + rowsOf('b'))
  return { url, owner }
}

function open(t: Test, url: string, max: number, applicationName?: string): Db {
  const db = connect(url, { max, ...(applicationName !== undefined && { applicationName }) })
  t.teardown(() => db.close())
  return db
}

/** What the database said, where Drizzle wrapped it. */
interface Refused {
  code?: string
  message: string
  constraint_name?: string
  kind?: string
}

async function refusalOf(work: Promise<unknown>): Promise<Refused | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    const { cause } = error as { cause?: Refused }
    return cause ?? (error as Refused)
  }
}

/** Does it and takes it back; answers how it was refused. */
async function tried(owner: Sql, statements: string): Promise<Refused | undefined> {
  await owner.unsafe('begin')
  try {
    return await refusalOf(owner.unsafe(`${statements}; set constraints all immediate`))
  } finally {
    await owner.unsafe('rollback')
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + 10_000
  while (!(await condition())) {
    if (performance.now() > limit) throw new Error('waited for 10 s, in vain')
  }
}

// Runs while everything else does: the limit is 15 s.
const slow = await (async () => {
  const { url } = await seeded(tap)
  const db = open(tap, url, 3)
  const began = performance.now()
  const refusal = refusalOf(inCompany(db, a.company, (tx) => tx.execute(sql`select pg_sleep(60)`)))
  return { db, ended: refusal.then((error) => ({ error, seconds: (performance.now() - began) / 1000 })) }
})()

type Change = Record<string, string>

const someEvents = `'[{"type": "call.created"}, {"type": "call.ended"}]'`

/** A row that is accepted, of which each case changes what it breaks. Values are SQL. */
const soundRows: Record<string, Change> = {
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
  company_pace: { company_id: quote(nobody) },
  campaign_windows: {
    company_id: quote(a.company),
    campaign_id: quote(a.campaign),
    dial_timezone: `'Europe/Moscow'`,
    recheck_at: 'now()',
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
    rule: `'busy_again'`,
  },
  campaign_events: {
    company_id: quote(a.company),
    campaign_id: quote(a.campaign),
    at: 'now()',
    event: `'paused'`,
    detail: `'it stands'`,
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
  event_outbox: { company_id: quote(a.company), n: '2', items: someEvents },
  event_heads: { company_id: quote(nobody), last_id: '1' },
  events: { company_id: quote(a.company), id: '3', first_id: '2', n: '2', items: someEvents, at: 'now()' },
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

/** What must be there first. */
const aCompany = `insert into companies (id, name, slug) values ('${nobody}', 'N', 'nobody');`
const parents: Record<string, string> = { company_pace: aCompany, event_heads: aCompany }

const insert = (table: string, change: Change = {}) => {
  const row = { ...soundRows[table], ...change }
  return `${parents[table] ?? ''} insert into ${table} (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`
}

const each = (columns: string[], values: string[]): Change[] =>
  columns.flatMap((column) => values.map((value) => ({ [column]: value })))
const noLatency = ['-0.001', '600000.001', `'NaN'`, `'Infinity'`, `'-Infinity'`]
const noAmount = ['-0.001', `'NaN'`, `'Infinity'`]
const noObject = [`'[]'`, `'"text"'`, `'1'`, `'null'`]
const noOutcome = [`'won'`, `'SUCCESS'`, `''`]
const latencyOfCall = (name: string): Change[] => [
  ...each([`${name}_avg`, `${name}_min`, `${name}_max`], noLatency),
  { [`${name}_min`]: '2', [`${name}_max`]: '1' },
]

/** For each constraint of the schema, rows that it alone refuses; a text is a statement of its own. */
const violations: Record<string, (Change | string)[]> = {
  companies_pkey: [{ id: quote(a.company) }],
  companies_slug_key: [{ slug: `'company-a'` }],
  companies_slug_check: each(['slug'], [`''`, `'Upper'`, `'two words'`, `'-a'`, `'a-'`, `'a--b'`, `E'a\\n'`]),
  companies_settings_check: each(['settings'], noObject),
  companies_limits_check: each(['limits'], noObject),

  api_keys_pkey: [
    `${insert('api_keys', { id: quote(nobody) })}; ${insert('api_keys', { id: quote(nobody) })}`,
  ],
  api_keys_key_hash_key: [{ key_hash: `repeat('a', 64)` }],
  api_keys_company_fkey: [{ company_id: quote(nobody) }],
  api_keys_key_hash_check: each(
    ['key_hash'],
    [`''`, `repeat('0', 63)`, `repeat('0', 65)`, `repeat('A', 64)`],
  ),
  api_keys_scopes_check: each(['scopes'], [`'{}'`, `'{platform}'`, `'{read,root}'`, `'{read,null}'`]),

  idempotency_keys_pkey: [{ key: `'k'` }],
  idempotency_keys_key_check: each(['key'], [`''`, `repeat('k', 256)`]),
  idempotency_keys_status_check: each(['status'], ['199', '300', '0', '-200']),

  skillbases_pkey: [{ id: quote(a.skillbase) }],
  skillbases_slug_key: [{ slug: `'s'` }],
  skillbases_company_fkey: [{ company_id: quote(nobody) }],
  skillbases_slug_check: each(['slug'], [`''`, `'S'`, `'a b'`, `'a_b'`, `'-a'`]),
  skillbases_version_check: each(['version'], ['0', '-1']),
  skillbases_config_check: each(['config'], noObject),
  skillbases_published_version_check: each(['published_version'], ['0', '2', '-1']).map((change) => ({
    ...change,
    is_published: 'true',
  })),
  skillbases_is_published_check: [{ published_version: '1' }],

  skillbase_versions_pkey: [{ version: '1' }],
  skillbase_versions_skillbase_fkey: each(['skillbase_id'], [quote(nobody), quote(b.skillbase)]),
  skillbase_versions_version_check: each(['version'], ['0', '-1']),
  skillbase_versions_config_check: each(['config'], noObject),
  skillbase_versions_restored_from_check: each(['restored_from'], ['0', '2', '3', '-1']),

  campaigns_pkey: [{ id: quote(a.campaign) }],
  campaigns_company_fkey: [
    `alter table campaigns drop constraint campaigns_skillbase_fkey; ${insert('campaigns', { company_id: quote(nobody) })}`,
  ],
  campaigns_skillbase_fkey: each(['skillbase_id'], [quote(nobody), quote(b.skillbase)]),
  campaigns_skillbase_version_fkey: [{ skillbase_version: '2' }],
  campaigns_status_check: each(['status'], [`'live'`, `''`, `'Draft'`]),
  campaigns_times_check: [
    { start_time: `'2026-01-02'`, end_time: `'2026-01-01'` },
    { start_time: `'2026-01-01'`, end_time: `'2026-01-01'` },
  ],
  campaigns_daily_times_check: [
    { daily_start_time: `'09:00'` },
    { daily_end_time: `'21:00'` },
    { daily_start_time: `'09:00'`, daily_end_time: `'09:00'` },
    { daily_start_time: `'24:00'`, daily_end_time: `'09:00'` },
  ],
  campaigns_timezone_check: [{ timezone: `''` }],
  campaigns_max_concurrent_calls_check: each(['max_concurrent_calls'], ['0', '-1', '1000001']),
  campaigns_calls_per_minute_check: each(['calls_per_minute'], ['0', '-1', '60000001']),
  campaigns_max_retries_check: each(['max_retries'], ['-1', '101']),
  campaigns_retry_delay_minutes_check: each(['retry_delay_minutes'], ['-1', '43201']),
  campaigns_contact_daily_times_check: [
    { contact_daily_start_time: `'09:00'` },
    { contact_daily_end_time: `'21:00'` },
    { contact_daily_start_time: `'09:00'`, contact_daily_end_time: `'09:00'` },
    { contact_daily_start_time: `'24:00'`, contact_daily_end_time: `'09:00'` },
  ],
  campaigns_days_of_week_check: each(['days_of_week'], [`'{}'`, `'{0}'`, `'{1,8}'`, `'{1,null}'`]),
  campaigns_blackout_dates_check: each(['blackout_dates'], [`'{null}'`, `'{2026-01-01,null}'`]),
  campaigns_retry_policy_check: each(['retry_policy'], noObject),
  campaigns_weight_check: each(['weight'], ['0', '101', '-1']),
  campaigns_caller_number_check: each(['caller_number'], [`''`, `repeat('1', 65)`]),
  campaigns_ring_timeout_sec_check: each(['ring_timeout_sec'], ['4', '121']),
  campaigns_max_call_duration_sec_check: each(['max_call_duration_sec'], ['9', '86401']),
  campaigns_counters_check: each(['total_tasks', 'completed_tasks', 'failed_tasks'], ['-1']),
  campaigns_ended_at_check: each(['status'], [`'draft'`, `'scheduled'`, `'running'`, `'paused'`]).map(
    (change) => ({ ...change, ended_at: 'now()' }),
  ),

  call_tasks_pkey: [{ id: quote(a.task) }],
  call_tasks_phone_number_key: [{ phone_number: `'+79990000001'` }],
  call_tasks_campaign_fkey: each(['campaign_id'], [quote(nobody), quote(b.campaign)]),
  call_tasks_call_fkey: each(['call_id'], [quote(nobody), quote(b.call)]),
  call_tasks_phone_number_check: each(
    ['phone_number'],
    [
      `''`,
      `'79990000002'`,
      `'+0999000000'`,
      `'+799900'`,
      `'+7999000000000000'`,
      `'+7 999 000'`,
      `'+7999000000a'`,
    ],
  ),
  call_tasks_contact_data_check: each(['contact_data'], noObject),
  call_tasks_timezone_check: [{ timezone: `''` }],
  call_tasks_status_check: each(['status'], [`'done'`, `''`]),
  call_tasks_outcome_check: each(['outcome'], noOutcome),
  call_tasks_timezone_source_check: each(['timezone_source'], [`'guessed'`, `''`]),
  call_tasks_outcome_counts_check: each(['outcome_counts'], noObject),
  call_tasks_attempt_count_check: [{ attempt_count: '-1' }],
  call_tasks_priority_check: each(['priority'], ['-1001', '1001']),

  calls_pkey: [{ id: quote(a.call) }],
  calls_external_call_id_key: [{ external_call_id: `'e'` }],
  calls_company_fkey: [{ company_id: quote(nobody) }],
  calls_skillbase_fkey: each(['skillbase_id'], [quote(nobody), quote(b.skillbase)]),
  calls_skillbase_version_fkey: [{ skillbase_id: quote(a.skillbase), skillbase_version: '2' }],
  calls_campaign_fkey: each(['campaign_id'], [quote(nobody), quote(b.campaign)]),
  calls_call_task_fkey: each(['call_task_id'], [quote(nobody), quote(b.task)]),
  calls_direction_check: each(['direction'], [`'in'`, `''`]),
  calls_status_check: each(['status'], [`'ended'`, `''`]),
  calls_outcome_check: each(['outcome'], noOutcome),
  calls_ended_at_check: [
    ...each(['status'], [`'queued'`, `'dialing'`, `'ringing'`, `'active'`]).map((change) => ({
      ...change,
      ended_at: 'now()',
    })),
    { status: `'completed'`, started_at: `'2026-01-02'`, ended_at: `'2026-01-01'` },
  ],
  calls_duration_sec_check: each(['duration_sec'], noAmount),
  calls_turn_count_check: [{ turn_count: '-1' }],
  calls_rating_check: each(['rating'], ['0', '6', '-1']),
  calls_outcome_data_check: each(['outcome_data'], noObject),
  calls_collected_data_check: each(['collected_data'], noObject),
  calls_numbers_check: each(['caller_number', 'callee_number'], [`''`, `repeat('1', 65)`]),

  call_metrics_pkey: [
    [
      insert('call_metrics', { id: quote(nobody) }),
      insert('calls', { id: quote(nobody) }),
      insert('call_metrics', { id: quote(nobody), call_id: quote(nobody) }),
    ].join(';'),
  ],
  call_metrics_call_id_key: [{ call_id: quote(a.call) }],
  call_metrics_call_fkey: each(['call_id'], [quote(nobody), quote(b.call)]),
  call_metrics_ttfb_stt_check: latencyOfCall('ttfb_stt'),
  call_metrics_latency_llm_check: latencyOfCall('latency_llm'),
  call_metrics_ttfb_tts_check: latencyOfCall('ttfb_tts'),
  call_metrics_eou_latency_check: latencyOfCall('eou_latency'),
  call_metrics_usage_check: [
    ...each(['stt_duration_sec', 'livekit_duration_sec'], noAmount),
    ...each(['llm_input_tokens', 'llm_cached_input_tokens', 'llm_output_tokens', 'tts_characters'], ['-1']),
  ],
  call_metrics_cost_check: each(
    ['cost_stt', 'cost_llm', 'cost_tts', 'cost_livekit', 'cost_total'],
    ['-0.000001', `'NaN'`],
  ),
  call_metrics_interruption_check: [
    { interruption_count: '-1' },
    ...each(['interruption_rate'], ['-0.1', '1.1', `'NaN'`]),
  ],
  call_metrics_sentiment_score_check: each(['sentiment_score'], ['-1.1', '1.1', `'NaN'`]),
  call_metrics_outcome_check: each(['outcome'], noOutcome),
  call_metrics_outcome_confidence_check: each(['outcome_confidence'], ['-0.1', '1.1', `'NaN'`]),
  call_metrics_turn_counts_check: each(['turn_count', 'user_turn_count', 'bot_turn_count'], ['-1']),

  call_logs_pkey: [{ turn_index: '0' }],
  call_logs_call_fkey: each(['call_id'], [quote(nobody), quote(b.call)]),
  call_logs_turn_index_check: [{ turn_index: '-1' }],
  call_logs_role_check: each(['role'], [`'bot'`, `''`]),
  call_logs_ttfb_stt_check: each(['ttfb_stt'], noLatency),
  call_logs_latency_stt_check: each(['latency_stt'], noLatency),
  call_logs_latency_llm_check: each(['latency_llm'], noLatency),
  call_logs_ttfb_tts_check: each(['ttfb_tts'], noLatency),
  call_logs_latency_tts_check: each(['latency_tts'], noLatency),
  call_logs_eou_latency_check: each(['eou_latency'], noLatency),
  call_logs_stt_duration_sec_check: each(['stt_duration_sec'], noAmount),
  call_logs_usage_check: [
    ...each(['llm_input_tokens', 'llm_cached_input_tokens', 'llm_output_tokens', 'tts_characters'], ['-1']),
    { llm_input_tokens: '1', llm_cached_input_tokens: '2' },
  ],
  call_logs_sentiment_check: each(['sentiment'], ['-1.1', '1.1', `'NaN'`]),
  call_logs_extra_data_check: each(['extra_data'], noObject),

  call_metrics_cost_reported_check: each(['cost_reported'], noObject),
  call_metrics_cost_lines_check: each(['cost_lines'], [`'{}'`, `'"text"'`, `'1'`, `'null'`]),
  call_metrics_providers_check: each(['providers'], noObject),

  prices_pkey: [{ id: quote(a.call) }],
  prices_effective_from_key: [{ effective_from: `'2026-01-01Z'` }],
  prices_component_check: each(['component'], [`'carrier'`, `''`]),
  prices_unit_check: each(['unit'], [`'hour'`, `''`]),
  prices_provider_check: each(['provider'], [`''`, `'Deepgram'`, `'two words'`]),
  prices_price_check: each(['price'], ['-0.000000001', `'NaN'`]),
  prices_quantities_check: each(['minimum', 'increment'], ['-0.000001', `'NaN'`]),
  prices_effective_check: each(['effective_to'], [`'2026-02-01Z'`, `'2026-01-01Z'`]),

  rerates_pkey: [{ id: quote(a.call) }],
  rerates_company_fkey: [{ company_id: quote(nobody) }],
  rerates_status_check: each(['status'], [`'failed'`, `''`]),
  rerates_period_check: [{ '"end"': `'2026-01-01Z'` }],

  superseded_costs_pkey: [{ call_id: quote(a.call) }],
  superseded_costs_call_fkey: each(['call_id'], [quote(nobody), quote(b.call)]),
  superseded_costs_rerate_fkey: each(['rerate_id'], [quote(nobody), quote(b.call)]),

  dirty_calls_pkey: [{ seq: '1' }],
  dirty_calls_company_fkey: [{ company_id: quote(nobody) }],

  metric_series_pkey: [{ id: '1' }],
  metric_series_labels_key: [{ is_total: 'false' }],
  metric_series_company_fkey: [{ company_id: quote(nobody) }],
  metric_series_total_check: [
    { campaign_id: quote(a.campaign) },
    { skillbase_id: quote(a.skillbase) },
    { skillbase_version: '1' },
  ],

  call_contributions_pkey: [{ call_id: quote(a.call) }],
  call_contributions_series_fkey: [{ series_id: '9' }, { company_id: quote(nobody) }],

  metric_rollups_pkey: [{ grain: `'hour'` }],
  metric_rollups_series_fkey: [{ series_id: '9' }, { company_id: quote(nobody) }],
  metric_rollups_grain_check: each(['grain'], [`'week'`, `''`]),

  rollup_checks_pkey: [{ day: `'2026-01-01'` }],
  rollup_checks_company_fkey: [{ company_id: quote(nobody) }],

  campaign_pace_pkey: [{ campaign_id: quote(a.campaign) }],
  campaign_pace_campaign_fkey: each(['campaign_id'], [quote(nobody), quote(b.campaign)]),
  company_pace_pkey: [{ company_id: quote(a.company) }],
  company_pace_company_fkey: [`insert into company_pace (company_id) values ('${nobody}')`],
  campaign_windows_pkey: [{ dial_timezone: `''` }],
  campaign_windows_campaign_fkey: each(['campaign_id'], [quote(nobody), quote(b.campaign)]),
  campaign_windows_opening_check: [
    { opens_at: 'now()' },
    { closes_at: 'now()' },
    { opens_at: 'now()', closes_at: 'now()' },
  ],
  leases_pkey: [{ call_id: quote(a.call) }],
  leases_call_fkey: each(['call_id'], [quote(nobody), quote(b.call)]),
  leases_phone_number_key: [{ phone_number: `'+79990000001'` }],
  leases_campaign_check: [{ campaign_id: 'null' }, { call_task_id: 'null' }],
  call_briefs_pkey: [{ call_id: quote(a.call) }],
  call_briefs_call_fkey: each(['call_id'], [quote(nobody), quote(b.call)]),
  call_briefs_contact_check: each(['contact'], noObject),
  call_tokens_pkey: [{ token_hash: `'a'` }],
  call_tokens_call_fkey: each(['call_id'], [quote(nobody), quote(b.call)]),
  test_calls_pkey: [{ call_id: quote(a.call) }],
  test_calls_call_fkey: each(['call_id'], [quote(nobody), quote(b.call)]),
  test_calls_ring_timeout_sec_check: each(['ring_timeout_sec'], ['4', '121']),
  test_calls_max_call_duration_sec_check: each(['max_call_duration_sec'], ['9', '14401']),
  livekit_calls_pkey: [{ call_id: quote(a.call) }],
  livekit_calls_company_fkey: [{ company_id: quote(nobody) }],
  livekit_calls_state_check: each(['state'], [`'dialing'`, `''`]).map((change) => ({
    ...change,
    rings_until: 'now()',
  })),
  livekit_calls_outcome_check: each(['outcome'], noOutcome),
  livekit_calls_ended_at_check: [{ ended_at: 'now()' }, { state: `'ended'`, rings_until: 'now()' }],
  livekit_calls_rings_until_check: [{ rings_until: 'now()' }, { state: `'inviting'` }],
  leases_settle_at_check: [{ is_live: 'false' }, { settle_at: 'now()' }],
  task_events_pkey: [{ seq: '0' }],
  task_events_call_task_fkey: each(['call_task_id'], [quote(nobody), quote(b.task)]),
  task_events_status_check: each(['status'], [`'done'`, `''`]),
  task_events_outcome_check: each(['outcome'], noOutcome),
  campaign_events_pkey: [{ seq: '0' }],
  campaign_events_campaign_fkey: each(['campaign_id'], [quote(nobody), quote(b.campaign)]),
  campaign_events_data_check: each(['data'], noObject),
  simulated_calls_pkey: [{ call_id: quote(a.call) }],
  simulated_calls_company_fkey: [{ company_id: quote(nobody) }],
  simulated_calls_status_check: each(['status'], [`'queued'`, `''`]),
  simulated_calls_outcome_check: each(['outcome'], noOutcome),
  simulated_calls_dial_requests_check: each(['dial_requests'], ['0']),
  simulated_calls_attempt_check: each(['attempt'], ['0', '-1']),
  simulated_calls_plan_check: each(['plan'], noObject),
  suppressions_pkey: [
    `${insert('suppressions', { id: quote(nobody) })}; ${insert('suppressions', { id: quote(nobody), phone_number: `'+79990000003'` })}`,
  ],
  suppressions_phone_number_key: [{ phone_number: `'+79990000001'` }],
  suppressions_company_fkey: [{ company_id: quote(nobody) }],
  suppressions_phone_number_check: each(['phone_number'], [`''`, `'79990000002'`, `'+0999000000'`]),
  suppressions_reason_check: each(['reason'], [`'bored'`, `''`]),
  imports_pkey: [{ id: quote(a.call) }],
  imports_campaign_fkey: each(['campaign_id'], [quote(nobody), quote(b.campaign)]),
  imports_status_check: each(['status'], [`'lost'`, `''`]),
  imports_on_duplicate_check: each(['on_duplicate'], [`'merge'`, `''`]),
  imports_counts_check: [
    ...each(['total', 'updated', 'skipped', 'suppressed', 'rejected', 'reverted'], ['-1']),
    { created: '-1', reverted: '-1' },
    { created: '1', reverted: '2' },
  ],
  imports_total_check: [
    { status: `'completed'`, total: '1' },
    { status: `'completed'`, total: '1', created: '1', skipped: '1' },
  ],
  import_rows_pkey: [{ line: '2' }],
  event_outbox_pkey: [{ n: '1' }],
  event_outbox_items_check: each(['items'], [`'[]'`, `'{}'`, `'"text"'`]),
  event_heads_pkey: [{ company_id: quote(a.company) }],
  event_heads_company_fkey: [
    `delete from event_heads; insert into event_heads (company_id, last_id) values ('${nobody}', 1)`,
  ],
  event_heads_ids_check: [{ last_id: '-1' }, { first_id: '0' }, { first_id: '3' }],
  events_pkey: [{ id: '1', first_id: '0' }],
  events_company_fkey: [{ company_id: quote(nobody) }],
  events_items_check: [
    ...each(['items'], [`'[]'`, `'{}'`, `'[{"type": "call.created"}]'`]),
    { first_id: '3' },
    { id: '4' },
  ],
  live_tickets_pkey: [{ ticket_hash: `'a'` }],
  live_tickets_company_fkey: [{ company_id: quote(nobody) }],
  webhooks_pkey: [{ id: quote(a.call) }],
  webhooks_company_fkey: [{ company_id: quote(nobody) }],
  webhooks_url_check: each(['url'], [`''`, `'ftp://a.example'`, `'a.example'`]),
  webhooks_event_types_check: each(['event_types'], [`'{}'`]),
  webhooks_old_secret_check: [{ old_secret: `'whsec_'` }, { old_secret_until: 'now()' }],
  webhooks_disabled_check: [{ disabled_at: 'now()' }],
  webhooks_position_check: [{ position: '-1' }],
  webhook_deliveries_pkey: [{ id: quote(a.call) }],
  webhook_deliveries_webhook_fkey: each(['webhook_id'], [quote(nobody), quote(b.call)]),
  webhook_deliveries_event_key: [{ event_id: '1' }],
  webhook_deliveries_status_check: each(['status'], [`'lost'`, `''`]).map((change) => ({
    ...change,
    finished_at: 'now()',
  })),
  webhook_deliveries_finished_check: [{ finished_at: 'now()' }, { status: `'dead'` }],
  webhook_deliveries_attempt_count_check: [{ retry_count: '-1' }, { retry_count: '1' }],
  webhook_attempts_pkey: [{ n: '1' }],
  webhook_attempts_delivery_fkey: each(['delivery_id'], [quote(nobody), quote(b.call)]),
  webhook_attempts_n_check: [{ n: '0' }],
  webhook_attempts_duration_ms_check: [{ duration_ms: '-1' }],
  suppressions_source_check: each(['source'], [`'rumour'`, `''`]),
}

/** What must still be accepted, at the very bounds of the rules. */
const bounds: [string, Change][] = [
  ['api_keys', { scopes: `'{read,write,ingest,admin}'` }],
  ['skillbases', { version: '3', is_published: 'true', published_version: '3' }],
  ['campaigns', { daily_start_time: `'21:00'`, daily_end_time: `'06:00'` }],
  ['campaigns', { daily_start_time: `'00:00'`, daily_end_time: `'24:00'` }],
  ['campaigns', { status: `'stopped'`, ended_at: 'now()', end_time: 'now()' }],
  ['campaigns', { max_concurrent_calls: '1000000', calls_per_minute: '60000000', max_retries: '0' }],
  ['call_tasks', { phone_number: `'+1234567'`, priority: '-1000' }],
  ['call_tasks', { phone_number: `'+123456789012345'`, priority: '1000' }],
  [
    'calls',
    { status: `'completed'`, ended_at: 'now()', started_at: 'now()', duration_sec: '0', rating: '5' },
  ],
  ['calls', { caller_number: `'anonymous'`, callee_number: `repeat('1', 64)` }],
  ['call_metrics', { ttfb_stt_avg: '0', ttfb_stt_min: '0', ttfb_stt_max: '600000' }],
  ['call_metrics', { cost_total: '999999.999999', interruption_rate: '1', sentiment_score: '-1' }],
  ['call_logs', { eou_latency: '600000', ttfb_tts: '0', sentiment: '1', extra_data: `'{}'` }],
  ['call_logs', { llm_input_tokens: '5', llm_cached_input_tokens: '5' }],
  ['campaigns', { days_of_week: `'{1,7}'`, blackout_dates: `'{}'`, weight: '100' }],
  ['campaigns', { contact_daily_start_time: `'21:00'`, contact_daily_end_time: `'06:00'` }],
  ['leases', { phone_number: `'+79990000001'`, is_live: 'false', settle_at: 'now()' }],
  ['campaign_windows', { opens_at: 'now()', closes_at: `now() + interval '1 ms'` }],
]

interface Constraint {
  name: string
  kind: 'c' | 'f' | 'p' | 'u' | 'x'
  of: string
}

/** What refuses rows: constraints, and unique indexes that are none. NOT NULL is the column's own. */
const constraintsOf = (owner: Sql) => owner<Constraint[]>`
  select conname as name, contype as kind, conrelid::regclass::text as of from pg_constraint
  where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'p', 'u', 'x')
  union all
  select indexrelid::regclass::text, 'u', indrelid::regclass::text from pg_index
  join pg_class on pg_class.oid = indexrelid and relnamespace = 'public'::regnamespace
  where indisunique and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'))`

const codeOf = { c: '23514', f: '23503', p: '23505', u: '23505', x: '23P01' }

test('rules of the data', async (t) => {
  const { owner } = await seeded(t)
  const constraints = await constraintsOf(owner)

  t.test('a row that keeps to the rules is accepted, also at their bounds', async (t) => {
    for (const [table, change] of [
      ...Object.keys(soundRows).map((table) => [table, {}] as const),
      ...bounds,
    ]) {
      t.equal(
        (await tried(owner, insert(table, change)))?.message,
        undefined,
        `${table} ${JSON.stringify(change)}`,
      )
    }
  })

  t.test('hand-written SQL cannot break a single rule, whatever it writes', async (t) => {
    for (const { name, kind, of } of constraints) {
      for (const change of violations[name] ?? []) {
        const statement = typeof change === 'string' ? change : insert(of, change)
        const refused = await tried(owner, statement)
        t.match(
          refused ?? {},
          { code: codeOf[kind], constraint_name: name },
          `${name}: ${JSON.stringify(change)}`,
        )
      }
    }
  })

  t.test('money that is not a finite number, or too much of it, is refused', async (t) => {
    for (const value of [`'Infinity'`, `'-Infinity'`, '1000000']) {
      const refused = await tried(owner, insert('call_metrics', { cost_total: value }))
      t.equal(refused?.code, '22003', value)
    }
  })

  t.test('no constraint is without a case here, and one added later is noticed', async (t) => {
    const uncovered = async () =>
      (await constraintsOf(owner)).map(({ name }) => name).filter((name) => !(violations[name] ?? []).length)
    t.same(await uncovered(), [])
    const names = new Set(constraints.map(({ name }) => name))
    t.same(
      Object.keys(violations).filter((name) => !names.has(name)),
      [],
      'and no case is without a constraint',
    )
    await owner.unsafe(
      'begin; alter table calls add constraint calls_new_check check (true); create unique index calls_new_idx on calls (id)',
    )
    t.same(await uncovered(), ['calls_new_check', 'calls_new_idx'])
    await owner.unsafe('rollback')
  })

  t.test('what others refer to stays: a skillbase, a campaign or a task with history', async (t) => {
    for (const [table, id] of [
      ['skillbases', a.skillbase],
      ['campaigns', a.campaign],
      ['call_tasks', a.task],
      ['calls', a.call],
    ] as const) {
      t.equal((await tried(owner, `delete from ${table} where id = '${id}'`))?.code, '23503', table)
    }
  })

  t.test('a company goes with all it has, and with nothing of another', async (t) => {
    await owner.unsafe('begin')
    const refused = await refusalOf(owner.unsafe(`delete from companies where id = '${a.company}'`))
    t.equal(refused?.message, undefined)
    // These have rows of nobody's company, and so no foreign key to it; deleteCompany takes the prices along.
    // Rows of files and events to come have none for their speed: they are forgotten when they are next looked at.
    const free = ['idempotency_keys', 'prices', 'import_rows', 'event_outbox']
    const tables = Object.keys(soundRows).filter((name) => !refused && !free.includes(name))
    for (const name of tables) {
      const company = name === 'companies' ? 'id' : 'company_id'
      const left = await owner.unsafe(`select distinct ${company} as company from ${name}`)
      t.same([...left], [{ company: b.company }], name)
    }
    await owner.unsafe('rollback')
  })
})

/** What refuses to be distributed by company_id, as Citus would say, a line for each fault. */
const growthFaults = async (owner: Sql) =>
  (
    await owner<{ fault: string }[]>`
      with tables as (
        select c.oid, c.relname as name, a.attnum as company, a.attnotnull and a.atttypid = 'uuid'::regtype as is_sound
        from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attname = 'company_id'
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.oid <> 'companies'::regclass
      ), foreign_keys as (
        select k.*, t.name, t.company, p.company as parent_company
        from pg_constraint k join tables t on t.oid = k.conrelid left join tables p on p.oid = k.confrelid
        where k.contype = 'f'
      )
      select name || ' has no company_id uuid not null' as fault from tables where is_sound is not true
      union all
      select name || ' has no primary key' from tables
      where not exists (select from pg_index where indrelid = oid and indisprimary)
      union all
      select i.indexrelid::regclass || ' is unique without company_id' from pg_index i join tables t on t.oid = i.indrelid
      where i.indisunique and (t.company = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])) is not true
      union all
      select k.conname || ' excludes without company_id' from pg_constraint k join tables t on t.oid = k.conrelid
      where k.contype = 'x' and (t.company = any (k.conkey)) is not true
      union all
      select conname || ' refers without company_id on both sides' from foreign_keys k
      where confrelid <> 'companies'::regclass and not exists (
        select from generate_subscripts(conkey, 1) i where conkey[i] = k.company and confkey[i] = k.parent_company)
      union all
      select conname || ' would change company_id' from foreign_keys
      where confdeltype in ('n', 'd') and company = any (coalesce(confdelsetcols, conkey))
        or confupdtype in ('n', 'd', 'c') and company = any (conkey)
      union all
      select conname || ' ties companies to a distributed table' from pg_constraint
      where contype = 'f' and conrelid = 'companies'::regclass and confrelid <> 'companies'::regclass
      union all
      select tgname || ' is a trigger on ' || tgrelid::regclass from pg_trigger
      where not tgisinternal and (tgrelid::regclass::text, tgname) not in (
        ('call_tasks', 'fill_company'), ('call_metrics', 'fill_company'), ('call_logs', 'fill_company'),
        ('call_tasks', 'clear_dial_timezone'), ('skillbases', 'keep_version'))`
  ).map(({ fault }) => fault)

test('growth: the tables can be distributed by company as they stand', async (t) => {
  const { owner } = await seeded(t)
  t.same(await growthFaults(owner), [])

  t.test('and what could not be is named', async (t) => {
    const cases: [string, string[]][] = [
      ['create table x (company_id uuid, primary key (company_id))', []],
      [
        'create table x (id uuid primary key)',
        ['x has no company_id uuid not null', 'x_pkey is unique without company_id'],
      ],
      [
        'create table x (company_id uuid unique)',
        ['x has no company_id uuid not null', 'x has no primary key'],
      ],
      ['create table x (company_id text primary key)', ['x has no company_id uuid not null']],
      [
        'create table x (company_id uuid not null, id uuid primary key)',
        ['x_pkey is unique without company_id'],
      ],
      ['alter table calls add constraint x unique (livekit_room_id)', ['x is unique without company_id']],
      ['create unique index x on calls (lower(language))', ['x is unique without company_id']],
      ['create unique index x on calls (language) include (company_id)', ['x is unique without company_id']],
      ['create unique index x on calls (language, company_id)', []],
      [
        'alter table calls add constraint x exclude using btree (language with =)',
        ['x excludes without company_id'],
      ],
      [
        'create table x (company_id uuid, id uuid, call_id uuid, primary key (company_id, id), constraint x_fkey foreign key (call_id, company_id) references calls)',
        ['x_fkey refers without company_id on both sides'],
      ],
      [
        'create table x (company_id uuid, id uuid, skillbase_id uuid, primary key (company_id, id), constraint x_fkey foreign key (skillbase_id) references companies)',
        [],
      ],
      [
        'alter table calls add constraint x foreign key (company_id, campaign_id) references campaigns on delete set null',
        ['x would change company_id'],
      ],
      [
        'alter table calls add constraint x foreign key (company_id, campaign_id) references campaigns on delete set null (campaign_id)',
        [],
      ],
      [
        'alter table calls add constraint x foreign key (company_id, campaign_id) references campaigns on delete set default',
        ['x would change company_id'],
      ],
      [
        'alter table calls add constraint x foreign key (company_id, campaign_id) references campaigns on update cascade',
        ['x would change company_id'],
      ],
      [
        'alter table companies add call_id uuid, add constraint x foreign key (id, call_id) references calls',
        ['x ties companies to a distributed table'],
      ],
      [
        'create trigger x before insert on calls for each row execute function fill_company_from_call()',
        ['x is a trigger on calls'],
      ],
      [
        'create trigger fill_company before insert on calls for each row execute function fill_company_from_call()',
        ['fill_company is a trigger on calls'],
      ],
    ]
    for (const [statement, faults] of cases) {
      await owner.unsafe(`begin; ${statement}`)
      t.same((await growthFaults(owner)).sort(), faults.sort(), statement)
      await owner.unsafe('rollback')
    }
  })
})

/** Tables of tenants, and the column that says whose a row is. */
const tenantTables = (owner: Sql) => owner<{ name: string; company: string; is_guarded: boolean }[]>`
  select c.relname as name, case when c.oid = 'companies'::regclass then 'id' else 'company_id' end as company,
    c.relrowsecurity and exists (select from pg_policy where polrelid = c.oid
      and polroles = array(select oid from pg_roles where rolname = 'new_voice_tenant')) as is_guarded
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`

/** What the tenant role may do, as it was granted. */
const isGranted = async (owner: Sql, table: string, what: string): Promise<boolean> => {
  const [row] = await owner<{ is: boolean }[]>`
    select has_table_privilege('new_voice_tenant', ${table}, ${what}) as is`
  return row?.is ?? false
}

test('row-level security: one company cannot reach another', async (t) => {
  const { url, owner } = await seeded(t)
  const db = open(t, url, 3)
  const tables = await tenantTables(owner)
  const asA = (statement: string) => inCompany(db, a.company, (tx) => tx.execute(sql.raw(statement)))
  const count = async ({ name, company }: { name: string; company: string }, of: string) =>
    Number((await owner.unsafe(`select count(*) from ${name} where ${company} = '${of}'`))[0]?.count)

  t.test('it is on for every table, with a policy for the tenant role', async (t) => {
    t.same(tables.map(({ name }) => name).sort(), Object.keys(soundRows).sort())
    t.same(
      tables.filter(({ is_guarded }) => !is_guarded),
      [],
    )
    const [role] =
      await owner`select rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname = 'new_voice_tenant'`
    t.same(role, { rolsuper: false, rolbypassrls: false, rolcanlogin: false })
  })

  t.test('a SELECT without a WHERE sees rows of its company only', async (t) => {
    for (const table of tables) {
      // The price book is everybody's to read.
      const seen = (await asA(`select ${table.company} as company from ${table.name}`)).filter(
        ({ company }) => company !== '00000000-0000-0000-0000-000000000000',
      )
      t.ok(await count(table, b.company), `the other company has rows in ${table.name}`)
      t.equal(seen.length, await count(table, a.company))
      t.same([...new Set(seen.map((row) => row.company))], [a.company])
    }
  })

  t.test('an UPDATE without a WHERE changes rows of its company only', async (t) => {
    for (const table of tables) {
      const { name, company } = table
      if (!(await isGranted(owner, name, 'update'))) continue
      const before = await owner.unsafe(`select xmin::text from ${name} where ${company} = '${b.company}'`)
      const changed = await asA(`update ${name} set ${company} = ${company} returning 1`)
      t.equal(changed.length, await count(table, a.company), name)
      const after = await owner.unsafe(`select xmin::text from ${name} where ${company} = '${b.company}'`)
      t.same([...after], [...before])
    }
  })

  t.test('no row can be put into another company, nor moved there', async (t) => {
    for (const { name, company } of tables) {
      const [foreign] = await owner.unsafe(
        `select to_jsonb(x)::text as row from ${name} x where ${company} = '${b.company}'`,
      )
      const [given] = await owner.unsafe(
        `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
         where attrelid = '${name}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
      )
      const columns = sql.raw(given?.columns)
      const put = await refusalOf(
        inCompany(db, a.company, (tx) =>
          tx.execute(
            sql`insert into ${sql.raw(name)} (${columns}) select ${columns} from jsonb_populate_record(null::${sql.raw(name)}, ${foreign?.row}::jsonb)`,
          ),
        ),
      )
      const told = (await isGranted(owner, name, 'insert')) ? /row-level security/ : /permission denied/
      t.match(put ?? {}, { code: '42501', message: told }, name)
      const moved = await refusalOf(asA(`update ${name} set ${company} = '${b.company}'`))
      const said = (await isGranted(owner, name, 'update')) ? /row-level security/ : /permission denied/
      t.match(moved ?? {}, { code: '42501', message: said }, name)
    }
  })

  t.test('a transaction that does not say its company sees nothing, and writes nothing', async (t) => {
    const bare = postgres(url, { max: 1, onnotice: () => undefined })
    t.teardown(() => bare.end())
    const asNobody = (statement: string) =>
      bare.begin(async (tx) => {
        await tx.unsafe('set local role new_voice_tenant')
        return tx.unsafe(statement)
      })
    // Once set, even locally, the setting is '' for the rest of the connection's life, no longer null.
    for (const opening of ['select 1', `begin; set local app.company_id = '${a.company}'; commit`]) {
      await bare.unsafe(opening)
      for (const { name } of tables) {
        t.equal((await asNobody(`select 1 from ${name}`)).length, 0, name)
        t.equal((await refusalOf(asNobody(insert(name))))?.code, '42501', name)
      }
    }
  })

  t.test('kept versions of a skillbase can be added and read, not changed and not deleted', async (t) => {
    const change = await refusalOf(asA(`update skillbase_versions set config = '{}'`))
    t.match(change ?? {}, { code: '42501', message: /permission denied/ })
    const removal = await refusalOf(asA('delete from skillbase_versions'))
    t.match(removal ?? {}, { code: '42501', message: /permission denied/ })
    t.same(await refusalOf(asA(insert('skillbase_versions'))), undefined)
  })

  t.test('a reading transaction cannot write', async (t) => {
    const write = (tx: Tx) => tx.execute(sql.raw(insert('skillbases')))
    t.equal((await refusalOf(readCompany(db, a.company, write)))?.code, '25006')
    t.equal((await readCompany(db, a.company, (tx) => tx.select().from(skillbases))).length, 1)
  })

  t.test('the role and the company end with the transaction, also with one that failed', async (t) => {
    // A pool of one connection: whoever comes next gets the same.
    const only = open(t, url, 3)
    const state = async () => {
      const connection = await only.pool.acquire()
      const [row] = await connection.sql.unsafe(
        `select pg_backend_pid() as pid, current_user = session_user as is_itself, now() = statement_timestamp() as is_outside,
         current_setting('app.company_id', true) as company`,
      )
      only.pool.release(connection)
      return row
    }
    const whoAmI = sql`select pg_backend_pid() as pid, current_user, current_setting('app.company_id') as company`
    const [inside] = await inCompany(only, a.company, (tx) => tx.execute(whoAmI))
    const clean = { pid: inside?.pid, is_itself: true, is_outside: true, company: '' }
    t.match(inside, { current_user: 'new_voice_tenant', company: a.company })
    t.same(await state(), clean)
    await refusalOf(inCompany(only, a.company, (tx) => tx.execute(sql`select 1 / 0`)))
    t.same(await state(), clean, 'after a failed statement')
    await refusalOf(inCompany(only, a.company, () => Promise.reject(new Error('of the verb'))))
    t.same(await state(), clean, 'after a failed verb')
    await readCompany(only, a.company, (tx) => tx.execute(whoAmI))
    t.same(await state(), clean, 'after reading')
    const [session] = await owner`select current_user as name`
    const [owners] = await asOwner(only, b.company, (tx) => tx.execute(whoAmI))
    t.match(owners, { pid: inside?.pid, current_user: session?.name, company: b.company })
    t.same(await state(), clean, 'after the owner')
  })

  t.test('a company_id that is none is refused before anything is sent', async (t) => {
    const injected = `${a.company}'; reset role; --`
    for (const id of ['', 'x', injected]) {
      t.rejects(
        inCompany(db, id, (tx) => tx.execute(sql`select 1`)),
        TypeError,
      )
    }
  })

  // Last: it deletes all that company A has.
  t.test('a DELETE without a WHERE deletes rows of its company only', async (t) => {
    const before = await Promise.all(tables.map((table) => count(table, b.company)))
    await asA('update call_tasks set call_id = null')
    await asA('update calls set call_task_id = null')
    const ofWorkers = [
      'companies',
      'dirty_calls',
      'metric_series',
      'call_contributions',
      'metric_rollups',
      'rollup_checks',
      'rerates',
      'company_pace',
      'simulated_calls',
      'import_rows',
      'event_outbox',
      'event_heads',
      'events',
      'live_tickets',
      'livekit_calls',
    ]
    const inOrder = [
      'call_logs',
      'call_metrics',
      'call_tasks',
      'calls',
      'campaigns',
      'skillbases',
      'api_keys',
    ]
    for (const name of [...inOrder, 'idempotency_keys', 'prices', 'suppressions', 'webhooks'])
      await asA(`delete from ${name}`)
    for (const [i, table] of tables.entries()) {
      t.equal(await count(table, b.company), before[i], table.name)
      t.equal(await count(table, a.company), ofWorkers.includes(table.name) ? 1 : 0, table.name)
    }
  })
})

test('comments: every table, and every column that has a unit, says what it holds', async (t) => {
  const { owner } = await seeded(t)
  const hasUnit =
    '^(ttfb|latency|eou|cost)_|_(ms|sec|seconds|minutes|tokens|characters|bytes|usd|rate|score|confidence|timezone)$|^timezone$'
  const described = await owner<{ name: string; comment: string | null }[]>`
    select relname as name, obj_description(c.oid, 'pg_class') as comment from pg_class c
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    union all
    select relname || '.' || attname, col_description(c.oid, attnum) from pg_class c join pg_attribute on attrelid = c.oid
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attnum > 0 and not attisdropped
      and attname ~ ${hasUnit}`
  t.same(
    described.filter(({ comment }) => !comment?.trim()).map(({ name }) => name),
    [],
  )
  const names = described.map(({ name }) => name)
  for (const name of [
    'calls',
    'campaigns.retry_delay_minutes',
    'call_logs.eou_latency',
    'call_metrics.cost_stt',
  ]) {
    t.ok(names.includes(name), `${name} is among them`)
  }
})

/** Foreign keys whose columns no index begins with: a delete of the parent would read the whole table. */
const unledForeignKeys = async (owner: Sql) =>
  (
    await owner<{ name: string }[]>`
      select conname as name from pg_constraint k where contype = 'f' and connamespace = 'public'::regnamespace
      and not exists (
        select from pg_index i where i.indrelid = k.conrelid and i.indisvalid
        and k.conkey <@ (i.indkey::int2[])[0:cardinality(k.conkey) - 1]
        and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) in (
          select '(' || attname || ' IS NOT NULL)' from pg_attribute where attrelid = k.conrelid and attnum = any (k.conkey)))
      ) order by 1`
  ).map(({ name }) => name)

test('every foreign key is led by an index', async (t) => {
  const { owner } = await seeded(t)
  // These two have an index on their skillbase, not on its version: a version goes with its skillbase only, and
  // that is refused while a call or a campaign has it, whichever version they run.
  const exceptions = ['calls_skillbase_version_fkey', 'campaigns_skillbase_version_fkey']
  t.same(await unledForeignKeys(owner), exceptions)
  await owner.unsafe('begin; drop index calls_campaign_idx; drop index calls_call_task_idx')
  t.same(await unledForeignKeys(owner), ['calls_call_task_fkey', 'calls_campaign_fkey', ...exceptions].sort())
  await owner.unsafe('rollback')
})

const put = (tx: Tx, slug: string, company = tx.company_id) =>
  tx.execute(
    sql`insert into skillbases (company_id, name, slug, config) values (${company}::uuid, 'S', ${slug}, '{}')`,
  )
const pidOf = async (tx: Tx) => Number((await tx.execute(sql`select pg_backend_pid() as pid`))[0]?.pid)
const isStored = async (owner: Sql, slug: string) =>
  (await owner`select 1 from skillbases where slug = ${slug}`).length > 0

/** Ends a backend, and leaves this process the time to hear of it. */
async function kill(owner: Sql, pid: number): Promise<void> {
  await owner`select pg_terminate_backend(${pid})`
  await until(async () => (await owner`select 1 from pg_stat_activity where pid = ${pid}`).length === 0)
  for (let i = 0; i < 20; i++) await owner`select 1`
}

/** As many transactions as the pool has connections, all of them open at the same moment. */
async function fill(db: Db, connections: number): Promise<number[]> {
  let open = 0
  const [allOpen, goOn] = gate()
  const one = () =>
    inCompany(db, a.company, async (tx) => {
      const pid = await pidOf(tx)
      if (++open === connections) goOn()
      await allOpen
      return pid
    })
  // One that fails must not leave the others waiting for it.
  const all = Array.from({ length: connections }, () => one().finally(goOn))
  return Promise.all(all)
}

/** A promise, and what resolves it. */
function gate(): [Promise<void>, () => void] {
  let goOn: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    goOn = resolve
  })
  return [opened, goOn]
}

const lossCode = /^(CONNECTION_|57P01|25P03|ECONN|EPIPE|CONNECT)/

test('transactions whose connection is lost', async (t) => {
  const { url, owner } = await seeded(t)
  const db = open(t, url, 5, 'lossy')
  const kinds = { inCompany, asOwner }

  for (const [kind, run] of Object.entries(kinds)) {
    const cases: Record<string, (tx: Tx) => Promise<void>> = {
      'before the first statement': async (tx) => {
        const [row] =
          await owner`select pid from pg_stat_activity where application_name = 'lossy' and state <> 'idle'`
        if (row) await kill(owner, Number(row.pid))
        await put(tx, 'lost')
        if (!row) await kill(owner, await pidOf(tx))
      },
      'during a statement': async (tx) => {
        const pid = await pidOf(tx)
        await put(tx, 'lost')
        const running = tx.execute(sql`select pg_sleep(30)`)
        const killed = until(
          async () =>
            (await owner`select 1 from pg_stat_activity where pid = ${pid} and query ~ 'pg_sleep'`).length >
            0,
        ).then(() => kill(owner, pid))
        await Promise.all([running, killed])
      },
      'between two statements': async (tx) => {
        await put(tx, 'lost')
        await kill(owner, await pidOf(tx))
        await put(tx, 'late')
      },
      'between two statements, and fn goes on regardless': async (tx) => {
        await put(tx, 'lost')
        await kill(owner, await pidOf(tx))
        await put(tx, 'late').catch(() => undefined)
        await put(tx, 'later').catch(() => undefined)
      },
      'after the last statement, before COMMIT': async (tx) => {
        await put(tx, 'lost')
        await kill(owner, await pidOf(tx))
      },
      'with statements in line': async (tx) => {
        const pid = await pidOf(tx)
        const line = ['lost', 'late', 'later'].map((slug) => put(tx, slug))
        await Promise.all([...line, owner`select pg_terminate_backend(${pid})`])
      },
      'without a word to the server at its end': async (tx) => {
        await put(tx, 'lost')
        await tx.execute(sql`set local idle_in_transaction_session_timeout = 10`)
        const pid = await pidOf(tx)
        await until(async () => (await owner`select 1 from pg_stat_activity where pid = ${pid}`).length === 0)
        for (let i = 0; i < 20; i++) await owner`select 1`
      },
    }
    for (const [when, fn] of Object.entries(cases)) {
      t.test(`${kind}, lost ${when}: it rejects, and nothing of it is stored, then or later`, async (t) => {
        const refused = await refusalOf(run(db, a.company, fn))
        t.match(refused?.code ?? refused?.message ?? 'it resolved', lossCode)
        await inCompany(db, a.company, pidOf)
        t.equal(new Set(await fill(db, 3)).size, 3, 'the pool is whole')
        for (const slug of ['lost', 'late', 'later']) t.notOk(await isStored(owner, slug), slug)
      })
    }
  }

  t.test('the transaction after a loss knows nothing of it', async (t) => {
    const lost = inCompany(db, a.company, async (tx) => {
      const pid = await pidOf(tx)
      await Promise.all([tx.execute(sql`select pg_sleep(30)`), owner`select pg_terminate_backend(${pid})`])
    })
    t.ok(await refusalOf(lost))
    for (let i = 0; i < 6; i++) t.equal(await refusalOf(inCompany(db, a.company, pidOf)), undefined)
  })

  t.test('connections that die while nobody uses them are replaced unnoticed', async (t) => {
    for (const pid of await fill(db, 3)) await kill(owner, pid)
    const { idle } = db.pool as unknown as { idle: { lost: boolean }[] }
    await until(async () => (await owner`select 1`).length === 1 && idle.every(({ lost }) => lost))
    t.equal(new Set(await fill(db, 3)).size, 3)
  })

  t.test('50 losses leave no connection behind, and the pool as large as it was', async (t) => {
    for (let i = 0; i < 50; i++) {
      const lost = inCompany(db, a.company, async (tx) => {
        await owner`select pg_terminate_backend(${await pidOf(tx)})`
        await put(tx, 'lost')
      })
      if ((await refusalOf(lost)) === undefined) t.fail('it resolved')
    }
    t.equal(new Set(await fill(db, 3)).size, 3)
    await until(
      async () =>
        (await owner`select pid from pg_stat_activity where application_name = 'lossy'`).length <= 3,
    )
    t.notOk(await isStored(owner, 'lost'))
    t.equal(new Set(await fill(db, 3)).size, 3)
  })
})

/** Stands between the pool and the database, and does to the connections what a network does. */
async function network(t: Test, url: string) {
  const target = new URL(url)
  const sockets = new Set<net.Socket>()
  const state = {
    /** Whether connections are taken and closed at once, as a balancer without a server does. */
    hangsUp: false,
    /** Decides over what the client sends: false cuts the line instead; 'after' once it has been sent on. */
    letsPass: (_text: string): boolean | 'after' => true,
    taken: 0,
  }
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = net.createServer((client) => {
    state.taken++
    if (state.hangsUp) {
      client.end()
      return
    }
    const upstream = net.connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    let isDeaf = false
    client.on('data', (bytes) => {
      const passes = state.letsPass(bytes.toString('latin1'))
      if (passes === false) cut()
      else upstream.write(bytes)
      isDeaf = passes === 'after'
    })
    upstream.on('data', (bytes) => {
      if (isDeaf) cut()
      else client.write(bytes)
    })
  })
  const listen = (port: number) =>
    new Promise<number>((resolve) => {
      server.listen(port, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port))
    })
  const port = await listen(0)
  const down = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    cut()
    await closed
  }
  t.teardown(async () => {
    cut()
    server.close()
  })
  const through = new URL(url)
  through.host = `127.0.0.1:${port}`
  return { url: through.href, state, cut, down, up: () => listen(port) }
}

const seconds = async (work: Promise<unknown>) => {
  const began = performance.now()
  await work
  return (performance.now() - began) / 1000
}

test('a database that cannot be reached', async (t) => {
  const { url, owner } = await seeded(t)

  t.test('is refused at once however long it is away, and used at once when it is back', async (t) => {
    const line = await network(t, url)
    const db = open(t, line.url, 5)
    await fill(db, 3)
    await line.down()
    for (let i = 0; i < 12; i++) {
      const refusals = Promise.all([1, 2, 3, 4].map(() => refusalOf(inCompany(db, a.company, pidOf))))
      t.ok((await seconds(refusals)) < 2)
      for (const refused of await refusals) t.match(refused?.code ?? 'it resolved', lossCode)
    }
    await line.up()
    t.ok((await seconds(fill(db, 3))) < 2)
  })

  t.test('is refused quickly when connections are taken and closed, without trying on and on', async (t) => {
    const line = await network(t, url)
    const db = open(t, line.url, 5)
    line.state.hangsUp = true
    const refused = refusalOf(inCompany(db, a.company, pidOf))
    const impatience = until(async () => {
      await owner`select 1`
      return line.state.taken > 100
    }).then(
      () => ({ code: 'tried 100 times' }),
      () => ({ code: 'no answer' }),
    )
    t.match((await Promise.race([refused, impatience]))?.code ?? 'it resolved', lossCode)
    line.state.hangsUp = false
    t.ok((await seconds(fill(db, 3))) < 2)
  })

  t.test('a line cut before COMMIT arrives: it rejects, and nothing is stored', async (t) => {
    const line = await network(t, url)
    const db = open(t, line.url, 3)
    line.state.letsPass = (text) => !text.includes('commit')
    const refused = await refusalOf(inCompany(db, a.company, (tx) => put(tx, 'cut')))
    t.match(refused?.code ?? 'it resolved', lossCode)
    line.state.letsPass = () => true
    await inCompany(db, a.company, pidOf)
    t.notOk(await isStored(owner, 'cut'))
  })

  t.test(
    'a line cut before COMMIT is answered: it rejects, because what became of it is not known',
    async (t) => {
      const line = await network(t, url)
      const db = open(t, line.url, 3)
      line.state.letsPass = (text) => (text.includes('commit') ? 'after' : true)
      const refused = await refusalOf(inCompany(db, a.company, (tx) => put(tx, 'unanswered')))
      t.match(refused?.code ?? 'it resolved', lossCode)
      await until(() => isStored(owner, 'unanswered'))
      t.pass('here it had taken effect')
    },
  )

  t.test(
    'lines cut again and again under load: what resolves is stored, what was to be taken back never is',
    async (t) => {
      const line = await network(t, url)
      const db = open(t, line.url, 5)
      let passed = 0
      line.state.letsPass = () => ++passed % 37 !== 0
      const work = Array.from({ length: 300 }, async (_, i) => {
        const refused = await refusalOf(
          inCompany(db, a.company, async (tx) => {
            await put(tx, `load-${i}`)
            await Promise.all([pidOf(tx), put(tx, `load-${i}-too`)])
            if (i % 2 === 0) throw Object.assign(new Error(), { code: 'TAKEN_BACK' })
          }),
        )
        return refused?.code
      })
      const codes = await Promise.all(work)
      t.same(
        codes.filter((code) => code !== undefined && code !== 'TAKEN_BACK' && !lossCode.test(code)),
        [],
      )
      t.ok(
        codes.some((code) => code !== undefined && lossCode.test(code)),
        'some were cut',
      )
      const stored = new Set(
        (await owner`select slug from skillbases where slug ~ '^load-'`).map(({ slug }) => slug),
      )
      const wrong = codes.flatMap((code, i) => {
        const [one, both] = [stored.has(`load-${i}`), stored.has(`load-${i}-too`)]
        const isRight = one === both && (one ? i % 2 === 1 : code !== undefined)
        return isRight ? [] : [{ i, code, one, both }]
      })
      t.same(wrong, [])
      line.state.letsPass = () => true
      // A line that was cut just now may not have been noticed yet: whoever gets it is told, and it is gone.
      await until(async () => (await refusalOf(fill(db, 3))) === undefined)
      t.equal(new Set(await fill(db, 3)).size, 3)
    },
  )
})

test('transactions', async (t) => {
  const { url, owner } = await seeded(t)
  const db = open(t, url, 5)

  t.test('an error that fn swallows is not a silent rollback', async (t) => {
    const work = inCompany(db, a.company, async (tx) => {
      await put(tx, 'swallowed')
      await tx.execute(sql`select 1 / 0`).catch(() => undefined)
      return 'done'
    })
    t.match(await refusalOf(work), { message: /failed/ })
    t.notOk(await isStored(owner, 'swallowed'))
  })

  t.test('an error that fn throws is the one that is told, and nothing is stored', async (t) => {
    const fault = new Error('of the verb')
    t.rejects(
      inCompany(db, a.company, async (tx) => {
        await put(tx, 'thrown')
        throw fault
      }),
      fault,
    )
    t.notOk(await isStored(owner, 'thrown'))
  })

  t.test('when its opening fails, that is what is told, and the next transaction is sound', async (t) => {
    const role = `nv_test_${randomBytes(6).toString('hex')}`
    await owner.unsafe(`create role ${role} login password 'x'; grant new_voice_tenant to ${role}`)
    const asRole = new URL(url)
    Object.assign(asRole, { username: role, password: 'x' })
    const other = connect(asRole.href, { max: 3 })
    try {
      t.equal(await refusalOf(inCompany(other, a.company, pidOf)), undefined)
      await owner.unsafe(`revoke new_voice_tenant from ${role}`)
      // On a live connection the first statement follows unwaited, and would only say that the transaction is aborted.
      for (const _ of ['live', 'new'])
        t.equal((await refusalOf(inCompany(other, a.company, pidOf)))?.code, '42501')
      await owner.unsafe(`grant new_voice_tenant to ${role}`)
      t.equal(await refusalOf(inCompany(other, a.company, pidOf)), undefined)
    } finally {
      await other.close()
      await owner.unsafe(`drop role ${role}`)
    }
  })

  t.test('statements at the same time inside one transaction run one after the other', async (t) => {
    const slugs = Array.from({ length: 20 }, (_, i) => `parallel-${i}`)
    const seen = await inCompany(db, a.company, (tx) =>
      Promise.all(slugs.map((slug) => put(tx, slug).then(() => pidOf(tx)))),
    )
    t.equal(new Set(seen).size, 1)
    const stored = await owner`select xmin::text from skillbases where slug ~ '^parallel'`
    t.equal(stored.length, 20)
    t.equal(new Set(stored.map(({ xmin }) => xmin)).size, 1, 'in one transaction')
  })

  t.test(
    "what fn leaves behind cannot run after the end, in nobody's transaction or another's",
    async (t) => {
      const only = open(t, url, 3)
      const [ended, goOn] = gate()
      let left: Promise<unknown> | undefined
      const failing = inCompany(only, a.company, async (tx) => {
        left = refusalOf(ended.then(() => put(tx, 'left-behind')))
        await Promise.all([left, tx.execute(sql`select 1 / 0`)])
      })
      t.equal((await refusalOf(failing))?.code, '22012')
      await inCompany(only, b.company, async (other) => {
        await pidOf(other)
        goOn()
        t.match(await left, { message: /over/ })
      })
      let kept: Tx | undefined
      await inCompany(only, a.company, async (tx) => {
        kept = tx
      })
      t.match(kept && (await refusalOf(put(kept, 'left-behind'))), { message: /over/ })
      t.notOk(await isStored(owner, 'left-behind'))
    },
  )

  t.test('a statement that fn began and did not await belongs to the transaction still', async (t) => {
    await inCompany(db, a.company, async (tx) => {
      void put(tx, 'unawaited').then(() => undefined)
    })
    t.ok(await isStored(owner, 'unawaited'))
  })

  t.test('200 at once on three connections all finish, each as its own company', async (t) => {
    const work = Array.from({ length: 200 }, async (_, i) => {
      const company = i % 3 === 0 ? b.company : a.company
      const run = i % 2 === 0 ? readCompany : inCompany
      const [row] = await run(db, company, async (tx) => {
        if (run === inCompany) await put(tx, `many-${i}`)
        return tx.execute(
          sql`select current_setting('app.company_id') as company, current_user as role, count(*)::int as n,
              current_setting('transaction_read_only') as is_reading from skillbases where company_id <> ${company}::uuid`,
        )
      })
      return (
        row?.company === company &&
        row.role === 'new_voice_tenant' &&
        row.n === 0 &&
        row.is_reading === (run === readCompany ? 'on' : 'off')
      )
    })
    t.same(
      (await Promise.all(work)).filter((isRight) => !isRight),
      [],
    )
    const stored =
      await owner`select company_id = ${b.company} as is_b, substr(slug, 6)::int as i from skillbases where slug ~ '^many'`
    t.equal(stored.length, 100)
    t.ok(stored.every((row) => row.is_b === (row.i % 3 === 0)))
  })

  t.test('readers in line see what was committed before they began', async (t) => {
    const work = Array.from({ length: 40 }, async (_, i) => {
      await inCompany(db, a.company, (tx) => put(tx, `seen-${i}`))
      return readCompany(db, a.company, (tx) =>
        tx
          .select()
          .from(skillbases)
          .where(eq(skillbases.slug, `seen-${i}`)),
      )
    })
    t.ok((await Promise.all(work)).every((rows) => rows.length === 1))
  })

  t.test('a reader that fails does not fail the readers behind it', async (t) => {
    const only = open(t, url, 3)
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        refusalOf(
          readCompany(only, a.company, async (tx) => {
            if (i % 3 === 0) await tx.execute(sql`select 1 / 0`)
            if (i % 3 === 1) await tx.execute(sql`select 1 / 0`).catch(() => undefined)
            else await pidOf(tx)
          }),
        ),
      ),
    )
    t.same(
      answers.map((refused) => refused?.code),
      answers.map((_, i) => (i % 3 === 0 ? '22012' : undefined)),
    )
  })

  t.test('too many in line are refused at once, and those in line are served', async (t) => {
    const [opened, goOn] = gate()
    const held = Array.from({ length: 3 }, () => inCompany(db, a.company, () => opened))
    const line = Array.from({ length: 300 }, () => inCompany(db, a.company, pidOf))
    const refused = refusalOf(inCompany(db, a.company, pidOf))
    t.match(await refused, { kind: 'unavailable', code: 'overloaded' })
    goOn()
    await Promise.all(held)
    t.equal((await Promise.all(line)).length, 300)
    t.equal(await refusalOf(inCompany(db, a.company, pidOf)), undefined, 'and then there is room again')
  })

  t.test(
    'a pool that closes lets transactions end, refuses those in line, and leaves nothing open',
    async (t) => {
      const closing = connect(url, { max: 3, applicationName: 'closing' })
      const [mayEnd, goOn] = gate()
      const [opened, isOpen] = gate()
      const running = inCompany(closing, a.company, async (tx) => {
        await put(tx, 'before-closing')
        isOpen()
        await mayEnd
        await put(tx, 'while-closing')
      })
      const inLine = refusalOf(inCompany(closing, a.company, pidOf))
      await opened
      const closed = closing.close()
      t.match((await inLine)?.code ?? 'it resolved', lossCode)
      goOn()
      await running
      await closed
      t.ok(await isStored(owner, 'while-closing'))
      t.match((await refusalOf(inCompany(closing, a.company, pidOf)))?.code ?? 'it resolved', lossCode)
      await until(
        async () =>
          (await owner`select 1 from pg_stat_activity where application_name = 'closing'`).length === 0,
      )
    },
  )

  t.test('connections grow old: they are replaced between transactions, never inside one', async (t) => {
    const make = (onclose: () => void) =>
      postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined, onclose })
    const pool = new Pool(make, 2, 50)
    t.teardown(() => pool.close())
    const pids = new Set<number>()
    await until(async () => {
      const work = [1, 2, 3].map(() =>
        inCompany({ ...db, pool }, a.company, async (tx) => [await pidOf(tx), await pidOf(tx)] as const),
      )
      for (const [first, second] of await Promise.all(work)) {
        if (first !== second) t.fail('replaced inside a transaction')
        pids.add(first)
      }
      return pids.size >= 6
    })
    t.pass(`${pids.size} connections, one after the other`)
  })

  t.test('a lifetime in the URL does not end a connection inside a transaction', async (t) => {
    const aging = open(t, `${url}?max_lifetime=0.1&idle_timeout=0.1`, 3)
    const until = performance.now() + 1000
    let slug = 0
    const refusals: (string | undefined)[] = []
    while (performance.now() < until) {
      const refused = await refusalOf(
        inCompany(aging, a.company, async (tx) => {
          await pidOf(tx)
          await pidOf(tx)
          await put(tx, `aging-${slug++}`)
          throw Object.assign(new Error(), { code: 'taken back' })
        }),
      )
      if (refused?.code !== 'taken back') refusals.push(refused?.code)
    }
    t.same(refusals, [])
    t.equal((await owner`select 1 from skillbases where slug ~ '^aging'`).length, 0, 'nothing ran outside')
  })
})

/**
 * A company with more calls than are counted exactly, of which a hundred start at the same moment; `times` as many,
 * for the other company: a table is never one company's alone.
 */
const manyRows = (letter: 'a' | 'b', times: number) => {
  const { company, skillbase, campaign, call } = idsOf(letter)
  const numbers = (count: number) => `from generate_series(1, ${count * times}) i`
  return `
    insert into calls (company_id, direction, started_at, status, outcome, campaign_id, skillbase_id)
      select '${company}', 'outbound', '2026-01-01'::timestamptz + i / 100 * interval '1 minute',
        (array['completed', 'failed', 'active'])[1 + i % 3], (array['success', 'no_answer', null])[1 + i % 3],
        case when i % 2 = 0 then '${campaign}'::uuid end, case when i % 2 = 0 then '${skillbase}'::uuid end
      ${numbers(10_048)};
    insert into campaigns (company_id, skillbase_id, name, status)
      select '${company}', '${skillbase}', 'C' || i, (array['draft', 'running', 'completed'])[1 + i % 3] ${numbers(2000)};
    insert into call_tasks (company_id, campaign_id, phone_number, status)
      select '${company}', '${campaign}', '+7999' || (2000000 + i), (array['pending', 'completed', 'failed'])[1 + i % 3]
      ${numbers(6000)};
    insert into call_logs (company_id, call_id, turn_index, role)
      select '${company}', '${call}', i, 'user' ${numbers(2000)};
    insert into call_metrics (company_id, call_id)
      select company_id, id from calls where company_id = '${company}' on conflict do nothing;`
}

const ofA = (table: typeof calls | typeof callLogs) => eq(table.company_id, a.company)
const allCalls = { from: calls, where: ofA(calls), key: [calls.started_at, calls.id] } satisfies Listing<
  typeof calls
>

test('lists', async (t) => {
  const { url, owner } = await seeded(t)
  await owner.unsafe(manyRows('a', 1) + manyRows('b', 4))
  await owner.unsafe('vacuum analyze')
  const db = open(t, url, 5)

  /** All pages of a list, each with the cursor of the one before. */
  async function pagesOf<T extends PgTable>(
    listing: Listing<T>,
    query: PageQuery,
    between?: () => Promise<unknown>,
  ) {
    const pages: Page<T['$inferSelect']>[] = []
    let cursor: string | null | undefined
    do {
      const page = await readCompany(db, a.company, (tx) =>
        listPage(tx, listing, { ...query, ...(cursor && { cursor }) }),
      )
      pages.push(page)
      cursor = page.next_cursor
      await between?.()
    } while (cursor)
    return pages
  }
  const idsOn = (pages: { items: { id: string }[] }[]) =>
    pages.flatMap(({ items }) => items.map(({ id }) => id))
  const idsBy = async (order: string, where = 'true') =>
    (
      await owner.unsafe(
        `select id from calls where company_id = '${a.company}' and ${where} order by ${order}`,
      )
    ).map((row) => row.id as string)

  t.test(
    'every row comes once and in order, though a hundred start at the same moment, newest or oldest first',
    async (t) => {
      const newest = await pagesOf(allCalls, { limit: 190 })
      t.same(idsOn(newest), await idsBy('started_at desc, id desc'))
      const oldest = await pagesOf({ ...allCalls, order: 'asc' }, { limit: 190 })
      t.same(idsOn(oldest), await idsBy('started_at, id'))
      t.ok(newest.slice(0, -1).every(({ items }) => items.length === 190))
    },
  )

  t.test('the total is exact to 10,000 and says so, and beyond says that it is not', async (t) => {
    const first = (listing: Listing<typeof calls>, query: PageQuery = {}) =>
      readCompany(db, a.company, (tx) => listPage(tx, listing, query))
    t.match(await first(allCalls), { total: 10_000, total_is_exact: false })
    const exactly = {
      ...allCalls,
      where: and(allCalls.where, sql`${calls.started_at} < '2026-01-01 01:40+00'`),
    }
    const [count] = await owner`
      select count(*)::int as n from calls where company_id = ${a.company} and started_at < '2026-01-01 01:40+00'`
    t.equal(count?.n, 9999)
    t.match(await first(exactly), { total: 9999, total_is_exact: true })
    t.match(await first(exactly, { skip: 9990, limit: 20 }), { total: 9999, total_is_exact: true })
    t.match(await first(exactly, { skip: 10_000 }), { items: [], total: 9999, next_cursor: null })
    await owner.unsafe(`begin; ${insert('calls', { started_at: `'2026-01-01'` })}; commit`)
    t.match(await first(exactly), { total: 10_000, total_is_exact: true })
    await owner.unsafe(
      `delete from calls where company_id = '${a.company}' and started_at = '2026-01-01' and direction = 'inbound'`,
    )
    const pages = await pagesOf(exactly, { limit: 200 })
    t.ok(
      pages.every(({ total, total_is_exact }) => total === 9999 && total_is_exact),
      'on every page the same',
    )
    const none = { ...allCalls, where: and(allCalls.where, eq(calls.status, 'ringing')) }
    t.same(await first(none), { items: [], total: 0, total_is_exact: true, next_cursor: null })
  })

  t.test('a page by number is the page that its cursor would give', async (t) => {
    const pages = await pagesOf(allCalls, { limit: 200 })
    const third = await readCompany(db, a.company, (tx) => listPage(tx, allCalls, { limit: 200, skip: 400 }))
    t.same(idsOn([third]), idsOn(pages.slice(2, 3)))
  })

  t.test('rows that come meanwhile move none of those that were there', async (t) => {
    const where = and(allCalls.where, eq(calls.status, 'completed'))
    const before = await idsBy('started_at desc, id desc', `status = 'completed'`)
    let minute = 0
    const pages = await pagesOf({ ...allCalls, where }, { limit: 200 }, () => {
      minute++
      const row = (started_at: string) =>
        insert('calls', { started_at, status: `'completed'`, language: `'xx'` })
      // One before the first page, one among those already read or not.
      return owner.unsafe(
        `${row(`'2026-02-01'`)}; ${row(`'2026-01-01'::timestamptz + interval '${minute} minutes'`)}`,
      )
    })
    const known = new Set(before)
    const seen = idsOn(pages)
    t.equal(new Set(seen).size, seen.length, 'none comes twice')
    t.same(
      seen.filter((id) => known.has(id)),
      before,
      'none is left out',
    )
    await owner.unsafe(`delete from calls where language = 'xx'`)
  })

  t.test(
    'a cursor that was tampered with is refused as malformed, and never reaches the database',
    async (t) => {
      const made = await readCompany(db, a.company, (tx) => listPage(tx, allCalls, { limit: 1 }))
      const cursor = made.next_cursor ?? ''
      const [total, at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [
        number,
        string,
        string,
      ]
      const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const tampered = [
        '',
        '%',
        'null',
        cursor.slice(0, -3),
        cursor.slice(3),
        written(null),
        written({}),
        written([]),
        written([total, at]),
        written([total, at, id, id]),
        written([`${total}`, at, id]),
        written([1.5, at, id]),
        written([-1, at, id]),
        written([10_002, at, id]),
        written([total, id, at]),
        written([total, at, `${id}'`]),
        written([total, at, null]),
        written([total, 'yesterday', id]),
        written([total, 'infinity', id]),
        written([total, 20260101, id]),
        written([total, [at], id]),
        written([total, '+275760-09-13T00:00:00.000Z', id]),
        written([total, '-000001-01-01T00:00:00.000Z', id]),
      ]
      for (const cursor of tampered) {
        const refused = await refusalOf(
          readCompany(db, a.company, (tx) => listPage(tx, allCalls, { cursor })),
        )
        const text = Buffer.from(cursor, 'base64url').toString()
        t.match(refused ?? {}, { kind: 'malformed', code: 'invalid_cursor' }, JSON.stringify(text))
      }
      const turns = { from: callLogs, where: ofA(callLogs), key: [callLogs.turn_index] } satisfies Listing<
        typeof callLogs
      >
      for (const value of [
        cursor,
        written([1, 2_147_483_648]),
        written([1, -2_147_483_649]),
        written([1, 1e300]),
        written([1, '1']),
      ]) {
        const refused = await refusalOf(
          readCompany(db, a.company, (tx) => listPage(tx, turns, { cursor: value })),
        )
        t.match(
          refused ?? {},
          { kind: 'malformed', code: 'invalid_cursor' },
          Buffer.from(value, 'base64url').toString(),
        )
      }
      const both = readCompany(db, a.company, (tx) => listPage(tx, allCalls, { cursor, skip: 1 }))
      t.match(await refusalOf(both), { kind: 'malformed' }, 'a cursor and skip')
      const huge = readCompany(db, a.company, (tx) =>
        listPage(tx, allCalls, { cursor: written([total, at, id]) }),
      )
      t.equal(await refusalOf(huge), undefined, 'written anew as it was, it is taken')
    },
  )

  t.test('a cursor of one company opens nothing of another', async (t) => {
    const ofB = { ...allCalls, where: eq(calls.company_id, b.company) }
    const foreign = await readCompany(db, b.company, (tx) => listPage(tx, ofB, { limit: 5 }))
    const page = await readCompany(db, a.company, (tx) =>
      listPage(tx, allCalls, { cursor: foreign.next_cursor ?? '', limit: 200 }),
    )
    t.ok(page.items.every(({ company_id }) => company_id === a.company))
    t.same(await readCompany(db, a.company, (tx) => listPage(tx, ofB, {})), {
      items: [],
      total: 0,
      total_is_exact: true,
      next_cursor: null,
    })
  })

  interface Plan {
    'Node Type': string
    'Rows Removed by Filter'?: number
    Plans?: Plan[]
  }
  const nodesOf = (plan: Plan): string[] => [plan['Node Type'], ...(plan.Plans ?? []).flatMap(nodesOf)]
  const removedBy = (plan: Plan): number =>
    (plan['Rows Removed by Filter'] ?? 0) +
    (plan.Plans ?? []).reduce((sum, below) => sum + removedBy(below), 0)

  /** How the server runs what a list asks: a plan for each statement. */
  async function plansOf(list: (tx: Tx) => Promise<unknown>): Promise<Plan[]> {
    return readCompany(db, a.company, async (tx) => {
      const asked: [string, unknown[]][] = []
      const { session } = tx as unknown as { session: { client: Sql; logger: object } }
      session.logger = { logQuery: (text: string, values: unknown[]) => asked.push([text, values]) }
      await list(tx)
      const [server] = await session.client.unsafe('show server_version_num', [])
      const plans: Plan[] = []
      const explain = async (options: string, text: string, values: unknown[]) => {
        const [row] = await session.client.unsafe(
          `explain (${options}, format json) ${text}`,
          values as never[],
        )
        plans.push(row?.['QUERY PLAN'][0].Plan)
      }
      for (const [text, values] of asked) {
        await explain('analyze', text, values)
        // The plan that holds for any value: what a statement is run with when it has come often.
        if (Number(server?.server_version_num) >= 160_000) await explain('generic_plan', text, [])
      }
      return plans
    })
  }

  t.test(
    'each list reads its page from an index in order: nothing is sorted, no table is read through',
    async (t) => {
      type List = (tx: Tx, query: PageQuery) => Promise<Page<object>>
      const [start, end] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T01:00:00Z')]
      const callsBy =
        (filter: CallFilter): List =>
        (tx, query) =>
          listCalls(tx, filter, query)
      const lists: Record<string, List> = {
        calls: callsBy({}),
        'calls of a time': callsBy({ start, end }),
        'calls of a campaign': callsBy({ campaign_id: a.campaign }),
        'calls of a campaign and a time': callsBy({ campaign_id: a.campaign, start, end }),
        'calls of a skillbase': callsBy({ skillbase_id: a.skillbase }),
        'calls of a state': callsBy({ status: 'completed' }),
        'calls of an outcome': callsBy({ outcome: 'success' }),
        'calls, oldest first': (tx, query) => listPage(tx, { ...allCalls, order: 'asc' }, query),
        'tasks of a campaign': (tx, query) => listTasks(tx, a.campaign, {}, query),
        'tasks of a campaign and a state': (tx, query) =>
          listTasks(tx, a.campaign, { status: 'pending' }, query),
        campaigns: (tx, query) => listCampaigns(tx, {}, query),
        'campaigns of a state': (tx, query) => listCampaigns(tx, { status: ['running'] }, query),
        'campaigns of two states': (tx, query) => listCampaigns(tx, { status: ['running', 'draft'] }, query),
        'campaigns of a skillbase': (tx, query) => listCampaigns(tx, { skillbase_id: a.skillbase }, query),
        'turns of a call': (tx, query) => listTurns(tx, a.call, query),
        'metrics of calls': (tx, query) => listMetrics(tx, {}, query),
      }
      for (const [name, list] of Object.entries(lists)) {
        const first = await readCompany(db, a.company, (tx) => list(tx, {}))
        t.equal(first.items.length, 50, `${name}: a full page`)
        for (const query of [{}, { cursor: first.next_cursor ?? '' }]) {
          for (const plan of await plansOf((tx) => list(tx, query))) {
            const nodes = nodesOf(plan).join(' < ')
            // The total of a first page is counted, to 10,001 at most: in which order does not matter.
            const isCount = plan['Node Type'] === 'Aggregate'
            t.match(nodes, /Index (Only )?Scan/, `${name}: ${nodes}`)
            t.notMatch(nodes, isCount ? /Sort|Seq Scan/ : /Sort|Seq Scan|Bitmap/, name)
            if (isCount) continue
            t.ok(removedBy(plan) <= 100, `${name}: reads ${removedBy(plan)} rows that it does not show`)
          }
        }
      }
      const without = { ...allCalls, key: [calls.created_at, calls.id] } as Listing<typeof calls>
      const plans = await plansOf((tx) => listPage(tx, without, {}))
      t.match(plans.flatMap(nodesOf).join(', '), /Sort/, 'and a list without an index is noticed')
    },
  )
})

test('SQL written by hand', async (t) => {
  const { url, owner } = await seeded(t)
  const db = open(t, url, 3)

  t.test('tasks, metrics and turns take the company of their parent when they do not say it', async (t) => {
    const statements = [
      `insert into call_tasks (campaign_id, phone_number) values ('${b.campaign}', '+79990000003')`,
      `insert into call_metrics (call_id) values ('${b.bare_call}')`,
      `insert into call_logs (call_id, turn_index, role) values ('${b.call}', 7, 'user')`,
    ]
    for (const statement of statements) {
      const [row] = await owner.unsafe(`${statement} returning company_id`)
      t.equal(row?.company_id, b.company)
    }
    const many = await owner.unsafe(`insert into call_logs (call_id, turn_index, role) values
      ('${a.call}', 8, 'user'), ('${b.call}', 8, 'user') returning company_id`)
    t.same(
      many.map(({ company_id }) => company_id),
      [a.company, b.company],
    )
  })

  t.test('a parent that does not exist is a clear error', async (t) => {
    const cases = {
      'call_tasks.campaign_id refers to no campaign': `insert into call_tasks (campaign_id, phone_number) values ('${nobody}', '+79990000004')`,
      'call_metrics.call_id refers to no call': `insert into call_metrics (call_id) values ('${nobody}')`,
      'call_logs.call_id refers to no call': `insert into call_logs (call_id, turn_index, role) values (null, 1, 'user')`,
    }
    for (const [message, statement] of Object.entries(cases)) {
      t.match(await tried(owner, statement), { code: '23503', message })
    }
  })

  t.test("as a tenant, another company's parent does not exist", async (t) => {
    const statement = `insert into call_logs (call_id, turn_index, role) values ('${b.call}', 9, 'user')`
    const refused = await refusalOf(inCompany(db, a.company, (tx) => tx.execute(sql.raw(statement))))
    t.match(refused, { code: '23503', message: 'call_logs.call_id refers to no call' })
  })

  t.test('a skillbase has its version kept, and each new config under its new number', async (t) => {
    const kept = () => owner`
      select version, config from skillbase_versions where skillbase_id = ${a.skillbase} order by version`
    t.same([...(await kept())], [{ version: 1, config: {} }])
    await owner.unsafe(`update skillbases set config = '{"n": 2}', version = 2 where id = '${a.skillbase}'`)
    await owner.unsafe(`update skillbases set name = 'N', config = '{"n": 2}' where id = '${a.skillbase}'`)
    t.same(
      [...(await kept())],
      [
        { version: 1, config: {} },
        { version: 2, config: { n: 2 } },
      ],
    )
  })

  t.test('a config that changes without its version is refused, and says what to do', async (t) => {
    const refused = await tried(
      owner,
      `update skillbases set config = '{"n": 3}' where id = '${a.skillbase}'`,
    )
    t.match(refused, {
      code: '23514',
      constraint_name: 'skillbases_version_is_kept',
      message: /raise version together with config/,
    })
    const back = await tried(owner, `update skillbases set version = 1 where id = '${a.skillbase}'`)
    t.match(back, { code: '23514' }, 'an old number with another config')
    const restored = `update skillbases set version = 1, config = '{}' where id = '${a.skillbase}'`
    t.equal(await tried(owner, restored), undefined, 'an old number with its own')
  })

  t.test('a skillbase that nobody refers to goes with its versions', async (t) => {
    await owner.unsafe(insert('skillbases', { id: quote(nobody) }))
    await owner.unsafe(`delete from skillbases where id = '${nobody}'`)
    t.equal((await owner`select 1 from skillbase_versions where skillbase_id = ${nobody}`).length, 0)
  })
})

test('a statement over 15 s is cancelled, and its connection serves on', async (t) => {
  const { error, seconds } = await slow.ended
  t.match(error, { code: '57014' })
  t.ok(seconds > 14 && seconds < 25, `after ${seconds} s`)
  t.equal(await refusalOf(inCompany(slow.db, a.company, pidOf)), undefined)
  const [idle] = await inCompany(slow.db, a.company, (tx) =>
    tx.execute(sql`select current_setting('idle_in_transaction_session_timeout') as limit`),
  )
  t.equal(idle?.limit, '30s', 'and a transaction that says nothing for 30 s is ended')
})
