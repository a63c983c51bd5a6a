import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyPolicy, createdAt, id, isOneOf, timestamptz, updatedAt, wallClock } from './columns.ts'
import { companies } from './companies.ts'
import { skillbases, skillbaseVersions } from './skillbases.ts'
import {
  type CampaignOperation,
  type CampaignStatus,
  type CompletionRule,
  campaignOperations,
  campaignStatuses,
  completionRules,
  type Outcome,
  type UnknownZoneRule,
  unknownZoneRules,
  type VersionPinningRule,
  versionPinningRules,
} from './states.ts'

/** How a campaign retries after one outcome, instead of the default in outcome-rules.ts. */
export interface RetryRule {
  /** The maximum number of retries after attempts with this outcome. */
  max?: number
  /** Minutes until the next attempt, after the first, second, ... attempt with this outcome. The last value repeats. */
  delays_minutes?: number[]
}

export type RetryPolicy = Partial<Record<Outcome, RetryRule>>

/** CHECK body: both times or none; they differ, and the start is not 24:00. */
const isTimeSpan = (from: AnyPgColumn, to: AnyPgColumn) =>
  sql`(${from} is null) = (${to} is null) and (${from} is null or ${from} <> ${to}) and ${from} is distinct from '24:00'`

export const campaigns = pgTable(
  'campaigns',
  {
    company_id: uuid().notNull(),
    id: id(),
    skillbase_id: uuid().notNull(),
    skillbase_version: integer(),
    /** When a start set skillbase_version to the published version; null when none did, or when the caller chose it. */
    skillbase_version_pinned_at: timestamptz(),
    version_pinning: text().$type<VersionPinningRule>().notNull().default('when_scheduled'),
    completes: text().$type<CompletionRule>().notNull().default('when_done'),
    name: text().notNull(),
    description: text(),
    status: text().$type<CampaignStatus>().notNull().default('draft'),
    status_reason: text(),
    start_time: timestamptz(),
    end_time: timestamptz(),
    daily_start_time: wallClock(),
    daily_end_time: wallClock(),
    timezone: text().notNull().default('UTC'),
    days_of_week: smallint().array(),
    blackout_dates: date({ mode: 'string' }).array().notNull().default(sql`'{}'::date[]`),
    contact_daily_start_time: wallClock(),
    contact_daily_end_time: wallClock(),
    unknown_zone: text().$type<UnknownZoneRule>().notNull().default('strictest'),
    max_concurrent_calls: integer().notNull().default(5),
    calls_per_minute: integer().notNull().default(10),
    /** Maximum number of attempts that count, whatever their outcomes; null: none. */
    max_attempts: integer(),
    max_retries: integer().notNull().default(3),
    retry_delay_minutes: integer().notNull().default(30),
    retry_policy: jsonb().$type<RetryPolicy>().notNull().default({}),
    weight: integer().notNull().default(1),
    caller_number: text(),
    ring_timeout_sec: integer().notNull().default(30),
    max_call_duration_sec: integer().notNull().default(600),
    total_tasks: integer().notNull().default(0),
    completed_tasks: integer().notNull().default(0),
    failed_tasks: integer().notNull().default(0),
    started_at: timestamptz(),
    ended_at: timestamptz(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    primaryKey({ name: 'campaigns_pkey', columns: [t.company_id, t.id] }),
    foreignKey({
      name: 'campaigns_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'campaigns_skillbase_fkey',
      columns: [t.company_id, t.skillbase_id],
      foreignColumns: [skillbases.company_id, skillbases.id],
    }),
    foreignKey({
      name: 'campaigns_skillbase_version_fkey',
      columns: [t.company_id, t.skillbase_id, t.skillbase_version],
      foreignColumns: [
        skillbaseVersions.company_id,
        skillbaseVersions.skillbase_id,
        skillbaseVersions.version,
      ],
    }),
    index('campaigns_status_idx').on(t.company_id, t.status, t.id),
    index('campaigns_skillbase_idx').on(t.company_id, t.skillbase_id, t.id),
    // For the trigger that fills in company_id when hand-written SQL inserts call_tasks with campaign_id only.
    index('campaigns_id_idx').on(t.id),
    check('campaigns_status_check', isOneOf(t.status, campaignStatuses)),
    check('campaigns_times_check', sql`${t.end_time} > ${t.start_time}`),
    check('campaigns_daily_times_check', isTimeSpan(t.daily_start_time, t.daily_end_time)),
    check(
      'campaigns_contact_daily_times_check',
      isTimeSpan(t.contact_daily_start_time, t.contact_daily_end_time),
    ),
    check(
      'campaigns_days_of_week_check',
      sql`cardinality(${t.days_of_week}) > 0 and ${t.days_of_week} <@ '{1,2,3,4,5,6,7}'::smallint[]`,
    ),
    check('campaigns_blackout_dates_check', sql`array_position(${t.blackout_dates}, null) is null`),
    check('campaigns_retry_policy_check', sql`jsonb_typeof(${t.retry_policy}) = 'object'`),
    check('campaigns_version_pinning_check', isOneOf(t.version_pinning, versionPinningRules)),
    check('campaigns_completes_check', isOneOf(t.completes, completionRules)),
    check('campaigns_max_attempts_check', sql`${t.max_attempts} between 1 and 1000`),
    check('campaigns_unknown_zone_check', isOneOf(t.unknown_zone, unknownZoneRules)),
    check('campaigns_weight_check', sql`${t.weight} between 1 and 100`),
    check('campaigns_caller_number_check', sql`length(${t.caller_number}) between 1 and 64`),
    check('campaigns_ring_timeout_sec_check', sql`${t.ring_timeout_sec} between 5 and 120`),
    check('campaigns_max_call_duration_sec_check', sql`${t.max_call_duration_sec} between 10 and 86400`),
    check('campaigns_timezone_check', sql`${t.timezone} <> ''`),
    check('campaigns_max_concurrent_calls_check', sql`${t.max_concurrent_calls} between 1 and 1000000`),
    check('campaigns_calls_per_minute_check', sql`${t.calls_per_minute} between 1 and 60000000`),
    check('campaigns_max_retries_check', sql`${t.max_retries} between 0 and 100`),
    check('campaigns_retry_delay_minutes_check', sql`${t.retry_delay_minutes} between 0 and 43200`),
    check(
      'campaigns_counters_check',
      sql`${t.total_tasks} >= 0 and ${t.completed_tasks} >= 0 and ${t.failed_tasks} >= 0`,
    ),
    check('campaigns_ended_at_check', sql`${t.ended_at} is null or ${t.status} in ('completed', 'stopped')`),
    companyPolicy(t.company_id),
  ],
)

/**
 * Operations of campaigns that failed, for example because a row or a setting that hand-written SQL stored cannot be
 * processed. Until `retry_at`, the loops leave the campaign out of this operation and continue with the others.
 */
export const campaignFailures = pgTable(
  'campaign_failures',
  {
    company_id: uuid().notNull(),
    campaign_id: uuid().notNull(),
    operation: text().$type<CampaignOperation>().notNull(),
    /** Failures in a row. */
    failures: integer().notNull(),
    /** Why it failed last, for the users of the campaign. */
    reason: text().notNull(),
    retry_at: timestamptz().notNull(),
  },
  (t) => [
    primaryKey({ name: 'campaign_failures_pkey', columns: [t.company_id, t.campaign_id, t.operation] }),
    foreignKey({
      name: 'campaign_failures_campaign_fkey',
      columns: [t.company_id, t.campaign_id],
      foreignColumns: [campaigns.company_id, campaigns.id],
    }).onDelete('cascade'),
    check('campaign_failures_operation_check', isOneOf(t.operation, campaignOperations)),
    check('campaign_failures_failures_check', sql`${t.failures} > 0`),
    companyPolicy(t.company_id),
  ],
)
