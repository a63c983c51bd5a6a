import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyPolicy, createdAt, id, isOneOf, timestamptz, updatedAt } from './columns.ts'
import { companies } from './companies.ts'
import { type DeliveryStatus, deliveryStatuses } from './states.ts'

/** Stands for a key once, where a header cannot be sent: a browser that opens a WebSocket. */
export const liveTickets = pgTable(
  'live_tickets',
  {
    company_id: uuid().notNull(),
    ticket_hash: text().notNull(),
    /** null: the platform's. */
    key_id: uuid(),
    expires_at: timestamptz().notNull(),
  },
  (t) => [
    primaryKey({ name: 'live_tickets_pkey', columns: [t.company_id, t.ticket_hash] }),
    foreignKey({
      name: 'live_tickets_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    index('live_tickets_ticket_hash_idx').on(t.ticket_hash),
    index('live_tickets_expires_at_idx').on(t.expires_at),
    companyPolicy(t.company_id),
  ],
)

/** Where a company wants to be told of events. */
export const webhooks = pgTable(
  'webhooks',
  {
    company_id: uuid().notNull(),
    id: id(),
    url: text().notNull(),
    description: text(),
    event_types: text().array().notNull(),
    secret: text().notNull(),
    /** Signs beside the new one until then, so that a receiver can change over. */
    old_secret: text(),
    old_secret_until: timestamptz(),
    is_enabled: boolean().notNull().default(true),
    disabled_reason: text(),
    disabled_at: timestamptz(),
    failing_since: timestamptz(),
    /** The last event whose deliveries are made. */
    position: bigint({ mode: 'number' }).notNull(),
    created_at: createdAt(),
    updated_at: updatedAt(),
  },
  (t) => [
    primaryKey({ name: 'webhooks_pkey', columns: [t.company_id, t.id] }),
    foreignKey({
      name: 'webhooks_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    check('webhooks_url_check', sql`${t.url} ~ '^https?://'`),
    check('webhooks_event_types_check', sql`cardinality(${t.event_types}) > 0`),
    check('webhooks_old_secret_check', sql`(${t.old_secret} is null) = (${t.old_secret_until} is null)`),
    check('webhooks_disabled_check', sql`not ${t.is_enabled} or ${t.disabled_at} is null`),
    check('webhooks_position_check', sql`${t.position} >= 0`),
    companyPolicy(t.company_id),
  ],
)

/** An event that is told to a webhook: its id is the message's, and stays the same however often it is sent. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    company_id: uuid().notNull(),
    id: id(),
    webhook_id: uuid().notNull(),
    /** null: a test. */
    event_id: bigint({ mode: 'number' }),
    event_type: text().notNull(),
    /** What is told in order: the events of one call, of one campaign. */
    order_key: text().notNull(),
    body: text().notNull(),
    status: text().$type<DeliveryStatus>().notNull().default('pending'),
    attempt_count: integer().notNull().default(0),
    /** Attempts since it was last sent again by hand. */
    retry_count: integer().notNull().default(0),
    /** null: the one before it, of the same call, is not told yet. */
    next_attempt_at: timestamptz(),
    http_status: integer(),
    error: text(),
    created_at: createdAt(),
    finished_at: timestamptz(),
  },
  (t) => [
    primaryKey({ name: 'webhook_deliveries_pkey', columns: [t.company_id, t.id] }),
    foreignKey({
      name: 'webhook_deliveries_webhook_fkey',
      columns: [t.company_id, t.webhook_id],
      foreignColumns: [webhooks.company_id, webhooks.id],
    }).onDelete('cascade'),
    // An event is told to a webhook once.
    uniqueIndex('webhook_deliveries_event_key').on(t.company_id, t.webhook_id, t.event_id),
    index('webhook_deliveries_status_idx').on(t.company_id, t.webhook_id, t.status, t.id),
    index('webhook_deliveries_order_idx')
      .on(t.company_id, t.webhook_id, t.order_key, t.event_id)
      .where(sql`${t.status} = 'pending'`),
    index('webhook_deliveries_due_idx').on(t.next_attempt_at).where(sql`${t.status} = 'pending'`),
    index('webhook_deliveries_finished_at_idx').on(t.finished_at),
    check('webhook_deliveries_status_check', isOneOf(t.status, deliveryStatuses)),
    check('webhook_deliveries_finished_check', sql`(${t.status} = 'pending') = (${t.finished_at} is null)`),
    check(
      'webhook_deliveries_attempt_count_check',
      sql`${t.attempt_count} >= ${t.retry_count} and ${t.retry_count} >= 0`,
    ),
    companyPolicy(t.company_id),
  ],
)

/** One request that was made, or could not be. */
export const webhookAttempts = pgTable(
  'webhook_attempts',
  {
    company_id: uuid().notNull(),
    delivery_id: uuid().notNull(),
    n: integer().notNull(),
    at: timestamptz().notNull(),
    http_status: integer(),
    error: text(),
    duration_ms: integer().notNull(),
  },
  (t) => [
    primaryKey({ name: 'webhook_attempts_pkey', columns: [t.company_id, t.delivery_id, t.n] }),
    foreignKey({
      name: 'webhook_attempts_delivery_fkey',
      columns: [t.company_id, t.delivery_id],
      foreignColumns: [webhookDeliveries.company_id, webhookDeliveries.id],
    }).onDelete('cascade'),
    check('webhook_attempts_duration_ms_check', sql`${t.duration_ms} >= 0`),
    check('webhook_attempts_n_check', sql`${t.n} >= 1`),
    companyPolicy(t.company_id),
  ],
)
