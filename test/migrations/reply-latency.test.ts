import { randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import { test } from 'tap'
import { connect } from '../../src/db/client.ts'
import { downgrade, upgrade } from '../../src/db/migrations/migrate.ts'
import { foldCompany } from '../../src/modules/rollups/index.ts'
import { emptyDatabase } from '../setup/postgres.ts'
import { companyId, connectTo } from './fixtures.ts'

/** Turns as they were stored before the migration. */
const turns = [
  { role: 'user', eou_latency: 400 },
  { role: 'assistant', latency_llm: 200, ttfb_tts: 100, extra_data: { is_filler: true, note: 'kept' } },
  { role: 'assistant', latency_llm: 300, ttfb_tts: 50, extra_data: { e2e_latency_ms: 812.5 } },
  { role: 'assistant', eou_latency: 500, latency_llm: 100, ttfb_tts: 40, extra_data: {} },
  { role: 'assistant', latency_llm: 100, extra_data: { overlap_ms: 426, is_filler: 'maybe' } },
  { role: 'user', eou_latency: 300 },
  { role: 'assistant', latency_llm: 0, ttfb_tts: 0.25 },
]

async function insertCall(sql: Sql): Promise<string> {
  const id = randomUUID()
  await sql.unsafe(`
    insert into companies (id, name, slug, email) values ('${companyId}', 'Acme', 'acme', 'a@acme.example')
      on conflict do nothing;
    insert into calls (company_id, id, direction, status, started_at)
      values ('${companyId}', '${id}', 'inbound', 'completed', '2026-05-04T10:00Z')`)
  for (const [turn_index, { extra_data = null, ...turn }] of turns.entries())
    await sql`insert into call_logs ${sql({
      ...turn,
      company_id: companyId,
      call_id: id,
      turn_index,
      extra_data: extra_data as never,
    })}`
  await sql.unsafe(`
    insert into call_metrics (company_id, call_id, is_derived, turn_count, latency_llm_avg, latency_llm_min, latency_llm_max)
    select '${companyId}', '${id}', true, 7, avg(latency_llm), min(latency_llm), max(latency_llm) from call_logs
    where call_id = '${id}'`)
  return id
}

/** The rows of the turns and the latencies of the metrics, without columns that are null. */
async function storedValues(sql: Sql) {
  const rows = await sql`
    select jsonb_strip_nulls(to_jsonb(l)) - array['company_id', 'call_id', 'created_at', 'turn_index'] as turn
    from call_logs l order by turn_index`
  const [metrics] = await sql`select latency_llm_avg::float8, latency_llm_min::float8 from call_metrics`
  return { turns: rows.map(({ turn }) => turn), metrics: { ...metrics } }
}

test('Migration 0012 moves values out of extra_data and computes reply latencies, and its down migration restores them', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = connectTo(t, url)
  await upgrade(url, '0011')
  await insertCall(sql)
  const before = await storedValues(sql)
  await upgrade(url, '0012')
  t.match((await storedValues(sql)).turns, [
    { role: 'user', is_e2e_computed: false },
    { is_filler: true, extra_data: { note: 'kept', is_filler: undefined }, e2e_latency: undefined },
    { e2e_latency: 812.5, is_e2e_computed: false, extra_data: undefined },
    { e2e_latency: 640, is_e2e_computed: true, extra_data: {} },
    { overlap_ms: 426, extra_data: { is_filler: 'maybe', overlap_ms: undefined }, e2e_latency: undefined },
    { role: 'user' },
    { e2e_latency: 300.25, is_e2e_computed: true },
  ])
  const [metrics] = await sql`select e2e_latency_avg, e2e_latency_min, e2e_latency_max, overlap_count,
    latency_llm_avg, latency_llm_max, ttfb_tts_max from call_metrics`
  t.same(
    { ...metrics },
    {
      e2e_latency_avg: (812.5 + 640 + 300.25) / 3,
      e2e_latency_min: 300.25,
      e2e_latency_max: 812.5,
      overlap_count: 1,
      latency_llm_avg: 125,
      latency_llm_max: 300,
      ttfb_tts_max: 50,
    },
  )
  await downgrade(url, '0011')
  t.same(await storedValues(sql), before)
})

test('After migration 0012, and after its down migration, rollups are folded again where their buckets changed', async (t) => {
  const { url } = await emptyDatabase(t)
  const sql = connectTo(t, url)
  const db = connect(url)
  t.teardown(() => db.close())
  await upgrade(url, '0011')
  const withSmallValues = await insertCall(sql)
  await upgrade(url)
  await foldCompany(db, companyId)
  const contributions = () =>
    sql`select latency_llm_n, latency_llm_buckets, ttfb_tts_buckets from call_contributions`
  const [folded] = await contributions()
  t.equal(folded?.latency_llm_n, 4, 'without the turn of filler')
  t.equal(folded?.latency_llm_buckets.length, 3, 'zero has no bucket')
  t.ok(Math.min(...(folded?.ttfb_tts_buckets ?? [])) < 0, 'a quarter of a millisecond has a bucket below 0')
  await downgrade(url, '0011')
  t.same(await contributions(), [])
  t.same(await sql`select from metric_rollups`, [])
  t.same(
    (await sql`select distinct call_id from dirty_calls`).map(({ call_id }) => call_id),
    [withSmallValues],
  )
  await upgrade(url)
  await foldCompany(db, companyId)
  t.same([...(await contributions())], [folded])
  const [{ n } = { n: 0 }] = await sql`select count(*)::int as n from dirty_calls`
  t.equal(n, 0)
})
