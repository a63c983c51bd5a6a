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

/** Single-use tickets that replace an API key where no header can be sent, as when a browser opens a WebSocket. */
export const liveTickets = pgTable(
  'live_tickets',
  {
    company_id: uuid().notNull(),
    ticket_hash: text().notNull(),
    /** null: a ticket of the platform. */
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

/** Endpoints that receive a company's events. */
export const webhooks = pgTable(
  'webhooks',
  {
    company_id: uuid().notNull(),
    id: id(),
    url: text().notNull(),
    description: text(),
    event_types: text().array().notNull(),
    secret: text().notNull(),
    /** After a rotation requests are signed with both secrets until `old_secret_until`, so that receivers can switch. */
    old_secret: text(),
    old_secret_until: timestamptz(),
    is_enabled: boolean().notNull().default(true),
    disabled_reason: text(),
    disabled_at: timestamptz(),
    failing_since: timestamptz(),
    /** The id of the last event for which a delivery was created. */
    position: bigint({ mode: 'number' }).notNull(),
    /** Failures in a row to create the delivery of the next event, which is tried again at `event_retry_at`. */
    event_failures: integer().notNull().default(0),
    event_retry_at: timestamptz(),
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

/** The delivery of an event to a webhook. Its id is the message id, which is the same in every attempt. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    company_id: uuid().notNull(),
    id: id(),
    webhook_id: uuid().notNull(),
    /** null: a test delivery. */
    event_id: bigint({ mode: 'number' }),
    event_type: text().notNull(),
    /** Deliveries with the same key (events of one call, or of one campaign) are sent in order. */
    order_key: text().notNull(),
    body: text().notNull(),
    status: text().$type<DeliveryStatus>().notNull().default('pending'),
    attempt_count: integer().notNull().default(0),
    /** Attempts since the last manual redelivery. */
    retry_count: integer().notNull().default(0),
    /** null: an earlier delivery with the same order_key is not finished yet. */
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
    // One delivery per event and webhook.
    uniqueIndex('webhook_deliveries_event_key').on(t.company_id, t.webhook_id, t.event_id),
    index('webhook_deliveries_status_idx').on(t.company_id, t.webhook_id, t.status, t.id),
    index('webhook_deliveries_order_idx')
      .on(t.company_id, t.webhook_id, t.order_key, t.event_id)
      .where(sql`${t.status} = 'pending'`),
    // The due deliveries of each webhook: however many one webhook has, those of the others are found at once.
    index('webhook_deliveries_due_idx')
      .on(t.company_id, t.webhook_id, t.next_attempt_at)
      .where(sql`${t.status} = 'pending' and ${t.next_attempt_at} is not null`),
    index('webhook_deliveries_dead_idx')
      .on(t.company_id, t.webhook_id, t.event_id)
      .where(sql`${t.status} = 'dead'`),
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

/** One attempt of a delivery, whether or not the request could be sent. */
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
