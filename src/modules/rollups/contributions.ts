import { type SQL, sql } from 'drizzle-orm'
import { columnList, perColumn } from '../../db/query/column-list.ts'
import {
  answerLatency,
  costComponents,
  costNames,
  finalCallStatuses,
  isMeasuredReply,
  type Latency,
  latencies,
  type metricRollups,
  quotedList,
  reportedUsageNames,
  usageDetailNames,
} from '../../db/schema/index.ts'
import { digitsPerBucket, logGamma, smallestValue } from '../../lib/numbers/histogram.ts'

/**
 * The contribution of one call to the rollups: its columns in call_contributions, how they are computed from the call, and
 * how they are added to metric_rollups.
 */

/** The dimensions of a series: calls that agree in all five share one. */
export const seriesKeys = [
  'campaign_id',
  'skillbase_id',
  'skillbase_version',
  'direction',
  'outcome',
] as const

const perLatency = (suffixes: readonly string[]) =>
  latencies.flatMap((name) => suffixes.map((suffix) => `${name}_${suffix}`))

/** The columns of a call's cost, in USD. */
export const costColumns = costNames.map((name) => `cost_${name}` as const)

const fromCalls = ['started_at', 'status', 'is_dialed', 'is_answered', 'ring_sec', 'duration_sec']
const fromMetrics = ['interruption_count', ...reportedUsageNames, ...costColumns]
/**
 * From turns: the replies whose wait was measured, and those that began too early; per latency the number of turns that
 * have it, sum, min, max, and the histogram bucket of each that is not zero.
 */
const fromTurns = ['measured_replies', 'overlap_count', ...perLatency(['n', 'sum', 'min', 'max', 'buckets'])]

/** The columns of call_contributions that contain the contribution, without the columns of its key and its series. */
export const contributionColumns: readonly string[] = [
  ...fromCalls,
  'turns',
  'is_without_turns',
  'turn_count',
  'bot_turns',
  'has_usage_details',
  ...fromMetrics,
  ...fromTurns,
]

/** The columns of call_contributions besides its key. */
export const storedColumns: readonly string[] = ['series_id', 'total_series_id', ...contributionColumns]

/** The bucket of a latency above 0 in ms; see lib/numbers/histogram.ts. */
const bucketOf = (column: string) =>
  `ceil(ln(greatest(${column}, ${smallestValue})) / ${logGamma}::float8)::smallint`

/** The latencies of turns that answer, as columns. */
const answerLatencies = perColumn(latencies, (name) => `${answerLatency(name)} as ${name}`)

/** The columns of `fromTurns`, from rows of call_logs with `answerLatencies`. */
const turnAggregates = sql`count(*) filter (where l.is_measured_reply)::int as measured_replies,
      count(l.overlap_ms)::int as overlap_count, ${perColumn(
        latencies,
        (name) => `count(l.${name})::int as ${name}_n, sum(l.${name}::numeric) as ${name}_sum,
      min(l.${name}) as ${name}_min, max(l.${name}) as ${name}_max,
      array_agg(${bucketOf(`l.${name}`)} order by l.turn_index) filter (where l.${name} > 0) as ${name}_buckets`,
      )}`

/** One of these is set when an agent that reports no turns has sent metrics of its call. */
const measuredWithoutTurns = columnList(
  [
    ...latencies.map((name) => `${name}_avg`),
    'stt_duration_sec',
    'llm_output_tokens',
    'tts_characters',
    'stt_output_tokens',
    'tts_output_tokens',
  ],
  'm.',
)

/**
 * Selects the current contributions of calls: call_id, series keys and contribution columns, a row per call that exists.
 * `ids` is a relation with the column call_id. Reads calls, call_metrics and call_logs by primary key.
 */
export const currentContributions = (company_id: SQL, ids: SQL): SQL => sql`
  select c.id as call_id, ${columnList(seriesKeys, 'c.')}, ${columnList(fromCalls, 'c.')}, turns.turns,
    (m.call_id is not null and not m.is_derived
      and (m.turn_count > 0 or coalesce(${measuredWithoutTurns}) is not null)) as is_without_turns,
    m.turn_count, m.bot_turn_count as bot_turns,
    coalesce(greatest(${columnList(usageDetailNames, 'm.')}), 0) > 0 as has_usage_details,
    ${columnList(fromMetrics, 'm.')}, ${columnList(fromTurns, 'turns.')}
  from ${ids} as ids
  join calls c on c.company_id = ${company_id} and c.id = ids.call_id
  left join call_metrics m on m.company_id = ${company_id} and m.call_id = ids.call_id
  cross join lateral (
    select count(*)::int as turns, ${turnAggregates}
    from (
      select turn_index, overlap_ms, ${sql.raw(isMeasuredReply())} as is_measured_reply, ${answerLatencies}
      from call_logs where company_id = ${company_id} and call_id = ids.call_id
    ) l
  ) as turns`

const isFinal = `status in (${quotedList(finalCallStatuses)})`
/** A contribution that was folded before `is_dialed` was recorded was counted as dialed, and in none of its own columns. */
const isCounted = 'is_dialed is not false'
const usage =
  'greatest(stt_duration_sec, llm_input_tokens, llm_output_tokens, tts_characters, livekit_duration_sec)'
/** A call that has ended and used something for which there is no price: its total is not known. */
const isUnpriced = `${isFinal} and cost_total is null and (coalesce(${usage}, 0) > 0 or has_usage_details)`
const isUnmeasured = `${isFinal} and cost_total is null and coalesce(${usage}, 0) = 0 and not has_usage_details`
const oneIf = (condition: string) => `(${condition})::int`
/** As `oneIf`; 0 when the condition is null. */
const oneIfTrue = (condition: string) => `coalesce(${oneIf(condition)}, 0)`
const isKnown = (column: string) => oneIf(`${column} is not null`)
/** Converts to numeric: a sum of floats depends on their order, so a value could not be subtracted again. */
const exact = (column: string) => `coalesce(${column}::numeric, 0)`
const orZero = (column: string) => `coalesce(${column}, 0)`

