import { sql } from 'drizzle-orm'
import {
  bigserial,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { calls, callTasks } from './calls.ts'
import { campaigns } from './campaigns.ts'
import { companyPolicy, isOneOf, timestamptz } from './columns.ts'
import { companies } from './companies.ts'
import { type Outcome, outcomes, type TaskStatus, taskStatuses } from './states.ts'

/** An instant to the microsecond: at 60,000 calls a minute the next one is 1 ms away. */
const finely = () => timestamp({ withTimezone: true, precision: 6, mode: 'date' })

/** When a campaign may claim its next attempt. Whoever claims for it holds this row. */
export const campaignPace = pgTable(
  'campaign_pace',
  {
    company_id: uuid().notNull(),
    campaign_id: uuid().notNull(),
    next_slot_at: finely().notNull().defaultNow(),
    recheck_at: finely().notNull().defaultNow(),
    last_claim_at: finely().notNull().defaultNow(),
    breaker_since: timestamptz().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: 'campaign_pace_pkey', columns: [t.company_id, t.campaign_id] }),
    foreignKey({
      name: 'campaign_pace_campaign_fkey',
      columns: [t.company_id, t.campaign_id],
      foreignColumns: [campaigns.company_id, campaigns.id],
    }).onDelete('cascade'),
    index('campaign_pace_recheck_at_idx').on(t.recheck_at),
    companyPolicy(t.company_id),
  ],
)

/** When a company with limits of its own may claim its next attempt, whatever the campaign. */
export const companyPace = pgTable(
  'company_pace',
  {
    company_id: uuid().notNull(),
    next_slot_at: finely().notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: 'company_pace_pkey', columns: [t.company_id] }),
    foreignKey({
      name: 'company_pace_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    companyPolicy(t.company_id),
  ],
)

/**
 * The present opening of a campaign for contacts of a zone, or the next one. A contact whose zone has no row here, or
 * whose opening is not now, is not dialed: what has not been worked out is closed.
 */
export const campaignWindows = pgTable(
  'campaign_windows',
  {
    company_id: uuid().notNull(),
    campaign_id: uuid().notNull(),
    dial_timezone: text().notNull(),
    opens_at: timestamptz(),
    closes_at: timestamptz(),
    recheck_at: timestamptz().notNull(),
  },
  (t) => [
    primaryKey({ name: 'campaign_windows_pkey', columns: [t.company_id, t.campaign_id, t.dial_timezone] }),
    foreignKey({
      name: 'campaign_windows_campaign_fkey',
      columns: [t.company_id, t.campaign_id],
      foreignColumns: [campaigns.company_id, campaigns.id],
    }).onDelete('cascade'),
    index('campaign_windows_recheck_at_idx').on(t.recheck_at),
    check(
      'campaign_windows_opening_check',
      sql`(${t.opens_at} is null) = (${t.closes_at} is null) and ${t.opens_at} < ${t.closes_at}`,
    ),
    companyPolicy(t.company_id),
  ],
)

/** An attempt that is under way, or has ended and is not yet settled. Its call's id is its fencing token. */
export const leases = pgTable(
  'leases',
  {
    company_id: uuid().notNull(),
    call_id: uuid().notNull(),
    /** null, as campaign_id is: a test call, of no campaign. */
    call_task_id: uuid(),
    campaign_id: uuid(),
    phone_number: text().notNull(),
    worker: text().notNull(),
    claimed_at: timestamptz().notNull(),
    lease_until: timestamptz().notNull(),
    is_live: boolean().notNull().default(true),
    settle_at: timestamptz(),
    is_unreported: boolean().notNull().default(false),
  },
  (t) => [
    primaryKey({ name: 'leases_pkey', columns: [t.company_id, t.call_id] }),
    foreignKey({
      name: 'leases_call_fkey',
      columns: [t.company_id, t.call_id],
      foreignColumns: [calls.company_id, calls.id],
    }).onDelete('cascade'),
    // No two live calls of a company ring one number.
    uniqueIndex('leases_phone_number_key').on(t.company_id, t.phone_number).where(sql`${t.is_live}`),
    index('leases_campaign_idx').on(t.company_id, t.campaign_id).where(sql`${t.is_live}`),
    index('leases_lease_until_idx').on(t.lease_until).where(sql`${t.is_live}`),
    index('leases_settle_at_idx').on(t.settle_at).where(sql`not ${t.is_live}`),
    index('leases_test_idx').on(t.claimed_at).where(sql`${t.campaign_id} is null`),
    check('leases_campaign_check', sql`(${t.call_task_id} is null) = (${t.campaign_id} is null)`),
    check('leases_settle_at_check', sql`${t.is_live} = (${t.settle_at} is null)`),
    companyPolicy(t.company_id),
  ],
)

