import { type SQL, sql } from 'drizzle-orm'
import { finalCallStatuses, latencies } from '../../db/schema/index.ts'
import { digitsPerBucket, logGamma } from '../../lib/histogram.ts'

/** What a series is told apart by. */
export const labels = ['campaign_id', 'skillbase_id', 'skillbase_version', 'direction', 'outcome'] as const

const ofLatencies = (suffixes: string[]) =>
  latencies.flatMap((name) => suffixes.map((suffix) => `${name}_${suffix}`))

/** What a call contributes besides its labels: the columns of call_facts that are measured. */
export const factColumns: readonly string[] = [
  'started_at',
  'status',
  'duration_sec',
  'turns',
  'is_without_turns',
  'bot_turns',
  'interruption_count',
  'stt_duration_sec',
  'llm_input_tokens',
  'llm_cached_input_tokens',
  'llm_output_tokens',
  'tts_characters',
  'livekit_duration_sec',
  'cost_stt',
  'cost_llm',
  'cost_tts',
  'cost_livekit',
  'cost_total',
  ...ofLatencies(['n', 'sum', 'min', 'max', 'buckets']),
]

const ofCall = ['started_at', 'status', 'duration_sec']
const ofMetrics = factColumns.filter((name) => /^(interruption|stt|llm|tts|livekit|cost)_/.test(name))

/** A value above 1 is in the bucket of its logarithm; see lib/histogram.ts. */
const bucketOf = (column: string) =>
  `(case when ${column} <= 1 then 0 else ceil(ln(${column}) / ${logGamma}::float8) end)::smallint`

const measured = latencies
  .map(
    (name) => `count(l.${name})::int as ${name}_n, sum(l.${name}::numeric) as ${name}_sum,
      min(l.${name}) as ${name}_min, max(l.${name}) as ${name}_max,
      array_agg(${bucketOf(`l.${name}`)} order by l.turn_index) filter (where l.${name} is not null) as ${name}_buckets`,
  )
  .join(',\n      ')

/** Something was said of how the call went, though its agent keeps no turns. */
const spoke = [
  ...latencies.map((name) => `m.${name}_avg`),
  'm.stt_duration_sec',
  'm.llm_output_tokens',
  'm.tts_characters',
].join(', ')

/**
 * What calls contribute, read from calls, call_metrics and call_logs: labels and `factColumns`, a row a call that
 * exists. `ids` is a relation with the column call_id.
 */
export const freshFacts = (company_id: string, ids: SQL): SQL => sql`
  select c.id as call_id, ${sql.raw(labels.map((name) => `c.${name}`).join(', '))},
    ${sql.raw(ofCall.map((name) => `c.${name}`).join(', '))}, turns.turns,
    (m.call_id is not null and not m.is_derived and (m.turn_count > 0 or coalesce(${sql.raw(spoke)}) is not null))
      as is_without_turns,
    m.bot_turn_count as bot_turns, ${sql.raw(ofMetrics.map((name) => `m.${name}`).join(', '))},
    ${sql.raw(
      ofLatencies(['n', 'sum', 'min', 'max', 'buckets'])
        .map((name) => `turns.${name}`)
        .join(', '),
    )}
  from ${ids} as ids
  join calls c on c.company_id = ${company_id}::uuid and c.id = ids.call_id
  left join call_metrics m on m.company_id = ${company_id}::uuid and m.call_id = ids.call_id
  cross join lateral (
    select count(*)::int as turns,
      ${sql.raw(measured)}
    from call_logs l where l.company_id = ${company_id}::uuid and l.call_id = ids.call_id
  ) as turns`

const isFinal = `status in (${finalCallStatuses.map((status) => `'${status}'`).join(', ')})`
const used =
  'greatest(stt_duration_sec, llm_input_tokens, llm_output_tokens, tts_characters, livekit_duration_sec)'
const one = (condition: string) => `(${condition})::int`
const known = (column: string) => one(`${column} is not null`)
const exact = (column: string) => `coalesce(${column}::numeric, 0)`
const whole = (column: string) => `coalesce(${column}, 0)`

/**
 * What is added up: each column of metric_rollups, and what a fact adds to it, in columns of call_facts. All of it can
 * be taken back by adding its negative.
 */
export const addends: Readonly<Record<string, string>> = {
  calls: '1',
  ...Object.fromEntries(finalCallStatuses.map((status) => [status, one(`status = '${status}'`)])),
  duration_n: known('duration_sec'),
  duration_sum: exact('duration_sec'),
  turns: 'turns',
  calls_without_turns: one('is_without_turns'),
  unpriced_calls: one(`${isFinal} and cost_total is null and coalesce(${used}, 0) > 0`),
  unmeasured_calls: one(`${isFinal} and cost_total is null and coalesce(${used}, 0) = 0`),
  interruption_n: known('interruption_count'),
  interruption_count: whole('interruption_count'),
  interrupted_turns:
    'case when interruption_count is null then 0 else least(interruption_count, coalesce(bot_turns, 0)) end',
  interruptible_turns: 'case when interruption_count is null then 0 else coalesce(bot_turns, 0) end',
  stt_duration_n: known('stt_duration_sec'),
  stt_duration_sec: exact('stt_duration_sec'),
  llm_input_n: known('llm_input_tokens'),
  llm_input_tokens: whole('llm_input_tokens'),
  llm_cached_input_n: known('llm_cached_input_tokens'),
  llm_cached_input_tokens: whole('llm_cached_input_tokens'),
  llm_output_n: known('llm_output_tokens'),
  llm_output_tokens: whole('llm_output_tokens'),
  tts_n: known('tts_characters'),
  tts_characters: whole('tts_characters'),
  livekit_duration_n: known('livekit_duration_sec'),
  livekit_duration_sec: exact('livekit_duration_sec'),
  ...Object.fromEntries(
    ['stt', 'llm', 'tts', 'livekit', 'total'].flatMap((name) => [
      [`cost_${name}_n`, known(`cost_${name}`)],
      [`cost_${name}`, whole(`cost_${name}`)],
    ]),
  ),
  timed_cost: 'case when duration_sec is null then 0 else coalesce(cost_total, 0) end',
  timed_cost_sec: 'case when cost_total is null then 0 else coalesce(duration_sec::numeric, 0) end',
  ...Object.fromEntries(
    latencies.flatMap((name) => [
      [`${name}_n`, `${name}_n`],
      [`${name}_sum`, whole(`${name}_sum`)],
    ]),
  ),
}

/** Of what the least and the most is kept: column of metric_rollups, and of call_facts. */
export const extremes: readonly { how: 'min' | 'max'; column: string; of: string }[] = (
  ['min', 'max'] as const
).flatMap((how) => [
  { how, column: `duration_${how}`, of: 'duration_sec' },
  ...latencies.map((name) => ({ how, column: `${name}_${how}`, of: `${name}_${how}` })),
])

export const histograms: readonly string[] = latencies.map((name) => `${name}_histogram`)

/** The histogram of buckets that were counted; `n` may be below zero. */
export const histogramOf = (bucket: string, n: string) =>
  `sum(${n} * ('1e' || ${digitsPerBucket} * ${bucket})::numeric)`

/** Each bucket of each latency of the relation `f`, as `marks(latency, bucket)`. */
export const marks = `cross join lateral (${latencies
  .map((name, i) => `select ${i} as latency, unnest(f.${name}_buckets) as bucket`)
  .join(' union all ')}) as marks`