type RollupColumn = Exclude<
  keyof typeof metricRollups.$inferSelect,
  'company_id' | 'grain' | 'series_id' | 'bucket'
>
type MinMaxName = `${'duration' | Latency}_${'min' | 'max'}`
type HistogramColumn = `${Latency}_histogram`
export type SumColumn = Exclude<RollupColumn, MinMaxName | HistogramColumn>

/** The amount that each call adds to the columns `<name><suffix>`. */
const addedTo = <N extends string, S extends string>(
  names: readonly N[],
  suffix: S,
  amountOf: (name: N) => string,
) =>
  Object.fromEntries(names.map((name) => [`${name}${suffix}`, amountOf(name)])) as Record<`${N}${S}`, string>

/**
 * Columns of metric_rollups that are sums, and the amount that one call adds to each, as SQL over the columns of
 * call_contributions. A contribution is removed by adding its negative.
 */
export const sumColumns: Readonly<Record<SumColumn, string>> = {
  calls: oneIf(isCounted),
  ...addedTo(finalCallStatuses, '', (status) => oneIf(`status = '${status}' and ${isCounted}`)),
  dialed: oneIfTrue(`is_dialed and ${isFinal}`),
  answered: oneIfTrue(`is_answered and ${isFinal}`),
  not_dialed: oneIfTrue('not is_dialed'),
  ring_n: isKnown('ring_sec'),
  ring_sum: exact('ring_sec'),
  duration_n: isKnown('duration_sec'),
  duration_sum: exact('duration_sec'),
  turns: 'turns',
  calls_without_turns: oneIf('is_without_turns'),
  unpriced_calls: oneIf(isUnpriced),
  unmeasured_calls: oneIf(`${isUnmeasured} and ${isCounted}`),
  interruption_n: isKnown('interruption_count'),
  interruption_count: orZero('interruption_count'),
  interrupted_turns:
    'case when interruption_count is null then 0 else least(interruption_count, coalesce(bot_turns, 0)) end',
  turn_interruptions: 'case when turn_count > 0 then coalesce(interruption_count, 0) else 0 end',
  interruption_turns: 'case when interruption_count is null then 0 else coalesce(turn_count, 0) end',
  interruptible_turns: 'case when interruption_count is null then 0 else coalesce(bot_turns, 0) end',
  measured_replies: 'measured_replies',
  overlap_count: 'overlap_count',
  stt_duration_n: isKnown('stt_duration_sec'),
  stt_duration_sec: exact('stt_duration_sec'),
  llm_input_n: isKnown('llm_input_tokens'),
  llm_input_tokens: orZero('llm_input_tokens'),
  llm_cached_input_n: isKnown('llm_cached_input_tokens'),
  llm_cached_input_tokens: orZero('llm_cached_input_tokens'),
  llm_output_n: isKnown('llm_output_tokens'),
  llm_output_tokens: orZero('llm_output_tokens'),
  tts_n: isKnown('tts_characters'),
  tts_characters: orZero('tts_characters'),
  livekit_duration_n: isKnown('livekit_duration_sec'),
  livekit_duration_sec: exact('livekit_duration_sec'),
  // All amounts are of the same calls, those whose total is known, so that no sum of components exceeds the total.
  ...addedTo(costColumns, '_n', (name) => oneIf(`cost_total is not null and ${name} is not null`)),
  ...addedTo(costColumns, '', (name) => `case when cost_total is null then 0 else coalesce(${name}, 0) end`),
  unpriced_cost: `case when ${isUnpriced} then ${costComponents.map((name) => orZero(`cost_${name}`)).join(' + ')} else 0 end`,
  timed_cost: 'case when duration_sec is null then 0 else coalesce(cost_total, 0) end',
  timed_cost_sec: 'case when cost_total is null then 0 else coalesce(duration_sec::numeric, 0) end',
  ...addedTo(latencies, '_n', (name) => `${name}_n`),
  ...addedTo(latencies, '_sum', (name) => orZero(`${name}_sum`)),
}

/** A column of metric_rollups that is the min or max of a column of call_contributions. */
export interface MinMaxColumn {
  column: MinMaxName
  aggregate: 'min' | 'max'
  source: string
}

/** A removed min or max cannot be corrected by subtraction; min-max-repair.ts recomputes it. */
export const minMaxColumns: readonly MinMaxColumn[] = (['min', 'max'] as const).flatMap((aggregate) => [
  { column: `duration_${aggregate}` as const, aggregate, source: 'duration_sec' },
  ...latencies.map((name) => {
    const column = `${name}_${aggregate}` as const
    return { column, aggregate, source: column }
  }),
])

/** Columns of metric_rollups that hold the histogram of a latency, in the order of `latencies`. */
export const histogramColumns: readonly HistogramColumn[] = latencies.map(
  (name) => `${name}_histogram` as const,
)

/** A histogram as one number, from buckets and their counts; `n` may be negative. See lib/numbers/histogram.ts. */
export const histogramSum = (bucket: string, n: string) =>
  `sum(${n} * ('1e' || ${digitsPerBucket} * ${bucket})::numeric)`

/** Joins the latency samples of each row of `contribution` as `samples(latency, bucket)`; latency indexes `latencies`. */
export const bucketSamples: SQL = sql`cross join lateral (${perColumn(
  latencies,
  (name) => `select ${latencies.indexOf(name)} as latency, unnest(contribution.${name}_buckets) as bucket`,
  ' union all ',
)}) as samples`
