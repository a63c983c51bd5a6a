import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  bigserial,
  check,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  uuid,
} from 'drizzle-orm/pg-core'
import { companyPolicy, createdAt, timestamptz } from './columns.ts'
import { companies } from './companies.ts'
import type { EventType } from './states.ts'

/** An event as stored: ids of the objects concerned, and values that could not be read from the objects later. */
export interface EventItem {
  type: EventType
  campaign_id?: string | null
  call_id?: string | null
  call_task_id?: string | null
  [field: string]: unknown
}

const areItems = (column: AnyPgColumn) =>
  sql`jsonb_typeof(${column}) = 'array' and jsonb_array_length(${column}) > 0`

/**
 * The events of committed transactions that have no ids yet. A row contains the events of one transaction. There is no
 * foreign key to companies: each insert would lock the company's row, and all writers of a company would contend for it.
 */
export const eventOutbox = pgTable(
  'event_outbox',
  {
    company_id: uuid().notNull(),
    n: bigserial({ mode: 'number' }).notNull(),
    items: jsonb().$type<EventItem[]>().notNull(),
    created_at: createdAt(),
  },
  (t) => [
    primaryKey({ name: 'event_outbox_pkey', columns: [t.company_id, t.n] }),
    index('event_outbox_n_idx').on(t.n),
    check('event_outbox_items_check', areItems(t.items)),
    companyPolicy(t.company_id),
  ],
)

/** The ids of a company's first stored event and of its last event. */
export const eventHeads = pgTable(
  'event_heads',
  {
    company_id: uuid().notNull(),
    first_id: bigint({ mode: 'number' }).notNull().default(1),
    last_id: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ name: 'event_heads_pkey', columns: [t.company_id] }),
    foreignKey({
      name: 'event_heads_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    check('event_heads_ids_check', sql`${t.first_id} between 1 and ${t.last_id} + 1`),
    companyPolicy(t.company_id),
  ],
)

/** Events in order. A row contains the events of one transaction, with the ids `first_id` to `id`. There are no gaps. */
export const events = pgTable(
  'events',
  {
    company_id: uuid().notNull(),
    id: bigint({ mode: 'number' }).notNull(),
    first_id: bigint({ mode: 'number' }).notNull(),
    n: bigint({ mode: 'number' }).notNull(),
    items: jsonb().$type<EventItem[]>().notNull(),
    at: timestamptz().notNull(),
  },
  (t) => [
    primaryKey({ name: 'events_pkey', columns: [t.company_id, t.id] }),
    foreignKey({
      name: 'events_company_fkey',
      columns: [t.company_id],
      foreignColumns: [companies.id],
    }).onDelete('cascade'),
    index('events_at_idx').on(t.at),
    check(
      'events_items_check',
      sql`${areItems(t.items)} and ${t.id} - ${t.first_id} + 1 = jsonb_array_length(${t.items})`,
    ),
    companyPolicy(t.company_id),
  ],
)
