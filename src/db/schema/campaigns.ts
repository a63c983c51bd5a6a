import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { at, createdAt, id, isOneOf, ofCompany, updatedAt, wallClock } from './columns.ts'
import { companies } from './companies.ts'
import { skillbases, skillbaseVersions } from './skillbases.ts'
import { type CampaignStatus, campaignStatuses } from './states.ts'

export const campaigns = pgTable(
  'campaigns',
  {
    company_id: uuid().notNull(),
    id: id(),
    skillbase_id: uuid().notNull(),
    skillbase_version: integer(),
    name: text().notNull(),
    description: text(),
    status: text().$type<CampaignStatus>().notNull().default('draft'),
    status_reason: text(),
    start_time: at(),
    end_time: at(),
    daily_start_time: wallClock(),
    daily_end_time: wallClock(),
    timezone: text().notNull().default('UTC'),
    max_concurrent_calls: integer().notNull().default(5),
    calls_per_minute: integer().notNull().default(10),
    max_retries: integer().notNull().default(3),
    retry_delay_minutes: integer().notNull().default(30),
    total_tasks: integer().notNull().default(0),
    completed_tasks: integer().notNull().default(0),
    failed_tasks: integer().notNull().default(0),
    started_at: at(),
    ended_at: at(),
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
    // Hand-written SQL names a campaign by its id alone; the trigger that finds its company reads this.
    index('campaigns_id_idx').on(t.id),
    check('campaigns_status_check', isOneOf(t.status, campaignStatuses)),
    check('campaigns_times_check', sql`${t.end_time} > ${t.start_time}`),
    check(
      'campaigns_daily_times_check',
      sql`(${t.daily_start_time} is null) = (${t.daily_end_time} is null) and (${t.daily_start_time} is null or ${t.daily_start_time} <> ${t.daily_end_time}) and ${t.daily_start_time} is distinct from '24:00'`,
    ),
    check('campaigns_timezone_check', sql`${t.timezone} <> ''`),
    check('campaigns_max_concurrent_calls_check', sql`${t.max_concurrent_calls} between 1 and 10000`),
    check('campaigns_calls_per_minute_check', sql`${t.calls_per_minute} between 1 and 60000`),
    check('campaigns_max_retries_check', sql`${t.max_retries} between 0 and 100`),
    check('campaigns_retry_delay_minutes_check', sql`${t.retry_delay_minutes} between 0 and 43200`),
    check(
      'campaigns_counters_check',
      sql`${t.total_tasks} >= 0 and ${t.completed_tasks} >= 0 and ${t.failed_tasks} >= 0`,
    ),
    check('campaigns_ended_at_check', sql`${t.ended_at} is null or ${t.status} in ('completed', 'stopped')`),
    ofCompany(t.company_id),
  ],
)
