import { isNotNull, type SQL, sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  type PgTableExtraConfigValue,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { e164Pattern, extensionPattern, type FurtherNumber } from '../../lib/phone/contact-numbers.ts'
import { campaigns } from './campaigns.ts'
import {
  companyPolicy,
  createdAt,
  id,
  isAmount,
  isOneOf,
  matches,
  phoneIdentityColumn,
  timestamptz,
  updatedAt,
} from './columns.ts'
import { companies } from './companies.ts'
import { isAnsweredSql, isDialedSql } from './outcome-rules.ts'
import { skillbases, skillbaseVersions } from './skillbases.ts'
import { finalCallStatuses, waitingTaskStatuses } from './state-rules.ts'
import {
  type CallStatus,
  callStatuses,
  type Direction,
  directions,
  type Outcome,
  outcomes,
  type TaskStatus,
  type TimezoneSource,
  taskStatuses,
  timezoneSources,
} from './states.ts'

/** Call tasks: one contact of one campaign. They are the queue of outbound calls. */
export const callTasks = pgTable(
  'call_tasks',
  {
    company_id: uuid().notNull(),
    id: id(),
    campaign_id: uuid().notNull(),
    /** The number that is dialed. */
    phone_number: text().notNull(),
    /** Digits to dial after the call is answered. */
    phone_extension: text(),
    /** The contact's other numbers, in the order in which they are tried. */
    further_numbers: jsonb().$type<FurtherNumber[]>().notNull().default([]),
    phone_identity: phoneIdentityColumn(),
    contact_name: text(),
    contact_data: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    timezone: text(),
    dial_timezone: text(),
    timezone_source: text().$type<TimezoneSource>(),
    status: text().$type<TaskStatus>().notNull().default('pending'),
    attempt_count: integer().notNull().default(0),
    last_attempt_at: timestamptz(),
    next_attempt_at: timestamptz(),
    call_id: uuid(),
    outcome: text().$type<Outcome>(),
    error_message: text(),
    priority: integer().notNull().default(0),
    outcome_counts: jsonb().$type<Partial<Record<Outcome, number>>>().notNull().default({}),
    import_id: uuid(),
    created_at: createdAt(),
    updated_at: updatedAt(),
    // A callback is dialed before other contacts that are due.
    dial_priority: integer()
      .notNull()
      .generatedAlwaysAs(
        (): SQL => sql`case when ${callTasks.outcome} = 'callback' then 2000 else ${callTasks.priority} end`,
      ),
    due_at: timestamptz()
      .notNull()
      .generatedAlwaysAs((): SQL => sql`coalesce(${callTasks.next_attempt_at}, ${callTasks.created_at})`),
  },
  (t): PgTableExtraConfigValue[] => [
    primaryKey({ name: 'call_tasks_pkey', columns: [t.company_id, t.id] }),
    foreignKey({
      name: 'call_tasks_campaign_fkey',
      columns: [t.company_id, t.campaign_id],
      foreignColumns: [campaigns.company_id, campaigns.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'call_tasks_call_fkey',
      columns: [t.company_id, t.call_id],
      foreignColumns: [calls.company_id, calls.id],
    }),
    // phone_identity before campaign_id: the index also finds the tasks of a telephone across campaigns.
    unique('call_tasks_phone_identity_key').on(t.company_id, t.phone_identity, t.campaign_id),
    index('call_tasks_campaign_idx').on(t.company_id, t.campaign_id, t.id),
    index('call_tasks_status_idx').on(t.company_id, t.campaign_id, t.status, t.id),
    // The queue in dialing order, within a campaign and time zone.
    index('call_tasks_queue_idx')
      .on(t.company_id, t.campaign_id, t.dial_timezone, t.dial_priority.desc().nullsFirst(), t.due_at, t.id)
      .where(isOneOf(t.status, waitingTaskStatuses)),
    index('call_tasks_call_idx').on(t.company_id, t.call_id).where(sql`${t.call_id} is not null`),
    check('call_tasks_phone_number_check', matches(t.phone_number, e164Pattern)),
    check('call_tasks_phone_extension_check', matches(t.phone_extension, extensionPattern)),
    check('call_tasks_further_numbers_check', sql`jsonb_typeof(${t.further_numbers}) = 'array'`),
    check('call_tasks_contact_data_check', sql`jsonb_typeof(${t.contact_data}) = 'object'`),
    check('call_tasks_timezone_check', sql`${t.timezone} <> ''`),
    check('call_tasks_timezone_source_check', isOneOf(t.timezone_source, timezoneSources)),
    check('call_tasks_outcome_counts_check', sql`jsonb_typeof(${t.outcome_counts}) = 'object'`),
    check('call_tasks_status_check', isOneOf(t.status, taskStatuses)),
    check('call_tasks_outcome_check', isOneOf(t.outcome, outcomes)),
    check('call_tasks_attempt_count_check', sql`${t.attempt_count} >= 0`),
    check('call_tasks_priority_check', sql`${t.priority} between -1000 and 1000`),
    companyPolicy(t.company_id),
  ],
)

/** CHECK body: a phone number, or what stands for it, such as "anonymous". */
const isNumberText = (column: AnyPgColumn): SQL => sql`length(${column}) between 1 and 64`

/** Calls: one attempt to reach a contact, one test call, or one inbound call per row. */
export const calls = pgTable(
  'calls',
  {
    company_id: uuid().notNull(),
    id: id(),
    skillbase_id: uuid(),
    skillbase_version: integer(),
    campaign_id: uuid(),
    call_task_id: uuid(),
    external_call_id: text(),
    livekit_room_id: text(),
    direction: text().$type<Direction>().notNull(),
    caller_number: text(),
    callee_number: text(),
    status: text().$type<CallStatus>().notNull().default('queued'),
    outcome: text().$type<Outcome>(),
    is_outcome_classified: boolean().notNull().default(false),
    /** The carrier reported the outcome. A report of the agent replaces it. */
    is_outcome_from_carrier: boolean().notNull().default(false),
    outcome_data: jsonb().$type<Record<string, unknown>>(),
    collected_data: jsonb().$type<Record<string, unknown>>(),
    /** Reported values that were not stored as they were sent. */
    extra_data: jsonb().$type<Record<string, unknown>>(),
    ended_reason: text(),
    ring_sec: doublePrecision(),
    duration_sec: doublePrecision(),
    turn_count: integer().notNull().default(0),
    states_visited: text().array().notNull().default(sql`'{}'::text[]`),
    language: text(),
    rating: smallint(),
    started_at: timestamptz().notNull().defaultNow(),
    dialed_at: timestamptz(),
    answered_at: timestamptz(),
    ended_at: timestamptz(),
    is_dialed: boolean().notNull().generatedAlwaysAs(sql.raw(isDialedSql)),
    is_answered: boolean().notNull().generatedAlwaysAs(sql.raw(isAnsweredSql)),
    /**
     * The identity of the other side's telephone, for searches; null when its number is not known. A column, because row-level
     * security keeps an index on the function itself from being used.
     */
    contact_identity: text().generatedAlwaysAs(
      sql`phone_identity(split_part(case when direction = 'outbound' then callee_number else caller_number end, ';', 1))`,
    ),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t): PgTableExtraConfigValue[] => [
    primaryKey({ name: 'calls_pkey', columns: [t.company_id, t.id] }),
    unique('calls_external_call_id_key').on(t.company_id, t.external_call_id),
    foreignKey({
      name: 'calls_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'calls_skillbase_fkey',
      columns: [t.company_id, t.skillbase_id],
      foreignColumns: [skillbases.company_id, skillbases.id],
    }),
    foreignKey({
      name: 'calls_skillbase_version_fkey',
      columns: [t.company_id, t.skillbase_id, t.skillbase_version],
      foreignColumns: [
        skillbaseVersions.company_id,
        skillbaseVersions.skillbase_id,
        skillbaseVersions.version,
      ],
    }),
    foreignKey({
      name: 'calls_campaign_fkey',
      columns: [t.company_id, t.campaign_id],
      foreignColumns: [campaigns.company_id, campaigns.id],
    }),
    foreignKey({
      name: 'calls_call_task_fkey',
      columns: [t.company_id, t.call_task_id],
      foreignColumns: [callTasks.company_id, callTasks.id],
    }),
    index('calls_started_at_idx').on(t.company_id, t.started_at, t.id),
    index('calls_campaign_idx').on(t.company_id, t.campaign_id, t.started_at, t.id),
    index('calls_skillbase_idx').on(t.company_id, t.skillbase_id, t.started_at, t.id),
    index('calls_outcome_idx').on(t.company_id, t.outcome, t.started_at, t.id),
    index('calls_status_idx').on(t.company_id, t.status, t.started_at, t.id),
    index('calls_call_task_idx').on(t.company_id, t.call_task_id).where(sql`${t.call_task_id} is not null`),
    index('calls_contact_idx')
      .on(t.company_id, t.contact_identity, t.started_at, t.id)
      .where(sql`${t.contact_identity} is not null`),
    index('calls_duration_idx').on(t.company_id, t.duration_sec, t.id).where(isNotNull(t.duration_sec)),
    // Calls that were never dialed are few, and lists can be filtered by them.
    index('calls_not_dialed_idx').on(t.company_id, t.started_at, t.id).where(sql`not ${t.is_dialed}`),
    // For the trigger that fills in company_id when hand-written SQL inserts metrics or turns with call_id only.
    index('calls_id_idx').on(t.id),
    check('calls_direction_check', isOneOf(t.direction, directions)),
    check('calls_status_check', isOneOf(t.status, callStatuses)),
    check('calls_outcome_check', isOneOf(t.outcome, outcomes)),
    check(
      'calls_ended_at_check',
      sql`${t.ended_at} is null or (${isOneOf(t.status, finalCallStatuses)} and ${t.ended_at} >= ${t.started_at})`,
    ),
    check(
      'calls_answered_at_check',
      sql`${t.dialed_at} <= ${t.answered_at} and ${t.answered_at} <= ${t.ended_at} and ${t.dialed_at} <= ${t.ended_at}`,
    ),
    check('calls_ring_sec_check', isAmount(t.ring_sec)),
    check('calls_duration_sec_check', isAmount(t.duration_sec)),
    check('calls_turn_count_check', sql`${t.turn_count} >= 0`),
    check('calls_rating_check', sql`${t.rating} between 1 and 5`),
    check('calls_outcome_data_check', sql`jsonb_typeof(${t.outcome_data}) = 'object'`),
    check('calls_collected_data_check', sql`jsonb_typeof(${t.collected_data}) = 'object'`),
    check('calls_numbers_check', sql`${isNumberText(t.caller_number)} and ${isNumberText(t.callee_number)}`),
    companyPolicy(t.company_id),
  ],
)
