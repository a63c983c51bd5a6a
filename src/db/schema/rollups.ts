import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  doublePrecision,
  foreignKey,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyPolicy, timestamptz } from './columns.ts'
import { companies } from './companies.ts'
import { type CallStatus, type Direction, type Latency, latencies, type Outcome } from './states.ts'

/** The same column for each latency. */
const perLatency = <S extends string, C>(suffix: S, column: () => C) =>
  Object.fromEntries(latencies.map((name) => [`${name}_${suffix}`, column()])) as Record<`${Latency}_${S}`, C>

const countColumn = () => bigint({ mode: 'number' }).notNull().default(0)
const sumColumn = () => numeric().notNull().default('0')

/**
 * The groups that calls are rolled up by. A detailed series is identified by campaign, skillbase, version, direction and
 * outcome; a total series by direction and outcome only, so that a query over a company's year reads a few rows per day.
 */
export const metricSeries = pgTable(
  'metric_series',
  {
    company_id: uuid().notNull(),
    id: integer().notNull(),
    is_total: boolean().notNull(),
    campaign_id: uuid(),
    skillbase_id: uuid(),
    skillbase_version: integer(),
    direction: text().$type<Direction>().notNull(),
    outcome: text().$type<Outcome>(),
    first_bucket: timestamptz().notNull(),
    last_bucket: timestamptz().notNull(),
  },
  (t) => [
    primaryKey({ name: 'metric_series_pkey', columns: [t.company_id, t.id] }),
    unique('metric_series_labels_key')
      .on(
        t.company_id,
        t.is_total,
        t.campaign_id,
        t.skillbase_id,
        t.skillbase_version,
        t.direction,
        t.outcome,
      )
      .nullsNotDistinct(),
    foreignKey({
      name: 'metric_series_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    check(
      'metric_series_total_check',
      sql`not ${t.is_total} or num_nonnulls(${t.campaign_id}, ${t.skillbase_id}, ${t.skillbase_version}) = 0`,
    ),
    companyPolicy(t.company_id),
  ],
)

/** The contribution of each call to the rollups when it was last folded. It is subtracted when the call changes. */
export const callContributions = pgTable(
  'call_contributions',
  {
    company_id: uuid().notNull(),
    call_id: uuid().notNull(),
    series_id: integer().notNull(),
    total_series_id: integer().notNull(),
    started_at: timestamptz().notNull(),
    status: text().$type<CallStatus>().notNull(),
    /** null, like the columns of what was not measured: folded before this was recorded. */
    is_dialed: boolean(),
    is_answered: boolean(),
    ring_sec: doublePrecision(),
    duration_sec: doublePrecision(),
    turns: integer().notNull(),
    is_without_turns: boolean().notNull(),
    /** Turns of both sides by the metrics, which an agent can report without turns. */
    turn_count: integer(),
    bot_turns: integer(),
    interruption_count: integer(),
    measured_replies: integer().notNull().default(0),
    overlap_count: integer().notNull().default(0),
    stt_duration_sec: doublePrecision(),
    llm_input_tokens: bigint({ mode: 'number' }),
    llm_cached_input_tokens: bigint({ mode: 'number' }),
    llm_output_tokens: bigint({ mode: 'number' }),
    tts_characters: bigint({ mode: 'number' }),
    livekit_duration_sec: doublePrecision(),
    has_usage_details: boolean().notNull().default(false),
    cost_stt: numeric(),
    cost_llm: numeric(),
    cost_tts: numeric(),
    cost_livekit: numeric(),
    cost_total: numeric(),
    ...perLatency('n', () => integer().notNull().default(0)),
    ...perLatency('sum', () => numeric()),
    ...perLatency('min', () => doublePrecision()),
    ...perLatency('max', () => doublePrecision()),
    ...perLatency('buckets', () => smallint().array()),
  },
  (t) => [
    primaryKey({ name: 'call_contributions_pkey', columns: [t.company_id, t.call_id] }),
    foreignKey({
      name: 'call_contributions_series_fkey',
      columns: [t.company_id, t.series_id],
      foreignColumns: [metricSeries.company_id, metricSeries.id],
    }).onDelete('cascade'),
    index('call_contributions_series_idx').on(t.company_id, t.series_id, t.started_at),
    companyPolicy(t.company_id),
  ],
)

export const grains = ['hour', 'day'] as const
export type Grain = (typeof grains)[number]

/** Sums of call contributions per hour and per day (UTC), one row for each series that has calls. */
export const metricRollups = pgTable(
  'metric_rollups',
  {
    company_id: uuid().notNull(),
    grain: text().$type<Grain>().notNull(),
    series_id: integer().notNull(),
    bucket: timestamptz().notNull(),
    calls: countColumn(),
    completed: countColumn(),
    failed: countColumn(),
    cancelled: countColumn(),
    dialed: countColumn(),
    answered: countColumn(),
    not_dialed: countColumn(),
    ring_n: countColumn(),
    ring_sum: sumColumn(),
    duration_n: countColumn(),
    duration_sum: sumColumn(),
    duration_min: doublePrecision(),
    duration_max: doublePrecision(),
    turns: countColumn(),
    calls_without_turns: countColumn(),
    unpriced_calls: countColumn(),
    unmeasured_calls: countColumn(),
    interruption_n: countColumn(),
    interruption_count: countColumn(),
    interrupted_turns: countColumn(),
    interruptible_turns: countColumn(),
    measured_replies: countColumn(),
    overlap_count: countColumn(),
    turn_interruptions: countColumn(),
    interruption_turns: countColumn(),
    stt_duration_n: countColumn(),
    stt_duration_sec: sumColumn(),
    llm_input_n: countColumn(),
    llm_input_tokens: countColumn(),
    llm_cached_input_n: countColumn(),
    llm_cached_input_tokens: countColumn(),
    llm_output_n: countColumn(),
    llm_output_tokens: countColumn(),
    tts_n: countColumn(),
    tts_characters: countColumn(),
    livekit_duration_n: countColumn(),
    livekit_duration_sec: sumColumn(),
    cost_stt_n: countColumn(),
    cost_stt: sumColumn(),
    cost_llm_n: countColumn(),
    cost_llm: sumColumn(),
    cost_tts_n: countColumn(),
    cost_tts: sumColumn(),
    cost_livekit_n: countColumn(),
    cost_livekit: sumColumn(),
    cost_total_n: countColumn(),
    cost_total: sumColumn(),
    unpriced_cost: sumColumn(),
    timed_cost: sumColumn(),
    timed_cost_sec: sumColumn(),
    ...perLatency('n', countColumn),
    ...perLatency('sum', sumColumn),
    ...perLatency('min', () => doublePrecision()),
    ...perLatency('max', () => doublePrecision()),
    ...perLatency('histogram', sumColumn),
  },
  (t) => [
    primaryKey({ name: 'metric_rollups_pkey', columns: [t.company_id, t.series_id, t.grain, t.bucket] }),
    foreignKey({
      name: 'metric_rollups_series_fkey',
      columns: [t.company_id, t.series_id],
      foreignColumns: [metricSeries.company_id, metricSeries.id],
    }).onDelete('cascade'),
    check('metric_rollups_grain_check', sql`${t.grain} in ('hour', 'day')`),
    companyPolicy(t.company_id),
  ],
)

/** The last comparison of a day's tasks, calls, metrics and rollups: its time, and the numbers of differences. */
export const rollupChecks = pgTable(
  'rollup_checks',
  {
    company_id: uuid().notNull(),
    day: date({ mode: 'string' }).notNull(),
    checked_at: timestamptz().notNull(),
    wrong_calls: integer().notNull(),
    wrong_buckets: integer().notNull(),
    wrong_values: integer().notNull().default(0),
    /** Why the comparison failed; null when it was completed. */
    error: text(),
  },
  (t) => [
    primaryKey({ name: 'rollup_checks_pkey', columns: [t.company_id, t.day] }),
    foreignKey({
      name: 'rollup_checks_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    companyPolicy(t.company_id),
  ],
)
