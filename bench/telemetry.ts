import postgres, { type Sql } from 'postgres'
import { progressBar } from '../src/cli/terminal.ts'

/** Turns per generated call. Every second turn is one of the agent, and has the latencies. */
export const turnsPerCall = 10

/**
 * Generates ended calls of campaigns with their turns and metrics. Latencies and durations are drawn from distributions
 * measured on real calls (lognormal; from the end of speech to the agent's audio: median 1.5 s, p99 2.7 s). `recent` calls
 * are in the 30 days before `until`, the others in the 335 days before those. The seed is fixed, so the data is the same
 * every time.
 */
export async function generateCalls(
  url: string,
  company: string,
  { calls, recent, until }: { calls: number; recent: number; until: Date },
): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  const showProgress = progressBar('calls generated')
  await sql`select setseed(0.42)`
  await insertCampaigns(sql, company)
  const callsPerChunk = 20_000
  for (let from = 0; from < calls; from += callsPerChunk) {
    const to = Math.min(calls, from + callsPerChunk) - 1
    await sql.unsafe(chunkSql(company, { from, to, recent, calls, until }))
    showProgress(to + 1, calls)
  }
  await sql`vacuum analyze calls, call_logs, call_metrics`
  await sql.end()
}

/** Inserts 5 skillbases with 4 campaigns each. */
async function insertCampaigns(sql: Sql, company: string): Promise<void> {
  await sql`
    insert into skillbases (company_id, id, name, slug, config)
    select ${company}, ('00000000-0000-4000-8000-00000000000' || i)::uuid, 'S' || i, 's-' || i, '{}' from generate_series(0, 4) i`
  await sql`
    insert into campaigns (company_id, id, skillbase_id, name)
    select ${company}, ('00000000-0000-4000-9000-0000000000' || lpad(i::text, 2, '0'))::uuid,
      ('00000000-0000-4000-8000-00000000000' || i % 5)::uuid, 'C' || i from generate_series(0, 19) i`
}

const lognormal = (median: number, sigma: number) => `exp(ln(${median}) + ${sigma} * random_normal())`

/** A part of the generated calls: the numbers `from` to `to`, both included, of `calls` in total. */
interface Chunk {
  from: number
  to: number
  recent: number
  calls: number
  until: Date
}

const chunkSql = (company: string, { from, to, recent, calls, until }: Chunk) => `
  create temp table generated_calls as
  select gen_random_uuid() as id, n, n % 20 as campaign,
    '${until.toISOString()}'::timestamptz - case when n < ${recent} then interval '30 days' * ((n + random()) / ${recent})
      else interval '30 days' + interval '335 days' * ((n - ${recent} + random()) / ${Math.max(1, calls - recent)}) end as at,
    (array['success', 'success', 'success', 'fail', 'fail', 'callback', 'transferred', 'no_answer', 'busy', 'voicemail'])[1 + floor(random() * 10)::int] as outcome,
    round(${lognormal(75, 0.8)}::numeric, 1)::float8 as duration
  from generate_series(${from}, ${to}) n;
  insert into calls (company_id, id, direction, status, outcome, campaign_id, skillbase_id, skillbase_version, duration_sec,
    turn_count, started_at, ended_at)
  select '${company}', id, 'outbound', 'completed', outcome, ('00000000-0000-4000-9000-0000000000' || lpad(campaign::text, 2, '0'))::uuid,
    ('00000000-0000-4000-8000-00000000000' || campaign % 5)::uuid, 1, duration, ${turnsPerCall}, at, at + duration * interval '1 second' from generated_calls;
  insert into call_logs (company_id, call_id, turn_index, role, content, ttfb_stt, latency_llm, ttfb_tts, eou_latency, e2e_latency,
    llm_input_tokens, llm_output_tokens, tts_characters, created_at)
  select '${company}', id, i, (array['user', 'assistant'])[1 + i % 2], 'What was said in this turn, about as long as it is.',
    case when i % 2 = 0 then ${lognormal(361, 0.6)} end, case when i % 2 = 1 then ${lognormal(220, 0.35)} end,
    case when i % 2 = 1 then ${lognormal(138, 0.18)} end, case when i % 2 = 1 then ${lognormal(1459, 0.311)} end, case when i % 2 = 1 then ${lognormal(1850, 0.311)} end,
    case when i % 2 = 1 then 900 + 45 * i end, case when i % 2 = 1 then 28 end, case when i % 2 = 1 then 118 end, at + i * interval '5 seconds'
  from generated_calls, generate_series(0, ${turnsPerCall - 1}) i;
  insert into call_metrics (company_id, call_id, is_derived, turn_count, user_turn_count, bot_turn_count, interruption_count,
    stt_duration_sec, llm_input_tokens, llm_output_tokens, tts_characters, livekit_duration_sec,
    cost_stt, cost_llm, cost_tts, cost_livekit, cost_total, outcome)
  select '${company}', id, true, ${turnsPerCall}, ${turnsPerCall / 2}, ${turnsPerCall / 2}, floor(random() * 2), duration, 5000, 140, 590, duration,
    0.002994, 0.000120, 0.029500, 0.019667, 0.052281, outcome from generated_calls;
  drop table generated_calls`
