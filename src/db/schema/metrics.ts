import { type SQL, sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { recordOf } from '../../lib/record-of.ts'
import { calls } from './calls.ts'
import { companyPolicy, createdAt, id, isAmount, isLatency, isOneOf, money, updatedAt } from './columns.ts'
import type { CostAmounts, CostLine, Providers } from './prices.ts'
import {
  includedUsage,
  isInSeconds,
  latencies,
  type Outcome,
  outcomes,
  type TurnRole,
  turnRoles,
  type UsageDetailName,
  usageDetailNames,
} from './states.ts'

type SecondsName = Extract<UsageDetailName, `${string}_sec`>

/** A column for each of `usageDetailNames`: `count()` for tokens, double precision for seconds. */
const usageDetailColumns = <C>(count: () => C) =>
  recordOf(usageDetailNames, (name) => (isInSeconds(name) ? doublePrecision() : count())) as Record<
    Exclude<UsageDetailName, SecondsName>,
    C
  > &
    Record<SecondsName, ReturnType<typeof doublePrecision>>

/** CHECK body: no quantity is negative. `least` and `greatest` ignore nulls. */
const areUsageDetails = (columns: Record<UsageDetailName, AnyPgColumn>): SQL => {
  const list = (names: readonly UsageDetailName[]) =>
    sql.join(
      names.map((name) => columns[name]),
      sql`, `,
    )
  const seconds = list(usageDetailNames.filter(isInSeconds))
  const counts = list(usageDetailNames.filter((name) => !isInSeconds(name)))
  return sql`least(${counts}) >= 0 and least(${seconds}) >= 0 and greatest(${seconds}) < 'Infinity'`
}

/** The usage details that are part of other usage. The check of the basic usage covers the cached tokens. */
const detailsIncluded = includedUsage.filter(([part]) => part !== 'llm_cached_input_tokens')

/** Metrics of a call: totals over its turns, costs and outcome. One row per call. */
export const callMetrics = pgTable(
  'call_metrics',
  {
    company_id: uuid().notNull(),
    id: id(),
    call_id: uuid().notNull(),
    ttfb_stt_avg: doublePrecision(),
    ttfb_stt_min: doublePrecision(),
    ttfb_stt_max: doublePrecision(),
    latency_llm_avg: doublePrecision(),
    latency_llm_min: doublePrecision(),
    latency_llm_max: doublePrecision(),
    ttfb_tts_avg: doublePrecision(),
    ttfb_tts_min: doublePrecision(),
    ttfb_tts_max: doublePrecision(),
    eou_latency_avg: doublePrecision(),
    eou_latency_min: doublePrecision(),
    eou_latency_max: doublePrecision(),
    e2e_latency_avg: doublePrecision(),
    e2e_latency_min: doublePrecision(),
    e2e_latency_max: doublePrecision(),
    stt_duration_sec: doublePrecision(),
    llm_input_tokens: bigint({ mode: 'number' }),
    llm_cached_input_tokens: bigint({ mode: 'number' }),
    llm_output_tokens: bigint({ mode: 'number' }),
    tts_characters: bigint({ mode: 'number' }),
    livekit_duration_sec: doublePrecision(),
    ...usageDetailColumns(() => bigint({ mode: 'number' })),
    cost_stt: money(),
    cost_llm: money(),
    cost_tts: money(),
    cost_livekit: money(),
    cost_total: money(),
    cost_lines: jsonb().$type<CostLine[]>(),
    cost_reported: jsonb().$type<CostAmounts>(),
    providers: jsonb().$type<Providers>(),
    interruption_count: integer(),
    interruption_rate: doublePrecision(),
    /** Replies that began before the caller had finished; null when no wait for a reply was measured. */
    overlap_count: integer(),
    interruptions_per_turn: doublePrecision().generatedAlwaysAs(
      (): SQL =>
        sql`${callMetrics.interruption_count}::double precision / nullif(${callMetrics.turn_count}, 0)::double precision`,
    ),
    sentiment_score: doublePrecision(),
    outcome: text().$type<Outcome>(),
    outcome_confidence: doublePrecision(),
    outcome_reason: text(),
    turn_count: integer().notNull().default(0),
    user_turn_count: integer().notNull().default(0),
    bot_turn_count: integer().notNull().default(0),
    is_derived: boolean().notNull().default(false),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    primaryKey({ name: 'call_metrics_pkey', columns: [t.company_id, t.id] }),
    unique('call_metrics_call_id_key').on(t.company_id, t.call_id),
    index('call_metrics_cost_idx')
      .on(t.company_id, t.cost_total, t.call_id)
      .where(sql`${t.cost_total} is not null`),
    foreignKey({
      name: 'call_metrics_call_fkey',
      columns: [t.company_id, t.call_id],
      foreignColumns: [calls.company_id, calls.id],
    }).onDelete('cascade'),
    ...latencies.map((name) =>
      check(
        `call_metrics_${name}_check`,
        sql`${isLatency(t[`${name}_avg`])} and ${isLatency(t[`${name}_min`])} and ${isLatency(t[`${name}_max`])} and ${t[`${name}_min`]} <= ${t[`${name}_max`]}`,
      ),
    ),
    check(
      'call_metrics_usage_check',
      sql`${isAmount(t.stt_duration_sec)} and ${t.llm_input_tokens} >= 0 and ${t.llm_cached_input_tokens} >= 0 and ${t.llm_output_tokens} >= 0 and ${t.tts_characters} >= 0 and ${isAmount(t.livekit_duration_sec)}`,
    ),
    check('call_metrics_usage_details_check', areUsageDetails(t)),
    check(
      'call_metrics_cost_check',
      sql`${isAmount(t.cost_stt)} and ${isAmount(t.cost_llm)} and ${isAmount(t.cost_tts)} and ${isAmount(t.cost_livekit)} and ${isAmount(t.cost_total)}`,
    ),
    check(
      'call_metrics_interruption_check',
      sql`${t.interruption_count} >= 0 and ${t.interruption_rate} between 0 and 1`,
    ),
    check('call_metrics_overlap_count_check', sql`${t.overlap_count} >= 0`),
    check('call_metrics_sentiment_score_check', sql`${t.sentiment_score} between -1 and 1`),
    check('call_metrics_cost_reported_check', sql`jsonb_typeof(${t.cost_reported}) = 'object'`),
    check('call_metrics_cost_lines_check', sql`jsonb_typeof(${t.cost_lines}) = 'array'`),
    check('call_metrics_providers_check', sql`jsonb_typeof(${t.providers}) = 'object'`),
    check('call_metrics_outcome_check', isOneOf(t.outcome, outcomes)),
    check('call_metrics_outcome_confidence_check', sql`${t.outcome_confidence} between 0 and 1`),
    check(
      'call_metrics_turn_counts_check',
      sql`${t.turn_count} >= 0 and ${t.user_turn_count} >= 0 and ${t.bot_turn_count} >= 0`,
    ),
    companyPolicy(t.company_id),
  ],
)

/** Turns: one utterance of one side, with its measurements. */
export const callLogs = pgTable(
  'call_logs',
  {
    company_id: uuid().notNull(),
    call_id: uuid().notNull(),
    turn_index: integer().notNull(),
    role: text().$type<TurnRole>().notNull(),
    content: text(),
    state_id: text(),
    ttfb_stt: doublePrecision(),
    latency_stt: doublePrecision(),
    latency_llm: doublePrecision(),
    ttfb_tts: doublePrecision(),
    latency_tts: doublePrecision(),
    eou_latency: doublePrecision(),
    /** As reported, or computed from the stages; see telemetry/reply-latency.ts. */
    e2e_latency: doublePrecision(),
    /** `e2e_latency` was not reported. */
    is_e2e_computed: boolean().notNull().default(false),
    /** For how long both spoke, ms, when the reply began before the caller had finished. */
    overlap_ms: doublePrecision(),
    stt_duration_sec: doublePrecision(),
    llm_input_tokens: integer(),
    llm_cached_input_tokens: integer(),
    llm_output_tokens: integer(),
    tts_characters: integer(),
    ...usageDetailColumns(() => integer()),
    was_interrupted: boolean(),
    /** The speech only bridged the wait for the answer. */
    is_filler: boolean(),
    sentiment: doublePrecision(),
    extra_data: jsonb().$type<Record<string, unknown>>(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'call_logs_pkey', columns: [t.company_id, t.call_id, t.turn_index] }),
    foreignKey({
      name: 'call_logs_call_fkey',
      columns: [t.company_id, t.call_id],
      foreignColumns: [calls.company_id, calls.id],
    }).onDelete('cascade'),
    check('call_logs_turn_index_check', sql`${t.turn_index} >= 0`),
    check('call_logs_role_check', isOneOf(t.role, turnRoles)),
    ...([...latencies, 'latency_stt', 'latency_tts', 'overlap_ms'] as const).map((name) =>
      check(`call_logs_${name}_check`, isLatency(t[name])),
    ),
    check('call_logs_is_e2e_computed_check', sql`not ${t.is_e2e_computed} or ${t.e2e_latency} is not null`),
    check('call_logs_stt_duration_sec_check', isAmount(t.stt_duration_sec)),
    check(
      'call_logs_usage_check',
      sql`${t.llm_input_tokens} >= 0 and ${t.llm_output_tokens} >= 0 and ${t.tts_characters} >= 0 and ${t.llm_cached_input_tokens} between 0 and ${t.llm_input_tokens}`,
    ),
    check(
      'call_logs_usage_details_check',
      sql`${areUsageDetails(t)} and ${sql.join(
        detailsIncluded.map(([part, whole]) => sql`${t[part]} <= ${t[whole]}`),
        sql` and `,
      )}`,
    ),
    check('call_logs_sentiment_check', sql`${t.sentiment} between -1 and 1`),
    check('call_logs_extra_data_check', sql`jsonb_typeof(${t.extra_data}) = 'object'`),
    companyPolicy(t.company_id),
  ],
)
