// The data changes of migration 0015: usage details get columns, and rollups count partly priced calls apart.
import { type Test, test } from 'tap'
import { downgrade, upgrade } from '../../src/db/migrations/migrate.ts'
import { emptyDatabase } from '../setup/postgres.ts'
import { companyId, connectTo, fillTables } from './fixtures.ts'

const before = '0014'
const callId = '00000000-0000-4000-8000-000000000009'

async function oldDatabase(t: Test) {
  const { url } = await emptyDatabase(t)
  const sql = connectTo(t, url)
  await upgrade(url, before)
  await fillTables(sql)
  await sql`delete from dirty_calls`
  return { sql, url }
}

test('Migration 0015 moves usage details of turns into columns and sums, and its down migration moves them back', async (t) => {
  const { sql, url } = await oldDatabase(t)
  const usage = {
    llm_audio_input_tokens: 500,
    llm_cached_audio_input_tokens: 700,
    llm_session_sec: 2.7,
    stt_output_tokens: 12,
  }
  const odd = { llm_image_input_tokens: 1.5, tts_input_tokens: 'many', tts_duration_sec: -1, note: 'kept' }
  const turns = [
    { llm_input_tokens: 400, extra_data: { usage, overlap_ms: 426 } },
    { llm_input_tokens: null, extra_data: { usage: { ...odd, llm_session_sec: 1.6 } } },
    { llm_input_tokens: null, extra_data: { usage: 'a text of the agent' } },
    { llm_input_tokens: null, extra_data: { usage: { llm_session_sec: 2.7 } } },
  ]
  for (const [i, { llm_input_tokens, extra_data }] of turns.entries())
    await sql`insert into call_logs (call_id, turn_index, role, llm_input_tokens, extra_data)
      values (${callId}, ${i + 1}, 'assistant', ${llm_input_tokens}, ${sql.json(extra_data)})`
  await upgrade(url, '+1')
  const stored = await sql`select llm_audio_input_tokens as audio, llm_cached_audio_input_tokens as cached,
    llm_session_sec as session, stt_output_tokens as stt, extra_data from call_logs where turn_index > 0 order by turn_index`
  t.same(
    stored.map((row) => ({ ...row })),
    [
      // A part that exceeds the whole, as an agent may have reported it in two messages, is reduced to the whole.
      { audio: 400, cached: 400, session: 2.7, stt: 12, extra_data: { overlap_ms: 426 } },
      { audio: null, cached: null, session: 1.6, stt: null, extra_data: { usage: odd } },
      { audio: null, cached: null, session: null, stt: null, extra_data: { usage: 'a text of the agent' } },
      { audio: null, cached: null, session: 2.7, stt: null, extra_data: null },
    ],
  )
  t.match(
    await sql`select llm_audio_input_tokens, llm_session_sec, stt_output_tokens, tts_input_tokens from call_metrics`,
    [{ llm_audio_input_tokens: '400', llm_session_sec: 7, stt_output_tokens: '12', tts_input_tokens: null }],
  )
  t.same(
    (await sql`select call_id from dirty_calls`).map((row) => row.call_id),
    [callId],
    'the rollups follow',
  )
  await downgrade(url, '-1')
  const [first, second] = await sql`select extra_data from call_logs where turn_index > 0 order by turn_index`
  const moved = { ...usage, llm_audio_input_tokens: 400, llm_cached_audio_input_tokens: 400 }
  t.same(first?.extra_data, { overlap_ms: 426, usage: moved })
  t.same(second?.extra_data, { usage: { ...odd, llm_session_sec: 1.6 } })
})

test('Migration 0015 takes the components of calls without a total out of the rollups, and its down migration adds them again', async (t) => {
  const { sql, url } = await oldDatabase(t)
  await sql`delete from call_contributions`
  await sql`delete from metric_rollups`
  await sql`insert into metric_series (company_id, id, is_total, direction, first_bucket, last_bucket)
    values (${companyId}, 2, true, 'outbound', '2026-01-01Z', '2026-01-01Z')`
  const contribution = (
    call: number,
    costs: { stt: number | null; tts: number | null; total: number | null },
  ) =>
    sql`insert into call_contributions (company_id, call_id, series_id, total_series_id, started_at, status, turns, is_without_turns,
        stt_duration_sec, cost_stt, cost_tts, cost_total, ttfb_stt_n, latency_llm_n, ttfb_tts_n, eou_latency_n)
      values (${companyId}, ${`00000000-0000-4000-8000-00000000010${call}`}, 1, 2, '2026-01-01T05:30Z', 'completed', 1, false,
        60, ${costs.stt}, ${costs.tts}, ${costs.total}, 0, 0, 0, 0)`
  await contribution(1, { stt: 1, tts: 2, total: 3 })
  await contribution(2, { stt: 10, tts: null, total: null })
  await contribution(3, { stt: null, tts: null, total: null })
  const rows = () =>
    sql`select * from metric_rollups order by grain, series_id`.then((found) =>
      found.map((row) => ({ ...row })),
    )
  for (const [grain, bucket] of [
    ['hour', '2026-01-01T05:00Z'],
    ['day', '2026-01-01Z'],
  ] as const)
    for (const series of [1, 2])
      await sql`insert into metric_rollups (company_id, grain, series_id, bucket, calls, cost_stt, cost_stt_n, cost_tts, cost_tts_n,
          cost_total, cost_total_n)
        values (${companyId}, ${grain}, ${series}, ${bucket}, 3, 11, 2, 2, 1, 3, 1)`
  const rowsBefore = await rows()
  await upgrade(url, '+1')
  const changed = await rows()
  t.equal(changed.length, 4)
  for (const row of changed)
    t.match(row, { cost_stt: '1', cost_stt_n: '1', cost_tts: '2', cost_total: '3', unpriced_cost: '10' })
  await downgrade(url, '-1')
  t.same(await rows(), rowsBefore)
})

test('Migration 0015 adds shared prices unless the platform has added its own, and its down migration removes units that are new', async (t) => {
  const { sql, url } = await oldDatabase(t)
  const nil = '00000000-0000-0000-0000-000000000000'
  await sql`insert into prices (company_id, component, provider, model, unit, price, effective_from)
    values (${nil}, 'llm', 'openai', 'GPT-realtime-2', 'million_input_tokens', 3, '2026-01-01Z')`
  await upgrade(url, '+1')
  const count = async (model: string) =>
    Number((await sql`select count(*) as n from prices where lower(model) = ${model}`)[0]?.n)
  t.same(
    [await count('gpt-realtime-2'), await count('gpt-realtime-1.5'), await count('claude-haiku-4-5')],
    [1, 8, 5],
  )
  await sql`insert into prices (company_id, component, provider, model, unit, price, effective_from)
    values (${companyId}, 'llm', 'own', 'm', 'million_audio_input_tokens', 3, '2026-01-01Z')`
  await downgrade(url, '-1')
  t.same([await count('m'), await count('gpt-realtime-1.5'), (await count('gpt-4o')) > 0], [0, 0, true])
  await upgrade(url, '+1')
  t.equal(await count('gpt-realtime-1.5'), 8)
})
