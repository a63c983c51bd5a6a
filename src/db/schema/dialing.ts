import { sql } from 'drizzle-orm'
import {
  bigserial,
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
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { calls, callTasks } from './calls.ts'
import { campaigns } from './campaigns.ts'
import { companyPolicy, isOneOf, phoneIdentityColumn, timestamptz, timestamptzMicros } from './columns.ts'
import { companies } from './companies.ts'
import { unreadableOptOutRule } from './outcome-rules.ts'
import { type Outcome, outcomes, type TaskStatus, taskStatuses } from './states.ts'

/** The rate limiter (GCRA) of a campaign. A worker that claims attempts for the campaign locks its row. */
export const campaignPace = pgTable(
  'campaign_pace',
  {
    company_id: uuid().notNull(),
    campaign_id: uuid().notNull(),
    /** Theoretical arrival time of the next attempt. */
    next_slot_at: timestamptzMicros().notNull().defaultNow(),
    /** No attempt can be claimed before this time. */
    recheck_at: timestamptzMicros().notNull().defaultNow(),
    last_claim_at: timestamptzMicros().notNull().defaultNow(),
    /** The virtual time at which its next attempt starts: the memory of the shares of campaigns. See claim/shares.ts. */
    next_turn: doublePrecision().notNull().default(0),
    /** The circuit breaker ignores attempts before this time. */
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

/** The rate limiter (GCRA) of a company with its own calls_per_minute limit, across all its campaigns. */
export const companyPace = pgTable(
  'company_pace',
  {
    company_id: uuid().notNull(),
    next_slot_at: timestamptzMicros().notNull().defaultNow(),
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
 * The current or next open period of a campaign, per time zone of its contacts. A contact is dialed only while the period
 * of its zone is open: a zone without a row counts as closed.
 */
export const campaignWindows = pgTable(
  'campaign_windows',
  {
    company_id: uuid().notNull(),
    campaign_id: uuid().notNull(),
    dial_timezone: text().notNull(),
    /** null, like closes_at, when no open period was found. */
    opens_at: timestamptz(),
    closes_at: timestamptz(),
    /** When the period must be calculated again. */
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

/** An attempt that is live, or has ended and is not settled yet. The call's id is the fencing token. */
export const leases = pgTable(
  'leases',
  {
    company_id: uuid().notNull(),
    call_id: uuid().notNull(),
    /** null, like campaign_id, for a test call. */
    call_task_id: uuid(),
    campaign_id: uuid(),
    phone_number: text().notNull(),
    phone_identity: phoneIdentityColumn(),
    /** The worker that watches the call, or watched it last. */
    worker: text().notNull(),
    claimed_at: timestamptz().notNull(),
    /** After this time a rescuer asks the carrier for the state of the call. */
    lease_until: timestamptz().notNull(),
    is_live: boolean().notNull().default(true),
    /** Why the result of the dial request is not known, from the carrier; null when it is. */
    dial_error: text(),
    /** When the task may be settled; null while the call is live. */
    settle_at: timestamptz(),
    /** The carrier ended the conversation, and the agent has not reported a result yet. */
    is_unreported: boolean().notNull().default(false),
    /**
     * From this time on the call is hung up: it has lasted too long, or a user has ended it. null: a test call that waits to be
     * dialed.
     */
    hang_up_at: timestamptz(),
    /** When a rescuer first asked the carrier to hang up; null: not yet. */
    hung_up_at: timestamptz(),
    /** A user cancelled the contact while it was called: it is not called again. */
    is_task_cancelled: boolean().notNull().default(false),
  },
  (t) => [
    primaryKey({ name: 'leases_pkey', columns: [t.company_id, t.call_id] }),
    foreignKey({
      name: 'leases_call_fkey',
      columns: [t.company_id, t.call_id],
      foreignColumns: [calls.company_id, calls.id],
    }).onDelete('cascade'),
    // A company has at most one live call to a telephone.
    uniqueIndex('leases_phone_identity_key').on(t.company_id, t.phone_identity).where(sql`${t.is_live}`),
    index('leases_campaign_idx').on(t.company_id, t.campaign_id).where(sql`${t.is_live}`),
    index('leases_lease_until_idx').on(t.lease_until).where(sql`${t.is_live}`),
    index('leases_settle_at_idx').on(t.settle_at).where(sql`not ${t.is_live}`),
    // The settler takes ended attempts of each campaign in turn.
    index('leases_ended_idx').on(t.company_id, t.campaign_id, t.settle_at).where(sql`not ${t.is_live}`),
    index('leases_test_idx').on(t.claimed_at).where(sql`${t.campaign_id} is null`),
    check('leases_campaign_check', sql`(${t.call_task_id} is null) = (${t.campaign_id} is null)`),
    check('leases_settle_at_check', sql`${t.is_live} = (${t.settle_at} is null)`),
    companyPolicy(t.company_id),
  ],
)

/** The dialing parameters of a test call: a call without a campaign, to try a skillbase. */
export const testCalls = pgTable(
  'test_calls',
  {
    company_id: uuid().notNull(),
    call_id: uuid().notNull(),
    phone_number: text().notNull(),
    phone_identity: phoneIdentityColumn(),
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
    index('test_calls_phone_identity_idx').on(t.company_id, t.phone_identity, t.placed_at),
    check('test_calls_ring_timeout_sec_check', sql`${t.ring_timeout_sec} between 5 and 120`),
    check('test_calls_max_call_duration_sec_check', sql`${t.max_call_duration_sec} between 10 and 14400`),
    companyPolicy(t.company_id),
  ],
)

/** The history of a call task: each decision about it, and the rule that made it. */
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
    /**
     * What was known of the call: see `factsOf`. A report after which the call differs is a late one. null without a call, and
     * for decisions that were made before this column existed.
     */
    facts: jsonb(),
    /** False: a later decision about the same attempt has replaced this one, or it only records a report. */
    is_effective: boolean().notNull().default(true),
  },
  (t) => [
    primaryKey({ name: 'task_events_pkey', columns: [t.company_id, t.call_task_id, t.seq] }),
    foreignKey({
      name: 'task_events_call_task_fkey',
      columns: [t.company_id, t.call_task_id],
      foreignColumns: [callTasks.company_id, callTasks.id],
    }).onDelete('cascade'),
    index('task_events_campaign_idx').on(t.company_id, t.campaign_id, t.at),
    index('task_events_opt_out_idx')
      .on(t.company_id, t.campaign_id)
      .where(sql`${t.rule} = '${sql.raw(unreadableOptOutRule)}'`),
    check('task_events_status_check', isOneOf(t.status, taskStatuses)),
    check('task_events_outcome_check', isOneOf(t.outcome, outcomes)),
    companyPolicy(t.company_id),
  ],
)

/** The log of a campaign, for its users. */
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

/** The calls of the simulated carrier, with their plan and their current step in it. */
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