/** A call that somebody asked for to try a skillbase, of no campaign: what it is to be dialed by. */
export const testCalls = pgTable(
  'test_calls',
  {
    company_id: uuid().notNull(),
    call_id: uuid().notNull(),
    phone_number: text().notNull(),
    ring_timeout_sec: integer().notNull(),
    max_call_duration_sec: integer().notNull(),
    placed_at: timestamptz().notNull(),
  },
  (t) => [
    primaryKey({ name: 'test_calls_pkey', columns: [t.company_id, t.call_id] }),
    foreignKey({
      name: 'test_calls_call_fkey',
      columns: [t.company_id, t.call_id],
      foreignColumns: [calls.company_id, calls.id],
    }).onDelete('cascade'),
    index('test_calls_phone_number_idx').on(t.company_id, t.phone_number, t.placed_at),
    check('test_calls_ring_timeout_sec_check', sql`${t.ring_timeout_sec} between 5 and 120`),
    check('test_calls_max_call_duration_sec_check', sql`${t.max_call_duration_sec} between 10 and 14400`),
    companyPolicy(t.company_id),
  ],
)

/** What was decided of a contact, and by which rule. */
export const taskEvents = pgTable(
  'task_events',
  {
    company_id: uuid().notNull(),
    call_task_id: uuid().notNull(),
    seq: bigserial({ mode: 'number' }).notNull(),
    campaign_id: uuid().notNull(),
    at: timestamptz().notNull(),
    status: text().$type<TaskStatus>().notNull(),
    outcome: text().$type<Outcome>(),
    rule: text().notNull(),
    detail: text(),
    call_id: uuid(),
    due_at: timestamptz(),
    next_attempt_at: timestamptz(),
  },
  (t) => [
    primaryKey({ name: 'task_events_pkey', columns: [t.company_id, t.call_task_id, t.seq] }),
    foreignKey({
      name: 'task_events_call_task_fkey',
      columns: [t.company_id, t.call_task_id],
      foreignColumns: [callTasks.company_id, callTasks.id],
    }).onDelete('cascade'),
    index('task_events_campaign_idx').on(t.company_id, t.campaign_id, t.at),
    check('task_events_status_check', isOneOf(t.status, taskStatuses)),
    check('task_events_outcome_check', isOneOf(t.outcome, outcomes)),
    companyPolicy(t.company_id),
  ],
)

/** What happened to a campaign, for the people who run it. */
export const campaignEvents = pgTable(
  'campaign_events',
  {
    company_id: uuid().notNull(),
    campaign_id: uuid().notNull(),
    seq: bigserial({ mode: 'number' }).notNull(),
    at: timestamptz().notNull(),
    event: text().notNull(),
    detail: text().notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (t) => [
    primaryKey({ name: 'campaign_events_pkey', columns: [t.company_id, t.campaign_id, t.seq] }),
    foreignKey({
      name: 'campaign_events_campaign_fkey',
      columns: [t.company_id, t.campaign_id],
      foreignColumns: [campaigns.company_id, campaigns.id],
    }).onDelete('cascade'),
    check('campaign_events_data_check', sql`jsonb_typeof(${t.data}) = 'object'`),
    companyPolicy(t.company_id),
  ],
)

/** The simulated carrier's own book: what it was asked to dial, and how far each call is. */
export const simulatedCalls = pgTable(
  'simulated_calls',
  {
    company_id: uuid().notNull(),
    call_id: uuid().notNull(),
    phone_number: text().notNull(),
    attempt: integer().notNull(),
    dial_requests: integer().notNull().default(1),
    dialed_at: timestamptz().notNull(),
    plan: jsonb().$type<Record<string, unknown>>().notNull(),
    step: integer().notNull().default(0),
    next_at: timestamptz(),
    status: text().notNull(),
    outcome: text().$type<Outcome>(),
    answered_at: timestamptz(),
    ended_at: timestamptz(),
  },
  (t) => [
    primaryKey({ name: 'simulated_calls_pkey', columns: [t.company_id, t.call_id] }),
    foreignKey({
      name: 'simulated_calls_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    index('simulated_calls_next_at_idx').on(t.next_at),
    check('simulated_calls_status_check', sql`${t.status} in ('dialing', 'ringing', 'active', 'ended')`),
    check('simulated_calls_outcome_check', isOneOf(t.outcome, outcomes)),
    check('simulated_calls_dial_requests_check', sql`${t.dial_requests} >= 1`),
    check('simulated_calls_attempt_check', sql`${t.attempt} >= 1`),
    check('simulated_calls_plan_check', sql`jsonb_typeof(${t.plan}) = 'object'`),
    companyPolicy(t.company_id),
  ],
)
